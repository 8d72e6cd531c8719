#ifndef KRUG_ENGINE_CONTEXT_H
#define KRUG_ENGINE_CONTEXT_H

#include "base/text.h"
#include <lua.h>

struct worker;

/* `ctx`, the second argument of every function of a rule, and what it holds: `ctx.resource` and
 * `ctx.file` (file_object.c). What they answer is the worker's check at that moment, and kept until
 * it is forgotten. */
enum context_object { CONTEXT_SELF, CONTEXT_RESOURCE, CONTEXT_FILE, CONTEXT_OBJECTS };

void context_open(lua_State *L);
void context_push(lua_State *L, enum context_object object); /* +1 */
/* Forgets what the objects answered: something else is looked at. And the answer that is for one
 * rule. */
void context_forget(struct worker *worker);
void context_forget_rule(struct worker *worker);

/* What may be running when a field is asked for. */
enum context_phase { CONTEXT_CHECK = 1, CONTEXT_COLLECT = 2, CONTEXT_JOIN = 4 };

/* A field of such an object: a function that pushes its value, or a method to hand out. */
struct context_field {
    const char *name;
    void (*push)(lua_State *L);
    lua_CFunction method;
    unsigned phases; /* in which it is there; 0: in check and collect */
};

struct pair;

/* Of `ctx.file`; ended by a NULL name. */
extern const struct context_field file_object_fields[];
/* nil where TEXT has no bytes (at == NULL). */
void context_push_text(lua_State *L, struct text text); /* +1 */
/* Sets FIELD of the table on top. */
void context_set_text(lua_State *L, const char *field, struct text text);
void context_push_pairs(lua_State *L, const struct pair *pairs, size_t count); /* +1 */

#endif
