//! The largest and the mean of windows.

use einsum::einsum_fn;

use super::A4;

pub(super) const ALL: &[fn()] = &[maxima, maxima_with_padding, means];

einsum_fn! {
    fn max_pool(x; p, q) -> [n, c, i, j] { max[p, q](x[n, c, 2*i + p, 2*j + q]) }

    /// Windows that overlap. What is beyond the border repeats an element that is in the window, too.
    fn max_pool_padded(x; i, j, p = 3, q = 3) -> [n, c, i, j] { max[p, q](clamp(x)[n, c, 2*i + p - 1, 2*j + q - 1]) }

    fn average_pool(x; p, q) -> [n, c, i, j] { mean[p, q](x[n, c, i + p, 2*j + q]) }
}

#[test]
fn maxima() {
    check!("2 pooling", "max_pool", max_pool(x: A4; p, q) -> [x: dx]);
}

#[test]
fn maxima_with_padding() {
    check!("2 pooling", "max_pool_padded", max_pool_padded(x: A4; i, j) -> [x: dx]);
}

#[test]
fn means() {
    check!("2 pooling", "average_pool", average_pool(x: A4; p, q) -> [x: dx]);
}
