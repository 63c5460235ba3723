use einsum::{einsum, einsum_fn, einsum_jvp, einsum_vjp, try_einsum};
use ndarray::Array2;

einsum_fn! {
    fn chain(x, w, v) = "ij,jk,kl->il";
}

fn main() {
    let x = Array2::from_shape_fn((3, 5), |(i, j)| (i + 2 * j) as f64);
    let w = Array2::from_shape_fn((5, 7), |(j, k)| (3 * j + k) as f64);
    let v = Array2::from_shape_fn((7, 2), |(k, l)| (k * l) as f64);
    let y = einsum!("ij,jk,kl->il", x, w, v);
    ::std::assert_eq!(y, x.dot(&w).dot(&v));
    ::std::assert_eq!(chain(&x, &w, &v), y);

    let (_, pullback) = einsum_vjp!("ij,jk,kl->il", x, w, v);
    let (dx, dw, dv) = pullback(&y);
    ::std::assert_eq!(dx, y.dot(&w.dot(&v).t()));
    ::std::assert_eq!(chain::backward(&x, &w, &v, &y), (dx, dw, dv));

    let (_, tangent) = einsum_jvp!("ij,jk->ik", (x, x), w);
    ::std::assert_eq!(tangent, x.dot(&w));
    ::std::assert!(try_einsum!("ij,jk->ik", x, x).is_err());
    ::std::assert_eq!(einsum!([i] = x[i, j] * w[j, k]), einsum!("ij,jk->i", x, w));
}
