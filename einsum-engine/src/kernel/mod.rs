//! Kernels: the functions of an element type and an instruction set that contractions are computed by.

pub(crate) mod block;
pub(crate) mod columns;
#[cfg(target_arch = "x86_64")]
pub(crate) mod halves;
pub(crate) mod inner;
pub(crate) mod integers;
pub(crate) mod lanewise;
pub(crate) mod pack;
pub(crate) mod panels;
pub(crate) mod product;
mod product_complex;
pub(crate) mod tile;
pub(crate) mod tiles;

use std::ops::Range;

use crate::{
    kernel::{block::Block, columns::Copies, inner::Inner, lanewise::Lanewise, panels::Panels, product::Run},
    machine::{isa::Isa, workspace::Bits},
    number::Number,
    product::Product,
};

/// An element type with an instruction set, for products of packed factors: the seam between LOOP 5 to LOOP 3 and the machine.
pub(crate) trait Packed {
    type Element: Number + Bits;
    /// The kernel for fewer rows, of tiles with more columns; or this one.
    type Narrow: Packed<Element = Self::Element>;
    /// Rows of a tile, and of a micro-panel of A~.
    const MR: usize;
    /// Columns of a tile, and of a micro-panel of B~.
    const NR: usize;

    /// Packs a block of `a` into A~: micro-panels of `MR` rows.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - `panels.from` moved by the sum of an offset of `rows`, a step `across` and an offset of `depth` is valid for reads.
    /// - `panels.rows` has the offsets of `panels.count` rows, then the last one again up to a multiple of `MR`.
    /// - `panels.unit` is true: elements lie side by side along the axis that it names; if that is a contracted one, at indices
    ///   `panels.lane` apart.
    /// - `to` is valid for writes of `MR` elements for every contracted index of every micro-panel, at every step across.
    unsafe fn pack_a(panels: &Panels<'_, Self::Element>, to: *mut Self::Element);

    /// Packs a block of `b` into B~: micro-panels of `NR` columns, which are the rows of `panels`.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - `panels.from` moved by the sum of an offset of `rows`, a step `across` and an offset of `depth` is valid for reads.
    /// - `panels.rows` has the offsets of `panels.count` rows, then the last one again up to a multiple of `NR`.
    /// - `panels.unit` is true: elements lie side by side along the axis that it names; if that is a contracted one, at indices
    ///   `panels.lane` apart.
    /// - `to` is valid for writes of `NR` elements for every contracted index of every micro-panel, at every step across.
    unsafe fn pack_b(panels: &Panels<'_, Self::Element>, to: *mut Self::Element);

    /// LOOP 2 and LOOP 1: all tiles of a block.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - A~ is packed for the rows, steps across and depth of the block, and B~ for its columns and depth; or, of real numbers,
    ///   `block.in_place` has an offset for each of these, and for columns up to a multiple of `NR`, and `block.b` moved by the sum of one of
    ///   each is valid for reads.
    /// - `block.out` moved by the sum of an offset of `rows`, a step `across` and an offset of `columns` is valid for writes,
    ///   and for reads if there is a `beta`; these elements differ, unless there is one and the numbers are real: they are then added to one
    ///   after the other, by vectors of elements that lie side by side. Nothing else reaches them.
    /// - `block.runs` is true: from each row on, so many rows lie side by side in the result.
    unsafe fn tiles(block: &Block<'_, Self::Element>);
}

/// An element type with an instruction set: the seam between the loops and the machine.
pub(crate) trait Kernel: Packed {
    /// Rows of a tile of a small product, and of a panel of [`Kernel::gather`].
    const ROWS: usize;
    /// Vectors of rows of a tile of small products.
    const VECTORS: usize;

    /// Computes the first few columns of each GEMM of a run, straight on the operands, and returns how many.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - For each GEMM of the run, `a` and `b` are valid for reads, and `out` for writes, at all indices below the extents, and
    ///   `out` for reads if there is a `beta`. Different indices of `out` are different elements, none of them one of a factor,
    ///   and nothing else reaches them.
    /// - The rows of `a` lie side by side, or in panels of `ROWS` rows, `panel` apart, in which they do; or there is only one.
    /// - There is a column.
    unsafe fn columns(product: &Product<Self::Element>, run: &Run) -> usize;

    /// Computes all columns of a GEMM of fewer rows than a tile has, straight on the operands.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - `a` and `b` are valid for reads, and `out` for writes, at all indices below the extents, and `out` for reads if there is a `beta`.
    ///   Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches them.
    /// - The rows lie side by side in `a` and in `out`, and are fewer than `ROWS`.
    unsafe fn short_columns(product: &Product<Self::Element>);

    /// Computes all columns of a GEMM of as many rows as a tile of two vectors has, or some more, straight on the operands.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - `a` and `b` are valid for reads, and `out` for writes, at all indices below the extents, and `out` for reads if there is a `beta`.
    ///   Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches them.
    /// - The rows lie side by side in `a` and in `out`. `ROWS` are two vectors.
    unsafe fn tall_columns(product: &Product<Self::Element>);

    /// Copies so many factors like `a` of a small product into panels of `rows` rows, which lie side by side for every contracted index.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - Where each factor begins, with the strides of `a`, elements are valid for reads at all rows and contracted indices.
    /// - Where each copy goes, `rows` elements are valid for writes for every contracted index of every panel, of which there are as many as
    ///   it takes for all rows.
    unsafe fn gather(product: &Product<Self::Element>, rows: usize, copies: Copies<Self::Element>);

    /// Computes a batched GEMM of real numbers whose batch label is the vector axis.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - At all indices below the extents of the steps in `range`, `a` and `b` are valid for reads, and `out` for writes, and
    ///   for reads if there is a `beta`. Different indices of `out` are different elements, none of them one of a factor, and
    ///   nothing else reaches them.
    /// - The axis of the lanes has stride 1 in both factors, or there is `room`, and in the result, or there is `room_of_out`.
    /// - If there is `room`, its pointers are valid for reads and writes of `step` elements for each index of `m` and `k`, and
    ///   of `k` and `n`, and nothing else reaches these; `room_of_out` likewise, for each index of `m` and `n`.
    unsafe fn lanewise(problem: &Lanewise<'_, Self::Element>) {
        unreachable!("complex numbers do not come here: {:?}", problem.lanes);
    }

    /// Computes the dots of the rows and columns of a block, of real numbers.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - At all indices below the extents, `a` and `b` are valid for reads, and `out` for writes, and for reads if there is a
    ///   `beta`. Different indices of `out` are different elements, none of them one of a factor, and nothing else reaches
    ///   them.
    /// - `block` is a range of the rows and one of the columns.
    unsafe fn inner(problem: &Inner<'_, Self::Element>, block: [Range<usize>; 2]) {
        unreachable!("complex numbers do not come here: {} long, {block:?}", problem.len);
    }
}

/// An element with kernels.
pub(crate) trait Kernels: Number + Bits {
    /// Calls `visitor` with the best kernel of `isa`.
    fn dispatch<V: Visitor<Self>>(isa: Isa, visitor: V);
}

/// Work that is generic over the kernel, for [`Kernels::dispatch`] to call.
pub(crate) trait Visitor<T> {
    /// Does the work with kernel `K`.
    ///
    /// # Safety
    /// - The processor has the instruction set of `K`.
    unsafe fn visit<K: Kernel<Element = T>>(self);
}
