//! Libraries that have a function for a product of known extents: libxsmm's kernels, nano-gemm's plans.

use super::Gradients;
use crate::{
    bench::Case,
    eigen::Kind,
    product::{Product, Shape},
    report::Report,
    value::{Real, Value},
};

type Numbers<T> = Box<[T]>;

fn boxed<T: Real>(x: &[T]) -> Numbers<T> {
    x.into()
}

fn zeros<T: Real>(n: usize) -> Numbers<T> {
    vec![<T as Value>::ZERO; n].into()
}

/// Adds the library, if it has the product. Sums of one factor are not products.
pub fn add<T: Real, P: Product<T>>(
    case: &mut Case<T>,
    kind: Kind,
    n: usize,
    name: &str,
    product: impl Fn(Shape) -> Option<P>,
    report: &mut Report,
) {
    let shape = match kind {
        Kind::Dot | Kind::Trace => return,
        Kind::MatVec | Kind::MatVecGradients => Shape::new(n, n, 1),
        Kind::FourAxes => Shape::new(n * n, n * n, 1),
        _ => Shape::new(n, n, n),
    };
    let Some(p) = product(shape) else { return };
    let flat = |y: &Numbers<T>| y.to_vec();
    let length = case.results[0];
    // SAFETY: in each, operands and results have the extents that the product was made for.
    match kind {
        Kind::Product => case.add(
            name,
            |x| (boxed(&x[0]), boxed(&x[1]), zeros(length)),
            move |a, b, c| unsafe { p.run(a.as_ptr(), b.as_ptr(), c.as_mut_ptr()) },
            flat,
        ),
        Kind::MatVec | Kind::FourAxes => case.add(
            name,
            |x| (boxed(&x[1]), boxed(&x[0]), zeros(length)),
            move |x, a, y| unsafe { p.run(a.as_ptr(), x.as_ptr(), y.as_mut_ptr()) },
            flat,
        ),
        Kind::Chain => case.add(
            name,
            |x| (boxed(&x[0]), (boxed(&x[1]), boxed(&x[2])), zeros(length)),
            move |a, (b, c), y| {
                let mut t = [<T as Value>::ZERO; 16];
                unsafe {
                    p.run(a.as_ptr(), b.as_ptr(), t.as_mut_ptr());
                    p.run(t.as_ptr(), c.as_ptr(), y.as_mut_ptr());
                }
            },
            flat,
        ),
        Kind::Batch => case.add(
            name,
            |x| (boxed(&x[0]), boxed(&x[1]), zeros(length)),
            move |a, b, c| {
                for at in (0..64 * 9).step_by(9) {
                    unsafe { p.run(a[at..].as_ptr(), b[at..].as_ptr(), c[at..].as_mut_ptr()) }
                }
            },
            flat,
        ),
        Kind::Bilinear => case.add(
            name,
            |x| (boxed(&x[0]), (boxed(&x[1]), boxed(&x[2])), zeros(length)),
            move |x, (w, v), y| {
                let mut t = [<T as Value>::ZERO; 16];
                for o in 0..4 {
                    unsafe { p.run(x.as_ptr(), w[16 * o..].as_ptr(), t.as_mut_ptr()) }
                    for (b, (t, v)) in t.chunks_exact(4).zip(v.chunks_exact(4)).enumerate() {
                        y[4 * b + o] = t[0] * v[0] + t[1] * v[1] + t[2] * v[2] + t[3] * v[3];
                    }
                }
            },
            flat,
        ),
        Kind::Gradients | Kind::BatchGradients => {
            let (by_b, by_a) = (Shape { b_transposed: true, ..shape }, Shape { a_transposed: true, ..shape });
            let (Some(by_b), Some(by_a)) = (product(by_b), product(by_a)) else {
                return report
                    .skipped(&format!("{name}, {}, {}", case.group, case.name), "no kernel for transposed factors");
            };
            case.add(
                name,
                |x| {
                    let room = || Gradients { m: zeros(length), c: zeros(length), db: zeros(length) };
                    (Gradients { m: boxed(&x[2]), ..room() }, (boxed(&x[0]), boxed(&x[1])), room())
                },
                move |g, (a, b), d| {
                    for at in (0..length).step_by(n * n) {
                        let (a, b, g) = (a[at..].as_ptr(), b[at..].as_ptr(), g.m[at..].as_ptr());
                        unsafe {
                            p.run(a, b, d.c[at..].as_mut_ptr());
                            by_b.run(g, b, d.m[at..].as_mut_ptr());
                            by_a.run(a, g, d.db[at..].as_mut_ptr());
                        }
                    }
                },
                |d| [&d.m[..], &d.c, &d.db].concat(),
            );
        }
        Kind::MatVecGradients => {
            let (by_a, outer) = (Shape { a_transposed: true, ..shape }, Shape::new(n, 1, n));
            let (Some(by_a), Some(outer)) = (product(by_a), product(outer)) else {
                return report
                    .skipped(&format!("{name}, {}, {}", case.group, case.name), "no kernel for a transposed factor");
            };
            case.add(
                name,
                |x| {
                    let room = || Gradients { m: zeros(n), c: zeros(n), db: zeros(n * n) };
                    (Gradients { m: boxed(&x[2]), ..room() }, (boxed(&x[0]), boxed(&x[1])), room())
                },
                move |g, (a, x), d| unsafe {
                    p.run(a.as_ptr(), x.as_ptr(), d.c.as_mut_ptr());
                    by_a.run(a.as_ptr(), g.m.as_ptr(), d.m.as_mut_ptr());
                    outer.run(g.m.as_ptr(), x.as_ptr(), d.db.as_mut_ptr());
                },
                |d| [&d.m[..], &d.c, &d.db].concat(),
            );
        }
        Kind::Dot | Kind::Trace => {}
    }
}
