#ifndef KRUG_ENGINE_KINDS_H
#define KRUG_ENGINE_KINDS_H

#include "engine/worker.h"

/* A function that the rules which look at a kind run on its resources. */
struct worker_call {
    size_t rule;
    size_t kind; /* of a rule across documents: which of its `collect` functions */
};

/* What is the same for all resources of a kind under one chain of policies. */
struct worker_kind {
    struct worker_call *calls; /* in the order in which they run */
    size_t count;
    enum scope_kind scope;
    struct text pod_template; /* at == NULL: no workload */
};

/* That of the resource, worked out when the first of its kind is met. */
const struct worker_kind *kinds_find(struct worker *worker, const struct resource *resource);

#endif
