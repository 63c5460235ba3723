//! Rows that are written past the caches.

use alloc::vec::Vec;

use einsum_engine::machine::streaming;

use super::*;
use crate::formula::{arithmetic::Arithmetic, at::At, body::Body, form::form, kernel::Of, reduction::Sum};

#[derive(Clone, Copy)]
struct Twice;

impl Body<f32, 1, 1> for Twice {
    type Reduction = Sum;
    const FREE: usize = 1;
    const READS: [&'static [usize]; 1] = [&[0]];
    const IS_INDEXED: bool = true;

    #[inline(always)]
    fn value<V: Arithmetic<f32>>(self, [x]: [V::Value; 1], at: At<1>) -> V::Value {
        V::plus(V::plus(x, x), V::index(at, form([1], 0)))
    }
}

/// To any place of a line, rows of any length, and nothing beside them.
#[test]
fn rows_past_the_caches_are_whole() {
    for start in 0..17 {
        for len in [1_u16, 2, 3, 4, 5, 15, 16, 17, 19, 31, 32, 33, 48, 67, 131] {
            let from: Vec<f32> = (0..2 * len).map(|n| f32::from(n) + 0.5).collect();
            let expected: Vec<f32> = (0..2 * len).map(|n| f32::from(2 * n + 1) + f32::from(n % len)).collect();
            let len = usize::from(len);
            let mut to = alloc::vec![-1.0; start + 2 * len + 5];
            let streams = [Stream { pointer: from.as_ptr(), row: len.cast_signed(), is_one: false }];
            let block = LaneBlock {
                streams: &streams,
                out: to[start..].as_mut_ptr(),
                out_row: len.cast_signed(),
                rows: 2,
                len,
                first: &[0],
                labels: (usize::MAX, 0),
                whole_len: len,
                adds: false,
                is_streamed: true,
                has_own: false,
            };
            // SAFETY: both have two rows of so many elements.
            unsafe { block.compute(&Of::<_, 1, 1>(Twice)) };
            streaming::settle();
            let (before, rest) = to.split_at(start);
            let (values, after) = rest.split_at(2 * len);
            assert_eq!(values, expected, "{len} from {start} on");
            assert!(before.iter().chain(after).all(|other| other.to_bits() == (-1.0_f32).to_bits()));
        }
    }
}
