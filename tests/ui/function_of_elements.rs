use einsum::einsum;
use ndarray::Array1;

fn main() {
    let v = Array1::<f64>::zeros(2);
    let _ = einsum!([i] = v[i].sqrt());
    let _ = einsum!([i] = exp(v[i]));
}
