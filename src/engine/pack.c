/*
 * Plain data as bytes. A tag and then the value; a table is its tag, its pairs, and an end. Tables
 * are copied whatever they are, the rule's own or parts of the document: a fact is never a view of
 * something that is gone. Depth is bounded, so the recursion is.
 */
#include "engine/pack.h"
#include "engine/budget.h"
#include "engine/facts.h"
#include "engine/fail.h"
#include "engine/sandbox.h"
#include <math.h>
#include <string.h>

enum pack_tag {
    PACK_NIL = 'z',
    PACK_TRUE = 't',
    PACK_FALSE = 'f',
    PACK_INTEGER = 'i',
    PACK_FLOAT = 'd',
    PACK_STRING = 's',
    PACK_PLACE = 'p',
    PACK_SCOPE = 'c',
    PACK_TABLE = '{',
    PACK_END = '}',
};

static void pack_bytes(struct buffer *buffer, const void *bytes, size_t length)
{
    buffer_add(buffer, (struct text){bytes, length});
}

void pack_text(struct buffer *buffer, struct text text)
{
    uint32_t length = (uint32_t)text.length;

    pack_bytes(buffer, &length, sizeof length);
    buffer_add(buffer, text);
}

static void pack_integer(struct buffer *buffer, lua_Integer integer)
{
    buffer_byte(buffer, PACK_INTEGER);
    pack_bytes(buffer, &integer, sizeof integer);
}

static void pack_number(lua_State *L, int index, struct buffer *buffer)
{
    lua_Number number = lua_tonumber(L, index);

    if (lua_isinteger(L, index)) {
        pack_integer(buffer, lua_tointeger(L, index));
        return;
    }
    buffer_byte(buffer, PACK_FLOAT);
    pack_bytes(buffer, &number, sizeof number);
}

static void pack_string(lua_State *L, int index, struct buffer *buffer)
{
    struct text text;

    text.at = lua_tolstring(L, index, &text.length);
    if (text.length > FACT_MAX)
        luaL_error(L, "a fact holds a text of %d bytes: key and value are at most %d bytes each",
                   (int)text.length, FACT_MAX);
    buffer_byte(buffer, PACK_STRING);
    pack_text(buffer, text);
}

static void pack_scope(struct buffer *buffer, const struct text *parts)
{
    buffer_byte(buffer, PACK_SCOPE);
    for (size_t i = 0; i < 3; i++) {
        buffer_byte(buffer, parts[i].at ? '+' : '-');
        pack_text(buffer, parts[i]);
    }
}

/* What is no plain data may be a scope or a place. */
static void pack_object(lua_State *L, int index, struct packed *packed)
{
    const struct text *parts = scope_parts(L, index);
    struct site site;

    if (parts) {
        pack_scope(packed->buffer, parts);
        return;
    }
    if (!fail_find_site(L, index, &site))
        luaL_error(L, "a fact holds plain data and places, and this is a %s",
                   luaL_typename(L, index));
    budget_charge(L, sizeof site);
    if (packed->site_count == packed->site_capacity) {
        struct site *more;

        packed->site_capacity = packed->site_capacity ? packed->site_capacity * 2 : 4;
        more = arena_get(packed->arena, packed->site_capacity * sizeof *more);
        if (packed->site_count)
            memcpy(more, packed->sites, packed->site_count * sizeof *more);
        packed->sites = more;
    }
    packed->sites[packed->site_count] = site;
    buffer_byte(packed->buffer, PACK_PLACE);
    pack_bytes(packed->buffer, &packed->site_count, sizeof packed->site_count);
    packed->site_count++;
}

static void pack_check_size(lua_State *L, size_t size)
{
    if (size > FACT_MAX)
        luaL_error(L,
                   "key and value of a fact are at most %d bytes each, and this is more: emit "
                   "what the join needs, not the document",
                   FACT_MAX);
}

static void pack_any(lua_State *L, int index, struct packed *packed, int depth);

/* NOLINTNEXTLINE(misc-no-recursion): FACT_DEPTH_MAX */
static void pack_table(lua_State *L, int index, struct packed *packed, int depth)
{
    if (depth > FACT_DEPTH_MAX)
        luaL_error(L, "a fact's tables are nested more than %d deep, or hold themselves",
                   FACT_DEPTH_MAX);
    luaL_checkstack(L, 4, NULL);
    lua_pushvalue(L, index);
    sandbox_thaw(L, lua_gettop(L));
    tables_complete(&((struct worker *)sandbox_owner(L))->tables, L, lua_gettop(L));
    buffer_byte(packed->buffer, PACK_TABLE);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING && lua_type(L, -2) != LUA_TNUMBER &&
            lua_type(L, -2) != LUA_TBOOLEAN)
            luaL_error(L, "a %s is no key of a fact's table", luaL_typename(L, -2));
        pack_any(L, lua_gettop(L) - 1, packed, depth);
        pack_any(L, lua_gettop(L), packed, depth);
    }
    lua_pop(L, 1);
    buffer_byte(packed->buffer, PACK_END);
}

/* NOLINTNEXTLINE(misc-no-recursion): FACT_DEPTH_MAX */
static void pack_any(lua_State *L, int index, struct packed *packed, int depth)
{
    struct buffer *buffer = packed->buffer;

    pack_check_size(L, buffer->length);
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        buffer_byte(buffer, PACK_NIL);
        break;
    case LUA_TBOOLEAN:
        buffer_byte(buffer, lua_toboolean(L, index) ? PACK_TRUE : PACK_FALSE);
        break;
    case LUA_TNUMBER:
        pack_number(L, index, buffer);
        break;
    case LUA_TSTRING:
        pack_string(L, index, buffer);
        break;
    case LUA_TTABLE:
        pack_table(L, index, packed, depth + 1);
        break;
    default:
        pack_object(L, index, packed);
    }
}

void pack_value(lua_State *L, int index, struct packed *packed)
{
    pack_any(L, index, packed, 0);
    if (packed->buffer->length > FACT_MAX)
        luaL_error(L,
                   "the value of a fact is %d bytes, and at most %d are kept: emit what the join "
                   "needs, not the document",
                   (int)packed->buffer->length, FACT_MAX);
}

/* A scalar of a key; raises where it is none. */
static void pack_key_part(lua_State *L, int index, struct packed *packed)
{
    lua_Number number;
    const struct text *parts;

    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        pack_string(L, index, packed->buffer);
        return;
    case LUA_TBOOLEAN:
        buffer_byte(packed->buffer, lua_toboolean(L, index) ? PACK_TRUE : PACK_FALSE);
        return;
    case LUA_TNUMBER:
        number = lua_tonumber(L, index);
        if (isnan(number))
            luaL_error(L, "the key of a fact is not a number (nan)");
        if (!lua_isinteger(L, index) && number == floor(number) && number >= -0x1p63 &&
            number < 0x1p63)
            pack_integer(packed->buffer, (lua_Integer)number);
        else
            pack_number(L, index, packed->buffer);
        return;
    default:
        parts = scope_parts(L, index);
        if (parts)
            pack_scope(packed->buffer, parts);
        else
            luaL_error(L,
                       "the key of a fact is a string, number, boolean or ctx.scope, or a list "
                       "of them, and this is %s",
                       lua_isnil(L, index) ? "nil (what is missing needs str(x, default))"
                                           : luaL_typename(L, index));
    }
}

void pack_key(lua_State *L, int index, struct packed *packed)
{
    int top = lua_gettop(L);
    size_t begun = packed->buffer->length;
    lua_Integer count, filled = 0;

    if (lua_type(L, index) != LUA_TTABLE) {
        pack_key_part(L, index, packed);
        return;
    }
    lua_pushvalue(L, index);
    sandbox_thaw(L, lua_gettop(L));
    count = (lua_Integer)lua_rawlen(L, -1);
    pack_check_size(L, (size_t)count);
    for (lua_pushnil(L); filled <= count && lua_next(L, -2); lua_pop(L, 1))
        filled++;
    if (!count || filled != count)
        luaL_error(L,
                   "the key of a fact is a list with holes or names: what is missing in it needs "
                   "str(x, default)");
    buffer_byte(packed->buffer, PACK_TABLE);
    for (lua_Integer i = 1; i <= count; i++) {
        pack_integer(packed->buffer, i);
        lua_rawgeti(L, -1, i);
        pack_key_part(L, lua_gettop(L), packed);
        pack_check_size(L, packed->buffer->length - begun);
        lua_pop(L, 1);
    }
    lua_settop(L, top);
    buffer_byte(packed->buffer, PACK_END);
}

/* ---- and back ---- */

static const char *unpack_bytes(const char *at, void *to, size_t length)
{
    memcpy(to, at, length);
    return at + length;
}

static const char *unpack_text(const char *at, struct text *text)
{
    uint32_t length;

    at = unpack_bytes(at, &length, sizeof length);
    *text = (struct text){at, length};
    return at + length;
}

static const char *unpack_parts(const char *at, struct text parts[3])
{
    for (size_t i = 0; i < 3; i++) {
        bool given = *at++ == '+';

        at = unpack_text(at, &parts[i]);
        if (!given)
            parts[i].at = NULL;
    }
    return at;
}

static const char *unpack_scope(lua_State *L, const char *at)
{
    struct text parts[3];

    at = unpack_parts(at, parts);
    scope_push(L, parts[0], parts[1], parts[2]);
    return at;
}

bool pack_next_part(struct text *rest, struct pack_part *part)
{
    const char *at = rest->at, *end = at + rest->length, *from = at;
    struct text parts[3];
    bool found = false;

    *part = (struct pack_part){0};
    while (at < end && !found) {
        from = at;
        switch ((enum pack_tag) * at++) {
        case PACK_INTEGER:
            at += sizeof(lua_Integer);
            break;
        case PACK_FLOAT:
            at += sizeof(lua_Number);
            break;
        case PACK_STRING:
            at = unpack_text(at, &part->text);
            found = true;
            break;
        case PACK_SCOPE:
            at = unpack_parts(at, parts);
            *part = (struct pack_part){true, {0}, parts[0], parts[1], parts[2], {0}};
            found = true;
            break;
        default: /* a boolean, or where a list begins or ends */
            break;
        }
    }
    part->packed = (struct text){from, (size_t)(at - from)};
    *rest = (struct text){at, (size_t)(end - at)};
    return found;
}

struct text pack_find_scope(struct text key)
{
    struct pack_part part;

    while (pack_next_part(&key, &part))
        if (part.is_scope)
            return part.packed;
    return TEXT("");
}

static const char *unpack_scalar(lua_State *L, const char *at, const struct fact *fact)
{
    lua_Integer integer;
    lua_Number number;
    struct text text;
    uint32_t site;

    switch ((enum pack_tag) * at++) {
    case PACK_TRUE:
    case PACK_FALSE:
        lua_pushboolean(L, at[-1] == PACK_TRUE);
        break;
    case PACK_INTEGER:
        at = unpack_bytes(at, &integer, sizeof integer);
        lua_pushinteger(L, integer);
        break;
    case PACK_FLOAT:
        at = unpack_bytes(at, &number, sizeof number);
        lua_pushnumber(L, number);
        break;
    case PACK_STRING:
        at = unpack_text(at, &text);
        lua_pushlstring(L, text.at, text.length);
        break;
    case PACK_SCOPE:
        at = unpack_scope(L, at);
        break;
    case PACK_PLACE:
        at = unpack_bytes(at, &site, sizeof site);
        facts_push_site(L, fact, &fact->sites[site]);
        break;
    default:
        lua_pushnil(L);
    }
    return at;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as pack_any went */
static const char *unpack_any(lua_State *L, const char *at, const struct fact *fact)
{
    if (*at != PACK_TABLE)
        return unpack_scalar(L, at, fact);
    luaL_checkstack(L, 4, NULL);
    lua_newtable(L);
    for (at++; *at != PACK_END;) {
        at = unpack_any(L, at, fact);
        at = unpack_any(L, at, fact);
        lua_rawset(L, -3);
    }
    return at + 1;
}

void unpack_value(lua_State *L, struct text text, const struct fact *fact)
{
    unpack_any(L, text.at, fact);
}
