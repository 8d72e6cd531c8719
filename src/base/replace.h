#ifndef KRUG_BASE_REPLACE_H
#define KRUG_BASE_REPLACE_H

#include "base/attribute.h"
#include <stdio.h>

/* A file that is written anew: beside the old one, which it replaces only when all of it is on the
 * disk; its mode stays, and one that may not be written is not replaced. What is no regular file (a
 * device, a FIFO) is written to as it is. */
struct replace {
    FILE *stream;
    char *path, *beside; /* beside is NULL where the path itself is written to */
};

/* NULL, or the reason; then there is nothing to be done with REPLACE. */
ATTRIBUTE_CHECK const char *replace_open(struct replace *replace, const char *path);
/* Ends the writing; NULL, or the reason why the file is what it was before. */
ATTRIBUTE_CHECK const char *replace_close(struct replace *replace);

#endif
