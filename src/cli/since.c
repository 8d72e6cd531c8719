/*
 * krug lint --since and --staged. Since: the tree of the working directory is linted as ever, then
 * the tree where the branch left the other revision, with the same policies, rules and worker; what
 * both have does not count. Staged: the tree is that of the index, and only what is staged in it is
 * named. Either way the changed files of policies are looked at.
 */
#include "cli/since.h"
#include "base/memory.h"
#include "engine/shared.h"
#include <stdlib.h>
#include <string.h>

static bool comparison_refuse(struct workspace *workspace, const char *option, const char *why)
{
    problems_add(&workspace->problems, TEXT(""), 0, 0, "%s: %s", option, why);
    return false;
}

static bool comparison_check(struct workspace *workspace, const struct options *options)
{
    const char *option = options_has(options, OPTION_STAGED) ? "--staged" : "--since";

    if (options_has(options, OPTION_STAGED) && options_has(options, OPTION_SINCE))
        return comparison_refuse(workspace, option,
                                 "this cannot go with --since: give one of them");
    if (workspace->standard_input)
        return comparison_refuse(workspace, option, "git does not know standard input");
    if (workspace->isolated)
        return comparison_refuse(
            workspace, option, "this needs the whole repository, so --isolated cannot go with it");
    return true;
}

static bool comparison_open_since(struct workspace *workspace, struct comparison *comparison,
                                  const char *revision)
{
    struct since *since = &comparison->since;

    since->revision = revision;
    if (!changes_find_base(&comparison->git, revision, &since->commit, &workspace->problems) ||
        !changes_since(&comparison->changes, &comparison->git, since->commit, &workspace->problems))
        return false;
    tree_make_former(&comparison->former.tree, &workspace->repo.tree, &comparison->changes,
                     &comparison->git);
    return true;
}

/* The tree of the workspace becomes that of the index. */
static void comparison_use_index(struct workspace *workspace, struct comparison *comparison)
{
    struct tree *tree = &workspace->repo.tree;

    comparison->disk = *tree;
    *tree = (struct tree){0};
    tree_make_former(tree, &comparison->disk, &comparison->unstaged, &comparison->git);
    tree->named = comparison->disk.named;
    comparison->disk.named = (struct map){0};
    for (size_t i = 0; i < tree->count; i++) {
        struct tree_file *file = &tree->files[i];

        file->named = file->manifest && tree_names(tree, file->path) &&
                      map_find(&comparison->changes.by_path, file->path);
    }
}

static bool comparison_open_staged(struct workspace *workspace, struct comparison *comparison)
{
    comparison->staged = true;
    if (!changes_staged(&comparison->changes, &comparison->git, &workspace->problems) ||
        !changes_unstaged(&comparison->unstaged, &comparison->git, &workspace->problems))
        return false;
    comparison_use_index(workspace, comparison);
    tree_make_former(&comparison->former.tree, &workspace->repo.tree, &comparison->changes,
                     &comparison->git);
    return true;
}

bool comparison_open(struct workspace *workspace, const struct options *options)
{
    const char *revision = options_value(options, OPTION_SINCE);
    bool staged = options_has(options, OPTION_STAGED);
    struct comparison *comparison;
    const char *error;

    if (!revision && !staged)
        return true;
    if (!comparison_check(workspace, options))
        return false;
    comparison = workspace->comparison = memory_get(sizeof *comparison);
    comparison->since.changes = &comparison->changes;
    error = git_open(&comparison->git, workspace->repo.tree.root);
    if (error)
        return comparison_refuse(workspace, staged ? "--staged" : "--since", error);
    return staged ? comparison_open_staged(workspace, comparison)
                  : comparison_open_since(workspace, comparison, revision);
}

bool comparison_is_empty(const struct workspace *workspace)
{
    const struct comparison *comparison = workspace->comparison;
    const struct tree *tree = &workspace->repo.tree;

    if (!comparison->staged)
        return !comparison->changes.count;
    for (size_t i = 0; i < tree->count; i++)
        if (tree->files[i].named)
            return false;
    return true;
}

void comparison_begin(struct workspace *workspace, struct run *run)
{
    struct comparison *comparison = workspace->comparison;

    since_find_policies(&comparison->since, &workspace->policies, run->baseline,
                        &comparison->former.tree, run->problems);
    run->since = &comparison->since;
}

/* What a run notes of waivers, of what lies elsewhere and of the baseline begins anew. */
static void comparison_forget(struct run *run)
{
    struct policies *policies = run->policies;

    for (size_t i = 0; i < policies->count; i++) {
        struct policy *policy = policies->items[i];

        for (size_t j = 0; j < policy->waiver_count; j++)
            policy->waivers[j].used = policy->waivers[j].locked = false;
        for (size_t j = 0; j < policy->elsewhere_count; j++) {
            atomic_store(&policy->elsewhere[j].use->asked, false);
            atomic_store(&policy->elsewhere[j].use->used, false);
        }
    }
    for (size_t i = 0; run->baseline && i < run->baseline->count; i++)
        run->baseline->items[i].found = false;
    shared_forget(run->scout->L);
    worker_forget_kinds(run->scout);
}

/* The names that files have today, for findings about files. */
static void comparison_rename(const struct comparison *comparison, struct run *base)
{
    for (size_t i = 0; i < comparison->changes.count; i++) {
        struct change *change = &comparison->changes.items[i];

        if (change->path.at && change->old_path.at && !text_equal(change->path, change->old_path))
            *map_place(&base->renamed, change->old_path) = &change->path;
    }
}

/* A rule that fails on what is over is nobody's trouble; a file that git cannot give is. */
static void comparison_tell(struct workspace *workspace, const struct problems *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->items[i];

        if (!problem->rule.at)
            problems_add(&workspace->problems, problem->file, problem->line, problem->column,
                         "%.*s (in the commit that this is compared with)",
                         TEXT_ARGS(problem->message));
    }
}

void comparison_end(struct workspace *workspace, struct run *run)
{
    struct comparison *comparison = workspace->comparison;
    struct run_options options = *run->options;
    struct run base = workspace_run(workspace, &options);
    struct profiles profiles;
    struct problems problems;

    if (comparison->staged)
        return;
    options.stats = false;
    options.trace = (struct text){0};
    problems_init(&problems);
    repo_scan(&comparison->former, options.jobs, &problems);
    comparison_forget(run);
    profiles_init(&profiles, &workspace->policies, &comparison->former, workspace->rules.rules,
                  workspace->rules.count);
    base.repo = &comparison->former;
    base.profiles = &profiles;
    base.problems = &problems;
    base.baseline = run->baseline;
    comparison_rename(comparison, &base);
    run_lint(&base);
    since_settle(&comparison->since, run, &base);
    comparison_tell(workspace, &problems);
    run_done(&base);
    profiles_done(&profiles);
    problems_done(&problems);
}

void comparison_done(struct comparison *comparison)
{
    if (!comparison)
        return;
    since_done(&comparison->since);
    repo_done(&comparison->former);
    tree_done(&comparison->disk);
    changes_done(&comparison->changes);
    changes_done(&comparison->unstaged);
    git_done(&comparison->git);
    free(comparison);
}
