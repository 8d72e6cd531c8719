/*
 * Annotations of GitHub Actions: a workflow command for each finding and problem. The runner splits
 * a command at `::` and its properties at `,`, and takes back exactly these escapes: %25, %0D and
 * %0A, in properties %3A and %2C too.
 */
#include "report/escape.h"
#include "report/words.h"

static const char *github_data(uint32_t code)
{
    switch (code) {
    case '%':
        return "%25";
    case '\r':
        return "%0D";
    case '\n':
        return "%0A";
    default:
        return NULL;
    }
}

static const char *github_value(uint32_t code)
{
    switch (code) {
    case ':':
        return "%3A";
    case ',':
        return "%2C";
    default:
        return github_data(code);
    }
}

static const char *const github_commands[] = {
    [LEVEL_INFO] = "notice", [LEVEL_WARN] = "warning", [LEVEL_ERROR] = "error"};

static void github_property(FILE *stream, const char *separator, const char *name,
                            struct text value)
{
    fprintf(stream, "%s%s=", separator, name);
    escape_write(stream, value, github_value);
}

/* GitHub takes columns only for a place within one line. */
static void github_span(FILE *stream, struct span span)
{
    if (!span.line)
        return;
    fprintf(stream, ",line=%u,endLine=%u", span.line,
            span.end_line < span.line ? span.line : span.end_line);
    if (span.end_line <= span.line && span.column)
        fprintf(stream, ",col=%u,endColumn=%u", span.column,
                span.end_column > span.column ? span.end_column : span.column);
}

static void github_command(FILE *stream, enum level level, struct text file, struct span span,
                           struct text title, struct text message)
{
    fprintf(stream, "::%s", github_commands[level]);
    github_property(stream, " ", "title", title);
    if (file.length && !text_is(file, "-")) {
        github_property(stream, ",", "file", file);
        github_span(stream, span);
    }
    fputs("::", stream);
    escape_write(stream, message, github_data);
    fputc('\n', stream);
}

static void github_finding(const struct report_style *style, FILE *stream,
                           const struct finding *finding)
{
    struct buffer message = {0};
    struct arena arena = {0};

    words_finding(&message, style, finding, "\n");
    github_command(stream, finding->level, report_top_path(&arena, style, finding->file),
                   finding->span, finding->rule, buffer_text(&message));
    buffer_done(&message);
    arena_done(&arena);
}

static void github_problem(const struct report_style *style, FILE *stream,
                           const struct problem *problem)
{
    struct span span = {problem->line, problem->column, problem->line, problem->column};
    struct arena arena = {0};
    struct text file = problem->file;

    if (file.length)
        file = report_top_path(&arena, style, file);
    github_command(stream, LEVEL_ERROR, file, span, TEXT("krug could not do all of its work"),
                   problem->message);
    arena_done(&arena);
}

void report_github(const struct run *run, const struct report_style *style, FILE *stream)
{
    for (size_t i = 0; i < run->findings.count; i++)
        github_finding(style, stream, &run->findings.items[i]);
    for (size_t i = 0; i < run->problems->count; i++)
        github_problem(style, stream, &run->problems->items[i]);
}
