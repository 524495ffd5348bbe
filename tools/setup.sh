#!/bin/sh
# Installs what the build, the program and the tests need and is missing (Debian 12, Ubuntu 24.04).
# Asks apt only when something is missing, so it works without network on a machine that has it all.
set -eu

packages='
build-essential meson ninja-build pkg-config python3
libsqlite3-dev libpq-dev libmicrohttpd-dev libcurl4-openssl-dev libssl-dev libjansson-dev libcjose-dev
libargon2-dev libmagic-dev libarchive-dev libxml2-dev libstemmer-dev zlib1g-dev
poppler-utils catdoc
'
for_tests='libcmocka-dev clang llvm libclang-rt-dev libxml2-utils postgresql postgresql-client'

[ "${1-}" = "--run-only" ] || packages="$packages $for_tests"

missing=
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
        missing="$missing $package"
done
if [ -z "$missing" ]; then
    exit 0
fi

echo "setup: installing$missing"
as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root=sudo
fi
export DEBIAN_FRONTEND=noninteractive
# Word splitting of $missing is meant.
# shellcheck disable=SC2086
if ! $as_root apt-get install -y --no-install-recommends $missing; then
    $as_root apt-get update
    $as_root apt-get install -y --no-install-recommends $missing
fi
