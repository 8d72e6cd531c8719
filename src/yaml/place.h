#ifndef KRUG_YAML_PLACE_H
#define KRUG_YAML_PLACE_H

#include "base/text.h"

/* Finds places in the bytes of one chunk for the reader of YAML. All offsets are those of the file.
 */
struct place {
    struct text text;    /* of the file */
    uint32_t start, end; /* of the chunk */
    bool ascii;
    size_t index;  /* of the character that the last question was about */
    uint32_t byte; /* where that is */
};

void place_init(struct place *place, struct text text, uint32_t start, uint32_t end);

/* place_offset for a chunk that is not ASCII. */
uint32_t place_walk(struct place *place, size_t index);

/* Where the character is that has INDEX others before it in the chunk; never behind the chunk.
 * Cheap for an INDEX near to the last one. */
static inline uint32_t place_offset(struct place *place, size_t index)
{
    if (!place->ascii)
        return place_walk(place, index);
    return index < place->end - place->start ? place->start + (uint32_t)index : place->end;
}

/* The byte at OFFSET, or NUL behind the chunk. */
static inline char place_byte(const struct place *place, uint32_t offset)
{
    return offset < place->end ? place->text.at[offset] : '\0';
}

/* How many bytes of blank or line end stand at OFFSET: 0 where there is something else. */
uint32_t place_blank(const struct place *place, uint32_t offset);
bool place_is_break(const struct place *place, uint32_t offset);
/* Behind blanks, line ends and comments. */
uint32_t place_skip(const struct place *place, uint32_t offset);
/* Behind at most COUNT anchors and tags and what separates them. */
uint32_t place_skip_properties(const struct place *place, uint32_t offset, int count);
/* Where the block scalar at START ends, which libyaml read up to END: behind its last line that is
 * not blank, or behind its indicators. */
uint32_t place_block_end(const struct place *place, uint32_t start, uint32_t end);
/* The next run of blanks from *FROM on that begins with a tab and separates something, comments
 * left out, *FROM then behind it; false where there is none before END. */
bool place_find_tab(const struct place *place, uint32_t *from, uint32_t end, uint32_t *start);

#endif
