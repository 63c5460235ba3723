//! Products that are added to overlapping windows of a tensor, all windows at once: the gradient of a convolution by its image.
//!
//! Window by window each is a GEMM that packs the same factor anew and passes over the whole result: `y[n, c, i + p, j + q]` for windows of
//! 7 x 7 49 times. Here an index of a window is one more row or column, of the factor that has it, and the other factor is packed once. Indices
//! of several rows and columns may lead to one element of the result, but never those of one vector, and tiles are computed one after the
//! other. Windows come around a strip of columns, so that neighbouring columns, which are added one after the other, do not wait for each other.
//!
//! Threads share an axis along which windows do not overlap, in as many parts as the extents say: what is added to an element is added
//! in one order, whatever the number of threads.

use std::mem::transmute;

use crate::{
    extents,
    gemm::{
        blocked,
        contraction::{Contraction, extent},
        layout::{Layout, strip},
    },
    kernel::{Kernel, Kernels, Visitor},
    machine::{
        isa,
        threads::{self, shared::Shared},
    },
    number::{Family, Kind},
    plan::{
        trace,
        tuning::{GEMM_RATE, WINDOWS_MAX_PARTS, WINDOWS_PART_MIN_INDICES},
        way::Way,
    },
    problem::{AddWindows, Axis, Problem, Roles, Source},
};

impl<T> Family<T> {
    /// The function that adds products to overlapping windows, for a number that there is one for.
    #[must_use]
    pub const fn windows(self) -> Option<AddWindows<T>> {
        // SAFETY: a number of a kind is that very number (nobody else can say that it is of that kind), so that both are
        // one type.
        unsafe {
            Some(match self.kind() {
                Kind::F32 => transmute::<AddWindows<f32>, AddWindows<T>>(add_windows::<f32>),
                Kind::F64 => transmute::<AddWindows<f64>, AddWindows<T>>(add_windows::<f64>),
                _ => return None,
            })
        }
    }
}

/// Adds a product to windows, if it is a GEMM that this is for: returns whether it is.
///
/// # Safety
/// The contract of [`AddWindows`] holds.
#[inline(never)]
unsafe fn add_windows<T: Kernels>(problem: Problem<'_, T>, windows: &[Axis]) -> bool {
    let roles = Roles::of(&problem);
    if roles.is_empty || roles.is_irregular() || !roles.is_product() {
        return false;
    }
    let described = trace::is_on().then(|| {
        let axes: Vec<Axis> = windows.iter().filter(|axis| axis.extent != 1).copied().collect();
        trace::describe(&problem.with_axes(&mut [&*problem.axes, &axes].concat()))
    });
    let Ok((first, is_turned)) = Contraction::turned(problem) else { return false };
    let Some(windows) = Windows::of(&first, windows, is_turned) else { return false };
    if let Some(step) = described {
        trace::print_described(&step, Way::Windows.into());
    }
    T::dispatch(isa::current(), windows);
    true
}

/// A GEMM that is added to windows.
struct Windows<'a, 'p, T> {
    /// The GEMM of the first window.
    first: &'a Contraction<'p, T>,
    /// Axes of the windows, by the factor that has them.
    of_a: Vec<Axis>,
    of_b: Vec<Axis>,
    /// An axis along which no windows overlap.
    apart: Axis,
}

impl<'a, 'p, T: Kernels> Windows<'a, 'p, T> {
    fn of(first: &'a Contraction<'p, T>, windows: &[Axis], is_turned: bool) -> Option<Self> {
        let windows = windows.iter().filter(|axis| axis.extent != 1);
        let windows: Vec<Axis> = windows.map(|axis| if is_turned { axis.swapped() } else { *axis }).collect();
        let is_of_one = |axis: &Axis| axis.extent > 0 && (axis.lhs != 0) != (axis.rhs != 0);
        let kept = || first.batch.iter().chain(&*first.m).chain(&*first.n);
        let apart = *kept().max_by_key(|axis| axis.out.unsigned_abs())?;
        let others = kept().filter(|axis| **axis != apart).chain(&windows);
        let reach = others.map(|axis| extents::count([axis.extent.saturating_sub(1), axis.out.unsigned_abs()]));
        let is_apart = apart.out.unsigned_abs() > reach.fold(0, usize::saturating_add);
        let is_suited = !windows.is_empty() && windows.iter().all(is_of_one) && is_apart;
        let (of_a, of_b): (Vec<Axis>, Vec<Axis>) = windows.into_iter().partition(|axis| axis.lhs != 0);
        let are_counted = |axes: &[Axis], windows: &[Axis]| {
            extents::exact(axes.iter().chain(windows).map(|axis| axis.extent)).is_some()
        };
        let is_counted = are_counted(first.m, &of_a) && are_counted(first.n, &of_b);
        (is_suited && is_counted).then_some(Self { first, of_a, of_b, apart })
    }

    /// How many indices of the axis that is shared a part has, and how many parts there are.
    fn parts(&self) -> (usize, usize) {
        let sides = [self.first.batch, &*self.first.m, &*self.first.n];
        let side = sides.into_iter().find(|axes| axes.contains(&self.apart)).map_or(1, extent);
        let wanted = (side / WINDOWS_PART_MIN_INDICES).clamp(1, WINDOWS_MAX_PARTS).min(self.apart.extent);
        let len = self.apart.extent.div_ceil(wanted);
        (len, self.apart.extent.div_ceil(len))
    }

    /// Adds all windows of `len` indices of the shared axis from `start` on.
    ///
    /// # Safety
    /// - The processor has the instruction set of `K`.
    /// - At all indices below the extents of the GEMM and of the windows, factors are valid for reads and the result for reads and writes.
    ///   None of its elements is one of a factor.
    /// - Nobody else reaches the elements of these indices meanwhile.
    unsafe fn add<K: Kernel<Element = T>>(&self, start: usize, len: usize) {
        let Contraction { batch, m, n, k, out, a, b, alpha, .. } = self.first;
        let len = len.min(self.apart.extent - start);
        let part = |axes: &[Axis]| -> Vec<Axis> {
            axes.iter().map(|axis| if *axis == self.apart { Axis { extent: len, ..*axis } } else { *axis }).collect()
        };
        let moved = |source: &Source<T>, stride: isize| Source {
            pointer: source.pointer.wrapping_offset(extents::offset(start, stride)),
            ..*source
        };
        let (batch, mut m, mut n, mut k) = (part(batch), part(m), part(n), k.to_vec());
        let mut part = Contraction {
            batch: &batch,
            m: &mut m,
            n: &mut n,
            k: &mut k,
            out: out.wrapping_offset(extents::offset(start, self.apart.out)),
            a: moved(a, self.apart.lhs),
            b: moved(b, self.apart.rhs),
            alpha: *alpha,
            beta: Some(T::ONE),
        };
        let layout = Layout::of(&mut part);
        let mut m = [&self.of_a, &*part.m].concat();
        let mut n = around_strip::<T>(&self.of_b, part.n);
        (part.m, part.n) = (&mut m, &mut n);
        // SAFETY: by this function's contract, which has the same clauses; a strip has the indices of its axis. It is one thread that adds
        // to the result, and reads what is there.
        unsafe { blocked::compute_alone::<K>(&part, layout) }
    }
}

/// Axes of columns with windows around a strip of the fastest.
fn around_strip<T>(windows: &[Axis], columns: &[Axis]) -> Vec<Axis> {
    let Some((fastest, outer)) = columns.split_last() else { return windows.to_vec() };
    let len = strip::<T>(fastest.extent).unwrap_or(fastest.extent);
    let [out, lhs, rhs] = [fastest.out, fastest.lhs, fastest.rhs].map(|stride| extents::offset(len, stride));
    let strips = Axis { extent: fastest.extent / len, out, lhs, rhs, ..*fastest };
    [outer, &[strips], windows, &[Axis { extent: len, ..*fastest }]].concat()
}

impl<T: Kernels> Visitor<T> for Windows<'_, '_, T> {
    unsafe fn visit<K: Kernel<Element = T>>(self) {
        let Contraction { batch, m, n, k, .. } = self.first;
        let sides = [batch, &**m, &**n, &**k, &*self.of_a, &*self.of_b];
        let nanoseconds = GEMM_RATE.nanoseconds(1, extents::count(sides.map(extent)));
        let (len, parts) = self.parts();
        // SAFETY: parts write to different elements of the result, as windows of different indices of the axis do not overlap; factors are
        // only read. Elements are `Send` and `Sync`.
        let shared = unsafe { Shared::new(self) };
        threads::for_each_chunk(parts, nanoseconds, |range| {
            for part in range {
                // SAFETY: by the contract the processor has the instruction set. Whoever made the windows has kept the contract of
                // `AddWindows`; each part is computed once, and others have other elements.
                unsafe { shared.get().add::<K>(part * len, len) }
            }
        });
    }
}
