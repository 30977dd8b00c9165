#!/bin/sh
# Says whether there is the Python that reads exports back as an office's programs would.
# What it needs beside the standard library goes into the user's cache, once; the last
# line of the output is the interpreter to use.
set -eu
cache="${XDG_CACHE_HOME:-$HOME/.cache}/zoufang/python-1"
have() { [ -x "$cache/bin/python" ] && "$cache/bin/python" -c 'import openpyxl' 2>/dev/null; }
if ! have; then
    if ! command -v python3 >/dev/null 2>&1 || ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            echo "Installing python3-venv from this system's packages." >&2
            apt-get update -qq >&2 || true
            apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null
        else
            echo "The tests of exports need: python3 with venv (Debian: apt install python3-venv)." >&2
            exit 1
        fi
    fi
    rm -rf "$cache"
    python3 -m venv "$cache"
    "$cache/bin/python" -m pip install -q --disable-pip-version-check openpyxl==3.1.5 >&2
    have || { echo "The tests of exports need openpyxl, and it cannot be had." >&2; exit 1; }
fi
echo "$cache/bin/python"
