//! Eigen, compiled from `eigen.cpp`: loops over sets for extents known when compiled, and products of any extents.

use std::ffi::{c_int, c_void};

use crate::{
    bench::Case,
    product::{Product, Shape},
    report::Report,
    value::Real,
};

/// An operation of Eigen's, by its number in `eigen.cpp`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Product = 0,
    MatVec = 1,
    Dot = 2,
    Trace = 3,
    FourAxes = 4,
    Chain = 5,
    Batch = 6,
    Bilinear = 7,
    Gradients = 8,
    MatVecGradients = 9,
    BatchGradients = 10,
}

/// Where a matrix, or several one after the other, are in a set: an operand, a result, or room that is not read.
#[derive(Clone, Copy)]
pub enum Slot {
    Operand(usize, Matrices),
    Result(Matrices),
    Room(Matrices),
}

/// Rows, columns, count. Row-major in cases, column-major here.
pub type Matrices = (usize, usize, usize);

/// A copy of matrices with rows and columns of each exchanged in memory.
pub fn transposed<T: Copy>(x: &[T], (rows, columns, count): Matrices) -> Vec<T> {
    let at = |b: usize, c: usize, r: usize| x[(b * rows + r) * columns + c];
    (0..count * columns * rows).map(|i| at(i / rows / columns, i / rows % columns, i % rows)).collect()
}

type Fixed = unsafe extern "C" fn(c_int, c_int, c_int, *mut c_void, usize, usize) -> usize;
type Any<T> = unsafe extern "C" fn(usize, usize, usize, *const T, *const T, *mut T);

#[cfg(eigen)]
unsafe extern "C" {
    fn peers_eigen_fixed_f32(
        kind: c_int,
        n: c_int,
        latency: c_int,
        sets: *mut c_void,
        count: usize,
        passes: usize,
    ) -> usize;
    fn peers_eigen_fixed_f64(
        kind: c_int,
        n: c_int,
        latency: c_int,
        sets: *mut c_void,
        count: usize,
        passes: usize,
    ) -> usize;
    fn peers_eigen_product_f32(m: usize, k: usize, n: usize, a: *const f32, b: *const f32, c: *mut f32);
    fn peers_eigen_product_f64(m: usize, k: usize, n: usize, a: *const f64, b: *const f64, c: *mut f64);
    fn peers_eigen_facts() -> *const std::ffi::c_char;
}

pub trait Functions: Sized {
    const FUNCTIONS: Option<(Fixed, Any<Self>)>;
}

#[cfg(eigen)]
mod linked {
    use super::*;

    impl Functions for f32 {
        const FUNCTIONS: Option<(Fixed, Any<f32>)> = Some((peers_eigen_fixed_f32, peers_eigen_product_f32));
    }
    impl Functions for f64 {
        const FUNCTIONS: Option<(Fixed, Any<f64>)> = Some((peers_eigen_fixed_f64, peers_eigen_product_f64));
    }
    pub fn introduce(report: &mut Report) {
        // SAFETY: a text that lives as long as the program.
        let facts = unsafe { std::ffi::CStr::from_ptr(peers_eigen_facts()) };
        report.fact("Eigen", &facts.to_string_lossy());
    }
}

#[cfg(not(eigen))]
mod linked {
    use super::*;

    impl Functions for f32 {
        const FUNCTIONS: Option<(Fixed, Any<f32>)> = None;
    }
    impl Functions for f64 {
        const FUNCTIONS: Option<(Fixed, Any<f64>)> = None;
    }
    pub fn introduce(report: &mut Report) {
        report.skipped("Eigen", "no headers when this was built: apt-get install libeigen3-dev, or EIGEN_INCLUDE");
    }
}

pub use linked::introduce;

/// Adds Eigen with fixed extents. The slots are those of first operand, rest and result, in order.
pub fn add<T: Real>(case: &mut Case<T>, kind: Kind, n: usize, slots: &[Slot]) {
    let Some((fixed, _)) = T::FUNCTIONS else { return };
    let line = 64 / size_of::<T>();
    let length = |slot: &Slot| match *slot {
        Slot::Operand(_, (r, c, b)) | Slot::Result((r, c, b)) | Slot::Room((r, c, b)) => {
            (r * c * b).next_multiple_of(line)
        }
    };
    let stride: usize = slots.iter().map(length).sum();
    let fill = |sets: &[Vec<Vec<T>>]| {
        let mut memory = Vec::with_capacity(stride * sets.len());
        for operands in sets {
            for slot in slots {
                let end = memory.len() + length(slot);
                if let Slot::Operand(k, matrices) = *slot {
                    memory.extend(transposed(&operands[k], matrices));
                }
                memory.resize(end, <T as crate::value::Value>::ZERO);
            }
        }
        memory
    };
    let (mut sets, mut steady) = (fill(case.sets()), fill(&[case.steady_set().to_vec()]));
    let count = case.sets().len();
    let run = move |latency: bool, memory: &mut [T], count: usize, passes: usize| {
        // SAFETY: the memory holds so many sets of the layout that the slots say; the size of one is compared below.
        unsafe { fixed(kind as c_int, n as c_int, latency.into(), memory.as_mut_ptr().cast(), count, passes) }
    };
    assert_eq!(run(false, &mut sets, 0, 0), stride * size_of::<T>(), "Eigen has another layout");
    run(false, &mut sets, count, 1);
    let read = |set: &[T]| {
        let (mut at, mut results) = (0, Vec::new());
        for slot in slots {
            if let Slot::Result((r, c, b)) = *slot {
                results.push(transposed(&set[at..at + r * c * b], (c, r, b)));
            }
            at += length(slot);
        }
        results.concat()
    };
    let results: Vec<_> = sets.chunks(stride).map(read).collect();
    let throughput = move |passes| _ = run(false, &mut sets, count, passes);
    let latency = move |passes| _ = run(true, &mut steady, crate::bench::CHAINED, passes);
    case.add_loops("Eigen", &results, Box::new(throughput), Box::new(latency));
}

/// A product of any extents.
#[derive(Clone, Copy)]
pub struct Dynamic<T>(Any<T>, Shape);

impl<T: Real> Dynamic<T> {
    pub fn new(shape: Shape) -> Option<Self> {
        T::FUNCTIONS.map(|(_, product)| Dynamic(product, shape))
    }
}

impl<T: Real> Product<T> for Dynamic<T> {
    #[inline(always)]
    unsafe fn run(&self, a: *const T, b: *const T, c: *mut T) {
        // SAFETY: as the caller promises.
        unsafe { (self.0)(self.1.m, self.1.k, self.1.n, a, b, c) }
    }
}
