use einsum::einsum_jvp;
use ndarray::Array1;
use num_complex::Complex64;

fn main() {
    let (x, dx, w) = (Array1::<Complex64>::zeros(3), Array1::<Complex64>::zeros(3), Array1::<Complex64>::zeros(3));
    let _ = einsum_jvp!("i,i->", (conj(x), dx), w);
    let _ = einsum_jvp!([] = (x, conj(dx))[i] * w[i]);
}
