#ifndef KRUG_ENGINE_PLAIN_H
#define KRUG_ENGINE_PLAIN_H

#include "base/arena.h"
#include <lua.h>

/* The value on top of the stack, which stays there, as JSON in ARENA: on one line, maps in the
 * order of their keys. An empty table is an empty list where LIST says so, else an empty map. What
 * JSON does not have (a function) and what is nested deeper than PLAIN_DEPTH_MAX is null. What
 * comes after PLAIN_VALUES_MAX values or PLAIN_BYTES_MAX bytes of text is left out; so is all of a
 * map that has more keys than there may still be values. */
enum { PLAIN_DEPTH_MAX = 16, PLAIN_VALUES_MAX = 10000, PLAIN_BYTES_MAX = 64 * 1024 };
struct text plain_json(lua_State *L, bool list, struct arena *arena);

#endif
