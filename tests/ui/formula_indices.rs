use einsum::{einsum, einsum_fn, einsum_vjp};
use ndarray::{Array1, Array2};

einsum_fn! {
    fn blurred(x, w) -> [i] {
        let s[i, j] = x[i + p] * w[p];
        exp(s[i, j])
    }
}

fn main() {
    let v = Array1::<f64>::zeros(2);
    let x = Array2::<f64>::zeros((2, 2));
    let _ = einsum!([i] = v[i - 1] + v[i]);
    let _ = einsum!([i] = v[i + p]);
    let _ = einsum!([i] = v[0.5] + x[i]);
    let _ = einsum_vjp!([i] = argmax[j](x[i, j]));
    let _ = einsum!({ let s[i] = v[i] * 2; [i] = v[i] + 1 });
    let _ = blurred(&v, &v);
}
