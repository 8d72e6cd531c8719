/*
 * Reading policies: every message with its place, what lies in a policy directory, nested policies,
 * --policy, chains, and what only the rules tell. Repositories are one text in which a line "==
 * path" begins a file; problems are written down as "file:line:column message" and compared as a
 * whole.
 */
#include "base/embedded.h"
#include "policy/policy.h"
#include "support.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char starter[] = "default: off\nrules: {istio/port-name: warn}\n";
const struct embedded embedded_files[] = {
    {{"rules/policy.yaml", sizeof "rules/policy.yaml" - 1}, {starter, sizeof starter - 1}, {"", 0}},
};
const size_t embedded_count = 1;

/* A repository with its policies, and rules to check them against. */
struct world {
    struct scratch scratch;
    struct problems problems;
    struct repo repo;
    struct policies policies;
};

/* A REPOSITORY that begins with no "== path" is .policy/policy.yaml. */
static void world_init(struct world *world, const char *repository, const char *extra)
{
    const char *const here[] = {"."};

    *world = (struct world){0};
    scratch_enter(&world->scratch);
    if (text_starts(text_of(repository), TEXT("== ")))
        scratch_fill(repository);
    else
        scratch_write(".policy/policy.yaml", text_of(repository));
    problems_init(&world->problems);
    tree_walk(&world->repo.tree, text_of(world->scratch.path), here, 1, false, &world->problems);
    policies_init(&world->policies, &world->repo, &extra, extra != NULL, &world->problems);
    world->policies.today = 20261124;
}

static void world_done(struct world *world)
{
    policies_done(&world->policies);
    repo_done(&world->repo);
    problems_done(&world->problems);
    scratch_leave(&world->scratch);
}

static void write_problems(struct problems *problems, struct buffer *buffer)
{
    problems_sort(problems);
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->items[i];

        if (!text_is(problem->file, ".policy/policy.yaml"))
            buffer_print(buffer, "%.*s:", TEXT_ARGS(problem->file));
        buffer_print(buffer, "%u:%u %.*s\n", problem->line, problem->column,
                     TEXT_ARGS(problem->message));
    }
    buffer_add(buffer, TEXT(""));
}

/* EXPECTED may end in "...": how the loader puts it is its own business. */
static void assert_told(const char *policy, struct buffer *found, const char *expected)
{
    const char *dots = strstr(expected, "...");

    if (dots && found->length > (size_t)(dots - expected))
        snprintf(found->at + (dots - expected), 4, "...");
    if (strcmp(found->at, expected))
        print_message("%s", policy);
    assert_string_equal(found->at, expected);
}

static struct rule_param params[3];

/* Built-in rules; one is told by krug itself. */
static const struct rule *const *builtin_rules(size_t *count)
{
    static struct rule port_name = {
        .id = {"istio/port-name", 15}, .level = LEVEL_ERROR, .index = 0};
    static struct rule mtls = {.id = {"istio/mtls", 10}, .level = LEVEL_WARN, .index = 1};
    static struct rule extension = {
        .id = {"manifest/file-extension", 23}, .level = LEVEL_WARN, .index = 2};
    static struct rule syntax = {
        .id = {"manifest/syntax", 15}, .level = LEVEL_ERROR, .index = 3, .fixed = true};
    static struct rule locked = {
        .id = {"policy/locked", 13}, .level = LEVEL_ERROR, .index = 4, .fixed = true};
    static const struct rule *const rules[] = {&port_name, &mtls, &extension, &syntax, &locked};

    params[0].name = TEXT("exempt_ports");
    assert_true(param_read_type(&params[0], TEXT("list of integer")));
    params[1].name = TEXT("strict");
    assert_true(param_read_type(&params[1], TEXT("boolean")));
    params[2].name = TEXT("allow");
    assert_true(param_read_type(&params[2], TEXT("map of string")));
    port_name.params = params;
    port_name.param_count = 2;
    mtls.params = &params[1];
    mtls.param_count = 1;
    extension.params = &params[2];
    extension.param_count = 1;
    *count = sizeof rules / sizeof *rules;
    return rules;
}

#define LEVELS "error, warn, info or off"
#define RESOURCE                                                                                   \
    ": write the kind and a glob of names: Service/legacy-*, or with the group "                   \
    "apps/Deployment/web\n"

/* The policy, and what is wrong with it. */
static const struct {
    const char *policy, *expected;
} cases[] = {
    {"", ""},
    {"# nothing\n", ""},
    {"---\n# the policy\n---\nroot: true\n", ""},
    /* No YAML, more than one document, no map, twice the same. */
    {"root: [\n", "1:8 this is no YAML: ..."},
    {"root: true\n---\nroot: true\n", "3:1 a policy is one document, and this is another one: put "
                                      "all into the first\n"},
    {"- root\n", "1:1 a policy must be a map, and this is a list\n"},
    {"text\n", "1:1 a policy must be a map, and this is a string\n"},
    {"root: true\nroot: false\n", "2:1 `root` is set twice: first in line 1\n"},
    {"rules:\n  istio/*: off\n  istio/*: error\n", "3:3 `istio/*` is set twice: first in line 2\n"},
    /* Keys. */
    {"namspaces: []\n", "1:1 unknown key `namspaces`; did you mean `namespaces`?\n"},
    {"on: 1\n",
     "1:1 the key `on` is a boolean to YAML: write \"on\"\n"
     "1:1 unknown key `true`: a policy may have root, files, exclude, layout, vars, "
     "owner_label, default, rules, namespaces, waivers, max_days, ignores, elsewhere, workloads "
     "and locked\n"},
    {"somethingelse: 1\n",
     "1:1 unknown key `somethingelse`: a policy may have root, files, exclude, "
     "layout, vars, owner_label, default, rules, namespaces, waivers, max_days, ignores, "
     "elsewhere, workloads and locked\n"},
    /* root, default, owner_label, vars. */
    {"root: yes\n", ""},
    {"root: \"true\"\n", "1:7 `root` must be true or false\n"},
    {"default: off\n", ""},
    {"default: own\n", ""},
    {"default: on\n", "1:10 `default` must be `own` (each rule's own level) or `off`\n"},
    {"default: [off]\n", "1:10 `default` must be `own` (each rule's own level) or `off`\n"},
    {"owner_label: team\n", ""},
    {"owner_label: 5\n", "1:14 `owner_label` must be a string, and `5` is a number: write \"5\"\n"},
    {"owner_label: ''\n", "1:14 `owner_label` is empty\n"},
    {"owner_label:\n", "1:13 `owner_label` must be a string, and this is nothing\n"},
    {"vars: {a: 1, b: [c]}\n", ""},
    {"vars: [a]\n", "1:7 `vars` must be a map, and this is a list\n"},
    {"vars: {'': a}\n", "1:8 a variable needs a name\n"},
    /* files, exclude. */
    {"files: [a/**, '*.yaml']\nexclude: b/*\n", ""},
    {"files: []\n", "1:8 `files` is an empty list\n"},
    {"files: {a: b}\n", "1:8 `files` must be a string, and this is a map\n"},
    {"files:\n- a/**\n- ''\n", "3:3 `files` is empty\n"},
    {"files: [yes]\n", "1:9 `files` must be a string, and `yes` is a boolean: write \"yes\"\n"},
    {"files: manifests/\n", "1:8 `manifests/`: this is a directory and matches no file: write `**` "
                            "behind it\n"},
    {"files: /a/**\n",
     "1:8 `/a/**`: a path is relative to the directory that holds .policy/: leave "
     "the first `/` out\n"},
    {"files: ./a/**\n",
     "1:8 `./a/**`: a path is relative to the directory that holds .policy/: leave "
     "`./` out\n"},
    {"files: ../a/**\n", "1:8 `../a/**`: a path cannot lead out of the directory that holds "
                         ".policy/\n"},
    {"exclude: ['!a/**']\n", "1:11 `!a/**`: a glob cannot be negated: list what it shall leave out "
                             "under `exclude`\n"},
    {"exclude: '*.{yaml,yml}'\n", "1:10 `*.{yaml,yml}`: braces mean nothing in a glob: write one "
                                  "glob for each\n"},
    /* layout. */
    {"vars: {m: {p: q}}\nlayout:\n- path: a/{s}/{e}/**\n  namespace: '{s}-{e:m}'\n  cluster: "
     "'{e}'\n"
     "- path: b/**\n",
     ""},
    {"layout: {path: a}\n", "1:9 `layout` must be a list, and this is a map\n"},
    {"layout: []\n", "1:9 `layout` is an empty list\n"},
    {"layout: [a]\n", "1:10 an entry of `layout` must be a map, and this is a string\n"},
    {"layout:\n- namespace: a\n", "2:3 this entry has no `path`: which files is it for?\n"},
    {"layout:\n- path: a\n  namespce: b\n",
     "3:3 unknown key `namespce`; did you mean `namespace`?\n"},
    {"layout:\n- path: ''\n  namespace: '{x}'\n", "2:9 `path` is empty\n"},
    {"layout:\n- path: a/{s\n", "2:9 `a/{s`: a brace is not closed, or not open\n"},
    {"layout:\n- path: a/{s}\n  namespace: '{x}{service}'\n",
     "3:14 `path` does not capture {x}; did you mean {s}?\n"},
    {"layout:\n- path: a/{s}\n  cluster: '{s:clusters}'\nvars: {cluster: {}}\n",
     "3:12 there is no variable `clusters`; did you mean `cluster`?\n"},
    /* rules. */
    {"rules:\n  istio/*: off\n  istio/mtls: Off\n  istio/port-name: {level: error, params: "
     "{strict: "
     "true}}\n  manifest/*: {level: off}\n",
     ""},
    {"rules: [a]\n", "1:8 `rules` must be a map, and this is a list\n"},
    {"rules:\n  istio/*: eror\n", "2:12 `eror` is no level; did you mean `error`?\n"},
    {"rules:\n  istio/*: enforced\n", "2:12 this is no level: write " LEVELS "\n"},
    {"rules:\n  istio/*: no\n", "2:12 `no` is a boolean to YAML and no level: write " LEVELS "\n"},
    {"rules:\n  istio/*: true\n",
     "2:12 `true` is a boolean to YAML and no level: write " LEVELS "\n"},
    {"rules:\n  istio/*: 2\n", "2:12 `2` is no level: write " LEVELS "\n"},
    {"rules:\n  istio/*:\n",
     "2:11 a rule's setting is a level (" LEVELS ") or a map with level, params, warn_from and "
     "error_from\n"},
    {"rules:\n  istio/*: [off]\n",
     "2:12 a rule's setting is a level (" LEVELS ") or a map with level, params, warn_from and "
     "error_from\n"},
    {"rules:\n  istio/*: {}\n", "2:12 this says neither level nor params nor a day\n"},
    {"rules:\n  istio/*: {levl: off}\n", "2:13 unknown key `levl`; did you mean `level`?\n"},
    {"rules:\n  istio/*: {level: [off]}\n", "2:20 this is no level: write " LEVELS "\n"},
    {"rules:\n  istio/*: {params: 5}\n", "2:21 `params` must be a map, and this is a number\n"},
    {"rules:\n  istio/*: {params: {}}\n", "2:21 `params` is an empty map\n"},
    {"rules:\n  '': off\n", "2:3 an empty glob names no rule\n"},
    /* Dates. */
    {"rules:\n  istio/*: {level: off, warn_from: 2026-12-01, error_from: 2027-02-01}\n"
     "  istio/mtls: {error_from: 2027-02-01}\n",
     ""},
    {"rules:\n  istio/*: {level: off, warn_from: 2026-13-01, error_from: 2027-02-30}\n",
     "2:36 `2026-13-01` is no day: write YYYY-MM-DD\n"
     "2:60 `2027-02-30` is no day: write YYYY-MM-DD\n"},
    {"rules:\n  istio/*: {warn_from: never}\n", "2:24 `never` is no day: write YYYY-MM-DD\n"},
    {"rules:\n  istio/*:\n    warn_from: [a]\n",
     "3:16 `warn_from` must be a day (YYYY-MM-DD), and this is a list\n"},
    {"rules:\n  istio/*: {error_from: 2027-02-01,\n    warn_from: 2027-02-01}\n",
     "2:13 `error_from` must be a later day than `warn_from`, line 3\n"},
    /* Waivers. */
    {"waivers:\n- rule: istio/port-name\n  namespace: [x-*, z]\n  cluster: c\n  resource: "
     "[Service/a-*, apps/Deployment/b, v1/Pod/*]\n  file: m/**\n  container: istio-*\n  reason: r\n"
     "  owner: o\n  until: 2027-01-31\n- {rules: [istio/*, manifest/syntax], reason: r, owner: o, "
     "until: never}\n",
     ""},
    {"waivers: {rule: a}\n", "1:10 `waivers` must be a list, and this is a map\n"},
    {"waivers:\n- {rule: a}\n- {reason: r, owner: o, until: soon}\n- 5\n",
     "2:3 this waiver has no `owner`: who answers for it?\n"
     "2:3 this waiver has no `reason`: why is it granted?\n"
     "2:3 this waiver has no `until`: which is its last day (YYYY-MM-DD, or never)?\n"
     "3:3 this waiver has no `rule`: what does it waive?\n"
     "3:32 `soon` is no day: write YYYY-MM-DD, or never\n"
     "4:3 a waiver must be a map, and this is a number\n"},
    {"waivers:\n- {rule: a, rules: [b], reason: '', owner: o, until: 2027-02-30}\n",
     "2:13 `rule` and `rules` are the same: write one of them\n"
     "2:33 `reason` is empty\n"
     "2:54 `2027-02-30` is no day: write YYYY-MM-DD, or never\n"},
    {"waivers:\n- {rule: a, resources: b, file: ./a, reason: r, owner: o, until: never}\n",
     "2:13 unknown key `resources`; did you mean `resource`?\n"
     "2:33 `./a`: a path is relative to the directory that holds .policy/: leave `./` out\n"},
    {"waivers:\n- {rule: a, resource: [legacy, a//b, a/b/c/d, Service/x], reason: r, owner: o, "
     "until: "
     "never}\n",
     "2:24 `legacy`" RESOURCE "2:32 `a//b`" RESOURCE "2:38 `a/b/c/d`" RESOURCE},
    {"max_days: 90\nignores: {until: required, max_days: 90}\n", ""},
    {"ignores: {until: optional}\n", ""},
    {"max_days: 0\nignores: {until: yes, max_days: many, untl: required}\n",
     "1:11 `max_days` must be a number of days, from 1 to 36500\n"
     "2:18 `until` must be `required` or `optional`\n"
     "2:33 `max_days` must be a number of days, from 1 to 36500\n"
     "2:39 unknown key `untl`; did you mean `until`?\n"},
    {"ignores: 5\nelsewhere: 5\n", "1:10 `ignores` must be a map, and this is a number\n"
                                   "2:12 `elsewhere` must be a list, and this is a number\n"},
    /* namespaces. */
    {"namespaces:\n- match: x-*\n- match: [a, b]\n  owner: t\n  labels: {a: b}\n  paths: [p/**]\n"
     "  rules: {istio/*: warn}\n- match: {name: a, labels: {w: '2'}, cluster: c, except: [d]}\n"
     "- match: {names: [a], clusters: [c]}\n",
     ""},
    {"namespaces: {match: a}\n", "1:13 `namespaces` must be a list, and this is a map\n"},
    {"namespaces: [a]\n", "1:14 an entry of `namespaces` must be a map, and this is a string\n"},
    {"namespaces:\n- owner: a\n", "2:3 this entry has no `match`: which namespaces is it for?\n"},
    {"namespaces:\n- match: a\n  rule: {}\n", "3:3 unknown key `rule`; did you mean `rules`?\n"},
    {"namespaces:\n- match: []\n", "2:10 `match` is an empty list\n"},
    {"namespaces:\n- match: ''\n", "2:10 `match` is empty\n"},
    {"namespaces:\n- match: {}\n", "2:10 `match` is empty: to match every namespace write \"*\"\n"},
    {"namespaces:\n- match: {nam: a}\n", "2:11 unknown key `nam`; did you mean `name`?\n"},
    {"namespaces:\n- match: {name: a, names: [b]}\n",
     "2:20 `name` and `names` are the same: write one of them\n"},
    {"namespaces:\n- match: {cluster: a, clusters: [b]}\n",
     "2:23 `cluster` and `clusters` are the same: write one of them\n"},
    {"namespaces:\n- match: {labels: {wave: 2}}\n",
     "2:26 a label's value must be a string, and `2` is a number: write \"2\"\n"},
    {"namespaces:\n- match: {labels: [wave]}\n",
     "2:19 `labels` must be a map, and this is a list\n"},
    {"namespaces:\n- match: {except: [5]}\n",
     "2:20 `except` must be a string, and `5` is a number: write \"5\"\n"},
    {"namespaces:\n- match: a\n  labels: {istio: true}\n",
     "3:19 a label's value must be a string, and `true` is a boolean: write \"true\"\n"},
    {"namespaces:\n- match: a\n  labels: {istio: }\n",
     "3:18 a label's value must be a string, and this is nothing\n"},
    {"namespaces:\n- match: a\n  labels: {}\n", "3:11 `labels` is an empty map\n"},
    {"namespaces:\n- match: a\n  paths: p/\n",
     "3:10 `p/`: this is a directory and matches no file: write `**` behind it\n"},
    {"namespaces:\n- match: a\n  rules: {istio/*: eror}\n",
     "3:20 `eror` is no level; did you mean `error`?\n"},
    {"namespaces:\n- match: a\n  owner: [a]\n",
     "3:10 `owner` must be a string, and this is a list\n"},
    /* workloads, locked. */
    {"workloads: [{kind: argoproj.io/Rollout, template: spec.template}]\nlocked: [istio/*]\n", ""},
    {"workloads: {}\n", "1:12 `workloads` must be a list, and this is a map\n"},
    {"workloads: [{kind: Rollout, template: a}]\n",
     "1:20 `Rollout`: write the group and the kind, without a version: argoproj.io/Rollout\n"},
    {"workloads: [{kind: a/v1/B, template: a}]\n",
     "1:20 `a/v1/B`: write the group and the kind, without a version: argoproj.io/Rollout\n"},
    {"workloads: [{kind: a/B, template: a..b}]\n",
     "1:35 `a..b`: write the way to the pod template as keys with dots between: spec.template\n"},
    {"workloads: [{kind: a/B}]\n", "1:13 an entry of `workloads` needs `kind` and `template`\n"},
    {"locked: []\n", "1:9 `locked` is an empty list\n"},
    {"locked: [istio/*, 5]\n", "1:19 a glob of rules must be a string, and `5` is a number: write "
                               "\"5\"\n"},
    /* What only the rules tell. */
    {"rules:\n  istio/prot-name: off\n",
     "2:3 `istio/prot-name` matches no rule; did you mean `istio/port-name`?\n"},
    {"rules:\n  istoi/*: off\n", "2:3 `istoi/*` matches no rule; did you mean `istio/*`?\n"},
    {"rules:\n  port-name: off\n",
     "2:3 `port-name` matches no rule; did you mean `istio/port-name`?\n"},
    {"rules:\n  istio: off\n", "2:3 `istio` matches no rule; did you mean `istio/*`?\n"},
    {"rules:\n  nothing/like-it: off\n",
     "2:3 `nothing/like-it` matches no rule: `krug rules` lists "
     "them\n"},
    {"rules:\n  istio/zzz*: off\n", "2:3 `istio/zzz*` matches no rule: `krug rules` lists them\n"},
    {"rules:\n  '*': off\n", ""},
    {"rules:\n  manifest/syntax: off\n",
     "2:3 `manifest/syntax` is told by krug itself: no policy sets its level or parameters\n"},
    {"namespaces:\n- match: a\n  rules:\n    istio/mlts: off\n",
     "4:5 `istio/mlts` matches no rule; did you mean `istio/mtls`?\n"},
    {"locked: [istio/mtls, istoi/*]\n",
     "1:22 `istoi/*` matches no rule; did you mean `istio/*`?\n"},
    {"waivers:\n- {rule: istio/mlts, reason: r, owner: o, until: never}\n"
     "- {rule: manifest/syntax, reason: r, owner: o, until: never}\n"
     "- {rule: [istio/mtls, policy/locked], reason: r, owner: o, until: never}\n",
     "2:10 `istio/mlts` matches no rule; did you mean `istio/mtls`?\n"
     "4:10 `policy/locked` is told by krug itself: no policy hides it\n"},
    {"max_days: 7\nwaivers:\n- {rule: istio/mtls, reason: r, owner: o, until: 2026-12-01}\n"
     "- {rule: istio/mtls, reason: r, owner: o, until: 2026-12-02}\n"
     "- {rule: istio/mtls, reason: r, owner: o, until: never}\n",
     "4:10 this waiver ends too late: `max_days` of .policy/policy.yaml lets it end on 2026-12-01 "
     "at "
     "the latest\n"
     "5:10 this waiver never ends: `max_days` of .policy/policy.yaml lets it end on 2026-12-01 at "
     "the "
     "latest\n"},
    {"rules:\n  istio/port-name: {params: {exempt_port: [1]}}\n",
     "2:30 `istio/port-name` has no parameter `exempt_port`; did you mean `exempt_ports`?\n"},
    {"rules:\n  istio/mtls: {params: {xyzzy: [1]}}\n",
     "2:25 `istio/mtls` has no parameter `xyzzy`: `krug explain` lists those it has\n"},
    {"rules:\n  istio/*: {params: {xyzzy: [1]}}\n",
     "2:22 none of the 2 rules that `istio/*` matches has a parameter `xyzzy`\n"},
    {"rules:\n  istio/*: {params: {exempt_ports: [1], strict: true}}\n", ""},
    {"rules:\n  istio/port-name: {params: {exempt_ports: 5}}\n",
     "2:44 `exempt_ports` of `istio/port-name` must be a list of integer, and this is a number\n"},
    {"rules:\n  istio/port-name: {params: {exempt_ports: [1, http]}}\n",
     "2:48 `exempt_ports` of `istio/port-name` must be a list of integer, and this is a string\n"},
    {"rules:\n  manifest/file-extension: {params: {allow: {a: b, c: 1}}}\n",
     "2:55 `allow` of `manifest/file-extension` must be a map of string, and this is a number\n"},
};

static void tells_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer found = {0};
        struct world world;
        size_t count;
        const struct rule *const *rules = builtin_rules(&count);

        world_init(&world, cases[i].policy, NULL);
        assert_non_null(policies_chain(&world.policies, TEXT("")));
        policies_check(&world.policies, rules, count);
        write_problems(&world.problems, &found);
        assert_told(cases[i].policy, &found, cases[i].expected);
        buffer_done(&found);
        world_done(&world);
    }
}

/* What lies in policy directories; chains are asked for where "a/b" is. */
static const struct {
    const char *repository, *extra, *expected;
} directory_cases[] = {
    {"== .policy/rules/x/a-b_1.lua\n\n== .policy/rules/x/.gitkeep\n\n== .policy/lib/m.lua\n\n"
     "== .policy/test/anything/x.yaml\n\n== .policy/README.md\n\n== .policy/.luarc.json\n\n"
     "== a/.policy/rules/y/\n",
     NULL, ""},
    {"== .policy/policy.yml\n\n== .policy/waivers.yaml\n\n== .policy/rule.lua\n\n", NULL,
     ".policy/policy.yml:0:0 this is not read: settings stand in policy.yaml\n"
     ".policy/rule.lua:0:0 this is not read: rules are called rules/PACK/NAME.lua, modules "
     "lib/NAME.lua\n"
     ".policy/waivers.yaml:0:0 this is not read: all settings stand in policy.yaml\n"},
    {"== .policy/rule/\n== .policy/whatever/\n", NULL,
     ".policy/rule:0:0 this directory is not read; did you mean `rules`?\n"
     ".policy/whatever:0:0 this directory is not read: a policy has rules/, lib/ and test/\n"},
    {"== .policy/rules/a.lua\n\n== .policy/rules/x/A.lua\n\n== .policy/rules/Y/a.lua\n\n"
     "== .policy/rules/x/a.txt\n\n== .policy/rules/x/deep/a.lua\n\n== .policy/lib/a b.lua\n\n"
     "== .policy/lib/x/a.lua\n\n",
     NULL,
     ".policy/lib/a b.lua:0:0 a name may only have a-z, 0-9, `-` and `_`\n"
     ".policy/lib/x:0:0 this is not read: what lies here is called lib/NAME.lua\n"
     ".policy/rules/Y:0:0 a name may only have a-z, 0-9, `-` and `_`\n"
     ".policy/rules/a.lua:0:0 this is not read: a rule lies in its pack, as rules/PACK/NAME.lua\n"
     ".policy/rules/x/A.lua:0:0 a name may only have a-z, 0-9, `-` and `_`\n"
     ".policy/rules/x/a.txt:0:0 this is not read: what lies here is called rules/PACK/NAME.lua\n"
     ".policy/rules/x/deep:0:0 this is not read: what lies here is called rules/PACK/NAME.lua\n"},
    /* Nested: only rules and vars. The outermost on the way is the root policy, wherever it lies.
     */
    {"== a/.policy/policy.yaml\nroot: true\nlocked: [istio/*]\n", NULL, ""},
    {"== .policy/policy.yaml\nroot: true\n"
     "== a/.policy/policy.yaml\nrules: {istio/*: off}\nvars: {a: b}\n",
     NULL, ""},
    {"== .policy/lib/a.lua\n\n"
     "== a/b/.policy/policy.yaml\nroot: true\nfiles: x/**\nnamespaces: []\nrles: {}\nwaivers: []\n"
     "max_days: 5\n",
     NULL,
     "a/b/.policy/policy.yaml:1:1 `root` belongs into the root policy: this one lies below another "
     "and may only hold rules, vars and waivers\n"
     "a/b/.policy/policy.yaml:2:1 `files` belongs into the root policy: this one lies below "
     "another "
     "and may only hold rules, vars and waivers\n"
     "a/b/.policy/policy.yaml:3:1 `namespaces` belongs into the root policy: this one lies below "
     "another and may only hold rules, vars and waivers\n"
     "a/b/.policy/policy.yaml:4:1 unknown key `rles`; did you mean `rules`?\n"
     "a/b/.policy/policy.yaml:6:1 `max_days` belongs into the root policy: this one lies below "
     "another and may only hold rules, vars and waivers\n"},
    /* Of a baseline only the root's is read; where it is all there is, there is no policy. */
    {"== .policy/policy.yaml\n\n== a/.policy/baseline.json\n{}\n== a/.policy/lib/a.lua\n\n"
     "== a/b/.policy/baseline.json\n{}\n",
     NULL,
     "a/.policy/baseline.json:0:0 this is not read: the baseline lies beside the root policy (or "
     "is "
     "named by --baseline)\n"},
    /* --policy: a file, a directory like .policy/, neither. */
    {"== ci/strict.yaml\nlocked: [istio/*]\nnamespces: []\n", "ci/strict.yaml",
     "ci/strict.yaml:2:1 unknown key `namespces`; did you mean `namespaces`?\n"},
    {"== ci/policy.yaml\nroot: 5\n== ci/rules/x/y.lua\n\n== ci/other/\n", "ci",
     "ci/other:0:0 this directory is not read: a policy has rules/, lib/ and test/\n"
     "ci/policy.yaml:1:7 `root` must be true or false\n"},
    {"== ci/.policy/policy.yaml\n\n", "ci",
     "ci:0:0 holds no policy.yaml and no rules/: name the .policy directory itself\n"},
    {"", "none.yaml",
     "none.yaml:0:0 this policy (of --policy or KRUG_POLICY) cannot be read: No such file or "
     "directory\n"},
};

static void tells_what_lies_in_a_policy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof directory_cases / sizeof *directory_cases; i++) {
        struct buffer found = {0};
        struct world world;

        world_init(&world, directory_cases[i].repository, directory_cases[i].extra);
        assert_non_null(policies_chain(&world.policies, TEXT("a/b")));
        write_problems(&world.problems, &found);
        assert_told(directory_cases[i].repository, &found, directory_cases[i].expected);
        buffer_done(&found);
        world_done(&world);
    }
}

static void tells_links_and_what_it_cannot_read(void **state)
{
    struct buffer found = {0};
    struct world world;

    (void)state;
    world_init(&world, "== .policy/lib/\n== .policy/rules/\n== a/.policy/policy.yaml/\n", NULL);
    assert_int_equal(symlink("/etc/passwd", ".policy/policy.yaml"), 0);
    assert_int_equal(symlink("/tmp", ".policy/rules/x"), 0);
    policies_chain(&world.policies, TEXT("a"));
    write_problems(&world.problems, &found);
    assert_string_equal(
        found.at, "0:0 symbolic links in a policy are not followed: copy the file\n"
                  ".policy/rules/x:0:0 symbolic links in a policy are not followed: copy the file\n"
                  "a/.policy/policy.yaml:0:0 this directory is not read: a policy has rules/, lib/ "
                  "and test/\n");
    buffer_done(&found);
    world_done(&world);
}

static void finds_rules_and_modules(void **state)
{
    const struct policy *policy;
    struct world world;

    (void)state;
    world_init(&world,
               "== s/.policy/rules/b/z.lua\n\n== s/.policy/rules/a/y.lua\n\n"
               "== s/.policy/rules/a/x.lua\n\n== s/.policy/lib/n.lua\n\n== s/.policy/lib/m.lua\n\n",
               NULL);
    policy = policies_chain(&world.policies, TEXT("s/t"))->policies[0];
    assert_int_equal(policy->rule_count, 3);
    assert_true(text_is(policy->rules[0].name, "a/x"));
    assert_true(text_is(policy->rules[0].path, "s/.policy/rules/a/x.lua"));
    assert_true(text_is(policy->rules[1].name, "a/y"));
    assert_true(text_is(policy->rules[2].name, "b/z"));
    assert_int_equal(policy->module_count, 2);
    assert_true(text_is(policy->modules[0].name, "m"));
    assert_true(text_is(policy->modules[1].path, "s/.policy/lib/n.lua"));
    assert_true(text_is(policy->path, "s/.policy/policy.yaml"));
    assert_true(text_is(policy->directory, "s"));
    world_done(&world);
}

/* The policies of a chain, one behind the other. */
static const struct {
    const char *repository, *extra, *directory, *expected;
} chain_cases[] = {
    {"== a/x.yaml\n\n", NULL, "a", "built-in policy"},
    {"== a/x.yaml\n\n", "x.yaml", "a", "x.yaml"},
    {"== .policy/policy.yaml\n\n", NULL, "", ".policy/policy.yaml"},
    {"== .policy/policy.yaml\n\n", NULL, "a/b", ".policy/policy.yaml"},
    {"== a/.policy/policy.yaml\n\n", NULL, "", "built-in policy"},
    {"== a/.policy/policy.yaml\n\n", NULL, "ab", "built-in policy"},
    {"== .policy/policy.yaml\n\n== a/b/.policy/rules/\n", "x.yaml", "a/b/c",
     ".policy/policy.yaml a/b/.policy/policy.yaml(nested) x.yaml"},
};

static void chains_policies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof chain_cases / sizeof *chain_cases; i++) {
        struct buffer found = {0};
        const struct chain *chain;
        struct world world;

        world_init(&world, chain_cases[i].repository, NULL);
        scratch_write("x.yaml", TEXT("root: true\n"));
        policies_done(&world.policies);
        policies_init(&world.policies, &world.repo, &chain_cases[i].extra,
                      chain_cases[i].extra != NULL, &world.problems);
        chain = policies_chain(&world.policies, text_of(chain_cases[i].directory));
        for (size_t j = 0; j < chain->count; j++)
            buffer_print(&found, "%s%.*s%s", j ? " " : "", TEXT_ARGS(chain->policies[j]->path),
                         chain->policies[j]->nested ? "(nested)" : "");
        assert_string_equal(found.at, chain_cases[i].expected);
        assert_int_equal(world.problems.count, 0);
        buffer_done(&found);
        world_done(&world);
    }
}

static void shares_chains(void **state)
{
    struct world world;
    const struct chain *chain, *inner;

    (void)state;
    world_init(&world,
               "== .policy/policy.yaml\nvars: {v: outer, w: outer}\n"
               "== a/.policy/policy.yaml\nvars: {v: inner}\n",
               NULL);
    chain = policies_chain(&world.policies, TEXT("b/c"));
    inner = policies_chain(&world.policies, TEXT("a/x"));
    assert_ptr_equal(chain, policies_chain(&world.policies, TEXT("")));
    assert_ptr_equal(chain, policies_chain(&world.policies, TEXT("b")));
    assert_ptr_equal(inner, policies_chain(&world.policies, TEXT("a/x/y")));
    assert_int_not_equal(chain->index, inner->index);
    assert_true(text_is(node_text(chain_var(chain, TEXT("v"))), "outer"));
    assert_true(text_is(node_text(chain_var(inner, TEXT("v"))), "inner"));
    assert_true(text_is(node_text(chain_var(inner, TEXT("w"))), "outer"));
    assert_null(chain_var(inner, TEXT("x")));
    world_done(&world);
}

static void uses_the_built_in_policy(void **state)
{
    const struct policy *policy;
    struct world world;

    (void)state;
    world_init(&world, "== a.yaml\n\n", NULL);
    policy = policies_chain(&world.policies, TEXT(""))->policies[0];
    assert_true(policy->default_off);
    assert_int_equal(policy->setting_count, 1);
    assert_int_equal(policy->settings[0].level, LEVEL_WARN);
    world_done(&world);
}

/* A rule's id must be new on its way from the root; in two teams' directories it may be the same.
 */
static void tells_ids_that_exist_further_out(void **state)
{
    const struct rule *rules[8];
    struct rule own[5] = {
        {.id = TEXT("istio/port-name"), .file = TEXT(".policy/rules/istio/port-name.lua")},
        {.id = TEXT("team/a"), .file = TEXT(".policy/rules/team/a.lua")},
        {.id = TEXT("team/a"), .file = TEXT("x/.policy/rules/team/a.lua")},
        {.id = TEXT("team/b"), .file = TEXT("x/.policy/rules/team/b.lua")},
        {.id = TEXT("team/b"), .file = TEXT("y/.policy/rules/team/b.lua")}};
    struct rule builtin = {.id = TEXT("istio/port-name"),
                           .file = TEXT("rules/istio/port-name.lua")};
    struct buffer found = {0};
    struct world world;

    (void)state;
    world_init(&world,
               "== .policy/policy.yaml\nrules: {team/b: off}\n"
               "== x/.policy/policy.yaml\nrules: {team/b: off}\n"
               "== y/.policy/policy.yaml\nrules: {team/a: off}\n"
               "== z/.policy/policy.yaml\nrules: {team/b: off}\n",
               NULL);
    own[0].policy = own[1].policy = policies_chain(&world.policies, TEXT(""))->policies[0];
    own[2].policy = own[3].policy = policies_chain(&world.policies, TEXT("x"))->policies[1];
    own[4].policy = policies_chain(&world.policies, TEXT("y"))->policies[1];
    policies_chain(&world.policies, TEXT("z"));
    rules[0] = &builtin;
    for (size_t i = 0; i < 5; i++)
        rules[i + 1] = &own[i];
    for (size_t i = 0; i < 5; i++)
        own[i].index = i + 1;
    policies_check(&world.policies, rules, 6);
    write_problems(&world.problems, &found);
    assert_string_equal(
        found.at, ".policy/rules/istio/port-name.lua:0:0 there is a rule `istio/port-name` already "
                  "(rules/istio/port-name.lua): call this one otherwise\n"
                  "x/.policy/rules/team/a.lua:0:0 there is a rule `team/a` already "
                  "(.policy/rules/team/a.lua): call this one otherwise\n"
                  "z/.policy/policy.yaml:1:9 `team/b` matches no rule; did you mean `team/a`?\n");
    buffer_done(&found);
    world_done(&world);
}

static void reads_types_of_parameters(void **state)
{
    static const struct {
        const char *type;
        bool right;
        enum param_kind kind;
        enum param_shape shape;
    } types[] = {
        {"string", true, PARAM_STRING, PARAM_ONE},
        {"list of integer", true, PARAM_INTEGER, PARAM_LIST},
        {"map of number", true, PARAM_NUMBER, PARAM_MAP},
        {"list of boolean", true, PARAM_BOOLEAN, PARAM_LIST},
        {"any", true, PARAM_ANY, PARAM_ONE},
        {"list of list of string", false, 0, 0},
        {"list", false, 0, 0},
        {"int", false, 0, 0},
        {"", false, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct rule_param param = {0};

        assert_int_equal(param_read_type(&param, text_of(types[i].type)), types[i].right);
        if (!types[i].right)
            continue;
        assert_int_equal(param.kind, types[i].kind);
        assert_int_equal(param.shape, types[i].shape);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_is_wrong),
        cmocka_unit_test(tells_what_lies_in_a_policy),
        cmocka_unit_test(tells_links_and_what_it_cannot_read),
        cmocka_unit_test(finds_rules_and_modules),
        cmocka_unit_test(chains_policies),
        cmocka_unit_test(shares_chains),
        cmocka_unit_test(uses_the_built_in_policy),
        cmocka_unit_test(tells_ids_that_exist_further_out),
        cmocka_unit_test(reads_types_of_parameters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
