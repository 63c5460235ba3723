use super::kernel::*; use std::time::Instant;
fn go<K: Kernel<Element=f32>>(name:&str, kc:usize, mc:usize, nc:usize, beta: Option<f32>, ld: usize) {
    super::workspace::with((mc*kc+nc*kc+mc*nc)*4+(mc+nc)*16+(ld*nc+mc)*4+1000, |w| {
        let a=w.piece::<f32>(mc*kc); let b=w.piece::<f32>(kc*nc); let out=w.piece::<f32>(nc*ld+mc); a.fill(1.0); b.fill(1.0); out.fill(0.0);
        let rows: Vec<isize>=(0..mc as isize).collect(); let runs: Vec<usize>=(0..mc).map(|r| mc-r).collect(); let columns: Vec<isize>=(0..nc).map(|c| (c*ld) as isize).collect();
        let block=Block{depth:kc,a:a.as_ptr(),b:b.as_ptr(),out:out.as_mut_ptr(),rows:&rows,runs:&runs,across:(1,0),columns:&columns,alpha:1.0,beta};
        let mut best=f64::MAX;
        for _ in 0..200 { let t=Instant::now(); unsafe{K::tiles(&block)}; best=best.min(t.elapsed().as_secs_f64()); }
        println!("{name} kc {kc} mc {mc} nc {nc} beta {beta:?} ld {ld}: {:.1} GF/s", 2.0*(mc*nc*kc) as f64/best/1e9);
    });
}
use super::pack::*;
fn pk<K: Kernel<Element=f32>>(name:&str, a: bool, rows: usize, depth: usize, rs: isize, ks: isize, across:(usize,isize), unit: Unit) {
    let n = rows*across.0*depth; let from=vec![1.0f32; (rows as isize*rs+depth as isize*ks+across.0 as isize*across.1) as usize]; let mut to=vec![0.0f32; n+100*depth];
    let r: Vec<isize>=(0..rows as isize).map(|r| r*rs).collect(); let d: Vec<isize>=(0..depth as isize).map(|r| r*ks).collect();
    let p=Panels{from:from.as_ptr(),conj:false,count:rows,rows:&r,across,depth:&d,unit};
    let mut best=f64::MAX;
    for _ in 0..100 { let t=Instant::now(); unsafe{ if a {K::pack_a(&p,to.as_mut_ptr())} else {K::pack_b(&p,to.as_mut_ptr())} }; best=best.min(t.elapsed().as_secs_f64()); }
    println!("{name} {:.2} elements/ns GF/s {:?}", n as f64/best/1e9, to[5]);
}

#[test] fn scratch() {
    for _ in 0..2 {
    pk::<x86::Avx512F32>("a rows", true, 512, 342, 1, 1024, (1,0), Unit::Rows);
    pk::<x86::Avx512F32>("a depth", true, 512, 342, 1024, 1, (1,0), Unit::Depth);
    pk::<x86::Avx512F32>("b depth", false, 1020, 342, 1024, 1, (1,0), Unit::Depth);
    pk::<x86::Avx512F32>("b rows", false, 1020, 342, 1, 1024, (1,0), Unit::Rows);
    pk::<x86::Avx512F32>("a across", true, 192, 24, 576, 24, (24,1), Unit::Across);
    }
}
