/*
 * A rule that reads `svc.spce` reads nil and finds nothing, for ever. While examples run, the
 * tables of documents tell of every field that is read and missing; one that no example holds at
 * all is a typo, or something that no example tries. Only what stands in the rule's own text
 * counts: a key that comes out of the data is no word of the author's.
 */
#include "engine/watch.h"
#include "base/memory.h"
#include "engine/budget.h"
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

static const char watch_meta_key = 'w';

/* So deep are tables of a rule looked into, and at so many values in all. */
enum { WATCH_DEPTH = 16, WATCH_VALUES = 100 * 1000, WATCH_VALUE_BYTES = 1024 };

/* So many reads are noted, of fields with names up to so many bytes. A rule of 64 KiB has fewer
 * words; one that makes names up is not to fill the memory. */
enum { WATCH_READS = 20 * 1000, WATCH_NAME = 255 };

static struct watch *watch_of(lua_State *L)
{
    struct worker *worker = sandbox_owner(L);

    return worker->watch;
}

/* The line of the rule that is running at LEVEL of the call stack; 0 where it is other code. */
static uint32_t watch_line(lua_State *L, const struct watch *watch, int level)
{
    lua_Debug debug;

    if (!lua_getstack(L, level, &debug) || !lua_getinfo(L, "Sl", &debug) || *debug.source != '@' ||
        !text_is(watch->rule->rule.file, debug.source + 1))
        return 0;
    return debug.currentline > 0 ? (uint32_t)debug.currentline : 0;
}

/* __index of a document's table. */
static int watch_index(lua_State *L)
{
    struct watch *watch = watch_of(L);
    struct text name, key;
    uint32_t line;
    void **place;

    if (!watch || watch->paused || watch->reads.count >= WATCH_READS ||
        lua_type(L, 2) != LUA_TSTRING)
        return 0;
    name.at = lua_tolstring(L, 2, &name.length);
    line = name.length <= WATCH_NAME ? watch_line(L, watch, 1) : 0;
    if (!line)
        return 0;
    key = arena_print(&watch->arena, "%u %.*s", line, TEXT_ARGS(name));
    place = map_place(&watch->reads, key);
    if (!*place) {
        struct watch_read *read = arena_get(&watch->arena, sizeof *read);

        *read = (struct watch_read){line, arena_copy(&watch->arena, name)};
        *place = read;
    }
    return 0;
}

void watch_table(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &watch_meta_key) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_createtable(L, 0, 1);
        lua_pushcfunction(L, watch_index);
        lua_setfield(L, -2, "__index");
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &watch_meta_key);
    }
    lua_setmetatable(L, -2);
}

/* __index of the view of parameters; upvalue: the table behind it. */
static int watch_param_index(lua_State *L)
{
    struct watch *watch = watch_of(L);
    struct text name;

    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    lua_gettable(L, lua_upvalueindex(1)); /* raises where there is no such parameter */
    if (watch && lua_type(L, 2) == LUA_TSTRING) {
        name.at = lua_tolstring(L, 2, &name.length);
        if (!map_find(&watch->params, name))
            *map_place(&watch->params, arena_copy(&watch->arena, name)) = watch;
    }
    return 1;
}

void watch_params(lua_State *L)
{
    lua_getmetatable(L, -1);
    lua_getfield(L, -1, "__index");
    lua_pushcclosure(L, watch_param_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}

/* At each line that runs. */
static void watch_reach(lua_State *L)
{
    struct watch *watch = watch_of(L);
    uint32_t line = watch ? watch_line(L, watch, 0) : 0;

    if (line && line <= watch->line_count)
        watch->reached[line] = true;
}

void watch_begin(struct watch *watch, struct worker *worker, const struct rule_info *rule,
                 bool lines)
{
    struct text rest = rule->source, line;

    *watch = (struct watch){.rule = rule};
    while (text_cut(&rest, '\n', &line))
        watch->line_count++;
    if (lines)
        watch->reached = memory_get((watch->line_count + 1) * sizeof *watch->reached);
    worker->watch = watch;
    worker->tables.watched = true;
    budget_set_lines(worker->L, lines ? watch_reach : NULL);
}

void watch_end(struct watch *watch, struct worker *worker)
{
    worker->watch = NULL;
    worker->tables.watched = false;
    budget_set_lines(worker->L, NULL);
    free(watch->reached);
    map_done(&watch->reads);
    map_done(&watch->keys);
    map_done(&watch->params);
    arena_done(&watch->arena);
}

const char *watch_over(const struct watch *watch)
{
    if (!watch || watch->spent < WATCH_INSTRUCTIONS)
        return NULL;
    return "the examples of this rule use up more than 500,000,000 instructions together, with "
           "each "
           "node left out and changed in turn: make them smaller, or the rule faster";
}

void watch_keys(struct watch *watch, const struct document *document)
{
    for (struct node_walk walk = node_walk(document->root); walk.node; node_walk_next(&walk))
        if (walk.node->key.at && !map_find(&watch->keys, walk.node->key))
            *map_place(&watch->keys, arena_copy(&watch->arena, walk.node->key)) = watch;
}

static struct text watch_source_line(const struct watch *watch, uint32_t number)
{
    struct text rest = watch->rule->source, line = {0};

    while (number-- && text_cut(&rest, '\n', &line))
        ;
    return line;
}

static bool watch_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Whether WORD stands in LINE as a word of its own. */
static bool watch_stands_in(struct text line, struct text word)
{
    for (size_t at = 0; (at = text_find(line, word, at)) != SIZE_MAX; at++) {
        size_t end = at + word.length;

        if ((!at || !watch_is_letter(line.at[at - 1])) &&
            (end == line.length || !watch_is_letter(line.at[end])))
            return true;
    }
    return false;
}

static int watch_compare(const void *left, const void *right)
{
    const struct watch_read *a = left, *b = right;

    return a->line != b->line ? (a->line > b->line) - (a->line < b->line)
                              : text_compare(a->name, b->name);
}

struct watch_read *watch_unknown(struct watch *watch, size_t *count)
{
    struct watch_read *reads = arena_get(&watch->arena, watch->reads.count * sizeof *reads);

    *count = 0;
    for (size_t i = 0; i < watch->reads.capacity; i++) {
        const struct watch_read *read = watch->reads.slots[i].value;

        if (watch->reads.slots[i].key.at && !map_find(&watch->keys, read->name) &&
            watch_stands_in(watch_source_line(watch, read->line), read->name))
            reads[(*count)++] = *read;
    }
    if (*count)
        qsort(reads, *count, sizeof *reads, watch_compare);
    return reads;
}

/* ---- lines that can run ---- */

/* Whether a function is of the policy's own modules: krug's keep nothing. */
static bool watch_is_of_policy(const lua_Debug *debug)
{
    return *debug->source == '@' && !text_starts(text_of(debug->source), TEXT("@lua/"));
}

/* Functions of the rule that are still to be looked at, and those that were: on the Lua stack.
 * MODULES: those of the policy's modules too. */
static void watch_add_function(lua_State *L, const struct watch *watch, int seen, int list,
                               bool modules)
{
    lua_Debug debug;

    if (lua_type(L, -1) != LUA_TFUNCTION || lua_iscfunction(L, -1)) {
        lua_pop(L, 1);
        return;
    }
    lua_pushvalue(L, -1);
    lua_getinfo(L, ">S", &debug);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, seen) != LUA_TNIL || !watch_is_of_policy(&debug) ||
        (!modules && !text_is(watch->rule->rule.file, debug.source + 1))) {
        lua_pop(L, 2);
        return;
    }
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushboolean(L, 1);
    lua_rawset(L, seen);
    lua_rawseti(L, list, (lua_Integer)lua_rawlen(L, list) + 1);
}

/* The lines of the function on top, and the functions that it holds. */
static void watch_take_function(lua_State *L, const struct watch *watch, bool *active, int seen,
                                int list)
{
    int function = lua_gettop(L);
    lua_Debug debug;

    lua_pushvalue(L, function);
    lua_getinfo(L, ">L", &debug);
    if (lua_type(L, -1) == LUA_TTABLE)
        for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
            if ((size_t)lua_tointeger(L, -2) <= watch->line_count)
                active[lua_tointeger(L, -2)] = true;
    lua_settop(L, function);
    for (int i = 1; lua_getupvalue(L, function, i); i++)
        watch_add_function(L, watch, seen, list, false);
    lua_settop(L, function - 1);
}

static void watch_add_fields(lua_State *L, const struct watch *watch, int rule, int seen, int list)
{
    static const char *const fields[] = {"check", "when", "join"};

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        lua_getfield(L, rule, fields[i]);
        watch_add_function(L, watch, seen, list, false);
    }
    if (lua_getfield(L, rule, "collect") == LUA_TTABLE)
        for (lua_pushnil(L); lua_next(L, -2);)
            watch_add_function(L, watch, seen, list, false);
    lua_settop(L, list);
}

/* Where things are on the Lua stack while functions are walked. */
enum { WATCH_RULE = 1, WATCH_SEEN = 2, WATCH_LIST = 3 };

static void watch_open_functions(struct watch *watch, struct worker *worker)
{
    lua_State *L = worker->L;

    lua_settop(L, 0);
    worker_push_rule(worker, watch->rule->rule.index);
    lua_newtable(L);
    lua_newtable(L);
    watch_add_fields(L, watch, WATCH_RULE, WATCH_SEEN, WATCH_LIST);
}

/* ---- what variables hold ---- */

static uint64_t watch_mix(uint64_t a, uint64_t b)
{
    a ^= b + 0x9e3779b97f4a7c15u + (a << 6) + (a >> 2);
    return a * 0xff51afd7ed558ccdu;
}

static uint64_t watch_bytes(const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    uint64_t sum = length;

    while (length--)
        sum = watch_mix(sum, *at++);
    return sum;
}

/* A long text counts as many values. */
static uint64_t watch_text(struct watch *watch, struct text text)
{
    size_t values = text.length / WATCH_VALUE_BYTES;

    if (values > watch->values_left) {
        watch->values_left = 0;
        return text.length;
    }
    watch->values_left -= values;
    return watch_bytes(text.at, text.length);
}

/* The value at INDEX; shared tables, functions and objects of krug's own count as one. */
/* NOLINTNEXTLINE(misc-no-recursion): WATCH_DEPTH */
static uint64_t watch_value(struct watch *watch, lua_State *L, int index, int depth)
{
    struct text text;
    lua_Number number;
    uint64_t sum = 0;

    if (!watch->values_left)
        return 0;
    watch->values_left--;
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        return 2 + (uint64_t)lua_toboolean(L, index);
    case LUA_TNUMBER:
        number = lua_tonumber(L, index);
        return watch_bytes(&number, sizeof number);
    case LUA_TSTRING:
        text.at = lua_tolstring(L, index, &text.length);
        return watch_text(watch, text);
    case LUA_TTABLE:
        if (depth == WATCH_DEPTH || sandbox_is_frozen(L, index))
            return 1;
        luaL_checkstack(L, 4, NULL);
        for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
            int top = lua_gettop(L);

            sum += watch_mix(watch_value(watch, L, top - 1, depth + 1),
                             watch_value(watch, L, top, depth + 1));
        }
        return watch_mix(5, sum);
    default:
        return (uint64_t)lua_type(L, index);
    }
}

/* Takes what a variable holds off the stack: a function, or a module with functions. */
static void watch_add_held(lua_State *L, const struct watch *watch)
{
    int table = lua_gettop(L);

    if (!sandbox_is_frozen(L, table)) {
        watch_add_function(L, watch, WATCH_SEEN, WATCH_LIST, true);
        return;
    }
    sandbox_thaw(L, table);
    for (lua_pushnil(L); lua_next(L, table);)
        watch_add_function(L, watch, WATCH_SEEN, WATCH_LIST, true);
    lua_pop(L, 1);
}

/* The variables of the functions that the rule's functions hold, in the order of a walk. */
uint64_t watch_state(struct watch *watch, struct worker *worker)
{
    lua_State *L = worker->L;
    uint64_t sum = 0;

    watch->values_left = WATCH_VALUES;
    watch_open_functions(watch, worker);
    for (lua_Integer i = 1; lua_rawgeti(L, WATCH_LIST, i) == LUA_TFUNCTION; i++) {
        int function = lua_gettop(L);

        for (int j = 1; lua_getupvalue(L, function, j); j++) {
            sum = watch_mix(sum, watch_value(watch, L, lua_gettop(L), 0));
            watch_add_held(L, watch);
        }
        lua_settop(L, WATCH_LIST);
    }
    lua_settop(L, 0);
    return sum;
}

uint32_t *watch_unreached(struct watch *watch, struct worker *worker, size_t *count)
{
    lua_State *L = worker->L;
    bool *active = arena_zero(&watch->arena, watch->line_count + 1);
    uint32_t *lines = arena_get(&watch->arena, (watch->line_count + 1) * sizeof *lines);

    watch_open_functions(watch, worker);
    for (lua_Integer i = 1; lua_rawgeti(L, 3, i) == LUA_TFUNCTION; i++)
        watch_take_function(L, watch, active, 2, 3);
    lua_settop(L, 0);
    *count = 0;
    for (size_t i = 1; i <= watch->line_count; i++)
        if (active[i] && !watch->reached[i] &&
            !text_starts(text_trim(watch_source_line(watch, (uint32_t)i)), TEXT("end")))
            lines[(*count)++] = (uint32_t)i;
    return lines;
}
