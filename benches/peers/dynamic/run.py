#!/usr/bin/env python3
"""Times einsums whose subscripts are read at run time, one thread: `einsum::dynamic`, `ndarray-einsum` and numpy, and `einsum!` beside them; prints a
table.

  ./run.py [--program PATH] [--small]      without a program, it is built; the sizes from 2 to 64

Times are microseconds, the least of many calls. Kept: with what was found out about the subscripts (`Einsum::run`, `einsum_path` of either
peer). Results are compared with numpy's.
"""
import argparse, os, pathlib, subprocess, time

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parents[2] / "target/peers-dynamic"
extent_of = lambda subscript, n: (n,) * len(subscript)
CASES = [
    ("ij,jk->ik", (4, 4), (4, 4)),
    ("ij,jk->ik", (64, 64), (64, 64)),
    ("ij,jk->ik", (512, 512), (512, 512)),
    ("ij,j->i", (32, 32), (32,)),
    ("i,i->", (64,), (64,)),
    ("ii->i", (64, 64)),
    ("bij,bjk->bik", (16, 16, 16), (16, 16, 16)),
    ("bihd,bjhd->bhij", (2, 64, 8, 32), (2, 64, 8, 32)),
    ("ijk,jkl->il", (24, 24, 24), (24, 24, 24)),
    ("ijkl->lkji", (16, 24, 20, 12)),
    ("bij,bij->b", (32, 48, 48), (32, 48, 48)),
    ("ij,jk,kl->il", (10, 10), (10, 10), (10, 10)),
    ("ij,jk,kl->il", (200, 10), (10, 200), (200, 10)),
    ("bi,ijk,bk->bj", (32, 24), (24, 24, 24), (32, 24)),
    ("abc,ai,bj,ck->ijk", (16, 16, 16), (16, 16), (16, 16), (16, 16)),
]

# One extent for all labels.
SMALL = [
    (subscripts, *(extent_of(input, n) for input in subscripts.split("->")[0].split(",")))
    for subscripts in ("ij,jk->ik", "bij,bjk->bik", "ij,jk,kl->il", "ii->", "i,j->ij")
    for n in (2, 4, 8, 16, 32, 64)
]


def operand(np, extents, seed):
    count = int(np.prod(extents))
    numbers = (np.arange(count) * 7 + seed * 5) % 11
    return (numbers.astype(np.float32) / np.float32(8) - np.float32(0.5)).reshape(extents)


def least(compute):
    best, start = float("inf"), time.perf_counter()
    while time.perf_counter() - start < 0.3:
        begin, calls = time.perf_counter(), 0
        while calls == 0 or time.perf_counter() - begin < 1e-4:
            compute()
            calls += 1
        best = min(best, (time.perf_counter() - begin) / calls)
    return best * 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path)
    parser.add_argument("--small", action="store_true")
    arguments = parser.parse_args()
    program = arguments.program
    for name in ("RAYON", "OPENBLAS", "OMP"):
        os.environ[f"{name}_NUM_THREADS"] = "1"
    import numpy as np

    if program is None:
        subprocess.run(["cargo", "build", "--release", "--quiet", "--target-dir", TARGET], cwd=HERE, check=True)
        program = TARGET / "release/dynamic"
    print("| einsum | extents | `einsum!` | dynamic, kept | anew | ndarray-einsum, kept | anew | numpy, kept path | `optimize=True` | without |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for subscripts, *extents in SMALL if arguments.small else CASES:
        line = ";".join([subscripts, *(",".join(map(str, one)) for one in extents)])
        output = subprocess.run([program], input=line + "\n", check=True, stdout=subprocess.PIPE, text=True).stdout.split()
        operands = [operand(np, one, number) for number, one in enumerate(extents)]
        path = np.einsum_path(subscripts, *operands, optimize="optimal")[0]
        expected = np.einsum(subscripts, *(one.astype(np.float64) for one in operands), optimize=True)
        found, scale = float(output[6]), float(np.abs(expected).sum()) + 1.0
        assert abs(found - float(expected.sum())) < 1e-4 * scale, (subscripts, found, expected.sum())
        numpy = [
            least(lambda: np.einsum(subscripts, *operands, optimize=path)),
            least(lambda: np.einsum(subscripts, *operands, optimize=True)),
            least(lambda: np.einsum(subscripts, *operands)),
        ]
        shown = lambda time: f"{time:.2f}" if time < 100 else f"{time:.0f}"
        times = [shown(float(time)) for time in output[1:6]] + [shown(time) for time in numpy]
        print(f"| `{subscripts}` | {' '.join(str(list(one)) for one in extents)} | {' | '.join(times)} |", flush=True)


main()
