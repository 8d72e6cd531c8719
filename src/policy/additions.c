/*
 * What a branch adds to a policy: waivers, told by what they say and not by where they stand, so
 * that moving one is not granting one. The former text is read as any policy is; what was wrong in
 * it is nobody's business any more.
 */
#include "policy/additions.h"
#include "base/memory.h"
#include <stdlib.h>

static bool additions_same_globs(const struct globs *a, const struct globs *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!text_equal(a->items[i], b->items[i]))
            return false;
    return true;
}

static bool additions_same_resources(const struct waiver *a, const struct waiver *b)
{
    if (a->resource_count != b->resource_count)
        return false;
    for (size_t i = 0; i < a->resource_count; i++) {
        const struct resource_glob *left = &a->resources[i], *right = &b->resources[i];

        if (!left->group.at != !right->group.at || !text_equal(left->group, right->group) ||
            !text_equal(left->kind, right->kind) || !text_equal(left->name, right->name))
            return false;
    }
    return true;
}

static bool additions_same(const struct waiver *a, const struct waiver *b)
{
    return additions_same_globs(&a->rules, &b->rules) &&
           additions_same_globs(&a->namespaces, &b->namespaces) &&
           additions_same_globs(&a->clusters, &b->clusters) &&
           additions_same_globs(&a->files, &b->files) &&
           additions_same_globs(&a->containers, &b->containers) && additions_same_resources(a, b) &&
           text_equal(a->reason, b->reason) && text_equal(a->owner, b->owner) &&
           a->until == b->until;
}

/* Whether one of FORMER's waivers that is not TAKEN yet is the same; takes it. */
static bool additions_take(const struct policy *former, bool *taken, const struct waiver *waiver)
{
    for (size_t i = 0; i < former->waiver_count; i++)
        if (!taken[i] && additions_same(&former->waivers[i], waiver))
            return taken[i] = true;
    return false;
}

static void additions_compare(struct additions *additions, const struct policy *policy,
                              const struct policy *former)
{
    bool *taken = memory_get((former->waiver_count + 1) * sizeof *taken);

    for (size_t i = 0; i < policy->waiver_count; i++) {
        if (additions_take(former, taken, &policy->waivers[i]))
            continue;
        additions->waivers = memory_extend(additions->waivers, additions->count,
                                           &additions->capacity, sizeof(const struct waiver *));
        additions->waivers[additions->count++] = &policy->waivers[i];
    }
    free(taken);
}

void additions_find(struct additions *additions, const struct policies *policies,
                    const struct policy *policy, struct text former)
{
    struct policies read;
    struct problems problems;

    problems_init(&problems);
    policies_init(&read, policies->repo, NULL, 0, &problems);
    policies_use_text(&read, former);
    additions_compare(additions, policy, read.items[0]);
    policies_done(&read);
    problems_done(&problems);
}

bool additions_hold(const struct additions *additions, struct text path, uint32_t line)
{
    for (size_t i = 0; i < additions->count; i++)
        if (additions->waivers[i]->span.line == line &&
            text_equal(additions->waivers[i]->policy->path, path))
            return true;
    return false;
}

void additions_done(struct additions *additions)
{
    free(additions->waivers);
    *additions = (struct additions){0};
}
