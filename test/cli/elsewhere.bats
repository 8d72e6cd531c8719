#!/usr/bin/env bats
# `elsewhere`: what exists outside of the repository, and how rules ask for it.

# shellcheck disable=SC2016,SC2154 # $ and ` are in messages and for other shells; run sets stderr
load helper

setup_rule() {
    rule t/t <<'END'
return rule { title = "t", level = "error", kinds = { "Service" }, check = function(doc, ctx)
  for wanted in each(doc.wanted) do
    if not ctx:elsewhere(wanted.kind, wanted.namespace, wanted.name) then
      ctx:fail(at(wanted, "name"), "there is no %s %s", wanted.kind, wanted.name)
    end
  end
end }
END
    service s.yaml s
    printf 'wanted:\n%s\n' "$(cat)" >>s.yaml
}

@test "kinds, groups, namespaces and names are matched; globs too" {
    setup_rule <<'END'
- {kind: Secret, namespace: istio-system, name: tls-a}
- {kind: Secret, namespace: other, name: tls-a}
- {kind: networking.istio.io/Gateway, namespace: istio-system, name: public}
- {kind: gateway.networking.k8s.io/Gateway, namespace: istio-system, name: public}
- {kind: Namespace, name: managed}
END
    policy <<'END'
{root: true, default: off, rules: {t/t: error}, elsewhere: [
  {kind: Secret, namespace: istio-system, name: tls-*},
  {kind: networking.istio.io/Gateway, namespace: istio-*, name: public},
  {kind: Namespace, name: managed}]}
END
    krug 1 lint -f json
    json '[f["message"] for f in d["findings"]] == ["there is no Secret tls-a", "there is no gateway.networking.k8s.io/Gateway public"]'
}

@test "what is wrong in an entry is told" {
    service a.yaml a
    policy <<<'{root: true, elsewhere: [{kind: secret, name: x}, {kind: Secret}, {kind: Secret, nam: x}, 5]}'
    krug 2 lint
    says 'this is no kind' 'needs `kind` and `name`' 'unknown key `nam`; did you mean `name`?' 'an entry of `elsewhere`'
    policy <<<'{root: true, elsewhere: {}}'
    krug 2 lint
    says '`elsewhere` must be a list'
}

@test "an entry that is wrong answers nothing" {
    setup_rule <<<'- {kind: Secret, namespace: ns, name: x}'
    policy <<'END'
{root: true, default: off, rules: {t/t: error}, elsewhere: [
  {kind: Secret, namespace: [other], name: x},
  {kind: Secret, clustr: other, name: x},
  {kind: Secret, namespace: "", name: x}]}
END
    krug 2 lint -f json
    json '[f["message"] for f in d["findings"]] == ["there is no Secret x"] and len(d["problems"]) == 3'
}

@test "an entry of a cluster answers there only" {
    setup_rule <<<'- {kind: Secret, namespace: ns, name: x}'
    mkdir -p p q && cp s.yaml p/ && mv s.yaml q/
    policy <<'END'
{root: true, default: off, rules: {t/t: error}, layout: [{path: "{cluster}/**", cluster: "{cluster}"}],
 elsewhere: [{kind: Secret, name: "*", cluster: p}]}
END
    krug 1 lint -f json
    json '[f["file"] for f in d["findings"]] == ["q/s.yaml"]'
}

@test "an entry that answered no question of its kind is told, when all was reported" {
    setup_rule <<<'- {kind: Secret, namespace: ns, name: x}'
    policy <<'END'
root: true
default: off
rules: {t/t: error}
elsewhere:
  - {kind: Secret, name: x}
  - {kind: Secret, name: gone}
  - {kind: Service, name: never-asked}
END
    krug 0 lint -f json
    json '[(f["rule"], f["line"], f["message"]) for f in d["findings"]] == [("policy/elsewhere-unused", 6, "nothing refers to this Secret gone any more")]'
    service other.yaml o
    krug 0 lint -f json s.yaml
    json 'd["findings"] == []'
}
