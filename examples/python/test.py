"""What the module computes, against numpy. Run by `.ci/python`."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

import einsum_numpy


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def softmax(s):
    e = np.exp(s - s.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def check(name, ours, expected, tolerance=2e-6):
    assert ours.shape == expected.shape, (name, ours.shape, expected.shape)
    error = np.abs(ours - expected).max() / max(1, np.abs(expected).max())
    assert error < tolerance, (name, error)
    print(f"{name}: {error:.1e}")


x, w, b = numbers(5, 7), numbers(7, 3, seed=1), numbers(3, seed=2)
check("layer", einsum_numpy.layer(x, w, b), np.maximum(x @ w + b, 0))

# Views: transposed, reversed, every third element, one row repeated.
strided = numbers(10, 21)[::-2, ::3]
check("views", einsum_numpy.layer(strided, w[::-1], b[::-1]), np.maximum(strided @ w[::-1] + b[::-1], 0))
check("transposed", einsum_numpy.layer(x.T.copy().T, np.broadcast_to(b, (7, 3)), b), np.maximum(x @ np.broadcast_to(b, (7, 3)) + b, 0))

# In place, in part of a larger array.
large = numbers(9, 8, seed=3)
before = large.copy()
assert einsum_numpy.multiply_into(x, w, large[1:6, ::3], alpha=2.0) is None
before[1:6, ::3] += 2 * x @ w
check("multiply_into", large, before)

try:
    einsum_numpy.layer(x, w[1:], b)
except ValueError as error:
    print("refused:", error)
    assert "label `k` has extent 7 in `x` but 6 in `w`" in str(error)
else:
    raise AssertionError("extents that disagree were taken")

q, k, v = (numbers(2, 6, 4, seed=seed) for seed in (4, 5, 6))
p = softmax(q @ k.transpose(0, 2, 1))
check("attention", einsum_numpy.attention(q, k, v), p @ v)

dy = numbers(2, 6, 4, seed=7)
dp = dy @ v.transpose(0, 2, 1)
ds = p * (dp - (p * dp).sum(-1, keepdims=True))
for name, ours, expected in zip("qkv", einsum_numpy.attention_backward(q, k, v, dy), (ds @ k, ds.transpose(0, 2, 1) @ q, p.transpose(0, 2, 1) @ dy)):
    check(f"attention_backward, {name}", ours, expected)


def refused(kind, function, *arguments):
    """The message of an exception of this kind, which is no panic."""
    try:
        function(*arguments)
    except kind as error:
        return str(error)
    raise AssertionError("that was taken")


# Extents that disagree are a `ValueError` in functions of `einsum_fn!`, too; other elements and ranks a `TypeError`.
assert "label `e` has extent 4 in `q` but 3 in `k`" in refused(ValueError, einsum_numpy.attention, q, k[..., :3], v)
assert "extent" in refused(ValueError, einsum_numpy.attention_backward, q, k, v, dy[:, :5])
refused(TypeError, einsum_numpy.layer, x.astype(np.float64), w, b)
refused(TypeError, einsum_numpy.layer, x[0], w, b)
refused(TypeError, einsum_numpy.layer, [[1.0]], w, b)

# Arrays in Fortran's order, of which one may not be written, of no rows, of one number that repeats; NaN.
constant = np.asfortranarray(x)
constant.flags.writeable = False
check("fortran", einsum_numpy.layer(constant, np.asfortranarray(w), b), np.maximum(x @ w + b, 0))
assert einsum_numpy.layer(x[:0], w, b).shape == (0, 3)
check("no terms", einsum_numpy.layer(x[:, :0], w[:0], b), np.maximum(np.broadcast_to(b, (5, 3)), 0))
check("one bias", einsum_numpy.layer(x, w, b[:1]), np.maximum(x @ w + b[:1], 0))
assert not np.isfinite(einsum_numpy.attention(q * np.nan, k, v)).any()



class Tensor:
    """A tensor of another library: all that is known of it is DLPack."""

    def __init__(self, array):
        self.__dlpack__, self.__dlpack_device__ = array.__dlpack__, array.__dlpack_device__


# Tensors of other libraries are arrays by DLPack, which copies nothing, and results are tensors of theirs; they are written in place, too.
check("DLPack", einsum_numpy.layer(np.from_dlpack(Tensor(x.T)).T, np.from_dlpack(Tensor(w)), b), np.maximum(x @ w + b, 0))
theirs = np.zeros((5, 3), np.float32)
einsum_numpy.multiply_into(x, w, np.from_dlpack(Tensor(theirs)))
check("DLPack, in place", theirs, x @ w)
result = einsum_numpy.layer(x, w, b)
assert np.shares_memory(np.from_dlpack(Tensor(result)), result)

# Results are arrays of numpy's own, which outlive what they were made of, and may be written; calls from several threads at once agree.
result = einsum_numpy.layer(x.copy(), w.copy(), b.copy())
result += 1
check("a result", result, np.maximum(x @ w + b, 0) + 1)
with ThreadPoolExecutor(4) as pool:
    for other in pool.map(lambda _: einsum_numpy.attention(q, k, v), range(16)):
        assert (other == einsum_numpy.attention(q, k, v)).all()
