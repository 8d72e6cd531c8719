/*
 * From a file to its documents, in the order and by the rules of kubectl: JSON first where the file
 * begins with {, else, or where that breaks off early, YAML chunk by chunk. A chunk that is refused
 * is told and the next one is read, though kubectl would stop: a linter has more to say.
 */
#include "yaml/load.h"
#include "yaml/build.h"
#include <string.h>

/* How far Kubernetes looks for the { of JSON: the size that kubectl gives NewYAMLOrJSONDecoder. */
enum { LOAD_SNIFF = 4096 };

const char *note_kind_name(enum note_kind kind)
{
    static const char *const names[] = {
        [NOTE_DUPLICATE_KEY] = "duplicate-key",
        [NOTE_AMBIGUOUS_SCALAR] = "ambiguous-scalar",
        [NOTE_MERGE_OVERRIDE] = "merge-override",
        [NOTE_DROPPED_REMAINDER] = "dropped-remainder",
        [NOTE_JSON_FALLBACK] = "json-fallback",
        [NOTE_TAB] = "tab",
        [NOTE_SECOND_RESOURCE] = "second-resource",
        [NOTE_ALIAS] = "alias",
        [NOTE_MERGE] = "merge",
    };

    return names[kind];
}

static bool load_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool load_is_json(struct text text)
{
    size_t i = 0;

    while (i < text.length && i < LOAD_SNIFF && load_is_space(text.at[i]))
        i++;
    return i < text.length && i < LOAD_SNIFF && text.at[i] == '{';
}

void loader_init(struct loader *loader, struct source *source)
{
    struct text text = source->text;

    *loader = (struct loader){
        .source = source,
        .separator_start = NODE_NOWHERE,
        .separator_end = NODE_NOWHERE,
    };
    /* The spare byte behind the text ends the last line; the text itself stays as it is. */
    if (text.length)
        source->bytes[text.at - source->bytes + (ptrdiff_t)text.length] = '\n';
    loader->json = load_is_json(text);
}

void loader_done(struct loader *loader)
{
    arena_done(&loader->arena);
}

/* Looks at the comments above the content of DOCUMENT. */
static void load_prelude(struct text text, struct document *document)
{
    static const char source[] = "# Source: ";
    struct text rest = text_slice(text, document->start, document->end), line;

    while (!document->origin.at && text_cut(&rest, '\n', &line)) {
        line = text_trim(line);
        if (line.length && *line.at != '#')
            return;
        if (text_starts(line, text_of(source)))
            document->origin = text_trim(text_slice(line, sizeof source - 1, line.length));
    }
}

/* The --- line that is none, as document that is refused. */
static bool load_wrong_separator(struct build *build, const struct chunk *chunk)
{
    struct text line = text_trim(text_slice(build->text, chunk->start, chunk->end));
    struct text behind = text_trim(text_slice(line, 3, line.length));

    return build_refuse(
        build, chunk->start, chunk->start + (uint32_t)line.length,
        "invalid Yaml document separator: %.*s",
        TEXT_ARGS(build_quote(build, (uint32_t)(behind.at - build->text.at),
                              (uint32_t)(behind.at - build->text.at) + (uint32_t)behind.length)));
}

static bool load_chunk(struct build *build, const struct chunk *chunk)
{
    struct document *document = build->document;
    bool own = chunk->separator_start != NODE_NOWHERE && chunk->separator_start >= chunk->start;

    document->start = own ? chunk->separator_end : chunk->start;
    document->end = chunk->end;
    document->separator_start = chunk->separator_start;
    document->separator_end = chunk->separator_end;
    if (chunk->wrong_separator)
        return load_wrong_separator(build, chunk);
    if (chunk->end - chunk->start > LOAD_DOCUMENT_MAX) {
        document->too_large = true;
        return build_refuse_at(build, document->start, "larger than %d MiB",
                               LOAD_DOCUMENT_MAX >> 20);
    }
    load_prelude(build->text, document);
    if (!yaml_read(build, chunk))
        return false;
    if (!document->root)
        document->root = build_value(build, document->start);
    return true;
}

static bool load_yaml(struct loader *loader, struct document *document)
{
    struct build build;
    struct chunk chunk;

    if (!chunk_next(loader, &chunk))
        return false;
    build_init(&build, &loader->arena, document, loader->source->text);
    if (!load_chunk(&build, &chunk))
        document->root = NULL;
    build_done(&build);
    return true;
}

/* YAMLOrJSONDecoder.consumeWhitespace: at most one line end, and never within the last three bytes,
 * where it does not turn to YAML at all. */
static bool load_skip_space(struct loader *loader)
{
    struct text text = loader->source->text;

    for (; loader->position + 4 <= text.length; loader->position++) {
        char c = text.at[loader->position];

        if (c == '\n') {
            loader->position++;
            return true;
        }
        if (!load_is_space(c))
            return true;
    }
    return false;
}

static void load_note_fallback(struct document *document, struct arena *arena,
                               const struct document *broken)
{
    struct note *note = arena_zero(arena, sizeof *note), **link = &document->notes;

    while (*link && (*link)->start <= broken->error_start)
        link = &(*link)->next;
    note->kind = NOTE_JSON_FALLBACK;
    note->start = broken->error_start;
    note->end = broken->error_end;
    note->other_start = note->other_end = NODE_NOWHERE;
    note->text = broken->error;
    note->next = *link;
    *link = note;
}

/* Why it is no JSON; {{ at the beginning of a file makes it look like some. */
static struct text load_json_reason(struct loader *loader, const struct document *broken)
{
    struct text text = loader->source->text;
    uint32_t at = broken->error_start;

    if (!at || !text_starts(text_slice(text, at - 1, text.length), TEXT("{{")))
        return broken->error;
    return arena_print(&loader->arena, "%.*s" BUILD_TEMPLATE, TEXT_ARGS(broken->error));
}

/* JSON broke off as BROKEN says. Kubernetes goes on with YAML where it had read one value at most,
 * and tells JSON's reason where that fails at once. */
static bool load_fall_back(struct loader *loader, struct document *document,
                           struct document *broken)
{
    size_t number = document->number;
    struct buffer reason = {0};
    bool fallback;

    loader->json = false;
    if (loader->json_objects > 1 || !load_skip_space(loader)) {
        loader->stopped = true;
        return true;
    }
    /* What was read as JSON makes room. */
    buffer_add(&reason, broken->error);
    arena_reset(&loader->arena);
    broken->error = arena_copy(&loader->arena, buffer_text(&reason));
    buffer_done(&reason);
    *document = (struct document){
        .number = number,
        .separator_start = NODE_NOWHERE,
        .separator_end = NODE_NOWHERE,
    };
    fallback = load_is_json(text_slice(loader->source->text, loader->position, SIZE_MAX));
    if (!load_yaml(loader, document))
        return false;
    if (document->error.at && !document->too_large) {
        document->error = load_json_reason(loader, broken);
        document->error_start = broken->error_start;
        document->error_end = broken->error_end;
    } else if (fallback && !document->error.at) {
        load_note_fallback(document, &loader->arena, broken);
    }
    return true;
}

static bool load_json(struct loader *loader, struct document *document)
{
    struct document broken;
    enum json_result result;
    struct build build;

    build_init(&build, &loader->arena, document, loader->source->text);
    document->start = loader->position;
    document->end = (uint32_t)loader->source->text.length;
    result = json_read(&build, &loader->position);
    build_done(&build);
    document->json = true;
    switch (result) {
    case JSON_VALUE:
        loader->json_objects++;
        return true;
    case JSON_END:
        return false;
    case JSON_REFUSED:
        loader->stopped = true;
        return true;
    case JSON_BROKEN:
    default:
        broken = *document;
        return load_fall_back(loader, document, &broken);
    }
}

/* What is kept of each document, a finding of each among it, is many times the two bytes that one
 * takes. What is behind the last that is read is one document more, which is refused. */
static bool load_too_many(struct loader *loader, struct document *document)
{
    struct text text = loader->source->text;
    struct build build;

    if (!text_trim(text_slice(text, loader->position, text.length)).length)
        return false;
    build_init(&build, &loader->arena, document, text);
    document->start = loader->position;
    document->end = (uint32_t)text.length;
    document->too_large = loader->stopped = true;
    build_refuse_at(&build, document->start,
                    "more than %d documents in one file: from here on nothing is read",
                    LOAD_DOCUMENTS_MAX);
    build_done(&build);
    return true;
}

static bool load_one(struct loader *loader, struct document *document)
{
    if (loader->count >= LOAD_DOCUMENTS_MAX)
        return load_too_many(loader, document);
    return loader->json ? load_json(loader, document) : load_yaml(loader, document);
}

bool loader_next(struct loader *loader, struct document *document)
{
    if (loader->stopped)
        return false;
    arena_reset(&loader->arena);
    *document = (struct document){
        .number = loader->count + 1,
        .separator_start = NODE_NOWHERE,
        .separator_end = NODE_NOWHERE,
    };
    if (!load_one(loader, document)) {
        loader->stopped = true;
        return false;
    }
    loader->count++;
    return true;
}
