#ifndef KRUG_ENGINE_FAIL_H
#define KRUG_ENGINE_FAIL_H

#include "engine/worker.h"

/* ctx:fail(place, [options,] format, ...), as a Lua function. */
int fail_call(lua_State *L);

/* A finding of RULE that no rule file tells: at bytes START to END of the subject's source, or, where START
 * is NODE_NOWHERE, of the file as a whole. */
void fail_at(struct subject *subject, const struct rule_info *rule, uint32_t document, uint32_t start,
             uint32_t end, struct text message);

#endif
