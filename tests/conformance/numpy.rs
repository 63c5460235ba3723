//! numpy's own numbers, from `numpy.csv`.

use std::{collections::BTreeMap, fs};

use ndarray::ArrayD;

use crate::case;

/// What numpy says about the value of a case.
#[derive(Debug, PartialEq)]
pub(crate) struct Digest {
    sum: i64,
    sum_of_absolutes: i64,
    step: usize,
    /// The first, and each `step` further.
    elements: Vec<i64>,
}

/// All that numpy was asked, by the number of the case.
pub(crate) fn digests() -> BTreeMap<usize, Digest> {
    let text = fs::read_to_string(case::path("numpy.csv")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    rows.map(|row| {
        let [number, _how, sum, sum_of_absolutes, step, elements] = row.split(',').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        let elements = elements.split_whitespace().map(|element| element.parse().unwrap()).collect();
        let (sum, sum_of_absolutes) = (sum.parse().unwrap(), sum_of_absolutes.parse().unwrap());
        (number.parse().unwrap(), Digest { sum, sum_of_absolutes, step: step.parse().unwrap(), elements })
    })
    .collect()
}

impl Digest {
    /// Fails if this is not the digest of `value`.
    pub(crate) fn compare(&self, value: &ArrayD<f64>) {
        let elements: Vec<i64> = value.iter().map(|element| *element as i64).collect();
        assert!(value.iter().zip(&elements).all(|(element, integer)| *element == *integer as f64));
        let found = Self {
            sum: elements.iter().sum(),
            sum_of_absolutes: elements.iter().map(|element| element.abs()).sum(),
            step: self.step,
            elements: elements.iter().copied().step_by(self.step).collect(),
        };
        assert_eq!(found, *self, "the value (left) is not numpy's");
    }
}
