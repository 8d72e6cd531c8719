#ifndef KRUG_CLI_COMMAND_H
#define KRUG_CLI_COMMAND_H

#include "cli/options.h"
#include "report/report.h"

/* Exit statuses (design section 3). */
enum { STATUS_OK = 0, STATUS_FINDINGS = 1, STATUS_TROUBLE = 2 };

int command_lint(const struct options *options);
int command_rules(const struct options *options);
int command_explain(const struct options *options);
int command_test(const struct options *options);
int command_tree(const struct options *options);
int command_new(const struct options *options);
int command_completion(const struct options *options);
int command_baseline(const struct options *options);
int command_help(const struct options *options);

struct comparison;

/* What lint, rules, test and explain stand on: a repository with its policies and rules. */
struct workspace {
    struct arena arena;
    struct problems problems;
    struct repo repo;
    struct policies policies;
    struct rules rules;
    struct profiles profiles;
    struct worker *scout; /* the worker that read what the rules declare */
    date_t today;         /* --today, or today in UTC */
    struct baseline baseline;
    struct text here;   /* the working directory, absolute; empty where there is none */
    const char **extra; /* policies of --policy and KRUG_POLICY */
    size_t extra_count, extra_capacity;
    bool standard_input;
    bool isolated; /* only the named paths are known */
    bool profiles_ready;
    struct comparison *comparison; /* of --since and --staged; NULL: none */
};

/* Finds the root for PATHS, walks and scans it, reads policies and rules, and checks them against
 * each other. What is wrong goes into the problems; false where there is no going on (a path that
 * does not exist). */
bool workspace_open(struct workspace *workspace, const struct options *options,
                    const char *const *paths, size_t count);
void workspace_done(struct workspace *workspace);
/* Tells the problems, frees the workspace, and answers STATUS, or STATUS_TROUBLE where there was a
 * problem. */
int workspace_end(struct workspace *workspace, int status);
/* A run over the workspace, whose rules are selected; run_lint comes next. */
struct run workspace_run(struct workspace *workspace, const struct run_options *options);
/* Reads the baseline that --baseline names or the repository has. NULL where there is none, which
 * is a problem where it is NEEDED, and where it is broken (a problem). */
struct baseline *workspace_read_baseline(struct workspace *workspace, const struct options *options,
                                         bool needed);
/* krug explain FILE:LINE. NAMED is the argument; false where it is no place. */
bool place_explain(const struct options *options, const char *named, int *status);
/* rules.c: what holds for the file at PATH, for what stands on LINE (0: for all of it). False after
 * a problem. */
bool rules_print_place(struct workspace *workspace, struct text path, uint32_t line);

/* PATH, relative to the root, as seen from the working directory. */
struct text workspace_path(struct workspace *workspace, struct text path);

/* Tells the problems on standard error, sorted. */
void workspace_tell(struct workspace *workspace);

/* Flushes STREAM and says on standard error why what was written to NAME did not get there; false
 * then. */
bool output_finish(FILE *stream, const char *name);

/* What --stats and --trace tell of a run, on standard error. */
void insight_tell(const struct run *run);

/* Which of the command's formats --format names: its index, 0 where it is not given, SIZE_MAX after
 * a message where there is none of that name. */
size_t format_read(const struct options *options);
/* The day that --today names, else today; false after a message. */
bool today_read(const struct options *options, date_t *today);

/* A choice among words: auto, always, never. False after a message where VALUE is none. */
bool choice_read(const char *option, const char *value, bool automatic, bool *result);

#endif
