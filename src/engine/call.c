/*
 * A rule's functions are called here and nowhere else. A call may raise, loop, or want all memory;
 * none of this ends the run: it becomes an error of the subject, once for each rule and message
 * with a count, and the other rules go on.
 */
#include "engine/call.h"
#include "base/memory.h"
#include "engine/budget.h"
#include "engine/context.h"
#include "engine/watch.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* How many lines of a traceback help, and how long that and a message may be. */
enum { CALL_TRACEBACK_LINES = 6, CALL_MESSAGE_MAX = 2000 };

static int call_handler(lua_State *L)
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

void call_open(struct worker *worker)
{
    lua_settop(worker->L, 0);
    lua_pushcfunction(worker->L, call_handler);
    context_push(worker->L, CONTEXT_SELF);
    lua_pushnil(worker->L);
}

static struct text call_first_lines(struct text text, size_t count)
{
    size_t at = 0;

    while (count-- && at != SIZE_MAX)
        at = text_find(text, TEXT("\n"), at + 1);
    return text_slice(text, 0, at);
}

uint32_t call_line(const struct worker *worker)
{
    const struct check *check = &worker->check;
    uint32_t start = check->resource ? check->resource->node->start : 0;

    if (check->join)
        return check->join->first[0]->origin->site.span.line;
    return source_span(&check->subject->source, start, start).line;
}

/* The file that an error is told with. */
static struct text call_file(const struct worker *worker)
{
    const struct check *check = &worker->check;

    return check->join ? check->join->first[0]->origin->file : check->subject->path;
}

static struct rule_error *call_find_same(const struct rule_errors *errors,
                                         const struct rule_error *error, bool same_epoch)
{
    for (size_t at = errors->last[error->rule]; at; at = errors->items[at - 1].before)
        if ((!same_epoch || errors->items[at - 1].epoch == error->epoch) &&
            text_equal(errors->items[at - 1].message, error->message))
            return &errors->items[at - 1];
    return NULL;
}

/* Makes ERROR, which is none of those that there are, the one that stands for all others, where its
 * rule has so many already. True where it did. */
static bool call_merge_error(const struct rule_errors *errors, struct rule_error *error)
{
    size_t same = 0;

    for (size_t at = errors->last[error->rule]; at; at = errors->items[at - 1].before)
        same += errors->items[at - 1].raised;
    if (!error->raised || same < CALL_ERRORS_MAX)
        return false;
    error->message = TEXT("the rule raised more than 100 different errors: the others are counted");
    error->traceback = (struct text){0};
    error->raised = false;
    return true;
}

void call_add_error(struct rule_errors *errors, struct rule_error error, bool same_epoch,
                    size_t rules, struct arena *copy)
{
    struct rule_error *known;

    if (!errors->last)
        errors->last = memory_get(rules * sizeof *errors->last);
    known = call_find_same(errors, &error, same_epoch);
    if (!known && call_merge_error(errors, &error))
        known = call_find_same(errors, &error, same_epoch);
    if (known) {
        known->count += error.count;
        return;
    }
    if (copy) {
        error.message = arena_copy(copy, error.message);
        error.traceback = arena_copy(copy, error.traceback);
    }
    error.before = errors->last[error.rule];
    errors->items =
        memory_extend(errors->items, errors->count, &errors->capacity, sizeof *errors->items);
    errors->items[errors->count++] = error;
    errors->last[error.rule] = errors->count;
}

void call_free_errors(struct rule_errors *errors)
{
    free(errors->items);
    free(errors->last);
    *errors = (struct rule_errors){0};
}

static size_t call_epoch(const struct subject *subject, size_t rule)
{
    size_t epoch = 0;

    for (size_t i = 0; i < subject->trip_count; i++)
        epoch += subject->trips[i].rule == rule;
    return epoch;
}

/* An error of the rule that is called; WHOLE: its message, and a traceback behind it. */
static void call_tell(struct worker *worker, struct text whole, uint32_t line, bool raised)
{
    struct subject *subject = worker->check.subject;
    size_t rule = worker->check.rule->rule.index, first = call_first_lines(whole, 1).length;
    struct text rest =
        call_first_lines(text_slice(whole, first + 1, whole.length), CALL_TRACEBACK_LINES);
    struct rule_error error = {.rule = rule,
                               .message =
                                   text_slice(call_first_lines(whole, 1), 0, CALL_MESSAGE_MAX),
                               .traceback = text_slice(rest, 0, CALL_MESSAGE_MAX),
                               .file = call_file(worker),
                               .line = line,
                               .raised = raised,
                               .count = 1,
                               .epoch = call_epoch(subject, rule)};

    call_add_error(&subject->errors, error, true, worker->rules->count, subject->arena);
}

void call_note(struct worker *worker, uint32_t line, const char *sentence)
{
    call_tell(worker, text_of(sentence), line, false);
}

/* Notes the error on top of the stack, and takes it off. */
static void call_take_error(struct worker *worker)
{
    lua_State *L = worker->L;
    enum trip trip = budget_tripped(L);
    struct text whole = {0};

    if (trip == TRIP_MEMORY && worker->first_try) {
        lua_pop(L, 1);
        return; /* it is run again */
    }
    if (lua_type(L, -1) == LUA_TSTRING)
        whole.at = lua_tolstring(L, -1, &whole.length);
    if (!whole.at || (trip && text_find(whole, text_of(trip_words(trip)), 0) == SIZE_MAX))
        whole = text_of(trip_words(trip)); /* there was no memory for words */
    call_tell(worker, whole, call_line(worker), !trip);
    lua_pop(L, 1);
}

bool call_function(struct worker *worker, int function, int count, int results)
{
    lua_State *L = worker->L;

    lua_rawgeti(L, LUA_REGISTRYINDEX, function);
    lua_insert(L, -count - 1);
    if (lua_pcall(L, count, results, CALL_HANDLER) == LUA_OK) {
        if (!budget_tripped(L))
            return true;
        /* a function of C used up the memory, and no instruction came behind it to raise */
        lua_pop(L, results);
        lua_pushnil(L);
    }
    call_take_error(worker);
    return false;
}

static uint64_t call_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* What was loaded once is loaded again, or krug has a fault: that is not to be silent. */
bool call_is_there(struct worker *worker)
{
    const struct rule_info *rule = worker->check.rule;

    if (worker->rule_refs[rule->rule.index] != LUA_NOREF)
        return true;
    call_note(worker, call_line(worker), "it was loaded once, and could not be loaded again");
    return false;
}

struct call_mark call_begin(struct worker *worker, uint64_t instructions, size_t bytes)
{
    const struct subject *subject = worker->check.subject;
    struct call_mark mark = {.findings = subject->findings.count,
                             .facts = subject->facts.count,
                             .traces = subject->trace.length};

    worker->call++;
    worker->first_try = bytes < BUDGET_MEMORY;
    if (worker->stats)
        mark.started = call_clock();
    budget_begin(worker->L, instructions, bytes);
    return mark;
}

/* After its tenth trip a rule is not run on anything behind, nor are those that come after it: what
 * they say depends on what it found. */
static void call_note_trip(struct worker *worker, enum trip trip)
{
    struct subject *subject = worker->check.subject;
    bool *waiting = memory_get(worker->rules->count);

    rules_find_waiting(worker->rules, worker->check.rule->rule.index, waiting);
    for (size_t i = 0; i < worker->rules->count; i++) {
        if (!waiting[i])
            continue;
        subject->trips = memory_extend(subject->trips, subject->trip_count, &subject->trip_capacity,
                                       sizeof *subject->trips);
        subject->trips[subject->trip_count++] =
            (struct rule_trip){i, subject->findings.count, subject->facts.count};
        if (worker->trips)
            trips_add(worker->trips, i, subject->number);
    }
    free(waiting);
    worker->spoilt |= trip == TRIP_MEMORY;
}

static void call_count(struct worker *worker, const struct call_mark *mark, uint64_t spent)
{
    struct rule_stats *stats = &worker->stats[worker->check.rule->rule.index];

    stats->calls++;
    stats->nanoseconds += call_clock() - mark->started;
    stats->instructions += spent;
}

bool call_end(struct worker *worker, const struct call_mark *mark)
{
    struct subject *subject = worker->check.subject;
    uint64_t spent = budget_spent(worker->L);
    enum trip trip = budget_end(worker->L);

    if (trip == TRIP_MEMORY && worker->first_try) {
        subject->findings.count = mark->findings;
        subject->facts.count = mark->facts;
        subject->trace.length = mark->traces;
        worker->failed[worker->check.rule->rule.index] = false;
        return false;
    }
    if (worker->watch)
        worker->watch->spent += spent;
    if (worker->stats)
        call_count(worker, mark, spent);
    if (trip)
        call_note_trip(worker, trip);
    return true;
}
