#ifndef KRUG_ENGINE_FACTS_H
#define KRUG_ENGINE_FACTS_H

#include "base/finding.h"
#include "policy/profile.h"
#include <lua.h>

/* A fact's value is at most so many bytes as it is kept, and so is a key; so deep are its tables.
 */
enum { FACT_MAX = 4 * 1024, FACT_DEPTH_MAX = 16 };

/* Where in a file: what a finding needs to know of a place once the document is gone. */
struct site {
    struct span span, alias; /* alias.line 0: the value was not brought by an alias */
    struct text path;        /* at == NULL: no resource */
    struct text stable_path; /* at == NULL: none */
    struct text container;   /* at == NULL: none */
};

/* What a finding says of the resource that it is about; shared by the facts of a resource. */
struct origin {
    struct text file, cluster, owner;
    struct text rendered_from; /* at == NULL: helm did not write it */
    uint32_t document, item;
    struct identity resource;
    bool has_resource;
    bool named; /* by the command line: findings there are reported */
    struct belonging belonging;
    struct text scope_directory; /* at == NULL: the namespace is known */
    struct site site;            /* the resource itself */
};

/* What a rule noted about one document under a key. */
struct fact {
    uint32_t rule;
    uint32_t site_count;
    bool witness;      /* nothing is told at it */
    bool silent;       /* no reason to join its key */
    struct text key;   /* packed, with what keeps clusters apart before it */
    size_t key_prefix; /* bytes of it that the rule did not give */
    struct text value; /* packed */
    const struct site *sites;
    const struct origin *origin;
};

struct facts {
    struct fact *items;
    size_t count, capacity;
};
void facts_add(struct facts *facts, struct fact fact);
void facts_done(struct facts *facts);
/* By rule, then key; facts of one key in the order in which they stand in memory, so sort pointers
 * into one array. */
int fact_compare(const void *left, const void *right);
/* Whether A and B have the same rule and key. */
bool fact_meets(const struct fact *a, const struct fact *b);

/* ctx:emit(key, value), as a Lua function. */
int facts_emit(lua_State *L);
/* Pushes what a rule sees of the COUNT facts that FIRST points to: `facts` of a join. */
void facts_push(lua_State *L, const struct fact *const *first, size_t count); /* +1 */
/* Pushes the key as the rule gave it. */
void facts_push_key(lua_State *L, const struct fact *fact); /* +1 */
/* The facts of the check's join under the key at INDEX of the stack: pushes them, maybe none. */
void facts_push_under(lua_State *L, int index); /* +1 */
/* How many facts the object at INDEX holds; SIZE_MAX where it is none. */
size_t facts_count(lua_State *L, int index);
/* Pushes the fact with NUMBER (from 0) of the object at INDEX. */
void facts_push_fact(lua_State *L, int index, size_t number); /* +1 */
/* Pushes a place of FACT's value. */
void facts_push_site(lua_State *L, const struct fact *fact, const struct site *site); /* +1 */
/* The fact and the place of what stands at INDEX: a place of a fact's value, or a fact. False where
 * it is neither. */
bool facts_place(lua_State *L, int index, const struct fact **fact, const struct site **site);
void facts_open(lua_State *L);

/* A scope as rules see it: `ctx.scope`. */
void scope_push(lua_State *L, struct text cluster, struct text namespace,
                struct text directory); /* +1 */
/* The parts of the scope at INDEX: 3 texts; NULL where it is none. */
const struct text *scope_parts(lua_State *L, int index);
void scope_open(lua_State *L);

#endif
