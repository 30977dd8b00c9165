#!/bin/sh
# Says whether there is a Chromium for the browser tests, with fonts for hanzi.
# As root on Debian it installs what is missing and says so.
set -eu
browser=${CHROMIUM:-/usr/bin/chromium}
missing=
[ -x "$browser" ] || missing="$missing chromium"
fc-list :lang=zh-cn 2>/dev/null | grep -q . || missing="$missing fonts-noto-cjk"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing$missing from this system's packages." >&2
    apt-get update -qq >&2 || true
    # shellcheck disable=SC2086 # one word per package
    apt-get install -y -qq --no-install-recommends fontconfig $missing >/dev/null
    [ -x "$browser" ] && exit 0
fi
echo "The browser tests need:$missing (Debian: apt install chromium fonts-noto-cjk)." >&2
echo "A Chromium elsewhere is named by CHROMIUM=/path/to/chromium." >&2
exit 1
