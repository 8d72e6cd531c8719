#ifndef KRUG_ENGINE_JOIN_H
#define KRUG_ENGINE_JOIN_H

#include "engine/worker.h"

/* All facts of a run, put in order, and cut into parts for the threads. */
struct joins {
    const struct fact **facts; /* sorted by fact_compare */
    size_t count;
    size_t *parts; /* where each begins; one more for the end */
    size_t part_count;
};

/* Puts the facts in order. ITEMS outlive the joins. */
void joins_init(struct joins *joins, const struct fact *items, size_t count);
void joins_done(struct joins *joins);
/* Joins the facts of a part, key by key: what the rules find goes to SUBJECT. */
void joins_run(const struct joins *joins, size_t part, struct worker *worker,
               struct subject *subject, const struct check_filter *filter);

#endif
