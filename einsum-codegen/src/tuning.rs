//! Each number that checks and emitted code compare with: by subject and unit, with its reason. `.ci/constants` prints them. (Numbers of
//! orders, layouts and explanations are in `einsum-middle`.)

// What is compiled at a call site.

/// Terms up to which the loops of a step whose extents are literals are compiled at the call site. (The runtime has the numbers for extents
/// in types, which are these.) 64 products of 3 x 3 in `f32` take 171 ns so, and 500 by the engine, 8 x 8 20 and 29 (Xeon, Sapphire Rapids).
pub(crate) const LITERAL_MAX_TERMS: u64 = 2048;

/// Terms of which all loops are unrolled there: of more, for each index of the first label of the result so many at most.
pub(crate) const LITERAL_MAX_BOX: u64 = 256;

/// Steps of a tree up to which such loops are inlined: of a large network, that would be what there is to wait for while compiling, and in
/// a build that is not optimised it would take megabytes of the stack.
pub(crate) const LITERAL_MAX_STEPS: usize = 6;

/// Steps of a formula up to which each contraction is compiled where it is, which takes 15 ms (Xeon, Sapphire Rapids); of more, a function is
/// called, which takes 20 to 40 ns: a tenth of the gradients of a layer of 8 x 8, which has fewer, and nothing beside a softmax.
pub(crate) const FORMULA_INLINED_MAX_STEPS: usize = 4;

/// Labels, and operands, up to which extents are looked for in types: lists of types end.
pub(crate) const TYPED_MAX_LABELS: usize = 32;

// Words.

/// Letters of a word, at least, of which a slip of the pen can be told from another word.
pub(crate) const SIMILAR_MIN_LETTERS: usize = 4;
