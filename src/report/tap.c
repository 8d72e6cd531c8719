/*
 * The Test Anything Protocol, version 13: a line for each rule, or each file in which a rule found
 * something, with the findings as a block of YAML. Texts in it are JSON strings of ASCII escapes,
 * which YAML reads, so that no line of a message can pass for one of the protocol.
 */
#include "base/json.h"
#include "report/cases.h"
#include "report/escape.h"
#include "report/words.h"

/* `#` begins a directive, and a line end ends the test. */
static const char *tap_description(uint32_t code)
{
    switch (code) {
    case '#':
        return "\\#";
    case '\\':
        return "\\\\";
    case '\n':
    case '\t':
        return " ";
    default:
        return NULL;
    }
}

static void tap_value(FILE *stream, const char *name, struct text text)
{
    struct json json = {stream, false, false};

    fputs(name, stream);
    json_write_text(&json, text);
    fputc('\n', stream);
}

static void tap_finding(FILE *stream, const struct report_style *style,
                        const struct finding *finding)
{
    struct buffer text = {0};

    words_place(&text, style, finding->file, finding->span);
    tap_value(stream, "    - place: ", buffer_text(&text));
    buffer_done(&text);
    fprintf(stream, "      level: %s\n", level_name(finding->level));
    if (finding->hiding) {
        words_hidden_by(&text, style, finding->hiding);
        tap_value(stream, "      hidden_by: ", buffer_text(&text));
        buffer_done(&text);
    }
    words_finding(&text, style, finding, "\n");
    tap_value(stream, "      message: ", buffer_text(&text));
    buffer_done(&text);
}

static void tap_problem(FILE *stream, const struct report_style *style,
                        const struct problem *problem)
{
    struct span span = {problem->line, problem->column, 0, 0};
    struct buffer text = {0};

    fputs("  ---\n  problem:\n", stream);
    if (problem->file.length) {
        words_place(&text, style, problem->file, span);
        tap_value(stream, "    place: ", buffer_text(&text));
        buffer_done(&text);
    }
    tap_value(stream, "    message: ", problem->message);
    fputs("  ...\n", stream);
}

static void tap_name(FILE *stream, const struct report_style *style, const struct report_case *item)
{
    struct arena arena = {0};

    if (item->problem) {
        fputs("krug could not do all of its work", stream);
        return;
    }
    escape_write(stream, item->group->id, tap_description);
    fputs(": ", stream);
    if (item->file.at)
        escape_write(stream, report_top_path(&arena, style, item->file), tap_description);
    else
        escape_write(stream, item->group->rule->title, tap_description);
    if (case_skipped(item))
        fprintf(stream, " # SKIP %s", case_skipped(item));
    arena_done(&arena);
}

static void tap_findings(FILE *stream, const struct report_style *style,
                         const struct report_case *item)
{
    if (!item->count && !item->hidden_count)
        return;
    fputs("  ---\n", stream);
    if (item->count)
        fputs("  findings:\n", stream);
    for (size_t i = 0; i < item->count; i++)
        tap_finding(stream, style, item->findings[i]);
    if (item->hidden_count)
        fputs("  hidden:\n", stream);
    for (size_t i = 0; i < item->hidden_count; i++)
        tap_finding(stream, style, item->hidden[i]);
    fputs("  ...\n", stream);
}

void report_tap(const struct run *run, const struct report_style *style, FILE *stream)
{
    struct cases cases;

    cases_init(&cases, run, style);
    fprintf(stream, "TAP version 13\n1..%zu%s\n", cases.count,
            cases.count ? "" : " # SKIP no rule was run");
    for (size_t i = 0; i < cases.count; i++) {
        const struct report_case *item = &cases.items[i];

        fprintf(stream, "%s %zu - ", item->failed ? "not ok" : "ok", i + 1);
        tap_name(stream, style, item);
        fputc('\n', stream);
        if (item->problem)
            tap_problem(stream, style, item->problem);
        tap_findings(stream, style, item);
    }
    cases_done(&cases);
}
