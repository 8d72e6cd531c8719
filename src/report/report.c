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
};
const size_t reporter_count = sizeof reporters / sizeof *reporters;

const struct reporter *reporter_find(struct text name)
{
    for (size_t i = 0; i < reporter_count; i++)
        if (text_is(name, reporters[i].name))
            return &reporters[i];
    return NULL;
}

struct text report_path(struct arena *arena, struct text root, struct text here, struct text path)
{
    if (text_is(path, "-"))
        return TEXT("standard input");
    if (!here.length || !root.length || text_starts(path, TEXT("/")))
        return path;
    return path_relative(arena, path_clean(arena, path_join(arena, root, path)), here);
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
