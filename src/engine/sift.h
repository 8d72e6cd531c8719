#ifndef KRUG_ENGINE_SIFT_H
#define KRUG_ENGINE_SIFT_H

#include "base/regex.h"
#include "engine/gather.h"

/* Which files that nobody named are worth being parsed: those with facts that can meet one of a
 * file that was named, so that the answer for a few files does not cost reading all others. */
struct sift {
    bool *wanted;            /* by rule: its facts are */
    struct sift_want *wants; /* of rules that say `apart` */
    size_t want_count, want_capacity;
    struct regex *kinds;   /* of the other rules; NULL: every kind, or none */
    struct text *clusters; /* of the facts that are there */
    size_t cluster_count, cluster_capacity;
    bool all, none;
};

/* Asks what the rules found in the named files: those that noted no fact there can find nothing. */
void sift_init(struct sift *sift, const struct rules *rules, const struct policies *policies,
               const struct facts *const *named, size_t count);
void sift_done(struct sift *sift);
/* Whether a file can have such facts, from its path; and from its text, once it was read. Never
 * false for one that has, unless its `kind` is written with an escape in the key itself. */
bool sift_takes_path(const struct sift *sift, const struct subject *subject);
bool sift_takes(const struct sift *sift, struct regex_match *match, const struct subject *subject);

/* A text of a fact's KEY that does not stand in the SUBJECT's text, as `apart` says it does; at ==
 * NULL where all do. */
struct text sift_missing(const struct subject *subject, struct text key);

#endif
