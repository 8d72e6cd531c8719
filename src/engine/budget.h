#ifndef KRUG_ENGINE_BUDGET_H
#define KRUG_ENGINE_BUDGET_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why a rule was stopped. */
enum trip { TRIP_NONE, TRIP_INSTRUCTIONS, TRIP_MEMORY, TRIP_REGEX, TRIP_SECONDS };

enum {
    /* of the VM, for a rule and a document: a rule of 20 lines needs about 2,500 */
    BUDGET_INSTRUCTIONS = 10 * 1000 * 1000,
    BUDGET_INSTRUCTIONS_A_FACT = 10 * 1000, /* more for each fact that a join gets */
    /* that a rule adds to its state: far above what any of the built-in ones needs */
    BUDGET_MEMORY = 64 * 1024 * 1024,
    /* what a rule may add beside what earlier ones left behind: above it the state is cleaned and
     * the rule run again, so that what counts never depends on what came before */
    BUDGET_MEMORY_FIRST = 16 * 1024 * 1024,
    /* of processor time: a stop for what no count sees, such as comparing equal texts of 16 MiB */
    BUDGET_SECONDS = 60,
};

/* What the rules in one Lua state use up: an allocator that counts and a hook of the VM. A trip is
 * final until budget_end: every instruction raises, and pcall hands the error on. */

/* A new state, to be released by budget_state_free: at once, without the finalizers of values. */
lua_State *budget_state_new(void);
void budget_state_free(lua_State *L);

/* From here on what runs in the state may use up so much. Bytes count from what it holds now. */
void budget_begin(lua_State *L, uint64_t instructions, size_t bytes);
/* Ends it; answers what went wrong. Does nothing when no budget is begun. */
enum trip budget_end(lua_State *L);
/* Instructions since budget_begin, with what C functions charged; up to the step of the hook less.
 */
uint64_t budget_spent(lua_State *L);
enum trip budget_tripped(lua_State *L);
/* Bytes that the state holds. */
size_t budget_bytes(lua_State *L);
/* Whether it keeps so much memory that only a new state helps. */
bool budget_wastes(lua_State *L);
/* Whether the collector runs: then what counts is what is alive, else all that was made. */
void budget_collect(lua_State *L, bool on);
/* What happens between these is not the rule's: its memory is neither counted nor refused. */
void budget_pause(lua_State *L);
void budget_resume(lua_State *L);
/* The state gets BYTES that are not the rule's: the text of a file. */
void budget_allow(lua_State *L, size_t bytes);
/* How many instructions the hook counts at once: 1,000; smaller is slower and more exact. */
void budget_set_step(lua_State *L, int step);

/* Calls TAKE at each line that runs under a budget; NULL: at none. */
void budget_set_lines(lua_State *L, void (*take)(lua_State *L));

/* Work of a C function, in instructions of the VM (about 4 ns each); raises when that was too much.
 */
void budget_charge(lua_State *L, uint64_t instructions);
/* The same for walking so many bytes. */
void budget_charge_bytes(lua_State *L, size_t bytes);
/* To be asked before so many bytes are made: raises, with the line that asks, where they are too
 * many.
 */
void budget_reserve(lua_State *L, size_t bytes);
/* So many bytes are held for the rule outside of Lua, until they are given back; raises where that
 * is too much. */
void budget_take(lua_State *L, size_t bytes);
void budget_give(lua_State *L, size_t bytes);
/* Stops the rule: raises. */
int budget_stop(lua_State *L, enum trip trip);

/* What is told of a trip: "it used more than 10,000,000 instructions: ...". */
const char *trip_words(enum trip trip);

#endif
