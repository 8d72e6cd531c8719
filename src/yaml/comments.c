/*
 * Comments. libyaml throws them away, so they are found in the source again: a `#` at the start of
 * a line or behind a blank begins one, unless it stands in a scalar, and where the scalars are the
 * node tree knows. Only what begins with a given word is looked for, by a byte search; the ranges
 * of a document's scalars are put together when its first candidate asks for them.
 */
#include "yaml/comments.h"
#include "base/memory.h"
#include "yaml/place.h"
#include <stdlib.h>
#include <string.h>

/* The text of a scalar. HEADER: where the indicator of a block scalar stands; else NODE_NOWHERE. */
struct comment_range {
    uint32_t start, end, header;
};

static uint32_t comments_line_end(struct text text, size_t from)
{
    size_t end = text_find(text, TEXT("\n"), from);

    return (uint32_t)(end == SIZE_MAX ? text.length : end);
}

/* The same as libyaml ends lines. */
static uint32_t comments_break(struct text text, uint32_t from)
{
    struct place place = {.text = text, .end = (uint32_t)text.length};

    while (from < place.end && !place_is_break(&place, from))
        from++;
    return from;
}

static uint32_t comments_find_top(struct text text)
{
    size_t at = 0;

    while (at < text.length) {
        size_t end = comments_line_end(text, at);
        struct text line = text_trim(text_slice(text, at, end));

        if (line.length && line.at[0] != '#' && !text_starts(line, TEXT("---")))
            break;
        at = end + 1;
    }
    return (uint32_t)(at < text.length ? at : text.length);
}

static bool comments_is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Where the next # stands that WORD follows, with only blanks between, or SIZE_MAX. There are few #
 * in a manifest, and memchr looks at many bytes at once. */
static size_t comments_find(struct text text, struct text word, size_t from)
{
    const char *at = text.at + from, *end = text.at + text.length;

    for (; at < end && (at = memchr(at, '#', (size_t)(end - at))); at++) {
        const char *behind = at + 1;

        while (behind < end && comments_is_blank(*behind))
            behind++;
        if ((size_t)(end - behind) >= word.length && !memcmp(behind, word.at, word.length))
            return (size_t)(at - text.at);
    }
    return SIZE_MAX;
}

void comments_init(struct comments *comments, struct source *source, struct text word)
{
    *comments = (struct comments){.source = source, .word = word};
    comments->any = comments_find(source->text, word, 0) != SIZE_MAX;
    if (comments->any)
        comments->top = comments_find_top(source->text);
}

void comments_done(struct comments *comments)
{
    free(comments->ranges);
    *comments = (struct comments){0};
}

void comments_enter(struct comments *comments, const struct document *document)
{
    uint32_t start = document->separator_start;

    comments->document = document;
    comments->next = start == NODE_NOWHERE ? document->start : start;
    comments->end = document->json ? comments->next : document->end;
    if (!document->root && comments->end > comments->top)
        comments->end = comments->top;
    comments->count = 0;
    comments->ranged = false;
}

static void comments_add_range(struct comments *comments, uint32_t start, uint32_t end,
                               uint32_t header)
{
    if (end <= start)
        return;
    comments->ranges = memory_extend(comments->ranges, comments->count, &comments->capacity,
                                     sizeof *comments->ranges);
    comments->ranges[comments->count++] = (struct comment_range){start, end, header};
}

static void comments_add_node(struct comments *comments, const struct node *node)
{
    bool block = node->style == STYLE_LITERAL || node->style == STYLE_FOLDED;
    uint32_t start = node->start;

    if (node->key.at && node->key_start != NODE_NOWHERE)
        comments_add_range(comments, node->key_start, node->key_end, NODE_NOWHERE);
    /* An alias repeats a range that is told by the value it names. */
    if (node->type == NODE_MAP || node->type == NODE_LIST || node->alias_start != NODE_NOWHERE)
        return;
    if (block) /* behind the indicator a comment may stand */
        start = comments_break(comments->source->text, start);
    comments_add_range(comments, start, node->end, block ? node->start : NODE_NOWHERE);
}

static int comments_compare(const void *left, const void *right)
{
    const struct comment_range *a = left, *b = right;

    return (a->start > b->start) - (a->start < b->start);
}

static void comments_add_tree(struct comments *comments, const struct node *root)
{
    for (struct node_walk walk = node_walk(root); walk.node; node_walk_next(&walk))
        comments_add_node(comments, walk.node);
}

static void comments_find_ranges(struct comments *comments)
{
    const struct document *document = comments->document;

    comments->ranged = true;
    if (document->root)
        comments_add_tree(comments, document->root);
    for (const struct node *lost = document->lost; lost; lost = lost->next)
        comments_add_tree(comments, lost);
    if (comments->count)
        qsort(comments->ranges, comments->count, sizeof *comments->ranges, comments_compare);
}

/* The last range that begins at or before OFFSET; or NULL. */
static const struct comment_range *comments_range(const struct comments *comments, uint32_t offset)
{
    size_t low = 0, high = comments->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (comments->ranges[middle].start <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &comments->ranges[low - 1] : NULL;
}

/* Whether the # at START begins a comment. */
static bool comments_begins(struct comments *comments, uint32_t start)
{
    struct text text = comments->source->text;
    const struct comment_range *range;

    if (start && !comments_is_blank(text.at[start - 1]) && text.at[start - 1] != '\n')
        return false;
    if (!comments->ranged)
        comments_find_ranges(comments);
    range = comments_range(comments, start);
    return !range || start >= range->end;
}

/* The first line below LINE that is not only a comment. */
static uint32_t comments_below(struct comments *comments, uint32_t line)
{
    struct text text;

    if (comments->below > line)
        return comments->below;
    do
        text = text_trim(source_line(comments->source, ++line));
    while (text.length && text.at[0] == '#');
    comments->below = line;
    return line;
}

/* Goes on to the end of the block scalar that begins on the last line, if one does. */
static void comments_extend(struct comments *comments, struct comment *comment)
{
    struct text line = source_line(comments->source, comment->last_line);
    const struct comment_range *range;
    uint32_t end;

    if (!line.at)
        return;
    end = (uint32_t)(line.at + line.length - comments->source->text.at);
    /* its text begins with the line end behind the indicator, or with the CR before that */
    range = comments_range(comments, end + 1);
    if (range && range->header != NODE_NOWHERE && range->header < end && range->start >= end)
        comment->last_line = source_span(comments->source, range->end, range->end).line;
}

static void comments_place(struct comments *comments, struct comment *comment)
{
    uint32_t line = source_span(comments->source, comment->start, comment->start).line;
    struct text whole = text_trim(source_line(comments->source, line));

    if (whole.at == comments->source->text.at + comment->start)
        line = comments_below(comments, line);
    comment->first_line = comment->last_line = line;
    comments_extend(comments, comment);
}

bool comments_next(struct comments *comments, struct comment *comment)
{
    struct text text = comments->source->text;

    while (comments->any && comments->next < comments->end) {
        size_t found =
            comments_find(text_slice(text, 0, comments->end), comments->word, comments->next);

        if (found == SIZE_MAX)
            break;
        comments->next = (uint32_t)found + 1;
        if (!comments_begins(comments, (uint32_t)found))
            continue;
        comments->next = comments_line_end(text, found);
        *comment = (struct comment){.start = (uint32_t)found, .end = comments->next};
        comment->text = text_trim(text_slice(text, found + 1, comment->end));
        comment->top = comment->start < comments->top;
        comments_place(comments, comment);
        return true;
    }
    comments->next = comments->end;
    return false;
}
