/*
 * The only room that decides what happens without memory: one line on standard error and status 2.
 * Callers never see NULL. Nothing here frees: free() does.
 */
#include "base/memory.h"
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

void memory_out(void)
{
    static const char text[] = "krug: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);

    (void)ignored;
    _exit(2);
}

void *memory_get(size_t size)
{
    void *at = calloc(1, size ? size : 1);

    if (!at)
        memory_out();
    return at;
}

void *memory_resize(void *old, size_t size)
{
    void *at = realloc(old, size ? size : 1);

    if (!at)
        memory_out();
    return at;
}

void *memory_extend(void *items, size_t count, size_t *capacity, size_t size)
{
    size_t wanted;

    if (count < *capacity)
        return items;
    wanted = *capacity < 8 ? 8 : *capacity + *capacity / 2;
    if (wanted > SIZE_MAX / size)
        memory_out();
    items = memory_resize(items, wanted * size);
    *capacity = wanted;
    return items;
}
