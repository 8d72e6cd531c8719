#!/bin/sh
# Checks of krug's own code, by name; status 1 where one fails. `./run check` installs what they need first.
#
#   tools/check.sh            what reads the code: format scripts gcc clang tidy cppcheck analyzer
#   tools/check.sh NAME...    those; asan, tsan and valgrind run the tests
#
# Each says nothing but its line where it passes, and all that it found where it fails.
# shellcheck disable=SC2317 # they are called by name
set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cd "$root" || exit 2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
jobs=$(nproc)

# build PRESET DIRECTORY OPTION...
build() {
    preset=$1 directory=$2
    shift 2
    cmake --fresh --preset "$preset" -B "$directory" -G Ninja "$@" &&
        cmake --build "$directory" --parallel "$jobs" -- -k 0
}

# test_in DIRECTORY OPTION...
test_in() {
    directory=$1
    shift
    ctest --test-dir "$directory" --output-on-failure --parallel "$jobs" "$@"
}

check_format() {
    find src test tools -name '*.[ch]' -print0 | xargs -0 clang-format-14 --dry-run -Werror
}

check_scripts() {
    find run .ci/run test tools \( -name '*.sh' -o -name '*.bats' -o -name '*.bash' -o -name run \) -print0 |
        xargs -0 shellcheck
}

# Both are strict: KRUG_WERROR is on in all but the release.
check_gcc() {
    build debug build-debug -DCMAKE_C_COMPILER=gcc
}

check_clang() {
    build debug build-clang -DCMAKE_C_COMPILER=clang-14
}

# A process for each file: of a second file the analyzer of clang 14 takes no va_list for initialised. The fuzz targets
# are built by their own preset, with all warnings as errors.
check_tidy() {
    [ -e build-clang/compile_commands.json ] || check_clang || return
    find src tools test -name '*.c' ! -path 'test/fuzz/*' -print0 | xargs -0 -P "$jobs" -n 1 clang-tidy-14 -p build-clang --quiet
}

# Tests are left out: it knows neither what cmocka's asserts end nor that cases are read by others.
check_cppcheck() {
    cppcheck -q -j "$jobs" --std=c11 --enable=warning,style,performance,portability,information \
        --library=posix --suppressions-list=.cppcheck --error-exitcode=1 --template=gcc \
        -D_GNU_SOURCE -DKRUG_VERSION='""' -I src src tools
}

# gcc's; with asserts, which it learns from.
check_analyzer() {
    cmake --fresh --preset debug -B build-analyzer -G Ninja -DCMAKE_C_COMPILER=gcc \
        -DCMAKE_C_FLAGS=-fanalyzer &&
        cmake --build build-analyzer --target krug --parallel "$jobs" -- -k 0
}

check_asan() {
    build asan build-asan &&
        UBSAN_OPTIONS=print_stacktrace=1 test_in build-asan
}

# What makes threads, or lints many documents on several workers. Not the tests of options and words, which start krug
# a thousand times for one file each, nor those of one thread that try all texts up to a length.
check_tsan() {
    build tsan build-tsan -DCMAKE_C_COMPILER=gcc &&
        TSAN_OPTIONS=halt_on_error=1 test_in build-tsan \
            -R '^(unit|rules|cases|examples|reports$|lua|cli\.(across|baseline|input|lint|since|waivers))' \
            -E '^unit\.(comments|glob|json|load)$'
}

# memcheck COMMAND...: its leaks, and whatever it reads that is not its own or that nobody wrote.
memcheck() {
    valgrind -q --error-exitcode=99 --leak-check=full --suppressions=test/valgrind.supp \
        --child-silent-after-fork=yes "$@" >/dev/null
    status=$?
    [ "$status" -eq 0 ] || echo "status $status under valgrind: $*"
    return "$status"
}

# The program as users have it, on whole repositories and the examples of rules, and the unit tests: but for those
# of load, json and parallel, which take minutes here; they run under ASan and TSan.
check_valgrind() {
    cmake --build build --parallel "$jobs" || return
    find build/test/unit -name '*_test' ! -name load_test ! -name json_test ! -name parallel_test -print0 |
        xargs -0 -P "$jobs" -n 1 "$0" --memcheck || return
    for example in monorepo stein broken; do
        memcheck build/krug lint --jobs 2 --fail-on never --root "examples/$example" "examples/$example" || return
    done
    memcheck build/krug test --root examples/monorepo examples/monorepo
}

if [ "${1-}" = --memcheck ]; then
    shift
    memcheck "$@"
    exit
fi
[ $# -gt 0 ] || set -- format scripts gcc clang tidy cppcheck analyzer
failed=0
for name in "$@"; do
    case $name in
    format | scripts | gcc | clang | tidy | cppcheck | analyzer | asan | tsan | valgrind) ;;
    *)
        echo "check: there is no $name"
        exit 2
        ;;
    esac
    start=$(date +%s)
    result=passed
    "check_$name" >"$log" 2>&1 </dev/null || {
        result=FAILED
        failed=1
        cat "$log"
    }
    printf 'check: %-10s %s %4d s\n' "$name" "$result" "$(($(date +%s) - start))"
done
exit "$failed"
