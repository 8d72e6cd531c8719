#ifndef KRUG_CLI_EXPLAIN_H
#define KRUG_CLI_EXPLAIN_H

#include "engine/examples.h"
#include <stdio.h>

/* Prints what there is to say of a rule; EXAMPLES are its own, run. FILE is its file as people are
 * told it. */
void explain_print(FILE *stream, const struct rule_info *rule, struct text file,
                   const struct examples *examples);
void explain_markdown(FILE *stream, const struct rule_info *rule, const struct examples *examples);

/* What an example says of the world around its manifest, in the order in which it is told. */
struct explain_condition {
    const char *name;
    struct text value; /* at == NULL: only the name */
};
enum { EXPLAIN_CONDITIONS_MAX = 6 };
size_t explain_conditions(const struct example *example,
                          struct explain_condition to[EXPLAIN_CONDITIONS_MAX]);

/* The sentence on a rule's level. */
const char *explain_level(const struct rule_info *rule);
/* What a rule is run on, e.g. "v1/Service, v1/Pod" or "each file". */
struct text explain_subject(const struct rule_info *rule, struct arena *arena);

#endif
