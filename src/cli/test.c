/*
 * krug test: the examples that rules carry, and the cases that policies keep, run; and what is
 * wrong with rules that only tests can tell.
 */
#include "base/parallel.h"
#include "cli/command.h"
#include "engine/cases.h"
#include "engine/examples.h"
#include "report/xml.h"
#include <stdlib.h>
#include <string.h>

struct test {
    struct workspace workspace;
    struct examples examples;
};

/* What the examples of a rule leave open, in words: behind its place, and how many there are. */
static const struct {
    const char *words; /* with the name */
    const char *one, *more;
    bool fails;
} test_gaps[GAP_COUNT] = {
    [GAP_FIELD] = {"reads `%.*s`, which no example of the rule contains: a typo? If not, add an "
                   "example with it",
                   "field in no example", "fields in no example", true},
    [GAP_PARAM] = {"the parameter `%.*s` is declared, and no example makes the rule read it",
                   "parameter not read", "parameters not read", true},
    [GAP_LINE] = {"no example reaches this line%.*s", "line not reached", "lines not reached",
                  false},
};

/* One line of what was tested: an example or case, a rule that lacks examples, a gap. */
struct test_line {
    struct buffer name, failure; /* no failure: it passed */
};

static void test_line_done(struct test_line *line)
{
    buffer_done(&line->name);
    buffer_done(&line->failure);
}

static size_t test_line_count(const struct test *test)
{
    return test->examples.count + test->examples.without_count + test->examples.gap_count;
}

/* The rule's file as people find it. */
static struct text test_file(struct test *test, const struct rule_info *rule)
{
    return rule->rule.policy ? workspace_path(&test->workspace, rule->rule.file) : rule->rule.file;
}

/* "istio/port-name: example 3 (fail)", or where the case lies. */
static void test_describe_example(struct test *test, const struct example *example,
                                  struct test_line *line)
{
    struct text path;

    buffer_print(&line->name, "%.*s: ", TEXT_ARGS(example->rule->rule.id));
    if (example->number) {
        buffer_print(&line->name, "example %zu (%s)", example->number,
                     example->passing ? "pass" : "fail");
    } else {
        path = workspace_path(&test->workspace, example->path);
        buffer_add(&line->name, path);
    }
    if (!example->failure.at)
        return;
    path = example->number ? test_file(test, example->rule) : example->file;
    buffer_print(&line->failure, "%.*s\nin %.*s", TEXT_ARGS(example->failure), TEXT_ARGS(path));
    if (example->line)
        buffer_print(&line->failure, "\n%6u | %.*s", example->line, TEXT_ARGS(example->line_text));
}

static void test_describe_gap(struct test *test, const struct example_gap *gap,
                              struct test_line *line)
{
    struct text file = test_file(test, gap->rule);
    struct buffer *words = test_gaps[gap->gap].fails ? &line->failure : &line->name;

    buffer_print(&line->name, "%.*s:%u: ", TEXT_ARGS(file), gap->line);
    buffer_print(words, test_gaps[gap->gap].words, TEXT_ARGS(gap->name));
}

/* The line with NUMBER, from 0. */
static struct test_line test_describe(struct test *test, size_t number)
{
    const struct examples *examples = &test->examples;
    struct test_line line = {0};

    if (number < examples->count) {
        test_describe_example(test, &examples->items[number], &line);
        return line;
    }
    number -= examples->count;
    if (number < examples->without_count) {
        buffer_print(&line.name, "%.*s: ", TEXT_ARGS(examples->without[number]->rule.id));
        buffer_add(&line.failure, TEXT("needs at least one passing and one failing example"));
        return line;
    }
    test_describe_gap(test, &examples->gaps[number - examples->without_count], &line);
    return line;
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
    for (size_t i = 0; i < GAP_COUNT; i++)
        if (examples->gaps_of[i])
            printf("; %zu %s", examples->gaps_of[i],
                   examples->gaps_of[i] == 1 ? test_gaps[i].one : test_gaps[i].more);
    putchar('\n');
}

/* TEXT with its lines behind MARGIN, the first as it is. */
static void test_print_lines(const char *margin, struct text text)
{
    struct text line;
    bool first = true;

    while (text_cut(&text, '\n', &line)) {
        fputs(first ? "" : margin, stdout);
        report_print(stdout, line);
        putchar('\n');
        first = false;
    }
}

static void test_report_console(struct test *test)
{
    const struct examples *examples = &test->examples;

    for (size_t i = 0; i < test_line_count(test); i++) {
        struct test_line line = test_describe(test, i);

        if (line.failure.length || i >= examples->count) {
            report_print(stdout, buffer_text(&line.name));
            if (i < examples->count)
                fputs(" failed\n  ", stdout);
            test_print_lines("  ", buffer_text(&line.failure));
        }
        test_line_done(&line);
    }
    test_print_summary(examples);
}

static void test_report_tap(struct test *test)
{
    printf("TAP version 13\n1..%zu\n", test_line_count(test));
    for (size_t i = 0; i < test_line_count(test); i++) {
        struct test_line line = test_describe(test, i);

        printf("%sok %zu - ", line.failure.length ? "not " : "", i + 1);
        report_print(stdout, buffer_text(&line.name));
        putchar('\n');
        if (line.failure.length) {
            fputs("# ", stdout);
            test_print_lines("# ", buffer_text(&line.failure));
        }
        test_line_done(&line);
    }
}

static void test_report_junit(struct test *test)
{
    size_t failures = 0;

    for (size_t i = 0; i < test_line_count(test); i++) {
        struct test_line line = test_describe(test, i);

        failures += line.failure.length > 0;
        test_line_done(&line);
    }
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"krug test\"",
          stdout);
    xml_number(stdout, "tests", test_line_count(test));
    xml_number(stdout, "failures", failures);
    fputs(">\n", stdout);
    for (size_t i = 0; i < test_line_count(test); i++) {
        struct test_line line = test_describe(test, i);

        fputs("<testcase", stdout);
        xml_attribute(stdout, "name", buffer_text(&line.name));
        if (line.failure.length) {
            fputs("><failure>", stdout);
            xml_write(stdout, buffer_text(&line.failure));
            fputs("</failure></testcase>\n", stdout);
        } else {
            fputs("/>\n", stdout);
        }
        test_line_done(&line);
    }
    fputs("</testsuite>\n</testsuites>\n", stdout);
}

static int test_status(const struct test *test)
{
    const struct examples *examples = &test->examples;
    bool failed = false;

    if (!examples->count) {
        fputs("krug: there is no example and no case to run\n", stderr);
        return STATUS_TROUBLE;
    }
    for (size_t i = 0; i < GAP_COUNT; i++)
        failed |= examples->gaps_of[i] && test_gaps[i].fails;
    return failed || examples->failed || examples->without_count ? STATUS_FINDINGS : STATUS_OK;
}

/* In the order of the command's formats. */
static void (*const test_reports[])(struct test *test) = {test_report_console, test_report_tap,
                                                          test_report_junit};

static int test_run(struct test *test, const struct options *options,
                    void (*report)(struct test *test))
{
    const struct option_values *globs = &options->values[OPTION_RULE];
    const struct option_values *cases = &options->values[OPTION_CASES];
    struct workspace *workspace = &test->workspace;

    rules_select(&workspace->rules, globs->items, globs->count, &workspace->problems);
    examples_run(&test->examples, &workspace->rules, &workspace->policies, workspace->scout,
                 &(struct examples_options){.replay = true,
                                            .jobs = parallel_processors(),
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
