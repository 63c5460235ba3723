//! Code that is compiled once for each instruction set.

use core::{mem::MaybeUninit, slice};

use einsum_engine::{
    extents,
    machine::isa::{self, Level},
};

/// Work that is compiled for each instruction set.
pub(crate) trait Work {
    /// Whether AVX-512 is used where there is AVX2, too.
    const IS_WIDE: bool = true;

    /// Does the work; `FUSED` if the instruction set multiplies and adds in one instruction.
    ///
    /// An implementation must be inlined, and so must all that it calls, to be compiled for the instruction set.
    fn run<const FUSED: bool>(self);

    /// Does the work where there is AVX-512, whose registers are twice as long, and twice as many.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[inline(always)]
    fn run_wide(self)
    where
        Self: Sized,
    {
        self.run::<true>();
    }
}

/// Whether what the build is compiled for multiplies and adds in one instruction, which `core` has no function for.
pub(crate) const BASELINE_IS_FUSED: bool = cfg!(all(target_feature = "fma", feature = "std"));

/// Does the work by the best instructions that the processor has. (In a build that is not optimised nothing is inlined, and all
/// instructions are those of the baseline.)
#[inline]
pub(crate) fn run<W: Work>(work: W) {
    if cfg!(debug_assertions) {
        return work.run::<BASELINE_IS_FUSED>();
    }
    let level = match isa::current().level() {
        Level::Avx512 if const { !W::IS_WIDE } => Level::Avx2,
        level => level,
    };
    match level {
        Level::Portable => work.run::<BASELINE_IS_FUSED>(),
        // SAFETY: the processor has this level or a better one, which has all of these features.
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Level::Avx2 => unsafe { avx2(work) },
        // SAFETY: as above.
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Level::Avx512 => unsafe { avx512(work) },
        #[cfg(not(all(target_arch = "x86_64", feature = "std")))]
        _ => work.run::<BASELINE_IS_FUSED>(),
    }
}

/// Work on the elements at three pointers, which are in registers: what a call is given in memory the compiler takes for something that
/// others may reach, and a result that is moved after it is copied.
pub(crate) trait AtPointers<T> {
    /// Whether it has other code for AVX-512 than for AVX2.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    const IS_WIDE: bool;
    /// How many elements the result has.
    const LEN: usize;

    /// Does the work; `FUSED` if the instruction set multiplies and adds in one instruction, `WIDE` by registers of 64 bytes.
    ///
    /// # Safety
    /// - As the implementation says.
    /// - Where the function is `FUSED`, the processor has AVX and FMA, or what the build is compiled for does; where it is `WIDE`, the
    ///   processor has AVX-512 F and DQ as well.
    unsafe fn run<const FUSED: bool, const WIDE: bool>(out: *mut T, lhs: *const T, rhs: *const T);
}

/// Does the work by the best instructions that the processor has, and there is code for. (In a build that is not optimised nothing is
/// inlined, and all instructions are those of the baseline.)
///
/// # Safety
/// - The contract of the implementation holds for the pointers; at `out` as many elements as the result has are valid for reads and writes, be
///   they initialised or not, have no more bytes than `isize::MAX`, and nothing else reaches them.
#[inline(always)]
pub(crate) unsafe fn run_at<W: AtPointers<T>, T>(out: *mut T, lhs: *const T, rhs: *const T) {
    // (A slice, as that nothing else reaches it is then known within the call: zeros that are written over are left out, and what was read is
    // read once.)
    // SAFETY: by the contract these elements are valid for reads and writes, as what may be uninitialised is, no more bytes than a slice may have,
    // and nothing else reaches them.
    let out = unsafe { slice::from_raw_parts_mut(out.cast(), const { W::LEN }) };
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    if !cfg!(debug_assertions) {
        let has = const { level_of_build() };
        // (Where the build has the features nobody need ask for them.)
        let level =
            if has == Level::Avx512 || has == Level::Avx2 && !W::IS_WIDE { has } else { isa::current().level() };
        // SAFETY: by the contract; the processor has all of these features, as the build has them, or a level that does.
        unsafe {
            if const { W::IS_WIDE } && level == Level::Avx512 {
                return (const { widest_at::<W, T>() })(out, lhs, rhs);
            }
            if level != Level::Portable {
                return avx2_at::<W, T>(out, lhs, rhs);
            }
        }
    }
    // SAFETY: by the contract.
    unsafe { baseline_at::<W, T>(out, lhs, rhs) }
}

/// Does the work as [`run_at`] does, with a result that is returned, of type `B`: nested arrays of its elements. (One call, whatever the level: of
/// the result of one of several calls the compiler makes memory, and copies it to where it is moved to, in registers that were written in
/// parts. Of loops that are not unrolled the function itself makes such memory: it is for small results.)
///
/// # Safety
/// - The contract of the implementation holds for the factors, and for the place of a value of type `B` that is not initialised; all
///   elements are written.
#[inline(always)]
pub(crate) unsafe fn returned<W: AtPointers<T>, T, B>(lhs: *const T, rhs: *const T) -> B {
    // (No constant, which would be evaluated for results on the heap as well.)
    let is_room = size_of::<B>() == extents::bytes::<T>(W::LEN) && align_of::<B>() >= align_of::<T>();
    assert!(is_room, "there is room for the result");
    // SAFETY: by the contract all elements are written; the processor has the features of the function.
    unsafe { (of_level::<W, T, B>())(lhs, rhs).assume_init() }
}

/// A function that returns the result.
type Returning<T, B> = unsafe fn(*const T, *const T) -> MaybeUninit<B>;

/// The function for the best instructions that the processor has, and there is code for.
#[inline(always)]
fn of_level<W: AtPointers<T>, T, B>() -> Returning<T, B> {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    if !cfg!(debug_assertions) {
        return match const { level_of_build() } {
            Level::Avx512 => const { widest_returning::<W, T, B>() },
            Level::Avx2 if const { !W::IS_WIDE } => avx2_returning::<W, T, B>,
            _ => isa::choose(const { &levels_returning::<W, T, B>() }),
        };
    }
    baseline_returning::<W, T, B>
}

/// Functions for [`isa::choose`]: one that asks for the instruction set, and one for each level.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
const fn levels_returning<W: AtPointers<T>, T, B>() -> [Returning<T, B>; 4] {
    let widest = widest_returning::<W, T, B>();
    [asking_returning::<W, T, B>, baseline_returning::<W, T, B>, avx2_returning::<W, T, B>, widest]
}

/// Asks for the instruction set, and does the work.
///
/// # Safety
/// - As of [`returned`].
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[cold]
#[inline]
unsafe fn asking_returning<W: AtPointers<T>, T, B>(lhs: *const T, rhs: *const T) -> MaybeUninit<B> {
    let level = isa::current().level();
    // SAFETY: by the contract; the processor has the instructions of its level.
    unsafe { (const { &levels_returning::<W, T, B>() })[1 + level as usize](lhs, rhs) }
}

/// The place of a result.
type Out<'a, T> = &'a mut [MaybeUninit<T>];

/// Does the work by the instructions of the build. (Beside those of a level this is for processors that are older than most, and not inlined: the
/// call site would have registers and kibibytes of stack for it.)
///
/// # Safety
/// - The contract of the implementation holds for the pointers.
#[cfg_attr(all(target_arch = "x86_64", feature = "std"), cold)]
#[inline]
unsafe fn baseline_at<W: AtPointers<T>, T>(out: Out<T>, lhs: *const T, rhs: *const T) {
    // SAFETY: by the contract; where the function is `FUSED`, the build is compiled for such instructions.
    unsafe { W::run::<BASELINE_IS_FUSED, false>(out.as_mut_ptr().cast(), lhs, rhs) }
}

/// The function for AVX-512, or that for AVX2 where there is no other code. (Chosen by a function: see `constant`.)
#[cfg(all(target_arch = "x86_64", feature = "std"))]
const fn widest_at<W: AtPointers<T>, T>() -> unsafe fn(Out<T>, *const T, *const T) {
    if W::IS_WIDE { avx512_at::<W, T> } else { avx2_at::<W, T> }
}

/// The level whose features the build has.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
const fn level_of_build() -> Level {
    let has_avx2 = cfg!(all(target_feature = "avx2", target_feature = "fma"));
    let has_more = cfg!(all(
        target_feature = "avx512f",
        target_feature = "avx512vl",
        target_feature = "avx512bw",
        target_feature = "avx512dq"
    ));
    match (has_avx2, has_more) {
        (true, true) => Level::Avx512,
        (true, false) => Level::Avx2,
        _ => Level::Portable,
    }
}

/// The function for AVX-512 that returns the result, or that for AVX2 where there is no other code.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
const fn widest_returning<W: AtPointers<T>, T, B>() -> Returning<T, B> {
    if W::IS_WIDE { avx512_returning::<W, T, B> } else { avx2_returning::<W, T, B> }
}

/// A function that returns what work has written, compiled for these instructions.
macro_rules! returning {
    ($(#[$attribute:meta])* $name:ident, $FUSED:expr, $WIDE:expr) => {
        /// # Safety
        /// - The contract of the implementation holds for the factors, and for the place of a value of type `B` that is not initialised.
        /// - The processor has the instructions.
        $(#[$attribute])*
        unsafe fn $name<W: AtPointers<T>, T, B>(lhs: *const T, rhs: *const T) -> MaybeUninit<B> {
            let mut room = MaybeUninit::<B>::uninit();
            // SAFETY: by the contract.
            unsafe { W::run::<{ $FUSED }, { $WIDE }>(room.as_mut_ptr().cast(), lhs, rhs) };
            room
        }
    };
}
returning!(
    #[inline]
    baseline_returning,
    BASELINE_IS_FUSED,
    false
);
returning!(
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[target_feature(enable = "avx2,fma")]
    #[inline]
    avx2_returning,
    true,
    false
);
returning!(
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
    #[inline]
    avx512_returning,
    true,
    true
);

/// (Inlined where it can be, so that it is compiled beside its calls, which learn what it does with the pointers.)
///
/// # Safety
/// - The contract of the implementation holds for the pointers.
/// - The processor has AVX2 and FMA.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[target_feature(enable = "avx2,fma")]
#[inline]
unsafe fn avx2_at<W: AtPointers<T>, T>(out: Out<T>, lhs: *const T, rhs: *const T) {
    // SAFETY: by the contract.
    unsafe { W::run::<true, false>(out.as_mut_ptr().cast(), lhs, rhs) }
}

/// (Inlined where it can be, as the function for AVX2 is.)
///
/// # Safety
/// - The contract of the implementation holds for the pointers.
/// - The processor has AVX-512 F, VL, BW and DQ, AVX2 and FMA.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
#[inline]
unsafe fn avx512_at<W: AtPointers<T>, T>(out: Out<T>, lhs: *const T, rhs: *const T) {
    // SAFETY: by the contract.
    unsafe { W::run::<true, true>(out.as_mut_ptr().cast(), lhs, rhs) }
}

/// # Safety
/// - The processor has AVX2 and FMA.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2(work: impl Work) {
    work.run::<true>();
}

/// # Safety
/// - The processor has AVX-512 F, VL, BW and DQ, AVX2 and FMA.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
unsafe fn avx512(work: impl Work) {
    work.run_wide();
}
