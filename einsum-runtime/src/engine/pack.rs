//! Packing: a block of a factor, from wherever its axes are, into micro-panels.
//!
//! A micro-panel holds `R` rows; for every contracted index they lie side by side. What makes packing
//! fast is to read whole cache lines, along the axis that has stride 1 in the factor. There are four
//! cases of where that axis is: see [`Unit`].

use num_complex::Complex;

use super::lanes::Lanes;

/// A block of a factor.
#[derive(Clone, Copy)]
pub(crate) struct Panels<'a, T> {
    /// The element at offset 0.
    pub(crate) from: *const T,
    pub(crate) conj: bool,
    /// How many rows there are.
    pub(crate) count: usize,
    /// The offset of every row; then that of the last one again, up to a multiple of `R`.
    pub(crate) rows: &'a [isize],
    /// An axis along which all of that repeats: extent and stride.
    pub(crate) across: (usize, isize),
    /// The offset of every contracted index.
    pub(crate) depth: &'a [isize],
    /// Where the axis of stride 1 is.
    pub(crate) unit: Unit,
}

/// The axis of a factor that has stride 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// The fastest of the rows: elements of a micro-panel lie side by side in the factor as well.
    Rows,
    /// The one along which rows repeat: micro-panels are transposed into, many at once.
    Across,
    /// The fastest contracted one: micro-panels are transposed into.
    Depth,
    /// None, or a batch label.
    None,
}

impl<T> Panels<'_, T> {
    /// How many micro-panels of `rows` rows there are along the rows.
    pub(crate) fn panels(&self, rows: usize) -> usize {
        self.count.div_ceil(rows)
    }
}

/// The lengths of the runs that a table of offsets begins with.
pub(crate) fn run(offsets: &[isize]) -> usize {
    1 + offsets.windows(2).take_while(|pair| pair[1] == pair[0] + 1).count()
}

/// Packs real numbers, panel after panel, those along the rows first.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `panels.from` moved by any row, any step across and any of the depth is valid for reads.
/// - `to` is valid for writes of all panels.
/// - `panels.rows` are a multiple of `R`.
#[inline(always)]
pub(crate) unsafe fn pack_real<V: Lanes, const R: usize>(panels: &Panels<'_, V::Real>, to: *mut V::Real) {
    let depth = panels.depth.len();
    let count = panels.panels(R);
    let size = depth * R;
    for (p, rows) in panels.rows.chunks_exact(R).take(count).enumerate() {
        let Ok(rows): Result<&[isize; R], _> = rows.try_into() else { return };
        // SAFETY: by the contract, for all of the block.
        unsafe {
            if panels.unit == Unit::Across {
                for (k, &offset) in panels.depth.iter().enumerate() {
                    let to = to.add(p * size + k * R);
                    transpose(panels.from.offset(offset), rows, panels.across.0, to, count * size);
                }
                continue;
            }
            for u in 0..panels.across.0 {
                let from = panels.from.offset(u.cast_signed() * panels.across.1);
                let to = to.add((u * count + p) * size);
                match panels.unit {
                    Unit::Rows => copy_rows::<V, R>(from, rows, R.min(panels.count - p * R), panels.depth, to),
                    Unit::Depth => transpose_runs(from, rows, panels.depth, to),
                    _ => gather(from, rows, panels.depth, to),
                }
            }
        }
    }
}

/// # Safety
/// That of [`pack_real`], for one micro-panel of which `count` rows are wanted.
#[inline(always)]
unsafe fn copy_rows<V: Lanes, const R: usize>(
    from: *const V::Real,
    rows: &[isize; R],
    count: usize,
    depth: &[isize],
    to: *mut V::Real,
) {
    let mut first = 0;
    while first < count {
        let len = run(&rows[first..count]);
        // SAFETY: by the contract; a run lies side by side in the factor as well.
        unsafe {
            let from = from.offset(rows[first]);
            if len == R {
                for (k, &offset) in depth.iter().enumerate() {
                    let row = from.offset(offset).cast::<[V::Real; R]>().read_unaligned();
                    to.add(k * R).cast::<[V::Real; R]>().write_unaligned(row);
                }
            }
            let mut done = if len == R { R } else { 0 };
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

/// # Safety
/// That of [`pack_real`], for one micro-panel.
#[inline(always)]
unsafe fn transpose_runs<T: Copy, const R: usize>(from: *const T, rows: &[isize; R], depth: &[isize], to: *mut T) {
    let mut k = 0;
    while k < depth.len() {
        let len = run(&depth[k..]);
        // SAFETY: by the contract; in a run the elements of a row lie side by side.
        unsafe { transpose(from.offset(depth[k]), rows, len, to.add(k * R), R) };
        k += len;
    }
}

/// # Safety
/// That of [`pack_real`], for one micro-panel.
#[inline(always)]
unsafe fn gather<T: Copy, const R: usize>(from: *const T, rows: &[isize; R], depth: &[isize], to: *mut T) {
    for (k, &offset) in depth.iter().enumerate() {
        for (r, &row) in rows.iter().enumerate() {
            // SAFETY: by the contract.
            unsafe { *to.add(k * R + r) = *from.offset(offset + row) };
        }
    }
}

/// Moves element `c` of row `r` to `to[c * step + r]`, for `len` elements of each row.
///
/// # Safety
/// - `from` moved by any of the rows is valid for reads of `len` elements.
/// - `to` is valid for writes at these places.
#[inline(always)]
unsafe fn transpose<T: Copy, const R: usize>(
    from: *const T,
    rows: &[isize; R],
    len: usize,
    to: *mut T,
    step: usize,
) {
    /// Side of the squares that are transposed in registers.
    const SIDE: usize = 4;
    let whole = len / SIDE * SIDE;
    let mut r = 0;
    // SAFETY: by the contract, for all of the function.
    unsafe {
        while r + SIDE <= R {
            let lines = [0, 1, 2, 3].map(|i| from.offset(rows[r + i]));
            let mut c = 0;
            while c < whole {
                let [x, y, z, w] = lines.map(|line| line.add(c).cast::<[T; SIDE]>().read_unaligned());
                for j in 0..SIDE {
                    let column = [x[j], y[j], z[j], w[j]];
                    to.add((c + j) * step + r).cast::<[T; SIDE]>().write_unaligned(column);
                }
                c += SIDE;
            }
            for c in whole..len {
                let column = lines.map(|line| *line.add(c));
                to.add(c * step + r).cast::<[T; SIDE]>().write_unaligned(column);
            }
            r += SIDE;
        }
        for r in r..R {
            for c in 0..len {
                *to.add(c * step + r) = *from.offset(rows[r]).add(c);
            }
        }
    }
}

/// Packs complex numbers: for every contracted index `R` real parts, then `R` imaginary ones.
///
/// # Safety
/// That of [`pack_real`]; `to` is valid for writes of two numbers for every element.
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
            // SAFETY: by the contract, for all of the block.
            unsafe {
                let from = panels.from.offset(u.cast_signed() * panels.across.1);
                let to = to.add((u * count + p) * depth * 2 * R);
                let whole = panels.unit == Unit::Rows && run(rows) == R;
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
