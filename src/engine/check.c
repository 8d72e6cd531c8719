/*
 * One file through all rules: document by document, resource by resource, rule by rule. Which rules
 * look at a kind is worked out once for each kind and policy; what a rule raises is noted and the
 * others go on.
 */
#include "engine/check.h"
#include "base/glob.h"
#include "base/memory.h"
#include "engine/context.h"
#include "engine/fail.h"
#include "policy/workload.h"
#include "repo/kustomize.h"
#include <stdlib.h>
#include <string.h>

/* With the collector stopped while a document is checked, memory above this is collected after it.
 */
enum { CHECK_COLLECT_KIB = 16 * 1024 };

/* Where things are on the Lua stack while a file is checked. */
enum { CHECK_HANDLER = 1, CHECK_CONTEXT = 2, CHECK_VALUE = 3 };

/* How many lines of a traceback help. */
enum { CHECK_TRACEBACK_LINES = 6 };

/* What is the same for all resources of a kind under one chain of policies. */
struct worker_kind {
    size_t *rules; /* in the order in which they run */
    size_t count;
    enum scope_kind scope;
    struct text pod_template; /* at == NULL: no workload */
};

void counts_done(struct counts *counts)
{
    map_done(&counts->namespaces);
    arena_done(&counts->arena);
    free(counts->active);
}

/* ---- calling rules ---- */

static int check_handler(lua_State *L)
{
    if (lua_type(L, 1) == LUA_TTABLE) {
        lua_getfield(L, 1, "message"); /* raised by the prelude */
        lua_replace(L, 1);
    }
    if (lua_type(L, 1) != LUA_TSTRING) {
        sandbox_push_words(L, 1);
        lua_replace(L, 1);
    }
    luaL_checkstack(L, 10, NULL);
    luaL_traceback(L, L, NULL, 1);
    lua_pushliteral(L, "\n");
    lua_insert(L, -2);
    lua_concat(L, 3);
    return 1;
}

static struct text check_first_lines(struct text text, size_t count)
{
    size_t at = 0;

    while (count-- && at != SIZE_MAX)
        at = text_find(text, TEXT("\n"), at + 1);
    return text_slice(text, 0, at);
}

/* Notes the error on top of the stack, and takes it off. */
static void check_note_error(struct worker *worker, struct subject *subject, uint32_t line,
                             bool raised)
{
    struct text whole, message;
    struct rule_error *error;
    size_t rule = worker->check.rule->rule.index;

    whole.at = lua_tolstring(worker->L, -1, &whole.length);
    if (!whole.at)
        whole = TEXT("not enough memory");
    message = check_first_lines(whole, 1);
    for (size_t i = 0; i < subject->error_count; i++)
        if (subject->errors[i].rule == rule && text_equal(subject->errors[i].message, message)) {
            subject->errors[i].count++;
            lua_pop(worker->L, 1);
            return;
        }
    subject->errors = memory_extend(subject->errors, subject->error_count, &subject->error_capacity,
                                    sizeof *subject->errors);
    error = &subject->errors[subject->error_count++];
    *error = (struct rule_error){
        .rule = rule, .file = subject->path, .line = line, .raised = raised, .count = 1};
    error->message = arena_copy(subject->arena, message);
    whole = text_slice(whole, message.length + 1, whole.length);
    error->traceback = arena_copy(subject->arena, check_first_lines(whole, CHECK_TRACEBACK_LINES));
    lua_pop(worker->L, 1);
}

/* Calls FUNCTION (a registry reference) with the value and ctx; false where it raised. */
static bool check_call(struct worker *worker, int function, int results)
{
    lua_State *L = worker->L;
    const struct check *check = &worker->check;
    uint32_t start = 0;

    lua_rawgeti(L, LUA_REGISTRYINDEX, function);
    lua_pushvalue(L, CHECK_VALUE);
    lua_pushvalue(L, CHECK_CONTEXT);
    if (lua_pcall(L, 2, results, CHECK_HANDLER) == LUA_OK)
        return true;
    if (check->resource)
        start = check->resource->node->start;
    check_note_error(worker, check->subject,
                     source_span(&check->subject->source, start, start).line, true);
    return false;
}

static bool check_waits(const struct worker *worker, const struct rule_info *rule)
{
    for (size_t i = 0; i < rule->after_count; i++)
        if (rule->after[i] != SIZE_MAX && worker->failed[rule->after[i]])
            return true;
    return false;
}

/* Sets up the check for a rule; false where it does not run here. */
static bool check_begin(struct worker *worker, size_t index, struct counts *counts)
{
    const struct rule_info *rule = worker->rules->items[index];

    if (rule->broken || !rule->needed)
        return false;
    if (worker->check.patch && !rule->patches && rule->subject != RULE_FILES)
        return false;
    worker->check.level = belonging_ruling(&worker->check.belonging, index)->level;
    if (!worker->check.subject->example &&
        (worker->check.level <= LEVEL_OFF ||
         !chain_holds(worker->check.subject->location.chain, rule->rule.policy)))
        return false;
    counts->active[index] = true;
    if (check_waits(worker, rule))
        return false;
    worker->check.rule = rule;
    return true;
}

/* A rule that changes the document is a defect: what it found is dropped, and the rules behind it
 * get the document as it was. Built-in rules are held to it by their examples. */
static void check_unchanged(struct worker *worker, size_t findings)
{
    const struct check *check = &worker->check;
    bool intact;

    if (check->rule->subject != RULE_RESOURCES ||
        (!check->rule->rule.policy && !check->subject->example))
        return;
    lua_pushvalue(worker->L, CHECK_VALUE);
    intact = tables_intact(&worker->tables, worker->L, check->resource->node);
    lua_pop(worker->L, 1);
    if (intact)
        return;
    check->subject->findings.count = findings;
    lua_pushliteral(worker->L, "the rule changes the document, which other rules read too; what it "
                               "found there is dropped");
    check_note_error(worker, check->subject,
                     source_span(&check->subject->source, check->resource->node->start,
                                 check->resource->node->start)
                         .line,
                     false);
    tables_push(&worker->tables, worker->L, check->resource->node);
    lua_replace(worker->L, CHECK_VALUE);
}

/* What the rule's `when` says, if it has one. */
static bool check_when(struct worker *worker, int when)
{
    bool holds;

    if (when == LUA_NOREF)
        return true;
    if (!check_call(worker, when, 1))
        return false;
    holds = lua_toboolean(worker->L, -1);
    lua_pop(worker->L, 1);
    return holds;
}

static void check_run(struct worker *worker)
{
    size_t index = worker->check.rule->rule.index;
    size_t findings = worker->check.subject->findings.count;

    if (check_when(worker, worker->when_refs[index]))
        check_call(worker, worker->check_refs[index], 0);
    check_unchanged(worker, findings);
}

/* ---- resources ---- */

/* Chain, apiVersion and kind, as bytes. */
static struct text check_kind_key(struct arena *arena, const struct chain *chain,
                                  const struct resource *resource)
{
    struct text version = resource->api_version, kind = resource->kind;
    size_t length = sizeof chain->index + version.length + 1 + kind.length;
    char *key = arena_get(arena, length), *at = key;

    memcpy(at, &chain->index, sizeof chain->index);
    at += sizeof chain->index;
    memcpy(at, version.at, version.length);
    at += version.length;
    *at++ = ' ';
    memcpy(at, kind.at, kind.length);
    return (struct text){key, length};
}

static const struct worker_kind *check_kind(struct worker *worker, const struct resource *resource)
{
    const struct subject *subject = worker->check.subject;
    const struct chain *chain = subject->location.chain;
    struct worker_kind *kind;
    void **place;
    struct text key = check_kind_key(&worker->document_arena, chain, resource);

    kind = map_find(&worker->kinds, key);
    if (kind)
        return kind;
    place = map_place(&worker->kinds, arena_copy(&worker->arena, key));
    *place = kind = arena_zero(&worker->arena, sizeof *kind);
    kind->pod_template = chain_pod_template(chain, resource);
    kind->scope = repo_scope(subject->repo, resource->group, resource->kind);
    kind->rules = arena_get(&worker->arena, (worker->rules->count + 1) * sizeof *kind->rules);
    for (size_t i = 0; i < worker->rules->count; i++) {
        const struct rule_info *rule = worker->rules->items[worker->rules->order[i]];

        if (rule->subject == RULE_RESOURCES && !rule->broken &&
            rule_matches_kind(rule, resource, kind->pod_template.at != NULL))
            kind->rules[kind->count++] = rule->rule.index;
    }
    return kind;
}

static bool check_filtered(const struct check_filter *filter, struct text namespace)
{
    for (size_t i = 0; i < filter->count; i++)
        if (glob_name(text_of(filter->namespaces[i]), namespace))
            return false;
    return filter->count > 0;
}

static void check_count_namespace(struct counts *counts, const struct check *check,
                                  struct arena *scratch)
{
    struct text cluster = check->subject->location.cluster, name = check->belonging.namespace, key;
    char *room;

    if (!name.at)
        return;
    key.length = cluster.length + 1 + name.length;
    key.at = room = arena_get(scratch, key.length);
    memcpy(room, cluster.at, cluster.length);
    room[cluster.length] = '\0';
    memcpy(room + cluster.length + 1, name.at, name.length);
    if (!map_find(&counts->namespaces, key))
        *map_place(&counts->namespaces, arena_copy(&counts->arena, key)) = counts;
}

/* Sets what the check knows of a resource. */
static const struct worker_kind *check_set_resource(struct worker *worker,
                                                    const struct resource *resource)
{
    struct check *check = &worker->check;
    const struct worker_kind *kind = check_kind(worker, resource);

    check->resource_room = *resource;
    check->resource = &check->resource_room;
    check->scope = kind->scope;
    check->pod_template = kind->pod_template;
    return kind;
}

/* And whose it is: the belonging of that NUMBER; false where the filter leaves it out. */
static bool check_set_belonging(struct worker *worker, size_t number,
                                const struct check_filter *filter, struct counts *counts)
{
    struct check *check = &worker->check;
    struct subject *subject = check->subject;

    belonging_of(subject->profiles, &subject->location, check->resource, check->scope, subject->use,
                 number, &check->belonging);
    if (check_filtered(filter, check->belonging.namespace))
        return false;
    check_count_namespace(counts, check, &worker->document_arena);
    memset(worker->failed, 0, worker->rules->count);
    return true;
}

/* Whose the file is, where no resource says: its path's. */
static void check_set_path(struct worker *worker)
{
    struct check *check = &worker->check;

    check->resource = NULL;
    check->pod_template = (struct text){0};
    belonging_of_path(check->subject->profiles, &check->subject->location, &check->belonging);
}

/* A resource that is built into several namespaces is judged in each: what is the same there
 * becomes one finding when the run settles. */
static void check_resource(struct worker *worker, const struct resource *resource,
                           const struct check_filter *filter, struct counts *counts)
{
    struct check *check = &worker->check;
    const struct worker_kind *kind = check_set_resource(worker, resource);
    bool pushed = false;

    counts->resources++;
    counts->patches += check->patch;
    for (size_t n = 0; n < belonging_count(check->subject->use, check->scope); n++) {
        if (!check_set_belonging(worker, n, filter, counts))
            continue;
        for (size_t i = 0; i < kind->count; i++) {
            if (!check_begin(worker, kind->rules[i], counts))
                continue;
            if (!pushed) {
                tables_push(&worker->tables, worker->L, resource->node);
                lua_replace(worker->L, CHECK_VALUE);
                pushed = true;
            }
            check_run(worker);
        }
    }
}

/* ---- notes ---- */

/* The resource of the document that NOTE lies in; false where none. */
static bool check_find_resource(const struct document *document, const struct note *note,
                                struct resource *resource)
{
    for (struct resources walk = resources_of(document); resources_next(&walk, resource);)
        if (note->start >= resource->node->start && note->start <= resource->node->end)
            return true;
    return false;
}

static void check_set_field(lua_State *L, const char *field, struct text text)
{
    lua_pushlstring(L, text.at ? text.at : "", text.length);
    lua_setfield(L, -2, field);
}

/* Pushes a table that stands for the bytes START to END at the place of NODE in the tree; for a KEY
 * (at != NULL) of it. */
static void check_push_span(struct worker *worker, const struct node *node, struct text key,
                            uint32_t start, uint32_t end)
{
    struct node *copy = arena_zero(&worker->document_arena, sizeof *copy);

    if (node)
        *copy = *node;
    else
        copy->alias_start = NODE_NOWHERE;
    if (node && key.at) {
        copy->parent = (struct node *)(uintptr_t)node;
        copy->key = key;
        copy->key_start = NODE_NOWHERE;
    }
    copy->type = NODE_STRING;
    copy->text = (struct text){0};
    copy->start = start;
    copy->end = end;
    lua_newtable(worker->L);
    tables_bind(&worker->tables, worker->L, copy);
}

static void check_push_note(struct worker *worker, const struct note *note)
{
    lua_State *L = worker->L;

    struct text key = note->is_key ? note->text : (struct text){0};

    check_push_span(worker, note->node, key, note->start, note->end);
    lua_pushstring(L, note_kind_name(note->kind));
    lua_setfield(L, -2, "kind");
    check_set_field(L, "text", note->text);
    lua_pushstring(L, node_style_name(note->style));
    lua_setfield(L, -2, "style");
    lua_pushboolean(L, note->is_key);
    lua_setfield(L, -2, "is_key");
    if (note->reason != AMBIGUITY_NONE) {
        lua_pushstring(L, scalar_ambiguity_name(note->reason));
        lua_setfield(L, -2, "reason");
    }
    if (note->node && note->node->key.at)
        check_set_field(L, "key", note->node->key);
    if (note->node && !note->is_key) {
        tables_push(NULL, L, note->node);
        lua_setfield(L, -2, "value");
    }
    if (note->other_start != NODE_NOWHERE) {
        check_push_span(worker, note->node, key, note->other_start, note->other_end);
        lua_setfield(L, -2, "other");
    }
}

/* Runs the rules on notes of its kind, under the belonging that is set. */
static void check_note_rules(struct worker *worker, const struct note *note, struct counts *counts)
{
    bool pushed = false;

    for (size_t i = 0; i < worker->rules->count; i++) {
        const struct rule_info *rule = worker->rules->items[worker->rules->order[i]];

        if (!(rule->notes & 1u << note->kind) || !check_begin(worker, rule->rule.index, counts))
            continue;
        if (!pushed) {
            check_push_note(worker, note);
            lua_replace(worker->L, CHECK_VALUE);
            pushed = true;
        }
        check_run(worker);
    }
}

static void check_note(struct worker *worker, const struct note *note,
                       const struct check_filter *filter, struct counts *counts)
{
    struct resource resource;

    if (!check_find_resource(worker->check.document, note, &resource)) {
        check_set_path(worker);
        if (!check_filtered(filter, worker->check.belonging.namespace)) {
            memset(worker->failed, 0, worker->rules->count);
            check_note_rules(worker, note, counts);
        }
        return;
    }
    check_set_resource(worker, &resource);
    for (size_t n = 0; n < belonging_count(worker->check.subject->use, worker->check.scope); n++)
        if (check_set_belonging(worker, n, filter, counts))
            check_note_rules(worker, note, counts);
}

/* ---- documents and files ---- */

static void check_refused(struct worker *worker, struct subject *subject,
                          const struct document *document, const struct check_filter *filter)
{
    struct text id = document->too_large ? TEXT("manifest/too-large") : TEXT("manifest/syntax");
    const struct rule_info *rule = rules_by_id(worker->rules, id);

    check_set_path(worker);
    /* whatever --rule selects: no rule has seen this document */
    if (!check_filtered(filter, subject->location.namespace))
        fail_at(subject, rule, document, worker->check.belonging.profile->owner, document->error);
}

static void check_document(struct worker *worker, const struct document *document,
                           const struct check_filter *filter, struct counts *counts)
{
    struct subject *subject = worker->check.subject;
    enum document_kind kind;
    struct resource resource;

    worker->check.document = document;
    worker->serial++;
    tables_forget(&worker->tables);
    arena_reset(&worker->document_arena);
    subject_summarize(subject, document);
    if (!document->root) {
        counts->documents++;
        check_refused(worker, subject, document, filter);
        return;
    }
    kind = document_kind(document);
    counts->documents += kind != DOCUMENT_EMPTY;
    counts->not_resources += kind == DOCUMENT_OTHER;
    if (kustomization_is(subject->path))
        counts->inline_patches += kustomization_count_inline(document->root);
    for (struct resources walk = resources_of(document); resources_next(&walk, &resource);)
        check_resource(worker, &resource, filter, counts);
    for (const struct note *note = document->notes; note; note = note->next)
        check_note(worker, note, filter, counts);
}

/* Rules on files, once the documents are known. */
static void check_file(struct worker *worker, const struct check_filter *filter,
                       struct counts *counts)
{
    worker->check.document = NULL;
    worker->serial++;
    tables_forget(&worker->tables);
    arena_reset(&worker->document_arena);
    file_object_forget(worker->L);
    check_set_path(worker);
    if (check_filtered(filter, worker->check.belonging.namespace))
        return;
    memset(worker->failed, 0, worker->rules->count);
    file_object_push(worker->L);
    lua_replace(worker->L, CHECK_VALUE);
    for (size_t i = 0; i < worker->rules->count; i++) {
        const struct rule_info *rule = worker->rules->items[worker->rules->order[i]];

        if (rule->subject == RULE_FILES && check_begin(worker, rule->rule.index, counts))
            check_run(worker);
    }
}

static void check_collect(struct worker *worker)
{
    if (lua_gc(worker->L, LUA_GCCOUNT) > CHECK_COLLECT_KIB) {
        lua_pushnil(worker->L);
        lua_replace(worker->L, CHECK_VALUE);
        lua_gc(worker->L, LUA_GCCOLLECT);
    }
}

void check_subject(struct worker *worker, struct subject *subject,
                   const struct check_filter *filter, struct counts *counts)
{
    struct loader loader;
    struct document document;

    if (!counts->active)
        counts->active = memory_get(worker->rules->count + 1);
    worker->check = (struct check){
        .subject = subject,
        .patch = kustomize_is_patch(subject->use),
    };
    lua_settop(worker->L, 0);
    lua_pushcfunction(worker->L, check_handler);
    context_push(worker->L);
    lua_pushnil(worker->L);
    loader_init(&loader, &subject->source);
    while (loader_next(&loader, &document)) {
        check_document(worker, &document, filter, counts);
        check_collect(worker);
    }
    loader_done(&loader);
    check_file(worker, filter, counts);
    check_collect(worker);
    worker->check = (struct check){0};
}
