#ifndef KRUG_POLICY_RULINGS_H
#define KRUG_POLICY_RULINGS_H

#include "policy/profile.h"

/* The rulings for CHAIN where ENTRIES of its policies match (in the order of the policies, then as
 * written). The same ones for the same entries. To be called with the mutex held. */
const struct rulings *rulings_get(struct profiles *profiles, const struct chain *chain,
                                  const struct namespace_entry *const *entries,
                                  const struct policy *const *policies, size_t count);

/* Whether ENTRY is for a namespace. */
bool namespace_matches(const struct namespace_match *match, struct text cluster,
                       struct text namespace, const struct pair *labels, size_t label_count);

/* Remembers FINDING under KEY, whose text must be of the profiles' arena. Of several under one key
 * the one that comes last in order stays, so that threads do not show. */
void profiles_tell(struct profiles *profiles, struct text key, struct finding finding);

#endif
