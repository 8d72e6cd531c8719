#ifndef KRUG_ENGINE_WATCH_H
#define KRUG_ENGINE_WATCH_H

#include "engine/worker.h"

/* What `krug test` looks at while the examples of one rule run: which fields the rule reads that
 * are in none of them, and which of its lines they do not reach. */
struct watch {
    const struct rule_info *rule;
    bool paused;   /* what is run now is no example as it stands */
    bool *reached; /* by line; NULL: lines are not looked at */
    size_t line_count;
    uint64_t spent;     /* instructions of all calls, and what goes before them in a replay */
    size_t values_left; /* that are still looked at: tables may hold themselves */
    struct map reads;   /* "LINE NAME" to struct watch_read */
    struct map params;  /* names of parameters that were read */
    struct map keys;    /* every key that some document holds */
    struct arena arena;
};

/* What all examples of a rule may use up with their replays: the built-in rules take at most a
 * thirtieth. */
enum { WATCH_INSTRUCTIONS = 500 * 1000 * 1000 };
/* Why no more of them is run; NULL where there is something left, or nothing is watched. */
const char *watch_over(const struct watch *watch);

/* A field that was read and was missing. */
struct watch_read {
    uint32_t line;
    struct text name;
};

/* Begins to watch RULE in the worker's state; with LINES its lines too. */
void watch_begin(struct watch *watch, struct worker *worker, const struct rule_info *rule,
                 bool lines);
void watch_end(struct watch *watch, struct worker *worker);
/* Notes the keys of a document. */
void watch_keys(struct watch *watch, const struct document *document);
/* Fields that the rule's own text reads and no document held, by line; *COUNT of them, in the
 * watch's arena. */
struct watch_read *watch_unknown(struct watch *watch, size_t *count);
/* Lines of the rule that can run and did not; *COUNT of them, rising, in the watch's arena. */
uint32_t *watch_unreached(struct watch *watch, struct worker *worker, size_t *count);

/* A number for what the rule's variables hold: another one after a run says that it keeps something
 * between documents, which no two threads would do alike. */
uint64_t watch_state(struct watch *watch, struct worker *worker);

/* Makes the view of the rule's parameters on top of the stack tell of those that are read. */
void watch_params(lua_State *L);

/* Makes the document's table on top of the stack tell of fields that are read and missing. */
void watch_table(lua_State *L);

#endif
