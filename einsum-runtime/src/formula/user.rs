//! Functions of the user's.

/// A function of `N` numbers, with its derivatives, for formulas: `einsum!([i] = Softsign(x[i]))`.
///
/// Values and derivatives are computed one by one, wherever the formula needs them. The tangent is the derivative times that of the
/// argument, and so is the cotangent. There is no second derivative.
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
