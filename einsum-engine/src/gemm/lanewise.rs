//! Contractions whose innermost label is a batch label: `ijb,jkb->ikb`.
//!
//! There the batch label is the vector axis: every lane is a GEMM of its own. A tile
//! is `TM` rows times `TN` columns of vectors, and vectors of both factors are multiplied as they lie
//! in memory. Every cache line is used whole. Nothing is packed, unless rows are so far apart that they share the
//! sets of a cache: then some lanes of both factors ([`packed_step`]), or the columns of a tile ([`columns`]).
//!
//! Where the batch label is innermost in the result alone, `nbc,mbc->nmb`, or in the factors alone, some lanes of small matrices are turned:
//! of the factors before they are multiplied, of the result afterwards. Product after product would touch as many lines of the result, or of
//! the factors, as these have elements, for one element of each.

use crate::{
    extents,
    gemm::contraction::{Contraction, extent, offsets_of},
    kernel::{
        Kernel,
        lanewise::Lanewise,
        tile::{load, write},
    },
    machine::{
        caches,
        lanes::Lanes,
        threads::{self, shared::Shared},
        workspace::{self, Room, bytes},
    },
    number::{Number, is_real},
    plan::tuning::{
        LANEWISE_BLOCK_DEPTH, LANEWISE_COPY_MIN_READS, LANEWISE_COPY_STACK_BYTES, LANEWISE_MAX_OUTER_AXES,
        LANEWISE_MIN_LANES, LANEWISE_RATE, LANEWISE_SAME_SETS_WEIGHT, LANEWISE_SHORT_LANES_BYTES, LANEWISE_STEP_LANES,
        LANEWISE_TURNED_MIN_LANES, LANEWISE_TURNED_RESULT_WEIGHT, LANEWISE_TURNED_STEP_BYTES, NARROW_SIDE_EXTENT,
        SAME_SETS_STRIDE_BYTES, lanewise_pack_max_bytes, lanewise_pack_min_bytes,
    },
    problem::Axis,
};

/// Whether a contraction is one of GEMMs side by side, along lanes that are long enough.
pub(crate) fn fits<T: Number>(problem: &Contraction<'_, T>) -> bool {
    is_real::<T>() && lane_of(problem).is_some()
}

/// The batch label that is the vector axis, if there is one, and how tensors lie along it.
fn lane_of<T: Number>(problem: &Contraction<'_, T>) -> Option<(usize, Lie)> {
    let ([m_outer @ .., m], [n_outer @ .., n], [k]) = (&*problem.m, &*problem.n, &*problem.k) else { return None };
    let count = (problem.batch.len() + m_outer.len() + n_outer.len()).checked_sub(1)?;
    if count > LANEWISE_MAX_OUTER_AXES {
        return None;
    }
    let find = |is_lane: fn(&Axis) -> bool, least: usize| {
        problem.batch.iter().position(|axis| is_lane(axis) && axis.extent >= least)
    };
    if let Some(lane) = find(|axis| [axis.out, axis.lhs, axis.rhs] == [1; 3], LANEWISE_MIN_LANES) {
        let is_short = extents::bytes::<T>(problem.batch[lane].extent) <= LANEWISE_SHORT_LANES_BYTES;
        let are_wide = m.extent.min(n.extent) >= NARROW_SIDE_EXTENT;
        return (!is_short || !are_wide).then_some((lane, Lie::SideBySide));
    }
    let lane = find(|axis| axis.out == 1 || axis.lhs == 1 && axis.rhs == 1, LANEWISE_TURNED_MIN_LANES)?;
    is_turning_better::<T>(&problem.batch[lane], [m, n, k]).then_some((lane, Lie::Turned))
}

/// Whether lanes of small matrices are better turned than multiplied product after product: they stay in the L2 cache, and where factors are
/// turned, or the result, fewer of their elements are copied than elements of the others would be touched here and there.
fn is_turning_better<T: Number>(lane: &Axis, [m, n, k]: [&Axis; 3]) -> bool {
    let [a, b, out] = [(m, k), (k, n), (m, n)].map(|(outer, inner)| extents::count([outer.extent, inner.extent]));
    let elements = [a, b, out].into_iter().fold(0, usize::saturating_add);
    let bytes = extents::bytes::<T>(elements.saturating_mul(turned_step::<T>()));
    if bytes > lanewise_pack_max_bytes(caches::current()) {
        return false;
    }
    let factors = a.saturating_add(b);
    if lane.out == 1 {
        let weight = if shares_sets::<T>(m.out | n.out) { LANEWISE_SAME_SETS_WEIGHT } else { 1 };
        return lane.lhs == 1 || lane.rhs == 1 || factors <= out.saturating_mul(weight);
    }
    let strides = [m.lhs, k.lhs, k.rhs, n.rhs].into_iter().fold(0, |bits, stride| bits | stride);
    shares_sets::<T>(strides) || factors >= out.saturating_mul(LANEWISE_TURNED_RESULT_WEIGHT)
}

/// How tensors lie along a batch label that is the vector axis.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lie {
    /// Side by side.
    SideBySide,
    /// Not side by side in all tensors: some lanes are turned.
    Turned,
}

/// Lanes at a time of tensors that are turned: a cache line, or two.
fn turned_step<T>() -> usize {
    (LANEWISE_TURNED_STEP_BYTES / size_of::<T>()).max(1)
}

/// Computes a contraction that [`fits`] as GEMMs side by side, a block of contracted indices at a time.
///
/// # Panics
/// If it does not fit.
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - At all indices below the extents, the factors of the contraction are valid for reads, and `out` for writes, and for
///   reads if there is a `beta`. Different indices of `out` are different elements, none of them one of a factor, and
///   nothing else reaches them.
pub(crate) unsafe fn compute_lanewise<K: Kernel>(problem: &mut Contraction<'_, K::Element>) {
    let &mut [Axis { extent: depth, lhs, rhs, .. }] = problem.k else {
        unreachable!("a contraction that fits has one contracted axis");
    };
    // (Of all contracted indices, as `fits` has asked: of the last block, which may be short, the answer could be another.)
    let Some(lane) = lane_of(problem) else { unreachable!("a contraction that fits has a lane") };
    for start in (0..depth).step_by(LANEWISE_BLOCK_DEPTH) {
        problem.k[0].extent = LANEWISE_BLOCK_DEPTH.min(depth - start);
        // SAFETY: by this function's contract, which has the same clauses: contracted indices from `start` on are below the extent, and so
        // many are left.
        unsafe { compute_block::<K>(problem, lane) };
        problem.a.pointer = problem.a.pointer.wrapping_offset(extents::offset(LANEWISE_BLOCK_DEPTH, lhs));
        problem.b.pointer = problem.b.pointer.wrapping_offset(extents::offset(LANEWISE_BLOCK_DEPTH, rhs));
        problem.beta = Some(K::Element::ONE);
    }
}

/// Computes a contraction that [`fits`], or a block of its contracted indices, as GEMMs side by side along a batch label.
///
/// # Panics
/// If it does not fit.
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - At all indices below the extents, the factors of the contraction are valid for reads, and `out` for writes, and for
///   reads if there is a `beta`. Different indices of `out` are different elements, none of them one of a factor, and
///   nothing else reaches them.
unsafe fn compute_block<K: Kernel>(problem: &Contraction<'_, K::Element>, (lane, lie): (usize, Lie)) {
    let ([m_outer @ .., m], [n_outer @ .., n], &[k]) = (&*problem.m, &*problem.n, &*problem.k) else {
        unreachable!("a contraction that fits has one contracted axis");
    };
    let (batch_before, batch_after) = problem.batch.split_at(lane);
    let [lanes, batch_after @ ..] = batch_after else { unreachable!("the lane is a batch label") };
    let count = batch_before.len() + batch_after.len() + m_outer.len() + n_outer.len();
    // Where columns are copied, it is the second factor's.
    let shares = |stride: isize| shares_sets::<K::Element>(stride);
    let is_swapped = shares(k.lhs) && !shares(k.rhs);
    let turned = |axis: &Axis| if is_swapped { axis.swapped() } else { *axis };
    let mut outer = [Axis::NONE; LANEWISE_MAX_OUTER_AXES];
    for (place, axis) in outer.iter_mut().zip(batch_before.iter().chain(batch_after).chain(m_outer).chain(n_outer)) {
        *place = turned(axis);
    }
    let outer = &outer[..count];
    let (m, n) = if is_swapped { (n, m) } else { (m, n) };
    let (a, b) = if is_swapped { (&problem.b, &problem.a) } else { (&problem.a, &problem.b) };
    let [m, n, k] = [m, n, &k].map(turned);
    let rows = [extents::count([m.extent, k.extent]), extents::count([k.extent, n.extent])];
    let step = match lie {
        Lie::SideBySide => packed_step::<K::Element>(rows, [&m, &n, &k]),
        Lie::Turned => Some(turned_step::<K::Element>()),
    };
    let is_out_turned = lanes.out != 1;
    let Axis { lhs, rhs, out, .. } = turned(lanes);
    let lanewise = Lanewise {
        lanes: lanes.extent,
        strides: [lhs, rhs, out],
        m,
        n,
        k,
        a: a.pointer,
        b: b.pointer,
        out: problem.out,
        alpha: problem.alpha,
        beta: problem.beta,
        outer,
        range: (0, 0),
        step: step.unwrap_or(LANEWISE_STEP_LANES),
        room: None,
        room_of_out: None,
    };
    // SAFETY: steps write to different elements of the result; factors are only read. Elements are `Send` and `Sync`.
    let shared = unsafe { Shared::new(lanewise) };
    // (Of the result: no more than it has elements.)
    let steps = extents::count([extent(outer), lanes.extent.div_ceil(lanewise.step)]);
    let multiplications = extents::count([m.extent, n.extent, k.extent, lanewise.step]);
    let nanoseconds = LANEWISE_RATE.nanoseconds(steps, multiplications);
    threads::for_each_chunk(steps, nanoseconds, |range| {
        let part = Lanewise { range: (range.start, range.end), ..*shared.get() };
        let Some(step) = step else {
            // SAFETY: by this function's contract, which has the same clauses; the lanes have stride 1 in all tensors, and
            // there is no room.
            return unsafe { K::lanewise(&part) };
        };
        let result = if is_out_turned { extents::count([m.extent, n.extent]) } else { 0 };
        let lens = [rows[0], rows[1], result].map(|rows| extents::count([rows, step]));
        workspace::with(lens.into_iter().map(bytes::<K::Element>).sum(), |workspace| {
            let [a, b, out] = lens.map(|len| workspace.piece(len).as_mut_ptr());
            let room_of_out = is_out_turned.then_some(out);
            // SAFETY: by this function's contract, which has the same clauses; the lanes have stride 1 in the result or there is room to
            // turn it, and there is room for those of a step, of all rows of both factors, which nothing else reaches.
            unsafe { K::lanewise(&Lanewise { room: Some((a, b)), room_of_out, ..part }) };
        });
    });
}

/// Whether rows that are so far apart share the sets of a first-level cache.
fn shares_sets<T>(stride: isize) -> bool {
    stride != 0 && extents::bytes::<T>(stride.unsigned_abs()).is_multiple_of(SAME_SETS_STRIDE_BYTES)
}

/// How many lanes at a time are copied side by side first, if any are: where rows are so far apart, by powers of two, that
/// they share the sets of the caches, and each is read several times. (`ijb,jkb->ikb` of 32 each and 1024 lanes, f32:
/// 0.82 ms, 2.05 as they lie; but with 1000 lanes 0.72.)
fn packed_step<T>(rows: [usize; 2], [m, n, k]: [&Axis; 3]) -> Option<usize> {
    let caches = caches::current();
    let strides = [m.lhs, k.lhs, k.rhs, n.rhs].into_iter().fold(0, |bits, stride| bits | stride);
    let bytes = |step: usize| extents::bytes::<T>(rows[0].saturating_add(rows[1]).saturating_mul(step));
    let packed = lanewise_pack_min_bytes(caches)..=lanewise_pack_max_bytes(caches);
    let step = if bytes(LANEWISE_STEP_LANES) > *packed.end() { LANEWISE_STEP_LANES / 2 } else { LANEWISE_STEP_LANES };
    let pays =
        shares_sets::<T>(strides) && m.extent.min(n.extent) >= LANEWISE_COPY_MIN_READS && packed.contains(&bytes(step));
    pays.then_some(step)
}

/// Computes a batched GEMM of real numbers, a vector of lanes at a time.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - At all indices below the extents of the steps in `range`, `a` and `b` are valid for reads, and `out` for writes, and
///   for reads if there is a `beta`. Different indices of `out` are different elements, none of them one of a factor, and
///   nothing else reaches them.
/// - The axis of the lanes has stride 1 in both factors, or there is `room`, and in the result, or there is `room_of_out`.
/// - If there is `room`, its pointers are valid for reads and writes of `step` elements for each index of `m` and `k`, and
///   of `k` and `n`, and nothing else reaches these; `room_of_out` likewise, for each index of `m` and `n`.
#[inline(always)]
pub(crate) unsafe fn lanewise_real<V: Lanes<Real: Number>, const TM: usize, const TN: usize>(
    problem: &Lanewise<'_, V::Real>,
) {
    let steps = problem.lanes.div_ceil(problem.step);
    for index in problem.range.0..problem.range.1 {
        let first = index % steps * problem.step;
        let last = problem.lanes.min(first + problem.step);
        let outer = index / steps;
        let mut step = *problem;
        let [lhs, rhs, out] = offsets_of(problem.outer, outer);
        let [lhs_first, rhs_first, out_first] = problem.strides.map(|stride| extents::offset(first, stride));
        step.a = step.a.wrapping_offset(lhs).wrapping_offset(lhs_first);
        step.b = step.b.wrapping_offset(rhs).wrapping_offset(rhs_first);
        step.out = step.out.wrapping_offset(out).wrapping_offset(out_first);
        let target = step;
        // SAFETY: by the contract the factors are valid for reads of the lanes from `first` to `last`, no more than `step`,
        // at all indices, and the room, if there is any, is for `step` lanes of all rows.
        unsafe { step.pack::<V>(last - first) };
        step.begin_result();
        let mut lane = first;
        while lane < last {
            let mut part = step;
            part.a = part.a.wrapping_add(lane - first);
            part.b = part.b.wrapping_add(lane - first);
            part.out = part.out.wrapping_add(lane - first);
            let lanes = V::LEN.min(last - lane);
            // SAFETY: by the contract, of `lanes` lanes from `lane` on, those of the mask if they are no vector: they lie side by side, in
            // the room if not in a tensor; `can_copy` says that there is room for `TN` columns of a vector.
            unsafe {
                let mask = if lanes == V::LEN { None } else { Some(V::first(lanes)) };
                if part.can_copy(V::LEN * TN) && part.m.extent >= LANEWISE_COPY_MIN_READS * TM {
                    columns::<V, TM, TN>(part, mask);
                } else {
                    rows::<V, TM, TN>(part, mask);
                }
            }
            lane += lanes;
        }
        if step.room_of_out.is_some() {
            // SAFETY: by the contract `out` is valid for the lanes from `first` to `last` at all indices of `m` and `n`; all of these
            // have just been written to the room.
            unsafe { target.finish_result::<V>(&step, last - first) };
        }
    }
}

impl<T: Number> Lanewise<'_, T> {
    /// Whether `width` elements of the second factor share the sets of a cache with those of other contracted indices, and
    /// there is room to copy them. (What was packed may do so again; to leave it as it lies is not faster.)
    #[inline(always)]
    fn can_copy(&self, width: usize) -> bool {
        shares_sets::<T>(self.k.rhs) && extents::count([self.k.extent, width]) <= Columns::room::<T>()
    }

    /// Copies lanes of both factors side by side, if there is room for them, and goes on with the copies.
    ///
    /// # Safety
    /// - The processor has the instruction set of `V`.
    /// - At all indices of `m`, `n` and `k`, `a` and `b` are valid for reads of `lanes` elements, as far apart as `strides` says.
    /// - If there is room, its pointers are valid for writes of `step` elements for each index of `m` and `k`, and of `k` and
    ///   `n`, which are none of the factors'; `lanes` is at most `step`.
    #[inline(always)]
    unsafe fn pack<V: Lanes<Real = T>>(&mut self, lanes: usize) {
        let Some((a, b)) = self.room else { return };
        let step = self.step.cast_signed();
        let [rows, depth, columns] = [self.m.extent, self.k.extent, self.n.extent];
        let [a_outer, b_outer] = [depth, columns].map(|extent| extents::offset(extent, step));
        // SAFETY: by the contract; there is room for all rows of `step` lanes each.
        unsafe {
            turn::<V>(
                (self.a, [self.m.lhs, self.k.lhs, self.strides[0]]),
                (a, [a_outer, step, 1]),
                [rows, depth, lanes],
            );
            turn::<V>(
                (self.b, [self.k.rhs, self.n.rhs, self.strides[1]]),
                (b, [b_outer, step, 1]),
                [depth, columns, lanes],
            );
        }
        (self.a, self.m.lhs, self.k.lhs) = (a, a_outer, step);
        (self.b, self.k.rhs, self.n.rhs) = (b, b_outer, step);
    }

    /// Lets the result be written to the room for it, if there is any.
    #[inline(always)]
    fn begin_result(&mut self) {
        if let Some(room) = self.room_of_out {
            let step = self.step.cast_signed();
            (self.out, self.beta) = (room, None);
            (self.m.out, self.n.out) = (extents::offset(self.n.extent, step), step);
        }
    }

    /// Writes so many lanes of the result, which are in the room for it.
    ///
    /// # Safety
    /// - The processor has the instruction set of `V`.
    /// - At all indices of `m` and `n`, `out` is valid for writes of `lanes` elements, as far apart as `strides` says, and for reads if there
    ///   is a `beta`, and `room.out`, with the strides of `room`, for reads of as many side by side.
    // (Inlined into what enables the instruction set: otherwise each instruction is a call.)
    #[inline(always)]
    unsafe fn finish_result<V: Lanes<Real = T>>(&self, room: &Self, lanes: usize) {
        let from = (room.out.cast_const(), [room.m.out, room.n.out, 1]);
        let to = [self.m.out, self.n.out, self.strides[2]];
        let extents = [self.m.extent, self.n.extent, lanes];
        // SAFETY: by this function's contract, which has the same clauses.
        unsafe {
            let Some(beta) = self.beta else { return turn::<V>(from, (self.out, to), extents) };
            each(from, (self.out, to), extents, |value, to| value.plus(beta.times(*to)));
        }
    }
}

/// Copies elements along three axes, from these strides to those.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `from` moved by the sum of `index * stride` is valid for reads for all indices below the extents, `to` for writes, with its own strides,
///   which are none of the elements that are read.
#[inline(always)]
unsafe fn turn<V: Lanes<Real: Number>>(
    (from, from_strides): (*const V::Real, [isize; 3]),
    (to, to_strides): (*mut V::Real, [isize; 3]),
    extents: [usize; 3],
) {
    let unit = |strides: [isize; 3]| (0..3).find(|&n| strides[n] == 1 && extents[n] > 1);
    let (read, written) = (unit(from_strides), unit(to_strides));
    let whole = (from, from_strides, to, to_strides, extents);
    // SAFETY: by this function's contract, which has the same clauses; elements lie side by side along the axes that have stride 1.
    unsafe {
        match (read, written) {
            (Some(read), Some(written)) if read == written => rows_of(whole, read),
            (Some(read), Some(written)) => squares_of::<V>(whole, read, written),
            _ => each((from, from_strides), (to, to_strides), extents, |value, _| value),
        }
    }
}

/// A copy of elements along three axes: from where, with what strides, to where, with what strides, and of how many indices.
type Turn<T> = (*const T, [isize; 3], *mut T, [isize; 3], [usize; 3]);

/// Copies elements that lie side by side along one axis in both tensors.
///
/// # Safety
/// - `from` moved by the sum of `index * stride` is valid for reads for all indices below the extents, `to` for writes, with its own strides,
///   which are none of the elements that are read.
/// - Both have stride 1 along `axis`.
#[inline(always)]
unsafe fn rows_of<T: Copy>((from, from_strides, to, to_strides, extents): Turn<T>, axis: usize) {
    let [x, y] = [(axis + 1) % 3, (axis + 2) % 3];
    for i in 0..extents[x] {
        for j in 0..extents[y] {
            let at = |strides: [isize; 3]| extents::offset(i, strides[x]) + extents::offset(j, strides[y]);
            let (from, to) = (from.wrapping_offset(at(from_strides)), to.wrapping_offset(at(to_strides)));
            for n in 0..extents[axis] {
                // SAFETY: by the contract, at these indices.
                unsafe { to.add(n).write(*from.add(n)) };
            }
        }
    }
}

/// Copies elements that lie side by side along `read` in what is read and along `written` in what is written: squares of them are
/// transposed in registers.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - `from` moved by the sum of `index * stride` is valid for reads for all indices below the extents, `to` for writes, with its own strides,
///   which are none of the elements that are read.
/// - `from` has stride 1 along `read`, and `to` along `written`, which is another axis.
#[inline(always)]
unsafe fn squares_of<V: Lanes>(
    (from, from_strides, to, to_strides, extents): Turn<V::Real>,
    read: usize,
    written: usize,
) {
    let other = 3 - read - written;
    let whole = |extent: usize| extent - extent % V::SIDE;
    let [columns, rows] = [extents[read], extents[written]];
    let step = to_strides[read];
    let offsets: [isize; 16] = std::array::from_fn(|row| extents::offset(row, from_strides[written]));
    const { assert!(V::SIDE <= 16) }
    for i in 0..extents[other] {
        let from = from.wrapping_offset(extents::offset(i, from_strides[other]));
        let to = to.wrapping_offset(extents::offset(i, to_strides[other]));
        let at = |column: usize, row: usize| {
            let from = from.wrapping_add(column).wrapping_offset(extents::offset(row, from_strides[written]));
            (from, to.wrapping_add(row).wrapping_offset(extents::offset(column, step)))
        };
        for row in (0..whole(rows)).step_by(V::SIDE) {
            for column in (0..whole(columns)).step_by(V::SIDE) {
                let (from, to) = at(column, row);
                // SAFETY: by the contract: a square of rows and columns is left from here on, rows as far apart as their offsets.
                unsafe { V::square(from, &offsets, to, step) };
            }
        }
        for row in 0..rows {
            let first = if row < whole(rows) { whole(columns) } else { 0 };
            for column in first..columns {
                let (from, to) = at(column, row);
                // SAFETY: by the contract, at these indices.
                unsafe { to.write(*from) };
            }
        }
    }
}

/// Writes `new` of each element and of where it goes, one by one.
///
/// # Safety
/// - `from` moved by the sum of `index * stride` is valid for reads for all indices below the extents, `to` for writes, with its own strides,
///   which are none of the elements that are read, and for reads if `new` reads.
#[inline(always)]
unsafe fn each<T: Copy>(
    (from, from_strides): (*const T, [isize; 3]),
    (to, to_strides): (*mut T, [isize; 3]),
    extents: [usize; 3],
    new: impl Fn(T, *mut T) -> T,
) {
    for i in 0..extents[0] {
        for j in 0..extents[1] {
            for l in 0..extents[2] {
                let at = |strides: [isize; 3]| {
                    extents::offset(i, strides[0]) + extents::offset(j, strides[1]) + extents::offset(l, strides[2])
                };
                let to = to.wrapping_offset(at(to_strides));
                // SAFETY: by the contract, at these indices.
                unsafe { to.write(new(*from.wrapping_offset(at(from_strides)), to)) };
            }
        }
    }
}

/// Room for the columns of a tile that are copied: they stay in the first-level cache.
type Columns = Room<LANEWISE_COPY_STACK_BYTES>;

/// Computes all rows and columns of one vector of lanes, `TN` columns at a time, which are copied side by side first.
/// (`ijb,jkb->ikb` of 64 each and 32 lanes, f32: 79 us, 135 as they lie.)
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - At all indices below the extents of `m`, `n` and `k`, `a` and `b` are valid for reads of a vector of lanes, or of those in
///   the mask, if there is one, and `out` for writes of as many, and for reads if there is a `beta`. Different indices of `out`
///   are different elements, none of them one of a factor, and nothing else reaches them.
/// - [`Columns`] has room for `TN` columns of a vector of lanes, at all contracted indices.
#[inline(always)]
unsafe fn columns<V: Lanes<Real: Number>, const TM: usize, const TN: usize>(
    mut part: Lanewise<'_, V::Real>,
    mask: Option<V::Mask>,
) {
    let mut room = Columns::new();
    let room: *mut V::Real = room.elements(extents::count([part.k.extent, V::LEN, TN]));
    while part.n.extent > 0 {
        let some = TN.min(part.n.extent);
        let (mut from, mut to) = (part.b, room);
        // SAFETY: by the contract: `some` columns are left, and there is room for them, of whole vectors.
        unsafe {
            for _ in 0..part.k.extent {
                for j in 0..some {
                    load::<V>(from.offset(extents::offset(j, part.n.rhs)), mask).store(to);
                    to = to.wrapping_add(V::LEN);
                }
                from = from.wrapping_offset(part.k.rhs);
            }
            let mut copied = Lanewise { b: room, ..part };
            (copied.n.extent, copied.n.rhs, copied.k.rhs) = (some, V::LEN.cast_signed(), (some * V::LEN).cast_signed());
            rows::<V, TM, TN>(copied, mask);
        }
        part.n.extent -= some;
        part.b = part.b.wrapping_offset(extents::offset(some, part.n.rhs));
        part.out = part.out.wrapping_offset(extents::offset(some, part.n.out));
    }
}

/// Computes all rows and columns of one vector of lanes.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - At all indices below the extents of `m`, `n` and `k`, `a` and `b` are valid for reads of a vector of lanes, or of those in
///   the mask, if there is one, and `out` for writes of as many, and for reads if there is a `beta`. Different indices of `out`
///   are different elements, none of them one of a factor, and nothing else reaches them.
#[inline(always)]
unsafe fn rows<V: Lanes<Real: Number>, const TM: usize, const TN: usize>(
    mut part: Lanewise<'_, V::Real>,
    mask: Option<V::Mask>,
) {
    while part.m.extent > 0 {
        let rows = if part.m.extent >= TM { TM } else { 1 };
        let mut rest = part;
        while rest.n.extent > 0 {
            let columns = if rest.n.extent >= TN { TN } else { 1 };
            // SAFETY: by this function's contract, which has the same clauses; so many rows and columns are left.
            unsafe {
                match (rows == TM, columns == TN) {
                    (true, true) => tile::<V, TM, TN>(&rest, mask),
                    (true, false) => tile::<V, TM, 1>(&rest, mask),
                    (false, true) => tile::<V, 1, TN>(&rest, mask),
                    (false, false) => tile::<V, 1, 1>(&rest, mask),
                }
            }
            rest.n.extent -= columns;
            rest.b = rest.b.wrapping_offset(extents::offset(columns, rest.n.rhs));
            rest.out = rest.out.wrapping_offset(extents::offset(columns, rest.n.out));
        }
        part.m.extent -= rows;
        part.a = part.a.wrapping_offset(extents::offset(rows, part.m.lhs));
        part.out = part.out.wrapping_offset(extents::offset(rows, part.m.out));
    }
}

/// Computes one tile of vectors: `TM` rows and `TN` columns.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - At all indices below the extents of `m`, `n` and `k`, `a` and `b` are valid for reads of a vector of lanes, or of those in
///   the mask, if there is one, and `out` for writes of as many, and for reads if there is a `beta`. Different indices of `out`
///   are different elements, none of them one of a factor, and nothing else reaches them.
/// - `m` and `n` have as many indices or more.
#[inline(always)]
unsafe fn tile<V: Lanes<Real: Number>, const TM: usize, const TN: usize>(
    part: &Lanewise<'_, V::Real>,
    mask: Option<V::Mask>,
) {
    let (mut a, mut b) = (part.a, part.b);
    // SAFETY: by this function's contract, which has the clauses of `load` and `write`, at indices below `TM` and `TN`, of
    // which there are so many, and below the contracted extent.
    unsafe {
        let mut sums = [[V::splat(V::Real::ZERO); TN]; TM];
        for _ in 0..part.k.extent {
            let mut row = [V::splat(V::Real::ZERO); TM];
            for (i, row) in row.iter_mut().enumerate() {
                *row = load(a.offset(extents::offset(i, part.m.lhs)), mask);
            }
            for j in 0..TN {
                let column = load(b.offset(extents::offset(j, part.n.rhs)), mask);
                for i in 0..TM {
                    sums[i][j] = row[i].mul_add(column, sums[i][j]);
                }
            }
            a = a.wrapping_offset(part.k.lhs);
            b = b.wrapping_offset(part.k.rhs);
        }
        let alpha = V::splat(part.alpha);
        for (i, sums) in sums.iter().enumerate() {
            for (j, &sum) in sums.iter().enumerate() {
                let to = part.out.offset(extents::offset(i, part.m.out) + extents::offset(j, part.n.out));
                write(alpha.mul(sum), to, mask, part.beta);
            }
        }
    }
}
