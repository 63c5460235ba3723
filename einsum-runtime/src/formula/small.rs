//! Small maps, along one label or two: their blocks at once, without a plan. Short rows that lie side by side where they are written are one
//! long row, for which what lies otherwise, or is one for all of a row, is copied.

use core::mem::MaybeUninit;

use super::{
    block::LaneBlock,
    job::{Job, NONE, lane},
    kernel::{Kernel, Stream},
    pack::{Shape, pack, unpack},
    room::with_room,
};
use crate::{
    element::Element,
    tuning::{
        INVERSE_MIN_ELEMENTS, SHORT_ROW_MAX_ELEMENTS, SHORT_ROWS_STACK_ELEMENTS, SMALL_MAP_MAX_INDICES,
        SUMMED_SPAN_ROWS,
    },
};

/// The indices of a small map: a row for each index of one label, and its elements along another; [`NONE`] where there is one.
#[derive(Clone, Copy)]
struct Grid {
    row: usize,
    lane: usize,
    rows: usize,
    len: usize,
    /// Whether rows are put together.
    reduces: bool,
}

impl Grid {
    /// The grid of a map, if it has few indices, and some.
    fn of<T: Element>(job: &Job<'_, T>) -> Option<Self> {
        let (mut found, mut count, mut reduces) = ([NONE; 2], 0, false);
        for (label, &extent) in job.extents.iter().enumerate() {
            match extent {
                1 => continue,
                0 => return None,
                _ => *found.get_mut(count)? = label,
            }
            reduces |= job.reduced[label];
            count += 1;
        }
        let [first, last] = found;
        // (The lane of a plan, where bits depend on it: those of sums, and of quotients of long rows.)
        let is_long = |label: usize| job.extent(label) >= INVERSE_MIN_ELEMENTS;
        let lane = match count {
            2 if reduces || is_long(first) || is_long(last) => lane(job),
            2 if job.out_stride(last) == 1 => last,
            _ => first,
        };
        let row = if lane == first { last } else { first };
        let (rows, len) = (job.extent(row), job.extent(lane));
        let grid = Self { row, lane, rows, len, reduces };
        (rows.checked_mul(len)? <= SMALL_MAP_MAX_INDICES).then_some(grid)
    }

    /// Where a read is.
    fn shape<T>(self, job: &Job<'_, T>, read: usize) -> Shape {
        let (row, lane) = (job.stride(read, self.row), job.stride(read, self.lane));
        Shape { rows: self.rows, len: self.len, row, lane }
    }
}

/// Computes a map, if it is small, with the bits that it has by a plan. Returns whether it has.
///
/// # Safety
/// - For all indices below the extents, the pointers moved by the sum of `index * stride` are valid: for reads of initialised
///   elements, and that of the target for writes to an element of its own for each index of labels that are not reduced, that nothing else
///   reaches, no read either but those that say that they are of the element that is written. Along labels that are reduced the target does
///   not move, and there are none if a read is of the target.
/// - There is a stream for every read, as many as the body of the kernel has.
pub(super) unsafe fn run<T: Element>(job: &Job<'_, T>, kernel: &dyn Kernel<T>, streams: &mut [Stream<T>]) -> bool {
    let is_possible = const { T::FAMILY.is_real() && T::IS_PURE };
    if !is_possible || job.adds || kernel.is_indexed() {
        return false;
    }
    let Some(grid) = Grid::of(job) else { return false };
    let Grid { rows, len, .. } = grid;
    let out = Shape { rows, len, row: job.out_stride(grid.row), lane: job.out_stride(grid.lane) };
    // SAFETY: by the contract. Rows are reduced, and the lane is not, if `is_down`; otherwise no label is, if the grid does not reduce. The places of the
    // target are side by side in the order of the grid, if that is asked. The origin has an index for each label, as the job has.
    unsafe {
        if grid.reduces {
            let is_down = job.is_reduced(grid.row) && !job.is_reduced(grid.lane);
            let is_alike = rows <= SUMMED_SPAN_ROWS && len < INVERSE_MIN_ELEMENTS;
            return is_down && is_alike && reduced(job, kernel, streams, grid);
        }
        if len <= SHORT_ROW_MAX_ELEMENTS && is_side_by_side(out) {
            return long_row(job, kernel, streams, grid, None);
        }
        rows_apart(job, kernel, streams, grid, out)
    }
}

/// Computes rows of elements that lie side by side in all tensors, or are one for all of a row. Returns whether they are.
///
/// # Safety
/// - The contract of [`run`] holds. No label is reduced.
unsafe fn rows_apart<T: Element>(
    job: &Job<'_, T>,
    kernel: &dyn Kernel<T>,
    streams: &mut [Stream<T>],
    grid: Grid,
    out: Shape,
) -> bool {
    if out.lane != 1 {
        return false;
    }
    for (read, stream) in streams.iter_mut().enumerate() {
        let Shape { row, lane, .. } = grid.shape(job, read);
        if !matches!(lane, 0 | 1) {
            return false;
        }
        *stream = Stream { pointer: job.pointers[read], row, is_one: lane == 0 };
    }
    // SAFETY: by the contract; streams are as far apart as the reads.
    unsafe { block(job, streams, (job.out, out.row), (grid.rows, grid.len), grid).compute(kernel) };
    true
}

/// Computes a map whose rows are put together. Returns whether there is room.
///
/// # Safety
/// - The contract of [`run`] holds. The rows are reduced, and the lane is not.
unsafe fn reduced<T: Element>(job: &Job<'_, T>, kernel: &dyn Kernel<T>, streams: &mut [Stream<T>], grid: Grid) -> bool {
    let Grid { rows, len, .. } = grid;
    let count = rows * len;
    if count + len > SHORT_ROWS_STACK_ELEMENTS {
        return false;
    }
    with_room::<T, _, SHORT_ROWS_STACK_ELEMENTS>(count + len, |values| {
        // SAFETY: by the contract; there is room for a value of each index, all of which are written, and for a sum of each column.
        unsafe {
            if !long_row(job, kernel, streams, grid, Some(values)) {
                return false;
            }
            let joins = kernel.joins();
            let room = core::slice::from_raw_parts_mut(values.add(count).cast::<MaybeUninit<T>>(), len);
            let sums = joins.clear(room);
            joins.onto(sums, core::slice::from_raw_parts(values, count));
            let shape = Shape { rows: 1, len, row: 0, lane: job.out_stride(grid.lane) };
            unpack((sums.as_ptr(), len), shape, job.out, false);
        }
        true
    })
}

/// Computes values of all indices as one row, in the target or elsewhere. Returns whether there is room for what is copied.
///
/// # Safety
/// - The contract of [`run`] holds.
/// - There is a place for each value, side by side in the order of the grid: from the pointer on that is given, where none is one that is read, or in the
///   target, in which each is that of its index.
unsafe fn long_row<T: Element>(
    job: &Job<'_, T>,
    kernel: &dyn Kernel<T>,
    streams: &mut [Stream<T>],
    grid: Grid,
    values: Option<*mut T>,
) -> bool {
    let count = grid.rows * grid.len;
    let is_copied = |shape: Shape| !is_one(shape) && !is_side_by_side(shape);
    let copies = (0..streams.len()).filter(|&read| is_copied(grid.shape(job, read))).count();
    if copies * count > SHORT_ROWS_STACK_ELEMENTS {
        return false;
    }
    with_room::<T, _, SHORT_ROWS_STACK_ELEMENTS>(copies * count, |mut room| {
        for (read, stream) in streams.iter_mut().enumerate() {
            let shape = grid.shape(job, read);
            let mut pointer = job.pointers[read];
            if is_copied(shape) {
                // SAFETY: by the contract there are elements to read, and there is room for a copy of each read that is copied.
                unsafe { pack(pointer, shape, room) };
                pointer = room;
                room = room.wrapping_add(count);
            }
            *stream = Stream { pointer, row: 0, is_one: is_one(shape) };
        }
        // SAFETY: by the contract; streams have an element for each index, side by side, or one.
        unsafe { block(job, streams, (values.unwrap_or(job.out), 0), (1, count), grid).compute(kernel) };
    });
    true
}

/// Whether elements are one long row.
fn is_side_by_side(Shape { rows, len, row, lane }: Shape) -> bool {
    (lane == 1 || len == 1) && (row == len.cast_signed() || rows == 1)
}

/// Whether a read is one element.
fn is_one(Shape { rows, len, row, lane }: Shape) -> bool {
    (row == 0 || rows == 1) && (lane == 0 || len == 1)
}

/// Rows as a block that replaces what is there.
fn block<'b, T: Element>(
    job: &'b Job<'_, T>,
    streams: &'b [Stream<T>],
    (out, out_row): (*mut T, isize),
    (rows, len): (usize, usize),
    grid: Grid,
) -> LaneBlock<'b, T> {
    LaneBlock {
        streams,
        out,
        out_row,
        rows,
        len,
        first: job.origin,
        labels: (grid.row, grid.lane),
        whole_len: grid.len,
        adds: false,
        is_streamed: false,
        has_own: job.own.contains(&true),
    }
}
