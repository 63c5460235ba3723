#!/usr/bin/env bash
# Seconds that rustc takes per call site of `einsum!`: a crate with 100 different subscripts of the conformance cases,
# less the same crate with 1, over 99. Writes into target/compile_time/. Prints a table in Markdown.
#
#     benches/compile_time.sh [two|all] [runs]       # subscripts of two operands, or of any number; 3 runs
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
kind=${1:-two} runs=${2:-3} sites=100
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
    printf '\n`cargo build --release` of the facade from scratch: %.1f s\n' "$(from_scratch)"
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
