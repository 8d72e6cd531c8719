/*
 * What the loader noted in passing, as rules see it: a table with the text, the style and the
 * reason, which stands for the place of the note, so that at() knows it.
 */
#include "engine/notes.h"
#include <string.h>

bool notes_find_resource(const struct document *document, const struct note *note,
                         struct resource *resource)
{
    for (struct resources walk = resources_of(document); resources_next(&walk, resource);)
        if (note->start >= resource->node->start && note->start <= resource->node->end)
            return true;
    return false;
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
        notes_set_field(L, "key", note->node->key);
    if (note->node && !note->is_key) {
        tables_push(NULL, L, note->node);
        lua_setfield(L, -2, "value");
    }
    if (note->other_start != NODE_NOWHERE) {
        notes_push_span(worker, note->node, key, note->other_start, note->other_end);
        lua_setfield(L, -2, "other");
    }
}
