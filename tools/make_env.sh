#!/bin/sh
# Make a virtual environment with exactly the packages of requirements.lock. Usage: make_env.sh FOLDER
set -eu
folder=$1
cd "$(dirname "$0")/.."

suits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1; }

python=""
for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
    if suits "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    echo "parcelwatch needs Python 3.11, 3.12 or 3.13, and none was found." >&2
    echo "Install one (on Debian: apt-get install python3 python3-venv) or name it: make env PYTHON=/path/to/python3.12" >&2
    exit 1
fi

if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    version=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq --no-install-recommends "$version"
    else
        echo "This Python cannot make virtual environments. Install the package $version, then run make again." >&2
        exit 1
    fi
fi

"$python" -m venv --clear "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
