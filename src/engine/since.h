#ifndef KRUG_ENGINE_SINCE_H
#define KRUG_ENGINE_SINCE_H

#include "engine/run.h"
#include "policy/additions.h"
#include "repo/changes.h"

/* A file of a policy that differs from before. */
struct policy_change {
    struct text file;
    const char *what;         /* "added", "changed", "deleted" */
    struct text former;       /* what it held before; empty where it was not there */
    size_t entries;           /* of a baseline: that hide more than before */
    struct additions waivers; /* of a policy.yaml: that it did not have before */
};

/* What a run was compared with, and what came of that. */
struct since {
    const char *revision;          /* as named; NULL: what is staged */
    struct text commit;            /* where HEAD left it; at == NULL: none */
    const struct changes *changes; /* that led from there to what was linted */
    struct arena arena;
    struct findings overdue;              /* due, not new, and in a namespace that nobody touched */
    struct policy_change *policy_changes; /* sorted by file */
    size_t policy_change_count;
};

/* Finds the files of policies among the changes, and what they add. BASELINE: today's, or NULL.
 * FORMER holds the files as they were; what of them cannot be read is told. */
void since_find_policies(struct since *since, const struct policies *policies,
                         const struct baseline *baseline, const struct tree *former,
                         struct problems *problems);

/* Takes out of RUN, which has settled, what counts for BASE too: the same finding, at the same
 * level or a stricter one. What is due because a day has come stays where the changes touch its
 * namespace, and goes to the overdue ones elsewhere. */
void since_settle(struct since *since, struct run *run, const struct run *base);
void since_done(struct since *since);

#endif
