#!/bin/sh
# Installs the system packages that the tests need, where we are root; else lists what is missing and goes on.
set -eu
missing=""
need() { # need COMMAND-OR-FILE PACKAGE
    command -v "$1" >/dev/null 2>&1 || [ -e "$1" ] || missing="$missing $2"
}
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
need espeak-ng espeak-ng
need soffice libreoffice-calc-nogui
need php php-cli
php -m 2>/dev/null | grep -qx soap || missing="$missing php-soap"
command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || need chromium chromium
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ]; then
    echo "Installing$missing"
    apt-get update -qq
    for package in $missing; do # one by one: Ubuntu has no chromium but as a snap
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null ||
            echo "There is no package $package here. Its tests won't run (a browser of any kind: see tests/browser)." >&2
    done
else
    echo "The tests need packages that only root can install: apt-get install$missing" >&2
fi
