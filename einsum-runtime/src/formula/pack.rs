//! Blocks of tensors copied to where their elements lie side by side, and back.

use einsum_engine::extents;

use super::kernel::COLUMNS;
use crate::element::Element;

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
        if rows > 1 && row.unsigned_abs() < lane.unsigned_abs() {
            for n in 0..len {
                let (from, to) = (from.offset(extents::offset(n, lane)), to.add(n));
                for m in 0..rows {
                    to.add(m * len).write(from.offset(extents::offset(m, row)).read());
                }
            }
            return;
        }
        for m in 0..rows {
            let (from, to) = (from.offset(extents::offset(m, row)), to.add(m * len));
            // (Strides that are known are read by vectors.)
            match lane {
                1 => core::ptr::copy_nonoverlapping(from, to, len),
                -1 => (0..len).for_each(|n| to.add(n).write(from.sub(n).read())),
                2 => (0..len).for_each(|n| to.add(n).write(from.add(2 * n).read())),
                _ => (0..len).for_each(|n| to.add(n).write(from.offset(extents::offset(n, lane)).read())),
            }
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
