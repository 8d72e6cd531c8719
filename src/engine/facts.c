/*
 * Facts: what rules across documents note about each document, and how their joins get to see it. A
 * fact is copied out of the document's life when it is emitted; the join sees objects that unpack a
 * value when it is asked for, so that a million facts under one key need no million tables.
 *
 * Before the key of the rule stand the outermost policy and the cluster: repositories within a
 * repository and clusters never meet.
 */
#include "engine/facts.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/budget.h"
#include "engine/context.h"
#include "engine/fail.h"
#include "engine/pack.h"
#include "engine/shared.h"
#include "engine/sift.h"
#include <stdlib.h>
#include <string.h>

static const char facts_type[] = "krug.facts", fact_type[] = "krug.fact",
                  site_type[] = "krug.fact_place";

/* What emitting costs, in instructions: the memory that a fact holds outlives the document. */
enum { FACTS_EMIT_COST = 50 };

/* `facts` of a join: pointers to facts of one key, and the values that were asked for, kept where
 * there are few. */
enum { FACTS_KEPT_MAX = 1000 };
struct facts_object {
    const struct fact *const *first;
    size_t count;
    uint64_t joined; /* when that was: see facts_check_kept */
};

/* A fact, or a place in it. */
struct fact_object {
    const struct fact *fact;
    const struct site *site;
    uint64_t joined;
};

void facts_add(struct facts *facts, struct fact fact)
{
    facts->items =
        memory_extend(facts->items, facts->count, &facts->capacity, sizeof *facts->items);
    facts->items[facts->count++] = fact;
}

void facts_done(struct facts *facts)
{
    free(facts->items);
    *facts = (struct facts){0};
}

int fact_compare(const void *left, const void *right)
{
    const struct fact *a = *(const struct fact *const *)left;
    const struct fact *b = *(const struct fact *const *)right;
    int order = (a->rule > b->rule) - (a->rule < b->rule);

    if (!order)
        order = text_compare(a->key, b->key);
    return order ? order : (a > b) - (a < b);
}

bool fact_meets(const struct fact *a, const struct fact *b)
{
    return a->rule == b->rule && text_equal(a->key, b->key);
}

/* ---- emit ---- */

/* What keeps apart what never meets: the outermost policy of the file, and its cluster. */
static void facts_pack_realm(struct worker *worker)
{
    const struct chain *chain = worker->check.belonging.profile->chain;
    const void *realm = chain->path_count ? chain->policies[0] : NULL;
    struct text directory = realm ? chain->policies[0]->directory : TEXT("");

    buffer_byte(&worker->packed, realm ? '+' : '-');
    pack_text(&worker->packed, directory);
    pack_text(&worker->packed, worker->check.belonging.profile->cluster);
}

/* Raises where the key is not what the rule's `apart` says. What it says of texts is seen where
 * they are those of the rule's own examples. */
static void facts_check_apart(lua_State *L, const struct check *check, struct text key)
{
    enum apart apart = check->rule->apart;

    if (apart == APART_SCOPE && !pack_find_scope(key).length)
        luaL_error(L, "the rule is apart by \"scope\": ctx.scope is its key, or a part of it");
    if (apart == APART_KEY && check->subject->example && !check->subject->replay) {
        struct text missing = sift_missing(check->subject, key);

        if (missing.at)
            luaL_error(L,
                       "the key of this fact holds `%s`, which does not stand in the manifest: "
                       "the keys of a rule that is apart by \"key\" hold only its texts, and "
                       "ctx.scope",
                       lua_pushlstring(L, missing.at, missing.length));
    }
}

int facts_emit(lua_State *L)
{
    struct worker *worker = sandbox_owner(L);
    struct check *check = &worker->check;
    struct subject *subject = check->subject;
    struct packed packed = {&worker->packed, subject->arena, NULL, 0, 0};
    struct fact fact = {.rule = (uint32_t)check->rule->rule.index};

    luaL_argcheck(L, lua_type(L, 1) == LUA_TUSERDATA, 1, "is not ctx: call it as ctx:emit(...)");
    if (!check->collecting)
        luaL_error(L, "ctx:emit was kept from `collect`, which alone emits facts");
    lua_settop(L, 3);
    worker->packed.length = 0;
    facts_pack_realm(worker);
    fact.key_prefix = worker->packed.length;
    pack_key(L, 2, &packed);
    facts_check_apart(
        L, check, text_slice(buffer_text(&worker->packed), fact.key_prefix, worker->packed.length));
    /* paid before it is kept: what comes behind may raise */
    budget_charge(L, FACTS_EMIT_COST + worker->packed.length);
    fact.key = arena_copy(subject->arena, buffer_text(&worker->packed));
    worker->packed.length = 0;
    pack_value(L, 3, &packed);
    budget_charge(L, worker->packed.length);
    fact.value = arena_copy(subject->arena, buffer_text(&worker->packed));
    fact.sites = packed.sites;
    fact.site_count = packed.site_count;
    fact.witness = check->rule->kinds[check->collected].witness;
    fact.silent = check->rule->kinds[check->collected].silent;
    fact.origin = fail_origin(worker);
    facts_add(&subject->facts, fact);
    return 0;
}

/* ---- what a join sees ---- */

static uint64_t facts_joined(lua_State *L)
{
    const struct worker *worker = sandbox_owner(L);

    return worker->joined;
}

/* A rule may have kept what it got in an earlier call: that is gone. */
static void facts_check_kept(lua_State *L, uint64_t joined)
{
    const struct worker *worker = sandbox_owner(L);

    if (!worker->check.join || joined != worker->joined)
        luaL_error(L,
                   "this fact is of another key, and was kept from before: a rule keeps nothing");
}

static void facts_push_object(lua_State *L, const struct fact *fact, const struct site *site,
                              const char *type)
{
    struct fact_object *object = lua_newuserdatauv(L, sizeof *object, 1);

    *object = (struct fact_object){fact, site, facts_joined(L)};
    luaL_setmetatable(L, type);
}

void facts_push_site(lua_State *L, const struct fact *fact, const struct site *site)
{
    facts_push_object(L, fact, site, site_type);
}

bool facts_place(lua_State *L, int index, const struct fact **fact, const struct site **site)
{
    const struct fact_object *object = luaL_testudata(L, index, site_type);

    if (!object)
        object = luaL_testudata(L, index, fact_type);
    if (!object)
        return false;
    facts_check_kept(L, object->joined);
    *fact = object->fact;
    *site = object->site;
    return true;
}

/* The value is unpacked once for each fact object. */
static void fact_push_value(lua_State *L, const struct fact *fact)
{
    if (lua_getiuservalue(L, 1, 1) != LUA_TNIL)
        return;
    lua_pop(L, 1);
    unpack_value(L, fact->value, fact);
    lua_pushvalue(L, -1);
    lua_setiuservalue(L, 1, 1);
}

static void fact_push_resource(lua_State *L, const struct fact *fact)
{
    static const char *const fields[] = {"api_version", "kind", "namespace", "name",
                                         "document",    "item", NULL};
    const struct origin *origin = fact->origin;

    lua_createtable(L, 0, 6);
    context_set_text(L, "api_version", origin->resource.api_version);
    context_set_text(L, "kind", origin->resource.kind);
    context_set_text(L, "namespace", origin->resource.namespace);
    context_set_text(L, "name", origin->resource.name);
    lua_pushinteger(L, origin->document);
    lua_setfield(L, -2, "document");
    if (origin->item) {
        lua_pushinteger(L, origin->item);
        lua_setfield(L, -2, "item");
    }
    sandbox_freeze_fields(L, "resource of a fact", fields);
}

static void fact_push_scope(lua_State *L, const struct fact *fact)
{
    scope_push(L, fact->origin->cluster, fact->origin->resource.namespace,
               fact->origin->scope_directory);
}

static void fact_push_file(lua_State *L, const struct fact *fact)
{
    context_push_text(L, fact->origin->file);
}

/* The parameters hold for the namespace of the fact. */
static void fact_push_params(lua_State *L, const struct fact *fact)
{
    struct worker *worker = sandbox_owner(L);

    worker->check.belonging = fact->origin->belonging;
    shared_push_params(L);
}

static void fact_push_namespace(lua_State *L, const struct fact *fact)
{
    context_push_text(L, fact->origin->resource.namespace);
}

static const struct {
    const char *name;
    void (*push)(lua_State *L, const struct fact *fact);
} fact_fields[] = {
    {"value", fact_push_value}, {"resource", fact_push_resource},   {"scope", fact_push_scope},
    {"file", fact_push_file},   {"namespace", fact_push_namespace}, {"params", fact_push_params},
};

static int fact_index(lua_State *L)
{
    const struct fact_object *object = luaL_checkudata(L, 1, fact_type);
    const struct fact *fact = object->fact;

    facts_check_kept(L, object->joined);
    for (size_t i = 0; i < sizeof fact_fields / sizeof *fact_fields; i++)
        if (lua_type(L, 2) == LUA_TSTRING && !strcmp(lua_tostring(L, 2), fact_fields[i].name)) {
            fact_fields[i].push(L, fact);
            return 1;
        }
    sandbox_push_words(L, 2);
    return luaL_error(L,
                      "a fact has no `%s`: there are value, resource, scope, file, namespace and "
                      "params",
                      lua_tostring(L, -1));
}

static int fact_newindex(lua_State *L)
{
    return luaL_error(L, "a fact cannot be changed");
}

static int fact_equal(lua_State *L)
{
    const struct fact_object *a = luaL_testudata(L, 1, fact_type);
    const struct fact_object *b = luaL_testudata(L, 2, fact_type);

    lua_pushboolean(L, a && b && a->fact == b->fact);
    return 1;
}

void facts_push(lua_State *L, const struct fact *const *first, size_t count)
{
    struct facts_object *object = lua_newuserdatauv(L, sizeof *object, 1);

    *object = (struct facts_object){first, count, facts_joined(L)};
    if (count <= FACTS_KEPT_MAX) {
        lua_createtable(L, (int)count, 0);
        lua_setiuservalue(L, -2, 1);
    }
    luaL_setmetatable(L, facts_type);
}

size_t facts_count(lua_State *L, int index)
{
    const struct facts_object *object = luaL_testudata(L, index, facts_type);

    return object ? object->count : SIZE_MAX;
}

void facts_push_fact(lua_State *L, int index, size_t number)
{
    const struct facts_object *object = lua_touserdata(L, index);
    bool kept;

    facts_check_kept(L, object->joined);
    kept = lua_getiuservalue(L, index, 1) == LUA_TTABLE;
    if (kept && lua_rawgeti(L, -1, (lua_Integer)number + 1) != LUA_TNIL) {
        lua_remove(L, -2);
        return;
    }
    lua_pop(L, kept);
    facts_push_object(L, object->first[number], &object->first[number]->origin->site, fact_type);
    if (kept) {
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, (lua_Integer)number + 1);
    }
    lua_remove(L, -2);
}

static int facts_index(lua_State *L)
{
    size_t count = facts_count(L, 1);
    lua_Integer number = lua_isinteger(L, 2) ? lua_tointeger(L, 2) : 0;

    if (lua_type(L, 2) != LUA_TNUMBER)
        return luaL_error(L, "facts are a list: walk them with each(facts)");
    if (number < 1 || (lua_Unsigned)number > count)
        return 0;
    facts_push_fact(L, 1, (size_t)number - 1);
    return 1;
}

static int facts_newindex(lua_State *L)
{
    return luaL_error(L, "the list of facts cannot be changed");
}

static int facts_length(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)facts_count(L, 1));
    return 1;
}

void facts_push_key(lua_State *L, const struct fact *fact)
{
    unpack_value(L, text_slice(fact->key, fact->key_prefix, fact->key.length), fact);
}

/* Raises where a rule that is apart asks for more than it said. */
static void facts_check_asked(lua_State *L, const struct fact *model, struct text key)
{
    enum apart apart = ((struct worker *)sandbox_owner(L))->check.rule->apart;
    size_t from = model->key_prefix;

    if (apart == APART_KEY)
        luaL_error(L, "the rule is apart by \"key\": its join sees no other key");
    if (apart == APART_SCOPE &&
        !text_equal(pack_find_scope(text_slice(key, from, key.length)),
                    pack_find_scope(text_slice(model->key, from, model->key.length))))
        luaL_error(L, "the rule is apart by \"scope\": its join sees only keys with its own scope");
}

void facts_push_under(lua_State *L, int index)
{
    struct worker *worker = sandbox_owner(L);
    const struct join *join = worker->check.join;
    const struct fact *model = join->first[0];
    struct packed packed = {&worker->packed, NULL, NULL, 0, 0};
    struct fact wanted = {.rule = model->rule};
    size_t low = 0, high = join->all_count, end;

    worker->packed.length = 0;
    buffer_add(&worker->packed, text_slice(model->key, 0, model->key_prefix));
    pack_key(L, index, &packed);
    wanted.key = buffer_text(&worker->packed);
    facts_check_asked(L, model, wanted.key);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct fact *fact = join->all[middle];
        int order = (fact->rule > wanted.rule) - (fact->rule < wanted.rule);

        if ((order ? order : text_compare(fact->key, wanted.key)) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < join->all_count && fact_meets(join->all[end], &wanted); end++)
        ;
    budget_charge(L, (end - low) / 4);
    facts_push(L, join->all + low, end - low);
}

void facts_open(lua_State *L)
{
    static const luaL_Reg list[] = {{"__index", facts_index},
                                    {"__newindex", facts_newindex},
                                    {"__len", facts_length},
                                    {NULL, NULL}};
    static const luaL_Reg one[] = {
        {"__index", fact_index}, {"__newindex", fact_newindex}, {"__eq", fact_equal}, {NULL, NULL}};

    luaL_newmetatable(L, facts_type);
    luaL_setfuncs(L, list, 0);
    luaL_newmetatable(L, fact_type);
    luaL_setfuncs(L, one, 0);
    luaL_newmetatable(L, site_type);
    lua_pop(L, 3);
}
