//! Tiles of integers: products of packed factors that wrap.
//!
//! Micro-panels are the same for all instruction sets: those of a lower one compute a tile in parts. So LOOP 5 to LOOP 3 and packing are
//! compiled once for an integer, and there is one micro-kernel for each instruction set. It has no shapes for edges: sums go by way of
//! the stack, and those that the result has are written.

use crate::{
    kernel::{
        block::{Block, Spot},
        tile::{Buffer, Walk},
    },
    machine::{prefetch, sums::Sums},
    number::Number,
};

/// Computes all tiles of a block of integers, each in parts of `ROWS` rows, which are `MV` vectors of sums, and `N` columns.
///
/// # Safety
/// - The processor has the instruction set of `S`.
/// - A~ and B~ are packed for the rows, steps across, columns and depth of the block, in micro-panels of `MR` rows and of `NR`
///   columns.
/// - `block.out` moved by the sum of an offset of `rows`, a step `across` and an offset of `columns` is valid for writes,
///   and for reads if there is a `beta`; these elements differ, and nothing else reaches them.
/// - `block.runs` is true: from each row on, so many rows lie side by side in the result.
#[inline(always)]
pub(crate) unsafe fn tiles_integer<
    S: Sums<Number: Number>,
    const MV: usize,
    const ROWS: usize,
    const MR: usize,
    const N: usize,
    const NR: usize,
>(
    block: &Block<'_, S::Number>,
) {
    const { assert!(ROWS == MV * S::LEN && MR.is_multiple_of(ROWS) && NR.is_multiple_of(N)) }
    debug_assert!(block.in_place.is_none(), "integer factors are packed");
    let [columns, across, rows] = block.grid(MR, NR);
    for jr in 0..columns {
        for u in 0..across {
            for ir in 0..rows {
                // SAFETY: by the contract: places within the grid have a spot, whose micro-panels are packed. Parts begin within the
                // rows and columns of the spot, which are at most `MR` and `NR`, multiples of `ROWS` and `N`.
                unsafe {
                    let spot = block.spot(MR, NR, [jr, u, ir]);
                    for j in (0..spot.columns.len()).step_by(N) {
                        for i in (0..spot.rows.len()).step_by(ROWS) {
                            let end = spot.rows.len().min(i + ROWS);
                            let part = Spot {
                                a: spot.a.add(i),
                                b: spot.b.add(j),
                                rows: &spot.rows[i..end],
                                runs: &spot.runs[i..end],
                                columns: &spot.columns[j..spot.columns.len().min(j + N)],
                                ..spot
                            };
                            tile::<S, MV, ROWS, MR, N, NR>(block, &part);
                        }
                    }
                }
            }
        }
    }
}

/// Computes a tile, or a part of one.
///
/// # Safety
/// - The processor has the instruction set of `S`.
/// - `spot.a` is valid for reads of `ROWS` rows, which are `MV` vectors, `MR` apart for each contracted index of the block, and `spot.b`
///   of `N` columns, `NR` apart.
/// - `spot.out` moved by the sum of an offset of `spot.rows` and one of `spot.columns` is valid for writes, and for reads
///   if there is a `beta`; these elements differ, and nothing else reaches them.
/// - `spot.runs` is true: from each row on, so many rows lie side by side in the result.
/// - The rows are at most `ROWS`, the columns at most `N`.
#[inline(always)]
unsafe fn tile<
    S: Sums<Number: Number>,
    const MV: usize,
    const ROWS: usize,
    const MR: usize,
    const N: usize,
    const NR: usize,
>(
    block: &Block<'_, S::Number>,
    spot: &Spot<'_, S::Number>,
) {
    let a = Walk { pointer: spot.a, step: MR.cast_signed() };
    let b = Walk { pointer: spot.b, step: NR.cast_signed() };
    // The cache has to fetch them, whether they are read or only written, which takes about as long as the tile.
    for &column in spot.columns {
        let column = spot.out.wrapping_offset(column + spot.rows[0]);
        for v in 0..MV {
            prefetch::line(column.wrapping_add(v * S::LEN));
        }
    }
    let mut buffer = Buffer([[S::Number::ZERO; ROWS]; N]);
    // SAFETY: by the contract: both micro-panels are packed as far as the tile goes, a column of the buffer has `MV` vectors, and
    // rows and columns of the result are valid.
    unsafe {
        let sums = accumulate::<S, MV, N>(block.depth, a, b);
        for j in 0..N {
            for v in 0..MV {
                sums[j][v].store(buffer.0[j].as_mut_ptr().add(v * S::LEN));
            }
        }
        for (column, &offset) in buffer.0.iter().zip(spot.columns) {
            write_column(column, spot.out.wrapping_offset(offset), spot, (block.alpha, block.beta));
        }
    }
}

/// The sums over `depth` contracted indices of columns of `a` times rows of `b`.
///
/// # Safety
/// - The processor has the instruction set of `S`.
/// - `a` is valid for reads of `MV` vectors at every of its `depth` steps.
/// - `b` is valid for reads of `N` elements at every of its `depth` steps.
#[inline(always)]
unsafe fn accumulate<S: Sums, const MV: usize, const N: usize>(
    depth: usize,
    mut a: Walk<S::Number>,
    mut b: Walk<S::Number>,
) -> [[S; MV]; N] {
    // SAFETY: by the contract: both factors are valid at every step; the instruction set is there.
    unsafe {
        let mut sums = [[S::zero(); MV]; N];
        for _ in 0..depth {
            let mut rows = [S::rows(a.pointer); MV];
            for v in 1..MV {
                rows[v] = S::rows(a.pointer.add(v * S::LEN));
            }
            for j in 0..N {
                let factor = S::factor(*b.pointer.add(j));
                for v in 0..MV {
                    sums[j][v] = sums[j][v].add_product(rows[v], factor);
                }
            }
            a.pointer = a.pointer.wrapping_offset(a.step);
            b.pointer = b.pointer.wrapping_offset(b.step);
        }
        sums
    }
}

/// Writes a column of a tile: `out = alpha * column + beta * out`.
///
/// # Safety
/// - `out` moved by any of `spot.rows` is valid for writes, and for reads if there is a `beta`; nothing else reaches these elements.
/// - `spot.runs` is true: from each row on, so many rows lie side by side in the result.
/// - The rows are at most `ROWS`.
#[inline(always)]
unsafe fn write_column<T: Number, const ROWS: usize>(
    column: &[T; ROWS],
    out: *mut T,
    spot: &Spot<'_, T>,
    (alpha, beta): (T, Option<T>),
) {
    let rows = spot.rows.len();
    if spot.runs[0] >= ROWS && rows == ROWS {
        // SAFETY: by the contract: all rows lie side by side in the result.
        return unsafe { write_run(column, out.wrapping_offset(spot.rows[0]), (alpha, beta)) };
    }
    let mut first = 0;
    while first < rows {
        let len = spot.runs[first].min(rows - first);
        // SAFETY: by the contract: rows of a run lie side by side in the result.
        unsafe {
            write_run(&column[first..first + len], out.wrapping_offset(spot.rows[first]), (alpha, beta));
        }
        first += len;
    }
}

/// Writes numbers side by side: `out = alpha * column + beta * out`.
///
/// # Safety
/// - `out` is valid for writes of as many numbers, and for reads if there is a `beta`; nothing else reaches these.
#[inline(always)]
unsafe fn write_run<T: Number>(run: &[T], out: *mut T, (alpha, beta): (T, Option<T>)) {
    for (row, &sum) in run.iter().enumerate() {
        // SAFETY: by the contract: `row` is below the number of rows.
        unsafe {
            let to = out.add(row);
            let scaled = alpha.times(sum);
            to.write(match beta {
                Some(beta) => scaled.plus(beta.times(*to)),
                None => scaled,
            });
        }
    }
}
