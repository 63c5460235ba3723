//! A block of a factor that is packed.

/// A block of a factor.
#[derive(Clone, Copy)]
pub(crate) struct Panels<'a, T> {
    /// The element at offset 0.
    pub(crate) from: *const T,
    pub(crate) conj: bool,
    /// How many rows there are.
    pub(crate) count: usize,
    /// The offset of every row; then that of the last one again, up to a multiple of `R`.
    pub(crate) rows: &'a [isize],
    /// An axis along which the rows repeat: extent and stride.
    pub(crate) across: (usize, isize),
    /// The offset of every contracted index.
    pub(crate) depth: &'a [isize],
    /// How many contracted indices there are from one to the next along the axis of stride 1, if `unit` is [`Unit::Depth`].
    /// The contracted indices are a multiple of it.
    pub(crate) lane: usize,
    /// Where the axis of stride 1 is.
    pub(crate) unit: Unit,
    /// Whether a step along the depth is shorter than one along the rows: micro-panels are filled one by
    /// one then, and otherwise all of them for one contracted index after the other.
    pub(crate) depth_first: bool,
}

/// The axis of a factor that has stride 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// The fastest of the rows: elements of a micro-panel lie side by side in the factor as well.
    Rows,
    /// The axis along which rows repeat: micro-panels are transposed into, many at once.
    Across,
    /// A contracted axis: micro-panels are transposed into.
    Depth,
    /// No axis, or one of a batch label.
    None,
}

impl<'a, T> Panels<'a, T> {
    /// The block as one of other numbers of as many bytes.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn cast<U>(&self) -> Panels<'a, U> {
        let Self { from, conj, count, rows, across, depth, lane, unit, depth_first } = *self;
        Panels { from: from.cast(), conj, count, rows, across, depth, lane, unit, depth_first }
    }

    /// How many micro-panels of `rows` rows there are along the rows.
    pub(crate) fn panels(&self, rows: usize) -> usize {
        self.count.div_ceil(rows)
    }
}
