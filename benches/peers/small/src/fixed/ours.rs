//! Ours: `ndarray` arrays with extents that are given as literals, and arrays of fixed size.

use einsum::{einsum, einsum_fn, einsum_vjp};
use ndarray::{Array, Array1, Array2, Array3, Array4, Dim, Dimension, IntoDimension};

use super::Gradients;
use crate::{bench::Case, eigen::Kind, value::Real};

einsum_fn! {
    fn product_2(a, b; i = 2, j = 2, k = 2) = "ij,jk->ik";
    fn product_3(a, b; i = 3, j = 3, k = 3) = "ij,jk->ik";
    fn product_4(a, b; i = 4, j = 4, k = 4) = "ij,jk->ik";
    fn product_6(a, b; i = 6, j = 6, k = 6) = "ij,jk->ik";
    fn product_8(a, b; i = 8, j = 8, k = 8) = "ij,jk->ik";
}

pub fn array<T: Real, S: IntoDimension>(x: &[T], shape: S) -> Array<T, S::Dim> {
    Array::from_shape_vec(shape.into_dimension(), x.to_vec()).unwrap()
}

pub fn zeros<T: Real, S: IntoDimension>(shape: S) -> Array<T, S::Dim> {
    Array::from_elem(shape.into_dimension(), <T as crate::value::Value>::ZERO)
}

pub fn flat<T: Real, D: Dimension>(y: &Array<T, D>) -> Vec<T> {
    y.iter().copied().collect()
}

pub fn add<const N: usize, T: Real>(case: &mut Case<T>, kind: Kind) {
    macro_rules! literal {
        ($($n:literal $product:ident)*) => { match N {
            $($n => with_extents!(case, kind, $n, $product),)*
            _ => unreachable!("no literal for {N}"),
        } };
    }
    macro_rules! with_extents {
        ($case:ident, $kind:ident, $n:literal, $product:ident) => {
            match $kind {
                Kind::Product => $case.add(
                    "einsum",
                    |x| (array(&x[0], ($n, $n)), array(&x[1], ($n, $n)), zeros(($n, $n))),
                    |a: &Array2<T>, b: &Array2<T>, c| einsum!("ij,jk->ik", a, b, out = &mut *c; i = $n, j = $n, k = $n),
                    flat,
                ),
                Kind::MatVec => $case.add(
                    "einsum",
                    |x| (array(&x[1], $n), array(&x[0], ($n, $n)), zeros($n)),
                    |x: &Array1<T>, a: &Array2<T>, y| einsum!("ij,j->i", a, x, out = &mut *y; i = $n, j = $n),
                    flat,
                ),
                Kind::Dot => $case.add_fed(
                    "einsum",
                    |x| (array(&x[0], $n), array(&x[1], $n), <T as crate::value::Value>::ZERO),
                    |x: &Array1<T>, w: &Array1<T>, y| *y = einsum!("i,i->", x, w; i = $n),
                    |y| vec![*y],
                    |y, x| x[0] = *y,
                ),
                Kind::Trace => $case.add_fed(
                    "einsum",
                    |x| (array(&x[0], ($n, $n)), (), <T as crate::value::Value>::ZERO),
                    |x: &Array2<T>, (), y| *y = einsum!("ii->", x; i = $n),
                    |y| vec![*y],
                    |y, x| x[[0, 0]] = *y,
                ),
                Kind::Gradients => {
                    gradients!($case, "einsum", $n, |g, a, b, d| {
                        let (c, pullback) = einsum_vjp!("ij,jk->ik", a, b; i = $n, j = $n, k = $n);
                        let (da, db) = pullback(&g.m);
                        *d = Gradients { m: da, c, db };
                    });
                    gradients!($case, "einsum add", $n, |g, a, b, d| {
                        einsum!("ij,jk->ik", a, b, out = &mut d.c; i = $n, j = $n, k = $n);
                        d.m.fill(<T as crate::value::Value>::ZERO);
                        d.db.fill(<T as crate::value::Value>::ZERO);
                        $product::backward_add(a, b, &g.m, (&mut d.m, &mut d.db));
                    });
                }
                Kind::MatVecGradients => $case.add(
                    "einsum",
                    |x| {
                        let room = || Gradients { m: zeros($n), c: zeros($n), db: zeros(($n, $n)) };
                        let g = Gradients { m: array(&x[2], $n), ..room() };
                        (g, (array(&x[0], ($n, $n)), array(&x[1], $n)), room())
                    },
                    |g: &Gradients<Array1<T>, Array2<T>>, (a, x): &(Array2<T>, Array1<T>), d| {
                        let (y, pullback) = einsum_vjp!("ij,j->i", a, x; i = $n, j = $n);
                        let (da, dx) = pullback(&g.m);
                        *d = Gradients { m: dx, c: y, db: da };
                    },
                    |d| [flat(&d.m), flat(&d.c), flat(&d.db)].concat(),
                ),
                _ => others($case, $kind),
            }
        };
    }
    macro_rules! gradients {
        ($case:ident, $name:literal, $n:literal, |$g:ident, $a:ident, $b:ident, $d:ident| $body:block) => {
            $case.add(
                $name,
                |x| {
                    let room = || Gradients { m: zeros(($n, $n)), c: zeros(($n, $n)), db: zeros(($n, $n)) };
                    let g = Gradients { m: array(&x[2], ($n, $n)), ..room() };
                    (g, (array(&x[0], ($n, $n)), array(&x[1], ($n, $n))), room())
                },
                |$g: &Gradients<Array2<T>>, ($a, $b): &(Array2<T>, Array2<T>), $d| $body,
                |d| [flat(&d.m), flat(&d.c), flat(&d.db)].concat(),
            )
        };
    }
    literal!(2 product_2 3 product_3 4 product_4 6 product_6 8 product_8);
}

fn others<T: Real>(case: &mut Case<T>, kind: Kind) {
    let four = Dim([4, 4]);
    match kind {
        Kind::FourAxes => case.add(
            "einsum",
            |x| (array(&x[1], (3, 3)), array(&x[0], (3, 3, 3, 3)), zeros((3, 3))),
            |x: &Array2<T>, a: &Array4<T>, y| {
                einsum!("ijkl,kl->ij", a, x, out = &mut *y; i = 3, j = 3, k = 3, l = 3);
            },
            flat,
        ),
        Kind::Chain => case.add(
            "einsum",
            |x| (array(&x[0], four), (array(&x[1], four), array(&x[2], four)), zeros(four)),
            |a: &Array2<T>, (b, c): &(Array2<T>, Array2<T>), y| {
                einsum!("ij,jk,kl->il", a, b, c, out = &mut *y; i = 4, j = 4, k = 4, l = 4);
            },
            flat,
        ),
        Kind::Batch => case.add(
            "einsum",
            |x| (array(&x[0], (64, 3, 3)), array(&x[1], (64, 3, 3)), zeros((64, 3, 3))),
            |a: &Array3<T>, b: &Array3<T>, c| {
                einsum!("bij,bjk->bik", a, b, out = &mut *c; b = 64, i = 3, j = 3, k = 3);
            },
            flat,
        ),
        Kind::Bilinear => case.add(
            "einsum",
            |x| (array(&x[0], four), (array(&x[1], (4, 4, 4)), array(&x[2], four)), zeros(four)),
            |x: &Array2<T>, (w, v): &(Array3<T>, Array2<T>), y| {
                einsum!("bi,oij,bj->bo", x, w, v, out = &mut *y; b = 4, o = 4, i = 4, j = 4);
            },
            flat,
        ),
        Kind::BatchGradients => case.add(
            "einsum",
            |x| {
                let room = || Gradients { m: zeros((64, 3, 3)), c: zeros((64, 3, 3)), db: zeros((64, 3, 3)) };
                let g = Gradients { m: array(&x[2], (64, 3, 3)), ..room() };
                (g, (array(&x[0], (64, 3, 3)), array(&x[1], (64, 3, 3))), room())
            },
            |g: &Gradients<Array3<T>>, (a, b): &(Array3<T>, Array3<T>), d| {
                let (c, pullback) = einsum_vjp!("bij,bjk->bik", a, b; b = 64, i = 3, j = 3, k = 3);
                let (da, db) = pullback(&g.m);
                *d = Gradients { m: da, c, db };
            },
            |d| [flat(&d.m), flat(&d.c), flat(&d.db)].concat(),
        ),
        _ => unreachable!(),
    }
}
