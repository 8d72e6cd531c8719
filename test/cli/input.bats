#!/usr/bin/env bats
# What krug reads: paths that are none, files that cannot be read, standard input, symbolic links.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

setup_file() {
    # a file above the limit of 64 MiB that takes no room on the disk: unreadable for root, too
    truncate -s 65M "$BATS_FILE_TMPDIR/large.yaml"
}

@test "a path that does not exist" {
    krug 2 lint nosuchfile
    says "nosuchfile" "No such file or directory"
    service a.yaml a
    krug 2 lint a.yaml nosuchfile
    says "nosuchfile" "No such file or directory"
}

@test "a path that does not exist does not stop the others" {
    service a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 2 lint -f json a.yaml nosuchfile
    json 'rules == ["istio/port-name"]'
    json 'any("nosuchfile" in p["message"] for p in d["problems"])'
}

@test "a file that is too large is a finding, and the rest is linted" {
    service a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    ln "$BATS_FILE_TMPDIR/large.yaml" large.yaml || cp --sparse=always "$BATS_FILE_TMPDIR/large.yaml" large.yaml
    krug 1 lint -f json
    json 'rules == ["istio/port-name", "manifest/too-large"]'
    json '(lambda f: f["file"] == "large.yaml" and "64 MiB" in f["message"])(d["findings"][1])'
    json 'd["summary"]["files"] == 2'
    krug 1 lint large.yaml
    prints "large.yaml" "64 MiB"
}

@test "a file without read permission is told, the rest is linted, status 2" {
    service a.yaml a
    service b.yaml b
    chmod 0 b.yaml
    chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.." .
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    as_nobody test -x "$KRUG" && as_nobody test -r a.yaml || skip "the program is not to be reached without the rights of root"
    run --separate-stderr as_nobody "$KRUG" lint -f json
    [ "$status" -eq 2 ]
    says "b.yaml" "Permission denied"
    json 'rules == ["istio/port-name"] and d["findings"][0]["file"] == "a.yaml"'
    json 'any("Permission denied" in p["message"] and p["file"] == "b.yaml" for p in d["problems"])'
    run --separate-stderr as_nobody "$KRUG" lint b.yaml
    [ "$status" -eq 2 ]
    says "b.yaml" "Permission denied"
}

@test "a directory without permission is told, the rest is linted, status 2" {
    service a.yaml a
    service sub/b.yaml b
    chmod 0 sub
    chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/.." .
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    as_nobody test -x "$KRUG" && as_nobody test -r a.yaml || skip "the program is not to be reached without the rights of root"
    run --separate-stderr as_nobody "$KRUG" lint -f json
    chmod 755 sub
    [ "$status" -eq 2 ]
    says "sub" "Permission denied"
    json 'rules == ["istio/port-name"]'
}

@test "a directory called like a manifest is walked" {
    service dir.yaml/a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint -f json
    json '[f["file"] for f in d["findings"]] == ["dir.yaml/a.yaml"] and d["summary"]["files"] == 1'
    krug 1 lint -f json dir.yaml
    json 'd["summary"]["files"] == 1'
}

@test "a path through a file" {
    service a.yaml a
    krug 2 lint a.yaml/b.yaml
    says "a.yaml/b.yaml" "Not a directory"
}

@test "what is no regular file is told and not waited for" {
    mkfifo pipe.yaml
    service a.yaml a http
    run --separate-stderr timeout 20 "$KRUG" lint pipe.yaml
    [ "$status" -eq 2 ]
    says "pipe.yaml" "no file"
    run --separate-stderr timeout 20 "$KRUG" lint
    [ "$status" -eq 0 ]
    run --separate-stderr timeout 20 "$KRUG" tree pipe.yaml
    [ "$status" -eq 2 ]
    says "pipe.yaml" "not a regular file"
}

@test "a file of another name is linted when it is named" {
    service a.txt a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint a.txt
    prints "istio/port-name"
}

@test "symbolic links are not followed out of the tree, and loops end" {
    service a.yaml a
    mkdir -p "$BATS_TEST_TMPDIR/outside"
    service "$BATS_TEST_TMPDIR/outside/secret.yaml" secret
    ln -s ../outside out
    ln -s ../outside/secret.yaml secret.yaml
    ln -s . loop
    ln -s .. up
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint -f json
    json '[f["file"] for f in d["findings"]] == ["a.yaml"]'
}

@test "a broken file is a finding at its place, and the rest is linted" {
    service a.yaml a
    printf 'a: 1\nb: [\nc: 2\n' >b.yaml
    printf '{"a": [1, }\n' >c.json
    printf 'a: \xff\n' >d.yaml
    service e.yaml e
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint -f json
    json '[f["file"] for f in d["findings"] if f["rule"] == "istio/port-name"] == ["a.yaml", "e.yaml"]'
    json '{f["file"] for f in d["findings"] if f["rule"] == "manifest/syntax"} == {"b.yaml", "c.json", "d.yaml"}'
    json 'all(f["line"] > 0 and f["column"] > 0 for f in d["findings"])'
    json 'd["problems"] == [] and d["summary"]["files"] == 5'
}

@test "an empty file, a comment, a lone separator are no findings" {
    : >empty.yaml
    echo '# nothing' >comment.yaml
    echo '---' >separator.yaml
    policy <<<'rules: {manifest/*: error}'
    krug 0 lint -f json --rule manifest/not-a-resource
    json 'rules == [] and d["summary"]["files"] == 3'
}

@test "dot directories and node_modules are counted, not linted" {
    service a.yaml a http
    service .hidden/b.yaml b
    service node_modules/x/c.yaml c
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 0 lint -f json
    json 'd["summary"]["files"] == 1 and d["summary"]["skipped"]["excluded"] == 2'
}

@test "Helm chart templates are counted, those without braces are linted" {
    mkdir -p chart/templates
    echo 'name: c' >chart/Chart.yaml
    # shellcheck disable=SC1083 # braces of Helm
    printf 'apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Release.Name }}}\n' >chart/templates/a.yaml
    service chart/templates/b.yaml b
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint -f json
    json '[f["file"] for f in d["findings"]] == ["chart/templates/b.yaml"]'
    json 'd["summary"]["skipped"]["helm_template"] == 1'
    krug 1 lint
    prints "not checked: 1 Helm template"
}

@test "standard input" {
    service a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    krug 1 lint -f json - <a.yaml
    json 'rules == ["istio/port-name"] and d["summary"]["files"] == 1'
    krug 1 lint - <a.yaml
    prints "6:5" "istio/port-name" "  - port: 80"
}

@test "standard input that is empty is no pass" {
    krug 2 lint - </dev/null
    says "standard input" "empty"
    krug 0 lint - --allow-empty </dev/null
}

@test "standard input that is no YAML" {
    run --separate-stderr bash -c 'echo "a: [" | "$KRUG" lint -'
    [ "$status" -eq 1 ]
    prints "manifest/syntax"
    run --separate-stderr bash -c 'head -c 70000000 /dev/zero | tr "\\0" "#" | "$KRUG" lint -'
    [ "$status" -ne 0 ]
    has "both" "$output$stderr" "64 MiB"
}

@test "standard input that is a directory" {
    run --separate-stderr bash -c '"$KRUG" lint - <.'
    [ "$status" -eq 2 ]
    says "standard input" "Is a directory"
}

@test "standard input that is closed" {
    run --separate-stderr bash -c '"$KRUG" lint - <&-'
    [ "$status" -eq 2 ]
    says "standard input" "Bad file descriptor"
}

@test "--stdin-name: the policy of where it belongs" {
    service sub/a.yaml a
    policy <<<'{default: off}'
    policy sub <<<'rules: {istio/port-name: error}'
    krug 1 lint - --stdin-name sub/b.yaml <sub/a.yaml
    prints "sub/b.yaml" "istio/port-name" "  - port: 80"
    krug 1 lint - --stdin-name sub/b.yaml -f json <sub/a.yaml
    json 'd["findings"][0]["file"] == "sub/b.yaml" and d["summary"]["files"] == 1'
    # in place of what the disk has
    echo 'a: [' >sub/a.yaml
    service good.yaml a
    krug 1 lint - --stdin-name sub/a.yaml -f json <good.yaml
    json 'rules == ["istio/port-name"] and d["findings"][0]["file"] == "sub/a.yaml"'
}

@test "--stdin-name is seen from the working directory" {
    service sub/a.yaml a
    policy sub <<<'rules: {istio/port-name: error}'
    cd sub
    krug 1 lint - --stdin-name b.yaml -f json <a.yaml
    json 'd["findings"][0]["file"] == "sub/b.yaml"'
}

@test "--stdin-name outside of the repository" {
    service a.yaml a
    krug 2 lint - --stdin-name ../../x.yaml <a.yaml
    says "../../x.yaml" "outside"
}

@test "standard input from helm: findings name the template and count lines there or say so" {
    printf -- '---\n# Source: chart/templates/a.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports: [{port: 80}]\n' >in
    printf -- '---\n# Source: chart/templates/b.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec:\n  ports: [{port: 80}]\n' >>in
    echo '{default: off, rules: {istio/port-name: error}}' >p.yaml
    krug 1 lint -p p.yaml - <in
    prints "chart/templates/a.yaml" "chart/templates/b.yaml" "istio/port-name"
}

@test "--isolated knows only the named paths" {
    service a/a.yaml a
    service b/b.yaml b
    printf 'namespace: team-b\nresources: [../a/a.yaml]\n' >b/kustomization.yaml
    policy <<<'{default: off, namespaces: [{match: team-b, rules: {istio/port-name: error}}]}'
    krug 1 lint -f json a
    json 'd["findings"][0]["resource"]["namespace"] == "team-b"'
    krug 0 lint -f json a --isolated --allow-empty
    json 'rules == []'
}

@test "--root" {
    mkdir -p x/y
    service x/y/a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: warn}}'
    policy x <<<'{rules: {istio/port-name: error}}'
    krug 1 lint --root . x/y -f json
    json 'd["findings"][0]["file"] == "x/y/a.yaml"'
    krug 1 lint --root x x/y -f json
    json 'd["findings"][0]["file"] == "y/a.yaml"'
    krug 2 lint --root nosuch
    says "--root nosuch" "no such directory"
    krug 2 lint --root x/y/a.yaml x/y/a.yaml
    says "--root x/y/a.yaml" "directory"
    service b.yaml b
    krug 2 lint --root x b.yaml
    says "b.yaml" "outside"
}
