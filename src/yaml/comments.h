#ifndef KRUG_YAML_COMMENTS_H
#define KRUG_YAML_COMMENTS_H

#include "yaml/load.h"

/* A comment. */
struct comment {
    uint32_t start, end; /* from its # up to the end of the line */
    struct text text;    /* behind the #, without blanks around it; in the source */
    bool top; /* nothing but comments, blank lines and separators stands above it in the file */
    /* The lines that it speaks of: its own where something stands before it, else the next one that
     * is no comment; and all of a block scalar that begins there. */
    uint32_t first_line, last_line;
};

/* Finds the comments of a file that begin with a WORD, document by document. A file without any
 * costs one byte search. */
struct comments {
    struct source *source;
    struct text word;
    bool any;     /* WORD stands somewhere in the file */
    uint32_t top; /* where the first line begins that is content */
    const struct document *document;
    uint32_t next, end; /* what is still to be searched of the document */
    struct comment_range *ranges;
    size_t count, capacity;
    bool ranged;    /* those of this document are there */
    uint32_t below; /* the line that the last comment on a line of its own speaks of */
};

/* WORD outlives COMMENTS. */
void comments_init(struct comments *comments, struct source *source, struct text word);
void comments_done(struct comments *comments);
/* The comments that are asked for next are those of DOCUMENT, and of its separator; of a refused
 * document, whose text nobody can tell from comments, only those at the top of the file. */
void comments_enter(struct comments *comments, const struct document *document);
bool comments_next(struct comments *comments, struct comment *comment);

#endif
