/*
 * krug tree: what a file is to Kubernetes and to rules. How people debug a rule, and how tests
 * compare the loader with other readers.
 */
#include "base/file.h"
#include "base/json.h"
#include "cli/command.h"
#include "repo/resource.h"
#include <stdlib.h>
#include <string.h>

static void tree_position(struct json *json, struct source *source, const char *key, uint32_t start,
                          uint32_t end)
{
    struct span span = source_span(source, start, end);

    json_key(json, key);
    json_begin(json, '{');
    json_key(json, "line");
    json_write_unsigned(json, span.line);
    json_key(json, "column");
    json_write_unsigned(json, span.column);
    json_key(json, "end_line");
    json_write_unsigned(json, span.end_line);
    json_key(json, "end_column");
    json_write_unsigned(json, span.end_column);
    json_key(json, "start");
    json_write_unsigned(json, start);
    json_key(json, "end");
    json_write_unsigned(json, end);
    json_end(json, '}');
}

static void tree_node_position(struct json *json, struct source *source, const struct node *node,
                               const struct node *root)
{
    struct buffer path = {0};

    json_line(json);
    json_begin(json, '{');
    node_path(&path, node, root);
    json_key(json, "path");
    json_write_text(json, buffer_text(&path));
    json_key(json, "type");
    json_write_string(json, node_type_name(node->type));
    json_key(json, "style");
    json_write_string(json, node_style_name(node->style));
    if (node->key.at && node->key_start != NODE_NOWHERE)
        tree_position(json, source, "key", node->key_start, node->key_end);
    tree_position(json, source, "value", node->start, node->end);
    if (node->alias_start != NODE_NOWHERE)
        tree_position(json, source, "alias", node->alias_start, node->alias_end);
    json_end(json, '}');
    buffer_done(&path);
}

static void tree_value(struct json *json, const struct options *options, struct source *source,
                       const struct node *root)
{
    json_line(json);
    if (!options_has(options, OPTION_POSITIONS)) {
        node_write(root, json);
        return;
    }
    json_begin(json, '[');
    for (struct node_walk walk = node_walk(root); walk.node; node_walk_next(&walk))
        tree_node_position(json, source, walk.node, root);
    json_end(json, ']');
}

static void tree_document(struct json *json, const struct options *options, struct source *source,
                          const struct document *document)
{
    struct resource resource;

    if (!options_has(options, OPTION_RESOURCES)) {
        tree_value(json, options, source, document->root);
        return;
    }
    for (struct resources walk = resources_of(document); resources_next(&walk, &resource);)
        tree_value(json, options, source, resource.node);
}

static void tree_say(const char *path, struct source *source, uint32_t start, uint32_t end,
                     struct text message)
{
    struct span span = source_span(source, start, end);

    fputs("krug: ", stderr);
    report_print(stderr, text_of(path));
    fprintf(stderr, ":%u:%u: ", span.line, span.column);
    report_print(stderr, message);
    fputc('\n', stderr);
}

/* What the JSON cannot show: refusals, and what Kubernetes would leave out. */
static bool tree_tell(const char *path, struct source *source, const struct document *document)
{
    for (const struct note *note = document->notes; note; note = note->next)
        if (note->kind == NOTE_DROPPED_REMAINDER)
            tree_say(path, source, note->start, note->end,
                     TEXT("warning: Kubernetes reads nothing from here to the next `---` line"));
    if (!document->root)
        tree_say(path, source, document->error_start, document->error_end, document->error);
    return document->root;
}

static int tree_print(const struct options *options, const char *path, struct source *source)
{
    struct json json = {stdout, false, false};
    struct loader loader;
    struct document document;
    bool good = true;

    loader_init(&loader, source);
    json_begin(&json, '[');
    while (loader_next(&loader, &document)) {
        good &= tree_tell(path, source, &document);
        if (document.root)
            tree_document(&json, options, source, &document);
    }
    json_end(&json, ']');
    putchar('\n');
    loader_done(&loader);
    return good ? STATUS_OK : STATUS_FINDINGS;
}

int command_tree(const struct options *options)
{
    struct source source;
    char *bytes;
    size_t length;
    const char *error;
    int status;

    if (options->path_count != 1) {
        fputs("krug: `krug tree` takes one file (or - for standard input)\n", stderr);
        return STATUS_TROUBLE;
    }
    error = file_read(options->paths[0], &bytes, &length);
    if (error) {
        fputs("krug: ", stderr);
        report_print(stderr, text_of(options->paths[0]));
        fprintf(stderr, " cannot be read: %s\n", error);
        return STATUS_TROUBLE;
    }
    error = source_init(&source, text_of(options->paths[0]), bytes, length);
    if (error) {
        tree_say(options->paths[0], &source, 0, 0, text_of(error));
        status = STATUS_FINDINGS;
    } else {
        status = tree_print(options, options->paths[0], &source);
    }
    source_done(&source);
    return status;
}
