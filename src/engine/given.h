#ifndef KRUG_ENGINE_GIVEN_H
#define KRUG_ENGINE_GIVEN_H

#include "engine/examples.h"
#include "engine/scenario.h"

/* The table of an example is on top of the Lua stack, and stays there. Texts are copied into ARENA.
 */

/* What the example expects; at == NULL and 0: nothing. */
struct given_wish {
    struct text message;
    lua_Integer line, column, count;
};

struct given_wish given_read_wish(lua_State *L, struct arena *arena);
/* The string field NAME; at == NULL where it is none. */
struct text given_field(lua_State *L, const char *name, struct arena *arena);
/* TEXT with the indentation that all its lines share taken off, and a first empty line. */
struct text given_dedent(struct arena *arena, struct text text);
/* A registry reference of the table field NAME; LUA_NOREF where it is none. */
int given_ref(lua_State *L, const char *name);
/* Adds the example's files to the scenario: its manifest, then what `files` gives, by path. */
void given_read_files(lua_State *L, struct scenario *scenario, struct arena *arena);
/* What its readers have to know. */
void given_keep(lua_State *L, struct example *example, const struct scenario *scenario,
                struct arena *arena);

/* What the examples of a rule hold together. */
struct given_size {
    size_t manifests, bytes;
};
/* Adds the example, of which nothing is copied yet. */
void given_measure(lua_State *L, struct given_size *size);
/* Why no more examples are run; NULL where there is room. */
const char *given_over(const struct given_size *size);

#endif
