use einsum::einsum;
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((2, 2));
    let _ = einsum!("αβ,βγ->αγδ", x, x);
    let _ = einsum!("漢字,字?->漢", x, x);
}
