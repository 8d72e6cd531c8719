#ifndef KRUG_POLICY_IGNORES_H
#define KRUG_POLICY_IGNORES_H

#include "policy/policy.h"
#include "yaml/comments.h"
#include <pthread.h>

/* So many ignores of one file count; more are told, and hide nothing. */
enum { IGNORES_MAX = 1000 };

/* What an ignore is for. */
enum ignore_scope { IGNORE_LINES, IGNORE_FILE, IGNORE_RESOURCE };

/* An ignore in a manifest, for one rule. */
struct ignore {
    struct text file;
    struct span span; /* of the rule's id, or of what is wrong */
    struct text rule;
    struct text reason;
    date_t until; /* its last day; 0: for ever */
    enum ignore_scope scope;
    uint32_t first_line, last_line; /* IGNORE_LINES */
    uint32_t document, item;        /* IGNORE_RESOURCE */
    struct text wrong;              /* why it is none; at == NULL: it is one */
    bool used;                      /* set when the run settles */
};

/* The ignores of a run, from any thread. */
struct ignores {
    pthread_mutex_t mutex;
    struct arena arena;
    struct ignore *items;
    size_t count, capacity;
};

void ignores_init(struct ignores *ignores);
void ignores_done(struct ignores *ignores);
/* By file and place; to be called when no other thread adds any more. */
void ignores_sort(struct ignores *ignores);

/* Reads the ignores of one file, document by document. */
struct ignores_reader {
    struct ignores *ignores; /* NULL: nobody wants them */
    struct comments comments;
    struct source *source;
    const struct chain *chain; /* its workloads: whose pod templates may have annotations */
    bool annotations;          /* the file may hold some */
    size_t count;
};
/* SOURCE's path outlives IGNORES. */
void ignores_begin(struct ignores_reader *reader, struct ignores *ignores, struct source *source,
                   const struct chain *chain);
void ignores_read(struct ignores_reader *reader, const struct document *document);
void ignores_end(struct ignores_reader *reader);

#endif
