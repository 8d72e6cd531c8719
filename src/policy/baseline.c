/*
 * The baseline: findings that were there when krug came, so that only others count. A finding is
 * known again by its fingerprint alone; rule, file, resource and path stand beside it for people,
 * and order the file, so that a review shows what came and what went. Lines and messages are left
 * out, as they change without any change of the fault.
 */
#include "policy/baseline.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "yaml/load.h"
#include <stdlib.h>

const char baseline_place[] = ".policy/baseline.json";

/* A baseline while it is read. */
struct baseline_reader {
    struct baseline *baseline;
    struct source source;
    struct problems *problems;
    bool right;
};

void baseline_done(struct baseline *baseline)
{
    free(baseline->items);
    map_done(&baseline->by_fingerprint);
    arena_done(&baseline->arena);
    *baseline = (struct baseline){0};
}

struct baseline_entry *baseline_find(const struct baseline *baseline, struct text fingerprint)
{
    size_t number = (size_t)(uintptr_t)map_find(&baseline->by_fingerprint, fingerprint);

    return number ? &baseline->items[number - 1] : NULL;
}

void baseline_add(struct baseline *baseline, struct baseline_entry entry)
{
    struct arena *arena = &baseline->arena;
    struct baseline_entry *known = baseline_find(baseline, entry.fingerprint);

    entry.fingerprint = arena_copy(arena, entry.fingerprint);
    entry.rule = arena_copy(arena, entry.rule);
    entry.file = arena_copy(arena, entry.file);
    entry.resource = arena_copy(arena, entry.resource);
    entry.path = arena_copy(arena, entry.path);
    if (known) {
        *known = entry; /* the map's key is an equal text in the same arena */
        return;
    }
    baseline->items = memory_extend(baseline->items, baseline->count, &baseline->capacity,
                                    sizeof *baseline->items);
    baseline->items[baseline->count++] = entry;
    *map_place(&baseline->by_fingerprint, entry.fingerprint) = (void *)(uintptr_t)baseline->count;
}

/* ---- reading ---- */

static void baseline_tell(struct baseline_reader *reader, size_t start, const char *what)
{
    struct span span = source_span(&reader->source, start, start);

    reader->right = false;
    problems_add(reader->problems, reader->baseline->path, span.line, span.column,
                 "this is no baseline: %s; `krug baseline` writes one", what);
}

static bool baseline_is_fingerprint(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!(text.at[i] >= '0' && text.at[i] <= '9') && !(text.at[i] >= 'a' && text.at[i] <= 'f'))
            return false;
    return text.length == 32;
}

static void baseline_read_entry(struct baseline_reader *reader, const struct node *node)
{
    struct baseline_entry entry = {
        .fingerprint = node_text(node_find(node, TEXT("fingerprint"))),
        .rule = node_text(node_find(node, TEXT("rule"))),
        .file = node_text(node_find(node, TEXT("file"))),
        .resource = node_text(node_find(node, TEXT("resource"))),
        .path = node_text(node_find(node, TEXT("path"))),
        .level = level_read(node_text(node_find(node, TEXT("level")))),
        .line = source_span(&reader->source, node->start, node->start).line,
    };

    if (!baseline_is_fingerprint(entry.fingerprint))
        baseline_tell(reader, node->start, "this entry has no `fingerprint` of 32 digits");
    else if (entry.level <= LEVEL_OFF)
        baseline_tell(reader, node->start, "the `level` of this entry is not error, warn or info");
    else if (!entry.rule.at || !entry.file.at)
        baseline_tell(reader, node->start, "this entry has no `rule` and `file`");
    else
        baseline_add(reader->baseline, entry);
}

static void baseline_read_root(struct baseline_reader *reader, const struct node *root)
{
    const struct node *version = node_find(root, TEXT("version")),
                      *list = node_find(root, TEXT("findings"));

    if (!version || version->type != NODE_INTEGER || version->integer != 1)
        baseline_tell(reader, version ? version->start : root->start,
                      "its `version` is not 1, the only one that this krug knows");
    else if (!list || list->type != NODE_LIST)
        baseline_tell(reader, root->start, "it has no list `findings`");
    else
        for (const struct node *node = list->first; node; node = node->next)
            baseline_read_entry(reader, node);
}

static void baseline_read_document(struct baseline_reader *reader)
{
    struct loader loader;
    struct document document;

    loader_init(&loader, &reader->source);
    if (!loader_next(&loader, &document))
        baseline_tell(reader, 0, "it is empty");
    else if (!document.root)
        baseline_tell(reader, document.error_start, document.error.at);
    else
        baseline_read_root(reader, document.root);
    loader_done(&loader);
}

bool baseline_read_bytes(struct baseline *baseline, char *bytes, size_t length, struct text shown,
                         struct problems *problems)
{
    struct baseline_reader reader = {.baseline = baseline, .problems = problems, .right = true};
    const char *error = source_init(&reader.source, shown, bytes, length);

    *baseline = (struct baseline){0};
    baseline->path = arena_copy(&baseline->arena, shown);
    if (error)
        baseline_tell(&reader, 0, error);
    else
        baseline_read_document(&reader);
    source_done(&reader.source);
    return reader.right;
}

bool baseline_read(struct baseline *baseline, const char *disk, struct text shown,
                   struct problems *problems)
{
    char *bytes;
    size_t length;
    const char *error = file_read(disk, &bytes, &length);

    if (!error)
        return baseline_read_bytes(baseline, bytes, length, shown, problems);
    *baseline = (struct baseline){0};
    problems_add(problems, shown, 0, 0, "this baseline cannot be read: %s", error);
    return false;
}

/* ---- writing ---- */

struct baseline_entry baseline_entry_of(struct baseline *baseline, const struct finding *finding)
{
    const struct identity *resource = &finding->resource;
    bool named = resource->namespace.length;
    struct baseline_entry entry = {.fingerprint = text_of(finding->fingerprint),
                                   .rule = finding->rule,
                                   .file = finding->file,
                                   .path = finding->stable_path,
                                   .level = finding->level,
                                   .found = true};

    if (finding->has_resource)
        entry.resource = arena_print(&baseline->arena, "%.*s/%.*s%s%.*s", TEXT_ARGS(resource->kind),
                                     TEXT_ARGS(resource->name), named ? " in " : "",
                                     TEXT_ARGS(resource->namespace));
    return entry;
}

static int baseline_compare(const void *left, const void *right)
{
    const struct baseline_entry *a = left, *b = right;
    int order = text_compare(a->file, b->file);

    if (!order)
        order = text_compare(a->rule, b->rule);
    if (!order)
        order = text_compare(a->resource, b->resource);
    if (!order)
        order = text_compare(a->path, b->path);
    return order ? order : text_compare(a->fingerprint, b->fingerprint);
}

static void baseline_field(struct json *json, const char *name, struct text text)
{
    json_key(json, name);
    json_write_text(json, text);
}

static void baseline_write_entry(struct json *json, const struct baseline_entry *entry)
{
    json_line(json);
    json_begin(json, '{');
    baseline_field(json, "fingerprint", entry->fingerprint);
    baseline_field(json, "rule", entry->rule);
    baseline_field(json, "level", text_of(level_name(entry->level)));
    baseline_field(json, "file", entry->file);
    baseline_field(json, "resource", entry->resource);
    baseline_field(json, "path", entry->path);
    json_end(json, '}');
}

void baseline_write(struct baseline *baseline, FILE *stream)
{
    struct json json = {stream, false, false};

    if (baseline->count)
        qsort(baseline->items, baseline->count, sizeof *baseline->items, baseline_compare);
    json_begin(&json, '{');
    json_key(&json, "version");
    json_write_unsigned(&json, 1);
    json_line(&json);
    json_key(&json, "findings");
    json_begin(&json, '[');
    for (size_t i = 0; i < baseline->count; i++)
        baseline_write_entry(&json, &baseline->items[i]);
    json_line(&json);
    json_end(&json, ']');
    json_end(&json, '}');
    fputc('\n', stream);
}
