/*
 * Anchors, aliases and merges, as go-yaml v2 expands them. An alias becomes a copy where it stands:
 * the node that it names is complete by then, or it would hold itself. Merges are plain assignments
 * in document order, so that one that stands behind a key replaces it.
 *
 * Expansion is bounded by go-yaml's own ratio of decoded aliases, by the number of nodes, and by
 * the bytes of their keys and strings: the tree shares these, but who takes it over does not. All
 * are counted before or while copying, so no bomb is ever blown up. A map that is merged into maps
 * that are merged repeats nothing, but is put in order each time: that has the same bounds.
 */
#include "yaml/build.h"
#include <assert.h>
#include <string.h>

static double expand_allowed(uint64_t decodes)
{
    /* alias_ratio_range_low and alias_ratio_range_high of decode.go. */
    const double low = 400000, high = 4000000;

    if ((double)decodes <= low)
        return 0.99;
    if ((double)decodes >= high)
        return 0.10;
    return 0.99 - 0.89 * (((double)decodes - low) / (high - low));
}

bool expand_count(struct build *build, uint64_t calls, uint32_t start)
{
    /* A cost is at most what was counted so far, so a sum cannot overflow before it is refused. */
    build->decodes += calls;
    build->alias_decodes += calls;
    if (build->alias_decodes > 100 && build->decodes > 1000 &&
        (double)build->alias_decodes / (double)build->decodes > expand_allowed(build->decodes))
        return build_refuse_at(build, start, "document contains excessive aliasing");
    return true;
}

/* Counts TEXT, which is in the document once more because of what stands at START. */
static bool expand_text(struct build *build, struct text text, uint32_t start)
{
    build->repeated += text.length;
    if (build->repeated <= LOAD_REPEATED_MAX)
        return true;
    build->document->too_large = true;
    return build_refuse_at(build, start, "more than %d MiB of text repeated by aliases and merges",
                           LOAD_REPEATED_MAX >> 20);
}

struct build_anchor *expand_anchor(struct build *build, const char *name, struct node *node)
{
    struct build_anchor *anchor = arena_get(build->arena, sizeof *anchor);

    /* The count has the node itself already, but for a scalar it has nothing else to come. */
    *anchor = (struct build_anchor){.node = node, .start = build->decodes - 1, .cost = 1};
    *map_place(&build->anchors, arena_copy(build->arena, text_of(name))) = anchor;
    return anchor;
}

struct build_anchor *expand_find(struct build *build, const char *name, uint32_t start,
                                 uint32_t end)
{
    struct build_anchor *anchor = map_find(&build->anchors, text_of(name));

    if (!anchor)
        build_refuse(build, start, end, "unknown anchor '%s' referenced", name);
    else if (anchor->node->end != NODE_NOWHERE)
        return expand_text(build, node_text(anchor->node), start) ? anchor : NULL;
    else
        build_refuse(build, start, end, "anchor '%s' value contains itself", name);
    return NULL;
}

/* All but the place in the tree and the key. */
static void expand_fields(struct node *to, const struct node *from, uint32_t start, uint32_t end)
{
    struct node *parent = to->parent, *next = to->next;
    struct text key = to->key;
    uint32_t key_start = to->key_start, key_end = to->key_end, index = to->index;
    uint8_t key_style = to->key_style;

    *to = *from;
    to->parent = parent;
    to->next = next;
    to->first = NULL;
    to->key = key;
    to->key_start = key_start;
    to->key_end = key_end;
    to->key_style = key_style;
    to->index = index;
    if (start != NODE_NOWHERE) {
        to->alias_start = start;
        to->alias_end = end;
    }
}

static struct node *expand_node(struct build *build, const struct node *from, struct node *parent,
                                uint32_t start)
{
    uint32_t at = start == NODE_NOWHERE ? from->start : start;
    struct node *node;

    if (!expand_text(build, from->key, at) || !expand_text(build, node_text(from), at))
        return NULL;
    node = build_node(build, at);
    if (!node)
        return NULL;
    node->parent = parent;
    node->key = from->key;
    node->key_start = from->key_start;
    node->key_end = from->key_end;
    node->key_style = from->key_style;
    node->index = from->index;
    return node;
}

static bool expand_is_collection(const struct node *node)
{
    return node->type == NODE_MAP || node->type == NODE_LIST;
}

bool expand_copy(struct build *build, struct node *to, const struct node *from, uint32_t start,
                 uint32_t end)
{
    const struct node *root = from;
    size_t depth = build->depth;

    for (;;) {
        struct node *node;

        expand_fields(to, from, start, end);
        if (expand_is_collection(from) && ++depth > LOAD_DEPTH_MAX)
            return build_refuse(build, start, end,
                                "nested more than %d levels deep, aliases expanded",
                                LOAD_DEPTH_MAX);
        if (expand_is_collection(from) && from->first) {
            node = expand_node(build, from->first, to, start);
            if (!node)
                return false;
            to->first = node;
            from = from->first;
            to = node;
            continue;
        }
        depth -= expand_is_collection(from);
        while (from != root && !from->next) {
            from = from->parent;
            to = to->parent;
            assert(to);
            depth--;
        }
        if (from == root)
            return true;
        from = from->next;
        node = expand_node(build, from, to->parent, start);
        if (!node)
            return false;
        to->next = node;
        to = node;
    }
}

/* Puts the children of MAP at *LINK, for the merge ENTRY. What an alias brought is taken as it is,
 * unless it stands in a list that is NAMED; what was written there is copied where an anchor may
 * name it later. */
static bool expand_splice(struct build *build, struct node *map, struct node *entry, bool named,
                          struct node ***link)
{
    bool move =
        !build->anchors.count || (map->alias_start != NODE_NOWHERE && (map == entry || !named));

    for (struct node *child = map->first, *next; child; child = next) {
        struct node *placed = child;

        next = child->next;
        if (build->merged++ >= LOAD_NODES_MAX) {
            build->document->too_large = true;
            return build_refuse(build, entry->key_start, entry->key_end,
                                "more than %d values merged in one document", LOAD_NODES_MAX);
        }
        if (!move) {
            placed = expand_node(build, child, NULL, NODE_NOWHERE);
            if (!placed || !expand_copy(build, placed, child, NODE_NOWHERE, NODE_NOWHERE))
                return false;
        } else if (map->alias_start == NODE_NOWHERE &&
                   !expand_text(build, child->key, entry->key_start)) {
            return false;
        }
        placed->parent = entry;
        placed->next = NULL;
        **link = placed;
        *link = &placed->next;
    }
    return true;
}

static bool expand_merge(struct build *build, struct node *entry, bool named, struct node ***link)
{
    struct node **maps;

    if (entry->type == NODE_MAP)
        return expand_splice(build, entry, entry, named, link);
    if (entry->type == NODE_LIST && entry->alias_start == NODE_NOWHERE) {
        uint32_t count = 0;

        maps = arena_get(build->arena, entry->count * sizeof(struct node *));
        for (struct node *child = entry->first; child && child->type == NODE_MAP;
             child = child->next)
            maps[count++] = child;
        if (count == entry->count) {
            /* Backwards, so that earlier ones win. */
            while (count)
                if (!expand_splice(build, maps[--count], entry, named, link))
                    return false;
            return true;
        }
    }
    return build_refuse(build, entry->key_start, entry->key_end,
                        "map merge requires map or sequence of maps as the value");
}

bool expand_merges(struct build *build, struct build_frame *frame)
{
    struct node *child = frame->node->first, **link = &frame->node->first;

    for (struct node *next; child; child = next) {
        next = child->next;
        if (child->key.at) {
            *link = child;
            link = &child->next;
        } else if (!expand_merge(build, child, frame->named, &link)) {
            return false;
        }
    }
    *link = NULL;
    return true;
}
