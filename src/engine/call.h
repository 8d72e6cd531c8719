#ifndef KRUG_ENGINE_CALL_H
#define KRUG_ENGINE_CALL_H

#include "engine/worker.h"

/* Calling the functions of a rule: protected, under a budget, with what goes wrong noted in the
 * subject of the worker's check. */

/* The message handler at CALL_HANDLER, `ctx` at CALL_CONTEXT and the value that rules look at have
 * fixed places on the Lua stack. */
enum { CALL_HANDLER = 1, CALL_CONTEXT = 2, CALL_VALUE = 3 };

/* Puts them there; the value is nil. */
void call_open(struct worker *worker);

/* Whether the check's rule is in the worker's state; where it is not, it is noted. */
ATTRIBUTE_CHECK bool call_is_there(struct worker *worker);

/* Begins to run the check's rule: what it finds, notes and uses up counts from here. */
struct call_mark {
    size_t findings, facts, traces;
    uint64_t started; /* nanoseconds; 0: no statistics are kept */
};
struct call_mark call_begin(struct worker *worker, uint64_t instructions, size_t bytes);
/* Calls FUNCTION, a registry reference, with the COUNT values on top of the stack, which it takes
 * off; false where it raised: then no result is pushed. */
bool call_function(struct worker *worker, int function, int count, int results);
/* Ends it. False where the rule wants more memory than a first try may have: then nothing of what
 * it did is left, and the rule is to be run again after the state was cleaned. */
ATTRIBUTE_CHECK bool call_end(struct worker *worker, const struct call_mark *mark);

/* So many different errors that a rule raises are told of a file, and of a run: each has the name
 * of something in it where a rule raises with such names. */
enum { CALL_ERRORS_MAX = 100 };
/* Adds ERROR, whose texts live as long, or counts it: where one says the same, with SAME_EPOCH
 * since the same trip; or where the rule has so many already, by the one that stands for all
 * others. With COPY the texts that are kept are copied into it. RULES: how many there are. */
void call_add_error(struct rule_errors *errors, struct rule_error error, bool same_epoch,
                    size_t rules, struct arena *copy);
void call_free_errors(struct rule_errors *errors);

/* Notes a sentence about the check's rule, at LINE of the subject. */
void call_note(struct worker *worker, uint32_t line, const char *sentence);
/* The line of the resource that is looked at; that of the first fact in a join. */
uint32_t call_line(const struct worker *worker);

#endif
