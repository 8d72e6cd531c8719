#!/usr/bin/env bats
# What authors of rules get wrong, and how they are told: in a check, in a fact, in a module, in an example.

# $ and ` are in messages and for other shells; run sets stderr, and output, which no other test shares
# shellcheck disable=SC2016,SC2154,SC2030,SC2031
load helper

# told MESSAGE LUA: a check that is LUA raises MESSAGE, with the rule's second line.
told() {
    check "$2"
    krug 2 lint
    says ".policy/rules/t/t.lua:2: the rule raised: $1"
}

@test "what a rule is not given" {
    service a.yaml a http
    told 'ctx has no `nothing`' 'return ctx.nothing'
    told 'ctx has only named fields' 'return ctx[1]'
    told 'ctx.file has no `nothing`' 'return ctx.file.nothing'
    told 'the documents of a file are known to rules with on = "file"' 'return ctx.file.documents'
    told "bad argument #1 to 'fail' (is no place: use at(table, key)" 'ctx:fail({}, "x")'
}

@test "what is no fact" {
    service a.yaml a http
    emits() {
        rule t/t <<END
return rule { title = "t", level = "error", join = function() end,
  collect = { ["*"] = function(doc, ctx) ctx:emit($2) end } }
END
        krug 2 lint
        says ".policy/rules/t/t.lua:2: the rule raised: $1"
    }
    emits 'the key of a fact is not a number (nan)' '0/0, 1'
    emits 'the key of a fact is a string, number, boolean or ctx.scope, or a list of them, and this is nil' 'nil, 1'
    emits 'the key of a fact is a string, number, boolean or ctx.scope, or a list of them, and this is function' 'tostring, 1'
    emits 'key and value of a fact are at most 4096 bytes each' '"k", { string.rep("x", 4000), string.rep("x", 4000), 1 }'
    emits 'a fact holds a text of 70000 bytes' '"k", string.rep("x", 70000)'
    emits "a fact's tables are nested more than" '"k", (function() local t = {} t.t = t return t end)()'
}

@test "what is no module" {
    service a.yaml a http
    check 'require "mod"'
    mkdir .policy/lib
    module() {
        echo "$2" >.policy/lib/mod.lua
        krug 2 lint
        says "$1"
    }
    module 'module `mod` returns a number, not a table' 'return 1'
    module '.policy/lib/mod.lua:2:' 'return {'
    module 'module `mod` requires itself, through others' 'require "mod" return {}'
    rm .policy/lib/mod.lua
    krug 2 lint
    says 'there is no module `mod`'
}

# wishes WISH [WORDS]: a rule that finds two things on line 1, and an example of it that should fail with WISH; it
# does, or WORDS say why not.
wishes() {
    rule t/t <<END
return rule { title = "t", level = "error", kinds = { "*" },
  check = function(doc, ctx) ctx:fail(at(doc, "kind"), "one") ctx:fail(at(doc, "kind"), "two") end,
  examples = { fail { $1 "kind: Service\napiVersion: v1\n" }, pass { "a: 1\n" } },
}
END
    krug $(($# - 1)) test -r t/t
    [ $# -eq 1 ] || has "both" "$output$stderr" "$2"
}

@test "what an example expects, and what it got" {
    wishes 'count = 2, line = 1, column = 7, message = "one",'
    wishes 'count = 3,' 'expected 3 findings, got 2; the first: one'
    wishes 'line = 2,' 'expected the first finding on line 2, got it on line 1'
    wishes 'column = 2,' 'expected the first finding at column 2, got it at column 7: one'
    wishes 'message = "three",' 'expected a message with "three", got: one'
    wishes 'policy = "x: 1",' "the example's policy, line 1:"
}

@test "tree tells what is not read and where an alias stands" {
    printf 'a: &x 1\nb: *x\n... \n{' >a.yaml
    krug 0 tree --positions a.yaml
    prints '"alias"'
    says 'Kubernetes reads nothing from here'
    krug 2 tree nothing.yaml
    says 'nothing.yaml'
}

@test "numbers, escapes and keys that are none in JSON" {
    none() {
        printf '%s' "$1" >a.json
        run --separate-stderr "$KRUG" lint a.json # what goes on as YAML, and what is refused
        has "both" "$output$stderr" "$2"
    }
    none '{"a": 1e}' 'in exponent of numeric literal'
    none '{"a": "\u12x4"}' 'in string escape code'
    none '{"a" 1}' 'after object key'
    none '{"a\q": 1}' 'in string escape code'
}

@test "trace of a rule that did not look" {
    service a.yaml a http
    rule t/t <<<'return rule { title = "t", level = "error", kinds = { "Pod" }, check = function() end }'
    krug 0 lint --trace t/t
    says 'skipped: it looks at other kinds'
}

@test "what is no parameter" {
    service a.yaml a http
    rule t/t <<'END'
return rule { title = "t", level = "error", kinds = { "Service" }, check = function() end,
  params = { p = param("integer") } }
END
    krug 2 lint
    says '.policy/rules/t/t.lua:2: ' 'a parameter is param(type, default, purpose)'
}
