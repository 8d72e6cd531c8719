/*
 * What people ask who write rules: what each rule took (--stats), and where one ran and where not
 * (--trace). It is no part of the report, so it goes to standard error.
 */
#include "base/memory.h"
#include "cli/command.h"
#include <stdlib.h>

/* A rule with what it took and found. */
struct insight_row {
    const struct rule_info *rule;
    const struct rule_stats *stats;
    size_t findings;
};

static int insight_compare(const void *left, const void *right)
{
    const struct insight_row *a = left, *b = right;

    if (a->stats->nanoseconds != b->stats->nanoseconds)
        return a->stats->nanoseconds < b->stats->nanoseconds ? 1 : -1;
    return text_compare(a->rule->rule.id, b->rule->rule.id);
}

static size_t insight_findings(const struct run *run, const struct rule_info *rule)
{
    size_t count = 0;

    for (size_t i = 0; i < run->findings.count; i++)
        count += text_equal(run->findings.items[i].rule, rule->rule.id);
    return count;
}

static void insight_print_row(const struct insight_row *row)
{
    fprintf(stderr, "%10.3f %14llu %9llu %8zu  %.*s\n", (double)row->stats->nanoseconds / 1e6,
            (unsigned long long)row->stats->instructions, (unsigned long long)row->stats->calls,
            row->findings, TEXT_ARGS(row->rule->rule.id));
}

static void insight_tell_stats(const struct run *run)
{
    struct insight_row *rows = memory_get(run->rules->count * sizeof *rows);
    size_t count = 0;

    for (size_t i = 0; i < run->rules->count; i++)
        if (run->stats[i].calls)
            rows[count++] = (struct insight_row){run->rules->items[i], &run->stats[i],
                                                 insight_findings(run, run->rules->items[i])};
    if (count)
        qsort(rows, count, sizeof *rows, insight_compare);
    fputs("        ms   instructions      runs findings  rule\n", stderr);
    for (size_t i = 0; i < count; i++)
        insight_print_row(&rows[i]);
    fputs("(processor time of all threads, measured with the counting on; instructions of the Lua "
          "machine to within ten a run)\n",
          stderr);
    free(rows);
}

/* What became of the traced rule's findings when the run was settled. */
static void insight_tell_hidden(const struct run *run)
{
    for (size_t i = 0; i < run->hidden.count; i++) {
        const struct finding *finding = &run->hidden.items[i];

        if (!text_equal(finding->rule, run->options->trace))
            continue;
        report_print(stderr, finding->file);
        fprintf(stderr, ":%u: hidden by a%s %s: ", finding->span.line,
                finding->hiding->kind == HIDING_IGNORE ? "n" : "",
                hiding_name(finding->hiding->kind));
        report_print(stderr, finding->hiding->file);
        fprintf(stderr, ":%u\n", finding->hiding->line);
    }
}

void insight_tell(const struct run *run)
{
    if (run->options->trace.at && !run->trace.length)
        fprintf(stderr, "trace: %.*s was not looked at: nothing was linted\n",
                TEXT_ARGS(run->options->trace));
    report_print(stderr, buffer_text(&run->trace));
    if (run->options->trace.at)
        insight_tell_hidden(run);
    if (run->stats)
        insight_tell_stats(run);
}
