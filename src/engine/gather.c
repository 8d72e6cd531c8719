/*
 * What came out of files and joins, put together in their order: findings, facts, the trace, and
 * what went wrong in rules. A rule that used up its budget too often is cut off here at the same
 * place on any number of threads, whatever they did beyond it.
 */
#include "engine/gather.h"
#include "base/memory.h"
#include "engine/call.h"
#include "engine/describe.h"
#include <stdlib.h>

/* The rule of a fact that is dropped. */
static const uint32_t GATHER_DROPPED = UINT32_MAX;

void slot_take(struct slot *slot, struct subject *subject)
{
    *slot = (struct slot){.findings = subject->findings,
                          .facts = subject->facts,
                          .errors = subject->errors,
                          .trips = subject->trips,
                          .trip_count = subject->trip_count,
                          .trace = subject->trace};
    subject->findings = (struct findings){0};
    subject->facts = (struct facts){0};
    subject->errors = (struct rule_errors){0};
    subject->trips = NULL;
    subject->trace = (struct buffer){0};
}

/* Marks as dropped what the rule did in the slot after the trip; all of it where TRIP is zeros.
 * EPOCH: how many trips it had in the slot with that one. */
static void gather_cut(struct run *run, struct slot *slot, size_t rule, struct rule_trip trip,
                       size_t epoch)
{
    struct text id = run->rules->items[rule]->rule.id;
    size_t findings = trip.findings, facts = trip.facts;

    for (; findings < slot->findings.count; findings++)
        if (text_equal(slot->findings.items[findings].rule, id))
            slot->findings.items[findings].level = LEVEL_UNSET;
    for (; facts < slot->facts.count; facts++)
        if (slot->facts.items[facts].rule == rule)
            slot->facts.items[facts].rule = GATHER_DROPPED;
    for (size_t i = 0; i < slot->errors.count; i++)
        if (slot->errors.items[i].rule == rule && slot->errors.items[i].epoch >= epoch)
            slot->errors.items[i].count = 0;
}

/* What a rule found behind its tenth trip in the order of slots is dropped, as whether it was run
 * there depends on how fast threads are. */
static void gather_cut_slot(struct run *run, struct slot *slot, struct run_cut *cuts)
{
    for (size_t rule = 0; rule < run->rules->count; rule++) {
        struct run_cut *cut = &cuts[rule];
        size_t epoch = 0;

        if (cut->trips >= TRIPS_MAX) {
            gather_cut(run, slot, rule, (struct rule_trip){0}, 0);
            cut->unseen++;
            continue;
        }
        for (size_t i = 0; i < slot->trip_count; i++) {
            if (slot->trips[i].rule != rule)
                continue;
            epoch++;
            if (++cut->trips == TRIPS_MAX)
                gather_cut(run, slot, rule, slot->trips[i], epoch);
        }
    }
}

void slot_merge(struct run *run, struct slot *slot, struct run_cut *cuts)
{
    if (cuts)
        gather_cut_slot(run, slot, cuts);
    for (size_t i = 0; i < slot->errors.count; i++)
        if (slot->errors.items[i].count)
            call_add_error(&run->errors, slot->errors.items[i], false, run->rules->count, NULL);
    for (size_t i = 0; i < slot->findings.count; i++)
        if (slot->findings.items[i].level != LEVEL_UNSET)
            findings_add(&run->findings, slot->findings.items[i]);
    for (size_t i = 0; i < slot->facts.count; i++)
        if (slot->facts.items[i].rule != GATHER_DROPPED)
            facts_add(&run->facts, slot->facts.items[i]);
    buffer_add(&run->trace, buffer_text(&slot->trace));
    findings_done(&slot->findings);
    facts_done(&slot->facts);
    buffer_done(&slot->trace);
    call_free_errors(&slot->errors);
    free(slot->trips);
    *slot = (struct slot){0};
}

/* What to do about an error that many make. */
static const char *gather_hint(struct text message)
{
    static const struct {
        const char *words, *hint;
    } hints[] = {
        {"attempt to compare", "a document may lack the value, or hold anything there: "
                               "num(x, default) and str(x, default) always answer"},
        {"attempt to perform arithmetic", "a document may lack the value, or hold anything there: "
                                          "num(x, default) always answers a number"},
        {"attempt to concatenate", "a document may lack the value, or hold anything there: "
                                   "str(x, default) always answers a string, and so does a format "
                                   "with %s"},
        {"attempt to call a nil value (method", "strings have no methods here: write "
                                                "string.lower(s), re.match(s, pattern)"},
        {"module `string` has no `match`",
         "there are no Lua patterns: re.match(text, pattern) takes "
         "a regular expression (PCRE2)"},
        {"module `string` has no `gmatch`", "there are no Lua patterns: string.split, and re.find "
                                            "with a start, walk a text"},
        {"module `string` has no `gsub`", "there are no Lua patterns: string.split and "
                                          "table.concat replace plain text"},
        {"attempt to get length", "count(x) answers for any x"},
        {"for' initial value must be", "num(x, default) always answers a number"},
    };

    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (text_find(message, text_of(hints[i].words), 0) != SIZE_MAX)
            return hints[i].hint;
    return NULL;
}

static void gather_tell_error(struct run *run, const struct rule_error *error)
{
    const struct rule_info *rule = run->rules->items[error->rule];
    const struct run_cut *cut = run->cuts ? &run->cuts[error->rule] : NULL;
    struct buffer text = {0};
    struct text message = error->message;
    uint32_t line = describe_cut_line(&message, rule->rule.file);
    const char *hint = gather_hint(message);

    if (!line) /* raised in a function of C: the rule called it */
        line = describe_find_line(error->traceback, rule->rule.file);
    buffer_print(&text, "%s%.*s\n  at %.*s, line %u", error->raised ? "the rule raised: " : "",
                 TEXT_ARGS(message), TEXT_ARGS(error->file), error->line);
    if (error->count > 1)
        buffer_print(&text, " (and %zu more times)", error->count - 1);
    if (!error->raised && cut && cut->trips >= TRIPS_MAX)
        buffer_print(&text,
                     "\n  it was stopped for good after %d times: it did not see %zu file%s behind",
                     TRIPS_MAX, cut->unseen, cut->unseen == 1 ? "" : "s");
    if (hint)
        buffer_print(&text, "\n  hint: %s", hint);
    if (error->traceback.length)
        buffer_print(&text, "\n%.*s", TEXT_ARGS(error->traceback));
    problems_add_rule(run->problems, rule->rule.id, rule->rule.file, line, 0, buffer_text(&text));
    buffer_done(&text);
}

/* A rule that was cut off for another, which it comes after. */
static void gather_tell_cut(struct run *run, const struct rule_info *rule, size_t unseen)
{
    struct buffer text = {0};

    buffer_print(
        &text,
        "it comes after a rule that used up its budget %d times: it did not see %zu file%s "
        "behind",
        TRIPS_MAX, unseen, unseen == 1 ? "" : "s");
    problems_add_rule(run->problems, rule->rule.id, rule->rule.file, 0, 0, buffer_text(&text));
    buffer_done(&text);
}

/* Whether something else says that the rule did not see all: an error of its own, or that it did
 * not run. */
static bool gather_tells(const struct run *run, const struct rule_info *rule)
{
    for (size_t i = 0; i < run->errors.count; i++)
        if (run->errors.items[i].rule == rule->rule.index && !run->errors.items[i].raised)
            return true;
    for (size_t i = 0; i < run->not_run_count; i++)
        if (text_equal(run->not_run[i].rule, rule->rule.id))
            return true;
    return false;
}

void gather_tell_errors(struct run *run)
{
    for (size_t i = 0; run->cuts && i < run->rules->count; i++) {
        const struct rule_info *rule = run->rules->items[i];

        if (run->cuts[i].trips >= TRIPS_MAX && rule->selected && !gather_tells(run, rule))
            gather_tell_cut(run, rule, run->cuts[i].unseen);
    }
    for (size_t i = 0; i < run->errors.count; i++)
        gather_tell_error(run, &run->errors.items[i]);
}
