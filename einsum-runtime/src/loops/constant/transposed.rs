//! Copies of factors with rows and columns exchanged, some rows of some numbers at a time.

use core::mem::MaybeUninit;

use einsum_engine::extents;

use super::{
    blocks::{is_copied, matrix},
    columns,
};
use crate::{
    element::Element,
    loops::{nest::Nest, wide},
    tuning::KNOWN_EXTENTS_MAX_BOX,
};

/// A function that copies a factor, and says where the copy is; or nothing, and the factor is where it was.
///
/// # Safety
/// - The elements of the factor below the extents of the two labels are valid for reads.
/// - If the function is one of `FUSED`, the processor has AVX; if it is `WIDE`, AVX-512 F and DQ.
pub(super) type Copied<T> = unsafe fn(*const T, &mut Room) -> *const T;

/// Copies a factor if [`is_copied`] tells of it: once, or in each box.
pub(super) const fn copied<
    T: Element,
    N: Nest<L>,
    const L: usize,
    const TENSOR: usize,
    const FUSED: bool,
    const WIDE: bool,
>(
    in_each: bool,
) -> Copied<T> {
    if is_copied::<T, N, L>(TENSOR, in_each) { transpose::<T, N, L, TENSOR, FUSED, WIDE> } else { as_it_is }
}

/// Copies nothing.
#[inline(always)]
unsafe fn as_it_is<T>(factor: *const T, _room: &mut Room) -> *const T {
    factor
}

/// Room for the transposed copy of a matrix of `f32` or `f64`.
pub(super) struct Room([MaybeUninit<f64>; KNOWN_EXTENTS_MAX_BOX]);

impl Room {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self([MaybeUninit::uninit(); KNOWN_EXTENTS_MAX_BOX])
    }
}

/// Copies a factor that `blocks::copy` tells of, so that elements along the last label of the result lie side by side, with the strides that
/// `blocks::strides_of_box` has.
///
/// # Safety
/// - The elements of the factor below the extents of the two labels are valid for reads.
/// - With `FUSED` the processor has AVX, with `WIDE` AVX-512 F and DQ.
#[inline(always)]
unsafe fn transpose<
    T: Element,
    N: Nest<L>,
    const L: usize,
    const TENSOR: usize,
    const FUSED: bool,
    const WIDE: bool,
>(
    from: *const T,
    room: &mut Room,
) -> *const T {
    let (_, [rows, columns, stride]) = const { matrix::<T, N, L>(TENSOR) };
    let to = room.0.as_mut_ptr().cast::<T>();
    let (wide, whole) =
        const { (wide_rows::<T, N, L, TENSOR>(FUSED, WIDE), whole_rows::<T, N, L, TENSOR>(FUSED, WIDE)) };
    // SAFETY: by the contract, elements of a row lie side by side; numbers are 8 bytes at most, of which the room has as many as the matrix. Registers
    // of 32 bytes are used with `FUSED` alone, where by the contract the processor has AVX, those of 64 bytes with `WIDE`.
    unsafe {
        (const { wide_strips::<T, N, L, TENSOR, WIDE>(FUSED) })(from, to, [stride, rows, columns]);
        for row in (wide..whole).step_by(4) {
            strip::<T, N, L, TENSOR, 4>(
                from.offset(extents::offset(row, stride.cast_signed())),
                to.add(row),
                [stride, rows, columns],
            );
        }
        let rest = const { rest_of_strips::<T, N, L, TENSOR>() };
        rest(from.offset(extents::offset(whole, stride.cast_signed())), to.add(whole), [stride, rows, columns]);
    }
    to
}

/// How many of the rows are copied to registers of 32 bytes, or of 64: those of whole blocks, where there are registers, and columns for a block.
const fn wide_rows<T: Element, N: Nest<L>, const L: usize, const TENSOR: usize>(fused: bool, wide: bool) -> usize {
    let [rows, columns, _] = matrix::<T, N, L>(TENSOR).1;
    let [height, width] = columns::block::<T>(wide && has_wide_rows::<T, N, L, TENSOR>());
    let has_registers = cfg!(all(target_arch = "x86_64", target_feature = "sse2")) && fused;
    if has_registers && columns >= width { rows / height * height } else { 0 }
}

/// Whether there are rows for a block of registers of 64 bytes.
const fn has_wide_rows<T: Element, N: Nest<L>, const L: usize, const TENSOR: usize>() -> bool {
    matrix::<T, N, L>(TENSOR).1[0] >= columns::block::<T>(true)[0]
}

/// How many of the rows are copied so, or by 4.
const fn whole_rows<T: Element, N: Nest<L>, const L: usize, const TENSOR: usize>(fused: bool, wide: bool) -> usize {
    let (rows, wide) = (matrix::<T, N, L>(TENSOR).1[0], wide_rows::<T, N, L, TENSOR>(fused, wide));
    wide + (rows - wide) / 4 * 4
}

/// The function for the rows that are copied to registers of 32 bytes, or with `WIDE` of 64.
const fn wide_strips<T: Element, N: Nest<L>, const L: usize, const TENSOR: usize, const WIDE: bool>(
    fused: bool,
) -> CopiedRows<T> {
    match wide_rows::<T, N, L, TENSOR>(fused, WIDE) {
        #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
        1.. if WIDE && has_wide_rows::<T, N, L, TENSOR>() => wide_blocks::<T, N, L, TENSOR, true>,
        #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
        1.. => wide_blocks::<T, N, L, TENSOR, false>,
        _ => no_rows,
    }
}

/// Copies the rows of whole blocks to registers of 32 bytes, or of 64. (Columns that are no block are copied by one that ends where they do.)
///
/// # Safety
/// - As of [`CopiedRows`]; the processor has AVX, if `WIDE` AVX-512 F and DQ.
/// - There are columns for a block, as there are where `wide_rows` is not 0.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[inline(always)]
unsafe fn wide_blocks<T: Element, N: Nest<L>, const L: usize, const TENSOR: usize, const WIDE: bool>(
    from: *const T,
    to: *mut T,
    [stride, apart, columns]: [usize; 3],
) {
    let (end, [height, width]) = const { (wide_rows::<T, N, L, TENSOR>(true, WIDE), columns::block::<T>(WIDE)) };
    let (stride, apart) = (stride.cast_signed(), apart.cast_signed());
    for row in (0..end).step_by(height) {
        for first in (0..columns).step_by(width) {
            let column = if first + width > columns { columns - width } else { first };
            // SAFETY: by the contract, of some of the rows and columns.
            unsafe {
                let of_rows = from.offset(extents::offset(row, stride)).add(column);
                columns::copy::<T, WIDE>(of_rows, stride, to.offset(extents::offset(column, apart)).add(row), apart);
            }
        }
    }
}

/// A function that copies some rows, so far apart, of so many columns to columns that are so far apart.
///
/// # Safety
/// - Elements of the rows are valid for reads, those of the columns for writes.
type CopiedRows<T> = unsafe fn(*const T, *mut T, [usize; 3]);

/// Copies the rows that are left of strips of 4.
const fn rest_of_strips<T: Element, N: Nest<L>, const L: usize, const TENSOR: usize>() -> CopiedRows<T> {
    let (_, matrix) = matrix::<T, N, L>(TENSOR);
    match matrix[0] % 4 {
        #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
        3 if size_of::<T>() == 4 && matches!(matrix, [3, 3, 3]) => three_rows::<T>,
        3 => strip::<T, N, L, TENSOR, 3>,
        2 => strip::<T, N, L, TENSOR, 2>,
        1 => strip::<T, N, L, TENSOR, 1>,
        _ => no_rows,
    }
}

/// Copies three rows of three numbers of 4 bytes, which lie one after the other.
///
/// # Safety
/// - As of [`CopiedRows`], of nine elements side by side, to nine.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[inline(always)]
unsafe fn three_rows<T: Element>(from: *const T, to: *mut T, _strides: [usize; 3]) {
    // SAFETY: by the contract, of nine elements each.
    unsafe { columns::copy_three(from, to) };
}

/// Copies nothing.
#[inline(always)]
unsafe fn no_rows<T>(_from: *const T, _to: *mut T, _strides: [usize; 3]) {}

/// Copies `H` rows.
///
/// # Safety
/// - As of [`CopiedRows`].
#[inline(always)]
unsafe fn strip<T: Element, N: Nest<L>, const L: usize, const TENSOR: usize, const H: usize>(
    from: *const T,
    to: *mut T,
    strides: [usize; 3],
) {
    let [_, apart, columns] = strides;
    let whole = columns - columns % 4;
    // SAFETY: by the contract, of some of the columns.
    unsafe {
        for column in (0..whole).step_by(4) {
            block::<T, H, 4>(from.add(column), to.offset(extents::offset(column, apart.cast_signed())), strides);
        }
        // (Where no columns are left, that is beyond the room, and nothing is written there.)
        (const { rest_of_blocks::<T, N, L, TENSOR, H>() })(
            from.wrapping_add(whole),
            to.wrapping_offset(extents::offset(whole, apart.cast_signed())),
            strides,
        );
    }
}

/// Copies the columns that are left of blocks of 4.
const fn rest_of_blocks<T: Element, N: Nest<L>, const L: usize, const TENSOR: usize, const H: usize>() -> CopiedRows<T>
{
    match matrix::<T, N, L>(TENSOR).1[1] % 4 {
        3 => block::<T, H, 3>,
        2 => block::<T, H, 2>,
        1 => block::<T, H, 1>,
        _ => no_rows,
    }
}

/// Copies `H` rows of `W` elements. (Constants, so that what is copied is in registers whatever the compiler unrolls.)
///
/// # Safety
/// - As of [`CopiedRows`].
#[inline(always)]
unsafe fn block<T: Element, const H: usize, const W: usize>(
    from: *const T,
    to: *mut T,
    [stride, apart, _]: [usize; 3],
) {
    let mut rows = [[T::ZERO; 4]; 4];
    for row in 0..H {
        // SAFETY: by the contract, of this row; there is room for 4.
        unsafe {
            let of_row = from.offset(extents::offset(row, stride.cast_signed()));
            rows[row].as_mut_ptr().copy_from_nonoverlapping(of_row, W);
        }
    }
    let columns = wide::transposed(rows);
    for column in 0..W {
        // SAFETY: by the contract, of this column; there are 4 elements.
        unsafe {
            let of_column = to.offset(extents::offset(column, apart.cast_signed()));
            of_column.copy_from_nonoverlapping(columns[column].as_ptr(), H);
        }
    }
}
