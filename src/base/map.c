/*
 * Open addressing with linear probing and SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast
 * short-input PRF", 2012). Names in manifests come from pull requests, so a hash that can be
 * steered would let one file make a run quadratic.
 */
#include "base/map.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t map_rotate(uint64_t value, int bits)
{
    return value << bits | value >> (64 - bits);
}

static void map_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = map_rotate(v[1], 13) ^ v[0];
    v[0] = map_rotate(v[0], 32);
    v[2] += v[3];
    v[3] = map_rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = map_rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = map_rotate(v[1], 17) ^ v[2];
    v[2] = map_rotate(v[2], 32);
}

static uint64_t map_hash(const uint64_t key[2], struct text text)
{
    uint64_t v[4] = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
                     key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};
    uint64_t word, last = (uint64_t)text.length << 56;
    size_t i = 0;

    for (; i + 8 <= text.length; i += 8) {
        memcpy(&word, text.at + i, 8);
        v[3] ^= word;
        map_round(v);
        v[0] ^= word;
    }
    for (size_t shift = 0; i < text.length; i++, shift += 8)
        last |= (uint64_t)(unsigned char)text.at[i] << shift;
    v[3] ^= last;
    map_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (i = 0; i < 3; i++)
        map_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static struct map_slot *map_slot(struct map_slot *slots, size_t capacity, uint64_t hash,
                                 struct text key)
{
    size_t i = (size_t)hash & (capacity - 1);

    while (slots[i].key.at && !(slots[i].hash == hash && text_equal(slots[i].key, key)))
        i = (i + 1) & (capacity - 1);
    return &slots[i];
}

static void map_grow(struct map *map)
{
    size_t capacity = map->capacity ? map->capacity * 2 : 16;
    struct map_slot *slots = memory_get(capacity * sizeof *slots);

    if (!map->capacity && getentropy(map->key, sizeof map->key))
        map->key[0] = (uint64_t)(uintptr_t)slots;
    for (size_t i = 0; i < map->capacity; i++)
        if (map->slots[i].key.at)
            *map_slot(slots, capacity, map->slots[i].hash, map->slots[i].key) = map->slots[i];
    free(map->slots);
    map->slots = slots;
    map->capacity = capacity;
}

void *map_find(const struct map *map, struct text key)
{
    if (!map->count)
        return NULL;
    return map_slot(map->slots, map->capacity, map_hash(map->key, key), key)->value;
}

void **map_place(struct map *map, struct text key)
{
    struct map_slot *slot;
    uint64_t hash;

    if (map->count * 4 >= map->capacity * 3)
        map_grow(map);
    hash = map_hash(map->key, key);
    slot = map_slot(map->slots, map->capacity, hash, key);
    if (!slot->key.at) {
        slot->key = key.at ? key : TEXT("");
        slot->hash = hash;
        map->count++;
    }
    return &slot->value;
}

void map_done(struct map *map)
{
    free(map->slots);
    *map = (struct map){0};
}
