#ifndef KRUG_REPORT_GROUPS_H
#define KRUG_REPORT_GROUPS_H

#include "engine/run.h"

/* A rule that was asked for or found something, and what it found. Findings are in the order of the
 * report. */
struct group {
    struct text id;
    const struct rule_info *rule;
    const struct finding **findings;
    size_t count;
    const struct finding **hidden; /* those that do not count */
    size_t hidden_count;
    const char *not_run; /* why the rule judged nothing; NULL: it did */
};

/* The groups of a run, in the order of their ids; each id once. */
struct groups {
    struct group *items;
    size_t count;
    const struct finding **findings, **hidden;
};

void groups_init(struct groups *groups, const struct run *run);
void groups_done(struct groups *groups);
/* The index of the group of ID, which must be there. */
size_t groups_get(const struct groups *groups, struct text id);

#endif
