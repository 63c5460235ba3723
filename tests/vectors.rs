//! Nests that the macros emit, in a build that optimises them: a part of the test `loops`, of each kind of vectors one.
#![allow(missing_docs, reason = "a test crate")]

#[path = "loops/agree.rs"]
mod agree;

use ndarray::ShapeBuilder as _;

use agree::{Dual, Most, agrees, columns};

#[test]
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "small numbers, or wrapping ones")]
fn elements_agree_with_plain_loops() {
    agrees("u16", |n| n as u16);
    agrees("most of f32", |n| Most((n % 13) as f32));
    agrees("dual", |n| Dual((n % 13) as f64, (n % 5) as f64));
}

#[test]
#[allow(clippy::cast_precision_loss, clippy::float_cmp, reason = "small integers")]
fn literal_extents_agree_with_plain_loops() {
    columns!(f32: 3 8 13);
    columns!(f64: 7 8 17);
}
