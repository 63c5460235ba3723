"""Writes generated.rs: networks, their einsums, and what opt_einsum and numpy say they are.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install numpy opt_einsum
    /tmp/venv/bin/python generate.py ../../../shared/networks/networks.json && cargo fmt --all

The argument holds networks of the Einsum Benchmark (NeurIPS 2024), as `spec` and `shapes`. `main.rs` repeats
`element`; the rest is numpy's. What the families are computed to is checked once more here, by the algorithm of each
that everybody knows: `by_hand`.
"""

import itertools
import json
import pathlib
import sys

import numpy as np
import opt_einsum

HERE = pathlib.Path(__file__).parent
# The largest of the benchmark takes minutes at full size.
SHRUNK = {12: 3, 100: 5, 11: 4}


def element(operand, place):
    return ((31 * place * place + 7 * place + 13 * operand + 5) % 97 + 1) / 98.0


def arrays(shapes):
    numbered = enumerate(shapes)
    return [np.array([element(k, i) for i in range(int(np.prod(s)))]).reshape(s) for k, s in numbered]


class Network:
    """Operands as lists of labels, extents of labels; `given` says whether the macro is told the extents, `limit` how
    many elements an intermediate may have."""

    def __init__(self, name, what, terms, output, extents, by_hand=None, given=True, gradient=False, limit=None):
        self.name, self.what, self.terms, self.output, self.extents = name, what, terms, output, extents
        self.by_hand, self.given, self.gradient, self.limit = by_hand, given, gradient, limit
        self.shapes = [[extents[label] for label in term] for term in terms]

    def value(self):
        operands = arrays(self.shapes)
        numbers = {label: n for n, label in enumerate(dict.fromkeys(l for t in self.terms for l in t))}
        pairs = [part for x, t in zip(operands, self.terms) for part in (x, [numbers[l] for l in t])]
        value = opt_einsum.contract(*pairs, [numbers[l] for l in self.output], optimize="auto")
        if self.by_hand is not None:
            assert np.allclose(value, self.by_hand(operands), rtol=1e-12, atol=0.0), self.name
        return np.asarray(value)

    def einsum(self, macro):
        term = lambda n, labels: f"x[{n}][{', '.join(labels)}]"
        product = " * ".join(term(n, labels) for n, labels in enumerate(self.terms))
        labels = dict.fromkeys(l for t in self.terms for l in t)
        extents = "; " + ", ".join(f"{l} = {self.extents[l]}" for l in labels) if self.given else ""
        limit = f", max_intermediate = {self.limit}" if self.limit else ""
        return f"{macro}!([{', '.join(self.output)}] = {product}{limit}{extents})"

    def rust(self):
        value = "vec![y]" if not self.output else "y.iter().copied().collect()"
        run = f"|x| {{ let y = {self.einsum('einsum')}; {value} }}"
        gradient = "None"
        if self.gradient:
            names = [f"d{n}" for n in range(len(self.terms))]
            seed = "1.0" if not self.output else "ndarray::Array::ones(y.raw_dim())"
            gradient = (
                f"Some(|x| {{ let (y, pullback) = {self.einsum('einsum_vjp')}; let ({', '.join(names)},) = "
                f"pullback(&{seed}); let _ = y; vec![{', '.join(names)}] }})"
            )
        shapes = ", ".join(f"&{shape}" for shape in self.shapes)
        expected = ", ".join(repr(float(v)) for v in self.value().ravel())
        labels = len(self.extents)
        return (
            f"/// {self.what}: {len(self.terms)} operands, {labels} labels.\n"
            f"pub(crate) const {self.name.upper()}: Network = Network {{ name: \"{self.name}\", shapes: &[{shapes}],"
            f" expected: &[{expected}], run: {run}, gradient: {gradient} }};\n"
        )


def benchmark(path):
    whats = ["Hidden MERA, first and last", "Sliding likelihood", "Sliding likelihood", "Sliding likelihood"]
    for number, (network, what) in enumerate(zip(json.loads(pathlib.Path(path).read_text()), whats)):
        inputs, output = network["spec"].split("->")
        names = {}
        word = lambda label: names.setdefault(label, f"w{len(names)}")
        terms = [[word(label) for label in term] for term in inputs.split(",")]
        shrunk = SHRUNK if len(terms) > 80 else {}
        extents = {}
        for term, shape in zip(terms, network["shapes"]):
            extents.update((label, shrunk.get(extent, extent)) for label, extent in zip(term, shape))
        yield Network(f"benchmark_{number}", what, terms, [word(label) for label in output], extents)


def chain(matrices):
    extents = {f"bond_{n}": [7, 2, 11, 4, 13, 3, 5][n % 7] for n in range(matrices + 1)}
    terms = [[f"bond_{n}", f"bond_{n + 1}"] for n in range(matrices)]
    output = ["bond_0", f"bond_{matrices}"]
    return Network(f"chain_{matrices}", "A product of matrices", terms, output, extents, np.linalg.multi_dot)


def states(name, sites, operator, given=True, gradient=False):
    """An inner product of two matrix product states, with a matrix product operator between them or without."""
    extents, terms = {}, []
    layers = [("up", "p", 4)] + ([("mid", None, 3)] if operator else []) + [("low", "q" if operator else "p", 5)]
    for n in range(sites):
        for layer, physical, bond in layers:
            bonds = [f"{layer}_{b}" for b in (n, n + 1) if 0 < b < sites]
            extents.update((b, bond) for b in bonds)
            middle = [f"p_{n}", f"q_{n}"] if physical is None else [f"{physical}_{n}"]
            extents.update((p, 3) for p in middle)
            terms.append(bonds[:1] + middle + bonds[1:] if 0 < n < sites - 1 else middle + bonds)

    def by_hand(operands):
        """Site by site: the environment has the bonds of all layers."""
        environment = np.ones([1] * len(layers))
        for n in range(sites):
            site = []
            for k in range(len(layers)):
                x = operands[n * len(layers) + k]
                x = x[None] if n == 0 else x
                x = np.moveaxis(x, -1, 0)[..., None] if n == sites - 1 else x
                site.append(x)
            if operator:
                environment = np.einsum("abc,apA,bpqB,cqC->ABC", environment, *site)
            else:
                environment = np.einsum("ab,apA,bpB->AB", environment, *site)
        return environment.reshape(())

    what = "An expectation value of matrix product states" if operator else "Matrix product states"
    return Network(name, what, terms, [], extents, by_hand, given, gradient)


def peps(side):
    """The norm of projected entangled pair states: two layers of a lattice."""
    extents, terms = {}, []
    for layer in "ab":
        for row, column in itertools.product(range(side), range(side)):
            bonds = [(f"h{layer}_{row}_{c}") for c in (column - 1, column) if 0 <= c < side - 1]
            bonds += [(f"v{layer}_{r}_{column}") for r in (row - 1, row) if 0 <= r < side - 1]
            extents.update((b, 2) for b in bonds)
            extents[f"p_{row}_{column}"] = 3
            terms.append(bonds + [f"p_{row}_{column}"])
    return Network(f"peps_{side}", "The norm of projected entangled pair states", terms, [], extents)


def tree(depth):
    """A binary tree of tensors, whose root is open."""
    extents, terms, order = {"edge_1": 4}, [], []
    for node in range(1, 2 ** (depth + 1)):
        children = [2 * node, 2 * node + 1] if node < 2**depth else []
        extents.update((f"edge_{child}", 2 + child % 4) for child in children)
        terms.append([f"edge_{node}"] + [f"edge_{child}" for child in children])
        order.append((node, children))

    def by_hand(operands):
        """From the leaves up."""
        messages = {}
        for node, children in reversed(order):
            x = operands[node - 1]
            messages[node] = np.einsum("abc,b,c->a", x, *(messages[c] for c in children)) if children else x
        return messages[1]

    return Network(f"tree_{depth}", "A binary tree", terms, ["edge_1"], extents, by_hand, gradient=depth < 4)


def hidden_markov(name, steps, given=True, gradient=False, limit=None):
    """The likelihoods of several sequences: `batch` is on every other operand."""
    terms, extents = [["state_0"]], {"batch": 4}
    for n in range(steps):
        extents[f"state_{n}"] = 6
        if n > 0:
            terms.append([f"state_{n - 1}", f"state_{n}"])
        terms.append(["batch", f"state_{n}"])

    def by_hand(operands):
        """The forward algorithm, sequence by sequence."""
        likelihoods = []
        for sequence in range(extents["batch"]):
            forward = [p * e for p, e in zip(operands[0], operands[1][sequence])]
            for n in range(1, steps):
                transition, evidence = operands[2 * n], operands[2 * n + 1][sequence]
                step = lambda s: sum(f * transition[r][s] for r, f in enumerate(forward)) * evidence[s]
                forward = [step(s) for s in range(6)]
            likelihoods.append(sum(forward))
        return np.array(likelihoods)

    what = "Likelihoods of a hidden Markov model"
    return Network(name, what, terms, ["batch"], extents, by_hand, given, gradient, limit)


def grid_model(rows, columns, limit=None, suffix="_limited"):
    """The marginal of one variable of a graphical model: a factor for each, and for each pair of neighbours."""
    variable = lambda r, c: f"v_{r}_{c}"
    cells = list(itertools.product(range(rows), range(columns)))
    terms = [[variable(r, c)] for r, c in cells]
    terms += [[variable(r, c), variable(r, c + 1)] for r, c in cells if c + 1 < columns]
    terms += [[variable(r, c), variable(r + 1, c)] for r, c in cells if r + 1 < rows]
    extents = {variable(r, c): 2 for r, c in cells}

    def by_hand(operands):
        """All assignments of all variables, one by one (in blocks)."""
        assignments = np.array(list(itertools.product(range(2), repeat=len(cells))))
        place = {variable(r, c): n for n, (r, c) in enumerate(cells)}
        weights = np.ones(len(assignments))
        for x, term in zip(operands, terms):
            weights *= x[tuple(assignments[:, place[label]] for label in term)]
        return np.array([weights[assignments[:, 0] == s].sum() for s in range(2)])

    name = f"grid_model_{rows}_{columns}" + (suffix if limit else "")
    return Network(name, "A marginal of a graphical model", terms, [variable(0, 0)], extents, by_hand, limit=limit)


def mixture(operands):
    """Naive Bayes: one label on every operand, and on the output."""
    terms = [["class"]] + [["class", f"feature_{n}"] for n in range(operands - 1)]
    extents = {"class": 5, **{f"feature_{n}": 2 + n % 3 for n in range(operands - 1)}}

    def by_hand(operands):
        return operands[0] * np.prod([x.sum(axis=1) for x in operands[1:]], axis=0)

    return Network(f"mixture_{operands}", "Naive Bayes", terms, ["class"], extents, by_hand)


def main():
    networks = [
        *benchmark(sys.argv[1]),
        chain(100),
        states("inner_20", 20, False),
        states("expectation_12", 12, True),
        states("inner_6", 6, False, given=False, gradient=True),
        peps(4),
        tree(5),
        tree(3),
        hidden_markov("markov_30", 30),
        hidden_markov("markov_8", 8, given=False, gradient=True),
        # Every step of the forward algorithm makes a number for each state of each sequence.
        hidden_markov("markov_5_limited", 5, given=False, gradient=True, limit="crate::limit()"),
        grid_model(4, 4),
        # A frontier of four variables, and nothing larger.
        grid_model(4, 4, limit=16),
        # No order has less than that: in slices.
        grid_model(4, 4, limit=5, suffix="_sliced"),
        mixture(40),
    ]
    head = (
        f"//! By generate.py, with numpy {np.__version__} and `opt_einsum` {opt_einsum.__version__}.\n\n"
        "use einsum::{einsum, einsum_vjp};\n\nuse crate::Network;\n\n"
        f"pub(crate) const ALL: [Network; {len(networks)}] = [{', '.join(n.name.upper() for n in networks)}];\n"
    )
    (HERE / "generated.rs").write_text("\n".join([head] + [network.rust() for network in networks]))


main()
