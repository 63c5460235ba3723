//! Element types: what a number must do to be contracted, and to be differentiated.

use std::ops::Neg;

use num_complex::{Complex, Complex32, Complex64};

use crate::{
    engine::{self, Problem, generic},
    storage::Storage,
};

/// A number that tensors can be made of: a commutative semiring, with a conjugate.
///
/// An einsum needs a sum whose neutral element is [`ZERO`](Element::ZERO), and a product whose
/// neutral element is [`ONE`](Element::ONE). Both are taken to be associative and commutative (up to rounding): the order of operands and of
/// summation is the compiler's choice.
///
/// Implemented for:
///
/// | elements | sum and product | gradient |
/// | --- | --- | --- |
/// | `f32`, `f64` | those of IEEE 754 | yes |
/// | `Complex32`, `Complex64` | of complex numbers | yes, as in torch |
/// | `i8` to `i128`, `u8` to `u128`, `isize`, `usize` | wrap on overflow in every build, as in numpy and torch | no |
/// | `bool` | or, and | no |
///
/// Elements are `Copy`: the engine reads them in vectors and in panels of copies, and writes results into memory that holds
/// none yet. Numbers on the heap (strings of symbols, fractions of any size) are not supported: each of these places would
/// have to clone, drop, and mind a panic in the middle, in loops that are compiled once for all elements; and
/// [`ZERO`](Element::ZERO) and [`ONE`](Element::ONE) are constants, which no allocation can be. What works is an element
/// that is a *handle*, such as the number of an entry in a table of yours (behind a lock, or local to a thread), whose
/// `plus` and `times` make new entries.
///
/// An element may have any size and alignment. Those of more than a kibibyte, or aligned to more than 64 bytes, are computed
/// with one by one, in the order of the result, not by tiles that fit into a cache.
///
/// `plus` and `times` may be called by several threads at once. They may take locks, and compute einsums while they hold
/// them: an einsum waits for its own work alone, and takes on no other meanwhile, which might need the lock.
///
/// Arrays can be of any [`Storage`], too: a number that is computed with as an element. With the
/// feature `half` these are `f16` and `bf16`, computed with as `f32`, with gradients.
///
/// # Example
///
/// With the minimum for a sum and `+` for a product (max-plus numbers, mirrored), a product of
/// matrices finds shortest paths: over one more stop each time.
///
/// ```
/// use einsum::{Element, einsum};
/// use ndarray::array;
///
/// #[derive(Clone, Copy, PartialEq, Debug)]
/// struct Distance(f64);
///
/// impl Element for Distance {
///     const ZERO: Self = Distance(f64::INFINITY); // no path at all
///     const ONE: Self = Distance(0.0); // a path that stays where it is
///     fn plus(self, other: Self) -> Self { Distance(self.0.min(other.0)) }
///     fn times(self, other: Self) -> Self { Distance(self.0 + other.0) }
///     fn conjugate(self) -> Self { self }
/// }
///
/// let none = f64::INFINITY;
/// let roads = array![
///     [0.0, 1.0, 5.0, none],
///     [none, 0.0, 1.0, none],
///     [none, none, 0.0, 1.0],
///     [1.0, none, none, 0.0],
/// ].mapv(Distance);
///
/// let two_roads = einsum!("ij,jk->ik", roads, roads);
/// let four_roads = einsum!("ij,jk->ik", two_roads, two_roads);
/// assert_eq!(two_roads[[0, 2]], Distance(2.0));
/// assert_eq!(four_roads[[0, 3]], Distance(3.0));
/// assert_eq!(four_roads[[1, 0]], Distance(3.0));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tensor or a number that `einsum` knows",
    label = "neither an ndarray array nor an `einsum::Element`",
    note = "operands are ndarray arrays, views and references to them, and numbers",
    note = "implement `einsum::Element` for a number type of your own"
)]
pub trait Element: Copy + PartialEq + Send + Sync + 'static {
    /// The neutral element of the sum: what a contraction over no index gives.
    const ZERO: Self;
    /// The neutral element of the product.
    const ONE: Self;
    /// The sum.
    #[must_use]
    fn plus(self, other: Self) -> Self;
    /// The product.
    #[must_use]
    fn times(self, other: Self) -> Self;
    /// The complex conjugate; `self` for a number that is not complex.
    #[must_use]
    fn conjugate(self) -> Self;

    /// How steps of the element are computed. Nobody else can make another than this one.
    #[doc(hidden)]
    const FAMILY: Family<Self> = Family::OTHER;
}

/// An element, or another [`Storage`], with gradients: `plus` and `times` of what it is computed with are the ordinary sum
/// and product of a field, so that the derivative of a product is the other factor.
///
/// A marker: implementing it is the promise. Implemented for `f32`, `f64`, `Complex32` and
/// `Complex64`, and with the feature `half` for `f16` and `bf16`; gradients of complex elements follow torch, that is, the
/// partner is conjugated by [`Element::conjugate`]. Integers have no gradient. Elements of a field have negatives, so
/// that a function of any `T: Differentiable` may subtract (`y[i] -= x[i]`).
///
/// In a generic function `T: Differentiable` is all that the macros with gradients need: see
/// [generics](https://docs.rs/einsum-compiler/latest/einsum/generics/index.html).
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no gradient",
    label = "elements of type `{Self}` cannot be differentiated",
    note = "gradients exist for `f32`, `f64`, `Complex32`, `Complex64`, and types that implement `einsum::Differentiable`",
    note = "in a generic function, bound the type by `einsum::Differentiable`, or by `einsum::Float`"
)]
pub trait Differentiable: Storage<Compute: Neg<Output = <Self as Storage>::Compute>> {}

/// What the engine knows of an element, and the loops that compute its steps. Nobody outside of this module can say more than
/// that it is some other one: what these loops write is trusted to have been written.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Family<T: 'static> {
    kind: Kind,
    run: fn(Problem<'_, T>),
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// `f32` or `f64`.
    Real,
    /// A complex number of two of these.
    Complex,
    Other,
}

impl<T: Element> Family<T> {
    /// Any element.
    pub const OTHER: Self = Self::new(Kind::Other, generic::run);

    const fn new(kind: Kind, run: fn(Problem<'_, T>)) -> Self {
        Self { kind, run }
    }
}

/// Computes one step of a contraction, by the loops for its elements.
#[inline(always)]
pub(crate) fn run<T: Element>(problem: Problem<'_, T>) {
    (const { T::FAMILY.run })(problem);
}

/// Whether the element is `f32` or `f64`.
///
/// A constant: in `if const { .. }` what is not for the element is not even made, where it would take the compiler
/// as long to throw it away as to compile it.
pub(crate) const fn is_real<T: Element>() -> bool {
    matches!(T::FAMILY.kind, Kind::Real)
}

/// Whether the element is `Complex32` or `Complex64`. A constant, as [`is_real`].
pub(crate) const fn is_complex<T: Element>() -> bool {
    matches!(T::FAMILY.kind, Kind::Complex)
}

macro_rules! float {
    ($($T:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl Element for $T {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const FAMILY: Family<Self> = Family::new(Kind::Real, engine::run);
            #[inline]
            fn plus(self, other: Self) -> Self { self + other }
            #[inline]
            fn times(self, other: Self) -> Self { self * other }
            #[inline]
            fn conjugate(self) -> Self { self }
        }
        #[diagnostic::do_not_recommend]
        impl Differentiable for $T {}
    )* };
}

macro_rules! complex {
    ($($T:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl Element for $T {
            const ZERO: Self = Complex { re: 0.0, im: 0.0 };
            const ONE: Self = Complex { re: 1.0, im: 0.0 };
            const FAMILY: Family<Self> = Family::new(Kind::Complex, engine::run);
            #[inline]
            fn plus(self, other: Self) -> Self { self + other }
            #[inline]
            fn times(self, other: Self) -> Self { self * other }
            #[inline]
            fn conjugate(self) -> Self { Complex::conj(&self) }
        }
        #[diagnostic::do_not_recommend]
        impl Differentiable for $T {}
    )* };
}

macro_rules! integer {
    ($($T:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl Element for $T {
            const ZERO: Self = 0;
            const ONE: Self = 1;
            #[inline]
            fn plus(self, other: Self) -> Self { self.wrapping_add(other) }
            #[inline]
            fn times(self, other: Self) -> Self { self.wrapping_mul(other) }
            #[inline]
            fn conjugate(self) -> Self { self }
        }
    )* };
}

float!(f32 f64);
complex!(Complex32 Complex64);
integer!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

#[diagnostic::do_not_recommend]
impl Element for bool {
    const ZERO: Self = false;
    const ONE: Self = true;
    #[inline]
    fn plus(self, other: Self) -> Self {
        self | other
    }
    #[inline]
    fn times(self, other: Self) -> Self {
        self & other
    }
    #[inline]
    fn conjugate(self) -> Self {
        self
    }
}
