/*
 * Places: how a rule says where, without knowing lines. A place keeps the deepest node that exists
 * and the whole path that was asked for, so that a finding about something missing still stands
 * somewhere.
 */
#include "engine/library.h"
#include "engine/worker.h"
#include <lauxlib.h>
#include <string.h>

static const char places_type[] = "krug.place";

static void places_push(lua_State *L, struct place place)
{
    struct place *room = lua_newuserdatauv(L, sizeof *room, 0);

    *room = place;
    luaL_setmetatable(L, places_type);
}

static const struct node *places_root(const struct worker *worker)
{
    return worker->check.resource ? worker->check.resource->node : NULL;
}

static struct text places_keep(struct worker *worker, struct buffer *buffer)
{
    struct text text = arena_copy(&worker->document_arena, buffer_text(buffer));

    buffer_done(buffer);
    return text;
}

/* at(table, key, ...) */
static int places_at(lua_State *L)
{
    struct worker *worker = sandbox_owner(L);
    int top = lua_gettop(L);
    const struct node *node, *child;
    struct place place = {worker->serial, NULL, {0}};
    struct buffer path = {0};
    bool lost = false;

    if (lua_type(L, 1) != LUA_TTABLE) {
        places_push(L, place); /* what is missing, or no map, has no place of its own */
        return 1;
    }
    node = tables_find(&worker->tables, L, 1);
    if (!node)
        return luaL_argerror(L, 1, "is not part of this document");
    for (int i = 2; i <= top; i++)
        if (lua_type(L, i) != LUA_TSTRING && !lua_isinteger(L, i))
            return luaL_argerror(L, i, "is neither a key nor the number of a list item");
    node_path(&path, node, places_root(worker));
    for (int i = 2; i <= top; i++) {
        if (lua_type(L, i) == LUA_TSTRING) {
            struct text key;

            key.at = lua_tolstring(L, i, &key.length);
            node_path_key(&path, key);
        } else {
            buffer_print(&path, "[%lld]", (long long)lua_tointeger(L, i) - 1);
        }
        child = lost ? NULL : values_child(L, node, i);
        lost = !child;
        if (child)
            node = child;
    }
    place.node = node;
    place.path = places_keep(worker, &path);
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
    struct buffer path = {0};

    if (lua_isnoneornil(L, index))
        return place;
    if (lua_type(L, index) == LUA_TTABLE) {
        place.node = tables_find(&worker->tables, L, index);
        if (!place.node)
            luaL_argerror(L, index, "is no place: use at(table, key), or a table of the document");
        node_path(&path, place.node, places_root(worker));
        place.path = places_keep(worker, &path);
        return place;
    }
    given = luaL_testudata(L, index, places_type);
    if (!given)
        luaL_argerror(L, index, "is no place: use at(table, key), or a table of the document");
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
