#!/usr/bin/env bats
# krug lint -f NAME:FILE: where reports go, and what is left when they cannot.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

setup_finding() {
    service a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    out=$BATS_TEST_TMPDIR/out
    mkdir "$out"
}

# matrix: the rows of the first table of the page that was printed
matrix() {
    printf '%s' "$output" | python3 -c '
import re, sys
page = sys.stdin.read().replace("\u00a0", " ")
table = page[page.index("<tbody>"):page.index("</tbody>")]
for row in table.split("<tr ")[1:]:
    cells = [re.sub("<[^>]*>", "", cell).replace("\n", " ").strip() for cell in re.split("<t[hd]\\b", row)[1:]]
    print(" | ".join(cell.split(">", 1)[1] for cell in cells))'
}

formats="console json ndjson sarif github gitlab junit tap checkstyle html"

# without_seconds FILE
without_seconds() {
    sed -E -e 's/"seconds":[0-9.e+-]+|time="[0-9.]+"|\([0-9.]+ s\)//' "$1"
}

@test "every format is in the help, goes to standard output and into a file, and is the same there" {
    setup_finding
    for format in $formats; do
        krug 0 help lint
        prints " $format"
        "$KRUG" lint -f "$format" >"$out/1" 2>"$out/errors" || [ "$?" -eq 1 ]
        [ ! -s "$out/errors" ]
        grep -q "istio/port-name" "$out/1"
        krug 1 lint -f "$format:$out/2"
        prints_nothing
        says_nothing
        diff <(without_seconds "$out/1") <(without_seconds "$out/2")
    done
}

@test "all formats from one run are those of one run each" {
    setup_finding
    options=()
    for format in $formats; do
        options+=(-f "$format:$out/$format")
    done
    krug 1 lint "${options[@]}"
    for format in $formats; do
        krug 1 lint -f "$format:$out/alone"
        diff <(without_seconds "$out/$format") <(without_seconds "$out/alone")
    done
}

@test "a format that does not exist" {
    setup_finding
    krug 2 lint -f sarfi
    says "unknown format \`sarfi\`; did you mean \`sarif\`?" "there are console, json, ndjson, sarif, github, gitlab"
    krug 2 lint -f junit:
    says "--format junit: names no file behind the colon"
}

@test "two reports to one place" {
    setup_finding
    krug 2 lint -f json -f sarif
    says "only one report can go to standard output"
    krug 2 lint -f "json:$out/a" -f "sarif:$out/b" -f "html:$out/a"
    says "two reports cannot go to one file, $out/a"
    [ -z "$(ls -A "$out")" ]
}

@test "a report replaces the old one in one step, with its mode, and through a link" {
    setup_finding
    echo old >"$out/old"
    chmod 640 "$out/old"
    ln -s old "$out/link"
    exec 7<"$out/old"
    krug 1 lint -f "json:$out/link"
    [ "$(cat <&7)" = old ]
    exec 7<&-
    [ -L "$out/link" ]
    json 'rules == ["istio/port-name"]' "$out/old"
    [ "$(stat -c %a "$out/old")" = 640 ]
    [ "$(ls -A "$out")" = $'link\nold' ]
}

@test "a new report has the mode of any new file" {
    setup_finding
    (umask 027 && "$KRUG" lint -f "json:$out/new") || [ "$?" -eq 1 ]
    [ "$(stat -c %a "$out/new")" = 640 ]
}

@test "a report that cannot be written: the old one stays, the others are written, status 2" {
    setup_finding
    echo old >"$out/old"
    run --separate-stderr bash -c 'ulimit -f 8; "$KRUG" lint -f "html:$1/old" -f "json:$1/missing/new"' - "$out"
    [ "$status" -eq 2 ]
    says "$out/old could not be written: File too large" "$out/missing/new could not be written: No such file"
    [ "$(cat "$out/old")" = old ]
    [ "$(ls -A "$out")" = old ]
    krug 2 lint -f "json:$out/missing/new" -f "json:$out/good" -f "sarif:$out"
    says "$out/missing/new could not be written: No such file or directory" "$out could not be written: Is a directory"
    json 'rules == ["istio/port-name"]' "$out/good"
}

@test "a full disk, a device, a pipe that nobody reads" {
    setup_finding
    for format in $formats; do
        krug 2 lint -f "$format:/dev/full"
        says "/dev/full could not be written: No space left on device"
        [ -c /dev/full ]
        run --separate-stderr bash -c '"$KRUG" lint -f "$1" >/dev/full' - "$format"
        [ "$status" -eq 2 ]
        says "standard output could not be written: No space left on device"
        run --separate-stderr bash -c 'exec 9> >(:); wait $!; "$KRUG" lint -f "$1" >&9' - "$format"
        [ "$status" -eq 2 ]
        says "standard output could not be written: Broken pipe"
    done
    krug 1 lint -f json:/dev/null
    [ -c /dev/null ]
    krug 1 lint -f json:/dev/stdout
    json 'rules == ["istio/port-name"]'
}

@test "a file that may not be written is not replaced" {
    setup_finding
    echo old >"$out/old"
    chmod 444 "$out/old"
    chmod 777 "$out"
    chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.." .
    as_nobody test -x "$KRUG" && as_nobody test -r a.yaml || skip "the program is not to be reached without the rights of root"
    run --separate-stderr as_nobody "$KRUG" lint -f "json:$out/old"
    [ "$status" -eq 2 ]
    says "$out/old could not be written: Permission denied"
    [ "$(cat "$out/old")" = old ]
}

@test "servers get paths as seen from the top of the git repository, from wherever krug is started" {
    mkdir -p sub/dir
    service sub/dir/a.yaml a
    policy sub <<<'{root: true, default: off, rules: {istio/port-name: error}}'
    krug 1 lint sub -f github
    prints "file=sub/dir/a.yaml,"
    cd sub/dir || return 1
    krug 1 lint -f github
    prints "file=sub/dir/a.yaml,"
    krug 1 lint -f gitlab
    prints '"path":"sub/dir/a.yaml"'
    krug 1 lint -f sarif
    prints '"uri":"sub/dir/a.yaml","uriBaseId":"%SRCROOT%"'
    krug 1 lint -f json
    prints '"file":"dir/a.yaml"'
}

@test "standard input has no file to annotate" {
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    service "$BATS_TEST_TMPDIR/a.yaml" a
    run --separate-stderr bash -c '"$KRUG" lint -f github - <"$1"' - "$BATS_TEST_TMPDIR/a.yaml"
    [ "$status" -eq 1 ]
    prints "::error title=istio/port-name::port 80"
    lacks "file="
}

@test "a problem is in every report for machines" {
    service a.yaml a
    policy <<<'{rulez: {}}'
    for format in json ndjson sarif github gitlab junit tap checkstyle html; do
        krug 2 lint -f "$format"
        prints "unknown key"
    done
    krug 2 lint -f sarif
    prints '"executionSuccessful":false'
    krug 2 lint -f tap
    prints "not ok" "krug could not do all of its work"
}

@test "tests fail where findings make the status 1" {
    setup_finding
    krug 1 lint -f tap
    prints "not ok" " - istio/port-name: a.yaml"
    policy <<<'{default: off, rules: {istio/port-name: warn}}'
    krug 0 lint -f tap
    prints "ok " " - istio/port-name: a.yaml" "level: warn"
    lacks "not ok"
    krug 0 lint -f junit
    prints "<system-out>" 'failures="0"'
    krug 1 lint --fail-on warn -f junit
    prints "<failure" 'failures="1"'
    krug 1 lint --fail-on warn -f tap
    prints "not ok" " - istio/port-name: a.yaml"
}

@test "the page shows only namespaces that were judged, also where facts of others are known" {
    mkdir one two
    service one/a.yaml a http
    service two/b.yaml b http
    sed -i s/team-a/team-b/ two/b.yaml
    policy <<<'{default: off, rules: {t/*: error}}'
    rule t/across <<'END'
return rule { title = "t", level = "error",
  collect = { ["v1/Service"] = function(svc, ctx) ctx:emit(svc.spec.ports[1].port, { at = at(svc, "spec") }) end },
  join = function(key, facts, ctx) end,
}
END
    krug 0 lint one -f html
    [ "$(matrix)" = "team-a |  | ✓ error" ]
    krug 0 lint -f html
    [ "$(matrix)" = $'team-a |  | ✓ error\nteam-b |  | ✓ error' ]
    krug 0 lint -n team-b -f html
    [ "$(matrix)" = "team-b |  | ✓ error" ]
}

@test "the page does not call enforced what a rule could not judge" {
    service a.yaml a http
    policy <<<'{default: off, rules: {t/*: error}}'
    check 'error("broken")'
    krug 2 lint -f html
    [ "$(matrix)" = "team-a |  | –" ]
    check ''
    krug 0 lint -f html
    [ "$(matrix)" = "team-a |  | ✓ error" ]
}

@test "the page shows levels as the policy sets them" {
    service a.yaml a
    service b.yaml b http
    sed -i s/team-a/team-b/ b.yaml
    service c.yaml c http
    sed -i s/team-a/team-c/ c.yaml
    policy <<'END'
default: off
rules: {istio/*: warn}
namespaces:
- {match: team-b, owner: bees}
- {match: team-c, rules: {istio/*: error}}
END
    krug 0 lint -f html
    [ "$(matrix)" = $'team-a |  | ▲ 1 warn\nteam-b | bees | ready warn\nteam-c |  | ✓ error' ]
    krug 0 lint -r istio/port-name -f html
    [ "$(matrix)" = $'team-a |  | ▲ 1 warn\nteam-b | bees | ready warn\nteam-c |  | ✓ error' ]
}

@test "what examples/ci and the hook of pre-commit run, works" {
    setup_finding
    export RUNNER_TEMP=$out
    mkdir .krug
    ci=$BATS_TEST_DIRNAME/../../examples/ci
    for file in "$ci/github.yaml" "$ci/gitlab.yaml"; do
        krug 0 tree "$file"
        command=$(grep -o 'krug lint.*' "$file")
        run --separate-stderr bash -c "\"\$KRUG\"${command#krug}"
        [ "$status" -eq 1 ]
        says_nothing
        prints "istio/port-name"
    done
    json 'd["runs"][0]["results"]' "$out/krug.sarif"
    json 'd[0]["check_name"] == "istio/port-name"' .krug/code-quality.json
    grep -q "<failure" .krug/junit.xml
    cmp "$out/krug.html" .krug/namespaces.html
    # what a hook names may all be left out
    command=$(sed -n '/id: krug$/,/^- id/s/ *entry: //p' "$BATS_TEST_DIRNAME/../../.pre-commit-hooks.yaml")
    run --separate-stderr bash -c "\"\$KRUG\"${command#krug} a.yaml"
    [ "$status" -eq 1 ]
    mkdir .hidden
    service .hidden/a.yaml a
    run --separate-stderr bash -c "\"\$KRUG\"${command#krug} .hidden/a.yaml"
    [ "$status" -eq 0 ]
}
