use einsum::einsum_fn;
use faer::Mat;

einsum_fn!(fn transposed(x) = "ij->ji";);

fn main() {
    let x = Mat::<f64>::zeros(2, 3);
    transposed(&x);
}
