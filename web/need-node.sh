#!/bin/sh
# Says whether Node.js can build the phone app. With --install, as make test
# calls it, it installs Debian's where that is new enough and says so; else it
# changes nothing.
set -eu
need=20

new_enough() { # "20.19.2" or Debian's "20.19.2+dfsg-1"
    major=${1%%.*}
    case $major in ''|*[!0-9]*) return 1 ;; esac
    [ "$major" -ge "$need" ]
}

have() {
    command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && new_enough "$(node --version | sed 's/^v//')"
}

have && exit 0

if [ "${1-}" = --install ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq >&2 || true
    offered=$(apt-cache policy nodejs 2>/dev/null | sed -n 's/^  Candidate: \([0-9]*:\)\{0,1\}//p')
    if new_enough "${offered:-none}"; then
        echo "Installing nodejs $offered and npm from this system's packages." >&2
        apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
        have && exit 0
    fi
fi

there=$(command -v node >/dev/null 2>&1 && node --version || echo "none")
echo "Node.js $need or newer with npm is needed to build the phone app; here is: $there." >&2
echo "Install it from https://nodejs.org or from the system's packages (Debian 13: apt install nodejs npm)." >&2
echo "Without it, 'go build ./server/zoufang' still makes the program, with a plain page in the app's place and no font to print with." >&2
exit 1
