/*
 * The findings of a run by rule, for the formats that are told by rule: which rules there were,
 * what each found, what of that is hidden, and which judged nothing.
 */
#include "report/groups.h"
#include "base/memory.h"
#include <assert.h>
#include <stdlib.h>

/* Findings of one run lie in one array, so that their addresses are the order of the report. */
static int groups_compare(const void *left, const void *right)
{
    const struct finding *a = *(const struct finding *const *)left;
    const struct finding *b = *(const struct finding *const *)right;
    int order = text_compare(a->rule, b->rule);

    return order ? order : (a > b) - (a < b);
}

static const char *groups_not_run(const struct run *run, struct text id)
{
    for (size_t i = 0; i < run->not_run_count; i++)
        if (text_equal(run->not_run[i].rule, id))
            return run->not_run[i].reason;
    return NULL;
}

/* By rule, then in the order of the report. */
static const struct finding **groups_sort(const struct findings *findings)
{
    const struct finding **sorted = memory_get((findings->count + 1) * sizeof *sorted);

    for (size_t i = 0; i < findings->count; i++)
        sorted[i] = &findings->items[i];
    qsort(sorted, findings->count, sizeof *sorted, groups_compare);
    return sorted;
}

/* How many of the next COUNT findings are of the rule ID. */
static size_t groups_count(const struct finding *const *findings, size_t count, struct text id)
{
    size_t found = 0;

    while (found < count && text_equal(findings[found]->rule, id))
        found++;
    return found;
}

void groups_init(struct groups *groups, const struct run *run)
{
    const struct rules *rules = run->rules;
    size_t next = 0, next_hidden = 0;

    groups->count = 0;
    groups->items = memory_get((rules->count + 1) * sizeof *groups->items);
    groups->findings = groups_sort(&run->findings);
    groups->hidden = groups_sort(&run->hidden);
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule_info *rule = rules->items[i];
        struct group group = {.id = rule->rule.id, .rule = rule};

        /* policies side by side may each have a rule of that id */
        if (i && text_equal(rules->items[i - 1]->rule.id, group.id))
            continue;
        group.findings = groups->findings + next;
        group.count = groups_count(group.findings, run->findings.count - next, group.id);
        next += group.count;
        group.hidden = groups->hidden + next_hidden;
        group.hidden_count = groups_count(group.hidden, run->hidden.count - next_hidden, group.id);
        next_hidden += group.hidden_count;
        if (!rule->selected && !group.count && !group.hidden_count)
            continue;
        group.not_run = groups_not_run(run, group.id);
        groups->items[groups->count++] = group;
    }
    /* every finding is of a rule */
    assert(next == run->findings.count && next_hidden == run->hidden.count);
}

void groups_done(struct groups *groups)
{
    free(groups->items);
    free(groups->findings);
    free(groups->hidden);
}

size_t groups_get(const struct groups *groups, struct text id)
{
    size_t low = 0, high = groups->count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (text_compare(groups->items[middle].id, id) <= 0)
            low = middle;
        else
            high = middle;
    }
    assert(low < groups->count && text_equal(groups->items[low].id, id));
    return low;
}
