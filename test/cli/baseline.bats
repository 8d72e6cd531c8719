#!/usr/bin/env bats
# The baseline: what it hides, what it survives, what it does not hide, and how it gets smaller and larger.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

# ports FILE PORT...: a Service with ports by number, each without a name: one finding each.
ports() {
    local file=$1 port
    shift
    service "$file" a
    sed -i '$d' "$file"
    for port; do
        printf '  - port: %s\n' "$port" >>"$file"
    done
}

@test "what was there is hidden, what is new is not" {
    policy <<<'root: true'
    ports a.yaml 80 81
    krug 1 lint
    krug 0 baseline
    says_nothing
    [ "$output" = ".policy/baseline.json: 2 findings" ]
    krug 0 lint
    prints "no findings" "hidden: 2 by the baseline"
    krug 0 lint -f json
    json 'd["findings"] == [] and d["summary"]["baselined"] == 2'
    json 'd["hidden"][0]["hidden_by"] == {"baseline": {"file": ".policy/baseline.json", "line": 3, "level": "error"}}'
    ports a.yaml 80 81 82
    krug 1 lint -f json
    json '[f["path"] for f in d["findings"]] == ["spec.ports[2].name"]'
}

@test "it is sorted, one entry a line, and the same on every run" {
    policy <<<'root: true'
    service b.yaml b
    ports a.yaml 81 80
    krug 0 baseline
    cp .policy/baseline.json one.txt
    krug 0 baseline
    [ "$output" = ".policy/baseline.json: 3 findings (0 new, 0 taken out)" ]
    cmp .policy/baseline.json one.txt
    [ "$(wc -l <one.txt)" -eq 6 ]
    json '[(f["file"], f["path"]) for f in d["findings"]] == [("a.yaml", "spec.ports[port=80].name"),
        ("a.yaml", "spec.ports[port=81].name"), ("b.yaml", "spec.ports[port=80].name")]' .policy/baseline.json
    json 'd["version"] == 1 and d["findings"][0]["resource"] == "Service/a in team-a" and d["findings"][0]["level"] == "error"' .policy/baseline.json
    [ "$(echo .policy/*)" = ".policy/baseline.json .policy/policy.yaml" ]
}

@test "it survives moved lines, reordered named items, a moved file and a reworded message" {
    check 'for c in each(doc.spec.containers) do ctx:fail(at(c, "image"), "no tag") end'
    cat >a.yaml <<'END'
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: team-a}
spec:
  containers:
  - {name: one, image: a}
  - {name: two, image: b}
END
    krug 0 baseline
    krug 0 lint
    # lines
    sed -i '1i # a\n# b' a.yaml
    krug 0 lint
    # order
    sed -i '/name: one/{h;d};/name: two/G' a.yaml
    grep -A1 'name: two' a.yaml | grep 'name: one'
    krug 0 lint
    # file
    mkdir m
    mv a.yaml m/other.yaml
    krug 0 lint
    # message, version
    check 'for c in each(doc.spec.containers) do ctx:fail(at(c, "image"), "an image without a tag: %s", c.image) end'
    krug 0 lint
    krug 0 lint -f json
    json 'd["summary"]["baselined"] == 2 and rules == []'
}

@test "it does not hide a second instance of the same fault" {
    check 'for _, word in ipairs({ "one", "two" }) do if doc.data[word] then ctx:fail(at(doc, "data"), "%s", word) end end'
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: team-a}\ndata: {one: a}\n' >a.yaml
    krug 0 baseline
    krug 0 lint
    sed -i 's/{one: a}/{one: a, two: b}/' a.yaml
    krug 1 lint -f json
    json 'len(d["findings"]) == 1 and d["summary"]["baselined"] == 1'
    # nor the same object once more
    sed -i 's/, two: b//' a.yaml
    cp a.yaml b.yaml
    krug 1 lint -f json
    json '[f["file"] for f in d["findings"]] == ["b.yaml"]'
}

@test "an entry hides only at its level or lower, so that a dated step still bites" {
    service a.yaml a
    policy <<<'rules: {istio/port-name: {level: warn, error_from: 2027-02-01}}'
    krug 0 baseline --today 2027-01-31
    krug 0 lint --today 2027-01-31
    prints "hidden: 1 by the baseline"
    krug 1 lint --today 2027-02-01
    prints "= .policy/baseline.json:3:1: in the baseline as warn: it counts as error"
    policy <<<'rules: {istio/port-name: info}'
    krug 0 lint
    prints "hidden: 1 by the baseline"
}

@test "it grows only with --grow" {
    policy <<<'root: true'
    ports a.yaml 80
    krug 0 baseline
    cp .policy/baseline.json one.txt
    ports a.yaml 80 81
    krug 2 baseline
    says "krug: not in the baseline: a.yaml:7: error istio/port-name" "would hide 1 finding more than before" "--grow"
    prints_nothing
    cmp .policy/baseline.json one.txt
    # also where as many are gone as came
    ports a.yaml 81
    krug 2 baseline
    krug 0 baseline --grow
    says_nothing
    [ "$output" = ".policy/baseline.json: 1 finding (1 new, 1 taken out)" ]
    krug 0 lint
    # a higher level is more, too
    policy <<<'rules: {istio/port-name: warn}'
    krug 0 baseline
    policy <<<'root: true'
    krug 2 baseline
    krug 1 lint
    for i in 1 2 3 4 5 6 7 8; do service "$i.yaml" "b$i"; done
    krug 2 baseline
    says "and 4 more"
}

@test "what is gone is told, and --prune takes it out" {
    policy <<<'root: true'
    ports a.yaml 80 81 82
    krug 0 baseline
    ports a.yaml 81 83
    krug 1 lint
    prints ".policy/baseline.json" "3:1  info  2 findings of the baseline are no longer found  policy/baseline-unused" \
        "= line 5: istio/port-name in a.yaml" 'fix: Run `krug baseline --prune`.'
    krug 1 lint a.yaml -f json
    json 'rules == ["policy/baseline-unused", "istio/port-name"]' # it is all there is
    service b/b.yaml b http
    krug 1 lint a.yaml -f json
    json 'rules == ["istio/port-name"]'
    krug 0 baseline --prune
    [ "$output" = ".policy/baseline.json: 1 finding (0 new, 2 taken out)" ]
    krug 1 lint -f json
    json 'rules == ["istio/port-name"] and d["summary"]["baselined"] == 1'
    krug 2 baseline --prune --grow
    says "give one of them"
    # everything is gone: the file stays, and is empty
    ports a.yaml
    krug 0 baseline
    [ "$output" = ".policy/baseline.json: 0 findings (0 new, 1 taken out)" ]
    krug 0 lint
}

@test "--prune does not raise a level" {
    service a.yaml a
    policy <<<'rules: {istio/port-name: warn}'
    krug 0 baseline
    policy <<<'root: true'
    krug 0 baseline --prune
    krug 1 lint
    json '[f["level"] for f in d["findings"]] == ["warn"]' .policy/baseline.json
}

@test "with paths the entries of other files stay" {
    policy <<<'root: true'
    service a/a.yaml a
    service b/b.yaml b
    krug 0 baseline
    service b/b.yaml b http
    krug 0 baseline --prune a
    [ "$output" = ".policy/baseline.json: 2 findings (0 new, 0 taken out), 1 of them of files that were not looked at" ]
    krug 0 baseline b
    [ "$output" = ".policy/baseline.json: 1 finding (0 new, 1 taken out), 1 of them of files that were not looked at" ]
    krug 0 lint
}

@test "what is waived or ignored is not in it: the end of a waiver still bites" {
    service a.yaml a
    service b.yaml b
    policy <<<'waivers: [{rule: istio/*, resource: Service/a, reason: r, owner: o, until: 2027-01-31}]'
    sed -i 's/port: 80/port: 80 # krug: ignore istio\/port-name -- why/' b.yaml
    krug 0 baseline --today 2027-01-31
    prints "no findings: no baseline is needed"
    [ ! -e .policy/baseline.json ]
    service c.yaml c
    krug 0 baseline --today 2027-01-31
    krug 0 lint --today 2027-01-31
    prints "hidden: 1 by waivers, 1 by ignores, 1 by the baseline"
    krug 1 lint --today 2027-02-01
    prints "the waiver of o for this ended on 2027-01-31"
}

@test "nothing of a locked rule, nor of policies, is in it" {
    service t/a.yaml a
    policy <<<'root: true'
    krug 0 baseline
    policy <<<'locked: [istio/port-name]'
    policy t <<<'rules: {istio/port-name: off}'
    krug 1 lint -f json
    json 'set(rules) == {"policy/locked", "istio/port-name"} and d["hidden"] == []'
    json '"locked rule" in d["findings"][1]["related"][0]["message"]'
    krug 0 baseline --grow
    [ "$output" = ".policy/baseline.json: 0 findings (0 new, 1 taken out)" ]
}

@test "a repository without a policy can have one, and keeps the starter policy" {
    echo 'a: [' >a.yaml
    service b.yaml b
    krug 0 baseline
    prints ".policy/baseline.json: 1 finding"
    [ -e .policy/baseline.json ]
    krug 0 lint
    prints "no policy: there is no .policy/policy.yaml" "hidden: 1 by the baseline"
    # a policy further in is still a root policy
    policy t <<<'root: true'
    service t/c.yaml c http
    krug 0 lint
    says_nothing
}

@test "--baseline names another file" {
    policy <<<'root: true'
    service a.yaml a
    mkdir ci
    krug 0 baseline --baseline ci/b.json
    [ "$output" = "ci/b.json: 1 finding" ]
    [ ! -e .policy/baseline.json ]
    krug 1 lint
    krug 0 lint --baseline ci/b.json
    krug 0 lint --baseline "$PWD/ci/b.json" -f json
    json 'd["hidden"][0]["hidden_by"]["baseline"]["file"] == "ci/b.json"'
    cd ci
    krug 0 lint .. --baseline b.json
    krug 2 lint .. --baseline none.json
    says "krug: none.json: this baseline cannot be read: No such file or directory"
}

@test "a broken baseline is a problem and hides nothing" {
    policy <<<'root: true'
    service a.yaml a
    printf '{"version": 1,\n"findings": [\n{"fingerprint": "x"}]}\n' >.policy/baseline.json
    krug 2 lint
    says 'krug: .policy/baseline.json:3:1: this is no baseline: this entry has no `fingerprint` of 32 digits'
    prints "istio/port-name"
    krug 2 baseline
    says "no baseline is written, as not everything could be checked"
    policy t <<<'vars: {a: b}'
    cp .policy/baseline.json t/.policy/
    echo '{"version": 1, "findings": []}' >.policy/baseline.json
    service t/b.yaml b
    krug 2 lint
    says 'krug: t/.policy/baseline.json: this is not read'
}

@test "it is written as a whole or not at all" {
    policy <<<'root: true'
    service a.yaml a
    krug 2 baseline --baseline /dev/full
    says "krug: /dev/full could not be written: No space left on device"
    krug 2 baseline --baseline none/b.json
    says "krug: none/b.json could not be written: No such file or directory"
    mkdir d
    krug 2 baseline --baseline d
    says "cannot be read: Is a directory"
    # with a problem nothing is written
    policy <<<'rools: {}'
    krug 2 baseline
    [ ! -e .policy/baseline.json ]
    says "no baseline is written"
    rm -r .policy a.yaml
    krug 2 baseline
    says "there is no manifest to lint"
    krug 2 baseline --prune
    says "this baseline cannot be read"
}

@test "explain FILE:LINE says what hides a finding, and who set the levels" {
    ports a.yaml 80 81 82
    sed -i 's/port: 81/port: 81 # krug: ignore istio\/port-name -- later until 2027-01-31/' a.yaml
    policy <<'END'
rules:
  istio/*: {level: warn, error_from: 2027-02-01}
  tenancy/*: off
waivers:
  - {rule: istio/*, resource: Service/b, reason: r, owner: o, until: 2027-01-31}
END
    krug 0 baseline --today 2026-12-01
    krug 0 explain a.yaml:6 --today 2026-12-01
    prints "a.yaml:6" "  warn   istio/port-name                    port 80 has no name that says which protocol it speaks" \
        "    hidden by the baseline in .policy/baseline.json:3, up to warn" \
        "document 1: Service/a, namespace team-a (metadata.namespace)" \
        "  warn   istio/port-name                    .policy/policy.yaml:2; error from 2027-02-01 (.policy/policy.yaml:2)" \
        "  off    tenancy/namespace-required         .policy/policy.yaml:3"
    krug 0 explain a.yaml:7 --today 2026-12-01
    prints "    hidden by the ignore in a.yaml:7, until 2027-01-31: later"
    krug 0 explain a.yaml:7 --today 2027-02-01
    prints "  error  istio/port-name" "    a.yaml:7: the ignore for this ended on 2027-01-31: later"
    krug 0 explain a.yaml:1 --today 2026-12-01
    prints "found here:
  nothing"
    sed -i 's/name: a/name: b/' a.yaml
    krug 0 explain a.yaml:6 --today 2026-12-01
    prints "    hidden by the waiver in .policy/policy.yaml:5, of o, until 2027-01-31: r"
    printf -- '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: team-a}\n' >>a.yaml
    krug 0 explain a.yaml:11 --today 2026-12-01
    prints "document 2: ConfigMap/c"
    lacks "document 1"
    krug 2 explain none.yaml:3
    says "none.yaml: No such file or directory"
    krug 2 explain .policy/policy.yaml:1
    krug 2 explain .:1
    says "krug: . is a directory: name one manifest, FILE:LINE"
}
