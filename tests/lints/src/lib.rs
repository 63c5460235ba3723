//! Every macro, under lints as strict as a user could set them: no expansion may need an exception.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    let_underscore_drop,
    missing_copy_implementations,
    missing_debug_implementations,
    missing_docs,
    non_ascii_idents,
    redundant_lifetimes,
    rust_2018_idioms,
    rust_2021_compatibility,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![deny(clippy::all, clippy::nursery, clippy::pedantic)]
// Those of `clippy::restriction` that code like that of the expansions could break.
#![deny(
    clippy::absolute_paths,
    clippy::allow_attributes,
    clippy::arbitrary_source_item_ordering,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::default_numeric_fallback,
    clippy::else_if_without_else,
    clippy::exhaustive_structs,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::infinite_loop,
    clippy::integer_division,
    clippy::let_underscore_must_use,
    clippy::let_underscore_untyped,
    clippy::missing_assert_message,
    clippy::missing_docs_in_private_items,
    clippy::missing_inline_in_public_items,
    clippy::missing_trait_methods,
    clippy::modulo_arithmetic,
    clippy::multiple_unsafe_ops_per_block,
    clippy::panic,
    clippy::panic_in_result_fn,
    clippy::partial_pub_fields,
    clippy::pattern_type_mismatch,
    clippy::pub_use,
    clippy::pub_with_shorthand,
    clippy::question_mark_used,
    clippy::redundant_type_annotations,
    clippy::ref_patterns,
    clippy::semicolon_inside_block,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::single_call_fn,
    clippy::single_char_lifetime_names,
    clippy::std_instead_of_core,
    clippy::string_slice,
    clippy::undocumented_unsafe_blocks,
    clippy::unreachable,
    clippy::unwrap_in_result,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm
)]

use ndarray::{Array1, Array2, Array3, ArrayD, ArrayView2, Axis};
use sums::{einsum, einsum_fn, einsum_jvp, einsum_vjp, try_einsum, EinsumError, Float};

einsum_fn! {
    /// A linear layer.
    pub fn linear(x, w) = "bik,jkl->bij";

    /// One operand.
    pub fn transpose(x) = "ij->ji";

    pub fn without_own_documentation(x) = "ii->i";

    /// A number from a number.
    pub fn same(a) = "->";

    /// A number and an array.
    pub fn scale(a, x) = ",i->i";

    /// A number from arrays.
    pub fn dot(x, y) = "i,i->";

    /// Labels in upper case.
    pub fn upper_case(x, w) = "Ij,jK->IK";

    /// Labels of other scripts.
    pub fn greek(x, w) = "αβ,βγ->αγ";

    /// Three operands.
    pub fn bilinear(x, w, y) = "bi,oij,bj->bo";

    /// Four operands.
    pub fn tucker(core, a, b, c) = "pqr,ip,jq,kr->ijk";

    /// Five operands.
    pub fn chain(a, b, c, d, e) = "ij,jk,kl,lm,mn->in";

    /// A part of the gradients, and extents.
    pub fn some(x, conj(w); l, m = 3) = "ij,jk->iklm", wrt = [w];

    /// The other syntax, with a sign.
    pub fn minus(x, w) -> [row, col] { -x[row, k] * conj(w[k, col]), wrt = [x] }

    /// A formula.
    pub fn layer(x, w, b) -> [i, j] { relu(sum[k](x[i, k] * w[k, j]) + b[j]) - 2.5 }

    /// A formula with indices of every kind.
    pub fn indices(x, t) -> [b, d] { exp(x[t[b], d]) + zero(x)[b, d + 1] - max[e](x[b, e]) }

    /// No large intermediates.
    pub fn narrow(a, b, c) = "ij,jk,kl->il", max_intermediate = 1000;

    /// Only of this crate.
    pub(crate) fn visible_here(x) = "ij->i";

    fn private(x) = "ij->j";

    /// Arrays of fixed size.
    pub fn fixed(x: [[f32; 4]; 2], w: &[[f32; SIZE]; 4]) = "ij,jk->ik";

    /// Arrays of fixed size, of any numbers and extents.
    pub fn generic<T, const N: usize, const M: usize>(a, x: [[T; M]; N], v: [T; M]) -> [i] { a * x[i, j] * v[j] }

    /// Arrays of fixed size, beside others, and bounds.
    pub fn mixed<T: Float + Send, const N: usize>(x: [T; N], w) = "i,ij->j", wrt = [w];

    /// Another type than is computed with.
    pub fn read(x as f64: [i8; 1], w: [f64; 1]) = "i,i->";

    fn small(x: [u8; 2]) = "i->";

    /// Arrays of fixed size, in an order that is known.
    pub fn in_order(a: [[f32; 2]; 3], b: [[f32; 5]; 2], c: [[f32; 3]; 5]) = "ij,jk,kl->il";

    /// A formula of arrays of fixed size.
    pub fn softmax<T, const N: usize>(x: [T; N]) -> [i] { exp(x[i] - max[j](x[j])) / sum[j](exp(x[j] - max[l](x[l]))) }
}

/// An extent.
const SIZE: usize = 3;

/// Formulas of arrays of fixed size: gradients, tangents, indices that are read and found, words, and what is written to.
#[inline]
#[must_use]
pub fn fixed_formulas<const N: usize>(x: &[[f64; N]; 3], bias: &[f64; N], found: &mut [u8; 3]) -> ([[f64; N]; 3], f64) {
    let (y, pullback) = einsum_vjp!([row, column] = relu(x[row, column] + bias[column]));
    let (dx, dbias) = pullback(&y);
    let (_, dot) = einsum_jvp!([i, j] = exp((x, dx)[i, j] - logsumexp[j](x[i, j])));
    einsum!(found[i] = argmax[j](x[i, j]));
    let picked = einsum!({
        let best[i] = argmax[j](dot[i, j]);
        [i] = dot[i, best[i]] * 2.0
    });
    (y, einsum!([] = sqrt(sum[i](picked[i] * picked[i])) + max[j](dbias[j])))
}

/// Functions of arrays of fixed size.
#[inline]
#[must_use]
pub fn fixed_size(x: &[[f32; 4]; 2], w: &[[f32; SIZE]; 4]) -> ([[f32; 4]; 2], u8) {
    let (dx, _) = fixed::backward(x, w, &fixed(x, w));
    (dx, small(&[1, 2]))
}

/// The value of every form.
///
/// # Errors
/// None.
#[inline]
pub fn values(x: &Array3<f32>, w: &Array3<f32>) -> Result<Array3<f32>, EinsumError> {
    let y = einsum!("bik,jkl->bij", x, w);
    let largest: f32 = einsum!([] = max[b, i, j](select(b <= i && y[b, i, j] > -1, y[b, i, j], -2)));
    let blurred = einsum!([b, i, j] = (y[b, i, j] + y[b, i, j + 1]) / 2 - largest);
    let (folded, pullback) = einsum_vjp!([b, i, 2*j + p] = tanh(blurred[b, i, j]) * x[b, i, p]);
    let (gradient, _) = pullback(&folded);
    let total = einsum!("bij->", &y);
    let scaled = einsum!(",,bij->bij", total, einsum!("bij->", gradient), y.view());
    let negative = einsum!(",bij->bij", -1.0_f32, scaled);
    try_einsum!("bij,BIJ->bij", &negative, &negative.select(Axis(0), &[0]))
}

/// The gradients of every form.
#[inline]
#[must_use]
pub fn gradients(x: &Array2<f64>, w: &Array2<f64>) -> (Array2<f64>, Array2<f64>) {
    let (y, pullback) = einsum_vjp!("ij,jk->ik", x, w);
    let (dx, dw) = pullback(&y);
    let (_, second) = einsum_vjp!("αj,jB,C->αB", &dx, dw.view(), Array1::<f64>::zeros(3));
    let (ddx, ddw, _) = second(&y);
    let (_, third) = einsum_vjp!("i,i->", visible_here(&ddx), private(&ddw.t()));
    let (left, right) = third(&1.0_f64);
    (einsum!("i,j->ij", left, right), transpose::backward(&ddw, &ddx).0)
}

/// Dynamic rank, more labels than a static rank can have, and a trace.
#[inline]
#[must_use]
pub fn ranks(x: &ArrayD<i32>, y: &ArrayView2<'_, i32>) -> (ArrayD<i32>, i32) {
    (einsum!("abcdefg->gfedcba", x), einsum!("ii", y))
}

/// Intermediates are limited.
///
/// # Errors
/// If they are too large.
#[inline]
pub fn limited(x: &Array2<f64>, limit: usize) -> Result<Array2<f64>, EinsumError> {
    let (y, pullback) = einsum_vjp!("ij,jk,kl->il", x, x, x, max_intermediate = limit);
    let (dx, ..) = pullback(&y);
    try_einsum!("(ij,jk,kl),lm->im", x, dx, y, x, max_intermediate = 1000)
}

/// Eight operands.
#[inline]
#[must_use]
pub fn power(x: &Array2<f64>) -> Array2<f64> {
    let (y, pullback) = einsum_vjp!("ab,bc,cd,de,ef,fg,gh,hi->ai", x, x, x, x, x, x, x, x);
    let (dx, ..) = pullback(&y);
    einsum!("ab,bc,cd,de,ef,fg,gh,hi->ai", y, dx, x, x, x, x, x, x)
}
