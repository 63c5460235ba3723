use einsum::einsum;
use faer::Mat;

fn main() {
    let a = Mat::<f64>::zeros(2, 3);
    einsum!("i->", a);
}
