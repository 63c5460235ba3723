//! Statements and expressions of a formula, with places.

use proc_macro2::{Ident, Span};

use crate::{
    ast::Label,
    ir::formula::{Amount, Comparison, Function, Literal, Outside},
};

/// `let s[i, j] = q[i, e] * k[j, e];`, or what the formula results in.
pub struct Statement {
    /// The name of a `let`.
    pub name: Option<Ident>,
    /// The axes of the target.
    pub target: Vec<Axis>,
    /// The brackets of the target.
    pub bracket: (Span, Span),
    /// The right side.
    pub value: Expression,
}

/// A part of a right side.
pub struct Expression {
    /// The kind of the expression, with its parts.
    pub kind: ExpressionKind,
    /// The first and the last token of the expression.
    pub span: (Span, Span),
    /// The text of the expression, as written.
    pub text: String,
}

/// An expression, and what it is made of.
pub enum ExpressionKind {
    /// `x[i, j]`, and a number: `a`.
    Access(Access),
    /// `0.5`
    Literal(Literal),
    /// `(i as f32)`; without a type where labels are compared.
    Label(Form, Option<usize>),
    /// `i`, where a number should be.
    BareLabel(Label),
    /// `-a`
    Negate(Box<Expression>),
    /// `conj(a)`
    Conj(Box<Expression>),
    /// `a + b`
    Binary(Operator, Box<[Expression; 2]>),
    /// `exp(a)`
    Call(Function, Vec<Expression>),
    /// A function of the user's, by its number.
    User(usize, Vec<Expression>),
    /// `sum[k](a)`
    Reduction(Over, Vec<Label>, Box<Expression>),
    /// `select(c, a, b)`
    Select(Box<[Expression; 3]>),
    /// `a < b`
    Compare(Comparison, Box<[Expression; 2]>),
    /// `a && b`
    And(Box<[Expression; 2]>),
    /// `a || b`
    Or(Box<[Expression; 2]>),
    /// `!a`
    Not(Box<Expression>),
}

impl ExpressionKind {
    /// Whether it holds or does not, and is no number.
    #[must_use]
    pub fn is_condition(&self) -> bool {
        matches!(self, Self::Compare(..) | Self::And(_) | Self::Or(_) | Self::Not(_))
    }
}

/// An operator between two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// A reduction: how values along the labels that it names are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// They are added up.
    Sum,
    /// They are added up, and divided by their number.
    Mean,
    /// They are multiplied.
    Product,
    /// The largest.
    Max,
    /// The smallest.
    Min,
    /// The logarithm of the sum of their exponentials.
    LogSumExp,
    /// The index of the largest.
    ArgMax,
    /// The index of the smallest.
    ArgMin,
}

/// `x[i, j]`
pub struct Access {
    /// The array, or the number.
    pub tensor: Tensor,
    /// The axes of the array; none for a number without brackets.
    pub axes: Vec<Axis>,
    /// The elements at indices that are not within it.
    pub outside: Outside,
    /// Whether it is read conjugated.
    pub conj: bool,
    /// The text of the operand, without the brackets.
    pub source: String,
    /// The first and the last token of the operand, without the brackets.
    pub span: (Span, Span),
    /// The brackets, if there are any.
    pub bracket: Option<(Span, Span)>,
}

/// The array or number that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tensor {
    /// The operand of this number.
    Operand(usize),
    /// The tensor that the statement of this number has computed.
    Local(usize),
}

/// An index along an axis.
pub struct Axis {
    /// The index.
    pub index: Index,
    /// The first and the last token of the index.
    pub span: (Span, Span),
    /// The text of the index, as written.
    pub text: String,
}

/// An index along an axis.
pub enum Index {
    /// `2*i + p - 1`
    Form(Form),
    /// `t[l]`
    Gather(Access),
}

/// `2*i + p - 1`
#[derive(Clone, Default)]
pub struct Form {
    /// Factors and labels, as often as they are written.
    pub terms: Vec<(Amount, Label)>,
    /// The number that is added to the labels.
    pub constant: Amount,
}

impl Expression {
    /// Visits the expression, and then all that is in it.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        self.parts().into_iter().for_each(|part| part.visit(visit));
    }

    /// The expressions that it is made of.
    #[must_use]
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            ExpressionKind::Access(_)
            | ExpressionKind::Literal(_)
            | ExpressionKind::Label(..)
            | ExpressionKind::BareLabel(_) => Vec::new(),
            ExpressionKind::Negate(one)
            | ExpressionKind::Conj(one)
            | ExpressionKind::Not(one)
            | ExpressionKind::Reduction(_, _, one) => vec![one],
            ExpressionKind::Binary(_, both)
            | ExpressionKind::Compare(_, both)
            | ExpressionKind::And(both)
            | ExpressionKind::Or(both) => both.iter().collect(),
            ExpressionKind::Call(_, all) | ExpressionKind::User(_, all) => all.iter().collect(),
            ExpressionKind::Select(all) => all.iter().collect(),
        }
    }
}
