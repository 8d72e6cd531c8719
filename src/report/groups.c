/*
 * The findings of a run by rule, for the formats that are told by rule: which rules there were,
 * what each found, and which judged nothing.
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

static size_t groups_count_hidden(const struct run *run, struct text id)
{
    size_t count = 0;

    for (size_t i = 0; i < run->hidden.count; i++)
        count += text_equal(run->hidden.items[i].rule, id);
    return count;
}

void groups_init(struct groups *groups, const struct run *run)
{
    const struct rules *rules = run->rules;
    size_t count = run->findings.count, next = 0;

    groups->count = 0;
    groups->items = memory_get((rules->count + 1) * sizeof *groups->items);
    groups->findings = memory_get((count + 1) * sizeof(const struct finding *));
    for (size_t i = 0; i < count; i++)
        groups->findings[i] = &run->findings.items[i];
    qsort(groups->findings, count, sizeof *groups->findings, groups_compare);
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule_info *rule = rules->items[i];
        struct group group = {
            .id = rule->rule.id, .rule = rule, .findings = groups->findings + next};

        /* policies side by side may each have a rule of that id */
        if (i && text_equal(rules->items[i - 1]->rule.id, group.id))
            continue;
        while (next + group.count < count &&
               text_equal(groups->findings[next + group.count]->rule, group.id))
            group.count++;
        next += group.count;
        group.hidden = groups_count_hidden(run, group.id);
        if (!rule->selected && !group.count && !group.hidden)
            continue;
        group.not_run = groups_not_run(run, group.id);
        groups->items[groups->count++] = group;
    }
    assert(next == count); /* every finding is of a rule */
}

void groups_done(struct groups *groups)
{
    free(groups->items);
    free(groups->findings);
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
