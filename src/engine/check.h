#ifndef KRUG_ENGINE_CHECK_H
#define KRUG_ENGINE_CHECK_H

#include "engine/worker.h"

/* What was looked at, counted by one worker. */
struct counts {
    size_t documents, resources;
    size_t patches, inline_patches, not_resources; /* documents that no rule judged, by reason */
    struct map namespaces; /* cluster, NUL, name of every namespace that was met */
    bool *active;          /* by rule: some resource or file here was judged by it */
    struct arena arena;
};
void counts_done(struct counts *counts);

/* Reads the subject's source and runs all rules that are needed on it. */
void check_subject(struct worker *worker, struct subject *subject,
                   const struct check_filter *filter, struct counts *counts);

#endif
