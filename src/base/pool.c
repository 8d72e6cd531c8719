/*
 * Blocks by size class: one that is released waits in the list of its class for the next of that
 * size, so that both take a few instructions and no header. What is larger than the classes comes
 * from the system, in a list so that it can be released with the rest.
 *
 * Under AddressSanitizer every block is from the system, so that what it watches are the real ends
 * of blocks.
 */
#include "base/pool.h"
#include "base/memory.h"
#include <stdalign.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct pool_free {
    struct pool_free *next;
};

struct pool_large {
    struct pool_large *next, **link; /* link: what points to this one */
    alignas(max_align_t) char bytes[];
};

static bool pool_is_small(size_t size)
{
    return size <= POOL_SMALL_MAX && !ATTRIBUTE_ASAN;
}

static size_t pool_class(size_t size)
{
    return (size - 1) / POOL_STEP;
}

/* ---- small blocks ---- */

static void *pool_take(struct pool *pool, size_t size)
{
    size_t class = pool_class(size);
    struct pool_free *block = pool->free[class];

    if (!block)
        return arena_get(&pool->arena, (class + 1) * POOL_STEP);
    pool->free[class] = block->next;
    return block;
}

static void pool_give(struct pool *pool, void *at, size_t size)
{
    struct pool_free *block = at;

    block->next = pool->free[pool_class(size)];
    pool->free[pool_class(size)] = block;
}

/* ---- large ones ---- */

static struct pool_large *pool_head(void *at)
{
    /* by void: `bytes` is aligned as the whole is */
    return (void *)((char *)at - offsetof(struct pool_large, bytes));
}

static void pool_cut(struct pool_large *block)
{
    *block->link = block->next;
    if (block->next)
        block->next->link = block->link;
}

/* OLD may be NULL. */
static void *pool_resize_large(struct pool *pool, void *old, size_t size)
{
    struct pool_large *block = old ? pool_head(old) : NULL;

    if (size > SIZE_MAX - sizeof *block)
        memory_out();
    if (block)
        pool_cut(block);
    block = memory_resize(block, sizeof *block + size);
    block->next = pool->large;
    block->link = &pool->large;
    if (block->next)
        block->next->link = &block->next;
    pool->large = block;
    return block->bytes;
}

static void pool_free_large(void *at)
{
    pool_cut(pool_head(at));
    free(pool_head(at));
}

/* ---- both ---- */

static void pool_release(struct pool *pool, void *at, size_t size)
{
    if (pool_is_small(size))
        pool_give(pool, at, size);
    else
        pool_free_large(at);
}

void *pool_resize(struct pool *pool, void *old, size_t old_size, size_t size)
{
    bool was_small = pool_is_small(old_size), is_small = pool_is_small(size);
    void *at;

    if (!size) {
        if (old)
            pool_release(pool, old, old_size);
        return NULL;
    }
    if (old && was_small && is_small && pool_class(old_size) == pool_class(size))
        return old;
    if (!is_small && (!old || !was_small))
        return pool_resize_large(pool, old, size);
    at = is_small ? pool_take(pool, size) : pool_resize_large(pool, NULL, size);
    if (old) {
        memcpy(at, old, old_size < size ? old_size : size);
        pool_release(pool, old, old_size);
    }
    return at;
}

size_t pool_held(const struct pool *pool)
{
    return pool->arena.total;
}

void pool_done(struct pool *pool)
{
    while (pool->large) {
        struct pool_large *block = pool->large;

        pool->large = block->next;
        free(block);
    }
    arena_done(&pool->arena);
    *pool = (struct pool){0};
}
