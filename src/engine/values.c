/*
 * Looking at values: correct manifests leave things out and wrong ones hold anything, so each of
 * these answers for any value and none raises.
 */
#include "engine/budget.h"
#include "engine/library.h"
#include "engine/sandbox.h"
#include "engine/worker.h"
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct node *values_node(lua_State *L, int index)
{
    const struct worker *worker = sandbox_owner(L);

    return tables_find(&worker->tables, L, index);
}

/* How many items the list at INDEX has, nulls counted; 0 where it is no list. */
static lua_Integer values_list_count(lua_State *L, int index)
{
    const struct node *node = values_node(L, index);

    if (node)
        return node->type == NODE_LIST ? (lua_Integer)node->count : 0;
    return lua_type(L, index) == LUA_TTABLE ? (lua_Integer)lua_rawlen(L, index) : 0;
}

/* Upvalues: facts of a join, their count, the last index. */
static int values_facts_next(lua_State *L)
{
    lua_Integer count = lua_tointeger(L, lua_upvalueindex(2));
    lua_Integer index = lua_tointeger(L, lua_upvalueindex(3));

    if (index >= count)
        return 0;
    lua_pushinteger(L, index + 1);
    lua_replace(L, lua_upvalueindex(3));
    facts_push_fact(L, lua_upvalueindex(1), (size_t)index);
    lua_pushinteger(L, index + 1);
    return 2;
}

/* Upvalues: the list, its count, the last index. */
static int values_each_next(lua_State *L)
{
    lua_Integer count = lua_tointeger(L, lua_upvalueindex(2));
    lua_Integer index = lua_tointeger(L, lua_upvalueindex(3));

    while (index < count) {
        if (lua_rawgeti(L, lua_upvalueindex(1), ++index) != LUA_TNIL) {
            lua_pushinteger(L, index);
            lua_copy(L, -1, lua_upvalueindex(3));
            return 2;
        }
        lua_pop(L, 1);
        budget_charge(L, 1); /* a hole of a million is passed in one call */
    }
    return 0;
}

static int values_nothing(lua_State *L)
{
    (void)L;
    return 0;
}

static int values_each(lua_State *L)
{
    lua_Integer count;

    lua_CFunction next = values_each_next;
    size_t facts;

    lua_settop(L, 1);
    sandbox_thaw(L, 1);
    facts = facts_count(L, 1);
    if (facts != SIZE_MAX) {
        count = (lua_Integer)facts;
        next = values_facts_next;
    } else {
        count = values_list_count(L, 1);
    }
    if (!count) {
        lua_pushcfunction(L, values_nothing);
        return 1;
    }
    lua_pushinteger(L, count);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, next, 3);
    return 1;
}

static int values_num(lua_State *L)
{
    lua_settop(L, 2);
    if (lua_type(L, 1) == LUA_TNUMBER)
        lua_settop(L, 1);
    return 1;
}

static int values_str(lua_State *L)
{
    lua_settop(L, 2);
    if (lua_type(L, 1) == LUA_TSTRING)
        lua_settop(L, 1);
    return 1;
}

static int values_count(lua_State *L)
{
    const struct node *node;
    lua_Integer count = 0;

    lua_settop(L, 1);
    sandbox_thaw(L, 1);
    node = values_node(L, 1);
    if (facts_count(L, 1) != SIZE_MAX) {
        count = (lua_Integer)facts_count(L, 1);
    } else if (node) {
        count = (lua_Integer)node->count;
    } else if (lua_type(L, 1) == LUA_TTABLE) {
        count = (lua_Integer)lua_rawlen(L, 1);
        if (!count)
            for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
                count++;
        budget_charge(L, (uint64_t)count);
    }
    lua_pushinteger(L, count);
    return 1;
}

/* Children of a node that are passed in the time of an instruction. */
enum { VALUES_STEPS = 4 };

/* The child of NODE under the key at INDEX of the stack; NULL where there is none. */
const struct node *values_child(lua_State *L, const struct node *node, int index)
{
    struct text key;
    int is_number;
    lua_Integer number;

    if (!node)
        return NULL;
    budget_charge(L, node->count / VALUES_STEPS);
    if (node->type == NODE_MAP && lua_type(L, index) == LUA_TSTRING) {
        key.at = lua_tolstring(L, index, &key.length);
        return node_find(node, key);
    }
    number = lua_tointegerx(L, index, &is_number);
    if (node->type == NODE_LIST && is_number)
        for (const struct node *child = node->first; child; child = child->next)
            if ((lua_Integer)child->index + 1 == number)
                return child;
    return NULL;
}

static const char *values_type_name(lua_State *L, int index)
{
    switch (lua_type(L, index)) {
    case LUA_TNONE:
    case LUA_TNIL:
        return "missing";
    case LUA_TTABLE:
        return lua_rawlen(L, index) ? "list" : "map";
    default:
        return luaL_typename(L, index);
    }
}

static int values_typeof(lua_State *L)
{
    const struct node *node = values_node(L, 1);

    if (lua_gettop(L) >= 2 && node) {
        node = values_child(L, node, 2);
        lua_pushstring(L, node ? node_type_name(node->type) : "missing");
        return 1;
    }
    if (node) {
        lua_pushstring(L, node_type_name(node->type));
        return 1;
    }
    if (lua_gettop(L) >= 2) {
        if (lua_type(L, 1) != LUA_TTABLE) {
            lua_pushliteral(L, "missing");
            return 1;
        }
        sandbox_thaw(L, 1);
        lua_settop(L, 2);
        lua_rawget(L, 1);
        lua_replace(L, 1);
    }
    sandbox_thaw(L, 1);
    lua_pushstring(L, values_type_name(L, 1));
    return 1;
}

static int values_null(lua_State *L)
{
    const struct node *node = values_child(L, values_node(L, 1), 2);

    lua_pushboolean(L, node && node->type == NODE_NULL);
    return 1;
}

/* Upvalues: the map's table, the next child, the worker's serial. In the document's own order. */
static int values_map_next(lua_State *L)
{
    const struct worker *worker = sandbox_owner(L);
    const struct node *child = lua_touserdata(L, lua_upvalueindex(2));

    if (lua_tointeger(L, lua_upvalueindex(3)) != (lua_Integer)worker->serial)
        return luaL_error(L,
                          "pairs: this walk is of a document that is gone: a rule keeps nothing");

    for (; child; child = child->next) {
        lua_pushlstring(L, child->key.at, child->key.length);
        lua_pushvalue(L, -1);
        if (lua_gettable(L, lua_upvalueindex(1)) != LUA_TNIL) {
            lua_pushlightuserdata(L, (void *)(uintptr_t)child->next);
            lua_replace(L, lua_upvalueindex(2));
            return 2;
        }
        lua_pop(L, 2);
        budget_charge(L, 1);
    }
    lua_pushlightuserdata(L, NULL);
    lua_replace(L, lua_upvalueindex(2));
    return 0;
}

/* The key at INDEX of the stack as something that can be put in order. */
struct values_key {
    int type;
    bool whole; /* a number that is an integer: integer holds it exactly */
    lua_Integer integer;
    lua_Number number;
    struct text text;
};

static struct values_key values_key(lua_State *L, int index)
{
    struct values_key key = {.type = lua_type(L, index)};

    if (key.type == LUA_TNUMBER) {
        key.whole = lua_isinteger(L, index);
        key.integer = key.whole ? lua_tointeger(L, index) : 0;
        key.number = lua_tonumber(L, index);
    } else if (key.type == LUA_TSTRING) {
        key.text.at = lua_tolstring(L, index, &key.text.length);
    } else if (key.type == LUA_TBOOLEAN) {
        key.integer = lua_toboolean(L, index);
        key.whole = true;
    } else {
        luaL_error(L, "pairs: a %s is no key that can be put in order", luaL_typename(L, index));
    }
    return key;
}

/* Exactly: as a float the integer could be rounded to another number. */
static int values_compare_integer(lua_Integer integer, lua_Number number)
{
    lua_Number whole = floor(number);

    if (number >= 0x1p63)
        return -1;
    if (number < -0x1p63)
        return 1;
    if (integer != (lua_Integer)whole)
        return integer < (lua_Integer)whole ? -1 : 1;
    return whole < number ? -1 : 0;
}

/* Numbers come first, then texts, then booleans. */
static int values_key_compare(const void *left, const void *right)
{
    static const int rank[] = {[LUA_TNUMBER] = 0, [LUA_TSTRING] = 1, [LUA_TBOOLEAN] = 2};
    const struct values_key *a = left, *b = right;

    if (a->type != b->type)
        return rank[a->type] - rank[b->type];
    if (a->type == LUA_TSTRING)
        return text_compare(a->text, b->text);
    if (a->whole && b->whole)
        return (a->integer > b->integer) - (a->integer < b->integer);
    if (a->whole)
        return values_compare_integer(a->integer, b->number);
    if (b->whole)
        return -values_compare_integer(b->integer, a->number);
    return (a->number > b->number) - (a->number < b->number);
}

static void values_push_key(lua_State *L, const struct values_key *key)
{
    if (key->type == LUA_TSTRING)
        lua_pushlstring(L, key->text.at, key->text.length);
    else if (key->type == LUA_TBOOLEAN)
        lua_pushboolean(L, key->integer != 0);
    else if (key->whole)
        lua_pushinteger(L, key->integer);
    else
        lua_pushnumber(L, key->number);
}

/* Upvalues: the table, the list of its keys in order, their count, the last one. The list keeps the
 * keys: the rule may take them out of the table while it walks. */
static int values_sorted_next(lua_State *L)
{
    lua_Integer count = lua_tointeger(L, lua_upvalueindex(3));
    lua_Integer index = lua_tointeger(L, lua_upvalueindex(4));

    while (index < count) {
        lua_rawgeti(L, lua_upvalueindex(2), ++index);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
            lua_pushinteger(L, index);
            lua_replace(L, lua_upvalueindex(4));
            return 2;
        }
        lua_pop(L, 2);
        budget_charge(L, 1);
    }
    lua_pushinteger(L, count);
    lua_replace(L, lua_upvalueindex(4));
    return 0;
}

/* The facts of a join are no table: walking none of them would be a silent nothing. */
static void values_refuse_facts(lua_State *L)
{
    if (facts_count(L, 1) != SIZE_MAX)
        luaL_error(L, "facts are walked by each(facts): value, number from 1");
}

/* Instructions that putting a key in order costs. */
enum { VALUES_SORT_COST = 10 };

static int values_pairs(lua_State *L)
{
    const struct node *node;
    struct values_key *keys;
    lua_Integer count = 0, i = 0;

    lua_settop(L, 1);
    sandbox_thaw(L, 1);
    values_refuse_facts(L);
    node = values_node(L, 1);
    if (lua_type(L, 1) != LUA_TTABLE) {
        lua_pushcfunction(L, values_nothing);
        return 1;
    }
    if (node && node->type == NODE_MAP) {
        lua_pushlightuserdata(L, node->first);
        lua_pushinteger(L, ((const struct worker *)sandbox_owner(L))->serial);
        lua_pushcclosure(L, values_map_next, 3);
        return 1;
    }
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
        count++;
    budget_charge(L, (uint64_t)count * VALUES_SORT_COST);
    keys = lua_newuserdatauv(L, (size_t)count * sizeof *keys + 1, 0);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        keys[i] = values_key(L, -2);
        budget_charge_bytes(L, keys[i++].text.length * VALUES_SORT_COST);
    }
    qsort(keys, (size_t)count, sizeof *keys, values_key_compare);
    lua_createtable(L, (int)count, 0);
    for (i = 0; i < count; i++) {
        values_push_key(L, &keys[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_replace(L, -2);
    lua_pushinteger(L, count);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, values_sorted_next, 4);
    return 1;
}

/* Upvalue: the table, which may be what a read-only view leads to: it is never handed out. The rule
 * may call this with anything. */
static int values_ipairs_next(lua_State *L)
{
    lua_Integer next = lua_tointeger(L, 2);

    if (next < 0 || next >= INT_MAX)
        return 0;
    lua_pushinteger(L, ++next);
    return lua_rawgeti(L, lua_upvalueindex(1), next) == LUA_TNIL ? 0 : 2;
}

static int values_ipairs(lua_State *L)
{
    lua_settop(L, 1);
    sandbox_thaw(L, 1);
    values_refuse_facts(L);
    if (lua_type(L, 1) != LUA_TTABLE) {
        lua_pushcfunction(L, values_nothing);
        return 1;
    }
    lua_pushcclosure(L, values_ipairs_next, 1);
    lua_pushnil(L);
    lua_pushinteger(L, 0);
    return 3;
}

void library_open_values(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"each", values_each},   {"num", values_num},       {"str", values_str},
        {"count", values_count}, {"typeof", values_typeof}, {"null", values_null},
        {"pairs", values_pairs}, {"ipairs", values_ipairs}, {NULL, NULL},
    };

    luaL_setfuncs(L, functions, 0);
}
