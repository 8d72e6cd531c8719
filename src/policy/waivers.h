#ifndef KRUG_POLICY_WAIVERS_H
#define KRUG_POLICY_WAIVERS_H

#include "policy/policy.h"

/* Whether the waiver is for findings of RULE. */
bool waiver_names(const struct waiver *waiver, struct text rule);
/* Whether it is for FINDING, which lies below its policy, in NAMESPACE (at == NULL: unknown). Says
 * nothing about days and locks. */
bool waiver_covers(const struct waiver *waiver, const struct finding *finding,
                   struct text namespace);

#endif
