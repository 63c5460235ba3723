//! The invariants of every formula, checked in tests and under `debug_assertions`.

use super::{
    Access, Affine, Amount, Axis, Condition, Elements, Expression, Extent, ExtentFrom, Formula, Function, Index,
    Outside, Reduction, Shape, Statement, TensorId, TensorKind,
};
use crate::ir::Label;

impl Formula {
    /// Checks the formula.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self) -> Result<(), String> {
        self.verify_given(&[])
    }

    /// Checks a formula that reads tensors which another has written.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify_given(&self, given: &[TensorId]) -> Result<(), String> {
        self.verify_extents()?;
        for (id, tensor) in self.tensors.iter().enumerate() {
            if let Shape::Like(other) = tensor.shape
                && (other.0 >= self.tensors.len() || matches!(self.tensor(other).shape, Shape::Like(_)))
            {
                return Err(format!("`{}` is like what has no shape of its own (tensor {id})", tensor.name));
            }
        }
        let mut written: Vec<TensorId> = given.to_vec();
        let mut read: Vec<TensorId> = Vec::new();
        for statement in &self.statements {
            self.verify_statement(statement)
                .and_then(|()| self.verify_alone(statement, given))
                .and_then(|()| self.verify_order(statement, &mut written, &mut read))
                .map_err(|problem| format!("{problem}: {}", self.show(statement)))?;
        }
        match self.results.iter().find(|result| !self.is_known(**result, &written)) {
            Some(result) => Err(format!("result `{}` is never computed", self.tensor(*result).name)),
            None => Ok(()),
        }
    }

    fn is_known(&self, id: TensorId, written: &[TensorId]) -> bool {
        self.tensor(id).kind.is_given() || written.contains(&id)
    }

    /// Every label has one extent, which follows from those before it.
    fn verify_extents(&self) -> Result<(), String> {
        let mut known: Vec<Label> = Vec::new();
        for extent in &self.extents {
            let Extent { label, from } = extent;
            let problem = |problem: &str| Err(format!("{problem}: {}", self.show(extent)));
            if known.contains(label) {
                return problem("two extents");
            }
            if !self.labels.all().contains(label) {
                return problem("an unknown label");
            }
            let is_computable = match from {
                ExtentFrom::Given(_) => true,
                ExtentFrom::Axes(axes) => {
                    !axes.is_empty() && axes.iter().all(|&(tensor, axis)| self.has_length(tensor, axis, &known))
                }
                ExtentFrom::Largest(axes) => {
                    let is_known = |(_, other): &(Amount, Label)| other == label || known.contains(other);
                    !axes.is_empty()
                        && axes.iter().all(|(tensor, axis, form)| {
                            self.has_length(*tensor, *axis, &known)
                                && form.terms.iter().all(is_known)
                                && form.terms.iter().any(|(_, other)| other == label)
                        })
                }
            };
            if !is_computable {
                return problem("an extent that does not follow from those before");
            }
            known.push(label.clone());
        }
        for statement in &self.statements {
            if let Some(label) = statement.labels().find(|label| !known.contains(label)) {
                return Err(format!("`{label}` has no extent: {}", self.show(statement)));
            }
        }
        Ok(())
    }

    /// Whether the length of an axis is known once the extents of these labels are.
    fn has_length(&self, tensor: TensorId, axis: usize, known: &[Label]) -> bool {
        let Some(found) = self.tensors.get(tensor.0) else { return false };
        match &found.shape {
            Shape::Given(axes) => axis < *axes,
            Shape::Like(other) => {
                !matches!(self.tensor(*other).shape, Shape::Like(_)) && self.has_length(*other, axis, known)
            }
            Shape::Needed(forms) => {
                forms.get(axis).is_some_and(|form| form.terms.iter().all(|(_, label)| known.contains(label)))
            }
        }
    }

    /// A result that is added to what the user has is not read: its elements are not those that the statements give.
    fn verify_alone(&self, statement: &Statement, given: &[TensorId]) -> Result<(), String> {
        let is_added = |id: TensorId| {
            let first = self.statements.iter().find(|other| other.target.tensor == id);
            !given.contains(&id) && first.is_some_and(|first| first.adds)
        };
        match statement.reads().into_iter().find(|access| is_added(access.tensor)) {
            Some(access) => {
                Err(format!("`{}` is read, and added to what the user has", self.tensor(access.tensor).name))
            }
            None => Ok(()),
        }
    }

    /// Tensors are written before they are read, never afterwards, and begun once.
    fn verify_order(
        &self,
        statement: &Statement,
        written: &mut Vec<TensorId>,
        read: &mut Vec<TensorId>,
    ) -> Result<(), String> {
        for access in statement.reads() {
            if !self.is_known(access.tensor, written) {
                return Err(format!("`{}` is read before it is written", self.tensor(access.tensor).name));
            }
            read.push(access.tensor);
        }
        let target = statement.target.tensor;
        let tensor = self.tensor(target);
        if tensor.kind.is_given() {
            return Err(format!("`{}` is given, and written", tensor.name));
        }
        if read.contains(&target) {
            return Err(format!("`{}` is written after it was read", tensor.name));
        }
        match written.contains(&target) {
            true if !statement.adds => return Err(format!("`{}` is begun twice", tensor.name)),
            false if statement.adds && tensor.kind == TensorKind::Local => {
                return Err(format!("`{}` is added to before it is written", tensor.name));
            }
            _ => {}
        }
        written.push(target);
        Ok(())
    }

    /// The labels of a statement are those of its box; its parts fit together.
    fn verify_statement(&self, statement: &Statement) -> Result<(), String> {
        let all: Vec<&Label> = statement.labels().collect();
        if let Some(label) = all.iter().enumerate().find(|(at, label)| all[..*at].contains(label)) {
            return Err(format!("`{}` is twice among the labels", label.1));
        }
        let mut free = Vec::new();
        statement.target.labels(&mut free);
        if free.len() != statement.free.len() || free.iter().any(|label| !statement.free.contains(label)) {
            return Err("the free labels are not those of the target".to_owned());
        }
        let mut used = Vec::new();
        statement.value.labels(&mut used);
        if let Some(label) = used.iter().find(|label| !all.contains(label)) {
            return Err(format!("`{label}` is neither free nor reduced"));
        }
        if let Some(label) = all.iter().find(|label| !self.labels.all().contains(label)) {
            return Err(format!("`{label}` is unknown"));
        }
        self.verify_reduction(statement)?;
        self.verify_access(&statement.target)?;
        if statement.target.conj {
            return Err("a target is conjugated".to_owned());
        }
        self.verify_expression(&statement.value)
    }

    fn verify_reduction(&self, statement: &Statement) -> Result<(), String> {
        let Statement { reduced, reduction, .. } = statement;
        let elements = self.tensors.get(statement.target.tensor.0).map(|tensor| tensor.elements);
        let finds = matches!(reduction, Reduction::ArgMax | Reduction::ArgMin);
        if reduced.is_empty() && *reduction != Reduction::Sum {
            return Err(format!("`{reduction}` of nothing"));
        }
        if finds && reduced.len() != 1 {
            return Err(format!("`{reduction}` along {} labels", reduced.len()));
        }
        let expected = if finds { Elements::Indices } else { Elements::Numbers };
        if elements.is_some_and(|elements| elements != expected) {
            return Err("the target holds other elements".to_owned());
        }
        Ok(())
    }

    fn verify_access(&self, access: &Access) -> Result<(), String> {
        let Some(tensor) = self.tensors.get(access.tensor.0) else {
            return Err(format!("there is no tensor {}", access.tensor.0));
        };
        let rank = self.rank(access.tensor);
        if access.axes.len() != rank {
            return Err(format!("`{}` has {rank} axes and is accessed by {}", tensor.name, access.axes.len()));
        }
        access.axes.iter().try_for_each(|axis| self.verify_axis(axis))
    }

    fn verify_axis(&self, axis: &Axis) -> Result<(), String> {
        match &axis.index {
            Index::Affine(form) => verify_form(form),
            Index::Gather(access) => {
                self.verify_access(access)?;
                let tensor = self.tensor(access.tensor);
                if tensor.elements != Elements::Indices || access.conj {
                    return Err(format!("`{}` is used as indices", tensor.name));
                }
                let reads_zero = access.axes.iter().any(|axis| axis.outside == Outside::Zero);
                if reads_zero { Err("indices outside of a tensor of indices".to_owned()) } else { Ok(()) }
            }
        }
    }

    fn verify_expression(&self, expression: &Expression) -> Result<(), String> {
        match expression {
            Expression::Read(access) => {
                self.verify_access(access)?;
                let tensor = self.tensor(access.tensor);
                let is_number = tensor.elements == Elements::Numbers;
                if is_number { Ok(()) } else { Err(format!("`{}` is used as numbers", tensor.name)) }
            }
            Expression::Literal(_) | Expression::Extent(_) => Ok(()),
            Expression::Index(form) => verify_form(form),
            Expression::Call(function, arguments) => {
                if arguments.len() != function.arguments() {
                    return Err(format!("`{function}` of {} numbers", arguments.len()));
                }
                arguments.iter().try_for_each(|argument| self.verify_expression(argument))
            }
            Expression::Select(condition, cases) => {
                self.verify_condition(condition)?;
                cases.iter().try_for_each(|case| self.verify_expression(case))
            }
            Expression::User(_, by, arguments) => {
                if by.iter().any(|by| *by >= arguments.len()) || by.len() > 2 || !by.is_sorted() {
                    return Err("a derivative by arguments that are not there, or in another order".to_owned());
                }
                arguments.iter().try_for_each(|argument| self.verify_expression(argument))
            }
        }
    }

    fn verify_condition(&self, condition: &Condition) -> Result<(), String> {
        match condition {
            Condition::Numbers(_, sides) => sides.iter().try_for_each(|side| self.verify_expression(side)),
            Condition::Indices(_, left, right) => verify_form(left).and_then(|()| verify_form(right)),
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().try_for_each(|part| self.verify_condition(part))
            }
            Condition::Not(part) => self.verify_condition(part),
        }
    }
}

/// Each label is once in a form, in order, and counts.
fn verify_form(form: &Affine) -> Result<(), String> {
    let is_ordered = form.terms.windows(2).all(|pair| pair[0].1.id() < pair[1].1.id());
    let counts = form.terms.iter().all(|(factor, _)| *factor != Amount::default());
    if is_ordered && counts { Ok(()) } else { Err(format!("the form `{form}` is not in order")) }
}

impl Function {
    /// How many numbers the function takes.
    #[must_use]
    pub fn arguments(self) -> usize {
        match self {
            Self::Add | Self::Subtract | Self::Multiply | Self::Divide | Self::Max | Self::Min | Self::Powf => 2,
            _ => 1,
        }
    }
}
