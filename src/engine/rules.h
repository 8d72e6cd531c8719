#ifndef KRUG_ENGINE_RULES_H
#define KRUG_ENGINE_RULES_H

#include "policy/policy.h"

/* What a rule is run on. */
enum rule_subject {
    RULE_RESOURCES, /* each resource of its kinds */
    RULE_FILES,     /* on = "file" */
    RULE_NOTES,     /* notes = {...} */
    RULE_FACTS,     /* collect = {...}: many documents together */
    RULE_KRUG,      /* told by krug itself; the file only explains it */
};

/* Which facts a join of a rule across documents may see beside those of its key. */
enum apart {
    APART_NOT,   /* all of the rule */
    APART_SCOPE, /* those of the same ctx.scope, which stands in every key */
    APART_KEY,   /* none; and what stands in a key stands in the manifest */
};

/* "v1/Service", "apps/Deployment", "Service", "workload", "*". */
struct rule_kind {
    struct text group, version, kind; /* at == NULL: any */
    bool workload;
    bool witness; /* what is collected from it is never told at */
    bool silent;  /* a key of nothing but facts from such kinds is not joined */
};

/* A rule as its file declares it. */
struct rule_info {
    struct rule rule;
    struct text title, why, fix, source;
    struct text code; /* the source compiled, of a built-in rule; else empty */
    struct text *links, *aka;
    size_t link_count, aka_count;
    enum rule_subject subject;
    struct rule_kind *kinds;
    struct text *kind_texts; /* as the rule writes them */
    size_t kind_count;
    unsigned notes; /* a bit for each note_kind */
    bool patches;
    bool whole; /* it asks what the whole repository holds: alone it would tell what is not so */
    enum apart apart;
    size_t least; /* a key of fewer facts is not joined */
    bool has_when;
    struct text *after_ids;
    size_t *after; /* indexes of rules; SIZE_MAX: not known (a problem was told) */
    size_t after_count;
    bool selected; /* by --rule; others run only where a selected one comes after them */
    bool needed;
    bool broken;       /* could not be loaded: a problem was told */
    bool before_facts; /* a rule across documents comes after it */
    bool idle;         /* not run for want of the whole repository */
    bool possible;     /* some policy of the run may turn it on somewhere */
};

/* All rules: built-in ones, then those of each policy; items are in the order of their ids. */
struct rules {
    struct arena arena;
    struct map texts; /* path to struct text: rule and module files of policies, read once */
    struct rule_info **items;
    const struct rule **rules; /* the same, for the policy floor */
    size_t count, capacity;
    bool strict;   /* built-in rules are checked like others when they are loaded: for tests */
    size_t *order; /* indexes, so that every rule comes after those that it names in `after` */
};

struct worker;

/* Finds the rule files: the built-in ones and those of POLICIES (NULL: none). */
void rules_find(struct rules *rules, const struct policies *policies, struct problems *problems);
/* Reads what the rules declare, through WORKER, which has loaded them, and puts them in order. What
 * is wrong becomes a problem and the rule is broken. */
void rules_describe(struct rules *rules, struct worker *worker, struct problems *problems);
/* Selects the rules whose ids match one of the globs (none: all); a glob that matches none is a
 * problem. */
void rules_select(struct rules *rules, const char *const *globs, size_t count,
                  struct problems *problems);
/* Selects the rule at INDEX and no other. */
void rules_select_one(struct rules *rules, size_t index);
/* Marks in NEEDED, by rule, the one at INDEX and those that it waits for. */
void rules_need_alone(const struct rules *rules, size_t index, bool *needed);
/* Sets, by rule, whether it is OTHER, or comes after it, or after one that does. */
void rules_find_waiting(const struct rules *rules, size_t other, bool *waiting);
void rules_done(struct rules *rules);

/* The text of a module that rules_find read; NULL, or the reason. */
ATTRIBUTE_CHECK const char *rules_read(const struct rules *rules, struct text path,
                                       struct text *bytes);
/* The id that was probably meant; at == NULL where none is near. */
struct text rules_near(const struct rules *rules, struct text id);
const struct rule_info *rules_by_id(const struct rules *rules, struct text id); /* or NULL */
/* Whether it looks at documents of its kinds, alone or many together. */
bool rule_is_of_kinds(const struct rule_info *rule);
/* Whether the rule looks at this kind; WORKLOAD: it has a pod template. */
bool rule_kind_matches(const struct rule_kind *kind, const struct resource *resource,
                       bool workload);
bool rule_matches_kind(const struct rule_info *rule, const struct resource *resource,
                       bool workload);

#endif
