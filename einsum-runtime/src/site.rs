//! The checks of one call site, and the words for its errors.

use alloc::boxed::Box;
use core::marker::PhantomData;

use ndarray::{Array, ArrayRef, Dimension, IxDyn};

use crate::{
    blocks::Blocks,
    checked::Checked,
    element::Element,
    error::EinsumError,
    fixed::{kind::Lies, sized::Sized},
    loaded::{Loaded, ReadAs, WriteAs},
    loops::{Nest, Way},
    operand::HasAxes,
    order::{
        choice::Limit,
        orders::{Orders, elements},
        slicing::{self},
    },
    storage::Storage,
    tensor::{
        ellipsis::{self, Common, Fused, Spread, SpreadMut, Unfit},
        memory::Memory,
        owned::Tensor,
        rank::Ellipsis,
        room,
        step::Step,
        view::{View, ViewMut},
    },
};

/// A call site as its errors describe it: the subscripts, the operands as written, the labels.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    /// The subscripts, as written.
    pub subscripts: &'static str,
    /// For every operand its text in the source and its subscript.
    pub operands: &'static [(&'static str, &'static str)],
    /// The names of the labels.
    pub labels: &'static [&'static str],
}

/// How many axes an array is to have. A type, so that the number is known before the array, in whose dimension type a wrong
/// rank is then found.
#[derive(Clone, Copy, Debug)]
pub enum Axes<const N: usize> {}

impl<const N: usize> Axes<N> {
    /// Views operand number `number`, whose rank and element type the caller has bounded.
    ///
    /// # Errors
    /// If an operand of dynamic rank does not have `N` axes.
    #[inline]
    pub fn operand<S: Storage, A: ReadAs<S, Dim: HasAxes<N>>>(
        site: Site,
        _element: PhantomData<S>,
        number: usize,
        operand: &A,
    ) -> Checked<View<'_, S::Compute, N>> {
        let view = operand.view().map_err(|extents| site.too_large(extents))?;
        view.ok_or_else(|| site.rank(number, operand.rank(), N))
    }

    /// Views the target that the result is written to, number `number` of the operands.
    ///
    /// # Errors
    /// If an array of dynamic rank does not have `N` axes.
    #[inline]
    pub fn target<S: Storage, A: WriteAs<S, Dim: HasAxes<N>>>(
        site: Site,
        _element: PhantomData<S>,
        number: usize,
        target: &mut A,
    ) -> Checked<ViewMut<'_, S::Compute, N>> {
        let target = site.loaded_mut(target)?;
        let axes = target.ndim();
        ViewMut::of_array(target).ok_or_else(|| site.rank(number, axes, N))
    }
}

impl Site {
    #[inline(always)]
    fn loaded_mut<'l, S: Storage, A: WriteAs<S>>(
        &self,
        target: &'l mut A,
    ) -> Checked<&'l mut ArrayRef<S::Compute, A::Dim>> {
        target.array_mut().map_err(|extents| self.too_large(extents))
    }

    /// Checks that the target, number `number` of the operands, has the extents of the result: it is never broadcast.
    ///
    /// # Errors
    /// If it has others.
    #[inline]
    pub fn target_fits(&self, number: usize, found: &[usize], expected: &[usize]) -> Checked<()> {
        if are_equal(found, expected) { Ok(()) } else { Err(self.target_extents(number, found, expected)) }
    }

    /// Views the target of a result with an ellipsis at `place`, number `number` of the operands.
    ///
    /// # Errors
    /// If an array of dynamic rank has fewer axes than labels.
    pub fn spread_target<S: Storage, A: WriteAs<S>, const N: usize>(
        self,
        _element: PhantomData<S>,
        number: usize,
        target: &mut A,
        place: usize,
    ) -> Checked<SpreadMut<'_, S::Compute, N>> {
        let target = self.loaded_mut(target)?;
        let axes = target.ndim();
        SpreadMut::new(target, place).ok_or_else(|| self.rank(number, axes, N - 1))
    }

    /// Checks that the target of a result with an ellipsis at `place` has the extents of the result: it is never broadcast.
    ///
    /// # Errors
    /// If it has other extents.
    pub fn spread_target_fits<T: Element, const N: usize>(
        &self,
        number: usize,
        target: &SpreadMut<'_, T, N>,
        (place, common): (usize, &Common),
        extents: [usize; N],
    ) -> Checked<()> {
        self.target_fits(number, target.shape(), &common.unfused(&extents, place))
    }

    /// Views operand number `number`, which bears an ellipsis at `place`, and beside it `K` labels.
    ///
    /// # Errors
    /// If an operand of dynamic rank has fewer axes than labels.
    pub fn spread<S: Storage, A: ReadAs<S, Dim: Ellipsis<K>>, const K: usize, const N: usize>(
        self,
        _element: PhantomData<S>,
        number: usize,
        place: usize,
        operand: &A,
    ) -> Checked<Spread<'_, S::Compute, <A::Dim as Ellipsis<K>>::Rest, N>> {
        let spread = operand.spread(place).map_err(|extents| self.too_large(extents))?;
        spread.ok_or_else(|| self.rank(number, operand.rank(), K))
    }

    /// The axes that the ellipses of all operands stand for together, broadcast to each other. `operands` has for each operand
    /// that bears an ellipsis its number, the place of the ellipsis, and the extents of the axes that it stands for.
    ///
    /// # Errors
    /// If two extents differ and none of them is 1.
    pub fn ellipsis<const N: usize>(&self, operands: [(usize, (usize, &[usize])); N]) -> Checked<Common> {
        Common::of(&operands.map(|(_, (_, extents))| extents)).map_err(|unfit| self.unfit(unfit, &operands))
    }

    /// The axes that the ellipses of all operands stand for, where nothing is broadcast: for each operand that bears an
    /// ellipsis its number, the place of the ellipsis, and the extents of the axes that it stands for.
    ///
    /// # Errors
    /// If two ellipses stand for different numbers of axes, or for different extents.
    pub fn equal_ellipsis<const N: usize>(&self, operands: [(usize, (usize, &[usize])); N]) -> Checked<Common> {
        Common::equal(&operands.map(|(_, (_, extents))| extents)).map_err(|unfit| self.unfit(unfit, &operands))
    }

    /// Views the cotangent of a result with an ellipsis at `place`, whose extents must be those of the result.
    ///
    /// # Errors
    /// If the extents of the cotangent are not those of the result.
    pub fn spread_cotangent<'a, S: Storage, D: Dimension, const N: usize>(
        self,
        _element: PhantomData<S>,
        cotangent: &'a Loaded<'_, S, D>,
        (place, common): (usize, &Common),
        extents: [usize; N],
    ) -> Checked<Fused<'a, S::Compute, N>> {
        let expected = common.unfused(&extents, place);
        let spread = cotangent.spread(place).map_err(|extents| self.too_large(extents))?;
        if cotangent.shape() != expected {
            return Err(self.cotangent_extents(cotangent.shape(), &expected));
        }
        let spread: Option<Spread<'a, S::Compute, IxDyn, N>> = spread;
        let refused = || self.cotangent_extents(&[], &expected);
        spread.map(|spread| spread.fuse(common)).ok_or_else(refused)
    }

    /// Views the cotangent of the result, whose extents must be those of the result.
    ///
    /// # Errors
    /// If they are not.
    #[inline]
    pub fn cotangent<'a, S: Storage, D: Dimension, const N: usize>(
        self,
        _element: PhantomData<S>,
        cotangent: &'a Loaded<'_, S, D>,
        extents: [usize; N],
    ) -> Checked<View<'a, S::Compute, N>> {
        let view = cotangent.view().map_err(|extents| self.too_large(extents))?;
        let view = view.filter(|_| are_equal(cotangent.shape(), &extents));
        view.ok_or_else(|| self.cotangent_extents(cotangent.shape(), &extents))
    }

    /// Checks that a tangent of operand number `number` has the extents of the operand.
    ///
    /// # Errors
    /// If it has others.
    #[inline]
    pub fn tangent_fits(&self, number: usize, found: &[usize], expected: &[usize]) -> Checked<()> {
        if are_equal(found, expected) { Ok(()) } else { Err(self.tangent_extents(number, found, expected)) }
    }

    /// Checks that the array to which the gradient of operand number `number` is added has the extents of the operand.
    ///
    /// # Errors
    /// If it has others.
    #[inline]
    pub fn gradient_fits(&self, number: usize, found: &[usize], expected: &[usize]) -> Checked<()> {
        if are_equal(found, expected) { Ok(()) } else { Err(self.gradient_extents(number, found, expected)) }
    }

    /// The extent of label number `label`, which several operands have: pairs of the number of an
    /// operand and its extent. An extent of 1 fits every other.
    ///
    /// # Errors
    /// If two extents differ and none of them is 1.
    #[inline]
    pub fn extent<const N: usize>(&self, label: usize, axes: [(usize, usize); N]) -> Checked<usize> {
        let first = axes.into_iter().find(|axis| axis.1 != 1).unwrap_or(axes[0]);
        match axes.into_iter().find(|axis| axis.1 != first.1 && axis.1 != 1) {
            None => Ok(first.1),
            Some(second) => Err(self.extents(label, first, second)),
        }
    }

    /// The extent of label number `label`, which several operands have, where nothing is broadcast: pairs of the number of an
    /// operand and its extent.
    ///
    /// # Errors
    /// If two extents differ.
    #[inline]
    pub fn equal_extent<const N: usize>(&self, label: usize, axes: [(usize, usize); N]) -> Checked<usize> {
        match axes.into_iter().find(|axis| axis.1 != axes[0].1) {
            None => Ok(axes[0].1),
            Some(second) => Err(self.extents(label, axes[0], second)),
        }
    }

    /// The extent of label number `label`, which is repeated on the axes of operand number
    /// `operand`.
    ///
    /// # Errors
    /// If the extents are not all equal.
    #[inline]
    pub fn diagonal<const N: usize>(&self, label: usize, operand: usize, extents: [usize; N]) -> Checked<usize> {
        match extents.into_iter().find(|extent| *extent != extents[0]) {
            None => Ok(extents[0]),
            Some(second) => Err(self.unequal(label, operand, (extents[0], second))),
        }
    }

    /// The extent of label number `label`, which the user has given, and which all operands that
    /// have the label must agree with.
    ///
    /// # Errors
    /// If one does not.
    #[inline]
    pub fn given<const N: usize>(&self, label: usize, given: usize, axes: [(usize, usize); N]) -> Checked<usize> {
        match axes.into_iter().find(|axis| axis.1 != given) {
            None => Ok(given),
            Some(operand) => Err(self.not_as_given(label, given, operand)),
        }
    }

    /// Checks that there is room for a tensor of these extents, before work is put into other tensors.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    #[inline(always)]
    pub fn fits<S: Storage, const N: usize>(&self, _element: PhantomData<S>, extents: [usize; N]) -> Checked<()> {
        // (Of constants this is one. A call would put them into memory.)
        if room::is_little::<S::Compute, N>(extents) || room::len::<S::Compute>(&extents).is_some() {
            Ok(())
        } else {
            Err(self.too_large(&extents))
        }
    }

    /// Checks that a result with an ellipsis at `place` can be had, before work is put into other tensors.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    pub fn spread_fits<S: Storage, const N: usize>(
        &self,
        element: PhantomData<S>,
        (place, common): (usize, &Common),
        extents: [usize; N],
    ) -> Checked<()> {
        self.shape_fits(element, &common.unfused(&extents, place))
    }

    /// Checks that the cotangent of an operand with an ellipsis, of these extents, can be had, before work is put into others.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    pub fn shape_fits<S: Storage>(&self, _element: PhantomData<S>, extents: &[usize]) -> Checked<()> {
        if room::len::<S::Compute>(extents).is_some() { Ok(()) } else { Err(self.too_large(extents)) }
    }

    /// The blocks in which some order has intermediates within the limit; one, if an order has that is not sliced. For
    /// each group that an order is chosen of, `smallest` is the smallest that its largest intermediate can be then.
    ///
    /// # Errors
    /// If no slicing keeps the limit.
    #[inline]
    pub fn blocks<const L: usize>(
        &self,
        limit: Limit,
        orders: &Orders<'_>,
        extents: [usize; L],
        smallest: &[usize],
    ) -> Checked<Blocks<L>> {
        let always = orders.always.iter().map(|labels| elements(labels, &extents));
        let largest = always.chain(smallest.iter().copied()).fold(0, usize::max);
        if largest <= limit.elements { Ok(Blocks::whole(extents)) } else { self.sliced(limit, orders, extents) }
    }

    #[cold]
    #[inline(never)]
    fn sliced<const L: usize>(&self, limit: Limit, orders: &Orders<'_>, extents: [usize; L]) -> Checked<Blocks<L>> {
        let mut lengths = extents;
        match slicing::blocks(orders, &extents, limit.elements) {
            Ok(found) => lengths.copy_from_slice(&found),
            Err(smallest) => return Err(self.above(limit, smallest)),
        }
        Ok(Blocks::new(extents, lengths))
    }

    /// A tensor of zeros, which is computed block by block.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    pub fn zeros<S: Storage, const N: usize, M: Memory>(
        &self,
        _element: PhantomData<S>,
        _memory: M,
        extents: [usize; N],
    ) -> Checked<Tensor<S::Compute, N, M>> {
        Tensor::zeros(extents).ok_or_else(|| self.too_large(&extents))
    }

    /// A result or an intermediate: the tensor that a step computes, with the number of a label for
    /// every axis.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    #[inline(always)]
    pub fn tensor<S: Storage, const N: usize, const L: usize, K: Nest<L>, Y: Lies<K::Out>>(
        &self,
        _element: PhantomData<S>,
        kind: Y,
        extents: [usize; N],
        labels: &[usize; N],
        step: Step<'_, S::Compute, L, K>,
    ) -> Checked<Tensor<S::Compute, N, Y::Memory>> {
        if const { Sized::<K, Y>::EXTENTS.is_some() && <Y::Memory as Memory>::IS_FIXED } {
            return Ok(Tensor::of_known(extents, labels, step.within(kind)));
        }
        Tensor::compute(extents, labels, step.within(kind)).ok_or_else(|| self.too_large(&extents))
    }

    /// Computes a step into a new tensor, with the number of a label for every axis, and puts it into a variable that has
    /// none yet.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    #[inline(always)]
    pub fn fill<S: Storage, const N: usize, const L: usize, K: Nest<L>, Y: Lies<K::Out>>(
        &self,
        element: PhantomData<S>,
        tensor: &mut Option<Tensor<S::Compute, N, Y::Memory>>,
        kind: Y,
        extents: [usize; N],
        labels: &[usize; N],
        step: Step<'_, S::Compute, L, K>,
    ) -> Checked<()> {
        *tensor = Some(self.tensor(element, kind, extents, labels, step)?);
        Ok(())
    }

    /// Adds the result of a step to a tensor, which is new if there is none yet.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    pub fn accumulate<S: Storage, const N: usize, const L: usize, K: Nest<L>, Y: Lies<K::Out>>(
        &self,
        _element: PhantomData<S>,
        tensor: &mut Option<Tensor<S::Compute, N, Y::Memory>>,
        kind: Y,
        extents: [usize; N],
        labels: &[usize; N],
        step: Step<'_, S::Compute, L, K>,
    ) -> Checked<()> {
        let step = step.within(kind);
        if const { Sized::<K, Y>::EXTENTS.is_some() } && tensor.is_none() {
            *tensor = Some(Tensor::compute(extents, labels, step).ok_or_else(|| self.too_large(&extents))?);
            return Ok(());
        }
        self.add_to(tensor, extents, labels, step.without_nest(), const { Way::of::<Sized<K, Y>, L>() })
    }

    /// Adds the result of a step to a tensor, which is new if there is none yet. Compiled once for all steps of so many labels.
    fn add_to<T: Element, const N: usize, const L: usize, M: Memory>(
        &self,
        tensor: &mut Option<Tensor<T, N, M>>,
        extents: [usize; N],
        labels: &[usize; N],
        step: Step<'_, T, L>,
        way: Way<T>,
    ) -> Checked<()> {
        match tensor {
            Some(tensor) => step.onto(T::ONE).without_nest().write_by(way, &tensor.view_mut().write(labels)),
            None => {
                *tensor = Some(Tensor::computed(extents, labels, &step, way).ok_or_else(|| self.too_large(&extents))?);
            }
        }
        Ok(())
    }
}

/// Cotangents of operands with an ellipsis at `place`, in the shape of the operand: where that has extent 1 and the common
/// ellipsis more, what a step computes is summed.
impl Site {
    /// The result of a step as the cotangent of an operand of extents `shape`, with the number of a label for every axis.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    pub fn gradient<S: Storage, const N: usize, const L: usize, K: Nest<L>>(
        &self,
        element: PhantomData<S>,
        shape: &[usize],
        ellipsis: (usize, &Common),
        labels: &[usize; N],
        step: Step<'_, S::Compute, L, K>,
    ) -> Checked<Array<S::Compute, IxDyn>> {
        let mut array = self.zero_gradient(element, shape)?;
        ellipsis::compute_onto(&mut array, ellipsis, labels, step);
        Ok(array)
    }

    /// Zeros of extents `shape`, to which steps add the cotangent of an operand block by block.
    ///
    /// # Errors
    /// If they have more bytes than can be addressed or allocated.
    pub fn zero_gradient<S: Storage>(
        &self,
        _element: PhantomData<S>,
        shape: &[usize],
    ) -> Checked<Array<S::Compute, IxDyn>> {
        let len = room::len::<S::Compute>(shape).ok_or_else(|| self.too_large(shape))?;
        Ok(room::dynamic(shape, room::zeros(len)))
    }

    /// Adds the result of a step to the cotangent of an operand of extents `shape`, which is new if there is none yet.
    ///
    /// # Errors
    /// If it has more bytes than can be addressed or allocated.
    pub fn accumulate_gradient<S: Storage, const N: usize, const L: usize, K: Nest<L>>(
        &self,
        element: PhantomData<S>,
        gradient: &mut Option<Array<S::Compute, IxDyn>>,
        shape: &[usize],
        ellipsis: (usize, &Common),
        labels: &[usize; N],
        step: Step<'_, S::Compute, L, K>,
    ) -> Checked<()> {
        match gradient {
            Some(gradient) => ellipsis::compute_onto(gradient, ellipsis, labels, step),
            None => *gradient = Some(self.gradient(element, shape, ellipsis, labels, step)?),
        }
        Ok(())
    }
}

#[allow(clippy::unnecessary_box_returns, reason = "see `Checked`")]
impl Site {
    #[cold]
    #[inline(never)]
    fn unfit(&self, unfit: Unfit, operands: &[(usize, (usize, &[usize]))]) -> Box<EinsumError> {
        let subscripts = self.subscripts;
        let (number, text) = (|n: usize| operands[n].0, |n: usize| self.operands[operands[n].0].0);
        Box::new(match unfit {
            Unfit::Extents([first, second]) => {
                let axis = |(n, axis, extent): (usize, usize, usize)| (text(n), operands[n].1.0 + axis, extent);
                let positions = (number(first.0), number(second.0));
                EinsumError::Ellipsis { subscripts, first: axis(first), second: axis(second), positions }
            }
            Unfit::Ranks([first, second]) => {
                let axes = |n: usize| (text(n), operands[n].1.1.len());
                let positions = (number(first), number(second));
                EinsumError::EllipsisRank { subscripts, first: axes(first), second: axes(second), positions }
            }
        })
    }

    #[cold]
    #[inline(never)]
    fn rank(&self, number: usize, axes: usize, expected: usize) -> Box<EinsumError> {
        let (operand, subscript) = self.operands[number];
        Box::new(EinsumError::Rank { subscripts: self.subscripts, subscript, operand, axes, expected })
    }

    #[cold]
    #[inline(never)]
    fn extents(&self, label: usize, first: (usize, usize), second: (usize, usize)) -> Box<EinsumError> {
        let (subscripts, label) = (self.subscripts, self.labels[label]);
        let named = |(operand, extent): (usize, usize)| (self.operands[operand].0, extent);
        let positions = (first.0, second.0);
        Box::new(EinsumError::Extents { subscripts, label, first: named(first), second: named(second), positions })
    }

    #[cold]
    #[inline(never)]
    fn unequal(&self, label: usize, operand: usize, extents: (usize, usize)) -> Box<EinsumError> {
        let (label, operand) = (self.labels[label], self.operands[operand].0);
        Box::new(EinsumError::Diagonal { subscripts: self.subscripts, label, operand, extents })
    }

    #[cold]
    #[inline(never)]
    fn not_as_given(&self, label: usize, given: usize, (operand, extent): (usize, usize)) -> Box<EinsumError> {
        let (label, operand) = (self.labels[label], (self.operands[operand].0, extent));
        Box::new(EinsumError::Given { subscripts: self.subscripts, label, given, operand })
    }

    #[cold]
    #[inline(never)]
    fn target_extents(&self, number: usize, found: &[usize], expected: &[usize]) -> Box<EinsumError> {
        let (out, found, expected) = (self.operands[number].0, found.to_vec(), expected.to_vec());
        Box::new(EinsumError::Out { subscripts: self.subscripts, out, found, expected })
    }

    #[cold]
    #[inline(never)]
    fn tangent_extents(&self, number: usize, found: &[usize], expected: &[usize]) -> Box<EinsumError> {
        let (operand, found, expected) = (self.operands[number].0, found.to_vec(), expected.to_vec());
        Box::new(EinsumError::Tangent { subscripts: self.subscripts, operand, found, expected })
    }

    #[cold]
    #[inline(never)]
    fn gradient_extents(&self, number: usize, found: &[usize], expected: &[usize]) -> Box<EinsumError> {
        let (operand, found, expected) = (self.operands[number].0, found.to_vec(), expected.to_vec());
        Box::new(EinsumError::Gradient { subscripts: self.subscripts, operand, found, expected })
    }

    #[cold]
    #[inline(never)]
    fn above(&self, Limit { elements: limit, is_exact }: Limit, smallest: usize) -> Box<EinsumError> {
        // No intermediate has less than one element.
        let is_exact = is_exact || smallest <= 1;
        Box::new(EinsumError::MaxIntermediate { subscripts: self.subscripts, limit, smallest, is_exact })
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn too_large(&self, extents: &[usize]) -> Box<EinsumError> {
        Box::new(EinsumError::TooLarge { subscripts: self.subscripts, extents: extents.to_vec() })
    }

    #[cold]
    #[inline(never)]
    fn cotangent_extents(&self, found: &[usize], expected: &[usize]) -> Box<EinsumError> {
        let (found, expected) = (found.to_vec(), expected.to_vec());
        Box::new(EinsumError::Cotangent { subscripts: self.subscripts, found, expected })
    }
}

/// Whether two lists of extents are equal. All are compared, one by one: `==` would read in vectors the words that were just
/// written, and wait for them.
#[inline]
fn are_equal(found: &[usize], expected: &[usize]) -> bool {
    let differ = |differ, (found, expected): (&usize, &usize)| differ | (found ^ expected);
    found.len() == expected.len() && found.iter().zip(expected).fold(0, differ) == 0
}
