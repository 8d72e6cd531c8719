/*
 * What the fuzz targets share: memory of exactly the size that krug promises itself, so that the
 * sanitizers see the first byte too many, and comparisons of what was read.
 */
#include "fuzz.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_fail(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: this does not hold: %s\n", file, line, condition);
    abort();
}

char *fuzz_copy(struct text text)
{
    char *copy = malloc(text.length + 2);

    FUZZ_CHECK(copy);
    if (text.length)
        memcpy(copy, text.at, text.length);
    copy[text.length] = copy[text.length + 1] = '\0';
    return copy;
}

struct text fuzz_cut(struct text *rest, struct text mark)
{
    size_t at = text_find(*rest, mark, 0);
    struct text part = text_slice(*rest, 0, at);

    *rest = at == SIZE_MAX ? (struct text){0} : text_slice(*rest, at + mark.length, rest->length);
    return part;
}

size_t fuzz_find_break(struct text text, size_t from)
{
    static const char *const breaks[] = {"\n", "\r", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};
    size_t end = text.length;

    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++) {
        size_t found = text_find(text, text_of(breaks[i]), from);

        end = found < end ? found : end;
    }
    return end;
}

bool fuzz_file_init(struct fuzz_file *file, struct text text)
{
    const char *error = source_init(&file->source, TEXT("f"), fuzz_copy(text), text.length);

    loader_init(&file->loader, &file->source);
    return !error;
}

void fuzz_file_done(struct fuzz_file *file)
{
    loader_done(&file->loader);
    source_done(&file->source);
}

static double fuzz_number(const struct node *node)
{
    return node->type == NODE_INTEGER    ? (double)node->integer
           : node->type == NODE_UNSIGNED ? (double)node->unsigned_integer
                                         : node->number;
}

static bool fuzz_same_value(const struct node *a, const struct node *b)
{
    if (strcmp(node_type_name(a->type), node_type_name(b->type)) || a->count != b->count ||
        !text_equal(a->key, b->key))
        return false;
    switch ((enum node_type)a->type) {
    case NODE_BOOL:
        return a->boolean == b->boolean;
    case NODE_INTEGER:
    case NODE_UNSIGNED:
    case NODE_FLOAT:
        return fuzz_number(a) == fuzz_number(b);
    case NODE_STRING:
        return text_equal(a->text, b->text);
    default:
        return true;
    }
}

bool fuzz_same(const struct node *a, const struct node *b)
{
    struct node_walk left = node_walk(a), right = node_walk(b);

    while (left.node && right.node) {
        if (left.depth != right.depth || !fuzz_same_value(left.node, right.node))
            return false;
        node_walk_next(&left);
        node_walk_next(&right);
    }
    return !left.node && !right.node;
}

size_t fuzz_depth(const struct node *root)
{
    size_t depth = 0;

    for (struct node_walk walk = node_walk(root); walk.node; node_walk_next(&walk))
        depth = walk.depth > depth ? walk.depth : depth;
    return depth;
}

size_t fuzz_lines(const struct source *source)
{
    size_t count = source->text.length && source->text.at[source->text.length - 1] != '\n';

    for (size_t i = 0; i < source->text.length; i++)
        count += source->text.at[i] == '\n';
    return count;
}

static bool fuzz_in_line(struct source *source, uint32_t line, uint32_t column)
{
    return line >= 1 && (line <= fuzz_lines(source) || (line == 1 && !source->text.length)) &&
           column >= 1 && column <= utf8_count(source_line(source, line)) + 1;
}

bool fuzz_in_source(struct source *source, struct span span)
{
    return fuzz_in_line(source, span.line, span.column) &&
           fuzz_in_line(source, span.end_line, span.end_column) &&
           (span.line < span.end_line ||
            (span.line == span.end_line && span.column <= span.end_column));
}
