#!/usr/bin/env python3
"""Builds and runs the benchmark of small contractions, for the baseline and for the processor at hand, and prints tables.

  ./fetch.sh && ./run.py [--out FILE.json] [--builds baseline,native] [--rounds N] [--filter TEXT] [--features fixed | --quick [dynamic]]
  ./run.py --table FILE.json            prints the tables of an earlier run

Times are nanoseconds for each call, the least over all rounds (`--by median` for the median). A ratio is the time of the
fastest peer over ours: above 1 we are faster.
"""
import argparse, json, math, os, pathlib, subprocess, sys, time, tomllib

HERE = pathlib.Path(__file__).resolve().parent
TARGET = HERE.parents[2] / "target/peers-small"
FLAGS = {"baseline": "", "native": "-C target-cpu=native"}
OURS = ["einsum fixed", "einsum", "einsum add"]  # the first that a case has is compared
CRATES = ["faer", "gemm", "glam", "matrixmultiply", "nalgebra", "nano-gemm", "ndarray"]


def goals(group, case):
    """The goal that a case belongs to, or None."""
    if group.startswith("F "):
        return "gradients, fixed" if group == "F gradients" else "fixed"
    if group in ("R square", "R 4 x n x 4", "R n x 4 x 4"):
        return "run time, n to 24" if max(map(int, case.split(" x "))) <= 24 else None
    return "user's elements" if group == "user" else None


def measure(build, a):
    flags, target = FLAGS[build], TARGET / build
    features = ["--features", a.features] if a.features else []
    if a.quick:
        features, target = ["--no-default-features", "--features", a.quick], TARGET / f"{a.quick}-{build}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    environment |= {
        "RUSTFLAGS": flags,
        "RAYON_NUM_THREADS": "1",
        "PEERS_XSMM": str(a.wheels / "etops/libeinsum_ir.so"),
        "PEERS_OPENBLAS": str(a.wheels / "scipy_openblas32/lib/libscipy_openblas.so"),
    }
    subprocess.run(["cargo", "build", "--release", "--quiet", "--target-dir", target, *features], cwd=HERE, env=environment, check=True)
    command = [target / "release/small", str(a.rounds), *([a.filter] if a.filter else [])]
    lines = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


def machine():
    output = lambda *command: subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, text=True).stdout.strip()
    cpu = dict(line.split(":", 1) for line in output("lscpu").splitlines() if ":" in line)
    wanted = ["Model name", "CPU family", "Model", "CPU(s)", "Hypervisor vendor", "L1d cache", "L1i cache", "L2 cache", "L3 cache"]
    return {k: cpu[k].strip() for k in wanted if k in cpu} | {
        "date": time.strftime("%Y-%m-%d"),
        "load average": "%.1f" % os.getloadavg()[0],
        "commit": output("git", "rev-parse", "--short", "HEAD"),
        "rustc": output("rustc", "--version"),
    }


def versions(wheels):
    lock = tomllib.load(open(HERE / "Cargo.lock", "rb"))
    found = {p["name"]: p["version"] for p in lock["package"] if p["name"] in CRATES}
    return found | {w.name.split("-")[0]: w.name.split("-")[1] for w in sorted(wheels.glob("*.whl"))}


def geomean(xs):
    return math.exp(sum(map(math.log, xs)) / len(xs))


def tables(run, by):
    for key in ("machine", "versions"):
        print(key + ": " + "; ".join(f"{k} {v}" for k, v in run[key].items()))
    summary, ratios = {}, {}
    for build, rows in run["builds"].items():
        for row in rows:
            if "fact" in row:
                print(f"{build}: {row['fact']}: {row['value']}")
            if "skipped" in row:
                print(f"{build}: skipped {row['skipped']}: {row['reason']}")
        sheets = {}
        for row in (r for r in rows if "least" in r):
            sheet = sheets.setdefault((row["group"], row["mode"], row["type"]), {})
            sheet.setdefault(row["case"], {})[row["peer"]] = row[by]
        if any(group == "user" for group, _, _ in sheets):  # the types are the cases: one table
            for mode in ("throughput", "latency"):
                keys = [k for k in sheets if k[0] == "user" and k[1] == mode]
                sheets["user", mode, ""] = {c: t for k in keys for c, t in sheets.pop(k).items()}
        for (group, mode, dtype), cases in sheets.items():
            peers = list(dict.fromkeys(p for times in cases.values() for p in times))
            width = max(map(len, cases))
            print(f"\n{build}, {mode}, {group}{' ' if dtype else ''}{dtype}\n{'':{width}}", *(f"{p:>14}" for p in peers), "       ratio  fastest")
            for case, times in cases.items():
                ours = next(times[o] for o in OURS if o in times)
                others = {p: t for p, t in times.items() if p not in OURS}
                fastest = min(others, key=others.get)
                ratio = others[fastest] / ours
                print(f"{case:{width}}", *(f"{times[p]:14.1f}" if p in times else " " * 14 for p in peers), f"{ratio:12.2f}  {fastest}")
                summary.setdefault(group, {}).setdefault((build, mode), []).append((ratio, f"{case} {dtype}"))
                if goal := goals(group, case):
                    ratios.setdefault(goal, {}).setdefault((build, mode), []).append((ratio, f"{group[2:] if group[1] == ' ' else ''} {case} {dtype}"))
    for title, groups in (("groups", summary), ("goals", ratios)):
        columns = list(dict.fromkeys(c for g in groups.values() for c in g))
        print(f"\n{title}: fastest peer / ours, geometric mean and least\n{'':20}", *(f"{b + ' ' + m:>20}" for b, m in columns), "  least")
        for group, cells in groups.items():
            texts = (f"{geomean([r for r, _ in cells[c]]):13.2f} {min(cells[c])[0]:6.2f}" if c in cells else " " * 20 for c in columns)
            print(f"{group:20}", *texts, "  " + min(x for c in cells.values() for x in c)[1].strip())


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", default=TARGET / "small.json", type=pathlib.Path)
    p.add_argument("--builds", default="baseline,native")
    p.add_argument("--rounds", default=101, type=int)
    p.add_argument("--filter", help="only cases whose group and name contain this")
    p.add_argument("--features", default="", help="features of the package: fixed")
    p.add_argument("--quick", nargs="?", const="fixed", choices=["fixed", "dynamic"], help="one class alone: of class F arrays of fixed size, or class R and elements of users")
    p.add_argument("--wheels", default=TARGET / "wheels", type=lambda path: pathlib.Path(path).resolve(), help="where fetch.sh put them")
    p.add_argument("--by", default="least", choices=["least", "median"])
    p.add_argument("--table", type=pathlib.Path, help="print the tables of this file, measure nothing")
    a = p.parse_args()
    if not a.table:
        run = {"builds": {build: measure(build, a) for build in a.builds.split(",")}}
        run |= {"machine": machine(), "versions": versions(a.wheels)}
        a.out.parent.mkdir(parents=True, exist_ok=True)
        a.out.write_text(json.dumps(run))
        print(f"written: {a.out}", file=sys.stderr)
    tables(json.loads(a.table.read_text()) if a.table else run, a.by)


main()
