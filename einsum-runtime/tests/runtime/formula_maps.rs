//! Maps against loops over all indices: any forms, strides, extents and reductions, on one thread and several.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::float_cmp,
    clippy::needless_for_each,
    reason = "numbers are small integers"
)]

use std::{array, collections::HashMap, fmt::Debug, marker::PhantomData};

use einsum_runtime::{
    __private::*,
    Element,
    formula::{Extremum, Reduction},
};
use ndarray::{ArrayD, IxDyn, SliceInfoElem};

use super::random::Random;

const SITE: Site = Site { subscripts: "y = ..", operands: &[("x", "x")], labels: &["i", "j", "k"] };
const L: usize = 3;

/// Numbers whose sums and products are exact.
trait Exact: Ordered + Debug {
    fn small(number: i8) -> Self;
}

macro_rules! exact {
    ($($T:ty)*) => { $( impl Exact for $T { fn small(number: i8) -> Self { <$T>::from(number) } } )* };
}
exact!(f32 f64 i32 i8 i64);

/// `x (y - 1)`, and if it is indexed, plus `2 i - k`.
#[derive(Clone, Copy)]
struct Map<R, const FREE: usize, const IS_INDEXED: bool>(PhantomData<R>);

impl<T: Ordered, R: Reduction<T> + Send + Sync + Copy, const FREE: usize, const IS_INDEXED: bool> Body<T, L, 2>
    for Map<R, FREE, IS_INDEXED>
{
    type Reduction = R;
    const FREE: usize = FREE;
    const READS: [&'static [usize]; 2] = [&[0, 1, 2], &[0, 1, 2]];
    const IS_INDEXED: bool = IS_INDEXED;

    #[inline(always)]
    fn value<V: Arithmetic<T>>(self, [x, y]: [V::Value; 2], at: At<L>) -> V::Value {
        let value = V::times(x, V::minus(y, V::integer(1)));
        let is_later = V::compare_indices(Comparison::Less, at, form([1, 0, 0], 0), form([0, 1, 0], 1));
        let indexed = V::plus(value, V::select(is_later, V::index(at, form([2, 0, -1], 0)), V::integer(3)));
        if IS_INDEXED { indexed } else { value }
    }
}

fn value<T: Ordered>(x: T, y: T, at: [usize; L], is_indexed: bool) -> T {
    let value = x.times(y.minus(T::ONE));
    let [i, _, k] = at.map(|index| T::from_u64(index as u64));
    let later = if at[0] < at[1] + 1 { i.plus(i).minus(k) } else { T::from_u64(3) };
    if is_indexed { value.plus(later) } else { value }
}

/// A tensor in an array that is permuted, reversed, strided or repeated.
struct Tensor<T> {
    array: ArrayD<T>,
    order: Vec<usize>,
    steps: Vec<isize>,
}

impl<T: Copy> Tensor<T> {
    fn new(random: &mut Random, shape: &[usize], mut element: impl FnMut(&mut Random) -> T) -> Self {
        let mut order: Vec<usize> = (0..shape.len()).collect();
        for n in (1..order.len()).rev() {
            order.swap(n, random.below(n + 1));
        }
        if random.below(2) == 0 {
            order.sort_unstable();
        }
        let steps: Vec<isize> = shape.iter().map(|_| random.of(&[1, 1, 1, 1, -1, -1, 2])).collect();
        let outer: Vec<usize> = order.iter().map(|&axis| shape[axis] * steps[axis].unsigned_abs()).collect();
        let array = ArrayD::from_shape_simple_fn(IxDyn(&outer), || element(random));
        Self { array, order, steps }
    }

    fn slices(&self) -> Vec<SliceInfoElem> {
        let slice = |&axis: &usize| SliceInfoElem::Slice { start: 0, end: None, step: self.steps[axis] };
        self.order.iter().map(slice).collect()
    }

    fn inverse(&self) -> Vec<usize> {
        let mut inverse = vec![0; self.order.len()];
        self.order.iter().enumerate().for_each(|(n, &axis)| inverse[axis] = n);
        inverse
    }

    fn view(&self) -> ndarray::ArrayViewD<'_, T> {
        self.array.slice(&*self.slices()).permuted_axes(self.inverse())
    }

    fn view_mut(&mut self) -> ndarray::ArrayViewMutD<'_, T> {
        let (slices, inverse) = (self.slices(), self.inverse());
        self.array.slice_mut(&*slices).permuted_axes(inverse)
    }
}

/// Forms of the axes of a tensor, as factors and constants, and how long these need to be.
fn forms<const N: usize>(
    random: &mut Random,
    extents: [usize; L],
    labels: usize,
    is_plain: bool,
) -> ([([isize; L], isize); N], [usize; N]) {
    let mut all = [[0isize; L]; N];
    for label in 0..labels {
        if is_plain {
            all.iter_mut().skip(label).take(1).for_each(|factors| factors[label] = 1);
            continue;
        }
        // A factor on one axis, seldom on another, too.
        all[random.below(N)][label] = random.of(&[1, 1, 1, 2, -1, 0]);
        if random.below(4) == 0 {
            all[random.below(N)][label] = random.of(&[1, -1, 3]);
        }
    }
    let forms = all.map(|factors| {
        if is_plain {
            return (factors, 0);
        }
        let least: isize = (0..L).map(|n| Ord::min(factors[n], 0) * extents[n].saturating_sub(1).cast_signed()).sum();
        (factors, random.below(3).cast_signed() - least)
    });
    let shape = forms.map(|(factors, constant)| {
        let last = |n: usize| Ord::max(factors[n], 0) * extents[n].saturating_sub(1).cast_signed();
        let largest = constant + (0..L).map(last).sum::<isize>();
        let is_label = is_plain && factors.contains(&1);
        let plain: usize = (0..L).map(|n| factors[n].unsigned_abs() * extents[n]).sum();
        if is_label {
            if random.below(6) == 0 { 1 } else { plain }
        } else {
            largest.cast_unsigned() + 1 + random.below(2)
        }
    });
    (forms, shape)
}

fn at<const N: usize>(forms: &[([isize; L], isize); N], shape: &[usize], index: [usize; L]) -> Vec<usize> {
    let one = |((factors, constant), &extent): (&([isize; L], isize), &usize)| {
        let value = constant + (0..L).map(|n| factors[n] * index[n].cast_signed()).sum::<isize>();
        let is_label = *constant == 0 && factors.iter().filter(|f| **f != 0).eq(&[1]);
        if extent == 1 && is_label { 0 } else { value.cast_unsigned() }
    };
    forms.iter().zip(shape).map(one).collect()
}

fn indices(extents: [usize; L]) -> impl Iterator<Item = [usize; L]> {
    let [i, j, k] = extents;
    (0..i * j * k).map(move |n| [n / (j * k), n / k % j, n % k])
}

/// One random map, by `map` and by loops.
fn check<T: Exact, R: Reduction<T> + Send + Sync + Copy, const FREE: usize, const IS_INDEXED: bool>(
    seed: u64,
    join: fn(T, T) -> T,
    choices: &[usize],
) where
    Map<R, FREE, IS_INDEXED>: Body<T, L, 2>,
{
    let random = &mut Random(seed);
    let extents: [usize; L] = array::from_fn(|_| random.of(choices));
    let is_plain = random.below(2) == 0;
    let small = |random: &mut Random| T::small(i8::try_from(random.below(4)).expect("it is small") - 1);
    let (x_forms, x_shape) = forms::<3>(random, extents, L, is_plain);
    let is_plain = random.below(3) > 0;
    let (y_forms, y_shape) = forms::<2>(random, extents, L, is_plain);
    let is_plain = random.below(3) > 0;
    let (out_forms, out_shape) = forms::<3>(random, extents, FREE, is_plain);
    let x = Tensor::new(random, &x_shape, small);
    let y = Tensor::new(random, &y_shape, small);
    let mut out = Tensor::new(random, &out_shape, small);
    let adds = random.below(2) == 0;

    let mut expected = out.view().to_owned();
    let mut sums: HashMap<Vec<usize>, (Vec<usize>, T)> = HashMap::new();
    let free = |index: [usize; L]| index[..FREE].to_vec();
    let all_free: [usize; L] = array::from_fn(|n| if n < FREE { extents[n] } else { 1 });
    for index in indices(all_free) {
        sums.insert(free(index), (at(&out_forms, &out_shape, index), R::nothing()));
    }
    for index in indices(extents) {
        let [a, b] = [x.view()[&*at(&x_forms, &x_shape, index)], y.view()[&*at(&y_forms, &y_shape, index)]];
        let sum = sums.get_mut(&free(index)).expect("it is there");
        sum.1 = join(sum.1, value(a, b, index, IS_INDEXED));
    }
    if !adds {
        sums.values().for_each(|(place, _)| expected[&**place] = T::ZERO);
    }
    sums.values().for_each(|(place, sum)| expected[&**place] = expected[&**place].plus(*sum));

    let of = |forms: &[([isize; L], isize)], n: usize| form(forms[n].0, forms[n].1);
    let (x, y) = (x.view(), y.view());
    let reads = [
        Reach::new(
            extents,
            View::of_array(&x).expect("it has three axes"),
            array::from_fn::<_, 3, _>(|n| of(&x_forms, n)),
        ),
        Reach::new(
            extents,
            View::of_array(&y).expect("it has two axes"),
            array::from_fn::<_, 2, _>(|n| of(&y_forms, n)),
        ),
    ];
    let mut out = out.view_mut();
    let target = ViewMut::of_array(&mut out).expect("it has three axes");
    let target = ReachMut::new(extents, target, array::from_fn::<_, 3, _>(|n| of(&out_forms, n)));
    map(extents, Map::<R, FREE, IS_INDEXED>(PhantomData), reads, target, if adds { Onto::Add } else { Onto::Replace });
    assert!(
        out == expected,
        "seed {seed}: {extents:?} {x_forms:?} {y_forms:?} {out_forms:?} adds {adds}\n{out:?}\n{expected:?}"
    );
}

const FEW: [usize; 8] = [0, 1, 2, 3, 5, 7, 11, 19];
const SEEDS: u64 = if cfg!(miri) { 2 } else { 25 };

fn each<T: Exact>(sum_only: bool, choices: &[usize], seeds: std::ops::Range<u64>) {
    for seed in seeds {
        check::<T, Sum, 3, false>(seed, T::plus, choices);
        check::<T, Sum, 3, true>(seed, T::plus, choices);
        check::<T, Sum, 2, false>(seed, T::plus, choices);
        check::<T, Sum, 1, true>(seed, T::plus, choices);
        check::<T, Sum, 0, false>(seed, T::plus, choices);
        if !sum_only {
            check::<T, Max, 2, false>(seed, Ordered::max, choices);
            check::<T, Min, 1, true>(seed, Ordered::min, choices);
            check::<T, Max, 0, false>(seed, Ordered::max, choices);
            check::<T, Min, 3, false>(seed, Ordered::min, choices);
        }
    }
}

#[test]
fn small_maps_of_floats() {
    each::<f64>(false, &FEW, 0..SEEDS);
    each::<f32>(false, &FEW, 1000..1000 + SEEDS);
}

#[test]
fn small_maps_of_integers() {
    each::<i32>(false, &FEW, 0..SEEDS);
    each::<i8>(false, &FEW, 0..SEEDS);
    for seed in 0..SEEDS {
        check::<i64, Product, 1, false>(seed, i64::times, &FEW);
        check::<i64, Product, 2, true>(seed, i64::times, &FEW);
    }
}

#[test]
#[cfg_attr(miri, ignore)]
fn maps_by_several_threads() {
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        pool.install(|| each::<f32>(true, &[1, 3, 31, 53], 0..3));
        pool.install(|| each::<f64>(true, &[2, 29, 67], 0..3));
        pool.install(|| pairs_are_right::<f32, Sum, true>(1, [2, 131, 35, 65], f32::plus));
        pool.install(|| pairs_are_right::<f64, Min, false>(2, [1, 5, 131, 651], Ordered::min));
    }
}

/// `2 y + x`, onto the `y` that is read.
#[derive(Clone, Copy)]
struct Own<const FREE: usize>;

impl<T: Ordered, const FREE: usize> Body<T, 2, 2> for Own<FREE> {
    type Reduction = Sum;
    const FREE: usize = FREE;
    const READS: [&'static [usize]; 2] = [&[0], &[0, 1]];
    const IS_INDEXED: bool = false;

    #[inline(always)]
    fn value<V: Arithmetic<T>>(self, [own, x]: [V::Value; 2], _: At<2>) -> V::Value {
        V::plus(V::plus(own, own), x)
    }
}

#[test]
fn targets_read_their_own_elements() {
    for (i, j) in [(1, 1), (3, 5), (5, 17), (2, 67), (0, 3)] {
        let extents = [i, j];
        let x = ndarray::Array2::from_shape_fn((j, i), |(j, i)| (7 * i + j) as f64);
        let x = View::of_array(&x).expect("it has two axes");
        let x = Reach::new(extents, x, [form([0, 1], 0), form([1, 0], 0)]);
        let mut out = ndarray::Array2::from_elem((i, 2 * j), 1.0);
        {
            let mut out = out.slice_mut(ndarray::s![.., ..;-2]);
            let out = ViewMut::of_array(&mut out).expect("it has two axes");
            let out = ReachMut::new(extents, out, [form([1, 0], 0), form([0, 1], 0)]);
            map(extents, Own::<2>, [Reach::own(extents), x], out, Onto::Replace);
        }
        let at = |(i, n): (usize, usize)| if n % 2 == 1 { 2.0 + (7 * i + (2 * j - 1 - n) / 2) as f64 } else { 1.0 };
        assert_eq!(out, ndarray::Array2::from_shape_fn((i, 2 * j), at));

        let mut out = ndarray::Array1::from_elem(i, 1.0);
        let target = ViewMut::of_array(&mut out).expect("it has an axis");
        map(extents, Own::<1>, [Reach::own(extents), x], ReachMut::new(extents, target, [form([1, 0], 0)]), Onto::Add);
        let sum = |i: usize| 1.0 + (0..j).map(|j| 2.0 + (7 * i + j) as f64).sum::<f64>();
        assert_eq!(out, ndarray::Array1::from_shape_fn(i, sum));
    }
}

#[test]
#[should_panic(expected = "written once")]
fn what_is_read_is_not_written_twice() {
    let mut out = ndarray::Array1::from_elem(7, 1.0);
    let x = View::scalar(&1.0);
    let target = ViewMut::of_array(&mut out).expect("it has an axis");
    let target = ReachMut::new([3, 5], target, [form([1, 1], 0)]);
    map([3, 5], Own::<2>, [Reach::own([3, 5]), Reach::new([3, 5], x, [])], target, Onto::Add);
}

#[test]
#[should_panic(expected = "goes from 0 to 7")]
fn forms_are_within_tensors() {
    let x = ndarray::Array1::from_elem(7, 1.0);
    let _ = Reach::new([4, 5], View::of_array(&x).expect("it has an axis"), [form([1, 1], 0)]);
}

#[test]
#[should_panic(expected = "looked at for the extents")]
fn extents_are_those_of_the_reads() {
    let x = ndarray::Array1::from_elem(7, 1.0);
    let mut out = ndarray::Array1::from_elem(7, 1.0);
    let x = Reach::new([7, 1], View::of_array(&x).expect("it has an axis"), [form([1, 0], 0)]);
    let target = ViewMut::of_array(&mut out).expect("it has an axis");
    map([6, 1], Own::<1>, [Reach::own([6, 1]), x], ReachMut::new([6, 1], target, [form([1, 0], 0)]), Onto::Add);
}

#[test]
fn nan_is_the_largest_and_the_smallest() {
    for len in [1, 5, 16, 64, 200, 3000] {
        for place in [0, len / 2, len - 1] {
            let mut x = ndarray::Array2::from_shape_fn((2, len), |(_, n)| (n % 7) as f32);
            x[[1, place]] = f32::NAN;
            let ones = ndarray::Array1::from_elem(1, 2.0);
            for x in [x.view(), x.clone().reversed_axes().as_standard_layout().reversed_axes().view()] {
                let (x, ones) = (View::of_array(&x).expect("two"), View::of_array(&ones).expect("one"));
                let extents = [2, len, 1];
                let reads = [
                    Reach::new(extents, x, [form([1, 0, 0], 0), form([0, 1, 0], 0)]),
                    Reach::new(extents, ones, [form([0, 0, 1], 0)]),
                ];
                let element = PhantomData::<f32>;
                let to = ([2], [form([1, 0, 0], 0)]);
                let max = SITE
                    .map(element, Heap, extents, Map::<Max, 1, false>(PhantomData), reads, to)
                    .expect("there is room");
                let max = max.into_array::<Ix1>();
                assert_eq!((max[0], max[1].is_nan()), (Ord::min(len - 1, 6) as f32, true), "{len} {place}");
                let min = SITE
                    .map(element, Heap, extents, Map::<Min, 1, false>(PhantomData), reads, to)
                    .expect("there is room");
                let min = min.into_array::<Ix1>();
                assert_eq!((min[0], min[1].is_nan()), (0.0, true), "{len} {place}");
            }
        }
    }
}

/// An index of the first value that no later one is beyond.
fn search_is_right<R: Extremum<f64> + Send + Sync + Copy>(is_beyond: fn(f64, f64) -> bool) {
    for (seed, len) in [1, 2, 17, 63, 64, 65, 1500, 2100].into_iter().enumerate() {
        let random = &mut Random(seed as u64);
        let tensor = Tensor::new(random, &[3, len], |random| {
            let number = random.below(40) as f64;
            if number == 39.0 && len < 100 { f64::NAN } else { number }
        });
        let x = tensor.view();
        let ones = ndarray::Array1::from_elem(1, 2.0);
        let extents = [3, len, 1];
        let (extents, reads) = (
            [3, 1, len],
            [
                Reach::new([3, 1, len], View::of_array(&x).expect("two"), [form([1, 0, 0], 0), form([0, 0, 1], 0)]),
                Reach::new([3, 1, extents[1]], View::of_array(&ones).expect("one"), [form([0, 1, 0], 0)]),
            ],
        );
        let body = Map::<R, 2, false>(PhantomData);
        let to = ([1, 3], [form([0, 1, 0], 0), form([1, 0, 0], 0)]);
        let found =
            SITE.search(PhantomData::<i16>, Heap, extents, body, reads, to).expect("there is room").into_array::<Ix2>();
        for i in 0..3 {
            let mut best = 0;
            for n in 1..len {
                let (value, before) = (x[[i, n]], x[[i, best]]);
                if is_beyond(value, before) || (value.is_nan() && !before.is_nan()) {
                    best = n;
                }
            }
            assert_eq!(usize::try_from(found[[0, i]]), Ok(best), "{len}");
        }
    }
}

#[test]
fn searches_find_the_first() {
    search_is_right::<Max>(|value, before| value > before);
    search_is_right::<Min>(|value, before| value < before);
}

/// Numbers of a user's: of any size, and with operations that are seen.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Wide([i64; 3]);

impl Element for Wide {
    const ZERO: Self = Self([0; 3]);
    const ONE: Self = Self([1; 3]);
    fn plus(self, other: Self) -> Self {
        Self(array::from_fn(|n| self.0[n] + other.0[n]))
    }
    fn times(self, other: Self) -> Self {
        assert!(self != Self::ZERO && other != Self::ZERO, "of elements of the tensors alone");
        Self(array::from_fn(|n| self.0[n] * other.0[n]))
    }
    fn conjugate(self) -> Self {
        self
    }
}

/// `x x`, summed.
#[derive(Clone, Copy)]
struct Squares;

impl<T: Element> Body<T, 2, 1> for Squares {
    type Reduction = Sum;
    const FREE: usize = 1;
    const READS: [&'static [usize]; 1] = [&[0, 1]];
    const IS_INDEXED: bool = false;

    #[inline(always)]
    fn value<V: Arithmetic<T>>(self, [x]: [V::Value; 1], _: At<2>) -> V::Value {
        V::times(x, x)
    }
}

#[test]
fn elements_of_any_size() {
    for extents in [[1, 1], [5, 3], [3, 70], [70, 3], [0, 3], [3, 0]] {
        let x = ndarray::Array2::from_shape_fn(extents, |(i, j)| Wide([i as i64 + 1, j as i64, 2]));
        let read = Reach::new(extents, View::of_array(&x).expect("two"), [form([1, 0], 0), form([0, 1], 0)]);
        let y = SITE
            .map(PhantomData::<Wide>, Heap, extents, Squares, [read], ([extents[0]], [form([1, 0], 0)]))
            .expect("there is room");
        let square = |wide: &Wide| wide.times(*wide);
        let sums = x.outer_iter().map(|row| row.iter().map(square).fold(Wide::ZERO, Wide::plus));
        assert_eq!(y.into_array::<Ix1>().to_vec(), sums.collect::<Vec<_>>());
    }
}

#[test]
fn rank_0() {
    let (x, y) = (5.0, 4.0);
    let extents = [1, 1, 1];
    let reads = [Reach::new(extents, View::scalar(&x), []), Reach::new(extents, View::scalar(&y), [])];
    let found = SITE
        .map(PhantomData::<f64>, Heap, extents, Map::<Sum, 0, false>(PhantomData), reads, ([], []))
        .expect("there is room");
    assert_eq!(found.into_scalar(), 15.0);
}

/// `(x[b, i, k] - y[j, k])^2 + z[j, i, k]`, and if it is indexed, plus `i - 2 j + 3 k`.
#[derive(Clone, Copy)]
struct Pairs<R, const IS_INDEXED: bool>(PhantomData<R>);

impl<T: Ordered, R: Reduction<T> + Send + Sync + Copy, const IS_INDEXED: bool> Body<T, 4, 3> for Pairs<R, IS_INDEXED> {
    type Reduction = R;
    const FREE: usize = 3;
    const READS: [&'static [usize]; 3] = [&[0, 1, 3], &[2, 3], &[2, 1, 3]];
    const IS_INDEXED: bool = IS_INDEXED;

    #[inline(always)]
    fn value<V: Arithmetic<T>>(self, [x, y, z]: [V::Value; 3], at: At<4>) -> V::Value {
        let difference = V::minus(x, y);
        let value = V::plus(V::times(difference, difference), z);
        if IS_INDEXED { V::plus(value, V::index(at, form([0, 1, -2, 3], 0))) } else { value }
    }
}

fn pairs_are_right<T: Exact, R: Reduction<T> + Send + Sync + Copy, const IS_INDEXED: bool>(
    seed: u64,
    extents: [usize; 4],
    join: fn(T, T) -> T,
) {
    let [b, i, j, k] = extents;
    let random = &mut Random(seed);
    let small = |random: &mut Random| T::small(i8::try_from(random.below(4)).expect("it is small") - 1);
    let (x, y) = (Tensor::new(random, &[b, i, k], small), Tensor::new(random, &[j, k], small));
    let (z, mut out) = (Tensor::new(random, &[j, i, k], small), Tensor::new(random, &[b, i, j], small));
    let (x, y, z) = (x.view(), y.view(), z.view());
    let adds = random.below(2) == 0;
    let mut expected = out.view().to_owned();
    for (at, value) in expected.indexed_iter_mut() {
        let terms = (0..k).map(|k| {
            let difference = x[[at[0], at[1], k]].minus(y[[at[2], k]]);
            let value = difference.times(difference).plus(z[[at[2], at[1], k]]);
            let [i, j, k] = [at[1], at[2], k].map(|index| T::from_u64(index as u64));
            if IS_INDEXED { value.plus(i).minus(j).minus(j).plus(k).plus(k).plus(k) } else { value }
        });
        let sum = terms.fold(R::nothing(), join);
        *value = if adds { value.plus(sum) } else { sum };
    }
    let labels: [Form<4>; 4] = array::from_fn(|n| form(array::from_fn(|l| isize::from(l == n)), 0));
    let reads = [
        Reach::new(extents, View::of_array(&x).expect("three"), [labels[0], labels[1], labels[3]]),
        Reach::new(extents, View::of_array(&y).expect("two"), [labels[2], labels[3]]),
        Reach::new(extents, View::of_array(&z).expect("three"), [labels[2], labels[1], labels[3]]),
    ];
    let mut out = out.view_mut();
    let target = ReachMut::new(extents, ViewMut::of_array(&mut out).expect("three"), [labels[0], labels[1], labels[2]]);
    map(extents, Pairs::<R, IS_INDEXED>(PhantomData), reads, target, if adds { Onto::Add } else { Onto::Replace });
    assert!(out == expected, "seed {seed}: {extents:?} adds {adds}");
}

#[test]
fn tiles_of_two_labels() {
    let all = [
        [1, 2, 8, 16],
        [2, 5, 17, 7],
        [2, 67, 31, 2],
        [1, 4, 16, 300],
        [2, 3, 1, 64],
        [1, 1, 67, 40],
        [1, 66, 17, 301],
        // Two blocks of columns.
        [2, 67, 131, 3],
        [1, 5, 150, 257],
    ];
    for (seed, extents) in all.into_iter().enumerate().take(if cfg!(miri) { 2 } else { all.len() }) {
        let seed = seed as u64;
        pairs_are_right::<f32, Sum, false>(seed, extents, f32::plus);
        pairs_are_right::<f64, Min, true>(seed + 20, extents, Ordered::min);
        pairs_are_right::<i32, Max, true>(seed + 40, extents, Ordered::max);
        pairs_are_right::<i64, Sum, true>(seed + 60, extents, i64::plus);
    }
}

/// `prod[k](x[i, j, k])`
#[derive(Clone, Copy)]
struct OfNothing;

impl<T: Ordered> Body<T, L, 1> for OfNothing {
    type Reduction = Product;
    const FREE: usize = 2;
    const READS: [&'static [usize]; 1] = [&[0, 1, 2]];
    const IS_INDEXED: bool = false;

    #[inline(always)]
    fn value<V: Arithmetic<T>>(self, [x]: [V::Value; 1], _: At<L>) -> V::Value {
        x
    }
}

/// A map of products of nothing, at `i + j`, into a part of an array.
fn of_nothing(extents: [usize; L], len: usize) -> Vec<f64> {
    let forms = [form([1, 0, 0], 0), form([0, 1, 0], 0), form([0, 0, 1], 0)];
    let read = Reach::new(extents, View::row_major(&[], extents), forms);
    let mut y = vec![0.0; 16];
    let target = ReachMut::new(extents, ViewMut::row_major(&mut y[..len], [len]), [form([1, 1, 0], 0)]);
    map(extents, OfNothing, [read], target, Onto::Replace);
    y
}

#[test]
fn values_of_nothing_are_added_up_where_indices_meet() {
    assert_eq!(of_nothing([3, 2, 0], 4)[..5], [1.0, 2.0, 2.0, 1.0, 0.0]);
    assert_eq!(of_nothing([0, 9, 0], 4), [0.0; 16]);
}

#[test]
#[should_panic(expected = "a form leads out of the target")]
fn forms_are_within_targets_if_nothing_is_reduced() {
    of_nothing([9, 2, 0], 4);
}
