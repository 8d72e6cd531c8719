#!/usr/bin/env bats
# krug lint --staged, in real git repositories: what would be committed, and nothing else.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages; run sets stderr
load helper
load git

setup() {
    begin
}

@test "only the staged files are reported, whatever else lies there" {
    service new.yaml new
    service untracked.yaml untracked
    service fine.yaml fine
    git add new.yaml
    krug 1 lint --staged -f json
    found '[("new.yaml", "new")]'
    json 'd["summary"]["files"] == 1 and d["since"]["changed"] == 1 and d["since"]["revision"] is None'
    krug 1 lint --staged
    prints "staged: 1 file"
}

@test "the content is the index's, not the working tree's" {
    service old.yaml old http
    git add old.yaml
    service old.yaml old
    krug 0 lint --staged
    prints "checked 1 file" "no findings"
    sed -i '1i# one line more' old.yaml
    git add old.yaml
    service old.yaml old http
    krug 1 lint --staged
    prints "7:5" "7 |   - port: 80"
    rm old.yaml
    krug 1 lint --staged
    prints "7 |   - port: 80"
}

@test "nothing staged is 0 and says so; so is no manifest among what is" {
    krug 0 lint --staged
    prints "nothing is staged"
    service untracked.yaml untracked
    service fine.yaml fine
    krug 0 lint --staged
    prints "nothing is staged"
    echo hello >README.md
    git add README.md
    krug 0 lint --staged
    prints "no manifest is staged"
    krug 0 lint --staged -f json
    json 'd["findings"] == [] and d["summary"]["files"] == 0'
}

@test "a deleted file is no manifest to lint, and is known to be gone" {
    check_names
    service one.yaml same http
    service two.yaml same http
    commit twice
    service three.yaml three http
    git add three.yaml
    git rm -q --cached one.yaml
    krug 0 lint --staged
    sed -i '1i# touched' two.yaml
    git add two.yaml
    krug 0 lint --staged
    git add one.yaml
    krug 1 lint --staged -f json
    found '[("two.yaml", "same")]'
}

@test "facts come from the whole index, not from what is only on the disk" {
    check_names
    service one.yaml same http
    commit one
    service two.yaml same http
    git add two.yaml
    krug 1 lint --staged -f json
    found '[("two.yaml", "same")]'
    service one.yaml other http
    krug 1 lint --staged -f json
    found '[("two.yaml", "same")]'
    git add one.yaml
    service one.yaml same http
    service three.yaml same http
    krug 0 lint --staged
    mkdir built && echo built >.gitignore
    service built/four.yaml same http
    krug 0 lint --staged
    rm one.yaml
    git checkout -q HEAD -- one.yaml
    rm one.yaml
    krug 1 lint --staged -f json
    found '[("two.yaml", "same")]'
}

@test "the policy is the staged one, too" {
    service new.yaml new
    git add new.yaml
    policy <<<'{root: true, rules: {istio/port-name: warn}}'
    krug 1 lint --staged
    git add .policy
    policy <<<'{root: true, rules: {istio/port-name: nonsense}}'
    krug 0 lint --staged
    prints "policy: .policy/policy.yaml is changed" "1 warning"
    says_nothing
    check 'ctx:fail(at(doc, "kind"), "of the disk")'
    krug 0 lint --staged -f json
    json 'rules == ["istio/port-name"]'
    policy <<<'root: true'
    git add .policy
    check 'ctx:fail(at(doc, "kind"), "changed since")'
    krug 1 lint --staged -f json
    json '[f["message"] for f in d["findings"] if f["rule"] == "t/t"] == ["of the disk"]'
}

@test "a staged policy that is broken is 2, also without manifests" {
    policy <<<'{root: true, nonsense: 1}'
    git add .policy
    krug 2 lint --staged
    says "nonsense"
    prints "policy: .policy/policy.yaml is changed"
}

@test "waivers and entries of the baseline that are staged are named" {
    policy <<'END'
root: true
waivers:
- {rule: istio/port-name, resource: Service/new, reason: it is new, owner: me, until: never}
END
    service new.yaml new
    git add .
    krug 0 lint --staged
    prints "line 3 grants a waiver of istio/port-name to no end (me): it is new" "hidden: 1 by waivers"
    git commit -qm waived
    service third.yaml third
    krug 0 baseline
    krug 0 lint --staged
    lacks "hides"
    git add .
    krug 0 lint --staged
    prints "hidden: 1 by the baseline" "it hides 2 findings more than before"
    git rm -q --cached .policy/baseline.json
    krug 1 lint --staged
}

@test "names of files, a subdirectory, and some paths only" {
    mkdir -p $'sub dir/a\nb'
    service $'sub dir/a\nb/"q".yaml' one
    service two.yaml two
    git add .
    krug 1 lint --staged -f json
    found '[("sub dir/a\nb/\"q\".yaml", "one"), ("two.yaml", "two")]'
    krug 1 lint --staged two.yaml -f json
    found '[("two.yaml", "two")]'
    (
        cd "sub dir"
        krug 1 lint --staged -f json
        found '[("sub dir/a\nb/\"q\".yaml", "one")]'
    )
    git commit -qm names
    git mv two.yaml 'to o.yaml'
    krug 1 lint --staged -f json
    found '[("to o.yaml", "two")]'
}

@test "before the first commit" {
    git switch -q --orphan fresh
    policy <<<'root: true'
    service a.yaml a
    krug 0 lint --staged
    prints "nothing is staged"
    git add a.yaml
    krug 1 lint --staged -f json
    found '[("a.yaml", "a")]'
}

@test "as a hook of git commit, also of one that names its files, and in a worktree" {
    printf '#!/bin/sh\nexec "%s" lint --staged -f json:"%s/report.json"\n' "$KRUG" "$BATS_TEST_TMPDIR" >.git/hooks/pre-commit
    chmod +x .git/hooks/pre-commit
    service a.yaml a
    service b.yaml b http
    git add a.yaml b.yaml
    run git commit -m a
    [ "$status" -ne 0 ]
    json '[f["file"] for f in d["findings"]] == ["a.yaml"]' ../report.json
    git commit -qm b b.yaml
    json 'd["summary"]["files"] == 1' ../report.json
    service a.yaml a http
    git commit -qam a
    json 'd["summary"]["files"] == 1' ../report.json
    git worktree add -q ../tree -b other
    cd ../tree
    service c.yaml c
    git add c.yaml
    run git commit -m c
    [ "$status" -ne 0 ]
    json '[f["file"] for f in d["findings"]] == ["c.yaml"]' ../report.json
}

@test "an index of another repository is not heeded" {
    git init -q ../other
    (cd ../other && service o.yaml o && git add o.yaml)
    service a.yaml a
    git add a.yaml
    GIT_INDEX_FILE=$BATS_TEST_TMPDIR/other/.git/index krug 1 lint --staged -f json
    found '[("a.yaml", "a")]'
}

@test "kustomizations and Namespace objects are those of the index" {
    policy <<<'{root: true, namespaces: [{match: {labels: {wave: "2"}}, rules: {istio/port-name: warn}}]}'
    printf 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a, labels: {wave: "2"}}\n' >namespace.yaml
    commit wave
    service new.yaml new
    git add new.yaml
    krug 0 lint --staged
    sed -i 's/"2"/"1"/' namespace.yaml
    krug 0 lint --staged
    git add namespace.yaml
    sed -i 's/"1"/"2"/' namespace.yaml
    krug 1 lint --staged
}

@test "no repository, and no git in reach" {
    mkdir ../plain && cd ../plain
    service a.yaml a
    krug 2 lint --staged
    says "--staged: not a git repository"
    krug 2 lint --staged --isolated
    krug 2 lint --staged - <a.yaml
}

@test "it writes nothing, and the index stays as it is" {
    service new.yaml new
    git add new.yaml
    touch -d '2030-01-01' old.yaml
    cp -r .git ../before
    krug 1 lint --staged
    diff -r .git ../before
}
