//! Parameters that are arrays of fixed size: as many axes as labels, and extents that agree.

use crate::{
    ast::{FixedArray, Function, Parameter, Subscript, integer, spanned},
    error::Errors,
    few::List,
    ir::{
        Einsum,
        formula::{Extent, ExtentFrom, Formula, TensorId, TensorKind},
    },
    notation::ELLIPSIS,
    tuning::TYPED_MAX_LABELS,
};

/// The type of a parameter has an axis for each label of its subscript.
pub(super) fn check_axes(function: &Function, errors: &mut Errors) {
    for (name, array, subscript) in parameters(function) {
        let labels = subscript.labels.len();
        if subscript.labels.iter().any(|label| label.name == ELLIPSIS) {
            errors.push(spanned(&array.ty), spread(&name));
        } else if labels != array.extents.len() {
            errors.push(spanned(&array.ty), wrong_axes(&name, array, labels, &format!("its subscript `{subscript}`")));
        }
    }
}

/// The type of a parameter of a formula has an axis for each index, and axes that are as long as one label are equally long.
pub(super) fn check_formula(function: &Function, formula: &Formula, errors: &mut Errors) {
    let tensors = function
        .fixed()
        .filter_map(|(number, array)| Some((number, array, formula.find(TensorKind::Operand(number))?)));
    for (number, array, tensor) in tensors {
        let (name, rank) = (function.parameters[number].name.to_string(), formula.rank(tensor));
        if is_spread(formula, tensor) {
            errors.push(spanned(&array.ty), spread(&name));
        } else if rank != array.extents.len() {
            errors.push(spanned(&array.ty), wrong_axes(&name, array, rank, "the body"));
        }
    }
    for Extent { label, from } in &formula.extents {
        let ExtentFrom::Axes(axes) = from else { continue };
        let literals = axes.iter().filter_map(|&(tensor, axis)| {
            let TensorKind::Operand(number) = formula.tensor(tensor).kind else { return None };
            let Parameter { name, fixed, .. } = &function.parameters[number];
            let extent = fixed.as_ref()?.extents.get(axis)?;
            Some((name, extent, integer(extent).filter(|&number| number != 1 || !formula.broadcasts)?))
        });
        let literals: Vec<_> = literals.collect();
        let Some((first, _, extent)) = literals.first() else { continue };
        for (name, written, other) in literals.iter().filter(|(_, _, other)| other != extent) {
            let what = differ(label.name(), (*extent, &within(&first.to_string())), (*other, &name.to_string()));
            errors.push(spanned(*written), what);
        }
    }
}

/// Whether a tensor is read with an ellipsis.
fn is_spread(formula: &Formula, tensor: TensorId) -> bool {
    let is_of = |axes: &[(TensorId, usize)]| axes.iter().any(|(other, _)| *other == tensor);
    let is_one =
        |Extent { label, from }: &Extent| label.is_fused() && matches!(from, ExtentFrom::Axes(axes) if is_of(axes));
    formula.extents.iter().any(is_one)
}

/// An ellipsis on a parameter whose axes are known.
fn spread(name: &str) -> String {
    let what = format!("parameter `{name}` has an ellipsis, and the axes of its type are known");
    format!("{what}\nhelp: write a label for each, or the parameter without a type")
}

/// Two extents of one label.
fn differ(label: &str, (one, of): (u64, &str), (other, name): (u64, &str)) -> String {
    if of == within(name) {
        return format!("label `{label}` has extents {one} and {other} {of}: a diagonal has one");
    }
    format!("label `{label}` has extent {one} {of}, but {other} {}", within(name))
}

/// Another number of axes than there are labels.
fn wrong_axes(name: &str, array: &FixedArray, labels: usize, of: &str) -> String {
    let axes = array.extents.len();
    let (axis, label) = (if axes == 1 { "axis" } else { "axes" }, if labels == 1 { "label" } else { "labels" });
    format!("parameter `{name}` has {axes} {axis} by its type, but {of} has {labels} {label}")
}

/// Extents that are literals are equal along a label: those of types, and one that is given.
pub(super) fn check_extents(function: &Function, errors: &mut Errors) {
    let mut known: Vec<(&str, u64, String)> = Vec::new();
    let names: Vec<String> = function.extents.mapped(|extent| extent.label.to_string());
    for (name, extent) in names.iter().zip(&function.extents) {
        if let Some(number) = extent.value.as_ref().and_then(integer) {
            known.push((name, number, "as it is given".to_owned()));
        }
    }
    let may_broadcast = function.broadcast != Some(false) && !is_all(function);
    for (name, array, subscript) in parameters(function) {
        for (label, extent) in subscript.labels.iter().zip(&array.extents) {
            let Some(number) = integer(extent) else { continue };
            let found = known.iter().find(|(known, ..)| *known == label.name);
            match found {
                Some((_, other, _)) if *other == number => {}
                // With arrays whose extents are known at run time alone, 1 fits every other.
                _ if may_broadcast && number == 1 && !names.contains(&label.name) => {}
                Some((label, other, of)) => {
                    let what = differ(label, (*other, of), (number, &name));
                    errors.push(spanned(extent), what);
                }
                None => known.push((&label.name, number, within(&name))),
            }
        }
    }
}

fn within(name: &str) -> String {
    format!("in `{name}`")
}

/// Tells the einsum the extents in types of parameters. Where all operands with axes are of fixed size, none is broadcast.
pub(super) fn resolve(function: &Function, einsum: &mut Einsum) {
    if !is_all(function) || !may_be_typed(einsum) {
        return;
    }
    einsum.typed = true;
    einsum.broadcast = false;
    for (number, array) in function.fixed() {
        for (label, extent) in einsum.operands[number].subscript.0.iter().zip(&array.extents) {
            let is_known = einsum.known.iter().any(|(known, _)| known == label);
            if let Some(extent) = integer(extent).filter(|_| !is_known && !einsum.given.contains(label)) {
                einsum.known.push((label.clone(), extent));
            }
        }
    }
}

/// Whether extents can be looked for in the types of operands: there are no labels for what an ellipsis stands for, and lists of
/// types end.
pub(super) fn may_be_typed(einsum: &Einsum) -> bool {
    let is_long = einsum.operands.len() > TYPED_MAX_LABELS || einsum.labels.all().len() > TYPED_MAX_LABELS;
    !is_long && einsum.operands.iter().all(|operand| operand.subscript.ellipsis().is_none())
}

/// Whether the parameters are arrays of fixed size, of which there is one, and numbers.
pub(super) fn is_all(function: &Function) -> bool {
    function.is_of_fixed(function.subscripts.inputs.iter().map(|subscript| subscript.labels.len()))
}

/// The parameters that have such types, with their names and subscripts.
fn parameters(function: &Function) -> impl Iterator<Item = (String, &FixedArray, &Subscript)> {
    function.fixed().filter_map(|(number, array)| {
        Some((function.parameters[number].name.to_string(), array, function.subscripts.inputs.get(number)?))
    })
}
