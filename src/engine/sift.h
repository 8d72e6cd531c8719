#ifndef KRUG_ENGINE_SIFT_H
#define KRUG_ENGINE_SIFT_H

#include "base/regex.h"
#include "engine/rules.h"

/* Which files of the repository can hold a resource that some rule collects: a search of their
 * bytes, so that what nobody named is not parsed for nothing. */
struct sift {
    struct regex *regex; /* NULL: every file can, or none */
    bool none;
};

/* Asks the rules across documents that are needed and possible. */
void sift_init(struct sift *sift, const struct rules *rules, const struct policies *policies);
void sift_done(struct sift *sift);
/* Never false for a file that holds such a resource, unless its `kind` is written with an escape in
 * the key itself. */
bool sift_takes(const struct sift *sift, struct regex_match *match, struct text text);

#endif
