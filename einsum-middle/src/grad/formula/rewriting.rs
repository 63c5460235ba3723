//! A formula that is made from another: tensors and statements that are added to it.

use super::terms::{addends, is_product, is_zero, replaced};
use crate::{
    few::List,
    ir::{
        Label,
        formula::{
            Access, Affine, Elements, Expression, Formula, Function, Numbers, Reduction, Shape, Statement, Tensor,
            TensorId, TensorKind,
        },
    },
};

/// Statements that are derived from those of a formula, and all tensors of both.
pub(super) struct Rewriting {
    /// All tensors, labels and extents; and the statements that are derived so far.
    pub(super) formula: Formula,
    /// Whether all numbers are real, so that nothing is conjugated.
    pub(super) is_real: bool,
}

impl Rewriting {
    /// Nothing is computed yet; the tensors are those of the formula.
    pub(super) fn new(of: &Formula) -> Self {
        let is_real = is_of_reals(of);
        let formula = Formula { statements: Vec::new(), results: Vec::new(), ..of.clone() };
        Self { formula, is_real }
    }

    /// Adds a tensor of numbers, by a name that no other has.
    pub(super) fn define(&mut self, name: &str, kind: TensorKind, shape: Shape) -> TensorId {
        let name = self.formula.free_name(name);
        self.formula.define(Tensor { name, kind, elements: Elements::Numbers, shape })
    }

    /// The shape of a tensor that is like another.
    pub(super) fn shape_of(&self, id: TensorId) -> Shape {
        match &self.formula.tensor(id).shape {
            Shape::Given(_) => Shape::Like(id),
            shape => shape.clone(),
        }
    }

    /// Adds a statement to a tensor: each addend of a sum that is a product is a contraction of its own.
    pub(super) fn push(&mut self, target: &Access, labels: &[Label], value: Expression) {
        let mut free = Vec::new();
        target.labels(&mut free);
        let reduced: Vec<Label> = labels.iter().filter(|label| !free.contains(label)).cloned().collect();
        let parts = addends(value.clone());
        let are_products = !reduced.is_empty() && parts.iter().all(is_product);
        for value in if are_products { parts } else { vec![value] } {
            let adds = self.is_written(target.tensor);
            if adds && is_zero(&value) {
                continue;
            }
            let (free, reduced, target) = (free.clone(), reduced.clone(), target.clone());
            let reduction = Reduction::Sum;
            self.formula.statements.push(Statement { target, adds, free, reduced, reduction, value });
        }
    }

    /// An intermediate with an element for every index of some labels.
    pub(super) fn local(
        &mut self,
        name: &str,
        labels: &[Label],
        reduced: &[Label],
        reduction: Reduction,
        value: Expression,
    ) -> Expression {
        let shape = Shape::Needed(labels.mapped(Affine::label));
        let tensor = self.define(name, TensorKind::Local, shape);
        let target = Access::plain(tensor, labels);
        let (adds, free, reduced) = (false, labels.to_vec(), reduced.to_vec());
        let statement = Statement { target: target.clone(), adds, free, reduced, reduction, value };
        self.formula.statements.push(statement);
        Expression::Read(target)
    }

    fn is_written(&self, tensor: TensorId) -> bool {
        self.formula.statements.iter().any(|statement| statement.target.tensor == tensor)
    }
}

/// The formula, without conjugates where all numbers are real.
pub(super) fn simplified(formula: &Formula) -> Formula {
    let mut formula = formula.clone();
    if is_of_reals(&formula) {
        for statement in &mut formula.statements {
            statement.value = without_conjugates(&statement.value);
        }
    }
    formula
}

fn without_conjugates(expression: &Expression) -> Expression {
    replaced(expression, &|inner| match inner {
        Expression::Read(access) if access.conj => Some(Expression::Read(Access { conj: false, ..access.clone() })),
        Expression::Call(Function::Conj, argument) => Some(without_conjugates(&argument[0])),
        _ => None,
    })
}

/// Whether something in a formula is of real numbers alone.
fn is_of_reals(formula: &Formula) -> bool {
    let is_of_reals = |statement: &Statement| match statement.reduction {
        Reduction::Sum | Reduction::Product => is_real(&statement.value),
        Reduction::Max | Reduction::Min | Reduction::ArgMax | Reduction::ArgMin => true,
    };
    formula.statements.iter().any(is_of_reals)
}

/// Whether a function in it takes real numbers alone.
fn is_real(expression: &Expression) -> bool {
    match expression {
        Expression::Read(_) | Expression::Literal(_) | Expression::Index(_) | Expression::Extent(_) => false,
        Expression::Call(function, arguments) => {
            matches!(function.numbers(), Numbers::Ordered | Numbers::Real) || arguments.iter().any(is_real)
        }
        Expression::Select(condition, cases) => condition.compares_numbers() || cases.iter().any(is_real),
        Expression::User(.., arguments) => arguments.iter().any(is_real),
    }
}

/// Whether the tensor's elements are what its only statement computes there, and nothing else. (Of a gradient of what repeats along an
/// axis they are sums.)
pub(super) fn is_value_of(formula: &Formula, statement: &Statement) -> bool {
    let writers = formula.statements.iter().filter(|other| other.target.tensor == statement.target.tensor);
    let repeats = formula.broadcasts && matches!(formula.tensor(statement.target.tensor).shape, Shape::Like(_));
    writers.count() == 1 && !statement.adds && !repeats && statement.writes_plainly()
}

/// Whether an expression has a derivative by tensors that are active.
pub(super) fn depends(expression: &Expression, active: &[bool]) -> bool {
    match expression {
        Expression::Read(access) => active[access.tensor.0],
        Expression::Literal(_) | Expression::Index(_) | Expression::Extent(_) | Expression::Call(Function::Stop, _) => {
            false
        }
        Expression::Call(_, arguments) | Expression::User(_, _, arguments) => {
            arguments.iter().any(|argument| depends(argument, active))
        }
        Expression::Select(_, cases) => cases.iter().any(|case| depends(case, active)),
    }
}
