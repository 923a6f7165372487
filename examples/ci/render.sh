#!/usr/bin/env bash
# Render every song of a folder, as a job of a render farm does.
#
#   render.sh SONGS FILMS [options of `musivid video` ...]
#
# Films that exist are passed over, films that an earlier job began are gone on with, so the same line can
# be given until it ends with 0. FILMS/result.json says what came of each song. What musivid tells goes to stderr
# as it is, so `--progress json 2> progress.jsonl` gives a file of JSON alone.
# Leaves with musivid's exit code: 0 done, 1 failed, 2 usage, 3 something is missing, 4 some songs failed,
# 130 or 143 stopped.
set -uo pipefail
[ $# -ge 2 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
songs=$1 films=$2
shift 2
mkdir -p "$films" || exit 2

# exec's place is taken by a child, so that a signal to this script is handed on and waited for.
musivid video "$songs" -o "$films" --skip-existing --json "$@" >"$films/result.json" &
child=$!
trap 'kill -TERM "$child"' TERM INT HUP
wait "$child"
code=$?
while kill -0 "$child" 2>/dev/null; do # the first wait ends when a signal comes
    wait "$child"
    code=$?
done

case $code in
    0) echo "all songs are films in $films" ;;
    3) musivid doctor ;;
    4) echo "some songs failed; $films/result.json says which and why" ;;
    130 | 143) echo "stopped; the same line goes on from here" ;;
esac
exit "$code"
