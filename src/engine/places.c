/*
 * Places: how a rule says where, without knowing lines. A place keeps the deepest node that exists
 * and the whole path that was asked for, so that a finding about something missing still stands
 * somewhere.
 */
#include "engine/budget.h"
#include "engine/library.h"
#include "engine/worker.h"
#include <assert.h>
#include <lauxlib.h>
#include <string.h>

static const char places_type[] = "krug.place";

/* The path is copied behind the place: it is the rule's memory, and gone with it. */
static void places_push(lua_State *L, struct place place)
{
    struct place *room = lua_newuserdatauv(L, sizeof *room + place.path.length, 0);

    if (place.path.length)
        memcpy(room + 1, place.path.at, place.path.length);
    if (place.path.at)
        place.path.at = (const char *)(room + 1);
    *room = place;
    luaL_setmetatable(L, places_type);
}

static const struct node *places_root(const struct worker *worker)
{
    return worker->check.resource ? worker->check.resource->node : NULL;
}

/* Begins the path of NODE, to which MORE bytes will be added. */
static void places_begin_path(lua_State *L, const struct node *node, size_t more)
{
    struct worker *worker = sandbox_owner(L);

    budget_reserve(L, more);
    worker->path.length = 0;
    node_path(&worker->path, node, places_root(worker));
    budget_charge_bytes(L, worker->path.length + more);
}

/* A key of at(), checked before anything is made of it. */
static size_t places_check_key(lua_State *L, int index)
{
    if (lua_type(L, index) == LUA_TSTRING)
        return lua_rawlen(L, index);
    if (!lua_isinteger(L, index))
        luaL_argerror(L, index, "is neither a key nor the number of a list item");
    return 0;
}

static void places_add_key(lua_State *L, int index, struct buffer *path)
{
    struct text key;

    if (lua_type(L, index) == LUA_TSTRING) {
        key.at = lua_tolstring(L, index, &key.length);
        node_path_key(path, key);
    } else {
        buffer_print(path, "[%lld]", (long long)((lua_Unsigned)lua_tointeger(L, index) - 1));
    }
}

/* at(table, key, ...) */
static int places_at(lua_State *L)
{
    struct worker *worker = sandbox_owner(L);
    int top = lua_gettop(L);
    const struct node *node, *child;
    struct place place = {worker->serial, NULL, {0}};
    size_t more = 0;
    bool lost = false;

    if (lua_type(L, 1) != LUA_TTABLE) {
        places_push(L, place); /* what is missing, or no map, has no place of its own */
        return 1;
    }
    node = tables_find(&worker->tables, L, 1);
    if (!node)
        return luaL_argerror(L, 1, "is not part of this document");
    for (int i = 2; i <= top; i++)
        more += places_check_key(L, i);
    places_begin_path(L, node, more);
    for (int i = 2; i <= top; i++) {
        places_add_key(L, i, &worker->path);
        child = lost ? NULL : values_child(L, node, i);
        lost = !child;
        if (child)
            node = child;
    }
    place.node = node;
    place.path = buffer_text(&worker->path);
    places_push(L, place);
    return 1;
}

bool places_is(lua_State *L, int index)
{
    return luaL_testudata(L, index, places_type);
}

struct place places_check(lua_State *L, int index)
{
    struct worker *worker = sandbox_owner(L);
    struct place place = {worker->serial, NULL, {0}};
    const struct place *given;

    if (lua_isnoneornil(L, index))
        return place;
    if (lua_type(L, index) == LUA_TTABLE) {
        place.node = tables_find(&worker->tables, L, index);
        if (!place.node)
            luaL_argerror(L, index, "is no place: use at(table, key), or a table of the document");
        places_begin_path(L, place.node, 0);
        place.path = buffer_text(&worker->path);
        return place;
    }
    given = luaL_testudata(L, index, places_type);
    if (!given)
        luaL_argerror(L, index, "is no place: use at(table, key), or a table of the document");
    assert(given);
    if (given->serial != worker->serial)
        luaL_argerror(L, index, "is a place in another document");
    return *given;
}

static bool places_is_block(const struct node *node)
{
    return (node->type == NODE_MAP || node->type == NODE_LIST) && node->style == STYLE_BLOCK;
}

struct span places_span(struct source *source, const struct node *node)
{
    uint32_t start = node->start, end = node->end;
    bool hidden = places_is_block(node) || start == end;
    const char *line_end;

    if (hidden && node->key.at && node->key_start != NODE_NOWHERE)
        return source_span(source, node->key_start, node->key_end);
    if (node->type == NODE_MAP || node->type == NODE_LIST) {
        line_end = memchr(source->text.at + start, '\n', end - start);
        if (line_end)
            end = (uint32_t)(line_end - source->text.at);
        if (end > start && source->text.at[end - 1] == '\r')
            end--;
    }
    return source_span(source, start, end);
}

void library_open_places(lua_State *L)
{
    luaL_newmetatable(L, places_type);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
    lua_pushcfunction(L, places_at);
    lua_setfield(L, -2, "at");
}
