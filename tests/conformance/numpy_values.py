"""Writes numpy.csv: what numpy says about the cases in cases.json, on integers that both sides compute.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install numpy && /tmp/venv/bin/python numpy_values.py

Needs no argument and nothing but numpy. `case.rs` repeats `SHRUNK` and `element`; the rest is numpy's.
"""

import json
import math
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
MOST_ELEMENTS = 24
# Extents that would take minutes without optimisation.
SHRUNK = {160: 16, 120: 12}
# numpy rejects it; we do not.
ACCEPTED = "output index repeated (valid in OMEinsum/TF gradient op)"


def main():
    cases = json.loads((HERE / "cases.json").read_text())
    rows = [row(number, case) for number, case in enumerate(cases) if case["valid"] or case["note"] == ACCEPTED]
    head = [
        f"# By numpy_values.py, with numpy {np.__version__}.",
        "# how: numpy (the case as it is), relabelled (other letters), constructed (see `construct`).",
        "case,how,sum,sum of absolute values,step,elements at 0 and every step",
    ]
    (HERE / "numpy.csv").write_text("\n".join(head + rows) + "\n")


def row(number, case):
    how, value = evaluate(case)
    out_shape = case["out_shape"] or ([2, 2, 2] if case["note"] == ACCEPTED else [])
    assert list(value.shape) == [SHRUNK.get(n, n) for n in out_shape], (number, case, value.shape)
    flat = value.ravel()
    assert flat.size == 0 or flat.any(), f"case {number} tells nothing from zeros"
    step = max(1, math.ceil(flat.size / MOST_ELEMENTS))
    elements = " ".join(str(int(x)) for x in flat[::step])
    return f"{number},{how},{int(flat.sum())},{int(np.abs(flat).sum())},{step},{elements}"


def evaluate(case):
    shapes = [[SHRUNK.get(n, n) for n in shape] for shape in case["shapes"]]
    operands = [operand(number, shape) for number, shape in enumerate(shapes)]
    if "extension" in case["tags"] or case["note"] == ACCEPTED:
        return "constructed", construct(case["spec"], operands, case["out_shape"] or [2, 2, 2])
    if "einops_syntax" in case["tags"]:
        return "relabelled", np.einsum(letters(case["spec"]), *operands)
    if "β" in case["spec"]:  # numpy has no such letter; `z` is after `c`, too
        return "relabelled", np.einsum(case["spec"].replace("β", "z"), *operands)
    return "numpy", np.einsum(case["spec"], *operands)


def operand(number, shape):
    size = math.prod(shape)
    return np.array([element(number, position) for position in range(size)], dtype=np.int64).reshape(shape)


def element(number, position):
    """One of six integers, mostly positive, so that few sums are 0."""
    mixed = ((position + 1) * 2654435761 + (number + 4) * 40503 * 65537) % 2**32
    return [-3, -2, 1, 2, 4, 5][(mixed >> 16) % 6]


def construct(spec, operands, shape):
    """With repeated output labels, and with labels that are on no operand: numpy sums to the output labels that
    there are, each once; the result is repeated along the others, and placed on the diagonal of zeros."""
    inputs, output = spec.replace(" ", "").split("->")
    once = [label for label in dict.fromkeys(output) if label in inputs]
    dense = np.einsum(f"{inputs}->{''.join(once)}", *operands)
    extents = dict(zip(output, shape))
    labels = sorted(extents)
    value = np.zeros(shape, dtype=np.int64)
    for indices in np.ndindex(*(extents[label] for label in labels)):
        index = dict(zip(labels, indices))
        value[tuple(index[label] for label in output)] = dense[tuple(index[label] for label in once)]
    return value


def letters(spec):
    """einops' words as numpy's letters."""
    names = {}
    term = lambda words: "".join(
        word if word == "..." else names.setdefault(word, chr(ord("a") + len(names))) for word in words.split()
    )
    inputs, output = spec.split("->")
    return ",".join(map(term, inputs.split(","))) + "->" + term(output)


if __name__ == "__main__":
    main()
