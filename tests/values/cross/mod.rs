//! Every construct of the language with every target: new arrays, `out` of any strides between elements that must stay as
//! they are, `alpha` and `beta`, `+=`, gradients, gradients that are added, tangents, and the functions of `einsum_fn!`.
#![allow(clippy::cast_possible_truncation, reason = "extents are small")]

mod oracle;
mod target;

use crate::common::{
    inputs::{Input, Layout},
    rank::Tensor,
};
use einsum::{einsum, einsum_fn, einsum_jvp, einsum_vjp, einsum_vjp_add};
use ndarray::ArrayD;
use num_complex::{Complex64 as C, c64};
use oracle::Oracle;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use target::Target;

/// Operands, a direction for each, and a cotangent, of some layouts.
struct Inputs {
    operands: Vec<Input<C>>,
    tangents: Vec<Input<C>>,
    cotangent: Input<C>,
}

impl Inputs {
    fn new(oracle: &Oracle, shapes: &[&[usize]], first: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(first as u64);
        let layout = |number: usize| Layout::ALL[(first + 3 * number) % Layout::ALL.len()];
        let mut all = |first: usize| -> Vec<Input<C>> {
            let shapes = shapes.iter().enumerate();
            shapes.map(|(number, shape)| Input::random(shape, layout(first + number), &mut rng)).collect()
        };
        let (operands, tangents) = (all(0), all(1));
        Self { operands, tangents, cotangent: Input::random(&oracle.shape(), layout(2), &mut rng) }
    }
}

fn dense(inputs: &[Input<C>]) -> Vec<ArrayD<C>> {
    inputs.iter().map(Input::dense).collect()
}

/// How functions take the cotangent of the result.
macro_rules! cotangent {
    (number $dy:ident) => {
        $dy
    };
    (array $dy:ident) => {
        &$dy
    };
}

macro_rules! cases {
    ($( $name:ident: $subscripts:literal -> $kind:ident, $($x:ident $dx:ident $gx:ident),*;
        {$($operands:tt)*}, {$($pairs:tt)*}, {$y:ident $($index:tt)*}, {$($given:tt)*}, [$($shapes:expr),* $(,)?]; )*) => { $(
        mod $name {
            use super::*;

            einsum_fn! { fn function($($operands)* $($given)*) = $subscripts; }

            #[test]
            fn with_all_targets() {
                let texts: Vec<&str> = stringify!($($operands)*).split(',').collect();
                let sets: &[&[&[usize]]] = &[$(&$shapes),*];
                for shapes in sets {
                    let oracle = Oracle::new($subscripts, &texts, stringify!($($given)*), shapes);
                    for first in 0..Layout::ALL.len() {
                        check(&oracle, &Inputs::new(&oracle, shapes, first), &format!("{shapes:?}, {first}"));
                    }
                }
            }

            fn check(oracle: &Oracle, inputs: &Inputs, what: &str) {
                let (operands, tangents) = (dense(&inputs.operands), dense(&inputs.tangents));
                let expected = oracle.value(&operands);
                let [$($x),*] = &*inputs.operands else { panic!("so many operands") };
                $( let $x = $x.view(); )*

                // A new array.
                let y = einsum!($subscripts, $($operands)* $($given)*);
                let dy = y.ranked_alike(&inputs.cotangent.view());
                assert_eq!(y.into_dynamic(), expected, "{what}");
                assert_eq!(function($(&$x),*).into_dynamic(), expected, "{what}: of a function");

                // What the user has.
                let (alpha, beta) = (c64(2.0, -1.0), c64(3.0, 1.0));
                for number in 0..Target::COUNT {
                    let mut target = Target::new(number, &oracle.shape());
                    target.write(&expected, &|mut $y| einsum!($subscripts, $($operands)*, out = $y $($given)*));
                    let scaled = expected.mapv(|e| alpha * e);
                    target.write(&scaled, &|mut $y| einsum!($subscripts, $($operands)*, out = $y, alpha = alpha $($given)*));
                    for beta in [C::ZERO, C::ONE, beta] {
                        let sum = &scaled + &target.content().mapv(|old| beta * old);
                        target.write(&sum, &|mut $y| {
                            einsum!($subscripts, $($operands)*, out = $y, alpha = alpha, beta = beta $($given)*)
                        });
                    }
                    let sum = &expected + &target.content();
                    target.write(&sum, &|mut $y| einsum!($y $($index)* $($given)*));
                    let sum = &expected * beta - &scaled;
                    target.write(&expected, &|mut $y| einsum!($subscripts, $($operands)*, out = $y $($given)*));
                    target.write(&sum, &|mut $y| {
                        einsum!($subscripts, $($operands)*, out = $y, alpha = -alpha, beta = beta $($given)*)
                    });
                }

                // Gradients.
                let expected_gradients = oracle.cotangents(&operands, &inputs.cotangent.dense());
                let (value, pullback) = einsum_vjp!($subscripts, $($operands)* $($given)*);
                let ($($gx,)*) = pullback(&dy);
                assert_eq!(value.into_dynamic(), expected, "{what}: with a pullback");
                assert_eq!([$($gx.into_dyn()),*].as_slice(), expected_gradients, "{what}: gradients");
                let ($($gx,)*) = function::backward($(&$x,)* cotangent!($kind dy));
                assert_eq!([$($gx.into_dyn()),*].as_slice(), expected_gradients, "{what}: backward");
                let (_, pullback) = einsum_vjp_add!($subscripts, $($operands)* $($given)*);
                for number in 0..Target::COUNT {
                    $( let mut $gx = Target::new(number, $x.shape()); )*
                    let before = [$($gx.content()),*];
                    pullback(&dy, ($(&mut $gx.view_mut(),)*));
                    function::backward_add($(&$x,)* cotangent!($kind dy), ($(&mut $gx.view_mut(),)*));
                    let after = before.iter().zip(&expected_gradients).map(|(before, dx)| before + dx + dx);
                    assert_eq!([$($gx.content()),*].as_slice(), after.collect::<Vec<_>>(), "{what}: added");
                    $( $gx.is_guarded(); )*
                }

                // Tangents.
                let [$($dx),*] = &*inputs.tangents else { panic!("so many operands") };
                $( let $dx = $dx.view(); )*
                let expected_tangent = oracle.tangent(&operands, &tangents);
                let (value, tangent) = einsum_jvp!($subscripts, $($pairs)* $($given)*);
                let both = (expected, expected_tangent);
                assert_eq!((value.into_dynamic(), tangent.into_dynamic()), both, "{what}: with a tangent");
                let (value, tangent) = function::jvp($((&$x, &$dx)),*);
                assert_eq!((value.into_dynamic(), tangent.into_dynamic()), both, "{what}: jvp");

                // Gradients of gradients.
                let expected_second = oracle.second(&operands, &tangents, &inputs.cotangent.dense());
                let ($($gx,)* gdy) = function::double_backward($(&$x,)* cotangent!($kind dy), $(&$dx),*);
                assert_eq!([$($gx.into_dyn()),*].as_slice(), expected_second, "{what}: second gradients");
                assert_eq!(gdy.into_dynamic(), both.1, "{what}: second gradient of the cotangent");
            }
        }
    )* };
}

cases! {
    // The ellipsis first, last, between labels; of one operand, of both, of none.
    ellipsis_first: "...i,ij->...j" -> array, a da ga, b db gb; {a, b}, {(a, da), (b, db)},
        {y[.., j] += a[.., i] * b[i, j]}, {}, [[&[2, 5, 3], &[3, 4]], [&[3], &[3, 1]], [&[0, 1, 3], &[1, 2]]];
    ellipsis_last: "ij...,j->...i" -> array, a da ga, b db gb; {a, b}, {(a, da), (b, db)},
        {y[.., i] += a[i, j, ..] * b[j]}, {}, [[&[3, 2, 5], &[2]], [&[3, 0], &[1]], [&[2, 1, 3, 1], &[5]]];
    ellipsis_between: "i...j,...j->j...i" -> array, a da ga, b db gb; {a, conj(b)}, {(a, da), conj((b, db))},
        {y[j, .., i] += a[i, .., j] * conj(b[.., j])}, {}, [[&[2, 5, 3], &[7, 1, 3]], [&[2, 3], &[4, 3]], [&[2, 0, 3], &[1, 3]]];
    ellipsis_of_both: "...ij,...jk->...ik" -> array, a da ga, b db gb; {conj(a), b}, {conj((a, da)), (b, db)},
        {y[.., i, k] += conj(a)[.., i, j] * b[.., j, k]}, {}, [[&[5, 1, 2, 3], &[7, 3, 2]], [&[2, 3], &[3, 1, 2]]];
    ellipsis_alone: "...->..." -> array, a da ga; {a}, {(a, da)}, {y[..] += a[..]}, {}, [[&[2, 3, 5]], [&[]], [&[3, 0]]];
    ellipsis_turned: "...i->i..." -> array, a da ga; {conj(a)}, {conj((a, da))},
        {y[i, ..] += conj(a[.., i])}, {}, [[&[2, 3, 5]], [&[1, 3]], [&[3]]];
    // Summed, where the output leaves it out.
    ellipsis_summed: "...,...->" -> number, a da ga, b db gb; {conj(a), b}, {conj((a, da)), (b, db)},
        {y[] += conj(a[..]) * b[..]}, {}, [[&[2, 3, 5], &[2, 3, 5]], [&[5, 1], &[3]], [&[], &[2, 3]], [&[0, 3], &[1]]];
    ellipsis_summed_for_labels: "...i,...i->i" -> array, a da ga, b db gb; {a, b}, {(a, da), (b, db)},
        {y[i] += a[.., i] * b[.., i]}, {}, [[&[2, 5, 3], &[5, 3]], [&[5, 1], &[2, 1, 3]], [&[3], &[0, 3]]];
    ellipsis_summed_alone: "...->" -> number, a da ga; {a}, {(a, da)}, {y[] += a[..]}, {}, [[&[2, 3]], [&[]], [&[0]]];
    ellipsis_summed_on_one: "...i,ij->j" -> array, a da ga, b db gb; {a, conj(b)}, {(a, da), conj((b, db))},
        {y[j] += a[.., i] * conj(b)[i, j]}, {}, [[&[2, 5, 3], &[3, 4]], [&[3], &[3, 2]], [&[2, 1], &[3, 2]]];
    ellipsis_summed_of_three: "...i,...j,...->ji" -> array, a da ga, b db gb, c dc gc; {a, b, conj(c)},
        {(a, da), (b, db), conj((c, dc))}, {y[j, i] += a[.., i] * b[.., j] * conj(c)[..]}, {},
        [[&[5, 1, 2], &[3, 3], &[5, 3]], [&[2], &[3], &[7]], [&[1, 2], &[5, 3], &[1]]];
    ellipsis_summed_to_a_diagonal: "...i->ii" -> array, a da ga; {a}, {(a, da)}, {y[i, i] += a[.., i]}, {},
        [[&[2, 5, 3]], [&[3]], [&[0, 2]]];
    // Labels twice on an operand, twice on the output.
    diagonal_read: "...ii->...i" -> array, a da ga; {a}, {(a, da)}, {y[.., i] += a[.., i, i]}, {},
        [[&[2, 3, 3]], [&[3, 3]], [&[2, 1, 1]], [&[2, 0, 0]]];
    diagonal_written: "...i->...ii" -> array, a da ga; {conj(a)}, {conj((a, da))}, {y[.., i, i] += conj(a)[.., i]}, {},
        [[&[2, 2]], [&[5, 2, 3]], [&[3]], [&[0, 3]], [&[2, 1]]];
    diagonals_around: "ii...,...j->i...ji" -> array, a da ga, b db gb; {a, b}, {(a, da), (b, db)},
        {y[i, .., j, i] += a[i, i, ..] * b[.., j]}, {}, [[&[3, 3, 2], &[5, 1, 2]], [&[2, 2], &[3]]];
    diagonal_without: "ij,j->iji" -> array, a da ga, b db gb; {a, conj(b)}, {(a, da), conj((b, db))},
        {y[i, j, i] += a[i, j] * conj(b[j])}, {}, [[&[3, 5], &[5]], [&[2, 1], &[3]], [&[3, 0], &[0]]];
    // A given extent, a lone label, extents of 1.
    given_extent: "...i->...li" -> array, a da ga; {a}, {(a, da)}, {y[.., l, i] += a[.., i]}, {; l = 3},
        [[&[2, 5]], [&[2]], [&[5, 2, 1]]];
    given_extent_on_a_diagonal: "ij->illj" -> array, a da ga; {conj(a)}, {conj((a, da))},
        {y[i, l, l, j] += conj(a[i, j])}, {; l = 2}, [[&[3, 5]], [&[1, 2]]];
    lone_labels: "...iq,jp...->ij..." -> array, a da ga, b db gb; {a, b}, {(a, da), (b, db)},
        {y[i, j, ..] += a[.., i, q] * b[j, p, ..]}, {}, [[&[2, 3, 5], &[2, 3, 2]], [&[3, 2], &[2, 1, 5]], [&[3, 0], &[2, 2]]];
    extents_of_one: "ij,ij->ji" -> array, a da ga, b db gb; {a, b}, {(a, da), (b, db)},
        {y[j, i] += a[i, j] * b[i, j]}, {}, [[&[3, 1], &[1, 5]], [&[1, 1], &[3, 5]], [&[0, 1], &[1, 5]]];
    // No ellipsis.
    chain: "ij,jk,kl->li" -> array, a da ga, b db gb, c dc gc; {a, conj(b), c}, {(a, da), conj((b, db)), (c, dc)},
        {y[l, i] += a[i, j] * conj(b[j, k]) * c[k, l]}, {}, [[&[2, 3], &[3, 5], &[5, 7]], [&[2, 3], &[1, 5], &[5, 1]]];
    inner: "i,i,i->" -> number, a da ga, b db gb, c dc gc; {a, b, conj(c)}, {(a, da), (b, db), conj((c, dc))},
        {y[] += a[i] * b[i] * conj(c[i])}, {}, [[&[5], &[5], &[1]], [&[0], &[1], &[0]]];
    copy: "ijk->kij" -> array, a da ga; {conj(a)}, {conj((a, da))}, {y[k, i, j] += conj(a[i, j, k])}, {},
        [[&[2, 3, 5]], [&[1, 3, 2]]];
}
