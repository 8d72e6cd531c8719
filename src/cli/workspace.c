/*
 * From paths on a command line to everything that a run needs, in the one order that works: root,
 * files, index, policies, rules, and then policies against rules.
 */
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "cli/command.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --policy and KRUG_POLICY, in that order of strength: the command line comes last. */
static void workspace_list_extra(struct workspace *workspace, const struct options *options)
{
    const struct option_values *given = &options->values[OPTION_POLICY];
    struct text rest = text_of(getenv("KRUG_POLICY")), part;
    size_t capacity = 0;

    while (rest.length && text_cut(&rest, ',', &part)) {
        if (!part.length)
            continue;
        workspace->extra = memory_extend(workspace->extra, workspace->extra_count, &capacity,
                                         sizeof *workspace->extra);
        workspace->extra[workspace->extra_count++] = arena_copy(&workspace->arena, part).at;
    }
    for (size_t i = 0; i < given->count; i++) {
        workspace->extra = memory_extend(workspace->extra, workspace->extra_count, &capacity,
                                         sizeof *workspace->extra);
        workspace->extra[workspace->extra_count++] = given->items[i];
    }
}

static bool workspace_find_root(struct workspace *workspace, const struct options *options,
                                const char *const *paths, size_t count, struct text *root)
{
    const char *wanted = options_value(options, OPTION_ROOT);
    const char *error;
    char *absolute;

    if (!wanted) {
        error = tree_find_root(&workspace->arena, paths, count, root);
        if (error)
            problems_add(&workspace->problems, TEXT(""), 0, 0, "%s", error);
        return !error;
    }
    absolute = realpath(wanted, NULL);
    if (!absolute) {
        problems_add(&workspace->problems, TEXT(""), 0, 0, "--root %s: no such directory", wanted);
        return false;
    }
    *root = arena_copy(&workspace->arena, text_of(absolute));
    free(absolute);
    return true;
}

static void workspace_find_here(struct workspace *workspace)
{
    char *here = realpath(".", NULL);

    workspace->here = arena_copy(&workspace->arena, text_of(here));
    free(here);
}

struct text workspace_path(struct workspace *workspace, struct text path)
{
    return report_path(&workspace->arena, workspace->repo.tree.root, workspace->here, path);
}

/* Standard input becomes a file of the tree: "-", or where --stdin-name puts it. */
static bool workspace_read_input(struct workspace *workspace, const struct options *options)
{
    const char *name = options_value(options, OPTION_STDIN_NAME);
    char *bytes;
    size_t length;
    const char *error = file_read("-", &bytes, &length);

    if (error) {
        problems_add(&workspace->problems, TEXT("-"), 0, 0, "standard input cannot be read: %s",
                     error);
        return false;
    }
    tree_add_input(&workspace->repo.tree, name ? text_of(name) : TEXT("-"), bytes, length);
    return true;
}

static void workspace_find_rules(struct workspace *workspace)
{
    rules_find(&workspace->rules, &workspace->policies, &workspace->problems);
    workspace->scout = worker_new(&workspace->rules, &workspace->policies, &workspace->problems);
    rules_describe(&workspace->rules, workspace->scout, &workspace->problems);
    policies_check(&workspace->policies, workspace->rules.rules, workspace->rules.count);
    profiles_init(&workspace->profiles, &workspace->policies, workspace->rules.rules,
                  workspace->rules.count);
    workspace->profiles_ready = true;
}

bool workspace_open(struct workspace *workspace, const struct options *options,
                    const char *const *paths, size_t count)
{
    bool isolated = options_has(options, OPTION_ISOLATED);
    const char *here = ".";
    struct text root;

    *workspace = (struct workspace){0};
    problems_init(&workspace->problems);
    workspace_list_extra(workspace, options);
    for (size_t i = 0; i < count; i++)
        workspace->standard_input |= !strcmp(paths[i], "-");
    if (workspace->standard_input && count > 1) {
        problems_add(&workspace->problems, TEXT(""), 0, 0,
                     "standard input (-) is linted alone, without other paths");
        return false;
    }
    if (!count || workspace->standard_input) {
        paths = &here;
        count = 1;
    }
    if (!workspace_find_root(workspace, options, paths, count, &root))
        return false;
    workspace_find_here(workspace);
    if (workspace->standard_input) {
        isolated |= !options_has(options, OPTION_STDIN_NAME);
        count = 0; /* nothing on the disk is named */
    }
    tree_walk(&workspace->repo.tree, root, paths, count, isolated, &workspace->problems);
    if (workspace->standard_input && !workspace_read_input(workspace, options))
        return false;
    repo_scan(&workspace->repo, parallel_processors());
    policies_init(&workspace->policies, &workspace->repo, workspace->extra, workspace->extra_count,
                  &workspace->problems);
    run_load_policies(&workspace->policies, &workspace->repo.tree);
    workspace_find_rules(workspace);
    return true;
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
    free(workspace->extra);
    problems_done(&workspace->problems);
    arena_done(&workspace->arena);
}
