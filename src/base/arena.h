#ifndef KRUG_BASE_ARENA_H
#define KRUG_BASE_ARENA_H

#include "base/text.h"
#include <stddef.h>

/* Memory that is released all at once. An arena of zeros is empty and ready. Not for sharing
 * between threads. */
struct arena {
    struct arena_block *blocks; /* newest first */
    char *next, *end;
    size_t total; /* bytes of all blocks */
};

/* SIZE bytes aligned for any type, not zeroed; live until arena_reset or arena_done. */
ATTRIBUTE_NEVER_NULL ATTRIBUTE_SIZE(2) void *arena_get(struct arena *arena, size_t size);

/* The same, zeroed. */
ATTRIBUTE_NEVER_NULL ATTRIBUTE_SIZE(2) void *arena_zero(struct arena *arena, size_t size);

/* A copy of TEXT, with a NUL behind it that its length does not count. */
struct text arena_copy(struct arena *arena, struct text text);

/* A formatted text of any length, with a NUL behind it. */
struct text arena_print(struct arena *arena, const char *format, ...) ATTRIBUTE_FORMAT(2, 3);

/* Forgets what was handed out and keeps one block for the next use. */
void arena_reset(struct arena *arena);

void arena_done(struct arena *arena);

#endif
