//! What torch computed, and operands made by the same rule.

use ndarray::{Array, Dimension, IntoDimension};

const REFERENCE: &str = include_str!("reference.txt");

/// Numbers with a shape: an array, or one number.
pub(crate) trait Numbers {
    /// The elements in row-major order.
    fn elements(&self) -> Vec<f64>;

    /// Others of the same shape, made by the rule of the operand of this number.
    fn like(&self, seed: usize) -> Self;

    /// These, moved along others.
    fn moved(&self, along: &Self, by: f64) -> Self;
}

impl Numbers for f64 {
    fn elements(&self) -> Vec<f64> {
        vec![*self]
    }

    fn like(&self, seed: usize) -> Self {
        element(0, seed)
    }

    fn moved(&self, along: &Self, by: f64) -> Self {
        self + along * by
    }
}

impl<D: Dimension> Numbers for Array<f64, D> {
    fn elements(&self) -> Vec<f64> {
        self.iter().copied().collect()
    }

    fn like(&self, seed: usize) -> Self {
        let elements = (0..self.len()).map(|n| element(n, seed)).collect();
        Self::from_shape_vec(self.raw_dim(), elements).expect("the file holds what the program gives")
    }

    fn moved(&self, along: &Self, by: f64) -> Self {
        self + &(along * by)
    }
}

/// The inner product.
pub(crate) fn inner(a: &impl Numbers, b: &impl Numbers) -> f64 {
    a.elements().iter().zip(b.elements()).map(|(a, b)| a * b).sum()
}

#[expect(clippy::cast_precision_loss, reason = "below 10007")]
fn element(n: usize, seed: usize) -> f64 {
    ((n * 7919 + seed * 1543 + 17) % 10007) as f64 / 10007.0 * 2.0 - 1.0
}

/// The operand of this number.
pub(crate) fn operand<I: IntoDimension>(number: usize, shape: I) -> Array<f64, I::Dim> {
    let shape = shape.into_dimension();
    let elements = (0..shape.size()).map(|n| element(n, number)).collect();
    Array::from_shape_vec(shape, elements).expect("the file holds what the program gives")
}

/// An operand that is a number.
pub(crate) fn number(number: usize) -> f64 {
    element(0, number)
}

/// Indices below a number.
pub(crate) fn indices<I: IntoDimension>(shape: I, below: usize) -> Array<usize, I::Dim> {
    let shape = shape.into_dimension();
    let elements = (0..shape.size()).map(|n| (n * n * 3 + n * 5 + 1) % below).collect();
    Array::from_shape_vec(shape, elements).expect("the file holds what the program gives")
}

/// Compares with what torch has for a tensor of a program.
pub(crate) fn compare(program: &str, tensor: &str, found: &impl Numbers) {
    let is_it = |line: &&str| line.starts_with(&format!("{program} {tensor} "));
    let line = REFERENCE.lines().find(is_it).unwrap_or_else(|| panic!("{program} {tensor} is not in reference.txt"));
    let expected: Vec<f64> =
        line.split(' ').skip(2).map(|number| number.parse().expect("the file holds what the program gives")).collect();
    let found = found.elements();
    assert_eq!(found.len(), expected.len(), "{program} {tensor}");
    let largest = expected.iter().fold(1e-3f64, |largest, number| largest.max(number.abs()));
    for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
        let error = (found - expected).abs() / largest;
        assert!(error < 1e-11, "{program} {tensor}, element {at}: {found} for {expected}");
    }
}

/// `check!("conv1d", conv1d(x, w) -> [dx: "0", dw: "1"])` compares the value of a function and its gradients with torch's.
macro_rules! check {
    ($program:literal, $function:ident($($operand:expr),*) -> [$($gradient:ident: $number:literal),*]) => {{
        let y = $function($($operand),*);
        $crate::programs::reference::compare($program, "y", &y);
        let dy = $crate::programs::reference::Numbers::like(&y, 100);
        let ($($gradient,)*) = $function::backward($($operand,)* &dy);
        $($crate::programs::reference::compare($program, $number, &$gradient);)*
    }};
}

/// `check_second!(f(x, w) -> [dx, dw])` compares the double backward of a function with the difference of its backward.
macro_rules! check_second {
    ($function:ident($($operand:ident),*) -> [$($gradient:ident),*]) => {{
        use $crate::programs::reference::{Numbers as _, inner};
        const STEP: f64 = 1e-5;
        let y = $function($(&$operand),*);
        let dy = y.like(100);
        let ($($gradient,)*) = $function::backward($(&$operand,)* &dy);
        let mut seed = 200;
        $(seed += 1; let $gradient = $gradient.like(seed);)*
        let seconds = $function::double_backward($(&$operand,)* &dy, $(&$gradient),*);
        // Along a direction of all operands and of the cotangent.
        $(seed += 1; let $operand = ($operand.clone(), $operand.like(seed));)*
        let direction = dy.like(300);
        let at = |step: f64| {
            let weights = ($(&$gradient),*);
            $(let $operand = $operand.0.moved(&$operand.1, step);)*
            let ($($gradient,)*) = $function::backward($(&$operand,)* &dy.moved(&direction, step));
            let found = ($($gradient),*);
            sum_of_inner!(weights, found; $($gradient),*)
        };
        let expected = (at(STEP) - at(-STEP)) / (2.0 * STEP);
        let found = {
            let ($($gradient,)* gdy) = seconds;
            let mut sum = inner(&gdy, &direction);
            $(sum += inner(&$gradient, &$operand.1);)*
            sum
        };
        assert!((found - expected).abs() < 1e-6 * (1.0 + expected.abs()), "{found} for {expected}");
    }};
}

/// The sum of the inner products of two tuples.
macro_rules! sum_of_inner {
    ($a:ident, $b:ident; $x:ident, $y:ident) => {
        inner($a.0, &$b.0) + inner($a.1, &$b.1)
    };
    ($a:ident, $b:ident; $x:ident, $y:ident, $z:ident) => {
        inner($a.0, &$b.0) + inner($a.1, &$b.1) + inner($a.2, &$b.2)
    };
    ($a:ident, $b:ident; $x:ident, $y:ident, $z:ident, $u:ident, $v:ident) => {
        inner($a.0, &$b.0) + inner($a.1, &$b.1) + inner($a.2, &$b.2) + inner($a.3, &$b.3) + inner($a.4, &$b.4)
    };
}
