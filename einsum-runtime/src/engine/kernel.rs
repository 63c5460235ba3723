//! Kernels: what a blocked contraction asks of an element type and an instruction set.

use std::ops::Range;

use super::{
    inner::Inner,
    isa::Isa,
    lanewise::Lanewise,
    pack::Panels,
    product::{Product, Run},
    workspace::Bits,
};
use crate::{element::Element, extents};

/// An element type with an instruction set: the seam between the loops and the machine.
pub(crate) trait Kernel {
    type Element: Element + Bits;
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
    ///   [`Problem::new`](super::Problem::new); the rows of `a` lie side by side, in panels of `ROWS` rows.
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
    /// - The contract of [`Problem::new`](super::Problem::new) holds for the problem.
    unsafe fn lanewise(problem: &Lanewise<'_, Self::Element>) {
        unreachable!("complex numbers do not come here: {:?}", problem.lanes);
    }

    /// Inner products of rows and columns of a block, if the elements are real.
    ///
    /// # Safety
    /// - The processor has the instruction set of the kernel.
    /// - The contract of [`Problem::new`](super::Problem::new) holds for the problem; there are so many rows and columns.
    unsafe fn inner(problem: &Inner<'_, Self::Element>, block: [Range<usize>; 2]) {
        unreachable!("complex numbers do not come here: {} long, {block:?}", problem.len);
    }
}

/// A block of the result, and what it is computed from.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a, T> {
    /// How many contracted indices.
    pub(crate) depth: usize,
    /// A~.
    pub(crate) a: *const T,
    /// B~.
    pub(crate) b: *const T,
    /// Where the result of row 0 and column 0 goes.
    pub(crate) out: *mut T,
    /// The offset of every row in the result.
    pub(crate) rows: &'a [isize],
    /// For every row, how many from it on lie side by side in the result.
    pub(crate) runs: &'a [usize],
    /// An axis along which the rows repeat: extent, and stride in the result.
    pub(crate) across: (usize, isize),
    /// The offset of every column in the result.
    pub(crate) columns: &'a [isize],
    pub(crate) alpha: T,
    pub(crate) beta: Option<T>,
}

/// One tile of a block.
pub(crate) struct Spot<'a, T> {
    pub(crate) a: *const T,
    pub(crate) b: *const T,
    pub(crate) out: *mut T,
    pub(crate) rows: &'a [isize],
    pub(crate) runs: &'a [usize],
    pub(crate) columns: &'a [isize],
}

impl<'a, T> Block<'a, T> {
    /// How many tiles of `mr` rows and `nr` columns there are: along the columns, across, along the
    /// rows.
    #[inline(always)]
    pub(crate) fn grid(&self, mr: usize, nr: usize) -> [usize; 3] {
        [self.columns.len().div_ceil(nr), self.across.0, self.rows.len().div_ceil(mr)]
    }

    /// A tile, by its place in the grid.
    ///
    /// # Safety
    /// - A~ and B~ are packed for the block in micro-panels of `mr` and `nr` rows.
    #[inline(always)]
    pub(crate) unsafe fn spot(&self, mr: usize, nr: usize, [jr, u, ir]: [usize; 3]) -> Spot<'a, T> {
        let [_, _, panels] = self.grid(mr, nr);
        let rows = ir * mr..self.rows.len().min((ir + 1) * mr);
        let columns = jr * nr..self.columns.len().min((jr + 1) * nr);
        // SAFETY: the offsets of a micro-panel that is packed, and of an element of the result.
        let (a, b, out) = unsafe {
            (
                self.a.add((u * panels + ir) * self.depth * mr),
                self.b.add(jr * self.depth * nr),
                self.out.offset(extents::offset(u, self.across.1)),
            )
        };
        Spot { a, b, out, rows: &self.rows[rows.clone()], runs: &self.runs[rows], columns: &self.columns[columns] }
    }
}

/// An element with kernels.
pub(crate) trait Kernels: Element + Bits {
    /// Calls `visitor` with the best kernel of `isa`.
    fn dispatch<V: Visitor<Self>>(isa: Isa, visitor: V);
}

/// What is done with a kernel.
pub(crate) trait Visitor<T> {
    /// # Safety
    /// - The processor has the instruction set of `K`.
    unsafe fn visit<K: Kernel<Element = T>>(self);
}
