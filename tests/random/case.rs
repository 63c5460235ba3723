//! What is tried at a call site: extents, operands, targets, and what must come of them.

use einsum::EinsumError;
use ndarray::{Array, ArrayD, ArrayViewD, ArrayViewMutD, Dimension};

use super::{
    entropy::Entropy,
    layout::Buffer,
    number::Number,
    oracle::{Extents, Oracle, parse, spread},
};

/// The most indices of all labels together: the oracle walks over them.
const MOST: usize = 1 << 14;

/// The operands of a site.
pub(crate) struct Case<T> {
    pub(crate) what: String,
    pub(crate) operands: Vec<Buffer<T>>,
    tangents: Vec<Buffer<T>>,
    oracle: Oracle,
    /// Whether extents fit.
    pub(crate) fits: bool,
}

/// What writes to an `out`, perhaps with `alpha` and `beta`.
pub(crate) type Write<'a, T> = dyn Fn(&mut ArrayViewMutD<'_, T>, T, T) -> Result<(), EinsumError> + 'a;

/// A result: an array of any rank, or a number.
pub(crate) trait Outcome<T> {
    fn dynamic(&self) -> ArrayD<T>;
    /// A result of the extents of this one, of other elements.
    fn filled(&self, elements: &ArrayD<T>) -> Self;
}

impl<T: Number, D: Dimension> Outcome<T> for Array<T, D> {
    fn dynamic(&self) -> ArrayD<T> {
        self.clone().into_dyn()
    }

    fn filled(&self, elements: &ArrayD<T>) -> Self {
        let mut filled = self.clone();
        filled.iter_mut().zip(elements).for_each(|(to, from)| *to = *from);
        filled
    }
}

impl<T: Number> Outcome<T> for T {
    fn dynamic(&self) -> ArrayD<T> {
        ndarray::arr0(*self).into_dyn()
    }

    fn filled(&self, elements: &ArrayD<T>) -> Self {
        elements[[].as_slice()]
    }
}

impl<T: Number> Case<T> {
    pub(crate) fn new(entropy: &mut Entropy<'_>, subscripts: &str, conj: &[bool], given: &[&str]) -> Self {
        let (inputs, output) = parse(subscripts);
        let mut rank = |input: &Vec<char>| if input.contains(&'.') { entropy.below(3) } else { 0 };
        let ranks: Vec<usize> = inputs.iter().map(&mut rank).collect();
        let most = ranks.iter().copied().max().unwrap_or(0);
        let operands: Vec<Vec<char>> = inputs.iter().zip(&ranks).map(|(input, &rank)| spread(input, rank)).collect();
        let output = spread(&output, most);
        let given: Vec<char> = given.iter().filter_map(|label| label.chars().next()).collect();
        let extents = extents(entropy, (&operands, &output), &given);
        let mut oracle = Oracle { operands, output, extents, conj: conj.to_vec() };
        let mut shapes: Vec<Vec<usize>> = oracle.operands.iter().map(|subscript| oracle.shape(subscript)).collect();
        broadcast(entropy, &mut oracle, &mut shapes, &given);
        let fits = !(entropy.once_in(16) && disagree(entropy, &oracle, &mut shapes));
        let operands: Vec<_> = shapes.iter().map(|shape| Buffer::operand(entropy, shape)).collect();
        let tangents = shapes.iter().map(|shape| Buffer::target(entropy, shape)).collect();
        let what = format!("{subscripts} {} {shapes:?}", std::any::type_name::<T>());
        Self { what, operands, tangents, oracle, fits }
    }

    pub(crate) fn views(&self) -> Vec<ArrayViewD<'_, T>> {
        self.operands.iter().map(Buffer::view).collect()
    }

    pub(crate) fn tangents(&self) -> Vec<ArrayViewD<'_, T>> {
        self.tangents.iter().map(Buffer::view).collect()
    }

    /// The extent of a label that is given.
    pub(crate) fn extent(&self, label: &str) -> usize {
        label.chars().next().map_or(0, |label| self.oracle.extents[&label])
    }

    fn expected(&self) -> ArrayD<T> {
        self.oracle.value(&self.views())
    }

    /// Compares a new result.
    pub(crate) fn value<R: Outcome<T>>(&self, result: Result<R, EinsumError>) {
        match result {
            Ok(result) if self.fits => assert_eq!(result.dynamic(), self.expected(), "{}", self.what),
            Ok(_) => panic!("{}: extents that disagree were taken", self.what),
            Err(error) => assert!(!self.fits, "{}: {error}", self.what),
        }
    }

    /// Compares what is written to an `out`, perhaps with `alpha` and `beta`. (`dyn`, so that this is compiled once for an element.)
    pub(crate) fn out(&self, entropy: &mut Entropy<'_>, has_factors: bool, write: &Write<'_, T>) {
        let mut shape = self.oracle.shape(&self.oracle.output);
        let has_room = shape.is_empty() || !entropy.once_in(16);
        if !has_room {
            let axis = entropy.below(shape.len());
            shape[axis] += 1;
        }
        let mut target = Buffer::<T>::target(entropy, &shape);
        let before = target.clone();
        let mut numbers = entropy.numbers();
        let factors = [T::ONE, T::ZERO, T::small(numbers.next())];
        let (alpha, beta) = (entropy.pick(&factors), entropy.pick(&factors));
        let written = write(&mut target.view_mut(), alpha, beta);
        if !self.fits || !has_room {
            assert!(written.is_err(), "{}: what does not fit was written", self.what);
            return target.assert(&before, &before.view().to_owned(), &self.what);
        }
        written.unwrap_or_else(|error| panic!("{}: {error}", self.what));
        let mut expected = self.expected();
        if has_factors {
            expected.mapv_inplace(|element| alpha.product(element));
            expected.zip_mut_with(&before.view(), |to, &old| *to = to.sum(beta.product(old)));
        }
        target.assert(&before, &expected, &format!("{} out, alpha {alpha:?}, beta {beta:?}", self.what));
    }

    /// A cotangent of the result.
    pub(crate) fn cotangent<R: Outcome<T>>(&self, entropy: &mut Entropy<'_>, result: &R) -> R {
        assert_eq!(result.dynamic(), self.expected(), "{}", self.what);
        let mut numbers = entropy.numbers();
        result.filled(&result.dynamic().mapv(|_| T::small(numbers.next())))
    }

    /// Compares gradients.
    pub(crate) fn gradients<R: Outcome<T>>(&self, dy: &R, gradients: &[ArrayD<T>]) {
        let expected = self.oracle.gradients(&self.views(), &dy.dynamic().view());
        assert_eq!(gradients, expected, "{}: gradients", self.what);
    }

    /// Buffers to add gradients to.
    pub(crate) fn targets(&self, entropy: &mut Entropy<'_>) -> Vec<Buffer<T>> {
        self.operands.iter().map(|operand| Buffer::target(entropy, operand.view().shape())).collect()
    }

    /// Compares what gradients were added to.
    pub(crate) fn added<R: Outcome<T>>(&self, dy: &R, before: &[Buffer<T>], after: &[Buffer<T>]) {
        let gradients = self.oracle.gradients(&self.views(), &dy.dynamic().view());
        for ((gradient, before), after) in gradients.iter().zip(before).zip(after) {
            let mut expected = before.view().to_owned();
            expected.zip_mut_with(gradient, |to, &term| *to = to.sum(term));
            after.assert(before, &expected, &format!("{}: added gradients", self.what));
        }
    }

    /// Compares a tangent.
    pub(crate) fn tangent<R: Outcome<T>>(&self, (value, tangent): (R, R)) {
        assert_eq!(value.dynamic(), self.expected(), "{}", self.what);
        let expected = self.oracle.tangent(&self.views(), &self.tangents());
        assert_eq!(tangent.dynamic(), expected, "{}: tangent", self.what);
    }

    /// Compares second derivatives along the tangents: of all operands, and of `dy`.
    pub(crate) fn second<R: Outcome<T>>(&self, dy: &R, derivatives: &[ArrayD<T>]) {
        let expected = self.oracle.second(&self.views(), &dy.dynamic().view(), &self.tangents());
        assert_eq!(derivatives, expected, "{}: second derivatives", self.what);
    }
}

/// Extents of all labels, of which few are large. A label counts as often as the result has it, so that diagonals are bounded
/// as well.
fn extents(entropy: &mut Entropy<'_>, (operands, output): (&[Vec<char>], &[char]), given: &[char]) -> Extents {
    let few = [2, 3, 1, 5, 7, 2, 3, 4, 11, 13, 17, 33, 0, 67, 131];
    let labels = operands.concat().into_iter().chain(given.iter().copied());
    let mut extents: Extents = labels.map(|label| (label, 0)).collect();
    let mut all = 1_usize;
    for (label, extent) in &mut extents {
        let axes = output.iter().filter(|other| *other == label).count().max(1);
        let indices = |extent: usize| extent.max(1).pow(u32::try_from(axes).expect("few"));
        *extent = Some(entropy.pick(&few)).filter(|&extent| all * indices(extent) <= MOST).unwrap_or(2);
        all *= indices(*extent);
    }
    extents
}

/// Operands of extent 1 where others have more. The extent of a label that has 1 everywhere is 1.
fn broadcast(entropy: &mut Entropy<'_>, oracle: &mut Oracle, shapes: &mut [Vec<usize>], given: &[char]) {
    for (subscript, shape) in oracle.operands.iter().zip(&mut *shapes) {
        for (axis, label) in subscript.iter().enumerate() {
            let is_repeated = subscript.iter().filter(|other| *other == label).count() > 1;
            if !given.contains(label) && !is_repeated && entropy.once_in(9) {
                shape[axis] = 1;
            }
        }
    }
    let axes: Vec<(char, usize)> = oracle
        .operands
        .iter()
        .zip(&*shapes)
        .flat_map(|(labels, shape)| labels.iter().copied().zip(shape.iter().copied()))
        .collect();
    for (label, extent) in &mut oracle.extents {
        if !given.contains(label) && axes.iter().all(|axis| axis.0 != *label || axis.1 == 1) {
            *extent = 1;
        }
    }
}

/// Lets one extent disagree with another of its label, if there is one.
fn disagree(entropy: &mut Entropy<'_>, oracle: &Oracle, shapes: &mut [Vec<usize>]) -> bool {
    let number = entropy.below(shapes.len());
    let subscript = &oracle.operands[number];
    if subscript.is_empty() {
        return false;
    }
    let axis = entropy.below(subscript.len());
    let is_other = |(n, labels): (usize, &Vec<char>)| {
        (0..labels.len()).any(|m| (n, m) != (number, axis) && labels[m] == subscript[axis] && shapes[n][m] != 1)
    };
    if !oracle.operands.iter().enumerate().any(is_other) {
        return false;
    }
    shapes[number][axis] = oracle.extents[&subscript[axis]] + 2;
    true
}
