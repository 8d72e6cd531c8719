/*
 * krug explain FILE:LINE: what was found on that line, what hides it, and which rules looked at
 * what stands there. The file is linted as `krug lint FILE` would, with the whole repository known.
 */
#include "base/file.h"
#include "base/parallel.h"
#include "cli/command.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The file and the line that NAMED means; false where it ends in no colon and number. */
static bool place_read(const char *named, struct text *path, uint32_t *line)
{
    const char *colon = strrchr(named, ':');
    char *end;
    unsigned long number;

    if (!colon || colon == named || colon[1] < '0' || colon[1] > '9')
        return false;
    errno = 0;
    number = strtoul(colon + 1, &end, 10);
    if (errno || *end || !number || number > UINT32_MAX)
        return false;
    *path = (struct text){named, (size_t)(colon - named)};
    *line = (uint32_t)number;
    return true;
}

static void place_print_hiding(struct workspace *workspace, const struct hiding *hiding)
{
    fprintf(stdout, "    hidden by the %s in ", hiding_name(hiding->kind));
    report_print(stdout, workspace_path(workspace, hiding->file));
    printf(":%u", hiding->line);
    if (hiding->owner.at) {
        fputs(", of ", stdout);
        report_print(stdout, hiding->owner);
    }
    if (hiding->until.at)
        printf(", until %.*s", TEXT_ARGS(hiding->until));
    if (hiding->kind == HIDING_BASELINE)
        printf(", up to %s", level_name(hiding->level));
    if (hiding->reason.at) {
        fputs(": ", stdout);
        report_print(stdout, hiding->reason);
    }
    putchar('\n');
}

static void place_print_related(struct workspace *workspace, const struct related *related)
{
    fputs("    ", stdout);
    report_print(stdout, workspace_path(workspace, related->file));
    if (related->span.line)
        printf(":%u", related->span.line);
    fputs(": ", stdout);
    report_print(stdout, related->message);
    putchar('\n');
}

/* The findings on LINE of the file; those of the file as a whole stand on every line. */
static size_t place_print_findings(struct workspace *workspace, const struct findings *findings,
                                   struct text path, uint32_t line)
{
    size_t count = 0;

    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        uint32_t end = finding->span.end_line > finding->span.line ? finding->span.end_line
                                                                   : finding->span.line;

        if (!text_equal(finding->file, path) ||
            (finding->span.line && (line < finding->span.line || line > end)))
            continue;
        count++;
        printf("  %-5s  %-34.*s ", level_name(finding->level), TEXT_ARGS(finding->rule));
        report_print(stdout, finding->message);
        putchar('\n');
        if (finding->hiding)
            place_print_hiding(workspace, finding->hiding);
        for (size_t j = 0; j < finding->related_count; j++)
            place_print_related(workspace, &finding->related[j]);
    }
    return count;
}

static bool place_print(struct workspace *workspace, const struct run *run, struct text path,
                        uint32_t line)
{
    size_t count;

    report_print(stdout, workspace_path(workspace, path));
    printf(":%u\nfound here:\n", line);
    count = place_print_findings(workspace, &run->findings, path, line);
    count += place_print_findings(workspace, &run->hidden, path, line);
    if (!count)
        puts("  nothing");
    return rules_print_place(workspace, path, line);
}

/* The one file that is named; or NULL. */
static const struct tree_file *place_file(const struct workspace *workspace)
{
    const struct tree *tree = &workspace->repo.tree;
    const struct tree_file *file = NULL;

    for (size_t i = 0; i < tree->count; i++)
        if (tree->files[i].named && tree->files[i].manifest) {
            if (file)
                return NULL;
            file = &tree->files[i];
        }
    return file;
}

static int place_run(struct workspace *workspace, const struct options *options, uint32_t line)
{
    struct run_options run_options = {
        .jobs = parallel_processors(), .today = workspace->today, .isolated = workspace->isolated};
    struct run run = workspace_run(workspace, &run_options);
    const struct tree_file *file = place_file(workspace);
    bool good = false;

    rules_select(&workspace->rules, NULL, 0, &workspace->problems);
    run.baseline =
        workspace_read_baseline(workspace, options, options_has(options, OPTION_BASELINE));
    if (!file) {
        problems_add(&workspace->problems, TEXT(""), 0, 0, "name one manifest, FILE:LINE");
    } else {
        run_lint(&run);
        good = place_print(workspace, &run, file->path, line);
        run_done(&run);
    }
    return good ? STATUS_OK : STATUS_TROUBLE;
}

bool place_explain(const struct options *options, const char *named, int *status)
{
    struct workspace workspace;
    struct arena arena = {0};
    struct text path;
    const char *file;
    const char *error;
    uint32_t line;
    mode_t mode;

    if (!place_read(named, &path, &line))
        return false;
    file = arena_copy(&arena, path).at;
    *status = STATUS_TROUBLE;
    error = file_mode(file, true, &mode);
    if (error || S_ISDIR(mode)) {
        fputs("krug: ", stderr);
        report_print(stderr, text_of(file));
        fprintf(stderr, "%s%s\n", error ? " cannot be read: " : " is a directory",
                error ? error : ": name one manifest, FILE:LINE");
        arena_done(&arena);
        return true;
    }
    if (workspace_open(&workspace, options, &file, 1))
        *status = place_run(&workspace, options, line);
    *status = workspace_end(&workspace, *status);
    arena_done(&arena);
    return true;
}
