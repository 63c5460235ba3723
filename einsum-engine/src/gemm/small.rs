//! Small contractions: GEMMs and batched GEMMs straight on the operands.
//!
//! Packing reads and writes every element of both factors once more, and its set-up costs hundreds
//! of nanoseconds. Where the factors are in the cache anyway, micro-kernels run on the operands as they are. All
//! axes beyond those of a GEMM are loops around that, so that a batched GEMM of thousands of tiny matrices costs one
//! call. Where the rows of `a` do not lie side by side, it alone is transposed, on the stack if it is that small; where its columns displace
//! each other in the caches, it is copied.

use crate::{
    extents,
    gemm::{
        contraction::{Contraction, Role, extent, is_narrow, offsets_of},
        inner,
    },
    kernel::{Kernel, Kernels, Visitor, columns::Copies, product::Run, tile::Ahead},
    machine::{
        caches, isa,
        threads::{self, shared::Shared},
        workspace::{self, Bits, Room},
    },
    number::{Number, is_real},
    plan::tuning::{
        DIRECT_ACROSS_MAX_A_COLUMN_BYTES, DIRECT_COMPLEX, DIRECT_DISPLACED_MIN_COLUMNS, DIRECT_DISPLACED_MIN_TERMS,
        DIRECT_MAX_A_COLUMN_BYTES, DIRECT_MAX_OUTER_AXES, DIRECT_REAL, DIRECT_STACK_A_BYTES, DIRECT_THREAD_COLUMNS,
        DIRECT_TINY_MULTIPLICATIONS, DIRECT_VECTOR_MAX_TERMS, DOT_MIN_LENGTH, DirectLimits, NARROW_SIDE_EXTENT,
        PAGE_BYTES, direct_displaced_a_bytes, direct_far_b_bytes, direct_near_a_bytes, direct_quick_extent,
    },
    problem::{Axis, Problem},
    product::{Conj, Product},
};

/// A batched GEMM: a small GEMM for every index of the outer axes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Small<'a, T> {
    pub(crate) product: Product<T>,
    /// The axes around it that the result has.
    pub(crate) kept: &'a [Axis],
    /// The contracted axes around it.
    pub(crate) sums: &'a [Axis],
    /// The indices of the axes in `kept` to compute, counted through.
    pub(crate) range: (usize, usize),
}

#[inline(always)]
fn limits<T: Number>() -> &'static DirectLimits {
    if is_real::<T>() { &DIRECT_REAL } else { &DIRECT_COMPLEX }
}

/// A GEMM, or a batch of them, seen without sorting any axes: the common case.
pub(crate) enum Matrices<T> {
    /// One.
    One(Product<T>),
    /// One for each index of an axis.
    Batch(Product<T>, Axis),
}

impl<T: Number> Matrices<T> {
    /// Whether a step is that and nothing else, and small.
    pub(crate) fn of(problem: &Problem<'_, T>) -> Option<Self> {
        match &*problem.axes {
            [x, z] => vector(problem, [x, z]).map(Self::One),
            [x, y, z] => product(problem, [x, y, z]).map(Self::One).or_else(|| Self::of_vectors(problem, [x, y, z])),
            [v, x, y, z] => Self::of_four(problem, [v, x, y, z]),
            _ => None,
        }
    }

    /// Vectors times matrices, one for each index of a batch label.
    #[inline(never)]
    pub(crate) fn of_vectors(problem: &Problem<'_, T>, [v, x, z]: [&Axis; 3]) -> Option<Self> {
        let is_small = extents::count([v, x, z].map(|axis| axis.extent)) <= DIRECT_VECTOR_MAX_TERMS;
        if v.role() != Role::Batch || !is_small {
            return None;
        }
        vector(problem, [x, z]).map(|product| Self::Batch(product, if x.rhs == 0 { *v } else { v.swapped() }))
    }

    /// Matrices where there is one axis more: a batch label, or two axes that one stride walks through.
    #[inline(never)]
    pub(crate) fn of_four(problem: &Problem<'_, T>, [v, x, y, z]: [&Axis; 4]) -> Option<Self> {
        let single = if let Some(axis) = v.fused(x) {
            product(problem, [&axis, y, z])
        } else if let Some(axis) = x.fused(y) {
            product(problem, [v, &axis, z])
        } else if let Some(axis) = y.fused(z) {
            product(problem, [v, x, &axis])
        } else {
            None
        };
        if let Some(product) = single {
            return Some(Self::One(product));
        }
        let all = extents::count([v, x, y, z].map(|axis| axis.extent));
        if !(1..=DIRECT_TINY_MULTIPLICATIONS).contains(&all) {
            return None;
        }
        if v.role() == Role::Batch {
            return Self::around(problem, v, [x, y, z]);
        }
        // Rows or columns along two axes: GEMMs for each index of one, which share a factor.
        // (A contracted label that is not on both factors is no loop around anything.)
        if v.contracted || x.contracted || v.extent < 2 || z.extent >= DOT_MIN_LENGTH {
            return None;
        }
        Self::around(problem, x, [v, y, z]).or_else(|| Self::around(problem, v, [x, y, z]))
    }

    /// A GEMM along three axes for each index of another.
    fn around(problem: &Problem<'_, T>, outer: &Axis, [x, y, z]: [&Axis; 3]) -> Option<Self> {
        let product = product(problem, [x, y, z])?;
        // `a` is the factor that has the rows: the axis along which the result lies side by side.
        let rows = if x.out == 1 { x } else { y };
        Some(Self::Batch(product, if rows.rhs == 0 { *outer } else { outer.swapped() }))
    }

    /// Computes it.
    #[inline(always)]
    pub(crate) fn compute(&self)
    where
        T: Kernels,
    {
        match self {
            Self::One(product) => T::dispatch(isa::current(), product),
            Self::Batch(product, axis) => {
                let small =
                    Small { product: *product, kept: std::slice::from_ref(axis), sums: &[], range: (0, axis.extent) };
                T::dispatch(isa::current(), &small);
            }
        }
    }
}

/// The product over three axes, of which the last is contracted.
///
/// Inlined, so that it is put together where it is read: to copy words that were just written one by one takes as
/// long as a GEMM of 4 x 4.
#[inline(always)]
pub(crate) fn product<T: Number>(problem: &Problem<'_, T>, [x, y, z]: [&Axis; 3]) -> Option<Product<T>> {
    let (lhs, rhs) = (&problem.lhs, problem.rhs.as_ref()?);
    if !z.contracted || x.contracted || y.contracted || z.lhs == 0 || z.rhs == 0 {
        return None;
    }
    let (l, r) = if x.rhs == 0 && y.lhs == 0 { (x, y) } else { (y, x) };
    let is_product = l.rhs == 0 && r.lhs == 0 && l.lhs != 0 && r.rhs != 0;
    if !is_product {
        return None;
    }
    let (a, b, m, n, [a_m, a_k, b_k, b_n]) = if r.out == 1 {
        (rhs, lhs, r, l, [r.rhs, z.rhs, z.lhs, l.lhs])
    } else {
        (lhs, rhs, l, r, [l.lhs, z.lhs, z.rhs, r.rhs])
    };
    let product = Product {
        m: m.extent,
        n: n.extent,
        k: z.extent,
        a: (a.pointer, a_m, a_k),
        panel: 0,
        b: (b.pointer, b_k, b_n),
        out: (problem.out, m.out, n.out),
        alpha: problem.alpha.unwrap_or(T::ONE),
        beta: problem.beta,
        conj: Conj::of(a.conj, b.conj),
        whole: [m.extent, n.extent],
    };
    is_direct(&product).then_some(product)
}

/// The product over two axes, of which the last is contracted: of a vector and a matrix that lies side by side along the result, which is a
/// GEMM of one column.
#[inline(always)]
pub(crate) fn vector<T: Number>(problem: &Problem<'_, T>, [x, z]: [&Axis; 2]) -> Option<Product<T>> {
    let (lhs, rhs) = (&problem.lhs, problem.rhs.as_ref()?);
    if x.out != 1 || !z.contracted || x.contracted || z.lhs == 0 || z.rhs == 0 {
        return None;
    }
    let (a, b, [a_k, b_k]) = match (x.lhs, x.rhs) {
        (1, 0) => (lhs, rhs, [z.lhs, z.rhs]),
        (0, 1) => (rhs, lhs, [z.rhs, z.lhs]),
        _ => return None,
    };
    if !(1..=DIRECT_VECTOR_MAX_TERMS).contains(&extents::count([x.extent, z.extent])) {
        return None;
    }
    Some(Product {
        m: x.extent,
        n: 1,
        k: z.extent,
        a: (a.pointer, 1, a_k),
        panel: 0,
        b: (b.pointer, b_k, 0),
        out: (problem.out, 1, 0),
        alpha: problem.alpha.unwrap_or(T::ONE),
        beta: problem.beta,
        conj: Conj::of(a.conj, b.conj),
        whole: [x.extent, 1],
    })
}

/// Whether a GEMM is a small one, and no other way is better: one along dots, or with rows in the place of columns.
#[inline(always)]
pub(crate) fn is_direct<T: Number>(product: &Product<T>) -> bool {
    let Product { m, n, k, a, b, .. } = *product;
    let multiplications = extents::count([m, n, k]);
    // (Of few rows the other factor is better read as it lies, once. A contraction of such axes is this very GEMM.)
    let is_turned = is_narrow(m, n) && (b.1 != 1 || multiplications > DIRECT_TINY_MULTIPLICATIONS);
    product.out.1 == 1
        && (1..=limits::<T>().max_multiplications).contains(&multiplications)
        && !is_turned
        && !inner::is_suited::<T>((k, a.2 == 1 && b.1 == 1), m, n)
}

/// Whether a GEMM is [regular](is_regular) and [direct](is_direct), and its factors are near: seen at a glance, as it can be of most that are
/// so small that a look takes a good part of the time.
#[inline(always)]
pub(crate) fn is_quick<T>(product: &Product<T>) -> bool {
    let Product { m, n, k, ref a, ref b, ref out, .. } = *product;
    let is_small = |extent: usize| extent.wrapping_sub(2) < const { direct_quick_extent::<T>() - 2 };
    let is_turned = is_narrow(m, n) && b.1 != 1;
    is_small(m)
        && is_small(n)
        && is_small(k)
        && out.1 == 1
        && a.1 != 0
        && a.2 != 0
        && b.1 != 0
        && b.2 != 0
        && !is_turned
}

/// A GEMM that [`is_quick`].
pub(crate) struct Quick<'p, T>(pub(crate) &'p Product<T>);

impl<T: Number> Visitor<T> for Quick<'_, T> {
    #[inline(always)]
    unsafe fn visit<K: Kernel<Element = T>>(self) {
        debug_assert!(is_regular(self.0) && is_direct(self.0), "a glance sees no more than a look");
        // SAFETY: by the contract the processor has the instruction set. Whoever made the product has kept the contract of `ComputeProduct`,
        // so that the tensors are valid at all indices, and elements of `out` distinct. Rows lie side by side in `out`.
        unsafe {
            if self.0.m >= K::ROWS {
                if const { K::VECTORS == 2 } && self.0.a.1 == 1 {
                    K::tall_columns(self.0);
                } else {
                    one::<K>(self.0);
                }
            } else if self.0.a.1 == 1 {
                K::short_columns(self.0);
            } else {
                turned::<K>(self.0);
            }
        }
    }
}

/// Computes a GEMM that [`is_quick`], of fewer rows than a tile has, which do not lie side by side in `a`: they are transposed on the stack.
///
/// # Panics
/// If there is no room for them.
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - At all indices below the extents, `a` and `b` are valid for reads, and `out` for writes, and for reads if there is a `beta`.
///   Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches them.
/// - The rows lie side by side in `out`, and are fewer than `ROWS`.
#[inline(never)]
unsafe fn turned<K: Kernel>(product: &Product<K::Element>) {
    let (rows, len) = panels::<K>(product);
    let mut room = Room::<DIRECT_STACK_A_BYTES>::new();
    let panel = room.elements(len);
    // SAFETY: by this function's contract, which has the same clauses; there is room for the one panel, in which rows lie side by side, and
    // which nothing else reaches.
    unsafe {
        K::gather(product, rows, Copies::one(product.a.0, panel));
        K::short_columns(&product.with_panels(panel, rows));
    }
}

/// Whether a GEMM is one by its axes alone: of more than one index each, and no factor is repeated along them.
#[inline(always)]
pub(crate) fn is_regular<T: Number>(product: &Product<T>) -> bool {
    let Product { m, n, k, a, b, .. } = *product;
    m > 1 && n > 1 && k > 1 && a.1 != 0 && a.2 != 0 && b.1 != 0 && b.2 != 0
}

impl<T: Number> Visitor<T> for &Product<T> {
    #[inline]
    unsafe fn visit<K: Kernel<Element = T>>(self) {
        // SAFETY: by the contract the processor has the instruction set. Whoever made the problem has kept the contract of
        // `Problem::new`, so that the tensors are valid at all indices, and elements of `out` distinct. Rows lie side by side.
        unsafe {
            if self.a.1 == 1 && self.is_near_and_short::<K>() {
                K::short_columns(self);
            } else {
                one::<K>(self);
            }
        }
    }
}

impl<T: Number> Visitor<T> for &Small<'_, T> {
    #[inline]
    unsafe fn visit<K: Kernel<Element = T>>(self) {
        // SAFETY: by the contract the processor has the instruction set. Whoever made the problem has kept the contract of
        // `Problem::new`, so that the tensors are valid at all indices, and elements of `out` distinct.
        unsafe { each::<K>(self) }
    }
}

/// Whether a contraction is computed by GEMMs straight on its operands: if it can be seen as such, and nothing is faster.
pub(crate) fn fits<T: Number>(problem: &Contraction<'_, T>) -> bool {
    let ([m_outer @ .., m], [n_outer @ .., n], [sums @ .., k]) = (&*problem.m, &*problem.n, &*problem.k) else {
        return false;
    };
    let all = extents::count([extent(problem.batch), extent(problem.m), extent(problem.n), extent(problem.k)]);
    let is_cut = || {
        // Tiles of the blocked contraction go over the ends of axes, those here do not.
        let multiplications = extents::count([m.extent, n.extent, k.extent]);
        !(m_outer.is_empty() && n_outer.is_empty())
            && multiplications < 8 * DIRECT_TINY_MULTIPLICATIONS
            && extents::count([multiplications, extent(m_outer), extent(n_outer)]) > DIRECT_TINY_MULTIPLICATIONS
    };
    let is_alone = m_outer.is_empty() && n_outer.is_empty();
    let is_suited = || sums.is_empty() && is_matrix_suited::<T>([m, n, k], is_alone) && !is_cut();
    let count = problem.batch.len() + m_outer.len() + n_outer.len();
    count <= DIRECT_MAX_OUTER_AXES && (all <= DIRECT_TINY_MULTIPLICATIONS || is_suited())
}

/// Whether for one GEMM no packing is faster; `is_alone` says that there are other GEMMs along batch labels alone. (Then no axis of its rows
/// or columns is walked through around it, whose neighbours would share lines. Zen 4, `ijb,jkb->bik` of 16 each and 200 lanes, `f32`: 35 us,
/// packed 116; `bij,bjk->ikb` of 4, 200 and 16 56 and 268.)
fn is_matrix_suited<T: Number>([m, n, k]: [&Axis; 3], is_alone: bool) -> bool {
    let (limits, caches) = (limits::<T>(), caches::current());
    let bytes = extents::bytes::<T>;
    let size = bytes(extents::count([m.extent, k.extent]));
    let is_apart = m.lhs != 1;
    let is_displaced = !is_apart && is_displaced::<T>([k.extent, n.extent], k.lhs);
    let is_scattered = !is_apart && bytes(k.lhs.unsigned_abs()) >= PAGE_BYTES;
    let is_near = size <= direct_near_a_bytes(caches) && bytes(extents::count([n.extent, k.extent])) <= caches.l2;
    let is_across = n.rhs == 1 && bytes(k.rhs.unsigned_abs()) >= PAGE_BYTES / 2;
    let is_far = bytes(extents::count([n.extent, k.extent])) > direct_far_b_bytes(caches);
    let column = match (is_across, is_scattered) {
        (true, _) if is_far => DIRECT_ACROSS_MAX_A_COLUMN_BYTES,
        _ if is_displaced && is_scattered && size > limits.max_copied_a_bytes(caches) => {
            DIRECT_ACROSS_MAX_A_COLUMN_BYTES
        }
        (true, _) | (_, true) => DIRECT_MAX_A_COLUMN_BYTES / 2,
        _ if is_near => 2 * DIRECT_MAX_A_COLUMN_BYTES,
        _ => DIRECT_MAX_A_COLUMN_BYTES,
    };
    let are_few = extents::count([m.extent, n.extent, k.extent]) <= limits.max_multiplications;
    let is_small = are_few
        || bytes(m.extent) <= column
        || size <= limits.max_resident_a_bytes(caches)
        || n.extent <= limits.max_columns;
    let is_packable = (k.lhs == 1 || is_alone) && size <= limits.max_copied_a_bytes(caches);
    (m.out == 1 || is_alone && are_few || m.extent < NARROW_SIDE_EXTENT) && is_small && (!is_apart || is_packable)
}

/// Whether `a` is copied before it is multiplied.
#[inline(always)]
fn is_copied<T: Number>(product: &Product<T>) -> bool {
    let bytes = || extents::bytes::<T>(extents::count([product.whole[0], product.k]));
    product.a.1 != 1
        || is_displaced::<T>([product.k, product.whole[1]], product.a.2)
            && bytes() <= limits::<T>().max_copied_a_bytes(caches::current())
}

/// Whether columns of `a`, so many and so far apart, displace each other in the caches before they are read again: they are pages or halves of
/// pages apart, and so have their lines in the same few places.
#[inline(always)]
fn is_displaced<T>([k, n]: [usize; 2], stride: isize) -> bool {
    let bytes = extents::bytes::<T>;
    let step = stride.unsigned_abs();
    k >= DIRECT_DISPLACED_MIN_TERMS
        && n >= DIRECT_DISPLACED_MIN_COLUMNS
        && bytes(step).is_multiple_of(PAGE_BYTES / 2)
        && bytes(extents::count([k, step])) >= direct_displaced_a_bytes(caches::current())
}

/// Whether a contraction can be computed by GEMMs straight on its operands, be it the best way or not.
pub(crate) fn is_possible<T: Number>(problem: &Contraction<'_, T>) -> bool {
    let around = |axes: &[Axis]| axes.len().saturating_sub(1);
    problem.batch.len() + around(problem.m) + around(problem.n) <= DIRECT_MAX_OUTER_AXES
}

/// Computes a contraction by GEMMs straight on its operands.
///
/// # Panics
/// If that is not possible.
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - At all indices below the extents, the factors of the contraction are valid for reads, and `out` for writes, and for
///   reads if there is a `beta`. Different indices of `out` are different elements, none of them one of a factor, and
///   nothing else reaches them.
pub(crate) unsafe fn compute_direct<K: Kernel>(problem: &Contraction<'_, K::Element>) {
    let ([m_outer @ .., m], [n_outer @ .., n], [sums @ .., k]) = (&*problem.m, &*problem.n, &*problem.k) else {
        unreachable!("a contraction has rows, columns and contracted indices");
    };
    let multiplications = extents::count([m.extent, n.extent, k.extent]);
    let count = problem.batch.len() + m_outer.len() + n_outer.len();
    assert!(count <= DIRECT_MAX_OUTER_AXES, "more axes than GEMMs straight on the operands are for");
    let mut outer = [Axis::NONE; DIRECT_MAX_OUTER_AXES];
    // `a` moves least often: it may be packed.
    for (place, &axis) in outer.iter_mut().zip(problem.batch.iter().chain(m_outer).chain(n_outer)) {
        *place = axis;
    }
    let kept = &outer[..count];
    let product = Product {
        m: m.extent,
        n: n.extent,
        k: k.extent,
        a: (problem.a.pointer, m.lhs, k.lhs),
        panel: 0,
        b: (problem.b.pointer, k.rhs, n.rhs),
        out: (problem.out, m.out, n.out),
        alpha: problem.alpha,
        beta: problem.beta,
        conj: Conj::of(problem.a.conj, problem.b.conj),
        whole: [m.extent, n.extent],
    };
    let products = extent(kept);
    // SAFETY: products of different indices write to different elements of the result; factors are only read. Elements are `Send`
    // and `Sync`.
    let shared = unsafe { Shared::new(Small { product, kept, sums, range: (0, 0) }) };
    let nanoseconds = limits::<K::Element>().rate.nanoseconds(products, multiplications);
    let threads = threads::threads_for(nanoseconds);
    if threads <= products {
        threads::for_each_chunk(products, nanoseconds, |range| {
            // SAFETY: by this function's contract, which has the same clauses; the indices of the range are below the extents.
            unsafe { each::<K>(&Small { range: (range.start, range.end), ..*shared.get() }) };
        });
        return;
    }
    // (Tiles of `ROWS` rows and so many columns are not cut.)
    let by_rows = n.extent < threads * DIRECT_THREAD_COLUMNS && m.extent > n.extent;
    let count = if by_rows { m.extent.div_ceil(K::ROWS) } else { n.extent.div_ceil(DIRECT_THREAD_COLUMNS) };
    threads::for_each_chunk(count, nanoseconds, |range| {
        let mut part = Small { range: (0, products), ..*shared.get() };
        let product = &mut part.product;
        if by_rows {
            let rows = range.start * K::ROWS..m.extent.min(range.end * K::ROWS);
            product.m = rows.len();
            let start = |stride: isize| extents::offset(rows.start, stride);
            product.advance([start(product.a.1), 0, start(product.out.1)]);
        } else {
            let columns = range.start * DIRECT_THREAD_COLUMNS..n.extent.min(range.end * DIRECT_THREAD_COLUMNS);
            product.n = columns.len();
            let start = |stride: isize| extents::offset(columns.start, stride);
            product.advance([0, start(product.b.2), start(product.out.2)]);
        }
        // SAFETY: by this function's contract, which has the same clauses: these rows and columns are among those of the GEMM.
        unsafe { each::<K>(&part) };
    });
}

/// Computes one GEMM. (Not inlined, so that one of few columns pays nothing for it.)
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - At all indices below the extents, `a` and `b` are valid for reads, and `out` for writes, and for reads if there is a `beta`.
///   Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches them.
#[inline(never)]
unsafe fn one<K: Kernel>(product: &Product<K::Element>) {
    // SAFETY: by this function's contract, which has the same clauses; the rows of `a` lie side by side where their stride is 1.
    unsafe {
        if is_copied(product) {
            each::<K>(&Small { product: *product, kept: &[], sums: &[], range: (0, 1) });
        } else {
            product.compute::<K>();
        }
    }
}

/// Computes the GEMMs of the range.
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - At all indices of the GEMMs of the range, the factors are valid for reads, and `out` for writes, and for reads if
///   there is a `beta`. Different indices of `out` are different elements, none of them one of a factor, and nothing else
///   reaches them.
pub(crate) unsafe fn each<K: Kernel>(small: &Small<'_, K::Element>) {
    let a = small.product.a;
    if small.sums.is_empty() && small.product.is_tiny::<K>() {
        // SAFETY: by this function's contract, which has the same clauses, for each GEMM of the run; rows of `a` lie side
        // by side if its stride along them is 1.
        return runs(small, |product, run| unsafe {
            if a.1 == 1 { product.compute_run::<K>(run) } else { transposed_run::<K>(product, run) }
        });
    }
    if !is_copied(&small.product) {
        // SAFETY: by this function's contract, which has the same clauses; the rows of `a` lie side by side.
        return walk(small, |product| unsafe { product.compute::<K>() });
    }
    let (rows, len) = panels::<K>(&small.product);
    with_room(len, |panels| {
        let mut known = None;
        walk(small, |product| {
            // SAFETY: by this function's contract, which has the same clauses; there is room for all panels, in which rows
            // lie side by side, and which nothing else reaches.
            unsafe {
                if known != Some(product.a.0) {
                    K::gather(product, rows, Copies::one(product.a.0, panels));
                    known = Some(product.a.0);
                }
                product.with_panels(panels, rows).compute::<K>();
            }
        });
    });
}

/// Computes a run of GEMMs whose rows of `a` do not lie side by side: some are transposed, and then multiplied, as elements
/// that were just written one by one cannot be read as vectors at once. (20000 products of 3 x 3 with all
/// gradients, f32: 0.44 ms, one by one 0.62.)
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - At all indices of each GEMM of the run, `a` and `b` are valid for reads, and `out` for writes, and for reads if there is a
///   `beta`. Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches them.
#[inline]
unsafe fn transposed_run<K: Kernel>(product: &Product<K::Element>, run: &Run) {
    let (rows, len) = panels::<K>(product);
    let (together, copies, step) = if run.steps[0] == 0 {
        (run.count, 1, 0)
    } else {
        let together = (const { DIRECT_STACK_A_BYTES / size_of::<K::Element>() } / len).clamp(1, run.count);
        (together, together, len.cast_signed())
    };
    with_room(copies * len, |panels: *mut K::Element| {
        let mut part = *product;
        let mut left = run.count;
        while left > 0 {
            let count = together.min(left);
            // (Not in a copy of the product, which would have to wait for words that were just written; and by one call: `bij,bkj->bik` of 50000
            // and 4 x 4 in `f32` takes 0.32 ms, one by one 0.91.)
            let some = Copies { count: copies.min(count), from: (part.a.0, run.steps[0]), to: (panels, len) };
            // SAFETY: by this function's contract, which has the same clauses; there is room for so many panels.
            unsafe { K::gather(product, rows, some) }
            let steps = [step, run.steps[1], run.steps[2]];
            // SAFETY: by this function's contract, which has the same clauses; the rows of `a` lie side by side in the panels.
            unsafe { part.with_panels(panels, rows).compute_run::<K>(&Run { count, steps, ahead: Ahead::NOTHING }) }
            let many = |step: isize| extents::offset(count, step);
            part.advance(run.steps.map(many));
            left -= count;
        }
    });
}

/// How many rows a panel of `a` has, and how many elements all panels have.
fn panels<K: Kernel>(product: &Product<K::Element>) -> (usize, usize) {
    let rows = K::ROWS.min(product.m.next_multiple_of(4));
    (rows, extents::count([product.m.next_multiple_of(rows), product.k]))
}

/// Calls back with room for so many elements, with whatever is in it.
#[inline(always)]
fn with_room<T: Bits + 'static>(count: usize, work: impl FnOnce(*mut T)) {
    if count <= Room::<DIRECT_STACK_A_BYTES>::room::<T>() {
        work(Room::<DIRECT_STACK_A_BYTES>::new().elements(count));
    } else {
        workspace::with(workspace::bytes::<T>(count), |workspace| work(workspace.piece(count).as_mut_ptr()));
    }
}

/// Calls back with the products of the range, one after the other; with several for one index where axes around
/// them are contracted.
#[inline(always)]
fn walk<T: Number>(small: &Small<'_, T>, mut work: impl FnMut(&Product<T>)) {
    runs(small, |product, run| {
        let mut product = *product;
        for _ in 0..run.count {
            if small.sums.is_empty() {
                work(&product);
            } else {
                add_up(small.sums, &product, &mut work);
            }
            product.advance(run.steps);
        }
    });
}

/// Calls back with the products of the range, as many at once as there are along one axis.
#[inline(always)]
fn runs<T: Number>(small: &Small<'_, T>, mut work: impl FnMut(&Product<T>, &Run)) {
    let (inner, others) = small.kept.split_last().unwrap_or((&Axis::NONE, &[]));
    let (mut index, end) = small.range;
    while index < end {
        let step = index % inner.extent;
        let count = (inner.extent - step).min(end - index);
        let steps = [inner.lhs, inner.rhs, inner.out];
        let mut product = small.product;
        product.advance(offsets_of(others, index / inner.extent));
        product.advance(steps.map(|stride| extents::offset(step, stride)));
        work(&product, &Run { count, steps, ahead: Ahead::NOTHING });
        index += count;
    }
}

/// Calls back with a product for every index of the contracted axes around it: they are added up.
#[inline(never)]
fn add_up<T: Number>(sums: &[Axis], product: &Product<T>, work: &mut impl FnMut(&Product<T>)) {
    let mut part = *product;
    for index in 0..extent(sums) {
        (part.a, part.b) = (product.a, product.b);
        part.advance(offsets_of(sums, index));
        work(&part);
        part.beta = Some(T::ONE);
    }
}
