#!/usr/bin/env bats
# krug new: what it writes works at once, and it never writes over anything.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

# works: krug test and krug lint are content with what is there.
works() {
    krug 0 test
    says_nothing
    prints " 0 failed"
    krug 0 lint --allow-empty
    says_nothing
}

@test "new policy: works at once, and changes nothing of what holds" {
    service a.yaml a http
    service b.yaml b # without a port name: istio/* is off where there is no policy
    mkdir sub
    cd sub
    krug 0 new policy
    says_nothing
    prints "wrote ../.policy/policy.yaml" "wrote ../.policy/.luarc.json" "wrote ../.policy/.stylua.toml" "next: " 'krug new rule PACK/NAME'
    # shellcheck disable=SC2103 # in a subshell nothing would be known of what krug said
    cd ..
    works
    grep -qx 'root: true  *#.*' .policy/policy.yaml
    python3 -m json.tool .policy/.luarc.json >/dev/null
    for name in krug k8s istio apis; do grep -q '^---@meta' ".policy/$name.d.lua"; done
    python3 -c 'import tomllib; tomllib.load(open(".policy/.stylua.toml", "rb"))'
}

@test "new policy: every setting that is shown in a comment is one" {
    krug 0 new policy
    service a.yaml a http
    # each commented setting becomes one; sentences stay comments
    sed -i -E 's/^# ((layout|files|namespaces|locked|  +[a-z-]+.*|  +- .*):?.*)$/\1/; s/^# (files|locked|layout|namespaces)/\1/' .policy/policy.yaml
    grep -q '^namespaces:' .policy/policy.yaml
    grep -q '^      istio/\*: warn' .policy/policy.yaml
    krug 0 rules
    says_nothing
}

@test "new policy: not twice" {
    krug 0 new policy
    cp -r .policy before
    krug 2 new policy
    says "there is a policy already: .policy/policy.yaml" "krug new policy DIR"
    diff -r before .policy
}

@test "new policy: files that are there stay" {
    mkdir .policy
    echo '{}' >.policy/.luarc.json
    krug 0 new policy
    lacks ".luarc.json"
    [ "$(cat .policy/.luarc.json)" = '{}' ]
}

@test "new policy below another" {
    krug 0 new policy
    mkdir -p teams/a
    krug 0 new policy teams/a
    prints "wrote teams/a/.policy/policy.yaml"
    lacks "luarc"
    service teams/a/a.yaml a http
    works
    for directory in nosuch teams/a/a.yaml ''; do
        krug 2 new policy "$directory"
        says "there is no directory $directory"
    done
}

@test "new rule: makes a policy where there is none" {
    service a.yaml a http
    krug 0 new rule acme/owner
    says_nothing
    prints "wrote .policy/policy.yaml" "wrote .policy/rules/acme/owner.lua" "krug test -r acme/owner" "krug lint -r acme/owner"
    works
    krug 0 lint -r acme/owner
    prints "the label team is missing" "1 warning"
}

@test "new rule: for every kind of kind" {
    n=0
    for kind in Service v1/Pod Deployment apps/Deployment apps/v1/Deployment CronJob example.com/v1alpha1/Widget workload '*'; do
        krug 0 new rule "acme/r$((n += 1))" --kind "$kind"
        grep -Fq "kinds = { \"$kind\" }" ".policy/rules/acme/r$n.lua"
    done
    works
    grep -Fq 'apiVersion: example.com/v1alpha1' .policy/rules/acme/r7.lua
    grep -Fq 'apiVersion: batch/v1' .policy/rules/acme/r6.lua
    for kind in service /x v1/ ''; do
        krug 2 new rule acme/bad --kind "$kind"
        says "--kind $kind is no kind" "workload or *"
        [ ! -e .policy/rules/acme/bad.lua ]
    done
}

@test "new rule --across: judges documents together, of every kind of kind" {
    n=0
    for kind in Service Ingress apps/v1/Deployment workload '*'; do
        krug 0 new rule "acme/r$((n += 1))" --across --kind "$kind"
        grep -Fq "[\"$kind\"] = function" ".policy/rules/acme/r$n.lua"
    done
    works
    service a.yaml a http
    service b.yaml a http
    krug 0 lint -r acme/r1
    prints "a is declared twice" "a.yaml:3:18: declared here first" "1 warning"
    krug 2 new policy x --across
    says "krug new policy [DIR]"
}

@test "new rule: goes into the nearest policy, which may be nested" {
    krug 0 new policy
    mkdir -p teams/a/b teams/c
    krug 0 new policy teams/a
    cd teams/a/b
    krug 0 new rule a/x
    prints "wrote ../.policy/rules/a/x.lua"
    cd ../../c
    krug 0 new rule a/y
    prints "wrote ../../.policy/rules/a/y.lua"
    krug 2 new rule a/x # a rule of all would be in the way of teams/a's
    says "there is a rule a/x already: ../a/.policy/rules/a/x.lua"
    cd ../..
    works
}

@test "new rule: not where there is one" {
    krug 0 new rule acme/owner
    before=$(cat .policy/rules/acme/owner.lua)
    krug 2 new rule acme/owner
    says "there is a rule acme/owner already: .policy/rules/acme/owner.lua"
    prints_nothing
    [ "$(cat .policy/rules/acme/owner.lua)" = "$before" ]
    krug 2 new rule istio/port-name
    says "there is a rule istio/port-name already" "brings"
}

@test "new rule: never over a file that another writes meanwhile, nor through a link" {
    krug 0 new policy
    mkdir -p .policy/rules/acme
    ln -s "$PWD/target" .policy/rules/acme/owner.lua
    krug 2 new rule acme/owner
    says ".policy/rules/acme/owner.lua could not be written: File exists"
    [ ! -e target ]
}

@test "new rule: names" {
    krug 2 new rule Acme/Team_Label
    says "a rule is called PACK/NAME" "did you mean acme/team_label?"
    krug 2 new rule owner
    says "a rule is called PACK/NAME" "as in acme/owner"
    for name in a/b/c ../x /x x/ 'a b' ''; do
        krug 2 new rule "$name"
        says "a rule is called PACK/NAME"
    done
    [ ! -e .policy ]
}

@test "new: what is wrong with its arguments" {
    for arguments in "" rule "rule a/b c/d" frob "policy a b" "policy --kind Service"; do
        # shellcheck disable=SC2086 # words
        krug 2 new $arguments
        says 'krug new rule PACK/NAME' 'krug new policy [DIR]'
    done
    [ ! -e .policy ]
}

@test "new: what cannot be written is told" {
    touch .policy
    krug 2 new rule acme/x
    says ".policy" "could not be written"
}
