//! The local variables of an expansion.

use proc_macro2::{Ident, Span};

use crate::ir::{Kind, Label, Value};

/// `index_i`: the loop variable of a label.
pub(super) fn index(label: &Label) -> Ident {
    local(&format!("index_{}", spelled(label)))
}

/// `extent_i`: the size along a label.
pub(super) fn extent(label: &Label) -> Ident {
    local(&format!("extent_{}", spelled(label)))
}

/// `source_0`: an operand as it is given.
pub(super) fn source(number: usize) -> Ident {
    local(&format!("source_{number}"))
}

/// `operand_0`: the view of an operand.
pub(super) fn operand(number: usize) -> Ident {
    local(&format!("operand_{number}"))
}

/// `view_0`: the function that views an operand.
pub(super) fn view(number: usize) -> Ident {
    local(&format!("view_{number}"))
}

/// `Axes0`: the trait of the dimension types that an operand may have.
pub(super) fn axes(number: usize) -> Ident {
    local(&format!("Axes{number}"))
}

/// `like_0`: the witness of the type of an operand.
pub(super) fn like(number: usize) -> Ident {
    local(&format!("like_{number}"))
}

/// A value of a tree: `operand_0`, `cotangent`, `t0`, `result`, `gradient_0`.
pub(super) fn value(value: &Value) -> Ident {
    match value.kind {
        Kind::Operand(number) => operand(number),
        Kind::Cotangent => local("cotangent"),
        Kind::Intermediate => local(&value.name),
        Kind::Result => local("result"),
        Kind::Gradient(number) => local(&format!("gradient_{number}")),
    }
}

/// A name that no variable of the user's can be meant by, and that captures none.
pub(super) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// The label as part of a snake-case identifier.
fn spelled(label: &Label) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    label.name().chars().map(|c| if plain(c) { c.to_string() } else { format!("u{:x}", u32::from(c)) }).collect()
}
