//! What einsums are going to do, and what that costs: known while the program is compiled.
//!
//! `cargo run --example explain`

use einsum::{Explanation, explain};

/// A Tucker product: which order is best, the extents decide.
const TUCKER: Explanation = explain!("abc,ai,bj,ck->ijk");

/// The same, where they have.
const TUCKER_OF_IMAGES: Explanation = explain!("abc,ai,bj,ck->ijk", a = 128, b = 128, c = 3, i = 32, j = 32, k = 2);

fn main() {
    for explanation in [TUCKER, TUCKER_OF_IMAGES] {
        println!("{explanation}\n\n");
    }
    println!("Scores and values of attention, before and after the softmax:\n");
    println!("{}\n", explain!("bqhd,bkhd->bhqk", b = 8, q = 512, k = 512, h = 12, d = 64));
    println!("{}\n\n", explain!("bhqk,bkhd->bqhd", b = 8, q = 512, k = 512, h = 12, d = 64));
    println!("The layer of the README, in index notation:\n");
    println!("{}", explain!([batch, i, j] = x[batch, i, k] * w[j, k, l]; l = 6));
}
