"""Writes gradients.csv: the cotangents of all operands by torch.autograd and by jax.vjp, in float64.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install numpy torch jax && /tmp/venv/bin/python gradients.py

Operands and the cotangent of the value are those of `numpy_values.py` and `check.rs`, divided by 1 (all numbers are
integers, and must be equal) and by 7 (they are rounded, and must be close).
"""

import collections
import json
import math

import jax
import jax.numpy as jnp
import numpy as np
import torch

from numpy_values import HERE, SHRUNK, evaluate, letters, operand

jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_enable_x64", True)

DIVISORS = [1, 7]
# All elements of a gradient that has no more, else `PROBES` of them.
MOST_ELEMENTS = 24
PROBES = 8
CLOSE = 1e-12


def main():
    cases = json.loads((HERE / "cases.json").read_text())
    rows, counts = [], collections.Counter()
    for number, case in enumerate(cases):
        if case["valid"]:
            try:
                by, of_case = rows_of(number, case)
            except Rejected as why:
                by, of_case = "nobody", [f"{number},skipped,{why}"]
            counts[by] += 1
            rows += of_case
    told = ", ".join(f"{count} by {by}" for by, count in counts.most_common())
    head = [
        f"# By gradients.py, with torch {torch.__version__}, jax {jax.__version__}, numpy {np.__version__}.",
        f"# {counts.total()} cases: {told}.",
        "case,by,divisor,operand,sum,sum of absolute values,step,elements at 0 and every step",
    ]
    (HERE / "gradients.csv").write_text("\n".join(head + rows) + "\n")
    print(told)


class Rejected(Exception):
    """Neither library has this case."""


def rows_of(number, case):
    """Who computed the gradients of a case, and its rows."""
    rows, everyone = [], set()
    for divisor in DIVISORS:
        by, gradients = agreed(number, case, divisor)
        everyone.add(by)
        rows += [f"{number},{by},{divisor},{position},{digest(g, divisor)}" for position, g in enumerate(gradients)]
    (by,) = everyone
    return by, rows


def agreed(number, case, divisor):
    """The gradients, equal or close by all libraries that have the case."""
    found, reasons = {}, []
    for name, vjp in {"torch": by_torch, "jax": by_jax}.items():
        try:
            found[name] = computed(vjp, case, divisor)
        except Exception as error:  # whatever a library raises for what it does not know
            message = str(error).split("\n")[0].replace(",", ";")
            reasons.append(f"{name}: {message[:160]}")
    if reasons:
        print(number, case["spec"], case["shapes"], reasons)
    if not found:
        raise Rejected(" | ".join(reasons))
    if len(found) == 2:
        for ours, theirs in zip(found["torch"], found["jax"], strict=True):
            assert is_close(ours, theirs, divisor), (number, case, divisor)
    return " and ".join(found), next(iter(found.values()))


def computed(vjp, case, divisor):
    """The gradients by one library, which must first have numpy's value."""
    shapes = [[SHRUNK.get(n, n) for n in shape] for shape in case["shapes"]]
    operands = [operand(number, shape) / divisor for number, shape in enumerate(shapes)]
    _, expected = evaluate(case)
    cotangent = np.asarray(operand(len(shapes), list(expected.shape)) / divisor)
    value, gradients = vjp(subscripts(case), [np.asarray(x) for x in operands], cotangent)
    if not is_close(value, expected / divisor ** len(shapes), divisor):
        raise ValueError("has another value")
    assert [list(g.shape) for g in gradients] == shapes, case
    return gradients


def by_torch(spec, operands, cotangent):
    operands = [torch.tensor(x, requires_grad=True) for x in operands]
    value = torch.einsum(spec, *operands)
    gradients = torch.autograd.grad(value, operands, torch.tensor(cotangent))
    return value.detach().numpy(), [g.numpy() for g in gradients]


def by_jax(spec, operands, cotangent):
    value, pullback = jax.vjp(lambda *operands: jnp.einsum(spec, *operands), *map(jnp.array, operands))
    return np.asarray(value), [np.asarray(g) for g in pullback(jnp.array(cotangent))]


def subscripts(case):
    """With letters that both know, as in `evaluate`."""
    spec = letters(case["spec"]) if "einops_syntax" in case["tags"] else case["spec"]
    return spec.replace("β", "z")


def is_close(one, other, divisor):
    """Equal, where all numbers are integers; else close, compared with the largest."""
    if one.shape != other.shape:
        return False
    if divisor == 1:
        return np.array_equal(one, other)
    return one.size == 0 or np.abs(one - other).max() <= CLOSE * np.abs(other).max()


def digest(gradient, divisor):
    flat = gradient.ravel()
    assert divisor != 1 or np.abs(flat).sum() < 2**53, "sums are exact"
    step = 1 if flat.size <= MOST_ELEMENTS else math.ceil(flat.size / PROBES)
    elements = " ".join(map(text, flat[::step]))
    return f"{text(flat.sum())},{text(np.abs(flat).sum())},{step},{elements}"


def text(number):
    return repr(float(number)).removesuffix(".0")


if __name__ == "__main__":
    main()
