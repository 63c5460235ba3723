//! nalgebra: `SMatrix`, column-major; into a matrix that is there (`mul_to`), and by operators.

use nalgebra::{SMatrix, SVector};

use super::Gradients;
use crate::{
    bench::Case,
    eigen::Kind,
    value::{Real, Value},
};

fn matrix<T: Real, const R: usize, const C: usize>(x: &[T]) -> SMatrix<T, R, C> {
    SMatrix::from_row_slice(x)
}

fn matrices<T: Real, const B: usize, const N: usize>(x: &[T]) -> [SMatrix<T, N, N>; B] {
    std::array::from_fn(|b| matrix(&x[b * N * N..][..N * N]))
}

fn rows<T: Real, const R: usize, const C: usize>(m: &SMatrix<T, R, C>) -> Vec<T> {
    m.transpose().as_slice().to_vec()
}

fn zeros<T: Real, const R: usize, const C: usize>() -> SMatrix<T, R, C> {
    SMatrix::from_element(<T as Value>::ZERO)
}

pub fn add<const N: usize, T: Real>(case: &mut Case<T>, kind: Kind) {
    const TO: &str = "nalgebra mul_to";
    const BY_OPERATOR: &str = "nalgebra *";
    type M<T, const N: usize> = SMatrix<T, N, N>;
    match kind {
        Kind::Product => {
            let make = |x: &[Vec<T>]| -> (M<T, N>, M<T, N>, M<T, N>) { (matrix(&x[0]), matrix(&x[1]), zeros()) };
            case.add(TO, make, |a, b, c| a.mul_to(b, c), rows);
            case.add(BY_OPERATOR, make, |a, b, c| *c = a * b, rows);
        }
        Kind::MatVec => matvec::<N, T>(case, TO, BY_OPERATOR),
        Kind::FourAxes => matvec::<9, T>(case, TO, BY_OPERATOR),
        Kind::Dot => case.add_fed(
            "nalgebra",
            |x| (SVector::<T, N>::from_row_slice(&x[0]), SVector::<T, N>::from_row_slice(&x[1]), <T as Value>::ZERO),
            |x, w, y| *y = x.dot(w),
            |y| vec![*y],
            |y, x| x[0] = *y,
        ),
        Kind::Trace => case.add_fed(
            "nalgebra",
            |x| (matrix::<T, N, N>(&x[0]), (), <T as Value>::ZERO),
            |x, (), y| *y = x.trace(),
            |y| vec![*y],
            |y, x| x[(0, 0)] = *y,
        ),
        Kind::Chain => {
            let make = |x: &[Vec<T>]| -> (M<T, N>, (M<T, N>, M<T, N>), M<T, N>) {
                (matrix(&x[0]), (matrix(&x[1]), matrix(&x[2])), zeros())
            };
            let twice = |a: &M<T, N>, (b, c): &(M<T, N>, M<T, N>), y: &mut M<T, N>| {
                let mut t = zeros();
                a.mul_to(b, &mut t);
                t.mul_to(c, y);
            };
            case.add(TO, make, twice, rows);
            case.add(BY_OPERATOR, make, |a, (b, c), y| *y = a * b * c, rows);
        }
        Kind::Batch => {
            let make = |x: &[Vec<T>]| -> ([M<T, N>; 64], [M<T, N>; 64], [M<T, N>; 64]) {
                (matrices(&x[0]), matrices(&x[1]), [zeros(); 64])
            };
            let read = |c: &[M<T, N>; 64]| c.iter().flat_map(rows).collect();
            case.add(TO, make, |a, b, c| (0..64).for_each(|i| a[i].mul_to(&b[i], &mut c[i])), read);
            case.add(BY_OPERATOR, make, |a, b, c| (0..64).for_each(|i| c[i] = a[i] * b[i]), read);
        }
        Kind::Bilinear => case.add(
            BY_OPERATOR,
            |x| (matrix::<T, N, N>(&x[0]), (matrices::<T, N, N>(&x[1]), matrix::<T, N, N>(&x[2])), zeros::<T, N, N>()),
            |x, (w, v), y| {
                for (o, w) in w.iter().enumerate() {
                    y.set_column(o, &(x * w).component_mul(v).column_sum());
                }
            },
            rows,
        ),
        Kind::Gradients => {
            let make = |x: &[Vec<T>]| {
                let room = Gradients { m: zeros(), c: zeros(), db: zeros() };
                (Gradients { m: matrix(&x[2]), ..room }, (matrix(&x[0]), matrix(&x[1])), room)
            };
            let read = |d: &Gradients<M<T, N>>| [rows(&d.m), rows(&d.c), rows(&d.db)].concat();
            let into = |g: &Gradients<M<T, N>>, (a, b): &(M<T, N>, M<T, N>), d: &mut Gradients<M<T, N>>| {
                a.mul_to(b, &mut d.c);
                g.m.mul_to(&b.transpose(), &mut d.m);
                a.tr_mul_to(&g.m, &mut d.db);
            };
            case.add(TO, make, into, read);
            let by_operator = |g: &Gradients<M<T, N>>, (a, b): &(M<T, N>, M<T, N>), d: &mut Gradients<M<T, N>>| {
                *d = Gradients { m: g.m * b.transpose(), c: a * b, db: a.transpose() * g.m };
            };
            case.add(BY_OPERATOR, make, by_operator, read);
        }
        Kind::MatVecGradients => matvec_gradients::<N, T>(case, TO, BY_OPERATOR),
        Kind::BatchGradients => batch_gradients::<N, T>(case, TO, BY_OPERATOR),
    }
}

fn matvec<const N: usize, T: Real>(case: &mut Case<T>, to: &str, by_operator: &str) {
    let make = |x: &[Vec<T>]| (SVector::<T, N>::from_row_slice(&x[1]), matrix::<T, N, N>(&x[0]), zeros::<T, N, 1>());
    case.add(to, make, |x, a, y| a.mul_to(x, y), rows);
    case.add(by_operator, make, |x, a, y| *y = a * x, rows);
}

fn matvec_gradients<const N: usize, T: Real>(case: &mut Case<T>, to: &str, by_operator: &str) {
    type G<T, const N: usize> = Gradients<SVector<T, N>, SMatrix<T, N, N>>;
    let make = |x: &[Vec<T>]| -> (G<T, N>, (SMatrix<T, N, N>, SVector<T, N>), G<T, N>) {
        let room = Gradients { m: zeros(), c: zeros(), db: zeros() };
        let g = Gradients { m: SVector::from_row_slice(&x[2]), ..room };
        (g, (matrix(&x[0]), SVector::from_row_slice(&x[1])), room)
    };
    let read = |d: &G<T, N>| [rows(&d.m), rows(&d.c), rows(&d.db)].concat();
    let into = |g: &G<T, N>, (a, x): &(SMatrix<T, N, N>, SVector<T, N>), d: &mut G<T, N>| {
        a.mul_to(x, &mut d.c);
        a.tr_mul_to(&g.m, &mut d.m);
        g.m.mul_to(&x.transpose(), &mut d.db);
    };
    case.add(to, make, into, read);
    let anew = |g: &G<T, N>, (a, x): &(SMatrix<T, N, N>, SVector<T, N>), d: &mut G<T, N>| {
        *d = Gradients { m: a.transpose() * g.m, c: a * x, db: g.m * x.transpose() };
    };
    case.add(by_operator, make, anew, read);
}

fn batch_gradients<const N: usize, T: Real>(case: &mut Case<T>, to: &str, by_operator: &str) {
    type B<T, const N: usize> = [SMatrix<T, N, N>; 64];
    let make = |x: &[Vec<T>]| -> (Gradients<B<T, N>>, (B<T, N>, B<T, N>), Gradients<B<T, N>>) {
        let room = Gradients { m: [zeros(); 64], c: [zeros(); 64], db: [zeros(); 64] };
        (Gradients { m: matrices(&x[2]), ..room }, (matrices(&x[0]), matrices(&x[1])), room)
    };
    let read = |d: &Gradients<B<T, N>>| [d.m, d.c, d.db].as_flattened().iter().flat_map(rows).collect();
    let into = |g: &Gradients<B<T, N>>, (a, b): &(B<T, N>, B<T, N>), d: &mut Gradients<B<T, N>>| {
        for i in 0..64 {
            a[i].mul_to(&b[i], &mut d.c[i]);
            g.m[i].mul_to(&b[i].transpose(), &mut d.m[i]);
            a[i].tr_mul_to(&g.m[i], &mut d.db[i]);
        }
    };
    case.add(to, make, into, read);
    let anew = |g: &Gradients<B<T, N>>, (a, b): &(B<T, N>, B<T, N>), d: &mut Gradients<B<T, N>>| {
        for i in 0..64 {
            d.c[i] = a[i] * b[i];
            d.m[i] = g.m[i] * b[i].transpose();
            d.db[i] = a[i].transpose() * g.m[i];
        }
    };
    case.add(by_operator, make, anew, read);
}
