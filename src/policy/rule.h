#ifndef KRUG_POLICY_RULE_H
#define KRUG_POLICY_RULE_H

#include "base/finding.h"
#include "yaml/node.h"

/* Types of parameters. */
enum param_kind { PARAM_STRING, PARAM_INTEGER, PARAM_NUMBER, PARAM_BOOLEAN, PARAM_ANY };
enum param_shape { PARAM_ONE, PARAM_LIST, PARAM_MAP };

/* A parameter that a rule declares: "integer", "list of string", "map of number", "any". */
struct rule_param {
    struct text name, type, purpose;
    struct text preset; /* its default, as JSON; at == NULL: none */
    enum param_kind kind;
    enum param_shape shape;
};

/* Reads TYPE into kind and shape; false where it is none. */
bool param_read_type(struct rule_param *param, struct text type);
/* Whether VALUE is of the type; else false, with the node that is not in *WRONG. */
bool param_accepts(const struct rule_param *param, const struct node *value,
                   const struct node **wrong);

/* What policies need to know of a rule; the engine knows the rest. */
struct rule {
    struct text id;   /* "istio/port-name" */
    struct text file; /* where it stands: relative to the root, or "rules/..." of a built-in one */
    enum level level; /* its own */
    struct rule_param *params;
    size_t param_count;
    size_t index;                /* in the table of all rules */
    const struct policy *policy; /* whose rules/ it came from; NULL: built in */
    bool fixed; /* told by krug itself at a fixed level (manifest/syntax): no policy may set it */
};

/* Whether it is one of what krug itself tells of policies: nothing hides that. */
static inline bool rule_is_about_policies(const struct rule *rule)
{
    return rule->fixed && text_starts(rule->id, TEXT("policy/"));
}

#endif
