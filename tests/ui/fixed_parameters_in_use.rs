//! Mistakes in types that the compiler finds: extents that are constants or generics, elements without gradients, arguments.
use einsum::einsum_fn;

const FOUR: usize = 4;

einsum_fn! {
    fn constants(x: [[f32; FOUR]; 3], w: [[f32; 2]; 5]) = "ij,jk->ik";
    fn generics<T, const N: usize, const M: usize>(x: [[T; N]; 3], w: [T; M]) = "ij,j->i";
    fn product(x: [[f32; 4]; 3], w: [[f32; 2]; 4]) = "ij,jk->ik";
    fn whole(x: [[i32; 4]; 3], w: [i32; 4]) = "ij,j->i";
    fn read(x as f64: [i8; 4], w: [f64; 4]) = "i,i->";
    fn generic<T, const N: usize>(x: [T; N], w: [T; N]) = "i,i->";
    fn partial(x: [f32; 4], w: [f32; 4]) = "i,i->", wrt = [w];
}

fn main() {
    let (x, w) = ([[1.0; 4]; 3], [[1.0; 2]; 4]);
    let _ = product(&w, &x);
    let _ = product(&x, &ndarray::arr2(&w));
    let _: [[f32; 3]; 3] = product(&x, &w);
    let _ = whole::backward(&[[1; 4]; 3], &[1; 4], &[1; 3]);
    let _ = read::backward_x(&[1; 4], &[1.0; 4], 1.0);
    let _ = generic(&[1.0; 4], &[1.0; 3]);
    let _ = generic(&["a"; 2], &["b"; 2]);
    let _ = generic::backward(&[1; 2], &[1; 2], 1);
    let _ = partial::backward_x(&[1.0; 4], &[1.0; 4], 1.0);
}
