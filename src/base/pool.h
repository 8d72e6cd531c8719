#ifndef KRUG_BASE_POOL_H
#define KRUG_BASE_POOL_H

#include "base/arena.h"

enum { POOL_STEP = 16, POOL_SMALL_MAX = 512 };

/* Many small blocks whose sizes their owner knows: released one by one, to be used again for blocks
 * of the same size, or all at once. A pool of zeros is empty and ready. Not for sharing between
 * threads. */
struct pool {
    struct arena arena; /* of the small blocks */
    struct pool_free *free[POOL_SMALL_MAX / POOL_STEP];
    struct pool_large *large;
};

/* OLD (NULL: none), of OLD_SIZE bytes, with SIZE bytes, aligned for any type; what is new is not
 * zeroed. SIZE 0 releases it and answers NULL. */
void *pool_resize(struct pool *pool, void *old, size_t old_size, size_t size);
/* Bytes that small blocks hold, in use or not: they never go back to the system before pool_done.
 */
size_t pool_held(const struct pool *pool);
void pool_done(struct pool *pool);

#endif
