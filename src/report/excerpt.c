/*
 * Source lines as reports show them. Columns count characters and texts count bytes: here one
 * becomes the other.
 */
#include "report/excerpt.h"

/* Source lines longer than this are shown as a window around the place. */
enum { EXCERPT_WIDTH = 120, EXCERPT_BEFORE = 40 };

struct text excerpts_line(struct excerpts *excerpts, struct text file, size_t line)
{
    char *bytes;
    size_t length;

    if (!excerpts->path.at || !text_equal(excerpts->path, file)) {
        if (excerpts->open)
            source_done(&excerpts->source);
        excerpts->open = false;
        excerpts->path = file;
        if (!tree_read(excerpts->tree, file, &bytes, &length)) {
            excerpts->open = true;
            if (source_init(&excerpts->source, file, bytes, length))
                return (struct text){0};
        }
    }
    return excerpts->open ? source_line(&excerpts->source, line) : (struct text){0};
}

void excerpts_done(struct excerpts *excerpts)
{
    if (excerpts->open)
        source_done(&excerpts->source);
}

/* The bytes of the first COUNT characters of TEXT. */
static size_t excerpt_bytes(struct text text, size_t count)
{
    size_t at = 0, size;

    for (; count && at < text.length; count--, at += size)
        utf8_read(text_slice(text, at, text.length), &size);
    return at;
}

struct excerpt excerpt_of(struct source *source, const struct span *span)
{
    struct text line = source_line(source, span->line);
    size_t column = span->column - 1, from = 0, end = SIZE_MAX;

    if (column > EXCERPT_BEFORE && excerpt_bytes(line, EXCERPT_WIDTH) < line.length)
        from = column - EXCERPT_BEFORE;
    if (span->end_line == span->line)
        end = span->end_column - 1;
    if (end > from + EXCERPT_WIDTH)
        end = from + EXCERPT_WIDTH;
    if (end < column)
        end = column;
    line = source_line_from(source, span->line, from + 1);
    return (struct excerpt){
        .shown = text_slice(line, 0, excerpt_bytes(line, EXCERPT_WIDTH)),
        .start = excerpt_bytes(line, column - from),
        .stop = excerpt_bytes(line, end - from),
        .cut = from > 0,
    };
}

struct text excerpt_head(struct text line)
{
    return text_slice(line, 0, excerpt_bytes(line, EXCERPT_WIDTH));
}
