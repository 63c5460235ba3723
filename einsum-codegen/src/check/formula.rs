//! [`ast::formula`] -> [`ir::formula`](crate::ir::formula): the rules of formulas.
//!
//! Names are resolved, the extents of labels found, statements split. All mistakes are told at each of these.
//!
//! AFTER THIS POINT: a statement is a sum or another reduction of what is computed from elements; every label has an extent.

mod extents;
mod given;
mod labels;
mod node;
mod resolve;
mod rules;
mod split;
mod sums;

use proc_macro2::Ident;
use syn::{Expr, ext::IdentExt};

use self::{
    extents::Sources,
    labels::Merged,
    node::{Node, relabel_access},
    resolve::{Resolved, Resolver},
    split::Splitter,
};
use super::{extents::check_given, fixed, operands::name};
use crate::{
    ast::{
        Form, Function,
        formula::{Formula as WrittenFormula, FormulaFunction},
        integer,
    },
    error::Errors,
    few::{List, numbered},
    ir::{
        Label,
        formula::{
            Access, Affine, Elements, ExtentFrom, Formula, Function as Numeric, Index, Shape, Tensor, TensorId,
            TensorKind,
        },
    },
    notation::FUSED,
};

/// A formula, and the operands of which there are gradients or tangents.
pub struct Checked {
    /// The formula, forward.
    pub formula: Formula,
    /// The numbers of the operands.
    pub wrt: Vec<usize>,
}

/// The use of a formula: by which macro, with which arguments.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
struct Use<'a> {
    extents: Vec<(&'a Ident, Option<&'a Expr>)>,
    out: bool,
    broadcast: bool,
    is_function: bool,
    differentiates: bool,
}

/// Checks an expression macro.
///
/// # Errors
/// All mistakes.
pub fn formula(written: &WrittenFormula, form: Form) -> Result<Checked, Errors> {
    let mut errors = Errors::default();
    given::check_arguments(written, form, &mut errors);
    let broadcast = written.arguments.broadcast.unwrap_or(true);
    let used = Use {
        extents: written.extents.mapped(|extent| (&extent.label, Some(&extent.value))),
        out: written.arguments.out.is_some(),
        broadcast,
        is_function: false,
        differentiates: form.differentiates(),
    };
    let formula = checked(written, &used, &mut errors);
    let elements = formula.as_ref().map(|formula| formula.tensors.as_slice()).unwrap_or_default();
    let wrt = given::wrt(written, form, elements, &mut errors);
    finish(formula, wrt, errors)
}

/// Checks a function of `einsum_fn!`.
///
/// # Errors
/// All mistakes.
pub fn formula_function(written: &FormulaFunction) -> Result<Checked, Errors> {
    let FormulaFunction { function, formula: body } = written;
    let Function { extents, broadcast, .. } = function;
    let mut errors = Errors::default();
    let used = Use {
        extents: extents.mapped(|extent| (&extent.label, extent.value.as_ref())),
        out: false,
        broadcast: broadcast.unwrap_or(true) && !fixed::is_all(function),
        is_function: true,
        // Its module has gradients.
        differentiates: false,
    };
    let formula = checked(body, &used, &mut errors);
    let elements = formula.as_ref().map(|formula| formula.tensors.as_slice()).unwrap_or_default();
    let wrt = given::wrt_of_function(function, elements, &mut errors);
    if let Some(formula) = &formula {
        fixed::check_formula(function, formula, &mut errors);
    }
    finish(formula, wrt, errors)
}

fn finish(formula: Option<Formula>, wrt: Vec<usize>, errors: Errors) -> Result<Checked, Errors> {
    let formula = errors.propagate(formula)?;
    // Without a formula there are mistakes.
    let formula = formula.ok_or_else(Errors::default)?;
    debug_assert_eq!(formula.verify(), Ok(()), "check of\n{formula}");
    Ok(Checked { formula, wrt })
}

fn checked(written: &WrittenFormula, used: &Use<'_>, errors: &mut Errors) -> Option<Formula> {
    let before = errors.0.len();
    let mut resolver = Resolver::new(written);
    let resolved: Vec<Option<Resolved>> = numbered(written.statements.len(), |number| resolver.statement(number));
    let known: Vec<(String, Option<u64>)> =
        used.extents.mapped(|(label, value)| (label.unraw().to_string(), value.and_then(integer)));
    let names: Vec<&Ident> = used.extents.mapped(|(label, _)| *label);
    check_given(&written.text, &names, &|name| resolver.named.iter().any(|named| named.name == name), errors);
    errors.0.extend(std::mem::take(&mut resolver.errors).0);
    given::check_unread(written, errors);
    if used.differentiates {
        given::check_gradient(written, errors);
    }
    let result = resolver.target_id(written.statements.len().checked_sub(1)?);
    let number = given::number(written, &resolver.ranks);
    let sources = Sources { given: &known, out: used.out.then_some(result), is_function: used.is_function, number };
    let mut found = Vec::new();
    for (number, statement) in resolved.iter().enumerate().filter_map(|(number, one)| Some((number, one.as_ref()?))) {
        let target = written.statements[number].name.as_ref();
        let target = target.map_or_else(|| "the result".to_owned(), |name| format!("`{name}`"));
        let extents = extents::of(statement, &resolver.named, &sources, &target, errors);
        extents::check_negative(statement, &extents, (&sources, &resolver.named), errors);
        given::check_target(written, number, statement, used.out, errors);
        given::check_argument(written, number, statement, errors);
        found.push(extents);
    }
    let resolved: Vec<Resolved> = resolved.into_iter().collect::<Option<_>>()?;
    given::check_operands(written, &resolver.elements, used.is_function, errors);
    if errors.0.len() > before {
        return None;
    }
    let has_forms = resolved.iter().any(|statement| !statement.forms.is_empty() || statement.has_gathers);
    // (What is reduced over all axes of an ellipsis is to have all of them.)
    let reduces_ellipsis = resolver.named.iter().any(|label| label.is_bound && label.name == FUSED);
    let broadcasts = used.broadcast && resolved.len() == 1 && !has_forms && !reduces_ellipsis;
    let assembly = Assembly { written, resolver: &resolver, used, broadcasts };
    Some(assembly.formula(resolved, &found))
}

/// Makes a formula of statements without mistakes.
struct Assembly<'a> {
    written: &'a WrittenFormula,
    resolver: &'a Resolver<'a>,
    used: &'a Use<'a>,
    broadcasts: bool,
}

impl Assembly<'_> {
    fn formula(&self, resolved: Vec<Resolved>, found: &[Vec<(Label, ExtentFrom)>]) -> Formula {
        let mut merged = Merged::new(&self.resolver.named, self.broadcasts);
        let mut tensors: Vec<Option<Tensor>> =
            numbered(self.written.operands.len(), |number| Some(self.operand(number)));
        let mut statements = Vec::new();
        for (number, (mut statement, extents)) in resolved.into_iter().zip(found).enumerate() {
            for (label, from) in extents {
                merged.take(label, from.clone(), &tensors);
            }
            let label = |label: &Label| merged.map[label.id().0].clone().unwrap_or_else(|| label.clone());
            relabel_access(&mut statement.target, &label);
            statement.value.relabel(&label);
            tensors.push(Some(self.computed(number, &statement.target)));
            statements.push((statement.target, statement.value));
        }
        let result = TensorId(tensors.len() - 1);
        let mut splitter = Splitter::new(tensors.into_iter().flatten().collect());
        let count = statements.len();
        for (number, (target, value)) in statements.into_iter().enumerate() {
            let is_result = number + 1 == count;
            let value = if is_result { self.scaled(value) } else { value };
            let adds = is_result && self.written.arguments.beta.is_some();
            splitter.statement(&target, value, adds);
        }
        let Merged { labels, extents, .. } = merged;
        let Splitter { tensors, statements, .. } = splitter;
        Formula { labels, tensors, extents, statements, results: vec![result], broadcasts: self.broadcasts }
    }

    /// An operand: how it is called, and how many axes it has.
    fn operand(&self, number: usize) -> Tensor {
        let operand = &self.written.operands[number];
        let name = if self.written.has_alpha && number + 1 == self.written.operands.len() {
            operand.source.clone()
        } else {
            name(number, operand)
        };
        let elements = self.resolver.elements[number].unwrap_or(Elements::Numbers);
        let shape = Shape::Given(self.resolver.ranks[number].unwrap_or(0));
        Tensor { name, kind: TensorKind::Operand(number), elements, shape }
    }

    /// The tensor that a statement computes.
    fn computed(&self, number: usize, target: &Access) -> Tensor {
        let elements = self.resolver.elements[target.tensor.0].unwrap_or(Elements::Numbers);
        let forms = target.axes.mapped(|axis| match &axis.index {
            Index::Affine(form) => form.clone(),
            Index::Gather(_) => Affine::default(),
        });
        let shape = Shape::Needed(forms);
        match &self.written.statements[number].name {
            Some(name) => Tensor { name: name.unraw().to_string(), kind: TensorKind::Local, elements, shape },
            None => {
                let shape = if self.used.out { Shape::Given(target.axes.len()) } else { shape };
                Tensor { name: self.result_name(), kind: TensorKind::Result, elements, shape }
            }
        }
    }

    /// `y`, unless an operand or a statement is called that.
    fn result_name(&self) -> String {
        let operands = self.written.operands.iter().enumerate().map(|(number, operand)| name(number, operand));
        let lets = self.written.statements.iter().filter_map(|statement| Some(statement.name.as_ref()?.to_string()));
        let taken: Vec<String> = operands.chain(lets).collect();
        ["y", "result", "y_", "result_"]
            .into_iter()
            .find(|name| !taken.iter().any(|other| other == name))
            .unwrap_or("y__")
            .to_owned()
    }

    /// The result, by `alpha`, and negated where it is subtracted.
    fn scaled(&self, value: Node) -> Node {
        let alpha = self.written.has_alpha.then(|| self.written.operands.len() - 1);
        let value = match alpha {
            Some(number) => {
                let alpha = Node::Read(Access { tensor: TensorId(number), axes: Vec::new(), conj: false });
                // Each term is multiplied by it.
                let terms = value.terms(false).into_iter();
                let terms = terms.map(|(term, sign)| (Node::both(Numeric::Multiply, alpha.clone(), term), sign));
                Node::sum(terms).unwrap_or(alpha)
            }
            None => value,
        };
        if self.written.arguments.negated { value.negated() } else { value }
    }
}
