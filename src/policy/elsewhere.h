#ifndef KRUG_POLICY_ELSEWHERE_H
#define KRUG_POLICY_ELSEWHERE_H

#include "base/text.h"
#include <stdatomic.h>

struct node;
struct reader;

/* An entry of `elsewhere:`: objects that exist and are declared in another place than this
 * repository.
 */
struct elsewhere {
    struct text group, kind;              /* group.at == NULL: any */
    struct text namespace, name, cluster; /* globs; at == NULL: any */
    uint32_t line, column, end_column;
    struct elsewhere_use { /* by rules, on any thread */
        atomic_bool asked; /* something of its kind was looked for in vain */
        atomic_bool used;  /* and it was this */
    } * use;
};

/* What a rule looks for; texts are empty where they do not matter: an object without namespace. */
struct elsewhere_question {
    struct text cluster, group, kind, namespace, name;
};

/* Reads the value of `elsewhere` into the policy TO. */
void elsewhere_read(struct reader *reader, const struct node *value, void *to);
/* Whether ENTRY says that there is such an object; adds to STEPS what its globs took. An entry that
 * does counts as used, also behind another that does: ask each. Any thread. */
bool elsewhere_answers(const struct elsewhere *entry, const struct elsewhere_question *question,
                       uint64_t *steps);

#endif
