//! Terms that are added to a tensor at shifted indices, as in the gradient of a stencil: all at once.
//!
//! Of `y[i] = x[i + 1] - x[i]` the gradient is `dx[i + 1] = dy[i]` and `dx[i] += -dy[i]`: two passes over `dx`. At an index `u` to which both lead it is
//! `dx[u] = dy[u - 1] - dy[u]`. So one map computes these elements of the target; at the others, near the border, each term is added by itself.
//! Terms of a window, `dx[i + p] += dy[i]`, are a sum there, `dx[u] = sum[p](dy[u - p])`. Where a term leads out of the tensor, it is dropped, or
//! added at the other end, or at the nearest element: there is no copy of the tensor with what is around it.
//!
//! Terms are taken together if along every axis of the target each moves by one with the index of a label, of which it has another for each axis.

use super::{
    Lowering, Map, Shifted, Term, Work,
    inlined::put,
    map,
    product::{Product, is_normal, number},
};
use crate::{
    few::{List, sort_by_key},
    ir::{
        Label,
        formula::{
            Access, Affine, Amount, Axis, Elements, Expression, Formula, Function, Index, Outside, Reduction,
            Statement, TensorId,
        },
    },
    tuning::EXPRESSION_MAX_PARTS,
};

impl Lowering {
    /// The numbers of the statements that are lowered together, in order, the last of which is the place where that is done.
    pub(super) fn groups(&self, formula: &Formula) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for number in 0..formula.statements.len() {
            if !self.is_term(formula, number) {
                continue;
            }
            let before = groups.iter().position(|group| self.goes_with(formula, group, number));
            match before {
                Some(before) => groups[before].push(number),
                None => groups.push(vec![number]),
            }
        }
        groups.retain(|group| self.is_worth(formula, group));
        groups
    }

    /// Whether a statement adds to elements that each index of its labels moves by one, and is no product of tensors.
    fn is_term(&self, formula: &Formula, number: usize) -> bool {
        let statement = &formula.statements[number];
        let tensor = statement.target.tensor;
        let is_inlined = |tensor: TensorId| self.inlined.iter().any(|inlined| inlined.tensor == tensor);
        let is_sum = statement.reduction == Reduction::Sum && Product::of(statement).is_none();
        is_sum
            && !formula.broadcasts
            && formula.tensor(tensor).elements == Elements::Numbers
            && !is_inlined(tensor)
            && !statement.reads().iter().any(|access| access.tensor == tensor)
            && !put(&statement.value, &self.inlined).is_indexed()
            && self.along(&statement.target).is_some()
    }

    /// Whether a statement can be added together with those of a group: nothing else is written to the tensor after these, nor read of it, and
    /// what they read stays what it is.
    fn goes_with(&self, formula: &Formula, group: &[usize], number: usize) -> bool {
        let statement = &formula.statements[number];
        let tensor = statement.target.tensor;
        let first = &formula.statements[group[0]];
        let is_alone = |other: &Statement| !other.reduced.is_empty() || !self.windows(&other.target).is_empty();
        if first.target.tensor != tensor || is_alone(first) || is_alone(statement) {
            return false;
        }
        let reads: Vec<TensorId> =
            group.iter().flat_map(|member| formula.statements[*member].reads()).map(|access| access.tensor).collect();
        (group[0]..number).filter(|between| !group.contains(between)).all(|between| {
            let between = &formula.statements[between];
            let written = between.target.tensor;
            written != tensor
                && !reads.contains(&written)
                && !between.reads().iter().any(|access| access.tensor == tensor)
        })
    }

    /// Whether to take statements together saves a pass over a tensor: there are several terms, or those of a window, or a copy of the tensor with
    /// what is around it.
    fn is_worth(&self, formula: &Formula, group: &[usize]) -> bool {
        let targets = || group.iter().map(|number| &formula.statements[*number].target);
        let is_shifted = |target: &Access| !self.known_within(target).is_plain();
        let is_padded = |target: &Access| !self.known_within(target).is_within();
        let has_window = |target: &Access| !self.windows(target).is_empty();
        // (Of one term that wraps the copy is as large as its indices, and a pass for each time that it is around may be many.)
        let is_around = |target: &Access| target.axes.iter().any(|axis| axis.outside == Outside::Wrap);
        group.len() > 1 && targets().any(|target| is_shifted(target) || is_padded(target))
            || targets().any(|target| has_window(target) || is_padded(target) && !is_around(target))
    }

    /// The label of each axis of a target, if with its index the element moves by one along this axis and along no other.
    fn along(&self, target: &Access) -> Option<Vec<Label>> {
        let forms: Option<Vec<&Affine>> = target.axes.iter().map(Axis::affine).collect();
        let forms = forms.filter(|forms| !forms.is_empty())?;
        let mut found: Vec<Label> = Vec::new();
        for (axis, form) in forms.iter().enumerate() {
            let is_elsewhere = |label: &Label| {
                let others = forms.iter().enumerate().filter(|(other, _)| *other != axis);
                others.flat_map(|(_, form)| &form.terms).any(|(_, other)| other == label)
            };
            let moves = form.terms.iter().filter(|(factor, label)| *factor == Amount::known(1) && !is_elsewhere(label));
            let (_, label) = moves.max_by_key(|(factor, label)| self.indices(factor, label))?;
            found.push(label.clone());
        }
        Some(found)
    }

    /// The labels of a target that are on an axis beside that along which each moves.
    fn windows(&self, target: &Access) -> Vec<Label> {
        let mut labels = Vec::new();
        target.labels(&mut labels);
        let along = self.along(target).unwrap_or_default();
        labels.retain(|label| !along.contains(label));
        labels
    }

    /// Lowers the statements of a group, of which the first begins the tensor unless it adds.
    pub(super) fn shifted(&mut self, statements: &[&Statement]) {
        let Some(first) = statements.first() else { return };
        let written = first.target.tensor;
        self.changes(written);
        let adds = first.adds && self.lowered.is_there(written);
        let terms: Vec<Term> = statements.mapped(|statement| self.term(statement));
        let all = self.at_once(&terms);
        self.push(Work::Shifted(Shifted { terms, all, adds }));
    }

    fn term(&mut self, statement: &Statement) -> Term {
        let value = self.reads_within(&statement.value);
        let target = self.known_within(&statement.target);
        let along = self.along(&target).unwrap_or_default();
        let statement = Statement { target, adds: true, value, ..statement.clone() };
        let statement = self.with_inlined(&statement).unwrap_or(statement);
        let value = by_products(&self.hoisted(&statement));
        Term { map: map(Statement { value, ..statement }), along }
    }

    /// The map of all terms at an index of the target, each label of which is that along an axis. None of one term whose map it would be.
    fn at_once(&mut self, terms: &[Term]) -> Option<Map> {
        let target = &terms.first()?.map.target;
        let windows: Vec<Label> = match terms {
            [term] => {
                let labels = term.map.labels.iter().filter(|label| !term.along.contains(label));
                Some(labels.cloned().collect::<Vec<_>>()).filter(|labels| !labels.is_empty())?
            }
            _ => Vec::new(),
        };
        let axes = self.axes_of(target.axes.len());
        let values: Option<Vec<Expression>> = terms.iter().map(|term| at_target(term, &axes)).collect();
        let value = sum(values?)?;
        let target = Access::plain(target.tensor, &axes);
        let is_small = value.size() <= EXPRESSION_MAX_PARTS;
        let all = Statement { target, adds: false, free: axes, reduced: windows, reduction: Reduction::Sum, value };
        is_small.then(|| map(all))
    }

    /// Labels for so many axes, of names that no label of the formula has; those of another group are the same.
    fn axes_of(&mut self, count: usize) -> Vec<Label> {
        let labels = &mut self.lowered.formula.labels;
        let extents = &self.lowered.formula.extents;
        let is_taken = |name: &str| extents.iter().any(|extent| extent.label.name() == name);
        let names = (0..).map(|number| format!("axis{number}")).filter(|name| !is_taken(name)).take(count);
        names.map(|name| labels.intern(&name)).collect()
    }
}

/// A value with quotients by numbers that are the same at all indices as products with one over these, as there are many terms of few
/// instructions: they are rounded once more. So are those that it is a sum or a product of, but what functions and conditions are given: that is
/// to have the bits that it has in the value.
fn by_products(value: &Expression) -> Expression {
    match value {
        Expression::Call(Function::Divide, sides) if has_reciprocal(&sides[1]) => {
            let inverse = Expression::Call(Function::Recip, vec![sides[1].clone()]);
            Expression::Call(Function::Multiply, vec![by_products(&sides[0]), inverse])
        }
        Expression::Call(
            function @ (Function::Add | Function::Subtract | Function::Negate | Function::Multiply),
            sides,
        ) => Expression::Call(*function, sides.mapped(by_products)),
        Expression::Select(condition, cases) => {
            Expression::Select(condition.clone(), Box::new(cases.each_ref().map(by_products)))
        }
        _ => value.clone(),
    }
}

/// Whether a value is a number that is the same at all indices, and one over it has all its digits: extents, or a number that is written.
fn has_reciprocal(value: &Expression) -> bool {
    let is_literal = |side: &Expression| matches!(side, Expression::Literal(_));
    match value {
        Expression::Extent(_) => true,
        Expression::Literal(literal) => is_normal(number(*literal).recip()),
        Expression::Call(Function::Multiply, sides) => {
            sides.iter().all(|side| !is_literal(side) && has_reciprocal(side))
        }
        _ => false,
    }
}

/// The sum of some values; where all are products with the same number, which is the same at all indices, one product.
fn sum(values: Vec<Expression>) -> Option<Expression> {
    let product = |value: &Expression| match value {
        Expression::Call(Function::Multiply, sides) => Some((sides[0].clone(), sides[1].clone())),
        _ => None,
    };
    let add = |sum, term| Expression::Call(Function::Add, vec![sum, term]);
    let products: Option<Vec<_>> = values.iter().map(product).collect();
    if let Some((terms, factors)) = products.map(|all| all.into_iter().unzip::<_, _, Vec<_>, Vec<_>>())
        && let [first, others @ ..] = factors.as_slice()
        && others.iter().all(|other| other == first)
        && is_number(first)
    {
        let sum = terms.into_iter().reduce(add)?;
        return Some(Expression::Call(Function::Multiply, vec![sum, first.clone()]));
    }
    values.into_iter().reduce(add)
}

/// Whether a value is made of extents and numbers that are written.
fn is_number(value: &Expression) -> bool {
    let mut is_number = true;
    value.visit(&mut |part| {
        is_number &= matches!(
            part,
            Expression::Extent(_) | Expression::Literal(_) | Expression::Call(Function::Multiply | Function::Recip, _)
        );
    });
    is_number
}

/// The value of a term at the element of the target that the labels of its axes are the index of.
fn at_target(term: &Term, axes: &[Label]) -> Option<Expression> {
    let mut is_affine = true;
    let value = term.map.value.replaced(&mut |part| {
        let Expression::Read(access) = part else { return None };
        let mut access = access.clone();
        for axis in &mut access.axes {
            let form = axis.affine().and_then(|form| through(form, term, axes));
            is_affine &= form.is_some();
            axis.index = Index::Affine(form?);
        }
        Some(Expression::Read(access))
    });
    is_affine.then_some(value)
}

/// A form with the labels of a term by those of the axes of its target: along an axis with the form `i + p + 1`, `i` is `u - p - 1`.
fn through(form: &Affine, term: &Term, axes: &[Label]) -> Option<Affine> {
    let mut sum = Affine { terms: Vec::new(), constant: form.constant.clone() };
    for (factor, label) in &form.terms {
        let Some(axis) = term.along.iter().position(|along| along == label) else {
            sum.add(factor, label);
            continue;
        };
        let target = term.map.target.axes[axis].affine()?;
        sum.add(factor, &axes[axis]);
        for (other, label) in target.terms.iter().filter(|(_, other)| other != label) {
            sum.add(&factor.multiplied(other)?.times(-1), label);
        }
        sum.constant = sum.constant.plus(&factor.multiplied(&target.constant)?.times(-1));
    }
    sum.terms.retain(|(factor, _)| !factor.is_zero());
    sort_by_key(&mut sum.terms, |(_, label)| label.id());
    Some(sum)
}

impl Affine {
    /// Adds a term.
    fn add(&mut self, factor: &Amount, label: &Label) {
        match self.terms.iter_mut().find(|(_, other)| other == label) {
            Some((sum, _)) => *sum = sum.plus(factor),
            None => self.terms.push((factor.clone(), label.clone())),
        }
    }
}

impl Shifted {
    /// The target of the first term: that of all others is the same tensor.
    ///
    /// # Panics
    /// If there are no terms.
    #[must_use]
    pub fn target(&self) -> &Access {
        &self.terms.first().expect("a tensor has terms").map.target
    }

    /// The map of each term, and of all.
    pub fn maps(&self) -> impl Iterator<Item = &Map> {
        self.terms.iter().map(|term| &term.map).chain(&self.all)
    }
}
