/*
 * Which rules look at a kind, so that a rule costs nothing on documents of other kinds: worked out
 * once for each kind and each chain of policies, and kept for the life of the worker.
 */
#include "engine/kinds.h"
#include "policy/workload.h"

/* Kinds that are kept: far more than a repository has; a file may hold a million, of any length. */
enum { KINDS_MAX = 1000, KINDS_KEY_MAX = 1000 };

/* Chain, apiVersion and kind, as bytes in BUFFER. */
static struct text kinds_key(struct buffer *buffer, const struct chain *chain,
                             const struct resource *resource)
{
    buffer->length = 0;
    buffer_add(buffer, (struct text){(const char *)&chain->index, sizeof chain->index});
    buffer_add(buffer, resource->api_version);
    buffer_byte(buffer, ' ');
    buffer_add(buffer, resource->kind);
    return buffer_text(buffer);
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
    struct text key = kinds_key(&worker->packed, chain, resource);

    kind = map_find(&worker->kinds, key);
    if (kind)
        return kind;
    if (worker->kinds.count >= KINDS_MAX || key.length > KINDS_KEY_MAX)
        worker_forget_kinds(worker);
    place = map_place(&worker->kinds, arena_copy(&worker->arena, key));
    *place = kind = arena_zero(&worker->arena, sizeof *kind);
    kind->pod_template = chain_pod_template(chain, resource);
    kind->scope = repo_scope(subject->repo, resource->group, resource->kind);
    for (size_t i = 0; i < worker->rules->count; i++)
        most += worker->rules->items[i]->subject == RULE_FACTS ? worker->rules->items[i]->kind_count
                                                               : 1;
    kind->calls = arena_get(&worker->arena, most * sizeof *kind->calls);
    for (size_t i = 0; i < worker->rules->count; i++)
        kinds_add_calls(kind, worker->rules->items[worker->rules->order[i]], resource);
    return kind;
}
