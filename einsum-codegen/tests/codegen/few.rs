//! Lists, tables and sets of few elements against those of the standard library.

use std::collections::{BTreeMap, BTreeSet};

use einsum_middle::few::{Set, Table, sort, sort_by_key};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Lists of no element to many, of which most come several times.
fn lists() -> impl Iterator<Item = Vec<(u8, usize)>> {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    (0..300).map(move |round| (0..round % 40).map(|place| (random.random_range(0..12), place)).collect())
}

#[test]
fn sorts_are_stable() {
    for list in lists() {
        let (mut few, mut expected) = (list.clone(), list);
        sort_by_key(&mut few, |&(key, _)| key);
        expected.sort_by_key(|&(key, _)| key);
        assert_eq!(few, expected);
        few.reverse();
        sort(&mut few);
        expected.sort_unstable();
        assert_eq!(few, expected);
    }
}

#[test]
fn tables_and_sets_are_those_of_the_standard_library() {
    for list in lists() {
        let (table, expected): (Table<_, _>, BTreeMap<_, _>) =
            (list.iter().copied().collect(), list.iter().copied().collect());
        assert!(table.iter().eq(&expected) && table.keys().eq(expected.keys()));
        let mut first = Table::default();
        let mut expected_first = BTreeMap::new();
        for &(key, place) in &list {
            assert_eq!(first.get_or_insert(key, place), expected_first.entry(key).or_insert(place));
        }
        let (mut set, mut expected_set) = (Set::default(), BTreeSet::new());
        for (key, _) in list {
            assert_eq!(set.insert(key), expected_set.insert(key));
        }
        for key in 0..12 {
            assert_eq!(table.get(&key), expected.get(&key));
            assert_eq!(
                (first.contains_key(&key), set.contains(&key)),
                (expected_first.contains_key(&key), expected_set.contains(&key))
            );
        }
        assert!(
            set.iter().eq(&expected_set)
                && set.len() == expected_set.len()
                && set.is_empty() == expected_set.is_empty()
        );
        assert!(first.into_values().eq(expected_first.into_values()));
    }
}
