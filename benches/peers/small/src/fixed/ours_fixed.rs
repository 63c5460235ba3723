//! Ours on arrays of fixed size: extents are in the types of operands and results.

use einsum::{einsum, einsum_vjp};

use super::Gradients;
use crate::{
    bench::Case,
    eigen::Kind,
    value::{Real, Value},
};

type Matrix<T, const N: usize> = [[T; N]; N];

fn matrix<T: Copy, const R: usize, const C: usize>(x: &[T]) -> [[T; C]; R] {
    std::array::from_fn(|i| std::array::from_fn(|j| x[i * C + j]))
}

fn cube<T: Copy, const B: usize, const N: usize>(x: &[T]) -> [Matrix<T, N>; B] {
    std::array::from_fn(|b| matrix(&x[b * N * N..][..N * N]))
}

fn zeros<T: Real, const N: usize>() -> Matrix<T, N> {
    [[<T as Value>::ZERO; N]; N]
}

pub fn add<const N: usize, T: Real>(case: &mut Case<T>, kind: Kind) {
    const NAME: &str = "einsum fixed";
    let flat = |y: &Matrix<T, N>| y.as_flattened().to_vec();
    match kind {
        Kind::Product => case.add(
            NAME,
            |x| (matrix(&x[0]), matrix(&x[1]), zeros()),
            |a: &Matrix<T, N>, b: &Matrix<T, N>, c| einsum!("ij,jk->ik", a, b, out = &mut *c),
            flat,
        ),
        Kind::MatVec => case.add(
            NAME,
            |x| (matrix::<T, 1, N>(&x[1])[0], matrix(&x[0]), [<T as Value>::ZERO; N]),
            |x: &[T; N], a: &Matrix<T, N>, y| einsum!("ij,j->i", a, x, out = &mut *y),
            |y| y.to_vec(),
        ),
        Kind::Dot => case.add_fed(
            NAME,
            |x| (matrix::<T, 1, N>(&x[0])[0], matrix::<T, 1, N>(&x[1])[0], <T as Value>::ZERO),
            |x: &[T; N], w: &[T; N], y| *y = einsum!("i,i->", x, w),
            |y| vec![*y],
            |y, x| x[0] = *y,
        ),
        Kind::Trace => case.add_fed(
            NAME,
            |x| (matrix(&x[0]), (), <T as Value>::ZERO),
            |x: &Matrix<T, N>, (), y| *y = einsum!("ii->", x),
            |y| vec![*y],
            |y, x| x[0][0] = *y,
        ),
        Kind::FourAxes => case.add(
            NAME,
            |x| {
                (
                    matrix(&x[1]),
                    matrix::<_, 3, 3>(&[0, 1, 2, 3, 4, 5, 6, 7, 8]).map(|r| r.map(|at| matrix(&x[0][9 * at..]))),
                    zeros(),
                )
            },
            |x: &Matrix<T, 3>, a: &[[Matrix<T, 3>; 3]; 3], y| einsum!("ijkl,kl->ij", a, x, out = &mut *y),
            |y| y.as_flattened().to_vec(),
        ),
        Kind::Chain => case.add(
            NAME,
            |x| (matrix(&x[0]), (matrix(&x[1]), matrix(&x[2])), zeros()),
            |a: &Matrix<T, N>, (b, c): &(Matrix<T, N>, Matrix<T, N>), y| {
                einsum!("ij,jk,kl->il", a, b, c, out = &mut *y)
            },
            flat,
        ),
        Kind::Batch => case.add(
            NAME,
            |x| (cube(&x[0]), cube(&x[1]), [zeros(); 64]),
            |a: &[Matrix<T, N>; 64], b: &[Matrix<T, N>; 64], c| einsum!("bij,bjk->bik", a, b, out = &mut *c),
            |y| y.as_flattened().as_flattened().to_vec(),
        ),
        Kind::Bilinear => case.add(
            NAME,
            |x| (matrix(&x[0]), (cube(&x[1]), matrix(&x[2])), zeros()),
            |x: &Matrix<T, N>, (w, v): &([Matrix<T, N>; N], Matrix<T, N>), y| {
                einsum!("bi,oij,bj->bo", x, w, v, out = &mut *y);
            },
            flat,
        ),
        Kind::Gradients => case.add(
            NAME,
            |x| {
                let room = Gradients { m: zeros(), c: zeros(), db: zeros() };
                (Gradients { m: matrix(&x[2]), ..room }, (matrix(&x[0]), matrix(&x[1])), room)
            },
            |g: &Gradients<Matrix<T, N>>, (a, b): &(Matrix<T, N>, Matrix<T, N>), d| {
                let (c, pullback) = einsum_vjp!("ij,jk->ik", a, b);
                (d.m, d.db) = pullback(&g.m);
                d.c = c;
            },
            |d| [flat(&d.m), flat(&d.c), flat(&d.db)].concat(),
        ),
        Kind::MatVecGradients => case.add(
            NAME,
            |x| {
                let vector = |x: &[T]| matrix::<T, 1, N>(x)[0];
                let room = Gradients { m: [<T as Value>::ZERO; N], c: [<T as Value>::ZERO; N], db: zeros() };
                (Gradients { m: vector(&x[2]), ..room }, (matrix(&x[0]), vector(&x[1])), room)
            },
            |g: &Gradients<[T; N], Matrix<T, N>>, (a, x): &(Matrix<T, N>, [T; N]), d| {
                let (y, pullback) = einsum_vjp!("ij,j->i", a, x);
                (d.db, d.m) = pullback(&g.m);
                d.c = y;
            },
            |d| [&d.m[..], &d.c, d.db.as_flattened()].concat(),
        ),
        Kind::BatchGradients => case.add(
            NAME,
            |x| {
                let room = Gradients { m: [zeros(); 64], c: [zeros(); 64], db: [zeros(); 64] };
                (Gradients { m: cube(&x[2]), ..room }, (cube(&x[0]), cube(&x[1])), room)
            },
            |g: &Gradients<[Matrix<T, N>; 64]>, (a, b): &([Matrix<T, N>; 64], [Matrix<T, N>; 64]), d| {
                let (c, pullback) = einsum_vjp!("bij,bjk->bik", a, b);
                (d.m, d.db) = pullback(&g.m);
                d.c = c;
            },
            |d| [d.m, d.c, d.db].as_flattened().as_flattened().as_flattened().to_vec(),
        ),
    }
}
