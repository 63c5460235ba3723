//! The loops of a map around blocks: compiled once for each type of elements.

use alloc::{vec, vec::Vec};
use core::{mem::MaybeUninit, ops::Range};

use einsum_engine::{
    extents,
    machine::{
        streaming,
        threads::{for_each_chunk, shared::Shared},
    },
};

use super::{
    block::LaneBlock,
    job::{Job, Joining, NONE, Plan, Written},
    kernel::{Kernel, Stream, width},
    pack::{Shape, pack, unpack},
    room::with_room,
    small, tiled,
};
use crate::{
    element::Element,
    tuning::{JOIN_FEW_LANES, JOIN_LANES, MAP_SHARED_MIN_NANOSECONDS, MAP_STACK_ELEMENTS, MAP_WELL_SHARED_INDICES},
};

/// The state of a thread that walks through a map.
pub(super) struct Scratch<'s, T> {
    /// The index of each label that is looped over.
    pub(super) index: &'s mut [usize],
    /// How many indices of each label there are.
    pub(super) extents: &'s mut [usize],
    /// The index of each label in the whole map.
    pub(super) first: &'s mut [isize],
    pub(super) reads: &'s mut [Source<T>],
    pub(super) streams: &'s mut [Stream<T>],
}

/// A read: where it is, and the block of it that was packed last.
pub(super) struct Source<T> {
    pointer: *const T,
    packed: (*const T, usize, usize),
    buffer: *mut T,
}

impl<T> Source<T> {
    pub(super) const NOWHERE: Self =
        Self { pointer: core::ptr::null(), packed: (core::ptr::null(), 0, 0), buffer: core::ptr::null_mut() };
}

impl<T> Stream<T> {
    pub(super) const NOWHERE: Self = Self { pointer: core::ptr::null(), row: 0, is_one: true };
}

/// Computes a map, if it takes long enough by several threads, each for some indices of a label of the target.
///
/// # Safety
/// - For all indices below the extents, the pointers moved by the sum of `index * stride` are valid: for reads of initialised
///   elements, and that of the target for writes, too, to an element of its own for each index of labels that are not reduced, that
///   nothing else reaches, no read either but those that say that they are of the element that is written. Along labels that are
///   reduced the target does not move, and there are none if a read is of the target.
/// - The scratch has a place for every label and for every read, as many as the body of the kernel has.
pub(super) unsafe fn run<T: Element>(job: &Job<'_, T>, kernel: &dyn Kernel<T>, scratch: Scratch<'_, T>) {
    let labels = job.extents.len();
    if (0..labels).any(|label| !job.reduced[label] && job.extents[label] == 0) {
        return;
    }
    if let Some(labels) = tiled::TileLabels::of(job, kernel) {
        // SAFETY: by the contract; no extent is 0, and no read is of the target.
        return unsafe { tiled::run(job, kernel, labels) };
    }
    // SAFETY: by the contract; no extent of a label that is not reduced is 0.
    if unsafe { small::run(job, kernel, scratch.streams) } {
        return;
    }
    let plan = Plan::of(job, Joining { along: kernel.joins_along(), adds_up: kernel.joins().adds_up() });
    let nanoseconds = extents::count(job.extents).saturating_mul(1 + job.reads()) / 4;
    let label = if nanoseconds > MAP_SHARED_MIN_NANOSECONDS { longest(job, &plan) } else { None };
    let Some(label) = label else {
        // SAFETY: by the contract.
        return unsafe { part(job, &plan, kernel, scratch, (NONE, 0..1)) };
    };
    // SAFETY: along a label that is not reduced indices are those of different elements of the target: no two threads write one, and
    // none is one that another reads. Elements may be used from any thread.
    let shared = unsafe { Shared::new(*job) };
    for_each_chunk(job.extents[label], nanoseconds, |range| {
        let job = shared.get();
        let mut streams = vec![Stream::NOWHERE; job.reads()];
        let mut reads: Vec<_> = (0..streams.len()).map(|_| Source::NOWHERE).collect();
        let (mut index, mut extents, mut first) = (vec![0; labels], vec![0; labels], vec![0; labels]);
        let scratch = Scratch {
            index: &mut index,
            extents: &mut extents,
            first: &mut first,
            reads: &mut reads,
            streams: &mut streams,
        };
        // SAFETY: indices of a part are some of those of the map.
        unsafe { part(job, &plan, kernel, scratch, (label, range)) }
    });
}

/// The label whose indices threads share.
fn longest<T>(job: &Job<'_, T>, plan: &Plan) -> Option<usize> {
    let shared = |&label: &usize| !job.reduced[label] && job.extents[label] > 1;
    (0..job.extents.len())
        .filter(shared)
        .max_by_key(|&label| (label != plan.lane, job.extents[label].min(MAP_WELL_SHARED_INDICES), label != plan.row))
}

/// Computes a map for some indices of a label.
///
/// # Safety
/// - For all indices below the extents, the pointers of the job moved by the sum of `index * stride` are valid: for reads of
///   initialised elements, and that of the target for writes, too, to an element of its own for each index of labels that are not
///   reduced, that nothing else reaches, no read either but those that say that they are of the element that is written. Along
///   labels that are reduced the target does not move, and there are none if a read is of the target.
/// - The scratch has a place for every label and for every read, as many as the body of the kernel has.
/// - The range is one of indices of the label.
unsafe fn part<T: Element>(
    job: &Job<'_, T>,
    plan: &Plan,
    kernel: &dyn Kernel<T>,
    scratch: Scratch<'_, T>,
    (label, range): (usize, Range<usize>),
) {
    scratch.extents.copy_from_slice(job.extents);
    scratch.index.fill(0);
    scratch.first.copy_from_slice(job.origin);
    for (read, source) in scratch.reads.iter_mut().enumerate() {
        let moved = extents::offset(range.start, job.stride(read, label));
        *source = Source { pointer: job.pointers[read].wrapping_offset(moved), ..Source::NOWHERE };
    }
    let out = job.out.wrapping_offset(extents::offset(range.start, job.out_stride(label)));
    if let Some(extent) = scratch.extents.get_mut(label) {
        *extent = range.len();
        scratch.first[label] += range.start.cast_signed();
    }
    let extent = |label: usize, of: usize| scratch.extents.get(label).map_or(1, |extent| of.min(*extent));
    let (rows, len) = (extent(plan.row, plan.rows), extent(plan.lane, plan.len));
    let start = [plan.row, plan.lane].map(|label| scratch.first.get(label).copied().unwrap_or(0));
    let reduces = (0..job.extents.len()).any(|label| job.reduced[label] && job.extents[label] != 1);
    let sums = match (job.is_reduced(plan.row), job.is_reduced(plan.lane)) {
        _ if !reduces => 0,
        (false, false) => rows * len,
        (true, false) => len,
        (false, true) => rows * JOIN_LANES,
        (true, true) => JOIN_LANES,
    };
    let values = match plan {
        Plan { written: Written::Directly | Written::PastCaches, .. } | Plan { is_joined: true, .. } => 0,
        Plan { is_added: true, .. } => len,
        _ => rows * len,
    };
    let across = if reduces { rows } else { 0 };
    let is_packed = |read: usize| len > 1 && !matches!(job.stride(read, plan.lane), 0 | 1);
    let packed = (0..job.reads()).filter(|&read| is_packed(read)).count() * rows * len;
    with_room::<T, _, MAP_STACK_ELEMENTS>(values + packed + sums + across, |room| {
        let mut next = room.wrapping_add(values + sums + across);
        for read in (0..scratch.reads.len()).filter(|&read| is_packed(read)) {
            scratch.reads[read].buffer = next;
            next = next.wrapping_add(rows * len);
        }
        let buffers = Buffers { values: room, sums: room.wrapping_add(values), lane: room.wrapping_add(values + sums) };
        let mut walk = MapWalk { job, plan, kernel, scratch, out, start, buffers, rows, len, sums };
        // SAFETY: by the contract; there is room for all buffers.
        unsafe { if reduces { walk.reduced() } else { walk.pointwise() } }
    });
}

/// Room for the values of a block, for sums, and for one element for each row.
struct Buffers<T> {
    values: *mut T,
    sums: *mut T,
    lane: *mut T,
}

/// A map that is walked through.
struct MapWalk<'w, 's, T> {
    job: &'w Job<'w, T>,
    plan: &'w Plan,
    kernel: &'w dyn Kernel<T>,
    scratch: Scratch<'s, T>,
    /// The element of the target at the index of all labels looped over, and at the start of row and lane.
    out: *mut T,
    /// The first index of row and lane.
    start: [isize; 2],
    buffers: Buffers<T>,
    /// The most rows and elements of a lane that a block has.
    rows: usize,
    len: usize,
    /// How many sums there are.
    sums: usize,
}

/// Some indices of row and lane: where they begin, and how many they are.
#[derive(Clone, Copy)]
struct RowsAndLanes {
    row: usize,
    lane: usize,
    rows: usize,
    len: usize,
}

/// Whether something is written past the caches, which others see after this, be it that a body panics.
struct Settled(bool);

impl Drop for Settled {
    fn drop(&mut self) {
        if self.0 {
            streaming::settle();
        }
    }
}

impl<T: Element> MapWalk<'_, '_, T> {
    fn extent(&self, label: usize) -> usize {
        self.scratch.extents.get(label).copied().unwrap_or(1)
    }

    /// Computes a map of which no label is reduced.
    ///
    /// # Safety
    /// - For all indices below the extents, the pointers of the job moved by the sum of `index * stride` are valid: for reads of
    ///   initialised elements, and that of the target for writes, too, to an element of its own for each index of labels that are not
    ///   reduced, that nothing else reaches, no read either but those that say that they are of the element that is written. Along
    ///   labels that are reduced the target does not move, and there are none if a read is of the target.
    /// - The pointers of the scratch and of the target are those of the job at the first index of a part of it, moved by the index of the
    ///   scratch, whose extents are those of the part.
    /// - The scratch has a place for every label and for every read, as many as the body of the kernel has; there is room in the buffers
    ///   for values, sums and packed blocks.
    unsafe fn pointwise(&mut self) {
        let _settled = Settled(self.plan.written == Written::PastCaches);
        let whole =
            RowsAndLanes { row: 0, lane: 0, rows: self.extent(self.plan.row), len: self.extent(self.plan.lane) };
        loop {
            let mut next = Some(self.first(whole));
            while let Some(part) = next {
                // SAFETY: by the contract; parts are within the extents.
                unsafe {
                    if self.plan.written == Written::Aside {
                        self.values(part, self.buffers.values, part.len.cast_signed(), false);
                        unpack((self.buffers.values, part.len), self.shape(part), self.out_at(part), self.job.adds);
                    } else {
                        let row = self.job.out_stride(self.plan.row);
                        self.values(part, self.out_at(part), row, self.job.adds);
                    }
                }
                next = self.after(part, whole);
            }
            if !self.advance(false) {
                return;
            }
        }
    }

    /// Computes a map with labels that are reduced.
    ///
    /// # Safety
    /// - For all indices below the extents, the pointers of the job moved by the sum of `index * stride` are valid: for reads of
    ///   initialised elements, and that of the target for writes, too, to an element of its own for each index of labels that are not
    ///   reduced, that nothing else reaches, no read either but those that say that they are of the element that is written. Along
    ///   labels that are reduced the target does not move, and there are none if a read is of the target.
    /// - The pointers of the scratch and of the target are those of the job at the first index of a part of it, moved by the index of the
    ///   scratch, whose extents are those of the part.
    /// - The scratch has a place for every label and for every read, as many as the body of the kernel has; there is room in the buffers
    ///   for values, sums and packed blocks.
    unsafe fn reduced(&mut self) {
        let joins = self.kernel.joins();
        let (row, lane) = (self.plan.row, self.plan.lane);
        let (of_row, of_lane) = (self.job.is_reduced(row), self.job.is_reduced(lane));
        let (rows, len) = (self.extent(row), self.extent(lane));
        let is_empty = self.scratch.extents.contains(&0);
        // The parts of the target, of which the row or the lane may be one element, and within these the parts that are reduced.
        let whole =
            RowsAndLanes { row: 0, lane: 0, rows: if of_row { 1 } else { rows }, len: if of_lane { 1 } else { len } };
        loop {
            let mut next = Some(self.first(whole));
            while let Some(target) = next {
                // SAFETY: there is room for so many sums, which nothing else reaches.
                let room = unsafe { core::slice::from_raw_parts_mut(self.buffers.sums.cast(), self.sums) };
                let sums = joins.clear(room);
                let all = RowsAndLanes {
                    row: target.row,
                    lane: target.lane,
                    rows: if of_row { rows } else { target.rows },
                    len: if of_lane { len } else { target.len },
                };
                let mut goes_on = !is_empty;
                while goes_on {
                    let mut next = Some(self.first(all));
                    while let Some(part) = next {
                        if self.plan.is_joined {
                            let (sums, _) = sums.as_chunks_mut::<JOIN_LANES>();
                            let count = if of_row { 1 } else { part.rows };
                            // SAFETY: by the contract; parts are within the extents, and there are sums for each row.
                            unsafe { self.join(part, &mut sums[..count]) };
                            next = self.after(part, all);
                            continue;
                        }
                        if self.plan.is_added {
                            let room = self.buffers.values;
                            // SAFETY: by the contract; parts are within the extents, and there is room for a row, to which all are added.
                            let row = unsafe {
                                joins.clear(core::slice::from_raw_parts_mut(room.cast(), part.len));
                                self.values(part, room, 0, true);
                                core::slice::from_raw_parts(room, part.len)
                            };
                            joins.onto(sums, row);
                            next = self.after(part, all);
                            continue;
                        }
                        // SAFETY: by the contract; parts are within the extents, and there is room for the values of one.
                        let values = unsafe {
                            self.values(part, self.buffers.values, part.len.cast_signed(), false);
                            core::slice::from_raw_parts(self.buffers.values, part.rows * part.len)
                        };
                        match (of_row, of_lane) {
                            (false, false) => joins.onto(sums, values),
                            (true, false) => joins.onto(&mut sums[..part.len], values),
                            (false, true) => {
                                let (sums, _) = sums.as_chunks_mut::<JOIN_LANES>();
                                let rows = values.chunks_exact(part.len);
                                sums.iter_mut().zip(rows).for_each(|(sums, row)| joins.along(sums, row));
                            }
                            (true, true) => {
                                let (sums, _) = sums.as_chunks_mut::<JOIN_LANES>();
                                sums.iter_mut().take(1).for_each(|sums| joins.along(sums, values));
                            }
                        }
                        next = self.after(part, all);
                    }
                    goes_on = self.advance(true);
                }
                let results = if of_lane {
                    let (sums, _) = sums.as_chunks::<JOIN_LANES>();
                    // SAFETY: there is room for an element for each row.
                    let results = unsafe {
                        core::slice::from_raw_parts_mut(self.buffers.lane.cast::<MaybeUninit<T>>(), self.rows)
                    };
                    joins.across(sums, len <= self.few_lanes(of_row), results);
                    self.buffers.lane
                } else {
                    self.buffers.sums
                };
                // SAFETY: there is a result for each index of the part, which is within the extents of the target.
                unsafe { unpack((results, target.len), self.shape(target), self.out_at(target), self.job.adds) };
                next = self.after(target, whole);
            }
            if !self.advance(false) {
                return;
            }
        }
    }

    /// How long a lane is, at most, whose values are put together in [`JOIN_FEW_LANES`].
    fn few_lanes(&self, of_row: bool) -> usize {
        match const { width::<T>() } {
            width if width > JOIN_FEW_LANES => 0,
            // (Whole vectors four by four, less than these in the lanes of one.)
            width if self.plan.is_joined => 4 * width - 1,
            _ if of_row => 0,
            _ => JOIN_FEW_LANES,
        }
    }

    /// The first part of a whole.
    fn first(&self, whole: RowsAndLanes) -> RowsAndLanes {
        RowsAndLanes { rows: whole.rows.min(self.rows), len: whole.len.min(self.len), ..whole }
    }

    /// The part of a whole after another one.
    fn after(&self, part: RowsAndLanes, whole: RowsAndLanes) -> Option<RowsAndLanes> {
        let (lane, row) = (part.lane + part.len, part.row + part.rows);
        let (end, bottom) = (whole.lane + whole.len, whole.row + whole.rows);
        if lane < end {
            return Some(RowsAndLanes { lane, len: (end - lane).min(self.len), ..part });
        }
        let first = self.first(whole);
        (row < bottom).then(|| RowsAndLanes { row, rows: (bottom - row).min(self.rows), ..first })
    }

    /// A part in the target.
    fn shape(&self, part: RowsAndLanes) -> Shape {
        let [row, lane] = [self.plan.row, self.plan.lane].map(|label| self.job.out_stride(label));
        Shape { rows: part.rows, len: part.len, row, lane }
    }

    /// A pointer to the first element of a part in the target.
    fn out_at(&self, part: RowsAndLanes) -> *mut T {
        let Shape { row, lane, .. } = self.shape(part);
        self.out.wrapping_offset(extents::offset(part.row, row)).wrapping_offset(extents::offset(part.lane, lane))
    }

    /// Computes the values of a part.
    ///
    /// # Safety
    /// - For all indices below the extents, the pointers of the job moved by the sum of `index * stride` are valid: for reads of
    ///   initialised elements, and that of the target for writes, too, to an element of its own for each index of labels that are not
    ///   reduced, that nothing else reaches, no read either but those that say that they are of the element that is written. Along
    ///   labels that are reduced the target does not move, and there are none if a read is of the target.
    /// - The pointers of the scratch and of the target are those of the job at the first index of a part of it, moved by the index of the
    ///   scratch, whose extents are those of the part.
    /// - The scratch has a place for every label and for every read, as many as the body of the kernel has; there is room in the buffers
    ///   for values, sums and packed blocks.
    /// - The rows and lanes are within the extents.
    /// - `to` is valid for writes of as many elements as the part has along the lane, for each of its rows, and for reads of initialised
    ///   ones if values are added.
    unsafe fn values(&mut self, part: RowsAndLanes, to: *mut T, out_row: isize, adds: bool) {
        let kernel = self.kernel;
        // SAFETY: streams are elements of the reads, at indices of the part: of rows that are so far apart, along the lane side by side,
        // or one. By the contract there is a place for each value.
        unsafe { self.block(part, to, out_row, adds).compute(kernel) };
    }

    /// Puts the values of a part together with sums along the lane: those of each row with its own, or of all with the only ones.
    ///
    /// # Safety
    /// - The contract of [`MapWalk::values`] holds, but for `to`, as nothing is written; the kernel joins along, and there are as many sums as
    ///   rows, or one.
    unsafe fn join(&mut self, part: RowsAndLanes, sums: &mut [[T; JOIN_LANES]]) {
        let kernel = self.kernel;
        // SAFETY: as above; nothing is written.
        unsafe { self.block(part, core::ptr::null_mut(), 0, false).join(kernel, sums) };
    }

    /// A part as a block, with what is not side by side packed.
    ///
    /// # Safety
    /// - The pointers of the scratch are those of the job at the first index of a part of it, moved by the index of the scratch: for all
    ///   indices below the extents, the pointers of reads moved by the sum of `index * stride` are valid for reads of initialised elements.
    /// - The scratch has a place for every label and for every read; there is room in the buffers for packed blocks.
    /// - The rows and lanes are within the extents.
    unsafe fn block(&mut self, part: RowsAndLanes, to: *mut T, out_row: isize, adds: bool) -> LaneBlock<'_, T> {
        let (row, lane) = (self.plan.row, self.plan.lane);
        for (read, source) in self.scratch.reads.iter_mut().enumerate() {
            let (of_row, of_lane) = (self.job.stride(read, row), self.job.stride(read, lane));
            let moved = extents::offset(part.row, of_row).wrapping_add(extents::offset(part.lane, of_lane));
            let from = source.pointer.wrapping_offset(moved);
            self.scratch.streams[read] = if of_lane == 0 || self.len <= 1 {
                Stream { pointer: from, row: of_row, is_one: true }
            } else if of_lane == 1 {
                Stream { pointer: from, row: of_row, is_one: false }
            } else {
                let rows = if of_row == 0 { 1 } else { part.rows };
                let found = (from, rows, part.len);
                if source.packed != found || self.job.own[read] {
                    // SAFETY: by the contract there are elements to read, and there is room for a block of the read.
                    unsafe { pack(from, Shape { rows, len: part.len, row: of_row, lane: of_lane }, source.buffer) };
                    source.packed = found;
                }
                Stream {
                    pointer: source.buffer,
                    row: if of_row == 0 { 0 } else { part.len.cast_signed() },
                    is_one: false,
                }
            };
        }
        for (label, start, of_part) in [(row, self.start[0], part.row), (lane, self.start[1], part.lane)] {
            if let Some(first) = self.scratch.first.get_mut(label) {
                *first = start + of_part.cast_signed();
            }
        }
        LaneBlock {
            streams: self.scratch.streams,
            out: to,
            out_row,
            rows: part.rows,
            len: part.len,
            first: self.scratch.first,
            labels: (row, lane),
            whole_len: self.job.extent(lane),
            adds,
            is_streamed: self.plan.written == Written::PastCaches,
            has_own: self.job.own.contains(&true),
        }
    }

    /// Moves on to the next index of the labels that are looped over: those of the target, or those that are reduced. If there is none
    /// it is back at the first.
    fn advance(&mut self, reduced: bool) -> bool {
        for label in (0..self.job.extents.len()).rev() {
            let is_looped = label != self.plan.row && label != self.plan.lane && self.job.reduced[label] == reduced;
            if !is_looped || self.scratch.extents[label] <= 1 {
                continue;
            }
            self.scratch.index[label] += 1;
            self.step(label, 1);
            if self.scratch.index[label] < self.scratch.extents[label] {
                return true;
            }
            let back = self.scratch.index[label].cast_signed();
            self.scratch.index[label] = 0;
            self.step(label, -back);
        }
        false
    }

    /// Moves all tensors along a label.
    fn step(&mut self, label: usize, by: isize) {
        for (read, source) in self.scratch.reads.iter_mut().enumerate() {
            source.pointer = source.pointer.wrapping_offset(self.job.stride(read, label).wrapping_mul(by));
        }
        self.out = self.out.wrapping_offset(self.job.out_stride(label).wrapping_mul(by));
        self.scratch.first[label] += by;
    }
}
