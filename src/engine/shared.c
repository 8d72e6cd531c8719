/*
 * What is the same for a whole namespace: the parameters of a rule, `ctx.namespace` and `ctx.vars`.
 * Each is made once, when it is first asked for, and handed out as a read-only view. They are kept
 * under numbers: of rulings and rules, profiles, chains.
 */
#include "engine/shared.h"
#include "engine/watch.h"
#include "engine/worker.h"
#include <stdio.h>

/* Registry keys of the tables that hold them. */
static const char shared_params_key = 'p', shared_namespaces_key = 'n', shared_vars_key = 'v';

static const struct belonging *shared_belonging(lua_State *L)
{
    const struct worker *worker = sandbox_owner(L);

    return &worker->check.belonging;
}

/* Pushes what the table under KEY holds at INDEX; false where nothing: then the table itself is on
 * top. */
static bool shared_cached(lua_State *L, const char *key, size_t index)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    if (lua_rawgeti(L, -1, (lua_Integer)index + 1) != LUA_TNIL) {
        lua_remove(L, -2);
        return true;
    }
    lua_pop(L, 1);
    return false;
}

/* Keeps the value on top at INDEX of the table below it, and leaves just the value. */
static void shared_keep(lua_State *L, size_t index)
{
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, (lua_Integer)index + 1);
    lua_remove(L, -2);
}

/* Copies the default on top, so that no two namespaces share a table. */
/* NOLINTNEXTLINE(misc-no-recursion): at most 17 deep */
static void shared_push_copy(lua_State *L, int depth)
{
    int from = lua_gettop(L);

    if (lua_type(L, from) != LUA_TTABLE || depth > 16) {
        lua_pushvalue(L, from);
        return;
    }
    luaL_checkstack(L, 6, NULL);
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, from);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        shared_push_copy(L, depth + 1);
        lua_remove(L, -2);
        lua_rawset(L, from + 1);
    }
}

/* Sets field NAME of the table on top from VALUE: maps merge, the rest replaces. */
static void shared_merge(lua_State *L, const struct node *value)
{
    lua_pushlstring(L, value->key.at, value->key.length);
    if (value->type == NODE_MAP) {
        lua_pushvalue(L, -1);
        if (lua_rawget(L, -3) == LUA_TTABLE) {
            for (const struct node *child = value->first; child; child = child->next) {
                lua_pushlstring(L, child->key.at, child->key.length);
                tables_push(NULL, L, child);
                lua_rawset(L, -3);
            }
            lua_pop(L, 2);
            return;
        }
        lua_pop(L, 1);
    }
    tables_push(NULL, L, value);
    lua_rawset(L, -3);
}

/* Sets what the parameters of an example say in the table on top. */
static void shared_merge_example(lua_State *L, int params)
{
    if (params == LUA_NOREF)
        return;
    lua_rawgeti(L, LUA_REGISTRYINDEX, params);
    for (lua_pushnil(L); lua_next(L, -2);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -5);
    }
    lua_pop(L, 1);
}

void shared_push_params(lua_State *L)
{
    struct worker *worker = sandbox_owner(L);
    const struct rule *rule = &worker->check.rule->rule;
    const struct ruling *ruling = belonging_ruling(&worker->check.belonging, rule->index);
    const struct rulings *rulings = worker->check.belonging.profile->rulings;
    size_t slot;
    char what[128];

    if (worker->check.belonging.stricter &&
        ruling == &worker->check.belonging.stricter->rulings->items[rule->index])
        rulings = worker->check.belonging.stricter->rulings;
    /* settings that give no parameters leave the defaults: slot 0 of the rule */
    slot = (ruling->param_count ? rulings->index + 1 : 0) * worker->rules->count + rule->index;
    if (shared_cached(L, &shared_params_key, slot))
        return;
    lua_newtable(L);
    worker_push_rule(worker, rule->index);
    lua_getfield(L, -1, "params");
    for (size_t i = 0; i < rule->param_count; i++) {
        lua_pushlstring(L, rule->params[i].name.at, rule->params[i].name.length);
        lua_pushvalue(L, -1);
        lua_rawget(L, -3);
        lua_getfield(L, -1, "default");
        lua_remove(L, -2);
        shared_push_copy(L, 0);
        lua_remove(L, -2);
        lua_rawset(L, -5);
    }
    lua_pop(L, 2);
    for (size_t i = 0; i < ruling->param_count; i++)
        for (const struct node *value = ruling->params[i]->first; value; value = value->next)
            shared_merge(L, value);
    snprintf(what, sizeof what, "params of %.*s", TEXT_ARGS(rule->id));
    shared_merge_example(L, worker->check.subject->params_ref);
    lua_newtable(L);
    for (size_t i = 0; i < rule->param_count; i++) {
        context_push_text(L, rule->params[i].name);
        lua_pushboolean(L, 1);
        lua_rawset(L, -3);
    }
    sandbox_freeze_names(L, what);
    if (worker->watch)
        watch_params(L);
    shared_keep(L, slot);
}

static void shared_push_path(lua_State *L, struct text directory, struct text path)
{
    if (directory.length) {
        context_push_text(L, directory);
        lua_pushliteral(L, "/");
    }
    context_push_text(L, path);
    if (directory.length)
        lua_concat(L, 3);
}

static void shared_make_namespace(lua_State *L)
{
    static const char *const fields[] = {"name",     "owner", "labels", "annotations",   "known",
                                         "disputed", "paths", "from",   "kustomization", NULL};
    const struct belonging *belonging = shared_belonging(L);
    const struct profile *profile = belonging->profile;

    lua_newtable(L);
    context_set_text(L, "name", profile->namespace);
    context_set_text(L, "owner", profile->owner);
    context_set_text(L, "kustomization", belonging->by_path);
    context_push_pairs(L, profile->labels, profile->label_count);
    lua_setfield(L, -2, "labels");
    context_push_pairs(L, profile->annotations, profile->annotation_count);
    lua_setfield(L, -2, "annotations");
    lua_pushboolean(L, profile->known);
    lua_setfield(L, -2, "known");
    lua_pushboolean(L, profile->disputed);
    lua_setfield(L, -2, "disputed");
    lua_pushstring(L, belongs_by_name(belonging->by));
    lua_setfield(L, -2, "from");
    lua_newtable(L);
    for (size_t i = 0; i < profile->path_list_count; i++) {
        lua_newtable(L);
        for (size_t j = 0; j < profile->path_counts[i]; j++) {
            /* as seen from the root, like ctx.file.path */
            shared_push_path(L, profile->path_policies[i]->directory, profile->paths[i][j]);
            lua_rawseti(L, -2, (lua_Integer)j + 1);
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "paths");
    sandbox_freeze_fields(L, "ctx.namespace", fields);
}

/* Shared by all of a namespace, but where a kustomization says so: which one differs by file. */
void shared_push_namespace(lua_State *L)
{
    const struct belonging *belonging = shared_belonging(L);
    size_t slot = belonging->profile->index * BELONGS_COUNT + belonging->by;

    if (belonging->by == BELONGS_KUSTOMIZATION) {
        shared_make_namespace(L);
    } else if (!shared_cached(L, &shared_namespaces_key, slot)) {
        shared_make_namespace(L);
        shared_keep(L, slot);
    }
}

void shared_push_vars(lua_State *L)
{
    const struct chain *chain = shared_belonging(L)->profile->chain;

    if (shared_cached(L, &shared_vars_key, chain->index))
        return;
    lua_newtable(L);
    for (size_t i = 0; i < chain->count; i++)
        if (chain->policies[i]->vars)
            for (const struct node *var = chain->policies[i]->vars->first; var; var = var->next) {
                lua_pushlstring(L, var->key.at, var->key.length);
                tables_push(NULL, L, var);
                lua_rawset(L, -3);
            }
    sandbox_freeze(L, NULL);
    shared_keep(L, chain->index);
}

void shared_forget(lua_State *L)
{
    static const char *const keys[] = {&shared_params_key, &shared_namespaces_key,
                                       &shared_vars_key};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        lua_newtable(L);
        lua_rawsetp(L, LUA_REGISTRYINDEX, keys[i]);
    }
}
