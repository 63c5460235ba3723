//! Which sums there are: those that nobody wrote, and how all of them are brought into the form of an einsum.

use super::node::Node;
use crate::{
    ast::formula::Over,
    few::List,
    ir::{
        Label,
        formula::{Function, Literal},
    },
};

/// Sums every term over its labels that the target has not, as if all had been multiplied out: in `a * (x[k] + b)`
/// the number `b` is added once, and not for every `k`.
pub(super) fn implicit(node: Node, target: &[Label]) -> Node {
    let labels: Vec<Label> = node.labels().into_iter().filter(|label| !target.contains(label)).collect();
    if labels.is_empty() { node } else { summed(node, &labels) }
}

/// The sum over labels, each of which is in it.
fn summed(node: Node, labels: &[Label]) -> Node {
    match node {
        Node::Call(Function::Add | Function::Subtract | Function::Negate, _) => {
            let terms = node.terms(false).into_iter().map(|(term, sign)| {
                let own = within(&term, labels);
                (if own.is_empty() { term } else { summed(term, &own) }, sign)
            });
            Node::sum(terms).unwrap_or(Node::Literal(Literal::Integer(0)))
        }
        Node::Call(function @ (Function::Conj | Function::Stop), mut arguments) if arguments.len() == 1 => {
            Node::Call(function, vec![summed(arguments.swap_remove(0), labels)])
        }
        Node::Call(Function::Multiply | Function::Divide, _) => summed_product(node.factors(), labels),
        other => Node::Reduce(Over::Sum, labels.to_vec(), Box::new(other)),
    }
}

/// A sum in parentheses is summed by itself over labels that no other factor has.
fn summed_product(factors: Vec<(Node, bool)>, labels: &[Label]) -> Node {
    let all: Vec<Vec<Label>> = factors.mapped(|(factor, _)| within(factor, labels));
    let is_sum = |factor: &Node| matches!(factor, Node::Call(Function::Add | Function::Subtract | Function::Negate, _));
    let mut rest = labels.to_vec();
    let mut product = Vec::new();
    for (number, (factor, is_divisor)) in factors.into_iter().enumerate() {
        let is_own =
            |label: &&Label| all.iter().enumerate().all(|(other, has)| other == number || !has.contains(label));
        let own: Vec<Label> = all[number].iter().filter(is_own).cloned().collect();
        if is_sum(&factor) && !is_divisor && !own.is_empty() {
            rest.retain(|label| !own.contains(label));
            product.push((summed(factor, &own), false));
        } else {
            product.push((factor, is_divisor));
        }
    }
    let product = Node::product(product).unwrap_or(Node::Literal(Literal::Integer(1)));
    if rest.is_empty() { product } else { Node::Reduce(Over::Sum, rest, Box::new(product)) }
}

/// The labels, of these, that a node has.
fn within(node: &Node, labels: &[Label]) -> Vec<Label> {
    node.labels().into_iter().filter(|label| labels.contains(label)).collect()
}

/// Brings sums into the form in which they are contractions wherever they can be: products of reads.
///
/// - What does not depend on the summed labels is multiplied afterwards, but for reads and numbers, which belong to the einsum.
/// - A factor of a product that lacks labels of others is computed once, before: `exp(s[i, j]) * v[j, d]`.
/// - A sum of products is one sum for each of them.
/// - A mean is a sum, divided.
pub(super) fn normal(node: Node) -> Node {
    let node = node.map(&mut normal);
    match node {
        Node::Reduce(Over::Sum, labels, value) => normal_sum(labels, *value),
        Node::Reduce(Over::Mean, labels, value) => {
            let extents: Vec<(Node, bool)> = labels.mapped(|label| (Node::Extent(label.clone()), false));
            let sum = normal_sum(labels, *value);
            match Node::product(extents) {
                Some(extents) => Node::both(Function::Divide, sum, extents),
                None => sum,
            }
        }
        other => other,
    }
}

fn normal_sum(labels: Vec<Label>, value: Node) -> Node {
    match value {
        Node::Reduce(Over::Sum, inner, value) if labels.iter().all(|label| !inner.contains(label)) => {
            normal_sum(labels.into_iter().chain(inner).collect(), *value)
        }
        Node::Call(Function::Negate, mut arguments) if arguments.len() == 1 => {
            normal_sum(labels, arguments.swap_remove(0)).negated()
        }
        Node::Call(Function::Add | Function::Subtract, _) => {
            let terms = value.clone().terms(false);
            if !terms.iter().any(|(term, _)| is_contraction(term)) {
                return Node::Reduce(Over::Sum, labels, Box::new(value));
            }
            let terms = terms.into_iter().map(|(term, sign)| (repeated_sum(&labels, term), sign));
            Node::sum(terms).unwrap_or(value)
        }
        value => normal_product(labels, value),
    }
}

/// The sum of a term over labels which it need not have.
fn repeated_sum(labels: &[Label], term: Node) -> Node {
    let own = within(&term, labels);
    let others = labels.iter().filter(|label| !own.contains(label));
    let times: Vec<(Node, bool)> = others.map(|label| (Node::Extent(label.clone()), false)).collect();
    let sum = if own.is_empty() { term } else { normal_sum(own, term) };
    Node::product([(sum, false)].into_iter().chain(times)).unwrap_or(Node::Literal(Literal::Integer(0)))
}

/// Whether a product has factors that lack labels of others, each of them.
fn is_contraction(term: &Node) -> bool {
    let all = term.labels();
    let (factors, _) = term.clone().signed_factors();
    let counts: Vec<usize> =
        factors.iter().map(|(factor, _)| factor.labels().len()).filter(|count| *count > 0).collect();
    counts.len() > 1 && counts.iter().all(|count| *count < all.len())
}

fn normal_product(labels: Vec<Label>, value: Node) -> Node {
    let all = value.labels();
    let (factors, is_negative) = value.signed_factors();
    let is_kept = |(factor, is_divisor): &(Node, bool)| {
        let depends = factor.labels().iter().any(|label| labels.contains(label));
        depends || !is_divisor && matches!(factor, Node::Read(_) | Node::Literal(_))
    };
    let count = factors.iter().filter(|(factor, _)| !factor.labels().is_empty()).count();
    let (kept, outer): (Vec<_>, Vec<_>) = factors.into_iter().partition(is_kept);
    let box_labels: Vec<Label> = {
        let of_kept: Vec<Vec<Label>> = kept.mapped(|(factor, _)| factor.labels());
        all.into_iter()
            .filter(|label| of_kept.iter().any(|has| has.contains(label)) || labels.contains(label))
            .collect()
    };
    let kept = kept.into_iter().map(|(factor, is_divisor)| {
        let has = factor.labels();
        let is_less = !has.is_empty() && has.len() < box_labels.len() && count > 1;
        match (is_less, is_divisor) {
            (true, true) => (Node::Once(Box::new(Node::Call(Function::Recip, vec![factor]))), false),
            (true, false) if !matches!(factor, Node::Read(_)) => (once(factor), false),
            _ => (factor, is_divisor),
        }
    });
    let product = Node::product(kept).unwrap_or(Node::Literal(Literal::Integer(1)));
    let sum = Node::Reduce(Over::Sum, labels, Box::new(product));
    let product = Node::product([(sum, false)].into_iter().chain(outer));
    let product = product.unwrap_or(Node::Literal(Literal::Integer(0)));
    if is_negative { product.negated() } else { product }
}

/// A reduction is computed once by itself.
fn once(node: Node) -> Node {
    if let Node::Reduce(..) | Node::Once(_) = node { node } else { Node::Once(Box::new(node)) }
}
