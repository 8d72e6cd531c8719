/*
 * Bytes to trees, as kubectl would read a file: every document's tree is walked and has to agree
 * with itself and with the source, and written as JSON it has to be read as what it was.
 */
#include "base/json.h"
#include "fuzz.h"
#include <math.h>
#include <stdlib.h>

/* Trees above this are not written and read again, for speed; paths climb, so only a few are made.
 */
enum { LOAD_AGAIN_MAX = 5000, LOAD_PATHS_MAX = 50 };

static void check_range(struct source *source, uint32_t start, uint32_t end)
{
    FUZZ_CHECK(start <= end && end <= source->text.length);
    FUZZ_CHECK(fuzz_in_source(source, source_span(source, start, end)));
}

/* Both or neither are nowhere. */
static void check_range_if_any(struct source *source, uint32_t start, uint32_t end)
{
    FUZZ_CHECK((start == NODE_NOWHERE) == (end == NODE_NOWHERE));
    if (start != NODE_NOWHERE)
        check_range(source, start, end);
}

static bool is_utf8(struct text text)
{
    for (size_t i = 0, size; i < text.length; i += size)
        if (utf8_read(text_slice(text, i, text.length), &size) == 0xfffd && size == 1)
            return false;
    return true;
}

/* What stands from START up to END is what was read: TEXT, written in STYLE. */
static void check_written(struct source *source, uint32_t start, uint32_t end, struct text text,
                          enum node_style style)
{
    struct text written = text_slice(source->text, start, end);
    char first = written.length ? written.at[0] : '\0';

    if (fuzz_find_break(written, 0) < written.length ||
        text_find(text, TEXT("\xef\xbf\xbd"), 0) != SIZE_MAX)
        return;
    if (style == STYLE_PLAIN) {
        FUZZ_CHECK(text_equal(written, text));
        return;
    }
    FUZZ_CHECK(written.length >= 2 && first == (style == STYLE_SINGLE_QUOTED ? '\'' : '"') &&
               written.at[written.length - 1] == first);
    if (text_find(written, TEXT("\\"), 0) == SIZE_MAX && text_find(text, TEXT("'"), 0) == SIZE_MAX)
        FUZZ_CHECK(text_equal(text_slice(written, 1, written.length - 1), text));
}

static void check_style(struct source *source, const struct node *node)
{
    struct text written = text_slice(source->text, node->start, node->end);
    char first = written.length ? written.at[0] : '\0';

    if (node->style == STYLE_LITERAL || node->style == STYLE_FOLDED)
        FUZZ_CHECK(first == (node->style == STYLE_LITERAL ? '|' : '>'));
    else if (node->style == STYLE_FLOW)
        FUZZ_CHECK((first == '{' && text_ends(written, TEXT("}"))) ||
                   (first == '[' && text_ends(written, TEXT("]"))) || node->type == NODE_MAP);
    else if (node->type == NODE_STRING)
        check_written(source, node->start, node->end, node->text, node->style);
    written = text_slice(source->text, node->key_start, node->key_end);
    if (node->key.at && node->key_style <= STYLE_DOUBLE_QUOTED &&
        (node->key_style != STYLE_PLAIN || scalar_is_string(written)) && written.at[0] != '*')
        check_written(source, node->key_start, node->key_end, node->key, node->key_style);
}

static void check_children(const struct node *node)
{
    uint32_t count = 0;

    for (const struct node *child = node->first; child; child = child->next) {
        FUZZ_CHECK(child->parent == node);
        FUZZ_CHECK(child->index == count++);
        FUZZ_CHECK((node->type == NODE_MAP) == (child->key.at != NULL));
        /* what stands where it is, and not what an alias brought, lies within */
        if (node->alias_start == NODE_NOWHERE && child->alias_start == NODE_NOWHERE)
            FUZZ_CHECK(node->start <= child->start && child->end <= node->end);
        if (node->type == NODE_MAP && node->count <= LOAD_PATHS_MAX)
            FUZZ_CHECK(node_find(node, child->key) == child);
    }
    FUZZ_CHECK(node->count == count);
}

static void check_node(struct source *source, const struct node *node)
{
    check_range(source, node->start, node->end);
    check_range_if_any(source, node->alias_start, node->alias_end);
    if (node->key.at) {
        check_range(source, node->key_start, node->key_end);
        FUZZ_CHECK(is_utf8(node->key));
    }
    FUZZ_CHECK(node->type <= NODE_LIST && node->style <= STYLE_FLOW);
    if (node->type == NODE_FLOAT)
        FUZZ_CHECK(isfinite(node->number));
    else if (node->type == NODE_STRING)
        FUZZ_CHECK(node->text.at && is_utf8(node->text));
    else if (node->type == NODE_MAP || node->type == NODE_LIST)
        check_children(node);
}

static size_t check_tree(struct source *source, const struct node *root)
{
    /* a tag may make another text of what is written */
    bool tags = text_find(source->text, TEXT("!"), 0) != SIZE_MAX;
    struct buffer path = {0};
    size_t count = 0;

    FUZZ_CHECK(!root->parent && !root->next && !root->key.at);
    for (struct node_walk walk = node_walk(root); walk.node; node_walk_next(&walk)) {
        FUZZ_CHECK(walk.depth <= LOAD_DEPTH_MAX);
        check_node(source, walk.node);
        if (!tags)
            check_style(source, walk.node);
        if (count++ >= LOAD_PATHS_MAX)
            continue;
        path.length = 0;
        node_path(&path, walk.node, root);
        FUZZ_CHECK((path.length > 0) == (walk.node != root));
        node_stable_path(&path, walk.node, root);
    }
    buffer_done(&path);
    return count;
}

static void check_notes(struct source *source, const struct document *document)
{
    size_t count = 0;
    uint32_t start = 0;

    for (const struct note *note = document->notes; note; note = note->next) {
        FUZZ_CHECK(note->kind < NOTE_KINDS && note->style <= STYLE_FLOW);
        FUZZ_CHECK(note->start >= start);
        start = note->start;
        check_range(source, note->start, note->end);
        check_range_if_any(source, note->other_start, note->other_end);
        FUZZ_CHECK((note->kind == NOTE_AMBIGUOUS_SCALAR) == (note->reason != AMBIGUITY_NONE));
        count++;
    }
    FUZZ_CHECK(count <= LOAD_NOTES_MAX + NOTE_KINDS);
}

/* Only what begins with a brace is read as JSON. */
static void check_again(const struct node *root)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&bytes, &length);
    struct json json = {.stream = stream};
    struct fuzz_file file;

    FUZZ_CHECK(stream);
    fputs("{\"v\":", stream);
    node_write(root, &json);
    fputc('}', stream);
    FUZZ_CHECK(!fclose(stream));
    if (length <= LOAD_DOCUMENT_MAX) {
        FUZZ_CHECK(fuzz_file_init(&file, (struct text){bytes, length}));
        FUZZ_CHECK(loader_next(&file.loader, &file.document));
        FUZZ_CHECK(file.document.root && file.document.json && file.document.root->first);
        file.document.root->first->key = (struct text){0};
        FUZZ_CHECK(fuzz_same(root, file.document.root->first));
        FUZZ_CHECK(!loader_next(&file.loader, &file.document));
        fuzz_file_done(&file);
    }
    free(bytes);
}

static void check_document(struct source *source, const struct document *document)
{
    size_t count;

    check_range(source, document->start, document->end);
    check_range_if_any(source, document->separator_start, document->separator_end);
    check_notes(source, document);
    FUZZ_CHECK((document->root == NULL) == (document->error.at != NULL));
    if (!document->root) {
        FUZZ_CHECK(document->error.length);
        check_range(source, document->error_start, document->error_end);
        return;
    }
    count = check_tree(source, document->root);
    FUZZ_CHECK(count <= document->node_count && document->node_count <= LOAD_NODES_MAX);
    if (count <= LOAD_AGAIN_MAX && fuzz_depth(document->root) < LOAD_DEPTH_MAX)
        check_again(document->root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text text = {(const char *)data, size};
    struct fuzz_file file;
    size_t number = 0;

    if (fuzz_file_init(&file, text))
        while (loader_next(&file.loader, &file.document)) {
            FUZZ_CHECK(file.document.number == ++number);
            check_document(&file.source, &file.document);
        }
    fuzz_file_done(&file);
    return 0;
}
