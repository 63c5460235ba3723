use einsum::einsum_fn;

einsum_fn! {
    fn dot(x as f64, w as f32) = "i,i->";
}

fn main() {}
