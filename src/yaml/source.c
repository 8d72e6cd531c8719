/*
 * The text of one file and its lines. Everything above counts in bytes; lines and columns are
 * worked out here, and only for the few places that are told to people. The table of lines is built
 * when it is first needed, and a cursor makes questions in rising order cheap, also within one very
 * long line.
 *
 * Wrong UTF-8 is none of this room's business: libyaml and the JSON reader find it with its place.
 */
#include "yaml/source.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

static uint32_t source_unit(const unsigned char *at, bool big)
{
    return big ? (uint32_t)at[0] << 8 | at[1] : (uint32_t)at[1] << 8 | at[0];
}

/* TO has room for three bytes a unit: a unit becomes at most three, a pair of them four. NULL, or
 * what is wrong. */
static const char *source_transcode(struct text from, bool big, char *to, size_t *length)
{
    const unsigned char *at = (const unsigned char *)from.at;
    size_t written = 0;

    if (from.length % 2)
        return "broken UTF-16: an odd number of bytes";
    for (size_t i = 0; i < from.length; i += 2) {
        uint32_t code = source_unit(at + i, big);

        if (code >= 0xdc00 && code < 0xe000)
            return "broken UTF-16: a low surrogate without a high one before it";
        if (code >= 0xd800 && code < 0xdc00) {
            uint32_t low = i + 2 < from.length ? source_unit(at + i + 2, big) : 0;

            if (low < 0xdc00 || low >= 0xe000)
                return "broken UTF-16: a high surrogate without a low one behind it";
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            i += 2;
        }
        written += utf8_write(code, to + written);
    }
    *length = written;
    return NULL;
}

const char *source_init(struct source *source, struct text path, char *bytes, size_t length)
{
    const char *reason = NULL;
    bool big = length >= 2 && !memcmp(bytes, "\xfe\xff", 2);

    *source = (struct source){.path = path, .bytes = bytes, .text = {bytes, length}};
    if (length >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3)) {
        source->text = text_slice(source->text, 3, length);
    } else if (big || (length >= 2 && !memcmp(bytes, "\xff\xfe", 2))) {
        char *to = memory_get(length / 2 * 3 + 2);

        length -= 2;
        reason = source_transcode((struct text){bytes + 2, length}, big, to, &length);
        if (reason)
            length = 0;
        to[length] = to[length + 1] = '\0';
        source->bytes = to;
        source->text = (struct text){to, length};
        free(bytes);
    }
    return reason;
}

void source_done(struct source *source)
{
    free(source->bytes);
    free(source->lines);
    *source = (struct source){0};
}

static void source_find_lines(struct source *source)
{
    const char *at = source->text.at, *end = at + source->text.length;
    size_t capacity = 0;

    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));

        source->lines =
            memory_extend(source->lines, source->line_count, &capacity, sizeof *source->lines);
        source->lines[source->line_count++] = (uint32_t)(at - source->text.at);
        at = stop ? stop + 1 : end;
    }
    source->cursor = (struct source_cursor){0, 1, 1};
}

struct text source_line(struct source *source, size_t line)
{
    struct text text;

    if (!source->lines)
        source_find_lines(source);
    if (!line || line > source->line_count)
        return (struct text){0};
    text = text_slice(source->text, source->lines[line - 1],
                      line < source->line_count ? source->lines[line] : source->text.length);
    if (text.length && text.at[text.length - 1] == '\n')
        text.length--;
    if (text.length && text.at[text.length - 1] == '\r')
        text.length--;
    return text;
}

/* The line (from 1) that holds OFFSET, which is in the text. Looks near the cursor first. */
static uint32_t source_find_line(const struct source *source, uint32_t offset)
{
    size_t low = 0, high = source->line_count;

    if (offset >= source->cursor.offset) {
        low = source->cursor.line - 1;
        for (size_t step = 1; low + step < high; step *= 2)
            if (source->lines[low + step] > offset) {
                high = low + step;
                break;
            }
    }
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (source->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return (uint32_t)low + 1;
}

static uint32_t source_count(const struct source *source, size_t from, size_t to)
{
    const char *at = source->text.at;
    uint64_t word;
    size_t i = from;

    while (i + sizeof word <= to) {
        memcpy(&word, at + i, sizeof word);
        if (word & 0x8080808080808080)
            break;
        i += sizeof word;
    }
    return (uint32_t)(i - from + utf8_count(text_slice(source->text, i, to)));
}

static void source_seek(struct source *source, size_t wanted)
{
    struct source_cursor *cursor = &source->cursor;
    uint32_t line, start, offset;
    struct text text;

    if (!source->lines)
        source_find_lines(source);
    if (!source->line_count) {
        *cursor = (struct source_cursor){0, 1, 1};
        return;
    }
    line = source_find_line(
        source, (uint32_t)(wanted < source->text.length ? wanted : source->text.length));
    start = source->lines[line - 1];
    text = source_line(source, line);
    /* The line end, and the end of the file behind it, are told as the place behind the line. */
    offset = wanted < start + text.length ? (uint32_t)wanted : start + (uint32_t)text.length;
    if (line != cursor->line || offset < cursor->offset - (cursor->offset - start) / 2)
        *cursor = (struct source_cursor){start, line, 1};
    if (offset >= cursor->offset)
        cursor->column += source_count(source, cursor->offset, offset);
    else
        cursor->column -= source_count(source, offset, cursor->offset);
    cursor->offset = offset;
}

struct span source_span(struct source *source, size_t start, size_t end)
{
    struct span span;

    source_seek(source, start);
    span.line = source->cursor.line;
    span.column = source->cursor.column;
    source_seek(source, end < start ? start : end);
    span.end_line = source->cursor.line;
    span.end_column = source->cursor.column;
    return span;
}
