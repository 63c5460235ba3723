//! `b/dp i k //tp`: what subscripts say of the mesh.

use proc_macro2::{LineColumn, Span, TokenStream};

use super::Subscript;
use crate::{
    error::{Errors, Mark},
    ir::formula::Outside,
};

/// An invocation without what it says of the mesh, and that.
pub struct Sharded {
    /// Tokens as those of `einsum!`: of a literal the characters are where they were.
    pub plain: TokenStream,
    /// The literal as it is written, and without what it says of the mesh.
    pub literal: Option<ShardLiteral>,
    /// In the order in which they are written.
    pub annotations: Vec<Annotation>,
    /// Indices that are forms of labels; in `plain` there are their labels instead, as indices one after the other.
    pub windows: Vec<WrittenWindow>,
}

/// `2*i/sp + p - 1`, in the brackets of `zero(x)`.
pub struct WrittenWindow {
    /// The place of the first of its labels in `plain`.
    pub first: Place,
    /// The factors of the labels, in the order in which they are written, at least 1.
    pub factors: Vec<usize>,
    /// The number that is added to the terms.
    pub constant: i64,
    /// The element at an index that the tensor does not have.
    pub outside: Outside,
    /// The form as it is written, without axes of the mesh.
    pub text: String,
    /// The place of the form in the source.
    pub mark: Mark,
}

/// A literal as it is written, and without what it says of the mesh.
pub struct ShardLiteral {
    /// The literal as the user has written it.
    pub written: String,
    /// The literal without its annotations, as other macros read it.
    pub plain: String,
    /// The span of the literal.
    pub span: Span,
}

/// `/dp`, or `//tp`.
pub struct Annotation {
    /// The name of an axis of the mesh.
    pub axis: String,
    /// The label or tensor that lies so.
    pub subject: Subject,
    /// The place of the annotation in the source.
    pub mark: Mark,
}

/// The label or tensor that an annotation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The label that is here, which is sharded.
    Label(Place),
    /// The tensor that has a label here, which is partial.
    Tensor(Place),
    /// The operand of this number, which is partial.
    Operand(usize),
    /// The output, which is partial.
    Output,
}

/// The place of a label in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a literal: at this character.
    Text(usize),
    /// In the source: where the span of the label begins, and how many labels before it have the same span, as a `macro_rules!` can write.
    Token(LineColumn, usize),
}

impl Sharded {
    /// The mistakes in a literal, with the literal as it is written.
    ///
    /// # Errors
    /// The mistakes, each of which names the literal as it is written.
    pub fn as_written<T>(&self, result: Result<T, Errors>) -> Result<T, Errors> {
        let Some(ShardLiteral { written, plain, .. }) = &self.literal else { return result };
        result.map_err(|mut errors| {
            for mistake in &mut errors.0 {
                let message = mistake.message.replace(&format!("\n    {plain}\n"), &format!("\n    {written}\n"));
                mistake.message = message.replace(&format!("`{plain}`"), &format!("`{written}`"));
            }
            errors
        })
    }
}

impl Place {
    /// The tensor that has the label here, of operands and then the result, and the position of the label.
    #[must_use]
    pub fn find(self, tensors: &[&Subscript]) -> Option<(usize, usize)> {
        // In index notation the result is written first.
        let numbers = tensors.len().checked_sub(1).into_iter().chain(0..tensors.len().saturating_sub(1));
        let labels = numbers.flat_map(|tensor| (0..tensors[tensor].labels.len()).map(move |label| (tensor, label)));
        let mark = |(tensor, label): &(usize, usize)| &tensors[*tensor].labels[*label].mark;
        match self {
            Self::Text(start) => {
                labels.into_iter().find(|at| matches!(mark(at), Mark::Text(range) if range.start == start))
            }
            Self::Token(start, before) => {
                let is_here =
                    |at: &(usize, usize)| matches!(mark(at), Mark::Tokens(first, _) if first.start() == start);
                labels.filter(is_here).nth(before)
            }
        }
    }
}
