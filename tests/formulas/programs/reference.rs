//! Cases of programs with what torch computed for them, and operands made by the same rule.

use std::{collections::BTreeMap, sync::Mutex};

use ndarray::{Array, ArrayView, Axis, Dimension, Slice};

const REFERENCE: &str = include_str!("reference.txt");

/// How many ways there are to lay out an operand.
pub(crate) const LAYOUTS: usize = 4;

/// The largest errors of groups of programs, relative to the largest element of a tensor: of values, gradients and gradients of
/// gradients in `f64`, of values and gradients in `f32`.
pub(crate) static LARGEST: Mutex<BTreeMap<&str, Errors>> = Mutex::new(BTreeMap::new());

/// Errors relative to the largest element of a tensor.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Errors {
    pub(crate) value: f64,
    pub(crate) gradients: f64,
    pub(crate) seconds: f64,
    pub(crate) single_value: f64,
    pub(crate) single_gradients: f64,
}

/// What torch computed for some operands.
pub(crate) struct Case {
    name: &'static str,
    shapes: Vec<&'static str>,
    extents: Vec<usize>,
    tensors: BTreeMap<&'static str, Vec<f64>>,
}

/// The cases of a program.
pub(crate) fn cases(program: &str) -> Vec<Case> {
    let texts = REFERENCE.split("case ").skip(1);
    let cases: Vec<Case> = texts.filter(|text| text.split([' ', '\n']).next() == Some(program)).map(read).collect();
    assert!(!cases.is_empty(), "{program} is not in reference.txt");
    cases
}

fn read(text: &'static str) -> Case {
    let mut lines = text.lines();
    let name = lines.next().expect("a case has a line");
    let (shapes, extents) = name.split_once(" ; ").unwrap_or((name, ""));
    let tensors = lines.map(|line| {
        let (tensor, numbers) = line.split_once(' ').unwrap_or((line, ""));
        (tensor, words(numbers).map(|number| number.parse().expect("a number")).collect())
    });
    let extents = words(extents).map(|extent| extent.parse().expect("an extent")).collect();
    Case { name, shapes: words(shapes).skip(1).collect(), extents, tensors: tensors.collect() }
}

fn words(line: &'static str) -> impl Iterator<Item = &'static str> {
    line.split(' ').filter(|word| !word.is_empty())
}

impl Case {
    /// The extents that are given.
    pub(crate) fn extents<const N: usize>(&self) -> [usize; N] {
        self.extents.clone().try_into().unwrap_or_else(|_| panic!("{} has other extents", self.name))
    }

    /// The error of a tensor, which must be below a limit.
    #[track_caller]
    pub(crate) fn compare(&self, tensor: &str, found: &[f64], limit: f64) -> f64 {
        let expected = self.tensors.get(tensor).unwrap_or_else(|| panic!("{} has no {tensor}", self.name));
        let error = difference(found, expected, 1.0);
        assert!(error < limit, "{}: {tensor} is {found:?}, not {expected:?}: wrong by {error:e}", self.name);
        error
    }

    /// Compares all gradients: `d0`, `d1`, ..
    pub(crate) fn compare_all(&self, tensors: char, found: &[Vec<f64>], limit: f64) -> f64 {
        let errors = found.iter().enumerate().map(|(n, found)| self.compare(&format!("{tensors}{n}"), found, limit));
        errors.fold(0.0, f64::max)
    }

    /// Whether torch has gradients of gradients.
    pub(crate) fn has_seconds(&self) -> bool {
        self.tensors.contains_key("sy")
    }

    /// Checks numbers that two ways have led to.
    #[track_caller]
    pub(crate) fn agree(&self, what: &str, found: &[f64], expected: &[f64], limit: f64) {
        let error = difference(found, expected, 1.0);
        assert!(error < limit, "{}: {what} is {found:?}, not {expected:?}", self.name);
    }
}

/// The largest difference, relative to the largest expected element, or to a number if that is larger.
fn difference(found: &[f64], expected: &[f64], least: f64) -> f64 {
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().fold(least, |largest, number| largest.max(number.abs()));
    let error = |(found, expected): (&f64, &f64)| {
        let is_same = found.is_nan() && expected.is_nan();
        if is_same { 0.0 } else { (found - expected).abs() / largest }
    };
    let worse = |worst: f64, error: f64| if error <= worst { worst } else { error };
    found.iter().zip(expected).map(error).fold(0.0, worse)
}

/// Notes the errors of a case.
pub(crate) fn note(group: &'static str, errors: Errors) {
    let mut largest = LARGEST.lock().expect("no test panics while it notes");
    let largest = largest.entry(group).or_default();
    *largest = Errors {
        value: largest.value.max(errors.value),
        gradients: largest.gradients.max(errors.gradients),
        seconds: largest.seconds.max(errors.seconds),
        single_value: largest.single_value.max(errors.single_value),
        single_gradients: largest.single_gradients.max(errors.single_gradients),
    };
}

/// The elements of an array, or a number, in row-major order.
pub(crate) trait Elements {
    fn elements(&self) -> Vec<f64>;
}

impl Elements for f64 {
    fn elements(&self) -> Vec<f64> {
        vec![*self]
    }
}

impl Elements for f32 {
    fn elements(&self) -> Vec<f64> {
        vec![(*self).into()]
    }
}

impl<D: Dimension> Elements for Array<f64, D> {
    fn elements(&self) -> Vec<f64> {
        self.iter().copied().collect()
    }
}

impl<D: Dimension> Elements for Array<f32, D> {
    fn elements(&self) -> Vec<f64> {
        self.iter().copied().map(f64::from).collect()
    }
}

impl<D: Dimension> Elements for Array<usize, D> {
    fn elements(&self) -> Vec<f64> {
        self.iter().map(|index| *index as f64).collect()
    }
}

/// An operand: numbers, one number, or indices.
pub(crate) trait Tensor: Clone {
    /// The tensor as a view.
    type View<'a>: Clone
    where
        Self: 'a;
    /// The tensor in single precision.
    type Single;

    /// The operand of this number, laid out in the way of this number.
    fn operand(case: &Case, number: usize, layout: usize) -> Self;

    /// A tensor of the same shape, made by the rule of the operand of this number.
    fn like(&self, seed: usize) -> Self;

    /// The tensor, moved along another.
    fn moved(&self, along: &Self, by: f64) -> Self;

    /// The number of axes along which numbers can be repeated.
    fn rank(&self) -> usize;

    /// The first elements along an axis, or, if none is named, all.
    fn first_along(&self, axis: Option<usize>) -> Self;

    /// The tensor, repeated to a shape with strides of 0.
    fn repeated(&self, like: &Self) -> Self::View<'_>;

    /// A copy of a view.
    fn copied(view: &Self::View<'_>) -> Self;

    fn single(&self) -> Self::Single;
}

impl Tensor for f64 {
    type View<'a> = f64;
    type Single = f32;

    fn operand(_case: &Case, number: usize, _layout: usize) -> Self {
        element(0, number)
    }

    fn like(&self, seed: usize) -> Self {
        element(0, seed)
    }

    fn moved(&self, along: &Self, by: f64) -> Self {
        self + along * by
    }

    fn rank(&self) -> usize {
        0
    }

    fn first_along(&self, _axis: Option<usize>) -> Self {
        *self
    }

    fn repeated(&self, _like: &Self) -> f64 {
        *self
    }

    fn copied(view: &f64) -> Self {
        *view
    }

    fn single(&self) -> f32 {
        *self as f32
    }
}

impl<D: Dimension> Tensor for Array<f64, D> {
    type View<'a>
        = ArrayView<'a, f64, D>
    where
        D: 'a;
    type Single = Array<f32, D>;

    fn operand(case: &Case, number: usize, layout: usize) -> Self {
        laid_out(&by_rule(shape(case.shapes[number]), number), layout)
    }

    fn like(&self, seed: usize) -> Self {
        by_rule(self.raw_dim(), seed)
    }

    fn moved(&self, along: &Self, by: f64) -> Self {
        self + &(along * by)
    }

    fn rank(&self) -> usize {
        self.ndim()
    }

    fn first_along(&self, axis: Option<usize>) -> Self {
        let mut first = self.clone();
        if let Some(axis) = axis.filter(|axis| self.len_of(Axis(*axis)) > 0) {
            first.slice_axis_inplace(Axis(axis), Slice::new(0, Some(1), 1));
        }
        first
    }

    fn repeated(&self, like: &Self) -> ArrayView<'_, f64, D> {
        self.broadcast(like.raw_dim()).expect("extents of 1")
    }

    fn copied(view: &ArrayView<'_, f64, D>) -> Self {
        view.to_owned()
    }

    fn single(&self) -> Array<f32, D> {
        self.mapv(|element| element as f32)
    }
}

/// Indices.
impl<D: Dimension> Tensor for Array<usize, D> {
    type View<'a>
        = ArrayView<'a, usize, D>
    where
        D: 'a;
    type Single = Self;

    fn operand(case: &Case, number: usize, layout: usize) -> Self {
        let (extents, below) = case.shapes[number].split_once('%').expect("a number above the indices");
        let (shape, below): (D, usize) = (shape(extents), below.parse().expect("a number"));
        let elements = (0..shape.size()).map(|n| (n * n * 3 + n * 5 + 1) % below).collect();
        laid_out(&Self::from_shape_vec(shape, elements).expect("as many as the shape has"), layout)
    }

    fn like(&self, _seed: usize) -> Self {
        self.clone()
    }

    fn moved(&self, _along: &Self, _by: f64) -> Self {
        self.clone()
    }

    fn rank(&self) -> usize {
        0
    }

    fn first_along(&self, _axis: Option<usize>) -> Self {
        self.clone()
    }

    fn repeated(&self, _like: &Self) -> ArrayView<'_, usize, D> {
        self.view()
    }

    fn copied(view: &ArrayView<'_, usize, D>) -> Self {
        view.to_owned()
    }

    fn single(&self) -> Self {
        self.clone()
    }
}

fn shape<D: Dimension>(text: &str) -> D {
    let extents: Vec<usize> = text.split('x').map(|extent| extent.parse().expect("an extent")).collect();
    let mut shape = D::zeros(extents.len());
    shape.slice_mut().copy_from_slice(&extents);
    shape
}

fn by_rule<D: Dimension>(shape: D, seed: usize) -> Array<f64, D> {
    let elements = (0..shape.size()).map(|n| element(n, seed)).collect();
    Array::from_shape_vec(shape, elements).expect("as many as the shape has")
}

fn element(n: usize, seed: usize) -> f64 {
    ((n * 7919 + seed * 1543 + 17) % 10007) as f64 / 10007.0 * 2.0 - 1.0
}

/// The array row-major, column-major, reversed, or every other element along each axis.
fn laid_out<A: Copy + Default, D: Dimension>(array: &Array<A, D>, layout: usize) -> Array<A, D> {
    let mut extents = array.raw_dim();
    let axes = 0..array.ndim();
    let mut out = match layout % LAYOUTS {
        0 => return array.clone(),
        1 => {
            extents.slice_mut().reverse();
            Array::default(extents).reversed_axes()
        }
        2 => Array::default(extents),
        _ => {
            extents.slice_mut().iter_mut().for_each(|extent| *extent *= 2);
            Array::default(extents)
        }
    };
    match layout % LAYOUTS {
        2 => axes.for_each(|axis| out.invert_axis(Axis(axis))),
        3 => axes.for_each(|axis| out.slice_axis_inplace(Axis(axis), Slice::new(0, None, 2))),
        _ => {}
    }
    out.assign(array);
    out
}

/// The inner product.
pub(crate) fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `check!("1 convolutions", "conv2d_padded", padded(x: A4, w: A4, b: A1; i, j) -> [x: dx, w: dw, b: db])` compares a function with torch for
/// every case of a program, with operands of every layout: its value, its gradients and the gradients of these, and the first two in single
/// precision. Gradients that are added to what is there, tangents, and differences must agree with them, and what is computed of operands with
/// strides of 0 with what is computed of their copies.
/// A function of more than seven arguments, those of its `double_backward` counted, takes the last of these as a tuple: `-> ([x: dx])`.
macro_rules! check {
    ($group:literal, $program:literal, $function:ident $arguments:tt -> [$($of:ident: $gradient:ident),*]) => {
        $crate::programs::reference::checked!($group, $program, $function $arguments -> [$($of: $gradient),*]; [$(&$gradient),*]);
    };
    ($group:literal, $program:literal, $function:ident $arguments:tt -> ([$($of:ident: $gradient:ident),*])) => {
        $crate::programs::reference::checked!($group, $program, $function $arguments -> [$($of: $gradient),*]; [($(&$gradient),*)]);
    };
}

/// `check!`, with the last arguments of `double_backward`.
macro_rules! checked {
    ($group:literal, $program:literal,
     $function:ident($($operand:ident: $type:tt),* $(; $($extent:ident),*)?) -> [$($of:ident: $gradient:ident),*]; [$($last:expr),*]) => {
        for case in &$crate::programs::reference::cases($program) {
            use $crate::programs::reference::{Elements as _, Errors, LAYOUTS, Tensor as _, inner, note};
            const STEP: f64 = 1e-5;
            $(let [$($extent),*] = case.extents();)?
            let value = |$($operand: &$type),*| $function($($operand,)* $($($extent),*)?);
            // The gradients, with the cotangent and the operands.
            let gradients = |$($operand: &$type),*| {
                let dy = value($($operand),*).like(100);
                let ($($gradient,)*) = $function::backward($($operand,)* $($($extent,)*)? &dy);
                ($($gradient,)*)
            };
            for layout in 0..LAYOUTS {
                let mut number = 0;
                $(let $operand = <$type as $crate::programs::reference::Tensor>::operand(case, number, layout + number); number += 1;)*
                let _ = number;
                let mut errors = Errors::default();
                let y = value($(&$operand),*);
                errors.value = case.compare("y", &y.elements(), 1e-12);
                let ($($gradient,)*) = gradients($(&$operand),*);
                let first = [$($gradient.elements()),*];
                errors.gradients = case.compare_all('d', &first, 1e-12);
                let dy = y.like(100);
                let mut seed = 199;
                $(seed += 1; let $gradient = $gradient.like(seed);)*
                let _ = seed;
                if case.has_seconds() {
                    let seconds = {
                        let ($($of,)* dy) = $function::double_backward($(&$operand,)* $($($extent,)*)? &dy, $($last),*);
                        [$($of.elements(),)* dy.elements()]
                    };
                    let (last, seconds) = seconds.split_last().expect("that of the cotangent");
                    errors.seconds = case.compare_all('s', seconds, 1e-12).max(case.compare("sy", last, 1e-12));
                }
                {
                    let ($($gradient,)*) = {
                        $(let mut $gradient = $gradient.clone();)*
                        $function::backward_add($(&$operand,)* $($($extent,)*)? &dy, ($(&mut $gradient,)*));
                        ($($gradient.elements(),)*)
                    };
                    let added = [$($gradient),*];
                    let mut number = 0;
                    $(
                        let expected: Vec<f64> = first[number].iter().zip($of.like(200 + number).elements()).map(|(a, b)| a + b).collect();
                        case.agree("a gradient that is added", &added[number], &expected, 1e-12);
                        number += 1;
                    )*
                    let _ = number;
                }
                {
                    let mut seed = 299;
                    $(seed += 1; let $operand = ($operand.clone(), $operand.like(seed));)*
                    let _ = seed;
                    let (_, tangent) = $function::jvp($(paired!($type $operand),)* $($($extent),*)?);
                    let [after, before] = [STEP, -STEP].map(|step| value($(&$operand.0.moved(&$operand.1, step)),*).elements());
                    let differences: Vec<f64> = after.iter().zip(before).map(|(after, before)| (after - before) / (2.0 * STEP)).collect();
                    case.agree("the tangent", &tangent.elements(), &differences, 1e-6);
                    let along = [$($of.1.elements()),*];
                    let of_gradients: f64 = first.iter().zip(&along).map(|(gradient, along)| inner(gradient, along)).sum();
                    case.agree("the tangent", &[inner(&dy.elements(), &tangent.elements())], &[of_gradients], 1e-10);
                }
                {
                    $(let $operand = $operand.single();)*
                    let y = $function($(&$operand,)* $($($extent),*)?);
                    errors.single_value = case.compare("y", &y.elements(), 1e-4);
                    let ($($gradient,)*) = $function::backward($(&$operand,)* $($($extent,)*)? &dy.single());
                    errors.single_gradients = case.compare_all('d', &[$($gradient.elements()),*], 1e-4);
                }
                note($group, errors);
            }
            $crate::programs::reference::repeating!(case, value, gradients, $function($($operand: $type),*; $($($extent),*)?) -> [$($gradient),*]);
        }
    };
}

/// Compares what is computed of operands with strides of 0 with what is computed of their copies.
macro_rules! repeating {
    ($case:ident, $value:ident, $gradients:ident, $function:ident($($operand:ident: $type:tt),*; $($extent:ident),*) -> [$($gradient:ident),*]) => {
        let mut number = 0;
        $(let $operand = <$type as $crate::programs::reference::Tensor>::operand($case, number, 0); number += 1;)*
        let ranks = [$($operand.rank()),*];
        for (repeated, axis) in (0..number).flat_map(|number| (0..ranks[number]).map(move |axis| (number, axis))) {
            let mut number = 0;
            let ($($operand,)*) = ($({ number += 1; ($operand.first_along((repeated == number - 1).then_some(axis)), &$operand) },)*);
            $(let $operand = $operand.0.repeated($operand.1);)*
            let found = $function($(&$operand,)* $($extent),*).elements();
            let dy = $function($(&$operand,)* $($extent),*).like(100);
            let ($($gradient,)*) = $function::backward($(&$operand,)* $($extent,)* &dy);
            let found_gradients = [$($gradient.elements()),*];
            $(let $operand = <$type as $crate::programs::reference::Tensor>::copied(&$operand);)*
            $case.agree("the value", &found, &$value($(&$operand),*).elements(), 1e-12);
            let ($($gradient,)*) = $gradients($(&$operand),*);
            for (found, expected) in found_gradients.iter().zip([$($gradient.elements()),*]) {
                $case.agree("a gradient", found, &expected, 1e-12);
            }
        }
    };
}

/// An operand with its tangent, if it can have one.
macro_rules! paired {
    (T1 $operand:ident) => {
        &$operand.0
    };
    (T2 $operand:ident) => {
        &$operand.0
    };
    ($type:tt $operand:ident) => {
        (&$operand.0, &$operand.1)
    };
}

pub(crate) use {checked, repeating};
