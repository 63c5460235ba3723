//! Rows of a matrix to columns, in registers of 32 or 64 bytes: what is read as one register is written as one, and the processor hands it
//! on.

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
use einsum_engine::extents;

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
use crate::element::Element;

/// The number of rows, and of columns, that are exchanged at a time: as many as make registers of 32 bytes, or if they are `wide` and of `f64` of
/// 64, of what was read by 16.
pub(super) const fn block<T>(wide: bool) -> [usize; 2] {
    match (size_of::<T>(), wide) {
        (4, _) => [8, 4],
        (_, false) => [4, 2],
        (_, true) => [8, 2],
    }
}

/// Copies a [`block`] of real numbers, of rows that are `stride` apart, to columns that are `apart`.
///
/// # Safety
/// - The elements are valid for reads and writes; they are `f32` or `f64`.
/// - The processor has AVX; if `WIDE`, AVX-512 F and DQ.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[inline(always)]
pub(super) unsafe fn copy<T: Element, const WIDE: bool>(from: *const T, stride: isize, to: *mut T, apart: isize) {
    use core::arch::x86_64::{
        _mm_loadu_pd, _mm_loadu_ps, _mm256_castpd128_pd256, _mm256_castps128_ps256, _mm256_insertf128_pd,
        _mm256_insertf128_ps, _mm256_shuffle_ps, _mm256_storeu_pd, _mm256_storeu_ps, _mm256_unpackhi_pd,
        _mm256_unpacklo_pd,
    };

    // (No closures: what is not inlined into the function that enables the instructions has none of them.)
    // Some numbers of a row, and below them those of another.
    macro_rules! rows {
        ($from:ident, $low:expr, $high:expr, $cast:ident $load:ident $insert:ident) => {
            $insert::<1>(
                $cast($load($from.offset(extents::offset($low, stride)))),
                $load($from.offset(extents::offset($high, stride))),
            )
        };
    }
    // SAFETY: by the contract, of elements of these rows and columns.
    unsafe {
        if const { size_of::<T>() == 8 && WIDE } {
            return copy_wide(from.cast::<f64>(), stride, to.cast::<f64>(), apart);
        }
        if const { size_of::<T>() == 8 } {
            let (from, to) = (from.cast::<f64>(), to.cast::<f64>());
            let x = rows!(from, 0, 2, _mm256_castpd128_pd256 _mm_loadu_pd _mm256_insertf128_pd);
            let y = rows!(from, 1, 3, _mm256_castpd128_pd256 _mm_loadu_pd _mm256_insertf128_pd);
            _mm256_storeu_pd(to, _mm256_unpacklo_pd(x, y));
            _mm256_storeu_pd(to.offset(apart), _mm256_unpackhi_pd(x, y));
            return;
        }
        let (from, to) = (from.cast::<f32>(), to.cast::<f32>());
        let x = rows!(from, 0, 4, _mm256_castps128_ps256 _mm_loadu_ps _mm256_insertf128_ps);
        let y = rows!(from, 1, 5, _mm256_castps128_ps256 _mm_loadu_ps _mm256_insertf128_ps);
        let z = rows!(from, 2, 6, _mm256_castps128_ps256 _mm_loadu_ps _mm256_insertf128_ps);
        let w = rows!(from, 3, 7, _mm256_castps128_ps256 _mm_loadu_ps _mm256_insertf128_ps);
        let (even, odd) = (_mm256_shuffle_ps::<0x88>(x, y), _mm256_shuffle_ps::<0xdd>(x, y));
        let (even_rest, odd_rest) = (_mm256_shuffle_ps::<0x88>(z, w), _mm256_shuffle_ps::<0xdd>(z, w));
        _mm256_storeu_ps(to, _mm256_shuffle_ps::<0x88>(even, even_rest));
        _mm256_storeu_ps(to.offset(apart), _mm256_shuffle_ps::<0x88>(odd, odd_rest));
        _mm256_storeu_ps(to.offset(extents::offset(2, apart)), _mm256_shuffle_ps::<0xdd>(even, even_rest));
        _mm256_storeu_ps(to.offset(extents::offset(3, apart)), _mm256_shuffle_ps::<0xdd>(odd, odd_rest));
    }
}

/// Copies two columns of 8 rows.
///
/// # Safety
/// - The elements are valid for reads and writes.
/// - The processor has AVX-512 F and DQ.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[inline(always)]
unsafe fn copy_wide(from: *const f64, stride: isize, to: *mut f64, apart: isize) {
    use core::arch::x86_64::{
        _mm_loadu_pd, _mm512_castpd128_pd512, _mm512_insertf64x2, _mm512_storeu_pd, _mm512_unpackhi_pd,
        _mm512_unpacklo_pd,
    };

    macro_rules! rows {
        ($first:literal $($place:literal $row:literal)*) => {{
            let rows = _mm512_castpd128_pd512(_mm_loadu_pd(from.offset(extents::offset($first, stride))));
            $(let rows = _mm512_insertf64x2::<$place>(rows, _mm_loadu_pd(from.offset(extents::offset($row, stride))));)*
            rows
        }};
    }
    // SAFETY: by the contract, of elements of these rows and columns.
    unsafe {
        let (x, y) = (rows!(0 1 2 2 4 3 6), rows!(1 1 3 2 5 3 7));
        _mm512_storeu_pd(to, _mm512_unpacklo_pd(x, y));
        _mm512_storeu_pd(to.offset(apart), _mm512_unpackhi_pd(x, y));
    }
}

/// Copies three rows of three numbers to columns, one after the other: by registers that begin at each number of the first row, and have the
/// one below it as their last, so that a column is one instruction.
///
/// # Safety
/// - Nine elements are valid for reads, nine for writes; they are `f32`.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[inline(always)]
pub(super) unsafe fn copy_three<T: Element>(from: *const T, to: *mut T) {
    use core::{
        arch::x86_64::{_mm_loadu_ps, _mm_shuffle_ps},
        mem::transmute_copy,
    };

    // SAFETY: by the contract, of four of the nine elements each.
    unsafe {
        let from = from.cast::<f32>();
        let last = _mm_loadu_ps(from.add(5));
        let columns = [
            _mm_shuffle_ps::<0b01_01_11_00>(_mm_loadu_ps(from), last),
            _mm_shuffle_ps::<0b10_10_11_00>(_mm_loadu_ps(from.add(1)), last),
            _mm_shuffle_ps::<0b11_11_11_00>(_mm_loadu_ps(from.add(2)), last),
        ];
        let columns = transmute_copy::<_, [[T; 4]; 3]>(&columns);
        for column in 0..3 {
            to.add(3 * column).copy_from_nonoverlapping(columns[column].as_ptr(), 3);
        }
    }
}

#[cfg(all(test, target_arch = "x86_64", target_feature = "sse2"))]
mod tests {
    use core::fmt::Debug;

    use einsum_engine::{
        extents,
        machine::isa::{self, Level},
    };

    use super::{block, copy, copy_three};
    use crate::element::Element;

    fn check<T: Element + PartialEq + Debug, const WIDE: bool>(number: fn(u16) -> T) {
        let [height, width] = block::<T>(WIDE);
        for (stride, apart) in [(16, 16), (19, 11)] {
            let from: alloc::vec::Vec<T> = (0..200).map(number).collect();
            let mut to = alloc::vec![number(u16::MAX); 100];
            // SAFETY: there are elements at all places, which are below 8 rows or 4 columns; the caller asks for the instructions.
            unsafe { copy::<T, WIDE>(from.as_ptr(), stride, to.as_mut_ptr(), apart) };
            let column_of = |at: usize| at.checked_div(apart.unsigned_abs()).filter(|column| *column < width);
            for (at, element) in to.iter().enumerate() {
                let row = at % apart.unsigned_abs();
                let from = column_of(at).filter(|_| row < height).map(|column| {
                    let offset = extents::offset(row, stride).wrapping_add_unsigned(column);
                    from[offset.unsigned_abs()]
                });
                assert_eq!(*element, from.unwrap_or(number(u16::MAX)), "place {at}");
            }
        }
    }

    #[test]
    fn rows_become_columns_and_nothing_else_is_written() {
        if isa::current().level() != Level::Portable {
            check::<f32, false>(f32::from);
            check::<f64, false>(f64::from);
        }
        if isa::current().level() == Level::Avx512 {
            check::<f32, true>(f32::from);
            check::<f64, true>(f64::from);
        }
    }

    #[test]
    fn three_rows_become_columns_and_nothing_else_is_read_or_written() {
        let from = [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
        let mut to = alloc::vec![-1.0f32; 10];
        // SAFETY: there are nine elements, and room for ten.
        unsafe { copy_three(from.as_ptr(), to.as_mut_ptr()) };
        assert_eq!(to, [1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 9.0, -1.0]);
    }
}
