/*
 * The table of output formats. Each gets the finished run and a stream; whether the stream took
 * everything, the caller looks at.
 */
#include "report/report.h"
#include "base/file.h"

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

void report_print(FILE *stream, struct text text)
{
    for (size_t i = 0, size; i < text.length; i += size) {
        uint32_t code = utf8_read(text_slice(text, i, text.length), &size);

        if (code == '\n' || code == '\t')
            fputc((int)code, stream);
        else if (code < 0x20 || code == 0x7f)
            fprintf(stream, "\\x%02x", (unsigned)code);
        else if ((code >= 0x80 && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
                 (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069))
            fprintf(stream, "\\u%04x", (unsigned)code); /* C1 controls, line and bidi marks */
        else if (code == 0xfffd)
            fputs("\xef\xbf\xbd", stream);
        else
            fwrite(text.at + i, 1, size, stream);
    }
}
