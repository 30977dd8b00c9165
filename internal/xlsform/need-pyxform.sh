#!/bin/sh
# Prints the Python that has ODK's pyxform, which says whether a form we write is one to
# others. Where there is none it makes one in the user's cache, with pip; as root on Debian
# it installs what that needs, and says so.
set -eu
version=4.5.0
home=${XDG_CACHE_HOME:-$HOME/.cache}/zoufang/pyxform-$version
python=$home/bin/python

has() { [ -x "$python" ] && "$python" -c 'import pyxform' 2>/dev/null; }
make_one() {
    rm -rf "$home.new" && python3 -m venv "$home.new" >&2 && "$home.new/bin/python" -m pip install -q --disable-pip-version-check "pyxform==$version" >&2
}

if ! has; then
    mkdir -p "$(dirname "$home")"
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing python3-venv from this system's packages." >&2
        apt-get update -qq >&2 || true
        apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null
    fi
    echo "Installing pyxform $version into $home." >&2
    if make_one; then
        rm -rf "$home" && mv "$home.new" "$home"
    fi
fi
has && { echo "$python"; exit 0; }
echo "The tests of forms in spreadsheets need Python 3.10 or newer with venv, and pip to reach its index for pyxform $version." >&2
exit 1
