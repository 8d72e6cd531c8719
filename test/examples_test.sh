#!/bin/sh
# Lints the example repositories and compares the complete reports with test/examples/NAME.txt (console) and
# NAME.json; then runs the examples of their rules.
#
#   test/examples_test.sh KRUG [NAME...]            compare
#   test/examples_test.sh --update KRUG [NAME...]   write what KRUG says today; read the diff before committing it
#
# Without a KRUG it takes build/krug, without a NAME all of them.
set -eu

# the day of the reports, so that no date in a policy changes them
today=2026-11-23

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
expected=$root/test/examples
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset KRUG_POLICY
failed=0

wrong() {
    printf 'examples_test: %s\n' "$*"
    failed=1
}

# The status that linting an example ends with: the first is in the middle of a rollout, the others have faults.
status_of() {
    case $1 in
    monorepo) echo 0 ;;
    *) echo 1 ;;
    esac
}

# lint NAME DIRECTORY OUTPUT OPTION...: lints it as seen from DIRECTORY, and checks the status; how long a run took
# is no part of a report.
lint() {
    name=$1 directory=$2 output=$3
    shift 3
    status=0
    (cd "$directory" && "$krug" lint --today "$today" --color never "$@") \
        >"$scratch/raw" 2>"$scratch/errors" || status=$?
    sed -e 's/([0-9.]* s)$/(0.00 s)/' -e 's/"seconds":[0-9.e+-]*/"seconds":0/' "$scratch/raw" >"$output"
    [ "$status" = "$(status_of "$name")" ] || wrong "$name: krug lint $* ended with status $status"
    if [ -s "$scratch/errors" ]; then
        cat "$scratch/errors"
        wrong "$name: krug lint $* wrote to standard error"
    fi
}

# compare NAME FILE ACTUAL
compare() {
    if [ -n "$update" ]; then
        cp "$3" "$expected/$2"
    elif ! diff -u "$expected/$2" "$3" >"$scratch/diff"; then
        cat "$scratch/diff"
        wrong "$1: the report is not test/examples/$2; if it should be: test/examples_test.sh --update"
    fi
}

check() {
    name=$1
    lint "$name" "$root" "$scratch/console" "examples/$name"
    compare "$name" "$name.txt" "$scratch/console"
    lint "$name" "$root" "$scratch/json" -f json "examples/$name"
    compare "$name" "$name.json" "$scratch/json"

    # from another directory, and on one thread, it is the same report
    lint "$name" "$root/examples/$name" "$scratch/inside" -f json -j 1
    diff -u "$scratch/json" "$scratch/inside" || wrong "$name: another report from inside the directory"

    # fails too where a rule has no passing or no failing example
    (cd "$root/examples/$name" && "$krug" test) >"$scratch/test" 2>&1 || {
        cat "$scratch/test"
        wrong "$name: krug test failed"
    }
}

update=
if [ "${1-}" = --update ]; then
    update=yes
    shift
fi
krug=${1-$root/build/krug}
[ $# -eq 0 ] || shift
[ -x "$krug" ] || { echo "examples_test: there is no $krug" >&2; exit 2; }
krug=$(CDPATH='' cd -- "$(dirname -- "$krug")" && pwd -P)/$(basename -- "$krug")
[ $# -gt 0 ] || set -- monorepo broken stein
for example; do
    check "$example"
done
exit "$failed"
