//! Checks of a call site for formulas: ranges of forms, and reductions of nothing.

use alloc::boxed::Box;
use core::marker::PhantomData;

use super::form::Form;
use crate::{
    checked::Checked,
    element::Element,
    error::EinsumError,
    fixed::kind::OfArrays,
    site::Site,
    storage::Storage,
    tensor::{memory::Memory, owned::Tensor, step::Step, view::View},
};

impl Site {
    /// Checks that a form, which is called `text`, is within axis number `axis` of operand number `operand`, which has this extent, for
    /// all indices of the labels.
    ///
    /// # Errors
    /// If it is not.
    #[inline]
    pub fn form<const L: usize>(
        self,
        (operand, axis, text): (usize, usize, &'static str),
        extent: usize,
        extents: [usize; L],
        form: Form<L>,
    ) -> Checked<()> {
        if extents.contains(&0) {
            return Ok(());
        }
        let (least, largest) = form.range(&extents);
        if least >= 0 && largest < extent as i128 {
            return Ok(());
        }
        Err(self.beyond((operand, axis, text), extent, (least, largest)))
    }

    /// Checks that an axis which goes on around its tensor, at a form with an index, has an element.
    ///
    /// # Errors
    /// If it has none.
    #[inline]
    pub fn form_around<const L: usize>(
        self,
        called: (usize, usize, &'static str),
        extent: usize,
        extents: [usize; L],
        form: Form<L>,
    ) -> Checked<()> {
        if extent > 0 || extents.contains(&0) { Ok(()) } else { Err(self.beyond(called, extent, form.range(&extents))) }
    }

    /// Checks that a label, by its number, has an index: `name` is a reduction that has no value of nothing.
    ///
    /// # Errors
    /// If it has none.
    #[inline]
    pub fn not_empty(self, name: &'static str, label: usize, extent: usize) -> Checked<()> {
        if extent > 0 { Ok(()) } else { Err(self.of_nothing(name, label)) }
    }

    /// The extent of a label, by its number, that is the [largest](super::form::largest) with which forms stay within their axes.
    ///
    /// # Errors
    /// If there is no largest, as the factor of the label is 0 in all of them.
    #[inline]
    pub fn bounded(self, label: usize, extent: usize) -> Checked<usize> {
        if extent < usize::MAX { Ok(extent) } else { Err(self.unbounded(label)) }
    }

    /// An operand as maps read it: where its elements are of another type, converted.
    ///
    /// # Errors
    /// If there is no room for the converted elements.
    #[inline]
    pub fn direct<S: Storage, M: Memory, const N: usize>(
        self,
        element: PhantomData<S>,
        memory: M,
        view: View<'_, S::Compute, N>,
    ) -> Checked<Direct<'_, S::Compute, N, M>> {
        if !view.is_converted() {
            return Ok(Direct(Kept::View(view)));
        }
        let labels = core::array::from_fn(|axis| axis);
        let factors = [view.read(&labels)];
        let step = Step::<_, N>::new(&factors).convert();
        if const { M::IS_FIXED } {
            let mut copy = self.zeros(element, memory, view.extents())?;
            step.write(copy.view_mut().write(&labels));
            return Ok(Direct(Kept::Tensor(copy)));
        }
        let copy = self.tensor(element, OfArrays, view.extents(), &labels, step)?;
        Ok(Direct(Kept::Tensor(copy.lying())))
    }
}

#[allow(clippy::unnecessary_box_returns, reason = "see `Checked`")]
impl Site {
    #[cold]
    #[inline(never)]
    fn beyond(
        &self,
        (operand, axis, form): (usize, usize, &'static str),
        extent: usize,
        range: (i128, i128),
    ) -> Box<EinsumError> {
        let (subscripts, operand) = (self.subscripts, self.operands[operand].0);
        Box::new(EinsumError::Form { subscripts, operand, axis, form, range, extent })
    }

    #[cold]
    #[inline(never)]
    fn unbounded(&self, label: usize) -> Box<EinsumError> {
        Box::new(EinsumError::Unbounded { subscripts: self.subscripts, label: self.labels[label] })
    }

    #[cold]
    #[inline(never)]
    fn of_nothing(&self, reduction: &'static str, label: usize) -> Box<EinsumError> {
        let (subscripts, label) = (self.subscripts, self.labels[label]);
        Box::new(EinsumError::Nothing { subscripts, reduction, label })
    }
}

/// An operand as maps read it.
#[derive(Debug)]
pub struct Direct<'a, T, const N: usize, M: Memory>(Kept<'a, T, N, M>);

#[derive(Debug)]
enum Kept<'a, T, const N: usize, M: Memory> {
    View(View<'a, T, N>),
    Tensor(Tensor<T, N, M>),
}

impl<T: Element, const N: usize, M: Memory> Direct<'_, T, N, M> {
    /// Read access.
    #[inline]
    #[must_use]
    pub fn view(&self) -> View<'_, T, N> {
        match &self.0 {
            Kept::View(view) => *view,
            Kept::Tensor(tensor) => tensor.view(),
        }
    }
}
