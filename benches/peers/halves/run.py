#!/usr/bin/env python3
"""Products of bf16, with and without their gradients, by torch and by us: each case in turns, in one run.

  ./run.py [--threads 1] [--turns 5] [--filter REGEX]

Needs torch. Builds the worker beside it with cargo. Prints the least microseconds of each, torch's over ours, and the geometric means.
"""
import argparse, math, os, pathlib, re, subprocess, time

CASES = [(f"ij,jk->ik", (n, n, n)) for n in (32, 64, 128, 256, 512, 1024, 2048)] + [
    ("bij,bjk->bik", (64, 64, 64, 64)), ("bij,bjk->bik", (8, 256, 256, 256)), ("bij,bjk->bik", (16, 128, 512, 128)),
    ("ij,kj->ik", (256, 256, 256)), ("ij,kj->ik", (1024, 1024, 1024)),
    ("bhqd,bhkd->bhqk", (2, 8, 512, 64, 512)), ("bhqk,bhkd->bhqd", (2, 8, 512, 512, 64)),
    ("bik,jk->bij", (8, 128, 768, 3072)), ("bik,jk->bij", (8, 128, 3072, 768)),
]

def shapes(spec, extents):
    lhs, rhs = spec.split("->")[0].split(",")
    of = dict(zip(dict.fromkeys(lhs + rhs), extents))
    return [[of[label] for label in subscript] for subscript in (lhs, rhs)]

def least(rounds, call):
    times = []
    for _ in range(rounds):
        start = time.perf_counter_ns()
        call()
        times.append(time.perf_counter_ns() - start)
    return min(times)

def by_torch(torch, spec, extents, rounds):
    x, w = (torch.rand(shape).sub(0.5).bfloat16() for shape in shapes(spec, extents))
    forward = least(rounds, lambda: torch.einsum(spec, x, w))
    dy = torch.einsum(spec, x, w)
    x.requires_grad_(), w.requires_grad_()
    return forward, least(rounds, lambda: torch.autograd.grad(torch.einsum(spec, x, w), (x, w), dy))

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--filter", default="")
    parser.add_argument("--worker", help="a worker that is built already")
    arguments = parser.parse_args()
    here = pathlib.Path(__file__).resolve().parent
    worker = arguments.worker
    if worker is None:
        subprocess.run(["cargo", "build", "--release"], cwd=here, check=True)
        worker = here / "target/release/halves"
    os.sched_setaffinity(0, set(range(arguments.threads)))
    environment = dict(os.environ, RAYON_NUM_THREADS=str(arguments.threads))
    ours = subprocess.Popen([worker], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    import torch
    torch.set_num_threads(arguments.threads)
    ratios = ([], [])
    print("| spec | extents | torch, us | ours, us | ratio | with gradients: torch | ours | ratio |\n|" + " --- |" * 8)
    for spec, extents in CASES:
        if not re.search(arguments.filter, f"{spec} {extents}"):
            continue
        work = math.prod(extents)
        rounds = max(3, min(200, int(3e9 / work)))
        found = ([], [])
        for _ in range(arguments.turns):
            found[0].append(by_torch(torch, spec, extents, rounds))
            ours.stdin.write(f"{spec} {','.join(map(str, extents))} {rounds}\n")
            ours.stdin.flush()
            found[1].append(tuple(map(int, ours.stdout.readline().split())))
        cells = []
        for n, of in enumerate(ratios):
            theirs, mine = (min(turn[n] for turn in turns) / 1e3 for turns in found)
            of.append(theirs / mine)
            cells.append(f"{theirs:.1f} | {mine:.1f} | {theirs / mine:.2f}")
        print(f"| `{spec}` | {', '.join(map(str, extents))} | {' | '.join(cells)} |", flush=True)
    means = [math.exp(sum(map(math.log, of)) / len(of)) for of in ratios]
    print(f"\nGeometric means: {means[0]:.2f}, with gradients {means[1]:.2f}; least {min(ratios[0]):.2f} and {min(ratios[1]):.2f}")

main()
