//! What the engine does with a step, as data.

use std::fmt;

/// What is done with a step, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// By which loops it is computed.
    pub way: Way,
    /// Why by these.
    pub rule: Rule,
    /// How its sum is added up.
    pub sum: Sum,
    /// Whether what is summed is fetched ahead: the tensors come from memory. (Of a step that is no GEMM. How GEMMs fetch is up to their
    /// tiles.)
    pub fetch: bool,
    /// Whether its result is written past the caches.
    pub stream: bool,
}

/// Why a step is computed by some loops, in words of `plan/tuning.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule(&'static str);

/// How a long sum is added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// In how many parts, which threads share, and which are kept until all are there: 1, if in none.
    pub parts: usize,
    /// In how many spans it is added up, or each of the parts, one after the other, by which less is lost to rounding: 1, if in none.
    pub spans: usize,
}

impl Sum {
    /// A sum in one go.
    pub const WHOLE: Self = Self { parts: 1, spans: 1 };
}

/// By which loops a step is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The result has no elements.
    Nothing,
    /// Few elements without a sum, one by one.
    ShortMap,
    /// Sums of few terms, one by one.
    ShortTerms,
    /// Short sums, in vectors.
    ShortVectors,
    /// Contracted labels that are on one factor alone are summed first, and those that are on none counted; then it is another step.
    LoneFirst,
    /// GEMMs straight on the operands.
    Direct,
    /// GEMMs side by side: the batch label is the vector axis.
    Lanewise,
    /// Dots of rows: the contracted label is the vector axis.
    Dot,
    /// The five loops of BLIS around packed factors.
    Blocked,
    /// The loops of BLIS around packed factors of `bf16`, in tile registers.
    Tiled,
    /// GEMMs onto windows that overlap.
    Windows,
    /// No GEMM.
    Stream(StreamWay),
}

/// By which loops a step is computed that is no GEMM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamWay {
    /// A sum over no index.
    Zero,
    /// A copy that is transposed.
    Transpose,
    /// Tiles of a factor are transposed first.
    Pack,
    /// Tiles of the result are transposed at the end.
    Unpack,
    /// No sum.
    Map,
    /// A sum, along lanes that the result has.
    Accumulate,
    /// A sum, along lanes that are contracted.
    Fold,
}

impl Way {
    /// Why it is this way.
    fn rule(self) -> Rule {
        Rule(match self {
            Self::Nothing => "the result has no elements",
            Self::ShortMap | Self::ShortTerms => "at most ONE_BY_ONE_MAX_TERMS along two axes",
            Self::ShortVectors => "a sum of at most UNPLANNED_SUM_MAX_TERMS along the last of two axes",
            Self::LoneFirst => "a contracted label that is not on both factors",
            Self::Direct => {
                "within DIRECT_REAL or DIRECT_COMPLEX, or at most DIRECT_TINY_MULTIPLICATIONS; a vector within DIRECT_VECTOR_MAX_TERMS"
            }
            Self::Lanewise => {
                "a batch label side by side in all tensors, of at least LANEWISE_MIN_LANES; in some, of small matrices, LANEWISE_TURNED_MIN_LANES"
            }
            Self::Dot => {
                "a contracted label side by side in both factors, long for so few rows: DOT_LONG_LENGTH, DOT_MIN_LENGTH_PER_ROW"
            }
            Self::Blocked => "a GEMM for which packing pays",
            Self::Tiled => "a GEMM of bf16, HALVES_LIMITS",
            Self::Windows => "windows that overlap, each of one factor alone, and an axis along which they do not",
            Self::Stream(StreamWay::Zero) => "no terms",
            Self::Stream(StreamWay::Transpose) => "one factor, side by side along another label than the result",
            Self::Stream(StreamWay::Pack) => {
                "a factor is side by side along another label than the lane, both of TILE_MIN_EXTENT"
            }
            Self::Stream(StreamWay::Unpack) => {
                "the result is side by side along another label than the lane, both of TILE_MIN_EXTENT"
            }
            Self::Stream(StreamWay::Map) => "no sum",
            Self::Stream(StreamWay::Accumulate) => "the lane that costs the least is on the result",
            Self::Stream(StreamWay::Fold) => "the lane that costs the least is contracted",
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::ShortMap => "short map",
            Self::ShortTerms => "short sum",
            Self::ShortVectors => "short fold",
            Self::LoneFirst => "lone labels first",
            Self::Direct => "direct GEMM",
            Self::Lanewise => "lanewise GEMM",
            Self::Dot => "dots",
            Self::Blocked => "blocked GEMM",
            Self::Tiled => "tiled GEMM",
            Self::Windows => "GEMM onto windows",
            Self::Stream(StreamWay::Zero) => "zero",
            Self::Stream(StreamWay::Transpose) => "transpose",
            Self::Stream(StreamWay::Pack) => "packed tiles",
            Self::Stream(StreamWay::Unpack) => "unpacked tiles",
            Self::Stream(StreamWay::Map) => "map",
            Self::Stream(StreamWay::Accumulate) => "accumulate",
            Self::Stream(StreamWay::Fold) => "fold",
        }
    }
}

impl From<Way> for Plan {
    fn from(way: Way) -> Self {
        Self { way, rule: way.rule(), sum: Sum::WHOLE, fetch: false, stream: false }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { parts, spans } = self;
        match (parts, spans) {
            (1, 1) => Ok(()),
            (1, _) => write!(f, " in {spans} spans"),
            (_, 1) => write!(f, " in {parts} parts"),
            _ => write!(f, " in {parts} parts of {spans} spans"),
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.way.name(), self.sum)?;
        if self.fetch {
            f.write_str(", fetched ahead")?;
        }
        if self.stream {
            f.write_str(", streamed")?;
        }
        Ok(())
    }
}
