#!/bin/sh
# Fetches the peers that are no crates: Eigen's headers, and the shared libraries of two wheels, unpacked into DIR.
#   fetch.sh [DIR]    (default: target/peers-small/wheels of the repository)
set -eu
dir=${1:-$(cd "$(dirname "$0")/../../.." && pwd)/target/peers-small/wheels}
mkdir -p "$dir"

[ -e "${EIGEN_INCLUDE:-/usr/include/eigen3}/Eigen/Dense" ] || { apt-get update -qq && apt-get install -y -qq libeigen3-dev; }

python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" download --quiet --no-deps --dest "$dir" etops scipy-openblas32
for wheel in "$dir"/*.whl; do
    python3 -m zipfile -e "$wheel" "$dir"
done
ls "$dir/etops/libeinsum_ir.so" "$dir/scipy_openblas32/lib/libscipy_openblas.so"
