//! Copies with what is outside, and gathers, and the way back: against loops over all indices.

#![allow(clippy::float_cmp, reason = "numbers are small integers")]

use std::{array, marker::PhantomData};

use einsum_runtime::__private::*;
use ndarray::{ArrayD, IxDyn, SliceInfoElem};

use super::random::Random;

const SITE: Site = Site { subscripts: "y = ..", operands: &[("x", "x"), ("t", "t")], labels: &["i", "j", "k"] };

impl Random {
    fn array<T>(
        &mut self,
        shape: &[usize],
        mut element: impl FnMut(&mut Self) -> T,
    ) -> (ArrayD<T>, Vec<SliceInfoElem>) {
        let steps: Vec<isize> = shape.iter().map(|_| self.of(&[1, 1, -1, 2])).collect();
        let outer: Vec<usize> = shape.iter().zip(&steps).map(|(extent, step)| extent * step.unsigned_abs()).collect();
        let slices = steps.iter().map(|&step| SliceInfoElem::Slice { start: 0, end: None, step }).collect();
        (ArrayD::from_shape_simple_fn(IxDyn(&outer), || element(self)), slices)
    }
}

/// The position of an index, by hand.
fn position(index: isize, extent: usize, outside: Outside) -> Option<usize> {
    let extent = extent.cast_signed();
    let found = match outside {
        Outside::Wrap if extent > 0 => ((index % extent) + extent) % extent,
        Outside::Clamp if index >= extent => extent - 1,
        Outside::Clamp if index < 0 => 0,
        _ => index,
    };
    (0..extent).contains(&found).then(|| found.cast_unsigned())
}

fn check<const L: usize>(seed: u64, choices: &[usize]) {
    let random = &mut Random(seed);
    let extents: [usize; L] = array::from_fn(|_| random.of(choices));
    let forms: [([isize; L], isize); 3] =
        array::from_fn(|_| (array::from_fn(|_| random.of(&[0, 0, 1, 1, -1, 2])), random.below(7).cast_signed() - 3));
    let outside: [Outside; 3] =
        array::from_fn(|_| random.of(&[Outside::Zero, Outside::Zero, Outside::Wrap, Outside::Clamp, Outside::Error]));
    let value =
        |n: usize, at: [usize; L]| forms[n].1 + (0..L).map(|l| forms[n].0[l] * at[l].cast_signed()).sum::<isize>();
    let count: usize = extents.iter().product();
    let indices = || {
        (0..count).map(|mut n| {
            let mut at = [0; L];
            (0..L).rev().for_each(|l| (at[l], n) = (n % extents[l], n / extents[l]));
            at
        })
    };
    // Where nothing is outside, forms are within.
    let mut forms = forms;
    let least = |n: usize| indices().map(|at| value(n, at)).min().unwrap_or(0);
    let moved: [isize; 3] = array::from_fn(|n| if outside[n] == Outside::Error { -least(n) } else { 0 });
    let value = |n: usize, at: [usize; L]| value(n, at) + moved[n];
    (0..3).for_each(|n| forms[n].1 += moved[n]);
    let shape: [usize; 4] = array::from_fn(|n| {
        let needed = (0..3).filter(|&m| m == n && outside[m] == Outside::Error);
        let needed = needed.flat_map(|n| indices().map(move |at| value(n, at).cast_unsigned() + 1));
        needed.max().unwrap_or_else(|| std::cmp::max(random.of(choices), 1))
    });
    let (x, slices) = random.array(&shape, |random| f64::from(u8::try_from(random.below(9)).expect("it is small")));
    let x = x.slice(&*slices);
    // The last axis is gathered, by a tensor of the first labels.
    let of_gather = random.of(&[Outside::Zero, Outside::Wrap, Outside::Clamp]);
    let labels = L - random.below(2);
    let (t, slices) = random.array(&extents[..labels], |random| random.below(9).cast_signed() - 3);
    let t = t.slice(&*slices);
    let t_at = |at: [usize; L]| position(t[&at[..labels]], shape[3], of_gather);
    let found = |at: [usize; L]| -> Option<[usize; 4]> {
        let [a, b, c] = array::from_fn(|n| position(value(n, at), shape[n], outside[n]));
        Some([a?, b?, c?, t_at(at)?])
    };
    let expected = |at: [usize; L]| found(at).map_or(0.0, |place| x[place]);

    let all: [Form<L>; L] = array::from_fn(|n| form(array::from_fn(|l| isize::from(n == l && n < labels)), 0));
    let t_full = ArrayD::from_shape_fn(IxDyn(&extents), |at| t[&ndarray::Dimension::slice(&at)[..labels]]);
    let t = View::of_array(&t_full).expect("it has an axis for each label");
    let tensor = SITE.positions(Heap, (1, 3, "t"), (shape[3], of_gather), t).expect("nothing is refused");
    let along = [
        Along::Form(form(forms[0].0, forms[0].1), outside[0]),
        Along::Form(form(forms[1].0, forms[1].1), outside[1]),
        Along::Form(form(forms[2].0, forms[2].1), outside[2]),
        Along::Gather(Reach::new(extents, tensor.view(), all)),
    ];
    let view = View::of_array(&x).expect("it has four axes");
    let copy = SITE.copy(PhantomData::<f64>, Heap, extents, view, along).expect("there is room").into_array::<IxDyn>();
    for at in indices() {
        assert_eq!(copy[&at[..]], expected(at), "seed {seed} {at:?} {extents:?} {shape:?} {forms:?} {outside:?}");
    }

    let (mut back, slices) = random.array(&shape, |_| 1.0);
    let mut back = back.slice_mut(&*slices);
    let mut by_hand = back.to_owned();
    indices().for_each(|at| found(at).into_iter().for_each(|place| by_hand[place] += copy[&at[..]]));
    let values = View::of_array(&copy).expect("it has an axis for each label");
    scatter(values, ViewMut::of_array(&mut back).expect("it has four axes"), along);
    assert_eq!(back, by_hand, "seed {seed} {extents:?} {shape:?} {forms:?} {outside:?}");
}

#[test]
fn copies_and_back() {
    for seed in 0..if cfg!(miri) { 1 } else { 60 } {
        check::<1>(seed, &[0, 1, 2, 3, 5, 7, 13]);
        check::<2>(seed, if cfg!(miri) { &[2, 3] } else { &[0, 1, 2, 3, 5, 7] });
        check::<3>(seed, if cfg!(miri) { &[1, 2] } else { &[1, 2, 3, 5] });
    }
}

#[test]
#[cfg_attr(miri, ignore)]
fn rows_by_several_threads() {
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        pool.install(|| (0..2).for_each(|seed| check::<3>(seed, &[3, 17, 41])));
    }
}

#[test]
fn numbers_of_rank_0_and_empty_boxes() {
    let x = ndarray::arr1(&[1.0, 2.0, 3.0]);
    let x = View::of_array(&x).expect("it has an axis");
    for (index, expected) in [(1, 2.0), (-1, 0.0), (isize::MAX, 0.0), (isize::MIN, 0.0)] {
        let copy = SITE
            .copy(PhantomData::<f64>, Heap, [], x, [Along::Form(form([], index), Outside::Zero)])
            .expect("there is room");
        assert_eq!(copy.into_scalar(), expected);
    }
    let far = [Along::Form(form([isize::MAX, isize::MIN], 2), Outside::Zero)];
    let copy = SITE.copy(PhantomData::<f64>, Heap, [3, 3], x, far).expect("there is room").into_array::<Ix2>();
    assert_eq!(copy, ndarray::arr2(&[[3.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 1.0]]));
}

#[test]
#[should_panic(expected = "a form is within the tensor")]
fn forms_are_within_if_nothing_is_outside() {
    let x = ndarray::arr1(&[1.0, 2.0, 3.0]);
    let along = [Along::Form(form([1], 1), Outside::Error)];
    let _ = SITE.copy(PhantomData::<f64>, Heap, [3], View::of_array(&x).expect("it has an axis"), along);
}

#[test]
#[should_panic(expected = "positions are those of the tensor")]
fn positions_are_those_of_the_tensor() {
    let x = ndarray::arr1(&[1.0, 2.0, 3.0]);
    let t = SITE
        .positions(Heap, (0, 0, "t"), (5, Outside::Error), View::row_major(&[0, 4], [2]))
        .expect("they are below 5");
    let along = [Along::Gather(Reach::new([2], t.view(), [form([1], 0)]))];
    let _ = SITE.copy(PhantomData::<f64>, Heap, [2], View::of_array(&x).expect("it has an axis"), along);
}
