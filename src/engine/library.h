#ifndef KRUG_ENGINE_LIBRARY_H
#define KRUG_ENGINE_LIBRARY_H

#include <lua.h>

/* The functions that every rule has, put into the table on top of the stack. Those that look at
 * documents ask the worker that owns the state (worker.h). */
void library_open(lua_State *L);

/* Its parts: each adds to the table on top. */
void library_open_values(lua_State *L);  /* each num str count typeof null pairs ipairs */
void library_open_strings(lua_State *L); /* string, table */
void library_open_match(lua_State *L);   /* re, glob */
void library_open_places(lua_State *L);  /* at */

/* Makes the functions NAMES (ended by NULL) of the table on top pay for what they walk. */
void library_charge(lua_State *L, const char *const *names);
/* Takes the table of functions on top, makes it a strict read-only module and sets it as field NAME
 * of the table below. */
void library_module(lua_State *L, const char *name);

#endif
