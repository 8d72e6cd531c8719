/*
 * Ignores in manifests: `# krug: ignore RULE[, RULE] -- reason [until DATE]`, the same with
 * ignore-file, and the annotation krug.dev/ignore with `RULE[, RULE]: reason [until DATE]` on each
 * line. Here they are read, and what is no ignore is noted with the reason; whether the rules
 * exist, and what an ignore hides, is found out when the run settles. Only a file that holds the
 * words is looked at closely.
 */
#include "policy/ignores.h"
#include "base/memory.h"
#include "base/near.h"
#include "policy/workload.h"
#include "repo/resource.h"
#include <stdlib.h>

static const char ignores_annotation[] = "krug.dev/ignore";

void ignores_init(struct ignores *ignores)
{
    *ignores = (struct ignores){0};
    pthread_mutex_init(&ignores->mutex, NULL);
}

void ignores_done(struct ignores *ignores)
{
    free(ignores->items);
    arena_done(&ignores->arena);
    pthread_mutex_destroy(&ignores->mutex);
}

static int ignores_compare(const void *left, const void *right)
{
    const struct ignore *a = left, *b = right;
    int order = text_compare(a->file, b->file);

    if (!order)
        order = (a->span.line > b->span.line) - (a->span.line < b->span.line);
    if (!order)
        order = (a->span.column > b->span.column) - (a->span.column < b->span.column);
    return order ? order : text_compare(a->rule, b->rule);
}

void ignores_sort(struct ignores *ignores)
{
    if (ignores->count)
        qsort(ignores->items, ignores->count, sizeof *ignores->items, ignores_compare);
}

/* Takes a copy of IGNORE. */
static void ignores_add(struct ignores_reader *reader, struct ignore ignore)
{
    struct ignores *ignores = reader->ignores;

    if (reader->count > IGNORES_MAX)
        return;
    if (reader->count++ == IGNORES_MAX)
        ignore.wrong = TEXT("from here on ignores are not counted: a file has at most 1000 of "
                            "them; waive it in the policy");
    ignore.file = reader->source->path;
    pthread_mutex_lock(&ignores->mutex);
    ignore.rule = arena_copy(&ignores->arena, ignore.rule);
    ignore.reason = arena_copy(&ignores->arena, ignore.reason);
    if (ignore.wrong.at)
        ignore.wrong = arena_copy(&ignores->arena, ignore.wrong);
    ignores->items =
        memory_extend(ignores->items, ignores->count, &ignores->capacity, sizeof *ignores->items);
    ignores->items[ignores->count++] = ignore;
    pthread_mutex_unlock(&ignores->mutex);
}

/* ---- what an ignore says ---- */

static bool ignores_is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Cuts the last word off TEXT. */
static struct text ignores_last_word(struct text *text)
{
    size_t at = text->length;
    struct text word;

    while (at && !ignores_is_blank(text->at[at - 1]))
        at--;
    word = text_slice(*text, at, text->length);
    *text = text_trim(text_slice(*text, 0, at));
    return word;
}

/* Takes "until DATE" off the end of a reason. What begins with a digit is meant to be a day. NULL,
 * or what is wrong. */
static const char *ignores_read_until(struct ignore *ignore)
{
    struct text rest = ignore->reason, day = ignores_last_word(&rest),
                word = ignores_last_word(&rest);

    if (!text_is(word, "until") || day.at[0] < '0' || day.at[0] > '9')
        return NULL;
    ignore->until = date_read(day);
    ignore->reason = rest;
    return ignore->until ? NULL : "what stands behind `until` is no day: write YYYY-MM-DD";
}

/* Where `--` stands as a word of its own, or SIZE_MAX. */
static size_t ignores_find_dashes(struct text text)
{
    size_t at = 0;

    while ((at = text_find(text, TEXT("--"), at)) != SIZE_MAX) {
        if ((!at || ignores_is_blank(text.at[at - 1])) &&
            (at + 2 == text.length || ignores_is_blank(text.at[at + 2])))
            return at;
        at++;
    }
    return SIZE_MAX;
}

/* Reads the reason, then adds IGNORE for each of RULES, whose places SPAN tells. */
static void ignores_add_rules(struct ignores_reader *reader, struct ignore ignore,
                              struct text rules, const char *no_reason,
                              struct span (*span)(struct ignores_reader *, struct text, void *),
                              void *context)
{
    struct text whole = rules, rule;
    const char *wrong = ignores_read_until(&ignore);

    if (!wrong && !ignore.reason.length)
        wrong = no_reason;
    if (!rules.length)
        wrong = "this names no rule";
    while (text_cut(&rules, ',', &rule)) {
        ignore.rule = text_trim(rule);
        ignore.span = span(reader, ignore.rule.length ? ignore.rule : whole, context);
        ignore.wrong = text_of(wrong);
        if (!wrong && !ignore.rule.length)
            ignore.wrong = TEXT("a comma with no rule beside it");
        ignores_add(reader, ignore);
        if (wrong)
            break;
    }
}

/* ---- comments ---- */

/* The place of WORD, which stands in the source. */
static struct span ignores_span(struct ignores_reader *reader, struct text word, void *context)
{
    size_t start = word.at ? (size_t)(word.at - reader->source->text.at) : 0;
    const struct comment *comment = context;

    if (!word.length)
        return source_span(reader->source, comment->start, comment->end);
    return source_span(reader->source, start, start + word.length);
}

static void ignores_add_wrong(struct ignores_reader *reader, const struct comment *comment,
                              struct text word, struct text why)
{
    struct comment copy = *comment;

    ignores_add(reader, (struct ignore){.wrong = why,
                                        .rule = TEXT(""),
                                        .reason = TEXT(""),
                                        .span = ignores_span(reader, word, &copy)});
}

static void ignores_unknown(struct ignores_reader *reader, const struct comment *comment,
                            struct text word)
{
    struct arena scratch = {0};
    struct near near;

    near_init(&near, word);
    near_offer(&near, TEXT("ignore"));
    near_offer(&near, TEXT("ignore-file"));
    ignores_add_wrong(
        reader, comment, word,
        near.best.at
            ? arena_print(&scratch, "`%.*s` is nothing that krug knows; did you mean `%.*s`?",
                          TEXT_ARGS(word), TEXT_ARGS(near.best))
            : TEXT("behind `krug:` stands `ignore` or `ignore-file`: # krug: ignore RULE -- why"));
    arena_done(&scratch);
}

static void ignores_read_comment(struct ignores_reader *reader, struct comment *comment)
{
    struct text text =
        text_trim(text_slice(comment->text, reader->comments.word.length, comment->text.length));
    size_t length = 0, dashes;
    struct text word;
    struct ignore ignore = {
        .scope = IGNORE_LINES, .first_line = comment->first_line, .last_line = comment->last_line};

    while (length < text.length && !ignores_is_blank(text.at[length]))
        length++;
    word = text_slice(text, 0, length);
    text = text_trim(text_slice(text, length, text.length));
    if (text_is(word, "ignore-file")) {
        ignore.scope = IGNORE_FILE;
    } else if (!text_is(word, "ignore")) {
        ignores_unknown(reader, comment, word);
        return;
    }
    if (ignore.scope == IGNORE_FILE && !comment->top) {
        ignores_add_wrong(reader, comment, word,
                          TEXT("`ignore-file` stands at the top of the file, above everything but "
                               "comments"));
        return;
    }
    dashes = ignores_find_dashes(text);
    ignore.reason =
        dashes == SIZE_MAX ? TEXT("") : text_trim(text_slice(text, dashes + 2, text.length));
    ignores_add_rules(reader, ignore, text_trim(text_slice(text, 0, dashes)),
                      "this says no reason: write ` -- why` behind the rules", ignores_span,
                      comment);
}

/* ---- annotations ---- */

/* Where an annotation stands, and how far its text was found there. */
struct ignores_value {
    const struct node *node;
    size_t next;
};

/* The place of WORD where the text stands as it is read, else that of the annotation's key. */
static struct span ignores_value_span(struct ignores_reader *reader, struct text word,
                                      void *context)
{
    struct ignores_value *value = context;
    const struct node *node = value->node;
    struct text text = text_slice(reader->source->text, 0, node->end);
    size_t found = word.length ? text_find(text, word, value->next) : SIZE_MAX;

    if (found != SIZE_MAX) {
        value->next = found + word.length;
        return source_span(reader->source, found, value->next);
    }
    /* written in another way, as what follows it will be: nobody looks through all of it again */
    if (word.length)
        value->next = node->end;
    if (node->key_start == NODE_NOWHERE)
        return source_span(reader->source, node->start, node->start);
    return source_span(reader->source, node->key_start, node->key_end);
}

static void ignores_read_annotation(struct ignores_reader *reader, const struct node *node,
                                    const struct resource *resource)
{
    struct ignore ignore = {
        .scope = IGNORE_RESOURCE, .document = resource->document, .item = resource->item};
    struct ignores_value value = {node, 0};
    struct text rest = node_text(node), line, rules;

    if (!node)
        return;
    value.next = node->start;
    if (!rest.at) {
        ignore.rule = ignore.reason = TEXT("");
        ignore.span = ignores_value_span(reader, TEXT(""), &value);
        ignore.wrong = TEXT("an annotation is text: write `RULE: why` on each line");
        ignores_add(reader, ignore);
    }
    while (text_cut(&rest, '\n', &line)) {
        line = text_trim(line);
        if (!line.length)
            continue;
        ignore.reason = line;
        text_cut(&ignore.reason, ':', &rules);
        ignore.reason = ignore.reason.at ? text_trim(ignore.reason) : TEXT("");
        ignores_add_rules(reader, ignore, text_trim(rules),
                          "this says no reason: write `RULE: why`", ignores_value_span, &value);
    }
}

/* The value under the dotted PATH; NODE itself for "". */
static const struct node *ignores_follow(const struct node *node, struct text path)
{
    struct text part;

    while (path.length && text_cut(&path, '.', &part))
        node = node_find(node, part);
    return node;
}

static const struct node *ignores_find_annotation(const struct node *node)
{
    return node_at(node, "metadata", "annotations", ignores_annotation, NULL);
}

static void ignores_read_resource(struct ignores_reader *reader, const struct resource *resource)
{
    struct text template = chain_pod_template(reader->chain, resource);
    const struct node *node = ignores_find_annotation(resource->node);

    ignores_read_annotation(reader, node, resource);
    if (!template.length)
        return;
    node = ignores_find_annotation(ignores_follow(resource->node, template));
    ignores_read_annotation(reader, node, resource);
}

/* ---- one file ---- */

void ignores_begin(struct ignores_reader *reader, struct ignores *ignores, struct source *source,
                   const struct chain *chain)
{
    *reader = (struct ignores_reader){.ignores = ignores, .source = source, .chain = chain};
    if (!ignores)
        return;
    comments_init(&reader->comments, source, TEXT("krug:"));
    reader->annotations = text_find(source->text, text_of(ignores_annotation), 0) != SIZE_MAX;
}

void ignores_read(struct ignores_reader *reader, const struct document *document)
{
    struct comment comment;
    struct resource resource;

    if (reader->comments.any) {
        comments_enter(&reader->comments, document);
        while (comments_next(&reader->comments, &comment))
            ignores_read_comment(reader, &comment);
    }
    if (reader->annotations && document->root)
        for (struct resources walk = resources_of(document); resources_next(&walk, &resource);)
            ignores_read_resource(reader, &resource);
}

void ignores_end(struct ignores_reader *reader)
{
    comments_done(&reader->comments);
}
