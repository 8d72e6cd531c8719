#!/usr/bin/env bats
# What a rule across documents says of its keys and its kinds (`apart`, `witness`), so that a run over a few files
# need not read all others: the answers stay those of the whole repository, and what is said is held to.

# shellcheck disable=SC2016,SC2154 # ` is in messages; run sets stderr
load helper

# twice APART: t/twice tells two ConfigMaps of one name in one namespace.
twice() {
    policy <<'END'
root: true
default: off
layout: [{path: "{cluster}/{team}/**", cluster: "{cluster}", namespace: "{team}"}, {path: "**"}]
rules: {t/twice: error}
END
    rule t/twice <<END
return rule { title = "t", level = "error", apart = "$1",
  collect = { ConfigMap = function(doc, ctx) ctx:emit({ ctx.scope, doc.metadata.name }, { at = at(doc, "metadata", "name") }) end },
  join = function(key, facts, ctx)
    for fact in each(count(facts) > 1 and facts) do ctx:fail(fact.value.at, "%d of %s", count(facts), key[2]) end
  end }
END
}

# config FILE METADATA
config() {
    mkdir -p "$(dirname "$1")"
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: %s\n' "$2" >"$1"
}

@test "the other is found however its name and namespace are written" {
    for apart in key scope; do
        twice "$apart"
        config c/ns/a.yaml '{name: echo}'
        while read -r file metadata; do
            config "$file" "$metadata"
            krug 1 lint -f json c/ns/a.yaml
            json '[(f["file"], f["message"]) for f in d["findings"]] == [("c/ns/a.yaml", "2 of echo")]'
            rm "$file"
        done <<'END'
c/ns/b.yaml {name: echo}
c/ns/b.yaml {name: "\x65cho"}
c/ns/b.yaml {name: 'echo', labels: {a: b}}
c/other/b.yaml {name: echo, namespace: ns}
c/other/b.yaml {name: echo, namespace: "n\u0073"}
c/other/b.yaml {labels: {a: &a echo}, name: *a, namespace: ns}
c/ns/b.yaml {"name": "echo"}
END
        mkdir -p d && printf 'namespace: ns\nresources: [../c/base/b.yaml]\n' >d/kustomization.yaml
        config c/base/b.yaml '{name: echo}'
        krug 1 lint -f json c/ns/a.yaml
        json 'len(d["findings"]) == 1'
        rm -r d c
    done
}

@test "what is of another key, namespace or cluster is not there" {
    for apart in key scope; do
        twice "$apart"
        config c/ns/a.yaml '{name: echo}'
        config c/ns/b.yaml '{name: mail}'
        config c/other/a.yaml '{name: echo}'
        config d/ns/a.yaml '{name: echo}'
        krug 0 lint -f json c/ns/a.yaml
        krug 0 lint -f json .
    done
}

@test "what another rule calls its kinds hides no file" {
    twice key
    sed -i 's/ apart = "key",//' .policy/rules/t/twice.lua
    sed -i 's|rules: {t/twice: error}|rules: {t/*: error}|' .policy/policy.yaml
    rule t/a <<'END'
return rule { title = "t", level = "error",
  collect = { ConfigMap = function(doc, ctx) ctx:emit("a", { at = at(doc) }) end, ["A\\E)(?!)(?:\\Q"] = function() end },
  join = function() end }
END
    config c/ns/a.yaml '{name: echo}'
    config c/ns/b.yaml '{name: echo}'
    krug 1 lint -f json c/ns/a.yaml
    json '[f["message"] for f in d["findings"]] == ["2 of echo"]'
}

@test "with very many keys in the named files, too" {
    twice key
    for i in $(seq 100); do config "c/ns/a/$i.yaml" "{name: n$i}"; done
    for i in 1 57 100; do config "c/ns/b/$i.yaml" "{name: n$i}"; done
    krug 1 lint -f json c/ns/a
    json 'sorted(f["message"] for f in d["findings"]) == ["2 of n1", "2 of n100", "2 of n57"]'
}

# reader WITNESS: t/reader tells a Service that no ConfigMap of its name is beside.
reader() {
    policy <<<'{root: true, default: off, rules: {t/reader: error}}'
    rule t/reader <<END
return rule { title = "t", level = "error", witness = { "ConfigMap" },
  collect = {
    ConfigMap = function(doc, ctx) ctx:emit(doc.metadata.name, { is_config = true, at = at(doc, "kind") }) end,
    Service = function(doc, ctx) ctx:emit(doc.metadata.name, { at = at(doc, "kind") }) end,
  },
  join = function(name, facts, ctx)
    local found
    for fact in each(facts) do found = found or fact.value.is_config end
    for fact in each(not found and facts) do ctx:fail(fact.value.at, "no ConfigMap %s", name) end
    $1
  end }
END
}

@test "a witness is heard, and a run over witnesses alone reads nothing else" {
    reader ''
    service a.yaml a
    service b.yaml b
    config a-config.yaml '{name: a}'
    krug 1 lint -f json a.yaml b.yaml
    json '[f["message"] for f in d["findings"]] == ["no ConfigMap b"]'
    krug 0 lint --trace t/reader a-config.yaml
    says 'a-config.yaml:1' 'runs'
    lacks 'Service/a'
}

@test "nothing is told at a witness" {
    reader 'ctx:fail(facts[1].value.at, "x")'
    config a-config.yaml '{name: a}'
    service b-service.yaml a
    krug 2 lint .
    says 'is of a kind that the rule calls a `witness`: nothing is told there'
}

@test "a rule that is apart asks for no more than it said" {
    twice key
    config c/ns/a.yaml '{name: echo}'
    sed -i 's/for fact in each/ctx:facts("x") &/' .policy/rules/t/twice.lua
    krug 2 lint .
    says 'the rule is apart by "key": its join sees no other key'
    sed -i 's/apart = "key"/apart = "scope"/' .policy/rules/t/twice.lua
    krug 2 lint .
    says 'the rule is apart by "scope": its join sees only keys with its own scope'
    sed -i 's/ctx:facts("x")/local mine = ctx:facts({ "x", key[1] })/' .policy/rules/t/twice.lua
    krug 0 lint .
    sed -i 's/ctx:emit({ ctx.scope, doc.metadata.name }/ctx:emit(doc.metadata.name/' .policy/rules/t/twice.lua
    krug 2 lint .
    says 'the rule is apart by "scope": ctx.scope is its key, or a part of it'
}

@test "krug test tells a key that holds what no manifest holds" {
    twice key
    sed -i 's/doc.metadata.name }/"config " .. doc.metadata.name, "made-up" }/; $d' .policy/rules/t/twice.lua
    cat >>.policy/rules/t/twice.lua <<'END'
  end, examples = { pass { [[
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: a, namespace: ns}
  ]] } } }
END
    krug 1 test -r t/twice
    prints 'the key of this fact holds `made-up`, which does not stand in the manifest'
}

@test "a join is not called where there is nothing to tell, and krug test holds the rule to it" {
    reader ''
    service a.yaml a
    config b-config.yaml '{name: b}'
    sed -i 's/local found/ctx:log("%s has %d", name, count(facts)) &/' .policy/rules/t/reader.lua
    krug 1 lint --trace t/reader .
    says 'a has 1'
    lacks 'b has 1'
    sed -i 's/witness = { "ConfigMap" }/&, silent = { "Service" }/' .policy/rules/t/reader.lua
    krug 0 lint --trace t/reader .
    says 'b has 1'
    lacks 'a has 1'
    sed -i 's/silent = { "Service" }/silent = {}, least = 2/; s/^  end }$/  end, examples = { fail { [[{apiVersion: v1, kind: Service, metadata: {name: a}}]] } } }/' .policy/rules/t/reader.lua
    krug 0 lint --trace t/reader .
    lacks 'has 1'
    krug 1 test -r t/reader
    prints 'the rule tells something of a key for which its join is not called'
}

@test "what the fields may say" {
    policy <<<'{root: true, default: off, rules: {t/t: error}}'
    service a.yaml a
    while IFS='|' read -r fields words; do
        rule t/t <<END
return rule { title = "t", level = "error", $fields }
END
        krug 2 lint
        says "$words"
    done <<'END'
apart = "keys", collect = { Service = function() end }, join = function() end|`apart` is "key" or "scope", not "keys"
witness = { "Pod" }, collect = { Service = function() end }, join = function() end|`witness` names "Pod", which `collect` does not collect
silent = { "Pod" }, collect = { Service = function() end }, join = function() end|`silent` names "Pod", which `collect` does not collect
least = 1, collect = { Service = function() end }, join = function() end|`least` is a number of facts from 2 to 1000
least = 2.5, collect = { Service = function() end }, join = function() end|`least` is a number of facts from 2 to 1000
least = 2, kinds = { "Service" }, check = function() end|`least` is for rules across documents
apart = "key", kinds = { "Service" }, check = function() end|`apart` is for rules across documents
witness = { "Service" }, kinds = { "Service" }, check = function() end|`witness` is for rules across documents
END
}
