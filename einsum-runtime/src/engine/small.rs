//! Small contractions: tiles straight on the operands.
//!
//! Packing reads and writes every element of both factors once more, and its set-up costs hundreds
//! of nanoseconds. Where the factors are in the cache anyway and m lies side by side in `a` and in the
//! result, micro-kernels run on the operands as they are: rows are loaded (with a mask at the edge),
//! elements of `b` are broadcast from wherever they are. All other axes are loops around that, inside
//! of one function, so that thousands of tiny products cost one call.

use super::{
    Axis, Problem,
    contraction::{Contraction, Role, extent, offset_of},
    kernel::{Kernel, Visitor},
    lanes::Lanes,
    pack::{Panels, Unit},
    threads::{self, Shared},
    tile::{Walk, accumulate, write},
    workspace::{self, bytes},
};
use crate::element::Element;

/// A product of matrices, one for every index of the outer axes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Small<'a, T> {
    pub(crate) m: usize,
    pub(crate) n: usize,
    pub(crate) k: usize,
    /// Index 0 along all axes, and the stride of k.
    pub(crate) a: (*const T, isize),
    /// How far micro-panels of `a` are apart, if it is packed.
    pub(crate) panel: Option<isize>,
    /// Index 0 along all axes, and the strides of k and n.
    pub(crate) b: (*const T, isize, isize),
    /// Index 0 along all axes, and the stride of n.
    pub(crate) out: (*mut T, isize),
    pub(crate) alpha: T,
    pub(crate) beta: Option<T>,
    /// All other axes.
    pub(crate) outer: &'a [Axis],
    /// Which of their indices, counted through.
    pub(crate) range: (usize, usize),
}

/// Multiplications per product up to which no packing is faster, whatever its shape.
const SMALL: usize = 150 * 150 * 150;

/// Multiplications up to which a call costs as much.
const TINY: usize = 32 * 32 * 32;

/// Bytes of a column of `a` up to which no packing is faster, however many columns there are: every
/// element of `b` would be packed for a few tiles only.
const SHORT: usize = 512;

/// Bytes of a row of `a` that is passed over at a time: with [`SHORT`] they bound what stays in the L2
/// cache.
const DEPTH: usize = 1536;

/// Bytes of `a` up to which it is packed for one product.
const PACKED: usize = 256 << 10;

/// The most axes around a product.
const OUTER: usize = 6;

impl<T: Element> Small<'_, T> {
    /// A product of two matrices, and nothing else: the common case, seen without sorting any axes.
    #[inline]
    pub(crate) fn of_matrices(problem: &Problem<'_, T>) -> Option<Self> {
        let rhs = problem.rhs.as_ref()?;
        let fused;
        let [x, y, z] = match &*problem.axes {
            [x, y, z] => [x, y, z],
            [v, x, y, z] => {
                fused = fuse([v, x, y, z])?;
                fused.each_ref()
            }
            _ => return None,
        };
        let roles = [x, y, z].map(|axis| axis.role());
        let (free, k) = match roles {
            [_, _, Role::Contracted] => ([(x, roles[0]), (y, roles[1])], z),
            [_, Role::Contracted, _] => ([(x, roles[0]), (z, roles[2])], y),
            [Role::Contracted, _, _] => ([(y, roles[1]), (z, roles[2])], x),
            _ => return None,
        };
        let ([(lhs_free, Role::LhsFree), (rhs_free, Role::RhsFree)]
        | [(rhs_free, Role::RhsFree), (lhs_free, Role::LhsFree)]) = free
        else {
            return None;
        };
        let lhs = &problem.lhs;
        if lhs.conj || rhs.conj || !(1..=SMALL).contains(&(x.extent * y.extent * z.extent)) {
            return None;
        }
        let (a, b, m, n, [a_k, b_k, a_m, b_n]) = if rhs_free.out == 1 {
            (rhs, lhs, rhs_free, lhs_free, [k.rhs, k.lhs, rhs_free.rhs, lhs_free.lhs])
        } else {
            (lhs, rhs, lhs_free, rhs_free, [k.lhs, k.rhs, lhs_free.lhs, rhs_free.rhs])
        };
        (m.out == 1 && a_m == 1).then(|| Self {
            m: m.extent,
            n: n.extent,
            k: k.extent,
            a: (a.pointer, a_k),
            panel: None,
            b: (b.pointer, b_k, b_n),
            out: (problem.out, n.out),
            alpha: problem.alpha.unwrap_or(T::ONE),
            beta: problem.beta,
            outer: &[],
            range: (0, 1),
        })
    }
}

/// Three axes of four, if two neighbours are walked through by one stride: `ijk,kl->ijl`.
#[inline(never)]
fn fuse([v, x, y, z]: [&Axis; 4]) -> Option<[Axis; 3]> {
    let fused = |outer: &Axis, inner: &Axis| {
        outer.follows(inner).then(|| Axis { extent: outer.extent * inner.extent, ..*inner })
    };
    let first = || fused(v, x).map(|axis| [axis, *y, *z]);
    let middle = || fused(x, y).map(|axis| [*v, axis, *z]);
    let last = || fused(y, z).map(|axis| [*v, *x, axis]);
    first().or_else(middle).or_else(last)
}

impl<T: Element> Visitor<T> for &Small<'_, T> {
    #[inline]
    unsafe fn visit<K: Kernel<Element = T>>(self) {
        // SAFETY: by the contract; that of `Problem::new` is kept by whoever made the problem.
        unsafe { K::small(self) }
    }
}

/// Computes the contraction as small products, if it can and should be seen as such.
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - The contract of [`Problem::new`](super::Problem::new) holds for `problem`.
pub(crate) unsafe fn run<K: Kernel>(problem: &Contraction<'_, K::Element>) -> bool {
    let ([m_outer @ .., m], [n_outer @ .., n], [k]) = (&*problem.m, &*problem.n, &*problem.k) else { return false };
    let element = size_of::<K::Element>();
    let product = m.extent * n.extent * k.extent;
    let is_small = product <= SMALL || m.extent * element <= SHORT;
    if m.out != 1 || !is_small || problem.a.conj || problem.b.conj {
        return false;
    }
    let packed = m.lhs != 1;
    if packed && (k.lhs != 1 || m.extent * k.extent * element > PACKED) {
        return false;
    }
    // Tiles of the blocked contraction go over the ends of axes, those here do not.
    let one_matrix = m_outer.is_empty() && n_outer.is_empty();
    if !one_matrix && product < 8 * TINY && product * extent(m_outer) * extent(n_outer) > TINY {
        return false;
    }
    let count = problem.batch.len() + m_outer.len() + n_outer.len();
    if count > OUTER {
        return false;
    }
    let mut outer = [Axis { extent: 1, out: 0, lhs: 0, rhs: 0, contracted: false }; OUTER];
    // `a` moves least often: it may be packed.
    for (place, &axis) in outer.iter_mut().zip(problem.batch.iter().chain(m_outer).chain(n_outer)) {
        *place = axis;
    }
    let outer = &outer[..count];
    let small = Small {
        m: m.extent,
        n: n.extent,
        k: k.extent,
        a: (problem.a.pointer, k.lhs),
        panel: None,
        b: (problem.b.pointer, k.rhs, n.rhs),
        out: (problem.out, n.out),
        alpha: problem.alpha,
        beta: problem.beta,
        outer,
        range: (0, 0),
    };
    let products = extent(outer);
    // SAFETY: products write to different elements of the result; factors are only read.
    let shared = unsafe { Shared::new(small) };
    let compute = |part: &Small<'_, K::Element>| {
        // SAFETY: by the contract, for all of these.
        unsafe { if packed { with_a_packed::<K>(part, (m.lhs, k.lhs)) } else { K::small(part) } }
    };
    let compute = &compute;
    // SAFETY: as above.
    let compute = unsafe { Shared::new(compute) };
    let nanoseconds = products.saturating_mul(10 + m.extent * n.extent * k.extent / 50);
    if threads::threads_for(nanoseconds) <= products {
        threads::for_each_chunk(products, nanoseconds, |range| {
            compute.get()(&Small { range: (range.start, range.end), ..*shared.get() });
        });
    } else {
        threads::for_each_chunk(n.extent.div_ceil(COLUMNS), nanoseconds, |range| {
            let mut part = *shared.get();
            let start = range.start * COLUMNS;
            part.n = part.n.min(range.end * COLUMNS) - start;
            part.b.0 = part.b.0.wrapping_offset(start.cast_signed() * part.b.2);
            part.out.0 = part.out.0.wrapping_offset(start.cast_signed() * part.out.1);
            compute.get()(&Small { range: (0, products), ..part });
        });
    }
    true
}

/// Computes products of which `a` does not lie side by side along m, but with the strides given along m
/// and k: packs it, for each of them.
///
/// # Safety
/// That of [`run`]
unsafe fn with_a_packed<K: Kernel>(problem: &Small<'_, K::Element>, (m, k): (isize, isize)) {
    let padded = problem.m.next_multiple_of(K::MR);
    let room = bytes::<K::Element>(padded * problem.k) + bytes::<isize>(padded) + bytes::<isize>(problem.k);
    workspace::with(room, |workspace| {
        let panels = workspace.piece::<K::Element>(padded * problem.k);
        let [rows, depth] = [workspace.piece::<isize>(padded), workspace.piece::<isize>(problem.k)];
        for (index, row) in rows.iter_mut().enumerate() {
            *row = index.min(problem.m - 1).cast_signed() * m;
        }
        for (index, offset) in depth.iter_mut().enumerate() {
            *offset = index.cast_signed() * k;
        }
        let mut known = None;
        for index in problem.range.0..problem.range.1 {
            let mut product = *problem;
            let from = problem.a.0.wrapping_offset(offset_of(problem.outer, |axis| axis.lhs, index));
            if known != Some(from) {
                let unit = if k == 1 { Unit::Depth } else { Unit::None };
                let (count, across, depth_first) = (problem.m, (1, 0), true);
                let source = Panels { from, conj: false, count, rows, across, depth, lane: 1, unit, depth_first };
                // SAFETY:
                // - the processor has the instructions by the contract;
                // - the offsets are those of indices below the extents, padded to a multiple of `MR`;
                // - there is room for the panels.
                unsafe { K::pack_a(&source, panels.as_mut_ptr()) };
                known = Some(from);
            }
            product.a = (panels.as_ptr(), K::MR.cast_signed());
            product.panel = Some((K::MR * problem.k).cast_signed());
            product.b.0 = problem.b.0.wrapping_offset(offset_of(problem.outer, |axis| axis.rhs, index));
            product.out.0 = problem.out.0.wrapping_offset(offset_of(problem.outer, |axis| axis.out, index));
            product.outer = &[];
            // SAFETY: by the contract; `a` is packed.
            unsafe { K::small(&product) };
        }
    });
}

/// Columns of the widest tile.
const COLUMNS: usize = 8;

/// Computes small products of real numbers.
///
/// # Safety
/// - The processor has the instruction set of `V`.
/// - The contract of [`Problem::new`](super::Problem::new) holds for the problem.
#[inline(always)]
pub(crate) unsafe fn small_real<V: Lanes<Real: Element>>(problem: &Small<'_, V::Real>) {
    if problem.outer.is_empty() {
        // SAFETY: the contract is the same.
        return unsafe { product_in_parts::<V>(problem) };
    }
    let single = Axis { extent: 1, out: 0, lhs: 0, rhs: 0, contracted: false };
    let (inner, others) = problem.outer.split_last().unwrap_or((&single, &[]));
    let (mut index, end) = problem.range;
    while index < end {
        let step = index % inner.extent;
        let steps = (inner.extent - step).min(end - index);
        let start = |stride: fn(&Axis) -> isize| {
            offset_of(others, stride, index / inner.extent) + step.cast_signed() * stride(inner)
        };
        let mut product = *problem;
        product.out.0 = problem.out.0.wrapping_offset(start(|axis| axis.out));
        product.a.0 = problem.a.0.wrapping_offset(start(|axis| axis.lhs));
        product.b.0 = problem.b.0.wrapping_offset(start(|axis| axis.rhs));
        for _ in 0..steps {
            // SAFETY: by the contract; the pointers are those of an index of the outer axes.
            unsafe { product_in_parts::<V>(&product) };
            product.out.0 = product.out.0.wrapping_offset(inner.out);
            product.a.0 = product.a.0.wrapping_offset(inner.lhs);
            product.b.0 = product.b.0.wrapping_offset(inner.rhs);
        }
        index += steps;
    }
}

/// One of the products: a part of the sum after the other.
///
/// # Safety
/// That of [`small_real`]
#[inline(always)]
unsafe fn product_in_parts<V: Lanes<Real: Element>>(problem: &Small<'_, V::Real>) {
    let mut part = *problem;
    let mut left = problem.k;
    while left > 0 {
        part.k = left.min(DEPTH / size_of::<V::Real>());
        // SAFETY: by the contract; so many contracted indices are left.
        unsafe { product_real::<V>(&part) };
        left -= part.k;
        part.a.0 = part.a.0.wrapping_offset(part.k.cast_signed() * part.a.1);
        part.b.0 = part.b.0.wrapping_offset(part.k.cast_signed() * part.b.1);
        part.beta = Some(V::Real::ONE);
    }
}

/// One of the products, or a part of it.
///
/// # Safety
/// That of [`small_real`]
#[inline(always)]
unsafe fn product_real<V: Lanes<Real: Element>>(problem: &Small<'_, V::Real>) {
    let mut rest = *problem;
    let mut left = problem.n;
    while left > 0 {
        let columns = left.min(COLUMNS);
        // SAFETY: by the contract; so many columns are left.
        unsafe {
            match columns {
                1 => columns_real::<V, 1>(&rest),
                2 => columns_real::<V, 2>(&rest),
                3 => columns_real::<V, 3>(&rest),
                4 => columns_real::<V, 4>(&rest),
                5 => columns_real::<V, 5>(&rest),
                6 => columns_real::<V, 6>(&rest),
                7 => columns_real::<V, 7>(&rest),
                _ => columns_real::<V, COLUMNS>(&rest),
            }
        }
        left -= columns;
        rest.b.0 = rest.b.0.wrapping_offset(columns.cast_signed() * rest.b.2);
        rest.out.0 = rest.out.0.wrapping_offset(columns.cast_signed() * rest.out.1);
    }
}

/// `N` columns.
///
/// # Safety
/// That of [`small_real`]; there are `N` columns.
#[inline(always)]
unsafe fn columns_real<V: Lanes<Real: Element>, const N: usize>(problem: &Small<'_, V::Real>) {
    let mut rest = *problem;
    // SAFETY: by the contract; so many rows are left, those of the mask among them.
    unsafe {
        while rest.m >= 2 * V::LEN {
            tile_real::<V, 2, N>(&rest, None);
            rest.m -= 2 * V::LEN;
            rest.a.0 = rest.a.0.offset(rest.panel.unwrap_or((2 * V::LEN).cast_signed()));
            rest.out.0 = rest.out.0.add(2 * V::LEN);
        }
        if rest.m > V::LEN {
            tile_real::<V, 2, N>(&rest, Some(V::first(rest.m - V::LEN)));
        } else if rest.m > 0 {
            tile_real::<V, 1, N>(&rest, Some(V::first(rest.m)));
        }
    }
}

/// One tile.
///
/// # Safety
/// That of [`small_real`]; there are `N` columns, and `MV` vectors of rows, the last as far as the mask.
#[inline(always)]
unsafe fn tile_real<V: Lanes<Real: Element>, const MV: usize, const N: usize>(
    problem: &Small<'_, V::Real>,
    mask: Option<V::Mask>,
) {
    let a = Walk { pointer: problem.a.0, step: problem.a.1 };
    let b = Walk { pointer: problem.b.0, step: problem.b.1 };
    // SAFETY: by the contract, for all of the block.
    unsafe {
        let tile = accumulate::<V, MV, N>(problem.k, a, mask, b, problem.b.2, V::Real::ZERO);
        let alpha = V::splat(problem.alpha);
        for j in 0..N {
            let column = problem.out.0.offset(j.cast_signed() * problem.out.1);
            for v in 0..MV {
                let masked = if v + 1 == MV { mask } else { None };
                write(alpha.mul(tile[j][v]), column.add(v * V::LEN), masked, problem.beta);
            }
        }
    }
}
