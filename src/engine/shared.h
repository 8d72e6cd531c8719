#ifndef KRUG_ENGINE_SHARED_H
#define KRUG_ENGINE_SHARED_H

#include <lua.h>

/* What all of a namespace share, of the belonging of the worker's check: read-only. */
void shared_push_params(lua_State *L);    /* +1: of the check's rule */
void shared_push_namespace(lua_State *L); /* +1 */
void shared_push_vars(lua_State *L);      /* +1 */
/* Forgets them: other policies have come. */
void shared_forget(lua_State *L);

#endif
