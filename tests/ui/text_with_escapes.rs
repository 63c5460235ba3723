use einsum::{einsum, try_einsum};
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 3));
    let _ = einsum!("i\u{301}j->i", x);
    let _ = try_einsum!("i\tj\n->\"i\0", x);
    let _ = einsum!(r#"ij->"i"#, x);
}
