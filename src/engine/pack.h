#ifndef KRUG_ENGINE_PACK_H
#define KRUG_ENGINE_PACK_H

#include "base/arena.h"
#include <lua.h>

struct site;
struct fact;

/* Values of Lua as bytes, and back: what a fact keeps once the state that made it is on another
 * document. */

/* A value while it is packed; SITES are the places in it, in ARENA. */
struct packed {
    struct buffer *buffer;
    struct arena *arena;
    struct site *sites;
    uint32_t site_count, site_capacity;
};

/* Adds the value at INDEX: nil, booleans, numbers, strings, places, scopes, and tables of these.
 * Raises about anything else, and where it gets too large or too deep; what it wrote may stay. */
void pack_value(lua_State *L, int index, struct packed *packed);
/* Adds the key at INDEX: a string, number, boolean or scope, or a list of them. Integral floats are
 * integers. Equal keys have equal bytes. */
void pack_key(lua_State *L, int index, struct packed *packed);
/* Adds a text with its length. */
void pack_text(struct buffer *buffer, struct text text);

/* A text of a key, or a scope in it. */
struct pack_part {
    bool is_scope;
    struct text text;
    struct text cluster, namespace, directory; /* of a scope; at == NULL: it has none */
    struct text packed;                        /* its bytes: equal parts have equal ones */
};
/* The next of the key REST, which is moved on; false where there is none any more. */
bool pack_next_part(struct text *rest, struct pack_part *part);
/* The bytes of the first scope in KEY; empty where it has none. */
struct text pack_find_scope(struct text key);

/* Pushes the value or key that the bytes of TEXT say; FACT is whose they are. */
void unpack_value(lua_State *L, struct text text, const struct fact *fact); /* +1 */

#endif
