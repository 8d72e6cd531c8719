/*
 * The life of a Lua state: the sandbox, the prelude, `ctx`, and every rule loaded once. A worker
 * belongs to one thread; workers share nothing but what is read-only.
 */
#include "engine/worker.h"
#include "base/embedded.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/budget.h"
#include "engine/context.h"
#include "engine/describe.h"
#include "engine/inner.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- primitives of the prelude ---- */

static int worker_error_at(lua_State *L)
{
    lua_settop(L, 2);
    lua_createtable(L, 0, 2);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "field");
    lua_pushvalue(L, 2);
    lua_setfield(L, -2, "message");
    return lua_error(L);
}

static int worker_near(lua_State *L)
{
    struct text best;

    luaL_checktype(L, 1, LUA_TSTRING);
    luaL_checktype(L, 2, LUA_TTABLE);
    best = sandbox_near(L, 2, 1);
    if (!best.at)
        return 0;
    lua_pushlstring(L, best.at, best.length);
    return 1;
}

static int worker_param_type_known(lua_State *L)
{
    struct rule_param param = {0};
    struct text type;

    type.at = luaL_checklstring(L, 1, &type.length);
    lua_pushboolean(L, param_read_type(&param, type));
    return 1;
}

static const struct embedded *worker_embedded(struct text path)
{
    for (size_t i = 0; i < embedded_count; i++)
        if (text_equal(embedded_files[i].path, path))
            return &embedded_files[i];
    return NULL;
}

static const char worker_check_key = 'c'; /* of the registry: what the prelude returns */

/* Runs the prelude with the base table itself as its environment, so that what it sets, rules have.
 */
static int worker_run_prelude(lua_State *L)
{
    static const luaL_Reg primitives[] = {
        {"error_at", worker_error_at},
        {"near", worker_near},
        {"param_type_known", worker_param_type_known},
        {NULL, NULL},
    };
    const struct embedded *prelude = worker_embedded(TEXT("lua/prelude.lua"));

    assert(prelude);
    sandbox_push_base(L);
    luaL_setfuncs(L, primitives, 0);
    lua_pushvalue(L, -1);
    if (!sandbox_load(L, prelude->path, prelude->bytes, prelude->code))
        return lua_error(L);
    lua_call(L, 0, 1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &worker_check_key);
    for (const luaL_Reg *primitive = primitives; primitive->name; primitive++) {
        lua_pushnil(L);
        lua_setfield(L, -2, primitive->name);
    }
    return 0;
}

/* ---- require ---- */

static const char worker_modules_key = 'm';

/* The module NAME as POLICY sees it: its own, then those of policies further out. Each that is
 * looked at costs the rule an instruction. */
static const struct policy_file *worker_find_module(const struct worker *worker,
                                                    const struct policy *policy, struct text name,
                                                    const struct policy **owner)
{
    const struct policy_file *best = NULL;

    *owner = NULL;
    for (size_t i = 0; worker->policies && policy && i < worker->policies->count; i++) {
        const struct policy *other = worker->policies->items[i];

        if (other != policy && !path_below(policy->directory, other->directory))
            continue;
        budget_charge(worker->L, other->module_count);
        for (size_t j = 0; j < other->module_count; j++)
            if (text_equal(other->modules[j].name, name) &&
                (!*owner || other == policy ||
                 (*owner != policy && other->directory.length > (*owner)->directory.length))) {
                best = &other->modules[j];
                *owner = other;
            }
    }
    return best;
}

static int worker_require(lua_State *L);

/* What only krug's own modules have. */
static const luaL_Reg worker_own_primitives[] = {{"parse_yaml", inner_parse}, {NULL, NULL}};

/* Compiles and runs a module and leaves a strict view of what it returns. */
static void worker_run_module(lua_State *L, const struct policy *owner, struct text path,
                              struct text bytes, struct text code, const char *name)
{
    sandbox_push_environment(L, worker_require, (void *)(uintptr_t)owner,
                             owner ? NULL : worker_own_primitives);
    if (!sandbox_load(L, path, bytes, code))
        lua_error(L);
    lua_call(L, 0, 1);
    if (lua_type(L, -1) != LUA_TTABLE)
        luaL_error(L, "module `%s` returns a %s, not a table", name, luaL_typename(L, -1));
    lua_pushfstring(L, "module `%s`", name);
    lua_insert(L, -2);
    sandbox_freeze(L, lua_tostring(L, -2));
    lua_remove(L, -2);
}

/* Protected: leaves the module; arguments: its name, its policy and its file (NULL: built in). */
static int worker_load_module(lua_State *L)
{
    struct worker *worker = sandbox_owner(L);
    const char *name = lua_tostring(L, 1);
    const struct policy *owner = lua_touserdata(L, 2);
    const struct policy_file *file = lua_touserdata(L, 3);
    const struct embedded *own;
    char path[256];

    if (file) {
        struct text bytes = {0};
        const char *error = rules_read(worker->rules, file->path, &bytes);

        if (error)
            luaL_error(L, "module `%s`: %s", name, error);
        worker_run_module(L, owner, file->path, bytes, TEXT(""), name);
        return 1;
    }
    snprintf(path, sizeof path, "lua/%s.lua", name);
    own = worker_embedded(text_of(path));
    assert(own); /* worker_require has looked for it */
    worker_run_module(L, NULL, own->path, own->bytes, own->code, name);
    return 1;
}

/* Whether a file of lua/ is for rules: neither the prelude nor the annotations for editors are. */
static bool worker_is_module(struct text path)
{
    return worker_embedded(path) && !text_is(path, "lua/prelude.lua") &&
           !text_ends(path, TEXT(".d.lua"));
}

/* require "NAME"; upvalue: the policy of the file that asks. */
static int worker_require(lua_State *L)
{
    struct worker *worker = sandbox_owner(L);
    const struct policy *policy = lua_touserdata(L, lua_upvalueindex(1)), *owner;
    size_t length;
    const char *name = luaL_checklstring(L, 1, &length);
    const struct policy_file *file;
    char path[256];

    budget_charge(L, worker->policies ? worker->policies->count : 0);
    file = worker_find_module(worker, policy, (struct text){name, length}, &owner);
    lua_settop(L, 1);
    snprintf(path, sizeof path, "lua/%s.lua", name);
    if (!file && (strlen(name) != length || !worker_is_module(text_of(path))))
        return luaL_error(L,
                          "there is no module `%s`: krug has `k8s`, `apis`, `istio` and `mesh`, "
                          "a policy those in its lib/",
                          name);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &worker_modules_key);
    lua_pushlstring(L, file ? file->path.at : path, file ? file->path.length : strlen(path));
    lua_pushvalue(L, -1);
    switch (lua_rawget(L, 2)) {
    case LUA_TTABLE:
        return 1;
    case LUA_TBOOLEAN:
        return luaL_error(L, "module `%s` requires itself, through others", name);
    default:
        lua_pop(L, 1);
    }
    lua_pushvalue(L, -1);
    lua_pushboolean(L, 0);
    lua_rawset(L, 2);
    lua_pushcfunction(L, worker_load_module);
    lua_pushstring(L, name);
    lua_pushlightuserdata(L, (void *)(uintptr_t)owner);
    lua_pushlightuserdata(L, (void *)(uintptr_t)file);
    if (lua_pcall(L, 3, 1, 0) != LUA_OK) {
        lua_pushvalue(L, 3);
        lua_pushnil(L);
        lua_rawset(L, 2); /* the next rule that wants it is told the same, not of a circle */
        return lua_error(L);
    }
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 2);
    return 1;
}

/* ---- rules ---- */

/* Tells why a rule file did not load: the error on top of the stack. */
static void worker_tell(lua_State *L, const struct rule_info *rule, enum trip trip,
                        struct problems *problems)
{
    struct text message;
    uint32_t line = 0;

    if (lua_type(L, -1) == LUA_TTABLE) {
        lua_getfield(L, -1, "field");
        line = describe_line(rule->source, lua_tostring(L, -1));
        lua_pop(L, 1);
        lua_getfield(L, -1, "message");
        lua_remove(L, -2);
    }
    if (lua_type(L, -1) != LUA_TSTRING) {
        lua_pop(L, 1);
        lua_pushliteral(L, "the file raised an error that is no text");
    }
    if (trip) {
        lua_pop(L, 1);
        lua_pushstring(L, trip_words(trip));
    }
    message.at = lua_tolstring(L, -1, &message.length);
    if (!line)
        line = describe_cut_line(&message, rule->rule.file);
    problems_add_rule(problems, rule->rule.id, rule->rule.file, line, 0, message);
}

/* Replaces the table that a rule's file returned by a copy, and raises where it is no rule. The
 * copy is read for as long as the worker lives, also outside of protected calls. */
static void worker_check_rule(lua_State *L)
{
    sandbox_copy(L);
    lua_pushnil(L);
    lua_setfield(L, -2, "is_rule");
    lua_rawgetp(L, LUA_REGISTRYINDEX, &worker_check_key);
    lua_pushvalue(L, -2);
    lua_call(L, 1, 0);
}

/* Upvalue-free and protected: runs the file of the rule at light userdata 1 and answers its table.
 */
static int worker_run_rule(lua_State *L)
{
    const struct rule_info *rule = lua_touserdata(L, 1);
    const struct worker *worker = sandbox_owner(L);

    sandbox_push_environment(L, worker_require, (void *)(uintptr_t)rule->rule.policy, NULL);
    if (!sandbox_load(L, rule->rule.file, rule->source, rule->code))
        return lua_error(L);
    lua_call(L, 0, 1);
    if (lua_type(L, -1) != LUA_TTABLE)
        return luaL_error(L, "the file does not return a rule: it ends in `return rule { ... }`");
    lua_getfield(L, -1, "is_rule");
    if (!lua_toboolean(L, -1))
        return luaL_error(L, "the file returns a table that was not made by `rule { ... }`");
    lua_pop(L, 1);
    if (rule->rule.policy || worker->rules->strict)
        worker_check_rule(L); /* the built-in ones were checked when krug was tested */
    return 1;
}

static int worker_ref_field(lua_State *L, const char *field)
{
    if (lua_getfield(L, -1, field) == LUA_TNIL) {
        lua_pop(L, 1);
        return LUA_NOREF;
    }
    return luaL_ref(L, LUA_REGISTRYINDEX);
}

/* What the state may hold once all rules are loaded, in bytes, whatever each keeps: the files of
 * 10,000 rules take half of it. And how much more than before is collected on the way. */
enum { WORKER_MEMORY = 128 * 1024 * 1024, WORKER_COLLECT = 16 * 1024 * 1024 };

/* The memory that the next rule may take while it is loaded. */
static size_t worker_memory_left(struct worker *worker)
{
    size_t bytes = budget_bytes(worker->L);

    if (bytes > worker->value_bytes + WORKER_COLLECT) {
        lua_gc(worker->L, LUA_GCCOLLECT);
        worker->value_bytes = bytes = budget_bytes(worker->L);
    }
    if (bytes >= WORKER_MEMORY)
        return 0;
    return WORKER_MEMORY - bytes < BUDGET_MEMORY ? WORKER_MEMORY - bytes : BUDGET_MEMORY;
}

static void worker_load_rule(struct worker *worker, size_t index, struct problems *problems)
{
    lua_State *L = worker->L;
    const struct rule_info *rule = worker->rules->items[index];
    size_t left = worker_memory_left(worker);
    enum trip trip;
    int status;

    worker->check_refs[index] = worker->when_refs[index] = worker->rule_refs[index] = LUA_NOREF;
    worker->join_refs[index] = LUA_NOREF;
    lua_pushcfunction(L, worker_run_rule);
    lua_pushlightuserdata(L, (void *)(uintptr_t)rule);
    budget_begin(L, BUDGET_INSTRUCTIONS, left);
    status = lua_pcall(L, 1, 1, 0);
    trip = budget_end(L);
    if (status != LUA_OK) {
        if (problems && trip == TRIP_MEMORY && left < BUDGET_MEMORY)
            problems_add_rule(problems, rule->rule.id, rule->rule.file, 0, 0,
                              TEXT("there is no memory left for this rule: all rules together keep "
                                   "more than 128 MiB of it from when they were loaded"));
        else if (problems)
            worker_tell(L, rule, trip, problems);
        lua_settop(L, 0);
        return;
    }
    worker->check_refs[index] = worker_ref_field(L, "check");
    worker->when_refs[index] = worker_ref_field(L, "when");
    worker->join_refs[index] = worker_ref_field(L, "join");
    worker->rule_refs[index] = luaL_ref(L, LUA_REGISTRYINDEX);
}

static int worker_open(lua_State *L)
{
    context_open(L);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &worker_modules_key);
    return worker_run_prelude(L);
}

/* Makes the state and loads the rules into it. */
static void worker_load(struct worker *worker, struct problems *problems)
{
    worker->L = sandbox_new(worker);
    worker->value_bytes = 0;
    lua_gc(worker->L, LUA_GCSTOP);
    lua_pushcfunction(worker->L, worker_open);
    if (lua_pcall(worker->L, 0, 0, 0) != LUA_OK) {
        const char *message = lua_tostring(worker->L, -1);

        /* the prelude is part of the program: this is not the user's fault */
        fprintf(stderr, "krug: the prelude does not load: %s\n", message ? message : "?");
        abort();
    }
    for (size_t i = 0; i < worker->rules->count; i++)
        worker_load_rule(worker, i, problems);
    worker->loaded_bytes = worker->clean_bytes = budget_bytes(worker->L);
}

struct worker *worker_new(const struct rules *rules, const struct policies *policies,
                          struct problems *problems)
{
    struct worker *worker = memory_get(sizeof *worker);

    worker->rules = rules;
    worker->policies = policies;
    worker->match = regex_match_new();
    worker->patterns = match_patterns_new();
    worker->check_refs = memory_get(rules->count * sizeof *worker->check_refs);
    worker->when_refs = memory_get(rules->count * sizeof *worker->when_refs);
    worker->join_refs = memory_get(rules->count * sizeof *worker->join_refs);
    worker->rule_refs = memory_get(rules->count * sizeof *worker->rule_refs);
    worker->collect_refs = memory_get(rules->count * sizeof *worker->collect_refs);
    worker->failed = memory_get(rules->count);
    worker_load(worker, problems);
    return worker;
}

void worker_collect(struct worker *worker)
{
    lua_gc(worker->L, LUA_GCCOLLECT);
    worker->clean_bytes = budget_bytes(worker->L);
    worker->spoilt |=
        budget_wastes(worker->L) || worker->clean_bytes > worker->loaded_bytes + BUDGET_MEMORY;
}

void worker_forget_kinds(struct worker *worker)
{
    map_done(&worker->kinds);
    arena_reset(&worker->arena);
}

static void worker_forget_collects(struct worker *worker)
{
    for (size_t i = 0; i < worker->rules->count; i++) {
        free(worker->collect_refs[i]);
        worker->collect_refs[i] = NULL;
    }
}

void worker_renew(struct worker *worker)
{
    worker_forget_collects(worker);
    inner_forget(worker);
    sandbox_free(worker->L);
    worker_load(worker, NULL);
    worker->spoilt = false;
}

void worker_free(struct worker *worker)
{
    if (!worker)
        return;
    inner_forget(worker);
    sandbox_free(worker->L);
    regex_match_free(worker->match);
    match_patterns_free(worker->patterns);
    worker_forget_collects(worker);
    free(worker->check_refs);
    free(worker->when_refs);
    free(worker->join_refs);
    free(worker->rule_refs);
    free(worker->collect_refs);
    free(worker->failed);
    free(worker->stats);
    buffer_done(&worker->packed);
    buffer_done(&worker->path);
    tables_done(&worker->tables);
    map_done(&worker->kinds);
    arena_done(&worker->arena);
    arena_done(&worker->document_arena);
    free(worker);
}

int worker_collect_ref(struct worker *worker, size_t rule, size_t kind)
{
    const struct rule_info *info = worker->rules->items[rule];
    int **refs = &worker->collect_refs[rule];
    lua_State *L = worker->L;

    if (!*refs) { /* kinds are known once the rules are described, which is after they are loaded */
        *refs = memory_get(info->kind_count * sizeof **refs);
        worker_push_rule(worker, rule);
        lua_getfield(L, -1, "collect");
        for (size_t i = 0; i < info->kind_count; i++) {
            lua_pushlstring(L, info->kind_texts[i].at, info->kind_texts[i].length);
            lua_rawget(L, -2);
            (*refs)[i] = luaL_ref(L, LUA_REGISTRYINDEX);
        }
        lua_pop(L, 2);
    }
    return (*refs)[kind];
}

bool worker_needs(const struct worker *worker, const struct rule_info *rule)
{
    return worker->choice ? worker->choice->needed[rule->rule.index] : rule->needed;
}

bool worker_selects(const struct worker *worker, const struct rule_info *rule)
{
    return worker->choice ? worker->choice->rule == rule : rule->selected;
}

void worker_push_rule(struct worker *worker, size_t rule)
{
    lua_rawgeti(worker->L, LUA_REGISTRYINDEX, worker->rule_refs[rule]);
}
