//! Products of row-major matrices through pointers, by kernels in Rust: nano-gemm, gemm, matrixmultiply, faer.

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
use nano_gemm::{Plan, planless};

use crate::{
    product::{Product, Shape},
    value::{Real, Value},
};

/// The functions that these libraries have for one type each.
pub trait Functions: Sized {
    /// A plan for column-major matrices, or for any strides.
    fn plan(m: usize, n: usize, k: usize, column_major: bool) -> Plan<Self>;
    /// # Safety
    ///
    /// The pointers are to matrices of `shape`; C is no part of the others.
    unsafe fn planless(shape: Shape, a: *const Self, b: *const Self, c: *mut Self);
    /// # Safety
    ///
    /// The pointers are to matrices of `shape`; C is no part of the others.
    unsafe fn matrixmultiply(shape: Shape, a: *const Self, b: *const Self, c: *mut Self);
}

macro_rules! functions {
    ($T:ident, $planned:ident, $any_strides:ident, $planless:ident, $mm:ident) => {
        impl Functions for $T {
            #[inline(always)]
            fn plan(m: usize, n: usize, k: usize, column_major: bool) -> Plan<$T> {
                if column_major { Plan::$planned(m, n, k) } else { Plan::$any_strides(m, n, k) }
            }
            #[inline(always)]
            unsafe fn planless(s: Shape, a: *const $T, b: *const $T, c: *mut $T) {
                let ((ar, ac), (br, bc)) = (s.a(), s.b());
                // SAFETY: as the caller promises.
                unsafe {
                    planless::$planless(
                        s.m,
                        s.n,
                        s.k,
                        c,
                        s.n as isize,
                        1,
                        a,
                        ar,
                        ac,
                        b,
                        br,
                        bc,
                        0.0,
                        1.0,
                        false,
                        false,
                    );
                }
            }
            #[inline(always)]
            unsafe fn matrixmultiply(s: Shape, a: *const $T, b: *const $T, c: *mut $T) {
                let ((ar, ac), (br, bc)) = (s.a(), s.b());
                // SAFETY: as the caller promises.
                unsafe { matrixmultiply::$mm(s.m, s.k, s.n, 1.0, a, ar, ac, b, br, bc, 0.0, c, s.n as isize, 1) }
            }
        }
    };
}

functions!(f32, new_colmajor_lhs_and_dst_f32, new_f32, execute_f32, sgemm);
functions!(f64, new_colmajor_lhs_and_dst_f64, new_f64, execute_f64, dgemm);

/// nano-gemm with a plan that was made before, for column-major matrices: C' = B' A'.
pub struct Planned<T: 'static>(&'static Plan<T>, Shape);
impl<T> Clone for Planned<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Planned<T> {}

impl<T: Real> Planned<T> {
    pub fn new(shape: Shape) -> Self {
        let plan = <T as Functions>::plan(shape.n, shape.m, shape.k, !shape.b_transposed);
        Planned(Box::leak(Box::new(plan)), shape)
    }
}

impl<T: Real> Product<T> for Planned<T> {
    #[inline(always)]
    unsafe fn run(&self, a: *const T, b: *const T, c: *mut T) {
        let (s, (ar, ac), (br, bc)) = (self.1, self.1.a(), self.1.b());
        let (zero, one) = (<T as Value>::ZERO, <T as Value>::ONE);
        // SAFETY: as the caller promises; the plan is for these extents, and for unit strides between rows of B' and C'.
        unsafe {
            self.0.execute_unchecked(s.n, s.m, s.k, c, 1, s.n as isize, b, bc, br, a, ac, ar, zero, one, false, false);
        }
    }
}

macro_rules! by_shape {
    ($($(#[$doc:meta])* $Name:ident($s:ident, $a:ident, $b:ident, $c:ident) $body:block)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $Name(pub Shape);

        impl<T: Real> Product<T> for $Name {
            #[inline(always)]
            unsafe fn run(&self, $a: *const T, $b: *const T, $c: *mut T) {
                let $s = self.0;
                // SAFETY: as the caller promises.
                unsafe { $body }
            }
        }
    )* };
}

by_shape! {
    /// nano-gemm, which plans in every call.
    Planless(s, a, b, c) { T::planless(s, a, b, c) }
    /// matrixmultiply.
    MatrixMultiply(s, a, b, c) { T::matrixmultiply(s, a, b, c) }
    /// gemm.
    Gemm(s, a, b, c) {
        let ((ar, ac), (br, bc)) = (s.a(), s.b());
        let (zero, one) = (<T as Value>::ZERO, <T as Value>::ONE);
        gemm::gemm(
            s.m, s.n, s.k, c, 1, s.n as isize, false, a, ac, ar, b, bc, br, zero, one, false, false, false,
            gemm::Parallelism::None,
        )
    }
    /// faer.
    Faer(s, a, b, c) {
        let ((ar, ac), (br, bc)) = (s.a(), s.b());
        let a = MatRef::from_raw_parts(a, s.m, s.k, ar, ac);
        let b = MatRef::from_raw_parts(b, s.k, s.n, br, bc);
        let c = MatMut::from_raw_parts_mut(c, s.m, s.n, s.n as isize, 1);
        matmul(c, Accum::Replace, a, b, <T as Value>::ONE, Par::Seq)
    }
}
