#!/bin/sh
# Prints where schemathesis and openapi-spec-validator are, which hold the API against
# its own document. They are installed once into the user's cache, never into the tree.
set -eu
version=4.32.5
dir=${XDG_CACHE_HOME:-$HOME/.cache}/zoufang/schemathesis-$version
if [ ! -e "$dir/ready" ]; then
    command -v python3 >/dev/null 2>&1 || { echo "The tests of the API's document need: python3 with venv (Debian: apt install python3-venv)." >&2; exit 1; }
    echo "Installing schemathesis $version into $dir." >&2
    rm -rf "$dir"
    python3 -m venv "$dir" >&2
    "$dir/bin/pip" install -q --disable-pip-version-check "schemathesis==$version" "openapi-spec-validator==0.9.0" >&2
    touch "$dir/ready"
fi
echo "$dir/bin"
