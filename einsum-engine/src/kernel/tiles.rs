//! Macro-kernels: all tiles of a block, edges included.
//!
//! At the bottom edge a tile of one vector is used where that is enough, and masks; at the right edge one of
//! fewer columns. So little is computed that nobody asked for: at worst, of 32x12, a third of a tile.

use num_complex::Complex;

use crate::{
    extents,
    kernel::{
        block::{Block, InPlace, Spot},
        pack::transpose,
        tile::{
            Buffer, Columns, Walk, accumulate, accumulate_apart, accumulate_complex, accumulate_in_place, load, spill,
            store, write, write_number,
        },
    },
    machine::{lanes::Lanes, prefetch},
    number::Number,
};

/// Computes all tiles of a block of real numbers.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - A~ is packed for the rows, steps across and depth of the block, in micro-panels of `MR` rows, which are `MV` vectors.
/// - B~ is packed for its columns and depth, in micro-panels of `NR` columns; or `block.in_place` has an offset for each of these, and
///   for columns up to a multiple of `NR`, and `block.b` moved by the sum of one of each is valid for reads.
/// - `block.out` moved by the sum of an offset of `rows`, a step `across` and an offset of `columns` is valid for writes,
///   and for reads if there is a `beta`; these elements differ, unless there is one. Nothing else reaches them.
/// - `block.runs` is true: from each row on, so many rows lie side by side in the result.
#[inline(always)]
pub(crate) unsafe fn tiles_real<
    V: Lanes<Real: Number>,
    const MV: usize,
    const MR: usize,
    const NR: usize,
    const N1: usize,
    const N2: usize,
>(
    block: &Block<'_, V::Real>,
) {
    // SAFETY: by the contract: places within the grid have a spot, whose micro-panels are packed, and whose rows and
    // columns are those of the block. The narrowest tile is taken that has as many vectors and columns as these need.
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

/// Computes one tile: `MV` vectors of the micro-panel of `MR` rows, `N` columns of that of `NR`.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `spot.a` is a micro-panel of `MR` rows, `MV` vectors or more, and `spot.b` one of `NR` columns, `N` or more, of
///   `block.depth` contracted indices; or `spot.in_place` has as many offsets of contracted indices and `NR` of columns, and `spot.b`
///   moved by the sum of one of each is valid for reads.
/// - `spot.out` moved by the sum of an offset of `spot.rows` and one of `spot.columns` is valid for writes, and for reads
///   if there is a `beta`; these elements differ, unless there is one. Nothing else reaches them.
/// - `spot.runs` is true: from each row on, so many rows lie side by side in the result.
/// - The rows are more than `MV - 1` vectors, and at most `MV`; the columns are at most `N`.
#[inline(always)]
unsafe fn tile_real<V: Lanes<Real: Number>, const MV: usize, const MR: usize, const NR: usize, const N: usize>(
    block: &Block<'_, V::Real>,
    spot: &Spot<'_, V::Real>,
) {
    let a = Walk { pointer: spot.a, step: MR.cast_signed() };
    let b = Walk { pointer: spot.b, step: NR.cast_signed() };
    // SAFETY: by the contract: both micro-panels are packed as far as the tile goes, and rows and columns of the result are
    // valid; those that are stored as vectors lie side by side.
    unsafe {
        let rows = spot.rows.len();
        // Whether they are read or only written: the cache has to fetch them, which takes about as long as
        // the tile.
        for &column in spot.columns {
            let column = spot.out.wrapping_offset(column + spot.rows[0]);
            for v in 0..MV {
                prefetch::line(column.wrapping_add(v * V::LEN));
            }
            prefetch::line(column.wrapping_add(rows - 1));
        }
        let tile = match spot.in_place {
            Some(InPlace { columns, depth }) => {
                let columns = columns.first_chunk().expect("there is an offset for each column of a tile");
                match apart(columns) {
                    Some(column) => accumulate_apart::<V, MV, N>(a, spot.b, depth, (columns, column), V::Real::ZERO),
                    None => accumulate_in_place::<V, MV, N>(a, spot.b, depth, columns, V::Real::ZERO),
                }
            }
            None => accumulate::<V, MV, N>(block.depth, a, b, V::Real::ZERO),
        };
        let scale = (block.alpha, block.beta);
        if spot.runs[0] < rows {
            let mut buffer = Buffer([[V::Real::ZERO; MR]; N]);
            spill(&tile, &mut buffer);
            if spot.runs[0] == 1 && are_side_by_side(spot.columns) {
                return transpose_real::<V, MR, N>(&buffer, spot, scale);
            }
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

/// How far offsets are from each other, if that is as far for all within each four of them.
fn apart<const N: usize>(offsets: &[isize; N]) -> Option<isize> {
    let step = if N > 1 { offsets[1] - offsets[0] } else { 0 };
    let is_apart = |four: &[isize]| four.windows(2).all(|pair| pair[1] - pair[0] == step);
    offsets.chunks(4).all(is_apart).then_some(step)
}

/// Whether offsets follow each other.
fn are_side_by_side(offsets: &[isize]) -> bool {
    offsets.windows(2).all(|pair| pair[1] == pair[0] + 1)
}

/// Writes a tile whose columns lie side by side in the result: row by row.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `spot.out` moved by the sum of an offset of `spot.rows` and one of `spot.columns` is valid for writes, and for reads
///   if there is a `beta`; these elements differ, unless there is one. Nothing else reaches them.
/// - The columns lie side by side; there are at most `N`.
/// - The rows are at most `MR`.
#[inline(always)]
unsafe fn transpose_real<V: Lanes<Real: Number>, const MR: usize, const N: usize>(
    buffer: &Buffer<V::Real, MR, N>,
    spot: &Spot<'_, V::Real>,
    (alpha, beta): (V::Real, Option<V::Real>),
) {
    // SAFETY: by the contract: so many columns of each row are in the buffer, and valid in the result.
    unsafe {
        let mut rows = Buffer([[V::Real::ZERO; N]; MR]);
        let columns: [isize; N] = std::array::from_fn(|j| extents::offset(j, MR.cast_signed()));
        transpose::<V, N>(buffer.0.as_ptr().cast(), [&columns; 2], 0, spot.rows.len(), rows.0.as_mut_ptr().cast(), N);
        let alpha = V::splat(alpha);
        for first in (0..spot.columns.len()).step_by(V::LEN) {
            let mask = V::first(V::LEN.min(spot.columns.len() - first));
            for (row, &offset) in rows.0.iter().zip(spot.rows) {
                let value = V::load_first(row.as_ptr().add(first), mask);
                write(alpha.mul(value), spot.out.offset(offset + spot.columns[first]), Some(mask), beta);
            }
        }
    }
}

/// Writes a tile whose rows do not lie side by side: one run after the other.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `spot.out` moved by the sum of an offset of `spot.rows` and one of `spot.columns` is valid for writes, and for reads
///   if there is a `beta`; these elements differ, unless there is one. Nothing else reaches them.
/// - `spot.runs` is true: from each row on, so many rows lie side by side in the result.
/// - The rows are at most `MR`.
#[inline(always)]
unsafe fn scatter_real<V: Lanes, const MR: usize>(
    buffer: &[[V::Real; MR]],
    spot: &Spot<'_, V::Real>,
    (alpha, beta): (V::Real, Option<V::Real>),
) {
    let mut first = 0;
    while first < spot.rows.len() {
        let lanes = spot.runs[first].min(spot.rows.len() - first).min(V::LEN);
        let scale = (alpha, beta);
        // SAFETY: by the contract; the rows of a run lie side by side in the result, and so many are in the buffer.
        unsafe {
            let out = spot.out.offset(spot.rows[first]);
            // A mask costs more, where lanes that are masked out are in the next cache line.
            if lanes == V::LEN {
                scatter_run::<V, MR>(buffer, first, (out, spot.columns), None, scale);
            } else if V::Half::LEN < V::LEN && lanes == V::Half::LEN {
                scatter_run::<V::Half, MR>(buffer, first, (out, spot.columns), None, scale);
            } else if <V::Half as Lanes>::Half::LEN < V::Half::LEN && lanes == <V::Half as Lanes>::Half::LEN {
                scatter_run::<<V::Half as Lanes>::Half, MR>(buffer, first, (out, spot.columns), None, scale);
            } else {
                scatter_run::<V, MR>(buffer, first, (out, spot.columns), Some(V::first(lanes)), scale);
            }
        }
        first += lanes;
    }
}

/// Writes a vector of rows, from row `first` on, of all columns.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `out` moved by any of `columns` is valid for writes of a vector of rows, which lie side by side, or of those of the
///   mask, and for reads if there is a `beta`; nothing else reaches these elements.
/// - There are so many rows in the buffer from `first` on.
#[inline(always)]
unsafe fn scatter_run<V: Lanes, const MR: usize>(
    buffer: &[[V::Real; MR]],
    first: usize,
    (out, columns): (*mut V::Real, &[isize]),
    mask: Option<V::Mask>,
    (alpha, beta): (V::Real, Option<V::Real>),
) {
    // SAFETY: by the contract: so many rows of each column are in the buffer, and valid in the result.
    unsafe {
        let alpha = V::splat(alpha);
        for (column, &offset) in buffer.iter().zip(columns) {
            let value: V = load(column.as_ptr().add(first), mask);
            write(alpha.mul(value), out.offset(offset), mask, beta);
        }
    }
}

/// Computes all tiles of a block of complex numbers, of which A~ and B~ hold real and imaginary parts apart.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - A~ and B~ are packed for the rows, steps across, columns and depth of the block, in micro-panels of `MR` rows, which are
///   `MV` vectors, and of `NR` columns.
/// - `block.out` moved by the sum of an offset of `rows`, a step `across` and an offset of `columns` is valid for writes,
///   and for reads if there is a `beta`; these elements differ, and nothing else reaches them.
#[inline(always)]
pub(crate) unsafe fn tiles_complex<
    V: Lanes<Real: Number>,
    const MV: usize,
    const MR: usize,
    const NR: usize,
    const N1: usize,
>(
    block: &Block<'_, Complex<V::Real>>,
) where
    Complex<V::Real>: Number,
{
    debug_assert!(block.in_place.is_none(), "complex factors are packed");
    // SAFETY: by the contract: places within the grid have a spot, whose micro-panels are packed, and whose rows and
    // columns are those of the block.
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

/// Computes one tile of complex numbers: `N` columns of the micro-panel of `NR`.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `spot.a` is a micro-panel of `MR` rows, which are `MV` vectors, and `spot.b` one of `NR` columns, `N` or more, of
///   `block.depth` contracted indices, with real and imaginary parts apart.
/// - `spot.out` moved by the sum of an offset of `spot.rows` and one of `spot.columns` is valid for writes, and for reads
///   if there is a `beta`; these elements differ, unless there is one. Nothing else reaches them.
#[inline(always)]
unsafe fn tile_complex<V: Lanes<Real: Number>, const MV: usize, const MR: usize, const NR: usize, const N: usize>(
    block: &Block<'_, Complex<V::Real>>,
    spot: &Spot<'_, Complex<V::Real>>,
) where
    Complex<V::Real>: Number,
{
    let a = Walk { pointer: spot.a.cast(), step: (2 * MR).cast_signed() };
    let b = Walk { pointer: spot.b.cast(), step: (2 * NR).cast_signed() };
    let mut re = Buffer([[V::Real::ZERO; MR]; N]);
    let mut im = Buffer([[V::Real::ZERO; MR]; N]);
    // SAFETY: by the contract: both micro-panels are packed as far as the tile goes, with `MR` and `NR` real parts before
    // as many imaginary ones. Buffers have room for `MV` vectors, which are `MR` rows.
    unsafe {
        let tiles = accumulate_complex::<V, MV, N>(block.depth, a, b, [MR, NR], V::Real::ZERO);
        spill(&tiles[0], &mut re);
        spill(&tiles[1], &mut im);
    }
    for ((re, im), &column) in re.0.iter().zip(&im.0).zip(spot.columns) {
        for ((&re, &im), &row) in re.iter().zip(im).zip(spot.rows) {
            let value = block.alpha.times(Complex { re, im });
            // SAFETY: by the contract: the row and the column are those of the tile.
            unsafe { write_number(value, spot.out.offset(column + row), block.beta) }
        }
    }
}
