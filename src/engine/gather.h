#ifndef KRUG_ENGINE_GATHER_H
#define KRUG_ENGINE_GATHER_H

#include "engine/run.h"

/* What came out of one file, or of one part of the joins. */
struct slot {
    struct findings findings;
    struct facts facts;
    struct rule_errors errors;
    struct rule_trip *trips;
    size_t trip_count;
    struct buffer trace;
};

/* Takes over what came out of a subject. */
void slot_take(struct slot *slot, struct subject *subject);
/* Adds it to the run, and releases it. CUTS, by rule, or NULL: counts the trips of rules, and drops
 * what a rule did behind its tenth in the order of slots. */
void slot_merge(struct run *run, struct slot *slot, struct run_cut *cuts);
/* Tells each error of the run once: the rule's own line, the first manifest, how often, and what to
 * do about it. */
void gather_tell_errors(struct run *run);

#endif
