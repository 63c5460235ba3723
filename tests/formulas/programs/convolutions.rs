//! Convolutions of all kinds, and pooling.

use einsum::einsum_fn;

use crate::programs::reference::operand;

einsum_fn! {
    /// With a stride of 2 along the first axis, and a dilation of 2 along the other.
    fn strides(x, w) -> [n, f, i, j] { x[n, c, 2*i + p, j + 2*q] * w[f, c, p, q] }

    fn padded(x, w, b; i = 5, j = 3) -> [n, f, i, j] { zero(x)[n, c, i + p - 1, j + q - 1] * w[f, c, p, q] + b[f] }

    fn groups(x, w) -> [n, g, f, i, j] { x[n, g, c, i + p, j + q] * w[g, f, c, p, q] }

    fn nhwc(x, w) -> [n, i, j, f] { x[n, i + p, j + q, c] * w[p, q, c, f] }

    fn depthwise(x, w) -> [n, c, i, j] { x[n, c, i + p, j + q] * w[c, p, q] }

    /// Padded by 2, with a stride of 3.
    fn conv1d(x, w; i = 4) -> [n, f, i] { zero(x)[n, c, 3*i + p - 2] * w[f, c, p] }

    fn conv3d(x, w) -> [n, f, i, j, k] { x[n, c, i + p, j + q, k + r] * w[f, c, p, q, r] }

    fn transposed(x, w) -> [n, f, 2*i + p, 2*j + q] { x[n, c, i, j] * w[c, f, p, q] }

    fn conv2d(x, w) -> [n, f, i, j] { x[n, c, i + p, j + q] * w[f, c, p, q] }

    fn max_pool(x; p = 2, q = 2) -> [n, c, i, j] { max[p, q](x[n, c, 2*i + p, 2*j + q]) }

    fn average_pool(x; p = 3, q = 2) -> [n, c, i, j] { mean[p, q](x[n, c, i + p, 2*j + q]) }
}

#[test]
fn convolutions_with_strides_and_dilations() {
    let (x, w) = (&operand(0, (2, 3, 7, 5)), &operand(1, (2, 3, 3, 2)));
    check!("conv2d_strides", strides(x, w) -> [dx: "0", dw: "1"]);
}

#[test]
fn convolutions_with_padding_and_bias() {
    let (x, w, b) = (operand(0, (2, 3, 5, 3)), operand(1, (2, 3, 3, 3)), operand(2, 2));
    check!("conv2d_padded", padded(&x, &w, &b) -> [dx: "0", dw: "1", db: "2"]);
    check_second!(padded(x, w, b) -> [dx, dw, db]);
}

#[test]
fn convolutions_in_groups() {
    let (x, w) = (&operand(0, (1, 2, 2, 5, 3)), &operand(1, (2, 3, 2, 2, 3)));
    check!("conv2d_groups", groups(x, w) -> [dx: "0", dw: "1"]);
}

#[test]
fn convolutions_with_channels_last() {
    let (x, w) = (&operand(0, (2, 5, 4, 3)), &operand(1, (2, 3, 3, 2)));
    check!("conv2d_nhwc", nhwc(x, w) -> [dx: "0", dw: "1"]);
}

#[test]
fn depthwise_convolutions() {
    let (x, w) = (&operand(0, (2, 3, 5, 4)), &operand(1, (3, 2, 3)));
    check!("depthwise", depthwise(x, w) -> [dx: "0", dw: "1"]);
}

#[test]
fn convolutions_of_one_axis_and_of_three() {
    let (x, w) = (operand(0, (2, 3, 11)), operand(1, (5, 3, 4)));
    check!("conv1d", conv1d(&x, &w) -> [dx: "0", dw: "1"]);
    check_second!(conv1d(x, w) -> [dx, dw]);
    let (x, w) = (&operand(0, (1, 2, 3, 4, 3)), &operand(1, (2, 2, 2, 3, 2)));
    check!("conv3d", conv3d(x, w) -> [dx: "0", dw: "1"]);
}

#[test]
fn transposed_convolutions() {
    let (x, w) = (&operand(0, (1, 3, 2, 3)), &operand(1, (3, 2, 3, 2)));
    check!("transposed", transposed(x, w) -> [dx: "0", dw: "1"]);
}

#[test]
fn kernels_as_large_as_the_image() {
    let (x, w) = (&operand(0, (2, 1, 3, 5)), &operand(1, (2, 1, 3, 5)));
    check!("kernel_as_image", conv2d(x, w) -> [dx: "0", dw: "1"]);
}

#[test]
fn pooling() {
    let x = &operand(0, (2, 3, 5, 7));
    check!("max_pool", max_pool(x) -> [dx: "0"]);
    let x = &operand(0, (2, 1, 5, 7));
    check!("average_pool", average_pool(x) -> [dx: "0"]);
}

#[test]
fn nothing_and_one() {
    let (x, w) = (&operand(0, (0, 1, 5, 5)), &operand(1, (3, 1, 3, 3)));
    assert_eq!(conv2d(x, w).dim(), (0, 3, 3, 3));
    let (dx, dw) = conv2d::backward(x, w, &conv2d(x, w));
    assert!(dx.is_empty() && dw.iter().all(|element| *element == 0.0));
    let (x, w) = (&operand(0, (1, 1, 1, 1)), &operand(1, (1, 1, 1, 1)));
    assert_eq!(conv2d(x, w)[[0, 0, 0, 0]], x[[0, 0, 0, 0]] * w[[0, 0, 0, 0]]);
}
