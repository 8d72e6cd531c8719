#!/bin/sh
# Which lines of src/ the tests run: by file, the lines they do not run, and the total; status 1 where that is under
# 90 %. `./run coverage` installs what it needs first.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
build=$root/build-coverage
jobs=$(nproc)
cd "$root"

# quietly COMMAND...: what it says is shown only when it fails.
quietly() {
    "$@" >"$build.log" 2>&1 </dev/null || {
        cat "$build.log"
        exit 1
    }
}

quietly cmake --fresh --preset coverage -B "$build" -G Ninja -DCMAKE_C_COMPILER=gcc
find "$build" -name '*.gcda' -delete
quietly cmake --build "$build" --parallel "$jobs"
# what only waits for a browser or builds once more reaches no other lines
quietly ctest --test-dir "$build" --output-on-failure --parallel "$jobs" -R '^(unit|cli|rules|cases|examples|reports$|lua)'
rm "$build.log"
gcovr --root "$root" --object-directory "$build" --filter "$root/src/" --fail-under-line 90 "$build"
