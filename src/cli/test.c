/*
 * krug test: the examples that rules carry, run.
 */
#include "cli/command.h"
#include "engine/examples.h"
#include <stdlib.h>

static void test_print_line(struct text manifest, uint32_t wanted)
{
    struct text line;
    uint32_t number = 0;

    while (text_cut(&manifest, '\n', &line))
        if (++number == wanted) {
            printf("%8u | ", number);
            report_print(stdout, line);
            putchar('\n');
        }
}

static void test_print_failure(struct workspace *workspace, const struct example *example)
{
    printf("%.*s: example %zu (%s) failed\n  ", TEXT_ARGS(example->rule->rule.id), example->number,
           example->passing ? "pass" : "fail");
    report_print(stdout, example->failure);
    fputs("\n  in ", stdout);
    report_print(stdout, example->rule->rule.policy
                             ? workspace_path(workspace, example->rule->rule.file)
                             : example->rule->rule.file);
    putchar('\n');
    test_print_line(example->manifest, example->line);
}

static int test_report(struct workspace *workspace, const struct examples *examples)
{
    for (size_t i = 0; i < examples->count; i++)
        if (examples->items[i].failure.at)
            test_print_failure(workspace, &examples->items[i]);
    for (size_t i = 0; i < examples->without_count; i++)
        printf("%.*s: needs at least one passing and one failing example\n",
               TEXT_ARGS(examples->without[i]->rule.id));
    if (!examples->count) {
        fputs("krug: there is no example to run\n", stderr);
        return STATUS_TROUBLE;
    }
    printf("%zu example%s, %zu failed", examples->count, examples->count == 1 ? "" : "s",
           examples->failed);
    if (examples->without_count)
        printf("; %zu rule%s without both kinds", examples->without_count,
               examples->without_count == 1 ? "" : "s");
    putchar('\n');
    return examples->failed || examples->without_count ? STATUS_FINDINGS : STATUS_OK;
}

int command_test(const struct options *options)
{
    const struct option_values *globs = &options->values[OPTION_RULE];
    struct workspace workspace;
    struct examples examples = {0};
    int status = STATUS_TROUBLE;

    if (workspace_open(&workspace, options, options->paths, options->path_count)) {
        rules_select(&workspace.rules, globs->items, globs->count, &workspace.problems);
        examples_run(&examples, &workspace.rules, workspace.scout);
        status = test_report(&workspace, &examples);
    }
    workspace_tell(&workspace);
    if (workspace.problems.count)
        status = STATUS_TROUBLE;
    examples_done(&examples);
    workspace_done(&workspace);
    return status;
}
