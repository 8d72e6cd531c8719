/*
 * What can be asked of a tree, whoever built it. Nothing here recurses: a tree may be as deep as
 * LOAD_DEPTH_MAX allows, and paths and walks must not depend on the size of a thread's stack.
 */
#include "yaml/node.h"
#include "base/json.h"
#include <stdarg.h>
#include <string.h>

/* No item of a list that Kubernetes knows has more fields. */
enum { NODE_EARLY = 100 };

const char *node_type_name(enum node_type type)
{
    static const char *const names[] = {
        [NODE_NULL] = "null",       [NODE_BOOL] = "boolean", [NODE_INTEGER] = "number",
        [NODE_UNSIGNED] = "number", [NODE_FLOAT] = "number", [NODE_STRING] = "string",
        [NODE_MAP] = "map",         [NODE_LIST] = "list",
    };

    return names[type];
}

const char *node_style_name(enum node_style style)
{
    static const char *const names[] = {
        [STYLE_PLAIN] = "plain",
        [STYLE_SINGLE_QUOTED] = "single-quoted",
        [STYLE_DOUBLE_QUOTED] = "double-quoted",
        [STYLE_LITERAL] = "literal",
        [STYLE_FOLDED] = "folded",
        [STYLE_BLOCK] = "block",
        [STYLE_FLOW] = "flow",
    };

    return names[style];
}

static const struct node *node_find_among(const struct node *node, struct text key, size_t most)
{
    if (!node || node->type != NODE_MAP)
        return NULL;
    for (const struct node *child = node->first; child && most--; child = child->next)
        if (text_equal(child->key, key))
            return child;
    return NULL;
}

const struct node *node_find(const struct node *node, struct text key)
{
    return node_find_among(node, key, SIZE_MAX);
}

const struct node *node_find_early(const struct node *node, struct text key)
{
    return node_find_among(node, key, NODE_EARLY);
}

const struct node *node_at(const struct node *node, const char *key, ...)
{
    va_list rest;

    va_start(rest, key);
    for (; key && node; key = va_arg(rest, const char *))
        node = node_find(node, text_of(key));
    va_end(rest);
    return node;
}

struct text node_text(const struct node *node)
{
    return node && node->type == NODE_STRING ? node->text : (struct text){0};
}

struct node_walk node_walk(const struct node *root)
{
    return (struct node_walk){.root = root, .node = root};
}

void node_walk_skip(struct node_walk *walk)
{
    while (walk->node != walk->root && !walk->node->next) {
        walk->node = walk->node->parent;
        walk->depth--;
    }
    walk->node = walk->node == walk->root ? NULL : walk->node->next;
}

static bool node_is_collection(const struct node *node)
{
    return node->type == NODE_MAP || node->type == NODE_LIST;
}

void node_walk_next(struct node_walk *walk)
{
    if (node_is_collection(walk->node) && walk->node->first) {
        walk->node = walk->node->first;
        walk->depth++;
    } else {
        node_walk_skip(walk);
    }
}

/* What is long is no word, whatever it is made of. */
static bool node_is_word(struct text text)
{
    if (text.length > NODE_PATH_KEY_MAX)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

        if (!letter && !(i && ((c >= '0' && c <= '9') || c == '-')))
            return false;
    }
    return text.length > 0;
}

/* TEXT, cut where it is too long for a path, and whether it is. */
static bool node_cut(struct text *text)
{
    size_t length = NODE_PATH_KEY_MAX;

    if (text->length <= length)
        return false;
    while (length && (text->at[length] & 0xc0) == 0x80)
        length--;
    *text = text_slice(*text, 0, length);
    return true;
}

/* In double quotes, so that a path is one line whatever the key holds. */
static void node_quote(struct buffer *buffer, struct text text)
{
    bool cut = node_cut(&text);

    buffer_byte(buffer, '"');
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if (c < 0x20 || c == 0x7f) {
            buffer_print(buffer, "\\u%04x", c);
            continue;
        }
        if (c == '"' || c == '\\')
            buffer_byte(buffer, '\\');
        buffer_byte(buffer, text.at[i]);
    }
    buffer_add(buffer, cut ? TEXT("...\"") : TEXT("\""));
}

void node_path_key(struct buffer *buffer, struct text key)
{
    if (buffer->length > NODE_PATH_MAX)
        return;
    if (node_is_word(key)) {
        if (buffer->length)
            buffer_byte(buffer, '.');
        buffer_add(buffer, key);
        return;
    }
    buffer_byte(buffer, '[');
    node_quote(buffer, key);
    buffer_byte(buffer, ']');
}

/* "[name=http]", or false where ITEM has nothing to be known by. */
static bool node_path_name(struct buffer *buffer, const struct node *item)
{
    static const char *const keys[] = {"name", "key", "port"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct node *value = node_find_early(item, text_of(keys[i]));

        if (value && value->type == NODE_INTEGER) {
            buffer_print(buffer, "[%s=%lld]", keys[i], (long long)value->integer);
            return true;
        }
        if (value && value->type == NODE_STRING) {
            buffer_print(buffer, "[%s=", keys[i]);
            if (node_is_word(value->text))
                buffer_add(buffer, value->text);
            else
                node_quote(buffer, value->text);
            buffer_byte(buffer, ']');
            return true;
        }
    }
    return false;
}

/* The steps from FROM down to NODE; what is too long ends in dots. Texts that were parsed hang in
 * the tree below each other, so there may be any number of steps: only the uppermost are kept. */
static void node_path_write(struct buffer *buffer, const struct node *node, const struct node *from,
                            bool stable)
{
    const struct node *steps[NODE_PATH_STEPS];
    size_t depth = 0;

    for (const struct node *at = node; at && at != from && at->parent; at = at->parent) {
        steps[depth++ % NODE_PATH_STEPS] = at;
    }
    while (depth && buffer->length <= NODE_PATH_MAX) {
        const struct node *step = steps[--depth % NODE_PATH_STEPS];

        if (step->parent->type == NODE_MAP)
            node_path_key(buffer, step->key.at ? step->key : TEXT("<<"));
        else if (!stable || !node_path_name(buffer, step))
            buffer_print(buffer, "[%u]", (unsigned)step->index);
    }
    if (depth)
        buffer_add(buffer, TEXT("..."));
}

void node_path(struct buffer *buffer, const struct node *node, const struct node *from)
{
    node_path_write(buffer, node, from, false);
}

void node_stable_path(struct buffer *buffer, const struct node *node, const struct node *from)
{
    node_path_write(buffer, node, from, true);
}

static void node_write_scalar(const struct node *node, struct json *json)
{
    switch ((enum node_type)node->type) {
    case NODE_BOOL:
        json_write_bool(json, node->boolean);
        break;
    case NODE_INTEGER:
        json_write_integer(json, node->integer);
        break;
    case NODE_UNSIGNED:
        json_write_unsigned(json, node->unsigned_integer);
        break;
    case NODE_FLOAT:
        json_write_number(json, node->number);
        break;
    case NODE_STRING:
        json_write_text(json, node->text);
        break;
    default:
        json_write_null(json);
    }
}

void node_write(const struct node *node, struct json *json)
{
    const struct node *root = node;

    for (;;) {
        if (node != root && node->parent->type == NODE_MAP)
            json_key_text(json, node->key);
        if (node_is_collection(node)) {
            json_begin(json, node->type == NODE_MAP ? '{' : '[');
            if (node->first) {
                node = node->first;
                continue;
            }
            json_end(json, node->type == NODE_MAP ? '}' : ']');
        } else {
            node_write_scalar(node, json);
        }
        while (node != root && !node->next) {
            node = node->parent;
            json_end(json, node->type == NODE_MAP ? '}' : ']');
        }
        if (node == root)
            return;
        node = node->next;
    }
}
