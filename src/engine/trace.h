#ifndef KRUG_ENGINE_TRACE_H
#define KRUG_ENGINE_TRACE_H

#include "engine/worker.h"

/* What --trace tells of one rule: for each resource whether it ran, or why not, and what it logged.
 * Lines go to the subject, so that they come out in the order of files. */

/* ctx:log(format, ...), as a Lua function: a line of the trace; nothing where the rule is not
 * traced.
 */
int trace_log(lua_State *L);

/* Whether RULE is traced. */
bool trace_is_on(const struct worker *worker, const struct rule_info *rule);
/* Tells what became of the check's RULE on what is looked at: "ran, 2 findings", "skipped: ...". */
void trace_tell(struct worker *worker, const struct rule_info *rule, const char *format, ...)
    ATTRIBUTE_FORMAT(3, 4);
struct call_mark;
/* Tells what the rule found since MARK. */
void trace_found(struct worker *worker, const struct call_mark *mark);

#endif
