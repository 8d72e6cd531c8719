#ifndef KRUG_ENGINE_INNER_H
#define KRUG_ENGINE_INNER_H

#include <lua.h>

struct worker;

/* YAML or JSON inside of a string, as ConfigMaps carry it. */

/* parse_yaml(map, key), a primitive for krug's own modules: the tree of the text under KEY of a
 * table of the document; its tables are places of the document like all others. nil and a message
 * where the text is refused; nil alone where there is no text. Of several documents the first that
 * holds anything. */
int inner_parse(lua_State *L);
/* Releases what was parsed: nothing leads to it any more. */
void inner_forget(struct worker *worker);

#endif
