//! Class F: extents are known when the program is compiled, and results are written in place.

mod by_product;
#[cfg(feature = "dynamic")]
mod ours;
#[cfg(feature = "fixed")]
mod ours_fixed;
mod small_matrix;

#[cfg(feature = "dynamic")]
pub use self::ours::{array, flat, zeros};
#[cfg(feature = "dynamic")]
use crate::kernels::Planned;
use crate::{
    bench::Case,
    eigen::{self, Kind, Matrices, Slot},
    foreign::Xsmm,
    glam_types::Glam,
    report::Report,
    value::Real,
};

/// A result of a product and its gradients, and what the next call reads of it. `m` is the cotangent of the result, and in results that of a factor, which
/// becomes the cotangent in the next call of a latency; `c` is the product, `db` the cotangent of the other factor.
#[derive(Clone, Copy)]
pub struct Gradients<M, D = M> {
    pub m: M,
    pub c: M,
    pub db: D,
}

pub fn all<T: Real>(report: &mut Report) {
    for kind in [Kind::Product, Kind::MatVec, Kind::Dot, Kind::Trace, Kind::Gradients, Kind::MatVecGradients] {
        run::<2, T>(kind, report);
        run::<3, T>(kind, report);
        run::<4, T>(kind, report);
        run::<6, T>(kind, report);
        run::<8, T>(kind, report);
    }
    run::<3, T>(Kind::FourAxes, report);
    run::<4, T>(Kind::Chain, report);
    run::<3, T>(Kind::Batch, report);
    run::<4, T>(Kind::Bilinear, report);
    run::<3, T>(Kind::BatchGradients, report);
}

fn run<const N: usize, T: Real>(kind: Kind, report: &mut Report) {
    let (group, name) = match kind {
        Kind::Product => ("F product", format!("{N}x{N}")),
        Kind::MatVec => ("F matvec", format!("{N}x{N}")),
        Kind::Dot => ("F dot", format!("{N}")),
        Kind::Trace => ("F trace", format!("{N}x{N}")),
        Kind::Gradients => ("F gradients", format!("product {N}x{N}")),
        Kind::MatVecGradients => ("F gradients", format!("matvec {N}x{N}")),
        Kind::BatchGradients => ("F gradients", "64 of 3x3".to_owned()),
        Kind::FourAxes => ("F others", "3x3x3x3 : 3x3".to_owned()),
        Kind::Chain => ("F others", "chain of three 4x4".to_owned()),
        Kind::Batch => ("F others", "64 of 3x3".to_owned()),
        Kind::Bilinear => ("F others", "bi,oij,bj->bo of 4".to_owned()),
    };
    if !report.wants(group, &name) {
        return;
    }
    let mut case = case::<T>(kind, N, group, name);
    #[cfg(feature = "dynamic")]
    ours::add::<N, T>(&mut case, kind);
    #[cfg(feature = "fixed")]
    ours_fixed::add::<N, T>(&mut case, kind);
    small_matrix::add::<N, T>(&mut case, kind);
    <T as Glam>::add(&mut case, kind, N);
    eigen::add(&mut case, kind, N, &slots(kind, N));
    by_product::add(&mut case, kind, N, "libxsmm", Xsmm::new::<T>, report);
    #[cfg(feature = "dynamic")]
    by_product::add(&mut case, kind, N, "nano plan", |shape| Some(Planned::new(shape)), report);
    case.run(report.rounds, report);
}

/// Operands and oracle. In latencies all but the first operand permute the elements of that one.
fn case<T: Real>(kind: Kind, n: usize, group: &'static str, name: String) -> Case<T> {
    let e = &[
        ('b', if matches!(kind, Kind::Batch | Kind::BatchGradients) { 64 } else { n }),
        ('o', n),
        ('i', n),
        ('j', n),
        ('k', n),
        ('l', n),
    ];
    let new = |operands: &[&str], results: &[(&str, &[usize])]| Case::new(group, name.clone(), operands, results, e);
    let shift = |n: usize| move |at: usize| f64::from((at / n + 1) % n == at % n);
    match kind {
        Kind::Product => new(&["ij", "jk"], &[("ij,jk->ik", &[0, 1])]).steady(1, shift(n)),
        Kind::MatVec => new(&["ij", "j"], &[("ij,j->i", &[0, 1])]).steady(0, shift(n)),
        Kind::Dot => new(&["i", "i"], &[("i,i->", &[0, 1])]).steady(1, |_| 0.5),
        Kind::Trace => new(&["ii"], &[("ii->", &[0])]),
        Kind::FourAxes => new(&["ijkl", "kl"], &[("ijkl,kl->ij", &[0, 1])]).steady(0, shift(n * n)),
        Kind::Chain => {
            new(&["ij", "jk", "kl"], &[("ij,jk,kl->il", &[0, 1, 2])]).steady(1, shift(n)).steady(2, shift(n))
        }
        Kind::Batch => new(&["bij", "bjk"], &[("bij,bjk->bik", &[0, 1])]).steady(1, move |at| shift(n)(at % (n * n))),
        // y[b, o] = x[b, o + 1]
        Kind::Bilinear => new(&["bi", "oij", "bj"], &[("bi,oij,bj->bo", &[0, 1, 2])])
            .steady(1, move |at| f64::from(at % n == 0 && (at / n / n + 1) % n == at / n % n))
            .steady(2, |_| 1.0),
        Kind::Gradients => {
            let results: [(&str, &[usize]); 3] =
                [("ik,jk->ij", &[2, 1]), ("ij,jk->ik", &[0, 1]), ("ij,ik->jk", &[0, 2])];
            new(&["ij", "jk", "ik"], &results).steady(1, shift(n))
        }
        Kind::MatVecGradients => {
            let results: [(&str, &[usize]); 3] = [("ij,i->j", &[0, 2]), ("ij,j->i", &[0, 1]), ("i,j->ij", &[2, 1])];
            new(&["ij", "j", "i"], &results).steady(0, shift(n))
        }
        Kind::BatchGradients => {
            let results: [(&str, &[usize]); 3] =
                [("bik,bjk->bij", &[2, 1]), ("bij,bjk->bik", &[0, 1]), ("bij,bik->bjk", &[0, 2])];
            new(&["bij", "bjk", "bik"], &results).steady(1, move |at| shift(n)(at % (n * n)))
        }
    }
}

/// Where Eigen has the operands of a case.
fn slots(kind: Kind, n: usize) -> Vec<Slot> {
    use Slot::{Operand, Result, Room};
    let (matrix, vector, one) = ((n, n, 1), (n, 1, 1), (1, 1, 1));
    match kind {
        Kind::Product => vec![Operand(0, matrix), Operand(1, matrix), Result(matrix)],
        Kind::MatVec => vec![Operand(1, vector), Operand(0, matrix), Result(vector)],
        Kind::Dot => vec![Operand(0, vector), Operand(1, vector), Result(one)],
        Kind::Trace => vec![Operand(0, matrix), Room(one), Result(one)],
        Kind::FourAxes => vec![Operand(1, (n * n, 1, 1)), Operand(0, (n * n, n * n, 1)), Result((n * n, 1, 1))],
        Kind::Chain => vec![Operand(0, matrix), Operand(1, matrix), Operand(2, matrix), Result(matrix)],
        Kind::Batch => vec![Operand(0, (n, n, 64)), Operand(1, (n, n, 64)), Result((n, n, 64))],
        Kind::Bilinear => vec![Operand(0, matrix), Operand(1, (n, n, n)), Operand(2, matrix), Result(matrix)],
        Kind::Gradients => gradients(matrix, matrix, matrix, matrix),
        Kind::MatVecGradients => gradients(vector, matrix, matrix, vector),
        Kind::BatchGradients => gradients((n, n, 64), (n, n, 64), (n, n, 64), (n, n, 64)),
    }
}

/// Slots of gradients: of the product and of what has its extents, of the other cotangent, and of the factors.
fn gradients(m: Matrices, db: Matrices, a: Matrices, b: Matrices) -> Vec<Slot> {
    use Slot::{Operand, Result, Room};
    vec![Operand(2, m), Room(m), Room(db), Operand(0, a), Operand(1, b), Result(m), Result(m), Result(db)]
}
