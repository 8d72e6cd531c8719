#!/usr/bin/env bats
# krug lint: exit statuses, --fail-on, where reports go, what is selected.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

@test "a clean repository: status 0, and what was checked" {
    service a.yaml a http
    policy <<<'{rules: {tenancy/*: error}, namespaces: [{match: team-a, labels: {team: a}}]}'
    krug 0 lint
    says_nothing
    prints "no findings" "checked 1 file: 1 document, 1 resource in 1 namespace, against"
}

@test "an error: status 1, place, source line and fix" {
    service a.yaml a
    policy <<<'rules: {istio/port-name: error}'
    krug 1 lint
    says_nothing
    prints "a.yaml" "6:5" "error" "istio/port-name" "  - port: 80" "^^^^" "fix:" "1 error, 0 warnings"
}

@test "a warning: status 0" {
    service a.yaml a
    policy <<<'rules: {istio/port-name: warn}'
    krug 0 lint
    prints "warning" "0 errors, 1 warning"
}

@test "--fail-on" {
    service a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: warn}}'
    krug 0 lint --fail-on error
    krug 1 lint --fail-on warn
    krug 1 lint --fail-on info
    krug 0 lint --fail-on never
    policy <<<'{default: off, rules: {istio/port-name: info}}'
    krug 0 lint
    prints "1 info"
    krug 0 lint --fail-on warn
    krug 1 lint --fail-on=info
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint
    krug 1 lint --fail-on warn
    krug 0 lint --fail-on never
    prints "1 error"
}

@test "a problem wins over findings and over --fail-on never" {
    service a.yaml a
    policy <<<'rulez: {}'
    krug 2 lint --fail-on never
    krug 2 lint
}

@test "no policy: what is a company's decision is off, and that is said" {
    service a.yaml a
    krug 0 lint
    prints "no policy" "not run:" "istio/app-protocol"
}

@test "json on standard output is one object and nothing else" {
    service a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint -f json
    says_nothing
    json 'd["version"] == 1 and rules == ["istio/port-name"]'
    json 'list(d) == ["version", "today", "findings", "hidden", "problems", "not_run", "summary"]'
    json 'list(d["findings"][0]) == ["rule", "level", "message", "fix", "file", "line", "column", "end_line",
        "end_column", "document", "item", "path", "container", "resource", "cluster", "owner", "related",
        "fingerprint"]'
    json 'set(d["summary"]) >= {"files", "documents", "resources", "namespaces", "errors", "warnings", "infos",
        "waived", "ignored", "baselined", "skipped", "unchecked", "seconds"}'
    json 'set(d["summary"]["skipped"]) == {"helm_template", "excluded", "no_file"}'
    json 'set(d["summary"]["unchecked"]) == {"patch", "inline_patch", "not_resource"}'
    json '(lambda f: (f["file"], f["line"], f["column"], f["end_line"], f["end_column"], f["document"], f["item"],
        f["path"], f["level"])
        == ("a.yaml", 6, 5, 6, 13, 1, None, "spec.ports[0].name", "error"))(d["findings"][0])'
    json 'd["findings"][0]["resource"] == {"api_version": "v1", "kind": "Service", "namespace": "team-a", "name": "a"}'
    json 'd["summary"]["files"] == 1 and d["summary"]["errors"] == 1 and d["summary"]["seconds"] >= 0'
}

@test "json tells problems, too" {
    service a.yaml a
    policy <<<'rulez: {}'
    krug 2 lint -f json
    says "policy.yaml:1:1: unknown key \`rulez\`"
    json 'len(d["problems"]) == 1'
    json '(lambda p: (p["file"], p["line"], p["column"], p["rule"]) == (".policy/policy.yaml", 1, 1, None)
        and "rulez" in p["message"])(d["problems"][0])'
}

@test "a report into a file leaves standard output empty" {
    service a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint -f json:"$BATS_TEST_TMPDIR/out put.json"
    prints_nothing
    says_nothing
    json 'rules == ["istio/port-name"]' "$BATS_TEST_TMPDIR/out put.json"
}

@test "several reports from one run" {
    service a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    out=$BATS_TEST_TMPDIR
    krug 1 lint -f "json:$out/1.json" -f console -f "json:$out/2.json" -f "console:$out/3.txt"
    prints "istio/port-name"
    cmp "$out/1.json" "$out/2.json"
    json 'len(rules) == 1' "$out/1.json"
    grep -q istio/port-name "$out/3.txt"
}

@test "a full disk is told, status 2" {
    service a.yaml a
    run --separate-stderr bash -c '"$KRUG" lint >/dev/full'
    [ "$status" -eq 2 ]
    says "standard output could not be written" "No space left on device"
    run --separate-stderr bash -c '"$KRUG" lint -f json >/dev/full'
    [ "$status" -eq 2 ]
    says "standard output could not be written" "No space left on device"
    krug 2 lint -f json:/dev/full
    says "/dev/full could not be written" "No space left on device"
    for command in "rules" "tree a.yaml" "help" "--version" "explain istio/port-name"; do
        run --separate-stderr bash -c "\"\$KRUG\" $command >/dev/full"
        [ "$status" -eq 2 ]
        says "No space left on device"
    done
}

@test "a report that cannot be written does not stop the others" {
    service a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 2 lint -f json:/nosuch/dir/x.json -f "json:$BATS_TEST_TMPDIR/y.json" -f console
    says "/nosuch/dir/x.json" "No such file or directory"
    prints "istio/port-name"
    json 'len(rules) == 1' "$BATS_TEST_TMPDIR/y.json"
}

@test "a closed pipe is told, status 2, and nothing dies of a signal" {
    for ((i = 0; i < 300; i++)); do service "m/$i.yaml" "a$i"; done
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    run --separate-stderr bash -c '"$KRUG" lint | true; exit "${PIPESTATUS[0]}"'
    [ "$status" -eq 2 ]
    says "Broken pipe"
    run --separate-stderr bash -c '"$KRUG" lint | head -n 1; exit "${PIPESTATUS[0]}"'
    [ "$status" -eq 2 ]
    says "Broken pipe"
}

@test "closed standard output is told, status 2" {
    service a.yaml a
    run --separate-stderr bash -c '"$KRUG" lint >&-'
    [ "$status" -eq 2 ]
    says "standard output could not be written"
}

@test "a directory without manifests is no pass" {
    mkdir empty
    echo text >empty/readme.md
    krug 2 lint empty
    says "nothing was checked" "--allow-empty"
    lacks "no findings"
    krug 0 lint empty --allow-empty
    says_nothing
}

@test "a repository whose manifests are all left out is no pass" {
    service a.yaml a
    policy <<<'exclude: ["**"]'
    krug 2 lint
    says "nothing was checked" "1 manifest" "--allow-empty"
    krug 0 lint --allow-empty
}

@test "no rule that runs is no pass" {
    service a.yaml a
    policy <<<'default: off'
    krug 2 lint
    says "rule" "--allow-empty"
    krug 0 lint --allow-empty
}

@test "--rule that selects only rules that are off is no pass" {
    service a.yaml a
    krug 2 lint --rule 'istio/*'
    says "istio/*" "off"
}

@test "--rule" {
    service a.yaml a
    printf '  name: b\n' >>a.yaml
    policy <<<'rules: {istio/*: error, tenancy/*: error}'
    printf 'apiVersion: v1\nkind: Service\nmetadata: {name: b, name: c}\nspec: {ports: [{port: 80}]}\n' >b.yaml
    krug 1 lint -f json
    json '"manifest/duplicate-key" in rules and "istio/port-name" in rules and "tenancy/namespace-required" in rules'
    krug 1 lint -f json --rule istio/port-name
    json 'set(rules) == {"istio/port-name"}'
    krug 1 lint -f json -r 'istio/*' -r 'manifest/dup*'
    json 'set(rules) == {"istio/port-name", "manifest/duplicate-key"}'
    krug 2 lint --rule istio/portname
    says "--rule istio/portname matches no rule" "did you mean istio/port-name?"
    krug 2 lint --rule 'nosuch/*'
    says "--rule nosuch/* matches no rule"
}

@test "a syntax error is told whatever --rule says: the rule did not see the file" {
    service a.yaml a http
    echo 'a: [' >b.yaml
    policy <<<'rules: {istio/*: error}'
    krug 1 lint -f json --rule istio/port-name
    json 'rules == ["manifest/syntax"]'
}

@test "--namespace" {
    service a.yaml a
    service b.yaml b
    sed -i 's/team-a/team-b/' b.yaml
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint -f json
    json 'len(rules) == 2'
    krug 1 lint -f json --namespace team-b
    json '[f["file"] for f in d["findings"]] == ["b.yaml"]'
    krug 1 lint -f json -n 'team-*'
    json 'len(rules) == 2'
}

@test "--namespace that matches nothing is no pass" {
    service a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 2 lint --namespace nosuch
    says "nosuch" "namespace"
}

@test "--quiet prints only findings" {
    service a.yaml a
    krug 0 lint -q
    prints_nothing
    says_nothing
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint -q
    prints "istio/port-name"
    lacks "checked 1 file"
}

@test "--color" {
    service a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint
    lacks $'\e['
    krug 1 lint --color never
    lacks $'\e['
    krug 1 lint --color always
    prints $'\e[1;31merror'
    krug 1 lint --color always -f "console:$BATS_TEST_TMPDIR/x"
    [[ $(cat "$BATS_TEST_TMPDIR/x") != *$'\e'* ]]
    krug 1 lint --color always -f json
    lacks $'\e['
}

@test "--today is the day of the report" {
    service a.yaml a
    krug 0 lint --today 2024-02-29 -f json
    json 'd["today"] == "2024-02-29"'
}

@test "paths in the report are as seen from the working directory, in json from the root" {
    service sub/dir/a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint
    prints "sub/dir/a.yaml"
    cd sub
    krug 1 lint
    [ "${lines[0]}" = "dir/a.yaml" ]
    krug 1 lint -f json
    json 'd["findings"][0]["file"] == "sub/dir/a.yaml"'
    mkdir other
    cd other
    krug 1 lint ../..
    [ "${lines[0]}" = "../dir/a.yaml" ]
    krug 1 lint ../dir/a.yaml -f json
    json 'd["findings"][0]["file"] == "sub/dir/a.yaml"'
}

@test "a path that is named twice is linted once" {
    service m/a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint -f json m m/a.yaml ./m/a.yaml "$PWD/m"
    json 'd["summary"]["files"] == 1 and len(rules) == 1'
}

@test "control characters in names do not reach the terminal" {
    printf 'apiVersion: v1\nkind: Service\nmetadata: {name: "x\\e[31m\\a", namespace: "n\\e]0;t\\x07\\u009b2J", name: b}\n' \
        >$'e\e[31mvil\n.yaml'
    printf 'spec: {ports: [{port: 80, name: "p\\e[2J\\r"}]}\n' >>$'e\e[31mvil\n.yaml'
    echo $'a: [\e[2J' >b.yaml
    policy <<<'{rules: {istio/*: error, tenancy/*: error, manifest/*: error}}'
    for arguments in "lint" "lint -f json" "lint --color never -q"; do
        # shellcheck disable=SC2086 # several words
        krug 1 $arguments
        [[ $output$stderr != *$'\e'* && $output$stderr != *$'\a'* && $output$stderr != *$'\r'* ]]
        [[ $output$stderr != *$'\xc2\x9b'* ]]
    done
    krug 0 rules --for $'e\e[31mvil\n.yaml'
    [[ $output$stderr != *$'\e'* && $output$stderr != *$'\a'* ]]
    krug 2 lint $'nosuch\e[31m'
    [[ $output$stderr != *$'\e'* ]]
}

@test "krug tree says nothing raw about a file that is refused" {
    file=$'e\e[31mvil.yaml'
    echo $'a: [\e[2J' >"$file"
    krug 1 tree "$file"
    [[ $output$stderr != *$'\e'* ]]
}

@test "the same input gives the same report, whatever the threads" {
    policy <<<'rules: {"*": error}'
    for ((i = 0; i < 120; i++)); do
        service "m/$((i % 7))/$i.yaml" "a$i"
        printf '%s\n' '---' 'kind: X' '---' 'a: 010' 'a: yes' '---' '"' >>"m/$((i % 7))/$i.yaml"
    done
    first=
    for jobs in 1 4 1 4 1 4 2 4 3 4; do
        krug 1 lint -f json -j "$jobs"
        report=$(sed -E 's/"seconds":[0-9.e-]+/"seconds":0/' <<<"$output")
        [ -n "$first" ] || first=$report
        [ "$report" = "$first" ]
    done
    json 'len(rules) > 500'
}

@test "the order of arguments does not show" {
    service a.yaml a
    service b.yaml b
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint -q a.yaml b.yaml
    first=${output%(*s)}
    krug 1 lint -q b.yaml a.yaml
    [ "${output%(*s)}" = "$first" ]
}

@test "--rule does not tell what the rules before it find" {
    mkdir .policy
    cat >svc.yaml <<'END'
apiVersion: v1
kind: Service
metadata: {name: a}
END
    cat >.policy/policy.yaml <<'END'
root: true
layout: [{path: "**", namespace: b}]
END
    krug 0 lint -f json --rule tenancy/namespace-matches-path
    json 'rules == []'
}
