/*
 * One file through all rules: document by document, resource by resource, rule by rule. Which rules
 * look at a kind is worked out once for each kind and policy; what goes wrong in a rule is noted by
 * the room that calls it, and the others go on.
 */
#include "engine/check.h"
#include "base/glob.h"
#include "base/memory.h"
#include "engine/budget.h"
#include "engine/call.h"
#include "engine/context.h"
#include "engine/fail.h"
#include "engine/inner.h"
#include "engine/kinds.h"
#include "engine/notes.h"
#include "engine/replay.h"
#include "engine/trace.h"
#include "engine/watch.h"
#include "repo/kustomize.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* With the collector stopped while rules run, what they left behind is collected when it is more
 * than this, in bytes. */
enum { CHECK_COLLECT = 16 * 1024 * 1024 };

/* What is no longer alike in so many bytes counts as one namespace: real names have at most 63. */
enum { CHECK_NAMESPACE_MAX = 400 };

void counts_done(struct counts *counts)
{
    map_done(&counts->namespaces);
    arena_done(&counts->arena);
    free(counts->active);
}

bool check_filter_hides(const struct check_filter *filter, struct text namespace)
{
    for (size_t i = 0; filter && i < filter->count; i++)
        if (glob_name(text_of(filter->namespaces[i]), namespace))
            return false;
    return filter && filter->count;
}

/* ---- the value that rules look at ---- */

/* Collects what rules left behind. All addresses may be of something else then: the value is made
 * anew. */
static void check_clean(struct worker *worker)
{
    lua_pushnil(worker->L);
    lua_replace(worker->L, CALL_VALUE);
    tables_forget(&worker->tables);
    inner_forget(worker);
    context_forget(worker);
    worker->serial++;
    worker->check.pushed = false;
    worker_collect(worker);
}

static void check_collect_garbage(struct worker *worker)
{
    if (budget_bytes(worker->L) > worker->clean_bytes + CHECK_COLLECT)
        check_clean(worker);
}

static void check_push_value(struct worker *worker)
{
    const struct check *check = &worker->check;

    if (check->pushed)
        return;
    check_collect_garbage(worker);
    if (!check->document)
        context_push(worker->L, CONTEXT_FILE);
    else if (check->note)
        notes_push(worker, check->note);
    else
        tables_push_resource(&worker->tables, worker->L, check->resource->node);
    lua_replace(worker->L, CALL_VALUE);
    worker->check.pushed = true;
    worker->value_bytes = budget_bytes(worker->L);
}

static void check_tidy(struct worker *worker)
{
    if (worker->spoilt && !worker->check.subject->example) {
        worker_renew(worker);
        tables_forget(&worker->tables);
        worker->check.pushed = false;
        call_open(worker);
    } else if (budget_bytes(worker->L) > worker->value_bytes + CHECK_COLLECT) {
        check_clean(worker);
    }
}

/* ---- running a rule ---- */

static bool check_waits(const struct worker *worker, const struct rule_info *rule)
{
    for (size_t i = 0; i < rule->after_count; i++)
        if (rule->after[i] != SIZE_MAX && worker->failed[rule->after[i]])
            return true;
    return false;
}

/* Why the rule has nothing to say about what is looked at; NULL where it has. */
static const char *check_off(const struct worker *worker, const struct rule_info *rule)
{
    const struct check *check = &worker->check;
    bool across = rule->subject == RULE_FACTS;

    if (rule->broken || !worker_needs(worker, rule))
        return "it is broken, or not selected";
    if (check->patch && !rule->patches && rule->subject != RULE_FILES)
        return "this is a patch";
    if (check->subject->example)
        return NULL;
    if (rule->idle)
        return "it needs the whole repository";
    if (!chain_holds(check->subject->location.chain, rule->rule.policy))
        return "its policy does not cover this file";
    if (check->subject->wanted && !rule->before_facts && !check->subject->wanted[rule->rule.index])
        return "no file that was named has a fact of it";
    return (across ? rule->possible : check->level > LEVEL_OFF) ? NULL : "it is off here";
}

/* Why it does not run all the same; NULL where it does. */
static const char *check_passed_over(struct worker *worker, const struct rule_info *rule)
{
    const struct check *check = &worker->check;

    if (check->hidden && rule->subject != RULE_FACTS && !rule->before_facts)
        return "the file or its namespace is not asked for";
    if (worker->trips && trips_over(worker->trips, rule->rule.index, check->subject->number))
        return "it used up its budget ten times before";
    return check_waits(worker, rule) ? "a rule that it comes `after` has a finding here" : NULL;
}

/* Sets up the check for a rule; false where it does not run here. */
static bool check_begin(struct worker *worker, size_t index)
{
    const struct rule_info *rule = worker->rules->items[index];
    struct check *check = &worker->check;
    const char *reason;

    check->rule = rule;
    context_forget_rule(worker);
    check->collecting = rule->subject == RULE_FACTS;
    check->level = belonging_ruling(&check->belonging, index)->level;
    reason = check_off(worker, rule);
    if (!reason) {
        check->counts->active[index] |= !check->hidden && check->level > LEVEL_OFF;
        reason = check_passed_over(worker, rule);
    }
    if (reason)
        trace_tell(worker, rule, "skipped: %s", reason);
    return !reason && call_is_there(worker);
}

/* Nothing of what was looked at before is there any more. */
static void check_forget(struct worker *worker)
{
    worker->serial++;
    worker->check.pushed = false;
    tables_forget(&worker->tables);
    inner_forget(worker);
    context_forget(worker);
    arena_reset(&worker->document_arena);
}

/* A rule that changes the document is a defect: what it found is dropped, and the rules behind it
 * get the document as it was. Built-in rules are held to it by their examples. */
static void check_unchanged(struct worker *worker, size_t findings, size_t facts)
{
    const struct check *check = &worker->check;
    bool intact;

    if (!check->rule->rule.policy && !check->subject->example)
        return;
    if (!check->document || check->note) { /* is not compared, but made anew for the next rule */
        check_forget(worker);
        return;
    }
    lua_pushvalue(worker->L, CALL_VALUE);
    intact = tables_intact(&worker->tables, worker->L, check->resource->node);
    lua_pop(worker->L, 1);
    if (intact)
        return;
    check->subject->findings.count = findings;
    check->subject->facts.count = facts;
    call_note(worker, call_line(worker),
              "the rule changes the document, which other rules read too; what it found there is "
              "dropped");
    worker->check.pushed = false;
}

/* Calls FUNCTION with the value and ctx. */
static bool check_call(struct worker *worker, int function, int results)
{
    lua_pushvalue(worker->L, CALL_VALUE);
    lua_pushvalue(worker->L, CALL_CONTEXT);
    return call_function(worker, function, 2, results);
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
    if (!holds)
        trace_tell(worker, worker->check.rule, "skipped: its `when` says no");
    return holds;
}

/* One try at running the rule with its `when` and FUNCTION; false where it is to be run again. */
static bool check_try(struct worker *worker, int function, size_t bytes)
{
    size_t index = worker->check.rule->rule.index;
    struct call_mark mark;

    check_push_value(worker);
    mark = call_begin(worker, BUDGET_INSTRUCTIONS, bytes);
    if (check_when(worker, worker->when_refs[index])) {
        trace_tell(worker, worker->check.rule, "runs");
        check_call(worker, function, 0);
        trace_found(worker, &mark);
    }
    return call_end(worker, &mark);
}

static void check_run(struct worker *worker, int function)
{
    struct subject *subject = worker->check.subject;
    size_t findings = subject->findings.count, facts = subject->facts.count;

    if (!check_try(worker, function, BUDGET_MEMORY_FIRST)) {
        check_clean(worker);
        if (!check_try(worker, function, BUDGET_MEMORY))
            assert(false);
    }
    check_unchanged(worker, findings, facts);
    if (worker->check.hidden)
        subject->findings.count = findings;
    check_tidy(worker);
}

static int check_function(const struct worker *worker)
{
    return worker->check_refs[worker->check.rule->rule.index];
}

/* ---- resources ---- */

static void check_count_namespace(const struct check *check, struct buffer *scratch)
{
    struct counts *counts = check->counts;
    struct text name = check->belonging.namespace, key;

    if (!name.at)
        return;
    scratch->length = 0;
    buffer_add(scratch, check->belonging.profile->cluster);
    buffer_byte(scratch, '\0');
    buffer_add(scratch, text_slice(name, 0, CHECK_NAMESPACE_MAX));
    key = buffer_text(scratch);
    if (!map_find(&counts->namespaces, key))
        *map_place(&counts->namespaces, arena_copy(&counts->arena, key)) = counts;
}

/* Sets what the check knows of a resource. */
static const struct worker_kind *check_set_resource(struct worker *worker,
                                                    const struct resource *resource)
{
    struct check *check = &worker->check;
    const struct worker_kind *kind = kinds_find(worker, resource);

    check->resource_room = *resource;
    check->resource = &check->resource_room;
    context_forget(worker);
    check->scope = kind->scope;
    check->pod_template = kind->pod_template;
    check->pushed = false;
    return kind;
}

/* And whose it is: the belonging of that NUMBER. Hidden is what is only there for its facts. */
static void check_set_belonging(struct worker *worker, size_t number)
{
    struct check *check = &worker->check;
    struct subject *subject = check->subject;

    belonging_of(subject->profiles, &subject->location, check->resource, check->scope, subject->use,
                 number, &check->belonging);
    check->origin = NULL;
    context_forget(worker);
    check->hidden =
        subject->unnamed || check_filter_hides(check->filter, check->belonging.namespace);
    if (!check->hidden)
        check_count_namespace(check, &worker->packed);
    memset(worker->failed, 0, worker->rules->count);
}

/* Whose the file is, where no resource says: its path's. */
static void check_set_path(struct worker *worker)
{
    struct check *check = &worker->check;

    context_forget(worker);
    check->resource = NULL;
    check->pod_template = (struct text){0};
    belonging_of_path(check->subject->profiles, &check->subject->location, &check->belonging);
    check->origin = NULL;
    check->hidden = check_filter_hides(check->filter, check->belonging.namespace);
    memset(worker->failed, 0, worker->rules->count);
}

/* The traced rule looks at other kinds. */
static void check_trace_kind(struct worker *worker, const struct worker_kind *kind)
{
    const struct rule_info *rule = worker->trace;

    if (!rule || !rule_is_of_kinds(rule))
        return;
    for (size_t i = 0; i < kind->count; i++)
        if (kind->calls[i].rule == rule->rule.index)
            return;
    trace_tell(worker, rule, "skipped: it looks at other kinds");
}

/* A resource that is built into several namespaces is judged in each: what is the same there
 * becomes one finding when the run settles. */
static void check_resource(struct worker *worker, const struct resource *resource)
{
    struct check *check = &worker->check;
    const struct worker_kind *kind = check_set_resource(worker, resource);

    check->counts->resources++;
    check->counts->patches += check->patch;
    for (size_t n = 0; n < belonging_count(check->subject->use, check->scope); n++) {
        check_set_belonging(worker, n);
        check_trace_kind(worker, kind);
        for (size_t i = 0; i < kind->count; i++) {
            const struct worker_call *call = &kind->calls[i];

            if (!check_begin(worker, call->rule))
                continue;
            check->collected = call->kind;
            check_run(worker, check->collecting ? worker_collect_ref(worker, call->rule, call->kind)
                                                : check_function(worker));
        }
    }
}

/* ---- notes ---- */

/* Runs the rules on notes of its kind, under the belonging that is set. */
static void check_note_rules(struct worker *worker, const struct note *note)
{
    worker->check.note = note;
    worker->check.pushed = false;
    for (size_t i = 0; i < worker->rules->count; i++) {
        const struct rule_info *rule = worker->rules->items[worker->rules->order[i]];

        if (rule->notes & 1u << note->kind && check_begin(worker, rule->rule.index))
            check_run(worker, check_function(worker));
    }
    worker->check.note = NULL;
}

/* BEFORE: the resource of the note before, whose belonging is set where it has one alone; or NULL.
 */
static void check_note(struct worker *worker, const struct resource *resource,
                       const struct resource *before, const struct note *note)
{
    struct check *check = &worker->check;
    size_t count;

    if (!resource) {
        check_set_path(worker);
        if (!check->hidden)
            check_note_rules(worker, note);
        return;
    }
    if (resource != before)
        check_set_resource(worker, resource);
    count = belonging_count(check->subject->use, check->scope);
    for (size_t n = 0; n < count; n++) {
        if (resource != before || count > 1)
            check_set_belonging(worker, n);
        memset(worker->failed, 0, worker->rules->count);
        if (!check->hidden)
            check_note_rules(worker, note);
    }
}

static void check_notes(struct worker *worker, const struct document *document)
{
    const struct resource *before = NULL;
    struct notes notes;

    if (!document->notes)
        return;
    notes_begin(&notes, document);
    for (const struct note *note = document->notes; note; note = note->next) {
        const struct resource *resource = notes_find_resource(&notes, note);

        check_note(worker, resource, before, note);
        before = resource;
    }
    notes_done(&notes);
}

/* ---- documents and files ---- */

static void check_refused(struct worker *worker, struct subject *subject,
                          const struct document *document)
{
    struct text id = document->too_large ? TEXT("manifest/too-large") : TEXT("manifest/syntax");
    const struct rule_info *rule = rules_by_id(worker->rules, id);

    check_set_path(worker);
    /* whatever --rule selects: no rule has seen this document */
    if (!worker->check.hidden)
        fail_at(subject, rule, document, worker->check.belonging.profile->owner, document->error);
}

static void check_resources(struct worker *worker, const struct document *document)
{
    struct resource resource;

    for (struct resources walk = resources_of(document); resources_next(&walk, &resource);)
        check_resource(worker, &resource);
}

static void check_replayed(struct worker *worker, const struct document *document)
{
    check_forget(worker);
    check_resources(worker, document);
}

static void check_document(struct worker *worker, const struct document *document)
{
    struct subject *subject = worker->check.subject;
    struct counts *counts = worker->check.counts;
    enum document_kind kind;

    worker->check.document = document;
    check_forget(worker);
    if (worker->watch && document->root)
        watch_keys(worker->watch, document);
    if (subject->replay || subject->unnamed) {
        if (document->root && subject->replay)
            replay_document(worker, subject->replay, document, check_replayed);
        else if (document->root)
            check_resources(worker, document);
        return;
    }
    subject_summarize(subject, document);
    if (!document->root) {
        counts->documents++;
        check_refused(worker, subject, document);
        return;
    }
    kind = document_kind(document);
    counts->documents += kind != DOCUMENT_EMPTY;
    counts->not_resources += kind == DOCUMENT_OTHER;
    if (kustomization_is(subject->path))
        counts->inline_patches += kustomization_count_inline(document->root);
    check_resources(worker, document);
    check_notes(worker, document);
}

/* Rules on files, once the documents are known. */
static void check_file(struct worker *worker)
{
    worker->check.document = NULL;
    check_forget(worker);
    check_set_path(worker);
    if (worker->check.hidden)
        return;
    for (size_t i = 0; i < worker->rules->count; i++) {
        const struct rule_info *rule = worker->rules->items[worker->rules->order[i]];

        if (rule->subject == RULE_FILES && check_begin(worker, rule->rule.index))
            check_run(worker, check_function(worker));
    }
}

void check_subject(struct worker *worker, struct subject *subject,
                   const struct check_filter *filter, struct counts *counts)
{
    struct loader loader;
    struct document document;
    struct ignores_reader ignores;

    if (!counts->active)
        counts->active = memory_get(worker->rules->count + 1);
    worker->check = (struct check){
        .subject = subject,
        .filter = filter,
        .counts = counts,
        .patch = kustomize_is_patch(subject->use),
    };
    call_open(worker);
    context_forget(worker);
    loader_init(&loader, &subject->source);
    ignores_begin(&ignores, subject->ignores, &subject->source, subject->location.chain);
    while (loader_next(&loader, &document)) {
        ignores_read(&ignores, &document);
        check_document(worker, &document);
        check_collect_garbage(worker);
    }
    ignores_end(&ignores);
    loader_done(&loader);
    if (!subject->unnamed && !subject->replay)
        check_file(worker);
    check_forget(worker); /* a rule may have kept what walks the last document */
    check_collect_garbage(worker);
    worker->check = (struct check){0};
}
