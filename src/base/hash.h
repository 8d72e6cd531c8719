#ifndef KRUG_BASE_HASH_H
#define KRUG_BASE_HASH_H

#include "base/text.h"

/* FNV-1a of 128 bits (draft-eastlake-fnv): for fingerprints, which only have to differ where nobody
 * tries to make them the same. Start with hash_init, add texts (each is closed, so that "a" + "bc"
 * and "ab" + "c" differ), write 32 hexadecimal digits and a NUL. */
struct hash {
    unsigned __int128 value;
};

void hash_init(struct hash *hash);
void hash_add(struct hash *hash, struct text text);
void hash_write(const struct hash *hash, char to[33]);

#endif
