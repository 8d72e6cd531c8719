#!/usr/bin/env bats
# `krug rules --for FILE`: what is said of files that are more than one resource in a namespace of its own.

# shellcheck disable=SC2154 # run sets stderr
load helper

@test "each resource where a kustomization puts it, and who says so" {
    overlays
    krug 0 rules --for base/a.yaml
    prints 'document 1: Service/a, ' 'namespace one' 'namespace two' '(one/kustomization.yaml says so)'
}

@test "items of a list, a document that is no resource, one that is refused" {
    cat >a.yaml <<'END'
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Service, metadata: {name: s, namespace: team-a}}
- {apiVersion: v1, kind: Secret, metadata: {namespace: team-a}}
---
a: 1
---
a: [
END
    krug 0 rules --for a.yaml
    prints 'document 1, item 1: Service/s, namespace team-a' 'document 1, item 2: Secret/(no name), namespace team-a' \
        'document 2: no resource' 'document 3: refused: '
}

@test "a patch" {
    service a.yaml a
    printf 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n' >p.yaml
    printf 'resources: [a.yaml]\npatches: [{path: p.yaml}]\n' >kustomization.yaml
    krug 0 rules --for p.yaml
    prints 'Service/a, a patch, '
}

@test "where the path and the manifest disagree the stricter level counts" {
    policy <<'END'
root: true
layout: [{path: "{namespace}/**", namespace: "{namespace}"}]
END
    service other/a.yaml a
    krug 0 rules --for other/a.yaml
    prints 'namespace team-a' '; the path stands for other: the stricter of both levels counts'
}

@test "files that no rule sees" {
    mkdir -p chart/templates
    touch chart/Chart.yaml
    echo 'a: {{ .Values.a }}' >chart/templates/a.yaml
    krug 0 rules --for chart/templates/a.yaml
    prints 'a Helm template: not linted'
    policy <<<'exclude: [a.yaml]'
    service a.yaml a
    krug 0 rules --for a.yaml
    prints 'left out by the policy'
    rm -r .policy
    printf '\xff\xfea\0\0' >a.yaml
    krug 2 rules --for a.yaml
    says 'a.yaml'
}
