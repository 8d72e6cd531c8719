/*
 * The tree while it grows. Nodes are linked where they belong the moment they begin, so that
 * nothing is moved later; the value of a map gets its node together with its key. Limits are
 * checked here, so that no reader can forget them.
 */
#include "yaml/build.h"
#include "base/memory.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What a note quotes at most. */
enum { BUILD_QUOTE_MAX = 200 };

void build_init(struct build *build, struct arena *arena, struct document *document,
                struct text text)
{
    *build = (struct build){.arena = arena, .document = document, .text = text};
}

static struct note *build_merge_notes(struct note *a, struct note *b)
{
    struct note *first = NULL, **link = &first;

    while (a && b) {
        struct note **from = b->start < a->start ? &b : &a;

        *link = *from;
        link = &(*from)->next;
        *from = (*from)->next;
    }
    *link = a ? a : b;
    return first;
}

/* A merge sort from below: runs of length 2^i wait at place i. */
static struct note *build_sort_notes(struct note *notes)
{
    struct note *runs[40] = {0}, *all = NULL;

    while (notes) {
        struct note *run = notes;
        size_t i = 0;

        notes = notes->next;
        run->next = NULL;
        for (; runs[i]; i++) {
            run = build_merge_notes(runs[i], run);
            runs[i] = NULL;
        }
        runs[i] = run;
    }
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        all = build_merge_notes(runs[i], all);
    return all;
}

void build_done(struct build *build)
{
    struct document *document = build->document;

    if (document->error.at) {
        document->root = NULL;
        document->notes = NULL;
    } else if (build->notes_mixed) {
        document->notes = build_sort_notes(document->notes);
    }
    map_done(&build->anchors);
    free(build->frames);
}

static void ATTRIBUTE_FORMAT(4, 0) build_error(struct build *build, uint32_t start, uint32_t end,
                                               const char *format, va_list arguments)
{
    struct document *document = build->document;
    struct buffer buffer = {0};

    if (document->error.at)
        return;
    buffer_vprint(&buffer, format, arguments);
    document->error = arena_copy(build->arena, buffer_text(&buffer));
    buffer_done(&buffer);
    document->error_start = start < build->text.length ? start : (uint32_t)build->text.length;
    document->error_end = end < build->text.length ? end : (uint32_t)build->text.length;
}

bool build_refuse(struct build *build, uint32_t start, uint32_t end, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    build_error(build, start, end, format, arguments);
    va_end(arguments);
    return false;
}

bool build_refuse_at(struct build *build, uint32_t start, const char *format, ...)
{
    struct text rest = text_slice(build->text, start, build->text.length);
    va_list arguments;
    size_t size = 0;

    if (rest.length && *rest.at != '\n' && *rest.at != '\r')
        utf8_read(rest, &size);
    va_start(arguments, format);
    build_error(build, start, start + (uint32_t)size, format, arguments);
    va_end(arguments);
    return false;
}

struct text build_quote(struct build *build, uint32_t start, uint32_t end)
{
    uint32_t stop = end - start > BUILD_QUOTE_MAX ? start + BUILD_QUOTE_MAX : end;

    /* Not in the middle of a character. */
    while (stop < end && stop > start && (build->text.at[stop] & 0xc0) == 0x80)
        stop--;
    return text_slice(build->text, start, stop);
}

struct note *build_note(struct build *build, enum note_kind kind, uint32_t start, uint32_t end)
{
    bool keep = build->note_counts[kind] < LOAD_NOTES_MAX;
    struct note *note = keep ? arena_get(build->arena, sizeof *note) : &build->lost;

    *note = (struct note){
        .kind = kind,
        .start = start,
        .end = end,
        .other_start = NODE_NOWHERE,
        .other_end = NODE_NOWHERE,
        .text = build_quote(build, start, end),
    };
    if (!keep)
        return note;
    if (build->last_note) {
        build->notes_mixed |= start < build->last_note->start;
        build->last_note->next = note;
    } else {
        build->document->notes = note;
    }
    build->last_note = note;
    build->note_counts[kind]++;
    return note;
}

struct node *build_node(struct build *build, uint32_t start)
{
    struct node *node;

    if (build->document->node_count >= LOAD_NODES_MAX) {
        build->document->too_large = true;
        build_refuse_at(build, start, "more than %d values in one document, aliases expanded",
                        LOAD_NODES_MAX);
        return NULL;
    }
    build->document->node_count++;
    node = arena_get(build->arena, sizeof *node);
    *node = (struct node){
        .key_start = NODE_NOWHERE,
        .key_end = NODE_NOWHERE,
        .start = start,
        .end = start,
        .alias_start = NODE_NOWHERE,
        .alias_end = NODE_NOWHERE,
    };
    return node;
}

static void build_link(struct build_frame *frame, struct node *node)
{
    node->parent = frame->node;
    node->index = frame->node->count++;
    if (frame->last)
        frame->last->next = node;
    else
        frame->node->first = node;
    frame->last = node;
}

bool build_key(struct build *build, struct text key, uint32_t start, uint32_t end,
               enum node_style style)
{
    struct build_frame *frame = build_top(build);
    struct node *node = build_node(build, start);

    assert(frame);
    if (!node)
        return false;
    node->key = key;
    node->key_start = start;
    node->key_end = end;
    node->key_style = (uint8_t)style;
    if (!key.at)
        frame->merges = true;
    if (!key.at || keys_meet(frame, node))
        frame->unsettled = true;
    build_link(frame, node);
    frame->due = node;
    frame->end = end;
    return true;
}

struct node *build_value(struct build *build, uint32_t start)
{
    struct build_frame *frame = build_top(build);
    struct node *node = frame ? frame->due : NULL;

    if (node) {
        node->start = node->end = start;
        frame->due = NULL;
        return node;
    }
    node = build_node(build, start);
    if (!node)
        return NULL;
    if (frame)
        build_link(frame, node);
    else
        build->document->root = node;
    return node;
}

void build_ends(struct build *build, uint32_t end)
{
    struct build_frame *frame = build_top(build);

    if (frame && end > frame->end)
        frame->end = end;
}

bool build_open(struct build *build, struct node *node, struct build_anchor *anchor)
{
    if (build->depth >= LOAD_DEPTH_MAX)
        return build_refuse_at(build, node->start, "nested more than %d levels deep",
                               LOAD_DEPTH_MAX);
    build->frames =
        memory_extend(build->frames, build->depth, &build->capacity, sizeof *build->frames);
    build->frames[build->depth++] =
        (struct build_frame){.node = node, .anchor = anchor, .end = node->start};
    /* The sign for an alias inside of it that it is not complete. */
    node->end = NODE_NOWHERE;
    return true;
}

bool build_close(struct build *build, uint32_t end)
{
    struct build_frame *frame = build_top(build);

    assert(frame);
    if (frame->merges && !expand_merges(build, frame))
        return false;
    if (frame->unsettled)
        keys_settle(build, frame->node);
    frame->node->end = end == NODE_NOWHERE ? frame->end : end;
    if (frame->anchor)
        frame->anchor->cost = build->decodes - frame->anchor->start;
    end = frame->node->end;
    build->depth--;
    build_ends(build, end);
    return true;
}
