//! Products of row-major matrices by libraries that are opened at run time: libxsmm's compiled kernels, and OpenBLAS.

use std::{
    ffi::{CStr, c_char, c_int, c_void},
    mem::MaybeUninit,
    sync::LazyLock,
};

use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_LAZY, Symbol};

use crate::{
    product::{Product, Shape},
    report::Report,
    value::Real,
};

type Dispatch = unsafe extern "C" fn(XsmmShape, u32, u32) -> Option<XsmmKernel>;
type XsmmKernel = unsafe extern "C" fn(*const Arguments);
type Gemm<T> = unsafe extern "C" fn(
    c_int,
    c_int,
    c_int,
    c_int,
    c_int,
    c_int,
    T,
    *const T,
    c_int,
    *const T,
    c_int,
    T,
    *mut T,
    c_int,
);

static XSMM: LazyLock<Result<Dispatch, String>> = LazyLock::new(|| {
    let library = open("PEERS_XSMM")?;
    // SAFETY: the functions have these types in libxsmm's headers.
    unsafe {
        symbol::<unsafe extern "C" fn()>(library, b"libxsmm_init")?();
        symbol(library, b"libxsmm_dispatch_gemm")
    }
});
static BLAS: LazyLock<Result<(Gemm<f32>, Gemm<f64>), String>> = LazyLock::new(|| {
    let library = open("PEERS_OPENBLAS")?;
    // SAFETY: the functions have these types in the header of OpenBLAS.
    unsafe {
        symbol::<unsafe extern "C" fn(c_int)>(library, b"scipy_openblas_set_num_threads")?(1);
        Ok((symbol(library, b"scipy_cblas_sgemm")?, symbol(library, b"scipy_cblas_dgemm")?))
    }
});

fn open(variable: &str) -> Result<&'static Library, String> {
    let path = std::env::var(variable).map_err(|_| format!("{variable} does not name a library; run fetch.sh"))?;
    // SAFETY: initialisers of these libraries read the processor and the environment only.
    let library = unsafe { Library::open(Some(&path), RTLD_LAZY | RTLD_GLOBAL) }.map_err(|e| e.to_string())?;
    Ok(Box::leak(Box::new(library)))
}

/// # Safety
///
/// The symbol has the type `T`.
unsafe fn symbol<T: Copy>(library: &'static Library, name: &[u8]) -> Result<T, String> {
    // SAFETY: as the caller promises; the library is never closed.
    let symbol: Symbol<T> = unsafe { library.get(name) }.map_err(|e| e.to_string())?;
    Ok(*symbol)
}

/// Says which kernels the libraries use, or why they cannot be had.
pub fn introduce(report: &mut Report) {
    let text = |variable, name: &[u8]| {
        // SAFETY: both functions take nothing and return a text that lives on.
        unsafe {
            CStr::from_ptr(symbol::<unsafe extern "C" fn() -> *const c_char>(open(variable).unwrap(), name).unwrap()())
        }
        .to_string_lossy()
        .into_owned()
    };
    match &*XSMM {
        Ok(_) => report.fact("libxsmm target", &text("PEERS_XSMM", b"libxsmm_get_target_arch")),
        Err(reason) => report.skipped("libxsmm", reason),
    }
    match &*BLAS {
        Ok(_) => report.fact("OpenBLAS", &text("PEERS_OPENBLAS", b"scipy_openblas_get_config")),
        Err(reason) => report.skipped("OpenBLAS", reason),
    }
}

pub trait Functions: Sized {
    const XSMM_TYPE: c_int;
    fn gemm() -> Option<Gemm<Self>>;
}

impl Functions for f32 {
    const XSMM_TYPE: c_int = 1;
    fn gemm() -> Option<Gemm<f32>> {
        BLAS.as_ref().ok().map(|gemm| gemm.0)
    }
}

impl Functions for f64 {
    const XSMM_TYPE: c_int = 0;
    fn gemm() -> Option<Gemm<f64>> {
        BLAS.as_ref().ok().map(|gemm| gemm.1)
    }
}

/// `libxsmm_gemm_shape`.
#[repr(C)]
struct XsmmShape {
    extents: [c_int; 3],
    leading: [c_int; 3],
    types: [c_int; 4],
}

/// `libxsmm_gemm_param`: of each matrix the first of six pointers.
#[repr(C)]
struct Arguments {
    op: [*mut c_void; 4],
    matrices: [[*mut c_void; 6]; 3],
}

/// A kernel that libxsmm compiled for the extents.
#[derive(Clone, Copy)]
pub struct Xsmm(XsmmKernel);

impl Xsmm {
    /// `None` if there is no libxsmm, or no kernel for the shape.
    pub fn new<T: Real>(s: Shape) -> Option<Self> {
        const OVERWRITE: u32 = 4;
        let extents = [s.n, s.m, s.k].map(|x| x as c_int);
        let leading =
            [if s.b_transposed { s.k } else { s.n }, if s.a_transposed { s.m } else { s.k }, s.n].map(|x| x as c_int);
        let flags = OVERWRITE | if s.b_transposed { 1 } else { 0 } | if s.a_transposed { 2 } else { 0 };
        let dispatch = XSMM.as_ref().ok()?;
        // SAFETY: the types are those of libxsmm's headers.
        unsafe { dispatch(XsmmShape { extents, leading, types: [T::XSMM_TYPE; 4] }, flags, 0) }.map(Xsmm)
    }
}

impl<T: Real> Product<T> for Xsmm {
    #[inline(always)]
    unsafe fn run(&self, a: *const T, b: *const T, c: *mut T) {
        let mut arguments = MaybeUninit::<Arguments>::uninit();
        let matrices = arguments.as_mut_ptr();
        // SAFETY: plain products read the first pointer of each matrix alone; the kernel is for these, column-major: C' = B' A'.
        unsafe {
            (*matrices).matrices[0][0] = b.cast_mut().cast();
            (*matrices).matrices[1][0] = a.cast_mut().cast();
            (*matrices).matrices[2][0] = c.cast();
            (self.0)(matrices);
        }
    }
}

/// OpenBLAS, through its interface for row-major matrices.
#[derive(Clone, Copy)]
pub struct Blas<T>(Gemm<T>, Shape);

impl<T: Real> Blas<T> {
    pub fn new(shape: Shape) -> Option<Self> {
        T::gemm().map(|gemm| Blas(gemm, shape))
    }
}

impl<T: Real> Product<T> for Blas<T> {
    #[inline(always)]
    unsafe fn run(&self, a: *const T, b: *const T, c: *mut T) {
        const ROW_MAJOR: c_int = 101;
        const NOT_TRANSPOSED: c_int = 111;
        let [m, k, n] = [self.1.m, self.1.k, self.1.n].map(|x| x as c_int);
        let (zero, one) = (<T as crate::value::Value>::ZERO, <T as crate::value::Value>::ONE);
        // SAFETY: as the caller promises; no factor is transposed where OpenBLAS is used.
        unsafe { (self.0)(ROW_MAJOR, NOT_TRANSPOSED, NOT_TRANSPOSED, m, n, k, one, a, k, b, n, zero, c, n) }
    }
}
