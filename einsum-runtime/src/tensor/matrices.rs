//! Steps that are one product of matrices by their labels: which axis is which is a constant, and a call site says it.
//!
//! Of any other step the engine is given the axes, and sees by their strides what it is, which takes as long as a product of 4 x 4.

use alloc::vec::Vec;

use einsum_engine::{ComputeProduct, Conj, Product, machine::pages};

use crate::{
    element::Element,
    loops::Nest,
    tensor::access::{Labelled, Read},
};

/// A step that is a product of matrices by its labels: `ij,jk->ik`, with the axes of each tensor in either order. The rows are the last
/// axis of the result, along which vectors lie.
#[derive(Clone, Copy)]
pub(super) struct Matrices<T> {
    compute: ComputeProduct<T>,
    places: Places,
}

/// Where the axes of both factors are.
#[derive(Clone, Copy)]
struct Places {
    /// Whether the first factor has the rows.
    is_lhs_first: bool,
    /// The axis of the rows in the factor that has them: the other one is contracted.
    rows: usize,
    /// The axis of the columns in the other factor: the other one is contracted.
    columns: usize,
}

impl<T: Element> Matrices<T> {
    /// The steps of a nest, if there are kernels for the elements.
    pub(super) const fn of<N: Nest<L>, const L: usize>() -> Option<Self> {
        match (places::<N, L>(), T::FAMILY.gemm()) {
            (Some(places), Some(compute)) => Some(Self { compute, places }),
            _ => None,
        }
    }

    /// The step of these tensors, if each has two axes, none is repeated, and elements are kept as they are computed with.
    #[inline(always)]
    pub(super) fn product(
        self,
        factors: &[Read<'_, T>],
        (to, out): (*mut T, &Labelled<'_>),
        (alpha, beta): (Option<T>, Option<T>),
    ) -> Option<Product<T>> {
        let Places { is_lhs_first, rows, columns } = self.places;
        let [lhs, rhs] = factors else { return None };
        let (a, b) = if is_lhs_first { (lhs, rhs) } else { (rhs, lhs) };
        let is_matrix = |tensor: &Labelled<'_>| tensor.is_plain() && tensor.rank() == 2;
        let are_matrices = is_matrix(a.axes()) && is_matrix(b.axes()) && is_matrix(out);
        if !are_matrices || a.is_converted() || b.is_converted() {
            return None;
        }
        let ((_, m, a_m), (_, k, a_k)) = (a.axes().axis(rows), a.axes().axis(1 - rows));
        let ((_, n, b_n), (_, depth, b_k)) = (b.axes().axis(columns), b.axes().axis(1 - columns));
        let ((_, columns, out_n), (_, rows, out_m)) = (out.axis(0), out.axis(1));
        if m != rows || n != columns || k != depth {
            return None;
        }
        let is_real = const { T::FAMILY.is_real() };
        Some(Product {
            m,
            n,
            k,
            a: (a.pointer(), a_m, a_k),
            panel: 0,
            b: (b.pointer(), b_k, b_n),
            out: (to, out_m, out_n),
            alpha: alpha.unwrap_or(T::ONE),
            beta,
            conj: Conj::of(!is_real && a.is_conj(), !is_real && b.is_conj()),
            whole: [m, n],
        })
    }

    /// Computes a product that [`Matrices::product`] has given.
    ///
    /// # Safety
    /// - At all indices below the extents of the product, `a` and `b` are valid for reads, and `out` for writes, and for reads if there is
    ///   a `beta`.
    /// - Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches them.
    #[inline(always)]
    pub(super) unsafe fn compute(self, product: &Product<T>) {
        // SAFETY: by this function's contract, which has the same clauses.
        unsafe { (self.compute)(product, self.places.is_lhs_first) }
    }

    /// The elements of the result of a product, on the heap: `len`, wherever the product has its `out`.
    ///
    /// # Safety
    /// - At all indices below the extents of the product, `a` and `b` are valid for reads, and it has no `beta`.
    /// - Every index of its result moves `out` to one of `len` elements, a different one for each, and each of these has an index.
    #[inline(never)]
    pub(super) unsafe fn elements(self, mut product: Product<T>, len: usize) -> Vec<T> {
        let mut elements = pages::room::<T>(len);
        product.out.0 = elements.as_mut_ptr();
        // SAFETY: by this function's contract: there is room for `len` elements, which nothing else reaches, and of which kernels, which
        // there are for `T`, write those of all indices: every one.
        unsafe {
            self.compute(&product);
            elements.set_len(len);
        }
        elements
    }
}

/// Where the axes are, if the labels are those of a product of matrices.
const fn places<N: Nest<L>, const L: usize>() -> Option<Places> {
    let [out, lhs, rhs] = N::TENSORS;
    if L != 3 || N::KEPT != 2 || out.len() != 2 || lhs.len() != 2 || rhs.len() != 2 {
        return None;
    }
    let [column, row, contracted] = [out[0], out[1], 2];
    if row == column || row >= contracted || column >= contracted {
        return None;
    }
    if let (Some(rows), Some(columns)) = (place(lhs, [row, contracted]), place(rhs, [column, contracted])) {
        return Some(Places { is_lhs_first: true, rows, columns });
    }
    if let (Some(rows), Some(columns)) = (place(rhs, [row, contracted]), place(lhs, [column, contracted])) {
        return Some(Places { is_lhs_first: false, rows, columns });
    }
    None
}

/// The place of the first of two labels in a factor that has both and nothing else.
const fn place(labels: &[usize], [first, second]: [usize; 2]) -> Option<usize> {
    if labels[0] == first && labels[1] == second {
        Some(0)
    } else if labels[1] == first && labels[0] == second {
        Some(1)
    } else {
        None
    }
}
