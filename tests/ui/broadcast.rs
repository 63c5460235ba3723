use einsum::{einsum, einsum_fn};
use ndarray::Array1;

einsum_fn! {
    fn inner(x, y) = "i,i->", broadcast = maybe;
}

fn main() {
    let v: Array1<f64> = Array1::zeros(2);
    let never = false;
    let _ = einsum!("i,i->", v, v, broadcast = never);
    let _ = einsum!("i,i->", v, v, broadcast = 0);
    let _ = einsum!("i,i->", v, v, broadcast = false, broadcast = false);
    let _ = einsum!("i,i->", v, v; broadcast = false);
}
