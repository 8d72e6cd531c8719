/*
 * What a rule may use up. Lua's count hook sees instructions of the VM, the allocator sees memory;
 * work that a C function does for a rule is charged by that function. Nothing here depends on the
 * time of day or on other threads, but for one stop of last resort that counts processor time.
 *
 * A trip is sticky: from then on the hook fires at each instruction and raises, so that a rule
 * cannot catch it and go on. The allocator does not refuse at once what goes over: it notes the
 * trip and gives a bit more, so that the error is raised by the next instruction, which has a line.
 */
#include "engine/budget.h"
#include "base/memory.h"
#include "base/pool.h"
#include <lauxlib.h>
#include <stdlib.h>
#include <time.h>

enum {
    BUDGET_STEP = 1000,                    /* more gains nothing: the hook's trap is what costs */
    BUDGET_MEMORY_OVER = 32 * 1024 * 1024, /* beyond the limit, until the error is raised */
    BUDGET_EMERGENCY = 100 * 1000,         /* what a full collection costs, in instructions */
    BUDGET_BYTES = 16,                     /* bytes walked in the time of an instruction */
    /* bytes of small blocks that wait for others of their size: more is given back */
    BUDGET_WASTE = 64 * 1024 * 1024,
    BUDGET_LARGE = 4096, /* bytes: making more at once is work of its own */
};

struct budget {
    lua_State *L;
    struct pool pool;
    size_t used, limit; /* bytes */
    uint64_t spent, most;
    int step;
    bool running;
    bool paused;    /* the document's tables are made */
    bool collects;  /* the collector runs */
    bool emergency; /* Lua was refused memory once, and collects all before it asks again */
    enum trip trip;
    void (*line)(lua_State *L); /* at each line; or NULL */
    double started;             /* processor time of this thread */
};

static const char *const trip_table[] = {
    [TRIP_NONE] = "it was stopped",
    [TRIP_INSTRUCTIONS] = "it used up its budget of 10,000,000 instructions for one document "
                          "(a join: 10,000 more for each fact): a loop that does not end?",
    [TRIP_MEMORY] = "it used up its budget of 64 MiB of memory for one document: a table or text "
                    "that grows in a loop, or a function that calls itself without end?",
    [TRIP_REGEX] = "a regular expression backtracks without end: it took more than 1,000,000 "
                   "steps on one text; make repeats inside repeats, as in (a+)+, impossible",
    [TRIP_SECONDS] = "it ran for more than 60 seconds of processor time on one document",
};

const char *trip_words(enum trip trip)
{
    return trip_table[trip];
}

static struct budget *budget_of(lua_State *L)
{
    void *context;

    lua_getallocf(L, &context);
    return context;
}

static double budget_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Raises, as the function at LEVEL of the call stack. */
static int budget_raise(lua_State *L, int level)
{
    luaL_checkstack(L, 4, NULL);
    luaL_where(L, level);
    lua_pushstring(L, trip_words(budget_of(L)->trip));
    lua_concat(L, 2);
    return lua_error(L);
}

static void budget_hook(lua_State *L, lua_Debug *debug);

static void budget_trip(struct budget *budget, enum trip trip)
{
    if (budget->trip)
        return;
    budget->trip = trip;
    lua_sethook(budget->L, budget_hook, LUA_MASKCOUNT, 1);
}

/* The clock starts when it is first looked at: most rules end before that. */
static void budget_look(struct budget *budget)
{
    double now = budget_clock();

    if (budget->started == 0)
        budget->started = now;
    else if (now - budget->started > BUDGET_SECONDS)
        budget_trip(budget, TRIP_SECONDS);
}

static void budget_hook(lua_State *L, lua_Debug *debug)
{
    struct budget *budget = budget_of(L);

    if (debug->event == LUA_HOOKLINE) {
        budget->line(L);
        return;
    }
    if (!budget->trip) {
        budget->spent += (uint64_t)budget->step;
        if (budget->spent >= budget->most)
            budget_trip(budget, TRIP_INSTRUCTIONS);
        else
            budget_look(budget);
    }
    if (budget->trip)
        budget_raise(L, 0);
}

/* Whether the state may get MORE bytes. */
static bool budget_grows(struct budget *budget, size_t more)
{
    if (!budget->running || budget->paused || budget->used + more <= budget->limit) {
        budget->emergency = false;
        return true;
    }
    if (budget->collects && !budget->emergency) {
        budget->emergency = true;
        budget->spent += BUDGET_EMERGENCY;
        return false;
    }
    budget_trip(budget, TRIP_MEMORY);
    return budget->used + more <= budget->limit + BUDGET_MEMORY_OVER;
}

/* Where memory is given back while a rule runs, it is time that a text which is made again and
 * again uses up. */
static void budget_make(struct budget *budget, size_t more)
{
    if (!budget->running || !budget->collects || more < BUDGET_LARGE)
        return;
    budget->spent += more / BUDGET_BYTES;
    if (budget->spent >= budget->most)
        budget_trip(budget, TRIP_INSTRUCTIONS);
}

/* Memory for Lua is there or the program has ended, as everywhere, unless a rule wants too much. */
static void *budget_allocate(void *context, void *old, size_t old_size, size_t size)
{
    struct budget *budget = context;

    if (!old)
        old_size = 0; /* it is a tag then */
    if (size > old_size && !budget_grows(budget, size - old_size))
        return NULL;
    if (size > old_size)
        budget_make(budget, size - old_size);
    budget->used += size - old_size;
    return pool_resize(&budget->pool, old, old_size, size);
}

lua_State *budget_state_new(void)
{
    struct budget *budget = memory_get(sizeof *budget);

    budget->step = BUDGET_STEP;
    budget->L = lua_newstate(budget_allocate, budget);
    if (!budget->L)
        memory_out();
    return budget->L;
}

void budget_state_free(lua_State *L)
{
    struct budget *budget = budget_of(L);

    /* nothing in a state has a finalizer, or anything beside the state's own memory */
    pool_done(&budget->pool);
    free(budget);
}

void budget_begin(lua_State *L, uint64_t instructions, size_t bytes)
{
    struct budget *budget = budget_of(L);

    budget->spent = 0;
    budget->most = instructions;
    budget->limit = budget->used + bytes;
    budget->trip = TRIP_NONE;
    budget->running = true;
    budget->paused = false;
    budget->started = 0;
    lua_sethook(L, budget_hook, LUA_MASKCOUNT | (budget->line ? LUA_MASKLINE : 0), budget->step);
}

enum trip budget_end(lua_State *L)
{
    struct budget *budget = budget_of(L);
    enum trip trip = budget->trip;

    lua_sethook(L, NULL, 0, 0);
    budget->running = false;
    budget->trip = TRIP_NONE;
    return trip;
}

uint64_t budget_spent(lua_State *L)
{
    return budget_of(L)->spent;
}

enum trip budget_tripped(lua_State *L)
{
    return budget_of(L)->trip;
}

size_t budget_bytes(lua_State *L)
{
    return budget_of(L)->used;
}

bool budget_wastes(lua_State *L)
{
    const struct budget *budget = budget_of(L);

    return pool_held(&budget->pool) > budget->used + BUDGET_WASTE;
}

void budget_collect(lua_State *L, bool on)
{
    budget_of(L)->collects = on;
    lua_gc(L, on ? LUA_GCRESTART : LUA_GCSTOP);
}

void budget_pause(lua_State *L)
{
    budget_of(L)->paused = true;
}

void budget_resume(lua_State *L)
{
    budget_of(L)->paused = false;
}

void budget_allow(lua_State *L, size_t bytes)
{
    budget_of(L)->limit += bytes;
}

void budget_set_step(lua_State *L, int step)
{
    budget_of(L)->step = step;
}

void budget_set_lines(lua_State *L, void (*take)(lua_State *L))
{
    budget_of(L)->line = take;
}

int budget_stop(lua_State *L, enum trip trip)
{
    struct budget *budget = budget_of(L);

    if (budget->running)
        budget_trip(budget, trip);
    luaL_where(L, 1);
    lua_pushstring(L, trip_words(trip));
    lua_concat(L, 2);
    return lua_error(L);
}

void budget_charge(lua_State *L, uint64_t instructions)
{
    struct budget *budget = budget_of(L);

    budget->spent += instructions;
    if (budget->running && budget->spent >= budget->most)
        budget_stop(L, TRIP_INSTRUCTIONS);
}

void budget_reserve(lua_State *L, size_t bytes)
{
    struct budget *budget = budget_of(L);

    if (budget->running && !budget->collects && budget->used + bytes > budget->limit)
        budget_stop(L, TRIP_MEMORY);
}

void budget_take(lua_State *L, size_t bytes)
{
    budget_reserve(L, bytes);
    budget_of(L)->used += bytes;
}

void budget_give(lua_State *L, size_t bytes)
{
    budget_of(L)->used -= bytes;
}

void budget_charge_bytes(lua_State *L, size_t bytes)
{
    budget_charge(L, bytes / BUDGET_BYTES);
}
