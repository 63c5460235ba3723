use einsum::einsum_fn;

einsum_fn! {
    fn linear(x, conj(w)) = "b d_in, d_in d_out -> b d_out";
}

fn main() {}
