#!/usr/bin/env bats
# Policies: what is wrong in one is told with file, line and column and what was probably meant; who may relax.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

# wrong TEXT...: the policy from standard input is a problem that says each TEXT; the run goes on.
wrong() {
    service a.yaml a
    policy
    krug 2 lint -f json
    says "krug: .policy/policy.yaml:" "$@"
    json 'd["problems"] and d["problems"][0]["file"] == ".policy/policy.yaml" and d["summary"]["files"] == 1'
    krug 2 rules
    says "$@"
    krug 2 test
    says "$@"
}

@test "a typo in a key" {
    wrong ':2:1: unknown key `namespace`; did you mean `namespaces`?' <<<$'root: true\nnamespace: []'
}

@test "a typo in a key of a rule's setting" {
    wrong 'unknown key `lvel`; did you mean `level`?' <<<'rules: {istio/port-name: {lvel: error}}'
}

@test "an unknown rule" {
    wrong ':1:9: `istio/port-nam` matches no rule; did you mean `istio/port-name`?' <<<'rules: {istio/port-nam: off}'
}

@test "an unknown pack" {
    wrong '`isto/*` matches no rule; did you mean `istio/*`?' <<<'rules: {isto/*: off}'
}

@test "an unknown level" {
    wrong '`offf` is no level; did you mean `off`?' <<<'rules: {istio/port-name: offf}'
}

@test "an unknown parameter" {
    wrong '`istio/port-name` has no parameter `exempt_port`; did you mean `exempt_ports`?' \
        <<<'rules: {istio/port-name: {params: {exempt_port: [1]}}}'
}

@test "a parameter of the wrong type" {
    wrong '`exempt_ports` of `istio/port-name` must be a list of integer' <<<'rules: {istio/port-name: {params: {exempt_ports: [a]}}}'
}

@test "wrong types" {
    wrong '`rules` must be a map, and this is a list' <<<'rules: [a]'
    wrong '`root` must be true or false' <<<'root: "yes"'
    wrong 'a policy must be a map, and this is a list' <<<'- a'
    wrong '`namespaces` must be a list' <<<'namespaces: {}'
    wrong '`default`' <<<'default: error'
}

@test "no YAML" {
    wrong ':1:6: this is no YAML' <<<'a: [b'
}

@test "a duplicate key" {
    wrong ':2:1: ' 'rules' <<<$'rules: {istio/*: off}\nrules: {istio/*: error}'
}

@test "days" {
    wrong '`2027-02-29` is no day: write YYYY-MM-DD' <<<'rules: {istio/port-name: {warn_from: 2027-02-29}}'
    wrong '`error_from` must be a later day than `warn_from`, line 1' \
        <<<'rules: {istio/port-name: {warn_from: 2027-02-02, error_from: 2027-02-01}}'
    wrong '`soon` is no day: write YYYY-MM-DD, or never' <<<'waivers: [{rule: istio/*, reason: r, owner: o, until: soon}]'
    wrong '`max_days` must be a number of days' <<<'max_days: soon'
}

@test "a waiver says rule, reason, owner and last day" {
    wrong 'this waiver has no `rule`' 'no `reason`' 'no `owner`' 'no `until`' <<<'waivers: [{file: a.yaml}]'
    wrong '`istio/port-nam` matches no rule; did you mean `istio/port-name`?' \
        <<<'waivers: [{rule: istio/port-nam, reason: r, owner: o, until: never}]'
}

@test "an unknown variable in a layout" {
    wrong 'short_evn' 'short_env' <<<$'vars: {short_env: {production: prod}}\nlayout: [{path: "m/{s}/{env}/*", namespace: "{s}-{env:short_evn}"}]'
}

@test "several faults are told together" {
    wrong 'unknown key `rool`' 'matches no rule' '`wran` is no level' \
        <<<$'rool: true\nrules: {istio/port-nam: off, istio/port-name: wran}'
}

@test "the sound part of a policy still holds" {
    service a.yaml a
    policy <<<$'{default: off, rool: true, rules: {istio/port-name: error}}'
    krug 2 lint -f json
    json 'rules == ["istio/port-name"]'
}

@test "an empty policy is a policy" {
    service a.yaml a
    : | policy
    krug 1 lint -f json
    json '"istio/port-name" in rules'
}

@test "policy.yml and other strays are told" {
    service a.yaml a
    mkdir .policy
    echo 'default: off' >.policy/policy.yml
    krug 2 lint
    says ".policy/policy.yml" "policy.yaml"
}

@test "precedence: own level, rules, namespaces, nearer policies, --policy" {
    service a/a.yaml a
    level() { krug "$1" lint -f json --rule istio/port-name "${@:3}" && json "d['findings'][0]['level'] == '$2'"; }
    policy <<<'rules: {tenancy/*: off}'
    level 1 error
    policy <<<'rules: {istio/port-name: warn}'
    level 0 warn
    policy <<<'rules: {istio/port-name: warn, istio/*: info}' # the later one wins, also a glob over a name
    level 0 info
    policy <<<$'rules: {istio/*: warn}\nnamespaces: [{match: team-*, rules: {istio/*: info}}]'
    level 0 info
    policy <<<$'rules: {istio/*: warn}\nnamespaces: [{match: team-*, rules: {istio/*: info}}, {match: team-a, rules: {istio/*: error}}]'
    level 1 error
    policy <<<$'rules: {istio/*: warn}\nnamespaces: [{match: team-b, rules: {istio/*: info}}]'
    level 0 warn
    policy a <<<'rules: {istio/*: error}'
    level 1 error
    echo 'rules: {istio/*: info}' >p.yaml
    level 0 info --policy p.yaml
    echo 'rules: {istio/*: warn}' >q.yaml
    level 0 warn -p p.yaml -p q.yaml
    level 0 info -p q.yaml -p p.yaml
    export KRUG_POLICY=q.yaml
    level 0 warn
    level 0 info -p p.yaml
    export KRUG_POLICY=q.yaml,p.yaml
    level 0 info
}

@test "--policy that is not there" {
    service a.yaml a
    krug 2 lint -p nosuch.yaml
    says "nosuch.yaml" "No such file or directory"
    KRUG_POLICY=nosuch.yaml krug 2 lint
    says "nosuch.yaml" "KRUG_POLICY"
}

@test "a nested policy may hold its team's settings and no other key" {
    service a/a.yaml a
    policy <<<'{default: off, rules: {istio/*: error}}'
    for key in 'files: ["**"]' 'exclude: [x]' 'layout: []' 'default: off' 'namespaces: []' 'locked: ["istio/*"]' \
        'workloads: []' 'owner_label: x' 'root: false'; do
        policy a <<<"$key"
        krug 2 lint
        says "a/.policy/policy.yaml:1:1: \`${key%%:*}\`" "root"
    done
    policy a <<<'{vars: {a: b}, rules: {istio/*: info}}'
    krug 0 lint
    prints "1 info"
}

@test "a nested policy cannot lower a locked rule" {
    service a/a.yaml a
    policy <<<$'default: off\nrules: {istio/*: error}\nlocked: [istio/*]'
    policy a <<<'rules: {istio/*: off}'
    krug 1 lint -f json
    json 'set(rules) == {"policy/locked", "istio/port-name"}'
    json '(lambda f: (f["file"], f["line"]) == ("a/.policy/policy.yaml", 1) and "locked" in f["message"]
        and f["related"][0]["line"] == 3)(d["findings"][0])'
    # nor can an extra policy or a rule of a namespace of the root's own policy be mistaken for it
    policy a <<<'rules: {istio/*: {params: {exempt_ports: [80]}}}'
    krug 1 lint -f json
    json '"istio/port-name" in rules'
}

@test "a nested policy may make a locked rule stricter" {
    service a/a.yaml a
    policy <<<$'default: off\nrules: {istio/*: warn}\nlocked: [istio/*]'
    policy a <<<'rules: {istio/*: error}'
    krug 1 lint -f json
    json 'rules == ["istio/port-name"] and d["findings"][0]["level"] == "error"'
}

@test "locks add up" {
    service a/b/a.yaml a
    policy <<<$'default: off\nrules: {istio/*: error}\nlocked: [istio/*]'
    policy a <<<'vars: {}'
    policy a/b <<<'rules: {istio/port-name: warn}'
    krug 1 lint -f json
    json 'sorted(rules) == ["istio/port-name", "policy/locked"]'
    json 'd["findings"][1]["level"] == "error"'
}

@test "a nested policy cannot take a rule's id" {
    service a/a.yaml a
    policy <<<'default: off'
    rule istio/port-name a <<<'return rule { title = "t", level = "off", kinds = { "*" }, check = function() end }'
    krug 2 lint
    says "a/.policy/rules/istio/port-name.lua" "istio/port-name"
}

@test "a rule of a nested policy holds only there" {
    service a/a.yaml a
    service b/b.yaml b
    policy <<<'{default: own, rules: {istio/*: off, tenancy/*: off}}'
    rule t/t a <<<'return rule { title = "t", level = "error", kinds = { "*" }, check = function(doc, ctx) ctx:fail(doc, "x") end }'
    krug 1 lint -f json
    json '[f["file"] for f in d["findings"]] == ["a/a.yaml"]'
}

@test "root: true stops the search for a root" {
    mkdir -p in/ner
    service in/ner/a.yaml a
    policy <<<'{default: off, rules: {istio/port-name: error}}'
    policy in <<<'{root: true, default: off, rules: {istio/port-name: warn}}'
    krug 0 lint in
    prints "1 warning"
    krug 0 lint in/ner/a.yaml
    prints "1 warning"
}

@test "an owner of a namespace is in the finding" {
    service a.yaml a
    policy <<<'{default: off, namespaces: [{match: team-a, owner: people-a, rules: {istio/*: error}}]}'
    krug 1 lint -f json
    json 'd["findings"][0]["owner"] == "people-a"'
}

@test "a layout: the namespace of a path, and paths that it does not know" {
    service m/shop/prod/a.yaml a
    sed -i 's/, namespace: team-a//' m/shop/prod/a.yaml
    service other/b.yaml b
    policy <<'END'
layout: [{path: "m/{service}/{env}/**", namespace: "{service}-{env}"}]
rules: {istio/*: off, tenancy/namespace-required: off}
namespaces: [{match: shop-prod, rules: {istio/*: error}}]
END
    krug 1 lint -f json
    json '[(f["rule"], f["file"]) for f in d["findings"]]
        == [("istio/port-name", "m/shop/prod/a.yaml"), ("tenancy/path-without-layout", "other/b.yaml")]'
    json 'd["findings"][0]["resource"]["namespace"] == "shop-prod"'
}

@test "Namespace objects of one name that disagree: what all say counts" {
    check 'ctx:fail(at(doc, "kind"), "%s %s %s %s", tostring(ctx.namespace.known), tostring(ctx.namespace.disputed), str(ctx.namespace.labels.a, "-"), str(ctx.namespace.labels.mesh, "-"))'
    policy <<<'{root: true, default: off, rules: {t/t: error}}'
    service s.yaml s
    printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a, labels: {a: "1", mesh: "on"}}\n' >n1.yaml
    printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a, labels: {a: "1"}}\n' >n2.yaml
    krug 1 lint -f json s.yaml
    json '[f["message"] for f in d["findings"]] == ["true true 1 -"]'
    policy <<<'{root: true, default: off, rules: {t/t: error}, namespaces: [{match: team-a, labels: {mesh: policy}}]}'
    krug 1 lint -f json s.yaml
    json '[f["message"] for f in d["findings"]] == ["true false 1 policy"]'
    cp n1.yaml n2.yaml
    krug 1 lint -f json s.yaml
    json '[f["message"] for f in d["findings"] if f["rule"] == "t/t"] == ["true false 1 on"]'
}

@test "labels that the Namespace objects of two clusters contradict are told of each, with any number of jobs" {
    policy <<'END'
layout: [{path: "a/**", cluster: c2}, {path: "b/**", cluster: c1}]
default: off
namespaces: [{match: team-a, labels: {mesh: policy}}]
END
    for place in a b; do
        service $place/s.yaml s
        printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a}\n' >$place/n.yaml
    done
    for jobs in 1 2; do
        krug 0 lint -f json -j $jobs
        json '[(f["cluster"], f["related"][0]["file"]) for f in d["findings"]] == [("c1", "b/n.yaml"), ("c2", "a/n.yaml")]'
    done
}
