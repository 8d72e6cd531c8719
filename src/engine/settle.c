/*
 * What becomes of the findings of a run, decided in one place for every command and every report:
 * their order, which of them are the same, their fingerprints, what hides them, and their number.
 * It needs nothing but the findings, the policies, and the ignores that were met on the way.
 *
 * A fault that is found for several namespaces is one finding; it is hidden only where it is in all
 * of them, so hiding comes before equal findings become one.
 */
#include "engine/settle.h"
#include "base/hash.h"
#include "base/memory.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The same rule at the same text with the same words: what an alias repeats is one fault, and what
 * is built into two clusters. What is said of a policy is of one cluster: the line is the same, and
 * each cluster's own objects are at fault. */
static bool settle_same(const struct finding *a, const struct finding *b)
{
    return text_equal(a->rule, b->rule) && text_equal(a->file, b->file) &&
           text_equal(a->message, b->message) && !memcmp(&a->span, &b->span, sizeof a->span) &&
           a->document == b->document && a->item == b->item &&
           (a->document || text_equal(a->cluster, b->cluster));
}

/* Makes FINDING and ANOTHER, which is the same, one. */
static void settle_join(struct finding *finding, const struct finding *another)
{
    if (!finding->hiding == !another->hiding) {
        if (another->level > finding->level)
            finding->level = another->level;
        finding->due &= another->due;
    } else if (finding->hiding) {
        *finding = *another;
    }
}

/* HASHES go with the findings. */
static void settle_merge(struct findings *findings, struct hash *hashes)
{
    size_t kept = 0;

    for (size_t i = 0; i < findings->count; i++) {
        if (kept && settle_same(&findings->items[kept - 1], &findings->items[i])) {
            settle_join(&findings->items[kept - 1], &findings->items[i]);
            continue;
        }
        hashes[kept] = hashes[i];
        findings->items[kept++] = findings->items[i];
    }
    findings->count = kept;
}

/* What is about a file stays the same when that is renamed: see run.h. */
static struct text settle_identity(const struct run *run, const struct finding *finding,
                                   struct arena *arena)
{
    const struct identity *resource = &finding->resource;
    const struct text *renamed;

    if (!finding->has_resource || !resource->name.at) {
        renamed = map_find(&run->renamed, finding->file);
        return arena_print(arena, "file %.*s", TEXT_ARGS(renamed ? *renamed : finding->file));
    }
    /* without the version: an object keeps its faults when its API grows up */
    return arena_print(arena, "%.*s/%.*s %.*s/%.*s", TEXT_ARGS(identity_group(resource)),
                       TEXT_ARGS(resource->kind), TEXT_ARGS(resource->namespace),
                       TEXT_ARGS(resource->name));
}

/* Rule, cluster, resource or file, stable path. */
static void settle_hash(const struct run *run, const struct finding *finding, struct hash *hash,
                        struct arena *arena)
{
    hash_init(hash);
    hash_add(hash, finding->rule);
    hash_add(hash, finding->cluster);
    hash_add(hash, settle_identity(run, finding, arena));
    hash_add(hash, finding->stable_path);
}

/* And how many of the same came before. */
static void settle_number(struct finding *finding, struct hash *hash, struct map *seen,
                          struct arena *arena)
{
    char count[24];
    void **times;

    hash_write(hash, finding->fingerprint);
    times = map_place(seen, arena_copy(arena, text_of(finding->fingerprint)));
    snprintf(count, sizeof count, "%zu", (size_t)(uintptr_t)*times);
    *times = (void *)((uintptr_t)*times + 1);
    hash_add(hash, text_of(count));
    hash_write(hash, finding->fingerprint);
}

static void settle_sort(struct findings *findings)
{
    if (findings->count)
        qsort(findings->items, findings->count, sizeof *findings->items, finding_compare);
}

/* Puts findings in order, makes equal ones one, and gives them fingerprints. */
static void settle_findings(struct settling *settling, struct findings *findings)
{
    struct arena scratch = {0};
    struct map seen = {0};
    struct hash *hashes = arena_get(&scratch, (findings->count + 1) * sizeof *hashes);

    settle_sort(findings);
    for (size_t i = 0; i < findings->count; i++) {
        conceal_finding(settling, &findings->items[i]);
        settle_hash(settling->run, &findings->items[i], &hashes[i], &scratch);
    }
    settle_merge(findings, hashes);
    for (size_t i = 0; i < findings->count; i++) {
        settle_number(&findings->items[i], &hashes[i], &seen, &scratch);
        conceal_by_baseline(settling, &findings->items[i]);
    }
    map_done(&seen);
    arena_done(&scratch);
}

static void settle_count(struct summary *summary, const struct finding *finding)
{
    const struct hiding *hiding = finding->hiding;

    summary->waived += hiding && hiding->kind == HIDING_WAIVER;
    summary->ignored += hiding && hiding->kind == HIDING_IGNORE;
    summary->baselined += hiding && hiding->kind == HIDING_BASELINE;
    summary->errors += !hiding && finding->level == LEVEL_ERROR;
    summary->warnings += !hiding && finding->level == LEVEL_WARN;
    summary->infos += !hiding && finding->level == LEVEL_INFO;
}

/* Puts hidden findings aside, and counts. */
static void settle_split(struct run *run)
{
    struct findings *findings = &run->findings;
    size_t kept = 0;

    for (size_t i = 0; i < findings->count; i++) {
        settle_count(&run->summary, &findings->items[i]);
        if (findings->items[i].hiding)
            findings_add(&run->hidden, findings->items[i]);
        else
            findings->items[kept++] = findings->items[i];
    }
    findings->count = kept;
}

bool run_is_whole(const struct run *run)
{
    const struct tree *tree = &run->repo->tree;

    for (size_t i = 0; i < tree->count; i++)
        if (tree->files[i].manifest && !tree->files[i].hidden && !tree->files[i].named)
            return false;
    /* a rule that failed would have found more */
    return !run->options->isolated && !run->options->filter.count && !run->problems->count;
}

void settle(struct run *run)
{
    struct settling settling = {.run = run, .arena = &run->arenas[0], .whole = run_is_whole(run)};

    ignores_sort(&run->ignores);
    conceal_check_ignores(&settling);
    settle_findings(&settling, &run->findings);
    stale_tell(&settling);
    settle_findings(&settling, &settling.told);
    for (size_t i = 0; i < settling.told.count; i++)
        findings_add(&run->findings, settling.told.items[i]);
    findings_done(&settling.told);
    settle_sort(&run->findings);
    settle_split(run);
}
