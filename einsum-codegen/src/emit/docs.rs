//! Documentation of generated items: the formula of a function, and of each gradient.

use crate::{
    grad,
    ir::{Einsum, Operand, Subscript},
};

/// What a function computes.
pub(super) fn value(einsum: &Einsum) -> String {
    format!("The einsum `{einsum}`:\n\n```text\n{}\n```{PANICS}", formula("y", einsum))
}

/// What the module of its gradients holds.
pub(super) fn module(name: &str, einsum: &Einsum) -> String {
    let gradients = (0..einsum.operands.len()).map(|number| gradient(einsum, number));
    let gradients: Vec<String> = gradients.collect();
    format!(
        "Gradients of `{name}`, the einsum `{einsum}`, from the cotangent `dy` of its result:\n\n{}",
        gradients.join("\n\n")
    )
}

/// What the function of all gradients computes.
pub(super) fn backward(name: &str, einsum: &Einsum) -> String {
    let cotangents: Vec<String> = einsum.operands.iter().map(|operand| format!("`d{}`", operand.name)).collect();
    let gradients: Vec<String> = (0..einsum.operands.len()).map(|number| gradient(einsum, number)).collect();
    let (cotangents, gradients) = (cotangents.join(", "), gradients.join("\n\n"));
    format!("The cotangents of all operands of `{name}`: ({cotangents}).\n\n{gradients}{PANICS}{COTANGENT}")
}

/// What the function of one gradient computes.
pub(super) fn backward_one(name: &str, einsum: &Einsum, number: usize) -> String {
    let operand = &einsum.operands[number].name;
    let gradient = gradient(einsum, number);
    format!("The cotangent of `{operand}` in `{name}` alone.\n\n{gradient}{PANICS}{COTANGENT}")
}

const PANICS: &str = "\n\n# Panics\n- If the extents, or dynamic ranks, of the operands do not fit the subscripts.";
const COTANGENT: &str = "\n- If the extents of `dy` are not those of the result.";

/// Subscripts and formula of the cotangent of one operand.
fn gradient(einsum: &Einsum, number: usize) -> String {
    let cotangent = grad::cotangent(einsum, number);
    let name = format!("d{}", einsum.operands[number].name);
    let mut lines = vec![formula(&name, &cotangent)];
    if cotangent.output.is_diagonal() {
        lines.push(format!("{name} = 0 off this diagonal"));
    }
    format!("`{name}` is the einsum `{cotangent}`:\n\n```text\n{}\n```", lines.join("\n"))
}

/// `y[i,k] = Σ_j x[i,j] w[j,k]`
fn formula(result: &str, einsum: &Einsum) -> String {
    let factors: Vec<String> = einsum.operands.iter().map(factor).collect();
    let contracted = einsum.contracted().iter().map(ToString::to_string).collect::<Vec<_>>();
    let sum = match contracted.as_slice() {
        [] => String::new(),
        [label] => format!("Σ_{label} "),
        labels => format!("Σ_{{{}}} ", labels.join(",")),
    };
    format!("{} = {sum}{}", indexed(result, &einsum.output), factors.join(" "))
}

fn factor(operand: &Operand) -> String {
    let factor = indexed(&operand.name, &operand.subscript);
    if operand.conj { format!("conj({factor})") } else { factor }
}

fn indexed(name: &str, subscript: &Subscript) -> String {
    if subscript.rank() == 0 {
        return name.to_owned();
    }
    let labels: Vec<String> = subscript.0.iter().map(ToString::to_string).collect();
    format!("{name}[{}]", labels.join(","))
}
