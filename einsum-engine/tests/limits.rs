//! Extents of 0 and without end, strides of 0: what no ordinary einsum has, but safe code may.

#![allow(clippy::cast_precision_loss, reason = "numbers are small")]

use std::sync::atomic::{AtomicUsize, Ordering};

use einsum_engine::Number;
use einsum_engine::testing::{Step, Strides};
use num_complex::{Complex32, Complex64};

fn at(strides: &[isize]) -> Strides<'_> {
    Strides { start: 0, strides }
}

/// `ij->ji`, with something to finish and without, of operands whose rows are whole lines and not.
fn transposes<T: Number + std::fmt::Debug>(number: impl Fn(usize) -> T, guard: T, extents: &[[usize; 2]]) {
    for &[rows, columns] in extents {
        for (gap, alpha) in [(0, None), (0, Some(T::ONE)), (5, Some(T::ONE))] {
            let operand: Vec<T> = (0..rows * (columns + gap)).map(&number).collect();
            let mut out = vec![guard; rows * columns + 2];
            let strides = [(columns + gap).cast_signed(), 1];
            let to = Strides { start: 1, strides: &[1, rows.cast_signed()] };
            let kept = (&[rows, columns][..], &[false; 2][..]);
            Step::new(kept, (&mut out, to), (&operand, at(&strides), false), None, (alpha, None)).run();
            assert!(out[0] == guard && out[rows * columns + 1] == guard, "written beside the result");
            for i in 0..rows {
                for j in 0..columns {
                    assert!(out[1 + j * rows + i] == operand[i * (columns + gap) + j], "{rows} x {columns}: {i}, {j}");
                }
            }
        }
    }
}

#[test]
fn elements_of_every_size_are_transposed() {
    let all = [[511, 3], [3, 511], [127, 31], [205, 203], [409, 5], [300, 67], [64, 64], [23, 1], [0, 5], [5, 0]];
    transposes(|n| n as f32, f32::INFINITY, &all);
    transposes(|n| n as f64, f64::INFINITY, &all);
    transposes(|n| Complex32::new(n as f32, 1.0), Complex32::new(f32::INFINITY, 0.0), &all);
    transposes(|n| Complex64::new(n as f64, 1.0), Complex64::new(f64::INFINITY, 0.0), &all);
}

/// Every way in which three axes, one or more of which are of extent 0, lie in the tensors. Factors have no elements: of a slice
/// without any the address is in no page, so that to read from it ends the test.
fn nothing_is_read<T: Number + std::fmt::Debug>(poison: T) {
    const LONG: usize = 1 << 8;
    let layouts = [[1, 0, 1], [0, 1, 1], [1, 1, 0], [1, 1, 1], [0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 0, 0]];
    for extents in [[0, 32, 5], [32, 0, 5], [32, 5, 0], [0, 0, 7], [0, LONG, LONG], [LONG, 0, 2], [LONG, LONG, 0]] {
        for (kept, lhs, rhs) in combinations(&layouts) {
            let strides = |has: [isize; 3], [i, j, k]: [isize; 3]| [has[0] * i, has[1] * j, has[2] * k];
            let contracted = kept.map(|kept| kept == 0);
            let of_result: [usize; 3] = std::array::from_fn(|n| if contracted[n] { 1 } else { extents[n] });
            let len = of_result.iter().product::<usize>();
            let [_, j, k] = of_result.map(usize::cast_signed);
            let out_strides = strides(kept, [j * k, k, 1]);
            if len > 5 * LONG {
                continue;
            }
            for two in [true, false] {
                let mut out = vec![poison; len];
                let (lhs_strides, rhs_strides) = (strides(lhs, [7, -1, 1]), strides(rhs, [1, 5, -3]));
                let factor = (&[][..], at(&rhs_strides), false);
                let scale = (Some(T::ONE), None);
                let lhs = (&[][..], at(&lhs_strides), false);
                Step::new((&extents, &contracted), (&mut out, at(&out_strides)), lhs, two.then_some(factor), scale)
                    .run();
                assert!(out.iter().all(|&found| found == T::ZERO), "{extents:?} {kept:?} {lhs:?} {rhs:?}");
            }
        }
    }
}

fn combinations(layouts: &[[isize; 3]; 8]) -> impl Iterator<Item = ([isize; 3], [isize; 3], [isize; 3])> {
    (0..8 * 8 * 8).map(|n| (layouts[n % 8], layouts[n / 8 % 8], layouts[n / 64]))
}

#[test]
fn nothing_is_read_of_a_tensor_without_elements() {
    nothing_is_read(f32::NAN);
    nothing_is_read(f64::NAN);
    nothing_is_read(Complex32::new(f32::NAN, 0.0));
    nothing_is_read(Complex64::new(f64::NAN, 0.0));
}

/// Views that repeat one element as often as there are numbers: by none of the extents may anything be measured.
#[test]
fn broadcast_views_have_any_extents() {
    const MOST: usize = isize::MAX.cast_unsigned();
    fn factor(of: &[f64]) -> (&[f64], Strides<'_>, bool) {
        (of, at(&[0, 0]), false)
    }
    let huge = [1 << (usize::BITS - 10), MOST, 1 << (usize::BITS / 2)];
    for extents in [[huge[0], huge[0]], [huge[0], huge[2]], [huge[1], huge[1]], [3, huge[1]], [huge[2], huge[2]]] {
        let both = |factor: f64| extents.iter().fold(factor, |product, &extent| product * extent as f64);
        // `pq,pq->` and `pq->`.
        let (x, y) = ([3.0], [5.0]);
        let mut out = [0.0];
        let sum = (&extents[..], &[true; 2][..]);
        Step::new(sum, (&mut out, at(&[0, 0])), factor(&x), Some(factor(&y)), (None, None)).run();
        assert!(is_close(out[0], both(15.0)), "{out:?}: {extents:?}");
        Step::new(sum, (&mut out, at(&[0, 0])), factor(&x), None, (Some(7.0), Some(2.0))).run();
        assert!(is_close(out[0], both(51.0)), "{out:?}: {extents:?}");
    }
    of_products(1.0_f32, &huge);
    of_products(1.0_f64, &huge);
    of_products(Complex64::new(1.0, 0.0), &huge);
}

fn is_close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-15 * expected.abs()
}

/// `bijpq,bjkpq->bik`, of which `p` and `q` are repeated, in shapes for all ways to compute it.
fn of_products<T: Number + std::fmt::Debug>(one: T, huge: &[usize]) {
    for [b, i, j, k] in [[1, 2, 2, 2], [1, 7, 3, 5], [40, 9, 5, 8], [3, 70, 30, 50], [1, 3, 2000, 3], [1, 40, 300, 500]]
    {
        let [x, y] = [vec![one; b * i * j], vec![one; b * j * k]];
        let signed = |n: usize| n.cast_signed();
        for &p in huge.iter().filter(|p| p.is_power_of_two()) {
            let mut out = vec![one; b * i * k];
            let extents = [p, b, i, j, k, p];
            let lhs = [0, signed(i * j), signed(j), 1, 0, 0];
            let rhs = [0, signed(j * k), 0, signed(k), 1, 0];
            let to = [0, signed(i * k), signed(k), 0, 1, 0];
            let contracted = [true, false, false, true, false, true];
            let step = (&extents[..], &contracted[..]);
            let (lhs, rhs) = ((&x[..], at(&lhs), false), (&y[..], at(&rhs), false));
            Step::new(step, (&mut out, at(&to)), lhs, Some(rhs), (None, None)).run();
            let number = |count: usize| (0..count).fold(T::ZERO, |sum, _| sum.plus(one));
            let times = (0..p.trailing_zeros()).fold(one, |power, _| power.plus(power));
            let expected = number(j).times(times).times(times);
            assert!(out.iter().all(|found| *found == expected), "{:?} instead of {expected:?}: {extents:?}", out[0]);
        }
    }
}

#[test]
#[should_panic(expected = "does not fit")]
fn steps_of_any_strides_are_refused() {
    let extents = [isize::MAX.cast_unsigned(); 16];
    let x = [0.0_f32; 3];
    let strides = Strides { start: usize::MAX, strides: &[isize::MIN; 16] };
    Step::new((&extents, &[true; 16]), (&mut [0.0], at(&[0; 16])), (&x, strides, false), None, (None, None)).run();
}

#[test]
#[should_panic(expected = "too large")]
fn extents_that_are_no_indices_are_refused() {
    let step = (&[usize::MAX][..], &[true][..]);
    Step::new(step, (&mut [0.0_f32], at(&[0])), (&[1.0], at(&[0]), false), None, (None, None)).run();
}

#[test]
#[should_panic(expected = "fits into memory")]
fn tiles_of_any_depth_are_refused() {
    let isa = einsum_engine::machine::isa::current();
    let _ = einsum_engine::testing::PackedTile::<f32>::new(isa, [1, 1], usize::MAX / 2 + 1, 1.0);
}

/// What a thread keeps is gone when the last of its values are dropped.
#[test]
fn a_thread_that_ends_may_compute() {
    struct Last;
    impl Drop for Last {
        fn drop(&mut self) {
            for extent in [3, 200, 700] {
                let x = vec![1.0_f32; extent * extent];
                let mut y = vec![0.0; extent * extent];
                let n = extent.cast_signed();
                let step = (&[extent; 3][..], &[false, true, false][..]);
                let [of_lhs, of_rhs, of_out] = [[n, 1, 0], [0, n, 1], [n, 0, 1]];
                let (lhs, rhs) = ((&x[..], at(&of_lhs), false), (&x[..], at(&of_rhs), false));
                Step::new(step, (&mut y, at(&of_out)), lhs, Some(rhs), (None, None)).run();
                assert!(y.iter().all(|&y| (y - n as f32).abs() < 0.5));
            }
            DROPPED.fetch_add(1, Ordering::Relaxed);
        }
    }
    static DROPPED: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static LAST: Last = const { Last };
    }
    std::thread::spawn(|| {
        // Made before what the runtime keeps, and so dropped after it.
        LAST.with(|_| ());
        let x = vec![1.0_f32; 490_000];
        let mut y = vec![0.0; 490_000];
        let step = (&[700; 3][..], &[false, true, false][..]);
        let (lhs, rhs) = ((&x[..], at(&[700, 1, 0]), false), (&x[..], at(&[0, 700, 1]), false));
        Step::new(step, (&mut y, at(&[700, 0, 1])), lhs, Some(rhs), (None, None)).run();
    })
    .join()
    .expect("the thread ends as others do");
    assert_eq!(DROPPED.load(Ordering::Relaxed), 1);
}
