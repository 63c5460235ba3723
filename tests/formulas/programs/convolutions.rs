//! Convolutions of all kinds.

use einsum::einsum_fn;

use super::{A1, A3, A4, A5};

pub(super) const ALL: &[fn()] = &[
    with_strides_and_dilations,
    with_padding_and_bias,
    with_more_padding_than_image,
    in_groups,
    with_channels_last,
    depthwise_ones,
    of_one_axis_and_of_three,
    transposed_ones,
    with_kernels_as_large_as_the_image,
];

einsum_fn! {
    /// With a stride of 2 along the first axis, and a dilation of 2 along the other.
    fn strides(x, w) -> [n, f, i, j] { x[n, c, 2*i + p, j + 2*q] * w[f, c, p, q] }

    fn padded(x, w, b; i, j) -> [n, f, i, j] { zero(x)[n, c, i + p - 1, j + q - 1] * w[f, c, p, q] + b[f] }

    fn wide(x, w; i, j) -> [n, f, i, j] { zero(x)[n, c, 3*i + p - 5, 3*j + q - 5] * w[f, c, p, q] }

    fn groups(x, w) -> [n, g, f, i, j] { x[n, g, c, i + p, j + q] * w[g, f, c, p, q] }

    fn nhwc(x, w) -> [n, i, j, f] { x[n, i + p, j + q, c] * w[p, q, c, f] }

    fn depthwise(x, w) -> [n, c, i, j] { x[n, c, i + p, j + q] * w[c, p, q] }

    /// Padded by 2, with a stride of 3.
    fn conv1d(x, w; i) -> [n, f, i] { zero(x)[n, c, 3*i + p - 2] * w[f, c, p] }

    fn conv3d(x, w) -> [n, f, i, j, k] { x[n, c, i + p, j + q, k + r] * w[f, c, p, q, r] }

    fn transposed(x, w) -> [n, f, 2*i + p, 2*j + q] { x[n, c, i, j] * w[c, f, p, q] }

    /// With elements that nothing leads to.
    fn transposed_gaps(x, w) -> [n, f, 3*i + p] { x[n, c, i] * w[c, f, p] }

    fn conv2d(x, w) -> [n, f, i, j] { x[n, c, i + p, j + q] * w[f, c, p, q] }
}

#[test]
fn with_strides_and_dilations() {
    check!("1 convolutions", "conv2d_strides", strides(x: A4, w: A4) -> [x: dx, w: dw]);
}

#[test]
fn with_padding_and_bias() {
    check!("1 convolutions", "conv2d_padded", padded(x: A4, w: A4, b: A1; i, j) -> ([x: dx, w: dw, b: db]));
}

#[test]
fn with_more_padding_than_image() {
    check!("1 convolutions", "conv2d_wide", wide(x: A4, w: A4; i, j) -> [x: dx, w: dw]);
}

#[test]
fn in_groups() {
    check!("1 convolutions", "conv2d_groups", groups(x: A5, w: A5) -> [x: dx, w: dw]);
}

#[test]
fn with_channels_last() {
    check!("1 convolutions", "conv2d_nhwc", nhwc(x: A4, w: A4) -> [x: dx, w: dw]);
}

#[test]
fn depthwise_ones() {
    check!("1 convolutions", "depthwise", depthwise(x: A4, w: A3) -> [x: dx, w: dw]);
}

#[test]
fn of_one_axis_and_of_three() {
    check!("1 convolutions", "conv1d", conv1d(x: A3, w: A3; i) -> [x: dx, w: dw]);
    check!("1 convolutions", "conv3d", conv3d(x: A5, w: A5) -> [x: dx, w: dw]);
}

#[test]
fn transposed_ones() {
    check!("1 convolutions", "transposed", transposed(x: A4, w: A4) -> [x: dx, w: dw]);
    check!("1 convolutions", "transposed_gaps", transposed_gaps(x: A3, w: A3) -> [x: dx, w: dw]);
}

#[test]
fn with_kernels_as_large_as_the_image() {
    check!("1 convolutions", "conv2d", conv2d(x: A4, w: A4) -> [x: dx, w: dw]);
}

/// No channels: a sum of nothing.
#[test]
fn of_nothing() {
    let (x, w) = (A4::ones((2, 0, 5, 5)), A4::ones((3, 0, 3, 3)));
    assert_eq!(conv2d(&x, &w), A4::zeros((2, 3, 3, 3)));
    let (dx, dw) = conv2d::backward(&x, &w, &A4::ones((2, 3, 3, 3)));
    assert_eq!((dx.dim(), dw.dim()), ((2, 0, 5, 5), (3, 0, 3, 3)));
    // An image that is smaller than the kernel.
    let (x, w) = (A4::ones((1, 1, 2, 5)), A4::ones((1, 1, 3, 3)));
    assert_eq!(conv2d(&x, &w).dim(), (1, 1, 0, 3));
    let (dx, dw) = conv2d::backward(&x, &w, &A4::zeros((1, 1, 0, 3)));
    assert_eq!((dx, dw), (A4::zeros((1, 1, 2, 5)), A4::zeros((1, 1, 3, 3))));
}
