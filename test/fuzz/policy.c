/*
 * Settings: an input is a policy.yaml, behind a line "== nested" that of a policy further in, and
 * behind a line "== baseline" a baseline, which must be the same when written and read again.
 * Whatever is wrong must be told at a place that exists; what is taken must rule every rule in
 * every namespace; and what the outer policy locks, the inner one cannot weaken.
 */
#include "base/embedded.h"
#include "base/memory.h"
#include "fuzz.h"
#include "policy/baseline.h"
#include "policy/profile.h"
#include "policy/reader.h"
#include "policy/waivers.h"
#include <stdlib.h>

const struct embedded embedded_files[] = {{{"rules/none", 10}, {"", 0}, {"", 0}}};
const size_t embedded_count = 1;

/* The day of the tests; dates in the corpus lie around it. */
enum { POLICY_TODAY = 20261124 };

static const char *const paths[] = {"a.yaml", "apps/x-echo-jp/production/Service/web.yaml",
                                    "platform/prod/a/b.yaml"};
static const char *const namespaces[] = {NULL, "", "x-echo-jp-prod", "istio-system"};
static const char *const clusters[] = {"", "prod"};

enum { RULES = 5 };

static const struct rule *const *get_rules(void)
{
    static struct rule_param params[4] = {{.name = {"exempt_ports", 12}},
                                          {.name = {"strict", 6}},
                                          {.name = {"allow", 5}},
                                          {.name = {"anything", 8}}};
    static const char *const types[] = {"list of integer", "boolean", "map of string", "any"};
    static const struct rule table[RULES] = {
        {.id = {"istio/mtls", 10}, .level = LEVEL_WARN, .params = params + 1, .param_count = 2},
        {.id = {"istio/port-name", 15},
         .level = LEVEL_ERROR,
         .params = params,
         .param_count = 2,
         .index = 1},
        {.id = {"manifest/name", 13},
         .level = LEVEL_INFO,
         .params = params + 3,
         .param_count = 1,
         .index = 2},
        {.id = {"manifest/syntax", 15}, .level = LEVEL_ERROR, .index = 3, .fixed = true},
        {.id = {"policy/locked", 13}, .level = LEVEL_ERROR, .index = 4, .fixed = true},
    };
    static const struct rule *rules[RULES];

    for (size_t i = 0; i < 4; i++)
        FUZZ_CHECK(param_read_type(&params[i], text_of(types[i])));
    for (size_t i = 0; i < RULES; i++)
        rules[i] = &table[i];
    return rules;
}

static void check_setting(const struct setting *setting)
{
    FUZZ_CHECK(setting->glob.length && setting->policy && setting->line && setting->column);
    FUZZ_CHECK(setting->level <= LEVEL_ERROR && setting->column < setting->end_column);
    FUZZ_CHECK(!setting->params || setting->params->type == NODE_MAP);
}

static void check_waiver(struct policy *policy, const struct waiver *waiver)
{
    struct finding finding = {.rule = TEXT("istio/port-name"),
                              .file = TEXT("apps/a.yaml"),
                              .resource = {TEXT("v1"), TEXT("Service"), TEXT("a"), TEXT("web")},
                              .has_resource = true,
                              .cluster = TEXT("prod")};

    FUZZ_CHECK(waiver->policy == policy && waiver->reason.length && waiver->rules.count);
    FUZZ_CHECK(fuzz_in_source(&policy->source, waiver->span));
    if (waiver_covers(waiver, &finding, TEXT("x-echo-jp-prod")))
        FUZZ_CHECK(waiver_names(waiver, finding.rule));
}

static void check_policy(struct policy *policy)
{
    for (size_t i = 0; i < policy->setting_count; i++)
        check_setting(&policy->settings[i]);
    for (size_t i = 0; i < policy->namespace_count; i++)
        for (size_t j = 0; j < policy->namespaces[i].setting_count; j++)
            check_setting(&policy->namespaces[i].settings[j]);
    for (size_t i = 0; i < policy->waiver_count; i++)
        check_waiver(policy, &policy->waivers[i]);
    for (size_t i = 0; i < policy->locked_count; i++)
        FUZZ_CHECK(fuzz_in_source(&policy->source, policy->locked_spans[i]));
    for (size_t i = 0; i < policy->layout_count; i++)
        FUZZ_CHECK(policy->layout[i].path.length && policy->layout[i].line);
    for (size_t i = 0; i < policy->workload_count; i++)
        FUZZ_CHECK(policy->workloads[i].kind.length && policy->workloads[i].template.length);
}

static void check_problems(struct problems *problems, const struct policies *policies)
{
    problems_sort(problems);
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->items[i];
        bool placed = !problem->line;

        FUZZ_CHECK(problem->message.length);
        for (size_t j = 0; j < policies->count; j++) {
            struct span span = {problem->line, problem->column, problem->line, problem->column};

            if (text_equal(problem->file, policies->items[j]->path))
                placed |= fuzz_in_source(&policies->items[j]->source, span);
        }
        FUZZ_CHECK(placed);
    }
}

/* The rulings of INNER, whose first policies are those of OUTER (NULL: none). */
static void check_profile(struct profiles *profiles, const struct chain *inner,
                          const struct chain *outer, struct text cluster, struct text namespace)
{
    const struct profile *profile = profiles_get(profiles, inner, cluster, namespace);
    const struct profile *free = outer ? profiles_get(profiles, outer, cluster, namespace) : NULL;
    struct lock lock;

    FUZZ_CHECK(profile && profile->chain == inner);
    FUZZ_CHECK(profile == profiles_get(profiles, inner, cluster, namespace));
    for (size_t i = 0; i < RULES; i++) {
        const struct ruling *ruling = &profile->rulings->items[i];

        FUZZ_CHECK(ruling->level >= LEVEL_OFF && ruling->level <= LEVEL_ERROR);
        if (free && chain_find_lock(outer, outer->count, profiles->rules[i]->id, &lock))
            FUZZ_CHECK(ruling->level >= free->rulings->items[i].level);
        if (profiles->rules[i]->fixed)
            FUZZ_CHECK(ruling->level == profiles->rules[i]->level);
    }
}

static void check_chain(struct profiles *profiles, const struct chain *inner,
                        const struct chain *outer)
{
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
        for (size_t j = 0; j < sizeof clusters / sizeof *clusters; j++)
            check_profile(profiles, inner, outer, text_of(clusters[j]),
                          namespaces[i] ? text_of(namespaces[i]) : (struct text){0});
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct arena arena = {0};
        struct location location;
        struct belonging belonging;

        layout_locate(inner, text_of(paths[i]), &arena, &location);
        belonging_of_path(profiles, &location, &belonging);
        FUZZ_CHECK(belonging.profile && belonging_ruling(&belonging, 0));
        arena_done(&arena);
    }
}

static bool read_baseline(struct baseline *baseline, struct text text)
{
    struct problems problems;
    bool right;

    problems_init(&problems);
    right = baseline_read_bytes(baseline, fuzz_copy(text), text.length, TEXT("b"), &problems);
    FUZZ_CHECK(right == !problems.count);
    problems_done(&problems);
    return right;
}

static void check_baseline(struct text text)
{
    struct baseline baseline, again;
    char *bytes = NULL;
    size_t length;
    FILE *stream;

    if (read_baseline(&baseline, text)) {
        stream = open_memstream(&bytes, &length);
        FUZZ_CHECK(stream);
        baseline_write(&baseline, stream);
        FUZZ_CHECK(!fclose(stream));
        FUZZ_CHECK(read_baseline(&again, (struct text){bytes, length}));
        FUZZ_CHECK(again.count == baseline.count);
        for (size_t i = 0; i < again.count; i++) {
            const struct baseline_entry *entry = &baseline.items[i];

            FUZZ_CHECK(baseline_find(&again, entry->fingerprint) &&
                       text_equal(entry->rule, again.items[i].rule) &&
                       text_equal(entry->resource, again.items[i].resource));
        }
        baseline_done(&again);
        free(bytes);
    }
    baseline_done(&baseline);
}

/* The policy of apps/, below the one that is there, as policies_chain would read it from a disk. */
static const struct policy *add_nested(struct policies *policies, struct text text)
{
    struct policy *policy = memory_get(sizeof *policy);
    struct reader reader = {policies, policy};

    policies->items = memory_extend(policies->items, policies->count, &policies->capacity,
                                    sizeof(struct policy *));
    policies->items[policies->count++] = policy;
    policy->directory = TEXT("apps");
    policy->path = TEXT("apps/.policy/policy.yaml");
    policy->nested = true;
    policy_read_text(&reader, fuzz_copy(text), text.length);
    return policy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text behind = {(const char *)data, size};
    struct text rest = fuzz_cut(&behind, TEXT("\n== baseline\n"));
    struct text text = fuzz_cut(&rest, TEXT("\n== nested\n"));
    const struct policy *both[2];
    struct chain inner = {.policies = both, .count = 1, .path_count = 1, .index = 1};
    struct repo repo = {.tree = {.root = TEXT("/nowhere")}};
    struct problems problems;
    struct policies policies;
    struct profiles profiles;

    if (behind.at)
        check_baseline(behind);
    problems_init(&problems);
    policies_init(&policies, &repo, NULL, 0, &problems);
    policies.today = POLICY_TODAY;
    policies_use_text(&policies, text);
    policies.only->path_count = 1;
    both[0] = policies.items[0];
    if (rest.at)
        both[inner.count++] = add_nested(&policies, rest);
    inner.path_count = inner.count;
    policies_check(&policies, get_rules(), RULES);
    check_problems(&problems, &policies);
    for (size_t i = 0; i < policies.count; i++)
        check_policy(policies.items[i]);
    profiles_init(&profiles, &policies, &repo, get_rules(), RULES);
    check_chain(&profiles, policies.only, NULL);
    if (inner.count > 1)
        check_chain(&profiles, &inner, policies.only);
    profiles_done(&profiles);
    policies_done(&policies);
    repo_done(&repo);
    problems_done(&problems);
    return 0;
}
