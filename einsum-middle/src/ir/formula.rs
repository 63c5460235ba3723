//! Checked formulas: statements over boxes of indices.

mod access;
mod cost;
mod display;
mod expression;
mod extents;
mod rebuild;
mod unrolled;
mod verify;
mod walk;

pub use access::{Access, Affine, Amount, Axis, Index, Outside, TensorId};
pub use expression::{Comparison, Condition, Expression, Function, FunctionCost, Literal, Numbers};
pub use extents::Literals;

use super::{Label, Labels};

/// Statements that compute tensors from tensors, in order; the forward, the gradients and the tangents of a formula alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// All labels, by their numbers. Labels that a reduction binds have names of their own.
    pub labels: Labels,
    /// All tensors, by their numbers.
    pub tensors: Vec<Tensor>,
    /// How the extent of each label is found, in an order in which it can be. All that a label leads to is in bounds; the axes of
    /// [`ExtentFrom::Axes`] are exactly as long, or, if the formula broadcasts, of extent 1.
    pub extents: Vec<Extent>,
    /// The statements, in the order in which they are computed. A tensor that none of them has written before is not read.
    pub statements: Vec<Statement>,
    /// The tensors that are asked for.
    pub results: Vec<TensorId>,
    /// Whether an operand of extent 1 along a label repeats along it: where labels are indices alone, in one statement.
    pub broadcasts: bool,
}

/// A tensor that is given or computed.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// The name of the tensor in displays.
    pub name: String,
    /// The purpose of the tensor.
    pub kind: TensorKind,
    /// The type of its elements.
    pub elements: Elements,
    /// How long its axes are.
    pub shape: Shape,
}

/// The purpose of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TensorKind {
    /// The operand of this number: given.
    Operand(usize),
    /// A tangent of the operand of this number: given, in its shape.
    Tangent(usize),
    /// The cotangent of the result: given.
    Cotangent,
    /// An intermediate.
    Local,
    /// The result of the formula.
    Result,
    /// The tangent of the result.
    ResultTangent,
    /// The cotangent of the operand of this number.
    Gradient(usize),
    /// The cotangent of the cotangent, of a backward that is differentiated.
    CotangentGradient,
}

/// The type of the elements of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elements {
    /// Numbers of the type that the formula computes with.
    Numbers,
    /// Indices: integers of any type, by which another tensor is read, or what `argmax` and `argmin` give.
    Indices,
}

/// How long the axes of a tensor are.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// The extents of an array that the user gives, with so many axes.
    Given(usize),
    /// The extents of another tensor, which the user gives.
    Like(TensorId),
    /// For each axis, the extent that the largest value of its form needs.
    Needed(Vec<Affine>),
}

/// How the extent of a label is found.
#[derive(Clone, Debug, PartialEq)]
pub struct Extent {
    /// The label.
    pub label: Label,
    /// The source of the extent.
    pub from: ExtentFrom,
}

/// The source of the extent of a label.
#[derive(Clone, Debug, PartialEq)]
pub enum ExtentFrom {
    /// The expression of this number that is given after `;`.
    Given(usize),
    /// The axes at which the label is the index itself. Their extents must agree.
    Axes(Vec<(TensorId, usize)>),
    /// The largest with which the forms of these axes stay within the tensors: the least of them. Other labels of the forms
    /// are known.
    Largest(Vec<(TensorId, usize, Affine)>),
}

/// `target[axes] = reduction[reduced](value)`, for all indices of the labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The tensor that is written, and where.
    pub target: Access,
    /// Whether the value is added to what is there. If not, elements that no index leads to are 0.
    pub adds: bool,
    /// The labels that are on the target, each once.
    pub free: Vec<Label>,
    /// The other labels of the value, over which is reduced.
    pub reduced: Vec<Label>,
    /// The reduction along these labels.
    pub reduction: Reduction,
    /// The value at an index.
    pub value: Expression,
}

/// The operation that makes one value of those along the labels that the target has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// They are added up. (Without such labels: the only one.)
    Sum,
    /// They are multiplied.
    Product,
    /// The largest of them; NaN if there is one; minus infinity, or the least integer, if there are none.
    Max,
    /// The smallest.
    Min,
    /// The first index, of the only label, at which the largest is, or the first NaN.
    ArgMax,
    /// The first index at which the smallest is.
    ArgMin,
}
