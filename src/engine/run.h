#ifndef KRUG_ENGINE_RUN_H
#define KRUG_ENGINE_RUN_H

#include "base/date.h"
#include "engine/check.h"
#include "policy/baseline.h"

/* The figures of a run; the fields of the JSON report's summary. */
struct summary {
    size_t files, documents, resources, namespaces, rules;
    size_t errors, warnings, infos;
    size_t waived, ignored, baselined;
    size_t existing, overdue; /* of a run with --since: see since.h */
    size_t skipped[SKIP_COUNT];
    size_t patches, inline_patches, not_resources;
    double seconds;
};

/* A rule that judged nothing, and why. */
struct not_run {
    struct text rule;
    const char *reason;
};

/* What a run is asked for. */
struct run_options {
    size_t jobs;
    date_t today;
    struct check_filter filter;
    bool isolated;     /* only the named paths are known: rules across documents do not run */
    bool stats;        /* what each rule uses up is measured */
    struct text trace; /* the rule whose every run is told; at == NULL: none */
    void (*progress)(void *context, size_t done, size_t count); /* NULL: none */
    void *progress_context;
};

struct since;

/* What a run found, in the order of the report. Lives until run_done. */
struct run {
    const struct repo *repo;
    struct policies *policies;
    struct rules *rules;
    struct worker *scout; /* has loaded the rules already, and works too */
    struct profiles *profiles;
    struct problems *problems;
    const struct run_options *options;
    struct baseline *baseline; /* NULL: none */
    struct map renamed;        /* path to the struct text that the file is called later */
    const struct since *since; /* what the run was compared with; NULL: nothing */
    struct findings findings;
    struct findings hidden; /* by a waiver, an ignore, the baseline */
    struct ignores ignores; /* that were met */
    struct not_run *not_run;
    size_t not_run_count;
    struct map namespaces; /* cluster, NUL, name of every namespace that was judged */
    struct summary summary;
    struct arena *arenas; /* one for each job: what findings keep */
    size_t job_count;
    struct rule_errors errors;
    struct facts facts;
    /* by rule, NULL where no rule was: those stopped for using up their budgets too often */
    struct run_cut {
        size_t trips;  /* so far */
        size_t unseen; /* files that the rule was not run on */
    } * cuts;
    struct rule_stats *stats; /* by rule; NULL where none were asked for */
    struct buffer trace;      /* lines for people */
};

/* Reads every policy that a file of the run lies under: rules are found after this and before
 * run_lint. */
void run_load_policies(struct policies *policies, const struct tree *tree);
/* Lints every named manifest of the tree that is not left out. The repo, policies, rules (described
 * and selected), scout, profiles, problems and options of RUN are set. */
void run_lint(struct run *run);
void run_done(struct run *run);

/* Puts the findings into the order of the report, makes equal ones one, gives them fingerprints,
 * puts hidden ones aside, tells what hides nothing, and counts. The one function that decides what
 * counts. */
void settle(struct run *run);
/* Whether everything in the repository was reported, so that what is not found is not there. */
bool run_is_whole(const struct run *run);
/* Whether a baseline may hide FINDING: not one of a locked rule, nor what krug says of policies. */
bool run_may_baseline(const struct run *run, const struct finding *finding);

#endif
