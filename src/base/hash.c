/*
 * The hash behind fingerprints. It is the same on every machine and in every version, because
 * baselines and reports keep what it gave.
 */
#include "base/hash.h"
#include <stdio.h>

static void hash_byte(struct hash *hash, unsigned char byte)
{
    const unsigned __int128 prime = (unsigned __int128)1 << 88 | 0x13b;

    hash->value = (hash->value ^ byte) * prime;
}

void hash_init(struct hash *hash)
{
    hash->value = (unsigned __int128)0x6c62272e07bb0142 << 64 | 0x62b821756295c58d;
}

void hash_add(struct hash *hash, struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        hash_byte(hash, (unsigned char)text.at[i]);
    hash_byte(hash, 0);
}

void hash_write(const struct hash *hash, char to[33])
{
    snprintf(to, 33, "%016llx%016llx", (unsigned long long)(hash->value >> 64),
             (unsigned long long)hash->value);
}
