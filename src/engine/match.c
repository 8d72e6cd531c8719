/*
 * `re` (regular expressions) and `glob` for rules. An expression is compiled once for each worker
 * and kept; a limit that is reached is an error of the rule, never "no match".
 */
#include "base/glob.h"
#include "base/memory.h"
#include "engine/budget.h"
#include "engine/library.h"
#include "engine/sandbox.h"
#include "engine/worker.h"
#include <stdlib.h>
#include <string.h>

static struct text match_check(lua_State *L, int index)
{
    struct text text;

    text.at = luaL_checklstring(L, index, &text.length);
    return text;
}

/* What compiling a pattern costs, in instructions, whether it was compiled before or not: it is to
 * be the same on every thread. A rule pays once for each pattern and document. */
enum { MATCH_COMPILE_COST = 2000, MATCH_COMPILE_COST_A_BYTE = 100 };

/* So many patterns are kept compiled, in so many bytes. */
enum { MATCH_PATTERNS_MAX = 1000, MATCH_PATTERNS_BYTES = 16 * 1024 * 1024 };

/* A compiled pattern, and the call of a rule that paid for it last. */
struct match_pattern {
    struct regex *regex;
    uint64_t call;
};

struct match_patterns {
    struct map by_text; /* to struct match_pattern */
    size_t bytes;
    struct arena arena;
};

struct match_patterns *match_patterns_new(void)
{
    return memory_get(sizeof(struct match_patterns));
}

static void match_patterns_clear(struct match_patterns *patterns)
{
    for (size_t i = 0; i < patterns->by_text.capacity; i++)
        if (patterns->by_text.slots[i].key.at)
            regex_free(((struct match_pattern *)patterns->by_text.slots[i].value)->regex);
    map_done(&patterns->by_text);
    arena_reset(&patterns->arena);
    patterns->bytes = 0;
}

void match_patterns_free(struct match_patterns *patterns)
{
    if (!patterns)
        return;
    match_patterns_clear(patterns);
    arena_done(&patterns->arena);
    free(patterns);
}

/* Compiles TEXT, which stands at INDEX, and keeps it; too many are forgotten at once. */
static struct match_pattern *match_new(lua_State *L, int index, struct text text)
{
    struct match_patterns *patterns = ((struct worker *)sandbox_owner(L))->patterns;
    char error[256];
    struct regex *regex = regex_new(text, error);
    struct match_pattern *pattern;

    if (!regex)
        luaL_argerror(L, index, error);
    if (patterns->by_text.count >= MATCH_PATTERNS_MAX || patterns->bytes >= MATCH_PATTERNS_BYTES)
        match_patterns_clear(patterns);
    pattern = arena_zero(&patterns->arena, sizeof *pattern);
    pattern->regex = regex;
    patterns->bytes += text.length + regex_size(regex);
    *map_place(&patterns->by_text, arena_copy(&patterns->arena, text)) = pattern;
    return pattern;
}

/* The compiled expression for the pattern at INDEX: until the next is compiled. */
static const struct regex *match_compile(lua_State *L, int index)
{
    struct worker *worker = sandbox_owner(L);
    struct text text = match_check(L, index);
    struct match_pattern *pattern = map_find(&worker->patterns->by_text, text);

    if (!pattern)
        pattern = match_new(L, index, text);
    if (pattern->call != worker->call) {
        pattern->call = worker->call;
        budget_charge(L, MATCH_COMPILE_COST + MATCH_COMPILE_COST_A_BYTE * text.length);
    }
    return pattern->regex;
}

/* Tries with few steps first, so that what a match costs is known to within a factor of ten. */
static int match_run(lua_State *L, const struct regex *regex, struct text text, size_t from,
                     char error[256])
{
    static const uint32_t steps[] = {10 * 1000, 100 * 1000, REGEX_MATCH_LIMIT};
    struct worker *worker = sandbox_owner(L);
    int found = REGEX_ENDLESS;

    for (size_t i = 0; found == REGEX_ENDLESS && i < sizeof steps / sizeof *steps; i++) {
        if (i)
            budget_charge(L, steps[i]);
        budget_charge_bytes(L, text.length - from);
        found = regex_find(regex, worker->match, text, from, steps[i], error);
    }
    return found;
}

/* Looks for the pattern at 2 in the text at 1; what is no text holds no match. */
static bool match_find(lua_State *L, size_t from)
{
    const struct regex *regex = match_compile(L, 2);
    struct text text;
    char error[256];
    int found;

    if (lua_type(L, 1) != LUA_TSTRING)
        return false;
    text = match_check(L, 1);
    if (from > text.length)
        return false;
    found = match_run(L, regex, text, from, error);
    if (found == REGEX_ENDLESS)
        budget_stop(L, TRIP_REGEX);
    if (found == REGEX_WRONG)
        luaL_error(L, "re: %s", error);
    return found == REGEX_FOUND;
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
    struct text pattern, name;

    luaL_checktype(L, 1, LUA_TSTRING);
    pattern = match_check(L, 1);
    if (lua_type(L, 2) != LUA_TSTRING) {
        lua_pushboolean(L, false);
        return 1;
    }
    name = match_check(L, 2);
    /* what it can cost at worst */
    budget_charge_bytes(L, (pattern.length + 1) * (name.length + 1));
    lua_pushboolean(L, matches(pattern, name));
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
    luaL_setfuncs(L, functions, 0);
    library_module(L, "re");
    lua_pushcfunction(L, match_glob);
    lua_setfield(L, -2, "glob");
    lua_pushcfunction(L, match_glob_path);
    lua_setfield(L, -2, "glob_path");
}
