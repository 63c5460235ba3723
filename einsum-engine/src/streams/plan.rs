//! The plan of a step: the axis that is the lane, and the order of the others.

use crate::{
    axes::{elements, terms},
    extents,
    machine::{caches, workspace::LINE},
    number::{Number, is_real},
    plan::{
        ran,
        tuning::{
            ACCUMULATE_BLOCK_ROWS, ACCUMULATE_NARROW_LANE, BUFFER_BLOCK_ROWS, FAR_STRIDE_ELEMENTS, LANE_COST_ELEMENTS,
            PACK_TILE_MIN_EXTENTS, REAL_LANE_COST_ELEMENTS, REPEATED_NARROW_EXTENT, SUM_MAX_ADDITIONS,
            SUM_OF_SUMS_MIN_LANE, accumulate_near_terms, fold_block_terms, sum_of_sums_min_reach_bytes,
        },
        way::{self, Way},
    },
    problem::Axis,
    streams::{
        accumulate::{InBlocks, InBuffer, InRegisters, Shape},
        fold::Fold,
        long::{self, Spans, by_blocks, is_widened},
        map,
        pack::{self, Side},
        step::{MOST, StreamStep, nest},
        terms::TermKind,
        tiles, unpack, vectors,
    },
};

/// How a step is computed whose axes are in their simplest form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// The result has no elements.
    Nothing,
    /// A sum over no index.
    Zero,
    /// A copy whose operand lies side by side along the first of these axes, the result along the second.
    Transpose(usize, usize),
    /// A factor lies side by side along the second of these axes, not along the first, the lane: it is transposed tile by tile.
    Pack(Side, usize, usize),
    /// The result lies side by side along the second of these axes, not along the first, the lane: it is transposed tile by tile.
    Unpack(usize, usize),
    /// No sum, along this lane.
    Map(usize),
    /// A sum, along this lane, which the result has.
    Accumulate(usize),
    /// A sum, along this lane, which is contracted.
    Fold(usize),
}

impl Stream {
    /// How a step of one factor or two is computed, of which so many are packed.
    pub(crate) fn of<T: Number>(axes: &[Axis], two: bool, packed: u8) -> Self {
        let kept = axes.iter().take_while(|axis| !axis.contracted).count();
        if axes[..kept].iter().any(|axis| axis.extent == 0) {
            return Self::Nothing;
        }
        if axes[kept..].iter().any(|axis| axis.extent == 0) {
            return Self::Zero;
        }
        let is_map = kept == axes.len();
        if is_map
            && (!two || is_number(axes, Side::Rhs))
            && let Some((p, q)) = tiles::transposed(axes)
        {
            return Self::Transpose(p, q);
        }
        let lane = best_lane(axes, if is_real::<T>() { REAL_LANE_COST_ELEMENTS } else { LANE_COST_ELEMENTS });
        let may_pack = packed < 2 && (2..=MOST).contains(&axes.len());
        if two
            && may_pack
            && let Some((factor, across)) = pack::disagreeing(axes, lane)
        {
            return Self::Pack(factor, lane, across);
        }
        if is_map
            && may_pack
            && let Some(across) = unpack::disagreeing(axes, lane)
        {
            return Self::Unpack(lane, across);
        }
        match axes.get(lane) {
            Some(axis) if axis.contracted => Self::Fold(lane),
            Some(_) if !is_map => Self::Accumulate(lane),
            _ => Self::Map(lane),
        }
    }

    /// The spans of a step, of which so many axes are kept, if its sum is so long that it is cut.
    #[inline(always)]
    pub(crate) fn spans<T: Number>(self, axes: &[Axis], kept: usize, two: bool) -> Option<Spans> {
        let lane = match self {
            Self::Fold(lane) => axes[lane].extent.min(fold_block_terms::<T>()),
            Self::Accumulate(_) | Self::Pack(..) => 1,
            _ => return None,
        };
        let terms = terms(&axes[kept..]);
        // (Most are short: that is seen first.)
        if terms <= extents::count([lane, SUM_MAX_ADDITIONS]) {
            return None;
        }
        Spans::of(axes, kept, terms / self.block::<T>(axes.split_at(kept), two).max(1))
    }

    /// How many terms are added up, at least, before they are added to the result.
    #[inline(never)]
    fn block<T: Number>(self, (kept, contracted): (&[Axis], &[Axis]), two: bool) -> usize {
        let number = |n: usize| n.checked_sub(kept.len());
        match self {
            Self::Accumulate(_) => {
                let rows = extents::count(contracted.iter().rev().take(2).map(|axis| axis.extent));
                rows.min(ACCUMULATE_BLOCK_ROWS)
            }
            Self::Fold(lane) => {
                let (before, after) = contracted.split_at(lane - kept.len());
                let (lane, after) = after.split_first().unwrap_or((&Axis::NONE, &[]));
                let rows = after.last().or(before.last()).unwrap_or(&Axis::NONE);
                if is_sum_of_sums::<T>(rows, kept, lane) {
                    return lane.extent;
                }
                let terms = extents::count([rows.extent, lane.extent]);
                if is_widened::<T>(two, rows, lane) { terms } else { terms.min(fold_block_terms::<T>()) }
            }
            Self::Pack(_, lane, across) => {
                let tile = [lane, across].into_iter().zip(PACK_TILE_MIN_EXTENTS);
                extents::count(tile.filter_map(|(n, most)| Some(contracted[number(n)?].extent.min(most))))
            }
            _ => usize::MAX,
        }
    }
}

/// Computes a step over axes in their simplest form.
///
/// The tensors of the step are those of a [`Problem`](crate::problem::Problem) with these axes.
pub(super) fn compute<T: Number>(step: &StreamStep<T>, axes: &mut [Axis]) {
    if step.two && is_first_a_number(axes) {
        swap(axes);
        return compute(&step.swapped(), axes);
    }
    let kept = axes.iter().take_while(|axis| !axis.contracted).count();
    let stream = Stream::of::<T>(axes, step.two, step.packed);
    let spans = stream.spans::<T>(axes, kept, step.two);
    if let Some(spans) = &spans {
        ran::note_spans(spans.count);
    }
    ran::note_fetch(step.is_far && matches!(stream, Stream::Fold(_)));
    ran::note(stream.into());
    if let Some(spans) = spans
        && long::compute_spans(step, axes, spans, compute)
    {
        return;
    }
    match stream {
        Stream::Nothing => {}
        Stream::Zero => fill_zero(step, &axes[..kept]),
        Stream::Transpose(p, q) => {
            // SAFETY: there is an index, at which the factors are valid by the contract of `Problem::new`.
            let step = if step.two { unsafe { &step.times_second() } } else { step };
            tiles::transpose_by_tiles(step, axes, (p, q));
        }
        Stream::Pack(factor, lane, across) => pack::pack_tiles(step, axes, (factor, lane, across), compute),
        Stream::Unpack(lane, across) => unpack::unpack_tiles(step, axes, (lane, across), compute),
        Stream::Map(lane) | Stream::Accumulate(lane) | Stream::Fold(lane) => {
            let Some((lane, others)) = take_lane(axes, lane) else { return map(step, &[], &Axis::NONE) };
            if step.two && lane.lhs == 0 && lane.rhs != 0 {
                // Only the second factor is ever repeated along the lane.
                *lane = lane.swapped();
                swap(others);
                return run_along(&step.swapped(), others, lane);
            }
            run_along(step, others, lane);
        }
    }
}

impl From<Stream> for Way {
    fn from(stream: Stream) -> Self {
        Self::Stream(match stream {
            Stream::Nothing => return Self::Nothing,
            Stream::Zero => way::StreamWay::Zero,
            Stream::Transpose(..) => way::StreamWay::Transpose,
            Stream::Pack(..) => way::StreamWay::Pack,
            Stream::Unpack(..) => way::StreamWay::Unpack,
            Stream::Map(_) => way::StreamWay::Map,
            Stream::Accumulate(_) => way::StreamWay::Accumulate,
            Stream::Fold(_) => way::StreamWay::Fold,
        })
    }
}

/// Whether a factor is a number: no axis walks along it.
fn is_number(axes: &[Axis], factor: Side) -> bool {
    axes.iter().all(|axis| factor.stride(axis) == 0)
}

/// Whether of two factors, the first is a number and the second is not, and there is no sum: then they change places.
pub(crate) fn is_first_a_number(axes: &[Axis]) -> bool {
    axes.iter().all(|axis| !axis.contracted) && is_number(axes, Side::Lhs) && !is_number(axes, Side::Rhs)
}

/// The axes with their factors in the other order.
pub(crate) fn swap(axes: &mut [Axis]) {
    for axis in axes {
        *axis = axis.swapped();
    }
}

/// Writes the sum over no index, zero, to every element of the result.
fn fill_zero<T: Number>(step: &StreamStep<T>, kept: &[Axis]) {
    nest(kept, step.cursor, &mut |cursor| {
        // SAFETY: `nest` gives places at indices below the extents, so that `out` is valid by the
        // contract of `Problem::new`.
        unsafe { step.finish.one(T::ZERO, cursor.out) }
    });
}

/// Computes a step whose lane is chosen: a map, a fold, or an accumulation.
#[inline(always)]
fn run_along<T: Number>(step: &StreamStep<T>, others: &[Axis], lane: &Axis) {
    let kept = others.iter().take_while(|axis| !axis.contracted).count();
    let (kept, contracted) = others.split_at(kept);
    match (lane.contracted, contracted) {
        (false, []) => map(step, kept, lane),
        (false, _) => accumulate(step, (kept, contracted), lane),
        (true, _) => fold(step, (kept, contracted), lane),
    }
}

/// Computes a step without a sum.
fn map<T: Number>(step: &StreamStep<T>, axes: &[Axis], lane: &Axis) {
    let mut sorted = [Axis::NONE; MOST];
    let axes = if axes.len() <= MOST && reads_in_order(step, axes, lane) {
        let sorted = &mut sorted[..axes.len()];
        sorted.copy_from_slice(axes);
        sorted.sort_unstable_by_key(|axis| std::cmp::Reverse(axis.lhs.unsigned_abs()));
        sorted
    } else {
        axes
    };
    let (rows, axes) = axes.split_last().unwrap_or((&Axis::NONE, &[]));
    let (outer, axes) = axes.split_last().unwrap_or((&Axis::NONE, &[]));
    let plain = lane.out == 1 && step.finish.is_plain() && TermKind::of(step, lane).is_side_by_side();
    nest(axes, step.cursor, &mut |cursor| {
        let step = &StreamStep { cursor, ..*step };
        // SAFETY: `nest` gives places at indices below the extents, of which none is 0, so that the tensors are valid by the
        // contract of `Problem::new`. Where it is `plain`, the lane has stride 1 in `out`, and there is nothing to finish.
        // Only for elements with kernels, which have no padding, is there a `V` that streams past the caches.
        unsafe {
            if plain && const { is_real::<T>() } {
                vectors::call_wide(map::DenseMap { step, outer, rows, lane });
            } else if plain {
                vectors::call(map::DenseMap { step, outer, rows, lane });
            } else {
                vectors::call(map::BufferedMap { step, outer, rows, lane });
            }
        }
    });
}

/// Whether a copy had better go through its operand as that lies in memory, and not through its result: where
/// whole lines of the result are streamed, wherever they are, but lines of the operand are fetched ahead only if they come one
/// after the other. (`ijkl->ikjl` of 64 each, f32: 5.9 ms in the order of the result, 3.7 in that of the operand.)
fn reads_in_order<T>(step: &StreamStep<T>, axes: &[Axis], lane: &Axis) -> bool {
    let is_whole = |elements: usize| extents::bytes::<T>(elements).is_multiple_of(LINE);
    let is_streamed = step.finish.stream && !step.two && lane.out == 1 && lane.lhs == 1;
    is_streamed
        && step.cursor.out.addr().is_multiple_of(LINE)
        && is_whole(lane.extent)
        && axes.iter().all(|axis| is_whole(axis.out.unsigned_abs()))
}

/// The axes with one of few indices last, along which one of two factors is repeated, if there is one: that factor
/// is then read once and not again and again.
fn narrow_last<'a>(axes: &'a [Axis], sorted: &'a mut [Axis; MOST]) -> &'a [Axis] {
    let is_narrow = |axis: &Axis| axis.extent < REPEATED_NARROW_EXTENT && (axis.lhs == 0 || axis.rhs == 0);
    match axes.iter().rposition(is_narrow) {
        Some(narrow) if narrow + 1 < axes.len() && axes.len() <= MOST => {
            let sorted = &mut sorted[..axes.len()];
            sorted.copy_from_slice(axes);
            sorted[narrow..].rotate_left(1);
            sorted
        }
        _ => axes,
    }
}

/// Computes a sum along lanes that are contracted.
fn fold<T: Number>(step: &StreamStep<T>, (kept, all): (&[Axis], &[Axis]), lane: &Axis) {
    let (rows, contracted) = all.split_last().unwrap_or((&Axis::NONE, &[]));
    let is_sum_of_sums = is_sum_of_sums::<T>(rows, kept, lane);
    let mut sorted = [Axis::NONE; MOST];
    let kept = if step.two { narrow_last(kept, &mut sorted) } else { kept };
    let (inner, kept) = kept.split_last().unwrap_or((&Axis::NONE, &[]));
    let (outer, kept) = kept.split_last().unwrap_or((&Axis::NONE, &[]));
    if is_sum_of_sums {
        let mut finish = step.finish.first_part();
        let further = finish.added();
        nest(all, step.cursor, &mut |cursor| {
            nest(kept, cursor, &mut |cursor| {
                let step = &StreamStep { cursor, finish, ..*step };
                // SAFETY: places are at indices below the extents, of which none is 0, so that the tensors are valid by the
                // contract of `Problem::new`.
                unsafe { Fold { step, outer, kept: inner, rows: &Axis::NONE, lane }.call() }
            });
            finish = further;
        });
        return;
    }
    in_parts(step, (kept, contracted), &mut |step| {
        let most = if is_widened::<T>(step.two, rows, lane) { usize::MAX } else { fold_block_terms::<T>() };
        if extents::count([rows.extent, lane.extent]) > most {
            // (Apart: to call a short sum by way of this takes 10 ns.)
            return by_blocks(step, [rows, lane], most, &mut |step, [rows, lane]| {
                // SAFETY: places are at indices below the extents, of which none is 0, so that the tensors are valid by the contract of
                // `Problem::new`.
                unsafe { Fold { step, outer, kept: inner, rows, lane }.call() }
            });
        }
        // SAFETY: as above.
        unsafe { Fold { step, outer, kept: inner, rows, lane }.call() }
    });
}

/// Whether lanes of the result that follow each other in memory are summed first, and the sums of other rows, far away,
/// are added to these sums: memory is then read in its order. (`ijk->j` of 256 each, f32: 1.7 ms, 4.1 row after row.)
///
/// By strides and by extents that are contracted alone: those of a result may be a thread's part of it.
fn is_sum_of_sums<T>(rows: &Axis, kept: &[Axis], lane: &Axis) -> bool {
    let is_between = |axis: &Axis| axis.lhs.unsigned_abs() < rows.lhs.unsigned_abs();
    let reach = extents::bytes::<T>(rows.extent.saturating_mul(rows.lhs.unsigned_abs()));
    rows.extent > 1
        && reach >= sum_of_sums_min_reach_bytes(caches::current())
        && lane.extent >= SUM_OF_SUMS_MIN_LANE
        && kept.iter().any(is_between)
}

/// Computes a sum along lanes that the result has.
fn accumulate<T: Number>(step: &StreamStep<T>, (kept, contracted): (&[Axis], &[Axis]), lane: &Axis) {
    let (rows, contracted) = contracted.split_last().unwrap_or((&Axis::NONE, &[]));
    let (outer, contracted) = contracted.split_last().unwrap_or((&Axis::NONE, &[]));
    let small = extents::count([lane, rows, outer].map(|axis| axis.extent)) <= accumulate_near_terms(caches::current())
        || lane.extent <= ACCUMULATE_NARROW_LANE;
    let is_one_block = rows.extent.saturating_mul(outer.extent) <= ACCUMULATE_BLOCK_ROWS;
    let in_registers = small || !TermKind::of(step, lane).is_side_by_side();
    let (around, kept) = match kept.split_last() {
        Some(split) if in_registers && contracted.is_empty() => split,
        _ => (&Axis::NONE, kept),
    };
    in_parts(step, (kept, contracted), &mut |step| {
        // SAFETY: places are at indices below the extents, of which none is 0, so that the tensors are valid by the contract of
        // `Problem::new`. `plain` says that the lane has stride 1 in `out`, and that there is nothing to finish. Elements have kernels, and
        // no padding, as instructions ask for that stream past the caches.
        unsafe {
            if in_registers {
                let plain = lane.out == 1 && step.finish.is_nothing();
                let sums = InRegisters { step, around, shape: Shape { lane, outer, rows }, plain };
                return if is_one_block { vectors::call(sums) } else { vectors::call(InBlocks(sums)) };
            }
            by_blocks(step, [outer, rows], BUFFER_BLOCK_ROWS, &mut |step, [outer, rows]| {
                vectors::call(InBuffer { step, shape: Shape { lane, outer, rows } });
            });
        }
    });
}

/// Calls back with the steps at every index of the axes; at one of the result again and again with
/// further parts of its sum.
#[inline(always)]
fn in_parts<T: Number>(
    step: &StreamStep<T>,
    (kept, contracted): (&[Axis], &[Axis]),
    part: &mut impl FnMut(&StreamStep<T>),
) {
    if kept.is_empty() && contracted.is_empty() {
        return part(step);
    }
    let first = if contracted.is_empty() { step.finish } else { step.finish.first_part() };
    let further = step.finish.first_part().added();
    nest(kept, step.cursor, &mut |cursor| {
        let mut finish = first;
        nest(contracted, cursor, &mut |cursor| {
            part(&StreamStep { cursor, finish, ..*step });
            finish = further;
        });
    });
}

/// Takes out the lane: it, and the others in their order.
fn take_lane(axes: &mut [Axis], lane: usize) -> Option<(&mut Axis, &mut [Axis])> {
    for n in lane + 1..axes.len() {
        axes.swap(n - 1, n);
    }
    axes.split_last_mut()
}

/// The axis along which most tensors lie side by side, or stay where they are.
fn best_lane(axes: &[Axis], lane: usize) -> usize {
    if axes.len() < 2 {
        return 0;
    }
    let sizes = elements(axes);
    let terms = terms(axes);
    // Elements that are not side by side, and what it takes to begin and end a lane.
    let cost = |axis: &Axis| {
        let strides = [axis.out, axis.lhs, axis.rhs];
        let strided = strides.iter().zip(sizes).filter(|(stride, _)| !(0..=1).contains(*stride));
        let weighed =
            strided.map(
                |(stride, size)| {
                    if stride.unsigned_abs() < FAR_STRIDE_ELEMENTS { size } else { size.saturating_mul(2) }
                },
            );
        let strided = weighed.fold(0usize, usize::saturating_add);
        strided.saturating_add(lane.saturating_mul(terms / axis.extent))
    };
    (0..axes.len()).min_by_key(|&n| cost(&axes[n])).unwrap_or(0)
}
