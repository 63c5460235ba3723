//! Statements of the user's -> statements of the [`Formula`](crate::ir::formula::Formula): each a sum, or another reduction,
//! of what is computed from elements.
//!
//! - Terms that are sums of their own are statements; the second adds to what the first has written.
//! - All other terms are one statement, the last. Reductions in them are computed before, equal ones once.

use super::{
    node::{Node, Test, of_access},
    sums,
};
use crate::{
    ast::formula::Over,
    few::{List, sort_by_key},
    ir::{
        Label,
        formula::{
            Access, Affine, Comparison, Condition, Elements, Expression, Function, Literal, Reduction, Shape,
            Statement, Tensor, TensorId, TensorKind,
        },
    },
};

/// Collects statements.
pub(super) struct Splitter {
    pub(super) tensors: Vec<Tensor>,
    pub(super) statements: Vec<Statement>,
    /// Parts of values that are computed once: their free labels, the labels that are reduced, the value with its reduction, and the tensor.
    lifted: Vec<(Vec<Label>, Vec<Label>, Node, TensorId)>,
    /// The labels of the statement that is split, in the order in which its tensors have them.
    order: Vec<Label>,
    /// The names that are taken.
    names: Vec<String>,
}

impl Splitter {
    pub(super) fn new(tensors: Vec<Tensor>) -> Self {
        let names = tensors.mapped(|tensor| tensor.name.clone());
        Self { tensors, statements: Vec::new(), lifted: Vec::new(), order: Vec::new(), names }
    }

    /// Splits `target = value`, or `+=`.
    pub(super) fn statement(&mut self, target: &Access, value: Node, mut adds: bool) {
        let mut free = Vec::new();
        of_access(target, &mut free);
        self.order.clone_from(&free);
        let value = sums::normal(sums::implicit(value, &free));
        self.order.extend(value.labels().into_iter().filter(|label| !free.contains(label)));
        if let Some((reduction, labels, inner)) = other_reduction(&value)
            && target.is_plain()
            && !adds
            && is_covered(&free, inner, labels)
        {
            let value = self.expression(inner.clone());
            self.push(target, false, &free, labels.to_vec(), reduction, value);
            return;
        }
        let mut pointwise = Vec::new();
        for (term, sign) in value.terms(false) {
            match self.sum(term, sign, &free) {
                Ok((labels, value)) => {
                    let value = self.expression(value);
                    self.push(target, adds, &free, labels, Reduction::Sum, value);
                    adds = true;
                }
                Err(term) => pointwise.push((term, sign)),
            }
        }
        if let Some(value) = Node::sum(pointwise) {
            let value = self.expression(value);
            self.push(target, adds, &free, Vec::new(), Reduction::Sum, value);
        }
    }

    fn push(
        &mut self,
        target: &Access,
        adds: bool,
        free: &[Label],
        reduced: Vec<Label>,
        reduction: Reduction,
        value: Expression,
    ) {
        let (target, free) = (target.clone(), free.to_vec());
        self.statements.push(Statement { target, adds, free, reduced, reduction, value });
    }

    /// A term that is a sum over labels, with what is summed: it is all of what it is multiplied by, and every free label is in it.
    #[expect(clippy::unused_self, reason = "it reads as the others do")]
    fn sum(&self, term: Node, is_negative: bool, free: &[Label]) -> Result<(Vec<Label>, Node), Node> {
        let (factors, sign) = term.clone().signed_factors();
        let is_negative = is_negative != sign;
        let is_sum = |factor: &Node| matches!(factor, Node::Reduce(Over::Sum, ..));
        let is_number =
            |factor: &Node| factor.labels().is_empty() && matches!(factor, Node::Read(_) | Node::Literal(_));
        let sums = factors.iter().filter(|(factor, is_divisor)| is_sum(factor) && !is_divisor).count();
        if sums != 1 || !factors.iter().all(|(factor, is_divisor)| !is_divisor && (is_sum(factor) || is_number(factor)))
        {
            return Err(term);
        }
        let (sum, numbers): (Vec<_>, Vec<_>) = factors.into_iter().partition(|(factor, _)| is_sum(factor));
        let Some((Node::Reduce(_, labels, value), _)) = sum.into_iter().next() else { return Err(term) };
        if !is_covered(free, &value, &labels) {
            return Err(term);
        }
        let mut factors: Vec<(Node, bool)> = numbers;
        factors.extend(value.factors());
        let value = Node::product(factors).ok_or(term)?;
        Ok((labels, if is_negative { negative(value) } else { value }))
    }

    /// An expression, its reductions computed before.
    fn expression(&mut self, node: Node) -> Expression {
        match node {
            Node::Read(access) => Expression::Read(access),
            Node::Literal(literal) => Expression::Literal(literal),
            Node::Index(form) => Expression::Index(form),
            Node::Extent(label) => Expression::Extent(label),
            Node::Call(function, arguments) => Expression::Call(function, self.expressions(arguments)),
            Node::User(number, arguments) => Expression::User(number, Vec::new(), self.expressions(arguments)),
            Node::Select(test, cases) => {
                let test = self.condition(*test);
                Expression::Select(Box::new(test), Box::new(cases.map(|case| self.expression(case))))
            }
            Node::Once(value) => self.lift(Vec::new(), *value, None),
            Node::Reduce(Over::LogSumExp, labels, value) => self.log_sum_exp(labels, *value),
            Node::Reduce(over, labels, value) => {
                let reduction = reduction_of(over);
                self.lift(labels, *value, Some(reduction))
            }
        }
    }

    fn expressions(&mut self, nodes: Vec<Node>) -> Vec<Expression> {
        nodes.into_iter().map(|node| self.expression(node)).collect()
    }

    fn condition(&mut self, test: Test) -> Condition {
        match test {
            Test::Numbers(comparison, both) => {
                Condition::Numbers(comparison, Box::new(both.map(|one| self.expression(one))))
            }
            Test::Indices(comparison, left, right) => Condition::Indices(comparison, left, right),
            Test::And(both) => Condition::And(Box::new(both.map(|one| self.condition(one)))),
            Test::Or(both) => Condition::Or(Box::new(both.map(|one| self.condition(one)))),
            Test::Not(one) => Condition::Not(Box::new(self.condition(*one))),
        }
    }

    /// Computes a value for all its labels but those that are reduced, unless that was done before, and reads it.
    fn lift(&mut self, labels: Vec<Label>, value: Node, reduction: Option<Reduction>) -> Expression {
        let has = value.labels();
        let place = |label: &Label| self.order.iter().position(|other| other == label).unwrap_or(usize::MAX);
        let mut free: Vec<Label> = has.into_iter().filter(|label| !labels.contains(label)).collect();
        sort_by_key(&mut free, |label| (place(label), label.id()));
        // What is reduced, and how, is a node; without a reduction it is as it is.
        let key = match reduction {
            None => Node::Once(Box::new(value.clone())),
            Some(reduction) => Node::Reduce(over_of(reduction), labels.clone(), Box::new(value.clone())),
        };
        let known =
            self.lifted.iter().find(|(known, reduced, node, _)| (known, reduced, node) == (&free, &labels, &key));
        if let Some((.., tensor)) = known {
            return Expression::Read(Access::plain(*tensor, &free));
        }
        let value = self.expression(value);
        let tensor = self.local(&free);
        let target = Access::plain(tensor, &free);
        self.push(&target, false, &free, labels.clone(), reduction.unwrap_or(Reduction::Sum), value);
        self.lifted.push((free, labels, key, tensor));
        Expression::Read(target)
    }

    /// `ln(sum[labels](exp(value - m))) + m`, with the largest value for `m`, or 0 if that is infinite. As the result does not
    /// depend on `m`, it has no derivative.
    fn log_sum_exp(&mut self, labels: Vec<Label>, value: Node) -> Expression {
        let largest = Node::Reduce(Over::Max, labels.clone(), Box::new(value.clone()));
        let is_infinite = Test::Numbers(
            Comparison::Equal,
            Box::new([Node::Call(Function::Abs, vec![largest.clone()]), Node::Literal(Literal::Float(f64::INFINITY))]),
        );
        let shift = Node::Select(Box::new(is_infinite), Box::new([Node::Literal(Literal::Integer(0)), largest]));
        let shift = Node::Call(Function::Stop, vec![Node::Once(Box::new(shift))]);
        let shifted = Node::both(Function::Subtract, value, shift.clone());
        let sum = Node::Reduce(Over::Sum, labels, Box::new(Node::Call(Function::Exp, vec![shifted])));
        self.expression(Node::both(Function::Add, Node::Call(Function::Ln, vec![sum]), shift))
    }

    /// A new intermediate.
    fn local(&mut self, labels: &[Label]) -> TensorId {
        let mut names = (0..).map(|number| format!("t{number}"));
        let name = names.find(|name| !self.names.contains(name)).unwrap_or_default();
        self.names.push(name.clone());
        let shape = Shape::Needed(labels.mapped(Affine::label));
        self.tensors.push(Tensor { name, kind: TensorKind::Local, elements: Elements::Numbers, shape });
        TensorId(self.tensors.len() - 1)
    }
}

/// A reduction other than a sum, if that is all.
fn other_reduction(node: &Node) -> Option<(Reduction, &[Label], &Node)> {
    match node {
        Node::Reduce(over, labels, value) if !matches!(over, Over::Sum | Over::Mean | Over::LogSumExp) => {
            Some((reduction_of(*over), labels, value))
        }
        _ => None,
    }
}

/// Whether all free labels are in a value, and none of them is reduced.
fn is_covered(free: &[Label], value: &Node, reduced: &[Label]) -> bool {
    let has = value.labels();
    free.iter().all(|label| has.contains(label) && !reduced.contains(label))
}

/// The negative of a product: of its first factor.
fn negative(value: Node) -> Node {
    let mut factors = value.factors();
    if let Some((first, _)) = factors.first_mut() {
        *first = match std::mem::replace(first, Node::Literal(Literal::Integer(0))) {
            Node::Literal(Literal::Integer(value)) => Node::Literal(Literal::Integer(-value)),
            Node::Literal(Literal::Float(value)) => Node::Literal(Literal::Float(-value)),
            other => {
                factors[0].0 = other;
                factors.insert(0, (Node::Literal(Literal::Integer(-1)), false));
                return Node::product(factors).unwrap_or(Node::Literal(Literal::Integer(0)));
            }
        };
    }
    Node::product(factors).unwrap_or(Node::Literal(Literal::Integer(0)))
}

fn reduction_of(over: Over) -> Reduction {
    match over {
        Over::Product => Reduction::Product,
        Over::Max => Reduction::Max,
        Over::Min => Reduction::Min,
        Over::ArgMax => Reduction::ArgMax,
        Over::ArgMin => Reduction::ArgMin,
        Over::Sum | Over::Mean | Over::LogSumExp => Reduction::Sum,
    }
}

fn over_of(reduction: Reduction) -> Over {
    match reduction {
        Reduction::Sum => Over::Sum,
        Reduction::Product => Over::Product,
        Reduction::Max => Over::Max,
        Reduction::Min => Over::Min,
        Reduction::ArgMax => Over::ArgMax,
        Reduction::ArgMin => Over::ArgMin,
    }
}
