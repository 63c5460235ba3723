//! A literal and its operands, written in index notation.

use std::fmt::Write;

use quote::ToTokens;
use syn::Expr;

use crate::{
    ast::{Arguments, Beta, Extent, Group, Label, Operand, Parameter, ParameterExtent, Subscript, Subscripts, Wrt},
    few::List,
    notation::ELLIPSIS,
    parse::{operand, source},
};

/// `y[i, k] = x[i, j] * w[j, k], alpha = 2.0; k = 7`
pub(in crate::parse) fn invocation(
    subscripts: &Subscripts,
    operands: &[Operand],
    arguments: &Arguments,
    extents: &[Extent],
) -> String {
    let target = arguments.out.as_ref().map(|out| place(&out.expression)).unwrap_or_default();
    let factor = |number: usize| match operands.get(number) {
        Some(operand) => (place(&operand.expression), operand.conj),
        None => (operand::name(number), false),
    };
    let product = product(subscripts, &subscripts.order, &factor);
    let mut text = format!("{target}{} = {product}", output(subscripts));
    let mut named = |name: &str, value: &dyn ToTokens| {
        let _ = write!(text, ", {name} = {}", written(value));
    };
    if let Some(alpha) = &arguments.alpha {
        named("alpha", alpha);
    }
    if let Some(Beta::Given(beta)) = &arguments.beta {
        named("beta", beta);
    }
    if let Some(broadcast) = arguments.broadcast {
        named("broadcast", &syn::LitBool::new(broadcast, proc_macro2::Span::call_site()));
    }
    if let Some(limit) = &arguments.max_intermediate {
        named("max_intermediate", limit);
    }
    text.push_str(&asked(arguments.wrt.as_deref()));
    for (number, Extent { label, value }) in extents.iter().enumerate() {
        text.push_str(if number == 0 { "; " } else { ", " });
        let _ = write!(text, "{label} = {}", written(value));
    }
    text
}

/// `fn linear(x, w) -> [i, k] { x[i, j] * w[j, k] }`
pub(in crate::parse) fn function(
    subscripts: &Subscripts,
    name: &str,
    parameters: &[Parameter],
    extents: &[ParameterExtent],
    wrt: Option<&[Wrt]>,
) -> String {
    let mut names: Vec<String> = parameters.mapped(|parameter| parameter.name.to_string());
    let factor = |number: usize| match parameters.get(number) {
        Some(parameter) => (parameter.name.to_string(), parameter.conj),
        None => (operand::name(number), false),
    };
    let product = product(subscripts, &subscripts.order, &factor);
    let mut taken = Vec::new();
    for extent in extents {
        let value = extent.value.as_ref().map(|value| format!(" = {}", written(value)));
        taken.push(format!("{}{}", extent.label, value.unwrap_or_default()));
    }
    names.extend((names.len()..subscripts.inputs.len()).map(operand::name));
    let semicolon = if taken.is_empty() { "" } else { "; " };
    let given = format!("{}{semicolon}{}", names.join(", "), taken.join(", "));
    format!("fn {name}({given}) -> {} {{ {product}{} }}", output(subscripts), asked(wrt))
}

/// The factors in their order, each given by what stands before its labels, and whether it is conjugated.
fn product(subscripts: &Subscripts, groups: &[Group], factor: &impl Fn(usize) -> (String, bool)) -> String {
    let texts = groups.mapped(|group| match group {
        Group::Parentheses(groups) => format!("({})", product(subscripts, groups, factor)),
        Group::Operand(number) => {
            let (place, conj) = factor(*number);
            let labels = subscripts.inputs.get(*number).map_or(&[][..], |input| &input.labels);
            let text = if labels.is_empty() { place } else { format!("{place}{}", bracket(labels)) };
            if conj { format!("conj({text})") } else { text }
        }
    });
    texts.join(" * ")
}

fn output(subscripts: &Subscripts) -> String {
    match &subscripts.output {
        Some(Subscript { labels, .. }) => bracket(labels),
        None => in_brackets(subscripts.implicit_output().into_iter()),
    }
}

fn bracket(labels: &[Label]) -> String {
    in_brackets(labels.iter().map(|label| label.name.as_str()))
}

fn in_brackets<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.map(|name| if name == ELLIPSIS { ".." } else { name }).collect();
    format!("[{}]", names.join(", "))
}

fn asked(wrt: Option<&[Wrt]>) -> String {
    let names = wrt.map(|wrt| wrt.mapped(|asked| asked.source.as_str()).join(", "));
    names.map(|names| format!(", wrt = [{names}]")).unwrap_or_default()
}

/// An expression as it can stand before labels.
fn place(expression: &Expr) -> String {
    match expression {
        Expr::Reference(reference) => place(&reference.expr),
        Expr::Group(group) => place(&group.expr),
        Expr::Call(_)
        | Expr::Field(_)
        | Expr::Lit(_)
        | Expr::Macro(_)
        | Expr::MethodCall(_)
        | Expr::Paren(_)
        | Expr::Path(_)
        | Expr::Tuple(_) => written(expression),
        other => format!("({})", written(other)),
    }
}

fn written(tokens: &(impl ToTokens + ?Sized)) -> String {
    source::text(tokens.to_token_stream())
}
