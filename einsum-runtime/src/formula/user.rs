//! Functions of the user's.

/// A function of `N` numbers, with its derivatives, for formulas: `einsum!([i] = Softsign(x[i]))`.
///
/// Values and derivatives are computed one by one, wherever the formula needs them: of numbers at some index of it, at one perhaps several times. The tangent is the derivative times that of the
/// argument, and so is the cotangent. What differentiates twice, `double_backward` of functions of
/// [`einsum_fn!`](../einsum/macro.einsum_fn.html), needs its [`SecondDerivative`], and cannot be called without.
///
/// # Example
///
/// ```
/// use einsum::{Function, einsum};
/// use ndarray::array;
///
/// /// `x / (1 + |x|)`
/// enum Softsign {}
///
/// impl Function<f64, 1> for Softsign {
///     fn value([x]: [f64; 1]) -> f64 {
///         x / (1.0 + x.abs())
///     }
///
///     fn derivative([x]: [f64; 1], _argument: usize) -> f64 {
///         (1.0 + x.abs()).powi(-2)
///     }
/// }
///
/// let x = array![1.0, -3.0];
/// assert_eq!(einsum!([i] = Softsign(x[i])), array![0.5, -0.75]);
/// ```
pub trait Function<T, const N: usize> {
    /// The value.
    fn value(arguments: [T; N]) -> T;
    /// The derivative by the argument of this number, from 0 on.
    fn derivative(arguments: [T; N], argument: usize) -> T;
}

/// The second derivative of a [`Function`], for `double_backward` of functions of [`einsum_fn!`](../einsum/macro.einsum_fn.html).
///
/// # Example
///
/// ```
/// use einsum::{Function, SecondDerivative, einsum_fn};
/// use ndarray::array;
///
/// /// `x^2 y`
/// enum Skewed {}
///
/// impl Function<f64, 2> for Skewed {
///     fn value([x, y]: [f64; 2]) -> f64 {
///         x * x * y
///     }
///
///     fn derivative([x, y]: [f64; 2], argument: usize) -> f64 {
///         if argument == 0 { 2.0 * x * y } else { x * x }
///     }
/// }
///
/// impl SecondDerivative<f64, 2> for Skewed {
///     fn second_derivative([x, y]: [f64; 2], by: [usize; 2]) -> f64 {
///         match by {
///             [0, 0] => 2.0 * y,
///             [0, 1] => 2.0 * x,
///             _ => 0.0,
///         }
///     }
/// }
///
/// einsum_fn! {
///     fn skewed(x as f64, y) -> [i] { Skewed(x[i], y[i]) }
/// }
/// # fn main() {
/// let (x, y, dz) = (array![3.0], array![5.0], array![1.0]);
/// assert_eq!(skewed::backward(&x, &y, &dz), (array![30.0], array![9.0]));
/// // The gradient of 30 and of 9, the first by `x`, by `y` and by `dz`.
/// let second = skewed::double_backward(&x, &y, &dz, &array![1.0], &array![0.0]);
/// assert_eq!(second, (array![10.0], array![6.0], array![30.0]));
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no second derivative, of which `double_backward` is made",
    label = "this needs `impl SecondDerivative<{T}, {N}> for {Self}`"
)]
pub trait SecondDerivative<T, const N: usize>: Function<T, N> {
    /// The derivative by the argument of the first number, and then by that of the second, which is not less.
    fn second_derivative(arguments: [T; N], by: [usize; 2]) -> T;
}
