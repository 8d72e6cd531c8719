/*
 * Which rules look at a kind, so that a rule costs nothing on documents of other kinds: worked out
 * once for each kind and each chain of policies, and kept for the life of the worker.
 */
#include "engine/kinds.h"
#include "policy/workload.h"
#include <string.h>

/* Kinds that are kept: far more than a repository has; a file may hold a million. */
enum { KINDS_MAX = 1000 };

/* Chain, apiVersion and kind, as bytes. */
static struct text kinds_key(struct arena *arena, const struct chain *chain,
                             const struct resource *resource)
{
    struct text version = resource->api_version, kind = resource->kind;
    size_t length = sizeof chain->index + version.length + 1 + kind.length;
    char *key = arena_get(arena, length), *at = key;

    memcpy(at, &chain->index, sizeof chain->index);
    at += sizeof chain->index;
    memcpy(at, version.at, version.length);
    at += version.length;
    *at++ = ' ';
    memcpy(at, kind.at, kind.length);
    return (struct text){key, length};
}

/* The calls of one rule on resources like this. */
static void kinds_add_calls(struct worker_kind *kind, const struct rule_info *rule,
                            const struct resource *resource)
{
    bool workload = kind->pod_template.at;

    if (rule->broken)
        return;
    if (rule->subject == RULE_RESOURCES && rule_matches_kind(rule, resource, workload))
        kind->calls[kind->count++] = (struct worker_call){rule->rule.index, 0};
    if (rule->subject != RULE_FACTS)
        return;
    for (size_t i = 0; i < rule->kind_count; i++)
        if (rule_kind_matches(&rule->kinds[i], resource, workload))
            kind->calls[kind->count++] = (struct worker_call){rule->rule.index, i};
}

const struct worker_kind *kinds_find(struct worker *worker, const struct resource *resource)
{
    const struct subject *subject = worker->check.subject;
    const struct chain *chain = subject->location.chain;
    struct worker_kind *kind;
    void **place;
    size_t most = 0;
    struct text key = kinds_key(&worker->document_arena, chain, resource);

    kind = map_find(&worker->kinds, key);
    if (kind)
        return kind;
    if (worker->kinds.count >= KINDS_MAX)
        worker_forget_kinds(worker);
    place = map_place(&worker->kinds, arena_copy(&worker->arena, key));
    *place = kind = arena_zero(&worker->arena, sizeof *kind);
    kind->pod_template = chain_pod_template(chain, resource);
    kind->scope = repo_scope(subject->repo, resource->group, resource->kind);
    for (size_t i = 0; i < worker->rules->count; i++)
        most += worker->rules->items[i]->kind_count;
    kind->calls = arena_get(&worker->arena, most * sizeof *kind->calls);
    for (size_t i = 0; i < worker->rules->count; i++)
        kinds_add_calls(kind, worker->rules->items[worker->rules->order[i]], resource);
    return kind;
}
