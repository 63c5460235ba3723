//! Blocks of tensors copied to where their elements lie side by side, and back.

use einsum_engine::extents;

use super::kernel::COLUMNS;
use crate::{element::Element, tuning::TRANSPOSED_TILE};

/// A block of a tensor: rows, and elements along a lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) rows: usize,
    pub(super) len: usize,
    /// How far apart rows, and elements of a row, are.
    pub(super) row: isize,
    pub(super) lane: isize,
}

/// Copies a block to rows of elements side by side, one row after the other.
///
/// # Safety
/// - For each row and each element, `from` moved by the strides of the shape is valid for reads.
/// - `to` is valid for writes of so many elements, none of which is one of these.
pub(super) unsafe fn pack<T: Element>(from: *const T, shape: Shape, to: *mut T) {
    let Shape { rows, len, row, lane } = shape;
    // SAFETY: indices are below the rows and the length: by the contract.
    unsafe {
        if rows > 1 && row != 0 && row.unsigned_abs() < lane.unsigned_abs() {
            let tiled = if row == 1 {
                (rows / TRANSPOSED_TILE * TRANSPOSED_TILE, len / TRANSPOSED_TILE * TRANSPOSED_TILE)
            } else {
                (0, 0)
            };
            for n in (0..tiled.1).step_by(TRANSPOSED_TILE) {
                for m in (0..tiled.0).step_by(TRANSPOSED_TILE) {
                    pack_tile(from.offset(extents::offset(n, lane)).add(m), lane, to.add(m * len + n), len);
                }
            }
            for n in 0..len {
                let (from, to) = (from.offset(extents::offset(n, lane)), to.add(n));
                for m in if n < tiled.1 { tiled.0 } else { 0 }..rows {
                    to.add(m * len).write(from.offset(extents::offset(m, row)).read());
                }
            }
            return;
        }
        match (lane, len) {
            (0 | 1, COLUMNS) => return pack_rows::<T, COLUMNS>(from, shape, to),
            (0 | 1, 8) => return pack_rows::<T, 8>(from, shape, to),
            _ => {}
        }
        for m in 0..rows {
            let (from, to) = (from.offset(extents::offset(m, row)), to.add(m * len));
            // (Strides that are known are read by vectors.)
            match lane {
                0 => (0..len).for_each(|n| to.add(n).write(from.read())),
                1 => core::ptr::copy_nonoverlapping(from, to, len),
                -1 => (0..len).for_each(|n| to.add(n).write(from.sub(n).read())),
                2 => (0..len).for_each(|n| to.add(n).write(from.add(2 * n).read())),
                _ => (0..len).for_each(|n| to.add(n).write(from.offset(extents::offset(n, lane)).read())),
            }
        }
    }
}

/// Copies rows of so many elements, which lie side by side or are one. (Not by a call, for so few.)
///
/// # Safety
/// - For each row, `from` moved by the strides of the shape is valid for reads of so many elements, or of one if that of the lane is 0.
/// - `to` is valid for writes of so many for each row.
#[inline]
unsafe fn pack_rows<T: Element, const N: usize>(from: *const T, shape: Shape, to: *mut T) {
    for m in 0..shape.rows {
        // SAFETY: by the contract.
        unsafe {
            let from = from.offset(extents::offset(m, shape.row));
            let row = if shape.lane == 0 { [from.read(); N] } else { from.cast::<[T; N]>().read_unaligned() };
            to.add(m * N).cast::<[T; N]>().write_unaligned(row);
        }
    }
}

/// Transposes a tile: rows of elements side by side, so far apart, to rows that are `len` elements apart. (In registers, of elements that have as many bits.)
///
/// # Safety
/// - For each row, `from` moved by the stride is valid for reads of so many elements, and `to` moved by `len` for writes.
#[inline]
unsafe fn pack_tile<T: Element>(from: *const T, stride: isize, to: *mut T, len: usize) {
    // SAFETY: indices are below the rows: by the contract.
    unsafe {
        let row = |n: usize| from.offset(extents::offset(n, stride)).cast::<[T; TRANSPOSED_TILE]>().read_unaligned();
        let rows = [row(0), row(1), row(2), row(3)];
        for m in 0..TRANSPOSED_TILE {
            to.add(m * len)
                .cast::<[T; TRANSPOSED_TILE]>()
                .write_unaligned([rows[0][m], rows[1][m], rows[2][m], rows[3][m]]);
        }
    }
}

/// Copies rows of elements side by side, which begin so many elements apart, to a block, or adds them to what is there.
///
/// # Safety
/// - `from` is valid for reads of so many elements in each row.
/// - For each row and each element, `to` moved by the strides of the shape is valid for writes, and for reads of an initialised
///   element if they are added; none of these is one that is read.
pub(super) unsafe fn unpack<T: Element>((from, apart): (*const T, usize), shape: Shape, to: *mut T, adds: bool) {
    let Shape { rows, len, row, lane } = shape;
    // SAFETY: indices are below the rows and the length: by the contract.
    unsafe {
        let put = |to: *mut T, value: T| to.write(if adds { to.read().plus(value) } else { value });
        if rows > 1 && row.unsigned_abs() < lane.unsigned_abs() {
            for n in 0..len {
                let (from, to) = (from.add(n), to.offset(extents::offset(n, lane)));
                for m in 0..rows {
                    put(to.offset(extents::offset(m, row)), from.add(m * apart).read());
                }
            }
            return;
        }
        for m in 0..rows {
            let (from, to) = (from.add(m * apart), to.offset(extents::offset(m, row)));
            match lane {
                // (Not by a call, for so few.)
                1 if !adds && len == COLUMNS => {
                    to.cast::<[T; COLUMNS]>().write_unaligned(from.cast::<[T; COLUMNS]>().read_unaligned());
                }
                1 if !adds => core::ptr::copy_nonoverlapping(from, to, len),
                1 => (0..len).for_each(|n| put(to.add(n), from.add(n).read())),
                _ => (0..len).for_each(|n| put(to.offset(extents::offset(n, lane)), from.add(n).read())),
            }
        }
    }
}
