//! Expressions: the value of a statement at an index.

use super::access::{Access, Affine};
use crate::ir::Label;

/// A number, computed from elements at an index.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// An element.
    Read(Access),
    /// A number that is written.
    Literal(Literal),
    /// A form of labels, as a number.
    Index(Affine),
    /// The extent of a label, as a number: what a mean is divided by.
    Extent(Label),
    /// A function of numbers: as many as it takes.
    Call(Function, Vec<Expression>),
    /// The first if the condition holds, otherwise the second. The other one is not looked at: be it NaN.
    Select(Box<Condition>, Box<[Expression; 2]>),
    /// A function of the user's, by its number, or its derivative by the arguments of these numbers, least first: by none, by one, or
    /// by two.
    User(usize, Vec<usize>, Vec<Expression>),
}

/// A number that is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Literal {
    /// `2`
    Integer(i64),
    /// `0.5`
    Float(f64),
}

/// Something that holds or does not.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Of two numbers.
    Numbers(Comparison, Box<[Expression; 2]>),
    /// Of two forms of labels.
    Indices(Comparison, Affine, Affine),
    /// Both hold.
    And(Box<[Condition; 2]>),
    /// One of them holds.
    Or(Box<[Condition; 2]>),
    /// The condition does not hold.
    Not(Box<Condition>),
}

/// How two things are compared. What compares with NaN does not hold, but for "not equal".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `>=`
    GreaterOrEqual,
    /// `>`
    Greater,
}

/// A function of one number or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a * b`
    Multiply,
    /// `a / b`
    Divide,
    /// `-a`
    Negate,
    /// The complex conjugate.
    Conj,
    /// The larger of two; NaN if one is.
    Max,
    /// The smaller of two; NaN if one is.
    Min,
    /// e to the power.
    Exp,
    /// e to the power, minus 1.
    ExpM1,
    /// The natural logarithm.
    Ln,
    /// The natural logarithm of 1 plus the number.
    Ln1p,
    /// The square root.
    Sqrt,
    /// 1 divided by the number.
    Recip,
    /// The hyperbolic tangent.
    Tanh,
    /// `1 / (1 + exp(-a))`
    Sigmoid,
    /// The sine.
    Sin,
    /// The cosine.
    Cos,
    /// The error function.
    Erf,
    /// The absolute value.
    Abs,
    /// A number to the power of an integer that is written.
    Powi(i32),
    /// The first to the power of the second.
    Powf,
    /// `max(a, 0)`
    Relu,
    /// `a (1 + erf(a / sqrt(2))) / 2`
    Gelu,
    /// The derivative of `gelu`, which has no name in formulas.
    GeluDerivative,
    /// `a sigmoid(a)`
    Silu,
    /// `ln(1 + exp(a))`
    Softplus,
    /// The number; its derivative is taken for 0.
    Stop,
}

/// The numbers of which there is a function: any, or those with differences, quotients, an order, or all of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Numbers {
    /// All elements.
    Any,
    /// Elements with differences: integers, real and complex numbers.
    Ring,
    /// Elements with quotients: real and complex numbers.
    Field,
    /// Elements with an order: integers and real numbers.
    Ordered,
    /// Real numbers.
    Real,
}

/// About how long a function takes for a number, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FunctionCost {
    /// An instruction or two.
    Instruction,
    /// An instruction that takes as long as many: a quotient, a root.
    Division,
    /// A polynomial, or what is as long.
    Polynomial,
}

impl Function {
    /// About how long it takes.
    #[must_use]
    pub fn cost(self) -> FunctionCost {
        match self {
            Self::Add
            | Self::Subtract
            | Self::Multiply
            | Self::Negate
            | Self::Conj
            | Self::Max
            | Self::Min
            | Self::Abs
            | Self::Powi(_)
            | Self::Relu
            | Self::Stop => FunctionCost::Instruction,
            Self::Divide | Self::Sqrt | Self::Recip => FunctionCost::Division,
            _ => FunctionCost::Polynomial,
        }
    }

    /// The numbers that it is a function of.
    #[must_use]
    pub fn numbers(self) -> Numbers {
        match self {
            Self::Add | Self::Multiply | Self::Conj | Self::Stop => Numbers::Any,
            Self::Subtract | Self::Negate => Numbers::Ring,
            Self::Divide | Self::Recip | Self::Exp => Numbers::Field,
            Self::Max | Self::Min | Self::Abs | Self::Relu => Numbers::Ordered,
            _ => Numbers::Real,
        }
    }
}

impl Numbers {
    /// The numbers that have the operations of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self.min(other), self.max(other)) {
            (Self::Field, Self::Ordered) => Self::Real,
            (_, larger) => larger,
        }
    }
}
