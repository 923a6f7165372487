#!/usr/bin/env bash
# Build sdist and wheel of this commit into dist/, and try the wheel in an environment of its own.
#
#   scripts/release.sh           all of it (some minutes, 8 GB under TMPDIR while it runs)
#   scripts/release.sh --check   only say whether this commit can be released
#
# PYTHON is the interpreter to build with (it needs the package `build`); the default is .venv's.
set -euo pipefail
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-.venv/bin/python}
readonly NEEDED_KB=8000000

version=$("$PYTHON" scripts/release_checks.py tree)
echo "musivid $version can be released" >&2
[ "${1:-}" != --check ] || exit 0

scratch=$(mktemp -d "${TMPDIR:-/tmp}/musivid-release.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
if [ "$(df -Pk "$scratch" | awk 'NR == 2 {print $4}')" -lt "$NEEDED_KB" ]; then
    echo "error: $scratch has less than $((NEEDED_KB / 1000000)) GB free; set TMPDIR" >&2
    exit 1
fi

# The wheel is made from the sdist, so that the sdist is known to hold all that is needed.
rm -rf dist
"$PYTHON" -m build --outdir dist . >"$scratch/build.log" 2>&1 || { cat "$scratch/build.log" >&2; exit 1; }
"$PYTHON" scripts/release_checks.py dist >&2

echo "installing the wheel where nothing else is" >&2
tag=$("$PYTHON" -c 'import sys; print("py%d.%d" % sys.version_info[:2])')
"$PYTHON" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --constraint "constraints/$tag.txt" "dist/musivid-$version-py3-none-any.whl"

# Far from the checkout, with a home of its own: only what was installed can be found.
cp examples/song.mp3 examples/lyrics.lrc "$scratch/"
cd "$scratch"
export HOME="$scratch/home" PATH="$scratch/venv/bin:$PATH"
unset PYTHONPATH MUSIVID_MODELS XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME
mkdir "$HOME"
musivid --version >version.txt
grep -q "^musivid  *$version\$" version.txt || { cat version.txt >&2; exit 1; }
musivid doctor >&2
musivid video song.mp3 --lyrics lyrics.lrc --preset tiny --to 4 -o tiny.mp4 --quiet
musivid video song.mp3 --to 2 --size 128x128 -o pocket.mp4 --quiet
musivid evaluate tiny.mp4 --preset quick --json --fail-under integrity.frames=100 --quiet >/dev/null
cd "$OLDPWD"

(cd dist && sha256sum -- * >"$scratch/SHA256SUMS" && mv "$scratch/SHA256SUMS" .)
printf '%s\n' "$PWD"/dist/*
