//! Computes a step of a number that has kernels, whatever it is. (Steps of other numbers are computed by the loops that macros emit.)

use std::mem::transmute;

use num_complex::{Complex32, Complex64};

use crate::{
    gemm::{
        blocked,
        contraction::Contraction,
        inner, lanewise,
        parts::{self, SplitK},
        small::{self, Matrices},
    },
    kernel::{Kernel, Kernels, Visitor},
    lone,
    machine::isa,
    number::{Family, Kind, Number},
    plan::{choose::of_piece, ran, trace, way::Way},
    problem::{Axis, Problem, Roles, Source},
    product::{ComputeProduct, Product},
    repeated,
    streams::{
        self,
        short::{Short, compute_short},
    },
};

/// Computes a step of a number that has kernels. For another one it does not compile.
#[inline(always)]
pub fn run<T: Number>(problem: Problem<'_, T>) {
    (const { T::FAMILY.kernels().expect("there are kernels for this number") })(problem);
}

impl<T> Family<T> {
    /// The kernels for a number, if there are any. A constant: where it is asked for, no other loops are compiled.
    #[must_use]
    pub const fn kernels(self) -> Option<fn(Problem<'_, T>)> {
        // SAFETY: a number of a kind is that very number (nobody else can say that it is of that kind), so that both are
        // one type.
        unsafe {
            Some(match self.kind() {
                Kind::F32 => transmute::<fn(Problem<'_, f32>), fn(Problem<'_, T>)>(of_f32),
                Kind::F64 => transmute::<fn(Problem<'_, f64>), fn(Problem<'_, T>)>(of_f64),
                Kind::C32 => transmute::<fn(Problem<'_, Complex32>), fn(Problem<'_, T>)>(of_c32),
                Kind::C64 => transmute::<fn(Problem<'_, Complex64>), fn(Problem<'_, T>)>(of_c64),
                _ => return None,
            })
        }
    }

    /// The function for a GEMM whose labels are known, for a number that there are kernels for.
    #[must_use]
    pub const fn gemm(self) -> Option<ComputeProduct<T>> {
        // SAFETY: a number of a kind is that very number (nobody else can say that it is of that kind), so that both are
        // one type.
        unsafe {
            Some(match self.kind() {
                Kind::F32 => transmute::<ComputeProduct<f32>, ComputeProduct<T>>(product_f32),
                Kind::F64 => transmute::<ComputeProduct<f64>, ComputeProduct<T>>(product_f64),
                Kind::C32 => transmute::<ComputeProduct<Complex32>, ComputeProduct<T>>(product_c32),
                Kind::C64 => transmute::<ComputeProduct<Complex64>, ComputeProduct<T>>(product_c64),
                _ => return None,
            })
        }
    }
}

/// Defines the functions for numbers that have kernels. Functions of real numbers are compiled in this crate: a call site pays
/// nothing for them. Functions of complex numbers are compiled where they are called: they are as much again, for few. (With debug
/// assertions in this crate as well: so programs of tests, which are many, share them.)
macro_rules! entries {
    ($(#[$inline:meta] $name:ident $product:ident: $T:ty),*) => { $(
        #[$inline]
        fn $name(problem: Problem<'_, $T>) {
            with_kernels(problem, $name);
        }

        #[$inline]
        unsafe fn $product(product: &Product<$T>, is_lhs_first: bool) {
            // SAFETY: by the contract of `ComputeProduct`, which has the same clauses.
            unsafe { product_of(product, is_lhs_first, $name) }
        }
    )* };
}

entries!(
    #[inline(never)] of_f32 product_f32: f32,
    #[inline(never)] of_f64 product_f64: f64,
    #[cfg_attr(not(debug_assertions), inline)] of_c32 product_c32: Complex32,
    #[cfg_attr(not(debug_assertions), inline)] of_c64 product_c64: Complex64
);

/// Computes a step of a number that has kernels of its own; `again` is the function for it that is compiled once.
#[inline(always)]
fn with_kernels<T: Kernels>(problem: Problem<'_, T>, again: fn(Problem<'_, T>)) {
    if trace::is_on() {
        trace::print(&problem);
    }
    if let [x, z] = &*problem.axes
        && let Some(product) = small::vector(&problem, [x, z])
    {
        // SAFETY: whoever made the problem has kept the contract of `Problem::new`, so that the tensors are valid at all indices, and
        // elements of `out` distinct.
        return unsafe { direct(&product) };
    }
    if let Some(short) = Short::of(&problem) {
        return compute_short(&problem, short);
    }
    if problem.rhs.is_none() {
        return streams::compute(problem);
    }
    // (By reference, where it was put together: who copies it waits for what was just written.)
    if let [x, y, z] = &*problem.axes
        && let Some(product) = small::product(&problem, [x, y, z])
    {
        // SAFETY: whoever made the problem has kept the contract of `Problem::new`, so that the tensors are valid at all indices, and
        // elements of `out` distinct.
        return unsafe { direct(&product) };
    }
    let matrices = match &*problem.axes {
        [v, x, z] => Matrices::of_vectors(&problem, [v, x, z]),
        [v, x, y, z] => Matrices::of_four(&problem, [v, x, y, z]),
        _ => None,
    };
    if let Some(matrices) = matrices {
        ran::note(Way::Direct);
        return matrices.compute();
    }
    let roles = Roles::of(&problem);
    if roles.is_empty {
        return ran::note(Way::Nothing);
    }
    if roles.is_irregular() {
        return irregular(problem, roles, again);
    }
    if !roles.is_product() {
        return streams::compute(problem);
    }
    match Contraction::of(problem) {
        Ok(contraction) => T::dispatch(isa::current(), contraction),
        Err(problem) => streams::compute(problem),
    }
}

/// Computes a GEMM whose labels are known: at once if it is seen to be small, otherwise by `whole`, which computes any step; `is_lhs_first`
/// says whether the rows are those of the first factor.
///
/// # Safety
/// - At all indices below the extents of the product, `a` and `b` are valid for reads, and `out` for writes, and for reads if there is a
///   `beta`.
/// - Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches them.
#[inline(always)]
unsafe fn product_of<T: Kernels>(product: &Product<T>, is_lhs_first: bool, whole: fn(Problem<'_, T>)) {
    // SAFETY: by this function's contract, which has the same clauses.
    unsafe {
        // (No call but the last one: nothing is to be kept across it.)
        if small::is_quick(product)
            && trace::is_known_off()
            && let Some(isa) = isa::known()
        {
            ran::note(Way::Direct);
            T::dispatch(isa, small::Quick(product));
        } else {
            look(product, is_lhs_first, whole);
        }
    }
}

/// Computes a GEMM: straight on its operands if no packing is faster, otherwise by `whole`.
///
/// # Safety
/// - At all indices below the extents of the product, `a` and `b` are valid for reads, and `out` for writes, and for reads if there is a
///   `beta`.
/// - Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches them.
#[inline(never)]
unsafe fn look<T: Kernels>(product: &Product<T>, is_lhs_first: bool, whole: fn(Problem<'_, T>)) {
    // SAFETY: by this function's contract, which has the same clauses.
    unsafe {
        if !trace::is_on() && small::is_regular(product) && small::is_direct(product) {
            direct(product);
        } else {
            as_problem(product, is_lhs_first, whole);
        }
    }
}

/// Computes a GEMM as any other step.
///
/// # Safety
/// - At all indices below the extents of the product, `a` and `b` are valid for reads, and `out` for writes, and for reads if there is a
///   `beta`.
/// - Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches them.
#[inline(never)]
unsafe fn as_problem<T: Kernels>(product: &Product<T>, is_lhs_first: bool, whole: fn(Problem<'_, T>)) {
    let Product { m, n, k, a, b, out, alpha, beta, conj, .. } = *product;
    let (of_a, of_b) = if is_lhs_first { (1, 2) } else { (2, 1) };
    let mut axes = [Axis::POINT; 3];
    let [columns, rows, contracted] = &mut axes;
    columns.add(0, n, out.2);
    columns.add(of_b, n, b.2);
    rows.add(0, m, out.1);
    rows.add(of_a, m, a.1);
    contracted.add(of_a, k, a.2);
    contracted.add(of_b, k, b.1);
    let (a, b) = (Source { pointer: a.0, conj: conj.a() }, Source { pointer: b.0, conj: conj.b() });
    let (lhs, rhs) = if is_lhs_first { (a, b) } else { (b, a) };
    let alpha = (alpha != T::ONE).then_some(alpha);
    // SAFETY: an index below the extents of the axes is one of the product, and the strides are those of its tensors, or 0 where there is
    // one index: by this function's contract their elements are valid, and those of `out` distinct along the axes that are not contracted.
    whole(unsafe { Problem::new(&mut axes, out.0, (lhs, Some(rhs)), (alpha, beta), T::FAMILY) });
}

/// Computes a GEMM straight on its operands.
///
/// # Safety
/// - At all indices below the extents of the product, `a` and `b` are valid for reads, and `out` for writes, and for reads if there is a
///   `beta`.
/// - Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches them.
#[inline(never)]
unsafe fn direct<T: Kernels>(product: &Product<T>) {
    ran::note(Way::Direct);
    T::dispatch(isa::current(), product);
}

/// A step of two factors that has no terms, or contracted labels that are not on both factors: those are summed or counted
/// first, and then it is `run` again; or streamed if it cannot be.
#[inline(never)]
fn irregular<T: Number>(mut problem: Problem<'_, T>, roles: Roles, run: fn(Problem<'_, T>)) {
    if roles.is_empty {
        return ran::note(Way::Nothing);
    }
    if roles.has_no_terms {
        return streams::compute(problem);
    }
    ran::note(Way::LoneFirst);
    repeated::count(&mut problem);
    let sums = lone::sum(&mut problem, run);
    let are_left = roles.has_lone() && sums.iter().all(Vec::is_empty);
    if are_left { streams::compute(problem) } else { run(problem) }
}

impl<T: Kernels> Visitor<T> for Contraction<'_, T> {
    unsafe fn visit<K: Kernel<Element = T>>(mut self) {
        let parts = SplitK::of(&self);
        // SAFETY: by the contract the processor has the instruction set. Whoever made the problem has kept the contract of
        // `Problem::new`, so that the tensors are valid at all indices below the extents, and elements of `out` are
        // distinct; as they are in a part, which has indices of the whole and a result of its own.
        unsafe {
            match parts {
                Some(parts) => parts::compute_in_parts(&self, parts, |part| whole::<K>(part)),
                None => whole::<K>(&mut self),
            }
        }
    }
}

/// Computes a contraction in one piece.
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - At all indices below the extents of the contraction, the factors are valid for reads, and `out` for writes, and for reads
///   if there is a `beta`. Different indices of `out` are different elements, none of them one of a factor, and nothing else
///   reaches them.
unsafe fn whole<K: Kernel>(contraction: &mut Contraction<'_, K::Element>) {
    let way = of_piece(contraction);
    let spans = SplitK::spans(contraction, way);
    if let Some(spans) = &spans {
        ran::note_spans(spans.count);
    }
    ran::note(way);
    // SAFETY: by this function's contract, which has the same clauses; as a span has them, which has indices of the whole and a result
    // of its own.
    unsafe {
        if let Some(spans) = spans
            && parts::compute_in_spans(contraction, spans, |span| whole::<K>(span))
        {
            return;
        }
        by_way::<K>(contraction, way);
    }
}

/// Computes a contraction in one piece by these loops.
///
/// # Panics
/// If they are not for it.
///
/// # Safety
/// - The processor has the instruction set of `K`.
/// - At all indices below the extents of the contraction, the factors are valid for reads, and `out` for writes, and for reads
///   if there is a `beta`. Different indices of `out` are different elements, none of them one of a factor, and nothing else
///   reaches them.
pub(crate) unsafe fn by_way<K: Kernel>(contraction: &mut Contraction<'_, K::Element>, way: Way) {
    // SAFETY: by this function's contract, which has the same clauses.
    unsafe {
        match way {
            Way::Lanewise => lanewise::compute_lanewise::<K>(contraction),
            Way::Dot => inner::compute_dots::<K>(contraction),
            Way::Direct => small::compute_direct::<K>(contraction),
            _ => blocked::compute_blocked::<K>(contraction),
        }
    }
}
