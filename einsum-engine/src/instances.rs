//! The kernels: one for every element type and instruction set.
//!
//! Each tile was chosen by throughput, with A~ and B~ in the cache, and by looking at the loop: its
//! accumulators must stay in registers.

pub(crate) mod integers;

use std::{marker::PhantomData, ops::Range};

use num_complex::{Complex, Complex32, Complex64};

#[cfg(target_arch = "x86_64")]
use crate::machine::isa::Level;
use crate::{
    gemm::{inner::inner_real, lanewise::lanewise_real},
    kernel::{
        Kernel, Kernels, Packed, Visitor,
        block::Block,
        columns::{
            Copies, HALF, MOST, ONE, ONE_AND_SOME, ONE_AND_SOME_OF_HALF, QUARTER, SOME, SOME_OF_HALF, ShortColumns,
            ShortTable, Shorts, TWO, Tiled, columns, fill, gather, is_short, short, short_columns, tall_columns,
        },
        inner::Inner,
        lanewise::Lanewise,
        pack::{pack_complex, pack_real},
        panels::Panels,
        product::{Run, WIDE},
        tiles::{tiles_complex, tiles_real},
    },
    machine::{
        isa::Isa,
        lanes::{Lanes, Plain},
    },
    product::Product,
};

/// A function that enables an instruction set.
macro_rules! function {
    ([$($features:literal)?] $name:ident$(<const $P:ident: usize>)?($($argument:ident: $A:ty),*) $(-> $R:ty)?, $body:expr) => {
        #[inline(never)]
        $(#[target_feature(enable = $features)])?
        unsafe fn $name$(<const $P: usize>)?($($argument: $A),*) $(-> $R)? {
            // SAFETY: by the contract of the method, or of the type of the function, whose clauses are those of the function in `$body`.
            unsafe { $body }
        }
    };
}

/// A method of a kernel, by a function that enables its instruction set.
macro_rules! method {
    ($features:tt $name:ident($($argument:ident: $A:ty),*) $(-> $R:ty)?, $body:expr) => {
        unsafe fn $name($($argument: $A),*) $(-> $R)? {
            function!($features enabled($($argument: $A),*) $(-> $R)?, $body);
            // SAFETY: by the contract of the method: the processor has the instruction set that `enabled` enables.
            unsafe { enabled($($argument),*) }
        }
    };
}

/// The function of some columns of a kernel, by their number.
struct Count<K, const N: usize>(PhantomData<K>);

/// A function that computes as many columns as the type says of each GEMM of a run.
trait LongColumns<T> {
    /// Computes them.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - For each GEMM of the run, `a` is valid for reads at all rows and contracted indices, `b` at all contracted indices and so many
    ///   columns, and `out` for writes at all rows and so many columns, and for reads if there is a `beta`. Different indices of `out`
    ///   are different elements, none of them one of a factor, and nothing else reaches them.
    /// - The rows of `a` lie side by side, or in panels of `ROWS` rows, `panel` apart, in which they do.
    /// - For more than [`WIDE`] columns, the rows are at most one vector.
    unsafe fn columns(product: &Product<T>, run: &Run);
}

/// A kernel for fewer rows than those of `K`: of one vector.
pub(crate) struct Narrow<K>(PhantomData<K>);

/// Implements a kernel of packed factors.
macro_rules! packed {
    ($Name:ty, $Narrow:ty, $T:ty, $features:tt $MR:expr, $NR:expr; $pack_a:expr, $pack_b:expr, $tiles:expr) => {
        impl Packed for $Name {
            type Element = $T;
            type Narrow = $Narrow;
            const MR: usize = $MR;
            const NR: usize = $NR;
            method!($features pack_a(panels: &Panels<'_, $T>, to: *mut $T), $pack_a(panels, to.cast()));
            method!($features pack_b(panels: &Panels<'_, $T>, to: *mut $T), $pack_b(panels, to.cast()));
            method!($features tiles(block: &Block<'_, $T>), $tiles(block));
        }
    };
}

/// Implements a kernel, but for packed factors.
macro_rules! kernel {
    ($Name:ident($T:ty) $features:tt [$V:ty; $MV:literal] $($N:literal)*; $($TM:literal x $TN:literal)?) => {
        impl Kernel for $Name {
            const ROWS: usize = $MV * <$V>::LEN / <$T as Tiled>::LANES;
            const VECTORS: usize = $MV;
            method!($features gather(product: &Product<$T>, rows: usize, copies: Copies<$T>),
                gather::<$T, $V>(product, rows, copies));
            $(
                method!($features lanewise(problem: &Lanewise<'_, $T>), lanewise_real::<$V, $TM, $TN>(problem));
                method!($features inner(problem: &Inner<'_, $T>, block: [Range<usize>; 2]),
                    inner_real::<$V, $TM, $TN>(problem, block));
            )?

            #[inline]
            unsafe fn columns(product: &Product<$T>, run: &Run) -> usize {
                $(
                    if product.n >= $N && ($N <= WIDE || product.m <= $Name::LEN) {
                        // SAFETY: by this function's contract, which has the same clauses; there are `$N` columns, and for more
                        // than `WIDE` at most a vector of rows. `is_short` says that the rows are fewer than a tile has, and
                        // lie side by side in the result.
                        unsafe {
                            if run.count == 1 && is_short(product, Self::ROWS) {
                                let short = $Name::SHORTS[$N].1[$Name::fill(product.m)];
                                short(product, product.a.0, product.b.0, product.out.0, product.m);
                            } else {
                                Count::<$Name, $N>::columns(product, run);
                            }
                        }
                        return $N;
                    }
                )*
                0
            }

            #[inline]
            unsafe fn tall_columns(product: &Product<$T>) {
                // SAFETY: by this function's contract, which has the same clauses; `fill` is how so many rows fill vectors, and there are more
                // than `WIDE` columns only where rows are at most one vector.
                unsafe { tall_columns(product, $Name::SHORTS, $Name::fill, $Name::LEN) }
            }

            #[inline(never)]
            unsafe fn short_columns(product: &Product<$T>) {
                let most = if product.m <= $Name::LEN { MOST } else { WIDE };
                let (width, shorts) = &$Name::SHORTS[product.n.min(most)];
                let fill = $Name::fill(product.m);
                // SAFETY: by this function's contract; there are `width` columns, and more than `WIDE` only where the rows are at most one
                // vector.
                unsafe {
                    if *width == product.n {
                        shorts[fill](product, product.a.0, product.b.0, product.out.0, product.m);
                    } else {
                        short_columns(product, $Name::SHORTS, fill, most);
                    }
                }
            }
        }

        impl $Name {
            /// Rows of a vector.
            const LEN: usize = <$V>::LEN / <$T as Tiled>::LANES;

            /// How so many rows, at most those of a tile, fill vectors.
            #[inline(always)]
            fn fill(rows: usize) -> usize {
                const ROWS: usize = <$Name as Kernel>::ROWS;
                const FILL: [usize; ROWS + 1] = {
                    let mut table = [0; ROWS + 1];
                    let mut rows = 0;
                    while rows <= ROWS {
                        table[rows] = fill::<$T, $V>(rows);
                        rows += 1;
                    }
                    table
                };
                FILL[rows]
            }

            /// The functions for the last rows.
            const SHORTS: &ShortTable<$T> = &{
                let mut table: ShortTable<$T> = [(0, Count::<$Name, 1>::SHORTS); MOST + 1];
                let mut n = 1;
                while n <= MOST {
                    $(
                        if table[n].0 == 0 && n >= $N {
                            table[n] = ($N, Count::<$Name, $N>::SHORTS);
                        }
                    )*
                    n += 1;
                }
                table
            };
        }

        $(
            impl LongColumns<$T> for Count<$Name, $N> {
                method!($features columns(product: &Product<$T>, run: &Run),
                    columns::<$T, $V, $MV, $N, Count<$Name, $N>>(product, run));
            }
            impl ShortColumns<$T> for Count<$Name, $N> {
                const SHORTS: Shorts<$T> = {
                    function!($features
                        enabled<const FILL: usize>(product: &Product<$T>, a: *const $T, b: *const $T, out: *mut $T, rows: usize),
                        short::<$T, $V, $N, FILL>(product, a, b, out, rows));
                    [
                        enabled::<SOME_OF_HALF>,
                        enabled::<QUARTER>,
                        enabled::<HALF>,
                        enabled::<SOME>,
                        enabled::<ONE>,
                        enabled::<ONE_AND_SOME_OF_HALF>,
                        enabled::<ONE_AND_SOME>,
                        enabled::<TWO>,
                    ]
                };
            }
        )*
    };
}

macro_rules! real {
    ($Name:ident($T:ty) $features:tt [$V:ty; $MV:literal] x $NR:literal, $N1:literal, $N2:literal;
        1 x $NR_1:literal, $N1_1:literal, $N2_1:literal; $($small:tt)*) => {
        pub(crate) struct $Name;
        packed!($Name, Narrow<Self>, $T, $features $MV * <$V>::LEN, $NR;
            pack_real::<$V, { $MV * <$V>::LEN }>, pack_real::<$V, $NR>,
            tiles_real::<$V, $MV, { $MV * <$V>::LEN }, $NR, $N1, $N2>);
        packed!(Narrow<$Name>, Self, $T, $features <$V>::LEN, $NR_1;
            pack_real::<$V, { <$V>::LEN }>, pack_real::<$V, $NR_1>,
            tiles_real::<$V, 1, { <$V>::LEN }, $NR_1, $N1_1, $N2_1>);
        kernel!($Name($T) $features [$V; 2] $($small)*);
    };
}

macro_rules! complex {
    ($Name:ident($T:ty) $features:tt [$V:ty; $MV:literal] x $NR:literal, $N1:literal; $SMALL:literal x $($small:tt)*) => {
        pub(crate) struct $Name;
        packed!($Name, Self, Complex<$T>, $features $MV * <$V>::LEN, $NR;
            pack_complex::<$T, { $MV * <$V>::LEN }>, pack_complex::<$T, $NR>,
            tiles_complex::<$V, $MV, { $MV * <$V>::LEN }, $NR, $N1>);
        kernel!($Name(Complex<$T>) $features [$V; $SMALL] $($small)*;);
    };
}

real!(PortableF32(f32) [] [Plain<f32, 4>; 2] x 4, 1, 2; 1 x 8, 2, 4; 4 3 2 1; 2 x 4);
real!(PortableF64(f64) [] [Plain<f64, 2>; 2] x 4, 1, 2; 1 x 8, 2, 4; 4 3 2 1; 2 x 4);
complex!(PortableC32(f32) [] [Plain<f32, 4>; 1] x 4, 2; 1 x 4 2 1);
complex!(PortableC64(f64) [] [Plain<f64, 2>; 1] x 4, 2; 1 x 4 2 1);

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86 {
    use std::arch::x86_64::{__m256, __m256d, __m512, __m512d};

    #[allow(clippy::wildcard_imports, reason = "all that the macros name")]
    use super::*;

    real!(Avx2F32(f32) ["avx2,fma"] [__m256; 2] x 6, 2, 4; 1 x 12, 4, 8; 6 5 4 3 2 1; 2 x 5);
    real!(Avx2F64(f64) ["avx2,fma"] [__m256d; 2] x 6, 2, 4; 1 x 12, 4, 8; 6 5 4 3 2 1; 2 x 5);
    complex!(Avx2C32(f32) ["avx2,fma"] [__m256; 1] x 4, 2; 2 x 3 2 1);
    complex!(Avx2C64(f64) ["avx2,fma"] [__m256d; 1] x 4, 2; 2 x 3 2 1);
    real!(Avx512F32(f32) ["avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"] [__m512; 2] x 12, 4, 8; 1 x 24, 8, 16; 16 12 10 8 7 6 5 4 3 2 1; 4 x 6);
    real!(Avx512F64(f64) ["avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"] [__m512d; 2] x 12, 4, 8; 1 x 24, 8, 16; 16 12 10 8 7 6 5 4 3 2 1; 4 x 6);
    complex!(Avx512C32(f32) ["avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"] [__m512; 2] x 6, 3; 2 x 4 2 1);
    complex!(Avx512C64(f64) ["avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"] [__m512d; 2] x 6, 3; 2 x 4 2 1);
}

macro_rules! kernels {
    ($($T:ty: $Portable:ident $Avx2:ident $Avx512:ident,)*) => { $(
        impl Kernels for $T {
            #[inline]
            fn dispatch<V: Visitor<Self>>(isa: Isa, visitor: V) {
                match isa.level() {
                    // SAFETY: an `Isa` of a level exists only where the processor has its instructions;
                    // these are the ones that the kernel enables.
                    #[cfg(target_arch = "x86_64")]
                    Level::Avx512 => unsafe { visitor.visit::<x86::$Avx512>() },
                    // SAFETY: as for `Level::Avx512`.
                    #[cfg(target_arch = "x86_64")]
                    Level::Avx2 => unsafe { visitor.visit::<x86::$Avx2>() },
                    // SAFETY: the portable kernel needs only the baseline.
                    _ => unsafe { visitor.visit::<$Portable>() },
                }
            }
        }
    )* };
}

kernels! {
    f32: PortableF32 Avx2F32 Avx512F32,
    f64: PortableF64 Avx2F64 Avx512F64,
    Complex32: PortableC32 Avx2C32 Avx512C32,
    Complex64: PortableC64 Avx2C64 Avx512C64,
}
