#ifndef KRUG_BASE_MAP_H
#define KRUG_BASE_MAP_H

#include "base/text.h"

/* From texts to pointers. Zeros are an empty map. Keys are not copied: they must outlive the map.
 * Hashed with SipHash under a key of this run, so that input cannot choose to collide; walk it in
 * no order. */
struct map {
    struct map_slot *slots;
    size_t count, capacity;
    uint64_t key[2];
};

struct map_slot {
    struct text key; /* at == NULL: free */
    void *value;
    uint64_t hash;
};

/* The value under KEY, or NULL. */
void *map_find(const struct map *map, struct text key);
/* Where the value of KEY is kept; a new key starts with NULL. Valid until the next map_place. */
void **map_place(struct map *map, struct text key);
void map_done(struct map *map);

#endif
