#ifndef KRUG_ENGINE_SETTLE_H
#define KRUG_ENGINE_SETTLE_H

#include "engine/run.h"

/* A run while it is settled. */
struct settling {
    struct run *run;
    struct arena *arena;  /* for what the findings keep */
    struct findings told; /* what is said of waivers, ignores and the baseline themselves */
    bool whole;           /* everything was reported: what is unused may be told */
    size_t ended;         /* that would hide the finding at hand, had they not ended */
};

/* conceal.c: finds out which ignores count, and tells of the others. */
void conceal_check_ignores(struct settling *settling);
/* Sets what hides FINDING, if a waiver or an ignore does, and marks as used all that would; says
 * beside a finding which ones ended. */
void conceal_finding(struct settling *settling, struct finding *finding);
/* The same for the baseline, once the finding has its fingerprint. */
void conceal_by_baseline(struct settling *settling, struct finding *finding);

/* stale.c: tells what hides nothing, or has ended. */
void stale_tell(struct settling *settling);
/* Adds a finding of the rule ID, at SPAN of FILE, unless --rule leaves that out. STABLE: for the
 * fingerprint. */
void stale_add(struct settling *settling, const char *id, struct text file, struct span span,
               struct text stable, struct text message);
/* The same for an attempt on a locked rule. */
void stale_add_locked(struct settling *settling, const struct lock *lock, struct text rule,
                      struct text file, struct span span, struct text what);

#endif
