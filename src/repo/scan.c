/*
 * What has to be known of a repository before one file of it can be judged, found with as little
 * reading as possible. Every manifest is searched for the bytes `kind: Namespace` and `kind:
 * CustomResourceDefinition` in all the ways that people write them (quotes, blanks, a tag or an
 * anchor before the value); what is hidden behind an alias or an escape of JSON is not found. Where
 * there is a hit, only the document around it is parsed: a line that begins with `---` ends a
 * document for kubectl whatever stands around it, so that cutting there is exact.
 *
 * CRDs are most of the bytes of real repositories (72 % of those that krug was measured with),
 * nearly all of it schemas. A CRD in block style is therefore cut down to the lines of its
 * apiVersion, kind, spec.group, spec.names and spec.scope before it is parsed; where that gives no
 * complete answer the whole document is. That is exact enough and cheap enough to know every custom
 * kind and its scope.
 *
 * Each file's results go to its own slot and are merged in the order of files, so that threads do
 * not show.
 */
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "repo/kustomize.h"
#include <stdlib.h>
#include <string.h>

/* Bytes of a tag or an anchor: far above what people write, and a bound on looking back. */
enum { SCAN_PROPERTY_MAX = 128 };

struct scan_kind {
    struct text key; /* "Kind.group" */
    bool cluster;
};

/* What one file holds. Texts are in its worker's arena. */
struct scan_result {
    struct namespace_object *namespaces;
    size_t namespace_count, namespace_capacity;
    struct scan_kind *kinds;
    size_t kind_count, kind_capacity;
    struct kustomization *kustomization;
};

struct scan {
    struct repo *repo;
    struct scan_result *results; /* by file */
    struct arena *arenas;        /* by worker */
    struct problems *problems;
};

/* One file while it is searched. */
struct scan_file {
    struct text path, text;
    struct arena *arena;
    struct scan_result *result;
    size_t line, line_at; /* the line (from 0) of the last offset that was asked for, and that */
};

static bool scan_is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool scan_is_quote(char byte)
{
    return byte == '"' || byte == '\'';
}

/* Whether what stands before AT is the key `kind`, with its colon. */
static bool scan_after_kind(struct text text, size_t at)
{
    while (at && (scan_is_blank(text.at[at - 1]) || scan_is_quote(text.at[at - 1]) ||
                  text.at[at - 1] == ':')) {
        if (text.at[--at] != ':')
            continue;
        while (at && (scan_is_blank(text.at[at - 1]) || scan_is_quote(text.at[at - 1])))
            at--;
        return text_ends(text_slice(text, 0, at), TEXT("kind"));
    }
    return false;
}

/* The start of a tag or an anchor that stands before AT; AT where there is none. */
static size_t scan_before_property(struct text text, size_t at)
{
    size_t end = at, start;

    while (end && (scan_is_blank(text.at[end - 1]) || scan_is_quote(text.at[end - 1])))
        end--;
    start = end;
    while (start && end - start < SCAN_PROPERTY_MAX && !scan_is_blank(text.at[start - 1]))
        start--;
    return start < end && (text.at[start] == '!' || text.at[start] == '&') ? start : at;
}

/* Where the value NAME of a key `kind` stands, from FROM on; "Namespaced" is another word. */
static size_t scan_find_kind(struct text text, struct text name, size_t from)
{
    for (size_t at = from; (at = text_find(text, name, at)) != SIZE_MAX; at += name.length) {
        size_t end = at + name.length;
        size_t before = at;

        if (text_starts(text_slice(text, end, text.length), TEXT("List")))
            end += TEXT("List").length;
        if (end < text.length && !scan_is_blank(text.at[end]) && !scan_is_quote(text.at[end]) &&
            text.at[end] != ',' && text.at[end] != '}')
            continue;
        for (size_t i = 0; i < 2; i++)
            before = scan_before_property(text, before);
        if (scan_after_kind(text, before))
            return at;
    }
    return SIZE_MAX;
}

static bool scan_is_json(struct text text)
{
    text = text_trim(text_slice(text, 0, 4096));
    return text.length && text.at[0] == '{';
}

/* The document around AT. In JSON, whose objects need no line between them, that is the whole file.
 */
static struct text scan_document(struct text text, size_t at, size_t *offset)
{
    size_t start = at, end;

    *offset = 0;
    if (scan_is_json(text))
        return text;
    end = text_find(text, TEXT("\n---"), at);
    while (start && !(text.at[start - 1] == '\n' &&
                      text_starts(text_slice(text, start, text.length), TEXT("---")))) {
        const char *line = start > 1 ? memrchr(text.at, '\n', start - 1) : NULL;

        start = line ? (size_t)(line - text.at) + 1 : 0;
    }
    *offset = start;
    return text_slice(text, start, end == SIZE_MAX ? text.length : end + 1);
}

static uint32_t scan_line(struct scan_file *file, size_t offset)
{
    const char *at = file->text.at + file->line_at, *end = file->text.at + offset;

    while ((at = memchr(at, '\n', (size_t)(end - at)))) {
        file->line++;
        at++;
    }
    file->line_at = offset;
    return (uint32_t)file->line;
}

static struct pair *scan_pairs(struct arena *arena, const struct node *map, size_t *count)
{
    struct pair *pairs;

    *count = 0;
    if (!map || map->type != NODE_MAP)
        return NULL;
    pairs = arena_get(arena, map->count * sizeof *pairs);
    for (const struct node *value = map->first; value; value = value->next)
        if (value->type == NODE_STRING)
            pairs[(*count)++] =
                (struct pair){arena_copy(arena, value->key), arena_copy(arena, value->text)};
    return pairs;
}

static void scan_add_namespace(struct scan_file *file, struct source *source, uint32_t lines,
                               const struct resource *resource)
{
    struct scan_result *result = file->result;
    const struct node *metadata = node_find(resource->node, TEXT("metadata"));
    const struct node *name = node_find(metadata, TEXT("name"));
    struct namespace_object object = {.file = file->path};

    if (!resource->name.at)
        return;
    object.name = arena_copy(file->arena, resource->name);
    object.span = source_span(source, name->start, name->end);
    object.span.line += lines;
    object.span.end_line += lines;
    object.labels =
        scan_pairs(file->arena, node_find(metadata, TEXT("labels")), &object.label_count);
    object.annotations =
        scan_pairs(file->arena, node_find(metadata, TEXT("annotations")), &object.annotation_count);
    result->namespaces = memory_extend(result->namespaces, result->namespace_count,
                                       &result->namespace_capacity, sizeof *result->namespaces);
    result->namespaces[result->namespace_count++] = object;
}

static bool scan_add_kind(struct scan_file *file, const struct resource *resource)
{
    struct scan_result *result = file->result;
    const struct node *spec = node_find(resource->node, TEXT("spec"));
    struct text group = node_text(node_find(spec, TEXT("group")));
    struct text kind = node_text(node_at(spec, "names", "kind", NULL));
    struct text scope = node_text(node_find(spec, TEXT("scope")));
    struct scan_kind found = {.cluster = text_is(scope, "Cluster")};

    if (!group.length || !kind.length || (!found.cluster && !text_is(scope, "Namespaced")))
        return false;
    found.key = arena_print(file->arena, "%.*s.%.*s", TEXT_ARGS(kind), TEXT_ARGS(group));
    result->kinds = memory_extend(result->kinds, result->kind_count, &result->kind_capacity,
                                  sizeof *result->kinds);
    result->kinds[result->kind_count++] = found;
    return true;
}

/* Parses TEXT, which begins on line LINES (from 0) of the file, and takes what is wanted. Whether a
 * CRD gave a complete answer. */
static bool scan_parse(struct scan_file *file, struct text text, uint32_t lines, bool definitions)
{
    struct source source;
    struct loader loader;
    struct document document;
    bool complete = false;
    char *copy = memory_get(text.length + 2);

    if (text.length)
        memcpy(copy, text.at, text.length);
    if (source_init(&source, file->path, copy, text.length)) {
        source_done(&source);
        return false;
    }
    loader_init(&loader, &source);
    while (loader_next(&loader, &document)) {
        struct resources walk = resources_of(&document);
        struct resource resource;

        while (resources_next(&walk, &resource)) {
            if (definitions && text_is(resource.group, "apiextensions.k8s.io") &&
                text_is(resource.kind, "CustomResourceDefinition"))
                complete |= scan_add_kind(file, &resource);
            else if (!definitions && !resource.group.length && text_is(resource.kind, "Namespace"))
                scan_add_namespace(file, &source, lines, &resource);
        }
    }
    loader_done(&loader);
    source_done(&source);
    return complete;
}

static bool scan_starts_any(struct text line, const char *const *keys)
{
    for (; *keys; keys++)
        if (text_starts(line, text_of(*keys)))
            return true;
    return false;
}

/* Copies of a CRD in block style the few lines that are wanted; whether there is a spec among them.
 */
static bool scan_skeleton(struct text text, struct buffer *skeleton)
{
    static const char *const top[] = {"apiVersion:", "kind:", NULL};
    static const char *const inner[] = {"group:", "names:", "scope:", NULL};
    bool in_spec = false, found = false, keep = false;
    size_t child = 0;
    struct text line;

    while (text_cut(&text, '\n', &line)) {
        size_t indent = 0;

        while (indent < line.length && line.at[indent] == ' ')
            indent++;
        if (indent == line.length || line.at[indent] == '#' || line.at[indent] == '\r')
            continue;
        if (!indent) {
            in_spec = text_is(text_trim(line), "spec:");
            keep = in_spec || scan_starts_any(line, top);
            found |= in_spec;
            child = 0;
        } else if (in_spec) {
            child = child ? child : indent;
            if (indent == child && line.at[indent] != '-')
                keep = scan_starts_any(text_slice(line, indent, line.length), inner);
        }
        if (keep) {
            buffer_add(skeleton, line);
            buffer_byte(skeleton, '\n');
        }
    }
    return found;
}

static void scan_definition(struct scan_file *file, struct text document)
{
    struct buffer skeleton = {0};

    if (!scan_skeleton(document, &skeleton) || !scan_parse(file, buffer_text(&skeleton), 0, true))
        scan_parse(file, document, 0, true);
    buffer_done(&skeleton);
}

/* Looks at every document with an object of KIND, once. */
static void scan_kind(struct scan_file *file, struct text kind, bool definitions)
{
    size_t at = 0, offset;

    file->line = file->line_at = 0;
    while ((at = scan_find_kind(file->text, kind, at)) != SIZE_MAX) {
        struct text document = scan_document(file->text, at, &offset);

        if (definitions)
            scan_definition(file, document);
        else
            scan_parse(file, document, scan_line(file, offset), false);
        at = offset + document.length;
    }
}

static void scan_source(struct scan_file *file, struct source *source)
{
    struct kustomization kustomization;

    file->text = source->text;
    scan_kind(file, TEXT("Namespace"), false);
    scan_kind(file, TEXT("CustomResourceDefinition"), true);
    if (!kustomization_is(file->path) || !kustomization_read(file->arena, source, &kustomization))
        return;
    file->result->kustomization = arena_get(file->arena, sizeof kustomization);
    *file->result->kustomization = kustomization;
}

static void scan_path(struct scan *scan, size_t worker, struct text path,
                      struct scan_result *result)
{
    struct scan_file file = {.path = path, .arena = &scan->arenas[worker], .result = result};
    struct source source;
    const char *error;
    char *bytes;
    size_t length;

    error = tree_read(&scan->repo->tree, path, &bytes, &length);
    if (error) {
        /* one that is too large is a finding, where it is judged */
        if (error != file_too_large)
            problems_add(scan->problems, path, 0, 0, "cannot be read: %s", error);
        return;
    }
    if (!source_init(&source, path, bytes, length))
        scan_source(&file, &source);
    source_done(&source);
}

static void scan_item(void *context, size_t worker, size_t item)
{
    struct scan *scan = context;
    const struct tree_file *file = &scan->repo->tree.files[item];

    if (!file->hidden && (file->manifest || kustomization_is(file->path)))
        scan_path(scan, worker, file->path, &scan->results[item]);
}

static struct pair *scan_copy_pairs(struct arena *arena, const struct pair *pairs, size_t count)
{
    struct pair *copies = arena_get(arena, count * sizeof *copies);

    for (size_t i = 0; i < count; i++)
        copies[i] =
            (struct pair){arena_copy(arena, pairs[i].key), arena_copy(arena, pairs[i].value)};
    return copies;
}

/* A patch of a Namespace is not the Namespace. */
static void scan_merge_namespaces(struct repo *repo, const struct scan_result *result)
{
    for (size_t i = 0; i < result->namespace_count; i++) {
        struct namespace_object object = result->namespaces[i];
        const struct kustomize_use *use = repo_use(repo, object.file);

        if (use && use->patch && !use->resource)
            continue;
        object.name = arena_copy(&repo->arena, object.name);
        object.labels = scan_copy_pairs(&repo->arena, object.labels, object.label_count);
        object.annotations =
            scan_copy_pairs(&repo->arena, object.annotations, object.annotation_count);
        repo->namespaces = memory_extend(repo->namespaces, repo->namespace_count,
                                         &repo->namespace_capacity, sizeof *repo->namespaces);
        repo->namespaces[repo->namespace_count++] = object;
    }
}

/* The definition that comes first by path decides. */
static void scan_merge_kinds(struct repo *repo, const struct scan_result *result)
{
    for (size_t i = 0; i < result->kind_count; i++) {
        const struct scan_kind *kind = &result->kinds[i];
        struct text key;

        if (map_find(&repo->custom_kinds, kind->key))
            continue;
        key = arena_copy(&repo->arena, kind->key);
        *map_place(&repo->custom_kinds, key) = repo;
        if (kind->cluster)
            *map_place(&repo->cluster_kinds, key) = repo;
    }
}

static void scan_merge(struct scan *scan, size_t count)
{
    struct kustomization *kustomizations = memory_get(count * sizeof *kustomizations);
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        if (scan->results[i].kustomization)
            kustomizations[found++] = *scan->results[i].kustomization;
    kustomizations_resolve(scan->repo, kustomizations, found);
    free(kustomizations);
    for (size_t i = 0; i < count; i++) {
        scan_merge_namespaces(scan->repo, &scan->results[i]);
        scan_merge_kinds(scan->repo, &scan->results[i]);
        free(scan->results[i].namespaces);
        free(scan->results[i].kinds);
    }
}

void repo_scan(struct repo *repo, size_t jobs, struct problems *problems)
{
    struct scan scan = {.repo = repo, .problems = problems};
    struct parallel parallel = {.jobs = jobs ? jobs : 1, .context = &scan, .work = scan_item};

    parallel.count = repo->tree.count;
    scan.results = memory_get(parallel.count * sizeof *scan.results);
    scan.arenas = memory_get(parallel.jobs * sizeof *scan.arenas);
    parallel_run(&parallel);
    scan_merge(&scan, parallel.count);
    for (size_t i = 0; i < parallel.jobs; i++)
        arena_done(&scan.arenas[i]);
    free(scan.arenas);
    free(scan.results);
}

void repo_done(struct repo *repo)
{
    free(repo->namespaces);
    map_done(&repo->uses);
    map_done(&repo->cluster_kinds);
    map_done(&repo->custom_kinds);
    arena_done(&repo->arena);
    tree_done(&repo->tree);
    *repo = (struct repo){0};
}

const struct kustomize_use *repo_use(const struct repo *repo, struct text path)
{
    return map_find(&repo->uses, path);
}
