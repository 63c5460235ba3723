//! Element types: what a number must do to be contracted.

use einsum_engine::{Family, Number, Problem, converted::Arithmetic};
use num_complex::{Complex32, Complex64};

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
/// [`ZERO`](Element::ZERO) and [`ONE`](Element::ONE) are constants, which no allocation can be. An element can be
/// a *handle*, such as the number of an entry in a table of yours (behind a lock, or local to a thread), whose
/// `plus` and `times` make new entries.
///
/// An element may have any size and alignment. Elements of more than a kibibyte, or aligned to more than 64 bytes, are
/// computed with one by one, in the order of the result, not by tiles that fit into a cache.
///
/// `plus` and `times` may be called by several threads at once. They may take locks, and compute einsums while they hold
/// them: an einsum waits for its own work alone, and takes on no other meanwhile, which might need the lock.
///
/// Arrays can be of any `Storage`, too: a number that is computed with as an element. With the
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

    /// The engine's kernels for the element. Types outside of these crates can only have none.
    #[doc(hidden)]
    const FAMILY: Family<Self> = Family::OTHER;

    /// Whether the operations do nothing but give a result, so that one of them may be computed twice.
    #[doc(hidden)]
    const IS_PURE: bool = false;
}

/// Neutral elements and kernels of an element, as the engine needs them for steps of converted factors, and what computes such a
/// step where nothing is converted.
pub(crate) const fn arithmetic<T: Element>(run: fn(Problem<'_, T>)) -> Arithmetic<T> {
    Arithmetic { zero: T::ZERO, one: T::ONE, family: T::FAMILY, run }
}

macro_rules! elements {
    ($($T:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl Element for $T {
            const ZERO: Self = <$T as Number>::ZERO;
            const ONE: Self = <$T as Number>::ONE;
            const FAMILY: Family<Self> = <$T as Number>::FAMILY;
            const IS_PURE: bool = true;
            #[inline]
            fn plus(self, other: Self) -> Self { Number::plus(self, other) }
            #[inline]
            fn times(self, other: Self) -> Self { Number::times(self, other) }
            #[inline]
            fn conjugate(self) -> Self { Number::conjugate(self) }
        }
    )* };
}

elements!(f32 f64 Complex32 Complex64 bool);
elements!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);
