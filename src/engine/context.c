/*
 * `ctx` and the file object: what a rule may know besides the document. Both are single objects
 * whose fields are answered when asked for, so that a rule pays only for what it reads. What is the
 * same for a whole namespace is made once and shared as a read-only view.
 */
#include "engine/context.h"
#include "base/file.h"
#include "base/glob.h"
#include "engine/budget.h"
#include "engine/facts.h"
#include "engine/fail.h"
#include "engine/shared.h"
#include "engine/trace.h"
#include "engine/worker.h"

/* Registry keys of the objects, and of the tables of what they answered. */
static const char context_object_keys[CONTEXT_OBJECTS], context_answer_keys[CONTEXT_OBJECTS];

/* What looking through a policy's `elsewhere` costs, in instructions; how long what is looked for
 * there may be; and a glob for files: longer than the names and paths that there are, no more. */
enum { CONTEXT_ELSEWHERE_COST = 50, CONTEXT_NAME_MAX = 4096, CONTEXT_GLOB_MAX = 4096 };
/* Steps of a glob in the time of an instruction. */
enum { CONTEXT_GLOB_STEPS = 8 };

static struct worker *context_worker(lua_State *L)
{
    return sandbox_owner(L);
}

void context_push_text(lua_State *L, struct text text)
{
    if (text.at)
        lua_pushlstring(L, text.at, text.length);
    else
        lua_pushnil(L);
}

void context_set_text(lua_State *L, const char *field, struct text text)
{
    context_push_text(L, text);
    lua_setfield(L, -2, field);
}

void context_push_pairs(lua_State *L, const struct pair *pairs, size_t count)
{
    lua_createtable(L, 0, (int)count);
    for (size_t i = 0; i < count; i++) {
        context_push_text(L, pairs[i].key);
        context_push_text(L, pairs[i].value);
        lua_rawset(L, -3);
    }
}

static void context_push_scope(lua_State *L)
{
    const struct check *check = &context_worker(L)->check;
    const struct profile *profile = check->belonging.profile;
    struct text directory = {0};

    if (!profile->namespace.at)
        directory = path_directory(check->subject->path);
    scope_push(L, profile->cluster, profile->namespace, directory);
}

/* ---- ctx.resource: fields of what is looked at, answered when asked for ---- */

static const struct resource *context_resource(lua_State *L)
{
    const struct resource *resource = context_worker(L)->check.resource;

    if (!resource)
        luaL_error(L, "this ctx.resource is of a document that is gone");
    return resource;
}

static void resource_push_api_version(lua_State *L)
{
    context_push_text(L, context_resource(L)->api_version);
}

static void resource_push_group(lua_State *L)
{
    context_push_text(L, context_resource(L)->group);
}

static void resource_push_version(lua_State *L)
{
    context_push_text(L, context_resource(L)->version);
}

static void resource_push_kind(lua_State *L)
{
    context_push_text(L, context_resource(L)->kind);
}

static void resource_push_name(lua_State *L)
{
    context_push_text(L, context_resource(L)->name);
}

static void resource_push_namespace(lua_State *L)
{
    context_push_text(L, context_resource(L)->namespace);
}

static void resource_push_pod_template(lua_State *L)
{
    context_push_text(L, context_worker(L)->check.pod_template);
}

static void resource_push_scope(lua_State *L)
{
    context_resource(L);
    lua_pushstring(L, scope_name(context_worker(L)->check.scope));
}

static void resource_push_patch(lua_State *L)
{
    lua_pushboolean(L, context_worker(L)->check.patch);
}

static const struct context_field resource_fields[] = {
    {"api_version", resource_push_api_version, NULL, 0},
    {"group", resource_push_group, NULL, 0},
    {"version", resource_push_version, NULL, 0},
    {"kind", resource_push_kind, NULL, 0},
    {"name", resource_push_name, NULL, 0},
    {"namespace", resource_push_namespace, NULL, 0},
    {"scope", resource_push_scope, NULL, 0},
    {"patch", resource_push_patch, NULL, 0},
    {"pod_template", resource_push_pod_template, NULL, 0},
    {NULL, NULL, NULL, 0},
};

static void context_push_resource(lua_State *L)
{
    if (context_worker(L)->check.resource)
        context_push(L, CONTEXT_RESOURCE);
    else
        lua_pushnil(L);
}

static void context_push_file(lua_State *L)
{
    context_push(L, CONTEXT_FILE);
}

static void context_push_document(lua_State *L)
{
    static const char *const fields[] = {"index", "count", "item", NULL};
    const struct check *check = &context_worker(L)->check;

    lua_newtable(L);
    if (check->document) {
        lua_pushinteger(L, (lua_Integer)check->document->number);
        lua_setfield(L, -2, "index");
    }
    lua_pushinteger(L, (lua_Integer)subject_count_documents(check->subject));
    lua_setfield(L, -2, "count");
    if (check->resource && check->resource->item) {
        lua_pushinteger(L, check->resource->item);
        lua_setfield(L, -2, "item");
    }
    sandbox_freeze_fields(L, "ctx.document", fields);
}

static bool context_matches(lua_State *L, struct text glob, struct text path)
{
    uint64_t steps = 0;
    bool matches = glob_path_counted(glob, path, &steps);

    budget_charge(L, steps / CONTEXT_GLOB_STEPS);
    return matches;
}

/* The files that an example says there are, which match GLOB. */
static int context_example_files(lua_State *L, int files, struct text glob)
{
    lua_Integer count = 0;
    struct text path;

    lua_newtable(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, files);
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) == LUA_TSTRING; i++) {
        path.at = lua_tolstring(L, -1, &path.length);
        budget_charge(L, 1);
        if (context_matches(L, glob, path))
            lua_rawseti(L, -3, ++count);
        else
            lua_pop(L, 1);
    }
    lua_pop(L, 2);
    return 1;
}

/* ctx.files(glob): paths in the repository. */
static int context_files(lua_State *L)
{
    struct worker *worker = context_worker(L);
    const struct repo *repo = worker->check.subject->repo;
    lua_Integer count = 0;
    struct text glob;

    /* ctx:files(glob) is the same; what is missing is no place of the stack */
    glob.at = luaL_checklstring(L, lua_gettop(L) ? lua_gettop(L) : 1, &glob.length);
    if (glob.length > CONTEXT_GLOB_MAX)
        return luaL_error(L, "ctx.files: the glob is longer than %d bytes", CONTEXT_GLOB_MAX);
    if (worker->check.subject->files_ref != LUA_NOREF)
        return context_example_files(L, worker->check.subject->files_ref, glob);
    lua_newtable(L);
    budget_charge(L, repo ? repo->tree.count : 0);
    for (size_t i = 0; repo && i < repo->tree.count; i++)
        if (!repo->tree.files[i].hidden && context_matches(L, glob, repo->tree.files[i].path)) {
            context_push_text(L, repo->tree.files[i].path);
            lua_rawseti(L, -2, ++count);
        }
    return 1;
}

/* What a manifest holds there may be anything: what is no text names nothing. */
static struct text context_get_text(lua_State *L, int index)
{
    struct text text = {"", 0};

    if (lua_type(L, index) == LUA_TSTRING)
        text.at = lua_tolstring(L, index, &text.length);
    return text;
}

/* Whether a policy of the chain says that there is such an object; each entry is asked. */
static bool context_ask_elsewhere(lua_State *L, const struct chain *chain,
                                  const struct elsewhere_question *question)
{
    bool found = false;

    for (size_t i = 0; i < chain->count; i++) {
        const struct policy *policy = chain->policies[i];

        budget_charge(L, CONTEXT_ELSEWHERE_COST + policy->elsewhere_count);
        for (size_t j = 0; j < policy->elsewhere_count; j++) {
            uint64_t steps = 0;

            found |= elsewhere_answers(&policy->elsewhere[j], question, &steps);
            budget_charge(L, steps / CONTEXT_GLOB_STEPS);
        }
    }
    return found;
}

static bool context_is_name(struct text text)
{
    return text.length <= CONTEXT_NAME_MAX;
}

/* ctx:elsewhere(kind, namespace, name): whether the policy says that there is such an object
 * outside of the repository. */
static int context_elsewhere(lua_State *L)
{
    const struct check *check = &context_worker(L)->check;
    const struct origin *origin = check->join ? check->join->first[0]->origin : NULL;
    const struct chain *chain =
        origin ? origin->belonging.profile->chain : check->belonging.profile->chain;
    struct elsewhere_question question = {.group = TEXT("")};
    bool names;
    size_t slash;

    luaL_argcheck(L, lua_type(L, 1) == LUA_TUSERDATA, 1,
                  "is not ctx: call it as ctx:elsewhere(kind, namespace, name)");
    luaL_checkstring(L, 2);
    question.kind = context_get_text(L, 2);
    question.namespace = context_get_text(L, 3);
    question.name = context_get_text(L, 4);
    question.cluster = origin ? origin->cluster : check->belonging.profile->cluster;
    names = context_is_name(question.kind) && context_is_name(question.namespace) &&
            context_is_name(question.name) && context_is_name(question.cluster);
    slash = names ? text_find(question.kind, TEXT("/"), 0) : SIZE_MAX;
    if (slash != SIZE_MAX) {
        question.group = text_slice(question.kind, 0, slash);
        question.kind = text_slice(question.kind, slash + 1, question.kind.length);
    }
    lua_pushboolean(L, names && context_ask_elsewhere(L, chain, &question));
    return 1;
}

/* ctx:facts(key): in a join, what is under another key of the same rule. */
static int context_facts(lua_State *L)
{
    luaL_argcheck(L, lua_type(L, 1) == LUA_TUSERDATA, 1, "is not ctx: call it as ctx:facts(key)");
    if (!context_worker(L)->check.join)
        luaL_error(L, "ctx:facts was kept from a join, which alone sees facts");
    lua_settop(L, 2);
    facts_push_under(L, 2);
    return 1;
}

/* The field whose answer is for one rule. */
enum { CONTEXT_PARAMS = 8 };

static const struct context_field context_fields[] = {
    {"fail", NULL, fail_call, CONTEXT_CHECK | CONTEXT_JOIN},
    {"log", NULL, trace_log, CONTEXT_CHECK | CONTEXT_COLLECT | CONTEXT_JOIN},
    {"emit", NULL, facts_emit, CONTEXT_COLLECT},
    {"facts", NULL, context_facts, CONTEXT_JOIN},
    {"elsewhere", NULL, context_elsewhere, CONTEXT_CHECK | CONTEXT_COLLECT | CONTEXT_JOIN},
    {"files", NULL, context_files, 0},
    {"file", context_push_file, NULL, 0},
    {"namespace", shared_push_namespace, NULL, 0},
    [CONTEXT_PARAMS] = {"params", shared_push_params, NULL, 0},
    {"vars", shared_push_vars, NULL, 0},
    {"scope", context_push_scope, NULL, 0},
    {"resource", context_push_resource, NULL, 0},
    {"document", context_push_document, NULL, 0},
    {NULL, NULL, NULL, 0},
};

/* Raises where the field is there, but not now: what a join knows is in its facts. */
static void context_check_phase(lua_State *L, const struct context_field *field)
{
    const struct check *check = &context_worker(L)->check;
    unsigned phases = field->phases ? field->phases : CONTEXT_CHECK | CONTEXT_COLLECT;

    if (phases & (check->join ? CONTEXT_JOIN : check->collecting ? CONTEXT_COLLECT : CONTEXT_CHECK))
        return;
    if (check->join)
        luaL_error(L,
                   "ctx has no `%s` in a join, which sees facts and no document: facts have "
                   "value, resource, scope, file, namespace and params; emit what else is needed",
                   field->name);
    if (check->collecting)
        luaL_error(L, "ctx has no `%s` in `collect`, which only emits facts: `join` judges them",
                   field->name);
    luaL_error(L,
               "ctx has no `%s` in `check`: it is for rules across documents, with `collect` and "
               "`join`",
               field->name);
}

static const struct {
    const char *what; /* in errors */
    const struct context_field *fields;
} context_objects[] = {
    [CONTEXT_SELF] = {"ctx", context_fields},
    [CONTEXT_RESOURCE] = {"ctx.resource", resource_fields},
    [CONTEXT_FILE] = {"ctx.file", file_object_fields},
};

/* Keeps the answer on top, which is FIELD of the object, in the table of answers at 1. */
static void context_keep_answer(lua_State *L, size_t object, const struct context_field *field)
{
    if (lua_isnil(L, -1))
        return;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 1);
    context_worker(L)->kept[object] |= 1u << (field - context_objects[object].fields);
}

/* __index of the table of an object's answers, which is that of the object; upvalues: the fields by
 * name (a light userdata each), what the object is, its number. */
static int context_index(lua_State *L)
{
    const struct context_field *field;
    struct text best;

    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TLIGHTUSERDATA) {
        field = lua_touserdata(L, -1);
        context_check_phase(L, field);
        if (field->method) {
            lua_pushcfunction(L, field->method);
            return 1;
        }
        field->push(L);
        context_keep_answer(L, (size_t)lua_tointeger(L, lua_upvalueindex(3)), field);
        return 1;
    }
    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "%s has only named fields", lua_tostring(L, lua_upvalueindex(2)));
    best = sandbox_near(L, lua_upvalueindex(1), 2);
    if (best.at)
        return luaL_error(L, "%s has no `%s`; did you mean `%s`?",
                          lua_tostring(L, lua_upvalueindex(2)), lua_tostring(L, 2), best.at);
    return luaL_error(L, "%s has no `%s`", lua_tostring(L, lua_upvalueindex(2)),
                      lua_tostring(L, 2));
}

static int context_newindex(lua_State *L)
{
    return luaL_error(L, "fields of ctx cannot be set");
}

/* The answers stand in a table behind the object; what is not there yet is asked for. */
static void context_make(lua_State *L, enum context_object object)
{
    lua_newuserdatauv(L, 0, 0);
    lua_newtable(L);
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_newtable(L);
    for (const struct context_field *field = context_objects[object].fields; field->name; field++) {
        lua_pushlightuserdata(L, (void *)(uintptr_t)field);
        lua_setfield(L, -2, field->name);
    }
    lua_pushstring(L, context_objects[object].what);
    lua_pushinteger(L, object);
    lua_pushcclosure(L, context_index, 3);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &context_answer_keys[object]);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, context_newindex);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &context_object_keys[object]);
}

/* Forgets the answers whose bits are set. */
static void context_forget_answers(struct worker *worker, enum context_object object, uint32_t bits)
{
    lua_State *L = worker->L;
    const struct context_field *field = context_objects[object].fields;

    bits &= worker->kept[object];
    if (!bits)
        return;
    worker->kept[object] &= ~bits;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &context_answer_keys[object]);
    for (; bits; bits >>= 1, field++)
        if (bits & 1) {
            lua_pushnil(L);
            lua_setfield(L, -2, field->name);
        }
    lua_pop(L, 1);
}

void context_forget(struct worker *worker)
{
    for (enum context_object object = 0; object < CONTEXT_OBJECTS; object++)
        context_forget_answers(worker, object, UINT32_MAX);
}

void context_forget_rule(struct worker *worker)
{
    context_forget_answers(worker, CONTEXT_SELF, 1u << CONTEXT_PARAMS);
}

void context_open(lua_State *L)
{
    for (enum context_object object = 0; object < CONTEXT_OBJECTS; object++) {
        context_make(L, object);
        context_worker(L)->kept[object] = 0;
    }
    scope_open(L);
    facts_open(L);
    shared_forget(L);
}

void context_push(lua_State *L, enum context_object object)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &context_object_keys[object]);
}
