//! Values and gradients of one call site, compared with the oracle and with differences, exactly: all elements are
//! small integers, so that no sum rounds.

use ndarray::{ArrayD, ArrayViewD};

use crate::{common::number::Number, oracle::Oracle};

/// The value of an einsum and, for a cotangent of it, that of each operand.
pub(crate) type Vjp<T> = fn(&[ArrayViewD<'_, T>], Option<&ArrayViewD<'_, T>>) -> (ArrayD<T>, Vec<ArrayD<T>>);

/// A call site that may hold something, such as subscripts.
pub(crate) type AnyVjp<'f, T> =
    &'f dyn Fn(&[ArrayViewD<'_, T>], Option<&ArrayViewD<'_, T>>) -> (ArrayD<T>, Vec<ArrayD<T>>);

/// How many elements of an operand are shifted: so many, but fewer if an einsum takes long, or if there are no more.
pub(crate) const MOST_SHIFTED: usize = 40;
const LEAST_SHIFTED: usize = 2;
/// How many products may be added up for the differences of one operand.
const BUDGET: usize = 100_000;

/// What is expected of a call site.
pub(crate) struct Expected<T> {
    pub(crate) operands: Vec<ArrayD<T>>,
    pub(crate) value: ArrayD<T>,
    cotangent: ArrayD<T>,
    gradients: Vec<ArrayD<T>>,
    points: usize,
}

impl<T: Number> Expected<T> {
    /// For operands, of which some are conjugated, and a cotangent of the value.
    pub(crate) fn new(oracle: &Oracle, operands: Vec<ArrayD<T>>, is_conj: &[bool], cotangent: ArrayD<T>) -> Self {
        let factors: Vec<_> = operands.iter().zip(is_conj).map(|(x, is_conj)| conj_if(*is_conj, x)).collect();
        let partners: Vec<_> = factors.iter().map(|factor| conj_if(true, factor)).collect();
        let value = oracle.value(&factors.iter().map(elements).collect::<Vec<_>>());
        let gradients = oracle.gradients(&partners.iter().map(elements).collect::<Vec<_>>(), elements(&cotangent));
        let gradients = gradients.iter().zip(is_conj).map(|(gradient, is_conj)| conj_if(*is_conj, gradient)).collect();
        Self { operands, value, cotangent, gradients, points: oracle.points() }
    }

    /// Compares the value and the gradients, for views of the operands in whatever layout. Gives the number of
    /// differences.
    pub(crate) fn compare(&self, vjp: AnyVjp<'_, T>, views: &[ArrayViewD<'_, T>], most_shifted: usize) -> usize {
        let (value, gradients) = vjp(views, Some(&self.cotangent.view()));
        assert_eq!(value, self.value, "the value (left) is not the oracle's");
        assert_eq!(gradients.len(), self.gradients.len());
        for (number, (gradient, expected)) in gradients.iter().zip(&self.gradients).enumerate() {
            assert_eq!(gradient, expected, "the gradient of operand {number} (left) is not the oracle's");
        }
        let most_shifted = (BUDGET / self.points.max(1)).clamp(LEAST_SHIFTED, most_shifted);
        let gradients = gradients.iter().enumerate();
        gradients.map(|(number, gradient)| self.compare_differences(vjp, number, gradient, most_shifted)).sum()
    }

    /// Einsum is linear in each operand, so that a difference over any step is the derivative. The cotangent of a
    /// complex number is the derivative by its real part, plus `i` times that by its imaginary part.
    fn compare_differences(
        &self,
        vjp: AnyVjp<'_, T>,
        number: usize,
        gradient: &ArrayD<T>,
        most_shifted: usize,
    ) -> usize {
        let mut operands = self.operands.clone();
        let positions = sample(gradient.len(), most_shifted, number);
        for &position in &positions {
            let element = elements(&operands[number])[position];
            let gradient = *gradient.iter().nth(position).expect("it is in the sample");
            for &direction in T::DIRECTIONS {
                let [above, below] = [element + direction, element - direction].map(|shifted| {
                    set(&mut operands[number], position, shifted);
                    self.loss(vjp, &operands)
                });
                let derivative = (gradient.conj() * direction).real_part();
                let difference = (above - below) / 2.0;
                assert_eq!(derivative, difference, "operand {number}, element {position}: derivative, difference");
            }
            set(&mut operands[number], position, element);
        }
        positions.len()
    }

    /// The real part of `<cotangent, value>`.
    fn loss(&self, vjp: AnyVjp<'_, T>, operands: &[ArrayD<T>]) -> f64 {
        let views: Vec<_> = operands.iter().map(|x| x.view()).collect();
        vjp(&views, None).0.iter().zip(&self.cotangent).map(|(y, dy)| (dy.conj() * *y).real_part()).sum()
    }
}

fn conj_if<T: Number>(is_conj: bool, array: &ArrayD<T>) -> ArrayD<T> {
    array.mapv(|element| if is_conj { element.conj() } else { element })
}

fn elements<T>(array: &ArrayD<T>) -> &[T] {
    array.as_slice().expect("operands are dense")
}

fn set<T>(array: &mut ArrayD<T>, position: usize, element: T) {
    array.as_slice_mut().expect("operands are dense")[position] = element;
}

/// Operand number `number`, as in `numpy_values.py`.
pub(crate) fn operand(number: usize, shape: &[usize]) -> ArrayD<f64> {
    let size = shape.iter().product();
    let elements: Vec<f64> = (0..size).map(|position| element(number, position)).collect();
    ArrayD::from_shape_vec(shape, elements).expect("as many elements as indices")
}

fn element(number: usize, position: usize) -> f64 {
    let mixed = (position as u64 + 1) * 2_654_435_761 + (number as u64 + 4) * 40_503 * 65_537;
    [-3.0, -2.0, 1.0, 2.0, 4.0, 5.0][((mixed & 0xFFFF_FFFF) >> 16) as usize % 6]
}

/// All positions below `len`, or, if there are more than `most`, so many of them, the first and the last included.
fn sample(len: usize, most: usize, seed: usize) -> Vec<usize> {
    if len <= most {
        return (0..len).collect();
    }
    let inner = (1..most - 1).map(|n| (n * 7919 + seed * 31) * 104_729 % len);
    let mut positions: Vec<usize> = inner.chain([0, len - 1]).collect();
    positions.sort_unstable();
    positions.dedup();
    positions
}
