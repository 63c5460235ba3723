//! The code that is compiled for each body: its values in whole vectors, and in tiles.

mod along;
mod tiles;
mod vectors;

use core::marker::PhantomData;

use self::{
    along::{AlongLane, joins_along},
    tiles::{Tiles, tiled},
    vectors::Values,
};
pub(super) use self::{
    tiles::{COLUMNS, Panel, ROWS, Tile},
    vectors::{Stream, VectorBlock, width},
};
use super::{
    body::Body,
    join::{self, Join},
};
use crate::{element::Element, loops::level, tuning::JOIN_LANES};

/// A body with its reduction.
pub(super) trait Kernel<T>: Send + Sync {
    /// Whether values depend on the indices other than by what is read there.
    fn is_indexed(&self) -> bool;

    /// Computes whole vectors.
    ///
    /// # Safety
    /// - There are as many streams as the body has reads, and as many first indices as it has labels.
    /// - For each row and each vector, or one where a stream is one, [`width`] elements side by side are valid for reads: vectors one
    ///   after the other, rows as far apart as the streams say.
    /// - `out` is valid for writes of as many elements for each row, for reads of initialised ones if it adds. None of them is one of a
    ///   stream, unless it is that of the same index, and each index is computed once. (Where it adds, rows may be the same elements.)
    /// - If they are streamed, elements are `f32` or `f64`, there is one row, which does not add and begins with a line of a cache, and nothing
    ///   reaches it before [`streaming::settle`](einsum_engine::machine::streaming::settle).
    unsafe fn values(&self, vectors: &VectorBlock<'_, T>);

    /// Whether values along a lane are put together as they are computed, rather than written and read again.
    fn joins_along(&self) -> bool;

    /// Puts the values of whole vectors together with sums: those of each row with its own, or of all with the only ones.
    ///
    /// # Safety
    /// - The kernel joins along; there are as many streams as the body has reads, as many first indices as it has labels, and some sums.
    /// - For each row and each vector, or one where a stream is one, [`width`] elements side by side are valid for reads: vectors one
    ///   after the other, rows as far apart as the streams say.
    unsafe fn along(&self, vectors: &VectorBlock<'_, T>, sums: &mut [[T; JOIN_LANES]]);

    /// The two labels of the target, the second the last one, of which some reads have the one and some the other, if values along
    /// further labels are put together: then tiles of both are computed at a time.
    fn tiled(&self) -> Option<(usize, usize)>;

    /// Whether a read depends on a label, as the body says.
    fn depends(&self, read: usize, label: usize) -> bool;

    /// Puts the values of a tile together with its sums: those of [`ROWS`] rows after the other, and those of the rows that are left, which are
    /// the last of as many.
    ///
    /// # Safety
    /// - The kernel is tiled; there are as many panels as the body has reads, and as many first indices as it has labels.
    /// - There is a row, and there are sums for each [`ROWS`] rows and for what is left, and no more.
    /// - For each of `count` steps an element is valid for reads, or [`COLUMNS`] side by side if the read depends on the label of columns, as
    ///   far apart as the panels say. If it depends on the label of rows, there are such for each row; and for [`ROWS`], if there are fewer.
    unsafe fn tile(&self, tile: &Tile<'_, T>, sums: &mut [[[T; COLUMNS]; ROWS]]);

    /// How values are put together.
    fn joins(&self) -> &'static dyn Join<T>;
}

/// A body of `L` labels and `R` reads.
pub(super) struct Of<B, const L: usize, const R: usize>(pub(super) B);

impl<T: Element, B: Body<T, L, R>, const L: usize, const R: usize> Kernel<T> for Of<B, L, R> {
    fn is_indexed(&self) -> bool {
        B::IS_INDEXED
    }

    unsafe fn values(&self, vectors: &VectorBlock<'_, T>) {
        // SAFETY: by the contract, which is that of `Values`.
        level::run(Values::<T, B, L, R> { body: self.0, vectors, contract: PhantomData });
    }

    fn joins_along(&self) -> bool {
        const { joins_along::<T, B, L, R>() }
    }

    unsafe fn along(&self, vectors: &VectorBlock<'_, T>, sums: &mut [[T; JOIN_LANES]]) {
        if const { joins_along::<T, B, L, R>() } {
            // SAFETY: by the contract, which is that of `Along`.
            level::run(AlongLane::<T, B, L, R> { body: self.0, vectors, sums, contract: PhantomData });
        }
    }

    fn tiled(&self) -> Option<(usize, usize)> {
        const { tiled::<T, B, L, R>() }
    }

    fn depends(&self, read: usize, label: usize) -> bool {
        B::READS[read].contains(&label)
    }

    unsafe fn tile(&self, tile: &Tile<'_, T>, sums: &mut [[[T; COLUMNS]; ROWS]]) {
        if const { tiled::<T, B, L, R>().is_some() } {
            // (A call for each: of a loop around all of them LLVM would make vectors of sums of different rows.)
            for (group, sums) in sums.iter_mut().enumerate() {
                let first = (group * ROWS).min(tile.len.0.saturating_sub(ROWS));
                let used = group * ROWS - first..ROWS.min(tile.len.0);
                // SAFETY: by the contract. So many rows from the first on are among those that there are, or that there are elements for.
                level::run(Tiles::<T, B, L, R> { body: self.0, tile, first, used, sums });
            }
        }
    }

    fn joins(&self) -> &'static dyn Join<T> {
        join::by::<T, B::Reduction>()
    }
}
