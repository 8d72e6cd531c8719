/*
 * Which level a rule has in a namespace and who said so: precedence, matching, locks, labels, and
 * whose a resource is. Repositories are one text in which a line "== path" begins a file.
 */
#include "base/embedded.h"
#include "base/parallel.h"
#include "policy/profile.h"
#include "support.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char starter[] = "rules: {a/two: error}\n";
const struct embedded embedded_files[] = {
    {{"rules/policy.yaml", sizeof "rules/policy.yaml" - 1}, {starter, sizeof starter - 1}, {"", 0}},
};
const size_t embedded_count = 1;

/* Rules a/one (own level error), a/two (warn), b/one (info), and one that krug tells itself. */
enum { RULES = 4 };
static const struct rule rule_one = {.id = {"a/one", 5}, .level = LEVEL_ERROR, .index = 0};
static const struct rule rule_two = {.id = {"a/two", 5}, .level = LEVEL_WARN, .index = 1};
static const struct rule rule_b = {.id = {"b/one", 5}, .level = LEVEL_INFO, .index = 2};
static const struct rule rule_fixed = {
    .id = {"a/fixed", 7}, .level = LEVEL_ERROR, .index = 3, .fixed = true};
static const struct rule *const rules[RULES] = {&rule_one, &rule_two, &rule_b, &rule_fixed};

struct world {
    struct scratch scratch;
    struct problems problems;
    struct repo repo;
    struct policies policies;
    struct profiles profiles;
};

static void world_init(struct world *world, const char *repository, const char *extra)
{
    const char *const here[] = {"."};

    *world = (struct world){0};
    scratch_enter(&world->scratch);
    scratch_fill(repository);
    problems_init(&world->problems);
    tree_walk(&world->repo.tree, text_of(world->scratch.path), here, 1, false, &world->problems);
    repo_scan(&world->repo, 2, &world->problems);
    policies_init(&world->policies, &world->repo, &extra, extra != NULL, &world->problems);
    profiles_init(&world->profiles, &world->policies, world->policies.repo, rules, RULES);
}

static void world_done(struct world *world)
{
    profiles_done(&world->profiles);
    policies_done(&world->policies);
    repo_done(&world->repo);
    problems_done(&world->problems);
    scratch_leave(&world->scratch);
}

static const struct profile *world_profile(struct world *world, const char *directory,
                                           const char *cluster, const char *namespace)
{
    const struct chain *chain = policies_chain(&world->policies, text_of(directory));
    const struct profile *profile =
        profiles_get(&world->profiles, chain, text_of(cluster), text_of(namespace));

    assert_ptr_equal(profile,
                     profiles_get(&world->profiles, chain, text_of(cluster), text_of(namespace)));
    return profile;
}

/* "a/one=error" and behind it the line that said so: "@3", "@nested:2", or "@default". */
static void write_rulings(const struct profile *profile, struct buffer *buffer)
{
    for (size_t i = 0; i < RULES; i++) {
        const struct ruling *ruling = &profile->rulings->items[i];

        if (rules[i]->fixed) {
            assert_int_equal(ruling->level, LEVEL_ERROR);
            assert_null(ruling->setting);
            assert_int_equal(ruling->param_count, 0);
            continue;
        }
        buffer_print(buffer, "%s%.*s=%s", i ? " " : "", TEXT_ARGS(rules[i]->id),
                     level_name(ruling->level));
        if (ruling->setting)
            buffer_print(buffer, "@%s%u",
                         ruling->setting->policy->nested  ? "nested:"
                         : ruling->setting->policy->extra ? "extra:"
                                                          : "",
                         ruling->setting->line);
        else if (ruling->default_policy)
            buffer_print(buffer, "@default");
        for (size_t j = 0; j < ruling->param_count; j++)
            buffer_print(buffer, "+%.*s", TEXT_ARGS(ruling->params[j]->first->key));
    }
}

static const struct precedence_case {
    const char *repository, *extra, *directory, *cluster, *namespace, *expected;
} precedence_cases[] = {
    /* A rule's own level; `default`; the built-in policy. */
    {"== .policy/policy.yaml\n\n", NULL, "", "", "n1", "a/one=error a/two=warn b/one=info"},
    {"== x\n\n", NULL, "", "", "n1", "a/one=error a/two=error@1 b/one=info"},
    {"== .policy/policy.yaml\ndefault: off\nrules: {a/two: info}\n", NULL, "", "", "n1",
     "a/one=off@default a/two=info@2 b/one=off@default"},
    {"== .policy/policy.yaml\ndefault: off\nrules: {a/two: {params: {x: 1}}}\n", NULL, "", "", "n1",
     "a/one=off@default a/two=off@default+x b/one=off@default"},
    /* What is written later wins, also a glob over a name. */
    {"== .policy/policy.yaml\nrules:\n  a/one: info\n  a/*: off\n  '*/two': error\n", NULL, "", "",
     "n1", "a/one=off@3 a/two=error@4 b/one=info"},
    /* `namespaces` after `rules`, in written order; not for an unknown namespace. */
    {"== .policy/policy.yaml\nnamespaces:\n- match: n*\n  rules: {a/one: warn}\n- match: n1\n"
     "  rules: {a/one: info}\n- match: n2\n  rules: {a/one: off}\nrules: {a/one: error}\n",
     NULL, "", "", "n1", "a/one=info@5 a/two=warn b/one=info"},
    {"== .policy/policy.yaml\nnamespaces:\n- match: '*'\n  rules: {a/one: warn}\n", NULL, "", "",
     NULL, "a/one=error a/two=warn b/one=info"},
    /* Fields merge one by one; maps of parameters are kept from the weakest to the strongest. */
    {"== .policy/policy.yaml\nrules:\n  a/one: {level: warn, params: {p: 1}}\n  a/*: {params: {q: "
     "2}}\nnamespaces:\n- match: n1\n  rules:\n    a/one: {params: {r: 3}}\n    a/two: off\n",
     NULL, "", "", "n1", "a/one=warn@2+p+q+r a/two=off@8+q b/one=info"},
    /* Nested policies, and --policy last. */
    {"== .policy/policy.yaml\nrules: {a/one: warn}\nnamespaces: [{match: n1, rules: {a/two: "
     "off}}]\n"
     "== t/.policy/policy.yaml\nrules: {a/one: info, a/two: error}\n",
     NULL, "t/x", "", "n1", "a/one=info@nested:1 a/two=error@nested:1 b/one=info"},
    {"== .policy/policy.yaml\nrules: {a/one: warn}\n"
     "== t/.policy/policy.yaml\nrules: {a/one: info}\n",
     NULL, "u", "", "n1", "a/one=warn@1 a/two=warn b/one=info"},
    {"== .policy/policy.yaml\nrules: {a/one: warn}\n== x.yaml\nrules: {a/one: off}\ndefault: off\n",
     "x.yaml", "", "", "n1", "a/one=off@extra:1 a/two=off@default b/one=off@default"},
    {"== .policy/policy.yaml\nrules: {a/one: warn}\n"
     "== x.yaml\nrules: {'*': info}\nnamespaces: [{match: n1, rules: {a/*: error}}]\n",
     "x.yaml", "", "", "n1", "a/one=error@extra:2 a/two=error@extra:2 b/one=info@extra:1"},
    /* Broken lines do nothing. */
    {"== .policy/policy.yaml\nrules: {a/one: eror}\nnamespaces: [{match: [], rules: {a/two: off}}, "
     "{rules: {b/one: off}}]\n",
     NULL, "", "", "n1", "a/one=error a/two=warn b/one=info"},
    /* Locks: nearer policies may raise, not lower, nor come back below; params stay. */
    {"== .policy/policy.yaml\nlocked: [a/*]\nrules: {a/one: warn}\n"
     "== t/.policy/policy.yaml\nrules: {a/*: error, b/*: off}\n",
     NULL, "t", "", "n1", "a/one=error@nested:1 a/two=error@nested:1 b/one=off@nested:1"},
    {"== .policy/policy.yaml\nlocked: [a/*]\n== t/.policy/policy.yaml\nrules: {a/*: {level: error, "
     "params: {p: 1}}, b/*: {params: {q: 1}}}\n",
     NULL, "t", "", "n1", "a/one=error@nested:1 a/two=error@nested:1 b/one=info+q"},
    {"== .policy/policy.yaml\nlocked: a/two\n"
     "== t/.policy/policy.yaml\nrules:\n  a/one: error\n  a/two: error\n  a/t*: info\n  '*/two': "
     "warn\n",
     NULL, "t", "", "n1", "a/one=error@nested:2 a/two=warn@nested:5 b/one=info"},
    {"== .policy/policy.yaml\nlocked: [a/*]\nrules: {a/one: off}\n"
     "namespaces: [{match: n1, rules: {a/one: warn}}]\n",
     NULL, "", "", "n1", "a/one=warn@3 a/two=warn b/one=info"},
    {"== .policy/policy.yaml\nlocked: [a/*]\n"
     "== t/.policy/policy.yaml\nrules: {a/*: error}\n"
     "== t/u/.policy/policy.yaml\nrules: {a/*: warn}\n",
     NULL, "t/u", "", "n1", "a/one=error@nested:1 a/two=warn@nested:1 b/one=info"},
    /* --policy is bound by nobody, and its locks bind all on the path, `default: off` too. */
    {"== .policy/policy.yaml\nlocked: [a/*]\n== x.yaml\nrules: {a/one: off}\n", "x.yaml", "", "",
     "n1", "a/one=off@extra:1 a/two=warn b/one=info"},
    {"== .policy/policy.yaml\ndefault: off\nrules: {a/two: error}\n== x.yaml\nlocked: [a/*]\n",
     "x.yaml", "", "", "n1", "a/one=error a/two=error@2 b/one=off@default"},
/* Ways to match. */
#define MATCH(match)                                                                               \
    "== .policy/policy.yaml\nnamespaces: [{match: " match ", rules: {a/one: off}}]\n"
#define MATCHES "a/one=off@1 a/two=warn b/one=info"
#define NO_MATCH "a/one=error a/two=warn b/one=info"
    {MATCH("x-*"), NULL, "", "", "x-echo", MATCHES},
    {MATCH("x-*"), NULL, "", "", "y-x-", NO_MATCH},
    {MATCH("[a, x-echo]"), NULL, "", "", "x-echo", MATCHES},
    {MATCH("{name: x-*}"), NULL, "", "", "x-echo", MATCHES},
    {MATCH("{names: [a, x-*], except: x-echo}"), NULL, "", "", "x-echo", NO_MATCH},
    {MATCH("{except: [x-e*, b]}"), NULL, "", "", "x-a", MATCHES},
    {MATCH("{cluster: prod*}"), NULL, "", "production", "x", MATCHES},
    {MATCH("{cluster: [dev, lab]}"), NULL, "", "production", "x", NO_MATCH},
    {MATCH("{cluster: '*'}"), NULL, "", "", "x", MATCHES},
    {MATCH("{name: x, cluster: dev}"), NULL, "", "dev", "y", NO_MATCH},
    {MATCH("{labels: {wave: '2'}}"), NULL, "", "", "x", NO_MATCH},
    {MATCH(
         "{labels: {wave: '*'}}") "== n.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: x, "
                                  "labels: {wave: '2'}}\n",
     NULL, "", "", "x", MATCHES},
    {MATCH(
         "{labels: {wave: '1'}}") "== n.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: x, "
                                  "labels: {wave: '2'}}\n",
     NULL, "", "", "x", NO_MATCH},
    /* Labels that a later entry gives; an entry by labels that gives others; the object's win. */
    {"== .policy/policy.yaml\nnamespaces:\n- match: {labels: {w: '2'}}\n  rules: {a/one: off}\n"
     "- match: x\n  labels: {w: '2'}\n",
     NULL, "", "", "x", "a/one=off@3 a/two=warn b/one=info"},
    {"== .policy/policy.yaml\nnamespaces:\n- match: {labels: {m: on}}\n  rules: {a/one: off}\n"
     "- match: x\n  labels: {w: '2'}\n- match: {labels: {w: '2'}}\n  labels: {m: 'on'}\n",
     NULL, "", "", "x", "a/one=error a/two=warn b/one=info"},
    {"== .policy/policy.yaml\nnamespaces:\n- match: {labels: {m: 'on'}}\n  rules: {a/one: off}\n"
     "- match: x\n  labels: {w: '2'}\n- match: {labels: {w: '2'}}\n  labels: {m: 'on'}\n",
     NULL, "", "", "x", "a/one=off@3 a/two=warn b/one=info"},
    {"== .policy/policy.yaml\nnamespaces:\n- match: {labels: {w: '2'}}\n  rules: {a/one: off}\n"
     "- match: x\n  labels: {w: '2'}\n"
     "== n.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: {w: '3'}}\n",
     NULL, "", "", "x", NO_MATCH},
};

static void decides_levels(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof precedence_cases / sizeof *precedence_cases; i++) {
        const struct precedence_case *test = &precedence_cases[i];
        struct buffer found = {0};
        struct world world;

        world_init(&world, test->repository, test->extra);
        write_rulings(world_profile(&world, test->directory, test->cluster, test->namespace),
                      &found);
        if (strcmp(found.at, test->expected))
            print_message("case %zu\n%s", i, test->repository);
        assert_string_equal(found.at, test->expected);
        buffer_done(&found);
        world_done(&world);
    }
}

static void write_findings(struct findings *findings, struct buffer *buffer)
{
    if (findings->count)
        qsort(findings->items, findings->count, sizeof *findings->items, finding_compare);
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        struct span span = finding->span;

        buffer_print(buffer, "%.*s %s %.*s:%u:%u-%u %.*s", TEXT_ARGS(finding->rule),
                     level_name(finding->level), TEXT_ARGS(finding->file), span.line, span.column,
                     span.end_column, TEXT_ARGS(finding->message));
        for (size_t j = 0; j < finding->related_count; j++)
            buffer_print(buffer, " [%.*s:%u:%u]", TEXT_ARGS(finding->related[j].file),
                         finding->related[j].span.line, finding->related[j].span.column);
        buffer_print(buffer, "\n");
        assert_true(finding->fix.length);
    }
    buffer_add(buffer, TEXT(""));
}

/* Dated levels of a/one in namespace n1 of directory t, day by day: the level and its line, since
 * when, and what comes next. */
static const struct {
    const char *repository;
    struct {
        date_t today;
        const char *expected;
    } days[4];
} date_cases[] = {
    {"== .policy/policy.yaml\nrules:\n  a/one: {level: off, warn_from: 2026-12-01, error_from: "
     "2027-02-01}\n",
     {{20261130, "off@2, warn from 20261201"},
      {20261201, "warn@2 since 20261201, error from 20270201"},
      {20270131, "warn@2 since 20261201, error from 20270201"},
      {20270201, "error@2 since 20270201"}}},
    /* A day never lowers. */
    {"== .policy/policy.yaml\nrules:\n  a/one: {level: error, warn_from: 2026-12-01}\n",
     {{20261130, "error@2"}, {20261201, "error@2"}}},
    {"== .policy/policy.yaml\nrules:\n  a/one: {level: warn, warn_from: 2026-12-01, error_from: "
     "2027-02-01}\n",
     {{20261130, "warn@2, error from 20270201"}, {20270201, "error@2 since 20270201"}}},
    /* Days merge one by one, over the rule's own level too. */
    {"== .policy/policy.yaml\nrules:\n  a/*: {level: off, warn_from: 2026-12-01, error_from: "
     "2027-02-01}\n  a/one: {warn_from: 2026-11-01}\n",
     {{20261031, "off@2, warn from 20261101"},
      {20261101, "warn@3 since 20261101, error from 20270201"},
      {20270201, "error@2 since 20270201"}}},
    {"== .policy/policy.yaml\nrules:\n  a/one: {level: info}\n  a/*: {error_from: 2027-02-01}\n",
     {{20270131, "info@2, error from 20270201"}, {20270201, "error@3 since 20270201"}}},
    /* A level that is written later is the last word. */
    {"== .policy/policy.yaml\nrules:\n  a/*: {level: off, error_from: 2027-02-01}\n  a/one: warn\n",
     {{20270131, "warn@3"}, {20270201, "warn@3"}}},
    /* A later day of an error than that of a warning, by two lines: the stricter one holds. */
    {"== .policy/policy.yaml\nrules:\n  a/*: {level: off, error_from: 2026-12-01}\n  a/one: "
     "{warn_from: 2027-02-01}\n",
     {{20261130, "off@2, error from 20261201"}, {20270201, "error@2 since 20261201"}}},
    /* Namespaces; a nested policy, which goes up and not down where a lock is. */
    {"== .policy/policy.yaml\nnamespaces:\n- match: n1\n  rules:\n    a/one: {level: off, "
     "warn_from: 2026-12-01}\n",
     {{20261201, "warn@4 since 20261201"}}},
    {"== .policy/policy.yaml\nlocked: [a/one]\nrules:\n  a/one: {level: off, error_from: "
     "2027-02-01}\n== t/.policy/policy.yaml\nrules:\n  a/one: {error_from: 2027-03-01}\n",
     {{20270201, "error@3 since 20270201"}}},
    {"== .policy/policy.yaml\nlocked: [a/one]\nrules:\n  a/one: {level: off, error_from: "
     "2027-02-01}\n== t/.policy/policy.yaml\nrules:\n  a/one: {error_from: 2027-01-01}\n",
     {{20270101, "error@2 since 20270101"}}},
    {"== .policy/policy.yaml\nlocked: [a/one]\nrules:\n  a/one: {level: off, error_from: "
     "2027-02-01}\n== t/.policy/policy.yaml\nrules:\n  a/one: warn\n",
     {{20270131, "off@3, error from 20270201"}}},
    {"== .policy/policy.yaml\nlocked: [a/one]\nrules:\n  a/one: {level: off, error_from: "
     "2027-02-01}\n== t/.policy/policy.yaml\nrules:\n  a/one: warn\n",
     {{20270201, "error@3 since 20270201"}}},
};

static void write_dated(const struct ruling *ruling, struct buffer *buffer)
{
    buffer_print(buffer, "%s", level_name(ruling->level));
    if (ruling->setting)
        buffer_print(buffer, "@%u", ruling->setting->line);
    if (ruling->since)
        buffer_print(buffer, " since %u", ruling->since);
    if (ruling->next.from)
        buffer_print(buffer, ", %s from %u", level_name(ruling->next.level), ruling->next.from);
}

static void goes_by_the_day(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof date_cases / sizeof *date_cases; i++)
        for (size_t j = 0; j < 4 && date_cases[i].days[j].today; j++) {
            struct buffer found = {0};
            struct world world;

            world_init(&world, date_cases[i].repository, NULL);
            world.policies.today = date_cases[i].days[j].today;
            write_dated(&world_profile(&world, "t", "", "n1")->rulings->items[0], &found);
            assert_string_equal(found.at, date_cases[i].days[j].expected);
            assert_int_equal(world.problems.count, 0);
            buffer_done(&found);
            world_done(&world);
        }
}

/* What the policies themselves are found at fault for, when namespaces x and y of cluster "" are
 * asked for from directory t. */
static const struct {
    const char *repository, *expected;
} finding_cases[] = {
    {"== .policy/policy.yaml\nrules: {a/one: off}\nlocked:\n- b/*\n- a/*\n"
     "== t/.policy/policy.yaml\nrules: {a/*: warn}\n",
     ""},
    /* Once for each setting, whatever the number of namespaces and of rules. */
    {"== .policy/policy.yaml\nlocked:\n- b/*\n- a/*\n"
     "== t/.policy/policy.yaml\nrules:\n  a/*: info\n",
     "policy/locked error t/.policy/policy.yaml:2:3-6 `a/*` is locked by .policy/policy.yaml, line "
     "3: for the rules of it that are locked this has no effect [.policy/policy.yaml:3:3]\n"},
    {"== .policy/policy.yaml\nlocked: [a/one]\nrules: {a/one: {level: off, error_from: "
     "9999-01-01}}\n"
     "== t/.policy/policy.yaml\nrules: {a/one: {error_from: 9999-01-02}}\n",
     "policy/locked error t/.policy/policy.yaml:1:9-14 `a/one` is locked by .policy/policy.yaml, "
     "line "
     "1: this cannot put its days off [.policy/policy.yaml:1:10]\n"},
    {"== .policy/policy.yaml\nlocked: [a/one]\n"
     "== t/.policy/policy.yaml\nrules:\n  'a/*': {params: {p: 1}}\n  a/one: {level: off, params: "
     "{p: 1}}\n",
     "policy/locked error t/.policy/policy.yaml:2:3-8 `a/*` is locked by .policy/policy.yaml, line "
     "1: for the rules of it that are locked this has no effect [.policy/policy.yaml:1:10]\n"
     "policy/locked error t/.policy/policy.yaml:3:3-8 `a/one` is locked by .policy/policy.yaml, "
     "line "
     "1: this cannot lower it from error to off, nor change its parameters "
     "[.policy/policy.yaml:1:10]\n"},
    /* Where the level differs between namespaces the message is the same on every run. */
    {"== .policy/policy.yaml\nlocked: [a/one]\nnamespaces: [{match: x, rules: {a/one: warn}}]\n"
     "== t/.policy/policy.yaml\nrules: {a/one: off}\n",
     "policy/locked error t/.policy/policy.yaml:1:9-14 `a/one` is locked by .policy/policy.yaml, "
     "line "
     "1: this cannot lower it from warn to off [.policy/policy.yaml:1:10]\n"},
    /* Labels that the Namespace object contradicts. */
    {"== .policy/policy.yaml\nnamespaces:\n- match: '*'\n  labels: {istio: enabled, wave: '2'}\n"
     "== n.yaml\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n  labels: {wave: '1'}\n",
     "policy/namespace-labels warn .policy/policy.yaml:3:3-9 this says istio=enabled for x, but "
     "its "
     "Namespace object has no such label, and that counts [n.yaml:4:9]\n"
     "policy/namespace-labels warn .policy/policy.yaml:3:3-9 this says wave=2 for x, but its "
     "Namespace object has 1, and that counts [n.yaml:4:9]\n"},
    {"== .policy/policy.yaml\nnamespaces:\n- match: x\n  labels: {wave: '1'}\n"
     "== n.yaml\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n  labels: {wave: '1', a: "
     "b}\n",
     ""},
    /* The object of another cluster is another one. */
    {"== .policy/policy.yaml\nlayout: [{path: 'c/{c}/*', cluster: '{c}'}]\nnamespaces:\n- match: "
     "x\n"
     "  labels: {wave: '1'}\n"
     "== c/prod/n.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: {wave: "
     "'2'}}\n",
     ""},
};

static void tells_what_policies_do_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof finding_cases / sizeof *finding_cases; i++) {
        struct buffer found = {0}, again = {0};
        struct world world;

        world_init(&world, finding_cases[i].repository, NULL);
        world_profile(&world, "t", "", "x");
        world_profile(&world, "t", "", "y");
        world_profile(&world, "", "", "x");
        write_findings(&world.profiles.findings, &found);
        assert_string_equal(found.at, finding_cases[i].expected);
        world_done(&world);
        world_init(&world, finding_cases[i].repository, NULL);
        world_profile(&world, "t", "", "y");
        world_profile(&world, "", "", "x");
        world_profile(&world, "t", "", "x");
        write_findings(&world.profiles.findings, &again);
        assert_string_equal(again.at, finding_cases[i].expected);
        world_done(&world);
        buffer_done(&found);
        buffer_done(&again);
    }
}

static void knows_namespaces(void **state)
{
    const struct profile *profile;
    struct world world;

    (void)state;
    world_init(
        &world,
        "== .policy/policy.yaml\nowner_label: team\nnamespaces:\n- match: '*'\n"
        "  paths: [p/**, q]\n- {match: two, owner: first, labels: {team: label}}\n"
        "- {match: two, owner: second}\n- {match: three, labels: {team: label}, paths: r/**}\n"
        "== n.yaml\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: one\n"
        "  labels: {z: '1', team: echo}\n  annotations: {b: '1', a: '2'}\n"
        "== other/n.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: both, labels: {a: '1', "
        "b: '2'}}\n"
        "== third/n.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: both, labels: {b: '2', "
        "a: '3'}}\n",
        NULL);
    /* Of objects that disagree what all say. */
    profile = world_profile(&world, "", "", "both");
    assert_true(profile->known && profile->disputed);
    assert_int_equal(profile->label_count, 1);
    assert_true(text_is(profile->labels[0].key, "b"));
    profile = world_profile(&world, "", "", "one");
    assert_true(profile->known);
    assert_true(text_is(profile->owner, "echo"));
    assert_int_equal(profile->label_count, 2);
    assert_true(text_is(profile->labels[0].key, "team"));
    assert_int_equal(profile->annotation_count, 2);
    assert_true(text_is(profile->annotations[0].key, "a"));
    assert_int_equal(profile->path_list_count, 1);
    assert_int_equal(profile->path_counts[0], 2);
    assert_true(text_is(profile->paths[0][1], "q"));
    assert_int_equal(profile->path_entries[0]->line, 3);
    assert_true(text_is(profile->path_policies[0]->path, ".policy/policy.yaml"));
    /* An entry's owner beats a label, and the later one the earlier. */
    profile = world_profile(&world, "", "", "two");
    assert_true(profile->known);
    assert_true(text_is(profile->owner, "second"));
    profile = world_profile(&world, "", "", "three");
    assert_true(text_is(profile->owner, "label"));
    assert_int_equal(profile->path_list_count, 2);
    profile = world_profile(&world, "", "", "four");
    assert_false(profile->known);
    assert_null(profile->owner.at);
    /* Unknown, and known in another cluster. */
    profile = world_profile(&world, "", "", NULL);
    assert_null(profile->namespace.at);
    assert_int_equal(profile->path_list_count, 0);
    assert_false(world_profile(&world, "", "production", "one")->known);
    world_done(&world);
}

static void shares_rulings(void **state)
{
    const struct profile *one, *two, *three, *four;
    struct world world;

    (void)state;
    world_init(&world,
               "== .policy/policy.yaml\nnamespaces:\n- {match: x*, rules: {a/one: off}}\n"
               "- {match: y*, owner: t}\n",
               NULL);
    one = world_profile(&world, "", "", "x1");
    two = world_profile(&world, "", "", "x2");
    three = world_profile(&world, "", "", "z1");
    four = world_profile(&world, "", "c", "z1");
    assert_ptr_not_equal(one, two);
    assert_int_not_equal(one->index, two->index);
    assert_ptr_equal(one->rulings, two->rulings);
    assert_ptr_not_equal(one->rulings, three->rulings);
    assert_int_not_equal(one->rulings->index, three->rulings->index);
    assert_ptr_equal(three->rulings, four->rulings);
    world_done(&world);
}

/* A rule of a policy is off where that policy does not count. */
static void keeps_rules_to_their_directory(void **state)
{
    struct rule own = {.id = TEXT("team/own"), .level = LEVEL_ERROR, .index = 0};
    const struct rule *const table[] = {&own};
    struct profiles profiles;
    const struct chain *inside, *outside;
    struct world world;

    (void)state;
    world_init(&world,
               "== .policy/policy.yaml\nrules: {team/own: warn}\n"
               "== t/.policy/policy.yaml\nvars: {a: b}\n",
               NULL);
    inside = policies_chain(&world.policies, TEXT("t"));
    outside = policies_chain(&world.policies, TEXT("u"));
    own.policy = inside->policies[1];
    profiles_init(&profiles, &world.policies, world.policies.repo, table, 1);
    assert_int_equal(profiles_get(&profiles, inside, TEXT(""), TEXT("n1"))->rulings->items[0].level,
                     LEVEL_WARN);
    assert_int_equal(
        profiles_get(&profiles, outside, TEXT(""), TEXT("n1"))->rulings->items[0].level, LEVEL_OFF);
    profiles_done(&profiles);
    world_done(&world);
}

/* Whose a resource is: KIND in a file at PATH that says NAMESPACE, where the path stands for
 * "here", and k/ is put into "built" by a kustomization. */
static const struct {
    const char *path, *kind, *name, *namespace;
    enum scope_kind scope;
    const char *expected;
} belonging_cases[] = {
    {"m/a.yaml", "Pod", "p", NULL, SCOPE_NAMESPACED, "path here"},
    {"m/a.yaml", "Pod", "p", "here", SCOPE_NAMESPACED, "metadata here"},
    {"m/a.yaml", "Pod", "p", "there", SCOPE_NAMESPACED, "metadata there, path here"},
    {"m/a.yaml", "Widget", "p", "there", SCOPE_UNKNOWN, "metadata there, path here"},
    {"m/k/a.yaml", "Pod", "p", NULL, SCOPE_NAMESPACED, "kustomization built, path here"},
    {"m/k/a.yaml", "Pod", "p", "there", SCOPE_NAMESPACED, "kustomization built, path here"},
    {"o/k/a.yaml", "Pod", "p", "there", SCOPE_NAMESPACED, "kustomization built"},
    {"o/a.yaml", "Pod", "p", "there", SCOPE_NAMESPACED, "metadata there"},
    {"o/a.yaml", "Pod", "p", NULL, SCOPE_NAMESPACED, "unknown -"},
    /* What lives in no namespace. */
    {"m/k/a.yaml", "ClusterRole", "p", "there", SCOPE_CLUSTER, "path here"},
    {"o/k/a.yaml", "ClusterRole", "p", NULL, SCOPE_CLUSTER, "unknown -"},
    {"m/k/a.yaml", "Kustomization", NULL, NULL, SCOPE_CLIENT, "path here"},
    /* A Namespace object. */
    {"o/k/a.yaml", "Namespace", "made", NULL, SCOPE_CLUSTER, "itself made"},
    {"m/a.yaml", "Namespace", "made", NULL, SCOPE_CLUSTER, "itself made, path here"},
    {"m/a.yaml", "Namespace", NULL, NULL, SCOPE_CLUSTER, "path here"},
};

static void finds_whose_a_resource_is(void **state)
{
    struct world world;

    (void)state;
    world_init(&world,
               "== .policy/policy.yaml\nlayout: [{path: m/**, namespace: here}]\n"
               "== m/k/kustomization.yaml\nnamespace: built\nresources: [a.yaml]\n== m/k/a.yaml\n\n"
               "== o/k/kustomization.yaml\nnamespace: built\nresources: [a.yaml]\n== o/k/a.yaml\n\n"
               "== m/a.yaml\n\n== o/a.yaml\n\n",
               NULL);
    for (size_t i = 0; i < sizeof belonging_cases / sizeof *belonging_cases; i++) {
        struct resource resource = {.group = TEXT(""),
                                    .kind = text_of(belonging_cases[i].kind),
                                    .name = text_of(belonging_cases[i].name),
                                    .namespace = text_of(belonging_cases[i].namespace)};
        struct text path = text_of(belonging_cases[i].path);
        struct buffer found = {0};
        struct arena arena = {0};
        struct location location;
        struct belonging belonging;

        layout_locate(policies_chain(&world.policies, TEXT("m")), path, &arena, &location);
        belonging_of(&world.profiles, &location, &resource, belonging_cases[i].scope,
                     repo_use(&world.repo, path), 0, &belonging);
        buffer_print(&found, "%s %.*s",
                     belongs_by_name(belonging.by) ? belongs_by_name(belonging.by) : "unknown",
                     TEXT_ARGS(belonging.namespace.at ? belonging.namespace : TEXT("-")));
        if (belonging.stricter)
            buffer_print(&found, ", path %.*s", TEXT_ARGS(belonging.stricter->namespace));
        if (strcmp(found.at, belonging_cases[i].expected))
            print_message("case %zu\n", i);
        assert_string_equal(found.at, belonging_cases[i].expected);
        buffer_done(&found);
        arena_done(&arena);
    }
    world_done(&world);
}

static void takes_the_stricter_ruling(void **state)
{
    struct belonging belonging = {0};
    struct world world;

    (void)state;
    world_init(&world,
               "== .policy/policy.yaml\nnamespaces:\n"
               "- {match: x, rules: {a/one: info, a/two: error}}\n"
               "- {match: z, rules: {a/one: warn, a/two: off}}\n",
               NULL);
    belonging.profile = world_profile(&world, "", "", "x");
    assert_int_equal(belonging_ruling(&belonging, 0)->level, LEVEL_INFO);
    belonging.stricter = world_profile(&world, "", "", "z");
    assert_int_equal(belonging_ruling(&belonging, 0)->level, LEVEL_WARN);
    assert_int_equal(belonging_ruling(&belonging, 0)->setting->line, 3);
    assert_int_equal(belonging_ruling(&belonging, 1)->level, LEVEL_ERROR);
    assert_ptr_equal(belonging_ruling(&belonging, 2), &belonging.profile->rulings->items[2]);
    world_done(&world);
}

struct many {
    struct world *world;
    const struct chain *chain;
    const struct profile *got[4][1000];
};

static void many_ask(void *context, size_t worker, size_t item)
{
    struct many *many = context;
    char name[16];

    snprintf(name, sizeof name, "x%zu", item % 1000);
    many->got[item / 1000][item % 1000] =
        profiles_get(&many->world->profiles, many->chain, TEXT(""), text_of(name));
    (void)worker;
}

static void answers_many_threads(void **state)
{
    struct world world;
    struct many *many = calloc(1, sizeof *many);
    struct parallel parallel = {.jobs = 4, .count = 4000, .context = many, .work = many_ask};

    (void)state;
    world_init(&world, "== .policy/policy.yaml\nnamespaces:\n- {match: x1*, rules: {a/one: off}}\n",
               NULL);
    many->world = &world;
    many->chain = policies_chain(&world.policies, TEXT(""));
    parallel_run(&parallel);
    for (size_t i = 0; i < 1000; i++) {
        assert_ptr_equal(many->got[0][i], many->got[1][i]);
        assert_ptr_equal(many->got[0][i], many->got[3][i]);
    }
    assert_int_equal(world.profiles.count, 1000);
    assert_int_equal(world.profiles.rulings_count, 2);
    world_done(&world);
    free(many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decides_levels),
        cmocka_unit_test(goes_by_the_day),
        cmocka_unit_test(tells_what_policies_do_wrong),
        cmocka_unit_test(knows_namespaces),
        cmocka_unit_test(shares_rulings),
        cmocka_unit_test(keeps_rules_to_their_directory),
        cmocka_unit_test(finds_whose_a_resource_is),
        cmocka_unit_test(takes_the_stricter_ruling),
        cmocka_unit_test(answers_many_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
