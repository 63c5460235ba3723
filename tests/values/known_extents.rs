//! Steps of extents that are literals, which have loops of their own at the call site, against the oracle.

use crate::common::{number::Number, oracle, rank::Tensor};
use ndarray::{Array2, ArrayBase, ArrayD, Axis, Data, Dimension, IxDyn, ShapeBuilder, Slice};
use num_complex::Complex64;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Row-major, or column-major, or every other element backwards.
fn operand<T: Number>(shape: &[usize], seed: u64, layout: usize) -> ArrayD<T> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut next = || T::random(&mut rng);
    match layout {
        0 => ArrayD::from_shape_simple_fn(IxDyn(shape), &mut next),
        1 => ArrayD::from_shape_simple_fn(IxDyn(shape).f(), &mut next),
        _ => {
            let long: Vec<usize> = shape.iter().map(|extent| 2 * extent).collect();
            let mut array = ArrayD::from_shape_simple_fn(IxDyn(&long), &mut next);
            (0..shape.len()).for_each(|axis| array.slice_axis_inplace(Axis(axis), Slice::new(0, None, -2)));
            array
        }
    }
}

fn matrix<T: Number>(shape: [usize; 2], seed: u64) -> Array2<T> {
    operand(&shape, seed, 0).into_dimensionality().expect("it has two axes")
}

fn shape(subscript: &str, extents: &[(char, usize)]) -> Vec<usize> {
    let extent = |label: char| extents.iter().find(|(name, _)| *name == label).map(|(_, extent)| *extent);
    subscript.chars().map(|label| extent(label).expect("every label has an extent")).collect()
}

fn equal<T: Number, S: Data<Elem = T>, D: Dimension>(found: &ArrayBase<S, D>, expected: &ArrayD<T>, what: &str) {
    assert_eq!(found.view().into_dyn(), expected.view(), "{what}");
}

macro_rules! cases {
    ($T:ty: $($name:ident $subscripts:literal ($($operand:ident $D:ident),+) [$($label:ident $extent:literal),+];)+) => { $(
        #[test]
        fn $name() {
            let extents = [$((stringify!($label).chars().next().expect("a name"), $extent)),+];
            let (inputs, output) = $subscripts.split_once("->").expect("an arrow");
            let rank = output.len();
            for layouts in 0..9 {
                let mut subscripts = inputs.split(',').enumerate();
                $(
                    let (number, subscript) = subscripts.next().expect("one for each operand");
                    let layout = if number == 0 { layouts % 3 } else { layouts / 3 };
                    let dynamic = operand::<$T>(&shape(subscript, &extents), number as u64, layout);
                    let $operand = dynamic.into_dimensionality::<ndarray::$D>().expect("the rank of its subscript");
                )+
                let dense = [$($operand.as_standard_layout().into_owned().into_dyn()),+];
                let expected = oracle::einsum($subscripts, &dense);
                let what = format!("{}, layouts {layouts}", $subscripts);
                let new = einsum::einsum!($subscripts, $($operand),+; $($label = $extent),+);
                equal(&new.into_dynamic(), &expected, &what);
                for layout in 0..if rank == 0 { 0 } else { 3 } {
                    let mut out = operand::<$T>(&shape(output, &extents), 7, layout);
                    einsum::einsum!($subscripts, $($operand),+, out = &mut out; $($label = $extent),+);
                    equal(&out, &expected, &format!("{what}, written to layout {layout}"));
                }
            }
        }
    )+ };
}

mod real {
    use super::*;

    cases! { f64:
        matrices "ij,jk->ik" (a Ix2, b Ix2) [i 4, j 4, k 4];
        matrices_of_other_extents "ij,jk->ik" (a Ix2, b Ix2) [i 5, j 6, k 7];
        transposed_factors "ji,kj->ik" (a Ix2, b Ix2) [i 3, j 5, k 2];
        a_transposed_result "ij,jk->ki" (a Ix2, b Ix2) [i 5, j 2, k 3];
        a_batch "bij,bjk->bik" (a Ix3, b Ix3) [b 2, i 3, j 2, k 5];
        two_contracted "ijk,jkl->il" (a Ix3, b Ix3) [i 3, j 2, k 3, l 5];
        matrix_and_vector "ij,j->i" (a Ix2, b Ix1) [i 5, j 7];
        inner_product "i,i->" (a Ix1, b Ix1) [i 11];
        one_index "i,i->" (a Ix1, b Ix1) [i 1];
        outer_product "i,j->ij" (a Ix1, b Ix1) [i 3, j 5];
        elementwise "ij,ij->ij" (a Ix2, b Ix2) [i 3, j 5];
        trace "ii->" (a Ix2) [i 5];
        diagonal "ii->i" (a Ix2) [i 5];
        diagonal_of_a_factor "iij,j->i" (a Ix3, b Ix1) [i 3, j 5];
        permutation "ijk->kji" (a Ix3) [i 2, j 3, k 5];
        sum_of_rows "ij->i" (a Ix2) [i 3, j 13];
        sum_of_all "ij->" (a Ix2) [i 7, j 2];
        lone_labels "ij,kl->il" (a Ix2, b Ix2) [i 2, j 3, k 5, l 2];
        three_matrices "ij,jk,kl->il" (a Ix2, b Ix2, c Ix2) [i 2, j 3, k 4, l 5];
        many_terms "ij,jk->ik" (a Ix2, b Ix2) [i 7, j 11, k 13];
        many_terms_of_a_batch "bij,bjk->bik" (a Ix3, b Ix3) [b 11, i 3, j 4, k 5];
        many_terms_contracted_last "ij,kj->ki" (a Ix2, b Ix2) [i 9, j 8, k 9];
        many_terms_for_one_index "ij,jk->ik" (a Ix2, b Ix2) [i 2, j 17, k 19];
        too_many_terms "ij,jk->ik" (a Ix2, b Ix2) [i 13, j 12, k 15];
        too_many_labels "ijkl,l->ijkl" (a Ix4, b Ix1) [i 2, j 3, k 2, l 3];
        extents_of_one "ij,jk->ik" (a Ix2, b Ix2) [i 1, j 5, k 1];
    }
}

mod complex {
    use super::*;

    cases! { Complex64:
        matrices "ij,jk->ik" (a Ix2, b Ix2) [i 3, j 4, k 5];
        many_terms "ij,jk->ik" (a Ix2, b Ix2) [i 7, j 6, k 9];
        trace "ii->" (a Ix2) [i 5];
    }

    #[test]
    fn conjugates() {
        let (a, b) = (matrix::<Complex64>([3, 2], 1), matrix::<Complex64>([2, 5], 2));
        let expected = oracle::einsum("ij,jk->ik", &[a.mapv(Number::conj).into_dyn(), b.clone().into_dyn()]);
        equal(&einsum::einsum!("ij,jk->ik", conj(a), b; i = 3, j = 2, k = 5), &expected, "conj(a)");
    }
}

mod integer {
    use super::*;

    cases! { i64:
        matrices "ij,jk->ik" (a Ix2, b Ix2) [i 4, j 3, k 6];
        many_terms "ij,jk->ik" (a Ix2, b Ix2) [i 7, j 6, k 9];
        elementwise "i,i->i" (a Ix1, b Ix1) [i 5];
    }
}

/// `alpha` and `beta` are not forgotten, and gradients are those of the engine.
#[test]
fn factors_and_gradients() {
    let a = matrix::<f64>([3, 4], 1);
    let b = matrix::<f64>([4, 5], 2);
    let product = a.dot(&b);
    assert_eq!(einsum::einsum!("ij,jk->ik", a, b, alpha = 3.0; i = 3, j = 4, k = 5), &product * 3.0);
    let mut out = &product * 2.0;
    einsum::einsum!("ij,jk->ik", a, b, out = &mut out, beta = 1.0; i = 3, j = 4, k = 5);
    assert_eq!(out, &product * 3.0);
    let dy = matrix::<f64>([3, 5], 3);
    let (y, pullback) = einsum::einsum_vjp!("ij,jk->ik", &a, &b; i = 3, j = 4, k = 5);
    let (da, db) = pullback(&dy);
    assert_eq!((y, da, db), (product, dy.dot(&b.t()), a.t().dot(&dy)));
}

/// An operand that is repeated along a label of another extent has no row-major strides along it.
#[test]
fn other_extents_are_refused() {
    let a = matrix::<f64>([3, 4], 1);
    let error = einsum::try_einsum!("ij->i", a; i = 3, j = 5).expect_err("j has 4 indices");
    assert!(error.to_string().contains('5'), "{error}");
}

#[test]
fn the_sign_of_a_zero_is_kept_where_nothing_is_added() {
    let a = ndarray::array![-0.0, 1.0];
    let b = ndarray::array![2.0, -0.0];
    let product = einsum::einsum!("i,i->i", a, b; i = 2);
    assert!(product.iter().all(|zero| *zero == 0.0 && f64::is_sign_negative(*zero)), "{product}");
}

/// A sum begins with its first term: zeros keep their signs as in IEEE 754, and -0.0 equals 0.0.
#[test]
fn a_sum_of_negative_zeros_is_one() {
    let (a, b) = ([[-0.0_f64, -0.0], [0.0, -0.0]], [1.0, 1.0]);
    let signs = einsum::einsum!("ij,j->i", a, b).map(f64::is_sign_negative);
    assert_eq!(signs, [true, false]);
    assert_eq!(einsum::einsum!("ij,j->i", a, b), [0.0, 0.0]);
}
