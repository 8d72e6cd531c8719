#ifndef KRUG_POLICY_ADDITIONS_H
#define KRUG_POLICY_ADDITIONS_H

#include "policy/policy.h"

/* Which waivers a policy has that it did not have before. Zeros are none. */
struct additions {
    const struct waiver **waivers; /* in the order of their policies; not theirs */
    size_t count, capacity;
};

/* Adds the waivers of POLICY, one of POLICIES, that FORMER, the text its policy.yaml had before,
 * did not have; one that says anything else than before is another. An empty FORMER had none. */
void additions_find(struct additions *additions, const struct policies *policies,
                    const struct policy *policy, struct text former);
/* Whether they have the waiver that stands on LINE of the policy.yaml at PATH. */
bool additions_hold(const struct additions *additions, struct text path, uint32_t line);
void additions_done(struct additions *additions);

#endif
