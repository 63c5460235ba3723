//! Checks that a formula has a use for all that it is given: named arguments, extents, operands that gradients are asked of.

use syn::ext::IdentExt;

use super::{node::Node, resolve::Resolved, rules};
use crate::{
    ast::{
        self, Form,
        formula::{
            Access, Axis, ExpressionKind, Formula as WrittenFormula, Index as WrittenIndex, Over, Tensor as Read,
        },
    },
    check::{
        arguments::arguments,
        operands::{asked_of, check_elements, check_out, check_parameters},
    },
    error::Errors,
    few::List,
    ir::formula::{Elements, Index, Tensor},
    parse::{self, MAX_INTERMEDIATE},
};

/// A formula is given nothing that it has no use for.
pub(super) fn check_arguments(written: &WrittenFormula, form: Form, errors: &mut Errors) {
    if let Err(mistakes) = arguments(&written.arguments, form) {
        errors.0.extend(mistakes.0);
    }
    check_out(written.arguments.out.as_ref(), &written.operands, errors);
    if let Some(limit) = &written.arguments.max_intermediate {
        let help = "it is for the orders of products: a formula names its intermediates by `let`";
        errors.push(ast::spanned(limit), format!("`{MAX_INTERMEDIATE}` of a formula\nhelp: {help}"));
    }
    let pairs: Vec<_> = written.operands.iter().filter(|operand| operand.tangent.is_some()).collect();
    match pairs.first() {
        None if form == Form::Tangent => {
            let help = "help: write a pair, such as `(x, dx)[i]`, once for each operand that has one";
            errors.push(written.span, format!("no operand has a tangent\n{help}"));
        }
        Some(operand) if form != Form::Tangent => {
            errors.push(operand.span, format!("`{}` is given a tangent, which `einsum_jvp!` takes", operand.source));
        }
        _ => {}
    }
}

/// Checks that some operand says what the elements are: one that is not read as indices.
pub(super) fn check_operands(
    written: &WrittenFormula,
    elements: &[Option<Elements>],
    is_function: bool,
    errors: &mut Errors,
) {
    if elements[..written.operands.len()].iter().any(|elements| *elements != Some(Elements::Indices)) {
        return;
    }
    let help = if is_function {
        "take an operand that is multiplied, such as a number: `fn f(a; i) -> [i] { a * (i as _) }`"
    } else {
        "multiply by a number that has a type, as in `1.0_f64 * (..)`"
    };
    errors.push(written.span, format!("no operand says of which type the elements are\nhelp: {help}"));
}

/// An operand by its name, which is a number, as no bracket is after it.
pub(super) fn number(written: &WrittenFormula, ranks: &[Option<usize>]) -> Option<String> {
    let count = written.operands.len() - usize::from(written.has_alpha);
    let is_name = |operand: &&ast::Operand| matches!(operand.expression, syn::Expr::Path(_) | syn::Expr::Field(_));
    let numbers = written.operands[..count].iter().zip(ranks).filter(|(_, rank)| **rank == Some(0));
    numbers.map(|(operand, _)| operand).find(is_name).map(|operand| operand.source.clone())
}

/// Checks that the result of every `let` is read.
pub(super) fn check_unread(written: &WrittenFormula, errors: &mut Errors) {
    let mut mentions = Mentions::default();
    for statement in &written.statements {
        mentions.axes(&statement.target);
        statement.value.visit(&mut |part| {
            if let ExpressionKind::Access(access) = &part.kind {
                mentions.access(access);
            }
        });
    }
    for (number, statement) in written.statements.iter().enumerate() {
        let is_unread = !mentions.read.contains(&Read::Local(number));
        let Some(name) = statement.name.as_ref().filter(|_| is_unread) else { continue };
        let is_label = mentions.labels.iter().any(|label| name.unraw() == *label);
        let indices: Vec<&str> = statement.target.mapped(|axis| axis.text.as_str());
        let help = format!("\nhelp: as an index, `{name}` is a label: write `x[{name}[{}]]`", indices.join(", "));
        let help = if is_label { help.as_str() } else { "" };
        errors.push((name.span(), name.span()), format!("`{name}` is computed, and never read{help}"));
    }
}

/// The tensors that are read, and the labels that are indices.
#[derive(Default)]
struct Mentions<'a> {
    read: Vec<Read>,
    labels: Vec<&'a str>,
}

impl<'a> Mentions<'a> {
    fn access(&mut self, access: &'a Access) {
        self.read.push(access.tensor);
        self.axes(&access.axes);
    }

    fn axes(&mut self, axes: &'a [Axis]) {
        for axis in axes {
            match &axis.index {
                WrittenIndex::Gather(access) => self.access(access),
                WrittenIndex::Form(form) => self.labels.extend(form.terms.iter().map(|(_, label)| label.name.as_str())),
            }
        }
    }
}

/// There is no gradient of an index.
pub(super) fn check_gradient(written: &WrittenFormula, errors: &mut Errors) {
    if let Some(statement) = written.statements.last().filter(|_| rules::finds(written)) {
        rules::gradient_of_argument(&statement.value, errors);
    }
}

/// A target that is written at indices from a tensor is one that the user has.
pub(super) fn check_target(
    written: &WrittenFormula,
    number: usize,
    statement: &Resolved,
    out: bool,
    errors: &mut Errors,
) {
    let target = &written.statements[number];
    let is_given = out && target.name.is_none();
    for (axis, index) in statement.target.axes.iter().enumerate() {
        if let (Index::Gather(_), false, Some(axis)) = (&index.index, is_given, target.target.get(axis)) {
            let help = "write into an array that is as long, as in `y[t[i]] += ..`";
            let what = format!("how long an axis with the index `{}` is cannot be known", axis.text);
            errors.push(axis.span, format!("{what}\nhelp: {help}"));
        }
    }
}

/// What `argmax` finds is written at the labels of what it looks through.
pub(super) fn check_argument(written: &WrittenFormula, number: usize, statement: &Resolved, errors: &mut Errors) {
    let Node::Reduce(Over::ArgMax | Over::ArgMin, reduced, value) = &statement.value else { return };
    let (target, has) = (&written.statements[number], value.labels());
    for (axis, index) in statement.target.axes.iter().enumerate() {
        let is_own = index.bare().is_some_and(|label| has.contains(label) && !reduced.contains(label));
        if !is_own && let Some(axis) = target.target.get(axis) {
            rules::argument_elsewhere(&target.value, &axis.text, axis.span, errors);
        }
    }
}

/// The operands that have gradients or tangents: all numbers, but for `alpha`, unless others are asked for.
pub(super) fn wrt(written: &WrittenFormula, form: Form, tensors: &[Tensor], errors: &mut Errors) -> Vec<usize> {
    let operands = written.operands.iter().enumerate();
    match &written.arguments.wrt {
        _ if form == Form::Tangent => {
            operands.filter(|(_, operand)| operand.tangent.is_some()).map(|(number, _)| number).collect()
        }
        Some(asked) => {
            let sources: Vec<Vec<String>> = written.operands.mapped(parse::names);
            let numbers = asked_of(asked, &sources, errors);
            check_asked(asked, &numbers, tensors, errors);
            numbers
        }
        None => (0..written.operands.len() - usize::from(written.has_alpha))
            .filter(|&number| is_number(tensors, number))
            .collect(),
    }
}

/// The parameters of a function that have gradients.
pub(super) fn wrt_of_function(function: &ast::Function, tensors: &[Tensor], errors: &mut Errors) -> Vec<usize> {
    let names: Vec<Vec<String>> = function.parameters.mapped(|parameter| vec![parameter.name.to_string()]);
    let wrt = match &function.wrt {
        Some(asked) => {
            let numbers = asked_of(asked, &names, errors);
            check_asked(asked, &numbers, tensors, errors);
            numbers
        }
        None => (0..names.len()).filter(|&number| is_number(tensors, number)).collect(),
    };
    check_parameters(function, &wrt, errors);
    check_elements(function, errors);
    wrt
}

fn is_number(tensors: &[Tensor], number: usize) -> bool {
    tensors.get(number).is_none_or(|tensor| tensor.elements == Elements::Numbers)
}

fn check_asked(asked: &[ast::Wrt], numbers: &[usize], tensors: &[Tensor], errors: &mut Errors) {
    if asked.len() != numbers.len() {
        return;
    }
    for (asked, _) in asked.iter().zip(numbers).filter(|(_, number)| !is_number(tensors, **number)) {
        errors.push(asked.span, format!("`{}` holds indices, which have no gradient", asked.source));
    }
}
