//! Elements that are no numbers, in the type of a parameter.
use einsum::einsum_fn;

einsum_fn! {
    fn sum(x: [String; 4]) = "i->";
}

fn main() {}
