//! Kernels: what a blocked contraction asks of an element type and an instruction set.

pub(crate) mod block;
pub(crate) mod columns;
pub(crate) mod inner;
pub(crate) mod lanewise;
pub(crate) mod pack;
pub(crate) mod panels;
pub(crate) mod product;
mod product_complex;
pub(crate) mod tile;
pub(crate) mod tiles;

use std::ops::Range;

use crate::{
    kernel::{
        block::Block,
        inner::Inner,
        lanewise::Lanewise,
        panels::Panels,
        product::{Product, Run},
    },
    machine::{isa::Isa, workspace::Bits},
    number::Number,
};

/// An element type with an instruction set: the seam between the loops and the machine.
pub(crate) trait Kernel {
    type Element: Number + Bits;
    /// Rows of a tile, and of a micro-panel of A~.
    const MR: usize;
    /// Columns of a tile, and of a micro-panel of B~.
    const NR: usize;
    /// Rows of a tile of a small product, and of a panel of [`Kernel::gather`].
    const ROWS: usize;

    /// Packs into A~.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - `panels.from` moved by any row, any step across and any of the depth is valid for reads.
    /// - `to` is valid for writes of all panels of `MR` rows.
    /// - The rows are a multiple of `MR`.
    unsafe fn pack_a(panels: &Panels<'_, Self::Element>, to: *mut Self::Element);

    /// Packs into B~.
    ///
    /// # Safety
    /// As for [`Kernel::pack_a`], with `NR` for `MR`.
    unsafe fn pack_b(panels: &Panels<'_, Self::Element>, to: *mut Self::Element);

    /// LOOP 2 and LOOP 1: all tiles of a block.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - A~ and B~ are packed for the rows, steps across, columns and depth of the block.
    /// - `block.out` moved by any row, any step across and any column is valid for writes, and for
    ///   reads if there is a `beta`, and these elements differ.
    unsafe fn tiles(block: &Block<'_, Self::Element>);

    /// The first few columns of small products, straight on the operands: how many.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - `a`, `b` and `out` of each product are valid at all indices, as in
    ///   [`Problem::new`](crate::problem::Problem::new); the rows of `a` lie side by side, in panels of `ROWS` rows.
    /// - There is a column.
    unsafe fn columns(product: &Product<Self::Element>, run: &Run) -> usize;

    /// Copies `a` of a small product into panels of `rows` rows, which lie side by side for every contracted index.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - `a` is valid for reads at all indices.
    /// - `to` is valid for writes of all panels.
    unsafe fn gather(product: &Product<Self::Element>, rows: usize, to: *mut Self::Element);

    /// Products of real numbers side by side.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - The contract of [`Problem::new`](crate::problem::Problem::new) holds for the problem.
    unsafe fn lanewise(problem: &Lanewise<'_, Self::Element>) {
        unreachable!("complex numbers do not come here: {:?}", problem.lanes);
    }

    /// Inner products of rows and columns of a block, if the elements are real.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - The contract of [`Problem::new`](crate::problem::Problem::new) holds for the problem; there are so many rows and columns.
    unsafe fn inner(problem: &Inner<'_, Self::Element>, block: [Range<usize>; 2]) {
        unreachable!("complex numbers do not come here: {} long, {block:?}", problem.len);
    }
}

/// An element with kernels.
pub(crate) trait Kernels: Number + Bits {
    /// Calls `visitor` with the best kernel of `isa`.
    fn dispatch<V: Visitor<Self>>(isa: Isa, visitor: V);
}

/// What is done with a kernel.
pub(crate) trait Visitor<T> {
    /// # Safety
    /// - The processor has the instruction set of `K`.
    unsafe fn visit<K: Kernel<Element = T>>(self);
}
