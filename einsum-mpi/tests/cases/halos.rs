//! Einsums that are read at forms of sharded labels, against those of whole tensors: values, and gradients.

use einsum::{einsum, einsum_vjp};
use einsum_mpi::{
    Sharded, einsum_mpi, einsum_mpi_fn, einsum_mpi_vjp,
    halo::{self, Outside, Reach},
    moves,
};
use ndarray::{Array, Array1, Array2, CowArray, Dimension, Ix2, ShapeBuilder};
use num_complex::Complex64;

use crate::on_meshes;

/// Integers as numbers, so that sums in any order are the same.
fn numbers<Sh: ShapeBuilder>(seed: i32, shape: Sh) -> Array<f64, Sh::Dim> {
    let mut number = seed;
    Array::from_shape_simple_fn(shape, || {
        number = (number * 31 + 17) % 23;
        f64::from(number - 11)
    })
}

/// The sum of products: gradients of whole numbers are exact, and so is the adjoint identity.
fn dot<D: Dimension>(one: &Array<f64, D>, other: &Array<f64, D>) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// How long the axis and the window are: shorter than a rank's part, longer, as long as the axis, and nothing.
const EXTENTS: [(usize, usize); 9] = [(13, 3), (11, 1), (7, 5), (5, 5), (17, 13), (3, 2), (1, 1), (4, 0), (23, 4)];

/// Compares a sharded einsum with that of whole tensors: `name: "placement"` of operands, and of the result.
macro_rules! compared {
    ($mesh:expr, [$($x:ident: $placement:literal),+] -> $lies:literal, ($($whole:tt)*), ($($sharded:tt)*)) => {{
        let (expected, pullback) = einsum_vjp!($($whole)*);
        let cotangent = numbers(7, expected.raw_dim());
        let expected_gradients = pullback(&cotangent);
        let mesh = $mesh;
        $(let $x = Sharded::from_whole(mesh, &$x, $placement).unwrap();)+
        let value = einsum_mpi!($($sharded)*);
        assert_eq!(value.gather(), expected, "{:?} {}", mesh.axes(), stringify!($($sharded)*));
        let (value, pullback) = einsum_mpi_vjp!($($sharded)*);
        assert_eq!(value.gather(), expected, "{:?} {}", mesh.axes(), stringify!($($sharded)*));
        assert_eq!(value.placement().to_string(), $lies);
        let gradients = pullback(&Sharded::from_whole(mesh, &cotangent, $lies).unwrap());
        let gathered = compared!(@gathered gradients, $($x),+);
        assert_eq!(gathered, expected_gradients, "{:?} {}", mesh.axes(), stringify!($($sharded)*));
    }};
    (@gathered $gradients:ident, $one:ident) => { ($gradients.0.gather(),) };
    (@gathered $gradients:ident, $one:ident, $other:ident) => { ($gradients.0.gather(), $gradients.1.gather()) };
    (@gathered $gradients:ident, $one:ident, $other:ident, $third:ident) => {
        ($gradients.0.gather(), $gradients.1.gather(), $gradients.2.gather())
    };
}

/// Sums over windows, with strides and offsets, and more than one sharded axis.
pub(crate) fn convolutions() {
    on_meshes(|mesh| {
        for (n, k) in EXTENTS {
            let (x, w) = (numbers(1, (2, n, 3)), numbers(2, (5, 3, k)));
            let conv = (&x, &w);
            {
                let (x, w) = conv;
                compared!(mesh, [x: "_ tp _", w: "_ _ _"] -> "_ _ tp",
                    ([b, f, i] = x[b, i + p, c] * w[f, c, p]),
                    ([b, f, i/tp] = x[b, i/tp + p, c] * w[f, c, p]));
                compared!(mesh, [x: "dp tp _", w: "_ _ _"] -> "dp _ tp",
                    ([b, f, i] = x[b, 2*i + p, c] * w[f, c, p]),
                    ([b/dp, f, i/tp] = x[b/dp, 2*i/tp + p, c] * w[f, c, p]));
                compared!(mesh, [x: "_ tp dp", w: "_ dp _"] -> "_ _ _",
                    ([b, f, i] = x[b, 3*i + 2*p + 1, c] * w[f, c, p]),
                    ([b, f, i] = x[b, i/tp*3 + 2*p + 1, c/dp] * w[f, c/dp, p]));
            }
            // A label of the form that nothing else has, and one that is not summed.
            let x = numbers(1, n);
            let v = numbers(2, n);
            compared!(mesh, [x: "tp"] -> "tp", ([i] = x[i + p]; p = k.max(1)), ([i/tp] = x[i/tp + p]; p = k.max(1)));
            compared!(mesh, [x: "tp"] -> "_ tp", ([p, i] = x[2*i + p]; p = k.max(1)), ([p, i/tp] = x[2*i/tp + p]; p = k.max(1)));
            compared!(mesh, [x: "tp", v: "tp"] -> "_", ([d] = x[i + d] * v[i]; d = 1), ([d] = x[i/tp + d] * v[i/tp]; d = 1));
        }
        // Two axes.
        let (x, w) = (numbers(1, (11, 7)), numbers(2, (3, 2)));
        compared!(mesh, [x: "dp tp", w: "_ _"] -> "dp tp",
            ([i, j] = x[i + p, 2*j + q] * w[p, q]),
            ([i/dp, j/tp] = x[i/dp + p, 2*j/tp + q] * w[p, q]));
        let images = numbers(1, (3, 2, 7, 11));
        let kernels = numbers(2, (5, 2, 3, 3));
        compared!(mesh, [images: "_ _ dp tp", kernels: "_ _ _ _"] -> "_ _ dp tp",
            ([n, f, i, j] = zero(images)[n, c, i + p - 1, j + q - 1] * kernels[f, c, p, q]; i = 7, j = 11),
            ([n, f, i/dp, j/tp] = zero(images)[n, c, i/dp + p - 1, j/tp + q - 1] * kernels[f, c, p, q]; i = 7, j = 11));
    });
}

/// What is outside, and windows longer than the axis.
pub(crate) fn borders() {
    on_meshes(|mesh| {
        for (n, k) in EXTENTS {
            let (x, w) = (numbers(1, (n, 2)), numbers(2, k));
            for length in [n, 1, 2 * n, 0] {
                compared!(mesh, [x: "tp _", w: "_"] -> "tp _",
                    ([i, c] = zero(x)[i + p - 2, c] * w[p]; i = length),
                    ([i/tp, c] = zero(x)[i/tp + p - 2, c] * w[p]; i = length));
                compared!(mesh, [x: "tp _", w: "_"] -> "tp _",
                    ([i, c] = wrap(x)[i + 2*p - 5, c] * w[p]; i = length),
                    ([i/tp, c] = wrap(x)[i/tp + 2*p - 5, c] * w[p]; i = length));
                compared!(mesh, [x: "tp _", w: "_"] -> "tp _",
                    ([i, c] = clamp(x)[2*i + p - 3, c] * w[p]; i = length),
                    ([i/tp, c] = clamp(x)[2*i/tp + p - 3, c] * w[p]; i = length));
                // Strides that leave out what lies between.
                compared!(mesh, [x: "tp _"] -> "tp _",
                    ([i, c] = zero(x)[7*i - 5, c]; i = length), ([i/tp, c] = zero(x)[7*i/tp - 5, c]; i = length));
                compared!(mesh, [x: "tp _"] -> "tp _",
                    ([i, c] = wrap(x)[4*i - 5, c]; i = length), ([i/tp, c] = wrap(x)[4*i/tp - 5, c]; i = length));
                compared!(mesh, [x: "tp _"] -> "_ tp _",
                    ([p, i, c] = clamp(x)[5*i + p - 9, c]; i = length, p = 2),
                    ([p, i/tp, c] = clamp(x)[5*i/tp + p - 9, c]; i = length, p = 2));
            }
        }
    });
}

/// Operands that all ranks have, that are sums, that are moved; and axes that are read at forms but not sharded.
pub(crate) fn other_placements() {
    on_meshes(|mesh| {
        let (x, w, v) = (numbers(1, (13, 5)), numbers(2, (3, 5)), numbers(3, (11, 4)));
        compared!(mesh, [x: "_ _", w: "_ _"] -> "tp", ([i] = x[i + p, c] * w[p, c]), ([i/tp] = x[i + p, c] * w[p, c]));
        compared!(mesh, [x: "dp tp", w: "_ tp"] -> "dp",
            ([i] = x[i + p, c] * w[p, c]), ([i/dp] = x[i/dp + p, c/tp] * w[p, c/tp]));
        compared!(mesh, [x: "dp tp", w: "_ _"] -> "_ dp",
            ([c, i] = x[i + p, c] * w[p, c]), ([c, i/dp] = x[i/dp + p, c/tp] * w[p, c]));
        compared!(mesh, [x: "_ dp", w: "tp _"] -> "dp _",
            ([c, i] = zero(x)[i + p - 1, c] * w[p, c]; i = 13), ([c/dp, i] = zero(x)[i + p - 1, c/dp] * w[p/tp, c]; i = 13));
        compared!(mesh, [x: "tp _", w: "_ _", v: "tp _"] -> "_ dp",
            ([c, f] = x[i + p, c] * w[p, c] * v[i, f]), ([c, f/dp] = (x[i/tp + p, c] * w[p, c]) * v[i/tp, f]));
        compared!(mesh, [x: "tp _", w: "tp _"] -> "tp",
            ([i] = zero(x)[i + p, c] * zero(w)[2*i + q, c]; i = 11, p = 3, q = 2),
            ([i/tp] = zero(x)[i/tp + p, c] * zero(w)[2*i/tp + q, c]; i = 11, p = 3, q = 2));
        let y = einsum!([i] = x[i + p, c] * w[p, c]);
        let terms = Sharded::from_local(
            mesh,
            &x / if mesh.index("dp").unwrap() == 0 { 1.0 } else { f64::INFINITY },
            "_ _ //dp",
        )
        .unwrap();
        let part = terms.reshard("tp _ //dp").unwrap();
        let weights = Sharded::replicate(mesh, w.clone()).unwrap();
        assert_eq!(einsum_mpi!([i/tp] = part[i/tp + p, c, /dp] * weights[p, c]).gather(), y);
        let partial = einsum_mpi!([i/tp, /dp] = part[i/tp + p, c, /dp] * weights[p, c]);
        assert_eq!((partial.placement().to_string().as_str(), partial.gather()), ("tp //dp", y));

        let z = x.mapv(|number| Complex64::new(number, 1.0 - number));
        let u = w.mapv(|number| Complex64::new(1.0, number));
        let expected = einsum!([i] = conj(z[i + p, c]) * u[p, c]);
        let (z, u) = (Sharded::from_whole(mesh, &z, "tp _").unwrap(), Sharded::from_whole(mesh, &u, "_ dp").unwrap());
        assert_eq!(einsum_mpi!([i/tp] = conj(z[i/tp + p, c]) * u[p, c/dp]).gather(), expected);
        let numbers = [z, u];
        assert_eq!(einsum_mpi!([i/tp] = conj(numbers[0])[i/tp + p, c] * numbers[2 - 1][p, c/dp]).gather(), expected);
    });
}

einsum_mpi_fn! {
    fn blurred(x, w; i) -> [b/dp, i/tp] { zero(x)[b/dp, 2*i/tp + p - 1] * w[p] }
    fn correlated(x, y; d) -> [d] { x[i/tp + d] * y[i/tp] }
    fn pooled(x; p) -> [i/tp] { x[3*i/tp + p] }
}

/// Functions and their gradients, which compute no values; and the adjoint identity.
pub(crate) fn functions() {
    on_meshes(|mesh| {
        let (x, w) = (numbers(1, (3, 11)), numbers(2, 4));
        let (expected, pullback) = einsum_vjp!([b, i] = zero(x)[b, 2*i + p - 1] * w[p]; i = 7);
        let cotangent = numbers(3, (3, 7));
        let (dx, dw) = pullback(&cotangent);
        let (whole, x) = (x.clone(), Sharded::from_whole(mesh, &x, "dp tp").unwrap());
        let w = Sharded::replicate(mesh, w.clone()).unwrap();
        let dy = Sharded::from_whole(mesh, &cotangent, "dp tp").unwrap();
        let y: Sharded<Array2<f64>> = blurred(&x, &w, 7);
        assert_eq!(y.gather(), expected);
        let gradients = blurred::backward(&x, &w, 7, &dy);
        assert_eq!((gradients.0.gather(), gradients.1.gather()), (dx.clone(), dw));
        assert!((dot(&expected, &cotangent) - dot(&whole, &dx)).abs() < 1e-9);

        let (a, b) = (numbers(1, 13), numbers(2, 9));
        let (expected, pullback) = einsum_vjp!([d] = a[i + d] * b[i]; d = 5);
        let cotangent = numbers(3, 5);
        let whole = pullback(&cotangent);
        let (a, b) = (Sharded::from_whole(mesh, &a, "tp").unwrap(), Sharded::from_whole(mesh, &b, "tp").unwrap());
        assert_eq!(correlated(&a, &b, 5).gather(), expected);
        let gradients = correlated::backward(&a, &b, 5, &Sharded::replicate(mesh, cotangent).unwrap());
        assert_eq!((gradients.0.gather(), gradients.1.gather()), whole);

        let x: Array1<f64> = numbers(1, 14);
        let (expected, pullback) = einsum_vjp!([i] = x[3*i + p]; p = 2);
        let cotangent = numbers(5, expected.raw_dim());
        let (dx,) = pullback(&cotangent);
        let x = Sharded::from_whole(mesh, &x, "tp").unwrap();
        assert_eq!(pooled(&x, 2).gather(), expected);
        let dy = Sharded::from_whole(mesh, &cotangent, "tp").unwrap();
        assert_eq!(pooled::backward(&x, 2, &dy).0.gather(), dx);
    });
}

/// A window that a rank has already is read where it is.
pub(crate) fn views() {
    on_meshes(|mesh| {
        let size = mesh.size("tp").unwrap();
        let x: Array2<f64> = numbers(1, (2, 3 * size));
        let whole = x.as_slice().unwrap().as_ptr_range();
        let of = |reach: &Reach<'_>| {
            let cut = halo::cut(x.view(), mesh, "tp", 1, reach);
            let part = moves::split(x.view(), mesh, "tp", 1, 3 * size);
            let gathered = halo::gathered(part, mesh, "tp", 1, reach);
            assert_eq!(cut, gathered);
            let is_view = |window: &CowArray<'_, f64, Ix2>| window.is_view() && whole.contains(&window.as_ptr());
            (is_view(&cut), is_view(&gathered))
        };
        // `x[i, 3*j/tp + p]`: each rank reads its block, and a rank alone all that is there.
        let blocks =
            Reach { extent: 3 * size, constant: 0, sharded: (3, size), others: &[(1, 3)], outside: Outside::Error };
        assert_eq!(of(&blocks), (true, true));
        assert_eq!(of(&Reach { others: &[(2, 2)], ..blocks }), (true, true));
        // `zero(x)[i, j/tp + p - 1]`: the first and the last read what is not there.
        let ends = Reach { sharded: (1, 3 * size), constant: -1, outside: Outside::Zero, ..blocks };
        let is_inner = (1..size.max(1) - 1).contains(&mesh.index("tp").unwrap());
        assert_eq!(of(&ends), (is_inner, false));
        // `x[i, j/tp + p]`: others have some of it.
        let halos = Reach { sharded: (1, 3 * size - 2), ..blocks };
        assert_eq!(of(&halos), (true, size == 1));

        // Of an array that is given, its memory where the window is all of it, and else as much as the window needs.
        for reach in [&blocks, &halos] {
            let (given, cut) = (x.clone(), halo::cut(x.view(), mesh, "tp", 1, reach));
            let at = given.as_ptr();
            let own = halo::cut(given, mesh, "tp", 1, reach);
            assert_eq!(own, cut);
            let (is_all, columns) = (own.dim() == x.dim(), own.ncols());
            let own = own.into_owned();
            assert!(!is_all || own.as_ptr() == at);
            let (memory, _) = own.into_raw_vec_and_offset();
            assert_eq!(memory.len(), 2 * columns);
        }
    });
}
