/*
 * What becomes of the findings of a run, decided in one place for every command and every report:
 * their order, which of them are the same, their fingerprints, their number.
 */
#include "base/hash.h"
#include "base/memory.h"
#include "engine/run.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The same rule at the same text with the same words: what an alias repeats is one fault. */
static bool settle_same(const struct finding *a, const struct finding *b)
{
    return text_equal(a->rule, b->rule) && text_equal(a->file, b->file) &&
           text_equal(a->message, b->message) && !memcmp(&a->span, &b->span, sizeof a->span) &&
           a->document == b->document && a->item == b->item;
}

static void settle_merge(struct findings *findings)
{
    size_t kept = 0;

    for (size_t i = 0; i < findings->count; i++) {
        struct finding *last = kept ? &findings->items[kept - 1] : NULL;

        if (last && settle_same(last, &findings->items[i])) {
            if (findings->items[i].level > last->level)
                last->level = findings->items[i].level;
            continue;
        }
        findings->items[kept++] = findings->items[i];
    }
    findings->count = kept;
}

static struct text settle_identity(const struct finding *finding, struct arena *arena)
{
    const struct identity *resource = &finding->resource;
    struct text group = resource->api_version;
    size_t slash = text_find(group, TEXT("/"), 0);

    if (!finding->has_resource || !resource->name.at)
        return arena_print(arena, "file %.*s", TEXT_ARGS(finding->file));
    /* without the version: an object keeps its faults when its API grows up */
    group = slash == SIZE_MAX ? TEXT("") : text_slice(group, 0, slash);
    return arena_print(arena, "%.*s/%.*s %.*s/%.*s", TEXT_ARGS(group), TEXT_ARGS(resource->kind),
                       TEXT_ARGS(resource->namespace), TEXT_ARGS(resource->name));
}

/* Rule, cluster, resource or file, stable path, and how many of the same came before. */
static void settle_fingerprint(struct finding *finding, struct map *seen, struct arena *arena)
{
    struct hash hash;
    char count[24];
    struct text key;
    void **times;

    hash_init(&hash);
    hash_add(&hash, finding->rule);
    hash_add(&hash, finding->cluster);
    hash_add(&hash, settle_identity(finding, arena));
    hash_add(&hash, finding->stable_path);
    hash_write(&hash, finding->fingerprint);
    key = arena_copy(arena, text_of(finding->fingerprint));
    times = map_place(seen, key);
    snprintf(count, sizeof count, "%zu", (size_t)(uintptr_t)*times);
    *times = (void *)((uintptr_t)*times + 1);
    hash_add(&hash, text_of(count));
    hash_write(&hash, finding->fingerprint);
}

void settle(struct findings *findings, struct summary *summary, struct arena *arena)
{
    struct map seen = {0};

    if (findings->count)
        qsort(findings->items, findings->count, sizeof *findings->items, finding_compare);
    settle_merge(findings);
    summary->errors = summary->warnings = summary->infos = 0;
    for (size_t i = 0; i < findings->count; i++) {
        struct finding *finding = &findings->items[i];

        settle_fingerprint(finding, &seen, arena);
        summary->errors += finding->level == LEVEL_ERROR;
        summary->warnings += finding->level == LEVEL_WARN;
        summary->infos += finding->level == LEVEL_INFO;
    }
    map_done(&seen);
}
