#!/usr/bin/env bats
# Ignores in manifests: what a comment or an annotation hides, and what is told of those that do not.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

# ports LINE...: the Service a.yaml with these lines below `ports:`, the first of them line 6.
ports() {
    local line
    {
        printf 'apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: team-a}\nspec:\n  ports:\n'
        for line; do
            printf '%s\n' "$line"
        done
    } >a.yaml
    [ -e .policy ] || policy <<<'root: true'
}

@test "on the line and above it" {
    ports '  - port: 80 # krug: ignore istio/port-name -- why' '  # krug: ignore istio/port-name -- why' '  - port: 81' '  - port: 82'
    krug 1 lint -f json
    json '[f["line"] for f in d["findings"]] == [9] and [f["line"] for f in d["hidden"]] == [6, 8]'
    json 'd["summary"]["ignored"] == 2 and d["summary"]["errors"] == 1'
    json 'd["hidden"][1]["hidden_by"] == {"ignore": {"file": "a.yaml", "line": 7, "reason": "why", "until": None}}'
    krug 1 lint
    prints "hidden: 2 by ignores"
}

@test "with CRLF, and with a byte order mark" {
    ports $'  - port: 80 # krug: ignore istio/port-name -- why\r' $'  # krug: ignore istio/port-name -- why\r' $'  - port: 81\r'
    { printf '\xef\xbb\xbf'; cat a.yaml; } >b.yaml
    krug 0 lint -f json
    json 'd["findings"] == [] and d["summary"]["ignored"] == 4'
}

@test "until its last day" {
    ports '  - port: 80 # krug: ignore istio/port-name -- v2 is coming until 2027-01-31'
    krug 0 lint --today 2027-01-31 -f json
    json 'd["hidden"][0]["hidden_by"]["ignore"]["until"] == "2027-01-31"'
    json 'd["hidden"][0]["hidden_by"]["ignore"]["reason"] == "v2 is coming"'
    krug 1 lint --today 2027-02-01
    prints "= line 6: the ignore for this ended on 2027-01-31: v2 is coming" \
        '6:29  warning  this ignore of `istio/port-name` ended on 2027-01-31  policy/ignore-unused'
}

@test "what looks like a comment and is text" {
    cat >a.yaml <<'END'
apiVersion: v1
kind: Service
metadata:
  name: a
  namespace: team-a
  annotations:
    a: |
      # krug: ignore istio/port-name -- why
    b: "# krug: ignore istio/port-name -- why"
    c: '
      # krug: ignore-file istio/port-name -- why'
spec: {ports: [{port: 80}]}
END
    policy <<<'root: true'
    krug 1 lint -f json
    json 'rules == ["istio/port-name"] and d["hidden"] == []'
}

@test "above the key of a block scalar it covers the text inside" {
    check 'ctx:fail(at(doc, "data", "a"), "text")'
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: team-a}\ndata:\n' >a.yaml
    printf '  # krug: ignore t/t -- generated\n  a: |\n    one\n    two\n  b: c\n' >>a.yaml
    krug 0 lint -f json -r 't/*' -r 'policy/*'
    json 'rules == [] and d["summary"]["ignored"] == 1'
    krug 0 explain a.yaml:6
    prints "hidden by the ignore in a.yaml:5: generated"
}

@test "several rules, and only those" {
    check 'ctx:fail(at(doc, "spec"), "t")'
    ports '  - port: 80'
    sed -i 's/^spec:/spec: # krug: ignore t\/t, manifest\/ambiguous-scalar -- why/' a.yaml
    krug 1 lint -f json
    json 'rules == ["policy/ignore-unused", "istio/port-name"] and [f["rule"] for f in d["hidden"]] == ["t/t"]'
    json 'd["findings"][0]["line"] == 4 and d["findings"][0]["column"] == 27'
}

@test "ignore-file at the top, for a file as a whole and all its documents" {
    echo '# krug: ignore-file istio/port-name -- generated' >a.yaml
    ports '  - port: 80' >/dev/null
    body=$(cat a.yaml)
    printf '# krug: ignore-file istio/port-name, manifest/one-resource-per-file -- generated\n---\n%s\n---\n%s\n' "$body" "${body/name: a/name: b}" >a.yaml
    policy <<<'rules: {manifest/one-resource-per-file: error}'
    krug 0 lint -f json
    json 'd["findings"] == [] and d["summary"]["ignored"] == 3'
    printf '%s\n# krug: ignore-file istio/port-name -- generated\n' "$body" >a.yaml
    krug 1 lint
    prints '7:9  error  this ignore hides nothing: `ignore-file` stands at the top of the file, above everything but comments' istio/port-name
}

@test "ignore-file of a file that is no YAML" {
    policy <<<'root: true'
    printf '# krug: ignore-file manifest/syntax -- a template\na: [\n' >a.yaml
    krug 0 lint -f json
    json 'd["summary"]["ignored"] == 1'
}

@test "documents of a file are told apart" {
    ports '  - port: 80'
    cp a.yaml b.part
    { cat b.part; echo '---'; sed 's/name: a/name: b/; s/port: 80/port: 80 # krug: ignore istio\/port-name -- why/' b.part; } >a.yaml
    rm b.part
    krug 1 lint -f json
    json '[f["document"] for f in d["findings"]] == [1] and [f["document"] for f in d["hidden"]] == [2]'
}

@test "an annotation covers its object, or its item of a List" {
    cat >a.yaml <<'END'
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata:
    name: a
    namespace: team-a
    annotations:
      krug.dev/ignore: |
        istio/port-name: clients pin it until 2027-01-31
  spec: {ports: [{port: 80}, {port: 81}]}
- {apiVersion: v1, kind: Service, metadata: {name: b, namespace: team-a}, spec: {ports: [{port: 80}]}}
END
    policy <<<'root: true'
    krug 1 lint -f json --today 2027-01-31
    json '[f["item"] for f in d["findings"]] == [2] and [f["item"] for f in d["hidden"]] == [1, 1]'
    json 'd["hidden"][0]["hidden_by"]["ignore"]["line"] == 11'
    krug 1 lint -f json --today 2027-02-01
    json 'rules == ["policy/ignore-unused", "istio/port-name", "istio/port-name", "istio/port-name"]'
}

@test "an annotation of the pod template covers the object" {
    check 'ctx:fail(at(doc, "spec", "replicas"), "t")'
    cat >a.yaml <<'END'
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: team-a}
spec:
  replicas: 1
  template: {metadata: {annotations: {krug.dev/ignore: "t/t: one is enough"}}}
END
    krug 0 lint -f json
    json 'd["summary"]["ignored"] == 1'
}

@test "an ignore that is none is told and hides nothing" {
    ports '  - port: 80 # krug: ignore istio/port-nam -- why'
    krug 1 lint
    prints '6:29  error  this ignore hides nothing: there is no rule `istio/port-nam`; did you mean `istio/port-name`?  policy/ignore-invalid'
    ports '  - port: 80 # krug: ignore istio/port-name'
    krug 1 lint
    prints "6:29  error  this ignore hides nothing: this says no reason: write \` -- why\` behind the rules"
    ports '  - port: 80 # krug: ignore istio/port-name -- why until 2027-02-30'
    krug 1 lint
    prints "what stands behind \`until\` is no day: write YYYY-MM-DD"
    ports '  - port: 80 # krug: ignroe istio/port-name -- why'
    krug 1 lint
    prints '6:22  error' "\`ignroe\` is nothing that krug knows; did you mean \`ignore\`?"
    ports '  - port: 80 # krug: ignore policy/locked -- why'
    krug 1 lint
    prints "nothing hides what is said of policies"
    krug 1 lint -f json a.yaml
    json 'rules == ["istio/port-name", "policy/ignore-invalid"] and d["hidden"] == []'
}

@test "an ignore that hides nothing is told where all was reported" {
    ports '  - port: 80 # krug: ignore istio/port-name -- why' '    name: http'
    service m/b.yaml b http
    krug 0 lint
    prints '6:29  warning  this ignore hides nothing: there is no finding of `istio/port-name` here  policy/ignore-unused'
    krug 0 lint a.yaml -f json
    json 'rules == []'
    krug 0 lint -r manifest/duplicate-key -r 'policy/*' -f json
    json 'rules == []'
}

@test "the policy bounds ignores" {
    ports '  - port: 80 # krug: ignore istio/port-name -- why'
    policy <<<'ignores: {until: required, max_days: 90}'
    krug 1 lint
    prints "policy/ignore-invalid" ".policy/policy.yaml wants a last day: write \` until YYYY-MM-DD\` behind the reason"
    ports '  - port: 80 # krug: ignore istio/port-name -- why until 2027-01-31'
    krug 0 lint --today 2026-11-02
    krug 1 lint --today 2026-11-01
    prints "this ignore hides nothing: .policy/policy.yaml lets an ignore end 90 days from today at the latest"
    ports '  - port: 80 # krug: ignore istio/port-name -- why'
    policy <<<'ignores: {until: optional, max_days: 90}'
    krug 0 lint
}

@test "nothing ignores a locked rule" {
    ports '  - port: 80 # krug: ignore istio/port-name -- why'
    policy <<<'locked: [istio/*]'
    krug 1 lint
    prints '6:5  error' '6:29  error  `istio/port-name` is locked by .policy/policy.yaml, line 1: this ignore hides nothing of it  policy/locked'
    krug 1 lint -f json
    json 'rules == ["istio/port-name", "policy/locked"] and d["hidden"] == []'
}

@test "kustomized resources, and standard input" {
    overlays
    sed -i 's/port: 80/port: 80 # krug: ignore istio\/port-name -- why/' base/a.yaml
    policy <<<'root: true'
    krug 0 lint -f json
    json 'd["summary"]["ignored"] == 1 and rules == []'
    run --separate-stderr sh -c "\"$KRUG\" lint -r 'istio/*' - -f json <base/a.yaml"
    [ "$status" -eq 0 ]
    json 'd["summary"]["ignored"] == 1'
}

@test "the same report whatever the number of threads" {
    for i in $(seq 40); do
        service "m/$i.yaml" "s$i"
        [ $((i % 3)) -ne 0 ] || sed -i 's/port: 80/port: 80 # krug: ignore istio\/port-name, manifest\/syntax -- why/' "m/$i.yaml"
    done
    policy <<<'root: true'
    krug 1 lint -f json -j 1
    one=${output%\"seconds\"*}
    krug 1 lint -f json -j 8
    [ "${output%\"seconds\"*}" = "$one" ]
    json 'd["summary"]["ignored"] == 13 and rules.count("policy/ignore-unused") == 13'
}
