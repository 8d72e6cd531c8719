#!/usr/bin/env bats
# What krug test and krug lint tell an author: each mistake with its place and the way out.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

setup_policy() {
    policy <<<'{root: true, default: off, rules: {t/t: error}}'
}

# tested STATUS TEXT...: `krug test` of the rule from standard input ends so and prints each TEXT.
tested() {
    local status=$1
    shift
    setup_policy
    rule t/t
    krug "$status" test -r t/t
    has "both" "$output$stderr" "$@"
}

# rule_with CHECK [FIELDS [EXAMPLES]]: a rule whose check is line 3 and later.
rule_with() {
    cat <<END
return rule { title = "t", level = "error", kinds = { "v1/Service" }, ${2-}
  check = function(svc, ctx)
$1
    if svc.metadata.name == "bad" then ctx:fail(at(svc, "metadata", "name"), "bad") end
  end,
  examples = { ${3-}
    pass { "apiVersion: v1\nkind: Service\nmetadata: {name: good}\nspec: {ports: [{port: 80, name: http}]}\n" },
    fail { "apiVersion: v1\nkind: Service\nmetadata: {name: bad}\n" },
  },
}
END
}

@test "a rule that is right" {
    tested 0 "2 tests, 0 failed" < <(rule_with 'for port in each(svc.spec.ports) do num(port.port, 0) end')
}

@test "a field that no example contains" {
    tested 1 '.policy/rules/t/t.lua:3: reads `spce`, which no example of the rule contains: a typo?' "1 field in no example" \
        < <(rule_with 'for port in each(svc.spce.ports) do end')
    tested 1 ':3: reads `nam`' < <(rule_with 'for port in each(svc.spec.ports) do str(port.nam, "") end')
    tested 0 "0 failed" < <(rule_with 'local key = "la" .. "bels" local x = svc.metadata[key]')
}

@test "a parameter that is never read" {
    tested 1 '.policy/rules/t/t.lua:1: the parameter `least` is declared, and no example makes the rule read it' \
        < <(rule_with '' $'\nparams = { least = param("integer", 2, "x") },' | sed '1{N;s/\n/ /}')
    tested 0 '0 failed' < <(rule_with 'local x = ctx.params.least' 'params = { least = param("integer", 2, "x") },')
}

@test "values that may be missing, or of any type: found by replaying the examples" {
    tested 1 'with spec.ports[0].port a string, the rule raised:' 'attempt to compare' '4 | spec: {ports' \
        < <(rule_with 'for port in each(svc.spec.ports) do local x = port.port and port.port > 1024 end')
    tested 1 'with spec.ports[0] a string, the rule raised:' 'attempt to perform arithmetic' \
        < <(rule_with 'for port in each(svc.spec.ports) do local x = port.port + 1 end')
    tested 1 'the rule raised:' 'attempt to concatenate' \
        < <(rule_with 'for port in each(svc.spec.ports) do local x = "p" .. port.name end')
    tested 1 'with metadata null, the rule raised' \
        < <(rule_with 'local x = string.lower(svc.metadata.name)')
}

@test "hints at the way out" {
    setup_policy
    service a.yaml good
    while IFS='|' read -r code words; do
        rule t/t < <(rule_with "$code")
        krug 2 lint
        says '.policy/rules/t/t.lua:3: the rule raised' "$words"
    done <<'END'
local x = svc.spec.replicas > 2|hint: a document may lack the value, or hold anything there: num(x, default)
local x = svc.spec.replicas + 2|num(x, default) always answers a number
local x = "a" .. svc.spec.x|str(x, default) always answers a string
local x = svc.metadata.name:match("a")|hint: strings have no methods here: write string.lower(s), re.match(s, pattern)
local x = string.match(svc.metadata.name, "a")|re.match(text, pattern) takes a regular expression (PCRE2)
local x = string.gsub(svc.metadata.name, "a", "b")|there are no Lua patterns
local x = string.find(svc.metadata.name, "^%w+$")|looks like a Lua pattern, and this finds plain text: use re.find
local x = foo.bar|there is no global `foo`
local x = strng.lower("a")|there is no global `strng`; did you mean `string`?
local x = ctx.namespce|ctx has no `namespce`; did you mean `namespace`?
local x = ctx.params.most|params of t/t has no `most`
END
    rule t/t < <(rule_with 'local x = string.find("100%d", "%d", 1, true)')
    krug 0 lint
}

@test "a rule that keeps something between documents" {
    tested 1 'the rule keeps something between documents' < <(echo 'local seen = {}'; rule_with 'seen[svc.metadata.name or 0] = true')
    tested 0 '0 failed' < <(echo 'local known = { a = true }'; rule_with 'local x = known[svc.metadata.name or 0]')
}

@test "a finding at nil has no place" {
    tested 1 'a finding has no place but the resource' < <(rule_with 'if svc.metadata.name == "bad" then ctx:fail(at(svc.spec.nothing), "x") end' | sed 's/spec.nothing/metadata.labels/; s/name: bad/name: bad, labels: {}/; s/metadata.labels)/metadata.none)/; s/metadata: {name: good}/metadata: {name: good, none: 1}/')
}

@test "an example that cannot be read" {
    tested 1 'the manifest cannot be read' < <(rule_with '' '' 'pass { "a: [b\n" },')
}

@test "several files, a policy and Namespace objects in an example" {
    setup_policy
    rule t/t <<'END'
return rule { title = "t", level = "error", kinds = { "v1/Service" },
  check = function(svc, ctx)
    if ctx.namespace.labels.mesh == "on" and ctx.scope.cluster == "prod" then ctx:fail(at(svc, "kind"), "in the mesh") end
  end,
  examples = {
    pass { path = "dev/a.yaml", policy = [[layout: [{path: "{c}/**", cluster: "{c}"}] ]], files = { ["prod/ns.yaml"] = [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: team, labels: {mesh: "on"}}
    ]] }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: team}
    ]] },
    fail { line = 2, path = "prod/a.yaml", policy = [[layout: [{path: "{c}/**", cluster: "{c}"}] ]], files = { ["prod/ns.yaml"] = [[
      apiVersion: v1
      kind: Namespace
      metadata: {name: team, labels: {mesh: "on"}}
    ]] }, [[
      apiVersion: v1
      kind: Service
      metadata: {name: a, namespace: team}
    ]] },
  } }
END
    krug 0 test -r t/t
    prints "2 tests, 0 failed"
}

@test "cases: files with what is expected on their lines" {
    setup_policy
    echo 'layout: [{path: "teams/{t}/**", namespace: "{t}"}]' >>.policy/policy.yaml
    policy <<<'{root: true, default: off, rules: {t/t: error}, layout: [{path: "teams/{t}/**", namespace: "{t}"}]}'
    rule t/t < <(rule_with 'if ctx.namespace.name == "b" then ctx:fail(at(svc, "kind"), "in b") end')
    mkdir -p .policy/test/t/t/two/teams/a .policy/test/t/t/two/teams/b
    printf 'apiVersion: v1\nkind: Service\nmetadata: {name: bad} # expect: t/t bad\n' >.policy/test/t/t/two/teams/a/s.yaml
    printf 'apiVersion: v1\n# expect: t/t in b\nkind: Service\nmetadata: {name: x}\n' >.policy/test/t/t/two/teams/b/s.yaml
    printf 'apiVersion: v1\nkind: Service\nmetadata: {name: good}\n' >.policy/test/t/t/alone.yaml
    krug 0 test -r t/t
    prints "4 tests, 0 failed"
    sed -i 's/ # expect.*//' .policy/test/t/t/two/teams/a/s.yaml
    krug 1 test -r t/t
    prints 't/t: .policy/test/t/t/two failed' 'a finding that is not expected: bad' 'in teams/a/s.yaml' '3 | metadata: {name: bad}'
    sed -i 's/# expect: t\/t in b/# expect: t\/t in c/' .policy/test/t/t/two/teams/b/s.yaml
    sed -i 's/name: bad/name: good/' .policy/test/t/t/two/teams/a/s.yaml
    krug 1 test -r t/t
    prints 'a finding that is not expected: in b'
    sed -i 's/# expect: t\/t in c/# expect: t\/x in c/' .policy/test/t/t/two/teams/b/s.yaml
    krug 2 test -r t/t
    says 'there is no rule `t/x`; did you mean `t/t`?'
    mkdir -p .policy/test/t/nosuch && cp .policy/test/t/t/alone.yaml .policy/test/t/nosuch/
    cp .policy/test/t/t/alone.yaml .policy/test/t/
    krug 2 test
    says '.policy/test/t/nosuch/alone.yaml: there is no rule `t/nosuch`' '.policy/test/t/alone.yaml: this is not run: a case lies at test/PACK/NAME/'
    mkdir -p cases/t/t && mv .policy/test/t/t/alone.yaml cases/t/t/
    rm -r .policy/test
    krug 0 test -r t/t --cases cases
    prints "3 tests, 0 failed"
    krug 2 test --cases nowhere
    says '--cases nowhere: there is no such directory'
}

@test "coverage names lines that no example reaches, and fails nothing" {
    setup_policy
    rule t/t < <(rule_with $'    if svc.metadata.name == "never" then\n      ctx:fail(at(svc, "kind"), "x")\n    end')
    krug 0 test -r t/t --coverage
    prints '.policy/rules/t/t.lua:4: no example reaches this line' '1 line not reached'
    krug 0 test -r t/t
    lacks 'no example reaches'
}

@test "nothing to test is no pass" {
    policy <<<'root: true'
    krug 2 test -r 'manifest/syntax'
    says 'there is no example and no case to run'
}

@test "reports of tests for machines, read by others" {
    setup_policy
    rule t/t < <(rule_with 'for port in each(svc.spce.ports) do end' '' 'fail { line = 3, "apiVersion: v1\nkind: Service\nmetadata: {name: \"<&>\"}\n" },')
    krug 1 test -r t/t -f junit
    printf '%s\n' "$output" | python3 -c '
import sys, xml.etree.ElementTree as E
suite = E.parse(sys.stdin).getroot().find("testsuite")
cases = suite.findall("testcase")
assert suite.get("tests") == "4" and suite.get("failures") == "2" and len(cases) == 4, E.tostring(suite)
assert "<&>" in cases[0].find("failure").text and cases[1].find("failure") is None'
    krug 1 test -r t/t -f tap
    printf '%s\n' "$output" >out.tap
    run prove -e cat out.tap
    [[ $output == *"Tests: 4 Failed: 2"* ]]
}

@test "a file of an example that is no manifest is not read, whatever comes first" {
    tested 0 '2 tests, 0 failed' <<'END'
return rule { title = "t", level = "error", kinds = { "v1/Service" },
  check = function(svc, ctx) ctx:fail(at(svc, "kind"), "a service") end,
  examples = {
    pass { "kind: ConfigMap\n", files = { ["a.txt"] = "apiVersion: v1\nkind: Service\n" } },
    fail { "apiVersion: v1\nkind: Service\n", count = 1, files = { ["a.txt"] = "x: [", ["z.txt"] = "x: [" } },
  } }
END
}
