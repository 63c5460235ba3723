//! Results of seven axes, of which no array of `ndarray` has a type, are arrays of fixed size all the same: not an array of six.
use einsum::einsum;

fn main() {
    let x = [[[[[[[1.0]]]]]]];
    let _: [[[[[[[f64; 1]; 1]; 1]; 1]; 1]; 1]; 1] = einsum!([a, b, c, d, e, f, g] = relu(x[a, b, c, d, e, f, g]));
    let _: [[[[[[f64; 1]; 1]; 1]; 1]; 1]; 1] = einsum!([a, b, c, d, e, f, g] = relu(x[a, b, c, d, e, f, g]));
}
