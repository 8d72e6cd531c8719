/*
 * krug test: the examples that rules carry, and the cases that policies keep, run; and what is
 * wrong with rules that only tests can tell.
 */
#include "cli/command.h"
#include "engine/cases.h"
#include "engine/examples.h"
#include <stdlib.h>
#include <string.h>

struct test {
    struct workspace workspace;
    struct examples examples;
};

/* The rule's file as people find it. */
static void test_print_file(struct test *test, const struct rule_info *rule)
{
    report_print(stdout, rule->rule.policy ? workspace_path(&test->workspace, rule->rule.file)
                                           : rule->rule.file);
}

/* "istio/port-name: example 3 (fail)", or where the case lies. */
static void test_print_name(struct test *test, const struct example *example)
{
    printf("%.*s: ", TEXT_ARGS(example->rule->rule.id));
    if (example->number)
        printf("example %zu (%s)", example->number, example->passing ? "pass" : "fail");
    else
        report_print(stdout, workspace_path(&test->workspace, example->path));
}

static void test_print_failure(struct test *test, const struct example *example)
{
    test_print_name(test, example);
    fputs(" failed\n  ", stdout);
    report_print(stdout, example->failure);
    fputs("\n  in ", stdout);
    if (example->number)
        test_print_file(test, example->rule);
    else
        report_print(stdout, example->file);
    putchar('\n');
    if (!example->line)
        return;
    printf("%8u | ", example->line);
    report_print(stdout, example->line_text);
    putchar('\n');
}

static void test_print_gap(struct test *test, const struct example_gap *gap)
{
    test_print_file(test, gap->rule);
    printf(":%u: ", gap->line);
    if (gap->name.at) {
        fputs("reads `", stdout);
        report_print(stdout, gap->name);
        puts("`, which no example of the rule contains: a typo? If not, add an example with it");
    } else {
        puts("no example reaches this line");
    }
}

static const char *test_plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static void test_print_summary(const struct examples *examples)
{
    printf("%zu test%s, %zu failed", examples->count, test_plural(examples->count),
           examples->failed);
    if (examples->without_count)
        printf("; %zu rule%s without both kinds of example", examples->without_count,
               test_plural(examples->without_count));
    if (examples->unknown_fields)
        printf("; %zu field%s in no example", examples->unknown_fields,
               test_plural(examples->unknown_fields));
    if (examples->unreached)
        printf("; %zu line%s not reached", examples->unreached, test_plural(examples->unreached));
    putchar('\n');
}

static void test_report_console(struct test *test)
{
    const struct examples *examples = &test->examples;

    for (size_t i = 0; i < examples->count; i++)
        if (examples->items[i].failure.at)
            test_print_failure(test, &examples->items[i]);
    for (size_t i = 0; i < examples->without_count; i++)
        printf("%.*s: needs at least one passing and one failing example\n",
               TEXT_ARGS(examples->without[i]->rule.id));
    for (size_t i = 0; i < examples->gap_count; i++)
        test_print_gap(test, &examples->gaps[i]);
    test_print_summary(examples);
}

/* Everything that is no test of its own, as one more each: a rule's gaps, and what it lacks. */
static void test_report_tap(struct test *test)
{
    const struct examples *examples = &test->examples;
    size_t number = 0;

    printf("TAP version 13\n1..%zu\n",
           examples->count + examples->without_count + examples->gap_count);
    for (size_t i = 0; i < examples->count; i++) {
        const struct example *example = &examples->items[i];

        printf("%sok %zu - ", example->failure.at ? "not " : "", ++number);
        test_print_name(test, example);
        putchar('\n');
        if (!example->failure.at)
            continue;
        fputs("# ", stdout);
        report_print(stdout, example->failure);
        putchar('\n');
    }
    for (size_t i = 0; i < examples->without_count; i++)
        printf("not ok %zu - %.*s: needs at least one passing and one failing example\n", ++number,
               TEXT_ARGS(examples->without[i]->rule.id));
    for (size_t i = 0; i < examples->gap_count; i++) {
        printf("%sok %zu - ", examples->gaps[i].name.at ? "not " : "", ++number);
        test_print_gap(test, &examples->gaps[i]);
    }
}

static int test_status(const struct test *test)
{
    const struct examples *examples = &test->examples;

    if (!examples->count) {
        fputs("krug: there is no example and no case to run\n", stderr);
        return STATUS_TROUBLE;
    }
    return examples->failed || examples->without_count || examples->unknown_fields ? STATUS_FINDINGS
                                                                                   : STATUS_OK;
}

/* In the order of the command's formats. */
static void (*const test_reports[])(struct test *test) = {test_report_console, test_report_tap};

static int test_run(struct test *test, const struct options *options,
                    void (*report)(struct test *test))
{
    const struct option_values *globs = &options->values[OPTION_RULE];
    const struct option_values *cases = &options->values[OPTION_CASES];
    struct workspace *workspace = &test->workspace;

    rules_select(&workspace->rules, globs->items, globs->count, &workspace->problems);
    examples_run(&test->examples, &workspace->rules, workspace->scout,
                 &(struct examples_options){.replay = true,
                                            .coverage = options_has(options, OPTION_COVERAGE)});
    cases_run(&test->examples, &workspace->policies, &workspace->rules, workspace->scout,
              cases->items, cases->count, &workspace->problems);
    report(test);
    return test_status(test);
}

int command_test(const struct options *options)
{
    struct test test = {0};
    size_t format = format_read(options);
    int status = STATUS_TROUBLE;

    if (format == SIZE_MAX)
        return STATUS_TROUBLE;
    if (workspace_open(&test.workspace, options, options->paths, options->path_count))
        status = test_run(&test, options, test_reports[format]);
    workspace_tell(&test.workspace);
    if (test.workspace.problems.count)
        status = STATUS_TROUBLE;
    examples_done(&test.examples);
    workspace_done(&test.workspace);
    return status;
}
