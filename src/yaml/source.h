#ifndef KRUG_YAML_SOURCE_H
#define KRUG_YAML_SOURCE_H

#include "base/finding.h"

/* The text of one file as UTF-8 without a byte order mark, which knows its lines. Offsets are bytes
 * of this text. Lines end at LF (a CR before it belongs to the line end), as git, grep and editors
 * count them. */
struct source {
    struct text path;    /* as findings name it; not owned */
    char *bytes;         /* owned; one spare byte and a NUL behind the text */
    struct text text;    /* without the mark */
    struct source_mark { /* where each piece of the text begins; made when first asked for */
        uint32_t line, column;
    } * marks;
};

/* Takes over BYTES (from malloc, with two spare bytes behind LENGTH, as file_read gives them),
 * drops a UTF-8 byte order mark and transcodes UTF-16 that has one. NULL, or the reason why this is
 * no text (only broken UTF-16; wrong UTF-8 is told by the loader, with its place). source_done is
 * due either way. */
ATTRIBUTE_CHECK const char *source_init(struct source *source, struct text path, char *bytes,
                                        size_t length);
void source_done(struct source *source);

/* The place of the bytes from START up to END. What these three cost does not depend on how long a
 * line is. Not for sharing between threads before the first of them was asked. */
struct span source_span(struct source *source, size_t start, size_t end);
/* A line (from 1) without its end; empty where there is none. */
struct text source_line(struct source *source, size_t line);
/* The same from COLUMN (from 1) on. */
struct text source_line_from(struct source *source, size_t line, size_t column);

#endif
