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

        #[test]
        fn numbers_with_a_point_are_not_rounded() {
            let x = operand(5, 1);
            let expected = x.mapv(|x| T::from_f32(f32::from(x) * 0.1));
            assert_eq!(einsum!([i] = 0.1 * x[i]), expected);
            assert_eq!(einsum!("i,->i", x, 0.1), expected);
            assert_eq!(einsum!([i] = 0.1 * x[i] + 0.0), expected);
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

/// Products of `bf16` that may be computed by tiles, against sums in `f64` of the same numbers.
#[allow(clippy::cast_precision_loss, clippy::float_cmp, reason = "small whole numbers")]
mod products {
    use super::*;

    /// Numbers of all bits that differ along every axis.
    fn random<D: Dimension, S: IntoDimension<Dim = D>>(shape: S, seed: u32) -> Array<bf16, D> {
        let mut next = seed;
        Array::from_shape_simple_fn(shape.into_dimension(), || {
            next = next.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bf16::from_f64(f64::from(next >> 8) / f64::from(1 << 24) - 0.5)
        })
    }

    fn wide<D: Dimension>(array: &Array<bf16, D>) -> Array<f64, D> {
        array.mapv(f64::from)
    }

    /// Rounded once: half a unit of the last of 8 bits, and what sums in `f32` of `terms` products lose.
    fn assert_close<D: Dimension>(found: &Array<bf16, D>, expected: &Array<f64, D>, terms: usize, case: &str) {
        assert_eq!(found.shape(), expected.shape(), "{case}");
        for (found, expected) in found.iter().zip(expected) {
            let most = expected.abs() / 250.0 + terms as f64 * 1e-6;
            assert!((f64::from(*found) - expected).abs() <= most, "{case}: {found} is not {expected}");
        }
    }

    /// What `test` does on every level of instructions, and in pools of one thread and of several.
    fn everywhere(test: impl Fn() + Sync) {
        for isa in einsum_engine::machine::isa::available() {
            einsum_engine::machine::isa::force(Some(isa));
            for threads in [1, 2, 5] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(&test);
            }
        }
        einsum_engine::machine::isa::force(None);
    }

    #[test]
    fn matrices_of_any_extents_and_strides() {
        everywhere(|| {
            for [i, j, k] in
                [[37, 41, 43], [32, 64, 96], [257, 263, 67], [8, 600, 31], [67, 1031, 33], [0, 64, 64], [64, 0, 64]]
            {
                let (x, w) = (random((i, j), 1), random((j, k), 2));
                let expected = wide(&x).dot(&wide(&w));
                let case = format!("{i} {j} {k}");
                assert_close(&einsum!("ij,jk->ik", x, w), &expected, j, &case);
                assert_close(&einsum!("ij,jk->ki", x, w), &expected.t().to_owned(), j, &case);
                let (turned_x, turned_w) =
                    (x.t().as_standard_layout().into_owned(), w.t().as_standard_layout().into_owned());
                assert_close(&einsum!("ji,kj->ik", turned_x, turned_w), &expected, j, &case);
                let back = (x.slice(s![..;-1, ..;-1]), w.slice(s![..;-1, ..]));
                let reversed = expected.slice(s![..;-1, ..]).to_owned();
                assert_close(&einsum!("ij,jk->ik", back.0, back.1), &reversed, j, &case);
                let wide_x = random((i, 2 * j), 3);
                let every = wide_x.slice(s![.., ..;2]);
                assert_close(&einsum!("ij,jk->ik", every, w), &wide(&every.to_owned()).dot(&wide(&w)), j, &case);
                let mut y = random((i, k), 4);
                let scaled = 0.5 * &expected + 2.0 * &wide(&y);
                let (half, two) = (bf16::from_f32(0.5), bf16::from_f32(2.0));
                einsum!("ij,jk->ik", x, w, out = &mut y, alpha = half, beta = two);
                assert_close(&y, &scaled, j, &case);
            }
        });
    }

    #[test]
    fn batches_and_their_gradients() {
        everywhere(|| {
            let (q, k, v) = (random((2, 3, 61, 37), 1), random((2, 3, 67, 37), 2), random((2, 3, 67, 41), 3));
            let (s, pullback) = einsum_vjp!("bhqd,bhkd->bhqk", &q, &k);
            let expected = einsum!("bhqd,bhkd->bhqk", wide(&q), wide(&k));
            assert_close(&s, &expected, 37, "scores");
            let (dq, dk) = pullback(&s);
            assert_close(&dq, &einsum!("bhqk,bhkd->bhqd", wide(&s), wide(&k)), 67, "gradient of q");
            assert_close(&dk, &einsum!("bhqk,bhqd->bhkd", wide(&s), wide(&q)), 61, "gradient of k");
            assert_close(
                &einsum!("bhqk,bhkd->bhqd", s, v),
                &einsum!("bhqk,bhkd->bhqd", wide(&s), wide(&v)),
                67,
                "values",
            );
            // One factor is the same for all of a batch; two of three are multiplied first.
            let w = random((37, 43), 4);
            assert_close(&einsum!("bhqd,de->bhqe", q, w), &einsum!("bhqd,de->bhqe", wide(&q), wide(&w)), 37, "linear");
            let repeated = w.broadcast((3, 37, 43)).unwrap();
            assert_close(
                &einsum!("bhqd,hde->bhqe", q, repeated),
                &einsum!("bhqd,de->bhqe", wide(&q), wide(&w)),
                37,
                "repeated",
            );
            let chain = einsum!("bhqd,de,ef->qf", q, w, random((43, 31), 5));
            let expected = einsum!("bhqd,de,ef->qf", wide(&q), wide(&w), wide(&random((43, 31), 5)));
            assert_close(&chain, &expected, 6 * 37 * 43, "chain");
        });
    }

    /// Many blocks of a sum are added up as `f32`.
    #[test]
    fn long_sums_are_not_rounded_on_the_way() {
        everywhere(|| {
            let (x, w) = (Array2::from_elem((33, 5000), bf16::ONE), Array2::from_elem((5000, 35), bf16::ONE));
            let y = einsum!("ij,jk->ik", x as f32, w as f32);
            assert!(y.iter().all(|&y| y == 5000.0));
            let y: Array2<bf16> = einsum!("ij,jk->ik", x, w);
            assert!(y.iter().all(|&y| y == bf16::from_f32(5000.0)));
        });
    }

    #[test]
    fn infinities_and_nans_stay_in_their_rows() {
        everywhere(|| {
            let (mut x, w) = (random((40, 50), 1), Array2::from_elem((50, 36), bf16::ONE));
            (x[[3, 7]], x[[5, 8]]) = (bf16::INFINITY, bf16::NAN);
            let y: Array2<bf16> = einsum!("ij,jk->ik", x, w);
            for (i, row) in y.rows().into_iter().enumerate() {
                let is_right = |y: &bf16| match i {
                    3 => *y == bf16::INFINITY,
                    5 => y.is_nan(),
                    _ => y.is_finite(),
                };
                assert!(row.iter().all(is_right), "{i}: {row}");
            }
        });
    }

    /// Maps read copies, whatever products do.
    #[test]
    fn formulas_of_large_arrays() {
        everywhere(|| {
            let (x, w) = (random((40, 50), 1), random((50, 36), 2));
            let (y, pullback) = einsum_vjp!([i, k] = exp(sum[j](x[i, j] * w[j, k])));
            let expected = wide(&x).dot(&wide(&w)).mapv(f64::exp);
            assert_close(&y, &expected, 50, "value");
            let (dx, _) = pullback(&Array2::from_elem((40, 36), bf16::ONE));
            assert_close(&dx, &expected.dot(&wide(&w).t()), 50 * 36, "gradient");
        });
    }

    #[test]
    fn functions_and_ellipses() {
        everywhere(|| {
            let (x, w) = (random((3, 40, 50), 1), random((50, 36), 2));
            let y = matmul(&x, &w);
            assert_close(&y, &einsum!("...ij,jk->...ik", wide(&x), wide(&w)), 50, "function");
            let nested: [[bf16; 32]; 32] =
                core::array::from_fn(|i| core::array::from_fn(|j| bf16::from_f32((i * j % 7) as f32)));
            let square: [[bf16; 32]; 32] = einsum!("ij,jk->ik", &nested, &nested);
            let sum: f32 = (0..32).map(|j| ((3 * j % 7) * (j * 5 % 7)) as f32).sum();
            assert_eq!(square[3][5], bf16::from_f32(sum));
        });
    }
}
