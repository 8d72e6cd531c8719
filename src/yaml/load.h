#ifndef KRUG_YAML_LOAD_H
#define KRUG_YAML_LOAD_H

#include "yaml/node.h"
#include "yaml/scalar.h"
#include "yaml/source.h"

/* Limits; each is above anything that a cluster would take (docs: limits). */
enum {
    LOAD_DOCUMENT_MAX = 16 * 1024 * 1024, /* bytes; an API server refuses requests over 3 MiB */
    LOAD_NODES_MAX = 1000000,  /* aliases expanded; the largest real one seen has 45,843 */
    LOAD_DEPTH_MAX = 1000,     /* libyaml is quadratic in deep flow and has no limit */
    LOAD_FLOW_MAX = 100000000, /* sum of the flow depths of all events: half a second of libyaml */
    LOAD_REPEATED_MAX = 16 * 1024 * 1024, /* bytes of keys and strings that aliases and merges bring
                                             once more: as much as can be written out */
    LOAD_DOCUMENTS_MAX = 100000,          /* of a file; the largest real one seen has 102 */
    LOAD_NOTES_MAX =
        100000, /* notes of one kind that are kept of a document: the first say it all */
};

/* What plain tables cannot hold, noted in passing. */
enum note_kind {
    NOTE_DUPLICATE_KEY,    /* the second key; other: the first */
    NOTE_AMBIGUOUS_SCALAR, /* a plain scalar or key; reason: an ambiguity */
    NOTE_MERGE_OVERRIDE, /* the << of a merge that replaces a key written before it; other and text:
                            that key. Readers of YAML 1.2 keep the key. */
    NOTE_DROPPED_REMAINDER, /* from here on Kubernetes reads nothing of this document */
    NOTE_JSON_FALLBACK, /* begins as JSON but is none from here on: read as YAML, as Kubernetes does
                         */
    NOTE_TAB,           /* a tab that separates: after an indicator, before a comment */
    NOTE_SECOND_RESOURCE, /* the key with which the document's root begins again, where apiVersion
                             and kind both stand in it twice; other: the first of that name. The
                             root's duplicate keys are then not noted one by one. */
    NOTE_ALIAS,           /* an alias, but for what a merge takes; other: what it stands for */
    NOTE_MERGE,           /* the << of a merge */
    NOTE_KINDS
};
const char *note_kind_name(enum note_kind kind); /* "duplicate-key", ... */

struct note {
    enum note_kind kind;
    enum ambiguity reason;
    uint32_t start, end;             /* where */
    uint32_t other_start, other_end; /* NODE_NOWHERE: no other place */
    struct text text; /* the scalar or key as written, what is dropped, why it is no JSON
                         (at most 200 bytes) */
    enum node_style style;
    bool is_key;
    const struct node *node; /* the value or the map that it belongs to; NULL where none */
    struct note *next;
};

/* One document, or one place where the file is refused. Its memory is reused by the next
 * loader_next. */
struct document {
    struct node *root;                       /* NODE_NULL where empty; NULL where refused */
    size_t number;                           /* in the file, from 1 */
    uint32_t start, end;                     /* its bytes; separators left out */
    uint32_t separator_start, separator_end; /* the --- line above it; NODE_NOWHERE: none */
    struct node *lost;                       /* values whose key is set again, by their next */
    struct note *notes;                      /* in document order */
    size_t node_count;
    struct text origin; /* what a "# Source: PATH" comment above its first line of content says, as
                           helm writes it; at == NULL: none */
    struct text error;  /* why it is refused; at == NULL: it is not */
    uint32_t error_start, error_end;
    bool too_large; /* refused for its size: manifest/too-large, else manifest/syntax */
    bool json;      /* read by the JSON reader */
};

struct loader {
    struct source *source;
    struct arena arena;
    uint32_t position;
    size_t count;
    bool stopped, json;
    size_t json_objects;
    uint32_t separator_start, separator_end; /* the --- line that ended the last chunk */
};

/* Reads SOURCE document by document, exactly as kubectl would cut and read it. A document that is
 * refused does not end the reading, where the next one can be found. */
void loader_init(struct loader *loader, struct source *source);
/* False at the end of the file. What DOCUMENT points to lives until the next call. */
ATTRIBUTE_CHECK bool loader_next(struct loader *loader, struct document *document);
void loader_done(struct loader *loader);

#endif
