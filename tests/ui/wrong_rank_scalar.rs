use einsum::{einsum, einsum_vjp};

fn main() {
    let _ = einsum!("i->i", 2.0);
    let _ = einsum_vjp!("ij->", 1.0_f32);
}
