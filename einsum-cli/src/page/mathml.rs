//! Formulas as `MathML`.

use einsum_codegen::{
    grad,
    ir::{Einsum, Label, Operand, Subscript},
};

use crate::figure::escaped;

/// `y_ik = Σ_j A_ij B_jk`
pub(super) fn value(einsum: &Einsum) -> String {
    let factors = einsum.operands.iter().map(|operand| factor(&identifier(&operand.name), operand));
    formula(&labelled(&identifier("y"), &einsum.output, false), einsum, factors, "")
}

/// The cotangent of an operand.
pub(super) fn gradient(einsum: &Einsum, number: usize) -> String {
    let gradient = grad::cotangent(einsum, number);
    let labels: Vec<String> = gradient.given.iter().map(ToString::to_string).collect();
    let note = match (gradient.output.is_diagonal(), labels.as_slice()) {
        (true, _) => "and 0 off this diagonal".to_owned(),
        (false, []) => String::new(),
        (false, labels) => format!("for every {}", labels.join(", ")),
    };
    let factors = gradient.operands.iter().enumerate().map(|(position, operand)| match position {
        0 => factor(&cotangent(operand.name.trim_start_matches('d')), operand),
        _ => factor(&identifier(&operand.name), operand),
    });
    let result = labelled(&cotangent(&einsum.operands[number].name), &gradient.output, false);
    formula(&result, &gradient, factors, &note)
}

/// A sum, in parts between which a line may end.
fn formula(result: &str, einsum: &Einsum, factors: impl Iterator<Item = String>, note: &str) -> String {
    let beginning = format!("{result}<mo>=</mo>{}", sum(&einsum.contracted()));
    let parts = std::iter::once(beginning).chain(factors).map(|part| {
        format!("<math display=\"inline\"><mstyle displaystyle=\"true\"><mrow>{part}</mrow></mstyle></math>")
    });
    let note = if note.is_empty() { String::new() } else { format!("<span class=\"note\">{}</span>", escaped(note)) };
    format!("<div class=\"formula\">{}{note}</div>\n", parts.collect::<Vec<_>>().join("\n"))
}

/// `Σ` with the labels below it; of many the first and the last.
fn sum(contracted: &[Label]) -> String {
    const MOST: usize = 16;
    let mut labels: Vec<String> = contracted.iter().map(|label| identifier(label.name())).collect();
    if labels.is_empty() {
        return String::new();
    }
    if labels.len() > MOST {
        labels.splice(2..labels.len() - 1, [String::from("<mo>…</mo>")]);
    }
    format!("<munder><mo>∑</mo><mrow>{}</mrow></munder>", labels.join("<mo>,</mo>"))
}

fn factor(name: &str, operand: &Operand) -> String {
    labelled(name, &operand.subscript, operand.conj)
}

/// A tensor with its labels below it, words apart, and a star if it is conjugated.
fn labelled(name: &str, subscript: &Subscript, conj: bool) -> String {
    let are_words = subscript.0.iter().any(|label| !label.is_ellipsis() && label.name().chars().nth(1).is_some());
    let labels: Vec<String> = subscript.0.iter().map(|label| identifier(label.name())).collect();
    let labels = labels.join(if are_words { "<mo>,</mo>" } else { "" });
    match (subscript.rank(), conj) {
        (0, false) => name.to_owned(),
        (0, true) => format!("<msup>{name}<mo>*</mo></msup>"),
        (_, false) => format!("<msub>{name}<mrow>{labels}</mrow></msub>"),
        (_, true) => format!("<msubsup>{name}<mrow>{labels}</mrow><mo>*</mo></msubsup>"),
    }
}

fn identifier(name: &str) -> String {
    format!("<mi>{}</mi>", escaped(name))
}

/// `dA`
fn cotangent(name: &str) -> String {
    let space = if name.chars().nth(1).is_some() { "<mspace width=\"0.12em\"/>" } else { "" };
    format!("<mrow><mi mathvariant=\"normal\">d</mi>{space}{}</mrow>", identifier(name))
}
