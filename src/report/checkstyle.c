/*
 * The XML of Checkstyle, which many a review tool reads: a file with its errors. A problem is an
 * error of the file that it names, or of ".", so that a run that could not do its work is never an
 * empty report.
 */
#include "report/words.h"
#include "report/xml.h"

struct checkstyle {
    const struct report_style *style;
    FILE *stream;
    struct arena arena;
    struct text file; /* whose element is open; at == NULL: none is */
};

static const char *const checkstyle_severities[] = {
    [LEVEL_INFO] = "info", [LEVEL_WARN] = "warning", [LEVEL_ERROR] = "error"};

static void checkstyle_file(struct checkstyle *checkstyle, struct text file)
{
    if (checkstyle->file.at && text_equal(checkstyle->file, file))
        return;
    if (checkstyle->file.at)
        fputs(" </file>\n", checkstyle->stream);
    arena_reset(&checkstyle->arena);
    checkstyle->file = file;
    if (!file.at)
        return;
    fputs(" <file", checkstyle->stream);
    xml_attribute(checkstyle->stream, "name",
                  report_top_path(&checkstyle->arena, checkstyle->style, file));
    fputs(">\n", checkstyle->stream);
}

static void checkstyle_error(struct checkstyle *checkstyle, uint32_t line, uint32_t column,
                             const char *severity, struct text message, struct text source)
{
    FILE *stream = checkstyle->stream;

    fputs("  <error", stream);
    xml_number(stream, "line", words_line(line));
    if (column)
        xml_number(stream, "column", column);
    xml_attribute(stream, "severity", text_of(severity));
    xml_attribute(stream, "message", message);
    xml_attribute(stream, "source", source);
    fputs("/>\n", stream);
}

void report_checkstyle(const struct run *run, const struct report_style *style, FILE *stream)
{
    struct checkstyle checkstyle = {.style = style, .stream = stream};

    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"10.0\">\n", stream);
    for (size_t i = 0; i < run->findings.count; i++) {
        const struct finding *finding = &run->findings.items[i];
        struct buffer message = {0};

        checkstyle_file(&checkstyle, finding->file);
        words_finding(&message, style, finding, "\n");
        checkstyle_error(&checkstyle, finding->span.line, finding->span.column,
                         checkstyle_severities[finding->level], buffer_text(&message),
                         finding->rule);
        buffer_done(&message);
    }
    for (size_t i = 0; i < run->problems->count; i++) {
        const struct problem *problem = &run->problems->items[i];

        checkstyle_file(&checkstyle, problem->file.length ? problem->file : TEXT("."));
        checkstyle_error(&checkstyle, problem->line, problem->column, "error", problem->message,
                         problem->rule.at ? problem->rule : TEXT("krug/problem"));
    }
    checkstyle_file(&checkstyle, (struct text){0});
    fputs("</checkstyle>\n", stream);
    arena_done(&checkstyle.arena);
}
