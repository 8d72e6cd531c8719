/*
 * krug lint: reads its options, runs, writes the reports, and picks the exit status from the worst
 * that happened.
 */
#include "base/memory.h"
#include "base/parallel.h"
#include "cli/output.h"
#include "cli/since.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct lint {
    const struct options *options;
    struct workspace workspace;
    struct run_options run_options;
    struct report_style style;
    struct outputs outputs;
    double started;      /* by lint_clock */
    bool progress_shown; /* a line of it stands on standard error */
};

static double lint_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Runs that are over sooner show no progress, in seconds. */
static const double lint_patience = 0.5;

/* Called about ten times a second, and at the end. */
static void lint_progress(void *context, size_t done, size_t count)
{
    struct lint *lint = context;
    static const int width = 70;

    if (done < count && lint_clock() - lint->started >= lint_patience) {
        fprintf(stderr, "\r%zu of %zu files, %zu %%", done, count, done * 100 / count);
        lint->progress_shown = true;
    } else if (done >= count && lint->progress_shown) {
        fprintf(stderr, "\r%*s\r", width, "");
        lint->progress_shown = false;
    }
}

static bool lint_read_jobs(struct lint *lint)
{
    const char *value = options_value(lint->options, OPTION_JOBS);
    char *end;
    long jobs;

    lint->run_options.jobs = parallel_processors();
    if (!value)
        return true;
    errno = 0;
    jobs = strtol(value, &end, 10);
    if (errno || *end || end == value || jobs < 1 || jobs > 256) {
        report_tell("krug: --jobs %s: a number from 1 to 256\n", value);
        return false;
    }
    lint->run_options.jobs = (size_t)jobs;
    return true;
}

static bool lint_read_levels(struct lint *lint)
{
    const char *fail_on = options_value(lint->options, OPTION_FAIL_ON);

    lint->style.fail_on = fail_on ? level_read(text_of(fail_on)) : LEVEL_ERROR;
    if (fail_on && lint->style.fail_on <= LEVEL_OFF) {
        if (strcmp(fail_on, "never")) {
            report_tell("krug: --fail-on %s: error, warn, info or never\n", fail_on);
            return false;
        }
        lint->style.fail_on = LEVEL_UNSET;
    }
    return today_read(lint->options, &lint->run_options.today);
}

static bool lint_read_options(struct lint *lint)
{
    const struct options *options = lint->options;
    const struct option_values *namespaces = &options->values[OPTION_NAMESPACE];
    bool progress;

    lint->run_options.filter = (struct check_filter){namespaces->items, namespaces->count};
    lint->style.quiet = options_has(options, OPTION_QUIET);
    lint->run_options.stats = options_has(options, OPTION_STATS);
    if (!choice_read("color", options_value(options, OPTION_COLOR),
                     isatty(STDOUT_FILENO) && !getenv("NO_COLOR"), &lint->style.color) ||
        !choice_read("progress", options_value(options, OPTION_PROGRESS), isatty(STDERR_FILENO),
                     &progress))
        return false;
    if (progress)
        lint->run_options.progress = lint_progress;
    lint->run_options.progress_context = lint;
    if (options_has(options, OPTION_STDIN_NAME) &&
        !(options->path_count == 1 && !strcmp(options->paths[0], "-"))) {
        fputs("krug: --stdin-name goes with `-`: krug lint - --stdin-name PATH\n", stderr);
        return false;
    }
    return outputs_read(&lint->outputs, options) && lint_read_jobs(lint) && lint_read_levels(lint);
}

/* "a, b" of the values of an option. */
static void lint_add_values(const struct lint *lint, enum option_id id, struct buffer *reason)
{
    const struct option_values *values = &lint->options->values[id];

    for (size_t i = 0; i < values->count; i++)
        buffer_print(reason, "%s%s", i ? ", " : " ", values->items[i]);
}

/* Why this run says nothing about anything; nothing where it does. */
static void lint_emptiness(const struct lint *lint, const struct summary *summary,
                           struct buffer *reason)
{
    size_t skipped = summary->skipped[SKIP_EXCLUDED] + summary->skipped[SKIP_HELM_TEMPLATE] +
                     summary->skipped[SKIP_NO_FILE];

    if (!summary->files && skipped) {
        buffer_print(reason, "%zu manifest%s left out", skipped,
                     skipped == 1 ? " is" : "s are all");
    } else if (!summary->files) {
        buffer_print(reason, "there is no .yaml, .yml or .json file");
    } else if (!summary->documents && lint->workspace.standard_input) {
        buffer_print(reason, "standard input holds no document");
    } else if (!summary->rules) {
        buffer_print(reason, "every rule is off");
        if (options_has(lint->options, OPTION_RULE))
            buffer_print(reason, " that is selected by --rule");
        lint_add_values(lint, OPTION_RULE, reason);
    } else if (lint->run_options.filter.count && !summary->namespaces) {
        buffer_print(reason, "no resource is in a namespace that matches --namespace");
        lint_add_values(lint, OPTION_NAMESPACE, reason);
    }
}

/* Checking nothing is never a pass, unless that was said to be fine. */
static void lint_check_empty(struct lint *lint, const struct run *run)
{
    struct buffer reason = {0};

    lint_emptiness(lint, &run->summary, &reason);
    if (reason.length && !lint->workspace.problems.count && !run->findings.count &&
        !options_has(lint->options, OPTION_ALLOW_EMPTY))
        problems_add(&lint->workspace.problems, TEXT(""), 0, 0,
                     "nothing was checked: %s (--allow-empty if that is meant)", reason.at);
    buffer_done(&reason);
}

static int lint_status(const struct lint *lint, const struct run *run, bool written)
{
    enum level worst = run->summary.errors     ? LEVEL_ERROR
                       : run->summary.warnings ? LEVEL_WARN
                       : run->summary.infos    ? LEVEL_INFO
                                               : LEVEL_UNSET;

    if (!written || lint->workspace.problems.count)
        return STATUS_TROUBLE;
    return lint->style.fail_on != LEVEL_UNSET && worst >= lint->style.fail_on ? STATUS_FINDINGS
                                                                              : STATUS_OK;
}

/* The rule that --trace names. */
static bool lint_read_trace(struct lint *lint)
{
    const char *name = options_value(lint->options, OPTION_TRACE);
    struct text near;

    if (!name)
        return true;
    lint->run_options.trace = text_of(name);
    if (rules_by_id(&lint->workspace.rules, text_of(name)))
        return true;
    near = rules_near(&lint->workspace.rules, text_of(name));
    problems_add(&lint->workspace.problems, TEXT(""), 0, 0,
                 "--trace %s: there is no such rule%s%.*s%s", name,
                 near.at ? "; did you mean " : "", TEXT_ARGS(near), near.at ? "?" : "");
    return false;
}

static void lint_files(struct lint *lint, struct run *run)
{
    struct workspace *workspace = &lint->workspace;
    bool compared = workspace->comparison;

    if (compared)
        comparison_begin(workspace, run);
    if (compared && comparison_is_empty(workspace))
        return;
    run_lint(run);
    lint_check_empty(lint, run);
    if (compared)
        comparison_end(workspace, run);
}

static int lint_run(struct lint *lint)
{
    struct workspace *workspace = &lint->workspace;
    struct run run = workspace_run(workspace, &lint->run_options);
    const char *error;
    bool written;
    int status;

    lint->style.root = workspace->repo.tree.root;
    error = tree_find_top(&workspace->arena, lint->style.root, &lint->style.top);
    if (error)
        problems_add(&workspace->problems, TEXT(""), 0, 0, "%s", error);
    lint->style.here = workspace->here;
    lint->run_options.isolated = workspace->isolated;
    if (!lint_read_trace(lint))
        return STATUS_TROUBLE;
    run.baseline = workspace_read_baseline(workspace, lint->options,
                                           options_has(lint->options, OPTION_BASELINE));
    lint_files(lint, &run);
    problems_sort(&workspace->problems);
    run.summary.seconds = lint_clock() - lint->started;
    insight_tell(&run);
    written = outputs_write(&lint->outputs, &run, &lint->style);
    status = lint_status(lint, &run, written);
    run_done(&run);
    return status;
}

int command_lint(const struct options *options)
{
    struct lint lint = {.options = options, .started = lint_clock()};
    const struct option_values *globs = &options->values[OPTION_RULE];
    int status = STATUS_TROUBLE;

    if (lint_read_options(&lint)) {
        bool open = workspace_open(&lint.workspace, options, options->paths, options->path_count);

        if (open) {
            rules_select(&lint.workspace.rules, globs->items, globs->count,
                         &lint.workspace.problems);
            status = lint_run(&lint);
        }
        workspace_tell(&lint.workspace);
        workspace_done(&lint.workspace);
    }
    outputs_done(&lint.outputs);
    return status;
}
