#ifndef KRUG_ENGINE_SANDBOX_H
#define KRUG_ENGINE_SANDBOX_H

#include "base/text.h"
#include <lauxlib.h>
#include <lua.h>

/* A Lua state in which rules can run: what they may use and nothing else. The owner of the state is
 * kept in its extra space: sandbox_owner(L). */

/* A state with the functions that rules may use in its base table. */
lua_State *sandbox_new(void *owner);
/* Pushes that table: to be filled before the first environment is made. */
void sandbox_push_base(lua_State *L); /* +1 */
void sandbox_free(lua_State *L);
void *sandbox_owner(lua_State *L);

/* Pushes an environment for one policy's files: the base functions, MORE of them (NULL: none) and
 * REQUIRE (a C function with one upvalue, POLICY). Reading what is not there or writing anything is
 * an error. */
void sandbox_push_environment(lua_State *L, lua_CFunction require, void *policy,
                              const luaL_Reg *more); /* +1 */

/* The longest source of a rule or module, in bytes. */
enum { SANDBOX_SOURCE_MAX = 64 * 1024 };
/* CODE is the same compiled, of krug's own files; empty for all others. Compiles TEXT (text, never
 * bytecode) as PATH under the environment on top of the stack, which it
 * replaces with the function, or with an error message. True when it compiled. */
bool sandbox_load(lua_State *L, struct text path, struct text text, struct text code);

/* Replaces the table on top of the stack by a copy of it and of all tables in it, also of those
 * behind read-only views, that nobody else has. */
void sandbox_copy(lua_State *L);
/* Replaces the table on top of the stack by a read-only view of it and of all tables in it. STRICT
 * names what it is ("module `istio`"): reading a missing field of the outermost table is then an
 * error. NULL: missing fields are nil. */
void sandbox_freeze(lua_State *L, const char *strict);
/* The same with a set of fields (ended by NULL, of static life: its address is its name) that may
 * be nil; any other is an error. */
void sandbox_freeze_fields(lua_State *L, const char *what, const char *const *fields);
/* The same with the names as keys of a table, which it takes off the top. */
void sandbox_freeze_names(lua_State *L, const char *what);
/* The name nearest to the string at KEY among the string keys of the table at TABLE; at == NULL:
 * none. */
struct text sandbox_near(lua_State *L, int table, int key);
/* Replaces the value at INDEX by the table behind it, where it is a read-only view. */
void sandbox_thaw(lua_State *L, int index);
bool sandbox_is_frozen(lua_State *L, int index);

/* Pushes a text that says what the value at INDEX is, without addresses. */
void sandbox_push_words(lua_State *L, int index); /* +1 */
/* Pushes FORMAT with the values that follow it: the arguments FORMAT + 1 ... top. As string.format,
 * but a value that does not fit its directive is written as words and does not raise. */
void sandbox_push_format(lua_State *L, int format); /* +1 */

#endif
