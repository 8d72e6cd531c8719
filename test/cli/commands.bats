#!/usr/bin/env bats
# krug tree, rules --for, test.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

@test "tree: a JSON array with one value a document, nulls included" {
    printf -- '---\n---\na: [1, 1.5, "x", null, yes, 0x10]\n---\n# only a comment\n---\n- {b: {c: d}}\n' >a.yaml
    krug 0 tree a.yaml
    says_nothing
    json 'd == [None, {"a": [1, 1.5, "x", None, True, 16]}, None, [{"b": {"c": "d"}}]]'
}

@test "tree: an empty file is an empty array" {
    : >a.yaml
    krug 0 tree a.yaml
    json 'd == []'
}

@test "tree: numbers as Go writes them" {
    echo '[1e21, 1e-7, 100000000000000000000, 0.1, 5e-324, -0.0, 1.0, 18446744073709551615, 1e300]' >a.yaml
    krug 0 tree a.yaml
    prints '1e+21,1e-7,100000000000000000000,0.1,5e-324,-0,1,18446744073709551615,1e+300'
}

@test "tree: standard input" {
    run --separate-stderr bash -c 'echo "a: 1" | "$KRUG" tree -'
    [ "$status" -eq 0 ]
    json 'd == [{"a": 1}]'
}

@test "tree --positions" {
    printf 'a:\n  - x\n  - é: "y"\n' >a.yaml
    krug 0 tree --positions a.yaml
    json 'len(d) == 1 and [n["path"] for n in d[0]][:4] == ["", "a", "a[0]", "a[1]"]'
    json '(lambda n: (n["value"]["line"], n["value"]["column"], n["value"]["end_line"], n["value"]["end_column"])
        == (3, 8, 3, 11) and n["key"]["column"] == 5 and n["style"] == "double-quoted" and n["type"] == "string")(d[0][4])'
}

@test "tree --resources: items of a List, documents that are none left out" {
    printf 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n- {apiVersion: v1, kind: Secret}\n---\na: b\n' >a.yaml
    krug 0 tree --resources a.yaml
    json '[r["kind"] for r in d] == ["Pod", "Secret"]'
}

@test "tree: a file that is refused: status 1, where and why, and the documents around it" {
    printf 'a: 1\n---\nb: [\n---\nc: 3\n' >a.yaml
    krug 1 tree a.yaml
    says "krug: a.yaml:4:1: " "flow node"
    json 'd[0] == {"a": 1}'
}

@test "tree: files that cannot be read: status 2" {
    krug 2 tree nosuch
    says "nosuch" "No such file or directory"
    krug 2 tree .
    says "Is a directory"
    prints_nothing
}

@test "rules lists all with level and title" {
    krug 0 rules
    says_nothing
    prints "istio/port-name" "manifest/duplicate-key" "tenancy/namespace-required" "Service ports declare their protocol"
    [ "$(LC_ALL=C sort <<<"$output")" = "$output" ]
    krug 0 rules 'istio/*'
    prints "istio/port-name"
    lacks "manifest/"
    krug 2 rules 'nosuch/*'
    says "no rule matches nosuch/*"
}

@test "rules lists those of the policy" {
    check 'local x = 1'
    krug 0 rules 't/*'
    prints "t/t"
}

@test "rules --for: level and the line that set it" {
    service m/a.yaml a
    policy <<<$'rules:\n  istio/*: off\nnamespaces:\n  - match: team-*\n    rules:\n      istio/port-name: warn'
    policy m <<<$'rules: {\n  tenancy/namespace-required: error}'
    krug 0 rules --for m/a.yaml
    says_nothing
    prints "Service/a" "team-a"
    grep -Eq '^ +warn +istio/port-name +\.policy/policy\.yaml:6$' <<<"$output"
    grep -Eq '^ +error +tenancy/namespace-required +m/\.policy/policy\.yaml:2$' <<<"$output"
    grep -Eq 'error +manifest/duplicate-key +the rule.s own level$' <<<"$output"
    cd m
    krug 0 rules --for a.yaml
    prints ".policy/policy.yaml:2" "../.policy/policy.yaml:6"
}

@test "rules --for what is not there, or is no manifest" {
    krug 2 rules --for nosuch.yaml
    says "nosuch.yaml" "No such file or directory"
    mkdir sub
    krug 2 rules --for sub
    says "sub" "directory"
}

@test "test runs the examples of all rules" {
    krug 0 test
    says_nothing
    prints "tests, 0 failed"
    krug 0 test --rule 'istio/*'
    prints "0 failed"
    krug 2 test --rule 'nosuch/*'
    says "nosuch/*"
}
