//! Reverse mode: a read `x[A]` of a statement with target `t[T]` becomes `dx[A] += sum(dt[T] * derivative)`, over the same box.

use super::{
    active::active,
    choices::{Choices, Chosen, choice, is_polynomial},
    derivatives::{derivative, user_derivative},
    parts::{self, ExpressionPart},
    reductions::{extremum, others},
    rewriting::{Rewriting, depends, is_value_of},
    shared,
    terms::{add, chooses_zero, conj, divide, integer, is_large, select, times},
};
use crate::{
    few::{List, numbered},
    ir::{
        Label,
        formula::{
            Access, Axis, Elements, Expression, Extent, ExtentFrom, Formula, Reduction, Shape, Statement, TensorId,
            TensorKind,
        },
    },
};

/// A walk through a formula from its results to what it is differentiated by.
pub(super) struct ReverseFormula<'a> {
    forward: &'a Formula,
    rewriting: Rewriting,
    /// The beginning of the names of cotangents: those of a backward are not called like those in it.
    prefix: &'static str,
    /// Which tensors have cotangents.
    active: Vec<bool>,
    /// The cotangent of each tensor of the forward, once there is one.
    cotangents: Vec<Option<TensorId>>,
    /// The statement whose reads are given cotangents.
    at: Option<&'a Statement>,
    /// The choices of which cotangents are made.
    choices: Choices,
}

impl<'a> ReverseFormula<'a> {
    /// The statements that compute the cotangents of tensors, of this formula, from those of its results.
    pub(super) fn of(forward: &'a Formula, wrt: &[TensorId]) -> Formula {
        let is_second = forward.find(TensorKind::Cotangent).is_some();
        let mut reverse = Self {
            forward,
            rewriting: Rewriting::new(forward),
            prefix: if is_second { "g" } else { "d" },
            active: active(forward, wrt),
            cotangents: vec![None; forward.tensors.len()],
            at: None,
            choices: Choices::default(),
        };
        for &result in &forward.results {
            reverse.seed(result);
        }
        for statement in forward.statements.iter().rev() {
            reverse.statement(statement);
        }
        for &tensor in wrt {
            let gradient = reverse.gradient(tensor);
            reverse.rewriting.formula.results.push(gradient);
        }
        reverse.rewriting.formula
    }

    /// The cotangent of a result is given.
    fn seed(&mut self, result: TensorId) {
        let tensor = self.forward.tensor(result);
        if tensor.elements == Elements::Indices {
            return;
        }
        let kind = match tensor.kind {
            TensorKind::Gradient(number) => TensorKind::Tangent(number),
            _ => TensorKind::Cotangent,
        };
        let shape = self.rewriting.shape_of(result);
        let seed = self.rewriting.define(&format!("d{}", tensor.name), kind, shape);
        self.cotangents[result.0] = Some(seed);
    }

    /// The cotangent of a tensor, which is defined where there is none.
    fn cotangent(&mut self, of: TensorId) -> TensorId {
        if let Some(cotangent) = self.cotangents[of.0] {
            return cotangent;
        }
        let tensor = self.forward.tensor(of);
        let kind = match tensor.kind {
            TensorKind::Operand(number) => TensorKind::Gradient(number),
            TensorKind::Cotangent => TensorKind::CotangentGradient,
            _ => TensorKind::Local,
        };
        let shape = self.rewriting.shape_of(of);
        let cotangent = self.rewriting.define(&format!("{}{}", self.prefix, tensor.name), kind, shape);
        self.cotangents[of.0] = Some(cotangent);
        cotangent
    }

    /// The cotangents of what one statement reads, from that of what it writes.
    fn statement(&mut self, statement: &'a Statement) {
        self.at = Some(statement);
        let Some(cotangent) = self.cotangents[statement.target.tensor.0] else { return };
        if !self.active[statement.target.tensor.0] || !depends(&statement.value, &self.active) {
            return;
        }
        let of_target = Expression::Read(Access { tensor: cotangent, ..statement.target.clone() });
        let of_value = match statement.reduction {
            Reduction::Sum => of_target,
            Reduction::Max | Reduction::Min => {
                let (target, free) = (self.forward.tensor(statement.target.tensor).name.clone(), &statement.free);
                extremum(&mut self.rewriting, self.forward, statement, |rewriting, count| {
                    let name = format!("d{target}_share");
                    rewriting.local(&name, free, &[], Reduction::Sum, divide(of_target, count))
                })
            }
            Reduction::Product => times(of_target, others(&mut self.rewriting, self.forward, statement)),
            Reduction::ArgMax | Reduction::ArgMin => return,
        };
        let of_value = self.chosen(statement, cotangent, of_value);
        let is_at_hand = statement.reduced.is_empty() && is_value_of(self.forward, statement);
        let value = if is_at_hand { Expression::Read(statement.target.clone()) } else { statement.value.clone() };
        let parts = self.parts(&statement.value, &value, of_value);
        self.write(statement, parts);
    }

    /// The cotangent of a value, 0 where the choice of what the statement writes says so: a derivative that is NaN there does not matter.
    /// (Those of sums of products are finite, and the engine's.)
    fn chosen(&mut self, statement: &Statement, cotangent: TensorId, of_value: Expression) -> Expression {
        let access = Access { tensor: cotangent, ..statement.target.clone() };
        let condition = choice(Chosen { rewriting: &self.rewriting, known: &self.choices }, &access);
        self.choices.insert(cotangent, (access, condition.clone()));
        let is_finite = statement.reduction == Reduction::Sum && is_polynomial(&statement.value);
        match condition {
            Some(condition) if !is_finite => select(condition, of_value, integer(0)),
            _ => of_value,
        }
    }

    /// The cotangent of each element that an expression reads, from that of the expression, `by`. `value` is the expression, or an element
    /// that is equal to it and at hand. What is in the expression several times is left once its cotangents are added up.
    fn parts(&mut self, root: &Expression, value: &Expression, by: Expression) -> Vec<(Access, Expression)> {
        let repeated = repeated(root);
        let mut leaves = Leaves { repeated: &repeated, sums: Vec::new() };
        self.inside(root, value, by, &mut leaves);
        for &node in &repeated {
            for by in leaves.take(node) {
                let by = self.bounded(by);
                self.inside(node, node, by, &mut leaves);
            }
        }
        let sum = |addends: Vec<Expression>| addends.into_iter().fold(integer(0), add);
        let of_read = |(leaf, addends): (&Expression, Vec<Expression>)| match leaf {
            Expression::Read(access) => Some((access.clone(), sum(addends))),
            _ => None,
        };
        leaves.sums.into_iter().filter_map(of_read).collect()
    }

    /// Leaves the cotangent of an expression to be added up, or goes on inside.
    fn expression<'e>(
        &mut self,
        expression: &'e Expression,
        value: &Expression,
        by: Expression,
        leaves: &mut Leaves<'_, 'e>,
    ) {
        if !depends(expression, &self.active) {
            return;
        }
        if matches!(expression, Expression::Read(_)) || leaves.repeated.contains(&expression) {
            leaves.add(expression, by);
        } else {
            let by = self.bounded(by);
            self.inside(expression, value, by, leaves);
        }
    }

    /// A cotangent within a statement as it is, or, since all that it is multiplied by repeats it, as an intermediate if it is large: nested
    /// functions would have derivatives as large as a power of how many they are. (A choice stays one.)
    fn bounded(&mut self, by: Expression) -> Expression {
        let Some(statement) = self.at.filter(|_| is_large(&by) && !chooses_zero(&by)) else { return by };
        let own = by.labels_among(statement.labels());
        if !statement.covers(&own) {
            return by;
        }
        let name = format!("{}{}_part", self.prefix, self.forward.tensor(statement.target.tensor).name);
        self.rewriting.local(&name, &own, &[], Reduction::Sum, by)
    }

    /// The cotangents of the arguments of an expression, from its own.
    fn inside<'e>(
        &mut self,
        expression: &'e Expression,
        value: &Expression,
        by: Expression,
        leaves: &mut Leaves<'_, 'e>,
    ) {
        match expression {
            Expression::Read(_) => leaves.add(expression, by),
            Expression::Literal(_) | Expression::Index(_) | Expression::Extent(_) => {}
            Expression::Call(function, arguments) => {
                for (position, argument) in arguments.iter().enumerate() {
                    if depends(argument, &self.active) {
                        let by = self.conj(by.clone());
                        if let Some(part) = derivative(*function, position, arguments, value, by) {
                            let part = self.conj(part);
                            self.expression(argument, argument, part, leaves);
                        }
                    }
                }
            }
            Expression::Select(condition, cases) => {
                let [yes, no] = &**cases;
                let choose = |yes, no| select((**condition).clone(), yes, no);
                // The element at hand is the case that was chosen.
                let is_at_hand = matches!(value, Expression::Read(_));
                let [of_yes, of_no] = [yes, no].map(|case| if is_at_hand { value } else { case });
                self.expression(yes, of_yes, choose(by.clone(), integer(0)), leaves);
                self.expression(no, of_no, choose(integer(0), by), leaves);
            }
            Expression::User(number, known, arguments) => {
                for (position, argument) in arguments.iter().enumerate() {
                    let slope = self.conj(user_derivative(*number, known, position, arguments));
                    self.expression(argument, argument, times(by.clone(), slope), leaves);
                }
            }
        }
    }

    /// The conjugate, of numbers that can be complex.
    fn conj(&self, number: Expression) -> Expression {
        if self.rewriting.is_real { number } else { conj(number) }
    }

    /// Adds each cotangent to where its element was read, in the box of the statement.
    fn write(&mut self, statement: &Statement, mut parts: Vec<(Access, Expression)>) {
        let labels: Vec<Label> = statement.labels().cloned().collect();
        shared::share(&mut self.rewriting, statement, &labels, &mut parts);
        for (access, part) in parts {
            let part = if access.conj { self.conj(part) } else { part };
            let tensor = self.cotangent(access.tensor);
            self.rewriting.push(&Access { tensor, axes: access.axes, conj: false }, &labels, part);
        }
    }

    /// The cotangent of what the formula is differentiated by: 0 where nothing depends on it.
    fn gradient(&mut self, of: TensorId) -> TensorId {
        let gradient = self.cotangent(of);
        let is_written = |statement: &Statement| statement.target.tensor == gradient;
        if !self.rewriting.formula.statements.iter().any(is_written) {
            let axes = self.axes(of);
            self.rewriting.push(&Access { tensor: gradient, axes, conj: false }, &[], integer(0));
        }
        gradient
    }

    /// Some indices of a tensor: those at which it is read; those that its shape is made of; or all.
    fn axes(&mut self, of: TensorId) -> Vec<Axis> {
        let forward = self.forward;
        let mut reads = forward.statements.iter().flat_map(Statement::reads);
        if let Some(access) = reads.find(|access| access.tensor == of) {
            return access.axes.clone();
        }
        // (A label of its own would have an extent from a cotangent, which the formula that was written does not know.)
        match &forward.tensor(of).shape {
            Shape::Needed(forms) => forms.iter().cloned().map(Axis::form).collect(),
            _ => numbered(forward.rank(of), |axis| self.fresh_axis(of, axis)),
        }
    }

    /// An axis with a label of its own.
    fn fresh_axis(&mut self, of: TensorId, axis: usize) -> Axis {
        let formula = &mut self.rewriting.formula;
        let is_taken = |name: &str| formula.labels.all().iter().any(|label| label.name() == name);
        let mut names = (0..=formula.labels.all().len()).map(|number| format!("axis{number}"));
        let name = names.find(|name| !is_taken(name)).unwrap_or_default();
        let label = formula.labels.intern(&name);
        let from = ExtentFrom::Axes(vec![(of, axis)]);
        formula.extents.push(Extent { label: label.clone(), from });
        Axis::label(&label)
    }
}

/// The reads of a value, and the parts that it has several times, each with the addends of its cotangent.
struct Leaves<'a, 'e> {
    repeated: &'a [&'e Expression],
    sums: Vec<(&'e Expression, Vec<Expression>)>,
}

impl<'e> Leaves<'_, 'e> {
    /// Adds to a cotangent. A choice of 0 stays an addend of its own, so that it is one of what it is multiplied by.
    fn add(&mut self, leaf: &'e Expression, by: Expression) {
        let at = self.sums.iter().position(|(other, _)| *other == leaf).unwrap_or_else(|| {
            self.sums.push((leaf, Vec::new()));
            self.sums.len() - 1
        });
        let is_choice = chooses_zero(&by);
        let goes_with = |other: &&mut Expression| match (&**other, &by) {
            (Expression::Select(first, _), Expression::Select(second, _)) if is_choice => first == second,
            (other, _) => !is_choice && !chooses_zero(other),
        };
        match self.sums[at].1.iter_mut().find(goes_with) {
            Some(sum) => *sum = add(std::mem::replace(sum, integer(0)), by),
            None => self.sums[at].1.push(by),
        }
    }

    /// Takes the addends of a cotangent out.
    fn take(&mut self, leaf: &Expression) -> Vec<Expression> {
        let at = self.sums.iter().position(|(other, _)| *other == leaf);
        at.map(|at| self.sums.remove(at).1).unwrap_or_default()
    }
}

/// The functions and choices that are in an expression more than once, the largest first.
fn repeated(root: &Expression) -> Vec<&Expression> {
    let computes = |part: &ExpressionPart<'_>| {
        matches!(part.expression, Expression::Call(..) | Expression::Select(..) | Expression::User(..))
    };
    parts::repeated(parts::parts(root).into_iter().filter(computes)).mapped(|part| part.expression)
}
