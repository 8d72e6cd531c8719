/*
 * A document is turned into plain Lua tables once, for all rules together; a hash from the table's
 * address finds the node again, so that no table carries a hidden field. Addresses stay valid
 * because nothing is collected while a document is checked.
 */
#include "engine/tables.h"
#include "base/memory.h"
#include "engine/budget.h"
#include "engine/watch.h"
#include "engine/worker.h"
#include <lauxlib.h>
#include <stdlib.h>

struct tables_slot {
    const void *table;
    const struct node *node;
    uint32_t generation;
};

void tables_forget(struct tables *tables)
{
    tables->count = 0;
    tables->generation++;
    if (tables->generation == 0) {
        for (size_t i = 0; i < tables->capacity; i++)
            tables->slots[i].generation = 0;
        tables->generation = 1;
    }
}

void tables_done(struct tables *tables)
{
    free(tables->slots);
    *tables = (struct tables){0};
}

static size_t tables_place(const struct tables *tables, const void *table)
{
    /* Fibonacci hashing; the low bits of an address are always zero */
    size_t i =
        (size_t)(((uintptr_t)table >> 4) * 0x9e3779b97f4a7c15u >> 20) & (tables->capacity - 1);

    while (tables->slots[i].generation == tables->generation && tables->slots[i].table != table)
        i = (i + 1) & (tables->capacity - 1);
    return i;
}

static void tables_grow(struct tables *tables)
{
    struct tables old = *tables;

    tables->capacity = old.capacity ? old.capacity * 2 : 256;
    tables->slots = memory_get(tables->capacity * sizeof *tables->slots);
    if (!tables->generation)
        tables->generation = 1;
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].generation == tables->generation)
            tables->slots[tables_place(tables, old.slots[i].table)] = old.slots[i];
    free(old.slots);
}

void tables_bind(struct tables *tables, lua_State *L, const struct node *node)
{
    const void *table = lua_topointer(L, -1);
    struct tables_slot *slot;

    if (!tables)
        return;
    if (tables->count * 2 >= tables->capacity)
        tables_grow(tables);
    slot = &tables->slots[tables_place(tables, table)];
    if (slot->generation != tables->generation)
        tables->count++;
    *slot = (struct tables_slot){table, node, tables->generation};
}

const struct node *tables_find(const struct tables *tables, lua_State *L, int index)
{
    const struct tables_slot *slot;

    if (!tables->count || lua_type(L, index) != LUA_TTABLE)
        return NULL;
    slot = &tables->slots[tables_place(tables, lua_topointer(L, index))];
    return slot->generation == tables->generation ? slot->node : NULL;
}

/* NOLINTNEXTLINE(misc-no-recursion): LOAD_DEPTH_MAX */
static void tables_push_map(struct tables *tables, lua_State *L, const struct node *node)
{
    lua_createtable(L, 0, (int)node->count);
    tables_bind(tables, L, node);
    if (tables && tables->watched)
        watch_table(L);
    for (const struct node *child = node->first; child; child = child->next) {
        if (child->type == NODE_NULL)
            continue;
        lua_pushlstring(L, child->key.at, child->key.length);
        tables_push(tables, L, child);
        lua_rawset(L, -3);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): LOAD_DEPTH_MAX */
static void tables_push_list(struct tables *tables, lua_State *L, const struct node *node)
{
    lua_createtable(L, (int)node->count, 0);
    tables_bind(tables, L, node);
    for (const struct node *child = node->first; child; child = child->next) {
        if (child->type == NODE_NULL)
            continue;
        tables_push(tables, L, child);
        lua_rawseti(L, -2, (lua_Integer)child->index + 1);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): LOAD_DEPTH_MAX */
void tables_push(struct tables *tables, lua_State *L, const struct node *node)
{
    switch ((enum node_type)node->type) {
    case NODE_NULL:
        lua_pushnil(L);
        break;
    case NODE_BOOL:
        lua_pushboolean(L, node->boolean);
        break;
    case NODE_INTEGER:
        lua_pushinteger(L, node->integer);
        break;
    case NODE_UNSIGNED:
        lua_pushnumber(L, (lua_Number)node->unsigned_integer);
        break;
    case NODE_FLOAT:
        lua_pushnumber(L, node->number);
        break;
    case NODE_STRING:
        lua_pushlstring(L, node->text.at, node->text.length);
        break;
    case NODE_MAP:
        luaL_checkstack(L, 4, "document nested too deeply");
        tables_push_map(tables, L, node);
        break;
    case NODE_LIST:
        luaL_checkstack(L, 4, "document nested too deeply");
        tables_push_list(tables, L, node);
        break;
    }
}

static bool tables_is_collection(const struct node *node)
{
    return node->type == NODE_MAP || node->type == NODE_LIST;
}

/* A resource with more keys than this is made at once. */
enum { TABLES_LAZY_MAX = 64 };

/* Makes what stands under CHILD's key of the table at 1. What is made for the first time is the
 * document's; a rule that takes it away and asks again makes it at its own cost. */
static void tables_make(lua_State *L, struct tables *tables, const struct node *child)
{
    size_t bytes = budget_bytes(L);
    uint64_t bit = UINT64_C(1) << child->index;
    bool first = !(tables->made & bit);

    tables->made |= bit;
    if (first)
        budget_pause(L);
    tables_push(tables, L, child);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 1);
    if (!first)
        return;
    budget_resume(L);
    budget_allow(L, budget_bytes(L) - bytes);
}

/* __index of a resource: makes what is there and was not asked for yet. */
static int tables_index(lua_State *L)
{
    struct worker *worker = sandbox_owner(L);
    const struct node *node = tables_find(&worker->tables, L, 1), *child;
    struct text key;

    if (!node || lua_type(L, 2) != LUA_TSTRING)
        return 0;
    key.at = lua_tolstring(L, 2, &key.length);
    child = node_find(node, key);
    if (!child || !tables_is_collection(child))
        return 0;
    tables_make(L, &worker->tables, child);
    return 1;
}

static const char tables_resource_key = 'm';

static void tables_set_lazy(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &tables_resource_key) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_createtable(L, 0, 1);
        lua_pushcfunction(L, tables_index);
        lua_setfield(L, -2, "__index");
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &tables_resource_key);
    }
    lua_setmetatable(L, -2);
}

void tables_push_resource(struct tables *tables, lua_State *L, const struct node *node)
{
    if (node->type != NODE_MAP || tables->watched || node->count > TABLES_LAZY_MAX) {
        tables_push(tables, L, node);
        return;
    }
    tables->made = 0;
    lua_createtable(L, 0, (int)node->count);
    tables_bind(tables, L, node);
    tables_set_lazy(L);
    for (const struct node *child = node->first; child; child = child->next) {
        if (child->type == NODE_NULL ||
            (tables_is_collection(child) && !text_is(child->key, "metadata")))
            continue;
        lua_pushlstring(L, child->key.at, child->key.length);
        tables_push(tables, L, child);
        lua_rawset(L, -3);
    }
}

void tables_complete(const struct tables *tables, lua_State *L, int index)
{
    const struct node *node = tables_find(tables, L, index);

    if (!node || node->type != NODE_MAP)
        return;
    index = lua_absindex(L, index);
    for (const struct node *child = node->first; child; child = child->next) {
        lua_pushlstring(L, child->key.at, child->key.length);
        lua_gettable(L, index);
        lua_pop(L, 1);
    }
}

static bool tables_same_scalar(lua_State *L, const struct node *node)
{
    struct text text;

    switch ((enum node_type)node->type) {
    case NODE_BOOL:
        return lua_isboolean(L, -1) && lua_toboolean(L, -1) == node->boolean;
    case NODE_INTEGER:
        return lua_isinteger(L, -1) && lua_tointeger(L, -1) == node->integer;
    case NODE_UNSIGNED:
        return lua_type(L, -1) == LUA_TNUMBER &&
               lua_tonumber(L, -1) == (lua_Number)node->unsigned_integer;
    case NODE_FLOAT:
        return lua_type(L, -1) == LUA_TNUMBER && lua_tonumber(L, -1) == node->number;
    case NODE_STRING:
        if (lua_type(L, -1) != LUA_TSTRING)
            return false;
        text.at = lua_tolstring(L, -1, &text.length);
        return text_equal(text, node->text);
    default:
        return lua_isnil(L, -1);
    }
}

/* ROOT: children may still have to be made. */
/* NOLINTNEXTLINE(misc-no-recursion): LOAD_DEPTH_MAX */
static bool tables_intact_below(const struct tables *tables, lua_State *L, const struct node *node,
                                bool root)
{
    size_t count = 0;

    if (node->type != NODE_MAP && node->type != NODE_LIST)
        return tables_same_scalar(L, node);
    if (tables_find(tables, L, -1) != node)
        return false;
    luaL_checkstack(L, 4, "document nested too deeply");
    for (const struct node *child = node->first; child; child = child->next) {
        bool same;

        if (node->type == NODE_MAP) {
            lua_pushlstring(L, child->key.at, child->key.length);
            lua_rawget(L, -2);
        } else {
            lua_rawgeti(L, -1, (lua_Integer)child->index + 1);
        }
        if (root && lua_isnil(L, -1) && tables_is_collection(child)) {
            lua_pop(L, 1); /* was never asked for, or will be made anew */
            continue;
        }
        same = tables_intact_below(tables, L, child, false);
        lua_pop(L, 1);
        if (!same)
            return false;
        count += child->type != NODE_NULL;
    }
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        if (count-- == 0) {
            lua_pop(L, 2);
            return false;
        }
    return count == 0;
}

bool tables_intact(const struct tables *tables, lua_State *L, const struct node *node)
{
    return tables_intact_below(tables, L, node, !tables->watched && node->count <= TABLES_LAZY_MAX);
}
