//! Each number that a decision of the runtime compares with: by subject and unit, with its measurement or reason. `.ci/constants` prints
//! them. Those of kernels are the engine's (`einsum-engine/src/plan/tuning.rs`), as are those that follow from the caches.

use einsum_engine::machine::caches::Caches;

// What is compiled at a call site.

/// Terms up to which the loops of a step whose extents are in types are compiled at the call site: 8 x 8 x 8 in `f32` take 24 ns there, by the
/// engine 30, in `f64` 38 and 37 (AMD EPYC (Zen 4)). (The compiler has the number for literals.)
pub(crate) const KNOWN_EXTENTS_MAX_TERMS: usize = 2048;

/// Terms of a nest up to which all of its loops are constants; beyond, there is a loop over the first label of the result around it, which is
/// computed by the best instructions of the processor, and not by those of the build: 64 products of 3 x 3 in `f32` take 259 ns so, and 470
/// by the engine (AMD EPYC (Zen 4)).
pub(crate) const KNOWN_EXTENTS_MAX_BOX: usize = 256;

/// Bytes of all terms up to which the loops of a step that sums nothing are inlined into the call site, in instructions of the build, where the
/// result is a new array of the call site, that stays in registers; of more, floats are computed by the function that has the best instructions
/// of the processor, whose call takes a nanosecond or two.
pub(crate) const KNOWN_EXTENTS_INLINED_MAX_BYTES: usize = 512;

/// Bytes of all terms up to which the loops of a sum are inlined where the result is a new array. (Instructions of the build write it in 16
/// bytes, which the next step, if it is called, reads as 32, and waits for.) A chain of three 4 x 4 in `f64` takes 7.7 ns with the first of 512
/// called, and 17.2 inlined, of 5 x 5 in `f32` 15.0 and 21.7, gradients of 4 x 4 in `f64` 20.6 and 27.1, of 8 x 8 times a vector 23.6 and 30.4. Of 6 x 6,
/// whose sums have 288, 15.8 and 14.2, `bi,oij,bj->bo` of 3 in `f32`, of 324, 18.7 and 15.9 (Xeon, Sapphire Rapids, baseline; all with a limit of 256).
pub(crate) const KNOWN_EXTENTS_SUMS_INLINED_MAX_BYTES: usize = 384;

/// Bytes of an element up to which a result that is scaled or added to is computed beside it, on the stack: at most 2048 of them.
pub(crate) const SCALED_MAX_ELEMENT_BYTES: usize = 16;

/// Bytes of all terms up to which the loops are inlined where the result lies in memory, whoever computes it: 4 x 4 in `f64` takes 8.4 ns
/// inlined, and 2.9 called, 5 x 5 in `f32` 10.8 and 6.7, 8 x 8 times a vector in `f64` 7.3 and 4.1 (Xeon, Sapphire Rapids, baseline). 4 x 4
/// in `f32`, of 256, is better inlined.
pub(crate) const KNOWN_EXTENTS_IN_PLACE_INLINED_MAX_BYTES: usize = 256;

/// Bytes of a new result up to which the function that computes it returns it, and does not write it where the compiler says, from which it is
/// moved: `bi,oij,bj->bo` of 4 in `f64`, whose intermediate has 512, takes 29 ns so, and else 47; gradients of 64 products of 3 x 3, of
/// 4608, 1046 and 811 (Xeon, Sapphire Rapids, baseline).
pub(crate) const KNOWN_EXTENTS_RETURNED_MAX_BYTES: usize = 512;

/// Rows of vectors of the result that are computed at a time: as many as hide the latency of additions, and leave registers for what is read.
pub(crate) const KNOWN_EXTENTS_ROWS: usize = 4;

/// Terms of one sum that is several, number by number, and how many. Of two products of numbers that lie side by side: one after the other 6.0 ns,
/// as what was written by itself is read by itself, and 11 in one register. A trace of 6 x 6 takes 6.0 ns from one result to the next, and by one sum
/// 7.3; of 8 x 8 6.0, by one sum 8.7, among others 1.2 either way (Xeon, Sapphire Rapids).
pub(crate) const KNOWN_EXTENTS_FEW_SUMS: [[usize; 2]; 4] = [[2, 2], [4, 2], [6, 2], [8, 4]];

// Nests: the loops that macros emit. Vectors are long where sums that follow each other would wait for one another, and short for what is
// left of a row.

/// Elements side by side of a long and a short vector of elements of at most 2 bytes: a cache line or two.
pub(crate) const NEST_LANES_OF_2_BYTES: [usize; 2] = [64, 16];

/// Elements side by side of a long and a short vector of elements of at most 4 bytes.
pub(crate) const NEST_LANES_OF_4_BYTES: [usize; 2] = [32, 8];

/// Elements side by side of a long and a short vector of elements of at most 8 bytes.
pub(crate) const NEST_LANES_OF_8_BYTES: [usize; 2] = [16, 4];

/// Elements side by side of a long and a short vector of elements of at most 16 bytes: dual numbers of `f64`, 64 x 64 x 64, take 119 us
/// (AVX2, AMD EPYC (Zen 4)), by 4 or 16 side by side 128 and 368, by 4 that need not lie so 311, and in loops by hand 151.
pub(crate) const NEST_LANES_OF_16_BYTES: [usize; 2] = [8, 2];

/// Bytes of an element up to which AVX-512 computes nests, and not AVX2: the parts of a larger one are gathered by the compiler, one
/// instruction for all. Dual numbers of `f64`, 64 x 64 x 64: 280 us with AVX-512, 119 with AVX2.
pub(crate) const NEST_WIDE_MAX_BYTES: usize = 8;

/// Elements of a vector that do not lie side by side.
pub(crate) const NEST_LANES_APART: usize = 4;

/// Elements of a vector in a build that is not optimised, where long vectors take long to compile, and longer to run.
pub(crate) const NEST_LANES_NOT_OPTIMISED: usize = 2;

// Orders.

/// Multiplications up to which an order takes less time than to choose one with fewer: a step takes tens of nanoseconds, whatever it
/// multiplies.
pub(crate) const CHOICE_MIN_MULTIPLICATIONS: usize = 1024;

/// Operations that to read or write an element costs as much as: memory is that much slower.
pub(crate) const ELEMENT_OPERATIONS: f64 = 8.0;

/// Operations that a block by itself costs as much as: some views, and steps too small to run at full speed.
pub(crate) const SLICE_OPERATIONS: f64 = 4096.0;

// Statements of formulas that run together, block by block.

/// How many times as large as what is read anew for a block it may be. Attention of 2048 tokens, with gradients (Xeon, 2 MiB of L2): by 1 161 ms,
/// by 2 161, by 4 213; causal 99, 108 and 115. (On an AMD EPYC of 1 MiB by 1 4 % longer than by 4.) Otherwise it is half of L2:
/// softmax of 10^7 elements took as long with a quarter and with all.
pub(crate) const RUN_TIMES_ANEW: usize = 1;

/// Indices that the lengths of longer blocks are multiples of: most register tiles have a multiple of so many rows.
pub(crate) const RUN_BLOCK_MULTIPLE: usize = 8;

/// Blocks of a label by which another is cut, about: of that, which ends where each block does, a ninth more than half is left.
pub(crate) const RUN_CUT_BLOCKS: usize = 8;

/// The least length of these blocks: products of fewer rows take longer for each.
pub(crate) const RUN_CUT_MIN_LENGTH: usize = 64;

/// Indices that the part of a label which is cut is a multiple of. Sums along it have the same bits as those of all: in lanes, of which there
/// are as many, zeros are added.
pub(crate) const RUN_CUT_MULTIPLE: usize = JOIN_LANES;

// Maps: the loops around formulas that are no products (`formula/`).

/// Rows of a block of a small map, at most: what is left of a row is computed while it is in a cache.
pub(crate) const SMALL_MAP_BLOCK_MAX_ROWS: usize = 16;

/// Elements of a block of a small map, about.
pub(crate) const SMALL_MAP_BLOCK_ELEMENTS: usize = 4096;

/// Elements of a block of a small map that are kept on the stack.
pub(crate) const SMALL_MAP_STACK_ELEMENTS: usize = 1024;

/// Reads of a small map whose places are kept on the stack.
pub(crate) const SMALL_MAP_STACK_STREAMS: usize = 8;

/// Indices of a map that is computed without a plan, at most: of more, what is around the loops takes less than a tenth of the time.
pub(crate) const SMALL_MAP_MAX_INDICES: usize = 4096;

/// Elements of a row that is computed as a part of one long row with others, at most: of more, ends of rows take less than copies. (AMD EPYC, Zen 3, with
/// [`SMALL_MAP_MAX_INDICES`]: softmax of 8 x 8 1.65 us, so 0.95, of 16 x 16 1.98 and 1.50.)
pub(crate) const SHORT_ROW_MAX_ELEMENTS: usize = 16;

/// Elements of a small map that are on the stack: what is copied to lie in one long row, and values before they are put together, with their sums. (8 KiB
/// of `f64`, a quarter of the smallest L1 cache that there is.)
pub(crate) const SHORT_ROWS_STACK_ELEMENTS: usize = 1024;

/// Elements of a part of a map that are kept on the stack.
pub(crate) const MAP_STACK_ELEMENTS: usize = 512;

/// Nanoseconds up to which nobody asks for threads.
pub(crate) const MAP_SHARED_MIN_NANOSECONDS: usize = 20_000;

/// Indices from which on a label is shared by threads as well as a longer one.
pub(crate) const MAP_WELL_SHARED_INDICES: usize = 64;

/// Elements of a block of a map, about: of all its tensors so many lie in the first-level cache.
pub(crate) const MAP_BLOCK_ELEMENTS: usize = 1024;

/// Elements to which all terms of a sum lead that are computed by one map, at least: of fewer, maps of the border take longer than is saved. (The gradient of five
/// terms, Intel Xeon, one thread: of 140 x 140 26 us by one map and 30 term by term, of 200 x 200 22 and 38.)
pub(crate) const SHIFTED_MIN_ELEMENTS: usize = 1 << 14;

/// Elements of a lane of a block whose rows are summed. (Sums over 2000 rows of 4000 `f32`: 8.7 ms by 1024, 3.0 by 4096.)
pub(crate) const SUMMED_BLOCK_ELEMENTS: usize = 4096;

/// Elements of a lane that are added up by themselves, and then to others: so what a long sum loses to rounding grows less than it.
pub(crate) const SUMMED_SPAN_ELEMENTS: usize = 1 << 14;

/// Rows that are added up by themselves, and then to others.
pub(crate) const SUMMED_SPAN_ROWS: usize = 256;

/// Rows of a block, at most, if each has sums of its own.
pub(crate) const SUMMED_BLOCK_MAX_ROWS: usize = 16;

/// Rows, and elements of a lane, of a block where a tensor is transposed: rows of a cache line.
pub(crate) const TRANSPOSED_BLOCK: (usize, usize) = (16, 64);

/// Rows and columns that are transposed at a time: in registers that all processors have.
pub(crate) const TRANSPOSED_TILE: usize = 4;

/// Cost, in sixteenths of a cycle, of an element of a tensor along a lane on which elements are next to each other backwards, or every
/// second one. An element that lies side by side with the next costs 1.
pub(crate) const LANE_NEAR_COST: usize = 8;

/// Cost, in sixteenths of a cycle, of an element of a tensor along a lane on which elements are further apart than every second.
pub(crate) const LANE_FAR_COST: usize = 24;

/// Cost, in sixteenths of a cycle, of putting the values of a lane together at its end.
pub(crate) const LANE_JOIN_COST: usize = 600;

/// Cost, in sixteenths of a cycle, of a row, however short it is.
pub(crate) const LANE_ROW_COST: usize = 160;

/// Cost, in sixteenths of a cycle, of each read of a row, beside that of the row.
pub(crate) const LANE_READ_COST: usize = 40;

/// Values along a lane that are put together side by side: as many as hide how long each addition takes.
pub(crate) const JOIN_LANES: usize = 64;

/// Lanes in which short rows are put together, as many as a vector has. (The largest of each of 32 rows of 32 `f32`, AMD EPYC, Zen 3, in softmax: 3.8 us, so 2.2, with
/// sums that are not stored lane by lane.)
pub(crate) const JOIN_FEW_LANES: usize = 16;

/// Bytes of an element beyond which so many are not held on the stack.
pub(crate) const JOIN_STACK_MAX_ELEMENT_BYTES: usize = 64;

/// Multiplications from which on windows that overlap are added all at once.
pub(crate) const WINDOWS_MIN_TERMS: usize = 1 << 15;

/// Values that are computed at a time where the largest or smallest is looked for.
pub(crate) const SEARCH_BLOCK_VALUES: usize = 1024;

/// Values that are compared with the one that was found, before one of them is looked for.
pub(crate) const SEARCH_CHUNK_VALUES: usize = 64;

/// Steps of a block of a reduction by tiles: the columns of a packed read lie in the first-level cache, 16 KiB in `f32`.
pub(crate) const TILED_BLOCK_STEPS: usize = 256;

/// Rows of such a block, each with sums of its own.
pub(crate) const TILED_BLOCK_ROWS: usize = 64;

/// Columns of such a block, which are computed a tile at a time: what is written of a row lies side by side, and a page is looked up once for all
/// of it. (Xeon, distances of 2000 times 2000 points in 64 dimensions: 24.1 ms by single tiles, 16.6 so.)
pub(crate) const TILED_BLOCK_COLUMNS: usize = 128;

/// Values from which on tiles are worth it.
pub(crate) const TILED_MIN_VALUES: usize = 256;

/// Bytes of a tensor that is not expected to be found in a cache by who reads it next, as about as many are read: a map writes its values past them, and
/// no line is read before it is written. (Xeon, `f32`, 32 MiB counted of L3, a step of the heat equation on 4096 x 4096: 11.4 ms, so 8.0, with gradients
/// 26.3 and 17.7; the mean of 3 x 3 11.5 and 10.3; total variation with gradients 15.5 and 13.5; GELU of 1e7 3.3 and 2.4, with gradients 11.0 and 7.2.
/// Rows of 1000 that blocks of several steps write, 40 MiB of them: softmax with gradients 23.1 and 24.4, layer norm 25.5 and 28.0; so not there.)
pub(crate) fn map_streamed_min_bytes(caches: Caches) -> usize {
    (caches.last() / 2).max(MAP_STREAMED_LEAST_BYTES)
}

/// Bytes of a tensor that is written as others are on any machine: nobody asks for its caches.
pub(crate) const MAP_STREAMED_LEAST_BYTES: usize = 1 << 20;

/// Elements of a row from which on a tensor is written past the caches: of shorter ones many lines are not written as a whole.
pub(crate) const MAP_STREAMED_MIN_ROW: usize = 2048;

/// Bytes ahead that are fetched of what a map writes, as processors do not do for pages to come. (Xeon, rows of 1000 `f32`, a result of 40 MB: layer norm 9.5 ms,
/// so 6.3, with gradients 27 and 22; RMS norm of a sum 10.8 and 8.6, 38 and 28; softmax with gradients 23 and 20; of 4 MB 0 to 4 % less, of 16 KiB as long. By
/// 4096 as much. What is summed, fetched as well, took longer in layer norm of 4 MB with gradients: 1.70 and 1.85 ms.)
pub(crate) const MAP_WRITTEN_AHEAD_BYTES: usize = 2048;

/// Elements of a row that are divided by one number from which on that takes one division, and three products for each. (Softmax of 1000 rows of 1000, Xeon with AVX-512:
/// 819 us, so 716; of 64 x 64 5.4 and 5.2; of 32 x 32 as long.)
pub(crate) const INVERSE_MIN_ELEMENTS: usize = 48;

/// Elements ahead that are fetched of each read, where values are written past the caches. (Processors fetch less by themselves then: this and vectors of
/// the whole width, of which the stores are pieces, took the step of the heat equation from 10.6 ms to 8.0.)
pub(crate) const MAP_STREAMED_AHEAD: usize = 256;

// Memory.

/// Bytes of a tensor from which on the engine copies it, which then asks for the sizes of caches. (Softmax of 10^7 elements with gradients, Xeon: 23.7 ms, so 21.5.)
pub(crate) const COPIED_MIN_BYTES: usize = 1 << 22;

/// Bytes from which on an allocation is tried before it is made: `vec!` gets zeroed pages from the system for nothing, but ends the program
/// if there are none.
pub(crate) const TRIED_ALLOCATION_MIN_BYTES: usize = 1 << 28;
