#!/usr/bin/env bash
# Installs a build, builds examples/library against the installation, and runs both it and the
# installed programs. usage: check.sh SOURCE BUILD COMPILER
set -euo pipefail
source_dir=$1 build_dir=$2 compiler=$3
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT

cmake --install "$build_dir" --prefix "$prefix" >/dev/null
cmake -S "$source_dir/examples/library" -B "$prefix/example" -G Ninja \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$prefix"
cmake --build "$prefix/example"
"$prefix/example/example" "$source_dir/examples/parvagpu/s5.yaml"

# An installation may be moved.
mv "$prefix/bin" "$prefix/lib" "$(mkdir -p "$prefix/moved" && echo "$prefix/moved")"
shopt -s nullglob
for program in "$prefix"/moved/bin/*; do
    "$program" --version
done
