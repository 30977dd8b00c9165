#!/bin/sh
# Says whether there are the tools that read printed slips back. As root on Debian
# it installs them and says so.
set -eu
have() { command -v pdftotext >/dev/null 2>&1 && command -v pdftoppm >/dev/null 2>&1; }
have && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing poppler-utils from this system's packages." >&2
    apt-get update -qq >&2 || true
    apt-get install -y -qq --no-install-recommends poppler-utils >/dev/null
    have && exit 0
fi
echo "The tests of what is printed need: poppler-utils (Debian: apt install poppler-utils)." >&2
exit 1
