#ifndef KRUG_POLICY_ELSEWHERE_H
#define KRUG_POLICY_ELSEWHERE_H

#include "base/text.h"
#include <stdatomic.h>

struct chain;
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
/* Whether a policy of the chain says that there is such an object. Any thread. */
bool chain_has_elsewhere(const struct chain *chain, const struct elsewhere_question *question);

#endif
