//! Sums of rows of numbers side by side, in the order of a tree.
//!
//! Which numbers meet is the same for every instruction set, so that results are; registers of 32 bytes hold halves of two rows each, so that
//! what is added up does not wait for each row to be brought together.

use super::{held::Held, wide::plus};
use crate::element::Element;

/// The sum of the numbers of each row, in the order of a tree: the first half and the second, number by number, and so on; of 12 first the
/// thirds. (Else `P` is a power of two.)
///
/// # Safety
/// - With `FUSED`, the processor has AVX and FMA.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) unsafe fn sums<T: Element, const P: usize, const R: usize, const FUSED: bool>(
    rows: &[Held<T, P>; R],
) -> Held<T, R> {
    const { assert!(P.is_power_of_two() || P == 12, "rows have halves") };
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    if const { FUSED && R > 1 && T::FAMILY.is_real() && size_of::<[T; P]>() == 32 } {
        // SAFETY: by the contract; rows are registers of real numbers.
        return unsafe { sums_of_wide_registers(rows) };
    }
    // SAFETY: by the contract; instructions of the baseline are asked for where sums are of halves.
    unsafe {
        if const { P == 8 } {
            return self::sums::<T, 4, R, FUSED>(&parts::<T, P, R, 4, false>(rows));
        }
        if const { P == 12 } {
            return self::sums::<T, 4, R, FUSED>(&parts::<T, P, R, 4, FUSED>(rows));
        }
        if const { P == 4 && size_of::<T>() == 8 } {
            return self::sums::<T, 2, R, FUSED>(&parts::<T, P, R, 2, false>(rows));
        }
    }
    #[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
    if const { T::FAMILY.is_real() && size_of::<[T; P]>() == 16 } {
        return sums_of_registers(rows);
    }
    let mut sums = Held::splat(T::ZERO);
    for row in 0..R {
        let (mut numbers, mut len) = (rows[row].numbers, P);
        while len > 1 {
            len /= 2;
            for n in 0..len {
                numbers[n] = numbers[n].plus(numbers[n + len]);
            }
        }
        sums.numbers[row] = numbers[0];
    }
    sums
}

/// The sums of the parts of `H` numbers of each row. (Parts are copied one by one: of what is read in other parts than it is used in the
/// compiler makes memory.)
///
/// # Safety
/// - With `FUSED`, the processor has AVX and FMA.
#[cfg_attr(not(debug_assertions), inline(always))]
unsafe fn parts<T: Element, const P: usize, const R: usize, const H: usize, const FUSED: bool>(
    rows: &[Held<T, P>; R],
) -> [Held<T, H>; R] {
    let mut sums = [Held::splat(T::ZERO); R];
    for row in 0..R {
        let (numbers, sum) = (&rows[row].numbers, &mut sums[row].numbers);
        sum.copy_from_slice(&numbers[..H]);
        for part in 1..P / H {
            let mut term = Held::<T, H>::splat(T::ZERO);
            term.numbers.copy_from_slice(&numbers[H * part..H * part + H]);
            // SAFETY: by the contract.
            if !unsafe { plus::<T, H, FUSED, false>(&term.numbers, sum) } {
                for n in 0..H {
                    sum[n] = sum[n].plus(term.numbers[n]);
                }
            }
        }
    }
    sums
}

/// The sum of the numbers of each row, one register: of the first half and the second, and of these two.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[cfg_attr(not(debug_assertions), inline(always))]
fn sums_of_registers<T: Element, const P: usize, const R: usize>(rows: &[Held<T, P>; R]) -> Held<T, R> {
    use core::{
        arch::x86_64::{__m128, __m128d, _mm_add_pd, _mm_add_ps, _mm_shuffle_pd, _mm_shuffle_ps},
        mem::transmute_copy,
    };

    let mut sums = Held::splat(T::ZERO);
    for first in (0..R).step_by(P) {
        let count = if R - first < P { R - first } else { P };
        // A row; beyond the last one they are there again.
        macro_rules! row {
            ($n:literal, $R:ty) => {
                transmute_copy::<[T; P], $R>(&rows[first + $n % count].numbers)
            };
        }
        let mut some = Held::<T, P>::splat(T::ZERO);
        // SAFETY: rows are as many bytes as the register, all bits are numbers, and the instructions are those of the baseline.
        unsafe {
            if const { size_of::<T>() == 8 } {
                let (x, y) = (row!(0, __m128d), row!(1, __m128d));
                // (The first of one and the second of the other, and what is left.)
                let sums = _mm_add_pd(_mm_shuffle_pd::<0b10>(x, y), _mm_shuffle_pd::<0b01>(x, y));
                some.numbers.as_mut_ptr().cast::<__m128d>().write_unaligned(sums);
            } else {
                let (x, y, z, w) = (row!(0, __m128), row!(1, __m128), row!(2, __m128), row!(3, __m128));
                let sums = if count == 1 {
                    let two = _mm_add_ps(x, _mm_shuffle_ps::<0xee>(x, x));
                    _mm_add_ps(two, _mm_shuffle_ps::<1>(two, two))
                } else {
                    // (Of the second row backwards: two such instructions take a cycle, and one that puts halves beside each other.)
                    let of_two = _mm_add_ps(_mm_shuffle_ps::<0x14>(x, y), _mm_shuffle_ps::<0xbe>(x, y));
                    let of_rest = _mm_add_ps(_mm_shuffle_ps::<0x14>(z, w), _mm_shuffle_ps::<0xbe>(z, w));
                    let firsts = _mm_shuffle_ps::<0xcc>(of_two, of_rest);
                    _mm_add_ps(firsts, _mm_shuffle_ps::<0x99>(of_two, of_rest))
                };
                some.numbers.as_mut_ptr().cast::<__m128>().write_unaligned(sums);
            }
        }
        sums.numbers[first..first + count].copy_from_slice(&some.numbers[..count]);
    }
    sums
}

/// The sum of the numbers of each row, one register of 32 bytes: of the first half and the second, and so on. Halves of two rows are in
/// one register: where they are exchanged takes an instruction for both, and what remains in its place goes beside it by a blend.
///
/// # Safety
/// - The processor has AVX.
/// - Rows are 32 bytes, of `f32` or `f64`.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[cfg_attr(not(debug_assertions), inline(always))]
unsafe fn sums_of_wide_registers<T: Element, const P: usize, const R: usize>(rows: &[Held<T, P>; R]) -> Held<T, R> {
    use core::{
        arch::x86_64::{
            __m128, __m256, __m256d, _mm_add_ps, _mm_shuffle_ps, _mm256_add_pd, _mm256_add_ps, _mm256_blend_pd,
            _mm256_blend_ps, _mm256_castps256_ps128, _mm256_extractf128_ps, _mm256_permute_ps, _mm256_permute2f128_pd,
            _mm256_permute2f128_ps, _mm256_shuffle_pd, _mm256_shuffle_ps,
        },
        mem::transmute_copy,
    };

    // (No closures: what is not inlined into the function that enables the instructions has none of them.)
    // The sums of the halves of two rows: those of the first in the lower half.
    macro_rules! of_halves {
        ($x:expr, $y:expr, $blend:ident $permute:ident $add:ident $mask:literal) => {
            $add($blend::<$mask>($x, $y), $permute::<0x21>($x, $y))
        };
    }
    // Of each half of two registers the sums of its halves: those of the first register below those of the second.
    macro_rules! of_quarters {
        ($x:expr, $y:expr) => {
            _mm256_add_ps(_mm256_blend_ps::<0xcc>($x, $y), _mm256_shuffle_ps::<0x4e>($x, $y))
        };
    }
    let mut sums = Held::splat(T::ZERO);
    let at_a_time = const { if size_of::<T>() == 4 && R > 4 { 8 } else { 4 } };
    for first in (0..R).step_by(at_a_time) {
        let count = if R - first < at_a_time { R - first } else { at_a_time };
        // A row; beyond the last one it is there again.
        macro_rules! row {
            ($n:expr, $R:ty) => {
                transmute_copy::<[T; P], $R>(&rows[first + if $n < count { $n } else { count - 1 }].numbers)
            };
        }
        // SAFETY: by the contract, rows are as many bytes as the registers, all bits are numbers, and the processor has AVX.
        unsafe {
            if const { size_of::<T>() == 8 } {
                macro_rules! halves {
                    ($x:expr, $y:expr) => {{
                        let (x, y) = (row!($x, __m256d), row!($y, __m256d));
                        of_halves!(x, y, _mm256_blend_pd _mm256_permute2f128_pd _mm256_add_pd 0b1100)
                    }};
                }
                let [x, y] = if count == 2 { [halves!(0, 1); 2] } else { [halves!(0, 2), halves!(1, 3)] };
                let some = _mm256_add_pd(_mm256_blend_pd::<0b1010>(x, y), _mm256_shuffle_pd::<0b0101>(x, y));
                let some = transmute_copy::<__m256d, [T; 4]>(&some);
                for n in 0..count {
                    sums.numbers[first + n] = some[if count == 2 { 2 * n } else { n }];
                }
                continue;
            }
            macro_rules! halves {
                ($x:expr, $y:expr) => {{
                    let (x, y) = (row!($x, __m256), row!($y, __m256));
                    of_halves!(x, y, _mm256_blend_ps _mm256_permute2f128_ps _mm256_add_ps 0xf0)
                }};
            }
            if count > 4 {
                let x = of_quarters!(halves!(0, 4), halves!(2, 6));
                let y = of_quarters!(halves!(1, 5), halves!(3, 7));
                let others = _mm256_permute_ps::<0xb1>(_mm256_blend_ps::<0xaa>(y, x));
                let some = _mm256_add_ps(_mm256_blend_ps::<0xaa>(x, y), others);
                let some = transmute_copy::<__m256, [T; 8]>(&some);
                sums.numbers[first..first + count].copy_from_slice(&some[..count]);
                continue;
            }
            let [x, y] = if count == 2 { [halves!(0, 1); 2] } else { [halves!(0, 2), halves!(1, 3)] };
            let some = of_quarters!(x, y);
            let (low, high) = (_mm256_castps256_ps128(some), _mm256_extractf128_ps::<1>(some));
            let some = _mm_add_ps(_mm_shuffle_ps::<0x88>(low, high), _mm_shuffle_ps::<0xdd>(low, high));
            let some = transmute_copy::<__m128, [T; 4]>(&some);
            for n in 0..count {
                sums.numbers[first + n] = some[if count == 2 { 2 * n } else { n }];
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use core::{array, fmt::Debug};

    use einsum_engine::machine::isa::{self, Level};

    use super::{super::held::Held, sums};
    use crate::element::Element;

    /// The sum of a row, term by term.
    fn of_row<T: Element>(row: &[T]) -> T {
        let halves = |row: &[T]| -> alloc::vec::Vec<T> {
            let (first, second) = row.split_at(row.len() / 2);
            first.iter().zip(second).map(|(x, y)| x.plus(*y)).collect()
        };
        match row {
            [number] => *number,
            _ if row.len() == 12 => {
                let two = halves(&row[..8]);
                let three: alloc::vec::Vec<T> = two.iter().zip(&row[8..]).map(|(x, y)| x.plus(*y)).collect();
                of_row(&three)
            }
            _ => of_row(&halves(row)),
        }
    }

    fn check<T: Element + PartialEq + Debug, const P: usize, const R: usize>(number: fn(f64) -> T) {
        let rows: [[T; P]; R] = array::from_fn(|row| {
            array::from_fn(|n| {
                let place = f64::from(u32::try_from(row * P + n).expect("a small number"));
                number((place * 0.7 + 0.3) * (place * 0.37 - 5.1) * 1.000_123)
            })
        });
        let expected = rows.map(|row| of_row(&row));
        let rows = rows.map(|row| {
            let mut held = Held::splat(T::ZERO);
            held.numbers = row;
            held
        });
        // SAFETY: no instructions are promised.
        assert_eq!(unsafe { sums::<T, P, R, false>(&rows) }.numbers, expected, "{R} rows of {P}");
        if isa::current().level() != Level::Portable {
            // SAFETY: the processor has a level that has AVX and FMA.
            assert_eq!(unsafe { sums::<T, P, R, true>(&rows) }.numbers, expected, "{R} rows of {P}, fused");
        }
    }

    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "numbers that `f32` rounds are as good as others")]
    fn rows_are_added_up_in_the_order_of_a_tree_by_all_instructions() {
        macro_rules! check {
            ($($R:literal)*) => {
                $(
                    check::<f32, 4, $R>(|x| x as f32);
                    check::<f32, 8, $R>(|x| x as f32);
                    check::<f32, 12, $R>(|x| x as f32);
                    check::<f64, 2, $R>(|x| x);
                    check::<f64, 4, $R>(|x| x);
                    check::<f64, 12, $R>(|x| x);
                )*
            };
        }
        check!(1 2 3 4 5 6 7 8);
    }
}
