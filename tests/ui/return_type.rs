use einsum::einsum_fn;

einsum_fn! {
    fn total(x) -> f64 = "ij->";
}

fn main() {}
