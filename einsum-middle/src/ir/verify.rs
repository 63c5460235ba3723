//! The invariants of every contraction tree, checked in tests and under `debug_assertions`.

use super::{Choice, ContractionTree, Epilogue, Guard, Role, Step, ValueId};

impl ContractionTree {
    /// Checks the tree.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self) -> Result<(), String> {
        self.choices.iter().try_for_each(Choice::verify)?;
        let mut defined = self.sources.clone();
        for step in &self.steps {
            self.verify_order(step, &defined)?;
            self.verify_roles(step)?;
            defined.push(step.result);
        }
        match self.results.iter().find(|result| !defined.contains(result)) {
            Some(result) => Err(format!("result `{}` is never computed", self.value(*result).name)),
            None => Ok(()),
        }
    }

    /// Values are defined once, and before they are used or added to.
    fn verify_order(&self, step: &Step, defined: &[ValueId]) -> Result<(), String> {
        let name = |id: ValueId| &self.value(id).name;
        if step.factors.len() > 2 {
            return Err(format!("the step to `{}` has {} factors", name(step.result), step.factors.len()));
        }
        if let Some(factor) = step.factors.iter().find(|factor| !defined.contains(&factor.value)) {
            return Err(format!("`{}` is used before it is defined", name(factor.value)));
        }
        if let Some(Guard { choice, subset, alternative }) = step.guard {
            let alternatives = self.choices.get(choice).and_then(|choice| choice.subsets.get(subset));
            let is_known = alternatives.is_some_and(|alternatives| alternative < alternatives.len());
            return if is_known { Ok(()) } else { Err(format!("the guard of `{}` is unknown", name(step.result))) };
        }
        let Epilogue { onto, out, .. } = step.epilogue;
        match defined.contains(&step.result) {
            true if !onto => Err(format!("`{}` is defined twice", name(step.result))),
            false if onto && !out => Err(format!("`{}` is added to before it is defined", name(step.result))),
            _ => Ok(()),
        }
    }

    /// With two factors, a contracted label is on both (lone labels were summed before) and no
    /// label is broadcast; with one, a step contracts or broadcasts, never both.
    fn verify_roles(&self, step: &Step) -> Result<(), String> {
        let name = &self.value(step.result).name;
        let labels = self.labels(step);
        let has = |role| labels.iter().any(|label| self.role(step, label) == role);
        let on_all = |label| step.factors.iter().all(|factor| self.subscript(factor.value).has(label));
        let lone = labels.iter().find(|label| self.role(step, label) == Role::Contracted && !on_all(label));
        if let Some(label) = lone {
            return Err(format!("the step to `{name}` contracts `{label}`, which one factor has alone"));
        }
        if has(Role::Broadcast) && (step.factors.len() == 2 || has(Role::Contracted)) {
            return Err(format!("the step to `{name}` broadcasts, and does more than that"));
        }
        Ok(())
    }
}
