use einsum::{einsum, einsum_fn};
use ndarray::Array1;

einsum_fn! {
    fn sum(x as _) = "i->";
}

fn main() {
    let x = Array1::<f32>::zeros(3);
    let _ = einsum!("i->i", x as _);
    let _ = einsum!([i] = (x as _)[i]);
}
