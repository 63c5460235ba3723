//! The public macros: each puts `$crate` in front, and hands over to the compiler.

/// Computes an einsum of candle's tensors, or a formula: a `candle_core::Result<Tensor>`.
///
/// The arguments are those of [`einsum::einsum!`](macro@einsum::einsum): `einsum!("bi,ij->bj", x, w)`, index notation
/// `einsum!([b, j] = x[b, i] * w[i, j])`, and formulas `einsum!([b, j] = relu(sum[i](x[b, i] * w[i, j]) + c[j]))`. Extents after a semicolon,
/// `alpha`, `broadcast = false` and `max_intermediate = n` are given as there. The result is a new tensor: there is no `out`. Whether an operand
/// has a gradient is asked of the tensor: there is no `wrt`, and no `einsum_vjp!`.
///
/// Operands are borrowed, and evaluated once, from left to right: whatever is an [`Operand`](crate::Operand).
///
/// # Errors
///
/// If a tensor is not on the CPU, is of another element type than the first or of integers, has another number of axes than its subscript has
/// labels, or if extents disagree. Subscripts are checked while compiling.
///
/// # Example
///
/// ```
/// use candle_core::{Device, Tensor};
/// use einsum_candle::einsum;
///
/// # fn main() -> candle_core::Result<()> {
/// let x = Tensor::new(&[[1f32, 2.0], [3.0, 4.0]], &Device::Cpu)?;
/// assert_eq!(einsum!("ij,jk->ik", x, x)?.to_vec2::<f32>()?, [[7.0, 10.0], [15.0, 22.0]]);
/// assert_eq!(einsum!([i] = 2 * sum[j](exp(x[i, j] - x[i, j])))?.to_vec1::<f32>()?, [4.0, 4.0]);
///
/// let error = einsum!("ij,jk->ik", x, x.narrow(0, 0, 1)?, broadcast = false).unwrap_err();
/// let message = "label `j` has extent 2 in `x` but 1 in `x.narrow(0, 0, 1)?`";
/// assert!(error.to_string().contains(message));
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! einsum {
    ($($input:tt)*) => { $crate::__private::einsum_candle! { $crate; $($input)* } };
}

/// Makes functions of candle's tensors.
///
/// For `pub fn linear(x, w) = "bi,ij->bj";`, in index notation or as a formula, there is
/// `pub fn linear(x: &Tensor, w: &Tensor) -> candle_core::Result<Tensor>`, whose gradients candle's `backward` finds. What may be written is what
/// [`einsum::einsum_fn!`](macro@einsum::einsum_fn) takes, but for types of parameters and `wrt`. A parameter without axes is an `impl`
/// [`Operand`](crate::Operand): a tensor or a number. Extents that are parameters, `fn repeat(x; n) = "i->ni";`, are `usize`.
///
/// # Errors
///
/// The functions return those of [`einsum!`](crate::einsum!).
///
/// # Example
///
/// ```
/// use candle_core::{Device, Tensor};
/// use einsum_candle::einsum_fn;
///
/// einsum_fn! {
///     /// Rows of length one, by a factor.
///     fn normalised(x, scale) -> [b, i] { scale * x[b, i] / sqrt(sum[j](x[b, j] * x[b, j])) }
/// }
///
/// # fn main() -> candle_core::Result<()> {
/// let x = Tensor::new(&[[3f32, 4.0]], &Device::Cpu)?;
/// assert_eq!(normalised(&x, 10.0)?.to_vec2::<f32>()?, [[6.0, 8.0]]);
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! einsum_fn {
    ($($input:tt)*) => { $crate::__private::einsum_candle_fn! { $crate; $($input)* } };
}
