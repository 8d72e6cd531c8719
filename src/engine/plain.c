/*
 * Lua's plain values as JSON, for people and programs that read what a rule declares: the default
 * of a parameter, the parameters of an example. Tables are those of rule files, never documents.
 */
#include "engine/plain.h"
#include "base/json.h"
#include "base/memory.h"
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>

/* A table may stand in itself, or in many places: what is written is counted. */
struct plain {
    struct json json;
    size_t left;  /* values that may still be written */
    size_t bytes; /* and of text */
};

/* Whether TEXT may still be written; where it may not, nothing more is. */
static bool plain_takes(struct plain *plain, struct text text)
{
    if (text.length > plain->bytes) {
        plain->left = 0;
        return false;
    }
    plain->bytes -= text.length;
    return true;
}

static void plain_write(lua_State *L, struct plain *plain, bool list, int depth);

static int plain_compare(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* The keys of the map on top that are strings, in their order, to be freed by the caller; they live
 * as long as the map. Others count here, as nothing is written of them. Where there are too many
 * there are none: which of them come first is chance. */
static struct text *plain_keys(lua_State *L, struct plain *plain, size_t *count)
{
    struct text *keys = NULL;
    size_t capacity = 0;

    *count = 0;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        struct text key;

        if (*count == plain->left) {
            lua_pop(L, 2);
            plain->left = 0;
            *count = 0;
            break;
        }
        if (lua_type(L, -2) != LUA_TSTRING) {
            plain->left--;
            continue;
        }
        key.at = lua_tolstring(L, -2, &key.length);
        keys = memory_extend(keys, *count, &capacity, sizeof *keys);
        keys[(*count)++] = key;
    }
    if (*count)
        qsort(keys, *count, sizeof *keys, plain_compare);
    return keys;
}

/* NOLINTNEXTLINE(misc-no-recursion): PLAIN_DEPTH_MAX */
static void plain_write_map(lua_State *L, struct plain *plain, int depth)
{
    size_t count;
    struct text *keys = plain_keys(L, plain, &count);

    json_begin(&plain->json, '{');
    for (size_t i = 0; i < count && plain->left && plain_takes(plain, keys[i]); i++) {
        json_key_text(&plain->json, keys[i]);
        lua_pushlstring(L, keys[i].at, keys[i].length);
        lua_rawget(L, -2);
        plain_write(L, plain, false, depth + 1);
        lua_pop(L, 1);
    }
    json_end(&plain->json, '}');
    free(keys);
}

/* NOLINTNEXTLINE(misc-no-recursion): PLAIN_DEPTH_MAX */
static void plain_write_list(lua_State *L, struct plain *plain, int depth)
{
    json_begin(&plain->json, '[');
    for (size_t i = 1; i <= lua_rawlen(L, -1) && plain->left; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i);
        plain_write(L, plain, false, depth + 1);
        lua_pop(L, 1);
    }
    json_end(&plain->json, ']');
}

static void plain_write_number(lua_State *L, struct json *json)
{
    if (lua_isinteger(L, -1))
        json_write_integer(json, lua_tointeger(L, -1));
    else if (isfinite(lua_tonumber(L, -1)))
        json_write_number(json, lua_tonumber(L, -1));
    else
        json_write_null(json);
}

/* NOLINTNEXTLINE(misc-no-recursion): PLAIN_DEPTH_MAX */
static void plain_write_table(lua_State *L, struct plain *plain, bool list, int depth)
{
    if (depth >= PLAIN_DEPTH_MAX || !lua_checkstack(L, 4))
        json_write_null(&plain->json);
    else if (list || lua_rawlen(L, -1))
        plain_write_list(L, plain, depth);
    else
        plain_write_map(L, plain, depth);
}

/* NOLINTNEXTLINE(misc-no-recursion): PLAIN_DEPTH_MAX */
static void plain_write(lua_State *L, struct plain *plain, bool list, int depth)
{
    struct text text;

    plain->left--;
    switch (lua_type(L, -1)) {
    case LUA_TSTRING:
        text.at = lua_tolstring(L, -1, &text.length);
        if (plain_takes(plain, text))
            json_write_text(&plain->json, text);
        else
            json_write_null(&plain->json);
        break;
    case LUA_TNUMBER:
        plain_write_number(L, &plain->json);
        break;
    case LUA_TBOOLEAN:
        json_write_bool(&plain->json, lua_toboolean(L, -1));
        break;
    case LUA_TTABLE:
        plain_write_table(L, plain, list, depth);
        break;
    default:
        json_write_null(&plain->json);
    }
}

struct text plain_json(lua_State *L, bool list, struct arena *arena)
{
    char *bytes = NULL;
    size_t length = 0;
    struct plain plain = {
        {.stream = open_memstream(&bytes, &length)}, PLAIN_VALUES_MAX, PLAIN_BYTES_MAX};
    struct text text;
    bool failed;

    if (!plain.json.stream)
        memory_out();
    plain_write(L, &plain, list, 0);
    failed = ferror(plain.json.stream);
    if (fclose(plain.json.stream) || failed)
        memory_out();
    text = arena_copy(arena, (struct text){bytes, length});
    free(bytes);
    return text;
}
