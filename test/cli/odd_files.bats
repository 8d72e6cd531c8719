#!/usr/bin/env bats
# What a file system may hold that is no plain file with a plain name, and names that are longer than any path may be.

# shellcheck disable=SC2154 # run sets stderr
load helper

setup_odd() {
    service dir/a.yaml a
    policy <<<'{root: true, default: off, rules: {istio/port-name: error}}'
}

# lints STATUS [ARGUMENT...]: as krug does, but is not waited for for ever
lints() {
    local expected=$1
    shift
    run --separate-stderr timeout 60 "$KRUG" lint "$@"
    [ "$status" -eq "$expected" ] || printf 'status %s\n%s\n%s\n' "$status" "$output" "$stderr"
    [ "$status" -eq "$expected" ]
}

only_a() {
    json '[f["file"] for f in d["findings"]] == ["dir/a.yaml"] and d["problems"] == []'
}

@test "links: a loop, one to nothing, and those that lead out are counted and not followed" {
    setup_odd
    ln -s loop.yaml loop.yaml
    ln -s nowhere nothing.yaml
    service ../outside/secret.yaml secret
    ln -s ../outside/secret.yaml secret.yaml
    ln -s ../outside outside
    lints 1 -f json
    only_a
    json 'd["summary"]["skipped"]["no_file"] == 3'
    lints 1
    prints "not checked: 3 manifests that are no files (links that are not followed, pipes, devices)"
    lints 1 dir -f json
    json 'd["summary"]["skipped"]["no_file"] == 0'
}

@test "links to what is linted under its own name hide nothing" {
    setup_odd
    ln -s dir/a.yaml link.yaml
    ln -s dir directory
    ln -s .. dir/up
    lints 1 -f json
    only_a
    json 'd["summary"]["files"] == 1 and d["summary"]["skipped"]["no_file"] == 0'
    lints 1 -f json link.yaml
    only_a
    lints 1 -f json directory
    only_a
}

@test "a link to a file that nobody lints is not kept quiet" {
    setup_odd
    mv dir/a.yaml dir/a.template
    ln -s dir/a.template a.yaml
    lints 2
    says "nothing was checked: 1 manifest is left out"
}

@test "a link that is named is not followed out of its repository either; one from elsewhere is" {
    setup_odd
    service ../outside/secret.yaml secret
    ln -s ../outside/secret.yaml secret.yaml
    lints 2 -f json secret.yaml dir
    says "secret.yaml: a symbolic link that leads out of" "/repo"
    json '[f["file"] for f in d["findings"]] == ["dir/a.yaml"]'
    lints 2 secret.yaml
    says "secret.yaml: a symbolic link that leads out of"
    ln -s "$PWD" ../outside/here
    lints 1 -f json ../outside/here
    only_a
}

@test "a pipe, a socket and a device are counted and never opened" {
    setup_odd
    mkfifo dir/pipe.yaml dir/Chart.yaml kustomization.yaml
    python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket.yaml")'
    lints 1 -f json
    only_a
    json 'd["summary"]["skipped"]["no_file"] == 4'
    lints 2 socket.yaml
    says "socket.yaml" "no file"
    lints 2 /dev/null
    says "/dev/null" "no file"
}

@test "a pipe in the place of a policy, a rule, a baseline" {
    setup_odd
    mkfifo .policy/baseline.json
    lints 2 -f json
    says ".policy/baseline.json" "not a regular file"
    json '[f["file"] for f in d["findings"]] == ["dir/a.yaml"]'
    rm .policy/baseline.json
    mkdir -p .policy/rules/t dir/.policy
    mkfifo .policy/rules/t/pipe.lua dir/.policy/policy.yaml
    lints 2 -f json
    says ".policy/rules/t/pipe.lua" "dir/.policy/policy.yaml" "not a regular file"
    for command in test rules baseline; do
        run --separate-stderr timeout 60 "$KRUG" "$command"
        [ "$status" -eq 2 ]
        says ".policy/rules/t/pipe.lua" "dir/.policy/policy.yaml"
    done
    run --separate-stderr timeout 60 "$KRUG" new policy dir
    [ "$status" -eq 2 ]
    [ -p dir/.policy/policy.yaml ]
}

@test "a policy above that cannot be read may be the root: nobody can say which directory is meant" {
    setup_odd
    rm -r .git
    mkdir -p .policy/old
    mv .policy/policy.yaml .policy/old/
    ln -s policy.yaml .policy/policy.yaml
    lints 2 dir
    says "repo/.policy/policy.yaml cannot be read: Too many levels of symbolic links"
    lints 2
    says ".policy/policy.yaml" "symbolic links in a policy are not followed"
}

@test "names that are no UTF-8, with line ends, quotes and commands of terminals" {
    setup_odd
    rm dir/a.yaml
    for name in $'bad\xff.yaml' $'line\nend.yaml' $'red\033[31m.yaml' 'quote"<&>.yaml' $'bidi\u202e.yaml' ' .yaml' '-f.yaml'; do
        service "dir/$name" a
    done
    lints 1 -f json
    json 'len(d["findings"]) == 7 and d["summary"]["files"] == 7'
    json 'sorted(f["file"] for f in d["findings"])[0] == "dir/ .yaml"'
    for format in console ndjson sarif github gitlab junit tap checkstyle html; do
        lints 1 -f "$format"
        LC_ALL=C lacks $'\033'
    done
    for format in console github tap; do
        lints 1 -f "$format"
        lacks $'line\nend'
    done
    lints 1 -f checkstyle
    printf '%s' "$output" | python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.stdin.buffer)'
    lints 1 -f json -- dir/*.yaml
    json 'len(d["findings"]) == 7'
}

@test "a problem about a file with such a name" {
    setup_odd
    mkfifo dir/$'red\033[31m\n\xff.yaml'
    lints 2 dir/red*
    says "is no file"
    lacks $'\033'
}

@test "a hundred thousand files in one directory" {
    setup_odd
    python3 - <<'END'
for i in range(100000):
    open("dir/%d.yaml" % i, "w").close()
END
    lints 1 -f json --progress never
    json 'd["summary"]["files"] == 100001 and [f["file"] for f in d["findings"]] == ["dir/a.yaml"]'
}

@test "directories so deep that no path can name what they hold are told, the rest is linted" {
    setup_odd
    python3 - <<'END'
import os
name = "d" * 250
for _ in range(20):
    os.mkdir(name)
    os.chdir(name)
open("b.yaml", "w").close()
END
    lints 2 -f json
    says "this directory cannot be read (File name too long): what it holds was not checked"
    json '[f["file"] for f in d["findings"]] == ["dir/a.yaml"] and len(d["problems"]) == 1'
    json 'd["problems"][0]["file"].startswith("ddd")'
}
