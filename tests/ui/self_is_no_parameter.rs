use einsum::einsum_fn;

einsum_fn! {
    fn linear(&self, x) = "ij,j->i";
}

fn main() {}
