#ifndef KRUG_ENGINE_FAIL_H
#define KRUG_ENGINE_FAIL_H

#include "engine/worker.h"

/* ctx:fail(place, [options,] format, ...), as a Lua function. */
int fail_call(lua_State *L);

/* A finding of RULE that krug tells itself: at the place where DOCUMENT is refused, or, where it is
 * NULL, of the file as a whole. OWNER (at == NULL: nobody) of the namespace outlives the run. */
void fail_at(struct subject *subject, const struct rule_info *rule, const struct document *document,
             struct text owner, struct text message);

/* What findings and facts say of the resource that is looked at now; made once for all facts of a
 * resource in one namespace, in the subject's arena. */
const struct origin *fail_origin(struct worker *worker);
/* Whether the value at INDEX is a place in this document: then what is to be kept of it. */
bool fail_find_site(lua_State *L, int index, struct site *site);

#endif
