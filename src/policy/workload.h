#ifndef KRUG_POLICY_WORKLOAD_H
#define KRUG_POLICY_WORKLOAD_H

#include "policy/policy.h"

/* Where a workload keeps its pod template: a dotted path such as "spec.template", "" where the
 * resource is a Pod; at == NULL where it is no workload. Knows the built-in kinds and the chain's
 * `workloads`. */
struct text chain_pod_template(const struct chain *chain, const struct resource *resource);

/* Calls TAKE for each kind that has a pod template, whatever its group: some more than once. */
void workload_each_kind(const struct policies *policies,
                        void (*take)(void *context, struct text kind), void *context);

#endif
