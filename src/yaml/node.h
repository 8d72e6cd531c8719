#ifndef KRUG_YAML_NODE_H
#define KRUG_YAML_NODE_H

#include "base/arena.h"

/* What a value is to Kubernetes. */
enum node_type {
    NODE_NULL,
    NODE_BOOL,
    NODE_INTEGER,
    NODE_UNSIGNED, /* above INT64_MAX */
    NODE_FLOAT,
    NODE_STRING,
    NODE_MAP,
    NODE_LIST,
};

/* How it was written. */
enum node_style {
    STYLE_PLAIN,
    STYLE_SINGLE_QUOTED,
    STYLE_DOUBLE_QUOTED,
    STYLE_LITERAL,
    STYLE_FOLDED,
    STYLE_BLOCK,
    STYLE_FLOW,
};

/* "null", "boolean", "number", "string", "map", "list": the words that rules use. */
const char *node_type_name(enum node_type type);
/* "plain", "single-quoted", "double-quoted", "literal", "folded", "block", "flow". */
const char *node_style_name(enum node_style style);

enum { NODE_NOWHERE = UINT32_MAX };

/* A value of a document. The tree is a true tree: an alias and what a merge brings are copies, with
 * the place of the text they repeat and the place of the alias. Ranges are bytes of the source, the
 * end exclusive, without anchor and tag; a block scalar ends with its last line of content, a
 * collection with its last child (a flow collection with its bracket). An empty value has an empty
 * range right behind its indicator. All of it lives in the document's arena. */
struct node {
    struct node *parent, *next;
    struct node
        *first; /* children, in order; a key that is set again stands only once, where it won */
    struct text key; /* of a map's value, as a string; at == NULL for others */
    uint32_t key_start, key_end;
    uint32_t start, end;
    uint32_t alias_start,
        alias_end;  /* the outermost alias that brought it here; NODE_NOWHERE: none */
    uint32_t count; /* children; nulls count */
    uint32_t index; /* among its parent's children, from 0 */
    uint8_t type, style, key_style; /* node_type, node_style */
    union {
        struct text text; /* NODE_STRING */
        bool boolean;
        int64_t integer;
        uint64_t unsigned_integer;
        double number;
    };
};

/* The value under KEY, or NULL; NULL also where NODE is NULL or not a map. */
const struct node *node_find(const struct node *node, struct text key);
/* The same, if it is one of the first hundred: for what is asked again and again of one map. */
const struct node *node_find_early(const struct node *node, struct text key);
/* The same through a path of literal keys, ended by NULL: node_at(node, "metadata", "name", NULL).
 */
const struct node *node_at(const struct node *node, const char *key, ...);
/* The text of a string; {NULL, 0} where NODE is NULL or no string. */
struct text node_text(const struct node *node);

/* Walks NODE and all below it in document order without recursion; depth starts at 0.
 * for (struct node_walk walk = node_walk(node); walk.node; node_walk_next(&walk)) */
struct node_walk {
    const struct node *root, *node;
    size_t depth;
};
struct node_walk node_walk(const struct node *root);
void node_walk_next(struct node_walk *walk);
void node_walk_skip(struct node_walk *walk); /* as next, but not into the children */

/* What a path shows: Kubernetes' own keys and names have at most 317 bytes, and the longest path in
 * its schemas is far below that. A file may hold a key of megabytes, and a path of it for each of
 * its findings would be as many megabytes. */
enum {
    NODE_PATH_KEY_MAX = 400,
    NODE_PATH_MAX = 2000,  /* what is longer ends in dots behind the key that goes beyond this */
    NODE_PATH_STEPS = 1024 /* more than fit in there: each takes two bytes */
};

/* The path of NODE from FROM (an ancestor, itself the empty path) on: "spec.ports[0].name"; keys
 * that are not plain words are quoted: metadata.labels["app.kubernetes.io/name"]. */
void node_path(struct buffer *buffer, const struct node *node, const struct node *from);
/* The same with list items by their name, key, or port, where they have one, and else by their
 * number: spec.ports[name=http].name. For fingerprints. */
void node_stable_path(struct buffer *buffer, const struct node *node, const struct node *from);
/* Adds one step to a path: ".key", "key" or ["odd key"]. */
void node_path_key(struct buffer *buffer, struct text key);

struct json;
/* Writes the value as JSON, as Kubernetes would convert it. */
void node_write(const struct node *node, struct json *json);

#endif
