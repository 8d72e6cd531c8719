/*
 * Where one document ends and the next begins, to Kubernetes: apimachinery's YAMLReader cuts the
 * file at lines that start with ---, before any YAML is read, and knows only LF. A --- line that
 * has nothing before it stays with what follows. libyaml never sees the file as a whole.
 */
#include "yaml/build.h"
#include <string.h>

/* What Go's unicode.IsSpace takes for a blank, as far as it may stand behind a separator. */
static bool chunk_is_space(uint32_t code)
{
    return code == ' ' || (code >= '\t' && code <= '\r') || code == 0x85 || code == 0xa0 ||
           code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
           code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

/* The end of the line at START, its LF included. */
static uint32_t chunk_line_end(struct text text, uint32_t start)
{
    const char *stop = memchr(text.at + start, '\n', text.length - start);

    return (uint32_t)(stop ? stop + 1 - text.at : (ptrdiff_t)text.length);
}

/* Whether the line from START, which begins with ---, may go on as it does: blank or with a
 * comment. */
static bool chunk_is_separator(struct text text, uint32_t start)
{
    uint32_t end = chunk_line_end(text, start);
    size_t size;

    for (size_t i = start + 3; i < end; i += size) {
        uint32_t code = utf8_read(text_slice(text, i, end), &size);

        if (!chunk_is_space(code))
            return code == '#';
    }
    return true;
}

/* Takes a --- line at the start of CHUNK for its separator where libyaml does so as well: to it
 * ---#x is content. */
static void chunk_own_separator(struct text text, struct chunk *chunk, uint32_t end)
{
    uint32_t behind = chunk->start + 3;

    if (behind < text.length && !strchr(" \t\r\n", text.at[behind]))
        return;
    chunk->separator_start = chunk->start;
    chunk->separator_end = end;
}

/* The first line from the line end at FROM on that starts with ---, or the end of the text. */
static uint32_t chunk_find(struct text text, uint32_t from)
{
    const char *at = text.at + from, *end = text.at + text.length;

    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))))
        if (end - ++at >= 3 && !memcmp(at, "---", 3))
            return (uint32_t)(at - text.at);
    return (uint32_t)text.length;
}

bool chunk_next(struct loader *loader, struct chunk *chunk)
{
    struct text text = loader->source->text;
    uint32_t start = loader->position, from = start;

    if (start >= text.length)
        return false;
    *chunk = (struct chunk){
        .start = start,
        .separator_start = loader->separator_start,
        .separator_end = loader->separator_end,
    };
    loader->separator_start = loader->separator_end = NODE_NOWHERE;
    if (text_starts(text_slice(text, start, text.length), TEXT("---"))) {
        uint32_t end = chunk_line_end(text, start);

        if (!chunk_is_separator(text, start)) {
            loader->position = chunk->end = end;
            chunk->wrong_separator = true;
            return true;
        }
        chunk_own_separator(text, chunk, end);
        /* Its line end: another separator may stand right behind. */
        from = end - 1;
    }
    loader->position = chunk->end = chunk_find(text, from);
    if (chunk->end < text.length && chunk_is_separator(text, chunk->end)) {
        loader->separator_start = chunk->end;
        loader->separator_end = loader->position = chunk_line_end(text, chunk->end);
    }
    return true;
}
