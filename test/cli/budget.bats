#!/usr/bin/env bats
# Rules that loop, want all memory or backtrack without end are stopped, named and counted; the others go on.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

# stopped TEXT...: the check from standard input is stopped with each TEXT, and other rules still ran.
stopped() {
    service a.yaml a
    check "$(cat)"
    policy <<<'{default: own, rules: {tenancy/*: off}}'
    krug 2 lint -f json
    says "krug: .policy/rules/t/t.lua:2: " "at a.yaml, line 1" "$@"
    json 'rules == ["istio/port-name"] and d["problems"][0]["rule"] == "t/t"'
}

instructions='it used up its budget of 10,000,000 instructions'
memory='it used up its budget of 64 MiB of memory'

@test "endless loops" {
    stopped "$instructions" <<<'while true do end'
    stopped "$instructions" <<<'while true do pcall(function() while true do end end) end'
    stopped "$instructions" <<<'local function f() return f() end f()'
    stopped "$instructions" <<<'while true do pcall(error) end'
    stopped "$instructions" <<<'for i = 1, 1e18 do str(i) end'
}

@test "work inside of one C function counts" {
    stopped "$instructions" <<<'local s = string.rep("a", 1e6) while true do string.find(s, "b") end'
    stopped "$instructions" <<<'local s = string.rep("a", 1e6) while true do utf8.len(s) end'
    stopped "$instructions" <<<'local t = {} for i = 1, 1e5 do t[i] = i end while true do table.sort(t) end'
    stopped "$instructions" <<<'local t = {} for i = 1, 1e5 do t[i] = i end while true do table.insert(t, 1, 0) table.remove(t, 1) end'
    stopped "$instructions" <<<'local s = string.rep("a", 1e6) while true do re.test(s, "b") end'
    stopped "$instructions" <<<'local i = 0 while true do i = i + 1 re.test("a", "a{" .. i % 5000 .. "}b") end'
    stopped "$instructions" <<<'local s = string.rep("9", 1e6) while true do tonumber(s) end'
    stopped "$instructions" <<<'local s = string.rep("a", 1e4) while true do glob(string.rep("*a", 1000), s) end'
    stopped "$instructions" <<<'while true do local t = {} for i = 1, 1000 do t[i] = i end for _ in pairs(t) do end end'
}

@test "memory" {
    stopped "$memory" <<<'local t = {} for i = 1, 1e9 do t[i] = i end'
    stopped "$memory" <<<'local s = "x" while true do s = s .. s end'
    stopped "$memory" <<<'local t = {} for i = 1, 1e9 do t[i] = string.rep("x", 1e6) end'
    stopped "$memory" <<<'while true do pcall(string.rep, "x", 1e7) end'
    stopped "$memory" <<<'local s = string.rep("x", 1e7) while true do pcall(string.upper, s) end'
    stopped 'would make more than 16777216 bytes' <<<'string.rep("x", 1e9)'
    stopped 'would make more than 16777216 bytes' <<<'string.rep("", 1e15) string.rep("x", 1e15)'
    stopped 'a function that calls itself without end' <<<'local function f() return 1 + f() end f()'
}

@test "texts that are parsed are held as the rule's memory, and once" {
    local parse='local k8s = require "k8s" return rule { title = "t", level = "error", kinds = { "ConfigMap" },
        check = function(doc, ctx) for i = 1, 1500 do local x = k8s.parse(doc.data, KEY) end end }'
    policy <<<'{root: true, default: off, rules: {t/t: error}}'
    { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata:\n'
        for i in $(seq 20000); do echo "  a$i: 'x: 1'"; done; } >a.yaml
    rule t/t <<<"${parse/KEY/'"a" .. i'}"
    krug 2 lint a.yaml
    says "$memory"
    rule t/t <<<"${parse/KEY/'"a7"'}"
    krug 0 lint a.yaml
}

@test "regular expressions" {
    stopped 'a regular expression backtracks without end' <<<'re.test(string.rep("a", 100) .. "!", "(a+)+$")'
    stopped 'a regular expression backtracks without end' <<<'pcall(re.test, string.rep("a", 100) .. "!", "(a+)+$") return 1'
    stopped 'a regular expression backtracks without end' <<<'while true do pcall(re.test, string.rep("a", 100) .. "!", "(a+)+$") end'
}

@test "errors that are no text" {
    stopped 'the rule raised' <<<'error({})'
    stopped 'the rule raised' <<<'error()'
    stopped 'the rule raised' <<<'error(nil)'
}

@test "a rule file that loops, or wants all memory, when it is loaded" {
    service a.yaml a
    rule t/t <<<'while true do end'
    krug 2 lint
    says '.policy/rules/t/t.lua: ' "$instructions"
    rule t/t <<<'local s = "x" while true do s = s .. s end'
    krug 2 test
    says '.policy/rules/t/t.lua: ' "$memory"
}

@test "a rule that needs more than what is left beside the garbage of others is run again, not stopped" {
    service a.yaml a
    check 'local t = {} for i = 1, 700000 do t[i] = i end ctx:fail(at(doc, "kind"), "made %d", #t)'
    policy <<<'{default: own, rules: {tenancy/*: off}}'
    krug 1 lint -f json
    json '[f["message"] for f in d["findings"] if f["rule"] == "t/t"] == ["made 700000"]'
}

@test "after ten trips a rule is not run any more, with any number of jobs" {
    for i in $(seq 10 40); do service "d$i.yaml" "s$i"; done
    rule t/t <<'END'
return rule { title = "t", level = "error", kinds = { "*" }, check = function(doc, ctx)
  ctx:fail(at(doc, "kind"), "before the loop")
  if doc.metadata.name ~= "s12" then while true do end end
end }
END
    policy <<<'{default: own, rules: {tenancy/*: off, istio/*: off}}'
    krug 2 lint -f json -j 1
    says 'd10.yaml, line 1 (and 9 more times)' 'it was stopped for good after 10 times: it did not see 20 files behind'
    json '[f["file"] for f in d["findings"]] == ["d%d.yaml" % i for i in range(10, 21)]'
    printf '%s\n' "$output" | sed 's/"seconds".*//' >one
    krug 2 lint -f json -j 5
    printf '%s\n' "$output" | sed 's/"seconds".*//' >five
    diff one five
}

@test "rules that come after one that is stopped for good are stopped with it, with any number of jobs" {
    for i in $(seq 10 26); do service "d$i.yaml" "s$i"; done
    rule t/a <<'END'
return rule { title = "t", level = "error", kinds = { "*" }, check = function(doc, ctx)
  if doc.metadata.name < "s20" then while true do end end
  ctx:fail(at(doc, "kind"), "found")
end }
END
    rule t/b <<'END'
return rule { title = "t", level = "error", kinds = { "*" }, after = { "t/a" }, check = function(doc, ctx)
  ctx:fail(at(doc, "kind"), "found")
end }
END
    policy <<<'{default: own, rules: {tenancy/*: off, istio/*: off}}'
    for jobs in 1 2 5; do
        krug 2 lint -f json -j "$jobs"
        says 't/a.lua' 't/b.lua: it comes after a rule that used up its budget 10 times: it did not see 7 files behind'
        json '[(f["rule"], f["file"]) for f in d["findings"]] == [("t/b", "d%d.yaml" % i) for i in range(10, 19)]'
    done
}

@test "collect and join are under budgets too, and other keys go on" {
    policy <<<'{root: true, default: off, rules: {t/t: error}}'
    rule t/t <<'END'
return rule { title = "t", level = "error",
  collect = { Service = function(doc, ctx)
    if doc.metadata.name == "loop" then while true do end end
    ctx:emit(doc.metadata.name, { at = at(doc, "kind") })
  end },
  join = function(key, facts, ctx)
    if key == "hog" then local t = {} for i = 1, 1e9 do t[i] = {} end end
    if key == "spin" then while true do pcall(error) end end
    ctx:fail(facts[1].value.at, "joined %s", key)
  end }
END
    for name in a hog loop spin z; do service "$name.yaml" "$name"; done
    krug 2 lint -f json
    says "t.lua:3: $instructions" "at loop.yaml, line 1" "t.lua:7: $memory" "at hog.yaml, line 1" "t.lua:8: $instructions" "at spin.yaml, line 1"
    json '[f["message"] for f in d["findings"]] == ["joined a", "joined z"]'
}

@test "a hot key with many facts is walked one at a time, in bounded memory" {
    policy <<<'{root: true, default: off, rules: {t/t: error}}'
    rule t/t <<'END'
return rule { title = "t", level = "error",
  collect = { List = function() end, ConfigMap = function(doc, ctx)
    for i = 1, 30000 do ctx:emit("hot", { at = at(doc, "kind"), number = i, text = string.rep("x", 100) }) end
  end },
  join = function(key, facts, ctx)
    local sum = 0
    for fact in each(facts) do sum = sum + fact.value.number end
    ctx:fail(facts[#facts].value.at, "%d facts, sum %d", #facts, sum)
  end }
END
    for i in 1 2 3 4 5 6 7 8 9; do printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a%d}\n' $i >"c$i.yaml"; done
    krug 1 lint -f json
    json '[f["message"] for f in d["findings"]] == ["270000 facts, sum 4050135000"]'
}

@test "parts of a document that a rule takes away and asks for again are at its own cost" {
    service a.yaml a
    for i in $(seq 3000); do echo "  - {port: $i}"; done >>a.yaml
    rule t/t <<'END'
return rule { title = "t", level = "error", kinds = { "*" }, check = function(doc, ctx)
  while true do doc.spec = nil local x = doc.spec.ports end
end }
END
    policy <<<'{default: own, rules: {tenancy/*: off, istio/*: off}}'
    krug 2 lint
    says "$memory"
}

@test "sources that are made to break the compiler" {
    service a.yaml a
    repeat() { printf "%.0s$1" $(seq "$2"); }
    rule t/t < <(printf 'return %s1%s' "$(repeat '(' 5000)" "$(repeat ')' 5000)")
    krug 2 lint
    says '.policy/rules/t/t.lua' 'overflow'
    rule t/t < <(printf 'return %s1%s' "$(repeat '{' 5000)" "$(repeat '}' 5000)")
    krug 2 lint
    says '.policy/rules/t/t.lua' 'overflow'
    check "local x = doc$(repeat .a 30000) + 1"
    krug 2 lint -j 2 -f json
    says 'attempt to perform arithmetic'
    check "local t = {$(repeat '1,' 20000)} return t"
    krug 2 lint --jobs 2 -n nothing
    rule t/t < <(printf -- '-- %s\n' "$(repeat x 66000)")
    krug 2 lint
    says 'longer than 65536 bytes'
}

@test "the ways out of a sandbox are closed" {
    setup_way() { rule t/t <<<"return rule { title = 't', level = 'error', kinds = { '*' }, check = function(doc, ctx) $1 end }"; }
    service a.yaml a
    for way in 'setmetatable({}, {})' 'getmetatable("")' 'xpcall(error, print)' 'coroutine.create(error)' 'load("x")()' \
        'require("os")' 'require("../../etc/passwd")' 'require("prelude")' 'io.open("x")' 'os.exit(0)' 'debug.getinfo(1)' \
        'collectgarbage()' 'rawset({}, 1, 2)' 'string.dump(error)' 'table.move({}, 1, 9e15, 2)' 'table.unpack({}, 1, 9e5)' \
        'table.concat({}, "", 1, 1e12)' 'string.format("%99999d", 1)' 'string.upper.x = 1' 'ctx.file.path = "x"' \
        'ctx.params.x = 1' 'ctx.vars.x = 1' 'ctx.namespace.labels.x = 1' '_G.x = 1' 'x = 1' '("").upper = 1' \
        'string.rep("x", -1, "y"):rep(5)' 'math.random()' 'utf8.char(-1)' 'select(-9e9, 1)' 'error(ctx)' 'tostring(nil)()' \
        'table.sort({ 3, 2, 1 }, function() error("no") end)' 're.test("a", string.rep("(", 1000))' 'glob(1, 2)'; do
        setup_way "$way"
        krug 2 lint
        says '.policy/rules/t/t.lua'
    done
}

@test "memory that is used up by the very last call is told too" {
    service a.yaml a http
    check 'local s = string.rep("x", 10 * 1024 * 1024) ctx:fail(at(doc), "found") return string.format("%s%s%s%s", s, s, s, s)'
    krug 2 lint -r t/t
    says "$memory" 'at a.yaml, line 1'
    prints 'found'
}

@test "a rule that raises something else at each document is told a hundred times, and briefly" {
    for i in $(seq 150); do
        printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a%s}\n---\n' "$i"
    done >a.yaml
    sed 's/name: a/name: b/' a.yaml >b.yaml
    check 'error(doc.metadata.name .. "\n" .. string.rep("x", 1e6), 0)'
    for jobs in 1 2; do
        krug 2 lint -r t/t -j "$jobs"
        [ "$(grep -c 'the rule raised: [ab]' <<<"$stderr")" -eq 100 ]
        says 'the rule raised: a100' 'the rule raised more than 100 different errors: the others are counted' \
            'at a.yaml, line 401 (and 199 more times)'
        [ "${#stderr}" -lt 300000 ]
    done
}

@test "a document that is too deep for what is left of the stack leaves the memory counted" {
    python3 -c 'print("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: " + "[" * 900 + "]" * 900)' >a.yaml
    check "local use = false
local function down(n)
  local $(printf 'v%s, ' {1..99})v
  if n == 0 then if use then local _ = doc.spec end return 1 end
  local r = down(n - 1)
  return r, 1
end
local low, high = 5000, 12000
while high - low > 1 do
  local middle = (low + high) // 2
  if pcall(down, middle) then low = middle else high = middle end
end
use = true
assert(not pcall(down, low - 4))
local s = 'x'
for _ = 1, 27 do s = s .. s end"
    krug 2 lint -r t/t
    says "$memory"
}
