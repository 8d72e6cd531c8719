/*
 * What the loader noted in passing, as rules see it: a table with the text, the style and the
 * reason, which stands for the place of the note, so that at() knows it.
 */
#include "engine/notes.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/* In the order of the text; of the same text the first in the document. */
static int notes_compare(const void *left, const void *right)
{
    const struct resource *a = left, *b = right;
    int order = (a->node->start > b->node->start) - (a->node->start < b->node->start);

    return order ? order : (a->item > b->item) - (a->item < b->item);
}

void notes_begin(struct notes *notes, const struct document *document)
{
    struct resource resource;
    size_t kept = 0;

    *notes = (struct notes){0};
    for (struct resources walk = resources_of(document); resources_next(&walk, &resource);) {
        notes->resources = memory_extend(notes->resources, notes->count, &notes->capacity,
                                         sizeof *notes->resources);
        notes->resources[notes->count++] = resource;
    }
    if (notes->count)
        qsort(notes->resources, notes->count, sizeof *notes->resources, notes_compare);
    /* What an alias brings stands within what it repeats. */
    for (size_t i = 0; i < notes->count; i++)
        if (!kept || notes->resources[i].node->start > notes->resources[kept - 1].node->end)
            notes->resources[kept++] = notes->resources[i];
    notes->count = kept;
}

void notes_done(struct notes *notes)
{
    free(notes->resources);
}

const struct resource *notes_find_resource(const struct notes *notes, const struct note *note)
{
    size_t low = 0, high = notes->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (notes->resources[middle].node->start <= note->start)
            low = middle + 1;
        else
            high = middle;
    }
    return low && note->start <= notes->resources[low - 1].node->end ? &notes->resources[low - 1]
                                                                     : NULL;
}

static void notes_set_field(lua_State *L, const char *field, struct text text)
{
    lua_pushlstring(L, text.at ? text.at : "", text.length);
    lua_setfield(L, -2, field);
}

/* Pushes a table that stands for the bytes START to END at the place of NODE in the tree; for a KEY
 * (at != NULL) of it. */
static void notes_push_span(struct worker *worker, const struct node *node, struct text key,
                            uint32_t start, uint32_t end)
{
    struct node *copy = arena_zero(&worker->document_arena, sizeof *copy);

    if (node)
        *copy = *node;
    else
        copy->alias_start = NODE_NOWHERE;
    if (node && key.at) {
        copy->parent = (struct node *)(uintptr_t)node;
        copy->key = key;
        copy->key_start = NODE_NOWHERE;
    }
    copy->type = NODE_STRING;
    copy->text = (struct text){0};
    copy->start = start;
    copy->end = end;
    lua_newtable(worker->L);
    tables_bind(&worker->tables, worker->L, copy);
}

void notes_push(struct worker *worker, const struct note *note)
{
    lua_State *L = worker->L;

    struct text key = note->is_key ? note->text : (struct text){0};

    notes_push_span(worker, note->node, key, note->start, note->end);
    lua_pushstring(L, note_kind_name(note->kind));
    lua_setfield(L, -2, "kind");
    notes_set_field(L, "text", note->text);
    lua_pushstring(L, node_style_name(note->style));
    lua_setfield(L, -2, "style");
    lua_pushboolean(L, note->is_key);
    lua_setfield(L, -2, "is_key");
    if (note->reason != AMBIGUITY_NONE) {
        lua_pushstring(L, scalar_ambiguity_name(note->reason));
        lua_setfield(L, -2, "reason");
    }
    if (note->node && note->node->key.at)
        notes_set_field(L, "key", text_slice(note->node->key, 0, NODE_PATH_KEY_MAX));
    if (note->node && !note->is_key) {
        tables_push(NULL, L, note->node);
        lua_setfield(L, -2, "value");
    }
    if (note->other_start != NODE_NOWHERE) {
        notes_push_span(worker, note->node, key, note->other_start, note->other_end);
        lua_setfield(L, -2, "other");
    }
}
