#!/usr/bin/env bash
# Seconds that rustc takes per call site of `einsum!`: a crate with 100 different subscripts of the conformance cases,
# less the same crate with 1, over 99. Writes into target/compile_time/. Prints a table in Markdown.
#
#     benches/compile_time.sh [two|all] [runs]       # subscripts of two operands, or of any number; 3 runs
#     benches/compile_time.sh FORMULA [runs]         # 9 sites of a formula: convolution, layer (both forward), softmax, attention
#                                                    # (both with gradients, but for softmax_forward, attention_forward)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
kind=${1:-two} runs=${2:-3} sites=9
case $kind in two | all) sites=100 ;; esac
work=$root/target/compile_time
# Nobody else's build is to hold the lock, or to be timed.
export CARGO_TARGET_DIR=$work/target
hash python3 cargo

main() {
    generate "$sites" >"$work/many.rs"
    generate 1 >"$work/one.rs"
    printf '%s; %s; %s; %s subscripts; median of %s\n\n' "$(date -I)" "$(lscpu | sed -n 's/^Model name: *//p')" \
        "$(rustc --version | cut -d' ' -f1-2)" "$kind" "$runs"
    printf '| command | 1 site | %s sites | per site |\n| --- | --- | --- | --- |\n' "$sites"
    for command in check build 'build --release'; do
        one=$(median one "$command") many=$(median many "$command")
        awk -v c="$command" -v one="$one" -v many="$many" -v n=$((sites - 1)) \
            'BEGIN { printf "| `cargo %s` | %.2f s | %.2f s | %.1f ms |\n", c, one, many, (many - one) * 1000 / n }'
    done
    case $kind in
    two | all) printf '\n`cargo build --release` of the facade from scratch: %.1f s\n' "$(from_scratch)" ;;
    esac
}

# Seconds to compile the crate with `$1` sites by `cargo $2`, its dependencies being compiled.
median() {
    cp "$work/$1.rs" "$work/src/lib.rs"
    build "$2"
    for _ in $(seq "$runs"); do
        touch "$work/src/lib.rs"
        seconds build "$2"
    done | sort -n | sed -n "$(((runs + 1) / 2))p"
}

# shellcheck disable=SC2086 # `build --release` is two words
build() { CARGO_INCREMENTAL=0 cargo $1 --quiet --manifest-path "$work/Cargo.toml"; }

from_scratch() {
    rm -rf "$work/scratch"
    seconds env CARGO_TARGET_DIR="$work/scratch" cargo build --release --quiet --manifest-path "$root/Cargo.toml"
}

seconds() {
    local start
    start=$(date +%s.%N)
    "$@" >&2
    awk -v start="$start" -v end="$(date +%s.%N)" 'BEGIN { printf "%.3f\n", end - start }'
}

# The source of a crate with so many sites.
generate() {
    python3 - "$root/tests/conformance/cases.json" "$kind" "$1" <<'EOF'
import json, sys

path, kind, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
CONVOLUTION = "[n, f, i, j] = x[n, c, i + p, j + q] * w[f, c, p, q]"
LAYER = "[n, f, i, j] = relu(sum[c, p, q](zero(x)[n, c, i + p - 1, j + q - 1] * w[f, c, p, q]) + b[f]); i = x.dim().2, j = x.dim().3"
SOFTMAX = "{ let p[n, i] = exp(x[n, i] - max[i](x[n, i])); [n, i] = p[n, i] / sum[i](p[n, i]) }"
ATTENTION = """{ let s[h, i, j] = q[h, i, e] * k[h, j, e] / 8.0; let p[h, i, j] = exp(s[h, i, j] - max[j](s[h, i, j]));
    [h, i, d] = p[h, i, j] * v[h, j, d] / sum[j](p[h, i, j]) }"""
# The formula, its operands with their ranks, and the rank of its value.
FORMULAS = {
    "convolution": (CONVOLUTION, {"x": 4, "w": 4}, 4), "layer": (LAYER, {"x": 4, "w": 4, "b": 1}, 4),
    "softmax": (SOFTMAX, {"x": 2}, 2), "attention": (ATTENTION, {"q": 3, "k": 3, "v": 3}, 3),
}
name = kind.removesuffix("_forward")
if name in FORMULAS:
    formula, operands, rank = FORMULAS[name]
    array = "Array{}<f32>".format
    parameters = ", ".join(f"{x}: &{array(r)}" for x, r in operands.items())
    gradients = "".join(f"{array(r)}, " for r in operands.values())
    print("#![allow(missing_docs)]\nuse ndarray::*;")
    for number in range(count):
        if name in ("convolution", "layer") or kind != name:
            print(f"pub fn site{number}({parameters}) -> {array(rank)} {{ einsum::einsum!({formula}) }}")
        else:
            print(f"pub fn site{number}({parameters}, dy: &{array(rank)}) -> ({array(rank)}, ({gradients})) {{")
            print(f"    let (y, pullback) = einsum::einsum_vjp!({formula}); let gradients = pullback(dy); (y, gradients) }}")
    sys.exit()
unwanted = {"einops_syntax", "new_output_index"}
sites = {}
for case in json.load(open(path)):
    ranks = [len(shape) for shape in case["shapes"]]
    wanted = kind == "all" or len(ranks) == 2
    if case["valid"] and wanted and max(ranks) <= 6 and len(case["out_shape"]) <= 6 and not unwanted & set(case["tags"]):
        # Spaces make no other subscripts, but other ranks do.
        sites.setdefault((case["spec"].replace(" ", ""), *ranks), len(case["out_shape"]))
sites = list(sites.items())
assert len(sites) >= count, f"only {len(sites)} subscripts"
# Spread over the suites, of which one comes after the other.
chosen = [sites[position * len(sites) // count] for position in range(count)]
print("#![allow(missing_docs)]\nuse ndarray::*;")
for number, ((spec, *ranks), rank) in enumerate(chosen):
    operands = ", ".join(f"x{n}: &Array{r}<f32>" for n, r in enumerate(ranks))
    arguments = ", ".join(f"x{n}" for n in range(len(ranks)))
    value = f"Array{rank}<f32>" if rank else "f32"
    print(f"pub fn site{number}({operands}) -> {value} {{ einsum::einsum!({json.dumps(spec, ensure_ascii=False)}, {arguments}) }}")
EOF
}

mkdir -p "$work/src"
cat >"$work/Cargo.toml" <<EOF
[package]
name = "compile_time"
version = "0.0.0"
edition = "2024"

[dependencies]
einsum-compiler = { path = "$root" }
ndarray = { version = "0.17", default-features = false, features = ["std"] }

[workspace]
EOF
cp "$root/Cargo.lock" "$work/Cargo.lock"
main
