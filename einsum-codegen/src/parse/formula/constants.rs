//! `f64::NEG_INFINITY`, `std::f64::consts::PI`: constants of Rust's floats, which functions of `einsum_fn!` read as literals.

use std::f64::consts;

use proc_macro2::TokenTree;
use syn::Expr;

/// The constants that are called alike, and are the same number, in `f32` and `f64`.
const OF_BOTH: [(&str, f64); 3] = [("INFINITY", f64::INFINITY), ("NEG_INFINITY", f64::NEG_INFINITY), ("NAN", f64::NAN)];

/// The constants in the modules `consts`.
const CONSTS: [(&str, f64); 19] = [
    ("E", consts::E),
    ("FRAC_1_PI", consts::FRAC_1_PI),
    ("FRAC_1_SQRT_2", consts::FRAC_1_SQRT_2),
    ("FRAC_2_PI", consts::FRAC_2_PI),
    ("FRAC_2_SQRT_PI", consts::FRAC_2_SQRT_PI),
    ("FRAC_PI_2", consts::FRAC_PI_2),
    ("FRAC_PI_3", consts::FRAC_PI_3),
    ("FRAC_PI_4", consts::FRAC_PI_4),
    ("FRAC_PI_6", consts::FRAC_PI_6),
    ("FRAC_PI_8", consts::FRAC_PI_8),
    ("LN_10", consts::LN_10),
    ("LN_2", consts::LN_2),
    ("LOG10_2", consts::LOG10_2),
    ("LOG10_E", consts::LOG10_E),
    ("LOG2_10", consts::LOG2_10),
    ("LOG2_E", consts::LOG2_E),
    ("PI", consts::PI),
    ("SQRT_2", consts::SQRT_2),
    ("TAU", consts::TAU),
];

/// The number that a path to a constant of `f32` or `f64` is.
pub(super) fn float(tokens: &[TokenTree]) -> Option<f64> {
    let Ok(Expr::Path(path)) = syn::parse2(tokens.iter().cloned().collect()) else { return None };
    let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let within = match names.as_slice() {
        ["std" | "core", within @ ..] => within,
        all => all,
    };
    let find = |all: &[(&str, f64)], name: &str| all.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    match within {
        ["f32" | "f64", "consts", name] => find(&CONSTS, name),
        [float @ ("f32" | "f64"), name] => find(&OF_BOTH, name).or_else(|| limit(float, name)),
        _ => None,
    }
}

/// The constants that are other numbers in `f32` and in `f64`.
fn limit(float: &str, name: &str) -> Option<f64> {
    Some(match (float, name) {
        ("f32", "EPSILON") => f32::EPSILON.into(),
        ("f32", "MAX") => f32::MAX.into(),
        ("f32", "MIN") => f32::MIN.into(),
        ("f32", "MIN_POSITIVE") => f32::MIN_POSITIVE.into(),
        ("f64", "EPSILON") => f64::EPSILON,
        ("f64", "MAX") => f64::MAX,
        ("f64", "MIN") => f64::MIN,
        ("f64", "MIN_POSITIVE") => f64::MIN_POSITIVE,
        _ => None?,
    })
}
