/*
 * The text of one file and its lines. Everything above counts in bytes; lines and columns are
 * worked out here, and only for the few places that are told to people. When the first is asked
 * for, line and column are noted for every piece of the text, so that no question looks at more
 * than a piece, whether a file is one very long line or nothing but line ends.
 *
 * Wrong UTF-8 is none of this room's business: libyaml and the JSON reader find it with its place.
 */
#include "yaml/source.h"
#include "base/memory.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a piece: what is noted of it is a thirtieth of the text. */
enum { SOURCE_PIECE = 256 };

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
    free(source->marks);
    *source = (struct source){0};
}

/* The first byte of a piece; where a piece would begin within a character, that character's. With
 * more than three bytes that go on in a row the last is of no character, and stands for itself. */
static size_t source_piece(const struct source *source, size_t piece)
{
    size_t begin = piece * SOURCE_PIECE, at = begin;

    while (begin - at < 4 && at && (source->text.at[at] & 0xc0) == 0x80)
        at--;
    return begin - at < 4 ? at : begin;
}

static size_t source_last_piece(const struct source *source)
{
    return source->text.length ? (source->text.length - 1) / SOURCE_PIECE : 0;
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

/* Behind the COUNT-th line end at or behind FROM, or behind the text. */
static size_t source_skip_lines(const struct source *source, size_t from, size_t count)
{
    const char *at = source->text.at + from, *end = source->text.at + source->text.length;

    for (; count && at < end; count--) {
        at = memchr(at, '\n', (size_t)(end - at));
        if (!at)
            return source->text.length;
        at++;
    }
    return (size_t)(at - source->text.at);
}

/* Takes MARK, which is that of FROM, on to TO. */
static void source_go_on(const struct source *source, struct source_mark *mark, size_t from,
                         size_t to)
{
    const char *at = source->text.at, *stop;

    while (from < to && (stop = memchr(at + from, '\n', to - from))) {
        from = (size_t)(stop + 1 - at);
        mark->line++;
        mark->column = 1;
    }
    mark->column += source_count(source, from, to);
}

static void source_make_marks(struct source *source)
{
    size_t last = source_last_piece(source);
    struct source_mark mark = {1, 1};

    if (source->marks)
        return;
    source->marks = memory_get((last + 1) * sizeof *source->marks);
    source->marks[0] = mark;
    for (size_t piece = 1; piece <= last; piece++) {
        source_go_on(source, &mark, source_piece(source, piece - 1), source_piece(source, piece));
        source->marks[piece] = mark;
    }
}

/* The last piece that begins at or before COLUMN of LINE. */
static size_t source_find_piece(struct source *source, size_t line, size_t column)
{
    size_t low = 0, high = source_last_piece(source) + 1;

    source_make_marks(source);
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        const struct source_mark *mark = &source->marks[middle];

        if (mark->line < line || (mark->line == line && mark->column <= column))
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Where LINE begins; the length of the text where there is none. */
static size_t source_line_start(struct source *source, size_t line)
{
    size_t piece = source_find_piece(source, line - 1, SIZE_MAX);

    if (line <= 1)
        return 0;
    return source_skip_lines(source, source_piece(source, piece), line - source->marks[piece].line);
}

struct text source_line(struct source *source, size_t line)
{
    size_t start = line ? source_line_start(source, line) : source->text.length;
    struct text text;

    if (start >= source->text.length)
        return (struct text){0};
    text = text_slice(source->text, start, source_line_start(source, line + 1));
    if (text.length && text.at[text.length - 1] == '\n')
        text.length--;
    if (text.length && text.at[text.length - 1] == '\r')
        text.length--;
    return text;
}

struct text source_line_from(struct source *source, size_t line, size_t column)
{
    struct text text = source_line(source, line);
    size_t piece = source_find_piece(source, line, column), at, size, number = 1;

    if (!text.at)
        return text;
    at = (size_t)(text.at - source->text.at);
    if (source->marks[piece].line == line) {
        at = source_piece(source, piece);
        number = source->marks[piece].column;
    }
    text = text_slice(text, at - (size_t)(text.at - source->text.at), text.length);
    for (at = 0; number < column && at < text.length; number++, at += size)
        utf8_read(text_slice(text, at, text.length), &size);
    return text_slice(text, at, text.length);
}

static struct source_mark source_find(struct source *source, size_t offset)
{
    struct text text = source->text;
    struct source_mark mark;
    size_t piece;

    source_make_marks(source);
    /* The line end, and the end of the file behind it, are told as the place behind the line. */
    if (offset >= text.length)
        offset = text.length - (text_ends(text, TEXT("\n")) || text_ends(text, TEXT("\r")));
    if (offset && offset < text.length && text.at[offset] == '\n' && text.at[offset - 1] == '\r')
        offset--;
    piece = offset / SOURCE_PIECE;
    if (piece > source_last_piece(source))
        piece = source_last_piece(source);
    mark = source->marks[piece];
    source_go_on(source, &mark, source_piece(source, piece), offset);
    return mark;
}

struct span source_span(struct source *source, size_t start, size_t end)
{
    struct source_mark from = source_find(source, start), to = from;

    if (end > start)
        to = source_find(source, end);
    return (struct span){from.line, from.column, to.line, to.column};
}
