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

/* How many of COUNT findings, which are sorted by file, are of FILE. */
static size_t cases_of_file(const struct finding *const *findings, size_t count, struct text file)
{
    size_t found = 0;

    while (found < count && text_equal(findings[found]->file, file))
        found++;
    return found;
}

/* The findings of a rule file by file, hidden ones too: both are sorted by file. */
static void cases_add_files(struct cases *cases, const struct group *group,
                            const struct report_style *style)
{
    size_t next = 0, hidden = 0;

    while (next < group->count || hidden < group->hidden_count) {
        struct report_case item = {
            .group = group, .findings = group->findings + next, .hidden = group->hidden + hidden};

        if (hidden == group->hidden_count ||
            (next < group->count && text_compare(item.findings[0]->file, item.hidden[0]->file) < 0))
            item.file = item.findings[0]->file;
        else
            item.file = item.hidden[0]->file;
        item.count = cases_of_file(item.findings, group->count - next, item.file);
        item.hidden_count = cases_of_file(item.hidden, group->hidden_count - hidden, item.file);
        for (size_t i = 0; i < item.count; i++)
            item.failed |=
                style->fail_on != LEVEL_UNSET && item.findings[i]->level >= style->fail_on;
        cases_add(cases, item);
        next += item.count;
        hidden += item.hidden_count;
    }
}

void cases_init(struct cases *cases, const struct run *run, const struct report_style *style)
{
    *cases = (struct cases){0};
    groups_init(&cases->groups, run);
    for (size_t i = 0; i < cases->groups.count; i++) {
        const struct group *group = &cases->groups.items[i];

        /* what krug itself tells is no rule that could pass */
        if (group->count || group->hidden_count)
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

const char *case_skipped(const struct report_case *item)
{
    if (item->problem || item->count)
        return NULL;
    if (item->hidden_count)
        return "waivers, ignores or the baseline hide all that was found here";
    return item->group->not_run;
}
