#ifndef KRUG_ENGINE_TABLES_H
#define KRUG_ENGINE_TABLES_H

#include "yaml/node.h"
#include <lua.h>

/* Documents as Lua tables, and the way back from a table to the node it stands for. */
struct tables {
    struct tables_slot *slots;
    size_t count, capacity;
    uint64_t made;       /* by number: children of the resource that were made */
    bool watched;        /* maps tell of what is read and missing: see watch.c */
    uint32_t generation; /* slots of older ones are free */
};

/* Forgets all tables of the document before. */
void tables_forget(struct tables *tables);
void tables_done(struct tables *tables);

/* Pushes NODE as rules see it: maps and lists as tables, null as nil. TABLES may be NULL: then
 * nothing leads back from them. */
void tables_push(struct tables *tables, lua_State *L, const struct node *node); /* +1 */
/* Pushes a resource: what stands under its keys is made into tables when it is first asked for, but
 * for its scalars and its metadata. Most rules look at little of most resources, and most bytes of
 * real repositories are schemas that none looks at. */
void tables_push_resource(struct tables *tables, lua_State *L, const struct node *node); /* +1 */
/* Makes all of the table at INDEX, which may be such a resource. */
void tables_complete(const struct tables *tables, lua_State *L, int index);
/* Makes the table on top of the stack stand for NODE. */
void tables_bind(struct tables *tables, lua_State *L, const struct node *node);
/* Whether the value on top of the stack is still what tables_push made of NODE. */
bool tables_intact(const struct tables *tables, lua_State *L, const struct node *node);
/* The node behind the table at INDEX; NULL where it is none of this document's. */
const struct node *tables_find(const struct tables *tables, lua_State *L, int index);

#endif
