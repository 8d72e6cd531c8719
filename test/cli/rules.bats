#!/usr/bin/env bats
# Rule files: what is wrong in one is told with file, line and rule, status 2, and everything else goes on.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

# broken TEXT...: the rule file from standard input does not load, and the message says each TEXT.
broken() {
    service a.yaml a
    policy <<<'{default: own, rules: {tenancy/*: off}}'
    rule t/t
    krug 2 lint -f json
    says "krug: .policy/rules/t/t.lua" "$@"
    json 'rules == ["istio/port-name"]' # the others ran
    json 'len(d["problems"]) == 1 and d["problems"][0]["rule"] == "t/t"'
    krug 2 rules
    says "$@"
    prints "istio/port-name"
    krug 2 explain t/t
    says "$@"
    krug 2 test
    says "$@"
}

# raises TEXT...: the check from standard input raises, and the message says each TEXT.
raises() {
    service a.yaml a
    check "$(cat)"
    policy <<<'{default: own, rules: {tenancy/*: off}}'
    krug 2 lint -f json
    says "krug: .policy/rules/t/t.lua:2: the rule raised: " "at a.yaml, line 1" "$@"
    json 'rules == ["istio/port-name"]'
    json 'len(d["problems"]) == 1 and d["problems"][0]["rule"] == "t/t" and d["problems"][0]["line"] == 2'
}

good() {
    echo 'return rule { title = "t", level = "error", kinds = { "*" },'
    echo "$1"
    echo '}'
}

across() {
    echo 'return rule { title = "t", level = "error",'
    echo "$1"
    echo '}'
}

@test "a syntax error" {
    broken ":3:" "'}' expected" <<<$'return rule {\n  title = "x"'
}

@test "no return" {
    broken 'does not return a rule' 'return rule { ... }' <<<'rule { title = "t", level = "error", kinds = { "*" }, check = function() end }'
    broken 'does not return a rule' <<<''
    broken 'does not return a rule' <<<'return 5'
    broken 'was not made by `rule { ... }`' <<<'return { title = "t" }'
}

@test "an unknown field" {
    broken ':2: a rule has no field `titel`; did you mean `title`?' <<<$'return rule {\n  titel = "t",\n  title = "t", level = "error", kinds = { "*" }, check = function() end }'
}

@test "a field of the wrong type" {
    broken ':2: `title` of a rule is a number, not a string' <<<$'return rule {\n  title = 5,\n  level = "error", kinds = { "*" }, check = function() end }'
}

@test "what a rule needs" {
    broken 'needs a `title`' <<<'return rule { level = "error", kinds = { "*" }, check = function() end }'
    broken 'needs a `level`' <<<'return rule { title = "t", kinds = { "*" }, check = function() end }'
    broken 'needs a `check`' <<<'return rule { title = "t", level = "error", kinds = { "*" } }'
    broken 'needs one of `kinds`' <<<'return rule { title = "t", level = "error", check = function() end }'
}

@test "wrong values" {
    broken '`level` is error, warn, info or off, not "warning"' <<<'return rule { title = "t", level = "warning", kinds = { "*" }, check = function() end }'
    broken '`service` is no kind' 'v1/Service' <<<'return rule { title = "t", level = "error", kinds = { "service" }, check = function() end }'
    broken '`dup` is no note' 'duplicate-key' <<<'return rule { title = "t", level = "error", notes = { "dup" }, check = function() end }'
    broken '"int" is no type' 'integer' < <(good 'params = { a = param("int", 1, "x") }, check = function() end')
    broken '`on` can only be "file"' <<<'return rule { title = "t", level = "error", on = "files", check = function() end }'
}

@test "after" {
    broken '`istio/port-nam`' 'no rule' 'did you mean `istio/port-name`?' < <(good 'after = { "istio/port-nam" }, check = function() end')
    broken 'circle' < <(good 'after = { "t/t" }, check = function() end')
}

@test "what a rule across documents needs" {
    broken 'a rule needs one of `kinds`' < <(good 'collect = {}, check = function() end')
    broken '`join` needs `collect`' < <(good 'join = function() end, check = function() end')
    broken '`collect` needs a `join`' < <(across 'collect = { Service = function() end }')
    broken 'not both' < <(across 'check = function() end, join = function() end, collect = { Service = function() end }')
    broken '`collect` is empty' < <(across 'join = function() end, collect = {}')
    broken '`collect` maps kinds to functions' < <(across 'join = function() end, collect = { Service = 5 }')
    broken '`service` is no kind' < <(across 'join = function() end, collect = { service = function() end }')
}

@test "modules" {
    local name
    for name in mod prelude krug.d k8s.d k8s/nothing; do
        broken "no module \`$name\`" 'lib/' < <(echo "local m = require \"$name\""; good 'check = function() end')
    done
}

@test "bytecode and long files are refused" {
    broken 'compiled Lua' < <(printf '\033LuaT\0')
    broken 'longer than 65536 bytes' < <(head -c 70000 /dev/zero | tr '\0' ' ')
    krug 2 lint
    [ "$(grep -o 't/t.lua' <<<"$stderr" | wc -l)" -eq 1 ] # the path once
}

@test "a runtime error" {
    raises "arithmetic on a nil value (field 'replicas')" <<<'local n = doc.spec.replicas + 1'
    raises 'there is no global `counts`; did you mean `count`?' <<<'counts(doc)'
    raises 'global `y` is set: declare it with `local`' <<<'y = 1'
    raises 'ctx has no `namspace`; did you mean `namespace`?' <<<'local x = ctx.namspace'
    raises 'call it as ctx:fail(...)' <<<'ctx.fail(doc, "x")'
    raises 'no place' 'at(table, key)' <<<'ctx:fail("x")'
    raises 'boom' <<<'error("boom")'
}

@test "a rule that raises on many files is told once, with how many" {
    check 'error("boom")'
    for ((i = 0; i < 20; i++)); do service "m/$i.yaml" "a$i"; done
    krug 2 lint -f json
    json 'len(d["problems"]) == 1 and "19 more" in d["problems"][0]["message"]'
    [ "$(grep -c 'the rule raised' <<<"$stderr")" -eq 1 ]
}

@test "a rule that changes the document is told, and what it found dropped" {
    service a.yaml a
    check 'doc.spec.ports[1].name = "http" ctx:fail(doc.spec, "seen")'
    krug 2 lint -f json
    says "the rule changes the document" "at a.yaml, line 1"
    json 'rules == ["istio/port-name"]' # which still sees the port as it is
    check 'doc.metadata.labels = { a = "b" }'
    krug 2 lint
    says "the rule changes the document"
    check 'doc.spec.ports[1] = nil'
    krug 2 lint
    says "the rule changes the document"
}

@test "missing examples are told by krug test" {
    check 'local x = 1'
    krug 1 test
    has "both" "$output$stderr" "t/t" "needs at least one passing and one failing example"
}

@test "examples that do not hold are told with file and line" {
    rule t/t <<'END'
return rule { title = "t", level = "error", kinds = { "v1/Service" },
  check = function(svc, ctx) if count(svc.spec.ports) > 1 then ctx:fail(at(svc.spec.ports, 2), "two") end end,
  examples = {
    pass { [[
      apiVersion: v1
      kind: Service
      spec: {ports: [{port: 1}, {port: 2}]}
    ]] },
    fail { line = 2, [[
      apiVersion: v1
      kind: Service
      spec: {ports: [{port: 1}, {port: 2}]}
    ]] },
    fail { [[
      apiVersion: v1
      kind: Service
    ]] },
  },
}
END
    krug 1 test
    has "both" "$output$stderr" "t/t" "expected no finding, got: two" "expected the first finding on line 2, got it on line 3" \
        "expected a finding, and there is none" "3 failed"
}

@test "a good rule with its examples" {
    rule t/two-ports <<'END'
return rule { title = "One port", level = "error", kinds = { "v1/Service" }, why = "W.", fix = "F.",
  check = function(svc, ctx) if count(svc.spec.ports) > 1 then ctx:fail(at(svc.spec.ports, 2), "two of %d", count(svc.spec.ports)) end end,
  examples = {
    pass { [[
      apiVersion: v1
      kind: Service
    ]] },
    fail { line = 3, [[
      apiVersion: v1
      kind: Service
      spec: {ports: [{port: 1}, {port: 2}]}
    ]] },
  },
}
END
    krug 0 test
    says_nothing
    prints "0 failed"
    printf 'apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\nspec:\n  ports:\n  - {port: 1, name: tcp}\n  - {port: 2, name: tcp-2}\n' >a.yaml
    krug 1 lint
    prints "7:5" "two of 2" "t/two-ports" "fix: F."
    krug 0 explain t/two-ports
    prints "One port" "W." "F."
}

@test "a rule on files" {
    service a.yaml a http
    rule t/f <<<'return rule { title = "t", level = "error", on = "file", check = function(file, ctx) ctx:fail(nil, "%s", ctx.file.path) end }'
    krug 1 lint -f json --rule t/f
    json 'd["findings"][0]["message"] == "a.yaml"'
}

@test "a library of the policy" {
    service a.yaml a
    check 'ctx:fail(doc, require("words").hello())'
    mkdir .policy/lib
    echo 'return { hello = function() return "hello" end }' >.policy/lib/words.lua
    krug 1 lint -f json --rule t/t
    json 'd["findings"][0]["message"] == "hello"'
    echo 'return { helo = 1 ' >.policy/lib/words.lua
    krug 2 lint
    says "words.lua" "expected"
}

@test "a rule that is off is not run, but still checked" {
    service a.yaml a http
    check 'error("boom")'
    policy <<<'rules: {t/t: off, tenancy/*: off}'
    krug 0 lint
    check 'error("boom'
    policy <<<'rules: {t/t: off, tenancy/*: off}'
    krug 2 lint
}

@test "ctx.file.text is that of the file, also where a rule on files or on facts has read that of another" {
    for name in a b c; do service $name.yaml $name http; done
    rule t/files <<<'return rule { title = "t", level = "error", on = "file", check = function(file) local _ = file.text end }'
    check 'if not string.find(ctx.file.text, "name: " .. doc.metadata.name .. ",") then ctx:fail(at(doc), "stale") end'
    rule t/facts <<'END'
return rule { title = "t", level = "error", collect = { Service = function(doc, ctx)
  ctx:emit("all", { stale = not string.find(ctx.file.text, "name: " .. doc.metadata.name .. ","), at = at(doc) })
end }, join = function(_, facts, ctx)
  for fact in each(facts) do if fact.value.stale then ctx:fail(facts[1], "stale: %s", fact.file) end end
end }
END
    krug 0 lint -j 1 -r 't/*'
    krug 0 lint -j 1 -r 't/*' a.yaml
}

@test "a method of ctx that is kept from another function of a rule raises" {
    service a.yaml a http
    rule t/t <<'END'
local emit
return rule { title = "t", level = "error", collect = { Service = function(_, ctx) emit = ctx.emit ctx:emit(1) end },
  join = function(_, _, ctx) emit(ctx, 2) end }
END
    krug 2 lint -r t/t
    says 'ctx:emit was kept from `collect`'
    rule t/t <<'END'
local facts
local m = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"
return rule { title = "t", level = "error", examples = { pass { m }, pass { m } },
  collect = { Service = function(_, ctx) ctx:emit(1) if facts then facts(ctx, 1) end end },
  join = function(_, _, ctx) facts = ctx.facts end }
END
    krug 1 test -r t/t
    prints 'ctx:facts was kept from a join'
}

@test "a precision cuts a text of any length" {
    service a.yaml a http
    check 'ctx:fail(at(doc), "[%.5s] [%8.3s] [%.3s]", string.rep("y", 200), string.rep("z", 100), "abcd")'
    krug 1 lint -r t/t
    prints '[yyyyy] [     zzz] [abc]'
}
