/*
 * `re` (regular expressions) and `glob` for rules. An expression is compiled once for each state
 * and kept; a limit that is reached is an error of the rule, never "no match".
 */
#include "base/glob.h"
#include "engine/library.h"
#include "engine/sandbox.h"
#include "engine/worker.h"
#include <string.h>

static const char match_cache_key = 'r';

static struct text match_check(lua_State *L, int index)
{
    struct text text;

    text.at = luaL_checklstring(L, index, &text.length);
    return text;
}

static int match_collect(lua_State *L)
{
    regex_free(*(struct regex **)lua_touserdata(L, 1));
    return 0;
}

/* The compiled expression for the pattern at INDEX. */
static const struct regex *match_compile(lua_State *L, int index)
{
    struct text pattern = match_check(L, index);
    char error[256];
    struct regex **regex;

    lua_rawgetp(L, LUA_REGISTRYINDEX, &match_cache_key);
    lua_pushvalue(L, index);
    if (lua_rawget(L, -2) == LUA_TUSERDATA) {
        regex = lua_touserdata(L, -1);
        lua_pop(L, 2);
        return *regex;
    }
    lua_pop(L, 1);
    regex = lua_newuserdatauv(L, sizeof(struct regex *), 0);
    *regex = NULL;
    luaL_setmetatable(L, "krug.regex");
    *regex = regex_new(pattern, error);
    if (!*regex) {
        luaL_argerror(L, index, error);
        return NULL;
    }
    lua_pushvalue(L, index);
    lua_insert(L, -2);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    return *regex;
}

/* Looks for the pattern at 2 in the text at 1; what is no text holds no match. */
static bool match_find(lua_State *L, size_t from)
{
    struct worker *worker = sandbox_owner(L);
    const struct regex *regex = match_compile(L, 2);
    struct text text;
    char error[256];
    int found;

    if (lua_type(L, 1) != LUA_TSTRING)
        return false;
    text = match_check(L, 1);
    if (from > text.length)
        return false;
    found = regex_find(regex, worker->match, text, from, error);
    if (found < 0)
        luaL_error(L, "re: %s", error);
    return found;
}

static void match_push_group(lua_State *L, const struct regex_match *match, size_t group)
{
    struct text text = regex_group(match, group);

    if (text.at)
        lua_pushlstring(L, text.at, text.length);
    else
        lua_pushnil(L);
}

static int match_test(lua_State *L)
{
    lua_pushboolean(L, match_find(L, 0));
    return 1;
}

/* The groups, or the whole where the pattern has none. */
static int match_match(lua_State *L)
{
    struct worker *worker = sandbox_owner(L);
    size_t count;

    if (!match_find(L, 0))
        return 0;
    count = regex_group_count(worker->match);
    luaL_checkstack(L, (int)count, "re: too many groups");
    if (count == 1)
        match_push_group(L, worker->match, 0);
    for (size_t i = 1; i < count; i++)
        match_push_group(L, worker->match, i);
    return count == 1 ? 1 : (int)count - 1;
}

static int match_find_from(lua_State *L)
{
    struct worker *worker = sandbox_owner(L);
    lua_Integer from = luaL_optinteger(L, 3, 1);
    struct text whole;
    size_t length;
    const char *subject;

    if (!match_find(L, from < 1 ? 0 : (size_t)from - 1))
        return 0;
    subject = lua_tolstring(L, 1, &length);
    whole = regex_group(worker->match, 0);
    lua_pushinteger(L, whole.at - subject + 1);
    lua_pushinteger(L, whole.at - subject + (lua_Integer)whole.length);
    return 2;
}

/* glob(pattern, name) and glob_path(pattern, path); what is no text matches nothing. */
static int match_glob_with(lua_State *L, bool (*matches)(struct text, struct text))
{
    luaL_checktype(L, 1, LUA_TSTRING);
    lua_pushboolean(L,
                    lua_type(L, 2) == LUA_TSTRING && matches(match_check(L, 1), match_check(L, 2)));
    return 1;
}

static int match_glob(lua_State *L)
{
    return match_glob_with(L, glob_name);
}

static int match_glob_path(lua_State *L)
{
    return match_glob_with(L, glob_path);
}

void library_open_match(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"test", match_test},
        {"match", match_match},
        {"find", match_find_from},
        {NULL, NULL},
    };

    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &match_cache_key);
    luaL_newmetatable(L, "krug.regex");
    lua_pushcfunction(L, match_collect);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);

    lua_newtable(L);
    luaL_setfuncs(L, functions, 0);
    library_module(L, "re");
    lua_pushcfunction(L, match_glob);
    lua_setfield(L, -2, "glob");
    lua_pushcfunction(L, match_glob_path);
    lua_setfield(L, -2, "glob_path");
}
