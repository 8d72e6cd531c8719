#ifndef KRUG_ENGINE_FAIL_H
#define KRUG_ENGINE_FAIL_H

#include "engine/worker.h"

/* ctx:fail(place, [options,] format, ...), as a Lua function. */
int fail_call(lua_State *L);

/* A finding of RULE that krug tells itself: at the place where DOCUMENT is refused, or, where it is
 * NULL, of the file as a whole. OWNER (at == NULL: nobody) of the namespace outlives the run. */
void fail_at(struct subject *subject, const struct rule_info *rule, const struct document *document,
             struct text owner, struct text message);

#endif
