#!/bin/sh
# Makes deploy/secrets for compose.yaml; leaves alone what is there. Run once, and
# keep a copy of the directory apart from the machine.
#
# The directory is closed to others. The files in it are readable, since the
# containers see them under user ids of their own.
set -eu
cd "$(dirname "$0")"
umask 077
command -v openssl >/dev/null || { echo "openssl is needed" >&2; exit 1; }
mkdir -p secrets
cd secrets
new() { [ ! -e "$1" ]; }
keep() { cat >"$1.new" && chmod 444 "$1.new" && mv "$1.new" "$1"; }
random() { ! new "$1" || openssl rand -hex "$2" | keep "$1"; } # hex needs no escaping in an address

! new mongo-key || openssl rand -base64 756 | keep mongo-key
random mongo-root 24
random mongo-zoufang 24
random s3-access 10
random s3-secret 24
! new zoufang.env || keep zoufang.env <<END
ZOUFANG_MONGODB_URI=mongodb://zoufang:$(cat mongo-zoufang)@mongo-1:27017,mongo-2:27017,mongo-3:27017/zoufang?replicaSet=zoufang&authSource=admin
ZOUFANG_S3_ENDPOINT=http://minio:9000
ZOUFANG_S3_ACCESS_KEY=$(cat s3-access)
ZOUFANG_S3_SECRET_KEY=$(cat s3-secret)
END
echo "$(pwd) is complete" >&2
