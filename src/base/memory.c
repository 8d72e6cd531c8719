/*
 * The only room that decides what happens without memory: one line on standard error and status 2.
 * Callers never see NULL. Nothing here frees: free() does.
 *
 * Whoever is in the middle of writing a file does not learn of that end, so the file is noted here:
 * the one thing that the program keeps outside of what it hands around.
 */
#include "base/memory.h"
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

static const char *memory_file;

void memory_note_file(const char *path)
{
    memory_file = path;
}

void memory_out(void)
{
    static const char text[] = "krug: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);

    (void)ignored;
    if (memory_file)
        unlink(memory_file);
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
