"""Compares our contraction orders with those of opt_einsum and cotengra; prints the tables of README.md.

All paths are counted by the same code, ours: `examples/order.rs`, mode `path`. Needs numpy, opt_einsum, cotengra.

    cargo build -p einsum-compiler-codegen --example order
    python benches/order/compare.py target/debug/examples/order ../shared/networks/networks.json [SECTION ..]
"""
import json, math, random, subprocess, sys, time

import cotengra, opt_einsum

ORDER, NETWORKS, SECTIONS = sys.argv[1], sys.argv[2], sys.argv[3:]
SYMBOLS = [opt_einsum.get_symbol(n) for n in range(400)]


# Ours

def ours(requests):
    """Answers of examples/order.rs: (flops, largest, splits, trees, seconds) each."""
    lines = "\n".join(" ".join(request) for request in requests)
    done = subprocess.run([ORDER], input=lines, capture_output=True, text=True, check=True)
    return [tuple(float(word) for word in line.split()) for line in done.stdout.splitlines()]


def extents_text(sizes):
    return ",".join(f"{label}={extent}" for label, extent in sizes.items())


def ssa_text(path, operands):
    """A path of opt_einsum, as steps of numbered values."""
    left, steps = list(range(operands)), []
    for step in path:
        taken = [left[place] for place in step]
        left = [value for place, value in enumerate(left) if place not in step]
        while len(taken) > 1:
            steps.append((taken.pop(0), taken.pop(0)))
            taken.insert(0, operands + len(steps) - 1)
        left += taken
    return ",".join(f"{lhs}-{rhs}" for lhs, rhs in steps)


# Theirs

def opt_einsum_path(subscripts, sizes, optimize):
    shapes = [tuple(sizes[label] for label in operand) for operand in subscripts.split("->")[0].split(",")]
    start = time.perf_counter()
    path, _ = opt_einsum.contract_path(subscripts, *shapes, shapes=True, optimize=optimize)
    return ssa_text(path, len(shapes)), time.perf_counter() - start


def cotengra_path(subscripts, sizes):
    """128 trials, the tree of each improved by cotengra's own reordering of subtrees."""
    left, right = subscripts.split("->")
    options = dict(max_repeats=128, minimize="flops", parallel=False, progbar=False, reconf_opts={}, seed=0)
    optimizer = cotengra.HyperOptimizer(methods=["greedy", "labels"], optlib="random", **options)
    operands = [tuple(operand) for operand in left.split(",")]
    start = time.perf_counter()
    path = optimizer(operands, tuple(right), sizes)
    return ssa_text(path, len(operands)), time.perf_counter() - start


# Expressions

def random_expression(rng, operands, largest=64):
    """Labels on one, two, mostly, or three operands, some on the output; connected or not."""
    labels = SYMBOLS[: rng.randint(operands, operands + operands // 2 + 1)]
    terms = [[] for _ in range(operands)]
    for label in labels:
        for term in rng.sample(terms, min(operands, rng.choice([1, 2, 2, 2, 2, 3]))):
            term.append(label)
    for term in terms:
        if not term:
            term.append(rng.choice(labels))
        rng.shuffle(term)
    used = sorted({label for term in terms for label in term})
    output = rng.sample(used, min(len(used), rng.randint(0, 3)))
    sizes = {label: round(math.exp(rng.uniform(math.log(2), math.log(largest)))) for label in used}
    return ",".join("".join(term) for term in terms) + "->" + "".join(output), sizes


def regular(operands, degree, seed):
    inputs, output, _, sizes = cotengra.utils.rand_equation(operands, degree, n_out=2, d_min=2, d_max=8, seed=seed)
    return named(inputs, output, sizes)


def lattice(rows, columns, bond):
    inputs, output, _, sizes = cotengra.utils.lattice_equation([rows, columns], d_min=bond, d_max=bond)
    return named(inputs, output, sizes)


def tree(operands, seed):
    inputs, output, _, sizes = cotengra.utils.tree_equation(operands, d_min=2, d_max=8, n_outer=3, seed=seed)
    return named(inputs, output, sizes)


def named(inputs, output, sizes):
    numbers = {}
    name = lambda label: SYMBOLS[numbers.setdefault(label, len(numbers))]
    text = ",".join("".join(map(name, term)) for term in inputs) + "->" + "".join(map(name, output))
    return text, {name(label): int(extent) for label, extent in sizes.items()}


def chain(operands, rng):
    sizes = {SYMBOLS[n]: rng.randint(2, 64) for n in range(operands + 1)}
    return ",".join(SYMBOLS[n] + SYMBOLS[n + 1] for n in range(operands)) + "->" + SYMBOLS[0] + SYMBOLS[operands], sizes


def matrix_product_state(sites, bond, physical):
    """The inner product of two."""
    symbol, sizes, terms = iter(SYMBOLS), {}, []
    legs = [next(symbol) for _ in range(sites)]
    for _ in range(2):
        bonds = [next(symbol) for _ in range(sites - 1)]
        sizes.update({label: bond for label in bonds})
        terms += ["".join(bonds[max(0, n - 1):n + 1]) + legs[n] for n in range(sites)]
    return ",".join(terms) + "->", sizes | {label: physical for label in legs}


def hidden_markov(steps, states, observed, batch):
    """The likelihoods of a batch of one-hot sequences."""
    symbol = iter(SYMBOLS)
    b, hidden, seen = next(symbol), [next(symbol) for _ in range(steps)], [next(symbol) for _ in range(steps)]
    terms = [hidden[0]] + [hidden[n] + hidden[n + 1] for n in range(steps - 1)]
    terms += [hidden[n] + seen[n] for n in range(steps)] + [b + seen[n] for n in range(steps)]
    sizes = {b: batch} | {label: states for label in hidden} | {label: observed for label in seen}
    return ",".join(terms) + "->" + b, sizes


def graphical_model(variables, factors, states, rng):
    """Factors of two to four variables, all variables in many; the marginal of one."""
    terms = ["".join(rng.sample(SYMBOLS[:variables], rng.randint(2, 4))) for _ in range(factors)]
    used = sorted(set("".join(terms)))
    return ",".join(terms) + "->" + used[0], {label: states for label in used}


# Tables

def geomean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def without_lone(subscripts):
    """Without the labels that one operand has alone: all sum them first, so that the path is for the rest."""
    left, right = subscripts.split("->")
    terms = left.split(",")
    is_lone = lambda label: label not in right and sum(label in term for term in terms) == 1
    return ",".join("".join(label for label in term if not is_lone(label)) for term in terms) + "->" + right


def quality(ratios):
    return f"{geomean(ratios):.4f} | {max(ratios):.3f}"


def small():
    """Random expressions of 3 to 8 operands, against opt_einsum's optimal."""
    rng = random.Random(6)
    cases = [random_expression(rng, 3 + number % 6) for number in range(200)]
    paths = [opt_einsum_path(without_lone(subscripts), sizes, "optimal")[0] for subscripts, sizes in cases]
    requests = lambda mode: [(mode, subscripts, extents_text(sizes)) for subscripts, sizes in cases]
    optimal = ours([request + (path,) for request, path in zip(requests("path"), paths)])
    answers = {mode: ours(requests(mode)) for mode in ["given", "unknown", "unknown:64", "unknown:24", "unknown:100000"]}
    print("| operands | expressions | given, geomean | worst | unknown, geomean | worst | at most 64 splits, geomean | worst | at most 24, geomean | worst |")
    print("| --- " * 10 + "|")
    for low, high in [(n, n) for n in range(3, 9)] + [(3, 7), (3, 8)]:
        rows = [n for n, case in enumerate(cases) if low <= case[0].count(",") + 1 <= high]
        ratios = lambda mode: [answers[mode][n][0] / optimal[n][0] for n in rows]
        columns = [quality(ratios(mode)) for mode in ["given", "unknown", "unknown:64", "unknown:24"]]
        print(f"| {low if low == high else f'{low} to {high}'} | {len(rows)} | {' | '.join(columns)} |")
    print("\n| operands | all splits | all trees | splits left, mean | most | trees left, mean | most | ms, mean | most |")
    print("| --- " * 9 + "|")
    for n in range(3, 9):
        rows = [answers["unknown:100000"][row] for row, case in enumerate(cases) if case[0].count(",") + 1 == n]
        mean_most = lambda column, scale, digits: (f"{sum(row[column] for row in rows) / len(rows) * scale:.{digits}f} | "
                                                   f"{max(row[column] for row in rows) * scale:.{digits}f}")
        splits, trees = (3 ** n - 2 ** (n + 1) + 1) // 2, math.prod(range(1, 2 * n - 2, 2))
        print(f"| {n} | {splits} | {trees} | {mean_most(2, 1, 0)} | {mean_most(3, 1, 0)} | {mean_most(4, 1e3, 1)} |")


def structured():
    """Expressions of known kinds, without extents; the loss is at 100 random extents of each."""
    rng = random.Random(7)
    print("| expression | all trees | splits left | trees left | loss, geomean | worst | ms |")
    print("| --- " * 7 + "|")
    for name, subscripts in KINDS.items():
        kind(rng, name, subscripts, "unknown")
    for cap in (128, 64):
        kind(rng, f"at most {cap} splits", KINDS["Tucker, 6"], f"unknown:{cap}")


def kind(rng, name, subscripts, mode):
    labels = sorted(set(subscripts) - set(",->"))
    extent = lambda: round(math.exp(rng.uniform(math.log(2), math.log(256))))
    extents = [extents_text({label: extent() for label in labels}) for _ in range(100)]
    unknown = ours([(mode, subscripts, text) for text in extents])
    given = ours([("given", subscripts, text) for text in extents])
    losses, times = [u[0] / g[0] for u, g in zip(unknown, given)], sorted(u[4] for u in unknown)
    trees = math.prod(range(1, 2 * subscripts.count(","), 2))
    print(f"| {name}: `{subscripts}` | {trees} | {unknown[0][2]:.0f} | {unknown[0][3]:.0f} | {quality(losses)} | {times[50] * 1e3:.1f} |")


KINDS = {
    "chain of 3": "ij,jk,kl->il",
    "chain of 5": "ab,bc,cd,de,ef->af",
    "chain of 7": "ab,bc,cd,de,ef,fg,gh->ah",
    "ring of 7": "ab,bc,cd,de,ef,fg,ga->",
    "Tucker, 3": "abc,ai,bj,ck->ijk",
    "Tucker, 4": "abcd,ai,bj,ck,dl->ijkl",
    "Tucker, 6": "abcdef,ag,bh,ci,dj,ek,fl->ghijkl",
    "CP of 4": "ar,br,cr,dr->abcd",
    "MTTKRP": "ijk,jr,kr->ir",
    "tensor train, 6": "ap,abq,bcr,cds,det,eu->pqrstu",
    "inner product of trains": "ap,abq,br,xp,xyq,yr->",
    "PEPS of 5": "ab,bcdk,aefl,pdfgh,pklij->cgiehj",
    "attention, projected": "bqx,xhd,bky,yhd->bhqk",
    "star of 7": "ai,bi,ci,di,ei,fi,gi->abcdefg",
    "bilinear forms": "bi,ij,bj,jk,bk->b",
}


def medium():
    """9 to 16 operands with given extents, against opt_einsum's dynamic programme with outer products (above 12: without)."""
    rng = random.Random(12)
    best = opt_einsum.DynamicProgramming(minimize="flops", search_outer=True)
    print("| operands | expressions | given: geomean | worst | least | ms, mean | most |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for operands in [9, 10, 11, 12, 14, 16]:
        cases = [random_expression(rng, operands) for _ in range(10 if operands <= 12 else 3)]
        optimize = best if operands <= 12 else "dp"
        paths = [opt_einsum_path(without_lone(subscripts), sizes, optimize)[0] for subscripts, sizes in cases]
        theirs = ours([("path", s, extents_text(e), path) for (s, e), path in zip(cases, paths)])
        mine = ours([("given", s, extents_text(e)) for s, e in cases])
        ratios, times = [m[0] / t[0] for m, t in zip(mine, theirs)], [m[4] * 1e3 for m in mine]
        print(f"| {operands} | {len(cases)} | {geomean(ratios):.3f} | {max(ratios):.3f} | {min(ratios):.3f}"
              f" | {sum(times) / len(times):.1f} | {max(times):.1f} |")


def large():
    """Networks of 8 to 100 operands with given extents."""
    rng = random.Random(60)
    cases = [(f"random, {n}", *random_expression(rng, n, 16)) for n in (10, 15, 20, 30, 40, 50, 60)]
    cases += [(f"regular of degree 3, {n}", *regular(n, 3, n)) for n in (10, 20, 30, 40, 50, 60)]
    cases += [(f"regular of degree 5, {n}", *regular(n, 5, n)) for n in (20, 40)]
    cases += [(f"PEPS {n}x{n}", *lattice(n, n, 4)) for n in (4, 5, 6, 7)]
    cases += [(f"tree, {n}", *tree(n, n)) for n in (20, 60)]
    cases += [("MPS inner product, 2x20", *matrix_product_state(20, 16, 2)), ("MPS inner product, 2x50", *matrix_product_state(50, 16, 2))]
    cases += [("chain, 100", *chain(100, rng))]
    cases += [("hidden Markov model, 20 steps", *hidden_markov(20, 8, 11, 100))]
    cases += [(f"graphical model, {f} factors", *graphical_model(v, f, 3, rng)) for v, f in ((12, 20), (20, 40))]
    for number, network in enumerate(json.load(open(NETWORKS))):
        terms = network["spec"].split("->")[0].split(",")
        sizes = {label: extent for term, shape in zip(terms, network["shapes"]) for label, extent in zip(term, shape)}
        cases.append((f"networks.json {number}, {len(terms)}", network["spec"], sizes))
    print("| network | ours, flops | random-greedy-128 | cotengra | ours / greedy | ours / cotengra | ours, s | greedy, s | cotengra, s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    ratios = []
    for name, subscripts, sizes in cases:
        greedy, greedy_time = opt_einsum_path(subscripts, sizes, "random-greedy-128")
        hyper, hyper_time = cotengra_path(subscripts, sizes)
        extents = extents_text(sizes)
        mine, a, b = ours([("given", subscripts, extents), ("path", subscripts, extents, greedy), ("path", subscripts, extents, hyper)])
        ratios.append((mine[0] / a[0], mine[0] / b[0]))
        print(f"| {name} | {mine[0]:.3e} | {a[0]:.3e} | {b[0]:.3e} | {ratios[-1][0]:.3f} | {ratios[-1][1]:.3f}"
              f" | {mine[4]:.2f} | {greedy_time:.2f} | {hyper_time:.2f} |", flush=True)
    print(f"| **geomean** | | | | {geomean([r[0] for r in ratios]):.3f} | {geomean([r[1] for r in ratios]):.3f} | | | |")


for section in [small, structured, medium, large]:
    if not SECTIONS or section.__name__ in SECTIONS:
        print(f"\n{section.__doc__}\n")
        section()
