use einsum::{einsum, einsum_fn};
use ndarray::Array2;

einsum_fn! {
    fn transpose(x) = "ij->ji";
}

fn main() {
    let numbers = Array2::<f64>::zeros((1, 1));
    let words = Array2::from_elem((1, 1), String::new());
    let _ = einsum!("ij->i", words);
    let _ = einsum!("ij,jk->ik", words, words);
    let _ = einsum!("ij,jk->ik", numbers, words);
    let _ = transpose(&words);
}
