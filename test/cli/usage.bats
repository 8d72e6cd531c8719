#!/usr/bin/env bats
# The command line: what is wrong in it is told with what was probably meant, and the status is 2.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

@test "no command: says so and helps" {
    krug 2
    says "no command is given" "krug lint" "usage: krug COMMAND" "lint [PATH...]"
    prints_nothing
}

@test "help of the program" {
    for arguments in help --help -h; do
        krug 0 $arguments
        says_nothing
        prints "usage: krug COMMAND" "Exit status: 0" "lint" "rules" "explain" "tree" "test" "baseline"
        prints "new rule|policy [NAME]" "completion bash|zsh|fish"
    done
}

@test "help of a command" {
    for command in lint test rules explain tree new completion baseline; do
        krug 0 help "$command"
        says_nothing
        prints "usage: krug $command"
        help=$output
        krug 0 "$command" --help
        [ "$output" = "$help" ]
        krug 0 "$command" -h
        [ "$output" = "$help" ]
    done
}

@test "help names every option that a command takes" {
    krug 0 help lint
    prints --policy --root --rule --namespace --format --fail-on --jobs --isolated --stdin-name --allow-empty \
        --today --color --progress --quiet --stats --trace
    prints --baseline --since --staged
    lacks --prune # of another command
    krug 0 help tree
    prints --resources --positions
    krug 0 help rules
    prints --for "-f, --format NAME           console (default) or json"
    prints --today
    krug 0 help baseline
    prints --baseline --prune --grow --today
    krug 0 help explain
    prints "console (default) or markdown"
    krug 0 help new
    prints --kind
}

@test "help of two commands" {
    krug 2 help lint rules
    says "takes one command"
}

@test "help of an unknown command suggests one" {
    krug 2 help lnt
    says "unknown command lnt" "krug lint"
    prints_nothing
}

@test "version" {
    for arguments in --version -V; do
        krug 0 $arguments
        says_nothing
        [[ $output =~ ^krug\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
    done
}

@test "unknown command with a suggestion" {
    krug 2 lnt
    says "unknown command lnt" 'did you mean `krug lint`?'
    prints_nothing
    krug 2 trre
    says 'did you mean `krug tree`?'
}

@test "unknown command without one" {
    krug 2 frobnicate
    says "unknown command frobnicate" "krug help"
    lacks "did you mean"
}

@test "unknown option with a suggestion" {
    krug 2 lint --fromat json
    says "unknown option --fromat" "did you mean --format?"
    krug 2 lint --polcy=x
    says "did you mean --policy?"
    prints_nothing
}

@test "unknown option without one" {
    krug 2 lint --frobnicate
    says "unknown option --frobnicate"
    lacks "did you mean"
    krug 2 lint -x
    says "unknown option -x"
    krug 2 lint -qx
    says "unknown option -x"
}

@test "an option without its value" {
    for option in --format -f --policy -p --fail-on --jobs -j; do
        krug 2 lint "$option"
        says "$option needs a value"
    done
}

@test "a value for an option that takes none" {
    krug 2 lint --quiet=yes
    says "--quiet" "no value"
}

@test "an option of another command" {
    krug 2 rules --fail-on warn
    says '`krug rules` has no option --fail-on' "krug help rules"
    krug 2 tree --for x
    says '`krug tree` has no option --for'
}

@test "options may stand before the command and behind paths" {
    service a.yaml a
    krug 0 -q lint a.yaml
    krug 0 lint a.yaml -q
    krug 2 lint -- --quiet
    says "--quiet: No such file or directory"
}

@test "wrong values say what is right" {
    service a.yaml a
    krug 2 lint --fail-on fatal
    says "--fail-on fatal" "error, warn, info or never"
    for jobs in 0 -1 257 many 1x "" 99999999999999999999; do
        krug 2 lint "--jobs=$jobs"
        says "--jobs" "1 to 256"
    done
    krug 2 lint --color blue
    says "--color blue" "auto, always or never"
    krug 2 lint --progress no
    says "--progress no" "auto, always or never"
    for day in 2026-02-29 tomorrow 2026-1-1 26-01-01 2026-13-01; do
        krug 2 lint --today "$day"
        says "--today $day" "YYYY-MM-DD"
    done
    prints_nothing
}

@test "unknown format lists those there are" {
    service a.yaml a
    krug 2 lint -f yaml
    says 'unknown format `yaml`' console json
    krug 2 lint -f jsn
    says 'unknown format `jsn`' json
    prints_nothing
}

@test "two reports for standard output" {
    service a.yaml a
    krug 2 lint -f json -f console
    says "only one report" "NAME:FILE"
    prints_nothing
}

@test "commands that take one argument" {
    krug 2 explain
    says "takes one rule" "krug rules"
    krug 2 explain a b
    says "takes one rule"
    krug 2 tree
    says "takes one file"
    krug 2 tree a b
    says "takes one file"
}

@test "standard input is linted alone" {
    service a.yaml a
    krug 2 lint - a.yaml </dev/null
    says "standard input" "alone"
}

@test "--stdin-name without standard input" {
    service a.yaml a
    krug 2 lint a.yaml --stdin-name b.yaml
    says "--stdin-name" "-"
}
