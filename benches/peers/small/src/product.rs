//! Products of row-major matrices through pointers.

/// C = A B, or with a transposed factor; all three are stored row-major.
#[derive(Clone, Copy)]
pub struct Shape {
    pub m: usize,
    pub k: usize,
    pub n: usize,
    pub a_transposed: bool,
    pub b_transposed: bool,
}

impl Shape {
    pub fn new(m: usize, k: usize, n: usize) -> Self {
        Shape { m, k, n, a_transposed: false, b_transposed: false }
    }

    /// Strides of A, between rows and between columns.
    pub fn a(self) -> (isize, isize) {
        if self.a_transposed { (1, self.m as isize) } else { (self.k as isize, 1) }
    }

    pub fn b(self) -> (isize, isize) {
        if self.b_transposed { (1, self.k as isize) } else { (self.n as isize, 1) }
    }
}

/// A way to compute one product.
pub trait Product<T>: Copy + 'static {
    /// # Safety
    ///
    /// The pointers are to matrices of the shape that the product was made for; C is no part of the others.
    unsafe fn run(&self, a: *const T, b: *const T, c: *mut T);
}
