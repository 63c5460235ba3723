#!/usr/bin/env python3
"""Writes reference.txt: what torch computes for the programs of this directory, in f64: values, gradients, and gradients of gradients.

    pip install torch && python3 tests/formulas/programs/reference.py > tests/formulas/programs/reference.txt

A case is a line with a program, the shapes of its operands (`5%7`: of indices below 7) and, after `;`, the extents that it is given.
Below it has a line for each tensor, with the elements in row-major order: `y`, the gradients `d0`, `d1`, .. of the operands that have
some, and those of `<d0, e0> + <d1, e1> + ..` by these operands, `s0`, `s1`, .., and by the cotangent, `sy`. Operands are made by a rule,
here and in `reference.rs` alike: no two elements of one are equal, so that maxima are not shared.
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
    return torch.tensor([(n * n * 3 + n * 5 + 1) % below for n in range(count)], dtype=torch.long).reshape(shape)


def program(name, function, *cases):
    """Each case has the shapes of the operands, words as in the file."""
    for case in cases:
        shapes, _, extents = case.partition(";")
        write_case(name, function, shapes.split(), extents.split())


def write_case(name, function, shapes, extents):
    print("case", name, *shapes, *([";", *extents] if extents else []))
    given = [operand(number, shape) for number, shape in enumerate(shapes)]
    numbers = [x for x in given if x.requires_grad]
    y = function(*given, *map(int, extents))
    if not y.is_floating_point():
        return write("y", y)
    write("y", y.detach())
    dy = elements(100, tuple(y.shape)).requires_grad_()
    gradients = torch.autograd.grad(y, numbers, dy, create_graph=True, materialize_grads=True)
    for number, gradient in enumerate(gradients):
        write(f"d{number}", gradient.detach())
    along = [(g * elements(200 + n, tuple(g.shape))).sum() for n, g in enumerate(gradients)]
    if not any(term.requires_grad for term in along):
        return
    seconds = torch.autograd.grad(sum(along), [*numbers, dy], materialize_grads=True)
    for number, second in enumerate(seconds[:-1]):
        write(f"s{number}", second)
    write("sy", seconds[-1])


def operand(number, shape):
    if "%" in shape:
        shape, below = shape.split("%")
        return indices(extents_of(shape), int(below))
    return elements(number, extents_of(shape)).requires_grad_()


def extents_of(shape):
    return () if shape == "1n" else tuple(map(int, shape.split("x")))


def write(tensor, values):
    print(tensor, *(f"{value:.16g}" for value in values.flatten().tolist()))


def max_pool_padded(x, *_):
    return F.max_pool2d(x, 3, stride=2, padding=1)


def attention(q, k, v):
    s = torch.einsum("bhie,bhje->bhij", q, k) / 2
    mask = torch.ones(s.shape[-2:], dtype=torch.bool).tril()
    return torch.softmax(s.masked_fill(~mask, -math.inf), -1) @ v


def self_attention(x):
    return torch.softmax(x @ x.T, -1) @ x


def swiglu(x, gate, up, down, bias):
    return (F.silu(x @ gate) * (x @ up)) @ down + bias


def layer_norm(x, gain, bias):
    return F.layer_norm(x, x.shape[-1:], gain, bias, 1e-3)


def batch_norm(x, gain, bias):
    return F.batch_norm(x, None, None, gain, bias, training=True, eps=1e-3)


def rms_norm(x, gain):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-3) * gain


def total_variation(x):
    return (x[1:] - x[:-1]).abs().sum() + (x[:, 1:] - x[:, :-1]).abs().sum()


def heat(x, *_):
    p = F.pad(x[None, None], (1, 1, 1, 1), mode="replicate")[0, 0]
    return x + 0.1 * (p[2:, 1:-1] + p[:-2, 1:-1] + p[1:-1, 2:] + p[1:-1, :-2] - 4 * x)


def wave(x, *_):
    return sum(torch.roll(x, -shift, 0) for shift in (-9, 1, 4)) * x


def distances(x, z):
    return ((x[:, None] - z[None]) ** 2).sum(-1)


def mahalanobis(x, m, p):
    c = x - m
    return torch.sqrt(torch.einsum("bi,ij,bj->b", c, p @ p.T, c) + 0.5)


def histogram(w, t):
    return torch.zeros(5).index_add(0, t, w)


def lennard_jones(x):
    x = 3 * x
    total = 0 * x.sum()
    for i in range(len(x)):
        for j in range(i):
            r6 = ((x[i] - x[j]) ** 2).sum() ** -3
            total = total + 4 * (r6 * r6 - r6)
    return total


def log_forward(a, transition, emission):
    for e in emission:
        a = torch.logsumexp(a[:, None] + transition, 0) + e
    return a


def viterbi(a, transition, emission):
    for e in emission:
        a = torch.amax(a[:, None] + transition, 0) + e
    return a


def autocorrelation(x, _, lags):
    return torch.stack([(x[: len(x) - lag] * x[lag:]).sum() for lag in range(lags)])


def toeplitz(c, x):
    n = len(x)
    return torch.stack([sum(c[n - 1 + i - j] * x[j] for j in range(n)) for i in range(n)])


# 1. Convolutions.
program("conv2d_strides", lambda x, w: F.conv2d(x, w, stride=(2, 1), dilation=(1, 2)),
        "2x3x7x5 2x3x3x2", "1x2x8x3 3x2x3x2", "1x1x3x3 1x1x3x2", "0x3x7x5 2x3x3x2")
program("conv2d_padded", lambda x, w, b, *_: F.conv2d(x, w, b, padding=1),
        "2x3x5x3 2x3x3x3 2; 5 3", "1x1x1x1 1x1x3x3 1; 1 1", "0x1x2x2 1x1x3x3 1; 2 2")
program("conv2d_wide", lambda x, w, *_: F.conv2d(x, w, stride=3, padding=5), "1x2x2x3 3x2x4x5; 3 3", "2x1x1x1 1x1x2x1; 4 4")
program("conv2d_groups", lambda x, w: F.conv2d(x.flatten(1, 2), w.flatten(0, 1), groups=2).unflatten(1, (2, w.shape[1])),
        "1x2x2x5x3 2x3x2x2x3", "2x2x1x3x2 2x1x1x3x2")
program("conv2d_nhwc", lambda x, w: F.conv2d(x.movedim(3, 1), w.permute(3, 2, 0, 1)).movedim(1, 3),
        "2x5x4x3 2x3x3x2", "1x3x2x1 3x2x1x1")
program("depthwise", lambda x, w: F.conv2d(x, w[:, None], groups=w.shape[0]), "2x3x5x4 3x2x3", "1x5x2x3 5x2x3")
program("conv1d", lambda x, w, *_: F.conv1d(x, w, stride=3, padding=2), "2x3x11 5x3x4; 4", "1x1x1 1x1x5; 1", "1x2x3 3x2x3; 2")
program("conv3d", lambda x, w: F.conv3d(x, w), "1x2x3x4x3 2x2x2x3x2", "1x1x2x1x3 1x1x2x1x3")
program("transposed", lambda x, w: F.conv_transpose2d(x, w, stride=2), "1x3x2x3 3x2x3x2", "2x1x1x1 1x1x1x1", "0x1x2x2 1x2x3x2")
program("transposed_gaps", lambda x, w: F.conv_transpose1d(x, w, stride=3), "2x3x5 3x2x2")
program("conv2d", lambda x, w: F.conv2d(x, w), "2x1x3x5 2x1x3x5", "0x1x5x5 3x1x3x3", "1x1x1x1 1x1x1x1")
# 2. Pooling.
program("max_pool", lambda x, *_: F.max_pool2d(x, 2), "2x3x5x7; 2 2", "1x1x2x2; 2 2", "1x2x3x2; 2 2", "0x2x4x4; 2 2")
program("max_pool_padded", max_pool_padded, "2x1x5x7; 3 4", "1x1x1x1; 1 1")
program("average_pool", lambda x, *_: F.avg_pool2d(x, (3, 2), stride=(1, 2)), "2x1x5x7; 3 2", "1x1x3x2; 3 2")
# 3. Attention.
program("attention", attention, "1x2x5x3 1x2x5x3 1x2x5x2", "2x1x1x3 2x1x1x3 2x1x1x2", "1x1x7x1 1x1x7x1 1x1x7x1", "1x2x0x3 1x2x0x3 1x2x0x2")
program("self_attention", self_attention, "5x3", "1x1", "0x3")
program("softmax", lambda x: torch.softmax(x, -1), "3x7", "5x1", "0x3")
# 4. Norms and losses.
program("layer_norm", layer_norm, "3x7 7 7", "2x1 1 1", "1x13 13 13", "0x5 5 5")
program("rms_norm", rms_norm, "3x7 7", "2x1 1")
program("batch_norm", batch_norm, "5x3 3 3", "2x1 1 1")
program("cross_entropy", F.cross_entropy, "5x7 5%7", "3x1 3%1", "1x2 1%2")
# 5. Perceptrons.
program("gelu_mlp", lambda x, w, b, v, c: F.gelu(x @ w + b) @ v + c, "3x5 5x7 7 7x2 2", "1x1 1x1 1 1x1 1", "0x5 5x3 3 3x2 2")
program("swiglu", swiglu, "3x5 5x7 5x7 7x2 2", "1x2 2x1 2x1 1x3 3", "0x5 5x3 5x3 3x2 2")
# 6. Fields.
program("total_variation", total_variation, "5x7", "1x2", "2x1", "1x1")
program("heat", heat, "5x7; 5 7", "1x3; 1 3", "1x1; 1 1")
program("wave", wave, "7; 7", "1; 1", "2; 2")
# 7. Pairs.
program("distances", distances, "3x2 5x2", "1x1 1x1", "3x0 5x0", "0x2 5x2")
program("rbf", lambda x, z, s: torch.exp(-distances(x, z) * s), "3x2 5x2 1n", "1x3 2x3 1n")
program("min_plus", lambda x, z: (x[:, :, None] + z[None]).amin(1), "3x7 7x5", "2x1 1x3", "0x2 2x3")
program("nearest", lambda x, z: distances(x, z).argmin(1), "7x2 5x2", "3x1 1x1", "0x2 3x2")
# 8. Forms.
program("quadratic", lambda x, a: torch.einsum("bi,ij,bj->b", x, a, x), "3x5 5x5", "1x1 1x1", "2x0 0x0")
program("mahalanobis", mahalanobis, "3x5 5 5x2", "1x1 1 1x1", "2x3 3 3x0")
# 9. Tables.
program("embedding", lambda e, t, w: e[t] @ w, "5x3 2x7%5 3x2", "1x3 2x2%1 3x1", "5x3 0x7%5 3x2")
program("histogram", histogram, "11 11%5")
# 10. Chains.
program("viterbi", viterbi, "5 5x5 3x5", "1 1x1 3x1")
program("log_forward", log_forward, "5 5x5 3x5", "1 1x1 3x1")
# 11. Energies.
program("lennard_jones", lennard_jones, "5x3", "2x1", "1x3")
# 12. Sequences.
program("moving_average", lambda x, *_: F.avg_pool1d(x[None, None], 3, stride=1)[0, 0], "11; 3", "3; 3")
program("autocorrelation", autocorrelation, "11; 11 4", "2; 2 2", "1; 1 1")
program("toeplitz", toeplitz, "9 5")
program("product", lambda x: torch.prod(x, 1), "3x5", "2x1")
