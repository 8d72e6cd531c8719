/*
 * One scalar, tagged or not, as Kubernetes reads it. The first byte chooses how it is written. What
 * comes of it has to agree with its tag, with its ambiguity, with what the loaders of YAML and JSON
 * make of the same text in a document, and to be the same when it is written down and read again.
 */
#include "yaml/scalar.h"
#include "base/json.h"
#include "fuzz.h"
#include "yaml/number.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct tag {
    const char *name;
    unsigned types; /* that it may make of a scalar: a bit for each node_type */
} tags[] = {
    {NULL, 1 << NODE_STRING}, /* quoted */
    {"tag:yaml.org,2002:str", 1 << NODE_STRING},
    {"tag:yaml.org,2002:int", 1 << NODE_INTEGER | 1 << NODE_UNSIGNED},
    {"tag:yaml.org,2002:float", 1 << NODE_FLOAT},
    {"tag:yaml.org,2002:bool", 1 << NODE_BOOL},
    {"tag:yaml.org,2002:null", 1 << NODE_NULL},
    {"tag:yaml.org,2002:timestamp", 1 << NODE_STRING},
    {"tag:yaml.org,2002:binary", 1 << NODE_STRING},
    {"!other", 1 << NODE_STRING},
};

static const unsigned ambiguous_types[] = {
    [AMBIGUITY_BOOLEAN] = 1 << NODE_BOOL,
    [AMBIGUITY_OCTAL] = 1 << NODE_INTEGER | 1 << NODE_UNSIGNED,
    [AMBIGUITY_NOT_OCTAL] = 1 << NODE_FLOAT,
    [AMBIGUITY_UNDERSCORE] = 1 << NODE_INTEGER | 1 << NODE_UNSIGNED | 1 << NODE_FLOAT,
    [AMBIGUITY_PREFIX] = 1 << NODE_INTEGER | 1 << NODE_UNSIGNED,
    [AMBIGUITY_TRAILING_ZERO] = 1 << NODE_FLOAT,
    [AMBIGUITY_EXPONENT] = 1 << NODE_FLOAT | 1 << NODE_STRING,
    [AMBIGUITY_SEXAGESIMAL] = 1 << NODE_STRING,
    [AMBIGUITY_LARGE] = 1 << NODE_INTEGER | 1 << NODE_UNSIGNED | 1 << NODE_FLOAT,
    [AMBIGUITY_SPECIAL] = 1 << NODE_FLOAT,
};

static struct node read_plain(struct arena *arena, struct text text)
{
    struct node node = {0};

    FUZZ_CHECK(!scalar_resolve(arena, &node, text, true, NULL));
    return node;
}

static bool same(const struct node *a, const struct node *b)
{
    if (a->type == NODE_FLOAT && b->type == NODE_FLOAT && isnan(a->number) && isnan(b->number))
        return true;
    return a->type == b->type && fuzz_same(a, b);
}

/* A number written by krug is the same number to krug. */
static void check_again(struct arena *arena, const struct node *node)
{
    char text[JSON_NUMBER_SIZE];
    struct node again = {0};

    if (node->type == NODE_INTEGER)
        again = read_plain(arena, arena_print(arena, "%" PRId64, node->integer));
    else if (node->type == NODE_UNSIGNED)
        again = read_plain(arena, arena_print(arena, "%" PRIu64, node->unsigned_integer));
    else if (node->type == NODE_FLOAT && isfinite(node->number)) {
        json_number_text(node->number, text);
        FUZZ_CHECK(number_read(arena, &again, text_of(text)));
    } else
        return;
    FUZZ_CHECK(fuzz_same(node, &again));
}

static void check_key(struct arena *arena, const struct node *node, struct text text)
{
    const char *error = NULL;
    struct text key = scalar_key(arena, node, text, &error);

    FUZZ_CHECK((key.at == NULL) == (error != NULL) || (node->type == NODE_STRING && !error));
    if (node->type == NODE_INTEGER) {
        struct node again = read_plain(arena, key);

        FUZZ_CHECK(same(node, &again));
    } else if (node->type == NODE_FLOAT && isfinite((float)node->number)) {
        struct node again = read_plain(arena, key);
        double value = again.type == NODE_INTEGER ? (double)again.integer : again.number;

        FUZZ_CHECK((again.type == NODE_FLOAT || again.type == NODE_INTEGER) &&
                   (float)value == (float)node->number);
    }
}

static void check_ambiguity(const struct node *node, struct text text)
{
    enum ambiguity ambiguity = scalar_ambiguity(text);

    FUZZ_CHECK((scalar_ambiguity_name(ambiguity) == NULL) == (ambiguity == AMBIGUITY_NONE));
    if (scalar_is_string(text))
        FUZZ_CHECK(node->type == NODE_STRING && ambiguity == AMBIGUITY_NONE);
    if (ambiguity != AMBIGUITY_NONE)
        FUZZ_CHECK(ambiguous_types[ambiguity] >> node->type & 1);
    if (node->type == NODE_FLOAT && !isfinite(node->number))
        FUZZ_CHECK(ambiguity == AMBIGUITY_SPECIAL);
}

/* The first item of the document that BUFFER holds, where the loader takes it; else NULL. */
static const struct node *load(struct fuzz_file *file, struct buffer *buffer)
{
    const struct node *root;

    FUZZ_CHECK(fuzz_file_init(file, buffer_text(buffer)));
    if (!loader_next(&file->loader, &file->document))
        return NULL;
    root = file->document.root;
    return root && (root->type == NODE_MAP || root->type == NODE_LIST) && root->count == 1
               ? root->first
               : NULL;
}

/* In a document the text is the same value, where it is one plain scalar there. */
static void check_document(const struct node *node, struct text text)
{
    struct buffer buffer = {0};
    struct fuzz_file file;
    const struct node *read;

    buffer_print(&buffer, "- ");
    buffer_add(&buffer, text);
    buffer_byte(&buffer, '\n');
    read = load(&file, &buffer);
    if (read && read->style == STYLE_PLAIN && read->type != NODE_MAP && read->type != NODE_LIST &&
        read->start == 2 && read->end == 2 + text.length && !text_is(text, "<<") &&
        fuzz_find_break(text, 0) == text.length)
        FUZZ_CHECK(same(node, read));
    fuzz_file_done(&file);
    buffer_done(&buffer);
}

/* Written as a JSON string it is that string, to the JSON reader and, where it takes all its
 * characters, to the one of YAML. */
static void check_quoted(struct text text)
{
    static const char *const before[] = {"{\"v\":", "- "}, *const behind[] = {"}", "\n"};

    for (size_t i = 0; i < 2; i++) {
        struct buffer buffer = {0};
        char *quoted = NULL;
        size_t length;
        struct json json = {.stream = open_memstream(&quoted, &length)};
        struct fuzz_file file;
        const struct node *read;

        FUZZ_CHECK(json.stream);
        json_write_text(&json, text);
        FUZZ_CHECK(!fclose(json.stream));
        buffer_print(&buffer, "%s%s%s", before[i], quoted, behind[i]);
        read = load(&file, &buffer);
        FUZZ_CHECK(read || i);
        if (read)
            FUZZ_CHECK(read->type == NODE_STRING && read->style == STYLE_DOUBLE_QUOTED);
        if (read && utf8_count(text) == utf8_count(read->text) &&
            text_find(read->text, TEXT("\xef\xbf\xbd"), 0) == SIZE_MAX)
            FUZZ_CHECK(text_equal(read->text, text));
        fuzz_file_done(&file);
        buffer_done(&buffer);
        free(quoted);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const size_t count = sizeof tags / sizeof *tags;
    struct arena arena = {0};
    struct node node = {0};
    char *bytes;
    struct text text;
    const char *error;

    if (!size)
        return 0;
    bytes = fuzz_copy((struct text){(const char *)data + 1, size - 1});
    text = (struct text){bytes, size - 1};
    if (data[0] % (count + 1) == count) {
        node = read_plain(&arena, text);
        check_ambiguity(&node, text);
        check_document(&node, text);
    } else {
        const struct tag *tag = &tags[data[0] % count];

        error = scalar_resolve(&arena, &node, text, tag->name && data[0] & 0x80, tag->name);
        if (error)
            FUZZ_CHECK(*error);
        else
            FUZZ_CHECK(tag->types >> node.type & 1);
        if (!error && !tag->name)
            FUZZ_CHECK(text_equal(node.text, text));
        check_quoted(text);
    }
    check_again(&arena, &node);
    check_key(&arena, &node, text);
    arena_done(&arena);
    free(bytes);
    return 0;
}
