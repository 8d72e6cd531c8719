#!/usr/bin/env bats
# Rules across documents: facts from the whole repository, joins by key, findings at each party.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

# Two teams claim port 80 with different protocols; t/port tells both.
setup_ports() {
    policy <<'END'
root: true
default: off
layout: [{path: "{cluster}/**", cluster: "{cluster}"}]
rules: {t/port: error}
END
    rule t/port <<'END'
return rule {
  title = "One port, one protocol", level = "error",
  params = { skip = param("list of integer", {}, "ports that do not count") },
  collect = {
    ["v1/Service"] = function(svc, ctx)
      for port in each(svc.spec.ports) do
        ctx:emit(num(port.port, 0), { protocol = str(port.name, ""), at = at(port, "name") })
      end
    end,
  },
  join = function(number, facts, ctx)
    for fact in each(facts) do
      for skip in each(fact.params.skip) do if skip == number then return end end
      for other in each(facts) do
        if other.value.protocol ~= fact.value.protocol then
          ctx:fail(fact.value.at, { also = { { other.value.at, "other here" } } }, "port %d is %s here and %s in %s",
            number, fact.value.protocol, other.value.protocol, other.namespace)
          break
        end
      end
    end
  end,
}
END
    service p/a/svc.yaml a http
    service p/b/svc.yaml b tcp
}

@test "each party is told, with the other's place" {
    setup_ports
    krug 1 lint -f json
    json '[f["file"] for f in d["findings"]] == ["p/a/svc.yaml", "p/b/svc.yaml"]'
    json 'd["findings"][0]["message"] == "port 80 is http here and tcp in team-a" and d["findings"][0]["line"] == 7'
    json 'd["findings"][0]["related"] == [{"file": "p/b/svc.yaml", "line": 7, "column": 11, "message": "other here"}]'
    json 'd["findings"][0]["resource"]["name"] == "a" and d["findings"][0]["path"] == "spec.ports[0].name"'
    krug 1 lint
    prints "p/b/svc.yaml:7:11: other here"
}

@test "paths choose what is reported, not what is known" {
    setup_ports
    krug 1 lint -f json p/b
    json '[f["file"] for f in d["findings"]] == ["p/b/svc.yaml"] and d["summary"]["files"] == 1'
    krug 1 lint -f json p/a/svc.yaml
    json '[f["file"] for f in d["findings"]] == ["p/a/svc.yaml"]'
    (cd p/a && krug 1 lint svc.yaml)
    krug 1 lint -n team-a -f json
    json 'len(d["findings"]) == 2'
}

@test "a kind that is written in other ways is found in files that nobody named" {
    setup_ports
    for kind in '"kind": "Service"' "kind:   'Service'" 'kind: &x Service' 'kind: !!str Service' '"kind"  :  Service' \
        'kind: "Servic\x65"' $'? kind\n: Service'; do
        { printf 'apiVersion: v1\n%s\n' "$kind"; tail -n +3 p/b/svc.yaml; } >p/b/other.yaml
        rm -f p/b/svc.yaml.off; mv p/b/svc.yaml p/b/svc.yaml.off
        krug 1 lint -f json p/a
        json 'len(d["findings"]) == 1'
        mv p/b/svc.yaml.off p/b/svc.yaml
    done
}

@test "isolated, and standard input without a name: told as not run" {
    setup_ports
    krug 0 lint --isolated p/a -f json --allow-empty
    json '[n["reason"] for n in d["not_run"] if n["rule"] == "t/port"][0].startswith("these rules need the whole repository")'
    run --separate-stderr bash -c '"$KRUG" lint - -p .policy/policy.yaml -r t/port -f json <p/a/svc.yaml'
    [[ $output$stderr != *"port 80"* ]]
}

@test "standard input with a name meets the others" {
    setup_ports
    run --separate-stderr bash -c '"$KRUG" lint - --stdin-name p/c/svc.yaml -f json < <(sed s/http/grpc/ p/a/svc.yaml)'
    [ "$status" -eq 1 ]
    json '[f["file"] for f in d["findings"]] == ["p/c/svc.yaml"]'
}

@test "clusters never mix" {
    setup_ports
    mkdir -p q && mv p/b q/b
    krug 0 lint -f json
    json 'd["findings"] == []'
}

@test "levels and parameters are those of each namespace; what is off there is not told there" {
    setup_ports
    sed -i 's/namespace: team-a/namespace: team-b/' p/b/svc.yaml
    cat >>.policy/policy.yaml <<'END'
namespaces:
  - {match: team-a, rules: {t/port: off}}
  - {match: team-b, rules: {t/port: warn}}
END
    krug 0 lint -f json
    json '[(f["file"], f["level"]) for f in d["findings"]] == [("p/b/svc.yaml", "warn")]'
    echo '  - {match: team-b, rules: {t/port: {params: {skip: [80]}}}}' >>.policy/policy.yaml
    krug 0 lint -f json
    json 'd["findings"] == []'
}

@test "the same report with any number of jobs and for any order of files" {
    setup_ports
    for i in $(seq 60); do service "p/t$i/svc.yaml" "s$i" "$([ $((i % 2)) = 0 ] && echo http || echo tcp)"; done
    krug 1 lint -f json -j 1
    printf '%s\n' "$output" | sed 's/"seconds".*//' >one
    krug 1 lint -f json -j 7
    printf '%s\n' "$output" | sed 's/"seconds".*//' >seven
    cmp one seven
}

@test "keys: integral floats are integers, 1 and \"1\" differ, lists and scopes are keys, nil is refused" {
    policy <<<'{root: true, default: off, rules: {t/t: error}}'
    rule t/t <<'END'
return rule { title = "t", level = "error",
  collect = { ["*"] = function(doc, ctx)
    for key in each(doc.keys) do ctx:emit(key, { at = at(doc, "keys") }) end
    if doc.pair then ctx:emit({ "a", 1, ctx.scope }, { at = at(doc, "pair"), scope = ctx.scope }) end
    if doc.none then ctx:emit(doc.missing, 1) end
  end },
  join = function(key, facts, ctx)
    local first = facts[1]
    local words = type(key) == "table" and key[1] .. key[2] .. key[3].namespace or type(key) .. " " .. tostring(key)
    ctx:fail(first.value.at or first, "%s: %d, %d at string 1", words, #facts, count(ctx:facts("1")))
  end }
END
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: ns}\nkeys: [1, 1.0, "1", true, 1.5]\npair: 1\n' >a.yaml
    printf 'apiVersion: v1\nkind: Secret\nmetadata: {namespace: ns}\npair: 1\nnone: 1\n' >b.yaml
    krug 2 lint -f json
    says 'the key of a fact is a string, number, boolean or ctx.scope' 'and this is nil' 'b.yaml, line 1'
    json '[f["message"].split(",")[0] for f in d["findings"]] == ["boolean true: 1", "number 1.5: 1", "number 1: 2", "string 1: 1", "a1ns: 2"]'
}

@test "what a fact may not hold is told" {
    policy <<<'{root: true, default: off, rules: {t/t: error}}'
    service a.yaml a
    while IFS='|' read -r value words; do
        rule t/t <<END
return rule { title = "t", level = "error",
  collect = { Service = function(doc, ctx) local t = {} t.t = t ctx:emit("k", $value) end },
  join = function(key, facts, ctx) end }
END
        krug 2 lint
        says "$words" '.policy/rules/t/t.lua:2'
    done <<'END'
each|this is a function
string.rep("x", 5000)|at most 4096 bytes
t|nested more than 16 deep
ctx|this is a userdata
END
}

@test "fields of ctx that belong elsewhere are told with where" {
    policy <<<'{root: true, default: off, rules: {t/t: error}}'
    service a.yaml a
    while IFS='|' read -r collect join words; do
        rule t/t <<END
return rule { title = "t", level = "error",
  collect = { Service = function(doc, ctx) ctx:emit("k", { at = at(doc), doc = 1 }) $collect end },
  join = function(key, facts, ctx) $join end }
END
        krug 2 lint
        says "$words"
    done <<'END'
ctx:fail(doc, "x")||ctx has no `fail` in `collect`
|local x = ctx.file|ctx has no `file` in a join
|ctx:emit(1, 2)|ctx has no `emit` in a join
|local x = facts[1].valeu|a fact has no `valeu`
|ctx:fail(nil, "x")|is no place of a join
|for i in pairs(facts) do end|facts are walked by each(facts)
|facts[1] = 2|cannot be changed
END
    check 'ctx:emit(1, 2)'
    krug 2 lint
    says 'ctx has no `emit` in `check`'
}

@test "after: no facts from a resource that has a finding; and a join is no rule to come after" {
    setup_ports
    rule t/first <<'END'
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx)
  if doc.metadata.name == "b" then ctx:fail(at(doc, "kind"), "b is bad") end
end }
END
    sed -i 's/rules: {/rules: {t\/first: error, /' .policy/policy.yaml
    sed -i '2s/^/  after = { "t\/first" },\n/' .policy/rules/t/port.lua
    krug 1 lint -f json
    json 'rules == ["t/first"]'
    krug 0 lint -f json p/a # the answer is the same when b is not named
    json 'rules == []'
    sed -i 's/kinds = { "Service" }/kinds = { "Service" }, after = { "t\/port" }/' .policy/rules/t/first.lua
    sed -i '/after = { "t\/first" }/d' .policy/rules/t/port.lua
    krug 2 lint
    says '`after` names `t/port`, a rule across documents'
}

@test "patches give no facts; a rule that asks for them gets theirs" {
    setup_ports
    printf 'resources: []\npatches: [{path: svc.yaml}]\n' >p/b/kustomization.yaml
    krug 0 lint -f json -r t/port
    sed -i '2s/^/  patches = true,\n/' .policy/rules/t/port.lua
    krug 1 lint -f json -r t/port
    json 'len(d["findings"]) == 2'
}

@test "a rule that no policy turns on collects nothing" {
    setup_ports
    sed -i 's/t\/port: error/t\/port: off/' .policy/policy.yaml
    service c.yaml c http
    krug 0 lint --stats --allow-empty
    [[ $stderr != *t/port* ]]
}

@test "trace shows collecting and joining" {
    setup_ports
    sed -i 's/for port in/ctx:log("svc %s", svc.metadata.name) for port in/' .policy/rules/t/port.lua
    krug 1 lint --trace t/port
    says 'p/a/svc.yaml:1 Service/a in team-a: runs' 'log: svc a' '1 fact' 'join of 2 facts, the first from p/a/svc.yaml:1: runs' '2 findings'
    krug 2 lint --trace t/prot
    says 'there is no such rule; did you mean t/port?'
}

@test "what a rule keeps from an earlier call is gone, and using it is an error" {
    policy <<<'{root: true, default: off, rules: {t/t: error}}'
    for i in 1 2 3; do service "s$i.yaml" "s$i"; done
    rule t/t <<'END'
local kept, place, resource
return rule { title = "t", level = "error",
  collect = { Service = function(doc, ctx) resource = ctx.resource ctx:emit(doc.metadata.name, { at = at(doc, "kind") }) end },
  join = function(key, facts, ctx)
    if key == "s2" then local x = kept[1] end
    if key == "s3" then ctx:fail(place, "x") end
    kept, place = facts, facts[1].value.at
  end }
END
    krug 2 lint -j 1
    says "t.lua:5: the rule raised: this fact is of another key" "t.lua:6: the rule raised: this fact is of another key"
    sed -i '5,6d; s/kept, place =/local x = resource.name/; s/ facts, facts\[1\].value.at//' .policy/rules/t/t.lua
    krug 2 lint -j 1
    says "has no \`name\` in a join"
    rule t/t <<'END'
local walk
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx)
  if walk then walk() end
  walk = pairs(doc.metadata)
end }
END
    krug 2 lint -j 1
    says "this walk is of a document that is gone"
}

@test "a join's own tables are none of documents that are gone" {
    rule t/own <<'END'
return rule {
  title = "t", level = "error",
  collect = { ["v1/ConfigMap"] = function(doc, ctx) ctx:emit("all", { at = at(doc, "data"), data = doc.data }) end },
  join = function(key, facts, ctx)
    for fact in each(facts) do
      local list = {}
      for i = 1, 200 do
        list = {}
        table.insert(list, { i })
      end
      if count(list) ~= 1 or fact.value.data.a == "bad" then ctx:fail(fact.value.at, "bad") end
    end
  end,
  examples = {
    pass { [[
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: a, labels: {a: b, c: d}}
      data: {a: good, b: {c: d}, e: {f: {g: h}}}
    ]] },
    fail { line = 4, [[
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: a, labels: {a: b, c: d}}
      data: {a: bad, b: {c: d}, e: {f: {g: h}}}
    ]] },
  },
}
END
    krug 0 test -r t/own
}

@test "trace tells what a waiver hides, with its place" {
    setup_ports
    cat >>.policy/policy.yaml <<'END'
waivers:
  - {rule: t/port, file: p/b/*, reason: until the cut-over, owner: team-b, until: never}
END
    krug 1 lint --trace t/port
    says 'p/b/svc.yaml:7: hidden by a waiver: .policy/policy.yaml:6'
}

@test "a locked rule across documents stays on, whatever a nested policy says" {
    setup_ports
    sed -i 's/^root: true/root: true\nlocked: [t\/port]/' .policy/policy.yaml
    policy p <<<'rules: {t/port: off}'
    krug 1 lint -f json
    json 'rules.count("t/port") == 2 and rules.count("policy/locked") == 1'
}

@test "what a kustomization builds meets others in the cluster that its own path stands for" {
    setup_ports
    sed -i 's/^layout:.*/layout: [{path: "{cluster}\/**", cluster: "{cluster}"}, {path: "base\/**"}]/; s/path: "{cluster}/path: "c-{cluster}/' .policy/policy.yaml
    mkdir -p c-prod c-dev base
    mv p/a c-prod/a
    service base/svc.yaml b tcp
    sed -i 's/, namespace: team-a//' base/svc.yaml
    printf 'resources: [svc.yaml]\n' >base/kustomization.yaml
    printf 'namespace: team-b\nresources: [../base]\n' >c-dev/kustomization.yaml
    rm -r p
    krug 0 lint -f json
    json 'rules == []'
    mv c-dev/kustomization.yaml c-prod/
    krug 1 lint -f json
    json '[(f["file"], f["cluster"], f["resource"]["namespace"]) for f in d["findings"]] == [("base/svc.yaml", "prod", "team-b"), ("c-prod/a/svc.yaml", "prod", "team-a")]'
}

@test "a rule that asks for the whole repository is not run on less" {
    policy <<<'{root: true, default: off, rules: {tenancy/unknown-namespace: error}}'
    service a.yaml a
    printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a}\n' >n.yaml
    krug 0 lint a.yaml
    krug 0 lint --isolated a.yaml -f json --allow-empty
    json '{n["rule"]: n["reason"] for n in d["not_run"]}["tenancy/unknown-namespace"].startswith("these rules need the whole repository")'
}

@test "rules --for lists a rule across documents with the resources of its kinds" {
    setup_ports
    krug 0 rules --for p/a/svc.yaml
    [[ ${output#*document 1: Service/a} == *"error  t/port"* ]]
    [[ ${output%%document 1*} != *t/port* ]]
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n' >c.yaml
    krug 0 rules --for c.yaml
    lacks t/port
}

@test "keys that are taken out of a table while it is walked live on" {
    policy <<<'{root: true, default: off, rules: {t/t: error}}'
    for i in $(seq 40); do # more than 1,000 facts of one key: the collector runs
        printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c%s, namespace: ns}\n' "$i" >"c$i.yaml"
    done
    rule t/t <<'END'
return rule { title = "t", level = "error",
  collect = { ConfigMap = function(doc, ctx) for i = 1, 30 do ctx:emit("k", { at = at(doc, "kind") }) end end },
  join = function(key, facts, ctx)
    local t, seen = {}, 0
    for i = 1, 100 do t[string.rep("k", 600) .. i] = i end
    for k, v in pairs(t) do
      seen = seen + 1
      if seen == 1 then
        for i = 1, 100 do if i ~= v and i ~= 7 then t[string.rep("k", 600) .. i] = nil end end
        for i = 1, 20000 do local waste = string.rep("w", 600) .. i end
      end
    end
    ctx:fail(facts[1].value.at, "saw %d", seen)
  end }
END
    krug 1 lint -f json
    json 'd["findings"][0]["message"] == "saw 2"'
}
