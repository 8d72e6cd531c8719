#ifndef KRUG_BASE_REGEX_H
#define KRUG_BASE_REGEX_H

#include "base/text.h"

/* Regular expressions (PCRE2, UTF-8, always with JIT so that limits do not depend on use). A
 * compiled expression may be shared between threads; a match belongs to one thread. */
struct regex;
struct regex_match;

/* The most steps that one match may take; PCRE2's own default is ten times this. */
enum { REGEX_MATCH_LIMIT = 1000000, REGEX_PATTERN_MAX = 64 * 1024 };

/* NULL with the reason in ERROR (at least 256 bytes) where PATTERN is wrong. */
struct regex *regex_new(struct text pattern, char error[256]);
void regex_free(struct regex *regex);

struct regex_match *regex_match_new(void);
void regex_match_free(struct regex_match *match);

/* Looks for REGEX in TEXT from byte FROM on. 1 found, 0 not there, -1 with the reason in ERROR: a
 * limit was reached or TEXT is not UTF-8, which is never "not there". */
int regex_find(const struct regex *regex, struct regex_match *match, struct text text, size_t from,
               char error[256]);
/* Groups of the last find that answered 1: 0 is the whole; at == NULL where a group took no part.
 */
struct text regex_group(const struct regex_match *match, size_t group);
size_t regex_group_count(const struct regex_match *match); /* with group 0 */

#endif
