/*
 * A run as tests: what junit and tap agree on.
 */
#include "report/cases.h"
#include "base/memory.h"
#include <stdlib.h>

static void cases_add(struct cases *cases, struct report_case item)
{
    cases->items =
        memory_extend(cases->items, cases->count, &cases->capacity, sizeof *cases->items);
    cases->items[cases->count++] = item;
}

/* The findings of a rule file by file. */
static void cases_add_files(struct cases *cases, const struct group *group,
                            const struct report_style *style)
{
    for (size_t i = 0; i < group->count;) {
        struct report_case item = {
            .group = group, .file = group->findings[i]->file, .findings = group->findings + i};

        for (; i < group->count && text_equal(group->findings[i]->file, item.file); i++) {
            item.count++;
            item.failed |=
                style->fail_on != LEVEL_UNSET && group->findings[i]->level >= style->fail_on;
        }
        cases_add(cases, item);
    }
}

void cases_init(struct cases *cases, const struct run *run, const struct report_style *style)
{
    *cases = (struct cases){0};
    groups_init(&cases->groups, run);
    for (size_t i = 0; i < cases->groups.count; i++) {
        const struct group *group = &cases->groups.items[i];

        /* what krug itself tells is no rule that could pass */
        if (group->count)
            cases_add_files(cases, group, style);
        else if (group->rule->subject != RULE_KRUG)
            cases_add(cases, (struct report_case){.group = group});
    }
    for (size_t i = 0; i < run->problems->count; i++)
        cases_add(cases, (struct report_case){.problem = &run->problems->items[i], .failed = true});
}

void cases_done(struct cases *cases)
{
    groups_done(&cases->groups);
    free(cases->items);
}
