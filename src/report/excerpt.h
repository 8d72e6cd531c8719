#ifndef KRUG_REPORT_EXCERPT_H
#define KRUG_REPORT_EXCERPT_H

#include "engine/run.h"

/* Lines of source for reports: of the file that was asked for last, read again, since nothing keeps
 * it. Set TREE; the rest starts as zeros. */
struct excerpts {
    const struct tree *tree;
    struct text path;
    struct source source;
    bool open;
};

/* LINE (from 1) of FILE, valid until another file is asked for; empty where it cannot be read. */
struct text excerpts_line(struct excerpts *excerpts, struct text file, size_t line);
void excerpts_done(struct excerpts *excerpts);

/* What is shown of a line: all of it, or a window around the place where it is long. */
struct excerpt {
    struct text shown;
    size_t start, stop; /* the bytes of the place in it; the same where it is behind the line */
    bool cut;           /* something stands before the window */
};

/* The part around SPAN of the line on which it begins, which is there. */
struct excerpt excerpt_of(struct source *source, const struct span *span);
/* The first characters of a line, as many as a window holds. */
struct text excerpt_head(struct text line);

#endif
