//! Packing, of rows that fill no micro-panel.

use super::*;
use crate::machine::lanes::Plain;

/// Packs rows that begin at these offsets into a buffer of numbers that no product may read: all of it.
fn pack<const R: usize>(rows: &[isize], depth: isize, unit: Unit) {
    let steps = 5;
    let factor: Vec<f32> = (1_u8..).map(f32::from).take(121).collect();
    let padded = rows.len().next_multiple_of(R);
    let last = rows.last().expect("a row");
    let offsets: Vec<isize> = rows.iter().chain(std::iter::repeat(last)).copied().take(padded).collect();
    let depth: Vec<isize> = (0..steps).map(|index| extents::offset(index, depth)).collect();
    let panels = Panels {
        from: factor.as_ptr(),
        conj: false,
        count: rows.len(),
        rows: &offsets,
        across: (1, 0),
        depth: &depth,
        lane: 1,
        unit,
        depth_first: true,
    };
    let mut to = vec![f32::NAN; padded * steps];
    // SAFETY: plain vectors need the baseline alone. Rows and contracted indices lead to one of 121 elements, and elements lie side by side along
    // the axis of the unit, as the tests say; the buffer has room for all micro-panels.
    unsafe { pack_real::<Plain<f32, 4>, R>(&panels, to.as_mut_ptr()) };
    for (place, found) in to.into_iter().enumerate() {
        let (panel, k, row) = (place / (R * steps), place / R % steps, place % R);
        let expected = rows.get(panel * R + row).map(|row| factor[(row + depth[k]).cast_unsigned()]);
        let is_number = found.to_bits() == 0 || found.is_normal();
        assert!(
            expected.map_or(is_number, |expected| found.to_bits() == expected.to_bits()),
            "{found} in {rows:?}, {unit:?}"
        );
    }
}

#[test]
fn rows_that_there_are_not_are_numbers() {
    for count in 1..=11 {
        let side_by_side: Vec<isize> = (0..count).collect();
        let apart: Vec<isize> = (0..count).map(|row| 11 * row).collect();
        let in_threes: Vec<isize> = (0..count).map(|row| row / 3 * 11 + row % 3).collect();
        pack::<8>(&side_by_side, 11, Unit::Rows);
        pack::<8>(&in_threes, 3, Unit::Rows);
        pack::<8>(&apart, 1, Unit::Depth);
        pack::<8>(&apart, 2, Unit::None);
    }
}
