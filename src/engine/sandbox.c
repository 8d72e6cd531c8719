/*
 * What a rule can reach. The rule: nothing that touches the machine, nothing that runs without end
 * inside one C call, nothing that one rule could leave behind for another, nothing that prints an
 * address. Everything shared is handed out as a read-only view: an empty table whose metatable
 * leads to the real one.
 */
#include "engine/sandbox.h"
#include "base/near.h"
#include "engine/budget.h"
#include "engine/library.h"
#include <stdio.h>
#include <stdlib.h>

static const char sandbox_base_key = 'b', sandbox_shared_key = 'e';

void *sandbox_owner(lua_State *L)
{
    return *(void **)lua_getextraspace(L);
}

/* Of equally near names the first by bytes wins: lua_next's order must not show. */
static void sandbox_offer(struct near *near, struct text name)
{
    struct near alone = *near;

    alone.best = (struct text){0};
    alone.distance = near->distance + 1;
    near_offer(&alone, name);
    if (alone.best.at &&
        (alone.distance < near->distance || (near->best.at && text_compare(name, near->best) < 0)))
        *near = alone;
}

struct text sandbox_near(lua_State *L, int table, int key)
{
    struct near near;
    struct text text;

    text.at = lua_tolstring(L, key, &text.length);
    near_init(&near, text);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        if (lua_type(L, -2) == LUA_TSTRING) {
            text.at = lua_tolstring(L, -2, &text.length);
            budget_charge(L, near_cost(&near, text));
            sandbox_offer(&near, text);
        }
        lua_pop(L, 1);
    }
    return near.best;
}

/* __index of a strict table; upvalue 1: "WHAT has no", 2: a table with its names. */
static int sandbox_missing(lua_State *L)
{
    struct text best = {0};

    luaL_checkstack(L, 8, NULL);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(2)) != LUA_TNIL)
        return 0; /* a field that may be nil, and is */
    if (lua_type(L, 2) == LUA_TSTRING) {
        best = sandbox_near(L, lua_upvalueindex(2), 2);
        if (best.at)
            return luaL_error(L, "%s `%s`; did you mean `%s`?",
                              lua_tostring(L, lua_upvalueindex(1)), lua_tostring(L, 2), best.at);
        return luaL_error(L, "%s `%s`", lua_tostring(L, lua_upvalueindex(1)), lua_tostring(L, 2));
    }
    sandbox_push_words(L, 2);
    return luaL_error(L, "%s [%s]", lua_tostring(L, lua_upvalueindex(1)), lua_tostring(L, -1));
}

static int sandbox_read_only(lua_State *L)
{
    sandbox_push_words(L, 2);
    return luaL_error(L, "`%s` cannot be set: rules share this table", lua_tostring(L, -1));
}

static int sandbox_no_global(lua_State *L)
{
    return luaL_error(L, "global `%s` is set: declare it with `local`", lua_tostring(L, 2));
}

static int sandbox_length(lua_State *L)
{
    sandbox_thaw(L, 1);
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, 1));
    return 1;
}

bool sandbox_is_frozen(lua_State *L, int index)
{
    if (lua_type(L, index) != LUA_TTABLE || luaL_getmetafield(L, index, "real") == LUA_TNIL)
        return false;
    lua_pop(L, 1);
    return true;
}

void sandbox_thaw(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    if (lua_type(L, index) == LUA_TTABLE && luaL_getmetafield(L, index, "real") != LUA_TNIL)
        lua_replace(L, index);
}

/* Replaces a table of names by a metatable that raises where a field is missing that is not among
 * them: with FORMAT ("%s has no") about WHAT, and the field's name. */
static void sandbox_make_strict(lua_State *L, const char *format, const char *what)
{
    lua_pushfstring(L, format, what);
    lua_insert(L, -2);
    lua_pushcclosure(L, sandbox_missing, 2);
    lua_createtable(L, 0, 1);
    lua_insert(L, -2);
    lua_setfield(L, -2, "__index");
}

/* Replaces the table on top by a view of it. */
static void sandbox_view(lua_State *L, lua_CFunction on_write)
{
    luaL_checkstack(L, 6, NULL);
    lua_newtable(L);
    lua_createtable(L, 0, 5);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "real");
    lua_pushcfunction(L, on_write);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, sandbox_length);
    lua_setfield(L, -2, "__len");
    lua_setmetatable(L, -2);
    lua_replace(L, -2);
}

/* How deep shared tables may be nested: parameters and modules are shallow; a cycle ends here. */
enum { SANDBOX_FREEZE_DEPTH = 64 };

/* NOLINTNEXTLINE(misc-no-recursion): SANDBOX_FREEZE_DEPTH */
static void sandbox_freeze_nested(lua_State *L, int depth)
{
    int table = lua_gettop(L);

    luaL_checkstack(L, 8, NULL);
    if (depth > SANDBOX_FREEZE_DEPTH)
        luaL_error(L, "a shared table is nested too deeply, or holds itself");
    lua_pushnil(L);
    while (lua_next(L, table)) {
        if (lua_type(L, -1) != LUA_TTABLE || sandbox_is_frozen(L, -1)) {
            lua_pop(L, 1);
            continue;
        }
        sandbox_freeze_nested(L, depth + 1);
        sandbox_view(L, sandbox_read_only);
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, table); /* an existing key: lua_next goes on */
    }
}

/* Replaces the value on top by a copy; SEEN holds the copies of tables that were met before. */
/* NOLINTNEXTLINE(misc-no-recursion): SANDBOX_FREEZE_DEPTH */
static void sandbox_copy_value(lua_State *L, int seen, int depth)
{
    int table = lua_gettop(L);

    if (lua_type(L, table) != LUA_TTABLE)
        return;
    luaL_checkstack(L, 8, NULL);
    if (depth > SANDBOX_FREEZE_DEPTH)
        luaL_error(L, "a table of the rule is nested too deeply");
    sandbox_thaw(L, table);
    lua_pushvalue(L, table);
    if (lua_rawget(L, seen) == LUA_TTABLE) {
        lua_replace(L, table);
        return;
    }
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, table);
    lua_pushvalue(L, -2);
    lua_rawset(L, seen);
    for (lua_pushnil(L); lua_next(L, table);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        sandbox_copy_value(L, seen, depth + 1);
        lua_rawset(L, table + 1);
    }
    lua_replace(L, table);
}

void sandbox_copy(lua_State *L)
{
    lua_newtable(L);
    lua_insert(L, -2);
    sandbox_copy_value(L, lua_gettop(L) - 1, 0);
    lua_remove(L, -2);
}

void sandbox_freeze(lua_State *L, const char *strict)
{
    sandbox_freeze_nested(L, 0);
    if (strict) {
        lua_pushvalue(L, -1);
        sandbox_make_strict(L, "%s has no", strict);
        lua_setmetatable(L, -2);
    }
    sandbox_view(L, sandbox_read_only);
}

void sandbox_freeze_names(lua_State *L, const char *what)
{
    lua_insert(L, -2);
    sandbox_freeze_nested(L, 0);
    lua_insert(L, -2);
    sandbox_make_strict(L, "%s has no", what);
    lua_setmetatable(L, -2);
    sandbox_view(L, sandbox_read_only);
}

void sandbox_freeze_fields(lua_State *L, const char *what, const char *const *fields)
{
    sandbox_freeze_nested(L, 0);
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, fields) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        for (const char *const *field = fields; *field; field++) {
            lua_pushboolean(L, 1);
            lua_setfield(L, -2, *field);
        }
        sandbox_make_strict(L, "%s has no", what);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, fields);
    }
    lua_setmetatable(L, -2);
    sandbox_view(L, sandbox_read_only);
}

void sandbox_push_base(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &sandbox_base_key);
}

void sandbox_push_environment(lua_State *L, lua_CFunction require, void *policy,
                              const luaL_Reg *more)
{
    const void *key = more ? (const void *)more : policy ? policy : &sandbox_shared_key;

    /* nobody can change it, so all files of a policy share one */
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, key) != LUA_TNIL)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    sandbox_push_base(L);
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -5);
    }
    lua_pop(L, 1);
    if (more)
        luaL_setfuncs(L, more, 0);
    lua_pushlightuserdata(L, policy);
    lua_pushcclosure(L, require, 1);
    lua_setfield(L, -2, "require");
    lua_pushvalue(L, -1);
    sandbox_make_strict(L, "there is no global", NULL);
    lua_setmetatable(L, -2);
    sandbox_view(L, sandbox_no_global);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

/* Loads what was compiled when krug was built; false where this is another Lua. */
static bool sandbox_load_code(lua_State *L, struct text code, const char *name)
{
    if (!code.length)
        return false;
    if (luaL_loadbufferx(L, code.at, code.length, name, "b") == LUA_OK)
        return true;
    lua_pop(L, 1);
    return false;
}

bool sandbox_load(lua_State *L, struct text path, struct text text, struct text code)
{
    char name[512];

    snprintf(name, sizeof name, "@%.*s", TEXT_ARGS(path));
    if (text.length > SANDBOX_SOURCE_MAX) {
        lua_pop(L, 1);
        lua_pushfstring(L, "longer than %d bytes", SANDBOX_SOURCE_MAX);
        return false;
    }
    if (text_starts(text, TEXT("\033"))) { /* as Lua tells it from text */
        lua_pop(L, 1);
        lua_pushliteral(L, "this is compiled Lua: a rule is a text file");
        return false;
    }
    if (!sandbox_load_code(L, code, name) &&
        luaL_loadbufferx(L, text.at, text.length, name, "t") != LUA_OK) {
        lua_remove(L, -2);
        return false;
    }
    lua_insert(L, -2);
    lua_setupvalue(L, -2, 1);
    return true;
}

/* Fields of scalars are nil, and so is what is missing, all the way down. */
static void sandbox_scalars(lua_State *L)
{
    lua_createtable(L, 0, 1);
    lua_newtable(L);
    lua_setfield(L, -2, "__index");
    lua_pushnil(L);
    lua_pushvalue(L, -2);
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
    lua_pushboolean(L, 0);
    lua_pushvalue(L, -2);
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
    lua_pushinteger(L, 0);
    lua_pushvalue(L, -2);
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
    lua_pushliteral(L, "");
    lua_pushvalue(L, -2);
    lua_setmetatable(L, -2);
    lua_pop(L, 2);
}

/* An error outside of a protected call is krug's own fault. */
static int sandbox_panic(lua_State *L)
{
    const char *message = lua_tostring(L, -1);

    fprintf(stderr, "krug: Lua: %s\n", message ? message : "an error without words");
    abort();
}

lua_State *sandbox_new(void *owner)
{
    lua_State *L = budget_state_new();

    lua_atpanic(L, sandbox_panic);
    *(void **)lua_getextraspace(L) = owner;
    lua_newtable(L);
    library_open(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &sandbox_base_key);
    sandbox_scalars(L);
    return L;
}

void sandbox_free(lua_State *L)
{
    if (L)
        budget_state_free(L);
}

void sandbox_push_words(lua_State *L, int index)
{
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        lua_pushvalue(L, index);
        break;
    case LUA_TNUMBER:
        lua_pushvalue(L, index);
        lua_tostring(L, -1);
        break;
    case LUA_TBOOLEAN:
        lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
        break;
    default:
        lua_pushstring(L, luaL_typename(L, index));
    }
}
