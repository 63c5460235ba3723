//! Leaf kernels: the innermost loop of every nest, over lanes.
//!
//! A lane is a tensor along one axis. Every kernel has one loop for lanes whose elements lie side
//! by side, which the compiler turns into vector instructions, and one for any strides. They are
//! not inlined: in the nests of call sites they made a site take 120 ms to compile instead of 40.
//!
//! | kernel | computes |
//! | --- | --- |
//! | [`copy`], [`fill`] | `out = a`, for a lane and a number `a` |
//! | [`multiply`], [`scale`] | `out = a b`, for a lane `a`, and a lane and a number `b` |
//! | [`add`], [`shift`] | `out += a`, for a lane and a number `a` |
//! | [`multiply_add`], [`axpy`] | `out += a b`, for a lane `a`, and a lane and a number `b` |
//! | [`multiply_scale`], [`multiply_axpy`] | `out = a b c`, `out += a b c`, for a number `c` |
//! | [`sum`], [`dot`] | the sum of `a`, of `a b` |

use std::marker::PhantomData;

use crate::element::Element;

/// Read access to a tensor along one axis. With `CONJ`, its elements are conjugated as they are
/// read.
#[derive(Clone, Copy, Debug)]
pub struct Lane<'a, T, const CONJ: bool = false> {
    pointer: *const T,
    len: usize,
    steps: Steps<'a>,
    borrow: PhantomData<&'a [T]>,
}

/// How far the elements of a lane are from its pointer.
#[derive(Clone, Copy, Debug)]
enum Steps<'a> {
    /// Multiples of a stride.
    Stride(isize),
    /// One by one, as many as the lane is long.
    Offsets(&'a [isize]),
}

/// Write access to a tensor along one axis.
#[derive(Debug)]
pub struct LaneMut<'a, T> {
    pointer: *mut T,
    len: usize,
    stride: isize,
    borrow: PhantomData<&'a mut [T]>,
}

/// `out = a`
///
/// # Panics
/// If the lanes differ in length, here and in all kernels below.
#[inline(never)]
pub fn copy<T: Element, const A: bool>(out: LaneMut<'_, T>, a: Lane<'_, T, A>) {
    zip(out, a, |_, a| a);
}

/// `out = a`, a number.
#[inline(never)]
pub fn fill<T: Element>(mut out: LaneMut<'_, T>, a: T) {
    match out.as_slice() {
        Some(out) => out.fill(a),
        None => out.elements().for_each(|out| *out = a),
    }
}

/// `out = a b`
#[inline(never)]
pub fn multiply<T: Element, const A: bool, const B: bool>(out: LaneMut<'_, T>, a: Lane<'_, T, A>, b: Lane<'_, T, B>) {
    zip_two(out, a, b, |_, a, b| a.times(b));
}

/// `out = a b`, `b` a number.
#[inline(never)]
pub fn scale<T: Element, const A: bool>(out: LaneMut<'_, T>, a: Lane<'_, T, A>, b: T) {
    zip(out, a, |_, a| a.times(b));
}

/// `out += a`
#[inline(never)]
pub fn add<T: Element, const A: bool>(out: LaneMut<'_, T>, a: Lane<'_, T, A>) {
    zip(out, a, Element::plus);
}

/// `out += a b`
#[inline(never)]
pub fn multiply_add<T: Element, const A: bool, const B: bool>(
    out: LaneMut<'_, T>,
    a: Lane<'_, T, A>,
    b: Lane<'_, T, B>,
) {
    zip_two(out, a, b, |out, a, b| out.plus(a.times(b)));
}

/// `out += a b`, `b` a number.
#[inline(never)]
pub fn axpy<T: Element, const A: bool>(out: LaneMut<'_, T>, a: Lane<'_, T, A>, b: T) {
    zip(out, a, |out, a| out.plus(a.times(b)));
}

/// `out += a`, a number.
#[inline(never)]
pub fn shift<T: Element>(mut out: LaneMut<'_, T>, a: T) {
    out.elements().for_each(|out| *out = out.plus(a));
}

/// `out = a b c`, `c` a number.
#[inline(never)]
pub fn multiply_scale<T: Element, const A: bool, const B: bool>(
    out: LaneMut<'_, T>,
    a: Lane<'_, T, A>,
    b: Lane<'_, T, B>,
    c: T,
) {
    zip_two(out, a, b, |_, a, b| a.times(b).times(c));
}

/// `out += a b c`, `c` a number.
#[inline(never)]
pub fn multiply_axpy<T: Element, const A: bool, const B: bool>(
    out: LaneMut<'_, T>,
    a: Lane<'_, T, A>,
    b: Lane<'_, T, B>,
    c: T,
) {
    zip_two(out, a, b, |out, a, b| out.plus(a.times(b).times(c)));
}

/// The sum of all elements.
#[inline(never)]
#[must_use]
pub fn sum<T: Element, const A: bool>(a: Lane<'_, T, A>) -> T {
    match a.as_slice() {
        Some(a) => accumulate(a.len(), |n| load::<T, A>(a[n])),
        None => a.elements().fold(T::ZERO, Element::plus),
    }
}

/// The sum of the products of elements.
///
/// # Panics
/// If the lanes differ in length.
#[inline(never)]
#[must_use]
pub fn dot<T: Element, const A: bool, const B: bool>(a: Lane<'_, T, A>, b: Lane<'_, T, B>) -> T {
    assert_eq!(a.len, b.len, "lanes differ in length");
    match (a.as_slice(), b.as_slice()) {
        (Some(a), Some(b)) => {
            let b = &b[..a.len()];
            accumulate(a.len(), |n| load::<T, A>(a[n]).times(load::<T, B>(b[n])))
        }
        _ => a.elements().zip(b.elements()).fold(T::ZERO, |sum, (a, b)| sum.plus(a.times(b))),
    }
}

/// The number itself, or its conjugate where `conj` marks an operand of rank 0.
#[inline]
#[must_use]
pub fn conj<T: Element>(a: T) -> T {
    a.conjugate()
}

/// The product of two numbers.
#[inline]
#[must_use]
pub fn product<T: Element>(a: T, b: T) -> T {
    a.times(b)
}

/// How many sums a reduction keeps at once: enough to hide the latency of an addition, and a
/// multiple of every vector length of the baseline instruction set.
const SUMS: usize = 16;

/// The sum of `value(0)` to `value(len - 1)`, by several sums that do not wait for one another.
#[inline]
fn accumulate<T: Element>(len: usize, value: impl Fn(usize) -> T) -> T {
    let mut sums = [T::ZERO; SUMS];
    let whole = len - len % SUMS;
    for start in (0..whole).step_by(SUMS) {
        for (n, sum) in sums.iter_mut().enumerate() {
            *sum = sum.plus(value(start + n));
        }
    }
    let rest = (whole..len).fold(T::ZERO, |sum, n| sum.plus(value(n)));
    if whole == 0 { rest } else { sums.into_iter().fold(rest, Element::plus) }
}

/// `out = f(out, a)`
#[inline]
fn zip<T: Element, const A: bool>(mut out: LaneMut<'_, T>, a: Lane<'_, T, A>, f: impl Fn(T, T) -> T) {
    assert_eq!(out.len, a.len, "lanes differ in length");
    match (out.as_slice(), a.as_slice()) {
        (Some(out), Some(a)) => out.iter_mut().zip(a).for_each(|(out, &a)| *out = f(*out, load::<T, A>(a))),
        _ => out.elements().zip(a.elements()).for_each(|(out, a)| *out = f(*out, a)),
    }
}

/// `out = f(out, a, b)`
#[inline]
fn zip_two<T: Element, const A: bool, const B: bool>(
    mut out: LaneMut<'_, T>,
    a: Lane<'_, T, A>,
    b: Lane<'_, T, B>,
    f: impl Fn(T, T, T) -> T,
) {
    assert_eq!(out.len, a.len, "lanes differ in length");
    assert_eq!(out.len, b.len, "lanes differ in length");
    match (out.as_slice(), a.as_slice(), b.as_slice()) {
        (Some(out), Some(a), Some(b)) => {
            let factors = a.iter().zip(b);
            out.iter_mut().zip(factors).for_each(|(out, (&a, &b))| *out = f(*out, load::<T, A>(a), load::<T, B>(b)));
        }
        _ => {
            let factors = a.elements().zip(b.elements());
            out.elements().zip(factors).for_each(|(out, (a, b))| *out = f(*out, a, b));
        }
    }
}

#[inline]
fn load<T: Element, const CONJ: bool>(a: T) -> T {
    if CONJ { a.conjugate() } else { a }
}

impl<'a, T: Element> Lane<'a, T> {
    /// # Safety
    /// - For every `n < len`, `pointer` moved by `n * stride` elements is valid for reads for `'a`.
    #[inline]
    pub(crate) unsafe fn new(pointer: *const T, len: usize, stride: isize) -> Self {
        Self { pointer, len, steps: Steps::Stride(stride), borrow: PhantomData }
    }

    /// # Safety
    /// - `pointer` moved by each offset is valid for reads for `'a`.
    #[inline]
    pub(crate) unsafe fn scattered(pointer: *const T, offsets: &'a [isize]) -> Self {
        Self { pointer, len: offsets.len(), steps: Steps::Offsets(offsets), borrow: PhantomData }
    }

    /// The same lane, its elements conjugated as they are read.
    #[inline]
    #[must_use]
    pub fn conj(self) -> Lane<'a, T, true> {
        Lane { pointer: self.pointer, len: self.len, steps: self.steps, borrow: PhantomData }
    }
}

impl<'a, T: Element, const CONJ: bool> Lane<'a, T, CONJ> {
    /// The elements as they are stored, if they lie side by side.
    #[inline]
    fn as_slice(&self) -> Option<&'a [T]> {
        if self.len == 0 {
            return Some(&[]);
        }
        // SAFETY: with a stride of 1 the elements of the lane are `len` consecutive ones (or the
        // one at the pointer), all valid for reads for `'a` by the contract of `new`; as they lie
        // in one live allocation, they have at most `isize::MAX` bytes.
        let slice = || unsafe { std::slice::from_raw_parts(self.pointer, self.len) };
        match self.steps {
            Steps::Stride(stride) => (stride == 1 || self.len == 1).then(slice),
            Steps::Offsets(_) => None,
        }
    }

    /// The elements one by one, at any stride.
    #[inline]
    fn elements(self) -> impl Iterator<Item = T> {
        let Self { pointer, len, steps, .. } = self;
        // `n` is below `len`, which is an extent of an existing tensor: the product is the offset
        // of an existing element.
        let element = move |n: usize| match steps {
            Steps::Stride(stride) => pointer.wrapping_offset(n.cast_signed().wrapping_mul(stride)),
            Steps::Offsets(offsets) => pointer.wrapping_offset(offsets[n]),
        };
        // SAFETY: `n < len`: the element is valid for reads by the contract of `new` or `scattered`.
        (0..len).map(move |n| load::<T, CONJ>(unsafe { *element(n) }))
    }
}

impl<T: Element> LaneMut<'_, T> {
    /// # Safety
    /// - For every `n < len`, `pointer` moved by `n * stride` elements is valid for reads and
    ///   writes for the lifetime of the lane, and nothing else accesses it.
    /// - These elements are distinct.
    #[inline]
    pub(crate) unsafe fn new(pointer: *mut T, len: usize, stride: isize) -> Self {
        Self { pointer, len, stride, borrow: PhantomData }
    }

    /// The elements, if they lie side by side.
    #[inline]
    fn as_slice(&mut self) -> Option<&mut [T]> {
        if self.len == 0 {
            return Some(&mut []);
        }
        // SAFETY: with a stride of 1 the elements of the lane are `len` consecutive ones, all
        // valid for reads and writes and reached by nothing else by the contract of `new`; as they
        // lie in one live allocation, they have at most `isize::MAX` bytes.
        (self.stride == 1 || self.len == 1).then(|| unsafe { std::slice::from_raw_parts_mut(self.pointer, self.len) })
    }

    /// The elements one by one, at any stride.
    #[inline]
    fn elements(&mut self) -> impl Iterator<Item = &mut T> {
        let (pointer, stride) = (self.pointer, self.stride);
        // As in `Lane::elements`, the product is the offset of an existing element.
        let element = move |n: usize| pointer.wrapping_offset(n.cast_signed().wrapping_mul(stride));
        // SAFETY: `n < len`: the element is valid for reads and writes by the contract of `new`,
        // and distinct from those of all other `n`, so that no two references overlap.
        (0..self.len).map(move |n| unsafe { &mut *element(n) })
    }
}
