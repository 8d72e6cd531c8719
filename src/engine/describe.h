#ifndef KRUG_ENGINE_DESCRIBE_H
#define KRUG_ENGINE_DESCRIBE_H

#include "engine/rules.h"
#include <lua.h>

/* Reads what the rule table on top of the stack declares into RULE; its texts are copied to ARENA.
 * What the prelude could not check (kinds, notes, texts of params) becomes a problem and the rule
 * is broken. */
void describe_rule(lua_State *L, struct rule_info *rule, struct arena *arena,
                   struct problems *problems);

/* Reads Service, v1/Service, apps/Deployment, apps/v1/Deployment, workload or *; false where TEXT
 * is none of these. */
bool describe_kind(struct text text, struct rule_kind *kind);

/* The line of a rule's source where FIELD is set (NULL: any); 1 where it is not found. */
uint32_t describe_line(struct text source, const char *field);

/* Takes "FILE:12: " off the front of an error message of Lua and answers the number; 0 where there
 * is none. */
uint32_t describe_cut_line(struct text *message, struct text file);
/* The first "FILE:12:" of a traceback; 0 where there is none. */
uint32_t describe_find_line(struct text traceback, struct text file);

#endif
