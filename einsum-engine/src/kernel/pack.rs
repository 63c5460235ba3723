//! Packing: a block of a factor, from wherever its axes are, into micro-panels.
//!
//! A micro-panel holds `R` rows; for every contracted index they lie side by side. What makes packing
//! fast is to read whole cache lines, along the axis that has stride 1 in the factor. There are four
//! cases of where that axis is: see [`Unit`].

use num_complex::Complex;

use crate::{
    extents,
    kernel::panels::{Panels, Unit},
    machine::{lanes::Lanes, prefetch, workspace::LINE},
    plan::tuning::{PACK_AHEAD_DEPTH, PACK_PANELS_TOGETHER},
};

/// The length of the run of consecutive offsets that a table begins with.
pub(crate) fn run_length(offsets: &[isize]) -> usize {
    1 + offsets.windows(2).take_while(|pair| pair[1] == pair[0] + 1).count()
}

/// Packs real numbers, panel after panel, those along the rows first.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `panels.from` moved by the sum of an offset of `rows`, a step `across` and an offset of `depth` is valid for reads.
/// - `panels.rows` has the offsets of `panels.count` rows, then the last one again up to a multiple of `R`.
/// - `panels.unit` is true: elements lie side by side along the axis that it names; if that is a contracted one, at indices
///   `panels.lane` apart.
/// - `to` is valid for writes of `R` elements for every contracted index of every micro-panel, at every step across.
#[inline(always)]
pub(crate) unsafe fn pack_real<V: Lanes, const R: usize>(panels: &Panels<'_, V::Real>, to: *mut V::Real) {
    let depth = panels.depth.len();
    let count = panels.panels(R);
    let size = depth * R;
    if panels.unit == Unit::Rows && run_length(&panels.rows[..panels.count]) == panels.count {
        // SAFETY: by this function's contract, which has the same clauses; that the rows lie side by side was just seen.
        return unsafe { copy_matrix::<V, R>(panels, to) };
    }
    if panels.unit == Unit::Across {
        // SAFETY: by this function's contract, which has the same clauses; `unit` says that the stride of `across` is 1.
        return unsafe { transpose_across::<V, R>(panels, to) };
    }
    for (p, rows) in panels.rows.chunks_exact(R).take(count).enumerate() {
        let Ok(rows): Result<&[isize; R], _> = rows.try_into() else { return };
        // SAFETY: by the contract, for each micro-panel: `to` has room for it from its number on, and `unit` says how the
        // axis of stride 1 lies.
        unsafe {
            for u in 0..panels.across.0 {
                let from = panels.from.offset(extents::offset(u, panels.across.1));
                let to = to.add((u * count + p) * size);
                match panels.unit {
                    Unit::Rows => copy_rows::<V, R>(from, rows, R.min(panels.count - p * R), panels.depth, to),
                    Unit::Depth => {
                        let next = panels.rows.get((p + 1) * R..).filter(|next| next.len() >= R);
                        transpose_runs::<V, R>(from, [rows, next.unwrap_or(rows)], (panels.depth, panels.lane), to);
                    }
                    _ => gather(from, rows, panels.depth, to),
                }
            }
        }
    }
}

/// Packs rows that all lie side by side: a few micro-panels at a time, so that the factor is read in
/// runs of several cache lines, and no more panels are written at once than an L1 cache has ways.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `panels.from` moved by the sum of an offset of `rows`, a step `across` and an offset of `depth` is valid for reads.
/// - `panels.rows` has the offsets of `panels.count` rows, then the last one again up to a multiple of `R`.
/// - The rows lie side by side.
/// - `to` is valid for writes of `R` elements for every contracted index of every micro-panel, at every step across.
#[inline(always)]
unsafe fn copy_matrix<V: Lanes, const R: usize>(panels: &Panels<'_, V::Real>, to: *mut V::Real) {
    let depth = panels.depth.len();
    let count = panels.panels(R);
    for u in 0..panels.across.0 {
        let mut p = 0;
        while p < count {
            let wanted = panels.count - p * R;
            // SAFETY: by the contract: so many rows lie side by side from row `p * R` on, at each step across and
            // contracted index; `to` has room for their micro-panels.
            unsafe {
                let from = panels.from.offset(extents::offset(u, panels.across.1) + panels.rows[p * R]);
                let to = to.add((u * count + p) * depth * R);
                for (k, &offset) in panels.depth.iter().enumerate() {
                    let ahead =
                        panels.depth.get(k + PACK_AHEAD_DEPTH).map_or(from, |&ahead| from.wrapping_offset(ahead));
                    for line in 0..(PACK_PANELS_TOGETHER * R).div_ceil(LINE / size_of::<V::Real>()) {
                        prefetch::line(ahead.wrapping_add(line * LINE / size_of::<V::Real>()));
                    }
                    let (from, to) = (from.offset(offset), to.add(k * R));
                    for q in 0..PACK_PANELS_TOGETHER.min(wanted / R) {
                        let row = from.add(q * R).cast::<[V::Real; R]>().read_unaligned();
                        to.add(q * depth * R).cast::<[V::Real; R]>().write_unaligned(row);
                    }
                    if wanted < R {
                        clear::<V::Real, R>(to);
                        copy::<V>(from, wanted, to);
                    }
                }
            }
            p += PACK_PANELS_TOGETHER.min(wanted / R).max(1);
        }
    }
}

/// Writes zeros to all rows of a micro-panel, at one contracted index. Else the buffer has numbers and tables of other steps there: an offset,
/// taken for a float, is subnormal, and a product with it takes a hundred cycles on some processors. (Xeon, a convolution of 7 x 7 whose last
/// micro-panel had such: 24.6 ms, with zeros 5.4.)
///
/// # Safety
/// - `to` is valid for writes of `R` numbers, of which zero is all bits zero.
#[inline(always)]
unsafe fn clear<N, const R: usize>(to: *mut N) {
    // SAFETY: by the contract.
    unsafe { to.write_bytes(0, R) }
}

/// Copies a few elements.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `from` and `to` are valid for reads and writes of `len` elements.
#[inline(always)]
unsafe fn copy<V: Lanes>(from: *const V::Real, len: usize, to: *mut V::Real) {
    let mut done = 0;
    while done < len {
        let lanes = V::LEN.min(len - done);
        // SAFETY: by the contract: `lanes` elements are left, no more than a vector has.
        unsafe {
            let mask = V::first(lanes);
            V::load_first(from.add(done), mask).store_first(to.add(done), mask);
        }
        done += lanes;
    }
}

/// Transposes into the micro-panels of all steps across at once.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `panels.from` moved by the sum of an offset of `rows`, a step `across` and an offset of `depth` is valid for reads.
/// - `panels.rows` has the offsets of `panels.count` rows, then the last one again up to a multiple of `R`.
/// - The stride of `across` is 1.
/// - `to` is valid for writes of `R` elements for every contracted index of every micro-panel, at every step across.
#[inline(always)]
unsafe fn transpose_across<V: Lanes, const R: usize>(panels: &Panels<'_, V::Real>, to: *mut V::Real) {
    let depth = panels.depth.len();
    let count = panels.panels(R);
    let (outer, inner) = if panels.depth_first { (count, depth) } else { (depth, count) };
    for i in 0..outer {
        for j in 0..inner {
            let (p, k) = if panels.depth_first { (i, j) } else { (j, i) };
            let (next_p, next_k) = if panels.depth_first { (p, k + 1) } else { (p + 1, k) };
            let rows = &panels.rows[p * R..(p + 1) * R];
            let next = panels.rows.get(next_p * R..(next_p + 1) * R).unwrap_or(rows);
            let ahead = panels.depth.get(next_k).unwrap_or(&panels.depth[k]) - panels.depth[k];
            // SAFETY: by the contract: `rows` are those of micro-panel `p`, and the elements of all steps across lie side
            // by side; `to` has room for that of each step, a micro-panel for each `p` apart.
            unsafe {
                let to = to.add((p * depth + k) * R);
                let from = panels.from.offset(panels.depth[k]);
                transpose::<V, R>(from, [rows, next], ahead, panels.across.0, to, count * depth * R);
            }
        }
    }
}

/// Packs a micro-panel of `count` rows, run by run of rows that lie side by side.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `from` moved by the sum of an offset of `rows` and an offset of `depth` is valid for reads.
/// - `count` is at most `R`.
/// - `to` is valid for writes of `R` elements for every contracted index.
#[inline(always)]
unsafe fn copy_rows<V: Lanes, const R: usize>(
    from: *const V::Real,
    rows: &[isize; R],
    count: usize,
    depth: &[isize],
    to: *mut V::Real,
) {
    if count < R {
        for k in 0..depth.len() {
            // SAFETY: by the contract, at one of the contracted indices; zero is all bits zero in the numbers of vectors, floats and integers.
            unsafe { clear::<V::Real, R>(to.add(k * R)) };
        }
    }
    let mut first = 0;
    while first < count {
        let len = run_length(&rows[first..count]);
        // SAFETY: by the contract; a run lies side by side in the factor as well.
        unsafe {
            let from = from.offset(rows[first]);
            if len == R {
                for (k, &offset) in depth.iter().enumerate() {
                    let row = from.offset(offset).cast::<[V::Real; R]>().read_unaligned();
                    to.add(k * R).cast::<[V::Real; R]>().write_unaligned(row);
                }
            }
            let mut done = match len {
                _ if len == R => R,
                // A mask costs more, where lanes that are masked out are in the next cache line.
                4 => copy_run::<V::Real, 4>(from, depth, to.add(first), R),
                8 => copy_run::<V::Real, 8>(from, depth, to.add(first), R),
                _ => 0,
            };
            while done < len {
                let lanes = V::LEN.min(len - done);
                let mask = V::first(lanes);
                for (k, &offset) in depth.iter().enumerate() {
                    let row = V::load_first(from.offset(offset).add(done), mask);
                    row.store_first(to.add(k * R + first + done), mask);
                }
                done += lanes;
            }
        }
        first += len;
    }
}

/// Copies `N` elements that lie side by side, for every contracted index: how many.
///
/// # Safety
/// - `from` moved by any of the depth is valid for reads of `N` elements.
/// - `to` is valid for writes of these, `step` apart for each contracted index.
#[inline(always)]
unsafe fn copy_run<R: Copy, const N: usize>(from: *const R, depth: &[isize], to: *mut R, step: usize) -> usize {
    for (k, &offset) in depth.iter().enumerate() {
        // SAFETY: by the contract, at one of the contracted indices.
        unsafe {
            let run = from.offset(offset).cast::<[R; N]>().read_unaligned();
            to.add(k * step).cast::<[R; N]>().write_unaligned(run);
        }
    }
    N
}

/// Packs a micro-panel by transposing runs of contracted indices that lie side by side; meanwhile the rows that come `next` are
/// fetched.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `from` moved by the sum of an offset of `rows` and an offset of `depth` is valid for reads.
/// - The `lane` contracted indices from the start of a run on begin runs of the same length, each of indices `lane` apart.
/// - `to` is valid for writes of `R` elements for every contracted index.
#[inline(always)]
unsafe fn transpose_runs<V: Lanes, const R: usize>(
    from: *const V::Real,
    [rows, next]: [&[isize]; 2],
    (depth, lane): (&[isize], usize),
    to: *mut V::Real,
) {
    let mut k = 0;
    while k < depth.len() {
        // The run from each of `lane` indices is as long: they are those of another axis, from its start.
        let first = depth[k];
        let steps = depth[k..].iter().step_by(lane);
        let len = steps.zip(first..).take_while(|&(&offset, side_by_side)| offset == side_by_side).count();
        for k in k..k + lane {
            // SAFETY: by the contract; in a run the elements of a row lie side by side.
            unsafe { transpose::<V, R>(from.offset(depth[k]), [rows, next], 0, len, to.add(k * R), lane * R) };
        }
        k += len * lane;
    }
}

/// Packs a micro-panel element by element.
///
/// # Safety
/// - `from` moved by the sum of an offset of `rows` and an offset of `depth` is valid for reads.
/// - `to` is valid for writes of `R` elements for every contracted index.
#[inline(always)]
unsafe fn gather<T: Copy, const R: usize>(from: *const T, rows: &[isize; R], depth: &[isize], to: *mut T) {
    for (k, &offset) in depth.iter().enumerate() {
        for (r, &row) in rows.iter().enumerate() {
            // SAFETY: by the contract, at a row and a contracted index of the micro-panel.
            unsafe { *to.add(k * R + r) = *from.offset(offset + row) };
        }
    }
}

/// Moves element `c` of row `r` to `to[c * step + r]`, for `len` elements of each row. Meanwhile the
/// rows that come `next`, moved by `ahead`, are fetched.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `from` moved by any of the rows is valid for reads of `len` elements.
/// - `to` is valid for writes at these places.
#[inline(always)]
pub(crate) unsafe fn transpose<V: Lanes, const R: usize>(
    from: *const V::Real,
    [rows, next]: [&[isize]; 2],
    ahead: isize,
    len: usize,
    to: *mut V::Real,
    step: usize,
) {
    // A cache line of every row at a time: what has been read of it need not stay, and what is written
    // stays in the L1 cache until it is complete.
    let line = LINE / size_of::<V::Real>();
    let mut first = 0;
    while first < len {
        let last = len.min(first + line);
        let squares = first + (last - first) / V::SIDE * V::SIDE;
        let mut r = 0;
        while r < R {
            let side = V::SIDE.min(R - r);
            let mut c = first;
            // SAFETY: by the contract: these rows and columns are below `R` and `len`.
            unsafe {
                for &row in &next[r..r + side] {
                    prefetch::line(from.wrapping_offset(row + ahead).wrapping_add(c));
                }
                if side == V::SIDE {
                    while c < squares {
                        V::square(from.add(c), &rows[r..r + V::SIDE], to.add(c * step + r), step.cast_signed());
                        c += V::SIDE;
                    }
                } else if side == 4 {
                    while c + 4 <= last {
                        V::square_of_4(from.add(c), &rows[r..r + 4], to.add(c * step + r), step.cast_signed());
                        c += 4;
                    }
                }
                while c < last {
                    for r in r..r + side {
                        *to.add(c * step + r) = *from.offset(rows[r]).add(c);
                    }
                    c += 1;
                }
            }
            r += side;
        }
        first = last;
    }
}

/// Packs complex numbers: for every contracted index `R` real parts, then `R` imaginary ones.
///
/// # Safety
/// - `panels.from` moved by the sum of an offset of `rows`, a step `across` and an offset of `depth` is valid for reads.
/// - `panels.rows` has the offsets of `panels.count` rows, then the last one again up to a multiple of `R`.
/// - `to` is valid for writes of `2 * R` numbers for every contracted index of every micro-panel, at every step across.
#[inline(always)]
pub(crate) unsafe fn pack_complex<N: Copy + std::ops::Neg<Output = N>, const R: usize>(
    panels: &Panels<'_, Complex<N>>,
    to: *mut N,
) {
    let depth = panels.depth.len();
    let count = panels.panels(R);
    for (p, rows) in panels.rows.chunks_exact(R).take(count).enumerate() {
        let Ok(rows): Result<&[isize; R], _> = rows.try_into() else { return };
        for u in 0..panels.across.0 {
            // SAFETY: by the contract, at rows of micro-panel `p`, a step across and a contracted index; `to` has room for
            // `2 * R` numbers of each.
            unsafe {
                let from = panels.from.offset(extents::offset(u, panels.across.1));
                let to = to.add((u * count + p) * depth * 2 * R);
                let whole = panels.unit == Unit::Rows && run_length(rows) == R;
                for (k, &offset) in panels.depth.iter().enumerate() {
                    let to = to.add(k * 2 * R).cast::<[N; R]>();
                    let column: [Complex<N>; R] = if whole {
                        from.offset(offset + rows[0]).cast::<[Complex<N>; R]>().read_unaligned()
                    } else {
                        std::array::from_fn(|r| *from.offset(offset + rows[r]))
                    };
                    to.write_unaligned(column.map(|element| element.re));
                    let im = column.map(|element| element.im);
                    to.add(1).write_unaligned(if panels.conj { im.map(|im| -im) } else { im });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
