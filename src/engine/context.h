#ifndef KRUG_ENGINE_CONTEXT_H
#define KRUG_ENGINE_CONTEXT_H

#include <lua.h>

/* `ctx`, the second argument of every function of a rule, and its file object. What they answer is
 * the worker's check at that moment. */
void context_open(lua_State *L);
void context_push(lua_State *L);             /* +1 */
void context_push_file_object(lua_State *L); /* +1 */
/* Forgets what was made for the file before, or for the namespaces of a whole run. */
void context_forget_file(lua_State *L);
void context_forget_namespaces(lua_State *L);

#endif
