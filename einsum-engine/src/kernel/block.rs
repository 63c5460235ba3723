//! Blocks of the result, and the packed A~ and B~ that a macro-kernel computes them from.

use crate::extents;

/// A block of the result, and the packed A~ and B~ that it is computed from.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a, T> {
    /// How many contracted indices.
    pub(crate) depth: usize,
    /// A~.
    pub(crate) a: *const T,
    /// B~, or where `b` begins, if it is read in place.
    pub(crate) b: *const T,
    /// Where the elements of `b` lie, if it is not packed.
    pub(crate) in_place: Option<InPlace<'a>>,
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

/// Where the elements of a factor lie that is read in place: an element is as far away as the offsets of its column and contracted
/// index together.
#[derive(Clone, Copy)]
pub(crate) struct InPlace<'a> {
    /// The offset of every column; then that of the last one again, up to a multiple of the columns of a tile.
    pub(crate) columns: &'a [isize],
    /// The offset of every contracted index.
    pub(crate) depth: &'a [isize],
}

/// One tile of a block.
pub(crate) struct Spot<'a, T> {
    pub(crate) a: *const T,
    pub(crate) b: *const T,
    pub(crate) out: *mut T,
    pub(crate) rows: &'a [isize],
    pub(crate) runs: &'a [usize],
    pub(crate) columns: &'a [isize],
    pub(crate) in_place: Option<InPlace<'a>>,
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
    /// - A~ is packed for the block in micro-panels of `mr` rows, and B~ in those of `nr`, unless `b` is read in place: then that has an
    ///   offset for each column, up to a multiple of `nr`.
    /// - The place is within [`Block::grid`].
    /// - `out` moved by every step across leads to an element of the result.
    #[inline(always)]
    pub(crate) unsafe fn spot(&self, mr: usize, nr: usize, [jr, u, ir]: [usize; 3]) -> Spot<'a, T> {
        let [_, _, panels] = self.grid(mr, nr);
        let rows = ir * mr..self.rows.len().min((ir + 1) * mr);
        let columns = jr * nr..self.columns.len().min((jr + 1) * nr);
        let in_place = self.in_place.map(|b| InPlace { columns: &b.columns[jr * nr..(jr + 1) * nr], ..b });
        let panel = if in_place.is_some() { 0 } else { jr * self.depth * nr };
        // SAFETY: by the contract: the place is within the grid, so that these are the offsets of micro-panels that are packed,
        // and of an element of the result.
        let (a, b, out) = unsafe {
            (
                self.a.add((u * panels + ir) * self.depth * mr),
                self.b.add(panel),
                self.out.offset(extents::offset(u, self.across.1)),
            )
        };
        Spot {
            a,
            b,
            out,
            rows: &self.rows[rows.clone()],
            runs: &self.runs[rows],
            columns: &self.columns[columns],
            in_place,
        }
    }
}
