#ifndef KRUG_YAML_BUILD_H
#define KRUG_YAML_BUILD_H

#include "base/map.h"
#include "yaml/load.h"

/* What the readers of YAML and JSON share, and nobody else uses: a tree that grows event by event,
 * with its limits, its notes and its refusal. A function that is false has refused the document. */

/* Behind a refusal where {{ stands. */
#define BUILD_TEMPLATE "; is this a template that was not rendered?"

/* A node that aliases may name. COST: how often go-yaml's decoder calls itself for it. */
struct build_anchor {
    struct node *node;
    uint64_t start, cost;
};

/* An open collection. */
struct build_frame {
    struct node *node, *last;
    struct node *due; /* the child of a map that has its key and waits for its value */
    struct build_anchor *anchor;
    uint64_t seen;  /* one bit for each hash of a key */
    uint32_t end;   /* of what was read in it */
    bool unsettled; /* a key may stand in it twice, or it has merges */
    bool merges;
    bool named; /* a list that it merges has an anchor: aliases may copy its maps */
};

struct build {
    struct arena *arena;
    struct document *document;
    struct text text; /* of the whole file */
    struct build_frame *frames;
    size_t depth, capacity;
    struct note *last_note;
    struct note lost; /* where notes above the limit are written */
    size_t note_counts[NOTE_KINDS];
    bool notes_mixed; /* notes are not in the order of their places */
    struct map anchors;
    size_t merged;                   /* values that merges took over, in merges of merges again */
    size_t repeated;                 /* bytes of text that aliases and merges brought once more */
    uint64_t decodes, alias_decodes; /* as decodeCount and aliasCount of go-yaml's decode.go */
};

void build_init(struct build *build, struct arena *arena, struct document *document,
                struct text text);
void build_done(struct build *build); /* puts the notes in order, forgets them where refused */

/* Always false. The document's error, from START up to END, unless there is one already. */
bool build_refuse(struct build *build, uint32_t start, uint32_t end, const char *format, ...)
    ATTRIBUTE_FORMAT(4, 5);
/* The same for one character at START. */
bool build_refuse_at(struct build *build, uint32_t start, const char *format, ...)
    ATTRIBUTE_FORMAT(3, 4);

/* A note of the source from START up to END. Above LOAD_NOTES_MAX of its kind it is forgotten. */
struct note *build_note(struct build *build, enum note_kind kind, uint32_t start, uint32_t end);

/* What stands from START up to END, cut to what a note quotes. */
struct text build_quote(struct build *build, uint32_t start, uint32_t end);

/* The open collection, or NULL. */
static inline struct build_frame *build_top(struct build *build)
{
    return build->depth ? &build->frames[build->depth - 1] : NULL;
}

/* Whether what comes next is a key. */
static inline bool build_wants_key(struct build *build)
{
    struct build_frame *frame = build_top(build);

    return frame && frame->node->type == NODE_MAP && !frame->due;
}

/* A node that is linked to nothing; NULL where there are too many (refused at START). */
struct node *build_node(struct build *build, uint32_t start);
/* A new child of the open map, which waits for its value. A merge has no KEY (at == NULL). */
ATTRIBUTE_CHECK bool build_key(struct build *build, struct text key, uint32_t start, uint32_t end,
                               enum node_style style);
/* The node for the value that begins at START, linked to where it belongs; NULL where refused. */
struct node *build_value(struct build *build, uint32_t start);
/* The value NODE, complete, takes the source up to END. */
void build_ends(struct build *build, uint32_t end);

/* What is built next goes into NODE, a value whose type is NODE_MAP or NODE_LIST. */
ATTRIBUTE_CHECK bool build_open(struct build *build, struct node *node,
                                struct build_anchor *anchor);
/* The open collection is complete; END is behind its bracket, NODE_NOWHERE: it has none. */
ATTRIBUTE_CHECK bool build_close(struct build *build, uint32_t end);

/* keys.c: says whether CHILD's key may stand in FRAME's map already. */
bool keys_meet(struct build_frame *frame, const struct node *child);
/* keys.c: leaves the last of equal keys in MAP, with notes; counts and numbers its children. */
void keys_settle(struct build *build, struct node *map);

/* expand.c: aliases and merges. An anchor on NODE, whose decoding begins now. */
struct build_anchor *expand_anchor(struct build *build, const char *name, struct node *node);
/* What the alias NAME stands for; NULL where refused. */
struct build_anchor *expand_find(struct build *build, const char *name, uint32_t start,
                                 uint32_t end);
/* Makes TO, a value just placed, a copy of FROM with the alias from START up to END. NODE_NOWHERE:
 * the copies keep the aliases of what they copy. */
ATTRIBUTE_CHECK bool expand_copy(struct build *build, struct node *to, const struct node *from,
                                 uint32_t start, uint32_t end);
/* Counts what the alias at START makes go-yaml's decoder do. */
ATTRIBUTE_CHECK bool expand_count(struct build *build, uint64_t calls, uint32_t start);
/* Counts one call of the decoder for what stands at START itself. */
static inline ATTRIBUTE_CHECK bool expand_step(struct build *build, uint32_t start)
{
    build->decodes++;
    return !build->alias_decodes || expand_count(build, 0, start);
}

/* Puts what the open map merges in its place. */
ATTRIBUTE_CHECK bool expand_merges(struct build *build, struct build_frame *frame);

/* The part of the file that Kubernetes hands to its YAML reader at once. */
struct chunk {
    uint32_t start, end;
    uint32_t separator_start, separator_end; /* NODE_NOWHERE: none */
    bool wrong_separator;                    /* it is nothing but a separator that is none */
};

/* chunk.c: the chunk at *POSITION, and *POSITION behind it; false at the end. */
bool chunk_next(struct loader *loader, struct chunk *chunk);

/* yaml.c: reads the first document of CHUNK. */
ATTRIBUTE_CHECK bool yaml_read(struct build *build, const struct chunk *chunk);

enum json_result { JSON_VALUE, JSON_END, JSON_BROKEN, JSON_REFUSED };

/* json_reader.c: reads one value at *POSITION, and *POSITION behind it. JSON_BROKEN: this is no
 * JSON, for the reason in the document's error; JSON_REFUSED: it is above a limit. */
enum json_result json_read(struct build *build, uint32_t *position);

#endif
