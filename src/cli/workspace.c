/*
 * From paths on a command line to everything that a run needs, in the one order that works: root,
 * files, index, policies, rules, and then policies against rules.
 */
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "cli/since.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void workspace_add_extra(struct workspace *workspace, const char *path)
{
    workspace->extra = memory_extend(workspace->extra, workspace->extra_count,
                                     &workspace->extra_capacity, sizeof *workspace->extra);
    workspace->extra[workspace->extra_count++] = path;
}

/* KRUG_POLICY, then --policy: the command line comes last. */
static void workspace_list_extra(struct workspace *workspace, const struct options *options)
{
    const struct option_values *given = &options->values[OPTION_POLICY];
    struct text rest = text_of(getenv("KRUG_POLICY")), part;

    while (rest.length && text_cut(&rest, ',', &part))
        if (part.length)
            workspace_add_extra(workspace, arena_copy(&workspace->arena, part).at);
    for (size_t i = 0; i < given->count; i++)
        workspace_add_extra(workspace, given->items[i]);
}

static bool workspace_find_root(struct workspace *workspace, const struct options *options,
                                const char *const *paths, size_t count, struct text *root)
{
    const char *wanted = options_value(options, OPTION_ROOT);
    const char *error;
    char *absolute;
    mode_t mode = 0;

    if (!wanted) {
        error = tree_find_root(&workspace->arena, paths, count, root);
        if (error)
            problems_add(&workspace->problems, TEXT(""), 0, 0, "%s", error);
        return !error;
    }
    absolute = realpath(wanted, NULL);
    error = absolute ? file_mode(absolute, true, &mode) : strerror(errno);
    if (!error && !S_ISDIR(mode))
        error = strerror(ENOTDIR);
    if (error) {
        problems_add(&workspace->problems, TEXT(""), 0, 0,
                     "--root %s: there is no such directory (%s)", wanted, error);
        free(absolute);
        return false;
    }
    *root = arena_copy(&workspace->arena, text_of(absolute));
    free(absolute);
    return true;
}

static bool workspace_find_here(struct workspace *workspace)
{
    char *here = realpath(".", NULL);

    if (!here)
        problems_add(&workspace->problems, TEXT(""), 0, 0,
                     "the working directory cannot be read: %s", strerror(errno));
    workspace->here = arena_copy(&workspace->arena, text_of(here));
    free(here);
    return workspace->here.length;
}

struct text workspace_path(struct workspace *workspace, struct text path)
{
    return report_path(&workspace->arena, workspace->repo.tree.root, workspace->here, path);
}

/* Where standard input belongs, relative to the root: "-", or what --stdin-name says, which is seen
 * from the working directory; at == NULL where that lies outside. */
static struct text workspace_input_path(struct workspace *workspace, const char *name)
{
    struct arena *arena = &workspace->arena;
    struct text root = workspace->repo.tree.root, path;

    if (!name)
        return TEXT("-");
    path = name[0] == '/' ? text_of(name) : path_join(arena, workspace->here, text_of(name));
    path = path_clean(arena, path);
    if (path_below(path, root) && path.length > root.length)
        return path_relative(arena, path, root);
    problems_add(&workspace->problems, TEXT(""), 0, 0,
                 "--stdin-name %s lies outside of the root %.*s", name, TEXT_ARGS(root));
    return (struct text){0};
}

/* Standard input becomes a file of the tree. */
static bool workspace_read_input(struct workspace *workspace, const struct options *options)
{
    struct text path = workspace_input_path(workspace, options_value(options, OPTION_STDIN_NAME));
    char *bytes;
    size_t length;
    const char *error;

    if (!path.at)
        return false;
    error = file_read("-", &bytes, &length);
    if (error) {
        problems_add(&workspace->problems, TEXT("-"), 0, 0, "cannot be read: %s", error);
        return false;
    }
    tree_add_input(&workspace->repo.tree, path, bytes, length, &workspace->problems);
    return true;
}

static void workspace_find_rules(struct workspace *workspace)
{
    rules_find(&workspace->rules, &workspace->policies, &workspace->problems);
    workspace->scout = worker_new(&workspace->rules, &workspace->policies, &workspace->problems);
    rules_describe(&workspace->rules, workspace->scout, &workspace->problems);
    policies_check(&workspace->policies, workspace->rules.rules, workspace->rules.count);
    profiles_init(&workspace->profiles, &workspace->policies, &workspace->repo,
                  workspace->rules.rules, workspace->rules.count);
    workspace->profiles_ready = true;
}

/* The paths that exist, and do not lead out of their repository; the others are told and left out.
 */
static size_t workspace_check_paths(struct workspace *workspace, const char *const *paths,
                                    size_t count, const char **kept)
{
    struct stat status;
    size_t left = 0;

    for (size_t i = 0; i < count; i++) {
        const char *error = NULL;

        if (lstat(paths[i], &status))
            problems_add(&workspace->problems, TEXT(""), 0, 0, "%s: %s",
                         *paths[i] ? paths[i] : "'' (an empty path)", strerror(errno));
        else if (S_ISLNK(status.st_mode) && (error = tree_check_link(&workspace->arena, paths[i])))
            problems_add(&workspace->problems, TEXT(""), 0, 0, "%s", error);
        else
            kept[left++] = paths[i];
    }
    return left;
}

/* Lint reads the policies of all manifests, as facts come from all; who asks about rules means
 * every policy. */
static void workspace_load_policies(struct workspace *workspace, const struct options *options)
{
    const struct tree *tree = &workspace->repo.tree;

    run_load_policies(&workspace->policies, tree);
    if (workspace->comparison)
        run_load_policies(&workspace->policies, &workspace->comparison->former.tree);
    if (options->command->run == command_lint || options->command->run == command_baseline)
        return;
    for (size_t i = 0; i < tree->policy_count; i++)
        policies_chain(&workspace->policies, tree->policies[i]);
}

static bool workspace_load(struct workspace *workspace, const struct options *options,
                           const char *const *paths, size_t count)
{
    bool isolated = options_has(options, OPTION_ISOLATED);
    struct text root;

    if (!workspace_find_root(workspace, options, paths, count, &root) ||
        !workspace_find_here(workspace))
        return false;
    if (workspace->standard_input) {
        isolated |= !options_has(options, OPTION_STDIN_NAME);
        count = 0; /* nothing on the disk is named */
    }
    workspace->isolated = isolated;
    tree_walk(&workspace->repo.tree, root, paths, count, isolated, &workspace->problems);
    if (workspace->standard_input && !workspace_read_input(workspace, options))
        return false;
    if (!comparison_open(workspace, options))
        return false;
    repo_scan(&workspace->repo, parallel_processors(), &workspace->problems);
    policies_init(&workspace->policies, &workspace->repo, workspace->extra, workspace->extra_count,
                  &workspace->problems);
    workspace->policies.today = workspace->today;
    workspace_load_policies(workspace, options);
    workspace->rules.strict = options->command->run == command_test;
    workspace_find_rules(workspace);
    return true;
}

bool workspace_open(struct workspace *workspace, const struct options *options,
                    const char *const *paths, size_t count)
{
    const char *here = ".";
    const char **kept = memory_get((count + 1) * sizeof *kept);
    bool open = false;

    *workspace = (struct workspace){0};
    problems_init(&workspace->problems);
    workspace_list_extra(workspace, options);
    for (size_t i = 0; i < count; i++)
        workspace->standard_input |= !strcmp(paths[i], "-");
    if (!today_read(options, &workspace->today)) {
        open = false;
    } else if (workspace->standard_input && count > 1) {
        problems_add(&workspace->problems, TEXT(""), 0, 0,
                     "standard input (-) is linted alone, without other paths");
    } else if (!count || workspace->standard_input) {
        open = workspace_load(workspace, options, &here, 1);
    } else {
        count = workspace_check_paths(workspace, paths, count, kept);
        open = count && workspace_load(workspace, options, kept, count);
    }
    free(kept);
    return open;
}

struct run workspace_run(struct workspace *workspace, const struct run_options *options)
{
    return (struct run){.repo = &workspace->repo,
                        .policies = &workspace->policies,
                        .rules = &workspace->rules,
                        .scout = workspace->scout,
                        .profiles = &workspace->profiles,
                        .problems = &workspace->problems,
                        .options = options};
}

void workspace_tell(struct workspace *workspace)
{
    problems_sort(&workspace->problems);
    for (size_t i = 0; i < workspace->problems.count; i++) {
        const struct problem *problem = &workspace->problems.items[i];
        struct text path = problem->file;

        fputs("krug: ", stderr);
        if (path.length) {
            report_print(stderr, workspace_path(workspace, path));
            if (problem->line)
                fprintf(stderr, ":%u", problem->line);
            if (problem->column)
                fprintf(stderr, ":%u", problem->column);
            fputs(": ", stderr);
        }
        report_print(stderr, problem->message);
        fputc('\n', stderr);
    }
}

void workspace_done(struct workspace *workspace)
{
    worker_free(workspace->scout);
    if (workspace->profiles_ready) {
        profiles_done(&workspace->profiles);
        rules_done(&workspace->rules);
        policies_done(&workspace->policies);
    }
    repo_done(&workspace->repo);
    comparison_done(workspace->comparison);
    baseline_done(&workspace->baseline);
    free(workspace->extra);
    problems_done(&workspace->problems);
    arena_done(&workspace->arena);
}

int workspace_end(struct workspace *workspace, int status)
{
    workspace_tell(workspace);
    if (workspace->problems.count)
        status = STATUS_TROUBLE;
    workspace_done(workspace);
    return status;
}
