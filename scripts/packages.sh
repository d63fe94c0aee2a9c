#!/bin/sh
# Installs the Debian packages named in packages.txt that are missing; asks once on a terminal.
# ASSUME_YES=1 goes on without asking, and so does a run without a terminal.
set -eu
here=$(dirname "$0")

wanted=$(grep -v '^#' "$here/packages.txt" | tr '\n' ' ')
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "==> packages: not a Debian system; the tests expect what these packages hold: $wanted"
    exit 0
fi

missing=
for package in $wanted; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "==> packages: the tests need these Debian packages:$missing"
if [ -t 0 ] && [ "${ASSUME_YES:-0}" != 1 ]; then
    printf 'Install them now? [Y/n] '
    read -r answer
    case $answer in
    '' | y | Y | yes) ;;
    *) echo "Not installed. To do it yourself: apt-get install$missing" >&2 && exit 1 ;;
    esac
fi

as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
        echo "Neither root nor sudo is at hand. Install these first:$missing" >&2
        exit 1
    }
    as_root=sudo
fi

install() {
    # shellcheck disable=SC2086  # lists of words on purpose
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=300 -qq -y --no-install-recommends install $missing >/dev/null
}

# The package lists of a fresh machine are empty or old: then the first attempt fails and is made again.
install 2>/dev/null || {
    $as_root apt-get -o DPkg::Lock::Timeout=300 -qq update
    install
}
