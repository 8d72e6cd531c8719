/*
 * The trace of one rule. It costs the other rules nothing, and this one little: lines are made only
 * where the rule that is asked about is looked at.
 */
#include "engine/trace.h"
#include "engine/budget.h"
#include "engine/call.h"
#include <lauxlib.h>

/* What logging a line costs, in instructions. */
enum { TRACE_LOG_COST = 50 };

bool trace_is_on(const struct worker *worker, const struct rule_info *rule)
{
    return worker->trace && worker->trace == rule;
}

int trace_log(lua_State *L)
{
    struct worker *worker = sandbox_owner(L);
    struct text text;

    luaL_argcheck(L, lua_type(L, 1) == LUA_TUSERDATA, 1, "is not ctx: call it as ctx:log(...)");
    luaL_checkstring(L, 2);
    if (!trace_is_on(worker, worker->check.rule))
        return 0;
    sandbox_push_format(L, 2);
    text.at = lua_tolstring(L, -1, &text.length);
    budget_charge(L, TRACE_LOG_COST + text.length);
    buffer_print(&worker->check.subject->trace, "    log: %.*s\n", TEXT_ARGS(text));
    return 0;
}

static void trace_where(struct worker *worker, struct buffer *trace)
{
    const struct check *check = &worker->check;

    if (check->join) {
        buffer_print(trace, "join of %zu fact%s, the first from %.*s:%u", check->join->count,
                     check->join->count == 1 ? "" : "s",
                     TEXT_ARGS(check->join->first[0]->origin->file), call_line(worker));
        return;
    }
    buffer_print(trace, "%.*s", TEXT_ARGS(check->subject->path));
    if (!check->document)
        return;
    buffer_print(trace, ":%u", call_line(worker));
    if (!check->resource)
        return;
    buffer_print(trace, " %.*s/%.*s", TEXT_ARGS(check->resource->kind),
                 TEXT_ARGS(check->resource->name));
    if (check->belonging.namespace.at)
        buffer_print(trace, " in %.*s", TEXT_ARGS(check->belonging.namespace));
}

void trace_found(struct worker *worker, const struct call_mark *mark)
{
    struct subject *subject = worker->check.subject;
    size_t findings = subject->findings.count - mark->findings,
           facts = subject->facts.count - mark->facts;

    if (!trace_is_on(worker, worker->check.rule))
        return;
    if (worker->check.collecting)
        buffer_print(&subject->trace, "    %zu fact%s\n", facts, facts == 1 ? "" : "s");
    else
        buffer_print(&subject->trace, "    %zu finding%s\n", findings, findings == 1 ? "" : "s");
}

void trace_tell(struct worker *worker, const struct rule_info *rule, const char *format, ...)
{
    struct buffer *trace = &worker->check.subject->trace;
    va_list arguments;

    if (!trace_is_on(worker, rule))
        return;
    trace_where(worker, trace);
    buffer_add(trace, TEXT(": "));
    va_start(arguments, format);
    buffer_vprint(trace, format, arguments);
    va_end(arguments);
    buffer_byte(trace, '\n');
}
