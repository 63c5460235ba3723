//! Derivatives beyond the gradient: forward mode, second order, accumulation, a part of the
//! operands.

use einsum::{einsum, einsum_fn, einsum_jvp, einsum_vjp, einsum_vjp_add};
use ndarray::{Array, Array1, Array2, Array3, ArrayD, Dimension, ShapeBuilder, array};
use num_complex::Complex64;

/// Small integers, so that everything is exact.
fn tensor<Sh: ShapeBuilder>(shape: Sh, seed: i32) -> Array<f64, Sh::Dim> {
    let mut state = seed;
    Array::from_shape_simple_fn(shape, || {
        state = (state * 75 + 74) % 65537;
        f64::from(state % 7 - 3)
    })
}

fn inner<D: Dimension>(a: &Array<f64, D>, b: &Array<f64, D>) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

einsum_fn! {
    fn linear(x, w) = "bik,jkl->bij";
    fn cube(x, y, z) = "i,i,i->";
    fn trace(x) = "ii->";
    fn expand(x; l) = "i->il";
    fn fixed(x; l = 3) = "i->il";
    fn only(x, w) = "ij,jk->ik", wrt = [w];
    fn minus(x, w) -> [i, k] { -x[i, j] * conj(w[j, k]), wrt = [w, x] }
    fn conjugated(conj(x), w) = "ij,jk->ik";
    fn spread(x, w) = "...i,...i->...";
}

#[test]
fn tangents_of_a_product() {
    let (x, dx, w, dw) = (tensor((2, 3, 5), 1), tensor((2, 3, 5), 2), tensor((7, 5, 2), 3), tensor((7, 5, 2), 4));
    let expected = einsum!("bik,jkl->bij", dx, w) + einsum!("bik,jkl->bij", x, dw);
    let (y, dy) = einsum_jvp!("bik,jkl->bij", (x, dx), (w, dw));
    assert_eq!(y, einsum!("bik,jkl->bij", x, w));
    assert_eq!(dy, expected);
    assert_eq!(linear::jvp((&x, &dx), (&w, &dw)), (y, dy));
    let (_, dy) = einsum_jvp!("bik,jkl->bij", (x, dx), w);
    assert_eq!(dy, einsum!("bik,jkl->bij", dx, w));
    let (_, dy) = einsum_jvp!([b, i, j] = (x, dx)[b, i, k] * w[j, k, l]);
    assert_eq!(dy, einsum!("bik,jkl->bij", dx, w));
}

#[test]
fn gradients_of_some_operands() {
    let (x, w) = (tensor((2, 3), 1), tensor((3, 5), 2));
    let dy = tensor((2, 5), 3);
    let (_, pullback) = einsum_vjp!("ij,jk->ik", x, w);
    let (dx, dw) = pullback(&dy);
    let (_, pullback) = einsum_vjp!("ij,jk->ik", x, w, wrt = [w]);
    assert_eq!(pullback(&dy), (dw.clone(),));
    let (_, pullback) = einsum_vjp!("ij,jk->ik", x, w, wrt = [1, 0]);
    assert_eq!(pullback(&dy), (dw.clone(), dx.clone()));
    let (y, pullback) = einsum_vjp!("ij,jk->ik", x, w, alpha = 3.0, wrt = [x, alpha]);
    assert_eq!(y, einsum!("ij,jk->ik", x, w) * 3.0);
    assert_eq!(pullback(&dy), (3.0 * dx.clone(), inner(&dy, &einsum!("ij,jk->ik", x, w))));
    let (_, pullback) = einsum_vjp!("ij,jk->ik", x, w, alpha = 3.0);
    assert_eq!(pullback(&dy), (3.0 * dx.clone(), 3.0 * dw.clone()));
    let (y, pullback) = einsum_vjp!([i, k] = -x[i, j] * w[j, k], wrt = [x]);
    assert_eq!((y, pullback(&dy).0), (-einsum!("ij,jk->ik", x, w), -dx.clone()));
    let (borrowed, pointed) = (&w, dw.clone());
    let (_, pullback) = einsum_vjp!("ij,jk->ik", x, *borrowed, wrt = [borrowed]);
    assert_eq!(pullback(&dy).0, pointed);
    let (_, pullback) = einsum_vjp!("ij,jk->ik", x, borrowed, wrt = [*borrowed]);
    assert_eq!(pullback(&dy).0, pointed);
    let (_, pullback) = einsum_vjp!([i, k] = x[i, j] * (*borrowed)[j, k], wrt = [*borrowed]);
    assert_eq!(pullback(&dy).0, pointed);
    assert_eq!(only::backward(&x, &w, &dy), (dw.clone(),));
    assert_eq!(minus::backward(&x, &w, &dy), (-dw, -dx));
}

#[test]
fn gradients_are_added() {
    let (x, w) = (tensor((2, 3), 1), tensor((3, 5), 2));
    let dy = tensor((2, 5), 3);
    let (dx, dw) = einsum_vjp!("ij,jk->ik", x, w).1(&dy);
    let (mut gx, mut gw) = (tensor((3, 2), 4).reversed_axes(), tensor((3, 5), 5));
    let (ex, ew) = (&gx + &dx, &gw + &dw);
    let (y, pullback) = einsum_vjp_add!("ij,jk->ik", x, w);
    pullback(&dy, (&mut gx, &mut gw));
    assert_eq!((&y, &gx, &gw), (&einsum!("ij,jk->ik", x, w), &ex, &ew));
    pullback(&dy, (&mut gx, &mut gw));
    assert_eq!((gx, gw), (ex + &dx, ew + &dw));
    let mut gw = Array3::zeros((7, 5, 2));
    let (x, w, dy) = (tensor((2, 3, 5), 1), tensor((7, 5, 2), 3), tensor((2, 3, 7), 5));
    let mut gx = Array3::ones((2, 3, 5));
    linear::backward_add(&x, &w, &dy, (&mut gx, &mut gw));
    let (dx, dw) = linear::backward(&x, &w, &dy);
    assert_eq!((gx, gw), (dx + 1.0, dw));
    let mut g = 1.0;
    let (_, pullback) = einsum_vjp_add!("i,->i", array![1.0, 2.0], 5.0, wrt = [1]);
    pullback(&array![1.0, 10.0], (&mut g,));
    assert_eq!(g, 22.0);
}

#[test]
fn the_backward_has_a_backward() {
    let (x, w, dy) = (tensor((2, 3, 5), 1), tensor((7, 5, 2), 2), tensor((2, 3, 7), 3));
    let (ddx, ddw) = (tensor((2, 3, 5), 4), tensor((7, 5, 2), 5));
    let (gx, gw, gdy) = linear::double_backward(&x, &w, &dy, &ddx, &ddw);
    // s = <ddx, dx> + <ddw, dw>, with dx linear in (w, dy) and dw in (x, dy).
    assert_eq!(gx, linear::backward_x(&x, &ddw, &dy));
    assert_eq!(gw, linear::backward_w(&ddx, &w, &dy));
    assert_eq!(gdy, linear::jvp((&x, &ddx), (&w, &ddw)).1);
    let x = tensor((3, 3), 1);
    assert_eq!(trace::double_backward(&x, 2.0, &x), (Array2::zeros((3, 3)), x.diag().sum()));
}

#[test]
fn a_product_of_three_has_all_second_derivatives() {
    let (x, y, z) = (tensor(5, 1), tensor(5, 2), tensor(5, 3));
    let (dx, dy, dz) = (tensor(5, 4), tensor(5, 5), tensor(5, 6));
    let (gx, gy, gz, gs) = cube::double_backward(&x, &y, &z, 2.0, &dx, &dy, &dz);
    assert_eq!(gx, 2.0 * (&dy * &z + &dz * &y));
    assert_eq!(gy, 2.0 * (&dx * &z + &dz * &x));
    assert_eq!(gz, 2.0 * (&dx * &y + &dy * &x));
    assert_eq!(gs, (&dx * &y * &z + &x * &dy * &z + &x * &y * &dz).sum());
    assert_eq!(cube::jvp((&x, &dx), (&y, &dy), (&z, &dz)), (cube(&x, &y, &z), gs));
}

#[test]
fn functions_take_extents() {
    let x = array![1.0, 2.0];
    assert_eq!(expand(&x, 3), array![[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]);
    assert_eq!(fixed(&x), expand(&x, 3));
    let dy = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    assert_eq!(expand::backward(&x, 3, &dy), (array![6.0, 15.0],));
    assert_eq!(expand::double_backward(&x, 3, &dy, &array![1.0, -1.0]).1, expand(&array![1.0, -1.0], 3));
}

#[test]
fn an_ellipsis_has_them_all() {
    let (x, w): (Array2<f64>, Array1<f64>) = (tensor((2, 3), 1), tensor(3, 2));
    let (dx, dw) = (tensor((2, 3), 3), tensor(3, 4));
    let y: Array1<f64> = spread(&x, &w);
    assert_eq!(y, x.dot(&w));
    let expected = dx.dot(&w) + x.dot(&dw);
    assert_eq!(spread::jvp((&x, &dx), (&w, &dw)), (y.clone(), expected.clone()));
    assert_eq!(einsum_jvp!("...i,...i->...", (&x, &dx), (&w, &dw)), (y.clone(), expected.clone()));
    let (gx, gw, gdy) = spread::double_backward(&x, &w, &y, &dx, &dw);
    assert_eq!(gdy, expected);
    assert_eq!(gx, spread::backward(&x, &dw, &y).0);
    assert_eq!(gw, spread::backward(&dx, &w, &y).1);
    let (mut gx, mut gw) = (Array2::<f64>::ones((2, 3)), ArrayD::<f64>::ones(vec![3]));
    let w = w.into_dyn();
    let (y, pullback) = einsum_vjp_add!("...i,...i->...", x, w);
    pullback(&y, (&mut gx, &mut gw));
    let (_, pullback) = einsum_vjp!("...i,...i->...", x, w);
    let (dx, dw) = pullback(&y);
    assert_eq!((gx, gw), (dx + 1.0, dw + 1.0));
}

#[test]
fn conjugates_are_seen_through() {
    let complex = |shape, seed| tensor(shape, seed).mapv(|re| Complex64::new(re, re * re - 2.0));
    let (x, w) = (complex((2, 3), 1), complex((3, 5), 2));
    let (dx, dw) = (complex((2, 3), 3), complex((3, 5), 4));
    assert_eq!(conjugated(&x, &w), einsum!("ij,jk->ik", conj(x), w));
    let (y, dy) = conjugated::jvp((&x, &dx), (&w, &dw));
    assert_eq!(dy, einsum!("ij,jk->ik", conj(dx), w) + einsum!("ij,jk->ik", conj(x), dw));
    let (gx, gw) = conjugated::backward(&x, &w, &y);
    let (_, pullback) = einsum_vjp!("ij,jk->ik", conj(x), w);
    assert_eq!((gx, gw), pullback(&y));
    // The backward of the backward is the adjoint of its tangent, in the real inner product.
    let real =
        |a: &Array2<Complex64>, b: &Array2<Complex64>| a.iter().zip(b).map(|(a, b)| (a.conj() * b).re).sum::<f64>();
    let (ddx, ddw) = (complex((2, 3), 5), complex((3, 5), 6));
    let (gx, gw, gdy) = conjugated::double_backward(&x, &w, &y, &ddx, &ddw);
    let s = |x: &Array2<Complex64>, w: &Array2<Complex64>, y: &Array2<Complex64>| {
        let (bx, bw) = conjugated::backward(x, w, y);
        real(&ddx, &bx) + real(&ddw, &bw)
    };
    // s is linear in each argument alone, over the reals.
    assert_eq!(s(&(&x + &dx), &w, &y) - s(&x, &w, &y), real(&gx, &dx));
    assert_eq!(s(&x, &(&w + &dw), &y) - s(&x, &w, &y), real(&gw, &dw));
    assert_eq!(s(&x, &w, &(&y + &dy)) - s(&x, &w, &y), real(&gdy, &dy));
}

/// `conj(..)` of both of a pair is that of the pair; parentheses and fragments of macros around a pair mean nothing.
#[test]
fn pairs_are_conjugated_and_passed_on() {
    macro_rules! tangent {
        ($subscripts:literal, $($operand:expr),+) => { einsum_jvp!($subscripts, $($operand),+) };
    }
    let complex = |shape, seed| tensor(shape, seed).mapv(|re| Complex64::new(re, re * re - 2.0));
    let (x, w) = (complex((2, 3), 1), complex((3, 5), 2));
    let (dx, dw) = (complex((2, 3), 3), complex((3, 5), 4));
    let conjugate = |x: &Array2<Complex64>| x.mapv(|x| x.conj());
    let expected = einsum_jvp!("ij,jk->ik", (conjugate(&x), conjugate(&dx)), (w, dw));
    assert_eq!(expected.1, conjugate(&dx).dot(&w) + conjugate(&x).dot(&dw));
    assert_eq!(einsum_jvp!("ij,jk->ik", (conj(x), conj(dx)), (w, dw)), expected);
    assert_eq!(einsum_jvp!("ij,jk->ik", conj((x, dx)), ((w, dw))), expected);
    assert_eq!(
        einsum_jvp!("ij,jk->ik", conj((conj(conjugate(&x)), conj(conjugate(&dx)))), (conj(conj(w)), dw)),
        expected
    );
    assert_eq!(tangent!("ij,jk->ik", conj((x, dx)), (w, dw)), expected);
    assert_eq!(einsum_jvp!([i, k] = (conj(x), conj(dx))[i, j] * (w, dw)[j, k]), expected);
}

/// The derivative at 0 of a polynomial of degree 4 at most, exactly.
fn derivative(p: impl Fn(f64) -> f64) -> f64 {
    (8.0 * (p(1.0) - p(-1.0)) - (p(2.0) - p(-2.0))) / 12.0
}

/// Forward mode, gradients and gradients of gradients of one function against the derivatives of the
/// polynomials that its values, and inner products with its gradients, are.
macro_rules! degenerate {
    ($($name:ident: $subscripts:literal ($($x:ident $dx:ident $ddx:ident: $shape:expr),+) $dy:expr;)*) => {
        mod degenerate_functions {
            einsum::einsum_fn! { $( pub(super) fn $name($($x),+) = $subscripts; )* }
        }
        $( #[test]
        fn $name() {
            use degenerate_functions::$name as f;
            let mut seed = 10;
            let mut next = || { seed += 1; seed };
            $( let ($x, $dx, $ddx) = (tensor($shape, next()), tensor($shape, next()), tensor($shape, next())); )+
            let dy = tensor($dy, next());
            let (y, tangent) = f::jvp($((&$x, &$dx)),+);
            assert_eq!(y, f($(&$x),+));
            let moved = |t: f64| inner(&dy, &f($(&(&$x + &$dx * t)),+));
            assert_eq!(inner(&dy, &tangent), derivative(moved), "the tangent");
            let gradients = |t: f64| f::backward($(&(&$x + &$dx * t)),+, &dy);
            let moved = |t: f64| {
                let ($($x,)+) = gradients(t);
                0.0 $(+ inner(&$x, &$ddx))+
            };
            let along_the_second = f::jvp($((&$x, &$ddx)),+).1;
            {
                let ($($x,)+ along) = degenerate!(@second f, dy, $($x $ddx),+);
                assert_eq!(0.0 $(+ inner(&$x, &$dx))+, derivative(moved), "the gradient of the gradient");
                assert_eq!(along, along_the_second, "the gradient by the cotangent");
            }
            assert_eq!(gradients(0.0), einsum_vjp!($subscripts, $($x),+).1(&dy));
            let ($($x,)+) = gradients(0.0);
            assert_eq!(0.0 $(+ inner(&$x, &$dx))+, inner(&dy, &tangent), "adjoint");
        } )*
    };
    (@second $f:ident, $dy:ident, $a:ident $u:ident, $b:ident $v:ident, $c:ident $w:ident, $d:ident $x:ident) => {
        $f::double_backward(&$a, &$b, &$c, &$d, &$dy, (&$u, &$v, &$w, &$x))
    };
    (@second $f:ident, $dy:ident, $($x:ident $ddx:ident),+) => {
        $f::double_backward($(&$x),+, &$dy, $(&$ddx),+)
    };
}

degenerate! {
    diagonal_of_three: "iii->i" (a da dda: (3, 3, 3)) 3;
    two_diagonals: "ii,jj->ij" (a da dda: (2, 2), b db ddb: (3, 3)) (2, 3);
    lone_operand: "ab,c->c" (a da dda: (2, 3), b db ddb: 5) 5;
    column_sums: "ij->j" (a da dda: (2, 3)) 3;
    label_in_four: "ai,bi,ci,di->abcd" (a da dda: (2, 3), b db ddb: (3, 3), c dc ddc: (1, 3), d dd ddd: (2, 3)) (2, 3, 1, 2);
    extents_of_one: "ij,jk->ik" (a da dda: (1, 1), b db ddb: (1, 1)) (1, 1);
    extents_of_zero: "ij,jk->ik" (a da dda: (2, 0), b db ddb: (0, 3)) (2, 3);
    broadcast: "ij,ij->ij" (a da dda: (2, 1), b db ddb: (2, 3)) (2, 3);
    chain: "ij,jk,kl->il" (a da dda: (2, 3), b db ddb: (3, 2), c dc ddc: (2, 5)) (2, 5);
    chain_from_the_right: "ij,jk,kl,lm->im"
        (a da dda: (4, 3), b db ddb: (3, 4), c dc ddc: (4, 2), d dd ddd: (2, 1)) (4, 1);
    chain_from_the_left: "ij,jk,kl,lm->im"
        (a da dda: (1, 2), b db ddb: (2, 4), c dc ddc: (4, 3), d dd ddd: (3, 4)) (1, 4);
    chain_from_both_ends: "ij,jk,kl,lm->im"
        (a da dda: (3, 4), b db ddb: (4, 1), c dc ddc: (1, 4), d dd ddd: (4, 3)) (3, 3);
    core_that_grows: "abc,ai,bj,ck->ijk"
        (a da dda: (1, 2, 1), b db ddb: (1, 3), c dc ddc: (2, 3), d dd ddd: (1, 2)) (3, 3, 2);
    core_that_shrinks: "abc,ai,bj,ck->ijk"
        (a da dda: (3, 2, 4), b db ddb: (3, 1), c dc ddc: (2, 2), d dd ddd: (4, 1)) (1, 2, 1);
    to_a_diagonal: "i,i->ii" (a da dda: 3, b db ddb: 3) (3, 3);
    ellipsis_on_one_side: "...i,i->...i" (a da dda: (2, 3, 2), b db ddb: 2) (2, 3, 2);
}

#[test]
fn an_operand_of_stride_zero_and_one_used_twice() {
    let row = array![1.0, 2.0, 3.0];
    let x = row.broadcast((2, 3)).expect("a row repeats");
    let (y, pullback) = einsum_vjp!("ij->j", x);
    assert_eq!(y, &row * 2.0);
    assert_eq!(pullback(&row), (x.to_owned(),));
    let (_, dy) = einsum_jvp!("ij,ij->", (x, x), (x, x));
    assert_eq!(dy, 2.0 * 28.0);
    let (_, pullback) = einsum_vjp!("i,i->", row, row);
    let (left, right) = pullback(&1.0);
    assert_eq!(left + right, &row * 2.0);
}
