/*
 * The tree of a text that stands in a document. Its nodes get the places of the outer file: exact
 * where the text is a literal block, line for line; elsewhere, where escapes and folding move bytes
 * about, the scalar's own.
 */
#include "engine/inner.h"
#include "base/memory.h"
#include "engine/budget.h"
#include "engine/watch.h"
#include "engine/worker.h"
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* What parsing costs, in instructions for each byte. */
enum { INNER_COST = 4 };

/* A text that was parsed: once, however often it is asked for. Lives as long as the document around
 * it. */
struct inner {
    struct inner *next;
    const struct node *scalar;
    struct source source;
    struct loader loader;
    struct document document; /* the first that is not empty */
    bool found;
    size_t bytes; /* that it holds */
};

/* From offsets of the text to those of the file. */
struct inner_places {
    const struct node *scalar;
    bool exact;
    uint32_t *inside,
        *outside; /* by line: where it begins in the text, and its bytes in the file */
    size_t count;
};

void inner_forget(struct worker *worker)
{
    while (worker->inner) {
        struct inner *inner = worker->inner;

        worker->inner = inner->next;
        budget_give(worker->L, inner->bytes);
        loader_done(&inner->loader);
        source_done(&inner->source);
        free(inner);
    }
}

/* Finds each line of the literal block SCALAR in the file; exact only where all are there. */
static void inner_find_lines(struct inner_places *places, struct text file, struct text text,
                             struct arena *arena)
{
    const struct node *scalar = places->scalar;
    size_t at = text_find(file, TEXT("\n"), scalar->start), most = 1, inside = 0;
    struct text line;

    if (scalar->style != STYLE_LITERAL || at == SIZE_MAX)
        return;
    for (size_t i = 0; i < text.length; i++)
        most += text.at[i] == '\n';
    places->inside = arena_get(arena, most * sizeof *places->inside);
    places->outside = arena_get(arena, most * sizeof *places->outside);
    for (at++; text_cut(&text, '\n', &line); inside += line.length + 1) {
        size_t end = text_find(file, TEXT("\n"), at);

        if (end == SIZE_MAX)
            end = file.length;
        if (!text.at && !line.length)
            break; /* behind the last line end */
        if (end > at && file.at[end - 1] == '\r' && !text_ends(line, TEXT("\r")))
            end--;
        if (end - at < line.length || !text_equal(text_slice(file, end - line.length, end), line))
            return;
        places->inside[places->count] = (uint32_t)inside;
        places->outside[places->count++] = (uint32_t)(end - line.length);
        at = text_find(file, TEXT("\n"), end);
        at = at == SIZE_MAX ? file.length : at + 1;
    }
    places->exact = places->count;
}

static uint32_t inner_place(const struct inner_places *places, uint32_t offset)
{
    size_t low = 0, high = places->count;
    uint32_t place;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (places->inside[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    place = places->outside[low] + (offset - places->inside[low]);
    return place < places->scalar->end ? place : places->scalar->end;
}

static void inner_move_node(const struct inner_places *places, struct node *node)
{
    uint32_t *const offsets[] = {&node->start,   &node->end,         &node->key_start,
                                 &node->key_end, &node->alias_start, &node->alias_end};

    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i += 2) {
        if (*offsets[i] == NODE_NOWHERE)
            continue;
        if (places->exact) {
            *offsets[i] = inner_place(places, *offsets[i]);
            *offsets[i + 1] = inner_place(places, *offsets[i + 1]);
        } else {
            *offsets[i] = i ? NODE_NOWHERE : places->scalar->start;
            *offsets[i + 1] = i ? NODE_NOWHERE : places->scalar->end;
        }
    }
    if (places->scalar->alias_start != NODE_NOWHERE) {
        node->alias_start = places->scalar->alias_start;
        node->alias_end = places->scalar->alias_end;
    }
}

/* The tree takes the scalar's place in the document. */
static void inner_place_tree(struct worker *worker, const struct node *scalar, struct text text,
                             struct node *root)
{
    struct inner_places places = {.scalar = scalar};
    struct arena scratch = {0};

    inner_find_lines(&places, worker->check.subject->source.text, text, &scratch);
    for (struct node_walk walk = node_walk(root); walk.node; node_walk_next(&walk))
        inner_move_node(&places, (struct node *)(uintptr_t)walk.node);
    root->parent = scalar->parent;
    root->key = scalar->key;
    root->index = scalar->index;
    arena_done(&scratch);
}

static void inner_hold(lua_State *L, struct inner *inner, size_t bytes)
{
    budget_take(L, bytes);
    inner->bytes += bytes;
}

static struct inner *inner_open(struct worker *worker, const struct node *scalar)
{
    struct inner *inner = memory_get(sizeof *inner);
    struct text text = scalar->text;
    char *bytes = memory_get(text.length + 2);

    inner->scalar = scalar;
    if (text.length)
        memcpy(bytes, text.at, text.length);
    inner->next = worker->inner;
    worker->inner = inner;
    if (source_init(&inner->source, worker->check.subject->path, bytes, text.length))
        inner->source.text = TEXT(""); /* it begins like UTF-16: what YAML in YAML cannot be */
    loader_init(&inner->loader, &inner->source);
    return inner;
}

/* SCALAR as it was read before, or is now; its tree stands in the scalar's place. */
static struct inner *inner_get(struct worker *worker, const struct node *scalar)
{
    struct inner *inner = worker->inner;

    while (inner && inner->scalar != scalar)
        inner = inner->next;
    if (inner)
        return inner;
    budget_reserve(worker->L, scalar->text.length);
    inner = inner_open(worker, scalar);
    inner_hold(worker->L, inner, sizeof *inner + scalar->text.length);
    while (!inner->found && loader_next(&inner->loader, &inner->document))
        inner->found = !inner->document.root || inner->document.root->type != NODE_NULL;
    if (inner->found && inner->document.root) {
        inner_place_tree(worker, scalar, scalar->text, inner->document.root);
        if (worker->watch)
            watch_keys(worker->watch, &inner->document);
    }
    inner_hold(worker->L, inner, inner->loader.arena.total);
    return inner;
}

int inner_parse(lua_State *L)
{
    struct worker *worker = sandbox_owner(L);
    const struct node *scalar = tables_find(&worker->tables, L, 1);
    const struct document *document;
    struct inner *inner;

    lua_settop(L, 2);
    scalar = scalar ? values_child(L, scalar, 2) : NULL;
    if (!scalar || scalar->type != NODE_STRING)
        return 0;
    budget_charge(L, scalar->text.length * INNER_COST);
    inner = inner_get(worker, scalar);
    document = &inner->document;
    if (!inner->found)
        return 0;
    if (!document->root) {
        lua_pushnil(L);
        lua_pushfstring(
            L, "line %d of the text: %s",
            (int)source_span(&inner->source, document->error_start, document->error_end).line,
            document->error.at);
        return 2;
    }
    tables_push(&worker->tables, L, document->root);
    return 1;
}
