use einsum::dynamic;

fn main() {
    let x = [1_i32, 2];
    let _ = dynamic::einsum_vjp("i,i->", &[&x, &x]);
}
