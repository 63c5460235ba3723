use einsum::dynamic;
use ndarray::Array2;

fn main() {
    let (x, w) = (Array2::<f64>::zeros((2, 3)), Array2::<f32>::zeros((3, 4)));
    let _ = dynamic::einsum("ij,jk->ik", &[&x, &w]);
}
