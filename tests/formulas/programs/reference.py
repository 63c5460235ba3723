#!/usr/bin/env python3
"""Writes reference.txt: what torch computes for the programs of this directory, values and gradients, in f64.

    pip install torch && python3 tests/formulas/programs/reference.py > tests/formulas/programs/reference.txt

A line has a program, a tensor (`y`, or the gradient of the operand of a number) and its elements in row-major order. Operands are made
by a rule, here and in `reference.rs` alike: no two elements of one are equal, so that maxima are not shared.
"""
import math

import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)


def elements(seed, shape):
    count = math.prod(shape)
    flat = [((n * 7919 + seed * 1543 + 17) % 10007) / 10007 * 2 - 1 for n in range(count)]
    return torch.tensor(flat).reshape(shape)


def indices(shape, below):
    count = math.prod(shape)
    return torch.tensor([(n * n * 3 + n * 5 + 1) % below for n in range(count)]).reshape(shape)


def program(name, function, *operands):
    """Operands are shapes, or tensors of indices."""
    given = [x if torch.is_tensor(x) else elements(n, x).requires_grad_() for n, x in enumerate(operands)]
    y = function(*given)
    write(name, "y", y.detach())
    y.backward(elements(100, tuple(y.shape)))
    for number, x in enumerate(given):
        if x.requires_grad:
            write(name, str(number), x.grad)


def write(name, tensor, values):
    print(name, tensor, *(f"{value:.13g}" for value in values.flatten().tolist()))


def attention(q, k, v):
    s = torch.einsum("bhie,bhje->bhij", q, k) / 2
    mask = torch.ones(s.shape[-2:], dtype=torch.bool).tril()
    return torch.softmax(s.masked_fill(~mask, -math.inf), -1) @ v


def swiglu(x, gate, up, down, bias):
    return (F.silu(x @ gate) * (x @ up)) @ down + bias


def batch_norm(x, gain, bias):
    return F.batch_norm(x, None, None, gain, bias, training=True, eps=1e-3)


def rms_norm(x, gain):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-3) * gain


def total_variation(x):
    return (x[1:] - x[:-1]).abs().sum() + (x[:, 1:] - x[:, :-1]).abs().sum()


def heat(x):
    p = F.pad(x[None, None], (1, 1, 1, 1), mode="replicate")[0, 0]
    return x + 0.1 * (p[2:, 1:-1] + p[:-2, 1:-1] + p[1:-1, 2:] + p[1:-1, :-2] - 4 * x)


def distances(x, z):
    return ((x[:, None] - z[None]) ** 2).sum(-1)


def mahalanobis(x, m, p):
    c = x - m
    return torch.sqrt(torch.einsum("bi,ij,bj->b", c, p @ p.T, c) + 0.5)


def histogram(w, t):
    return torch.zeros(5).index_add(0, t, w)


def lennard_jones(x):
    x = 3 * x
    total = torch.zeros(())
    for i in range(len(x)):
        for j in range(i):
            r6 = ((x[i] - x[j]) ** 2).sum() ** -3
            total = total + 4 * (r6 * r6 - r6)
    return total


def forward_algorithm(a, transition, emission):
    for e in emission:
        a = torch.logsumexp(a[:, None] + transition, 0) + e
    return a


def viterbi(a, transition, emission):
    for e in emission:
        a = torch.amax(a[:, None] + transition, 0) + e
    return a


def autocorrelation(x):
    return torch.stack([(x[: len(x) - lag] * x[lag:]).sum() for lag in range(4)])


def toeplitz(c, x):
    n = len(x)
    return torch.stack([sum(c[n - 1 + i - j] * x[j] for j in range(n)) for i in range(n)])


program("conv2d_strides", lambda x, w: F.conv2d(x, w, stride=(2, 1), dilation=(1, 2)), (2, 3, 7, 5), (2, 3, 3, 2))
program("conv2d_padded", lambda x, w, b: F.conv2d(x, w, b, padding=1), (2, 3, 5, 3), (2, 3, 3, 3), (2,))
program("conv2d_groups", lambda x, w: F.conv2d(x.flatten(1, 2), w.flatten(0, 1), groups=2).unflatten(1, (2, 3)),
        (1, 2, 2, 5, 3), (2, 3, 2, 2, 3))
program("conv2d_nhwc", lambda x, w: F.conv2d(x.movedim(3, 1), w.permute(3, 2, 0, 1)).movedim(1, 3), (2, 5, 4, 3), (2, 3, 3, 2))
program("depthwise", lambda x, w: F.conv2d(x, w[:, None], groups=3), (2, 3, 5, 4), (3, 2, 3))
program("conv1d", lambda x, w: F.conv1d(x, w, stride=3, padding=2), (2, 3, 11), (5, 3, 4))
program("conv3d", lambda x, w: F.conv3d(x, w), (1, 2, 3, 4, 3), (2, 2, 2, 3, 2))
program("transposed", lambda x, w: F.conv_transpose2d(x, w, stride=2), (1, 3, 2, 3), (3, 2, 3, 2))
program("kernel_as_image", lambda x, w: F.conv2d(x, w), (2, 1, 3, 5), (2, 1, 3, 5))
program("max_pool", lambda x: F.max_pool2d(x, 2), (2, 3, 5, 7))
program("average_pool", lambda x: F.avg_pool2d(x, (3, 2), stride=(1, 2)), (2, 1, 5, 7))
program("attention", attention, (1, 2, 5, 3), (1, 2, 5, 3), (1, 2, 5, 2))
program("layer_norm", lambda x, g, b: F.layer_norm(x, (7,), g, b, 1e-3), (3, 7), (7,), (7,))
program("rms_norm", rms_norm, (3, 7), (7,))
program("batch_norm", batch_norm, (5, 3), (3,), (3,))
program("cross_entropy", F.cross_entropy, (5, 7), indices((5,), 7))
program("gelu_mlp", lambda x, w, b, v, c: F.gelu(x @ w + b) @ v + c, (3, 5), (5, 7), (7,), (7, 2), (2,))
program("swiglu", swiglu, (3, 5), (5, 7), (5, 7), (7, 2), (2,))
program("total_variation", total_variation, (5, 7))
program("heat", heat, (5, 7))
program("distances", distances, (3, 2), (5, 2))
program("rbf", lambda x, z, s: torch.exp(-distances(x, z) * s), (3, 2), (5, 2), ())
program("min_plus", lambda x, z: (x[:, :, None] + z[None]).amin(1), (3, 7), (7, 5))
program("quadratic", lambda x, a: torch.einsum("bi,ij,bj->b", x, a, x), (3, 5), (5, 5))
program("mahalanobis", mahalanobis, (3, 5), (5,), (5, 2))
program("embedding", lambda e, t, w: e[t] @ w, (5, 3), indices((2, 7), 5), (3, 2))
program("histogram", histogram, (11,), indices((11,), 5))
program("viterbi", viterbi, (5,), (5, 5), (3, 5))
program("log_forward", forward_algorithm, (5,), (5, 5), (3, 5))
program("lennard_jones", lennard_jones, (5, 3))
program("moving_average", lambda x: F.avg_pool1d(x[None, None], 3, stride=1)[0, 0], (11,))
program("autocorrelation", autocorrelation, (11,))
program("toeplitz", toeplitz, (9,), (5,))
program("softmax", lambda x: torch.softmax(x, -1), (3, 7))
program("product", lambda x: torch.prod(x, 1), (3, 5))
