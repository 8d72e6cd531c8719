/*
 * `string` and `table` for rules. There are no Lua patterns (they cannot be interrupted), nothing
 * that takes a length it was not given, and no way to change a document or what rules share.
 */
#include "base/near.h"
#include "engine/budget.h"
#include "engine/library.h"
#include "engine/sandbox.h"
#include "engine/worker.h"
#include <lualib.h>
#include <string.h>

/* The longest string that one call may make, in bytes: as much as a document. */
enum { STRINGS_MAX = LOAD_DOCUMENT_MAX };

static struct text strings_check(lua_State *L, int index)
{
    struct text text;

    text.at = luaL_checklstring(L, index, &text.length);
    return text;
}

static int strings_format(lua_State *L)
{
    sandbox_push_format(L, 1);
    return 1;
}

/* The most values that one call hands out: Lua's stack is not for more. */
enum { STRINGS_VALUES_MAX = 250 };

/* string.byte(text, from, to) */
static int strings_byte(lua_State *L)
{
    struct text text = strings_check(L, 1);
    lua_Integer length = (lua_Integer)text.length, from = luaL_optinteger(L, 2, 1), to;

    if (from < 0)
        from = from < -length ? 1 : length + from + 1;
    to = luaL_optinteger(L, 3, from);
    if (to < 0)
        to = to < -length ? 0 : length + to + 1;
    from = from < 1 ? 1 : from;
    to = to > length ? length : to;
    if (from > to)
        return 0;
    if (to - from >= STRINGS_VALUES_MAX)
        return luaL_error(L, "string.byte hands out at most %d values", STRINGS_VALUES_MAX);
    luaL_checkstack(L, (int)(to - from) + 1, NULL);
    for (lua_Integer i = from; i <= to; i++)
        lua_pushinteger(L, (unsigned char)text.at[i - 1]);
    return (int)(to - from) + 1;
}

static int strings_rep(lua_State *L)
{
    struct text text = strings_check(L, 1), separator = {"", 0};
    lua_Integer count = luaL_checkinteger(L, 2);
    luaL_Buffer buffer;

    if (!lua_isnoneornil(L, 3))
        separator = strings_check(L, 3);
    if (count <= 0 || !(text.length + separator.length)) {
        lua_pushliteral(L, "");
        return 1;
    }
    if ((lua_Unsigned)count > STRINGS_MAX / (text.length + separator.length))
        return luaL_error(L, "string.rep would make more than %d bytes", STRINGS_MAX);
    budget_reserve(L, (size_t)count * (text.length + separator.length));
    luaL_buffinit(L, &buffer);
    for (lua_Integer i = 0; i < count; i++) {
        if (i)
            luaL_addlstring(&buffer, separator.at, separator.length);
        luaL_addlstring(&buffer, text.at, text.length);
    }
    luaL_pushresult(&buffer);
    return 1;
}

/* Whether TEXT has a class of Lua's patterns: %d, %w. */
static bool strings_looks_like_pattern(struct text text)
{
    static const char classes[] = "acdglpsuwxACDGLPSUWX";

    for (size_t i = 0; i + 1 < text.length; i++)
        if (text.at[i] == '%' && memchr(classes, text.at[i + 1], sizeof classes - 1))
            return true;
    return false;
}

static int strings_find(lua_State *L)
{
    struct text text = strings_check(L, 1), needle = strings_check(L, 2);
    lua_Integer from = luaL_optinteger(L, 3, 1);
    size_t found;

    budget_charge_bytes(L, needle.length);
    if (!lua_toboolean(L, 4) && strings_looks_like_pattern(needle))
        return luaL_argerror(L, 2,
                             "looks like a Lua pattern, and this finds plain text: use "
                             "re.find(text, pattern) with a regular expression, or give true "
                             "as the fourth argument");
    if (from < 1)
        from = 1;
    found = text_find(text, needle, (size_t)from - 1);
    budget_charge_bytes(L, found == SIZE_MAX ? text.length : found - ((size_t)from - 1));
    if (found == SIZE_MAX)
        return 0;
    lua_pushinteger(L, (lua_Integer)found + 1);
    lua_pushinteger(L, (lua_Integer)found + (lua_Integer)needle.length);
    return 2;
}

static int strings_compare_with(lua_State *L, bool (*holds)(struct text, struct text))
{
    struct text text = strings_check(L, 1), part = strings_check(L, 2);

    budget_charge_bytes(L, part.length);
    lua_pushboolean(L, holds(text, part));
    return 1;
}

static int strings_starts_with(lua_State *L)
{
    return strings_compare_with(L, text_starts);
}

static int strings_ends_with(lua_State *L)
{
    return strings_compare_with(L, text_ends);
}

static int strings_trim(lua_State *L)
{
    struct text text = strings_check(L, 1);

    budget_charge_bytes(L, text.length);
    text = text_trim(text);
    lua_pushlstring(L, text.at, text.length);
    return 1;
}

static int strings_split(lua_State *L)
{
    struct text text = strings_check(L, 1), separator = strings_check(L, 2);
    size_t from = 0, found;
    lua_Integer count = 0;

    luaL_argcheck(L, separator.length, 2, "is empty");
    budget_charge_bytes(L, text.length);
    lua_newtable(L);
    do {
        found = text_find(text, separator, from);
        lua_pushlstring(L, text.at + from, (found == SIZE_MAX ? text.length : found) - from);
        lua_rawseti(L, -2, ++count);
        from = found + separator.length;
    } while (found != SIZE_MAX);
    return 1;
}

/* Checks that argument 1 is a table that the rule made itself, or, to be only read, a shared one.
 */
static void strings_check_table(lua_State *L, bool writes)
{
    const struct worker *worker = sandbox_owner(L);

    luaL_checktype(L, 1, LUA_TTABLE);
    if (tables_find(&worker->tables, L, 1))
        luaL_argerror(L, 1,
                      "is part of the document, which may have holes and is not to be "
                      "changed: walk it with each()");
    if (writes && sandbox_is_frozen(L, 1))
        luaL_argerror(L, 1, "is shared between rules and cannot be changed");
    sandbox_thaw(L, 1);
}

static int table_concat(lua_State *L)
{
    struct text separator = {"", 0};
    lua_Integer first, last;
    luaL_Buffer buffer;
    size_t total = 0;

    strings_check_table(L, false);
    if (!lua_isnoneornil(L, 2))
        separator = strings_check(L, 2);
    first = luaL_optinteger(L, 3, 1);
    last = luaL_optinteger(L, 4, (lua_Integer)lua_rawlen(L, 1));
    luaL_argcheck(L, last <= (lua_Integer)lua_rawlen(L, 1), 4, "is behind the end");
    if (last > first)
        budget_charge(L, (uint64_t)last - (uint64_t)first);
    luaL_buffinit(L, &buffer);
    for (lua_Integer i = first; i <= last; i++) {
        lua_rawgeti(L, 1, i);
        if (!lua_isstring(L, -1))
            return luaL_error(L, "item %d of table.concat is a %s", (int)i, luaL_typename(L, -1));
        total += lua_rawlen(L, -1) + separator.length;
        if (total > STRINGS_MAX)
            return luaL_error(L, "table.concat would make more than %d bytes", STRINGS_MAX);
        luaL_addvalue(&buffer);
        if (i < last)
            luaL_addlstring(&buffer, separator.at, separator.length);
    }
    luaL_pushresult(&buffer);
    return 1;
}

static int table_insert(lua_State *L)
{
    lua_Integer length, at;

    strings_check_table(L, true);
    length = (lua_Integer)lua_rawlen(L, 1);
    if (lua_gettop(L) == 2) {
        lua_rawseti(L, 1, length + 1);
        return 0;
    }
    at = luaL_checkinteger(L, 2);
    luaL_argcheck(L, at >= 1 && at <= length + 1, 2, "is not a place in the list");
    luaL_checkany(L, 3);
    budget_charge(L, (uint64_t)(length - at + 1));
    for (lua_Integer i = length; i >= at; i--) {
        lua_rawgeti(L, 1, i);
        lua_rawseti(L, 1, i + 1);
    }
    lua_settop(L, 3);
    lua_rawseti(L, 1, at);
    return 0;
}

static int table_remove(lua_State *L)
{
    lua_Integer length, at;

    strings_check_table(L, true);
    length = (lua_Integer)lua_rawlen(L, 1);
    at = luaL_optinteger(L, 2, length);
    if (at < 1 || at > length)
        return 0;
    budget_charge(L, (uint64_t)(length - at));
    lua_rawgeti(L, 1, at);
    for (; at < length; at++) {
        lua_rawgeti(L, 1, at + 1);
        lua_rawseti(L, 1, at);
    }
    lua_pushnil(L);
    lua_rawseti(L, 1, length);
    return 1;
}

static int table_unpack(lua_State *L)
{
    lua_Integer from, to;
    int count;

    strings_check_table(L, false);
    from = luaL_optinteger(L, 2, 1);
    to = luaL_optinteger(L, 3, (lua_Integer)lua_rawlen(L, 1));
    if (from > to)
        return 0;
    if ((lua_Unsigned)to - (lua_Unsigned)from >= STRINGS_VALUES_MAX)
        return luaL_error(L, "table.unpack hands out at most %d values", STRINGS_VALUES_MAX);
    count = (int)(to - from) + 1;
    luaL_checkstack(L, count, NULL);
    for (int i = 0; i < count; i++) /* from + count may be no number any more */
        lua_rawgeti(L, 1, from + i);
    return count;
}

/* Instructions that sorting costs for each item, as the comparisons of a million items take. */
enum { TABLE_SORT_COST = 20 };

/* What a sort is of, as places on the stack: the list, what compares or nil, a copy of the items.
 */
enum { TABLE_SORTED = 1, TABLE_LESS = 2, TABLE_ITEMS = 3 };

/* Whether item LEFT of the copy belongs before item RIGHT. */
static bool table_sorts_before(lua_State *L, uint32_t left, uint32_t right)
{
    bool before;

    if (lua_isnil(L, TABLE_LESS)) {
        lua_rawgeti(L, TABLE_ITEMS, left);
        lua_rawgeti(L, TABLE_ITEMS, right);
        before = lua_compare(L, -2, -1, LUA_OPLT);
        lua_pop(L, 2);
    } else {
        lua_pushvalue(L, TABLE_LESS);
        lua_rawgeti(L, TABLE_ITEMS, left);
        lua_rawgeti(L, TABLE_ITEMS, right);
        lua_call(L, 2, 1);
        before = lua_toboolean(L, -1);
        lua_pop(L, 1);
    }
    return before;
}

/* Merges the items FROM[first..middle] and FROM[middle..end], each in order, into TO. */
static void table_merge(lua_State *L, const uint32_t *from, uint32_t *to, size_t first,
                        size_t middle, size_t end)
{
    size_t left = first, right = middle;

    for (size_t i = first; i < end; i++)
        if (left < middle && (right == end || !table_sorts_before(L, from[right], from[left])))
            to[i] = from[left++];
        else
            to[i] = from[right++];
}

/* Pushes the numbers of the copy's items in their order: merged in pairs, fours, eights. */
static const uint32_t *table_push_order(lua_State *L, size_t count)
{
    uint32_t *from = lua_newuserdatauv(L, 2 * count * sizeof *from, 0), *to = from + count;

    for (size_t i = 0; i < count; i++)
        from[i] = (uint32_t)i + 1;
    for (size_t width = 1; width < count; width *= 2) {
        uint32_t *merged = to;

        for (size_t first = 0; first < count; first += 2 * width) {
            size_t middle = first + width < count ? first + width : count;
            size_t end = middle + width < count ? middle + width : count;

            table_merge(L, from, to, first, middle, end);
        }
        to = from;
        from = merged;
    }
    return from;
}

static void table_charge_sort(lua_State *L, lua_Integer count)
{
    luaL_argcheck(L, count < INT32_MAX, 1, "is too long");
    budget_charge(L, (uint64_t)count * TABLE_SORT_COST);
    if (!lua_isnil(L, TABLE_LESS))
        return;
    /* texts are compared in C, from end to end where they are the same */
    for (lua_Integer i = 1; i <= count; i++) {
        if (lua_rawgeti(L, TABLE_SORTED, i) == LUA_TSTRING)
            budget_charge_bytes(L, lua_rawlen(L, -1) * TABLE_SORT_COST);
        lua_pop(L, 1);
    }
}

/* table.sort(list, less): Lua's own takes from the clock where it starts to compare, so that items
 * which are the same would be in another order each time; here they stay as they were. What is
 * sorted is a copy: `less` may raise, contradict itself or change the list. */
static int table_sort(lua_State *L)
{
    const uint32_t *order;
    lua_Integer count;

    strings_check_table(L, true);
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    count = (lua_Integer)lua_rawlen(L, 1);
    table_charge_sort(L, count);
    lua_createtable(L, (int)count, 0);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, TABLE_SORTED, i);
        lua_rawseti(L, TABLE_ITEMS, i);
    }
    order = table_push_order(L, (size_t)count);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, TABLE_ITEMS, order[i - 1]);
        lua_rawseti(L, TABLE_SORTED, i);
    }
    return 0;
}

/* Of the list's strings the one that TEXT was probably meant to be, or nil. */
static int strings_near(lua_State *L)
{
    struct text text = {0};
    struct near near;

    text.at = luaL_checklstring(L, 1, &text.length);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    sandbox_thaw(L, 2);
    near_init(&near, text);
    for (lua_Integer i = 1; lua_rawgeti(L, 2, i) != LUA_TNIL; i++) {
        text = (struct text){0};
        if (lua_type(L, -1) == LUA_TSTRING)
            text.at = lua_tolstring(L, -1, &text.length);
        budget_charge(L, near_cost(&near, text));
        if (text.at)
            near_offer(&near, text);
        lua_pop(L, 1); /* the list keeps what was offered */
    }
    if (!near.best.at)
        return 0;
    lua_pushlstring(L, near.best.at, near.best.length);
    return 1;
}

void library_open_strings(lua_State *L)
{
    static const luaL_Reg strings[] = {
        {"format", strings_format},
        {"byte", strings_byte},
        {"rep", strings_rep},
        {"find", strings_find},
        {"starts_with", strings_starts_with},
        {"ends_with", strings_ends_with},
        {"trim", strings_trim},
        {"split", strings_split},
        {"near", strings_near},
        {NULL, NULL},
    };
    static const char *const taken[] = {"char", "len", "lower", "reverse", "sub", "upper", NULL};
    static const char *const walk[] = {"lower", "reverse", "upper", NULL};
    static const luaL_Reg functions[] = {
        {"concat", table_concat}, {"insert", table_insert}, {"remove", table_remove},
        {"sort", table_sort},     {"unpack", table_unpack}, {NULL, NULL},
    };

    lua_newtable(L);
    luaL_setfuncs(L, strings, 0);
    luaL_requiref(L, "string", luaopen_string, 0);
    for (const char *const *name = taken; *name; name++) {
        lua_getfield(L, -1, *name);
        lua_setfield(L, -3, *name);
    }
    lua_pop(L, 1);
    library_charge(L, walk);
    library_module(L, "string");

    lua_newtable(L);
    luaL_setfuncs(L, functions, 0);
    library_module(L, "table");
}
