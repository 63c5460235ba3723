//! The call sites: for every line of a generated file, a function that calls the macro.

use ndarray::{Array, ArrayD, ArrayViewD, Ix0};
use num_complex::Complex64;

use crate::check::Vjp;

/// A call site of `einsum_vjp!`, with the numbers of the cases that use it.
pub(crate) type VjpSite<T> = (&'static [usize], Vjp<T>);

/// A call site of `einsum!`, with the numbers of the cases that use it.
pub(crate) type ValueSite<T> = (&'static [usize], fn(&[ArrayViewD<'_, T>]) -> ArrayD<T>);

/// A call site of `try_einsum!`, of which only the error is wanted.
pub(crate) type TrySite = (&'static [usize], fn(&[ArrayViewD<'_, f64>]) -> Result<(), einsum::EinsumError>);

/// The site of a case.
pub(crate) fn find<T: Copy>(sites: &[(&[usize], T)], case: usize) -> Option<T> {
    sites.iter().find(|site| site.0.contains(&case)).map(|site| site.1)
}

/// What `einsum_vjp!` gives for an output of the dimension type `D`.
pub(crate) trait OfRank<D> {}

impl<T, D> OfRank<D> for Array<T, D> {}
impl OfRank<Ix0> for f64 {}
impl OfRank<Ix0> for Complex64 {}

/// Fails to compile if the rank of the value is another.
pub(crate) fn of_rank<D, Y: OfRank<D>>(value: Y) -> Y {
    value
}

macro_rules! vjp_sites {
    ($t:ty; $($name:ident [$($case:literal),+] ($($x:ident: $rank:ident),+) -> $out:ident { $($input:tt)+ })*) => {
        pub(crate) const SITES: &[crate::site::VjpSite<$t>] = &[$((&[$($case),+], $name)),*];

        $(fn $name(
            operands: &[ndarray::ArrayViewD<'_, $t>],
            cotangent: Option<&ndarray::ArrayViewD<'_, $t>>,
        ) -> (ndarray::ArrayD<$t>, Vec<ndarray::ArrayD<$t>>) {
            use crate::common::rank::{Tensor as _, ranked};

            let [$($x),+] = operands else { unreachable!("the case has as many operands") };
            $(let $x = ranked::<_, ndarray::$rank>($x);)+
            let (value, pullback) = einsum::einsum_vjp!($($input)+);
            let value = crate::site::of_rank::<ndarray::$out, _>(value);
            let gradients = cotangent.map(|cotangent| {
                let ($($x,)+) = pullback(&value.ranked_alike(cotangent));
                vec![$($x.into_dynamic()),+]
            });
            (value.into_dynamic(), gradients.unwrap_or_default())
        })*
    };
}

macro_rules! value_sites {
    ($t:ty; $($name:ident [$($case:literal),+] ($($x:ident: $rank:ident),+) -> $out:ident { $($input:tt)+ })*) => {
        pub(crate) const SITES: &[crate::site::ValueSite<$t>] = &[$((&[$($case),+], $name)),*];

        $(fn $name(operands: &[ndarray::ArrayViewD<'_, $t>]) -> ndarray::ArrayD<$t> {
            use crate::common::rank::{Tensor as _, ranked};

            let [$($x),+] = operands else { unreachable!("the case has as many operands") };
            $(let $x = ranked::<_, ndarray::$rank>($x);)+
            crate::site::of_rank::<ndarray::$out, _>(einsum::einsum!($($input)+)).into_dynamic()
        })*
    };
}

macro_rules! try_sites {
    ($($name:ident [$($case:literal),+] ($($x:ident: $rank:ident),+) { $($input:tt)+ })*) => {
        pub(crate) const SITES: &[crate::site::TrySite] = &[$((&[$($case),+], $name)),*];

        $(fn $name(operands: &[ndarray::ArrayViewD<'_, f64>]) -> Result<(), einsum::EinsumError> {
            let [$($x),+] = operands else { unreachable!("the case has as many operands") };
            einsum::try_einsum!($($input)+).map(drop)
        })*
    };
}

pub(crate) use {try_sites, value_sites, vjp_sites};
