#!/usr/bin/env bats
# krug explain, and krug rules as a list: what there is to say of rules.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

# A rule that says everything a rule can say.
talkative() {
    rule acme/talk <<'END'
return rule {
  title = "Talks", level = "info", kinds = { "v1/Service", "workload" }, after = { "manifest/syntax" },
  patches = true, links = { "https://example.com/a" }, aka = { "ACME-1", "old/talk" },
  params = {
    list = param("list of integer", {}, "an empty list"),
    map = param("map of string", {}, "an empty map"),
    text = param("string", "a|b", "a text"),
    none = param("integer", nil, "no default"),
    deep = param("any", { z = { 1, 2.5, true }, a = "x" }, "anything"),
  },
  why = [[
    First words of a paragraph that is long enough to be broken into two lines, because nobody reads lines of more than that.
    It goes on.

    - an item
      of two lines
    - another

        a sample: kept
    Last.]],
  fix = "F.",
  check = function(doc, ctx) if doc.spec.bad then ctx:fail(at(doc, "spec", "bad"), "%s is `bad`", ctx.params.text) end end,
  examples = {
    pass { path = "a/b.yaml", patch = true, namespace = "n", kustomization = "k", [[
      apiVersion: v1
      kind: Service
    ]] },
    fail { params = { text = "t" }, policy = [[
      vars: {a: b}
      rules: {}
    ]], [[
      apiVersion: v1
      kind: Service
      spec: {bad: "```"}
    ]] },
  },
}
END
}

@test "explain tells all of a rule" {
    talkative
    krug 0 explain acme/talk
    says_nothing
    prints "acme/talk: Talks" "Level: info, where no policy says otherwise" \
        "Looks at: v1/Service, every workload (what has a pod template); kustomize patches too" \
        "Skipped after a finding of: manifest/syntax" "Also known as: ACME-1, old/talk" "File: .policy/rules/acme/talk.lua" \
        $'list (list of integer, by default [])\n      an empty list' $'map (map of string, by default {})' \
        'text (string, by default "a|b")' 'none (integer)' 'deep (any, by default {"a":"x","z":[1,2.5,true]})' \
        "  https://example.com/a" \
        $'Passes\n  # the file is a/b.yaml\n  # the path stands for namespace n\n  # a kustomization sets namespace k' \
        "  # the file is a kustomize patch" \
        $'Fails\n  # the parameters are {"text":"t"}\n  # the policy is\n  #   vars: {a: b}\n  #   rules: {}\n  apiVersion: v1' \
        $'  line 3, column 13:\n      t is `bad`'
}

@test "explain breaks texts into lines, and keeps paragraphs, items and samples" {
    talkative
    krug 0 explain acme/talk
    prints $'Why\n  First words of' $' It goes on.\n\n  - an item of two lines\n  - another\n\n      a sample: kept\n  Last.\n\nFix\n  F.\n'
    awk 'length($0) > 96 { bad = 1; print } END { exit bad }' <<<"$output"
}

@test "explain keeps the indentation of examples" {
    krug 0 explain istio/port-name
    prints $'\n  spec:\n    ports:\n      - port: 80\n'
}

@test "explain as Markdown" {
    talkative
    krug 0 explain --format markdown acme/talk
    says_nothing
    prints $'# acme/talk\n\nTalks.\n' "| level | info, where no policy says otherwise |" "| also known as | \`ACME-1\`, \`old/talk\` |" \
        $'\n## Why\n\nFirst words' $'\n    a sample: kept\n' '| `text` | string | `"a\|b"` | a text |' \
        '| `none` | integer |  | no default |' "Passes, where the file is \`a/b.yaml\`; " \
        $'Fails, where the parameters are `{"text":"t"}`; the policy is\n\n```yaml\nvars: {a: b}' \
        $'````yaml\napiVersion: v1\nkind: Service\nspec: {bad: "```"}\n````\n' \
        '- line 3, column 13: `` t is `bad` ``' "- <https://example.com/a>"
    krug 2 explain -f markdwon acme/talk
    says 'no format `markdwon`; did you mean `markdown`?' "there are console, markdown"
}

@test "explain of every rule works, as text and as Markdown" {
    ids=$("$KRUG" rules | cut -d' ' -f1)
    [ "$(wc -l <<<"$ids")" -gt 10 ]
    for id in $ids; do
        krug 0 explain "$id"
        says_nothing
        prints "$id: " "Why"
        krug 0 explain -f markdown "$id"
        says_nothing
        prints "# $id" "## Why"
    done
}

@test "explain finds a rule without its pack, and by another tool's code" {
    krug 0 explain port-name
    prints "istio/port-name: "
    krug 0 explain IST0144
    prints "istio/uid-1337: "
    krug 2 explain IST0118
    says "several rules" "istio/app-protocol" "istio/port-name"
    check 'local x = 1'
    mkdir .policy/rules/u
    cp .policy/rules/t/t.lua .policy/rules/u/t.lua
    krug 2 explain t
    says "t is the name of several rules: t/t u/t"
    prints_nothing
}

@test "explain suggests" {
    krug 2 explain istio/portname
    says "there is no rule istio/portname" "did you mean istio/port-name?"
    krug 2 explain frobnicate
    says "there is no rule frobnicate" '`krug rules`'
    lacks "did you mean"
    krug 2 explain ""
    says "there is no rule ''"
    for several in istio 'istio/*'; do
        krug 2 explain "$several"
        says "krug rules '$several'"
    done
    krug 2 explain m/a.yaml
    says '`krug rules --for m/a.yaml`'
}

@test "explain makes control characters visible" {
    rule acme/esc <<<$'return rule { title = "a\\27[31mb", level = "info", kinds = { "*" }, why = "w\\27[0m", check = function() end }'
    krug 0 explain acme/esc
    prints 'a\x1b[31mb' 'w\x1b[0m'
    krug 0 explain -f markdown acme/esc
    prints 'a\x1b[31mb' 'w\x1b[0m'
}

@test "a default that holds itself, or is endless, is shown in part" {
    rule acme/loop <<'END'
local t = {}
for i = 1, 50 do t[i] = t end
return rule { title = "t", level = "info", kinds = { "*" }, params = { p = param("any", t, "x") }, check = function() end }
END
    krug 0 rules -f json acme/loop
    [ "${#output}" -lt 200000 ]
    json 'len(d) == 1 and d[0]["params"][0]["default"][0][0] is not None'
}

@test "rules: columns that fit, codes of other tools, patterns of several kinds" {
    krug 0 rules
    prints "  error  Service ports declare their protocol (IST0118)"
    [ "$(awk '{ print match($0, /  (error|warn|info|off) /) }' <<<"$output" | sort -u | wc -l)" -eq 1 ]
    for pattern in 'istio/port-*' istio port-name IST0118; do
        krug 0 rules "$pattern"
        prints "istio/port-name"
        lacks "manifest/"
    done
    krug 2 rules mainfest
    says "no rule matches mainfest; did you mean manifest?"
}

@test "rules as JSON" {
    talkative
    krug 0 rules -f json acme
    says_nothing
    json 'd == [{"id": "acme/talk", "title": "Talks", "level": "info", "fixed": False, "on": "resource",
        "kinds": ["v1/Service", "workload"], "notes": [], "patches": True, "after": ["manifest/syntax"],
        "params": [
            {"name": "deep", "type": "any", "default": {"a": "x", "z": [1, 2.5, True]}, "purpose": "anything"},
            {"name": "list", "type": "list of integer", "default": [], "purpose": "an empty list"},
            {"name": "map", "type": "map of string", "default": {}, "purpose": "an empty map"},
            {"name": "none", "type": "integer", "default": None, "purpose": "no default"},
            {"name": "text", "type": "string", "default": "a|b", "purpose": "a text"}],
        "why": d[0]["why"], "fix": "F.", "links": ["https://example.com/a"], "aka": ["ACME-1", "old/talk"],
        "built_in": False, "file": ".policy/rules/acme/talk.lua"}]'
    krug 0 rules -f json
    json 'any(r["id"] == "istio/port-name" and r["built_in"] and r["aka"] == ["IST0118"] for r in d)'
    json 'any(r["id"] == "manifest/duplicate-key" and r["on"] == "note" and r["notes"] == ["duplicate-key"] for r in d)'
    json 'any(r["id"] == "manifest/file-name" and r["on"] == "file" for r in d)'
    json 'any(r["id"] == "manifest/syntax" and r["on"] == "krug" and r["fixed"] for r in d)'
    krug 2 rules -f json nosuch/x
    json 'd == []'
    krug 2 rules -f yaml
    says "no format" "console, json"
    service a.yaml a
    krug 2 rules --for a.yaml -f json
    says "--for FILE" "no other format"
}

@test "the files of an example are shown by path" {
    rule t/t <<'END'
local files = {}
for i = 9, 1, -1 do files["dir/" .. i .. ".yaml"] = "kind: File" .. i .. "\n" end
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx) end,
  examples = { pass { files = files, "kind: Service\n" } } }
END
    for format in console markdown; do
        krug 0 explain t/t -f $format
        diff <(grep -o 'kind: File.' <<<"$output") <(seq -f 'kind: File%g' 9)
    done
}
