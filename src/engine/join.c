/*
 * The reduce of rules across documents: facts are sorted by rule and key, and the rule's `join` is
 * called once for each key, in any order and on any thread: it sees nothing but the facts under its
 * key, which always come in the order of path and document. Where there are very many, unlike while
 * documents are checked, the collector runs.
 */
#include "engine/join.h"
#include "base/memory.h"
#include "engine/budget.h"
#include "engine/call.h"
#include "engine/trace.h"
#include <assert.h>
#include <stdlib.h>

/* Facts that are worth being handed to a thread at once. */
enum { JOINS_PART = 256 };

/* With more facts than this under a key the collector runs while they are joined; with fewer what
 * joins leave behind is collected when it is more than so many bytes. */
enum { JOINS_MANY = 1000, JOINS_COLLECT = 16 * 1024 * 1024 };

/* Behind the last fact of the key at FIRST. */
static size_t joins_key_end(const struct joins *joins, size_t first)
{
    size_t end = first + 1;

    while (end < joins->count && fact_meets(joins->facts[first], joins->facts[end]))
        end++;
    return end;
}

static void joins_cut(struct joins *joins)
{
    size_t capacity = 0, begun = 0;

    for (size_t at = 0; at < joins->count; at = joins_key_end(joins, at))
        if (!joins->part_count || at - begun >= JOINS_PART) {
            joins->parts =
                memory_extend(joins->parts, joins->part_count, &capacity, sizeof *joins->parts);
            joins->parts[joins->part_count++] = begun = at;
        }
    joins->parts = memory_resize(joins->parts, (joins->part_count + 1) * sizeof *joins->parts);
    joins->parts[joins->part_count] = joins->count;
}

void joins_init(struct joins *joins, const struct fact *items, size_t count)
{
    *joins = (struct joins){.facts = memory_get(count * sizeof *joins->facts), .count = count};
    for (size_t i = 0; i < count; i++)
        joins->facts[i] = &items[i];
    if (count)
        qsort(joins->facts, count, sizeof *joins->facts, fact_compare);
    joins_cut(joins);
}

void joins_done(struct joins *joins)
{
    free(joins->facts);
    free(joins->parts);
    *joins = (struct joins){0};
}

/* One try; false where it is to be run again. */
static bool joins_try(struct worker *worker, const struct join *join, size_t bytes)
{
    lua_State *L = worker->L;
    size_t rule = worker->check.rule->rule.index;
    struct call_mark mark =
        call_begin(worker, BUDGET_INSTRUCTIONS + join->count * BUDGET_INSTRUCTIONS_A_FACT, bytes);

    trace_tell(worker, worker->check.rule, "runs");
    facts_push_key(L, join->first[0]);
    facts_push(L, join->first, join->count);
    lua_pushvalue(L, CALL_CONTEXT);
    call_function(worker, worker->join_refs[rule], 3, 0);
    trace_found(worker, &mark);
    return call_end(worker, &mark);
}

/* MANY: the collector runs while the facts are joined. */
static void joins_clean(struct worker *worker, bool many)
{
    if (worker->spoilt && !worker->check.subject->example) {
        worker_renew(worker);
        call_open(worker);
        budget_collect(worker->L, many);
    } else {
        worker_collect(worker);
    }
    worker->value_bytes = budget_bytes(worker->L);
}

/* Tries with less memory first, so that what earlier calls left behind does not count. */
static void joins_try_all(struct worker *worker, const struct join *join, bool many)
{
    if (joins_try(worker, join, BUDGET_MEMORY_FIRST))
        return;
    joins_clean(worker, many);
    if (!joins_try(worker, join, BUDGET_MEMORY))
        assert(false);
}

/* Whether the rule says that it has nothing to tell of such a key. */
static bool joins_is_silent(const struct rule_info *rule, const struct join *join)
{
    if (join->count < rule->least)
        return true;
    for (size_t i = 0; i < join->count; i++)
        if (!join->first[i]->silent)
            return false;
    return true;
}

/* Examples hold the rule to what it says. */
static void joins_check_silence(struct worker *worker, size_t findings)
{
    if (worker->check.subject->findings.count > findings)
        call_note(worker, call_line(worker),
                  "the rule tells something of a key for which its join is not called: of fewer "
                  "facts than `least`, or of kinds that are `silent`");
}

static void joins_key(struct worker *worker, const struct join *join)
{
    const struct rule_info *rule = worker->rules->items[join->first[0]->rule];
    struct check *check = &worker->check;
    bool many = join->count > JOINS_MANY, silent = joins_is_silent(rule, join);
    size_t findings = check->subject->findings.count;

    if ((silent && !check->subject->example) ||
        (worker->trips && trips_over(worker->trips, rule->rule.index, check->subject->number)))
        return;
    check->rule = rule;
    check->join = join;
    worker->joined++;
    if (worker->spoilt)
        joins_clean(worker, false); /* by what came before */
    if (!call_is_there(worker))
        return;
    if (many)
        budget_collect(worker->L, true);
    joins_try_all(worker, join, many);
    if (silent)
        joins_check_silence(worker, findings);
    if (many)
        budget_collect(worker->L, false);
    if (worker->spoilt || budget_bytes(worker->L) > worker->value_bytes + JOINS_COLLECT)
        joins_clean(worker, false);
}

void joins_run(const struct joins *joins, size_t part, struct worker *worker,
               struct subject *subject, const struct check_filter *filter)
{
    size_t at = joins->parts[part], next;

    worker->check = (struct check){.subject = subject, .filter = filter};
    /* the collector will give the addresses of documents' tables to others */
    tables_forget(&worker->tables);
    call_open(worker);
    context_forget(worker);
    worker->value_bytes = budget_bytes(worker->L);
    for (; at < joins->parts[part + 1]; at = next) {
        next = joins_key_end(joins, at);
        joins_key(worker, &(struct join){joins->facts + at, next - at, joins->facts, joins->count});
    }
    worker->check = (struct check){0};
}
