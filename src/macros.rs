/// Computes an einsum: its value.
#[macro_export]
macro_rules! einsum {
    ($($input:tt)*) => { $crate::__private::einsum! { $crate; $($input)* } };
}

/// Computes an einsum: its value, or an [`EinsumError`](crate::EinsumError).
#[macro_export]
macro_rules! try_einsum {
    ($($input:tt)*) => { $crate::__private::try_einsum! { $crate; $($input)* } };
}

/// Computes an einsum and its pullback.
#[macro_export]
macro_rules! einsum_vjp {
    ($($input:tt)*) => { $crate::__private::einsum_vjp! { $crate; $($input)* } };
}

/// Functions and their gradients.
#[macro_export]
macro_rules! einsum_fn {
    ($($input:tt)*) => { $crate::__private::einsum_fn! { $crate; $($input)* } };
}
