//! glam: matrices and vectors of extents 2, 3 and 4, column-major.

use glam::{DMat2, DMat3, DMat4, DVec2, DVec3, DVec4, Mat2, Mat3, Mat3A, Mat4, Vec2, Vec3, Vec3A, Vec4};

use crate::{
    bench::Case,
    eigen::{Kind, transposed},
    fixed::Gradients,
};

pub trait Glam: Sized {
    /// Adds glam to a case for which it has types.
    fn add(case: &mut Case<Self>, kind: Kind, n: usize);
}

macro_rules! square {
    ($case:ident, $kind:ident, $T:ident, $n:literal, $name:literal, $Mat:ident, $Vec:ident) => {{
        let matrix = |x: &[$T]| $Mat::from_cols_slice(&transposed(x, ($n, $n, 1)));
        let vector = |x: &[$T]| $Vec::from_slice(x);
        let rows = |m: &$Mat| transposed(&m.to_cols_array(), ($n, $n, 1));
        let zero = $Mat::ZERO;
        match $kind {
            Kind::Product => $case.add($name, |x| (matrix(&x[0]), matrix(&x[1]), zero), |a, b, c| *c = *a * *b, rows),
            Kind::MatVec => $case.add(
                $name,
                |x| (vector(&x[1]), matrix(&x[0]), $Vec::ZERO),
                |x, a, y| *y = *a * *x,
                |y| y.to_array().to_vec(),
            ),
            Kind::Dot => $case.add_fed(
                $name,
                |x| (vector(&x[0]), vector(&x[1]), 0.0),
                |x, w, y| *y = x.dot(*w),
                |y| vec![*y],
                |y, x| x.x = *y,
            ),
            Kind::Gradients => $case.add(
                $name,
                |x| {
                    let room = Gradients { m: zero, c: zero, db: zero };
                    (Gradients { m: matrix(&x[2]), ..room }, (matrix(&x[0]), matrix(&x[1])), room)
                },
                |g, (a, b), d| {
                    d.c = *a * *b;
                    d.m = g.m * b.transpose();
                    d.db = a.transpose() * g.m;
                },
                |d| [rows(&d.m), rows(&d.c), rows(&d.db)].concat(),
            ),
            Kind::MatVecGradients => $case.add(
                $name,
                |x| {
                    let room = Gradients { m: $Vec::ZERO, c: $Vec::ZERO, db: zero };
                    (Gradients { m: vector(&x[2]), ..room }, (matrix(&x[0]), vector(&x[1])), room)
                },
                |g, (a, x), d| {
                    d.c = *a * *x;
                    d.m = a.transpose() * g.m;
                    for j in 0..$n {
                        *d.db.col_mut(j) = g.m * x[j];
                    }
                },
                |d| [d.m.to_array().to_vec(), d.c.to_array().to_vec(), rows(&d.db)].concat(),
            ),
            _ => {}
        }
    }};
}

macro_rules! batch {
    ($case:ident, $kind:ident, $T:ident, $name:literal, $Mat:ident) => {{
        let zeros = [$Mat::ZERO; 64];
        let rows = |m: &[$Mat]| m.iter().flat_map(|m| transposed(&m.to_cols_array(), (3, 3, 1))).collect::<Vec<_>>();
        let matrices = |x: &[$T]| -> [$Mat; 64] {
            std::array::from_fn(|b| $Mat::from_cols_slice(&transposed(&x[9 * b..][..9], (3, 3, 1))))
        };
        if $kind == Kind::Batch {
            let make = |x: &[Vec<$T>]| (matrices(&x[0]), matrices(&x[1]), zeros);
            $case.add($name, make, |a, b, c| (0..64).for_each(|i| c[i] = a[i] * b[i]), |c| rows(c));
        } else {
            $case.add(
                $name,
                |x| {
                    let room = Gradients { m: zeros, c: zeros, db: zeros };
                    (Gradients { m: matrices(&x[2]), ..room }, (matrices(&x[0]), matrices(&x[1])), room)
                },
                |g, (a, b), d| {
                    for i in 0..64 {
                        d.c[i] = a[i] * b[i];
                        d.m[i] = g.m[i] * b[i].transpose();
                        d.db[i] = a[i].transpose() * g.m[i];
                    }
                },
                |d| [rows(&d.m), rows(&d.c), rows(&d.db)].concat(),
            );
        }
    }};
}

macro_rules! four {
    ($case:ident, $kind:ident, $T:ident, $Mat:ident) => {{
        let matrix = |x: &[$T]| $Mat::from_cols_slice(&transposed(x, (4, 4, 1)));
        let rows = |m: &$Mat| transposed(&m.to_cols_array(), (4, 4, 1));
        if $kind == Kind::Chain {
            let make = |x: &[Vec<$T>]| (matrix(&x[0]), (matrix(&x[1]), matrix(&x[2])), $Mat::ZERO);
            $case.add("glam", make, |a, (b, c), y| *y = *a * *b * *c, rows);
        } else {
            let weights = |w: &[$T]| -> [$Mat; 4] { std::array::from_fn(|o| matrix(&w[16 * o..][..16])) };
            $case.add(
                "glam",
                |x| (matrix(&x[0]), (weights(&x[1]), matrix(&x[2])), $Mat::ZERO),
                |x, (w, v), y| {
                    for o in 0..4 {
                        let t = *x * w[o];
                        *y.col_mut(o) =
                            t.x_axis * v.x_axis + t.y_axis * v.y_axis + t.z_axis * v.z_axis + t.w_axis * v.w_axis;
                    }
                },
                rows,
            );
        }
    }};
}

impl Glam for f32 {
    fn add(case: &mut Case<f32>, kind: Kind, n: usize) {
        match (kind, n) {
            (Kind::Chain | Kind::Bilinear, _) => four!(case, kind, f32, Mat4),
            (Kind::Batch | Kind::BatchGradients, _) => {
                batch!(case, kind, f32, "glam", Mat3);
                batch!(case, kind, f32, "glam 3A", Mat3A);
            }
            (Kind::FourAxes, _) => {}
            (_, 2) => square!(case, kind, f32, 2, "glam", Mat2, Vec2),
            (_, 3) => {
                square!(case, kind, f32, 3, "glam", Mat3, Vec3);
                square!(case, kind, f32, 3, "glam 3A", Mat3A, Vec3A);
            }
            (_, 4) => square!(case, kind, f32, 4, "glam", Mat4, Vec4),
            _ => {}
        }
    }
}

impl Glam for f64 {
    fn add(case: &mut Case<f64>, kind: Kind, n: usize) {
        match (kind, n) {
            (Kind::Chain | Kind::Bilinear, _) => four!(case, kind, f64, DMat4),
            (Kind::Batch | Kind::BatchGradients, _) => batch!(case, kind, f64, "glam", DMat3),
            (Kind::FourAxes, _) => {}
            (_, 2) => square!(case, kind, f64, 2, "glam", DMat2, DVec2),
            (_, 3) => square!(case, kind, f64, 3, "glam", DMat3, DVec3),
            (_, 4) => square!(case, kind, f64, 4, "glam", DMat4, DVec4),
            _ => {}
        }
    }
}
