//! A step as a batched GEMM: its axes by their roles, batch, `lhs_free`, `rhs_free` and contracted.

use crate::{
    axes::simplify,
    extents,
    machine::caches,
    number::{Number, is_complex, is_real},
    plan::tuning::{
        COMPLEX_DOT_MIN_LENGTH, IN_PLACE_TURNED_MAX_ROWS, IN_PLACE_TURNED_MIN_DEPTH, NARROW_SIDE_EXTENT,
        complex_dot_max_factor_bytes, integer_tile_rows,
    },
    problem::{Axis, Problem, Source},
};

/// `out[batch, m, n] = alpha * sum over k of a[batch, m, k] * b[batch, k, n] + beta * out`, where each
/// of batch, m, n and k stands for any number of axes, of which no extent is 0, and for no more indices than `isize::MAX`.
///
/// Which factor is `a` is chosen: m holds the vector axis of the micro-kernel. In the axes, `lhs`
/// is `a` and `rhs` is `b`.
#[derive(Debug)]
pub(crate) struct Contraction<'a, T> {
    /// Axes of both factors and the result, or of the result alone.
    pub(crate) batch: &'a [Axis],
    /// Axes of `a` and the result, by descending stride in the result; but see `across`.
    pub(crate) m: &'a mut [Axis],
    /// Axes of `b` and the result, likewise.
    pub(crate) n: &'a mut [Axis],
    /// Contracted axes.
    pub(crate) k: &'a mut [Axis],
    pub(crate) out: *mut T,
    pub(crate) a: Source<T>,
    pub(crate) b: Source<T>,
    pub(crate) alpha: T,
    pub(crate) beta: Option<T>,
}

impl<'a, T: Number> Contraction<'a, T> {
    /// The step as a batched GEMM if it is one; otherwise the problem, simplified.
    pub(crate) fn of(problem: Problem<'a, T>) -> Result<Self, Problem<'a, T>> {
        Self::turned(problem).map(|(contraction, _)| contraction)
    }

    /// The step as a batched GEMM if it is one, and whether its second factor is `a`; otherwise the problem, simplified.
    pub(crate) fn turned(problem: Problem<'a, T>) -> Result<(Self, bool), Problem<'a, T>> {
        let Problem { axes, out, lhs, rhs, alpha, beta, borrow } = problem;
        let mut axes = simplify(axes);
        let mut counts = [0; 4];
        for axis in &*axes {
            counts[axis.role() as usize] += 1;
        }
        let [batch, m, n, k] = counts;
        // Indices of the result are no more than it has elements, but a factor may be read at more than there are numbers.
        let terms = extents::exact(axes.iter().filter(|axis| axis.contracted).map(|axis| axis.extent));
        let is_counted = terms.is_some() && axes.iter().all(|axis| axis.extent > 0);
        let is_product = m > 0 && n > 0 && k > 0 && is_counted && !is_inner_product::<T>(axes);
        let Some(rhs) = rhs.filter(|_| is_product) else {
            return Err(Problem { axes, out, lhs, rhs, alpha, beta, borrow });
        };
        by_role(axes);
        let [out, mut a, mut b] = forward(axes, [out.cast_const(), lhs.pointer, rhs.pointer]);
        let mut conj = [lhs.conj, rhs.conj];
        let (mut m_axes, mut n_axes);
        let (batch_axes, rest) = axes.split_at_mut(batch);
        (m_axes, axes) = rest.split_at_mut(m);
        (n_axes, axes) = axes.split_at_mut(n);
        let is_turned = is_better_side::<T>(n_axes, m_axes, axes);
        if is_turned {
            (m_axes, n_axes) = (n_axes, m_axes);
            (a, b) = (b, a);
            conj.reverse();
            for axis in batch_axes.iter_mut().chain(&mut *m_axes).chain(&mut *n_axes).chain(&mut *axes) {
                (axis.lhs, axis.rhs) = (axis.rhs, axis.lhs);
            }
        }
        let [a, b] = [Source { pointer: a, conj: conj[0] }, Source { pointer: b, conj: conj[1] }];
        let alpha = alpha.unwrap_or(T::ONE);
        let contraction =
            Self { batch: batch_axes, m: m_axes, n: n_axes, k: axes, out: out.cast_mut(), a, b, alpha, beta };
        Ok((contraction, is_turned))
    }
}

/// The role of an axis in a batched GEMM.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Batch,
    LhsFree,
    RhsFree,
    Contracted,
}

impl Axis {
    #[inline]
    pub(crate) fn role(self) -> Role {
        match (self.contracted, self.lhs != 0, self.rhs != 0) {
            (true, ..) => Role::Contracted,
            (false, true, false) => Role::LhsFree,
            (false, false, true) => Role::RhsFree,
            (false, ..) => Role::Batch,
        }
    }
}

/// Sorts the axes by role, and leaves those of one role in their order.
fn by_role(axes: &mut [Axis]) {
    for n in 1..axes.len() {
        let mut place = n;
        while place > 0 && axes[place - 1].role() > axes[place].role() {
            axes.swap(place - 1, place);
            place -= 1;
        }
    }
}

/// Turns axes that run backwards in the result (a contracted one: in the first factor) around, and
/// gives where index 0 is then.
fn forward<T>(axes: &mut [Axis], mut pointers: [*const T; 3]) -> [*const T; 3] {
    for axis in axes {
        let backwards = if axis.contracted { axis.lhs < 0 } else { axis.out < 0 };
        if backwards {
            let last = axis.extent - 1;
            for (pointer, stride) in pointers.iter_mut().zip([&mut axis.out, &mut axis.lhs, &mut axis.rhs]) {
                *pointer = pointer.wrapping_offset(extents::offset(last, *stride));
                *stride = -*stride;
            }
        }
    }
    pointers
}

/// Whether so many rows leave most of a vector empty, where so many columns would not.
#[inline(always)]
pub(crate) fn is_narrow(rows: usize, columns: usize) -> bool {
    rows < NARROW_SIDE_EXTENT && columns >= 2 * NARROW_SIDE_EXTENT
}

/// Whether, of complex numbers, it is a few dots for every row of a long factor, along lanes that lie side by side
/// in both, and the other factor stays in the L1 cache: the long one is then read once, by memory's speed, and nothing is
/// packed. (Real numbers have tiles for that: [`inner`](crate::gemm::inner). Integers are packed.)
fn is_inner_product<T: Number>(axes: &[Axis]) -> bool {
    if !is_complex::<T>() {
        return false;
    }
    let extent = |role: Role| extents::count(axes.iter().filter(|axis| axis.role() == role).map(|axis| axis.extent));
    let [lhs_free, rhs_free, lane] = [Role::LhsFree, Role::RhsFree, Role::Contracted].map(extent);
    let is_lane =
        |axis: &Axis| axis.contracted && axis.lhs == 1 && axis.rhs == 1 && axis.extent >= COMPLEX_DOT_MIN_LENGTH;
    let narrow = lhs_free.min(rhs_free);
    is_narrow(narrow, lhs_free.max(rhs_free))
        && extents::bytes::<T>(narrow.saturating_mul(lane)) <= complex_dot_max_factor_bytes(caches::current())
        && axes.iter().any(is_lane)
}

/// Whether `n`, of the second factor, should be m.
///
/// Where one side is narrow, the other factor is read once, by memory's speed, if it need not be packed: as rows of
/// `a` if it lies side by side along its own axes, as elements of `b` if along contracted ones. (`ij,kj->ik` with
/// k = 4, 4096 x 4096: 5.3 ms packed, 4.0 as `b`.) Otherwise what makes the better vectors of the result is m: what
/// has the smaller stride there, and is long enough; unless that is read often, see [`is_better_in_place`]. Integers are always packed: where one side is shorter than a tile has rows, the
/// longer one is m.
fn is_better_side<T: Number>(n: &[Axis], m: &[Axis], k: &[Axis]) -> bool {
    let [n_extent, m_extent] = [n, m].map(extent);
    let [n_stride, m_stride] = [n, m].map(|axes| axes.last().map_or(0, |axis| axis.out));
    if const { T::FAMILY.is_integer() } && n_extent.min(m_extent) < integer_tile_rows(size_of::<T>()) {
        return n_extent > m_extent;
    }
    if const { T::FAMILY.is_integer() } || !is_narrow(n_extent.min(m_extent), n_extent.max(m_extent)) {
        let is_n = n_stride < m_stride;
        let [a, b] = if is_n { [n, m] } else { [m, n] };
        return is_n != is_better_in_place::<T>(a, b, k, if is_n { |axis| axis.rhs } else { |axis| axis.lhs });
    }
    let is_n_long = n_extent > m_extent;
    let is_along_k = k.iter().any(|axis| if is_n_long { axis.rhs == 1 } else { axis.lhs == 1 });
    is_n_long != is_along_k
}

/// Whether a factor with the free axes `a`, and such strides, is rather read in place, as `b`: it is a view of overlapping windows, of which
/// packing would copy each element several times. The sum is long beside the tile that is then transposed as it is written.
fn is_better_in_place<T: Number>(a: &[Axis], b: &[Axis], k: &[Axis], stride: fn(&Axis) -> isize) -> bool {
    let rows = extent(b);
    is_real::<T>()
        && (NARROW_SIDE_EXTENT..=IN_PLACE_TURNED_MAX_ROWS).contains(&rows)
        && extent(k) >= IN_PLACE_TURNED_MIN_DEPTH
        && is_read_often(a, k, stride)
}

/// Whether a factor with such axes is read at twice as many indices as it has elements, at least.
pub(crate) fn is_read_often(free: &[Axis], k: &[Axis], stride: fn(&Axis) -> isize) -> bool {
    let steps = |axis: &Axis| extents::count([axis.extent - 1, stride(axis).unsigned_abs()]);
    let reach = free.iter().chain(k).map(steps).fold(0, usize::saturating_add);
    extents::count([extent(free), extent(k)]) / 2 > reach
}

/// How many indices there are along all of `axes`, or `usize::MAX`: see [`extents::count`].
pub(crate) fn extent(axes: &[Axis]) -> usize {
    extents::count(axes.iter().map(|axis| axis.extent))
}

/// Writes the offsets of consecutive indices along `axes`, the last of which moves fastest, in one
/// tensor, from index `start` on.
#[inline(never)]
pub(crate) fn offsets(axes: &[Axis], stride: fn(&Axis) -> isize, start: usize, table: &mut [isize]) {
    let Some((fastest, others)) = axes.split_last() else { return table.fill(0) };
    let step = stride(fastest);
    let mut others = Odometer::new(others, stride, start / fastest.extent);
    let mut index = start % fastest.extent;
    let mut rest = table;
    while !rest.is_empty() {
        let (run, after) = rest.split_at_mut((fastest.extent - index).min(rest.len()));
        let mut offset = others.offset + extents::offset(index, step);
        for entry in run {
            *entry = offset;
            offset = offset.wrapping_add(step);
        }
        others.advance();
        (index, rest) = (0, after);
    }
}

/// An index along axes, the last of which moves fastest, and its offset. (To divide for each index takes as long as four
/// entries of a table: `peps5` of the public cases 450 us, 405 so.)
struct Odometer<'a> {
    offset: isize,
    /// Index, extent and stride of the last few axes.
    near: [(usize, usize, isize); NEAR],
    /// The axes before these, and the index along them.
    far: &'a [Axis],
    far_index: usize,
    stride: fn(&Axis) -> isize,
}

/// Axes of an [`Odometer`] that are counted one by one.
const NEAR: usize = 6;

impl<'a> Odometer<'a> {
    fn new(axes: &'a [Axis], stride: fn(&Axis) -> isize, mut index: usize) -> Self {
        let offset = offset_of(axes, stride, index);
        let (far, last) = axes.split_at(axes.len().saturating_sub(NEAR));
        let mut near = [(0, 1, 0); NEAR];
        for (place, axis) in near.iter_mut().rev().zip(last.iter().rev()) {
            *place = (index % axis.extent, axis.extent, stride(axis));
            index /= axis.extent;
        }
        Self { offset, near, far, far_index: index, stride }
    }

    fn advance(&mut self) {
        for (index, extent, stride) in self.near.iter_mut().rev() {
            *index += 1;
            self.offset = self.offset.wrapping_add(*stride);
            if index < extent {
                return;
            }
            self.offset = self.offset.wrapping_sub(extents::offset(*extent, *stride));
            *index = 0;
        }
        self.offset -= offset_of(self.far, self.stride, self.far_index);
        self.far_index += 1;
        self.offset += offset_of(self.far, self.stride, self.far_index);
    }
}

/// The offsets of index `index` along `axes`, the last of which moves fastest, in both factors and the result.
pub(crate) fn offsets_of(axes: &[Axis], mut index: usize) -> [isize; 3] {
    let mut offsets = [0; 3];
    for axis in axes.iter().rev() {
        let n = index % axis.extent;
        for (offset, stride) in offsets.iter_mut().zip([axis.lhs, axis.rhs, axis.out]) {
            *offset += extents::offset(n, stride);
        }
        index /= axis.extent;
    }
    offsets
}

/// The offset of index `index` along `axes`, the last of which moves fastest, in one tensor.
pub(crate) fn offset_of(axes: &[Axis], stride: impl Fn(&Axis) -> isize, mut index: usize) -> isize {
    let mut offset = 0;
    for axis in axes.iter().rev() {
        offset += extents::offset(index % axis.extent, stride(axis));
        index /= axis.extent;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_offsets_are_those_of_every_index() {
        let axis = |n: usize| Axis { extent: [2, 3, 1, 2][n % 4], out: 7 * n.cast_signed() - 20, ..Axis::NONE };
        for rank in 0..10 {
            let axes: Vec<Axis> = (0..rank).map(axis).collect();
            let all = extent(&axes);
            for (start, len) in [(0, all), (all / 3, all - all / 3), (all / 2, 1), (all - 1, 1)] {
                let mut table = vec![isize::MAX; len];
                offsets(&axes, |axis| axis.out, start, &mut table);
                let expected: Vec<isize> = (start..start + len).map(|n| offset_of(&axes, |axis| axis.out, n)).collect();
                assert_eq!(table, expected, "{rank} axes, from {start} on");
            }
        }
    }
}
