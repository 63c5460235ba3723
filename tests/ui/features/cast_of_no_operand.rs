use einsum::einsum;
use ndarray::Array1;

fn main() {
    let x = Array1::<u8>::zeros(3);
    let _ = einsum!(",i->i", 'a' as u8, x);
    let c = 'b';
    let _ = einsum!(",i->i", c as u8, x);
}
