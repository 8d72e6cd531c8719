#!/usr/bin/env bats
# What a rule gets beside the document: the file, the scope, facts, texts that are YAML; and what --stats and --trace
# tell of a rule that did something.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

@test "the fields of a file" {
    policy <<'END'
root: true
default: off
layout: [{path: "{cluster}/{namespace}/**", cluster: "{cluster}", namespace: "{namespace}"}]
rules: {t/f: error}
END
    rule t/f <<'END'
return rule { title = "t", level = "error", on = "file", check = function(file, ctx)
local f = ctx.file
ctx:fail(nil, "%s|%s|%s|%s|%s|%s|%s|%d", f.path, f.directory, f.name, f.extension, f.namespace, f.cluster,
  f.captures.cluster, f.text == f.text and #f.text)
end }
END
    service p/team-a/svc.yml a http
    krug 1 lint
    prints "p/team-a/svc.yml|p/team-a|svc.yml|.yml|team-a|p|p|$(wc -c <p/team-a/svc.yml)"
}

@test "a scope is equal where all its parts are, has three fields, and cannot be set" {
    service a.yaml a http
    check 'local s = ctx.scope
ctx:fail(doc, "%s %s %s", s == ctx.scope, s.namespace, s.directory == nil)'
    krug 1 lint
    prints "true team-a true"
    check 'return ctx.scope.name'
    krug 2 lint
    says 'ctx.scope has no `name`: there are cluster, namespace and directory'
    check 'ctx.scope.namespace = "x"'
    krug 2 lint
    says "fields of ctx.scope cannot be set"
}

# facts LUA: a rule t/t with a fact from every Service, whose join is LUA.
facts() {
    rule t/t <<END
return rule { title = "t", level = "error",
  collect = { ["v1/Service"] = function(doc, ctx) ctx:emit("k", { at = at(doc, "kind") }) end },
  join = function(key, facts, ctx)
$1
  end,
}
END
}

@test "a fact is equal to itself, has six fields, and cannot be changed" {
    service a.yaml a http
    service b.yaml b http
    facts 'ctx:fail(facts[1].value.at, "%s %s %s", facts[1] == facts[1], facts[1] == facts[2], facts[3] == nil)'
    krug 1 lint
    prints "true false true"
    facts 'return facts[1].name'
    krug 2 lint
    says 'a fact has no `name`: there are value, resource, scope, file, namespace and params'
    facts 'facts[1].file = "x"'
    krug 2 lint
    says "a fact cannot be changed"
    facts 'return facts.first'
    krug 2 lint
    says "facts are a list: walk them with each(facts)"
}

# parsed DATA: a ConfigMap whose data is DATA, and a rule that fails at a.b of the YAML under k.
parsed() {
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: n}\ndata:\n  %b' "$1" >c.yaml
    check 'local tree = require("k8s").parse(doc.data, "k")
ctx:fail(at(tree.a, "b"), "here")'
    krug 1 lint -r t/t -f json
}

@test "the places of a text that is YAML" {
    parsed 'k: |\n    # comment\n    a:\n\n      b: here\n'
    json '[(f["line"], f["column"], f["end_column"]) for f in d["findings"]] == [(9, 10, 14)]'
    # with the line ends of Windows
    parsed 'k: |\r\n    a:\r\n      b: here\r\n'
    json '[(f["line"], f["column"], f["end_column"]) for f in d["findings"]] == [(7, 10, 14)]'
    # an indentation that the text keeps, and no line end behind it
    parsed 'k: |1-\n     a:\n       b: here'
    json '[(f["line"], f["column"], f["end_column"]) for f in d["findings"]] == [(7, 11, 15)]'
    # escapes move bytes about: the scalar as a whole
    parsed 'k: "a: {b: here}"\n'
    json '[(f["line"], f["column"]) for f in d["findings"]] == [(5, 6)]'
    # where an alias stands for it
    parsed 'x: &x |\n    a: {b: here}\n  k: *x\n'
    json '[(f["line"], f["column"], f["related"][0]["line"]) for f in d["findings"]] == [(6, 12, 7)]'
}

@test "stats of rules that ran, the slowest first" {
    service a.yaml a http
    service b.yaml b http
    check 'ctx:fail(doc, "x")'
    rule t/slow <<'END'
return rule { title = "t", level = "error", kinds = { "*" }, check = function(doc)
  local sum = 0
  for i = 1, 100000 do sum = sum + i end
end }
END
    krug 1 lint --stats -r 't/*'
    [ "$(sed -n 's/^ *[0-9.]* *[0-9]* *\([0-9]*\) *\([0-9]*\)  \(t\/.*\)$/\1 \2 \3/p' <<<"$stderr" | tr '\n' ,)" = '2 0 t/slow,2 2 t/t,' ]
    [ "$(awk '$5 == "t/slow" { print ($2 > 200000) }' <<<"$stderr")" = 1 ]
}

@test "trace tells what hides a finding" {
    policy <<'END'
root: true
rules: {"*": off, t/t: error}
waivers: [{rule: t/t, namespace: team-a, reason: old, owner: us, until: 2999-01-01}]
END
    check 'ctx:fail(at(doc, "spec"), "x")'
    service a.yaml a http
    krug 0 lint --trace t/t
    says "a.yaml:4: hidden by a waiver: .policy/policy.yaml:3"
    sed -i '/^waivers/d' .policy/policy.yaml
    sed -i '4s/$/ # krug:ignore t\/t -- old/' a.yaml
    krug 0 lint --trace t/t
    says "a.yaml:4: hidden by an ignore: a.yaml:4"
}

@test "values of each type of a parameter, and others" {
    rule t/t <<'END'
return rule { title = "t", level = "error", kinds = { "*" },
  params = { i = param("integer", 1, "i"), r = param("number", 1, "r"), b = param("boolean", true, "b"),
    l = param("list of string", {}, "l"), m = param("map of any", {}, "m") },
  check = function(doc, ctx)
    local p = ctx.params
    ctx:fail(doc, "%s %s %s %s %s", p.i, p.r, p.b, p.l[1], p.m.x)
  end }
END
    service a.yaml a http
    policy <<<'rules: {t/t: {level: error, params: {i: 2, r: 1.5, b: false, l: [x], m: {x: 1}}}}'
    krug 1 lint
    prints "2 1.5 false x 1"
    for wrong in 'i: 1.5' 'r: x' 'b: 1' 'l: [1]' 'm: []'; do
        policy <<<"rules: {t/t: {level: error, params: {$wrong}}}"
        krug 2 lint
        says "\`${wrong%%:*}\`"
    done
}
