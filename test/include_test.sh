#!/bin/sh
# include_test.sh SRC: fails where a file below SRC includes from a higher floor (design, section 10), or a
# library's header from where it does not belong; prints each such line.
# include_test.sh --self-test: shows on made-up trees that it can fail.
set -eu

# check SRC: the lines that are wrong, on standard output; status 1 where there are any.
check() {
    # shellcheck disable=SC2016 # $0 is awk's
    (cd "$1" && find . -name '*.[ch]' | LC_ALL=C sort | sed 's,^\./,,' | xargs awk '
        function wrong(why) {
            printf "%s:%d: %s: %s\n", FILENAME, FNR, $0, why
            bad = 1
        }
        BEGIN {
            count = split("base yaml repo policy engine report cli", names, " ")
            for (i = 1; i <= count; i++)
                floor[names[i]] = i - 1
            only["lua.h"] = only["lauxlib.h"] = only["lualib.h"] = only["lua.hpp"] = "engine"
            once["yaml.h"] = once["pcre2.h"] = 1
        }
        FNR == 1 {
            own = FILENAME
            files++
            if (!sub("/.*", "", own) || !(own in floor)) {
                printf "%s: lies on no floor\n", FILENAME
                bad = 1
            }
        }
        /^[ \t]*#[ \t]*include[ \t]*["<]/ {
            header = $0
            sub(/^[^"<]*["<]/, "", header)
            sub(/[">].*/, "", header)
            folder = header
            if (!sub("/.*", "", folder))
                folder = ""
            if (folder == "." || folder == ".." || header ~ /\/\.\.?\//)
                wrong("write the path from src/ on")
            else if (folder in floor && (own in floor) && floor[folder] > floor[own])
                wrong("floor " floor[folder] " from floor " floor[own])
            else if (folder == "" && $0 ~ /include[ \t]*"/ && !(header in only) && !(header in once))
                wrong("write the path from src/ on")
            if (header in only && own != only[header])
                wrong("only src/" only[header] "/ may include it")
            if (header in once) {
                if (header in seen && seen[header] != FILENAME)
                    wrong("included in " seen[header] " already; one file may")
                seen[header] = FILENAME
            }
        }
        END {
            if (!files) {
                print "there is no file"
                bad = 1
            }
            exit bad
        }')
}

# expect STATUS TEXT NAME: runs the check on the tree made so far; TEXT must be in what it prints.
expect() {
    status=0
    out=$(check "$tree") || status=$?
    if [ "$status" -eq 0 ] && [ "$1" -eq 1 ] || [ "$status" -ne 0 ] && [ "$1" -eq 0 ]; then
        echo "self-test: $3: status $status: $out" >&2
        exit 1
    fi
    case $out in
    *"$2"*) ;;
    *)
        echo "self-test: $3: expected \"$2\", got: $out" >&2
        exit 1
        ;;
    esac
}

# put FILE LINE...: a file of the made-up tree.
put() {
    file=$tree/$1
    shift
    mkdir -p "$(dirname "$file")"
    printf '%s\n' "$@" >"$file"
}

self_test() {
    tree=$(mktemp -d)
    trap 'rm -rf "$tree"' EXIT
    expect 1 "there is no file" "an empty tree"
    put base/text.h '#include <stddef.h>'
    put yaml/yaml.c '#include "base/text.h"' '#include <yaml.h>'
    put base/regex.c '#include <pcre2.h>'
    put engine/sandbox.c '#include <lua.h>' '#include <lauxlib.h>' '#include "yaml/load.h"'
    put cli/main.c '#include "cli/options.h"' '#include "report/report.h"'
    expect 0 "" "a good tree"
    for case in 'base yaml' 'yaml repo' 'repo policy' 'policy engine' 'engine report' 'report cli'; do
        low=${case% *} high=${case#* }
        put "$low/up.c" '' "  # include \"$high/x.h\""
        expect 1 "$low/up.c:2: " "$low includes from $high"
        put "$low/up.c" "#include <$high/x.h>"
        expect 1 "$low/up.c:1: " "$low includes from $high in angle brackets"
        rm "$tree/$low/up.c"
    done
    put base/up.h '#include "../cli/options.h"'
    expect 1 "from src/ on" "a path with .."
    put base/up.h '#include "options.h"'
    expect 1 "from src/ on" "a path without a floor"
    put base/up.h '#include <yaml.h>'
    expect 1 "one file may" "yaml.h twice"
    put base/up.h '#include <pcre2.h>'
    expect 1 "one file may" "pcre2.h twice"
    for header in lua.h lauxlib.h lualib.h; do
        put base/up.h "#include <$header>"
        expect 1 "only src/engine/" "$header outside of the engine"
        put base/up.h "#include \"$header\""
        expect 1 "only src/engine/" "\"$header\" outside of the engine"
    done
    rm "$tree/base/up.h"
    put tools/x.c '#include <stdio.h>'
    expect 1 "lies on no floor" "a folder that is no floor"
    rm -r "$tree/tools"
    put x.c '#include <stdio.h>'
    expect 1 "lies on no floor" "a file outside of all floors"
    rm "$tree/x.c"
    expect 0 "" "the good tree again"
}

if [ "${1-}" = --self-test ]; then
    self_test
else
    check "${1:?usage: include_test.sh SRC}"
fi
