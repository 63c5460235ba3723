use einsum::einsum_fn;

einsum_fn! {
    fn trace(x: &Array2<f64>) = "ii->";
}

fn main() {}
