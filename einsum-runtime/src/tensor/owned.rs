//! A freshly computed tensor, and its way into an `ndarray` array or an array of fixed size.

use alloc::vec::Vec;
use core::{fmt, marker::PhantomData};

use einsum_engine::{Problem, machine::pages};
use ndarray::Dimension;

use crate::{
    element::Element,
    fixed::kind::Decided,
    loops::{self, InRoom, Local, Nest, NoNest, Way},
    storage::{Loading, Storage},
    tensor::{
        access::Labelled,
        literal,
        matrices::Matrices,
        memory::{self, Heap, Memory, Single},
        room::{len, zeros},
        step::{Converting, Step},
        view::{View, ViewMut, row_major_strides},
    },
    tuning::COPIED_MIN_BYTES,
};

/// A result or an intermediate: row-major, owned, of `N` axes, on the heap or of fixed size.
///
/// A call site cannot hold its intermediates as `ndarray` arrays: these have a static rank of 6 at
/// most.
///
/// Extents, or the room for none, are first, where the error would be of a `Result`: see [`Computed`](crate::checked::Computed).
#[repr(C)]
pub struct Tensor<T, const N: usize, M: Memory = Heap> {
    extents: M::Extents<N>,
    elements: M::Buffer<T>,
}

impl<T, const N: usize, M: Memory<Buffer<T>: Clone>> Clone for Tensor<T, N, M> {
    fn clone(&self) -> Self {
        Self { elements: self.elements.clone(), extents: M::keep(M::kept(&self.extents)) }
    }
}

impl<T, const N: usize, M: Memory> fmt::Debug for Tensor<T, N, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tensor").field("extents", &M::kept(&self.extents)).finish_non_exhaustive()
    }
}

impl<T: Element, const N: usize, M: Memory> Tensor<T, N, M> {
    /// The result of a step, with the number of a label for every axis; or nothing if it has more
    /// bytes than can be addressed or allocated.
    ///
    /// # Panics
    /// If the step has more than two factors, if two extents of a label differ and neither is 1, or if the step adds to old
    /// content.
    #[inline(always)]
    #[allow(clippy::needless_pass_by_value, reason = "computing it twice would be a mistake")]
    pub fn compute<const L: usize, K: Nest<L>>(
        extents: [usize; N],
        labels: &[usize; N],
        step: Step<'_, T, L, K>,
    ) -> Option<Self> {
        if const { K::EXTENTS.is_some() && M::IS_FIXED } {
            return Some(Self::of_known(extents, labels, step));
        }
        if const { K::EXTENTS.is_some() }
            && let Some(elements) = Self::by_literals(extents, labels, &step)
        {
            return Some(Self { elements: M::of_vec(elements), extents: M::keep(extents) });
        }
        let ways = const { (Matrices::of::<K, L>(), Way::of::<K, L>()) };
        if const { K::IS_CALLED } {
            return Self::called(extents, labels, &step.without_nest(), ways);
        }
        Self::by_matrices(extents, labels, &step.without_nest(), ways)
    }

    /// The result of a step, as [`Tensor::compute`] gives it: compiled once for all steps of so many labels.
    #[inline(never)]
    fn called<const L: usize>(
        extents: [usize; N],
        labels: &[usize; N],
        step: &Step<'_, T, L>,
        ways: (Option<Matrices<T>>, Way<T>),
    ) -> Option<Self> {
        Self::by_matrices(extents, labels, step, ways)
    }

    /// The result of a step, as a product of matrices if it is one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn by_matrices<const L: usize>(
        extents: [usize; N],
        labels: &[usize; N],
        step: &Step<'_, T, L>,
        (matrices, way): (Option<Matrices<T>>, Way<T>),
    ) -> Option<Self> {
        if const { !M::IS_FIXED }
            && let Some(matrices) = matrices
            && let Some(elements) = elements_of_matrices(matrices, extents, labels, step)
        {
            return Some(Self { elements: M::of_vec(elements), extents: M::keep(extents) });
        }
        Self::computed(extents, labels, step, way)
    }

    /// The result of a step whose extents are constants, of fixed size.
    ///
    /// # Panics
    /// If the step has more than two factors, if two extents of a label differ and neither is 1, or if it adds to old content.
    #[inline(always)]
    pub(crate) fn of_known<const L: usize, K: Nest<L>>(
        extents: [usize; N],
        labels: &[usize; N],
        step: Step<'_, T, L, K>,
    ) -> Self {
        assert!(!step.reads_result(), "a new tensor has no old content");
        if const { M::IS_FIXED && !K::IS_SCALED && loops::is_out_of_line::<T, K, Local, L>() } {
            return Self::of_called(extents, labels, step);
        }
        // (An array in registers begins as zeros: of room that is written through a pointer the compiler makes memory.)
        let mut tensor = Self { elements: M::zeros(), extents: M::keep(extents) };
        step.write_to::<Local>(tensor.view_mut().write(labels));
        tensor
    }

    /// The result of a step whose extents are constants, of fixed size, and which is computed by a function that is called: that writes the
    /// result where it is moved to.
    #[inline(always)]
    fn of_called<const L: usize, K: Nest<L>>(
        extents: [usize; N],
        labels: &[usize; N],
        step: Step<'_, T, L, K>,
    ) -> Self {
        let kept = M::keep(extents);
        if step.is_literal(&Labelled::new(&extents, &row_major_strides(extents), labels)) {
            // SAFETY: `is_literal` says that the factors and the result are row-major, of the extents of the nest, and `keep` that these are
            // those of the memory: so many elements are written. By the contract of `Read::new` elements of factors are valid for reads;
            // nothing else reaches those of the result.
            let elements = unsafe { literal::returned::<T, K, M::Buffer<T>, L>(step.factors()) };
            return Self { elements, extents: kept };
        }
        let mut tensor = Self { elements: M::zeros(), extents: kept };
        step.without_nest().write_by(const { Way::of::<K, L>() }, &tensor.view_mut().write(labels));
        tensor
    }

    /// The elements of the result of a step whose extents are literals, on the heap, by the loops at the call site; or nothing if
    /// tensors are others than these loops are for.
    #[inline(always)]
    fn by_literals<const L: usize, K: Nest<L>>(
        extents: [usize; N],
        labels: &[usize; N],
        step: &Step<'_, T, L, K>,
    ) -> Option<Vec<T>> {
        let len = len::<T>(&extents)?;
        if !step.is_literal(&Labelled::new(&extents, &row_major_strides(extents), labels)) {
            return None;
        }
        let mut elements = Vec::with_capacity(len);
        // SAFETY: `is_literal` says that the factors and the result are row-major, of the extents of the nest. By the contract of
        // `Read::new` elements of factors are valid for reads; nothing else reaches those of the result, of which there are
        // `len`, as many as the literal extents multiply to: all are written.
        unsafe {
            literal::compute::<T, K, InRoom, L>(step.factors(), elements.as_mut_ptr());
            elements.set_len(len);
        }
        Some(elements)
    }

    /// The result of a step, as [`Tensor::compute`] gives it. Compiled once for all steps of so many labels, whatever their nests.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn computed<const L: usize>(
        extents: [usize; N],
        labels: &[usize; N],
        step: &Step<'_, T, L>,
        way: Way<T>,
    ) -> Option<Self> {
        if const { M::IS_FIXED } {
            assert!(!step.reads_result(), "a new tensor has no old content");
            let mut tensor = Self { elements: M::zeros(), extents: M::keep(extents) };
            step.write_by(way, &tensor.view_mut().write(labels));
            return Some(tensor);
        }
        Some(Self { elements: M::of_vec(elements_of(extents, labels, step, way)?), extents: M::keep(extents) })
    }

    /// Zeros; or nothing if they have more bytes than can be addressed or allocated.
    pub(crate) fn zeros(extents: [usize; N]) -> Option<Self> {
        if const { M::IS_FIXED } {
            return Some(Self { elements: M::zeros(), extents: M::keep(extents) });
        }
        Some(Self { elements: M::of_vec(zeros(len::<T>(&extents)?)), extents: M::keep(extents) })
    }

    /// Another tensor of these elements. Many are copied by the engine, which writes them past the caches: into new memory, of which nothing is read
    /// before, as it would be for a copy of less.
    ///
    /// # Panics
    /// If there is no memory for it.
    #[must_use]
    pub fn copied(&self) -> Self
    where
        M::Buffer<T>: Clone,
    {
        let elements = M::elements(&self.elements);
        if const { M::IS_FIXED || T::FAMILY.kernels().is_none() } || size_of_val(elements) < COPIED_MIN_BYTES {
            return self.clone();
        }
        let flat = View::row_major(elements, [elements.len()]);
        let factors = [flat.read(&[0])];
        let copy = elements_of([elements.len()], &[0], &Step::<T, 1>::new(&factors), const { Way::of::<NoNest, 1>() });
        let copy = copy.expect("there is memory for a copy");
        Self { elements: M::of_vec(copy), extents: M::keep(M::kept(&self.extents)) }
    }

    /// Read access.
    #[inline]
    #[must_use]
    pub fn view(&self) -> View<'_, T, N> {
        View::row_major(M::elements(&self.elements), M::kept(&self.extents))
    }

    /// Write access.
    #[inline]
    pub fn view_mut(&mut self) -> ViewMut<'_, T, N> {
        ViewMut::row_major(M::elements_mut(&mut self.elements), M::kept(&self.extents))
    }

    /// The extents along all axes.
    #[inline]
    #[must_use]
    pub fn extents(&self) -> [usize; N] {
        M::kept(&self.extents)
    }

    /// The tensor with its elements as the user keeps them.
    #[inline]
    #[must_use]
    pub fn store<S: Storage<Compute = T>>(self, _element: PhantomData<S>) -> Tensor<S, N, M> {
        Tensor { elements: S::Loading::store_in::<M>(self.elements), extents: self.extents }
    }
}

impl<T: Element> Number<T> {
    /// The number as a tensor of rank 0.
    #[inline]
    #[must_use]
    pub fn into_tensor(self) -> Tensor<T, 0, Single> {
        Tensor { elements: self.0, extents: Single::keep([]) }
    }
}

impl<T: Element, const N: usize> Tensor<T, N> {
    /// A tensor of these elements, row-major.
    ///
    /// # Panics
    /// If they are not as many as the extents multiply to, or if these are those of no array.
    pub(crate) fn of_elements(extents: [usize; N], elements: Vec<T>) -> Self {
        assert!(memory::fits(&extents, elements.len()), "a tensor has as many elements as its extents say");
        Self { extents, elements }
    }

    /// A tensor whose elements are written by `write`, which is given the first; or nothing if they have more bytes than can be
    /// addressed or allocated.
    ///
    /// # Safety
    /// - `write` writes all elements, row-major, as many as the extents multiply to, and reads none before.
    pub(crate) unsafe fn written(extents: [usize; N], write: impl FnOnce(*mut T)) -> Option<Self> {
        let len = len::<T>(&extents)?;
        let mut elements = pages::room::<T>(len);
        write(elements.as_mut_ptr());
        // SAFETY: there is room for `len` elements, which are written by the contract.
        unsafe { elements.set_len(len) };
        Some(Self { extents, elements })
    }
}

impl<T: Element, const N: usize, M: Memory> Tensor<T, N, M> {
    /// The tensor, as [`Number::into_tensor`] gives it of a number.
    #[inline(always)]
    #[must_use]
    pub fn into_tensor(self) -> Self {
        self
    }

    /// All elements, row-major.
    #[inline]
    pub(crate) fn elements_mut(&mut self) -> &mut [T] {
        M::elements_mut(&mut self.elements)
    }
}

impl<T: Copy, const N: usize, A: Memory> Tensor<T, N, A> {
    /// The tensor in other memory: of the extents that an array of fixed size has.
    ///
    /// # Panics
    /// If there are more or fewer elements than that has, or than extents of memory on the heap say.
    #[inline]
    #[must_use]
    pub fn lying<M: Memory>(self) -> Tensor<T, N, M> {
        if const { A::IS_FIXED && !M::IS_FIXED } {
            let len = A::elements(&self.elements).len();
            assert!(memory::fits(&A::kept(&self.extents), len), "a tensor has as many elements as its extents say");
        }
        Tensor { elements: M::of_buffer::<T, A>(self.elements), extents: M::keep(A::kept(&self.extents)) }
    }
}

impl<T: Element, const N: usize, M: Memory> Tensor<T, N, M> {
    /// The tensor with every element converted.
    pub(crate) fn map<S: Copy>(self, convert: impl Fn(T) -> S) -> Tensor<S, N, M> {
        let all = |elements: Vec<T>| elements.into_iter().map(&convert).collect();
        Tensor { elements: M::convert(self.elements, all, &convert), extents: self.extents }
    }
}

impl<T: Storage, const N: usize> Tensor<T, N> {
    /// The elements, row-major, and the extents.
    pub(crate) fn into_parts(self) -> (Vec<T>, [usize; N]) {
        (self.elements, self.extents)
    }
}

impl<T: Storage, const N: usize, M: Memory> Tensor<T, N, M> {
    /// The elements.
    #[inline(always)]
    pub(crate) fn into_buffer(self) -> M::Buffer<T> {
        self.elements
    }

    /// The tensor as an array, without a copy: of fixed size, or of dimension type `D`.
    ///
    /// # Panics
    /// If `D` has a static rank that is not `N`.
    #[inline]
    #[must_use]
    pub fn into_array<D: Dimension>(self) -> M::Array<T, D> {
        // SAFETY: a tensor has as many elements as its extents say. On the heap `len` has found that these fit into `isize`
        // bytes, those extents that are not 0 alone as well; of fixed size, no extents are read.
        unsafe { M::finish(self.elements, &M::kept(&self.extents)) }
    }

    /// The only element of a tensor of rank 0.
    ///
    /// # Panics
    /// If the tensor has more or fewer elements than one.
    #[inline]
    #[must_use]
    pub fn into_scalar(self) -> T {
        let elements = M::elements(&self.elements);
        assert_eq!(elements.len(), 1, "a tensor of extents {:?} is no scalar", M::kept(&self.extents));
        elements[0]
    }
}

/// A result of rank 0, which needs no allocation.
#[derive(Clone, Copy, Debug)]
pub struct Number<T>(T);

impl<T: Element> Number<T> {
    /// The result of a step.
    ///
    /// # Panics
    /// If the step has more than two factors, or if two extents of a label differ and neither is 1.
    #[inline(always)]
    pub fn compute<S: Storage<Compute = T>, const L: usize, K: Nest<L>, Y: Decided>(
        _element: PhantomData<S>,
        kind: Y,
        step: Step<'_, T, L, K>,
    ) -> Self {
        let mut number = T::ZERO;
        step.within(kind).write_to::<Local>(ViewMut::row_major(core::slice::from_mut(&mut number), []).write(&[]));
        Self(number)
    }

    /// The number as it is kept.
    #[inline]
    #[must_use]
    pub fn store<S: Storage<Compute = T>>(self, _element: PhantomData<S>) -> Number<S> {
        Number(S::store(self.0))
    }
}

impl<T> Number<T> {
    /// The number.
    #[inline]
    #[must_use]
    pub fn into_scalar(self) -> T {
        self.0
    }
}

/// The elements of the result of a product of matrices on the heap; or nothing if the tensors are others, or if it has more bytes than can
/// be addressed or allocated.
#[inline(always)]
fn elements_of_matrices<T: Element, const R: usize, const L: usize>(
    matrices: Matrices<T>,
    extents: [usize; R],
    labels: &[usize; R],
    step: &Step<'_, T, L>,
) -> Option<Vec<T>> {
    assert!(!step.reads_result(), "a new tensor has no old content");
    let len = len::<T>(&extents)?;
    let strides = row_major_strides(extents);
    let out = &Labelled::new(&extents, &strides, labels);
    let product = matrices.product(step.factors(), (core::ptr::null_mut(), out), step.scale())?;
    // SAFETY: the product has the extents, strides and pointers of the factors, of which no axis stands for several and no element is of
    // another type, and along each label both tensors that have it are as long: so by the contract of `Read::new` their elements are valid
    // for reads. The result is row-major, of `len` elements, so that each has an index of its own. There is no `beta`.
    Some(unsafe { matrices.elements(product, len) })
}

/// The elements of the result of a step on the heap, with the number of a label for every axis; or nothing if they have more bytes than
/// can be addressed or allocated.
///
/// # Panics
/// If the step has more than two factors, if two extents of a label differ and neither is 1, or if it has a `beta`.
#[inline(always)]
fn elements_of<T: Element, const N: usize, const L: usize>(
    extents: [usize; N],
    labels: &[usize; N],
    step: &Step<'_, T, L>,
    way: Way<T>,
) -> Option<Vec<T>> {
    assert!(!step.reads_result(), "a new tensor has no old content");
    let len = len::<T>(&extents)?;
    let strides = row_major_strides(extents);
    let out = &Labelled::new(&extents, &strides, labels);
    let is_diagonal = repeats(labels);
    if step.is_converted() {
        // SAFETY: `out` is row-major, of `len` elements, and the step has no `beta`. If labels differ, every element has an index.
        return Some(unsafe { compute_converting(&step.converting(out), way, len, is_diagonal) });
    }
    let run = |problem: Problem<'_, T>| {
        // SAFETY: `compute` puts a pointer to `len` elements into the problem: row-major, an index below the
        // extents is one of these; elements of distinct indices are distinct, and nothing else reaches them.
        // The step does not read them. If labels differ, every one of them has an index.
        unsafe { compute(problem, way, len, is_diagonal) }
    };
    // SAFETY: `run` puts a pointer to `len` new elements into the place of the null pointer before it computes:
    // row-major, an index below the extents is one of these, distinct for distinct indices, valid for writes, and
    // reached by nothing else. The step has no `beta`, and does not read them.
    Some(unsafe { step.with_problem(out, core::ptr::null_mut(), run) })
}

/// Whether a label is there twice.
#[inline(always)]
pub(super) fn repeats(labels: &[usize]) -> bool {
    (1..labels.len()).any(|axis| labels[..axis].contains(&labels[axis]))
}

/// Room for `len` elements: zeros, if they are a diagonal, or if a nest computes them, which is not relied upon to write them all.
fn room<T: Element>(len: usize, is_diagonal: bool) -> Vec<T> {
    let is_written = const { T::FAMILY.has_kernels() } && !is_diagonal;
    if is_written { pages::room(len) } else { zeros(len) }
}

/// The `len` elements of a result, computed in this way; all are zero before if `T` has no kernels, or if the result is a diagonal.
///
/// Out of line: compiled once for an element, not at every call site.
///
/// # Safety
/// - With `out` at the beginning of an allocation of `len` elements, the problem keeps the contract of [`Problem::new`]:
///   every index below the extents leads to one of these elements, a different one for each index of the result, and to
///   elements of the factors that are valid for reads and none of these.
/// - The problem has no `beta`: it reads none of the elements of its result.
/// - If the result is no diagonal, every one of the `len` elements has an index.
#[inline(never)]
pub(super) unsafe fn compute<T: Element>(
    mut problem: Problem<'_, T>,
    way: Way<T>,
    len: usize,
    is_diagonal: bool,
) -> Vec<T> {
    let mut elements = room::<T>(len, is_diagonal);
    // SAFETY: by the contract the problem keeps that of `Problem::new` with a pointer to room for `len` elements.
    unsafe { problem.put(elements.as_mut_ptr()) };
    way.function()(problem);
    // SAFETY: there is room for `len` elements. By the contract the step has written them all if kernels compute it, as those of `T` do
    // in any way if there are any; otherwise, and of
    // a diagonal, all were zero before.
    unsafe { elements.set_len(len) };
    elements
}

/// The `len` elements of the result of a step of which a factor is read as another type, all of which are zero before if it
/// is a diagonal.
///
/// Out of line: compiled once for an element, not at every call site.
///
/// # Safety
/// - The axes of the result that the step was made with are row-major, of `len` elements.
/// - The step does not read its result.
/// - If the result is no diagonal, every one of the `len` elements has an index.
#[inline(never)]
unsafe fn compute_converting<T: Element>(
    step: &Converting<'_, T>,
    way: Way<T>,
    len: usize,
    is_diagonal: bool,
) -> Vec<T> {
    let mut elements = room::<T>(len, is_diagonal);
    // SAFETY: row-major, an index below the extents is one of `len` elements, for which there is room, and which nothing else
    // reaches; elements of distinct indices are distinct, and by the contract none is read. By the contract all are written
    // if kernels compute them, or were zero before.
    unsafe {
        step.compute(elements.as_mut_ptr(), way);
        elements.set_len(len);
    }
    elements
}
