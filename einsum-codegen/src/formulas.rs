//! The driver of formulas, from [`check`](crate::check) on: differentiates, lowers and plans, a line for each pass.

use proc_macro2::TokenStream;

use crate::{
    ast::{
        Form,
        formula::{Formula as Written, FormulaFunction},
    },
    check::{self, Checked},
    emit::{
        self,
        formula::{function::FormulaBodies, signature},
    },
    error::Errors,
    grad::{
        self,
        formula::{FormulaPrograms, FormulaVjp, adding, jvp},
    },
    ir::{
        Einsum,
        formula::{Formula, TensorId, TensorKind},
    },
    lower::{
        self, Lowered,
        formula::{Around, LoweredFunction, Planned, Programs},
    },
    plan,
};
use einsum_middle::explain;

/// Compiles a macro that is an expression.
pub(crate) fn expression(written: &Written, form: Form) -> Result<TokenStream, Errors> {
    let Checked { formula, wrt } = check::formula(written, form)?;
    let unrolled = signature::of_expression(&formula, written).unrolled(&formula);
    let programs = programs(&unrolled, &wrt, form, written.arguments.out.is_some());
    Ok(emit::formula::emit(written, &formula, &programs, form))
}

/// Compiles a function of `einsum_fn!`. With mistakes it has them, and a signature.
pub(crate) fn function(runtime: &TokenStream, written: &FormulaFunction) -> TokenStream {
    let FormulaFunction { function, formula: body } = written;
    let mistakes: Vec<_> = function.mistakes.0.iter().collect();
    let checked = if mistakes.is_empty() { check::formula_function(written) } else { Err(Errors::default()) };
    match checked {
        Ok(Checked { formula, wrt }) => {
            let signature = signature::of_function(&formula, function, &wrt);
            let programs = function_programs(&signature.unrolled(&formula), &wrt);
            let bodies = FormulaBodies::new(body, (&formula, &signature), &programs);
            emit::function::emit_formula(function, (&signature.einsum, &grad::cotangents(&signature.einsum)), &bodies)
        }
        Err(errors) => {
            let mistakes: Vec<_> = mistakes.into_iter().chain(&errors.0).collect();
            let (einsum, _) = check::function(function);
            let items = [
                emit::errors::items(&mistakes),
                emit::function::outline(runtime, function, (&einsum, &grad::cotangents(&einsum))),
            ];
            items.into_iter().collect()
        }
    }
}

/// The text of `explain!` for a formula, and for its gradients if it has any.
pub(crate) fn explanation(written: &Written, form: Form) -> Result<String, Errors> {
    let Checked { formula, .. } = check::formula(written, form)?;
    let unrolled = |formula: &Formula| signature::of_expression(formula, written).unrolled(formula);
    let mut explanation = explain::formula::value(&formula, &new(&unrolled(&formula)));
    if let Ok(Checked { formula, wrt }) = check::formula(written, Form::Pullback)
        && let Programs::Pullback { backward, .. } = programs(&unrolled(&formula), &wrt, Form::Pullback, false)
    {
        explanation += &explain::formula::gradients(&backward);
    }
    Ok(explanation)
}

/// The text of `explain!` for a function of `einsum_fn!`, and for its gradients.
#[cfg(feature = "shards")]
pub(crate) fn function_explanation(written: &FormulaFunction) -> Result<String, Errors> {
    let Checked { formula, wrt } = check::formula_function(written)?;
    let signature = signature::of_function(&formula, &written.function, &wrt);
    let programs = function_programs(&signature.unrolled(&formula), &wrt);
    let value = explain::formula::value(&formula, &programs.value);
    Ok(value + &explain::formula::gradients(&programs.backward))
}

/// The steps of a macro that is an expression; `wrt` are the operands that gradients or tangents are asked of.
fn programs(formula: &Formula, wrt: &[usize], form: Form, has_out: bool) -> Programs {
    match form {
        Form::Value | Form::Result => {
            let targets: Vec<TensorId> = formula.find(TensorKind::Result).filter(|_| has_out).into_iter().collect();
            Programs::Forward(Box::new(planned(formula, Around { kept: &[], targets: &targets })))
        }
        Form::Tangent => Programs::Forward(Box::new(new(&jvp(formula, wrt)))),
        Form::Pullback | Form::AddingPullback => {
            let FormulaVjp { forward, backward, saved } = FormulaVjp::new(formula, wrt).recomputed();
            let is_added = form == Form::AddingPullback;
            let backward = if is_added { adding(&backward) } else { backward };
            let targets = if is_added { gradients(&backward) } else { Vec::new() };
            Programs::Pullback {
                forward: Box::new(planned(&forward, Around { kept: &saved, targets: &[] })),
                backward: Box::new(planned(&backward, Around { kept: &saved, targets: &targets })),
                saved,
            }
        }
    }
}

/// The steps of a function of `einsum_fn!`, and of those in its module.
fn function_programs(formula: &Formula, wrt: &[usize]) -> LoweredFunction {
    let programs = FormulaPrograms::new(formula, wrt);
    let targets = gradients(&programs.backward_add);
    let mut plans = Plans::default();
    let mut new = |formula: &Formula| plans.planned(formula, Around::default());
    LoweredFunction {
        value: new(&programs.value),
        backward: new(&programs.backward),
        backward_one: programs.backward_one.iter().map(|(number, formula)| (*number, new(formula))).collect(),
        double_backward: new(&programs.double_backward),
        jvp: new(&programs.jvp),
        backward_add: plans.planned(&programs.backward_add, Around { kept: &[], targets: &targets }),
    }
}

/// The steps of a formula whose results are new.
fn new(formula: &Formula) -> Planned {
    planned(formula, Around::default())
}

fn planned(formula: &Formula, around: Around<'_>) -> Planned {
    Plans::default().planned(formula, around)
}

/// The plans of contractions: those that several programs of a function have are made once.
#[derive(Default)]
struct Plans {
    known: Vec<(Einsum, usize, Lowered)>,
}

impl Plans {
    fn planned(&mut self, formula: &Formula, around: Around<'_>) -> Planned {
        Planned::new(lower::formula::lower(formula, around), |einsum, count| self.plan(einsum, count))
    }

    /// The plan of one contraction, of so many that the run time chooses orders of.
    fn plan(&mut self, einsum: &Einsum, count: usize) -> Lowered {
        if let Some((.., plan)) = self.known.iter().find(|(known, of, _)| *of == count && known == einsum) {
            return plan.clone();
        }
        let plan = lower::lower(plan::plan_one_of(einsum, count).expect("no limit is given"));
        self.known.push((einsum.clone(), count, plan.clone()));
        plan
    }
}

/// The gradients among the results.
fn gradients(formula: &Formula) -> Vec<TensorId> {
    let is_gradient = |result: &TensorId| matches!(formula.tensor(*result).kind, TensorKind::Gradient(_));
    formula.results.iter().copied().filter(is_gradient).collect()
}
