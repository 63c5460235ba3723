//! Kernels: what a blocked contraction asks of an element type and an instruction set.

use num_complex::{Complex, Complex32, Complex64};

use super::{
    lanes::{Lanes, Plain},
    lanewise::{Lanewise, lanewise_real},
    pack::{Panels, pack_complex, pack_real},
    small::{Small, small_real},
    tile::{Buffer, Columns, Walk, accumulate, accumulate_complex, prefetch, spill, store, write},
    workspace::Bits,
};
use crate::element::Element;

/// An element type with an instruction set: the seam between the loops and the machine.
pub(crate) trait Kernel {
    type Element: Element + Bits;
    /// Rows of a tile, and of a micro-panel of A~.
    const MR: usize;
    /// Columns of a tile, and of a micro-panel of B~.
    const NR: usize;

    /// Packs into A~.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - `panels.from` moved by any row, any step across and any of the depth is valid for reads.
    /// - `to` is valid for writes of all panels of `MR` rows.
    /// - The rows are a multiple of `MR`.
    unsafe fn pack_a(panels: &Panels<'_, Self::Element>, to: *mut Self::Element);

    /// Packs into B~.
    ///
    /// # Safety
    /// As for [`Kernel::pack_a`], with `NR` for `MR`.
    unsafe fn pack_b(panels: &Panels<'_, Self::Element>, to: *mut Self::Element);

    /// LOOP 2 and LOOP 1: all tiles of a block.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - A~ and B~ are packed for the rows, steps across, columns and depth of the block.
    /// - `block.out` moved by any row, any step across and any column is valid for writes, and for
    ///   reads if there is a `beta`, and these elements differ.
    unsafe fn tiles(block: &Block<'_, Self::Element>);

    /// Small products, straight on the operands.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - The contract of [`Problem::new`](super::Problem::new) holds for the problem.
    unsafe fn small(problem: &Small<'_, Self::Element>);

    /// Products side by side, if there is a [`Kernel::small`].
    ///
    /// # Safety
    /// As for [`Kernel::small`].
    unsafe fn lanewise(problem: &Lanewise<'_, Self::Element>);
}

/// A block of the result, and what it is computed from.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a, T> {
    /// How many contracted indices.
    pub(crate) depth: usize,
    /// A~.
    pub(crate) a: *const T,
    /// B~.
    pub(crate) b: *const T,
    /// Where the result of row 0 and column 0 goes.
    pub(crate) out: *mut T,
    /// The offset of every row in the result.
    pub(crate) rows: &'a [isize],
    /// For every row, how many from it on lie side by side in the result.
    pub(crate) runs: &'a [usize],
    /// An axis along which the rows repeat: extent, and stride in the result.
    pub(crate) across: (usize, isize),
    /// The offset of every column in the result.
    pub(crate) columns: &'a [isize],
    pub(crate) alpha: T,
    pub(crate) beta: Option<T>,
}

/// One tile of a block.
struct Spot<'a, T> {
    a: *const T,
    b: *const T,
    out: *mut T,
    rows: &'a [isize],
    runs: &'a [usize],
    columns: &'a [isize],
}

impl<'a, T> Block<'a, T> {
    /// How many tiles of `mr` rows and `nr` columns there are: along the columns, across, along the
    /// rows.
    #[inline(always)]
    fn grid(&self, mr: usize, nr: usize) -> [usize; 3] {
        [self.columns.len().div_ceil(nr), self.across.0, self.rows.len().div_ceil(mr)]
    }

    /// A tile, by its place in the grid.
    ///
    /// # Safety
    /// - A~ and B~ are packed for the block in micro-panels of `mr` and `nr` rows.
    #[inline(always)]
    unsafe fn spot(&self, mr: usize, nr: usize, [jr, u, ir]: [usize; 3]) -> Spot<'a, T> {
        let [_, _, panels] = self.grid(mr, nr);
        let rows = ir * mr..self.rows.len().min((ir + 1) * mr);
        let columns = jr * nr..self.columns.len().min((jr + 1) * nr);
        // SAFETY: the offsets of a micro-panel that is packed, and of an element of the result.
        let (a, b, out) = unsafe {
            (
                self.a.add((u * panels + ir) * self.depth * mr),
                self.b.add(jr * self.depth * nr),
                self.out.offset(u.cast_signed() * self.across.1),
            )
        };
        Spot { a, b, out, rows: &self.rows[rows.clone()], runs: &self.runs[rows], columns: &self.columns[columns] }
    }
}

/// All tiles of a block of real numbers.
///
/// # Safety
/// That of [`Kernel::tiles`], for the instruction set of `V`.
#[inline(always)]
unsafe fn tiles_real<
    V: Lanes<Real: Element>,
    const MV: usize,
    const MR: usize,
    const NR: usize,
    const N1: usize,
    const N2: usize,
>(
    block: &Block<'_, V::Real>,
) {
    // SAFETY: by the contract, for all of the function.
    unsafe {
        let [columns, across, rows] = block.grid(MR, NR);
        for jr in 0..columns {
            for u in 0..across {
                for ir in 0..rows {
                    let spot = block.spot(MR, NR, [jr, u, ir]);
                    let narrow = spot.rows.len() <= V::LEN;
                    match (narrow, spot.columns.len()) {
                        (false, n) if n > N2 => tile_real::<V, MV, MR, NR, NR>(block, &spot),
                        (false, n) if n > N1 => tile_real::<V, MV, MR, NR, N2>(block, &spot),
                        (false, _) => tile_real::<V, MV, MR, NR, N1>(block, &spot),
                        (true, n) if n > N2 => tile_real::<V, 1, MR, NR, NR>(block, &spot),
                        (true, n) if n > N1 => tile_real::<V, 1, MR, NR, N2>(block, &spot),
                        (true, _) => tile_real::<V, 1, MR, NR, N1>(block, &spot),
                    }
                }
            }
        }
    }
}

/// One tile: `MV` vectors of the micro-panel of `MR` rows, `N` columns of that of `NR`.
///
/// # Safety
/// That of [`Kernel::tiles`], for the instruction set of `V`.
#[inline(always)]
unsafe fn tile_real<V: Lanes<Real: Element>, const MV: usize, const MR: usize, const NR: usize, const N: usize>(
    block: &Block<'_, V::Real>,
    spot: &Spot<'_, V::Real>,
) {
    let a = Walk { pointer: spot.a, step: MR.cast_signed() };
    let b = Walk { pointer: spot.b, step: NR.cast_signed() };
    // SAFETY: by the contract, for all of the function.
    unsafe {
        let rows = spot.rows.len();
        // Whether they are read or only written: the cache has to fetch them, which takes about as long as
        // the tile.
        for &column in spot.columns {
            let column = spot.out.wrapping_offset(column + spot.rows[0]);
            for v in 0..MV {
                prefetch(column.wrapping_add(v * V::LEN));
            }
            prefetch(column.wrapping_add(rows - 1));
        }
        let tile = accumulate::<V, MV, N>(block.depth, a, None, b, 1, V::Real::ZERO);
        let scale = (block.alpha, block.beta);
        if spot.runs[0] < rows {
            let mut buffer = Buffer([[V::Real::ZERO; MR]; N]);
            spill(&tile, &mut buffer);
            return scatter_real::<V, MR>(&buffer.0, spot, scale);
        }
        let out = Columns { pointer: spot.out.offset(spot.rows[0]), offsets: spot.columns };
        if rows == MV * V::LEN {
            store(&tile, out, None, scale);
        } else {
            // Whole vectors before the last one, as `tiles_real` takes the narrowest tile that fits.
            store(&tile, out, Some(V::first(rows - (MV - 1) * V::LEN)), scale);
        }
    }
}

/// Writes a tile whose rows do not lie side by side: one run after the other.
///
/// # Safety
/// That of [`Kernel::tiles`], for the instruction set of `V`.
#[inline(always)]
unsafe fn scatter_real<V: Lanes, const MR: usize>(
    buffer: &[[V::Real; MR]],
    spot: &Spot<'_, V::Real>,
    (alpha, beta): (V::Real, Option<V::Real>),
) {
    let mut first = 0;
    while first < spot.rows.len() {
        let lanes = spot.runs[first].min(spot.rows.len() - first).min(V::LEN);
        // SAFETY: by the contract; the rows of a run lie side by side in the result.
        unsafe {
            let out = spot.out.offset(spot.rows[first]);
            let mask = V::first(lanes);
            let alpha = V::splat(alpha);
            for (column, &offset) in buffer.iter().zip(spot.columns) {
                let value = alpha.mul(V::load_first(column.as_ptr().add(first), mask));
                write(value, out.offset(offset), Some(mask), beta);
            }
        }
        first += lanes;
    }
}

/// All tiles of a block of complex numbers, of which A~ and B~ hold real and imaginary parts apart.
///
/// # Safety
/// That of [`Kernel::tiles`], for the instruction set of `V`.
#[inline(always)]
unsafe fn tiles_complex<V: Lanes<Real: Element>, const MV: usize, const MR: usize, const NR: usize, const N1: usize>(
    block: &Block<'_, Complex<V::Real>>,
) where
    Complex<V::Real>: Element,
{
    // SAFETY: by the contract, for all of the function.
    unsafe {
        let [columns, across, rows] = block.grid(MR, NR);
        for jr in 0..columns {
            for u in 0..across {
                for ir in 0..rows {
                    let spot = block.spot(MR, NR, [jr, u, ir]);
                    if spot.columns.len() > N1 {
                        tile_complex::<V, MV, MR, NR, NR>(block, &spot);
                    } else {
                        tile_complex::<V, MV, MR, NR, N1>(block, &spot);
                    }
                }
            }
        }
    }
}

/// One tile: `N` columns of the micro-panel of `NR`.
///
/// # Safety
/// That of [`Kernel::tiles`], for the instruction set of `V`.
#[inline(always)]
unsafe fn tile_complex<V: Lanes<Real: Element>, const MV: usize, const MR: usize, const NR: usize, const N: usize>(
    block: &Block<'_, Complex<V::Real>>,
    spot: &Spot<'_, Complex<V::Real>>,
) where
    Complex<V::Real>: Element,
{
    let a = Walk { pointer: spot.a.cast(), step: (2 * MR).cast_signed() };
    let b = Walk { pointer: spot.b.cast(), step: (2 * NR).cast_signed() };
    let mut re = Buffer([[V::Real::ZERO; MR]; N]);
    let mut im = Buffer([[V::Real::ZERO; MR]; N]);
    // SAFETY: by the contract, for all of the block.
    unsafe {
        let tiles = accumulate_complex::<V, MV, N>(block.depth, a, b, [MR, NR], V::Real::ZERO);
        spill(&tiles[0], &mut re);
        spill(&tiles[1], &mut im);
    }
    for ((re, im), &column) in re.0.iter().zip(&im.0).zip(spot.columns) {
        for ((&re, &im), &row) in re.iter().zip(im).zip(spot.rows) {
            let value = block.alpha.times(Complex { re, im });
            // SAFETY: by the contract.
            unsafe {
                let to = spot.out.offset(column + row);
                *to = block.beta.map_or(value, |beta| value.plus(beta.times(*to)));
            }
        }
    }
}

/// Stands for a [`Kernel::small`] or [`Kernel::lanewise`] where there is none.
///
/// # Safety
/// - None.
unsafe fn absent<P>(_: &P) {
    unreachable!("`Kernels::SMALL` says that it is absent");
}

/// Implements a kernel, by functions that enable its instruction set.
macro_rules! kernel {
    ($(#[$doc:meta])* $Name:ident($T:ty) $($features:literal)?: $MR:expr, $NR:expr,
        $pack_a:expr, $pack_b:expr, $tiles:expr, $small:expr, $lanewise:expr) => {
        $(#[$doc])*
        pub(crate) struct $Name;

        impl Kernel for $Name {
            type Element = $T;
            const MR: usize = $MR;
            const NR: usize = $NR;

            unsafe fn pack_a(panels: &Panels<'_, $T>, to: *mut $T) {
                $(#[target_feature(enable = $features)])?
                unsafe fn enabled(panels: &Panels<'_, $T>, to: *mut $T) {
                    // SAFETY: the contract is the same.
                    unsafe { $pack_a(panels, to.cast()) }
                }
                // SAFETY: the contract is the same.
                unsafe { enabled(panels, to) }
            }

            unsafe fn pack_b(panels: &Panels<'_, $T>, to: *mut $T) {
                $(#[target_feature(enable = $features)])?
                unsafe fn enabled(panels: &Panels<'_, $T>, to: *mut $T) {
                    // SAFETY: the contract is the same.
                    unsafe { $pack_b(panels, to.cast()) }
                }
                // SAFETY: the contract is the same.
                unsafe { enabled(panels, to) }
            }

            unsafe fn tiles(block: &Block<'_, $T>) {
                $(#[target_feature(enable = $features)])?
                unsafe fn enabled(block: &Block<'_, $T>) {
                    // SAFETY: the contract is the same.
                    unsafe { $tiles(block) }
                }
                // SAFETY: the contract is the same.
                unsafe { enabled(block) }
            }

            unsafe fn small(problem: &Small<'_, $T>) {
                $(#[target_feature(enable = $features)])?
                unsafe fn enabled(problem: &Small<'_, $T>) {
                    // SAFETY: the contract is the same.
                    unsafe { $small(problem) }
                }
                // SAFETY: the contract is the same.
                unsafe { enabled(problem) }
            }

            unsafe fn lanewise(problem: &Lanewise<'_, $T>) {
                $(#[target_feature(enable = $features)])?
                unsafe fn enabled(problem: &Lanewise<'_, $T>) {
                    // SAFETY: the contract is the same.
                    unsafe { $lanewise(problem) }
                }
                // SAFETY: the contract is the same.
                unsafe { enabled(problem) }
            }
        }
    };
}

macro_rules! real {
    ($(#[$doc:meta])* $Name:ident($T:ty) $($features:literal)?: [$V:ty; $MV:literal] x $NR:literal, $N1:literal, $N2:literal;
        $TM:literal x $TN:literal) => {
        kernel!($(#[$doc])* $Name($T) $($features)?: $MV * <$V>::LEN, $NR,
            pack_real::<$V, { $MV * <$V>::LEN }>, pack_real::<$V, $NR>,
            tiles_real::<$V, $MV, { $MV * <$V>::LEN }, $NR, $N1, $N2>, small_real::<$V>, lanewise_real::<$V, $TM, $TN>);
    };
}

macro_rules! complex {
    ($(#[$doc:meta])* $Name:ident($T:ty) $($features:literal)?: [$V:ty; $MV:literal] x $NR:literal, $N1:literal) => {
        kernel!($(#[$doc])* $Name(Complex<$T>) $($features)?: $MV * <$V>::LEN, $NR,
            pack_complex::<$T, { $MV * <$V>::LEN }>, pack_complex::<$T, $NR>,
            tiles_complex::<$V, $MV, { $MV * <$V>::LEN }, $NR, $N1>, absent, absent);
    };
}

real!(PortableF32(f32): [Plain<f32, 4>; 2] x 4, 1, 2; 2 x 4);
real!(PortableF64(f64): [Plain<f64, 2>; 2] x 4, 1, 2; 2 x 4);
complex!(PortableC32(f32): [Plain<f32, 4>; 1] x 4, 2);
complex!(PortableC64(f64): [Plain<f64, 2>; 1] x 4, 2);

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86 {
    use std::arch::x86_64::{__m256, __m256d, __m512, __m512d};

    use super::*;

    real!(Avx2F32(f32) "avx2,fma": [__m256; 2] x 6, 2, 4; 2 x 5);
    real!(Avx2F64(f64) "avx2,fma": [__m256d; 2] x 6, 2, 4; 2 x 5);
    complex!(Avx2C32(f32) "avx2,fma": [__m256; 1] x 6, 3);
    complex!(Avx2C64(f64) "avx2,fma": [__m256d; 1] x 6, 3);
    real!(Avx512F32(f32) "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma": [__m512; 2] x 12, 4, 8; 4 x 6);
    real!(Avx512F64(f64) "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma": [__m512d; 2] x 12, 4, 8; 4 x 6);
    complex!(Avx512C32(f32) "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma": [__m512; 2] x 6, 3);
    complex!(Avx512C64(f64) "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma": [__m512d; 2] x 6, 3);
}

/// An element with kernels.
pub(crate) trait Kernels: Element + Bits {
    /// Whether there are a [`Kernel::small`] and a [`Kernel::lanewise`].
    const SMALL: bool;

    /// Calls `visitor` with the best kernel of `isa`.
    fn dispatch<V: Visitor<Self>>(isa: super::isa::Isa, visitor: V);
}

/// What is done with a kernel.
pub(crate) trait Visitor<T> {
    /// # Safety
    /// - The processor has the instruction set of `K`.
    unsafe fn visit<K: Kernel<Element = T>>(self);
}

macro_rules! kernels {
    ($($T:ty, $small:literal: $Portable:ident $Avx2:ident $Avx512:ident,)*) => { $(
        impl Kernels for $T {
            const SMALL: bool = $small;

            #[inline]
            fn dispatch<V: Visitor<Self>>(isa: super::isa::Isa, visitor: V) {
                use super::isa::Level;
                match isa.level() {
                    // SAFETY: an `Isa` of a level exists only where the processor has its instructions;
                    // these are the ones that the kernel enables.
                    #[cfg(target_arch = "x86_64")]
                    Level::Avx512 => unsafe { visitor.visit::<x86::$Avx512>() },
                    // SAFETY: as above.
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
    f32, true: PortableF32 Avx2F32 Avx512F32,
    f64, true: PortableF64 Avx2F64 Avx512F64,
    Complex32, false: PortableC32 Avx2C32 Avx512C32,
    Complex64, false: PortableC64 Avx2C64 Avx512C64,
}
