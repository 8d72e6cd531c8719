"""The two repositories whose reports are held: examples/broken, and one in which everything that a pull request
can choose is hostile."""
import os, shutil

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# of the rules of examples/broken those that are named here, so that a new rule changes no report that is held
RULES = ["istio/port-name", "manifest/ambiguous-scalar", "manifest/duplicate-key", "manifest/syntax",
         "platform/memory-limit", "policy/locked", "policy/namespace-labels", "tenancy/namespace-matches-path",
         "tenancy/path-without-layout"]

SCRIPT = "</script><script>window.evil=1</script>"
IMAGE = "\"'><img src=x onerror=window.evil=1>"
COMMAND = "%0A::error::evil%\n::error file=evil::evil\r\n##[error]evil"
TEST = "\nnot ok 99 - evil\n1..1 # SKIP evil \\"
CONTROLS = "\x1b[31m\x07\x7f\x85\u009b\u2028\u202e\ufffe\uffff]]> <!-- --> &amp; {0} \t."
TEXTS = [SCRIPT, IMAGE, COMMAND, TEST, CONTROLS]

RULE = """
return rule {
  title = "title """ + SCRIPT + """",
  level = "error",
  kinds = { "ConfigMap" },
  why = [[why """ + IMAGE + """
    and ]] .. "\\27[31m",
  fix = [[fix %0A::error::evil # SKIP """ + SCRIPT + """]],
  links = { "javascript:window.evil=1", "https://example.com/'\\"><script>window.evil=1</script>" },
  check = function(doc, ctx)
    ctx:fail(at(doc, "data", "a"), { also = { { at(doc, "kind"), doc.data.b } } }, "%s", doc.data.a)
    if str(doc.data.c) then
      error(doc.data.c)
    end
  end,
}
"""


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)


def quoted(text):
    """As YAML reads it in double quotes."""
    return '"' + "".join(c if 0x20 <= ord(c) < 0x7f and c not in '"\\' else "\\u%04x" % ord(c) for c in text) + '"'


def broken(place):
    """Copies examples/broken to PLACE; answers the options to lint it with."""
    shutil.copytree(os.path.join(ROOT, "examples", "broken"), place)
    os.mkdir(os.path.join(place, ".git"))
    return [option for rule in RULES for option in ("-r", rule)]


def excepted(place):
    """Makes a repository at PLACE with findings that are hidden in every way, and some that are not."""
    os.makedirs(place + "/.git")
    waiver = "- {rule: %s, namespace: %s, reason: %s, owner: %s, until: %s}\n"
    write(place + "/.policy/policy.yaml",
          "root: true\ndefault: off\nrules: {istio/port-name: error}\nnamespaces:\n"
          "- {match: [team-w, team-v], rules: {istio/port-name: {level: warn, error_from: 2027-02-01}}}\n"
          "- {match: team-u, rules: {istio/port-name: warn, manifest/tab: {level: off, warn_from: 2026-12-01}}}\n"
          "waivers:\n" +
          waiver % ("istio/port-name", "team-a", quoted(IMAGE), quoted(SCRIPT), "2026-12-01") +
          waiver % ("istio/*", "[team-b, team-w]", "they move", "team-b", "2027-12-01") +
          waiver % ("istio/*", "team-z", "it was so", "team-b", "2026-11-22") +
          waiver % ("istio/port-name", "team-y", "nobody is there", "team-b", "never") +
          waiver % ("istio/port-name", "team-v, resource: [Service/v, v1/Service/w-*]", "until the cut-over", "team-v",
                    "2026-12-24"))
    write(place + "/.policy/baseline.json",
          '{"version":1,\n"findings":[\n{"fingerprint":"a8acb9f7744c800fc91dd68eff3ac6a0","rule":"istio/port-name",'
          '"level":"error","file":"d.yaml","resource":"Service/d in team-d","path":"spec.ports[port=80].name"}\n]}\n')
    for name in "abcdezwvu":
        ignore = "  # krug: ignore istio/port-name -- %s until 2026-12-31\n" % COMMAND.split("\n")[0]
        write("%s/%s.yaml" % (place, name),
              "apiVersion: v1\nkind: Service\nmetadata: {name: %s, namespace: team-%s}\nspec:\n  ports:\n%s  - port: 80\n"
              % (name, name, ignore if name == "c" else ""))
    return ["-r", "istio/port-name", "-r", "manifest/tab", "-r", "policy/waiver-unused"]


def large(place, namespaces, rules, findings):
    """Makes a repository of that size at PLACE: FINDINGS in each namespace."""
    os.makedirs(place + "/.git")
    for i in range(rules):
        write("%s/.policy/rules/pack%d/rule-%d.lua" % (place, i * 10 // rules, i),
              'return rule { title = "The value of key %d is as it should be", level = "error",\n'
              'kinds = { "ConfigMap" }, why = "w", fix = "Set it to a value that is fine, or ask the platform team.",\n'
              'check = function(doc, ctx) if doc.data.key%d == "bad" then\n'
              '  ctx:fail(at(doc, "data", "key%d"), "key %d is bad in a way that takes some words to say")\n'
              'end end }\n' % (i, i, i, i))
    write(place + "/.policy/policy.yaml",
          "root: true\nlayout: [{path: 'm/{ns}/**', namespace: '{ns}'}]\n"
          "rules: {pack0/*: warn, pack1/*: off, pack3/*: info}\n"
          "namespaces:\n- {match: team-1*, owner: one, rules: {pack1/*: warn}}\n"
          "- {match: team-2*, owner: two, rules: {pack0/*: error, pack2/*: warn}}\n")
    for i in range(namespaces):
        bad = {(i * 7 + k * 3) % rules for k in range(findings)}
        write("%s/m/team-%d/config.yaml" % (place, i),
              "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config, namespace: team-%d}\ndata:\n%s" % (
                  i, "".join("  key%d: %s\n" % (k, "bad" if k in bad else "good") for k in range(rules))))


def hostile(place):
    """Makes a repository at PLACE whose root is a directory below its top."""
    root = os.path.join(place, "a b%41")
    os.makedirs(os.path.join(place, ".git"))
    write(root + "/.policy/policy.yaml",
          "root: true\ndefault: off\nrules: {t/hostile: error}\nnamespaces:\n- {match: '*', owner: " +
          quoted(IMAGE) + "}\n")
    write(root + "/.policy/rules/t/hostile.lua", RULE)
    for number, text in enumerate(TEXTS):
        other = TEXTS[(number + 1) % len(TEXTS)]
        write(root + "/%d.yaml" % number,
              "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: %s}\ndata:\n"
              "  # \u202e%s\n  a: %s\n  b: %s\n" % (quoted(text), quoted(other), SCRIPT, quoted(text), quoted(other)))
    write(root + "/x:y,z=%\n<b>'\"\\#\x1b \udcff.yaml",
          "# Source: <chart>/templates/%%25::x.yaml\n"
          "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: x}\n"
          "data: {a: %s, b: b, c: %s}\n" % ("x" * 300, quoted(SCRIPT + COMMAND)))
    return ["--root", root, "-r", "t/*", root]
