//! What is asked of every group of ranks.

use einsum_mpi::{Collective, Reduction, Word, Words, WordsMut};
use num_complex::Complex32;

/// Uneven parts, of which rank 1 has none: of rank `from` for rank `to`.
fn part(from: usize, to: usize) -> Vec<u16> {
    (0..if to == 1 { 0 } else { to + 1 }).map(|word| u16::try_from(100 * from + 10 * to + word).unwrap()).collect()
}

pub(crate) fn all_calls(ranks: &dyn Collective) {
    let (rank, size) = (ranks.rank(), ranks.size());
    let counts: Vec<usize> = (0..size).map(|to| part(0, to).len()).collect();
    let of_all: Vec<u16> = (0..size).flat_map(|to| part(0, to)).collect();

    let mut whole = vec![0; of_all.len()];
    ranks.all_gather(Words::U16(&part(0, rank)), &counts, WordsMut::U16(&mut whole));
    assert_eq!(whole, of_all);

    let mut own = vec![0; counts[rank]];
    ranks.reduce_scatter(Words::U16(&of_all), &counts, WordsMut::U16(&mut own));
    assert_eq!(own, part(0, rank).iter().map(|word| word * u16::try_from(size).unwrap()).collect::<Vec<_>>());

    let send: Vec<u16> = (0..size).flat_map(|to| part(rank, to)).collect();
    let expected: Vec<u16> = (0..size).flat_map(|from| part(from, rank)).collect();
    let mut received = vec![0; expected.len()];
    ranks.all_to_all(Words::U16(&send), &counts, WordsMut::U16(&mut received), &vec![counts[rank]; size]);
    assert_eq!(received, expected);

    // Complex numbers are sent in two parts, and integers wrap.
    let mut sum = [Complex32::new(rank as f32, -1.0); 3];
    ranks.all_reduce(WordsMut::C32(&mut sum), Reduction::Sum);
    assert_eq!(sum, [Complex32::new((size * (size - 1) / 2) as f32, -(size as f32)); 3]);
    let (uneven, own): (Vec<usize>, _) =
        ((0..size).map(|rank| rank % 2 + 1).collect(), vec![Complex32::I; rank % 2 + 1]);
    let mut whole = vec![Complex32::ZERO; uneven.iter().sum()];
    ranks.all_gather(Words::C32(&own), &uneven, WordsMut::C32(&mut whole));
    assert_eq!(whole, vec![Complex32::I; whole.len()]);
    let mut sum = [i8::MAX];
    ranks.all_reduce(WordsMut::I8(&mut sum), Reduction::Sum);
    assert_eq!(sum, [(1..size).fold(i8::MAX, |sum, _| sum.wrapping_add(i8::MAX))]);

    for (reduction, expected) in [(Reduction::Min, -3), (Reduction::Max, size as i32 - 4)] {
        let mut number = [rank as i32 - 3, 7];
        ranks.all_reduce(WordsMut::I32(&mut number), reduction);
        assert_eq!(number, [expected, 7]);
    }
    // Numbers that would be negative if they were signed are greater than all others.
    macro_rules! ends {
        ($($Variant:ident $T:ident)*) => { $(
            for (reduction, expected) in [(Reduction::Min, $T::MIN), (Reduction::Max, if size > 1 { $T::MAX } else { $T::MIN })] {
                let mut number = [if rank % 2 == 1 { $T::MAX } else { $T::MIN }; 2];
                ranks.all_reduce(WordsMut::$Variant(&mut number), reduction);
                assert_eq!(number, [expected; 2], "{reduction:?} of {}", stringify!($T));
            }
        )* };
    }
    ends!(I8 i8 I16 i16 I32 i32 I64 i64 U8 u8 U16 u16 U32 u32 U64 u64);
    let mut greatest = [rank as u64, !(rank as u64)];
    ranks.largest(&mut greatest);
    assert_eq!(greatest, [size as u64 - 1, u64::MAX]);

    // Each gets what the rank before it has; the first gets nothing, and the last sends nothing.
    let mut received = [usize::MAX];
    let (to, from) = ((rank + 1 < size).then_some(rank + 1), rank.checked_sub(1));
    ranks.exchange(usize::words(&[rank]), to, usize::words_mut(&mut received), from);
    assert_eq!(received[0], rank.wrapping_sub(1));
}

/// Sums that are so long that they are cut into pieces to be fast, of parts that are even and that are not.
pub(crate) fn long_sums(ranks: &dyn Collective) {
    let (rank, size) = (ranks.rank(), ranks.size());
    for uneven in [0, 1] {
        let counts: Vec<usize> = (0..size).map(|rank| 300_007 + 1000 * rank * uneven).collect();
        let words = 0..counts.iter().sum::<usize>();
        let terms: Vec<f32> = words.clone().map(|word| (word % 251 + rank) as f32).collect();
        let sums: Vec<f32> = words.map(|word| (size * (word % 251) + size * (size - 1) / 2) as f32).collect();
        let start = counts[..rank].iter().sum::<usize>();
        let mut own = vec![0.0; counts[rank]];
        ranks.reduce_scatter(Words::F32(&terms), &counts, WordsMut::F32(&mut own));
        assert!(own == sums[start..][..counts[rank]], "a reduce-scatter of {counts:?} words");
        let mut all = terms;
        ranks.all_reduce(WordsMut::F32(&mut all), Reduction::Sum);
        assert!(all == sums, "an all-reduce of {counts:?} words");
    }
}
