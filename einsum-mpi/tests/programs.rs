//! Programs as users write them, of several einsums and what is between: against those of whole tensors.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test may panic, and needs no documentation")]
#![forbid(unsafe_code)]

use einsum::{einsum, einsum_vjp};
use einsum_mpi::{Collective, Mesh, Reduction, Sharded, WordsMut, einsum_mpi, einsum_mpi_fn, einsum_mpi_vjp, threads};
use ndarray::{Array, Array1, Array2, Array3, ArrayD, Axis, Dimension, ShapeBuilder, Zip};
use num_complex::Complex64;

/// Integers as numbers, so that sums in any order are the same.
fn numbers<Sh: ShapeBuilder>(seed: i32, shape: Sh) -> Array<f64, Sh::Dim> {
    let mut number = seed;
    Array::from_shape_simple_fn(shape, || {
        number = (number * 31 + 17) % 23;
        f64::from(number - 11)
    })
}

fn on_meshes(program: impl Fn(&Mesh) + Sync) {
    for (dp, tp) in [(1, 1), (2, 2), (4, 1), (1, 4), (3, 2)] {
        threads(dp * tp, |communicator| program(&Mesh::new(&communicator, [("dp", dp), ("tp", tp)]).unwrap()));
    }
}

fn place<T: einsum_mpi::Word, D: Dimension>(mesh: &Mesh, whole: &Array<T, D>, placement: &str) -> Sharded<Array<T, D>> {
    Sharded::from_whole(mesh, whole, placement).unwrap()
}

fn close<D: Dimension>(one: &Array<f64, D>, other: &Array<f64, D>) -> bool {
    one.shape() == other.shape() && Zip::from(one).and(other).all(|one, other| (one - other).abs() < 1e-9)
}

/// Three operands, of which each axis shards others: for each extent, also of fewer indices than there are ranks.
#[test]
fn three_matrices_on_two_axes() {
    for (m, k, l, n) in [(5, 7, 3, 11), (1, 2, 3, 2), (2, 1, 0, 3)] {
        let (a, b, c) = (numbers(1, (m, k)), numbers(2, (k, l)), numbers(3, (l, n)));
        let (y, pullback) = einsum_vjp!("ik,kl,lj->ij", a, b, c);
        let dy = numbers(4, (m, n));
        let expected = pullback(&dy);
        on_meshes(|mesh| {
            let (a, b, c) = (place(mesh, &a, "dp tp"), place(mesh, &b, "tp _"), place(mesh, &c, "dp tp"));
            let (value, pullback) = einsum_mpi_vjp!("i/dp k/tp, k/tp l, l/dp j/tp -> i/tp j/dp", a, b, c);
            assert_eq!((value.placement().to_string().as_str(), value.gather()), ("tp dp", y.clone()));
            let (da, db, dc) = pullback(&place(mesh, &dy, "tp dp"));
            assert_eq!((da.placement(), db.placement(), dc.placement()), (a.placement(), b.placement(), c.placement()));
            assert_eq!((da.gather(), db.gather(), dc.gather()), expected);
        });
    }
}

/// A softmax over a sharded label, and its gradient: functions are applied where elements are, sums are einsums.
#[test]
fn softmax_over_a_sharded_label() {
    for (rows, classes) in [(5, 7), (3, 2), (2, 1)] {
        let (x, dy) = (numbers(1, (rows, classes)), numbers(2, (rows, classes)));
        let mut y = x.mapv(f64::exp);
        y.axis_iter_mut(Axis(0)).for_each(|mut row| row /= row.sum());
        let inner = (&y * &dy).sum_axis(Axis(1)).insert_axis(Axis(1));
        let dx = &y * &(&dy - &inner);
        on_meshes(|mesh| {
            let x = place(mesh, &x, "dp tp");
            // The greatest of each row, on all ranks that have a part of it.
            let mut greatest: Vec<f64> = x
                .local()
                .rows()
                .into_iter()
                .map(|row| row.fold(f64::NEG_INFINITY, |one, other| one.max(*other)))
                .collect();
            mesh.communicator("tp").unwrap().all_reduce(WordsMut::F64(&mut greatest), Reduction::Max);
            let greatest = Sharded::from_local(mesh, Array1::from_vec(greatest), "dp").unwrap();
            let shifted = einsum_mpi!("i/dp -> i/dp j/tp", greatest; j = classes);
            let powers = x.zip(&shifted, |x, greatest| (x - greatest).exp()).unwrap();
            let shares = einsum_mpi!("i/dp j/tp -> i/dp", powers).map(|sum| 1.0 / sum).unwrap();
            let softmax = einsum_mpi!("i/dp j/tp, i/dp -> i/dp j/tp", powers, shares);
            assert!(close(&softmax.gather(), &y));

            let dy = place(mesh, &dy, "dp tp");
            let inner = einsum_mpi!("i/dp j/tp, i/dp j/tp -> i/dp", softmax, dy);
            let inner = einsum_mpi!("i/dp, i/dp j/tp -> i/dp j/tp", inner, softmax);
            let outer = einsum_mpi!("i/dp j/tp, i/dp j/tp -> i/dp j/tp", softmax, dy);
            let gradient = outer.zip(&inner, |outer, inner| outer - inner).unwrap();
            assert!(close(&gradient.gather(), &dx));
        });
    }
}

/// One index, on four ranks.
#[test]
fn three_of_four_ranks_have_nothing() {
    threads(4, |communicator| {
        let mesh = Mesh::new(&communicator, [("dp", 4), ("tp", 1)]).unwrap();
        let (x, w) = (numbers(1, (1, 3)), numbers(2, (3, 1)));
        let (y, pullback) = einsum_vjp!("ik,kj->ij", x, w);
        let expected = pullback(&y);
        let (a, b) = (place(&mesh, &x, "dp _"), place(&mesh, &w, "_ dp"));
        assert_eq!(a.local().is_empty(), communicator.rank() > 0);
        let (value, pullback) = einsum_mpi_vjp!("i/dp k, k j/dp -> i j/dp", a, b);
        let (dx, dw) = pullback(&value);
        assert_eq!((value.gather(), dx.gather(), dw.gather()), (y.clone(), expected.0, expected.1));
        let (value, pullback) = einsum_mpi_vjp!([i, c/dp] = zero(a)[i/dp + p - 1, c] * b[c, p/dp]; i = 3);
        let (whole, of_whole) = einsum_vjp!([i, c] = zero(x)[i + p - 1, c] * w[c, p]; i = 3);
        let (expected, found) = (of_whole(&whole), pullback(&value));
        assert_eq!((value.gather(), found.0.gather(), found.1.gather()), (whole, expected.0, expected.1));
    });
}

einsum_mpi_fn! {
    fn product(x, w) = "b/dp i, i o/tp -> b/dp o/tp";
    fn by_inputs(dy, w) = "b/dp o/tp, i o/tp -> b/dp i";
    fn by_weights(dy, x) = "b/dp o/tp, b/dp i -> i o/tp";
}

/// Gradients of gradients: of `|x w|²`, by functions and by pullbacks, in a direction.
#[test]
fn gradients_of_gradients() {
    let (x, w, v) = (numbers(1, (5, 3)), numbers(2, (3, 7)), numbers(3, (5, 3)));
    // The gradient by `x` is `2 x w wT`; that of its product with `v` is `2 v w wT` and `2 (xT v + vT x) w`.
    let by_x = 2.0 * v.dot(&w).dot(&w.t());
    let by_w = 2.0 * (x.t().dot(&v) + v.t().dot(&x)).dot(&w);
    on_meshes(|mesh| {
        let (x, v) = (place(mesh, &x, "dp _"), place(mesh, &v, "dp _"));
        let w = place(mesh, &w, "_ tp");
        let y = product(&x, &w).map(|y| 2.0 * y).unwrap();
        // (The cotangent of `y` is `2 y`.)
        let (dx, pullback) = einsum_mpi_vjp!("b/dp o/tp, i o/tp -> b/dp i", y, w);
        assert_eq!(dx.gather(), by_inputs(&y, &w).gather());
        let (by_y, direct) = pullback(&v);
        let by_y = by_y.map(|by_y| 2.0 * by_y).unwrap();
        let (second, through) = product::backward(&x, &w, &by_y);
        assert_eq!(second.gather(), by_x);
        assert_eq!(direct.zip(&through, |one, other| one + other).unwrap().gather(), by_w);
        // By a function that is a gradient, and its gradient.
        let (again, _) = by_inputs::backward(&y, &w, &v);
        assert_eq!(2.0 * again.gather(), by_y.gather());
        let (by_dy, _) = by_weights::backward(&y, &x, &w);
        assert_eq!(by_dy.gather(), einsum!("bi,io->bo", x.gather(), w.gather()));
    });
}

/// Complex numbers through all kinds of moves: sums that are scattered, halos, conjugates; gradients are those of whole tensors.
#[test]
fn complex_numbers() {
    let complex = |seed, shape: (usize, usize)| {
        Zip::from(&numbers(seed, shape)).and(&numbers(seed + 1, shape)).map_collect(|re, im| Complex64::new(*re, *im))
    };
    let (x, w, u) = (complex(1, (7, 5)), complex(3, (5, 3)), complex(5, (3, 5)));
    let (y, pullback) = einsum_vjp!("ik,kj->ij", conj(x), w);
    let expected = pullback(&y);
    let (z, of_window) = einsum_vjp!([i] = conj(zero(x)[i + p - 1, c]) * u[p, c]; i = 7);
    let window = of_window(&z);
    on_meshes(|mesh| {
        let (a, b, u) = (place(mesh, &x, "dp tp"), place(mesh, &w, "tp _"), place(mesh, &u, "_ tp"));
        let (value, pullback) = einsum_mpi_vjp!("i/dp k/tp, k/tp j -> i/dp j/tp", conj(a), b);
        assert_eq!(value.gather(), y);
        let gradients = pullback(&value);
        assert_eq!((gradients.0.gather(), gradients.1.gather()), expected.clone());
        let (value, pullback) = einsum_mpi_vjp!([i/dp] = conj(zero(a)[i/dp + p - 1, c/tp]) * u[p, c/tp]; i = 7);
        assert_eq!(value.gather(), z);
        let gradients = pullback(&value);
        assert_eq!((gradients.0.gather(), gradients.1.gather()), window.clone());
    });
}

/// An operand three times, one of dynamic rank, a number, and a chain of results.
#[test]
fn other_operands() {
    let x = numbers(1, (4, 6));
    let cube = einsum!("ij,kj,kl->il", x, x, x);
    on_meshes(|mesh| {
        let a = place(mesh, &x, "dp tp");
        let dynamic: Sharded<ArrayD<f64>> = place(mesh, &x.clone().into_dyn(), "dp tp");
        let all = einsum_mpi!("i/dp j/tp, k/dp j/tp, k/dp l/tp -> i/dp l/tp", a, dynamic, &a);
        assert_eq!(all.gather(), cube);
        let trace: Sharded<Array<f64, _>> = einsum_mpi!("i/dp j/tp, i/dp j/tp -> ", all, a);
        let scaled = einsum_mpi!(", i/dp j/tp -> j/tp i/dp", trace, a);
        let expected: Array2<f64> = &x.t() * (&cube * &x).sum();
        assert_eq!(scaled.gather(), expected);
    });
}

#[test]
fn a_mesh_of_three_axes() {
    let (x, w, v) = (numbers(1, (5, 3, 7)), numbers(2, (3, 7, 4)), numbers(3, (4, 5)));
    let (y, pullback) = einsum_vjp!("bhi,hij,jo->bo", x, w, v);
    let dy = numbers(4, (5, 5));
    let expected = pullback(&dy);
    for (dp, tp, pp) in [(2, 2, 2), (1, 3, 2), (2, 1, 1), (3, 1, 2)] {
        threads(dp * tp * pp, |communicator| {
            let mesh = Mesh::new(&communicator, [("dp", dp), ("tp", tp), ("pp", pp)]).unwrap();
            let (x, w, v) = (place(&mesh, &x, "dp tp pp"), place(&mesh, &w, "tp pp _"), place(&mesh, &v, "pp tp"));
            let (value, pullback) = einsum_mpi_vjp!("b/dp h/tp i/pp, h/tp i/pp j, j/pp o/tp -> b/dp o/pp", x, w, v);
            assert_eq!(value.gather(), y);
            let (dx, dw, dv) = pullback(&place(&mesh, &dy, "dp pp"));
            assert_eq!((dx.gather(), dw.gather(), dv.gather()), expected);
        });
    }
}

#[test]
fn half_of_the_ranks() {
    let x = numbers(1, (5, 3));
    let y = x.dot(&x.t());
    threads(5, |communicator| {
        let half = communicator.split(communicator.rank() % 2);
        let mesh = Mesh::new(&*half, [("dp", half.size())]).unwrap();
        let x = place(&mesh, &x, "dp _");
        // (Ranks of the one half do not wait for those of the other.)
        for _ in 0..=communicator.rank() % 2 {
            assert_eq!(einsum_mpi!("i/dp k, j/dp k -> i j/dp", x, x).gather(), y);
        }
    });
}

/// Names that expansions use as well.
mod runtime {
    pub(crate) const N: usize = 4;
    pub(crate) fn tensor<T>(x: T) -> T {
        x
    }
}

#[test]
fn names_of_the_users() {
    let x = numbers(1, 5);
    threads(2, |communicator| {
        let mesh = Mesh::new(&communicator, [("dp", 2)]).unwrap();
        let x = place(&mesh, &x, "dp");
        let y = einsum_mpi!("i/dp -> i/dp n", runtime::tensor(&x); n = runtime::N);
        assert_eq!(y.extents(), [5, 4]);
        let (y, pullback) =
            einsum_mpi_vjp!("i/dp -> i/dp n", runtime::tensor(x.clone()); n = runtime::tensor(runtime::N));
        assert_eq!(pullback(&y).0.gather(), 4.0 * x.gather());
    });
}

#[test]
fn integers_numbers_and_many_axes() {
    let x = Array3::from_shape_vec((3, 2, 4), (-7..17).collect()).unwrap();
    let s: i32 = x.sum();
    let seven = numbers(1, vec![2, 3, 1, 2, 1, 2, 3]);
    threads(4, |communicator| {
        let mesh = Mesh::new(&communicator, [("dp", 2), ("tp", 2)]).unwrap();
        let x = place(&mesh, &x, "dp _ tp");
        let sum = einsum_mpi!("i/dp j k/tp ->", x);
        assert_eq!(sum.gather().into_scalar(), s);
        let partial = einsum_mpi!("i/dp j k/tp -> //dp //tp", x);
        assert_eq!(partial.placement().to_string().trim(), "//dp //tp");
        assert_eq!(einsum_mpi!("//dp //tp ->", partial).gather().into_scalar(), s);
        let twice = einsum_mpi!("//dp //tp, i/dp j k/tp -> i/dp j k/tp", partial, x);
        assert_eq!(twice.gather(), x.gather() * s);
        let seven: Sharded<ArrayD<f64>> = place(&mesh, &seven, "dp _ _ tp _ _ _");
        let y = einsum_mpi!("a/dp b c d/tp e f g -> g/tp f e d c b a/dp", seven);
        assert_eq!(y.gather(), seven.gather().permuted_axes(vec![6, 5, 4, 3, 2, 1, 0]));
    });
}
