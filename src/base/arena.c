/*
 * Bump allocation in blocks. A document's nodes and strings live and die together, so there is no
 * free for one of them. Blocks grow with what was asked for; a reset keeps the first ordinary
 * block, so that a run over many small documents asks the system once.
 */
#include "base/arena.h"
#include "base/memory.h"
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Under ASan what was not handed out is not to be touched, and a gap stands behind each piece. */
#if ATTRIBUTE_ASAN
#include <sanitizer/asan_interface.h>
#define ARENA_HIDE(at, size) ASAN_POISON_MEMORY_REGION(at, size)
#define ARENA_SHOW(at, size) ASAN_UNPOISON_MEMORY_REGION(at, size)
enum { ARENA_GAP = alignof(max_align_t) };
#else
#define ARENA_HIDE(at, size) ((void)0)
#define ARENA_SHOW(at, size) ((void)0)
enum { ARENA_GAP = 0 };
#endif

/* A small document (4 KiB of text, about 150 nodes) fits into one block. */
enum { ARENA_BLOCK = 64 * 1024 };

struct arena_block {
    struct arena_block *older;
    size_t size;
    alignas(max_align_t) char bytes[];
};

static void arena_block_add(struct arena *arena, size_t size)
{
    size_t room = size > ARENA_BLOCK ? size : ARENA_BLOCK;
    struct arena_block *block = memory_resize(NULL, sizeof *block + room);

    block->older = arena->blocks;
    block->size = room;
    arena->blocks = block;
    arena->next = block->bytes;
    arena->end = block->bytes + room;
    arena->total += room;
    ARENA_HIDE(block->bytes, room);
}

void *arena_get(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    size_t rounded = ((size + align - 1) & ~(align - 1)) + ARENA_GAP;
    char *at;

    if (rounded < size)
        memory_out();
    if ((size_t)(arena->end - arena->next) < rounded || !arena->next)
        arena_block_add(arena, rounded);
    at = arena->next;
    arena->next += rounded;
    ARENA_SHOW(at, size);
    return at;
}

void *arena_zero(struct arena *arena, size_t size)
{
    return memset(arena_get(arena, size), 0, size);
}

struct text arena_copy(struct arena *arena, struct text text)
{
    char *at = arena_get(arena, text.length + 1);

    if (text.length)
        memcpy(at, text.at, text.length);
    at[text.length] = '\0';
    return (struct text){at, text.length};
}

struct text arena_print(struct arena *arena, const char *format, ...)
{
    struct buffer buffer = {0};
    struct text copy;
    va_list arguments;

    va_start(arguments, format);
    buffer_vprint(&buffer, format, arguments);
    va_end(arguments);
    copy = arena_copy(arena, buffer_text(&buffer));
    buffer_done(&buffer);
    return copy;
}

void arena_reset(struct arena *arena)
{
    struct arena_block *block = arena->blocks;

    while (block && (block->older || block->size > ARENA_BLOCK)) {
        struct arena_block *older = block->older;

        free(block);
        block = older;
    }
    arena->blocks = block;
    arena->total = block ? block->size : 0;
    arena->next = block ? block->bytes : NULL;
    arena->end = block ? block->bytes + block->size : NULL;
    if (block)
        ARENA_HIDE(block->bytes, block->size);
}

void arena_done(struct arena *arena)
{
    struct arena_block *block = arena->blocks;

    while (block) {
        struct arena_block *older = block->older;

        free(block);
        block = older;
    }
    *arena = (struct arena){0};
}
