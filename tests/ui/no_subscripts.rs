use einsum::{einsum, einsum_fn};

einsum_fn! {
    fn nothing() = "";
}

fn main() {
    let _ = einsum!("");
}
