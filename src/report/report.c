/*
 * The table of output formats. Each gets the finished run and a stream; whether the stream took
 * everything, the caller looks at.
 */
#include "report/report.h"
#include "base/file.h"
#include "report/escape.h"

const struct reporter reporters[] = {
    {"console", "for people: source lines with a caret, what to do, what was checked",
     report_console},
    {"json", "one object with everything (its fields are a promise)", report_json},
    {"ndjson", "the same, an object a line", report_ndjson},
    {"sarif", "SARIF 2.1.0, for code scanning", report_sarif},
    {"github", "annotations of GitHub Actions", report_github},
    {"gitlab", "GitLab's code quality", report_gitlab},
    {"junit", "JUnit's XML, for CI servers", report_junit},
    {"tap", "Test Anything Protocol, version 13", report_tap},
    {"checkstyle", "Checkstyle's XML, for review tools", report_checkstyle},
    {"html", "a page: namespaces by rules, and every finding", report_html},
};
const size_t reporter_count = sizeof reporters / sizeof *reporters;

const struct reporter *reporter_find(struct text name)
{
    for (size_t i = 0; i < reporter_count; i++)
        if (text_is(name, reporters[i].name))
            return &reporters[i];
    return NULL;
}

/* What stands behind a line end in a name would pass for a line of krug's. */
static struct text report_one_line(struct arena *arena, struct text path)
{
    struct buffer buffer = {0};
    struct text part;

    if (text_find(path, TEXT("\n"), 0) == SIZE_MAX)
        return path;
    while (text_cut(&path, '\n', &part)) {
        buffer_add(&buffer, part);
        if (path.at)
            buffer_add(&buffer, TEXT("\\x0a"));
    }
    path = arena_copy(arena, buffer_text(&buffer));
    buffer_done(&buffer);
    return path;
}

struct text report_path(struct arena *arena, struct text root, struct text here, struct text path)
{
    if (text_is(path, "-"))
        return TEXT("standard input");
    if (here.length && root.length && !text_starts(path, TEXT("/")))
        path = path_relative(arena, path_clean(arena, path_join(arena, root, path)), here);
    return report_one_line(arena, path);
}

struct text report_top_path(struct arena *arena, const struct report_style *style, struct text path)
{
    struct text inside;

    if (text_is(path, "-") || text_starts(path, TEXT("/")) || text_equal(style->top, style->root))
        return path;
    inside = path_relative(arena, style->root, style->top);
    return path_clean(arena, path_join(arena, inside, path));
}

bool report_without_policy(const struct run *run)
{
    for (size_t i = 0; i < run->policies->count; i++)
        if (!run->policies->items[i]->built_in)
            return false;
    return true;
}

void report_print(FILE *stream, struct text text)
{
    escape_write(stream, text, NULL);
}

void report_tell(const char *format, ...)
{
    struct buffer buffer = {0};
    va_list arguments;

    va_start(arguments, format);
    buffer_vprint(&buffer, format, arguments);
    va_end(arguments);
    report_print(stderr, buffer_text(&buffer));
    buffer_done(&buffer);
}
