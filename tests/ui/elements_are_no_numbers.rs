use einsum::{einsum, einsum_fn};
use ndarray::Array2;

einsum_fn! {
    fn transpose(x) = "ij->ji";
}

fn main() {
    let words = Array2::from_elem((1, 1), String::new());
    let _ = einsum!("ij->i", words);
    let _ = transpose(&words);
}
