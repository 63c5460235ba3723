//! Call sites of the macros, each of which is compiled for some types of elements.

use einsum::{einsum_fn, einsum_jvp, einsum_vjp, einsum_vjp_add, try_einsum};
use num_complex::{Complex32, Complex64};

use super::{case::Case, entropy::Entropy, layout::Buffer, number::Bytes};

/// The name of a site, and what tries it.
pub(crate) type Site = (&'static str, fn(&mut Entropy<'_>));

/// Tries a site: `value` the result, new and written to an `out`, `pullback` gradients as well, `field` tangents as well,
/// `function` (of real numbers) the functions of `einsum_fn!` as well.
macro_rules! site {
    (value $T:ty, $entropy:ident, { $spec:literal, $($x:ident [$($operand:tt)+]),+ $(; $l:ident)? $(=> $max:literal)? }) => {{
        let conj = [$(stringify!($($operand)+).starts_with("conj")),+];
        let case = Case::<$T>::new($entropy, $spec, &conj, &[$(stringify!($l))?]);
        let views = case.views();
        let [$($x),+] = &views[..] else { unreachable!("as many operands as subscripts") };
        case.value(try_einsum!($spec, $($($operand)+),+ $(, max_intermediate = $max)? $(; $l = case.extent(stringify!($l)))?));
        case.out($entropy, false, &|y, _, _| {
            try_einsum!($spec, $($($operand)+),+, out = y $(, max_intermediate = $max)? $(; $l = case.extent(stringify!($l)))?)
        });
        case.out($entropy, true, &|y, a, b| {
            try_einsum!($spec, $($($operand)+),+, out = y, alpha = a, beta = b $(, max_intermediate = $max)? $(; $l = case.extent(stringify!($l)))?)
        });
        case
    }};
    (pullback $T:ty, $entropy:ident, { $spec:literal, $($x:ident [$($operand:tt)+]),+ $(; $l:ident)? $(=> $max:literal)? }) => {{
        let case = site!(value $T, $entropy, { $spec, $($x [$($operand)+]),+ $(; $l)? $(=> $max)? });
        if case.fits {
            let views = case.views();
            let [$($x),+] = &views[..] else { unreachable!("as many operands as subscripts") };
            let (y, pullback) = einsum_vjp!($spec, $($($operand)+),+ $(, max_intermediate = $max)? $(; $l = case.extent(stringify!($l)))?);
            let dy = case.cotangent($entropy, &y);
            let ($($x,)+) = pullback(&dy);
            case.gradients(&dy, &[$($x.into_dyn()),+]);
            let [$($x),+] = &views[..] else { unreachable!("as many operands as subscripts") };
            let (_, pullback) = einsum_vjp_add!($spec, $($($operand)+),+ $(, max_intermediate = $max)? $(; $l = case.extent(stringify!($l)))?);
            let before = case.targets($entropy);
            let mut after = before.clone();
            let [$($x),+] = &mut after[..] else { unreachable!("as many targets as operands") };
            pullback(&dy, ($(&mut $x.view_mut(),)+));
            case.added(&dy, &before, &after);
        }
        case
    }};
    (field $T:ty, $entropy:ident, { $spec:literal, $($x:ident [$($operand:tt)+]),+ $(; $l:ident)? $(=> $max:literal)? }) => {{
        let case = site!(pullback $T, $entropy, { $spec, $($x [$($operand)+]),+ $(; $l)? $(=> $max)? });
        if case.fits {
            let pairs: Vec<_> = case.views().into_iter().zip(case.tangents()).collect();
            let [$($x),+] = &pairs[..] else { unreachable!("as many operands as subscripts") };
            case.tangent(einsum_jvp!($spec, $(($x.0, $x.1)),+ $(, max_intermediate = $max)? $(; $l = case.extent(stringify!($l)))?));
        }
        case
    }};
    (function $T:ty, $entropy:ident, { $spec:literal, $($x:ident [$($operand:tt)+]),+ $(=> $max:literal)? }) => {{
        einsum_fn! { fn function($($x),+) = $spec $(, max_intermediate = $max)?; }
        let case = site!(field $T, $entropy, { $spec, $($x [$($operand)+]),+ $(=> $max)? });
        if case.fits {
            let pairs: Vec<_> = case.views().into_iter().zip(case.tangents()).collect();
            let [$($x),+] = &pairs[..] else { unreachable!("as many operands as subscripts") };
            let y = function($(&$x.0),+);
            let dy = case.cotangent($entropy, &y);
            case.tangent(function::jvp($((&$x.0, &$x.1)),+));
            let ($($x,)+) = function::backward($(&$x.0,)+ &dy);
            case.gradients(&dy, &[$($x),+]);
            let [$($x),+] = &pairs[..] else { unreachable!("as many operands as subscripts") };
            let ($($x,)+ gy) = function::double_backward($(&$x.0,)+ &dy, $(&$x.1),+);
            case.second(&dy, &[$($x,)+ gy.into_dyn()]);
            let before = case.targets($entropy);
            let mut after = before.clone();
            let mut pairs: Vec<_> = case.views().into_iter().zip(after.iter_mut().map(Buffer::view_mut)).collect();
            let [$($x),+] = &mut pairs[..] else { unreachable!("as many operands as subscripts") };
            function::backward_add($(&$x.0,)+ &dy, ($(&mut $x.1,)+));
            case.added(&dy, &before, &after);
        }
        case
    }};
}

macro_rules! sites {
    ($($name:ident: [$($kind:ident $T:ty),+] $site:tt)*) => {
        /// All of them.
        pub(crate) const SITES: &[Site] = &[$($((
            concat!(stringify!($name), " of ", stringify!($T)),
            |entropy| {
                site!($kind $T, entropy, $site);
            },
        ),)+)*];
    };
}

sites! {
    copy: [value Bytes<33>, function f64] { "ij->ij", a [a] }
    transpose: [value Bytes<40>, value Bytes<33>, value Bytes<0>, field Complex64] { "ij->ji", a [a] }
    permute: [value Bytes<33>, field f32] { "ijkl->lkji", a [a] }
    permute3: [value Bytes<40>, value Complex64] { "ijk->kij", a [a] }
    conjugate: [value Complex32, pullback Complex64] { "ij->ji", a [conj(a)] }
    sum: [value Bytes<40>, field f32] { "ij->", a [a] }
    sum_rows: [value Bytes<33>, function f64] { "ijk->j", a [a] }
    sum_columns: [value f32, value i8] { "ijk->ik", a [a] }
    trace: [value Bytes<40>, field f64] { "ii->", a [a] }
    diagonal: [value Bytes<33>, function f64] { "iij->ij", a [a] }
    to_diagonal: [value Bytes<33>, function f64] { "ij->iij", a [a] }
    to_diagonals: [value i32, pullback f64] { "i,j->ijij", a [a], b [b] }
    repeat: [value Bytes<3>, pullback f64] { "i->lil", a [a]; l }
    repeat_last: [value Bytes<40>, field f32] { "ij->jil", a [a]; l }
    given: [value i32, pullback f64] { "ij,jk->ki", a [a], b [b]; j }
    dot: [value Bytes<40>, field f64] { "i,i->", a [a], b [b] }
    vdot: [value Complex64, pullback Complex64] { "i,i->", a [conj(a)], b [b] }
    lone: [value i32, field f64] { "ij,ij->", a [a], b [b] }
    lone_left: [value i32, function f64] { "ijl,ik->jk", a [a], b [b] }
    lone_both: [value u64, field f64] { "il,ij->", a [a], b [b] }
    outer: [value Bytes<33>, function f64] { "i,j->ji", a [a], b [b] }
    elementwise: [value Bytes<40>, function f64] { "ij,ji->ij", a [a], b [b] }
    matrix_vector: [value i32, function f64] { "ij,j->i", a [a], b [b] }
    vector_matrix: [value Bytes<3>, value f64] { "i,ij->j", a [a], b [b] }
    matmul: [value i32, value Bytes<33>, value Bytes<40>, value Bytes<0>, function f64, field Complex64] { "ij,jk->ik", a [a], b [b] }
    matmul_turned: [value i8, field f64] { "ji,kj->ki", a [a], b [b] }
    matmul_conjugated: [value Complex32, pullback Complex64] { "ij,kj->ik", a [a], b [conj(b)] }
    batched: [value Bytes<33>, function f64] { "bij,bjk->bik", a [a], b [b] }
    batch_last: [value i32, field f64] { "ijb,jkb->ikb", a [a], b [b] }
    batch_vector: [value Bytes<3>, field f64] { "bij,bj->ib", a [a], b [b] }
    contraction: [value i32, value f32] { "dabe,fc,ef->badc", a [a], b [b], c [c] }
    two_sums: [value Bytes<40>, function f64] { "aibj,jci->bca", a [a], b [b] }
    linear: [value u64, function f64] { "bik,jkl->bij", a [a], b [b] }
    bilinear: [value i32, function f64] { "bi,kij,bj->bk", a [a], b [b], c [c] }
    chain: [value Bytes<33>, field f32] { "ij,jk,kl,lm->im", a [a], b [b], c [c], d [d] }
    hadamard: [value i32, pullback f64] { "ir,jr,kr->ijk", a [a], b [b], c [c] }
    scalars: [value Bytes<3>, field f64] { ",ij,->ji", a [a], b [b], c [c] }
    diagonal_product: [value i32, function f64] { "iij,jk->iki", a [a], b [b] }
    diagonal_both: [value Bytes<40>, field f64] { "ii,ii->i", a [a], b [b] }
    read_as: [pullback f64] { "ij,jk->ik", a [a as f64], b [b] }
    read_as_both: [pullback f64] { "bij,bjk->bik", a [a as f64], b [b as f64] }
    read_as_permuted: [value i32] { "ijkl->lkji", a [a as i32] }
    read_as_summed: [pullback f32] { "ijk->j", a [a as f32] }
    read_as_diagonal: [pullback f64] { "iij,jk->iki", a [a as f64], b [b] }
    read_as_sliced: [pullback f64] { "ij,jk,kl,lm->im", a [a as f64], b [b], c [c as f64], d [d] => 3 }
    sliced_chain: [value Bytes<33>, field f64, field Complex64] { "ij,jk,kl,lm->im", a [a], b [b], c [c], d [d] => 3 }
    sliced_example: [value Bytes<40>, value f32, function f64] { "ab,cbe,ae->ac", a [a], b [b], c [c] => 10 }
    sliced_star: [value i32, function f64] { "ir,jr,kr->ijk", a [a], b [b], c [c] => 2 }
    sliced_ring: [value Bytes<3>, field f64] { "ij,jk,ki->", a [a], b [b], c [c] => 5 }
    sliced_parentheses: [value u64, field f64] { "(ab,bc),(cd,da)->ca", a [a], b [b], c [c], d [d] => 4 }
    sliced_conjugated: [value Complex32, pullback Complex64] { "ij,kj,kl->li", a [conj(a)], b [b], c [conj(c)] => 2 }
    sliced_lone: [value i8, function f64] { "ijl,ik->jk", a [a], b [b] => 1 }
    sliced_diagonal: [value i32, function f64] { "iij,jk,kl->ili", a [a], b [b], c [c] => 2 }
    sliced_given: [value i32, pullback f64] { "ij,jk->kli", a [a], b [b]; l => 3 }
    sliced_ellipsis: [value Bytes<33>, field f64] { "...ij,jk,k->...i", a [a], b [b], c [c] => 2 }
    sliced_ellipsis_diagonal: [value i32, field f64] { "...ij,jk,kl,l->i...i", a [a], b [b], c [c], d [d] => 4 }
    ellipsis: [value Bytes<33>, field f64] { "...ij,...jk->...ik", a [a], b [b] }
    ellipsis_front: [value i32, field f64] { "ij,...j->i...", a [a], b [b] }
    ellipsis_middle: [value f32, pullback f64] { "i...j,...j->...i", a [a], b [b] }
    ellipsis_diagonal: [value i32, value Bytes<33>, field f64] { "...i->...ii", a [a] }
    ellipsis_diagonal_first: [value Bytes<3>, field f64] { "...ij->i...ji", a [a] }
    ellipsis_product: [value i32, field f64] { "...,...->...", a [a], b [b] }
    ellipsis_lone: [value Bytes<33>, field f64] { "...ij,...k->k...i", a [a], b [b] }
    ellipsis_given: [value i32, pullback f64] { "...i->l...i", a [a]; l }
    ellipsis_three: [value f32, pullback f64] { "...i,j...,...->j...", a [a], b [b], c [c] }
}
