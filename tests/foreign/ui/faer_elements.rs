use einsum::einsum;
use faer::Mat;

fn main() {
    let a = Mat::<f32>::zeros(2, 3);
    let w = ndarray::Array2::<f64>::zeros((3, 4));
    einsum!("ij,jk->ik", w, a.transpose());
}
