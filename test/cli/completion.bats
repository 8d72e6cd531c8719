#!/usr/bin/env bats
# krug completion, in the shells themselves: what a person types and the Tab key, on a terminal.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

# shell NAME: installs its completion and makes krug findable.
shell() {
    shell=$1
    script=$BATS_TEST_TMPDIR/completion
    krug 0 completion "$shell"
    says_nothing
    printf '%s\n' "$output" >"$script"
    PATH=$(dirname "$KRUG"):$PATH
}

# tab LINE TEXT...: after LINE and Tab, the line as the shell has it, with what it offers, holds each TEXT.
tab() {
    local line=$1
    shift
    run --separate-stderr python3 "$BATS_TEST_DIRNAME/tab.py" "$shell" "$script" "$line"
    [ "$status" -eq 0 ] || { printf '%s\n%s\n' "$output" "$stderr"; return 1; }
    has "after $line<Tab> in $shell, the screen" "$output" "$@"
}

completes() {
    git init -q .
    git -c user.name=t -c user.email=t@example.com commit -q --allow-empty -m t
    git branch release-1.2
    mkdir -p 'dir with blanks'
    service 'dir with blanks/file.yaml' a http
    tab 'krug lin' 'krug lint '
    tab 'krug li --help' 'krug li --help' # nothing to add
    tab 'krug lint --form' 'krug lint --format'
    tab 'krug rules --form' 'krug rules --format'
    tab 'krug lint --fail-on e' '--fail-on error'
    tab 'krug lint --color al' '--color always'
    tab 'krug explain istio/port-na' 'krug explain istio/port-name'
    tab 'krug lint --rule istio/port-na' '--rule istio/port-name'
    tab 'krug explain -f mark' '-f markdown'
    tab 'krug rules -f js' '-f json'
    tab 'krug help expl' 'krug help explain'
    tab 'krug new pol' 'krug new policy'
    tab 'krug completion fi' 'krug completion fish'
    tab 'krug lint dir' 'blanks/'
    tab 'krug lint --since release-1' '--since release-1.2'
    tab 'krug lint --root dir' 'blanks/'
}

@test "bash" {
    shell bash
    bash -n "$script"
    completes
    tab 'krug lint --fail-on=wa' '--fail-on=warn'
    tab 'krug lint -f json:dir' 'blanks/'
    tab $'krug \t' lint explain completion
}

@test "zsh" {
    shell zsh
    zsh -n "$script"
    completes
    tab 'krug ' 'lint files and directories'
    tab 'krug lint --fail-on=wa' '--fail-on=warn'
}

@test "zsh, as it is installed" {
    shell zsh
    mv "$script" _krug
    mkdir "$script"
    mv _krug "$script"
    shell=zsh-installed
    tab 'krug explain istio/port-na' 'krug explain istio/port-name'
    tab 'krug lint --fail-on wa' '--fail-on warn'
}

@test "fish" {
    shell fish
    fish -n "$script"
    completes
    tab 'krug lint --fail-on=wa' '--fail-on=warn'
}

@test "every option of every command is completed in bash" {
    shell bash
    for command in lint test rules explain tree new; do
        options=$("$KRUG" help "$command" | grep -oE -- '^ .{5}--[a-z-]+' | grep -oE -- '--.*')
        [ -n "$options" ]
        for option in $options; do
            reply=$(bash -c 'source "$1"; COMP_WORDS=(krug "$2" --); COMP_CWORD=2; _krug; echo "${COMPREPLY[*]}"' - "$script" "$command")
            has "options of $command" " $reply " " $option "
        done
    done
}

@test "rules of the policy are completed too" {
    check 'local x = 1'
    shell bash
    tab 'krug explain t/' 'krug explain t/t'
}

@test "completion of other shells" {
    krug 2 completion
    says "bash, zsh or fish"
    krug 2 completion tcsh
    says "bash, zsh or fish"
    lacks "did you mean"
    prints_nothing
    krug 2 completion zhs
    says "did you mean zsh?"
    krug 2 completion bash zsh
    says "bash, zsh or fish"
}
