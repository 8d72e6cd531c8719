/*
 * `ctx.scope`: cluster and namespace of what is looked at, and its directory where the namespace is
 * unknown. It is a value of its own kind, so that it can be a key of a fact: two scopes with the
 * same parts are the same key.
 */
#include "engine/facts.h"
#include "engine/sandbox.h"
#include <string.h>

static const char scope_type[] = "krug.scope";

enum { SCOPE_PARTS = 3 };
static const char *const scope_fields[SCOPE_PARTS] = {"cluster", "namespace", "directory"};

void scope_push(lua_State *L, struct text cluster, struct text namespace, struct text directory)
{
    struct text given[SCOPE_PARTS] = {cluster, namespace, directory};
    struct text *parts;
    size_t length = 0;
    char *at;

    for (size_t i = 0; i < SCOPE_PARTS; i++)
        length += given[i].length;
    parts = lua_newuserdatauv(L, sizeof given + length, 0);
    at = (char *)(parts + SCOPE_PARTS);
    for (size_t i = 0; i < SCOPE_PARTS; i++) {
        parts[i] = (struct text){given[i].at ? at : NULL, given[i].length};
        if (given[i].at)
            memcpy(at, given[i].at, given[i].length);
        at += given[i].length;
    }
    luaL_setmetatable(L, scope_type);
}

const struct text *scope_parts(lua_State *L, int index)
{
    return luaL_testudata(L, index, scope_type);
}

static int scope_index(lua_State *L)
{
    const struct text *parts = scope_parts(L, 1);

    for (size_t i = 0; parts && lua_type(L, 2) == LUA_TSTRING && i < SCOPE_PARTS; i++) {
        if (strcmp(lua_tostring(L, 2), scope_fields[i]))
            continue;
        if (!parts[i].at)
            return 0;
        lua_pushlstring(L, parts[i].at, parts[i].length);
        return 1;
    }
    sandbox_push_words(L, 2);
    return luaL_error(L, "ctx.scope has no `%s`: there are cluster, namespace and directory",
                      lua_tostring(L, -1));
}

static int scope_newindex(lua_State *L)
{
    return luaL_error(L, "fields of ctx.scope cannot be set");
}

static int scope_equal(lua_State *L)
{
    const struct text *a = scope_parts(L, 1), *b = scope_parts(L, 2);
    bool equal = a && b;

    for (size_t i = 0; equal && i < SCOPE_PARTS; i++)
        equal = text_equal(a[i], b[i]) && !a[i].at == !b[i].at;
    lua_pushboolean(L, equal);
    return 1;
}

void scope_open(lua_State *L)
{
    static const luaL_Reg functions[] = {{"__index", scope_index},
                                         {"__newindex", scope_newindex},
                                         {"__eq", scope_equal},
                                         {NULL, NULL}};

    luaL_newmetatable(L, scope_type);
    luaL_setfuncs(L, functions, 0);
    lua_pop(L, 1);
}
