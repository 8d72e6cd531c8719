#ifndef KRUG_ENGINE_CONTEXT_H
#define KRUG_ENGINE_CONTEXT_H

#include "base/text.h"
#include <lua.h>

/* `ctx`, the second argument of every function of a rule, and its file object (file_object.c). What
 * they answer is the worker's check at that moment. */
void context_open(lua_State *L);
void context_push(lua_State *L);        /* +1 */
void file_object_push(lua_State *L);    /* +1 */
void context_push_params(lua_State *L); /* +1: of the check's rule for its belonging */
/* Forgets what was made for the file before, or for the namespaces of a whole run. */
void file_object_forget(lua_State *L);
void context_forget_namespaces(lua_State *L);

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

/* Makes an object with FIELDS (ended by a NULL name) and keeps it in the registry under KEY. WHAT
 * names it in errors: "ctx". */
void context_make(lua_State *L, const char *key, const char *what,
                  const struct context_field *fields);
void file_object_open(lua_State *L);
/* nil where TEXT has no bytes (at == NULL). */
void context_push_text(lua_State *L, struct text text); /* +1 */
/* Sets FIELD of the table on top. */
void context_set_text(lua_State *L, const char *field, struct text text);
void context_push_pairs(lua_State *L, const struct pair *pairs, size_t count); /* +1 */

#endif
