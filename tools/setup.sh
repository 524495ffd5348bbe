#!/bin/sh
# Installs what the build, the program and the tests need and is missing (Debian 12, Ubuntu 24.04).
# Asks apt and npm only when something is missing, so it works without network on a machine that has
# it all. --run-only leaves out what only the tests need.
set -eu
cd "$(dirname "$0")/.."

packages='
build-essential meson ninja-build pkg-config python3
libsqlite3-dev libpq-dev libmicrohttpd-dev libcurl4-openssl-dev libssl-dev libjansson-dev libcjose-dev
libargon2-dev libmagic-dev libarchive-dev libxml2-dev libstemmer-dev zlib1g-dev libseccomp-dev
libqrencode-dev libharfbuzz-dev fonts-liberation fonts-dejavu-core poppler-utils catdoc
'
for_tests='
libcmocka-dev clang llvm libclang-rt-dev libxml2-utils postgresql postgresql-client pgbouncer
chromium glewlwyd default-jre-headless libpdfbox2-java libactivation-java libjaxb-api-java libcommons-io-java libcommons-logging-java
'
omit=
if [ "${1-}" = "--run-only" ]; then
    omit=--omit=dev
else
    packages="$packages $for_tests"
fi
# A Node.js that is there already will do, wherever it came from.
command -v npm >/dev/null || packages="$packages nodejs npm"

install_debian() {
    missing=
    for package in $packages; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
            missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
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
}

# node_modules/.done is package.json as it was when all of it was installed.
install_npm() {
    if [ -n "$omit" ]; then
        done=node_modules/.done-run
    else
        done=node_modules/.done
    fi
    cmp -s package.json "$done" && return 0
    echo "setup: npm install"
    npm install --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error $omit
    cp package.json "$done"
    cp package.json node_modules/.done-run
}

install_debian
install_npm
