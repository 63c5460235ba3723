use einsum::einsum;
use faer::Mat;

fn main() {
    let (a, y) = (Mat::<f64>::zeros(2, 2), Mat::<f64>::zeros(2, 2));
    einsum!("ij,jk->ik", a, a, out = y.as_ref());
}
