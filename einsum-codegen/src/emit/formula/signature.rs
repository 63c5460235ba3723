//! An einsum with operands and a result of the ranks of a formula: what signatures are made of, and which types are compared.

use crate::{
    ast::{self, integer},
    ir::{
        Einsum, Label, Labels, Operand, Subscript,
        formula::{ExtentFrom, Formula, Literals, Shape, TensorKind},
    },
    tuning::TYPED_MAX_LABELS,
};

/// The einsum of a function. Where its parameters with axes are all of fixed size, it is typed.
pub(crate) fn of_function(formula: &Formula, function: &ast::Function, wrt: &[usize]) -> Einsum {
    let axis =
        |operand: usize, axis: usize| integer(function.parameters.get(operand)?.fixed.as_ref()?.extents.get(axis)?);
    let given = |number: usize| integer(function.extents.get(number)?.value.as_ref()?);
    let names: Vec<String> = function.parameters.iter().map(|parameter| parameter.name.to_string()).collect();
    let given_names = function.extents.iter().map(|extent| syn::ext::IdentExt::unraw(&extent.label).to_string());
    let mut einsum =
        signature(formula, &names, &given_names.collect::<Vec<_>>(), Literals { axis: &axis, given: &given });
    einsum.typed &= function.is_of_fixed(einsum.operands.iter().map(|operand| operand.subscript.rank()));
    einsum.wrt = wrt.to_vec();
    einsum
}

/// The einsum: axes that are as long as a label of the formula have one label, all others labels of their own.
pub(super) fn signature(formula: &Formula, names: &[String], given: &[String], literals: Literals<'_>) -> Einsum {
    let mut labels = Labels::default();
    let operands: Vec<Operand> = names
        .iter()
        .enumerate()
        .map(|(number, name)| {
            let rank = formula.find(TensorKind::Operand(number)).map_or(0, |tensor| formula.rank(tensor));
            let subscript = (0..rank).map(|axis| axis_label(formula, (number, axis), name, &mut labels)).collect();
            Operand { name: name.clone(), subscript, conj: false }
        })
        .collect();
    let mut given: Vec<Label> = given.iter().map(|name| labels.intern(name)).collect();
    let mut known = Vec::new();
    let result = formula.results.first().copied();
    let axes = result.into_iter().flat_map(|tensor| (0..formula.rank(tensor)).map(move |axis| (tensor, axis)));
    let output: Subscript = axes
        .map(|(tensor, axis)| {
            let bare = match &formula.tensor(tensor).shape {
                Shape::Needed(forms) => forms[axis].bare(),
                _ => None,
            };
            if let Some((operand, of)) = bare.and_then(|label| formula.axis_of(label)) {
                return operands[operand].subscript.0[of].clone();
            }
            let is_given = bare.filter(|label| given.iter().any(|given| given.name() == label.name()));
            if let Some(label) = is_given {
                return labels.intern(label.name());
            }
            let label = labels.intern(&format!("result_{axis}"));
            known.extend(formula.known_length(tensor, axis, literals).map(|length| (label.clone(), length)));
            given.push(label.clone());
            label
        })
        .collect();
    let typed = operands.len() <= TYPED_MAX_LABELS && labels.all().len() <= TYPED_MAX_LABELS;
    Einsum { given, known, broadcast: false, typed, ..Einsum::new(labels, operands, output) }
}

/// The label of an axis of an operand.
fn axis_label(formula: &Formula, (operand, axis): (usize, usize), name: &str, labels: &mut Labels) -> Label {
    let tensor = formula.find(TensorKind::Operand(operand));
    let is_of = |from: &ExtentFrom| match from {
        ExtentFrom::Axes(axes) => axes.iter().any(|&(other, of)| Some(other) == tensor && of == axis),
        _ => false,
    };
    match formula.extents.iter().find(|extent| is_of(&extent.from)) {
        Some(extent) => labels.intern(extent.label.name()),
        None => labels.intern(&format!("{name}_{axis}")),
    }
}
