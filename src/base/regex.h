#ifndef KRUG_BASE_REGEX_H
#define KRUG_BASE_REGEX_H

#include "base/text.h"

/* Regular expressions (PCRE2, UTF-8, always with JIT so that limits do not depend on use). A
 * compiled expression may be shared between threads; a match belongs to one thread. */
struct regex;
struct regex_match;

/* The most steps that one match may take; PCRE2's own default is ten times this. Answered where a
 * limit was reached, which is never "not there". */
enum { REGEX_MATCH_LIMIT = 1000000, REGEX_PATTERN_MAX = 64 * 1024 };
enum { REGEX_NOT_THERE = 0, REGEX_FOUND = 1, REGEX_WRONG = -1, REGEX_ENDLESS = -2 };

/* NULL with the reason in ERROR (at least 256 bytes) where PATTERN is wrong. */
struct regex *regex_new(struct text pattern, char error[256]);
void regex_free(struct regex *regex);
/* The memory that it takes, in bytes. */
size_t regex_size(const struct regex *regex);

struct regex_match *regex_match_new(void);
void regex_match_free(struct regex_match *match);

/* Looks for REGEX in TEXT from byte FROM on with at most STEPS steps. REGEX_FOUND, REGEX_NOT_THERE,
 * REGEX_ENDLESS where a limit was reached, REGEX_WRONG where TEXT is not UTF-8; the last two with
 * the reason in ERROR. */
int regex_find(const struct regex *regex, struct regex_match *match, struct text text, size_t from,
               uint32_t steps, char error[256]);
/* Groups of the last find that answered REGEX_FOUND: 0 is the whole; at == NULL where a group took
 * no part.
 */
struct text regex_group(const struct regex_match *match, size_t group);
size_t regex_group_count(const struct regex_match *match); /* with group 0 */

#endif
