//! A map as extents, strides and pointers, and how its indices are walked.

use einsum_engine::extents;

use crate::tuning::{
    LANE_FAR_COST, LANE_JOIN_COST, LANE_NEAR_COST, LANE_READ_COST, LANE_ROW_COST, MAP_BLOCK_ELEMENTS,
    MAP_STREAMED_MIN_ROW, SUMMED_BLOCK_ELEMENTS, SUMMED_BLOCK_MAX_ROWS, SUMMED_SPAN_ELEMENTS, SUMMED_SPAN_ROWS,
    TRANSPOSED_BLOCK,
};

/// A map: what is read and written at each index.
pub(super) struct Job<'j, T> {
    /// How many indices each label has.
    pub(super) extents: &'j [usize],
    /// Which labels are reduced.
    pub(super) reduced: &'j [bool],
    pub(super) out: *mut T,
    /// How far one step along each label is in the target; 0 along those that are reduced.
    pub(super) out_strides: &'j [isize],
    pub(super) pointers: &'j [*const T],
    /// How far one step along each label is in each read, one read after the other.
    pub(super) strides: &'j [isize],
    /// Which reads are of the element that is written.
    pub(super) own: &'j [bool],
    /// Whether values are added to what is there.
    pub(super) adds: bool,
    /// Whether values, which are numbers, replace what is in a target that is not expected to be found in a cache by who reads it next.
    pub(super) is_far: bool,
    /// The index of each label at the first element.
    pub(super) origin: &'j [isize],
}

impl<T> Clone for Job<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Job<'_, T> {}

/// No label.
pub(super) const NONE: usize = usize::MAX;

impl<T> Job<'_, T> {
    /// How far one step along a label is in a read; 0 along none.
    #[inline]
    pub(super) fn stride(&self, read: usize, label: usize) -> isize {
        let labels = self.extents.len();
        if label < labels { self.strides[read * labels + label] } else { 0 }
    }

    /// How far one step along a label is in the target; 0 along none.
    #[inline]
    pub(super) fn out_stride(&self, label: usize) -> isize {
        self.out_strides.get(label).copied().unwrap_or(0)
    }

    /// How many indices a label has; none has one.
    #[inline]
    pub(super) fn extent(&self, label: usize) -> usize {
        self.extents.get(label).copied().unwrap_or(1)
    }

    /// Whether a label is reduced; none is not.
    #[inline]
    pub(super) fn is_reduced(&self, label: usize) -> bool {
        self.reduced.get(label).copied().unwrap_or(false)
    }

    pub(super) fn reads(&self) -> usize {
        self.pointers.len()
    }
}

/// Makes one label of two where all tensors, by their strides the target and the reads, walk through both by one stride: the other has one
/// index then.
#[inline]
pub(super) fn merge<const L: usize>(
    extents: &mut [usize; L],
    reduced: &[bool; L],
    out: &[isize; L],
    reads: &[[isize; L]],
) {
    let mut inner = 0;
    while inner < L {
        let extent = extents[inner];
        let follows = |outer: usize| {
            let along = |strides: &[isize; L]| strides[inner].checked_mul(extent.cast_signed()) == Some(strides[outer]);
            let are_two = outer != inner && extents[outer] > 1 && reduced[inner] == reduced[outer];
            are_two && along(out) && reads.iter().all(along) && extents::exact([extent, extents[outer]]).is_some()
        };
        match if extent > 1 { (0..L).find(|&outer| follows(outer)) } else { None } {
            Some(outer) => {
                extents[inner] = extents::count([extents[inner], extents[outer]]);
                extents[outer] = 1;
            }
            None => inner += 1,
        }
    }
}

/// How a map is walked: along which labels lie the lanes and rows of its blocks, and how large these are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) lane: usize,
    pub(super) row: usize,
    /// The most indices of the lane, and of the row, that a block has.
    pub(super) len: usize,
    pub(super) rows: usize,
    /// Where values are written.
    pub(super) written: Written,
    /// Whether values are put together along the lane as they are computed.
    pub(super) is_joined: bool,
    /// Whether rows are added to each other as they are computed.
    pub(super) is_added: bool,
}

/// Where the values of a block are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// To a buffer first.
    Aside,
    /// To where they stay.
    Directly,
    /// To where they stay, past the caches.
    PastCaches,
}

/// How the kernel of a map puts values together.
#[derive(Clone, Copy)]
pub(super) struct Joining {
    /// Whether it does so along a lane as it computes them.
    pub(super) along: bool,
    /// Whether they are added up.
    pub(super) adds_up: bool,
}

impl Plan {
    /// The plan of a map.
    pub(super) fn of<T>(job: &Job<'_, T>, joins: Joining) -> Self {
        let reduces = (0..job.extents.len()).any(|label| job.reduced[label] && job.extents[label] != 1);
        let lane = lane(job);
        let (row, is_transposed) = row(job, lane, reduces);
        let (lane_len, row_len) = (job.extent(lane), job.extent(row));
        let is_packed = (0..job.reads()).any(|read| !matches!(job.stride(read, lane), 0 | 1));
        let is_direct = !reduces && (job.out_stride(lane) == 1 || lane_len == 1);
        let is_joined = joins.along && reduces && job.is_reduced(lane);
        // Rows that are summed are read as they lie, as far as the sums are in a cache.
        let is_passed = reduces && !is_packed && !job.is_reduced(lane) && job.is_reduced(row);
        let is_added = is_passed && joins.adds_up && !is_transposed;
        let (rows, len) = if is_direct && !is_packed {
            (row_len, lane_len)
        } else if is_joined && !is_packed {
            (row_len, lane_len.min(SUMMED_SPAN_ELEMENTS))
        } else if is_added {
            (row_len.min(SUMMED_SPAN_ROWS), lane_len.min(SUMMED_BLOCK_ELEMENTS))
        } else if is_transposed {
            (
                row_len.min(TRANSPOSED_BLOCK.0),
                lane_len.min((MAP_BLOCK_ELEMENTS / row_len.clamp(1, TRANSPOSED_BLOCK.0)).max(TRANSPOSED_BLOCK.1)),
            )
        } else {
            let len = lane_len.min(if is_passed { SUMMED_BLOCK_ELEMENTS } else { MAP_BLOCK_ELEMENTS });
            (row_len.min(MAP_BLOCK_ELEMENTS / len.max(1)).max(1), len)
        };
        let is_summed = reduces && job.is_reduced(lane) && !job.is_reduced(row);
        let rows = if is_summed { rows.min(SUMMED_BLOCK_MAX_ROWS) } else { rows };
        let written = match (is_direct, job.is_far && len >= MAP_STREAMED_MIN_ROW) {
            (false, _) => Written::Aside,
            (true, false) => Written::Directly,
            (true, true) => Written::PastCaches,
        };
        Self { lane, row, len: len.max(1), rows: rows.max(1), written, is_joined, is_added }
    }
}

/// The label along which an element costs least; none if none has more than one index.
///
/// An element costs less if its neighbours in the tensors are side by side, and if its row, which has a cost of its own, is long.
pub(super) fn lane<T>(job: &Job<'_, T>) -> usize {
    let cost = |label: usize| {
        let extent = job.extents[label];
        let of = |stride: isize| match stride {
            0 => 0,
            1 => 1,
            -1 | 2 => LANE_NEAR_COST,
            _ => LANE_FAR_COST,
        };
        let reads: usize = (0..job.reads()).map(|read| of(job.stride(read, label))).sum();
        let out = if job.reduced[label] { LANE_JOIN_COST / extent } else { of(job.out_strides[label]) };
        let row = (LANE_ROW_COST + LANE_READ_COST * job.reads()) / extent;
        let is_last = job.out_strides[label] != 1;
        (reads + out + row, is_last, usize::MAX - extent)
    };
    // (A loop, as this is done for each map however small: iterators carry labels and costs through memory.)
    let mut labels = (0..job.extents.len()).filter(|&label| job.extents[label] > 1);
    let Some(mut best) = labels.next() else { return NONE };
    let mut least = None;
    for label in labels {
        let (lowest, other) = (least.unwrap_or_else(|| cost(best)), cost(label));
        (best, least) = if other < lowest { (label, Some(other)) } else { (best, Some(lowest)) };
    }
    best
}

/// The label of the rows of a block, and whether a tensor that is strided along the lane lies side by side along it.
fn row<T>(job: &Job<'_, T>, lane: usize, reduces: bool) -> (usize, bool) {
    let labels = || (0..job.extents.len()).filter(|&label| label != lane && job.extents[label] > 1);
    let transposed = |label: usize| {
        let is_one = |of_lane: isize, of_row: isize| !matches!(of_lane, -1..=2) && of_row == 1;
        let reads = (0..job.reads()).filter(|&read| is_one(job.stride(read, lane), job.stride(read, label))).count();
        reads + usize::from(is_one(job.out_stride(lane), job.out_stride(label)))
    };
    // (Of labels with as many the last.)
    let (mut most, mut turned) = (0, NONE);
    for label in labels() {
        let count = transposed(label);
        if count > 0 && count >= most {
            (most, turned) = (count, label);
        }
    }
    if turned != NONE {
        return (turned, true);
    }
    // Rows of one sum, if the lane is not summed; otherwise sums of rows.
    let is_reduced = reduces && !job.is_reduced(lane);
    let near = |label: usize| {
        let stride = if job.reduced[label] { job.stride(0, label) } else { job.out_strides[label] };
        (job.reduced[label] != is_reduced, stride.unsigned_abs().wrapping_sub(1))
    };
    let mut found = NONE;
    for label in labels() {
        if found == NONE || (job.reads() != 0 && near(label) < near(found)) {
            found = label;
        }
    }
    (found, false)
}
