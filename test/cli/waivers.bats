#!/usr/bin/env bats
# Waivers and dated levels: what they hide and until when, what comes back, and what is told of them.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

# waiver [FIELD...]: a policy with one waiver of istio/port-name; its line is 3.
waiver() {
    local field
    {
        printf 'root: true\nwaivers:\n- rule: istio/port-name\n'
        printf '  reason: clients pin it\n  owner: team-legacy\n'
        for field; do
            printf '  %s\n' "$field"
        done
    } | policy
}

@test "a waiver hides, and the report says so" {
    service a.yaml a
    waiver 'until: never'
    krug 0 lint
    prints "no findings" "hidden: 1 by waivers"
    krug 0 lint -f json
    json 'd["findings"] == [] and d["summary"]["waived"] == 1 and d["summary"]["errors"] == 0'
    json 'd["hidden"][0]["rule"] == "istio/port-name" and d["hidden"][0]["line"] == 6'
    json 'd["hidden"][0]["hidden_by"] == {"waiver": {"file": ".policy/policy.yaml", "line": 3, "owner": "team-legacy",
        "reason": "clients pin it", "until": None}}'
}

@test "the last day is inclusive; a day later the finding is back and says which waiver ended" {
    service a.yaml a
    waiver 'until: 2027-01-31'
    krug 0 lint --today 2027-01-31
    krug 1 lint --today 2027-02-01
    prints "a.yaml" "6:5  error" ".policy/policy.yaml:3:9: the waiver of team-legacy for this ended on 2027-01-31: clients pin it"
    prints ".policy/policy.yaml" "3:9  warning  the waiver of team-legacy for \`istio/port-name\` ended on 2027-01-31  policy/waiver-ended"
    krug 1 lint --today 2027-02-01 -f json
    json 'rules == ["policy/waiver-ended", "istio/port-name"] and d["hidden"] == []'
    json 'd["findings"][1]["related"][0]["file"] == ".policy/policy.yaml" and d["findings"][1]["related"][0]["line"] == 3'
}

@test "each glob has to match" {
    for field in 'namespace: team-*' 'resource: Service/a' 'resource: v1/Service/*' 'file: m/**' 'file: [x, m/a.yaml]'; do
        service m/a.yaml a
        waiver "$field" 'until: never'
        krug 0 lint
    done
    for field in 'namespace: other' 'resource: Service/b' 'resource: apps/Service/a' 'file: x/**' 'container: web' 'cluster: prod'; do
        service m/a.yaml a
        waiver "$field" 'until: never'
        krug 1 lint -f json
        json 'rules == ["policy/waiver-unused", "istio/port-name"]'
    done
}

@test "by container" {
    policy <<'END'
waivers: [{rule: t/t, container: istio-*, reason: r, owner: o, until: never}]
END
    rule t/t <<'END'
return rule { title = "t", level = "error", kinds = { "workload" }, check = function(doc, ctx)
  for c in each(doc.spec.containers) do ctx:fail(at(c, "image"), "image") end
end }
END
    printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: team-a}\nspec:\n  containers:\n' >a.yaml
    printf '  - {name: istio-proxy, image: a}\n  - {name: web, image: a}\n' >>a.yaml
    krug 1 lint -f json -r t/t
    json '[f["container"] for f in d["findings"]] == ["web"] and [f["container"] for f in d["hidden"]] == ["istio-proxy"]'
}

@test "a waiver that is broken hides nothing and is told" {
    service a.yaml a
    waiver
    krug 2 lint
    says '.policy/policy.yaml:3:3: this waiver has no `until`'
    prints "istio/port-name"
    waiver 'until: 2027-02-29'
    krug 2 lint
    says ':6:10: `2027-02-29` is no day: write YYYY-MM-DD, or never'
    prints "istio/port-name"
    waiver 'until: never' 'namspace: x'
    krug 2 lint
    says 'unknown key `namspace`; did you mean `namespace`?'
}

@test "max_days bounds how far ahead a waiver ends" {
    service a.yaml a
    waiver 'until: 2026-12-31'
    echo 'max_days: 30' >>.policy/policy.yaml
    krug 0 lint --today 2026-12-01
    krug 2 lint --today 2026-11-30
    says '.policy/policy.yaml:3:9: this waiver ends too late: `max_days` of .policy/policy.yaml lets it end on 2026-12-30'
    prints "istio/port-name"
    krug 2 rules --today 2026-11-30
    says "this waiver ends too late"
}

@test "max_days of the root bounds nested policies" {
    service t/a.yaml a
    policy <<<'max_days: 30'
    policy t <<<'waivers: [{rule: istio/*, reason: r, owner: o, until: never}]'
    krug 2 lint --today 2026-11-30
    says 't/.policy/policy.yaml:1:18: this waiver never ends: `max_days` of .policy/policy.yaml lets it end on 2026-12-30'
}

@test "a waiver that matches only what is off is useless" {
    service a.yaml a
    waiver 'until: never'
    echo 'rules: {istio/*: off}' >>.policy/policy.yaml
    krug 0 lint
    prints "3:9  warning  the waiver of team-legacy for \`istio/port-name\` hides nothing: these rules are off everywhere  policy/waiver-unused"
}

@test "what is unused is judged only where all was reported" {
    service m/a.yaml a http
    service n/b.yaml b http
    waiver 'until: never'
    krug 0 lint -f json
    json 'rules == ["policy/waiver-unused"]'
    for arguments in m m/a.yaml "--namespace team-*" "--rule manifest/*" "--isolated ."; do
        # shellcheck disable=SC2086 # words
        krug 0 lint -f json $arguments
        json 'rules == []'
    done
    krug 0 lint -f json --rule 'istio/*' --rule 'policy/*'
    json 'rules == ["policy/waiver-unused"]'
    waiver 'until: 2020-01-01'
    krug 0 lint -f json m
    json 'rules == []'
}

@test "a nested policy's waivers cover the files below it" {
    service t/a.yaml a
    service u/b.yaml b
    policy <<<'root: true'
    policy t <<<'waivers: [{rule: istio/*, reason: r, owner: o, until: never}]'
    krug 1 lint -f json
    json '[f["file"] for f in d["findings"]] == ["u/b.yaml"] and [f["file"] for f in d["hidden"]] == ["t/a.yaml"]'
    json 'd["hidden"][0]["hidden_by"]["waiver"]["file"] == "t/.policy/policy.yaml"'
    policy t <<<'waivers: [{rule: istio/*, file: a.yaml, reason: r, owner: o, until: never}]'
    krug 1 lint -f json
    json 'd["summary"]["waived"] == 1'
}

@test "nothing waives a locked rule" {
    service t/a.yaml a
    policy <<<$'waivers: [{rule: istio/*, reason: r, owner: o, until: never}]\nlocked: [istio/*]'
    krug 1 lint -f json
    json 'rules == ["policy/locked", "istio/port-name"] and d["findings"][0]["line"] == 1'
    policy <<<'locked: [istio/*]'
    policy t <<<'waivers: [{rule: "*", reason: r, owner: o, until: never}]'
    krug 1 lint
    prints 't/.policy/policy.yaml' '1:18  error  `istio/port-name` is locked by .policy/policy.yaml, line 1: this waiver hides nothing of it  policy/locked'
    # of an unlocked rule as well there is nothing to hide, but it is told once
    krug 1 lint -f json
    json 'rules.count("policy/locked") == 1 and d["summary"]["waived"] == 0'
    # of several rules it hides those that are not locked
    policy t <<<'waivers: [{rule: "*", reason: r, owner: o, until: never}]'
    sed -i 's/metadata: {/metadata: {labels: {a: 1.10}, /' t/a.yaml
    krug 1 lint -f json
    json 'rules == ["policy/locked", "istio/port-name"] and "manifest/ambiguous-scalar" in [f["rule"] for f in d["hidden"]]'
    # whether or not there is a finding
    service t/a.yaml a http
    policy t <<<'waivers: [{rule: istio/port-name, reason: r, owner: o, until: never}]'
    krug 1 lint -f json t/a.yaml
    json 'rules == ["policy/locked"]'
    # --policy is bound by nobody
    rm -r t/.policy
    service t/a.yaml a
    echo 'waivers: [{rule: istio/*, reason: r, owner: o, until: never}]' >extra.policy
    krug 0 lint -p extra.policy
}

@test "a fault in two namespaces is hidden only where it is waived for both" {
    overlays
    policy <<<'waivers: [{rule: istio/port-name, namespace: one, reason: r, owner: o, until: never}]'
    krug 1 lint -f json
    json 'rules == ["istio/port-name"] and d["hidden"] == [] and d["findings"][0]["resource"]["namespace"] == "two"'
    policy <<<'waivers: [{rule: istio/port-name, namespace: [one, two], reason: r, owner: o, until: never}]'
    krug 0 lint -f json
    json 'rules == [] and d["summary"]["waived"] == 1'
}

@test "items of a List, and what krug tells itself" {
    cat >a.yaml <<'END'
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Service, metadata: {name: a, namespace: team-a}, spec: {ports: [{port: 80}]}}
- {apiVersion: v1, kind: Service, metadata: {name: b, namespace: team-a}, spec: {ports: [{port: 80}]}}
END
    echo 'a: [' >broken.yaml
    policy <<'END'
waivers:
- {rule: istio/port-name, resource: Service/a, reason: r, owner: o, until: never}
- {rule: manifest/syntax, file: broken.yaml, reason: r, owner: o, until: never}
END
    krug 1 lint -f json
    json '[f["item"] for f in d["findings"]] == [2] and [f["item"] for f in d["hidden"]] == [1, None]'
    policy <<<'waivers: [{rule: policy/locked, reason: r, owner: o, until: never}]'
    krug 2 lint
    says '`policy/locked` is told by krug itself: no policy hides it'
}

@test "a file that is about no resource has the namespace of its path" {
    mkdir -p m/x m/y
    echo 'a: [' >m/x/a.yaml
    echo 'a: [' >m/y/a.yaml
    policy <<'END'
layout: [{path: "m/{ns}/*", namespace: "{ns}"}]
waivers: [{rule: manifest/syntax, namespace: x, reason: r, owner: o, until: never}]
END
    krug 1 lint -f json
    json '[f["file"] for f in d["findings"]] == ["m/y/a.yaml"]'
}

@test "levels rise on their days" {
    service a.yaml a
    policy <<'END'
rules:
  istio/port-name:
    level: off
    warn_from: 2026-12-01
    error_from: 2027-02-01
END
    krug 0 lint --today 2026-11-30 -f json
    json 'rules == [] and {"rule": "istio/port-name", "reason": "off for everything that was linted"} in d["not_run"]'
    krug 0 lint --today 2026-12-01 -f json
    json '[f["level"] for f in d["findings"]] == ["warn"]'
    krug 0 lint --today 2027-01-31
    krug 1 lint --today 2027-02-01 -f json
    json '[f["level"] for f in d["findings"]] == ["error"]'
    krug 0 rules --for a.yaml --today 2026-11-30
    prints "  off    istio/port-name                    .policy/policy.yaml:2; warn from 2026-12-01 (.policy/policy.yaml:4)"
    krug 0 rules --for a.yaml --today 2026-12-01
    prints "  warn   istio/port-name                    .policy/policy.yaml:4 since 2026-12-01; error from 2027-02-01 (.policy/policy.yaml:5)"
    krug 0 rules --for a.yaml --today 2027-02-01
    prints "  error  istio/port-name                    .policy/policy.yaml:5 since 2027-02-01"
    lacks "; error from"
}

@test "what --rule leaves out and is told all the same is hidden in every report" {
    service a.yaml a http
    echo 'a: [' >c.yaml
    policy <<<'waivers: [{rule: manifest/syntax, reason: r, owner: o, until: never}]'
    krug 0 lint -r istio/port-name -f json -f sarif:s -f ndjson:n -f junit:j -f gitlab:g -f github:h -f tap:t \
        -f checkstyle:c -f html:p
    json 'rules == [] and [f["rule"] for f in d["hidden"]] == ["manifest/syntax"]'
}

@test "--today is a day" {
    service a.yaml a
    for command in lint "rules --for a.yaml" "explain a.yaml:1" baseline; do
        # shellcheck disable=SC2086 # words
        krug 2 $command --today 2026-02-30
        says "--today 2026-02-30: a day as YYYY-MM-DD"
        [ "$(grep -c 'today' <<<"$stderr")" -eq 1 ]
    done
}
