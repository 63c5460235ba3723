//! The procedural macros behind the `einsum` crate, which documents them.
//!
//! Each takes the path of the `einsum` crate in front, from the `macro_rules!` of the same name.

use proc_macro::TokenStream;

/// See `einsum::einsum!`.
#[proc_macro]
pub fn einsum(input: TokenStream) -> TokenStream {
    einsum_codegen::einsum(input.into()).into()
}

/// See `einsum::try_einsum!`.
#[proc_macro]
pub fn try_einsum(input: TokenStream) -> TokenStream {
    einsum_codegen::try_einsum(input.into()).into()
}

/// See `einsum::einsum_vjp!`.
#[proc_macro]
pub fn einsum_vjp(input: TokenStream) -> TokenStream {
    einsum_codegen::einsum_vjp(input.into()).into()
}

/// See `einsum::einsum_vjp_add!`.
#[proc_macro]
pub fn einsum_vjp_add(input: TokenStream) -> TokenStream {
    einsum_codegen::einsum_vjp_add(input.into()).into()
}

/// See `einsum::einsum_jvp!`.
#[proc_macro]
pub fn einsum_jvp(input: TokenStream) -> TokenStream {
    einsum_codegen::einsum_jvp(input.into()).into()
}

/// See `einsum::explain!`.
#[proc_macro]
pub fn explain(input: TokenStream) -> TokenStream {
    einsum_codegen::explain(input.into()).into()
}

/// See `einsum::einsum_fn!`.
#[proc_macro]
pub fn einsum_fn(input: TokenStream) -> TokenStream {
    einsum_codegen::einsum_fn(input.into()).into()
}

/// See `einsum_candle::einsum!`.
#[cfg(feature = "candle")]
#[proc_macro]
pub fn einsum_candle(input: TokenStream) -> TokenStream {
    einsum_codegen::einsum_candle(input.into()).into()
}

/// See `einsum_candle::einsum_fn!`.
#[cfg(feature = "candle")]
#[proc_macro]
pub fn einsum_candle_fn(input: TokenStream) -> TokenStream {
    einsum_codegen::einsum_candle_fn(input.into()).into()
}

/// See `einsum_mpi::einsum_mpi!`.
#[cfg(feature = "shards")]
#[proc_macro]
pub fn einsum_mpi(input: TokenStream) -> TokenStream {
    einsum_codegen::einsum_mpi(input.into()).into()
}

/// See `einsum_mpi::try_einsum_mpi!`.
#[cfg(feature = "shards")]
#[proc_macro]
pub fn try_einsum_mpi(input: TokenStream) -> TokenStream {
    einsum_codegen::try_einsum_mpi(input.into()).into()
}

/// See `einsum_mpi::einsum_mpi_vjp!`.
#[cfg(feature = "shards")]
#[proc_macro]
pub fn einsum_mpi_vjp(input: TokenStream) -> TokenStream {
    einsum_codegen::einsum_mpi_vjp(input.into()).into()
}

/// See `einsum_mpi::einsum_mpi_fn!`.
#[cfg(feature = "shards")]
#[proc_macro]
pub fn einsum_mpi_fn(input: TokenStream) -> TokenStream {
    einsum_codegen::einsum_mpi_fn(input.into()).into()
}

/// See `einsum_mpi::explain_mpi!`.
#[cfg(feature = "shards")]
#[proc_macro]
pub fn explain_mpi(input: TokenStream) -> TokenStream {
    einsum_codegen::explain_mpi(input.into()).into()
}
