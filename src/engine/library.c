/*
 * The list of what rules may use of Lua itself. Whatever is not named here does not exist for them.
 */
#include "engine/library.h"
#include "engine/budget.h"
#include "engine/sandbox.h"
#include <lualib.h>
#include <stdio.h>
#include <string.h>

static int library_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    sandbox_push_words(L, 1);
    return 1;
}

static int library_type(lua_State *L)
{
    luaL_checkany(L, 1);
    lua_pushstring(L, luaL_typename(L, 1));
    return 1;
}

static int library_error(lua_State *L)
{
    int level = (int)luaL_optinteger(L, 2, 1);

    lua_settop(L, 1);
    if (lua_type(L, 1) == LUA_TTABLE && lua_getfield(L, 1, "message") == LUA_TSTRING)
        lua_replace(L, 1);
    sandbox_push_words(L, 1);
    if (level > 0) {
        luaL_where(L, level);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    return lua_error(L);
}

static int library_assert(lua_State *L)
{
    if (lua_toboolean(L, 1))
        return lua_gettop(L);
    luaL_checkany(L, 1);
    if (lua_isnoneornil(L, 2))
        return luaL_error(L, "assertion failed");
    lua_settop(L, 2);
    sandbox_push_words(L, 2);
    return lua_error(L);
}

/* What making and catching an error costs, in instructions, and the calls for which it costs one
 * more: Lua walks all that are left. */
enum { LIBRARY_ERROR_COST = 20, LIBRARY_CALLS = 8 };

/* How many calls there are, to within a factor of two. */
static uint64_t library_depth(lua_State *L)
{
    lua_Debug debug;
    int depth = LIBRARY_CALLS;

    while (lua_getstack(L, depth, &debug))
        depth *= 2;
    return (uint64_t)depth;
}

/* Hands on the error of a rule that used up its budget. */
static int library_pcall(lua_State *L)
{
    int status;

    luaL_checkany(L, 1);
    status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
    budget_resume(L); /* where a table of the document could not be made */
    if (budget_tripped(L))
        return status == LUA_OK ? budget_stop(L, budget_tripped(L)) : lua_error(L);
    if (status != LUA_OK)
        budget_charge(L, LIBRARY_ERROR_COST + library_depth(L) / LIBRARY_CALLS);
    lua_pushboolean(L, status == LUA_OK);
    lua_insert(L, 1);
    return lua_gettop(L);
}

/* The most values that a function of Lua's hands out: calls copy all of them. */
enum { LIBRARY_VALUES_MAX = 1000 };

/* Upvalue: a function of Lua that walks its first argument from end to end, or makes another as
 * long.
 */
static int library_walk(lua_State *L)
{
    size_t length = lua_type(L, 1) == LUA_TSTRING ? lua_rawlen(L, 1) : 0;

    budget_charge_bytes(L, length);
    budget_reserve(L, length);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    if (lua_gettop(L) > LIBRARY_VALUES_MAX)
        return luaL_error(L, "more than %d values at once", LIBRARY_VALUES_MAX);
    return lua_gettop(L);
}

void library_charge(lua_State *L, const char *const *names)
{
    for (; *names; names++) {
        lua_getfield(L, -1, *names);
        lua_pushcclosure(L, library_walk, 1);
        lua_setfield(L, -2, *names);
    }
}

void library_module(lua_State *L, const char *name)
{
    char what[64];

    snprintf(what, sizeof what, "module `%s`", name);
    sandbox_freeze(L, what);
    lua_setfield(L, -2, name);
}

/* Adds the fields NAMES (ended by NULL) of the table on top to the table below it. */
static void library_take(lua_State *L, const char *const *names)
{
    for (; *names; names++) {
        lua_getfield(L, -1, *names);
        lua_setfield(L, -3, *names);
    }
}

static void library_open_math(lua_State *L)
{
    static const char *const names[] = {
        "abs", "ceil",       "exp",  "floor", "fmod", "huge",      "log",  "max", "maxinteger",
        "min", "mininteger", "modf", "pi",    "sqrt", "tointeger", "type", "ult", NULL,
    };

    lua_newtable(L);
    luaL_requiref(L, "math", luaopen_math, 0);
    library_take(L, names);
    lua_pop(L, 1);
    library_module(L, "math");
}

/* What utf8.codes hands out; upvalue: Lua's own, which passes all bytes that only go on in one
 * call, whatever text it is given. */
static int library_next_code(lua_State *L)
{
    lua_Integer from = lua_tointeger(L, 2);
    struct text text;
    size_t i;

    text.at = luaL_checklstring(L, 1, &text.length);
    lua_settop(L, 2);
    if (from >= 0) {
        for (i = (size_t)from; i < text.length && ((unsigned char)text.at[i] & 0xc0) == 0x80;)
            i++;
        budget_charge_bytes(L, i - (size_t)from);
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    if (lua_pcall(L, 2, LUA_MULTRET, 0) == LUA_OK)
        return lua_gettop(L);
    luaL_where(L, 1); /* where the rule calls this: Lua's own was called by C */
    lua_insert(L, 1);
    lua_concat(L, 2);
    return lua_error(L);
}

/* Upvalues: what it hands out, and that for lax texts. */
static int library_codes(lua_State *L)
{
    luaL_checkstring(L, 1);
    lua_pushvalue(L, lua_upvalueindex(lua_toboolean(L, 2) ? 2 : 1));
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

/* Pushes what utf8.codes of the module at INDEX hands out, which is the same for all texts. */
static void library_push_next_code(lua_State *L, int index, bool lax)
{
    lua_getfield(L, index, "codes");
    lua_pushliteral(L, "");
    lua_pushboolean(L, lax);
    lua_call(L, 2, 1);
    lua_pushcclosure(L, library_next_code, 1);
}

static void library_open_utf8(lua_State *L)
{
    static const char *const names[] = {"char", "charpattern", "codepoint", "codes",
                                        "len",  "offset",      NULL};
    static const char *const walk[] = {"codepoint", "len", "offset", NULL};

    lua_newtable(L);
    luaL_requiref(L, "utf8", luaopen_utf8, 0);
    library_take(L, names);
    lua_pop(L, 1);
    library_charge(L, walk);
    library_push_next_code(L, -1, false);
    library_push_next_code(L, -2, true);
    lua_pushcclosure(L, library_codes, 2);
    lua_setfield(L, -2, "codes");
    library_module(L, "utf8");
}

void library_open(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"tostring", library_tostring}, {"type", library_type},   {"error", library_error},
        {"assert", library_assert},     {"pcall", library_pcall}, {NULL, NULL},
    };
    static const char *const names[] = {"select", "tonumber", NULL};
    static const char *const walk[] = {"tonumber", NULL};

    luaL_setfuncs(L, functions, 0);
    luaL_requiref(L, "_G", luaopen_base, 0);
    library_take(L, names);
    lua_pop(L, 1);
    library_charge(L, walk);
    library_open_math(L);
    library_open_utf8(L);
    library_open_strings(L);
    library_open_values(L);
    library_open_match(L);
    library_open_places(L);
}
