#ifndef KRUG_ENGINE_EXAMPLES_H
#define KRUG_ENGINE_EXAMPLES_H

#include "engine/run.h"

/* One example of a rule and how it went. */
struct example {
    const struct rule_info *rule;
    size_t number; /* from 1, in the order of the file */
    bool passing;  /* pass { ... } */
    struct text manifest;
    struct text failure; /* what was expected and what came; at == NULL: as it should be */
    uint32_t line;       /* of the manifest that the failure is about; 0: none */
};

struct examples {
    struct example *items;
    size_t count, capacity, failed;
    const struct rule_info **without; /* selected rules that lack a passing or a failing example */
    size_t without_count;
    struct arena arena;
};

/* Runs every example of the selected rules through WORKER, as lint would run the rule on a file of
 * its own with the policy that the example gives. */
void examples_run(struct examples *examples, struct rules *rules, struct worker *worker);
void examples_done(struct examples *examples);

/* TEXT of a [[...]] in Lua without the indentation that all its lines share, and without the blank
 * lines around it. */
struct text examples_dedent(struct arena *arena, struct text text);

#endif
