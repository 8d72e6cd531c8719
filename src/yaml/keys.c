/*
 * Equal keys in one map. Kubernetes takes the last of them, at any depth, after keys were made
 * strings. Small maps are looked through as they grow, large ones are sorted once when they end:
 * input may hold a million keys, made to collide wherever they can. A 64-bit filter answers for
 * most keys that they are new.
 */
#include "base/memory.h"
#include "yaml/build.h"
#include <stdlib.h>
#include <string.h>

/* Up to here a look at every key is cheaper than sorting. */
enum { KEYS_FEW = 32 };

bool keys_meet(struct build_frame *frame, const struct node *child)
{
    struct text key = child->key;
    uint64_t hash = key.length, bit;

    if (key.length)
        hash += (uint64_t)(unsigned char)key.at[0] << 8 |
                (uint64_t)(unsigned char)key.at[key.length - 1] << 16 |
                (uint64_t)(unsigned char)key.at[key.length / 2] << 24;
    bit = (uint64_t)1 << (hash * 0x9e3779b97f4a7c15 >> 58);
    if (!(frame->seen & bit)) {
        frame->seen |= bit;
        return false;
    }
    if (frame->node->count > KEYS_FEW)
        return true;
    for (const struct node *other = frame->node->first; other; other = other->next)
        if (other->key.at && text_equal(other->key, key))
            return true;
    return false;
}

static int keys_compare(const void *a, const void *b)
{
    const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;
    int order;

    if (x->key.length != y->key.length)
        return x->key.length < y->key.length ? -1 : 1;
    order = memcmp(x->key.at, y->key.at, x->key.length);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

static void keys_note(struct build *build, enum note_kind kind, const struct node *at,
                      const struct node *map, const struct node *other)
{
    struct note *note = build_note(build, kind, at->key_start, at->key_end);

    note->other_start = other->key_start;
    note->other_end = other->key_end;
    note->style = other->key_style;
    note->is_key = true;
    note->node = map;
    if (kind == NOTE_MERGE_OVERRIDE)
        note->text = build_quote(build, other->key_start, other->key_end);
    else
        note->style = at->key_style;
}

/* The second child of MAP itself that is called KEY: what merges bring has another parent. */
static struct node *keys_again(struct node *const *all, size_t count, const struct node *map,
                               struct text key, struct node **first)
{
    *first = NULL;
    for (size_t i = 0; i < count; i++) {
        if (all[i]->parent != map || !text_equal(all[i]->key, key))
            continue;
        if (*first)
            return all[i];
        *first = all[i];
    }
    return NULL;
}

/* Notes where the root MAP begins again as another resource: a --- line is missing there. */
static bool keys_note_second(struct build *build, struct node *const *all, size_t count,
                             const struct node *map)
{
    struct node *first[2], *again[2];
    size_t at;

    if (build->depth != 1)
        return false;
    again[0] = keys_again(all, count, map, TEXT("apiVersion"), &first[0]);
    again[1] = again[0] ? keys_again(all, count, map, TEXT("kind"), &first[1]) : NULL;
    if (!again[1])
        return false;
    at = again[1]->key_start < again[0]->key_start;
    keys_note(build, NOTE_SECOND_RESOURCE, again[at], map, first[at]);
    return true;
}

/* A run of equal keys, in the order of their assignment. A child that a merge brought has the merge
 * for its parent until it is settled. */
static void keys_run(struct build *build, struct node **run, size_t count, struct node *map,
                     bool told)
{
    const struct node *first = NULL, *merge = NULL;

    for (size_t i = 0; i < count; i++) {
        struct node *parent = run[i]->parent;

        if (parent == map && first && told)
            continue;
        if (parent == map && first)
            keys_note(build, NOTE_DUPLICATE_KEY, run[i], map, first);
        else if (parent == map)
            first = run[i];
        else if (first && parent != merge)
            keys_note(build, NOTE_MERGE_OVERRIDE, merge = parent, map, first);
    }
    for (size_t i = 0; i + 1 < count; i++)
        run[i]->parent = NULL;
}

void keys_settle(struct build *build, struct node *map)
{
    struct node **all, **link = &map->first;
    size_t count = 0;
    bool told;

    for (struct node *child = map->first; child; child = child->next)
        child->index = (uint32_t)count++;
    all = memory_get(count * sizeof(struct node *));
    count = 0;
    for (struct node *child = map->first; child; child = child->next)
        all[count++] = child;
    qsort(all, count, sizeof *all, keys_compare);
    told = keys_note_second(build, all, count, map);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && text_equal(all[from]->key, all[to]->key); to++)
            continue;
        if (to - from > 1)
            keys_run(build, all + from, to - from, map, told);
    }
    free(all);
    map->count = 0;
    for (struct node *child = map->first, *next; child; child = next) {
        next = child->next;
        if (child->parent) {
            child->index = map->count++;
            *link = child;
            link = &child->next;
        } else {
            child->next = build->document->lost;
            build->document->lost = child;
        }
        child->parent = map;
    }
    *link = NULL;
}
