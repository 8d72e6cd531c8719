#!/usr/bin/env bats
# krug lint --since REV, in real git repositories: only what a branch brings counts.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages; run sets stderr
load helper
load git

setup() {
    begin
    git switch -qc branch
}

@test "an untouched old fault does not count, in a touched file neither; a new one does" {
    krug 1 lint
    service new.yaml new
    printf '# touched\n' | cat - old.yaml >moved && mv moved old.yaml
    commit work
    krug 1 lint --since main
    prints "  6:5  error" "1 error, 0 warnings" "since main (" "2 files changed; 1 finding was there already"
    lacks "old.yaml:"
    krug 1 lint --since main -f json
    found '[("new.yaml", "new")]'
    json 'd["summary"]["errors"] == 1 and d["since"]["existing"] == 1 and d["since"]["changed"] == 2'
    json 'd["since"]["revision"] == "main" and len(d["since"]["commit"]) == 40 and d["since"]["overdue"] == []'
    git rm -q --cached new.yaml && rm new.yaml
    krug 0 lint --since main
    prints "no findings" "1 finding was there already"
}

@test "what is not committed counts: changed, staged, and new files that git does not track yet" {
    service fine.yaml fine
    service new.yaml new
    service staged.yaml staged
    git add staged.yaml
    krug 1 lint --since main -f json
    found '[("fine.yaml", "fine"), ("new.yaml", "new"), ("staged.yaml", "staged")]'
}

@test "where the branch left counts, not where the other one is now" {
    git switch -q main
    service old.yaml old http
    service later.yaml later
    commit later
    git switch -q branch
    service new.yaml new
    commit work
    krug 1 lint --since main -f json
    found '[("new.yaml", "new")]'
    json 'd["since"]["existing"] == 1'
}

@test "nothing changed is 0, and says so" {
    krug 0 lint --since main
    prints "nothing has changed since main"
    krug 0 lint --since HEAD -f json
    json 'd["findings"] == [] and d["summary"]["files"] == 0 and d["since"]["changed"] == 0'
}

@test "a finding that a change causes in another file is told" {
    check_names
    service one.yaml same http
    commit rule
    becomes_base
    mkdir two && service two/two.yaml same http
    krug 1 lint --since main -f json
    json '{f["file"] for f in d["findings"]} == {"one.yaml", "two/two.yaml"}'
}

@test "one more of the same fault counts" {
    printf '  - port: 81\n' >>old.yaml
    krug 1 lint --since main -f json
    json '[f["path"] for f in d["findings"]] == ["spec.ports[1].name"] and d["since"]["existing"] == 1'
}

@test "an ignore that the branch takes away makes the finding new; one that it adds hides" {
    service ignored.yaml ignored
    sed -i 's/- port: 80/&  # krug: ignore istio\/port-name -- a test/' ignored.yaml
    commit ignored
    becomes_base
    krug 0 lint --since main
    sed -i 's/  #.*//' ignored.yaml
    sed -i 's/- port: 80/&  # krug: ignore istio\/port-name -- a test/' old.yaml
    krug 1 lint --since main -f json
    found '[("ignored.yaml", "ignored")]'
    json 'd["summary"]["ignored"] == 1 and d["since"]["existing"] == 0'
}

@test "today's policy holds for both: a rule that the branch turns on tells nothing old" {
    policy <<<'{root: true, rules: {istio/port-name: off}}'
    commit off
    becomes_base
    policy <<<'{root: true, rules: {istio/port-name: error}}'
    service new.yaml new
    krug 1 lint --since main -f json
    found '[("new.yaml", "new")]'
    json 'd["since"]["existing"] == 1'
}

@test "a level that the branch raises by a label counts" {
    policy <<<'{root: true, rules: {istio/port-name: warn}, namespaces: [{match: {labels: {wave: "2"}}, rules: {istio/port-name: error}}]}'
    printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a, labels: {wave: "1"}}\n' >namespace.yaml
    commit wave
    becomes_base
    sed -i 's/"1"/"2"/' namespace.yaml
    krug 1 lint --since main -f json
    found '[("old.yaml", "old")]'
}

@test "renamed, moved and deleted files" {
    mkdir -p sub
    service gone.yaml gone
    service broken.yaml broken && printf '  - {' >>broken.yaml
    printf 'kind: Service\nmetadata: {}\n' >nameless.yaml
    commit more
    becomes_base
    krug 0 lint --since main
    git mv old.yaml sub/renamed.yaml
    git mv broken.yaml sub/broken2.yaml
    git mv nameless.yaml sub/nameless.yml
    git rm -q gone.yaml
    service fine.yaml fine
    krug 1 lint --since main -f json
    found '[("fine.yaml", "fine")]'
    mv sub/renamed.yaml by-hand.yaml
    krug 1 lint --since main -f json
    found '[("fine.yaml", "fine")]'
    commit "in a commit too"
    krug 1 lint --since main -f json
    found '[("fine.yaml", "fine")]'
}

@test "names with spaces, quotes, backslashes, newlines and letters of other scripts" {
    mkdir -p "a b" $'new\nline'
    local names=("a b/it's \"c\".yaml" $'new\nline/d.yaml' 'back\slash.yaml' 'naïve-ü.yaml' ' lead.yaml' '-dash.yaml' ':colon.yaml') name
    local i=0
    for name in "${names[@]}"; do
        service "./$name" "n$((i++))"
    done
    commit names
    becomes_base
    krug 0 lint --since main
    for name in "${names[@]}"; do
        sed -i '1i# touched' "./$name"
    done
    krug 0 lint --since main -f json
    json 'd["findings"] == [] and d["since"]["existing"] == 8 and d["since"]["changed"] == 7'
    for name in "${names[@]}"; do
        printf '  - port: 81\n' >>"./$name"
    done
    krug 1 lint --since main -f json
    json 'len(d["findings"]) == 7 and d["since"]["existing"] == 8'
}

@test "from a subdirectory, and of some paths only" {
    mkdir -p sub/deep
    service sub/deep/a.yaml a
    commit sub
    becomes_base
    service sub/deep/b.yaml b
    service top.yaml top
    cd sub
    krug 1 lint --since main -f json
    found '[("sub/deep/b.yaml", "b")]'
    json 'd["since"]["existing"] == 1'
    krug 1 lint --since main ../top.yaml ../old.yaml -f json
    found '[("top.yaml", "top")]'
    krug 0 lint --since main ../old.yaml
    git mv ../old.yaml deep/old.yaml
    krug 0 lint --since main deep/old.yaml
    prints "1 finding was there already"
}

@test "a root below the top of the repository" {
    mkdir -p inner
    policy inner <<<'root: true'
    service inner/a.yaml a
    commit inner
    becomes_base
    service inner/b.yaml b
    service outer.yaml outer
    krug 1 lint --since main inner -f json
    found '[("b.yaml", "b")]'
    git mv old.yaml inner/old.yaml
    krug 1 lint --since main inner -f json
    json '{f["file"] for f in d["findings"]} == {"b.yaml", "old.yaml"}'
}

@test "in a worktree, and in a hook's environment" {
    git worktree add -q ../tree -b other main
    cd ../tree
    service new.yaml new
    krug 1 lint --since main -f json
    found '[("new.yaml", "new")]'
    GIT_DIR=.git GIT_WORK_TREE=/nowhere GIT_PREFIX=x/ GIT_EXTERNAL_DIFF=false krug 1 lint --since main -f json
    found '[("new.yaml", "new")]'
}

@test "what git ignores, submodules and repositories inside were always there" {
    git init -q -b main ../module
    service ../module/m.yaml m
    (cd ../module && git add -A && git commit -qm m)
    git -c protocol.file.allow=always submodule --quiet add ../module sub
    printf 'built/\n' >.gitignore
    commit module
    becomes_base
    mkdir built && service built/a.yaml a
    git init -q inside && service inside/i.yaml i
    service sub/new.yaml n
    service new.yaml new
    krug 1 lint --since main -f json
    found '[("new.yaml", "new")]'
    (cd sub && git add -A && git commit -qm more)
    krug 1 lint --since main -f json
    found '[("new.yaml", "new")]'
    git add sub
    krug 1 lint --since main -f json
    found '[("new.yaml", "new")]'
}

@test "links, and files that were links" {
    ln -s old.yaml link.yaml
    service was-file.yaml was
    commit links
    becomes_base
    rm link.yaml was-file.yaml
    service link.yaml link
    ln -s fine.yaml was-file.yaml
    krug 1 lint --since main -f json
    found '[("link.yaml", "link")]'
    krug 0 lint --since main fine.yaml
}

@test "a merge that is not done: what lies there counts" {
    git switch -q main
    printf '  - {port: 81, name: http}\n' >>fine.yaml
    commit theirs
    git switch -q branch
    printf '  - {port: 82, name: http}\n' >>fine.yaml
    commit ours
    run git merge main
    krug 1 lint --since main -f json
    json 'rules == ["manifest/syntax"] and d["findings"][0]["file"] == "fine.yaml"'
}

@test "a kustomization, a CRD and a chart are known as they were" {
    overlays
    mkdir -p chart/templates
    echo 'name: c' >chart/Chart.yaml
    printf 'kind: {{ x }}\n' >chart/templates/t.yaml
    commit kustomize
    becomes_base
    krug 0 lint --since main
    sed -i 's/namespace: one/namespace: three/' one/kustomization.yaml
    git rm -q chart/Chart.yaml
    krug 1 lint --since main -f json
    json '("chart/templates/t.yaml", "manifest/syntax") in [(f["file"], f["rule"]) for f in d["findings"]]'
}

@test "an unknown revision is 2, with a near name; so is a range, and what looks like an option" {
    git branch release-1.2
    krug 2 lint --since release-1.3
    says "--since release-1.3: git knows no such commit; did you mean \`release-1.2\`?"
    krug 2 lint --since main..branch
    says "this is a range"
    krug 2 lint --since=--output=x
    says "git knows no such commit"
    [ ! -e x ]
    krug 2 lint --since qqqqqqqqqqqq
    says "git fetch origin qqqqqqqqqqqq"
    krug 2 lint --since ''
}

@test "a branch that only the remote has is named" {
    git clone -q . ../clone
    cd ../clone
    krug 2 lint --since main
    says 'did you mean `origin/main`?'
}

@test "a shallow clone without the base is 2, and says what to fetch" {
    service new.yaml new
    commit work
    git switch -q main
    service other.yaml other http
    commit other
    git clone -q --depth 1 --no-single-branch "file://$PWD" ../clone
    cd ../clone
    git switch -q branch
    krug 2 lint --since origin/main
    says "shallow clone" "git fetch --unshallow"
    git fetch -q --unshallow
    krug 1 lint --since origin/main -f json
    found '[("new.yaml", "new")]'
}

@test "no common commit, no commit, no repository, no git" {
    git switch -q --orphan alone
    policy <<<'root: true'
    service a.yaml a http
    krug 2 lint --since main
    says "there is no commit here yet"
    commit alone
    krug 2 lint --since main
    says "have no commit in common"
    mkdir ../plain && cd ../plain
    service a.yaml a http
    krug 2 lint --since main
    says "--since: not a git repository"
    cd ../repo
    mkdir ../empty
    krug_without_git() {
        PATH=$BATS_TEST_TMPDIR/empty "$KRUG" "$@"
    }
    run --separate-stderr krug_without_git lint --since main
    [ "$status" -eq 2 ]
    says "git is not installed"
}

@test "an object that git has lost is 2" {
    service old.yaml old http
    commit fixed
    local object
    object=$(git rev-parse main:old.yaml)
    rm -f ".git/objects/${object:0:2}/${object:2}"
    krug 2 lint --since main
    says "old.yaml" "git does not have this object" "in the commit that this is compared with"
}

@test "it cannot go with --staged, --isolated or standard input" {
    krug 2 lint --since main --staged
    says "give one of them"
    krug 2 lint --since main --isolated
    says "--isolated cannot go with it"
    krug 2 lint --since main - <old.yaml
    says "git does not know standard input"
}

@test "it writes nothing, and the index stays as it is" {
    touch -d '2030-01-01' old.yaml
    cp -r .git ../before
    service new.yaml new
    krug 1 lint --since main
    prints "1 file changed"
    diff -r .git ../before
}

# ---- dates ----

@test "a day that has come counts where the branch touches the namespace, and is overdue elsewhere" {
    policy <<<'{root: true, rules: {istio/port-name: {level: warn, error_from: 2026-02-01}}}'
    service b.yaml b
    sed -i 's/team-a/team-b/' b.yaml
    commit dated
    becomes_base
    service touch.yaml touch http
    krug 0 lint --since main --today 2026-01-31 -f json
    json 'd["findings"] == [] and d["since"]["existing"] == 2 and d["since"]["overdue"] == []'
    krug 1 lint --since main --today 2026-02-01 -f json
    found '[("old.yaml", "old")]'
    json '[f["file"] for f in d["since"]["overdue"]] == ["b.yaml"] and d["since"]["existing"] == 0'
    krug 1 lint --since main --today 2026-02-01
    prints "overdue: 1 finding whose day has come" "b.yaml:6:5: error istio/port-name"
}

@test "a namespace is touched by a file that is gone, and by the layout" {
    policy <<<'{root: true, layout: [{path: "ns/{n}/**", namespace: "{n}"}, {path: "**"}], rules: {istio/port-name: {level: warn, error_from: 2026-02-01}}}'
    service ns/one/a.yaml a && service ns/two/a.yaml a
    sed -i 's/, namespace: team-a//' ns/*/a.yaml
    service gone.yaml gone http
    commit dated
    becomes_base
    printf 'x\n' >ns/one/README.md
    krug 0 lint --since main --today 2026-03-01
    rm ns/one/README.md
    mkdir ns/one/sub && printf 'a: 1\n' >ns/one/sub/values.yaml
    git rm -q gone.yaml
    krug 1 lint --since main --today 2026-03-01 -f json
    json '{f["file"] for f in d["findings"]} == {"ns/one/a.yaml", "old.yaml"}'
    json '[f["file"] for f in d["since"]["overdue"]] == ["ns/two/a.yaml"]'
}

@test "a waiver that has ended bites in the same way" {
    policy <<'END'
root: true
waivers:
- {rule: istio/port-name, reason: a test, owner: me, until: 2026-01-31}
END
    commit waived
    becomes_base
    mkdir elsewhere
    service elsewhere/x.yaml x http
    sed -i 's/team-a/team-x/' elsewhere/x.yaml
    krug 0 lint --since main --today 2026-01-31
    krug 0 lint --since main --today 2026-02-01 -f json
    json '[f["file"] for f in d["since"]["overdue"]] == ["old.yaml"]'
    service new.yaml new http
    krug 1 lint --since main --today 2026-02-01 -f json
    json '"old.yaml" in [f["file"] for f in d["findings"]] and d["since"]["overdue"] == []'
}

# ---- policies ----

@test "changed files of policies are named, with the waivers that the branch adds" {
    policy <<'END'
root: true
waivers:
- {rule: istio/port-name, resource: Service/old, reason: it is old, owner: me, until: 2030-01-31}
END
    commit waived
    becomes_base
    krug 0 lint --since main
    lacks "policy:"
    policy <<'END'
root: true
# moved
waivers:
- {rule: istio/port-name, resource: Service/new, reason: it is new, owner: you, until: never}
- {rule: istio/port-name, resource: Service/old, reason: it is old, owner: me, until: 2030-01-31}
END
    service new.yaml new
    mkdir -p sub/.policy && printf 'rules: {}\n' >sub/.policy/policy.yaml && service sub/s.yaml s http
    krug 0 lint --since main
    prints "policy: .policy/policy.yaml is changed" "line 4 grants a waiver of istio/port-name to no end (you): it is new" \
        "policy: sub/.policy/policy.yaml is added"
    lacks "it is old"
    krug 0 lint --since main -f json
    json '[(p["file"], p["change"], [w["line"] for w in p["waivers"]]) for p in d["since"]["policy_changes"]] ==
        [(".policy/policy.yaml", "changed", [4]), ("sub/.policy/policy.yaml", "added", [])]'
    json 'd["since"]["policy_changes"][0]["waivers"][0] == {"line": 4, "rules": ["istio/port-name"],
        "reason": "it is new", "owner": "you", "until": None}'
}

@test "entries that the branch adds to the baseline are counted" {
    krug 0 baseline
    commit baseline
    becomes_base
    krug 0 lint --since main
    service new.yaml new
    krug 0 baseline --grow
    krug 0 lint --since main
    prints ".policy/baseline.json is changed" "it hides 1 finding more than before"
    git rm -q --cached .policy/baseline.json
    git commit -qm gone
    becomes_base
    krug 0 lint --since main
    prints ".policy/baseline.json is added" "it hides 2 findings more than before"
}

@test "a waiver that the branch adds and that hides nothing counts; an old one does not" {
    policy <<'END'
root: true
waivers:
- {rule: istio/port-name, resource: Service/nobody, reason: old, owner: me, until: never}
END
    commit waived
    becomes_base
    service new.yaml new http
    krug 0 lint --since main -f json
    json 'd["findings"] == []'
    printf -- '- {rule: istio/port-name, resource: Service/nothing, reason: new, owner: me, until: never}\n' >>.policy/policy.yaml
    krug 0 lint --since main -f json
    json '[(f["rule"], f["line"]) for f in d["findings"]] == [("policy/waiver-unused", 4)]'
}

@test "a rule that fails on what is over is no trouble" {
    check 'if doc.metadata.name == "bad" then error("no") end'
    service bad.yaml bad http
    commit bad
    becomes_base
    git rm -q bad.yaml
    krug 0 lint --since main
    policy <<'END'
root: true
waivers:
- {rule: istio/port-name, resource: Service/nobody, reason: old, owner: me, until: never}
END
    git checkout -q main -- bad.yaml
    commit waived
    becomes_base
    git rm -q bad.yaml
    krug 0 lint --since main -f json # that it is unused was so before, though the rule kept krug from saying so
    json 'd["findings"] == [] and d["since"]["existing"] == 2'
}

@test "every report tells the same" {
    service new.yaml new
    local format
    for format in sarif junit github gitlab checkstyle tap ndjson html; do
        krug 1 lint --since main -f "$format"
        prints new.yaml
        [[ $format = html ]] || lacks old.yaml
    done
    krug 1 lint --since main -f ndjson
    prints '{"since":{"revision":"main"'
}

@test "the same with one thread and with many" {
    local i
    for i in 1 2 3 4 5 6 7 8; do
        service "f$i.yaml" "f$i"
    done
    commit many
    becomes_base
    for i in 1 2 3 4; do
        printf '  - port: 81\n' >>"f$i.yaml"
    done
    krug 1 lint --since main -f json -j 1
    printf '%s' "${output%%\"seconds\"*}" >../one
    krug 1 lint --since main -f json -j 8
    printf '%s' "${output%%\"seconds\"*}" | cmp - ../one
    json 'len(d["findings"]) == 4 and d["since"]["existing"] == 9'
}
