//! The local variables of an expansion.

use proc_macro2::{Ident, Literal, Span};

use crate::ir::{Kind, Label, Subscript, Value};

/// `extent_i_`: the size along a label.
pub(super) fn extent(label: &Label) -> Ident {
    variable(&format!("extent_{}", spelled(label)))
}

/// `i_`: an index of a label.
pub(super) fn index(label: &Label) -> Ident {
    variable(&identifier(&spelled(label)))
}

/// `x_`: a factor of a step, by the name that displays have for it.
pub(super) fn factor(name: &str) -> Ident {
    variable(&identifier(&plain(name)))
}

/// The number of a label, in an expansion.
pub(super) fn label(label: &Label) -> Literal {
    number(label.id().0)
}

/// `source_0_`: an operand as it is given.
pub(super) fn source(number: usize) -> Ident {
    variable(&format!("source_{number}"))
}

/// `read_as_0_`: the type that an operand is read as.
pub(super) fn read_as(number: usize) -> Ident {
    variable(&format!("read_as_{number}"))
}

/// `tangent_read_as_0_`: the type that a tangent of an operand is read as.
pub(super) fn tangent_read_as(number: usize) -> Ident {
    variable(&format!("tangent_read_as_{number}"))
}

/// `array_0_`: an operand as an array view.
pub(super) fn array(number: usize) -> Ident {
    variable(&format!("array_{number}"))
}

/// `operand_0_`: the view of an operand.
pub(super) fn operand(number: usize) -> Ident {
    variable(&format!("operand_{number}"))
}

/// `like_0_`: the witness of the type of an operand.
pub(super) fn like(number: usize) -> Ident {
    variable(&format!("like_{number}"))
}

/// `shape_0_`: the extents of an operand, before it is broadcast.
pub(super) fn shape(number: usize) -> Ident {
    variable(&format!("shape_{number}"))
}

/// `spread_0_`: an operand of a formula that bears an ellipsis, before that is one axis.
pub(super) fn spread(number: usize) -> Ident {
    variable(&format!("spread_{number}"))
}

/// `straight_0_`: an operand of a formula whose ellipsis is one axis with a stride.
pub(super) fn straight(number: usize) -> Ident {
    variable(&format!("straight_{number}"))
}

/// `array_shape_0_`: the extents of an operand of a formula, with all axes of its ellipsis.
pub(super) fn array_shape(number: usize) -> Ident {
    variable(&format!("array_shape_{number}"))
}

/// `straight_target_0_`: what a gradient is added to, its ellipsis one axis with a stride.
pub(super) fn straight_target(number: usize) -> Ident {
    variable(&format!("straight_target_{number}"))
}

/// `fused_0_`: an operand whose ellipsis is one axis.
pub(super) fn fused(number: usize) -> Ident {
    variable(&format!("fused_{number}"))
}

/// `choice_0_`: what the extents decide.
pub(super) fn choice(number: usize) -> Ident {
    variable(&format!("choice_{number}"))
}

/// `alternatives_0_`: what is chosen from.
pub(super) fn alternatives(choice: usize) -> Ident {
    variable(&format!("alternatives_{choice}"))
}

/// `sizes_0_`: the intermediates of what is chosen from.
pub(super) fn sizes(choice: usize) -> Ident {
    variable(&format!("sizes_{choice}"))
}

/// `group_0_`: what is chosen from, with its intermediates.
pub(super) fn group(choice: usize) -> Ident {
    variable(&format!("group_{choice}"))
}

/// `kept_t0_`: an intermediate of the forward, if that has left it to the backward.
pub(super) fn kept(value: &Value) -> Ident {
    local(&format!("kept_{}", self::value(value)))
}

/// `view_result_`: the view of a tensor that is computed block by block.
pub(super) fn view(value: &Value) -> Ident {
    local(&format!("view_{}", self::value(value)))
}

/// `output_result_`: what is computed block by block.
pub(super) fn output(value: &Value) -> Ident {
    local(&format!("output_{}", self::value(value)))
}

/// `cotangent`, or of an operand that bears an ellipsis `cotangent_array`: the method that returns a cotangent as the operand is.
pub(super) fn cotangent(subscript: &Subscript) -> Ident {
    local(if subscript.ellipsis().is_some() { "cotangent_array" } else { "cotangent" })
}

/// `smallest_0_`: the smallest that the largest intermediate can be, of what is chosen from.
pub(super) fn smallest(choice: usize) -> Ident {
    variable(&format!("smallest_{choice}"))
}

/// `kind_0_`: the kind of the einsum, and where the cotangent of an operand lies.
pub(super) fn kind(number: usize) -> Ident {
    variable(&format!("kind_{number}"))
}

/// `inner`: a type that is called as a label is.
pub(super) fn label_type(label: &Label) -> Ident {
    let name = if label.name() == "runtime" { "runtime_" } else { label.name() };
    syn::parse_str(name).unwrap_or_else(|_| local(&format!("{}_", plain(name))))
}

/// `given_l_`: the extent that the user has given.
pub(super) fn given(label: &Label) -> Ident {
    variable(&format!("given_{}", spelled(label)))
}

/// `gradient_0_`: the cotangent of an operand.
pub(super) fn gradient(number: usize) -> Ident {
    variable(&format!("gradient_{number}"))
}

/// A value of a tree: `operand_0_`, `cotangent_`, `t0_`, `result_`, `gradient_0_`, ..
pub(super) fn value(value: &Value) -> Ident {
    match value.kind {
        Kind::Operand(number) => operand(number),
        Kind::Tangent(number) => tangent(number),
        Kind::Cotangent => variable("cotangent"),
        Kind::Intermediate => variable(&value.name),
        Kind::Result => variable("result"),
        Kind::ResultTangent => variable("result_tangent"),
        Kind::Gradient(number) => gradient(number),
    }
}

/// The variable of what the user has for a value: `target_`, or `target_0_` for the gradient of an operand.
pub(super) fn target(value: &Value) -> Ident {
    match value.kind {
        Kind::Gradient(number) => gradient_target(number),
        _ => variable("target"),
    }
}

/// `target_0_`: what the gradient of an operand is added to.
pub(super) fn gradient_target(number: usize) -> Ident {
    variable(&format!("target_{number}"))
}

/// `loaded_target_0_`: what the gradient of an operand is added to, as it is computed with.
pub(super) fn loaded_target(number: usize) -> Ident {
    variable(&format!("loaded_target_{number}"))
}

/// `tangent_0_`: the view of a tangent of an operand.
pub(super) fn tangent(number: usize) -> Ident {
    variable(&format!("tangent_{number}"))
}

/// `tangent_source_0_`: a tangent as it is given.
pub(super) fn tangent_source(number: usize) -> Ident {
    variable(&format!("tangent_source_{number}"))
}

/// `tangent_fused_0_`: a tangent whose ellipsis is one axis.
pub(super) fn tangent_fused(number: usize) -> Ident {
    variable(&format!("tangent_fused_{number}"))
}

/// `tangent_straight_0_`: a tangent in a formula, its ellipsis one axis with a stride.
pub(super) fn tangent_straight(number: usize) -> Ident {
    variable(&format!("tangent_straight_{number}"))
}

/// `fused_target_0_`: what a gradient of a formula is added to, its ellipsis one axis.
pub(super) fn fused_target(number: usize) -> Ident {
    variable(&format!("fused_target_{number}"))
}

/// `tangent_array_0_`: a tangent as an array view.
pub(super) fn tangent_array(number: usize) -> Ident {
    variable(&format!("tangent_array_{number}"))
}

/// `direct_0_`: an operand that is read as another type, converted.
pub(super) fn direct(number: usize) -> Ident {
    variable(&format!("direct_{number}"))
}

/// `tangent_direct_0_`: a tangent that is read as another type, converted.
pub(super) fn tangent_direct(number: usize) -> Ident {
    variable(&format!("tangent_direct_{number}"))
}

/// `number_0_`: a number of the user's in a form of labels.
pub(super) fn given_number(number: usize) -> Ident {
    variable(&format!("number_{number}"))
}

/// `local_s_`: a local of a formula.
pub(super) fn formula_local(name: &str) -> Ident {
    variable(&format!("local_{}", plain(name)))
}

/// `positions_0_`: positions that a tensor of indices leads to.
pub(super) fn positions(number: usize) -> Ident {
    variable(&format!("positions_{number}"))
}

/// `t0_`: what the body of a map reads, by the name that displays have for it; two names have two, and none is one of the body's own.
pub(super) fn body(name: &str) -> Ident {
    let is_taken =
        matches!(name, "at" | "joined" | "reads" | "") || ["of_", "shared_"].iter().any(|own| name.starts_with(own));
    let is_taken = is_taken || name.starts_with(|c: char| c.is_ascii_digit());
    variable(&if is_taken { format!("of_{}", plain(name)) } else { plain(name) })
}

/// `shared_0_`: what the body of a map computes once, and uses more than once.
pub(super) fn shared(number: usize) -> Ident {
    variable(&format!("shared_{number}"))
}

/// One over what is read by this number.
pub(super) fn inverse(number: usize) -> Ident {
    variable(&format!("over_{number}"))
}

/// A local variable. Hygiene keeps variables apart, but a pattern of one name is taken for a
/// constant of that name if the user has one: the underscore makes that unlikely.
pub(super) fn variable(name: &str) -> Ident {
    local(&format!("{name}_"))
}

/// A name of the expansion's own.
pub(super) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// A number without a suffix.
pub(super) fn number(number: usize) -> Literal {
    Literal::usize_unsuffixed(number)
}

/// The label as part of a snake-case identifier. (One that is called as ellipses are spelled begins with a number.)
fn spelled(label: &Label) -> String {
    let (ellipsis, name) = ("ellipsis", label.name());
    if label.is_ellipsis() || label.is_fused() {
        return ellipsis.to_owned();
    }
    if name == ellipsis { format!("u{:x}_{}", u32::from('e'), &name[1..]) } else { plain(name) }
}

/// A name in letters that an identifier may have in snake case; two names have two. (`u41_` is `A`. So a `u` before what could be
/// such a number is written as a number, too.)
fn plain(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let followers = name.chars().skip(1).map(Some).chain([None]);
    let spell = |(c, next): (char, Option<char>)| {
        let is_escape = c == 'u' && next.is_some_and(|next| next.is_ascii_hexdigit());
        if is_plain(c) && !is_escape { c.to_string() } else { format!("u{:x}_", u32::from(c)) }
    };
    name.chars().zip(followers).map(spell).collect()
}

/// A name that begins as an identifier does, and is none that a nest has for something else; two names have two.
fn identifier(name: &str) -> String {
    let is_taken = matches!(name, "nest" | "out" | "sum" | "") || name.starts_with("of_");
    if is_taken || name.starts_with(|c: char| c.is_ascii_digit()) { format!("of_{name}") } else { name.to_owned() }
}
