//! Numbers put together in few lanes, and rows.

use super::*;

/// In few lanes numbers have the bits that they have in all: zeros, infinities and NaN among them.
#[test]
fn few_lanes_are_as_good_as_all() {
    let numbers = [0.0_f32, -0.0, 0.1, -0.3, 1e30, 7.7, f32::MIN_POSITIVE / 4.0, f32::INFINITY, f32::NAN];
    for join in [join_f32(ReductionKind::Sum), join_f32(ReductionKind::Product), join_f32(ReductionKind::Max)] {
        for kinds in 1..=numbers.len() {
            let mut sums = [join.nothing(); JOIN_LANES];
            let few: [f32; JOIN_FEW_LANES] = array::from_fn(|n| numbers[n * 7 % kinds]);
            join.onto(&mut sums, &few);
            let [all, few] = [false, true].map(|are_few| {
                let mut result = [MaybeUninit::new(77.0)];
                join.across(&[sums], are_few, &mut result);
                // SAFETY: it was written when it was made.
                unsafe { result[0].assume_init() }.to_bits()
            });
            assert_eq!(all, few, "{kinds}");
        }
    }
}

/// Rows of every length, put together with sums column by column.
#[test]
fn rows_are_put_together_column_by_column() {
    let numbers: [f64; 3 * 37] = array::from_fn(|n| [0.5, 7.0, 3.0, 11.0, -1.0, 4.5, 2.0][n % 7]);
    for width in 1..=37 {
        let (values, mut sums, mut largest) = (&numbers[..3 * width], [0.5; 37], [4.0; 37]);
        join_f64(ReductionKind::Sum).onto(&mut sums[..width], values);
        join_f64(ReductionKind::Max).onto(&mut largest[..width], values);
        for n in 0..width {
            let column = [0, 1, 2].map(|row| values[row * width + n]);
            assert_eq!(
                (sums[n], largest[n]),
                (0.5 + column.iter().sum::<f64>(), column.into_iter().fold(4.0, f64::max))
            );
        }
    }
}
