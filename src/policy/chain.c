/*
 * Which policies a file lies under. A policy is read when the first file below it is asked for,
 * with all that is wrong in it told then. Directories with the same policies share one chain, so
 * that its address and its number may stand for "the same policies".
 */
#include "base/embedded.h"
#include "base/file.h"
#include "base/glob.h"
#include "base/memory.h"
#include "policy/reader.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char chain_builtin_path[] = "built-in policy";

static struct policy *chain_policy_new(struct policies *policies, struct text directory,
                                       struct text path)
{
    struct policy *policy = memory_get(sizeof *policy);

    policy->directory = arena_copy(&policies->arena, directory);
    policy->path = arena_copy(&policies->arena, path);
    policies->items = memory_extend(policies->items, policies->count, &policies->capacity,
                                    sizeof(struct policy *));
    policies->items[policies->count++] = policy;
    return policy;
}

static struct policy *chain_read_extra(struct policies *policies, const char *path)
{
    struct text shown = text_of(path);
    struct policy *policy;
    struct reader reader;
    struct stat status;
    char *bytes = NULL;
    size_t length = 0;
    const char *error = stat(path, &status) ? strerror(errno) : NULL;
    bool directory = !error && S_ISDIR(status.st_mode);

    policy = chain_policy_new(policies, TEXT(""),
                              directory ? path_join(&policies->arena, shown, TEXT("policy.yaml"))
                                        : shown);
    policy->extra = true;
    reader = (struct reader){policies, policy};
    if (directory) {
        policy_read_directory(&reader, path, shown);
        if (!policy->loaded && !policy->rule_count && !policy->module_count)
            problems_add(policies->problems, shown, 0, 0,
                         "holds no policy.yaml and no rules/: name the .policy directory itself");
        return policy;
    }
    if (!error)
        error = file_read(path, &bytes, &length);
    if (error)
        problems_add(policies->problems, shown, 0, 0,
                     "this policy (of --policy or KRUG_POLICY) cannot be read: %s", error);
    else
        policy_read_text(&reader, bytes, length);
    return policy;
}

static struct policy *chain_read_builtin(struct policies *policies)
{
    struct policy *policy = chain_policy_new(policies, TEXT(""), text_of(chain_builtin_path));
    struct reader reader = {policies, policy};

    policy->built_in = true;
    for (size_t i = 0; i < embedded_count; i++) {
        struct text bytes = embedded_files[i].bytes;
        char *copy;

        if (!text_is(embedded_files[i].path, "rules/policy.yaml"))
            continue;
        copy = memory_get(bytes.length + 2);
        memcpy(copy, bytes.at, bytes.length);
        policy_read_text(&reader, copy, bytes.length);
    }
    return policy;
}

static struct policy *chain_read_directory(struct policies *policies, struct text directory,
                                           bool nested)
{
    struct text shown = path_join(&policies->arena, directory, TEXT(".policy"));
    struct policy *policy = chain_policy_new(
        policies, directory, path_join(&policies->arena, shown, TEXT("policy.yaml")));
    struct reader reader = {policies, policy};

    policy->nested = nested;
    policy_read_directory(&reader, path_join(&policies->arena, policies->repo->tree.root, shown).at,
                          shown);
    return policy;
}

void policies_init(struct policies *policies, const struct repo *repo, const char *const *extra,
                   size_t extra_count, struct problems *problems)
{
    *policies = (struct policies){.repo = repo, .problems = problems, .today = date_today()};
    policies->extra = memory_get(extra_count * sizeof(struct policy *));
    for (size_t i = 0; i < extra_count; i++)
        policies->extra[policies->extra_count++] = chain_read_extra(policies, extra[i]);
}

/* A chain of OUTER's policies on the path, INNER (may be NULL), and what --policy adds. */
static struct chain *chain_new(struct policies *policies, const struct chain *outer,
                               const struct policy *inner)
{
    struct chain *chain = arena_zero(&policies->arena, sizeof *chain);
    size_t most = (outer ? outer->path_count : 0) + 2 + policies->extra_count;

    chain->policies = arena_get(&policies->arena, most * sizeof *chain->policies);
    for (size_t i = 0; outer && i < outer->path_count; i++)
        chain->policies[chain->count++] = outer->policies[i];
    if (inner)
        chain->policies[chain->count++] = inner;
    chain->path_count = chain->count;
    for (size_t i = 0; i < policies->extra_count; i++)
        chain->policies[chain->count++] = policies->extra[i];
    if (!chain->count)
        chain->policies[chain->count++] = chain_read_builtin(policies);
    policies->chains = memory_extend(policies->chains, policies->chain_count,
                                     &policies->chain_capacity, sizeof(struct chain *));
    chain->index = policies->chain_count;
    policies->chains[policies->chain_count++] = chain;
    return chain;
}

static int chain_compare(const void *key, const void *item)
{
    return text_compare(*(const struct text *)key, *(const struct text *)item);
}

static bool chain_has_policy(const struct policies *policies, struct text directory)
{
    const struct tree *tree = &policies->repo->tree;

    return tree->policy_count && bsearch(&directory, tree->policies, tree->policy_count,
                                         sizeof *tree->policies, chain_compare);
}

/* The chain of DIRECTORY, whose parent's is OUTER (NULL for the root). */
static struct chain *chain_step(struct policies *policies, struct text directory,
                                struct chain *outer)
{
    struct chain *chain = map_find(&policies->by_directory, directory);
    struct policy *policy;
    struct text key;

    if (chain)
        return chain;
    if (chain_has_policy(policies, directory)) {
        policy = chain_read_directory(policies, directory, outer && outer->path_count);
        *map_place(&policies->policy_of_directory, policy->directory) = policy;
        chain = chain_new(policies, outer, policy);
    } else {
        chain = outer ? outer : chain_new(policies, NULL, NULL);
    }
    key = arena_copy(&policies->arena, directory);
    *map_place(&policies->by_directory, key) = chain;
    return chain;
}

const struct chain *policies_chain(struct policies *policies, struct text directory)
{
    struct chain *chain = map_find(&policies->by_directory, directory);
    size_t slash = 0;

    if (policies->only)
        return policies->only;
    if (chain)
        return chain;
    chain = chain_step(policies, TEXT(""), NULL);
    while (slash < directory.length) {
        slash = text_find(directory, TEXT("/"), slash + 1);
        chain = chain_step(policies, text_slice(directory, 0, slash), chain);
    }
    return chain;
}

void policies_use_text(struct policies *policies, struct text text)
{
    struct policy *policy = chain_policy_new(policies, TEXT(""), TEXT("policy.yaml"));
    struct reader reader = {policies, policy};
    char *bytes = memory_get(text.length + 2);

    if (text.length)
        memcpy(bytes, text.at, text.length);
    policy_read_text(&reader, bytes, text.length);
    policies->only = chain_new(policies, NULL, policy);
    policies->only->open = true;
}

bool chain_holds(const struct chain *chain, const struct policy *policy)
{
    for (size_t i = 0; policy && i < chain->count; i++)
        if (chain->policies[i] == policy)
            return true;
    return !policy || chain->open;
}

bool chain_find_lock(const struct chain *chain, size_t count, struct text rule, struct lock *lock)
{
    for (size_t i = 0; i < chain->count; i++) {
        const struct policy *policy = chain->policies[i];

        if (i >= count && !policy->extra)
            continue;
        for (size_t j = 0; j < policy->locked_count; j++) {
            if (!glob_name(policy->locked[j], rule))
                continue;
            *lock = (struct lock){policy, j};
            return true;
        }
    }
    return false;
}

struct finding lock_finding(struct arena *arena, const struct lock *lock, struct text rule,
                            struct text attempt)
{
    const struct policy *by = lock->policy;
    struct span span = by->locked_spans[lock->index];
    struct finding finding = {
        .rule = TEXT("policy/locked"),
        .level = LEVEL_ERROR,
        .cluster = TEXT(""),
        .related_count = 1,
    };

    finding.message = arena_print(arena, "`%.*s` is locked by %.*s, line %u: %.*s", TEXT_ARGS(rule),
                                  TEXT_ARGS(by->path), span.line, TEXT_ARGS(attempt));
    finding.fix = arena_print(arena,
                              "Take this out, or ask those who own %.*s. A stricter level is "
                              "always allowed.",
                              TEXT_ARGS(by->path));
    finding.related = arena_zero(arena, sizeof *finding.related);
    *finding.related = (struct related){by->path, span, TEXT("locked here")};
    return finding;
}

void policies_done(struct policies *policies)
{
    for (size_t i = 0; i < policies->count; i++) {
        struct policy *policy = policies->items[i];

        if (policy->loaded) {
            loader_done(&policy->loader);
            source_done(&policy->source);
        }
        arena_done(&policy->arena);
        free(policy);
    }
    free(policies->items);
    free(policies->extra);
    free(policies->chains);
    map_done(&policies->by_directory);
    map_done(&policies->policy_of_directory);
    arena_done(&policies->arena);
    *policies = (struct policies){0};
}

const struct node *chain_var(const struct chain *chain, struct text name)
{
    const struct node *value = NULL;

    for (size_t i = chain->count; i-- && !value;)
        value = node_find(chain->policies[i]->vars, name);
    return value;
}
