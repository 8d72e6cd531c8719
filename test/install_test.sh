#!/bin/sh
# install_test.sh BUILD: what `cmake --install` and the package put into a system, and that krug runs from there.
# shellcheck disable=SC2015 # fail always fails
set -u

build=$1
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

fail() {
    echo "$*"
    exit 1
}

# check_root ROOT: whether all of krug is below it.
check_root() {
    root=$1
    for file in bin/krug share/man/man1/krug.1 share/bash-completion/completions/krug \
        share/zsh/site-functions/_krug share/zsh/vendor-completions/_krug share/fish/vendor_completions.d/krug.fish \
        share/doc/krug/README.md share/doc/krug/CHANGELOG.md share/doc/krug/copyright \
        share/doc/krug/docs/adopting.md share/doc/krug/docs/rules/istio/port-name.md \
        share/doc/krug/examples/ci/github.yaml; do
        [ -s "$root/usr/$file" ] || fail "$root/usr/$file is missing or empty"
    done
    mkdir -p "$place/work/.git"
    printf 'apiVersion: v1\nkind: Service\nkind: Service\n' >"$place/work/a.yaml"
    (cd "$place/work" && env -i "$root/usr/bin/krug" lint >"$place/report")
    [ $? -eq 1 ] && grep -q manifest/duplicate-key "$place/report" || fail "$(cat "$place/report")"
}

DESTDIR=$place/installed cmake --install "$build" --prefix /usr >"$place/log" 2>&1 || fail "$(cat "$place/log")"
check_root "$place/installed"

command -v dpkg-shlibdeps >/dev/null || {
    echo "no dpkg-shlibdeps here: the package was not made"
    exit 0
}
cpack --config "$build/CPackConfig.cmake" -B "$place/package" >"$place/log" 2>&1 || fail "$(cat "$place/log")"
dpkg-deb -x "$place"/package/krug_*.deb "$place/unpacked" || fail "the package cannot be unpacked"
check_root "$place/unpacked"
for library in libyaml-0-2 libpcre2-8-0 liblua5.4-0; do
    dpkg-deb -f "$place"/package/krug_*.deb Depends | grep -q "$library" || fail "the package does not depend on $library"
done
