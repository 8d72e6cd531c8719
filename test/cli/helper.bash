# What the whole-program tests share. Each test starts in an empty repository of its own (.git marks its top).
bats_require_minimum_version 1.5.0

setup() {
    unset KRUG_POLICY NO_COLOR
    mkdir -p "$BATS_TEST_TMPDIR/repo/.git"
    cd "$BATS_TEST_TMPDIR/repo" || return 1
}

# krug STATUS ARGUMENT...: runs it; $output and $stderr are what it said.
# shellcheck disable=SC2154 # run sets stderr
krug() {
    local expected=$1
    shift
    run --separate-stderr "$KRUG" "$@"
    if [ "$status" -ne "$expected" ]; then
        printf 'krug %s\nstatus %s, expected %s\nstdout: %s\nstderr: %s\n' "$*" "$status" "$expected" "$output" "$stderr"
        return 1
    fi
}

# as_nobody COMMAND...: without the rights of root.
as_nobody() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --bounding-set=-all "$@"
    else
        "$@"
    fi
}

# has WHERE TEXT WANTED...: whether each of WANTED is in TEXT.
has() {
    local where=$1 text=$2 wanted
    shift 2
    for wanted; do
        if [[ $text != *"$wanted"* ]]; then
            printf '%s should hold: %s\nit is: %s\n' "$where" "$wanted" "$text"
            return 1
        fi
    done
}

prints() {
    has "standard output" "$output" "$@"
}

says() {
    has "standard error" "$stderr" "$@"
}

prints_nothing() {
    if [ -n "$output" ]; then
        printf 'standard output should be empty: %s\n' "$output"
        return 1
    fi
}

says_nothing() {
    if [ -n "$stderr" ]; then
        printf 'standard error should be empty: %s\n' "$stderr"
        return 1
    fi
}

lacks() {
    local wanted
    for wanted; do
        if [[ $output$stderr == *"$wanted"* ]]; then
            printf 'should not be said: %s\n%s\n%s\n' "$wanted" "$output" "$stderr"
            return 1
        fi
    done
}

# json EXPRESSION [FILE]: whether the Python expression about report `d` holds; `rules` are those of its findings.
json() {
    local text=$output
    [ $# -lt 2 ] || text=$(cat "$2")
    # shellcheck disable=SC2016 # Python's, not the shell's
    printf '%s' "$text" | python3 -c '
import json, sys
text = sys.stdin.read()
try:
    d = json.loads(text)
except ValueError as e:
    sys.exit("no JSON: %s\n%s" % (e, text))
rules = [f["rule"] for f in d["findings"]] if isinstance(d, dict) and "findings" in d else None
if not eval("(" + sys.argv[1] + ")"):
    sys.exit("does not hold: %s\n%s" % (sys.argv[1], text))' "$1"
}

# service FILE NAME [PORT-NAME]: a manifest; without a port name istio/port-name has a finding at 6:5.
service() {
    mkdir -p "$(dirname "$1")"
    printf 'apiVersion: v1\nkind: Service\nmetadata: {name: %s, namespace: team-a}\nspec:\n  ports:\n  - port: 80\n' "$2" >"$1"
    [ $# -lt 3 ] || printf '    name: %s\n' "$3" >>"$1"
}

# overlays: a Service without a port name in base/a.yaml that is built into the namespaces one and two.
overlays() {
    mkdir base one two
    service base/a.yaml a
    sed -i 's/, namespace: team-a//' base/a.yaml
    echo 'resources: [a.yaml]' >base/kustomization.yaml
    printf 'namespace: one\nresources: [../base]\n' >one/kustomization.yaml
    printf 'namespace: two\nresources: [../base]\n' >two/kustomization.yaml
}

# policy [DIRECTORY]: the policy there is what comes from standard input.
policy() {
    mkdir -p "${1-.}/.policy"
    cat >"${1-.}/.policy/policy.yaml"
}

# rule ID [DIRECTORY]: a rule of the policy there is what comes from standard input.
rule() {
    local file=${2-.}/.policy/rules/$1.lua
    mkdir -p "$(dirname "$file")"
    cat >"$file"
    [ -e "${2-.}/.policy/policy.yaml" ] || echo 'vars: {}' >"${2-.}/.policy/policy.yaml"
}

# check LUA: a rule t/t whose check on every resource is LUA, all on its second line.
check() {
    rule t/t <<END
return rule { title = "t", level = "error", kinds = { "*" }, check = function(doc, ctx)
$1
end }
END
}
