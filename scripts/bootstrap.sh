#!/bin/sh
# Makes .venv from uv.lock with nothing but a Python 3.11 or newer at hand.
#
#   bootstrap.sh run     what `outrider` needs
#   bootstrap.sh dev     and the development tools
#   bootstrap.sh docs    and what the manual is built with
#
# uv does the work. Where it is not installed, it is put into .tools: through a virtual environment, else
# (Debian's python3 has no ensurepip) through pip, else (and no pip) through pip's own wheel from PyPI.
set -eu
cd "$(dirname "$0")/.."
group=${1:-dev}

PIP_WHEEL=https://files.pythonhosted.org/packages/07/25/ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/pip-26.3-py3-none-any.whl
PIP_SHA256=f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13
UV_REQUIREMENT='uv>=0.8'

fail() {
    echo "E-SETUP: $1" >&2
    exit 1
}

find_python() {
    for name in ${PYTHON:-} python3 python python3.14 python3.13 python3.12 python3.11; do
        # The interpreter itself, not a shim or a link that later means another one.
        "$name" -c 'import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)' 2>/dev/null && return
    done
    return 1
}

uv_by_venv() {
    "$python" -m venv .tools >/dev/null 2>&1 || return 1
    .tools/bin/python -m pip install --quiet --disable-pip-version-check "$UV_REQUIREMENT"
}

uv_by_pip() {
    "$python" -m pip --version >/dev/null 2>&1 || return 1
    "$python" -m pip install --quiet --disable-pip-version-check --target .tools "$UV_REQUIREMENT"
}

uv_by_wheel() {
    mkdir -p .tools
    "$python" - "$PIP_WHEEL" "$PIP_SHA256" .tools/pip.whl <<'PYTHON' || return 1
import hashlib, sys, urllib.request
url, digest, target = sys.argv[1:]
try:
    with urllib.request.urlopen(url, timeout=60) as answer:
        data = answer.read()
except OSError as error:
    sys.exit(f"{url}: {error}")
if hashlib.sha256(data).hexdigest() != digest:
    sys.exit(f"{url}: not the file that was expected")
with open(target, "wb") as file:
    file.write(data)
PYTHON
    "$python" .tools/pip.whl/pip install --quiet --disable-pip-version-check --target .tools "$UV_REQUIREMENT"
}

find_uv() {
    # An old uv that lacks what we ask of it is as good as none.
    if command -v uv >/dev/null && uv sync --help 2>/dev/null | grep -q -e --no-default-groups; then
        command -v uv
        return
    fi
    if [ ! -x .tools/bin/uv ]; then
        echo "==> setup: fetching uv into .tools" >&2
        # What an attempt left behind must not confuse the next one.
        { rm -rf .tools && uv_by_venv; } || { rm -rf .tools && uv_by_pip; } || { rm -rf .tools && uv_by_wheel; } || {
            rm -rf .tools
            return 1
        }
    fi >&2
    echo .tools/bin/uv
}

python=$(find_python) || fail "Python 3.11 or newer is needed (PYTHON=/path/to/python names one)"
uv=$(find_uv) || fail "uv could not be fetched; install it (https://docs.astral.sh/uv/) or Debian's python3-venv"

case $group in
run) set -- ;;
dev) set -- --group dev ;;
docs) set -- --group docs ;;
*) fail "no such group: $group" ;;
esac

echo "==> setup: .venv ($group)"
unset VIRTUAL_ENV PYTHONPATH PYTHONHOME
export UV_PROJECT_ENVIRONMENT=.venv
# An existing environment keeps its Python; --inexact leaves the other groups' packages in place.
[ -x .venv/bin/python ] || set -- "$@" --python "$python"
"$uv" sync --quiet --frozen --inexact --no-default-groups "$@"
