//! Arrays of fixed size in formulas whose elements are of two types, or no numbers; of indices that are none; and what is written to that has
//! others.
use einsum::einsum;

fn main() {
    let (x, y, t) = ([1.0_f64; 3], [1.0_f32; 3], [0.0_f64, 1.0]);
    let _ = einsum!([i] = relu(x[i] + y[i]));
    let _ = einsum!([i] = relu(["1", "2"][i]));
    let _ = einsum!([i] = x[t[i]] + 1.0);
    let mut out = [0.0_f32; 3];
    einsum!(out[i] = relu(x[i]));
    einsum!(out[i] = argmax[j](x[i] * x[j]));
    let _: [f64; 3] = einsum!([i] = argmax[j](x[i] * x[j]));
}
