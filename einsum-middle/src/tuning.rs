//! Each number that a decision of the planner compares with: by subject and unit, with its reason. `.ci/constants` prints them.
//!
//! The compiler plans while a user's program is compiled, by a build of itself that may not be optimised: most of these numbers bound how
//! long that takes. Costs are in flops; what extents are is known of literals alone.

// Costs.

/// Flops that to read or write an element costs as much as: memory is that much slower.
pub(crate) const ELEMENT_FLOPS: f64 = 8.0;

/// Flops that a block by itself costs as much as: some views, and steps too small to run at full speed.
pub(crate) const SLICE_FLOPS: f64 = 4096.0;

// Searches for orders.

/// Operands of a network up to which all of its subsets are in a table: it has 2^16 rows then.
pub(crate) const DENSE_MAX_OPERANDS: usize = 16;

/// Classes of labels, of which each is on the same operands, that such a table is made for: bits of a mask.
pub(crate) const DENSE_MAX_CLASSES: usize = 128;

/// Operands up to which orders are compared as polynomials of the extents: more take too long in a debug build.
pub(crate) const SYMBOLIC_MAX_OPERANDS: usize = 7;

/// Trees that are kept of a subset that is not of all operands.
pub(crate) const SYMBOLIC_TREES_OF_SUBSET: usize = 12;

/// The number of the sample extents that peaks are of: some of the widest range.
pub(crate) const SYMBOLIC_PEAK_SAMPLE: usize = 3;

/// Greedy paths that are tried, if they have few pairs of tensors to look at.
pub(crate) const GREEDY_TRIALS: usize = 96;

/// Pairs of tensors that all trials look at, about: what bounds the time.
pub(crate) const GREEDY_PAIRS: usize = 120_000;

/// Greedy paths that are improved.
pub(crate) const GREEDY_IMPROVED_PATHS: usize = 12;

/// Tensors that a window multiplies, in which a path is improved. (A debug build puts one of 8 in order in 0.2 ms, and every more makes it
/// three times as long.)
pub(crate) const REORDER_WINDOW_TENSORS: usize = 8;

/// Rounds in a row in which all windows are tried in vain.
pub(crate) const REORDER_VAIN_ROUNDS: usize = 4;

/// Limits that are tried where the limit is known at run time alone.
pub(crate) const SEARCH_LIMITS: usize = 16;

/// Operands up to which orders within limits, and those at sample extents, are the best of all.
pub(crate) const SAMPLED_EXACT_MAX_OPERANDS: usize = 10;

// Splits: between which orders the run time chooses.

/// Splits for values, at most: what a call site is compiled for.
pub(crate) const FORWARD_MAX_SPLITS: usize = 64;

/// Splits for values with gradients, which are compiled for each.
pub(crate) const BACKWARD_MAX_SPLITS: usize = 20;

/// Splits, at most, of each contraction of a formula that has very many: as many as there are orders of three factors.
pub(crate) const ONE_OF_MANY_MAX_SPLITS: usize = 3;

/// Splits, at most, where nobody says how many.
pub(crate) const ANY_MAX_SPLITS: usize = 256;

/// By how much the best path of the splits may be worse than the best of all.
pub(crate) const SPLITS_MAX_LOSS: f64 = 1.02;

/// Sample extents at which the splits of few operands are compared with the best of all.
pub(crate) const REFINED_SAMPLES: usize = 48;

/// Sample extents whose best paths are the splits of so many operands: what bounds the time.
pub(crate) fn splits_samples(operands: usize) -> usize {
    match operands {
        ..=8 => 48,
        9..=10 => 24,
        11..=DENSE_MAX_OPERANDS => 12,
        _ => 6,
    }
}

/// Sample extents by which steps that are not always taken are counted.
pub(crate) const WEIGHT_SAMPLES: usize = 32;

/// Sample extents that decide which splits are dropped, where there are too many.
pub(crate) const CAP_SAMPLES: usize = 64;

/// By how much limits are tried to be above the smallest that can be kept, or below the largest intermediate of a path that keeps none:
/// what is between them is the run time's to combine.
pub(crate) const LIMIT_TIGHTNESS: [f64; 3] = [1.0, 8.0, 64.0];

// Layouts of intermediates.

/// Rounds through all intermediates, at most.
pub(crate) const LAYOUT_ROUNDS: usize = 3;

/// The cost of an axis, against that of a factor that is turned around.
pub(crate) const LAYOUT_AXIS_COST: usize = 2;

/// The cost of a factor that is turned around.
pub(crate) const LAYOUT_TURN_COST: usize = 3;

/// The cost if half of the labels that vectors could run along are elsewhere in the result.
pub(crate) const LAYOUT_SCATTER_COST: usize = 2;

// Which of several orders is preferred.

/// The extent of all labels whose extents are not given, at which orders are compared that are as good as each other.
pub(crate) const PREFERENCE_EXTENT: f64 = 4.0;

/// Operands of a network up to which orders of as few flops are compared, where all extents are given: of 5 there are 90 splits, of 6 301.
pub(crate) const PREFERENCE_MAX_OPERANDS: usize = 5;

/// Flops of the best order up to which orders of as few are compared, where all extents are given: those of two steps that are computed by
/// loops. (Kernels of the engine compute large steps as fast whatever is along their rows.)
pub(crate) const PREFERENCE_MAX_FLOPS: f64 = 8192.0;

// Formulas.

/// Parts of an expression up to which a cotangent is put together from copies of it, and an intermediate computed where it is read. Of 16
/// functions within each other the gradient of a gradient has about as many, and of twice as many it would have eight times that.
pub(crate) const EXPRESSION_MAX_PARTS: usize = 2048;

/// Instructions of an intermediate that is computed where it is read, for each element, at most: about as many as take as long as to write
/// and read an element in the second-level cache, by vectors.
pub(crate) const INLINED_MAX_OPERATIONS: usize = 6;

/// Instructions of an addend of an intermediate that is added where that is read, at most.
pub(crate) const INLINED_ADDEND_MAX_OPERATIONS: usize = 2;

/// Terms up to which the sum over a window is one of so many: those of 5 by 5. Each is a load, and a vector has 32 registers.
pub(crate) const UNROLLED_MAX_TERMS: u64 = 25;

/// The worth of one more use of a tensor within steps that run together, where a label of it that is divided into blocks is worth 1:
/// more steps in a run are better than more labels.
pub(crate) const RUN_USE_WORTH: usize = 4;

// Sharded einsums.

/// The extent that stands for one that is not given, where costs are compared.
#[cfg(feature = "shards")]
pub(crate) const SHARDED_EXTENT: u32 = 1024;

/// Processes that an axis of a mesh is taken to have, where costs are compared.
#[cfg(feature = "shards")]
pub(crate) const SHARDED_PROCESSES: u32 = 4;

/// Processes of a mesh up to which the words of each are counted: more take longer than a second for each step that sends. Of halos also pairs of a
/// process and one that has a part of its window: a window that spans the axis has all of them.
#[cfg(feature = "shards")]
pub(crate) const SHARDED_MAX_COUNTED: u64 = 1 << 20;

/// Operands up to which they meet in the best of all orders; more meet in pairs that a greedy search finds, whatever lies where.
#[cfg(feature = "shards")]
pub(crate) const SHARDED_MAX_PAIRED: usize = 8;

/// Multiplications that take as long as to send one word: a guess between processors of one machine and machines of a fast network.
#[cfg(feature = "shards")]
pub(crate) const WORD_MULTIPLICATIONS: f64 = 100.0;

// Explanations.

/// Trees that are listed, at most.
pub(crate) const EXPLAINED_MAX_TREES: usize = 12;

/// Sample extents by which these are found, if there are more.
pub(crate) const EXPLAINED_SAMPLES: usize = 100;

/// The extent that stands for all unknown ones.
pub(crate) const EXPLAINED_EXTENT: f64 = 64.0;
