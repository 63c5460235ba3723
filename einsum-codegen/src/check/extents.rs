//! Every label has an extent, and every extent that is given is that of a label.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

use crate::{
    ast::{Label, Mark, Subscripts},
    error::Errors,
    few::List,
    notation,
    parse::{BROADCAST, MAX_INTERMEDIATE},
};

/// Sources of the extent of a label that no operand has: extents after a semicolon, and if there is one, the array that
/// the result is written to.
pub(super) struct Known<'a> {
    pub(super) extents: &'a [&'a Ident],
    pub(super) out: bool,
    pub(super) is_function: bool,
    /// Operands that might have the label, but were written without labels, and where they are.
    pub(super) unlabelled: &'a [(String, (Span, Span))],
}

/// The output labels whose extents nothing says, each once.
pub(super) fn unbound<'s>(subscripts: &'s Subscripts, known: &Known<'_>) -> Vec<&'s Label> {
    let labels = subscripts.output.as_ref().map_or(&[][..], |output| &output.labels);
    let names: Vec<&str> = labels.mapped(|label| label.name.as_str());
    let inputs = subscripts.inputs.iter().flat_map(|input| &input.labels).map(|label| label.name.as_str());
    let inputs: Vec<&str> = inputs.collect();
    let axes = notation::unbound(&names, &inputs, |name| known.has(name));
    axes.into_iter().map(|axis| &labels[axis]).collect()
}

/// An extent that nothing says is unknown. (Of labels that are taken for numbers, `check_numbers` says so.)
pub(super) fn check_bound(subscripts: &Subscripts, known: &Known<'_>, errors: &mut Errors) {
    let unbound = unbound(subscripts, known);
    if unbound.iter().any(|label| known.unlabelled.iter().any(|(name, _)| is_named(label, name))) {
        return;
    }
    if let Some(first) = unbound.first()
        && let Mark::Tokens(..) = first.mark
        && let Some((text, span)) = numbers(known.unlabelled)
    {
        let what = format!("{text}: output label `{}` is on no operand", first.name);
        let (name, _) = &known.unlabelled[0];
        return errors
            .push(span, format!("{what}\nhelp: write the labels of an operand after it, as in `{name}[i, j]`"));
    }
    for label in unbound {
        let name = &label.name;
        let what = notation::has_no_extent(name);
        let help = if known.is_function {
            format!("drop `{name}` from the output, or take its extent after the operands: `(x; {name})`")
        } else {
            format!("drop `{name}` from the output, or give its extent after the operands: `; {name} = 7`")
        };
        errors.mark(subscripts.literal(), &label.mark, &what, Some(&help));
        if let Some(mistake) = errors.0.last_mut() {
            mistake.without_extent = Some(name.clone());
        }
    }
}

/// A factor of index notation that is a label, `x[i, j] * i`, may be meant for its index, or for a variable of that name.
pub(super) fn check_numbers(subscripts: &Subscripts, known: &Known<'_>, errors: &mut Errors) {
    let all = || subscripts.inputs.iter().chain(&subscripts.output).flat_map(|subscript| &subscript.labels);
    for (name, span) in known.unlabelled {
        if all().any(|label| is_named(label, name)) {
            let variable = if known.is_function { Variable::Parameter } else { Variable::Any };
            errors.push(*span, bare_label(name, variable));
        }
    }
}

/// Whether a label of index notation is called as an operand is. (In a literal labels are letters, which name nothing.)
fn is_named(label: &Label, name: &str) -> bool {
    matches!(label.mark, Mark::Tokens(..)) && label.name == name
}

/// A variable that a label may be taken for.
#[derive(Clone, Copy)]
pub(super) enum Variable {
    /// One that can be written otherwise.
    Any,
    /// A parameter of a function.
    Parameter,
}

/// The message about a label in the place of a number, which may be an index, or a variable.
pub(super) fn bare_label(name: &str, variable: Variable) -> String {
    let other = match variable {
        Variable::Any => format!("or `{{ {name} }}` for a variable of that name"),
        Variable::Parameter => format!("or call the parameter something else than `{name}`"),
    };
    let help = format!("write `({name} as _)` for the index as a number, {other}");
    format!("`{name}` is a label, and no number\nhelp: {help}")
}

/// `x` and `w` have no labels: what that means, and where they are.
fn numbers(unlabelled: &[(String, (Span, Span))]) -> Option<(String, (Span, Span))> {
    let ((_, (first, _)), (_, (_, last))) = (unlabelled.first()?, unlabelled.last()?);
    let names: Vec<String> = unlabelled.mapped(|(name, _)| format!("`{name}`"));
    let text = match names.as_slice() {
        [only] => format!("{only} has no labels, so that it is taken for a number"),
        names => format!("{} have no labels, so that they are taken for numbers", names.join(" and ")),
    };
    Some((text, (*first, *last)))
}

impl Known<'_> {
    fn has(&self, name: &str) -> bool {
        self.out || self.extents.iter().any(|label| label.unraw() == *name)
    }
}

/// An extent is that of a label, and given once.
pub(super) fn check_extents(subscripts: &Subscripts, extents: &[&Ident], errors: &mut Errors) {
    let all = || subscripts.inputs.iter().chain(&subscripts.output).flat_map(|subscript| &subscript.labels);
    let is_label = |name: &str| all().any(|label| label.name == name);
    check_given(&subscripts.text, extents, &is_label, errors);
}

/// An extent that is given in a text is that of a label there, and given once.
pub(super) fn check_given(text: &str, extents: &[&Ident], is_label: &dyn Fn(&str) -> bool, errors: &mut Errors) {
    for (number, label) in extents.iter().enumerate() {
        let span = (label.span(), label.span());
        let is_label = is_label(&label.unraw().to_string());
        let is_argument =
            ["alpha", "beta", "out", "wrt", BROADCAST, MAX_INTERMEDIATE].iter().any(|name| *label == name);
        if !is_label && is_argument {
            errors.push(span, format!("`{label}` is no extent: write it before the semicolon, after a comma"));
        } else if !is_label {
            errors.push(span, format!("`{label}` is no label of `{text}`"));
        }
        if extents[..number].iter().any(|other| other.unraw() == label.unraw()) {
            errors.push(span, format!("the extent of `{label}` is given twice"));
        }
    }
}
