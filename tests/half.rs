//! Elements of half width: arrays of `f16` and `bf16`, computed with as `f32`, rounded once.
//!
//! Operands are small multiples of 1/8, with which sums of products in `f32` are exact: the oracle
//! is the same einsum in `f64`, rounded.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test crate")]

use einsum::{Differentiable, EinsumError, Storage, einsum, einsum_fn, einsum_vjp, try_einsum};
use half::{bf16, f16};
use ndarray::{Array, Array1, Array2, Array3, ArrayD, ArrayView, Dimension, IntoDimension, array, s};

einsum_fn! {
    fn linear(x, w) = "bik,jkl->bij";
    fn scale(a, x) = ",i->i";
    fn total(x) = "ij->";
    fn matmul(x, w) = "...ij,jk->...ik";
}

macro_rules! half_tests {
    ($($module:ident: $T:ty, $consecutive:literal;)*) => { $( mod $module {
        use super::*;

        type T = $T;

        /// The next number is `CONSECUTIVE + 2`.
        const CONSECUTIVE: f32 = $consecutive;

        fn t(number: f32) -> T {
            let rounded = T::from_f32(number);
            assert_eq!(rounded.to_f32().to_bits(), number.to_bits(), "the test's numbers are exact");
            rounded
        }

        /// Multiples of 1/8 between -4 and 4, that differ along every axis.
        fn operand<D: Dimension, S: IntoDimension<Dim = D>>(shape: S, seed: u16) -> Array<T, D> {
            let mut next = seed;
            Array::from_shape_simple_fn(shape.into_dimension(), || {
                next = next.wrapping_mul(25_173).wrapping_add(13_849);
                t(f32::from((next >> 8) % 65) / 8.0 - 4.0)
            })
        }

        fn wide<D: Dimension>(array: &Array<T, D>) -> Array<f64, D> {
            array.mapv(f64::from)
        }

        fn rounded<D: Dimension>(array: &Array<f64, D>) -> Array<T, D> {
            array.mapv(T::from_f64)
        }

        fn bits<D: Dimension>(array: &Array<T, D>) -> Array<u16, D> {
            array.mapv(T::to_bits)
        }

        #[test]
        fn one_number_is_the_next_but_one() {
            assert_eq!(T::from_f32(CONSECUTIVE + 1.0), t(CONSECUTIVE));
            assert_ne!(t(CONSECUTIVE + 2.0), t(CONSECUTIVE));
        }

        #[test]
        fn results_are_rounded_once() {
            let (x, w, v) = (operand((5, 40), 1), operand((40, 6), 2), operand(6, 3));
            let y: Array2<T> = einsum!("ij,jk->ik", x, w);
            assert_eq!(y, rounded(&wide(&x).dot(&wide(&w))));
            let y: Array1<T> = einsum!("ij,jk,k->i", x, w, v);
            assert_eq!(y, rounded(&wide(&x).dot(&wide(&w).dot(&wide(&v)))));
            let total: T = einsum!("ij->", x);
            assert_eq!(total, T::from_f64(wide(&x).sum()));
            assert_eq!(einsum!([k, i] = x[i, j] * w[j, k]), rounded(&wide(&x).dot(&wide(&w))).t());
        }

        /// In slices, results are added up in `f32`.
        #[test]
        fn results_of_slices_are_rounded_once() {
            let (x, w, v) = (operand((5, 40), 1), operand((40, 6), 2), operand((6, 7), 3));
            let expected = wide(&x).dot(&wide(&w)).dot(&wide(&v));
            let before: Array2<T> = operand((5, 7), 4);
            for limit in [1, 2, 7, 29] {
                assert_eq!(einsum!("ij,jk,kl->il", x, w, v, max_intermediate = limit), rounded(&expected), "{limit}");
                let mut y = before.clone();
                einsum!("ij,jk,kl->il", x, w, v, out = &mut y, beta = t(2.0), max_intermediate = limit);
                assert_eq!(y, rounded(&(&expected + wide(&before) * 2.0)), "{limit}");
            }
        }

        #[test]
        fn intermediates_are_not_rounded() {
            let x = array![[CONSECUTIVE, 1.0], [CONSECUTIVE, 0.0]].mapv(t);
            let (ones, signs) = (array![1.0, 1.0].mapv(t), array![1.0, -1.0].mapv(t));
            assert_eq!(einsum!("ij,j->i", x, ones), array![CONSECUTIVE, CONSECUTIVE].mapv(t), "rounded as a result");
            assert_eq!(einsum!("(ij,j),i->", x, ones, signs), t(1.0));
            let (_, pullback) = einsum_vjp!("(ij,j),i,k->k", x, ones, signs, ones);
            let (dx, _, dsigns, last) = pullback(&array![1.0, 1.0].mapv(t));
            assert_eq!(last, array![1.0, 1.0].mapv(t), "of the intermediate that the forward left");
            assert_eq!(dx, array![[2.0, 2.0], [-2.0, -2.0]].mapv(t));
            assert_eq!(dsigns, array![2.0 * CONSECUTIVE, 2.0 * CONSECUTIVE].mapv(|n| T::from_f32(n)) + array![t(2.0), t(0.0)]);
        }

        #[test]
        fn operands_of_any_strides() {
            let x: Array3<T> = operand((4, 6, 5), 4);
            let w: Array2<T> = operand((5, 3), 5);
            let view = x.slice(s![..;-1, 1..;2, ..;-1]);
            let expected = einsum!("bij,jk->bki", view.mapv(f64::from), wide(&w));
            assert_eq!(einsum!("bij,jk->bki", view, w), rounded(&expected));
            assert_eq!(einsum!("jib,kj->bki", view.t(), w.t().to_owned()), rounded(&expected));
            let column = w.column(1);
            let repeated = column.broadcast((7, 5)).unwrap();
            assert_eq!(einsum!("ij->i", repeated), Array1::from_elem(7, T::from_f64(wide(&w).column(1).sum())));
            let diagonal = einsum!("ii->i", x.slice(s![0, ..5, ..]));
            assert_eq!(diagonal, x.slice(s![0, ..5, ..]).diag());
            let dynamic: ArrayD<T> = x.clone().into_dyn();
            assert_eq!(einsum!("bij,jk->bik", dynamic, w).dim(), (4, 6, 3));
        }

        #[test]
        fn gradients_are_those_of_f64_rounded() {
            let (x, w, dy) = (operand((2, 3, 4), 6), operand((5, 4, 6), 7), operand((2, 3, 5), 8));
            let (y, pullback) = einsum_vjp!("bik,jkl->bij", x, w);
            let (dx, dw): (Array3<T>, Array3<T>) = pullback(&dy);
            let (wide_y, wide_pullback) = einsum_vjp!("bik,jkl->bij", wide(&x), wide(&w));
            let (wide_dx, wide_dw) = wide_pullback(&wide(&dy));
            assert_eq!((&y, &dx, &dw), (&rounded(&wide_y), &rounded(&wide_dx), &rounded(&wide_dw)));
            assert_eq!(linear(&x, &w), y);
            assert_eq!(linear::backward(&x, &w, &dy), (dx.clone(), dw.clone()));
            assert_eq!((linear::backward_x(&x, &w, &dy), linear::backward_w(&x, &w, &dy)), (dx, dw));
        }

        #[test]
        fn gradients_of_numbers_and_moved_operands() {
            let x = array![1.0, 2.0, 3.0].mapv(t);
            let (y, pullback) = einsum_vjp!(",i->", t(0.5), x.clone());
            let (da, dx): (T, Array1<T>) = pullback(&t(2.0));
            assert_eq!((y, da, dx), (t(3.0), t(12.0), array![1.0, 1.0, 1.0].mapv(t)));
            assert_eq!(scale(t(2.0), &x), array![2.0, 4.0, 6.0].mapv(t));
            assert_eq!(scale::backward_a(t(2.0), &x, &x), t(14.0));
            assert_eq!(total::backward(&operand((2, 2), 1), t(3.0)), (Array2::from_elem((2, 2), t(3.0)),));
        }

        #[test]
        fn numbers() {
            let x = array![1.0, 2.0].mapv(t);
            let product: T = einsum!("i,i,->", x, x, t(0.25));
            assert_eq!(product, t(1.25));
            assert_eq!(einsum!(",", t(1.5), &t(2.0)), t(3.0));
            let mut sum = t(1.0);
            einsum!("i->", x, out = &mut sum, alpha = t(2.0), beta = t(3.0));
            assert_eq!(sum, t(9.0));
        }

        #[test]
        fn out_is_rounded_once() {
            let (x, ones) = (array![[CONSECUTIVE, 1.0]].mapv(t), array![1.0, 1.0].mapv(t));
            let mut y = array![t(1.0)];
            einsum!("ij,j->i", x, ones, out = &mut y, beta = t(1.0));
            assert_eq!(y, array![t(CONSECUTIVE + 2.0)]);
            let mut y = array![t(1.0)];
            einsum!(y[i] += x[i, j] * ones[j]);
            assert_eq!(y, array![t(CONSECUTIVE + 2.0)]);
            let mut y = array![t(3.0)];
            einsum!(y[i] -= x[i, j] * ones[j]);
            assert_eq!(y, array![t(2.0 - CONSECUTIVE)]);
            einsum!("ij,j->i", x, ones, out = y, alpha = t(-2.0));
            assert_eq!(y, array![T::from_f32(-2.0 * (CONSECUTIVE + 1.0))]);
        }

        #[test]
        fn out_of_any_strides() {
            let (x, w) = (operand((3, 4), 9), operand((4, 2), 10));
            let mut y = Array2::from_elem((4, 6), T::NAN);
            einsum!("ij,jk->ki", x, w, out = y.slice_mut(s![1..3;-1, ..;2]));
            let expected = rounded(&wide(&x).dot(&wide(&w)));
            assert_eq!(y.slice(s![1..3;-1, ..;2]), expected.t());
            assert_eq!(y.iter().filter(|element| element.is_nan()).count(), 24 - 6, "nothing else is written");
        }

        #[test]
        fn out_off_its_diagonal_and_with_an_ellipsis() {
            let x = array![1.0, 2.0].mapv(t);
            let mut square = Array2::from_elem((2, 2), t(8.0));
            einsum!("i->ii", x, out = &mut square, beta = t(0.5));
            assert_eq!(square, array![[5.0, 4.0], [4.0, 6.0]].mapv(t));
            einsum!("i->ii", x, out = &mut square);
            assert_eq!(square, array![[1.0, 0.0], [0.0, 2.0]].mapv(t));
            let mut batch = Array3::from_elem((3, 1, 2), t(1.0));
            einsum!("...i,i->...i", Array3::from_elem((3, 1, 2), t(2.0)), x, out = &mut batch, beta = t(1.0));
            assert_eq!(batch.slice(s![1, .., ..]), array![[3.0, 5.0]].mapv(t));
        }

        #[test]
        fn nothing_is_written_before_all_checks_have_passed() {
            let (x, mut y) = (array![[1.0, 2.0]].mapv(t), array![T::from_bits(0x7f_ff)]);
            let result = try_einsum!("ij,j->i", x, array![1.0, 2.0, 3.0].mapv(t), out = &mut y);
            assert!(matches!(result, Err(EinsumError::Extents { .. })));
            assert_eq!(bits(&y), array![0x7f_ff]);
        }

        #[test]
        fn what_there_is_no_room_to_load_is_an_error() {
            let x = array![t(1.0)];
            for long in [isize::MAX.cast_unsigned(), isize::MAX.cast_unsigned() / 8] {
                let long = x.broadcast(long).unwrap();
                let result = try_einsum!("i,i->", x, long);
                assert!(matches!(result, Err(EinsumError::TooLarge { .. })));
                let result = try_einsum!("...,i->...", x, long);
                assert!(matches!(result, Err(EinsumError::TooLarge { .. })));
                let result = try_einsum!("i,...->...i", x, long.insert_axis(ndarray::Axis(0)));
                assert!(matches!(result, Err(EinsumError::TooLarge { .. })));
            }
            // (As many bytes as no system grants, though they can be addressed.)
            #[cfg(target_pointer_width = "64")]
            assert!(matches!(try_einsum!("i->", x.broadcast(1_usize << 44).unwrap()), Err(EinsumError::TooLarge { .. })));
        }

        #[test]
        fn ellipses() {
            let (x, w) = (operand((2, 3, 4, 5), 11), operand((5, 6), 12));
            let y: Array<T, ndarray::Ix4> = einsum!("...j,jk->...k", x, w);
            let expected = einsum!("...j,jk->...k", wide(&x), wide(&w));
            assert_eq!(y, rounded(&expected));
            let (value, pullback) = einsum_vjp!("...ij,jk->...ik", x, w);
            let (wide_value, wide_pullback) = einsum_vjp!("...ij,jk->...ik", wide(&x), wide(&w));
            let dy = operand((2, 3, 4, 6), 13);
            let ((dx, dw), (wide_dx, wide_dw)) = (pullback(&dy), wide_pullback(&wide(&dy)));
            assert_eq!((&value, &dx, &dw), (&rounded(&wide_value), &rounded(&wide_dx), &rounded(&wide_dw)));
            assert_eq!(matmul(&x, &w), y);
            assert_eq!(matmul::backward(&x, &w, &dy), (dx, dw));
            let (number, pullback) = einsum_vjp!("...,...->...", t(2.0), t(3.0));
            assert_eq!((number, pullback(&t(1.0))), (t(6.0), (t(3.0), t(2.0))));
        }

        #[test]
        fn broadcasting_sums_cotangents_before_they_are_rounded() {
            let (x, row) = (Array2::from_elem((2, 1), t(1.0)), array![[1.0]].mapv(t));
            let (_, pullback) = einsum_vjp!("ij,ij->ij", x, row);
            let dy = array![[CONSECUTIVE + 2.0], [-CONSECUTIVE]].mapv(t);
            assert_eq!(pullback(&dy).1, array![[2.0]].mapv(t));
        }

        #[test]
        fn every_number_is_kept() {
            let all: Array1<T> = (0..=u16::MAX).map(T::from_bits).filter(|number| !number.is_nan()).collect();
            assert_eq!(bits(&einsum!("i->i", all)), bits(&all));
        }

        #[test]
        fn infinities_and_not_a_number() {
            let (infinite, zero) = (array![T::INFINITY, T::NEG_INFINITY], array![0.0, 0.0].mapv(t));
            assert!(einsum!("i->", infinite).is_nan());
            assert!(einsum!("i,i->i", infinite, zero).iter().all(|element| element.is_nan()));
            assert!(einsum!("i,->i", zero, T::NAN).iter().all(|element| element.is_nan()));
            assert_eq!(einsum!("i,i->", array![T::MAX, T::MAX], array![1.0, 1.0].mapv(t)), T::INFINITY);
            assert_eq!(einsum!("i,i->", array![T::MAX, T::MAX], array![1.0, -0.5].mapv(t)), T::MAX / t(2.0));
        }

        #[test]
        fn a_contracted_extent_of_zero_gives_exact_zeros() {
            let (x, w) = (Array2::<T>::zeros((2, 0)), Array2::<T>::zeros((0, 3)));
            assert_eq!(bits(&einsum!("ij,jk->ik", x, w)), Array2::zeros((2, 3)));
        }

        #[test]
        fn generic_functions() {
            fn product<T: Storage>(x: &Array2<T>, w: ArrayView<'_, T, ndarray::Ix2>) -> Array2<T> {
                einsum!("ij,jk->ik", x, w)
            }
            fn add<T: Storage>(x: &Array1<T>, y: &mut Array1<T>, one: T) {
                einsum!("i->i", x, out = y, beta = one);
            }
            fn gradients<T: Differentiable>(x: &Array2<T>, w: &Array2<T>, dy: &Array2<T>) -> (Array2<T>, Array2<T>) {
                let (_, pullback) = einsum_vjp!("ij,jk->ik", x, w);
                let gradients = pullback(dy);
                assert!(gradients.0.dim() == matmul::backward(x, w, dy).0.dim());
                gradients
            }
            let (x, w, dy) = (operand((2, 3), 14), operand((3, 4), 15), operand((2, 4), 16));
            assert_eq!(product(&x, w.view()), einsum!("ij,jk->ik", x, w));
            assert_eq!(gradients(&x, &w, &dy).0, einsum!("ik,jk->ij", dy, w));
            assert_eq!(gradients(&wide(&x), &wide(&w), &wide(&dy)).1, wide(&x).t().dot(&wide(&dy)));
            let mut y = array![1.0].mapv(t);
            add(&y.clone(), &mut y, t(2.0));
            assert_eq!(y, array![3.0].mapv(t));
        }

        #[test]
        fn types_are_inferred() {
            let x = operand((2, 3), 17);
            let mut y = Array2::zeros((2, 4));
            einsum!("ij,jk->ik", x, Array2::zeros((3, 4)), out = &mut y);
            assert_eq!(y, Array2::from_elem((2, 4), t(0.0)));
        }
    } )* };
}

half_tests! {
    binary16: f16, 2048.0;
    brain: bf16, 256.0;
}
