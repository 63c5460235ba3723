//! Documentation of generated items: the formula of a function, and of each gradient.

use crate::{
    few::List,
    ir::{Einsum, Operand, Subscript},
};

/// Documents a function.
pub(super) fn value(einsum: &Einsum) -> String {
    format!("The einsum `{einsum}`:\n\n```text\n{}\n```{PANICS}", formula("y", einsum))
}

/// Documents the module of its derivatives, by the cotangent of every operand.
pub(super) fn module(name: &str, einsum: &Einsum, cotangents: &[Einsum]) -> String {
    let gradients = gradients(einsum, cotangents);
    let dy = einsum.cotangent_name();
    format!("Gradients of `{name}`, the einsum `{einsum}`, from the cotangent `{dy}` of its result:\n\n{gradients}")
}

/// Documents the function of all gradients.
pub(super) fn backward(name: &str, einsum: &Einsum, cotangents: &[Einsum]) -> String {
    let asked: Vec<String> = asked(einsum).map(|operand| format!("`d{}`", operand.name)).collect();
    let (asked, gradients) = (asked.join(", "), gradients(einsum, cotangents));
    let panics = cotangent_panic(einsum);
    format!("The cotangents of the operands of `{name}`: ({asked}).\n\n{gradients}{PANICS}{panics}")
}

/// Documents the function of one gradient.
pub(super) fn backward_one(name: &str, einsum: &Einsum, cotangent: &Einsum, number: usize) -> String {
    let operand = &einsum.operands[number].name;
    let (gradient, panics) = (gradient(operand, cotangent), cotangent_panic(einsum));
    format!("The cotangent of `{operand}` in `{name}` alone.\n\n{gradient}{PANICS}{panics}")
}

/// Documents the function that adds all gradients.
pub(super) fn backward_add(name: &str, einsum: &Einsum, cotangents: &[Einsum]) -> String {
    let text = backward(name, einsum, cotangents);
    let (_, gradients) = text.split_once("\n\n").unwrap_or_default();
    format!("As [`backward`], but each cotangent is added to what is passed for it.\n\n{gradients}{TARGET}")
}

/// Documents the gradient of the gradients.
pub(super) fn double_backward(name: &str, einsum: &Einsum) -> String {
    let tangents: Vec<String> = asked(einsum).map(|operand| format!("`dd{}`", operand.name)).collect();
    let results: Vec<String> = einsum.operands.mapped(|operand| format!("`g{}`", operand.name));
    let (tangents, results) = (tangents.join(", "), results.join(", "));
    let (dy, panics) = (einsum.cotangent_name(), cotangent_panic(einsum));
    format!(
        "The backward of [`backward`] of `{name}`: from cotangents of its results, {tangents}, those of the operands \
         and of `{dy}`, ({results}, `g{dy}`).\n\nThe last is the tangent of `{name}` in the direction of {tangents}; \
         the others are the derivative, by the operands, of the sum of `{dy}` times \
         that.{PANICS}{panics}{TANGENT}"
    )
}

/// Documents the function of the tangent.
pub(super) fn jvp(name: &str, einsum: &Einsum) -> String {
    let tangents: Vec<String> = asked(einsum).map(|operand| format!("`d{}`", operand.name)).collect();
    format!(
        "The value of `{name}`, and its tangent in the direction of {}: the sum, over them, of the einsum with that \
         in place of its operand.{PANICS}{TANGENT}",
        tangents.join(", ")
    )
}

fn asked(einsum: &Einsum) -> impl Iterator<Item = &Operand> {
    einsum.wrt.iter().map(|&number| &einsum.operands[number])
}

const TARGET: &str = "\n- If what a cotangent is added to does not have the extents of its operand.";
const TANGENT: &str = "\n- If what goes with an operand does not have its extents.";
const PANICS: &str = "\n\n# Panics\n- If the extents, or dynamic ranks, of the operands do not fit the subscripts.";
/// Another panic.
fn cotangent_panic(einsum: &Einsum) -> String {
    format!("\n- If the extents of `{}` are not those of the result.", einsum.cotangent_name())
}

/// Subscripts and formula of each cotangent that is asked for.
fn gradients(einsum: &Einsum, cotangents: &[Einsum]) -> String {
    let gradients = einsum.wrt.mapped(|&number| gradient(&einsum.operands[number].name, &cotangents[number]));
    gradients.join("\n\n")
}

/// Subscripts and formula of the cotangent of one operand.
fn gradient(operand: &str, cotangent: &Einsum) -> String {
    let name = format!("d{operand}");
    let mut lines = vec![formula(&name, cotangent)];
    if cotangent.output.is_diagonal() {
        lines.push(format!("{name} = 0 off this diagonal"));
    }
    format!("`{name}` is the einsum `{cotangent}`:\n\n```text\n{}\n```", lines.join("\n"))
}

/// `y[i,k] = Σ_j x[i,j] w[j,k]`
fn formula(result: &str, einsum: &Einsum) -> String {
    let factors: Vec<String> = einsum.operands.mapped(factor);
    let contracted = einsum.contracted().mapped(ToString::to_string);
    let sum = match contracted.as_slice() {
        [] => String::new(),
        [label] => format!("Σ_{label} "),
        labels => format!("Σ_{{{}}} ", labels.join(",")),
    };
    // Of what a function is multiplied by, there is a sign alone.
    let sign = if einsum.epilogue.scaled { "-" } else { "" };
    format!("{} = {sign}{sum}{}", indexed(result, &einsum.output), factors.join(" "))
}

fn factor(operand: &Operand) -> String {
    let factor = indexed(&operand.name, &operand.subscript);
    if operand.conj { format!("conj({factor})") } else { factor }
}

fn indexed(name: &str, subscript: &Subscript) -> String {
    if subscript.rank() == 0 {
        return name.to_owned();
    }
    let labels: Vec<String> = subscript.0.mapped(ToString::to_string);
    format!("{name}[{}]", labels.join(","))
}
