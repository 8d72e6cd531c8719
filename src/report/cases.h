#ifndef KRUG_REPORT_CASES_H
#define KRUG_REPORT_CASES_H

#include "report/groups.h"
#include "report/report.h"

/* A run as tests, for the formats of test frameworks: a rule that found nothing is one test that
 * passed, one that judged nothing is skipped, and where a rule found something each such file is a
 * test. It failed where a finding is at or above --fail-on, so that these reports and the exit
 * status say the same, and it is skipped where all findings are hidden. */
struct report_case {
    const struct group *group; /* NULL: a problem */
    const struct problem *problem;
    struct text file; /* at == NULL: the rule as a whole */
    const struct finding **findings;
    size_t count;
    const struct finding **hidden; /* by a waiver, an ignore, the baseline */
    size_t hidden_count;
    bool failed;
};

struct cases {
    struct groups groups;
    struct report_case *items; /* by rule, then file; then the problems */
    size_t count, capacity;
};

void cases_init(struct cases *cases, const struct run *run, const struct report_style *style);
void cases_done(struct cases *cases);
/* Why ITEM counts neither as passed nor as failed; NULL: it does. */
const char *case_skipped(const struct report_case *item);

#endif
