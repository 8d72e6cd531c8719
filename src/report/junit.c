/*
 * JUnit's XML, as CI servers read it: a suite for each rule, a test for each file in which it found
 * something, and a suite `krug` with the problems. Findings below --fail-on and hidden ones are
 * told as the output of a test that passed or was skipped.
 */
#include "report/cases.h"
#include "report/words.h"
#include "report/xml.h"
#include <assert.h>

struct junit_counts {
    size_t tests, failures, errors, skipped;
};

static struct junit_counts junit_count(const struct report_case *items, size_t count)
{
    struct junit_counts counts = {.tests = count};

    for (size_t i = 0; i < count; i++) {
        counts.errors += items[i].problem != NULL;
        counts.failures += !items[i].problem && items[i].failed;
        counts.skipped += case_skipped(&items[i]) != NULL;
    }
    return counts;
}

static void junit_write_counts(FILE *stream, struct junit_counts counts)
{
    xml_number(stream, "tests", counts.tests);
    xml_number(stream, "failures", counts.failures);
    xml_number(stream, "errors", counts.errors);
    xml_number(stream, "skipped", counts.skipped);
}

/* COUNT findings: place, level, words, and what hides them. */
static void junit_findings(FILE *stream, const struct report_style *style,
                           const struct finding *const *findings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct finding *finding = findings[i];
        struct buffer text = {0};

        words_place(&text, style, finding->file, finding->span);
        buffer_print(&text, ": %s: ", level_name(finding->level));
        words_finding(&text, style, finding, "\n  ");
        if (finding->hiding) {
            buffer_add(&text, TEXT("\n  hidden by the "));
            words_hidden_by(&text, style, finding->hiding);
        }
        buffer_byte(&text, '\n');
        xml_write(stream, buffer_text(&text));
        buffer_done(&text);
    }
}

static void junit_problem(FILE *stream, const struct report_style *style,
                          const struct problem *problem)
{
    struct span span = {problem->line, problem->column, 0, 0};
    struct text first = problem->message, rest = problem->message;
    struct buffer text = {0};

    text_cut(&rest, '\n', &first);
    fputs("<error", stream);
    xml_attribute(stream, "message", first);
    xml_attribute(stream, "type", TEXT("problem"));
    fputc('>', stream);
    if (problem->file.length) {
        words_place(&text, style, problem->file, span);
        buffer_add(&text, TEXT(": "));
    }
    buffer_add(&text, problem->message);
    xml_write(stream, buffer_text(&text));
    buffer_done(&text);
    fputs("</error>", stream);
}

static void junit_failure(FILE *stream, const struct report_style *style,
                          const struct report_case *item)
{
    const struct finding *worst = item->findings[0];

    for (size_t i = 1; i < item->count; i++)
        if (item->findings[i]->level > worst->level)
            worst = item->findings[i];
    fputs("<failure", stream);
    xml_attribute(stream, "message", worst->message);
    xml_attribute(stream, "type", text_of(level_name(worst->level)));
    fputc('>', stream);
    junit_findings(stream, style, item->findings, item->count);
    fputs("</failure>", stream);
}

static void junit_result(FILE *stream, const struct report_style *style,
                         const struct report_case *item)
{
    size_t told = item->failed ? 0 : item->count;

    if (item->problem)
        junit_problem(stream, style, item->problem);
    else if (item->failed)
        junit_failure(stream, style, item);
    if (case_skipped(item)) {
        fputs("<skipped", stream);
        xml_attribute(stream, "message", text_of(case_skipped(item)));
        fputs("/>", stream);
    }
    if (told + item->hidden_count == 0)
        return;
    fputs("<system-out>", stream);
    junit_findings(stream, style, item->findings, told);
    junit_findings(stream, style, item->hidden, item->hidden_count);
    fputs("</system-out>", stream);
}

/* Names stay the same from run to run, since servers compare tests by them. */
static void junit_case(FILE *stream, const struct report_style *style,
                       const struct report_case *item)
{
    struct arena arena = {0};
    struct text file, suite, name;

    if (item->problem) {
        file = item->problem->file;
        suite = TEXT("krug");
        name = TEXT("the run");
    } else {
        assert(item->group);
        file = item->file;
        suite = item->group->id;
        name = item->group->rule->title;
    }
    if (file.length)
        file = report_top_path(&arena, style, file);
    fputs("  <testcase", stream);
    xml_attribute(stream, "classname", suite);
    xml_attribute(stream, "name", file.length ? file : name);
    if (file.length)
        xml_attribute(stream, "file", file);
    fputc('>', stream);
    junit_result(stream, style, item);
    fputs("</testcase>\n", stream);
    arena_done(&arena);
}

static void junit_suite(FILE *stream, const struct report_style *style,
                        const struct report_case *items, size_t count)
{
    fputs(" <testsuite", stream);
    xml_attribute(stream, "name", items->group ? items->group->id : TEXT("krug"));
    junit_write_counts(stream, junit_count(items, count));
    fputs(">\n", stream);
    for (size_t i = 0; i < count; i++)
        junit_case(stream, style, &items[i]);
    fputs(" </testsuite>\n", stream);
}

void report_junit(const struct run *run, const struct report_style *style, FILE *stream)
{
    struct cases cases;

    cases_init(&cases, run, style);
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"krug\"", stream);
    junit_write_counts(stream, junit_count(cases.items, cases.count));
    fprintf(stream, " time=\"%.3f\">\n", run->summary.seconds);
    for (size_t i = 0, count; i < cases.count; i += count) {
        count = 1;
        while (i + count < cases.count && cases.items[i + count].group == cases.items[i].group)
            count++;
        junit_suite(stream, style, cases.items + i, count);
    }
    fputs("</testsuites>\n", stream);
    cases_done(&cases);
}
