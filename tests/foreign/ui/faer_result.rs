use einsum::einsum;
use faer::Mat;

fn main() {
    let a = Mat::<f64>::zeros(2, 2);
    let _: Mat<f64> = einsum!("ij,jk->ik", a, a);
}
