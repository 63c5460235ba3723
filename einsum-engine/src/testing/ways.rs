//! GEMMs by other loops than those that the engine chooses: for a benchmark of what each of its rules loses.

use crate::{
    gemm::{contraction::Contraction, inner, lanewise, small},
    kernel::{Kernel, Kernels, Visitor},
    machine::isa,
    plan::way::Way,
    problem::{Problem, Roles},
    run::by_way,
    testing::Step,
};

/// The loops for GEMMs.
const WAYS: [Way; 4] = [Way::Lanewise, Way::Dot, Way::Direct, Way::Blocked];

macro_rules! run_by {
    ($($T:ty)*) => { $(
        impl Step<'_, $T> {
            /// Computes it by such loops, of four, one after the other: returns their name, if it is a GEMM that they are for.
            pub fn run_by(&mut self, number: usize) -> Option<String> {
                by(self.problem(), *WAYS.get(number)?)
            }
        }
    )* };
}

run_by!(f32 f64);

fn by<T: Kernels>(problem: Problem<'_, T>, way: Way) -> Option<String> {
    let roles = Roles::of(&problem);
    if roles.is_empty || roles.is_irregular() || !roles.is_product() {
        return None;
    }
    let contraction = Contraction::of(problem).ok()?;
    let is_possible = match way {
        Way::Lanewise => lanewise::fits(&contraction),
        Way::Dot => inner::is_possible(&contraction),
        Way::Direct => small::is_possible(&contraction),
        _ => true,
    };
    is_possible.then(|| {
        T::dispatch(isa::current(), By(contraction, way));
        format!("{way:?}")
    })
}

/// A contraction, and the loops to compute it by, which are for it.
struct By<'a, T>(Contraction<'a, T>, Way);

impl<T: Kernels> Visitor<T> for By<'_, T> {
    unsafe fn visit<K: Kernel<Element = T>>(mut self) {
        // SAFETY: by the contract the processor has the instruction set. Whoever made the problem has kept the contract of `Problem::new`, so
        // that the tensors are valid at all indices below the extents, and elements of `out` are distinct.
        unsafe { by_way::<K>(&mut self.0, self.1) }
    }
}
