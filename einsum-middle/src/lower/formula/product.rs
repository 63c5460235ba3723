//! Sums of products, as einsums over strided views.

use std::cmp::Reverse;

use super::{Contraction, Lowering, Work, labels_of, map};
use crate::{
    few::{List, sort_by_key},
    ir::{
        Einsum, Epilogue, Label, Labels, Operand, Subscript,
        formula::{Access, Amount, Axis, Elements, Expression, ExtentFrom, Function, Literal, Reduction, Statement},
    },
};

/// A product: numbers that are written, and other factors.
pub(super) struct Product {
    pub(super) scale: Option<Literal>,
    pub(super) factors: Vec<Expression>,
    /// Whether the product of the numbers, or the reciprocal of one, is not to be had with all its digits.
    is_out_of_range: bool,
}

impl Lowering {
    /// The statement as an einsum, if it is a sum of a product. Factors that are no elements are computed first, where they
    /// have fewer labels than all.
    pub(super) fn contraction(&mut self, statement: &Statement) -> Option<Contraction> {
        let product = Product::of(statement)?;
        let factors = product.factors.mapped(|factor| self.factor(factor));
        Some(self.einsum(statement, factors, product.scale))
    }

    /// A factor as elements, which are computed if it is something else.
    pub(super) fn factor(&mut self, factor: &Expression) -> Access {
        if let Expression::Read(access) = factor {
            return access.clone();
        }
        if let Some(local) = self.hoist(factor) {
            return local;
        }
        let free = labels(factor);
        // (What is larger than all that it is made of may be local to a block, which it is not if other statements read it.)
        let mut is_covered = false;
        factor.visit_reads(&mut |access| {
            let read = labels_of(access);
            is_covered |= free.iter().all(|label| read.contains(label));
        });
        let target = self.define_over("factor", Elements::Numbers, &free);
        let value = factor.clone();
        let statement = Statement {
            target: target.clone(),
            adds: false,
            free,
            reduced: Vec::new(),
            reduction: Reduction::Sum,
            value,
        };
        self.push(Work::Map(map(statement)));
        if is_covered {
            self.hoists.push((factor.clone(), target.clone()));
        }
        target
    }

    fn einsum(&self, statement: &Statement, factors: Vec<Access>, scale: Option<Literal>) -> Contraction {
        let window = self.window(&statement.target);
        let mut labels = Labels::default();
        let mut subscript = |all: &[Label]| -> Subscript {
            all.iter().filter(|label| !window.contains(label)).map(|label| labels.intern(label.name())).collect()
        };
        let names = self.names(&factors);
        let operands = factors.iter().zip(names).map(|(factor, name)| Operand {
            name,
            subscript: subscript(&labels_of(factor)),
            conj: factor.conj,
        });
        let operands: Vec<Operand> = operands.collect();
        let output = subscript(&statement.free);
        let repeated = output.0.iter().filter(|label| !operands.iter().any(|operand| operand.subscript.has(label)));
        let einsum = Einsum {
            given: repeated.cloned().collect(),
            epilogue: Epilogue { scaled: scale.is_some(), ..self.epilogue(statement, &window) },
            ..Einsum::new(labels, operands, output)
        };
        debug_assert_eq!(einsum.verify(), Ok(()), "contraction `{einsum}`");
        Contraction { einsum, factors, target: statement.target.clone(), adds: statement.adds, window, scale }
    }

    /// How the result is written: as a new tensor, if an axis for each label is all that this has; to what is there otherwise, which
    /// is not read if nothing is added, and every element is written.
    fn epilogue(&self, statement: &Statement, window: &[Label]) -> Epilogue {
        let Statement { target, adds, .. } = statement;
        let is_bare = target.bare().is_some() && window.is_empty();
        let is_new = is_bare && !self.lowered.is_there(target.tensor) && self.lowered.is_whole(target);
        Epilogue { scaled: false, out: !is_new, onto: *adds || !is_bare }
    }

    /// How displays call the factors.
    fn names(&self, factors: &[Access]) -> Vec<String> {
        factors.mapped(|factor| self.lowered.formula.tensor(factor.tensor).name.clone())
    }

    /// The labels that the steps of a target are taken for one by one: of each axis with several all but one, so that distinct
    /// indices of those that are left lead to distinct elements.
    fn window(&self, target: &Access) -> Vec<Label> {
        let mut window: Vec<Label> = Vec::new();
        for form in target.axes.iter().filter_map(Axis::affine) {
            let mut left: Vec<_> = form.terms.iter().filter(|(_, label)| !window.contains(label)).collect();
            sort_by_key(&mut left, |(factor, label)| Reverse(self.indices(factor, label)));
            window.extend(left.into_iter().skip(1).map(|(_, label)| label.clone()));
        }
        window
    }

    /// A rank by which labels with many indices are told from those with few, such as the image from the window of a convolution: whether the
    /// extent is what the other labels leave, whether the stride is not 1, and which label was written first.
    pub(super) fn indices(&self, factor: &Amount, label: &Label) -> (bool, bool, Reverse<usize>) {
        let from = self.lowered.formula.extents.iter().find(|extent| extent.label == *label).map(|extent| &extent.from);
        let is_left = matches!(from, Some(ExtentFrom::Largest(_)));
        let is_strided = *factor != Amount::known(1) && *factor != Amount::known(-1);
        (is_left, is_strided, Reverse(label.id().0))
    }
}

impl Product {
    /// The product of which a statement is a sum, if an einsum computes that.
    pub(super) fn of(statement: &Statement) -> Option<Self> {
        if statement.reduction != Reduction::Sum || statement.reduced.is_empty() {
            return None;
        }
        let mut product = Self { scale: None, factors: Vec::new(), is_out_of_range: false };
        product.multiply(&statement.value, false);
        if product.is_out_of_range {
            return None;
        }
        let count = statement.free.len() + statement.reduced.len();
        let is_loop = |factor: &Expression| !matches!(factor, Expression::Read(_)) && labels(factor).len() == count;
        let is_summed = |label: &Label| product.factors.iter().any(|factor| labels(factor).contains(label));
        if product.factors.iter().any(is_loop) || !statement.reduced.iter().all(is_summed) {
            return None;
        }
        if let [factor] = product.factors.as_slice()
            && !matches!(factor, Expression::Read(_))
        {
            return None;
        }
        Some(product)
    }

    /// Multiplies by all factors of an expression, conjugated or not.
    fn multiply(&mut self, expression: &Expression, conj: bool) {
        match expression {
            Expression::Literal(literal) => self.scale(*literal),
            Expression::Read(access) => {
                let conj = access.conj != conj;
                self.factors.push(Expression::Read(Access { conj, ..access.clone() }));
            }
            Expression::Call(function, arguments) => match (function, arguments.as_slice()) {
                (Function::Multiply, [one, other]) => {
                    self.multiply(one, conj);
                    self.multiply(other, conj);
                }
                (Function::Negate, [one]) => {
                    self.scale(Literal::Integer(-1));
                    self.multiply(one, conj);
                }
                (Function::Conj, [one]) => self.multiply(one, !conj),
                (Function::Divide, [one, other]) => {
                    self.multiply(one, conj);
                    self.divide(other, conj);
                }
                (Function::Powi(2), [one @ Expression::Read(_)]) => {
                    self.multiply(one, conj);
                    self.multiply(one, conj);
                }
                _ => self.push(expression, conj),
            },
            _ => self.push(expression, conj),
        }
    }

    fn divide(&mut self, expression: &Expression, conj: bool) {
        match expression {
            Expression::Literal(literal) => {
                let reciprocal = number(*literal).recip();
                self.is_out_of_range |= !is_normal(reciprocal);
                self.scale(Literal::Float(reciprocal));
            }
            _ => self.push(&Expression::Call(Function::Recip, vec![expression.clone()]), conj),
        }
    }

    fn push(&mut self, expression: &Expression, conj: bool) {
        let factor = expression.clone();
        self.factors.push(if conj { Expression::Call(Function::Conj, vec![factor]) } else { factor });
    }

    fn scale(&mut self, literal: Literal) {
        let Some(scale) = self.scale else { return self.scale = Some(literal) };
        let product = match (scale, literal) {
            (Literal::Integer(one), Literal::Integer(other)) => one.checked_mul(other).map(Literal::Integer),
            (one, other) => Some(Literal::Float(number(one) * number(other))),
        };
        self.is_out_of_range |= match product {
            Some(Literal::Float(product)) => {
                !is_normal(product) || product == 0.0 && number(scale) != 0.0 && number(literal) != 0.0
            }
            product => product.is_none(),
        };
        self.scale = product.or(self.scale);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number that is written has few digits")]
pub(super) fn number(literal: Literal) -> f64 {
    match literal {
        Literal::Integer(number) => number as f64,
        Literal::Float(number) => number,
    }
}

/// Whether a number is one of `f32`, with all digits that these have, or 0.
#[expect(clippy::cast_possible_truncation, reason = "what is out of range is infinite, 0 or subnormal")]
pub(super) fn is_normal(number: f64) -> bool {
    number == 0.0 || (number as f32).is_normal()
}

/// The labels of an expression, each once.
fn labels(expression: &Expression) -> Vec<Label> {
    let mut labels = Vec::new();
    expression.labels(&mut labels);
    labels
}
