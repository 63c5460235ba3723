//! The macros, on ranks that are threads: values and gradients against those of whole tensors.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test may panic, and needs no documentation")]
#![forbid(unsafe_code)]

use einsum::{einsum, einsum_vjp};
use einsum_mpi::{
    Error, Mesh, Sharded, einsum_mpi, einsum_mpi_fn, einsum_mpi_vjp, explain_mpi, threads, try_einsum_mpi,
};
use ndarray::{Array, Array1, Array2, Array3, Array4, Dimension, ShapeBuilder, arr0, array};
use num_complex::Complex64;

/// Integers as numbers, so that sums in any order are the same; never the same at two places.
fn numbers<Sh: ShapeBuilder>(seed: i32, shape: Sh) -> Array<f64, Sh::Dim> {
    let mut number = seed;
    Array::from_shape_simple_fn(shape, || {
        number = (number * 31 + 17) % 23;
        f64::from(number - 11)
    })
}

/// The sizes of the axes `dp` and `tp`.
const MESHES: [(usize, usize); 6] = [(1, 1), (2, 1), (2, 2), (4, 1), (1, 3), (3, 2)];

/// Runs a program on all meshes.
fn on_meshes(program: impl Fn(&Mesh) + Sync) {
    for (dp, tp) in MESHES {
        threads(dp * tp, |communicator| {
            let mesh = Mesh::new(&communicator, [("dp", dp), ("tp", tp)]).unwrap();
            program(&mesh);
        });
    }
}

fn place<D: Dimension>(mesh: &Mesh, whole: &Array<f64, D>, placement: &str) -> Sharded<Array<f64, D>> {
    Sharded::from_whole(mesh, whole, placement).unwrap()
}

/// Extents that no axis of a mesh divides, that are smaller than one, and 0.
const EXTENTS: [(usize, usize, usize); 5] = [(5, 7, 11), (1, 2, 3), (3, 1, 1), (2, 0, 5), (0, 3, 2)];

#[test]
fn products_on_all_meshes() {
    for (m, k, n) in EXTENTS {
        let (x, w) = (numbers(1, (m, k)), numbers(2, (k, n)));
        let y = einsum!("ik,kj->ij", x, w);
        on_meshes(|mesh| {
            let (by_row, by_column) = (place(mesh, &x, "dp _"), place(mesh, &w, "_ tp"));
            assert_eq!(einsum_mpi!("i/dp k, k j/tp -> i/dp j/tp", by_row, by_column).gather(), y);
            let (x, w) = (place(mesh, &x, "dp tp"), place(mesh, &w, "tp _"));
            assert_eq!(einsum_mpi!("i/dp k/tp, k/tp j -> i/dp j", x, w).gather(), y);
            assert_eq!(einsum_mpi!("i/dp k/tp, k/tp j -> i/dp j/tp", &x, w).gather(), y);
            assert_eq!(einsum_mpi!("i/dp k/tp, k/tp j -> i j", x, &w).into_local(), y);
            let partial = einsum_mpi!("i/dp k/tp, k/tp j -> i/dp j //tp", x, w);
            assert_eq!(partial.placement().to_string(), "dp _ //tp");
            assert_eq!(partial.gather(), y);
            assert_eq!(einsum_mpi!("i/dp j //tp -> j i/dp", partial).gather(), y.t());
            // Divisions of numbers that choose an operand are the user's.
            let (both, n, two) = ([w, x], 5, 2);
            let product = einsum_mpi!("i/dp k/tp, k/tp j -> i/dp j", both[n / n], both[n / two - two]);
            assert_eq!(product.gather(), y);
            let product = einsum_mpi!([i/dp, j] = both[n/n][i/dp, k/tp] * both[n/two - two][k/tp, j]);
            assert_eq!(product.gather(), y);
        });
    }
}

#[test]
fn gradients_on_all_meshes() {
    for (m, k, n) in EXTENTS {
        let (x, w, dy) = (numbers(1, (m, k)), numbers(2, (k, n)), numbers(3, (m, n)));
        let (y, pullback) = einsum_vjp!("ik,kj->ij", x, w);
        let (dx, dw) = pullback(&dy);
        on_meshes(|mesh| {
            let (x, w) = (place(mesh, &x, "dp _"), place(mesh, &w, "_ tp"));
            let (value, pullback) = einsum_mpi_vjp!("i/dp k, k j/tp -> i/dp j/tp", x, w);
            assert_eq!(value.gather(), y);
            let gradients = pullback(&place(mesh, &dy, "dp tp"));
            assert_eq!((gradients.0.placement(), gradients.1.placement()), (x.placement(), w.placement()));
            assert_eq!((gradients.0.gather(), gradients.1.gather()), (dx.clone(), dw.clone()));

            // Weights that lie in parts are gathered for the product, and their gradients scattered; rvalues are moved in.
            let weights = w.reshard("dp _").unwrap();
            let (value, pullback) = einsum_mpi_vjp!("i/dp k, k/dp j -> i/dp j", &x, weights.clone());
            assert_eq!(value.gather(), y);
            let gradients = pullback(&place(mesh, &dy, "dp _"));
            assert_eq!((gradients.0.gather(), gradients.1.gather()), (dx.clone(), dw.clone()));

            let (value, pullback) = einsum_mpi_vjp!("i/dp k, k j/tp -> i j", x, w, wrt = [w]);
            assert_eq!(value.gather(), y);
            assert_eq!(pullback(&place(mesh, &dy, "_ _")).0.gather(), dw);

            let contracted = (x.reshard("_ tp").unwrap(), w.reshard("tp _").unwrap());
            let (value, pullback) = einsum_mpi_vjp!("i k/tp, k/tp j -> i j //tp", contracted.0, contracted.1);
            assert_eq!(value.gather(), y);
            let gradients = pullback(&place(mesh, &dy, "_ _"));
            assert_eq!((gradients.0.gather(), gradients.1.gather()), (dx.clone(), dw.clone()));
        });
    }
}

#[test]
fn chains_numbers_and_repeated_labels() {
    let (x, w, v) = (numbers(1, (5, 3)), numbers(2, (3, 7)), numbers(3, (7, 2)));
    let y = einsum!("ik,kj,jl->il", x, w, v);
    let dy = numbers(4, (5, 2));
    let (_, pullback) = einsum_vjp!("ik,kj,jl->il", x, w, v);
    let expected = pullback(&dy);
    let square = numbers(5, (5, 5));
    on_meshes(|mesh| {
        let (a, b, c) = (place(mesh, &x, "dp _"), place(mesh, &w, "_ tp"), place(mesh, &v, "tp _"));
        let (value, pullback) = einsum_mpi_vjp!("i/dp k, k h/tp, h/tp o -> i/dp o", a, b, c);
        assert_eq!(value.gather(), y);
        let gradients = pullback(&place(mesh, &dy, "dp _"));
        assert_eq!((gradients.0.gather(), gradients.1.gather(), gradients.2.gather()), expected);
        // Parentheses, and an intermediate that moves.
        let rows = (place(mesh, &w, "tp _"), place(mesh, &v, "tp _"));
        assert_eq!(einsum_mpi!("(i/dp k, k/tp h), h/tp o -> i/dp o", a, rows.0, rows.1).gather(), y);

        let dot = einsum_mpi!("i/dp k, i/dp k -> ", a, a);
        assert_eq!(dot.into_local(), arr0(einsum!("ik,ik->", x, x)));
        let (dot, pullback) = einsum_mpi_vjp!("i/dp k, i/dp k -> //dp", a, a);
        let (one, other) = pullback(&Sharded::replicate(mesh, arr0(2.0)).unwrap());
        assert_eq!(dot.gather(), arr0(einsum!("ik,ik->", x, x)));
        assert_eq!((one.gather(), other.gather()), (2.0 * &x, 2.0 * &x));

        let whole = Sharded::replicate(mesh, square.clone()).unwrap();
        assert_eq!(einsum_mpi!("i i -> i/tp", whole).gather(), square.diag());
        let diagonal = einsum_mpi!("i i -> i i", whole);
        assert_eq!(diagonal.gather(), einsum!("ii->ii", square));
        let column = place(mesh, &Array1::from_vec(vec![1.0, 2.0, 3.0]), "tp");
        let repeated = einsum_mpi!("i/tp -> j/dp i", column; j = 5);
        assert_eq!(repeated.gather(), einsum!("i->ji", array![1.0, 2.0, 3.0]; j = 5));
        let (_, pullback) = einsum_mpi_vjp!("i/tp -> j/dp i", column; j = 5);
        let (gradient,) = pullback(&place(mesh, &numbers(1, (5, 3)), "dp _"));
        assert_eq!(gradient.gather(), numbers(1, (5, 3)).sum_axis(ndarray::Axis(0)));
    });
}

#[test]
fn batches_in_index_notation() {
    let (q, k) = (numbers(1, (2, 5, 3, 4)), numbers(2, (2, 7, 3, 4)));
    let scores = einsum!("bthd,bshd->bhts", q, k);
    on_meshes(|mesh| {
        let (q, k): (Sharded<Array4<f64>>, _) = (place(mesh, &q, "dp _ tp _"), place(mesh, &k, "dp _ tp _"));
        let s = einsum_mpi!([b/dp, h/tp, t, s] = q[b/dp, t, h/tp, d] * k[b/dp, s, h/tp, d]);
        assert_eq!(s.gather(), scores);
        // Tokens for heads.
        let tokens: Sharded<Array4<f64>> = einsum_mpi!([batch/dp, t/tp, h, d] = q[batch/dp, t, h/tp, d]);
        assert_eq!(tokens.gather(), q.gather());
        let summed = einsum_mpi!([b/dp, t, s, /tp] = q[b/dp, t, h/tp, d] * k[b/dp, s, h/tp, d]);
        assert_eq!(summed.gather(), scores.sum_axis(ndarray::Axis(1)));
    });
}

#[test]
fn conjugates_and_other_elements() {
    let x = numbers(1, (3, 5)).mapv(|number| Complex64::new(number, -0.5 * number));
    let w = numbers(2, (3, 2)).mapv(|number| Complex64::new(1.0, number));
    let y = einsum!("ki,kj->ij", conj(x), w);
    let (a, b) = (array![[1_i32, 2], [3, 4], [5, 6]], array![[1_i32, -1], [2, 7]]);
    on_meshes(|mesh| {
        let (x, w) = (Sharded::from_whole(mesh, &x, "tp _").unwrap(), Sharded::from_whole(mesh, &w, "dp _").unwrap());
        assert_eq!(einsum_mpi!("k/tp i, k/dp j -> i j", conj(x), w).gather(), y);
        let (a, b) = (Sharded::from_whole(mesh, &a, "dp tp").unwrap(), Sharded::from_whole(mesh, &b, "tp _").unwrap());
        assert_eq!(einsum_mpi!("i/dp k/tp, k/tp j -> i/dp j", a, b).gather(), array![[5, 13], [11, 25], [17, 37]]);
    });
}

einsum_mpi_fn! {
    /// A linear layer, of columns of weights.
    pub fn linear(x, w) = "b/dp i, i o/tp -> b/dp o/tp";
    fn gathered(x, w) -> [b/dp, o] { x[b/dp, i] * w[i/dp, o] }
    fn dot(x, y) = "i/tp, i/tp -> //tp";
    fn repeat(x; n) = "i/tp -> n i/tp";
    fn conjugated(x, w) = "b/dp i, i o/tp -> b/dp o/tp";
}

#[test]
fn functions_and_their_gradients() {
    let (x, w, dy) = (numbers(1, (5, 7)), numbers(2, (7, 3)), numbers(3, (5, 3)));
    let (y, dx, dw) = (x.dot(&w), dy.dot(&w.t()), x.t().dot(&dy));
    on_meshes(|mesh| {
        let a = place(mesh, &x, "dp _");
        let b = place(mesh, &w, "_ tp");
        let value: Sharded<Array2<f64>> = linear(&a, &b);
        assert_eq!(value.gather(), y);
        let gradients = linear::backward(&a, &b, &place(mesh, &dy, "dp tp"));
        assert_eq!((gradients.0.gather(), gradients.1.gather()), (dx.clone(), dw.clone()));
        let b = place(mesh, &w, "dp _");
        assert_eq!(gathered(&a, &b).gather(), y);
        let gradients = gathered::backward(&a, &b, &place(mesh, &dy, "dp _"));
        assert_eq!((gradients.0.gather(), gradients.1.gather()), (dx.clone(), dw.clone()));

        let v = place(mesh, &array![1.0, 2.0, 3.0], "tp");
        assert_eq!(dot(&v, &v).gather(), arr0(14.0));
        let two = Sharded::replicate(mesh, arr0(2.0)).unwrap();
        assert_eq!(dot::backward(&v, &v, &two).0.gather(), array![2.0, 4.0, 6.0]);
        let rows = repeat(&v, 2);
        assert_eq!(rows.gather(), array![[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]);
        assert_eq!(repeat::backward(&v, 2, &rows).0.gather(), array![2.0, 4.0, 6.0]);
    });
}

/// What numpy would repeat has a label of its own, wherever it lies.
#[test]
fn axes_of_extent_1_have_labels_of_their_own() {
    let (x, row, column) = (numbers(1, (5, 7)), numbers(2, (1, 7)), numbers(3, (5, 1)));
    let y = einsum!("ij,ij,ij->ij", x, row, column);
    let dy = numbers(4, (5, 7));
    let (_, pullback) = einsum_vjp!("ij,uj,iv->ij", x, row, column);
    let expected = pullback(&dy);
    on_meshes(|mesh| {
        let x = place(mesh, &x, "dp tp");
        let (whole_row, whole_column) = (place(mesh, &row, "_ _"), place(mesh, &column, "_ _"));
        let Err(error) = try_einsum_mpi!("i/dp j/tp, i j -> i/dp j", x, whole_row) else { panic!("no error") };
        let help =
            "give the axis of `whole_row` another label, which is on nothing else: the sum over it is its one element";
        assert!(error.to_string().ends_with(help), "{error}");
        let (value, pullback) = einsum_mpi_vjp!("i/dp j/tp, u j, i v -> i/dp j/tp", x, whole_row, whole_column);
        assert_eq!(value.gather(), y);
        let gradients = pullback(&place(mesh, &dy, "dp tp"));
        assert_eq!((gradients.0.gather(), gradients.1.gather(), gradients.2.gather()), expected);
        // Also where the one index is on one process.
        let (row, column) = (place(mesh, &row, "dp tp"), place(mesh, &column, "dp tp"));
        let (value, pullback) = einsum_mpi_vjp!("i/dp j/tp, u/dp j/tp, i/dp v/tp -> i/dp j/tp", x, row, column);
        assert_eq!(value.gather(), y);
        let gradients = pullback(&place(mesh, &dy, "dp tp"));
        assert_eq!((gradients.0.gather(), gradients.1.gather(), gradients.2.gather()), expected);
    });
}

#[test]
fn mistakes_are_errors_on_all_ranks() {
    threads(4, |communicator| {
        let mesh = Mesh::new(&communicator, [("dp", 2), ("tp", 2)]).unwrap();
        let x = place(&mesh, &numbers(1, (5, 7)), "dp _");
        let w = place(&mesh, &numbers(1, (6, 3)), "_ tp");
        let Err(error) = try_einsum_mpi!("b/dp i, i o/tp -> b/dp o/tp", x, w) else { panic!("no error") };
        assert_eq!(
            error.to_string(),
            "label `i` of \"b/dp i, i o/tp -> b/dp o/tp\" has extent 7 in `x` and 6 in `w` (of the whole tensors): nothing is \
             broadcast among shards"
        );
        let Err(error) = try_einsum_mpi!("b/tp i, i o/tp -> b/tp o", x, w) else { panic!("no error") };
        assert!(matches!(error, Error::Operand { operand: "x", .. }), "{error}");
        let columns = place(&mesh, &numbers(1, (5, 7)), "_ tp");
        let Err(error) = try_einsum_mpi!([b, i/tp] = columns[b, i/tp + p]; i = 6, p = 3) else { panic!("no error") };
        assert_eq!(
            error.to_string(),
            "`columns` of \"b i/tp+p -> b i/tp\" is read at `i+p`, from 0 to 7, along an axis of extent 7 (of the whole tensor): \
             write `zero(columns)[..]`, `wrap` or `clamp`, or a smaller extent"
        );
        let Err(error) = try_einsum_mpi!([b, i/tp] = zero(columns)[b, 9223372036854775807*i/tp]; i = 6) else {
            panic!("no error")
        };
        assert_eq!(
            error.to_string(),
            "`columns` of \"b zero(9223372036854775807*i/tp) -> b i/tp\" is read at `9223372036854775807*i`, from 0 to \
             46116860184273879035: a rank's part of so many elements, with those between, fits in no memory"
        );
        // Either axis could be in memory, both could not.
        let Err(error) = try_einsum_mpi!([b, i/tp] = zero(columns)[4294967296*b, 4294967296*i/tp]; b = 6, i = 6) else {
            panic!("no error")
        };
        assert!(matches!(error, Error::Window { form: "4294967296*i", .. }), "{error}");
        // Another extent on one rank alone.
        let n = if mesh.ranks().rank() == 3 { 4 } else { 5 };
        let Err(error) = try_einsum_mpi!("b/dp i -> b/dp i n", x; n = n) else { panic!("no error") };
        assert!(matches!(error, Error::Ranks { label: "n", range: (4, 5), .. }), "{error}");
    });
}

/// Each label with the span of one argument.
macro_rules! of_labels {
    ($i:ident, $x:expr, $w:expr) => {
        einsum_mpi!([$i/dp] = $x[$i/dp + p] * $w[p, $i/dp])
    };
}

#[test]
fn labels_may_have_one_span() {
    let (x, w) = (numbers(1, 13), numbers(2, (3, 11)));
    let y = einsum!([i] = x[i + p] * w[p, i]);
    on_meshes(|mesh| {
        let (x, w) = (place(mesh, &x, "dp"), place(mesh, &w, "_ dp"));
        let computed = of_labels!(i, x, w);
        assert_eq!((computed.placement().to_string(), computed.gather()), ("dp".to_owned(), y.clone()));
    });
}

#[test]
fn explanations_say_what_is_sent() {
    let text = explain_mpi!("b/dp i, i o/tp -> b/dp o/tp").to_string();
    assert!(text.contains("each process sends: nothing"), "{text}");
    assert!(text.contains("all-reduce of c1 over tp -> dA"), "{text}");
    let _: Array3<f64> = numbers(1, (1, 1, 1));
}
