//! Factors that several gradients of a statement have in common: computed once into an intermediate, where that is no larger than a
//! tensor of the statement. What is left of each gradient is then a product, which goes to the engine.

use super::{
    parts,
    rewriting::Rewriting,
    terms::{is_product, reads, replaced},
};
use crate::{
    few::Set,
    ir::{
        Label,
        formula::{Access, Expression, FunctionCost, Reduction, Statement, TensorKind},
    },
};

/// Takes out of the cotangents of what a statement reads the factors that are worth it.
pub(super) fn share(
    rewriting: &mut Rewriting,
    statement: &Statement,
    labels: &[Label],
    parts: &mut [(Access, Expression)],
) {
    while let Some(factor) = largest(rewriting, statement, labels, parts) {
        let own = factor.labels_among(labels);
        let name = format!("d{}_factor", rewriting.formula.tensor(statement.target.tensor).name);
        let local = rewriting.local(&name, &own, &[], Reduction::Sum, factor.clone());
        for (_, part) in parts.iter_mut() {
            *part = replaced(part, &|inner| (*inner == factor).then(|| local.clone()));
        }
    }
}

/// The largest expression that is in more than one of the parts and worth an intermediate.
fn largest(
    rewriting: &Rewriting,
    statement: &Statement,
    labels: &[Label],
    parts: &[(Access, Expression)],
) -> Option<Expression> {
    // Each once in every part: what is then there more than once is in several of them.
    let distinct = parts.iter().flat_map(|(_, part)| {
        let mut seen = Set::default();
        parts::parts(part).into_iter().filter(move |part| seen.insert((part.digest, part.is_guarded)))
    });
    // What may not be chosen stays there: as a tensor of its own it would have a derivative everywhere, NaN where it is not chosen.
    let distinct = distinct.filter(|part| !part.is_guarded);
    let factors = distinct.filter(|part| reads(part.expression) > 0 && !is_product(part.expression));
    let mut repeated = parts::repeated(factors).into_iter().map(|part| part.expression);
    repeated.find(|factor| is_worth(rewriting, statement, labels, parts, factor)).cloned()
}

/// Whether an intermediate is read rather than computed: it is written anyway, costly, or leaves products behind.
fn is_worth(
    rewriting: &Rewriting,
    statement: &Statement,
    labels: &[Label],
    parts: &[(Access, Expression)],
    factor: &Expression,
) -> bool {
    let mut own = Vec::new();
    factor.labels(&mut own);
    if !statement.covers(&own) {
        return false;
    }
    let is_written = |(access, part): &(Access, Expression)| {
        let is_local = rewriting.formula.tensor(access.tensor).kind == TensorKind::Local;
        is_local && part == factor && access.is_plain() && access.covers(&own)
    };
    let leaves_product = |(access, part): &(Access, Expression)| {
        let marker = Expression::Read(Access { tensor: access.tensor, axes: Vec::new(), conj: false });
        let rest = replaced(part, &|inner| (inner == factor).then(|| marker.clone()));
        let mut kept = Vec::new();
        access.labels(&mut kept);
        rest != *part && is_product(&rest) && reads(&rest) > 1 && labels.iter().any(|label| !kept.contains(label))
    };
    parts.iter().any(is_written) || parts.iter().any(leaves_product) || is_costly(factor)
}

/// Whether a function in it costs more than reading its value.
fn is_costly(expression: &Expression) -> bool {
    let mut found = false;
    expression.visit(&mut |inner| {
        found |= match inner {
            Expression::Call(function, _) => function.cost() > FunctionCost::Division,
            Expression::User(..) => true,
            _ => false,
        };
    });
    found
}
