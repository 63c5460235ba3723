//! Values against sums term by term, and the types that they have.

use einsum::{Float, einsum, try_einsum};
use num_complex::Complex64;

use crate::oracle::{Flat, einsum as expected, filled};

/// Compares an einsum of arrays of fixed size, whose result has the type that is written, with the oracle.
macro_rules! check {
    ($subscripts:literal, [$($label:literal: $extent:expr),*], ($($X:ty),*) -> $Y:ty) => {{
        check!(@ $subscripts, [$(($label, $extent)),*], $Y, () ($($X),*) (x0 x1 x2 x3))
    }};
    (@ $subscripts:literal, $extents:expr, $Y:ty, ($($x:ident: $X:ty,)*) ($First:ty $(, $Rest:ty)*) ($name:ident $($names:ident)*)) => {
        check!(@ $subscripts, $extents, $Y, ($($x: $X,)* $name: $First,) ($($Rest),*) ($($names)*))
    };
    (@ $subscripts:literal, $extents:expr, $Y:ty, ($($x:ident: $X:ty,)*) () ($($names:ident)*)) => {{
        let mut seed = 0;
        $(seed += 11; let $x: $X = filled(seed);)*
        let y: $Y = einsum!($subscripts, $($x),*);
        assert_eq!(y.flat(), expected($subscripts, &$extents, &[$($x.flat()),*]), "{}", $subscripts);
    }};
}

#[test]
fn one_operand() {
    check!("i->i", ['i': 5], ([f64; 5]) -> [f64; 5]);
    check!("i->", ['i': 5], ([f32; 5]) -> f32);
    check!("ij->ji", ['i': 2, 'j': 3], ([[f64; 3]; 2]) -> [[f64; 2]; 3]);
    check!("ij->j", ['i': 2, 'j': 3], ([[i32; 3]; 2]) -> [i32; 3]);
    check!("ii->i", ['i': 3], ([[f64; 3]; 3]) -> [f64; 3]);
    check!("ii->", ['i': 3], ([[f64; 3]; 3]) -> f64);
    // Of 4 and 6 terms two sums, number by number, which are added up in the end; of others one.
    check!("ii->", ['i': 4], ([[f32; 4]; 4]) -> f32);
    check!("ii->", ['i': 6], ([[f64; 6]; 6]) -> f64);
    check!("ii->", ['i': 7], ([[f64; 7]; 7]) -> f64);
    check!("ii->", ['i': 10], ([[f32; 10]; 10]) -> f32);
    check!("ii->", ['i': 8], ([[i32; 8]; 8]) -> i32);
    check!("iji->j", ['i': 3, 'j': 2], ([[[f64; 3]; 2]; 3]) -> [f64; 2]);
    check!("i->ii", ['i': 3], ([f64; 3]) -> [[f64; 3]; 3]);
    check!("abcdef->fbdace", ['a': 2, 'b': 3, 'c': 1, 'd': 5, 'e': 2, 'f': 3],
        ([[[[[[f64; 3]; 2]; 5]; 1]; 3]; 2]) -> [[[[[[f64; 2]; 1]; 2]; 5]; 3]; 3]);
}

#[test]
fn two_operands() {
    check!("ij,jk->ik", ['i': 2, 'j': 3, 'k': 5], ([[f64; 3]; 2], [[f64; 5]; 3]) -> [[f64; 5]; 2]);
    check!("ij,jk->ki", ['i': 2, 'j': 3, 'k': 5], ([[f32; 3]; 2], [[f32; 5]; 3]) -> [[f32; 2]; 5]);
    check!("ij,jk->ik", ['i': 2, 'j': 3, 'k': 5], ([[i32; 3]; 2], [[i32; 5]; 3]) -> [[i32; 5]; 2]);
    check!("ij,j->i", ['i': 7, 'j': 3], ([[f64; 3]; 7], [f64; 3]) -> [f64; 7]);
    check!("i,i->", ['i': 7], ([f64; 7], [f64; 7]) -> f64);
    check!("i,j->ij", ['i': 2, 'j': 3], ([f64; 2], [f64; 3]) -> [[f64; 3]; 2]);
    check!("bij,bjk->bik", ['b': 3, 'i': 2, 'j': 5, 'k': 1], ([[[f64; 5]; 2]; 3], [[[f64; 1]; 5]; 3]) -> [[[f64; 1]; 2]; 3]);
    check!("ijkl,kl->ij", ['i': 2, 'j': 3, 'k': 2, 'l': 5], ([[[[f64; 5]; 2]; 3]; 2], [[f64; 5]; 2]) -> [[f64; 3]; 2]);
    // Lone labels, on both sides, and a diagonal.
    check!("aib,ick->ik", ['a': 2, 'b': 3, 'c': 5, 'i': 2, 'k': 3], ([[[f64; 3]; 2]; 2], [[[f64; 3]; 5]; 2]) -> [[f64; 3]; 2]);
    check!("iij,jk->ik", ['i': 2, 'j': 3, 'k': 5], ([[[f64; 3]; 2]; 2], [[f64; 5]; 3]) -> [[f64; 5]; 2]);
    check!("i,j->iji", ['i': 2, 'j': 3], ([f64; 2], [f64; 3]) -> [[[f64; 2]; 3]; 2]);
    // Rows of several vectors, and what is left of them.
    check!("ij,jk->ik", ['i': 5, 'j': 3, 'k': 6], ([[f32; 3]; 5], [[f32; 6]; 3]) -> [[f32; 6]; 5]);
    check!("ij,kj->ik", ['i': 5, 'j': 3, 'k': 6], ([[f32; 3]; 5], [[f32; 3]; 6]) -> [[f32; 6]; 5]);
    check!("ij,jk->ik", ['i': 2, 'j': 5, 'k': 11], ([[f64; 5]; 2], [[f64; 11]; 5]) -> [[f64; 11]; 2]);
    // Rows that fill registers of AVX-512, and columns that do.
    check!("ij,jk->ik", ['i': 8, 'j': 8, 'k': 8], ([[f64; 8]; 8], [[f64; 8]; 8]) -> [[f64; 8]; 8]);
    check!("ij,kj->ik", ['i': 8, 'j': 8, 'k': 8], ([[f64; 8]; 8], [[f64; 8]; 8]) -> [[f64; 8]; 8]);
    check!("ij,kj->ik", ['i': 6, 'j': 5, 'k': 21], ([[f64; 5]; 6], [[f64; 5]; 21]) -> [[f64; 21]; 6]);
    check!("bij,bjk->bik", ['b': 5, 'i': 3, 'j': 5, 'k': 17], ([[[f64; 5]; 3]; 5], [[[f64; 17]; 5]; 5]) -> [[[f64; 17]; 3]; 5]);
    check!("ij,ii->", ['i': 8, 'j': 1], ([[f64; 1]; 8], [[f64; 8]; 8]) -> f64);
    // So many terms that there is a loop over the first label.
    check!("ij,jk->ik", ['i': 7, 'j': 11, 'k': 13], ([[f32; 11]; 7], [[f32; 13]; 11]) -> [[f32; 13]; 7]);
    check!("ij,jk->ik", ['i': 7, 'j': 11, 'k': 14], ([[f32; 11]; 7], [[f32; 14]; 11]) -> [[f32; 14]; 7]);
    check!("ij,jk->ik", ['i': 7, 'j': 11, 'k': 15], ([[f64; 11]; 7], [[f64; 15]; 11]) -> [[f64; 15]; 7]);
    check!("ij,jk->ki", ['i': 7, 'j': 11, 'k': 13], ([[f64; 11]; 7], [[f64; 13]; 11]) -> [[f64; 7]; 13]);
    check!("ij,kj->ik", ['i': 7, 'j': 11, 'k': 13], ([[f32; 11]; 7], [[f32; 11]; 13]) -> [[f32; 13]; 7]);
    check!("ij,jk->ik", ['i': 7, 'j': 11, 'k': 13], ([[i32; 11]; 7], [[i32; 13]; 11]) -> [[i32; 13]; 7]);
    check!("bij,bjk->bik", ['b': 19, 'i': 3, 'j': 5, 'k': 2], ([[[f64; 5]; 3]; 19], [[[f64; 2]; 5]; 19]) -> [[[f64; 2]; 3]; 19]);
    check!("bij,bkj->bik", ['b': 19, 'i': 3, 'j': 2, 'k': 5], ([[[f32; 2]; 3]; 19], [[[f32; 2]; 5]; 19]) -> [[[f32; 5]; 3]; 19]);
    check!("bij,bj->ibi", ['b': 17, 'i': 5, 'j': 7], ([[[f64; 7]; 5]; 17], [[f64; 7]; 17]) -> [[[f64; 5]; 17]; 5]);
    // Too many terms to be compiled at the call site.
    check!("ij,jk->ik", ['i': 11, 'j': 13, 'k': 17], ([[f64; 13]; 11], [[f64; 17]; 13]) -> [[f64; 17]; 11]);
    check!("ij,jk->ik", ['i': 11, 'j': 13, 'k': 17], ([[i32; 13]; 11], [[i32; 17]; 13]) -> [[i32; 17]; 11]);
}

/// Rows of every rest of a register, transposed copies of matrices of any rest, and sums along memory of any number of terms.
#[test]
fn registers() {
    check!("ij,jk->ik", ['i': 3, 'j': 2, 'k': 7], ([[f32; 2]; 3], [[f32; 7]; 2]) -> [[f32; 7]; 3]);
    check!("ij,jk->ik", ['i': 6, 'j': 7, 'k': 5], ([[f32; 7]; 6], [[f32; 5]; 7]) -> [[f32; 5]; 6]);
    check!("ij,jk->ik", ['i': 7, 'j': 6, 'k': 8], ([[f64; 6]; 7], [[f64; 8]; 6]) -> [[f64; 8]; 7]);
    check!("ij,kj->ik", ['i': 2, 'j': 5, 'k': 3], ([[f32; 5]; 2], [[f32; 5]; 3]) -> [[f32; 3]; 2]);
    check!("ij,kj->ik", ['i': 8, 'j': 6, 'k': 7], ([[f64; 6]; 8], [[f64; 6]; 7]) -> [[f64; 7]; 8]);
    check!("ij,kj->ik", ['i': 5, 'j': 1, 'k': 2], ([[f64; 1]; 5], [[f64; 1]; 2]) -> [[f64; 2]; 5]);
    check!("bij,bkj->bik", ['b': 11, 'i': 5, 'j': 3, 'k': 3], ([[[f32; 3]; 5]; 11], [[[f32; 3]; 3]; 11]) -> [[[f32; 3]; 5]; 11]);
    check!("bij,kj->bik", ['b': 7, 'i': 3, 'j': 4, 'k': 6], ([[[f64; 4]; 3]; 7], [[f64; 4]; 6]) -> [[[f64; 6]; 3]; 7]);
    check!("ij,j->i", ['i': 3, 'j': 8], ([[f32; 8]; 3], [f32; 8]) -> [f32; 3]);
    check!("ij,j->i", ['i': 6, 'j': 7], ([[f32; 7]; 6], [f32; 7]) -> [f32; 6]);
    check!("ij,j->i", ['i': 5, 'j': 6], ([[f32; 6]; 5], [f32; 6]) -> [f32; 5]);
    check!("ij,j->i", ['i': 7, 'j': 5], ([[f32; 5]; 7], [f32; 5]) -> [f32; 7]);
    check!("ij,j->i", ['i': 5, 'j': 12], ([[f64; 12]; 5], [f64; 12]) -> [f64; 5]);
    check!("ij,j->i", ['i': 3, 'j': 6], ([[f64; 6]; 3], [f64; 6]) -> [f64; 3]);
    check!("ij,j->i", ['i': 5, 'j': 9], ([[f64; 9]; 5], [f64; 9]) -> [f64; 5]);
    check!("ij,j->i", ['i': 7, 'j': 10], ([[f32; 10]; 7], [f32; 10]) -> [f32; 7]);
    check!("ij,j->i", ['i': 2, 'j': 11], ([[f32; 11]; 2], [f32; 11]) -> [f32; 2]);
    check!("ij,kj->ik", ['i': 5, 'j': 11, 'k': 7], ([[f64; 11]; 5], [[f64; 11]; 7]) -> [[f64; 7]; 5]);
    check!("ij->i", ['i': 3, 'j': 4], ([[f32; 4]; 3]) -> [f32; 3]);
    check!("i,i->", ['i': 9], ([f32; 9], [f32; 9]) -> f32);
    check!("i,i->", ['i': 11], ([f64; 11], [f64; 11]) -> f64);
    check!("i,i->", ['i': 16], ([f32; 16], [f32; 16]) -> f32);
    check!("i,i->", ['i': 5], ([f32; 5], [f32; 5]) -> f32);
    check!("i,i->", ['i': 6], ([f64; 6], [f64; 6]) -> f64);
}

/// Labels that follow each other in every tensor, which are computed as one, beside such as do not.
#[test]
fn labels_that_follow_each_other() {
    type Four<T, const I: usize, const J: usize, const K: usize, const L: usize> = [[[[T; L]; K]; J]; I];
    check!("ijkl,kl->ij", ['i': 3, 'j': 3, 'k': 3, 'l': 3], (Four<f32, 3, 3, 3, 3>, [[f32; 3]; 3]) -> [[f32; 3]; 3]);
    check!("ijkl,kl->ij", ['i': 3, 'j': 3, 'k': 3, 'l': 3], (Four<f64, 3, 3, 3, 3>, [[f64; 3]; 3]) -> [[f64; 3]; 3]);
    check!("ijkl,kl->ij", ['i': 2, 'j': 3, 'k': 2, 'l': 5], (Four<f32, 2, 3, 2, 5>, [[f32; 5]; 2]) -> [[f32; 3]; 2]);
    check!("ijkl,kl->ji", ['i': 2, 'j': 3, 'k': 5, 'l': 2], (Four<f32, 2, 3, 5, 2>, [[f32; 2]; 5]) -> [[f32; 2]; 3]);
    check!("klij,kl->ij", ['i': 2, 'j': 5, 'k': 3, 'l': 2], (Four<f64, 3, 2, 2, 5>, [[f64; 2]; 3]) -> [[f64; 5]; 2]);
    check!("klij,lk->ij", ['i': 2, 'j': 5, 'k': 3, 'l': 2], (Four<f64, 3, 2, 2, 5>, [[f64; 3]; 2]) -> [[f64; 5]; 2]);
    check!("kijl,klj->ikj", ['i': 2, 'j': 5, 'k': 3, 'l': 2], (Four<f64, 3, 2, 5, 2>, [[[f64; 5]; 2]; 3]) -> [[[f64; 5]; 3]; 2]);
    check!("ijab,mab->mij", ['i': 2, 'j': 3, 'm': 5, 'a': 2, 'b': 2], (Four<f32, 2, 3, 2, 2>, [[[f32; 2]; 2]; 5]) -> [[[f32; 3]; 2]; 5]);
    check!("ijij->ij", ['i': 2, 'j': 3], (Four<f64, 2, 3, 2, 3>) -> [[f64; 3]; 2]);
    check!("ijij->", ['i': 3, 'j': 5], (Four<f32, 3, 5, 3, 5>) -> f32);
    check!("iijj->", ['i': 3, 'j': 2], (Four<f64, 3, 3, 2, 2>) -> f64);
    check!("ij->ijij", ['i': 2, 'j': 3], ([[f64; 3]; 2]) -> Four<f64, 2, 3, 2, 3>);
    check!("ijkl->ijkl", ['i': 2, 'j': 3, 'k': 2, 'l': 5], (Four<f32, 2, 3, 2, 5>) -> Four<f32, 2, 3, 2, 5>);
    check!("ijkl->klij", ['i': 2, 'j': 3, 'k': 2, 'l': 5], (Four<f64, 2, 3, 2, 5>) -> Four<f64, 2, 5, 2, 3>);
    check!("ijkl->", ['i': 2, 'j': 3, 'k': 2, 'l': 5], (Four<i32, 2, 3, 2, 5>) -> i32);
    check!("ijkl,ijkl->", ['i': 2, 'j': 3, 'k': 2, 'l': 5], (Four<f64, 2, 3, 2, 5>, Four<f64, 2, 3, 2, 5>) -> f64);
    check!("ij,kl->ijkl", ['i': 2, 'j': 3, 'k': 1, 'l': 5], ([[f32; 3]; 2], [[f32; 5]; 1]) -> Four<f32, 2, 3, 1, 5>);
    // With a loop over the first label, which is fused with none.
    check!("bij,bij->bij", ['b': 41, 'i': 3, 'j': 5], ([[[f64; 5]; 3]; 41], [[[f64; 5]; 3]; 41]) -> [[[f64; 5]; 3]; 41]);
    check!("bijk,ijk->b", ['b': 17, 'i': 2, 'j': 3, 'k': 5], (Four<f32, 17, 2, 3, 5>, [[[f32; 5]; 3]; 2]) -> [f32; 17]);
    check!("bcij,ij->bc", ['b': 11, 'c': 5, 'i': 2, 'j': 5], (Four<f64, 11, 5, 2, 5>, [[f64; 5]; 2]) -> [[f64; 5]; 11]);
    check!("bcdi,ie->bcde", ['b': 11, 'c': 2, 'd': 3, 'i': 2, 'e': 3], (Four<f32, 11, 2, 3, 2>, [[f32; 3]; 2]) -> Four<f32, 11, 2, 3, 3>);
    check!("bcda,kba->bkcd", ['b': 7, 'k': 5, 'c': 2, 'd': 3, 'a': 2], (Four<f64, 7, 2, 3, 2>, [[[f64; 2]; 7]; 5]) -> Four<f64, 7, 5, 2, 3>);
    check!("cdab,ka->bkcd", ['b': 7, 'k': 5, 'c': 2, 'd': 3, 'a': 2], (Four<f64, 2, 3, 2, 7>, [[f64; 2]; 5]) -> Four<f64, 7, 5, 2, 3>);
    check!("bcda,ba->bcd", ['b': 13, 'c': 3, 'd': 3, 'a': 5], (Four<f64, 13, 3, 3, 5>, [[f64; 5]; 13]) -> [[[f64; 3]; 3]; 13]);
}

/// Zeros beside numbers in a register are no terms: of an infinite factor they would be none that is a number.
#[test]
fn infinite_factors() {
    let (x, inf): ([f32; 5], f32) = ([1.0; 5], f32::INFINITY);
    assert_eq!(einsum!("i,->", x, inf), inf);
    assert_eq!(einsum!("ij,i->i", [x], [inf]), [inf]);
    assert_eq!(einsum!("i,i->", x, [inf; 5]), inf);
    assert_eq!(einsum!("i,->", [1.0; 9], inf), inf);
    assert_eq!(einsum!("i,i->", [1.0; 9], [inf; 9]), inf);
}

#[test]
fn several_operands() {
    check!("ij,jk,kl->il", ['i': 2, 'j': 3, 'k': 5, 'l': 7], ([[f64; 3]; 2], [[f64; 5]; 3], [[f64; 7]; 5]) -> [[f64; 7]; 2]);
    check!("ij,jk,kl->il", ['i': 13, 'j': 2, 'k': 11, 'l': 3], ([[f64; 2]; 13], [[f64; 11]; 2], [[f64; 3]; 11]) -> [[f64; 3]; 13]);
    check!("ij,jk,kl->il", ['i': 3, 'j': 11, 'k': 2, 'l': 13], ([[f64; 11]; 3], [[f64; 2]; 11], [[f64; 13]; 2]) -> [[f64; 13]; 3]);
    check!("bi,oij,bj->bo", ['b': 3, 'i': 2, 'j': 5, 'o': 7], ([[f64; 2]; 3], [[[f64; 5]; 2]; 7], [[f64; 5]; 3]) -> [[f64; 7]; 3]);
    check!("ab,bc,cd,de->ae", ['a': 2, 'b': 3, 'c': 5, 'd': 2, 'e': 3],
        ([[i32; 3]; 2], [[i32; 5]; 3], [[i32; 2]; 5], [[i32; 3]; 2]) -> [[i32; 3]; 2]);
}

#[test]
fn extents_of_0() {
    check!("ij,jk->ik", ['i': 2, 'j': 0, 'k': 3], ([[f64; 0]; 2], [[f64; 3]; 0]) -> [[f64; 3]; 2]);
    check!("ij,jk->ik", ['i': 0, 'j': 2, 'k': 3], ([[f64; 2]; 0], [[f64; 3]; 2]) -> [[f64; 3]; 0]);
    check!("ij->ji", ['i': 2, 'j': 0], ([[f64; 0]; 2]) -> [[f64; 2]; 0]);
    check!("i->", ['i': 0], ([f64; 0]) -> f64);
}

#[test]
fn numbers_are_neutral() {
    let x: [[f64; 3]; 2] = filled(1);
    let y: [[f64; 2]; 3] = einsum!("ij,->ji", x, 2.0);
    assert_eq!(y, std::array::from_fn(|j| std::array::from_fn(|i| 2.0 * x[i][j])));
    let y: [f64; 3] = einsum!(",ij->j", 3.0, x, alpha = 0.5);
    assert_eq!(y, std::array::from_fn(|j| 1.5 * (x[0][j] + x[1][j])));
}

#[test]
fn extents_may_be_given() {
    let x: [f64; 3] = filled(1);
    let y: [[f64; 3]; 2] = einsum!("i->ji", x; j = 2);
    assert_eq!(y, [x, x]);
    let y: [f64; 3] = einsum!("i->i", x; i = 3);
    assert_eq!(y, x);
    let n = 2;
    let y: ndarray::Array2<f64> = einsum!("i->ji", x; j = n);
    assert_eq!(y, ndarray::arr2(&[x, x]));
}

fn square<T: Float, const N: usize>(x: &[[T; N]; N]) -> [[T; N]; N] {
    einsum!("ij,jk->ik", x, x)
}

fn bilinear<T: Float, const N: usize, const M: usize>(x: &[T; N], w: [[T; M]; N], y: &[T; M]) -> T {
    einsum!([] = x[i] * w[i, j] * y[j])
}

#[test]
fn generic_functions() {
    assert_eq!(square(&[[1.0_f32, 2.0], [3.0, 4.0]]), [[7.0, 10.0], [15.0, 22.0]]);
    assert_eq!(square(&[[3.0_f64]]), [[9.0]]);
    assert_eq!(bilinear(&[1.0, 2.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], &[1.0, 10.0, 100.0]), 321.0 + 2.0 * 654.0);
}

#[test]
fn index_notation_and_words() {
    let (x, w): ([[f64; 3]; 2], [[f64; 5]; 3]) = (filled(1), filled(2));
    let y = einsum!([row, column] = x[row, inner] * w[inner, column]);
    assert_eq!(y.flat(), expected("ij,jk->ik", &[('i', 2), ('j', 3), ('k', 5)], &[x.flat(), w.flat()]));
    let mut z = [[1.0; 5]; 2];
    einsum!(z[i, k] = x[i, j] * w[j, k]);
    assert_eq!(z, y);
    einsum!(z[i, k] += x[i, j] * w[j, k]);
    assert_eq!(z, y.map(|row| row.map(|y| 2.0 * y)));
}

#[test]
fn results_in_place() {
    let (x, w): ([[f64; 3]; 2], [[f64; 5]; 3]) = (filled(1), filled(2));
    let product = einsum!("ij,jk->ik", x, w);
    let mut y = [[7.0; 5]; 2];
    einsum!("ij,jk->ik", x, w, out = &mut y);
    assert_eq!(y, product);
    einsum!("ij,jk->ik", x, w, out = y, alpha = 2.0, beta = -1.0);
    assert_eq!(y, product);
    let mut diagonal = [[7.0; 3]; 3];
    einsum!("ij->jj", x, out = &mut diagonal, beta = 1.0);
    let sums: [f64; 3] = einsum!("ij->j", x);
    assert_eq!(diagonal, std::array::from_fn(|i| std::array::from_fn(|j| 7.0 + if i == j { sums[i] } else { 0.0 })));
    let mut large = [[0.0; 17]; 11];
    let (x, w): ([[f64; 13]; 11], [[f64; 17]; 13]) = (filled(1), filled(2));
    einsum!("ij,jk->ik", x, w, out = &mut large);
    assert_eq!(large, einsum!("ij,jk->ik", x, w));
}

#[test]
fn errors_are_results() {
    let (x, w): ([[f64; 3]; 2], [[f64; 5]; 3]) = (filled(1), filled(2));
    let y: Result<[[f64; 5]; 2], einsum::EinsumError> = try_einsum!("ij,jk->ik", x, w);
    assert_eq!(y.unwrap(), einsum!("ij,jk->ik", x, w));
    let n = 4;
    assert!(try_einsum!("ij,jk->ik", x, w; i = n).is_err());
}

#[test]
fn conjugates() {
    let c = |re: i32, im: i32| Complex64::new(re.into(), im.into());
    let (x, w) = ([[c(1, 2), c(3, -1)], [c(0, 1), c(2, 2)]], [c(1, 1), c(-2, 3)]);
    let y: [Complex64; 2] = einsum!("ij,j->i", conj(x), w);
    assert_eq!(y, [0, 1].map(|i| (0..2).map(|j| x[i][j].conj() * w[j]).sum::<Complex64>()));
}

#[test]
fn casts() {
    let (x, w) = ([[1_i8, 100], [100, 100]], [2.0_f64, 3.0]);
    let y: [f64; 2] = einsum!("ij,j->i", x as f64, w);
    assert_eq!(y, [302.0, 500.0]);
    let mut z = [0_i32; 2];
    einsum!("ij,j->i", x as f64, w, out = z as i32);
    assert_eq!(z, [302, 500]);
}

#[test]
fn limits_on_intermediates() {
    let (a, b, c): ([[f64; 3]; 7], [[f64; 5]; 3], [[f64; 7]; 5]) = (filled(1), filled(2), filled(3));
    let y: [[f64; 7]; 7] = einsum!("ij,jk,kl->il", a, b, c, max_intermediate = 4);
    assert_eq!(y, einsum!("ij,jk,kl->il", a, b, c));
}
