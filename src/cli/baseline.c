/*
 * krug baseline: writes what is found today to the file that later runs measure by. A baseline only
 * gets smaller by itself: what would make it hide more than before has to be asked for by name.
 * Where the baseline of a repository is, the other commands ask here too.
 */
#include "base/file.h"
#include "base/parallel.h"
#include "base/replace.h"
#include "cli/command.h"

/* So many findings that a baseline would newly hide are named. */
enum { BASELINE_NAMES = 5 };

/* What becomes of a baseline. */
struct baseline_change {
    struct workspace *workspace;
    struct run *run;
    struct baseline *old; /* NULL: there is none */
    struct baseline fresh;
    bool prune, grow;
    size_t added, kept; /* kept: of files that were not looked at */
};

/* Where --baseline, or else the repository, has its baseline: on the disk, and as messages name it.
 */
static void baseline_find_place(struct workspace *workspace, const struct options *options,
                                struct text *disk, struct text *shown)
{
    struct arena *arena = &workspace->arena;
    struct text root = workspace->repo.tree.root;
    const char *given = options_value(options, OPTION_BASELINE);

    if (!given) {
        *shown = text_of(baseline_place);
        *disk = path_join(arena, root, *shown);
        return;
    }
    *disk = given[0] == '/' ? text_of(given) : path_join(arena, workspace->here, text_of(given));
    *shown = path_clean(arena, *disk);
    if (path_below(*shown, root) && shown->length > root.length)
        *shown = path_relative(arena, *shown, root);
}

/* The baseline as it is staged. */
static struct baseline *baseline_read_staged(struct workspace *workspace, struct text place)
{
    struct problems *problems = &workspace->problems;
    char *bytes;
    size_t length;
    const char *error = tree_read(&workspace->repo.tree, place, &bytes, &length);

    if (error)
        problems_add(problems, place, 0, 0, "this baseline cannot be read: %s", error);
    else if (baseline_read_bytes(&workspace->baseline, bytes, length, place, problems))
        return &workspace->baseline;
    return NULL;
}

struct baseline *workspace_read_baseline(struct workspace *workspace, const struct options *options,
                                         bool needed)
{
    struct text disk, shown;
    const char *error;
    mode_t mode;
    bool right;

    baseline_find_place(workspace, options, &disk, &shown);
    if (tree_lacks(&workspace->repo.tree, shown))
        return NULL;
    if (tree_find(&workspace->repo.tree, shown))
        return baseline_read_staged(workspace, shown);
    error = file_mode(disk.at, true, &mode);
    /* a device that is to be written to holds none */
    if (!error && !needed && (!mode || S_ISCHR(mode)))
        return NULL;
    right = baseline_read(&workspace->baseline, disk.at, shown, &workspace->problems);
    return right ? &workspace->baseline : NULL;
}

/* ---- what is to be written ---- */

static void baseline_name_added(struct baseline_change *change, const struct finding *finding)
{
    if (change->prune || !change->old || ++change->added > BASELINE_NAMES || change->grow)
        return;
    fputs("krug: not in the baseline: ", stderr);
    report_print(stderr, workspace_path(change->workspace, finding->file));
    if (finding->span.line)
        report_tell(":%u", finding->span.line);
    report_tell(": %s %.*s\n", level_name(finding->level), TEXT_ARGS(finding->rule));
}

static void baseline_take(struct baseline_change *change, const struct finding *finding)
{
    struct baseline_entry entry = baseline_entry_of(&change->fresh, finding);
    const struct baseline_entry *known =
        change->old ? baseline_find(change->old, entry.fingerprint) : NULL;
    bool more = !known || known->level < entry.level;

    if (!run_may_baseline(change->run, finding))
        return;
    if (more)
        baseline_name_added(change, finding);
    if (more && change->prune) {
        if (!known)
            return;
        entry.level = known->level;
    }
    baseline_add(&change->fresh, entry);
}

/* An entry that was not found stays where nobody looked. */
static bool baseline_stays(const struct baseline_change *change, const struct baseline_entry *entry)
{
    const struct tree_file *file = tree_find(&change->run->repo->tree, entry->file);

    return !entry->found && !run_is_whole(change->run) && (!file || !file->named);
}

static void baseline_gather(struct baseline_change *change)
{
    const struct run *run = change->run;

    for (size_t i = 0; i < run->findings.count; i++)
        baseline_take(change, &run->findings.items[i]);
    for (size_t i = 0; i < run->hidden.count; i++)
        if (run->hidden.items[i].hiding->kind == HIDING_BASELINE)
            baseline_take(change, &run->hidden.items[i]);
    for (size_t i = 0; change->old && i < change->old->count; i++)
        if (baseline_stays(change, &change->old->items[i])) {
            baseline_add(&change->fresh, change->old->items[i]);
            change->kept++;
        }
}

static size_t baseline_count_gone(const struct baseline_change *change)
{
    size_t gone = 0;

    for (size_t i = 0; change->old && i < change->old->count; i++)
        gone += !baseline_find(&change->fresh, change->old->items[i].fingerprint);
    return gone;
}

/* ---- writing ---- */

static int baseline_save(struct baseline_change *change, const struct options *options)
{
    struct text disk, shown, name;
    size_t gone = baseline_count_gone(change), count = change->fresh.count;
    struct replace replace;
    const char *error;

    baseline_find_place(change->workspace, options, &disk, &shown);
    name = workspace_path(change->workspace, shown);
    if (!options_has(options, OPTION_BASELINE)) /* fails where it is there, or opening will */
        mkdir(arena_copy(&change->workspace->arena, path_directory(disk)).at, 0777);
    error = replace_open(&replace, disk.at);
    if (!error) {
        baseline_write(&change->fresh, replace.stream);
        error = replace_close(&replace);
    }
    if (error) {
        report_tell("krug: %.*s could not be written: %s\n", TEXT_ARGS(name), error);
        return STATUS_TROUBLE;
    }
    report_print(stdout, name);
    printf(": %zu finding%s", count, count == 1 ? "" : "s");
    if (change->old)
        printf(" (%zu new, %zu taken out)", change->added, gone);
    if (change->kept)
        printf(", %zu of them of files that were not looked at", change->kept);
    putchar('\n');
    return STATUS_OK;
}

static int baseline_refuse(const struct baseline_change *change)
{
    if (change->added > BASELINE_NAMES)
        report_tell("krug: and %zu more\n", change->added - BASELINE_NAMES);
    report_tell(
        "krug: nothing was written: the baseline would hide %zu finding%s more than before\n"
        "--grow if that is meant; --prune only takes out what is no longer found\n",
        change->added, change->added == 1 ? "" : "s");
    return STATUS_TROUBLE;
}

static int baseline_decide(struct baseline_change *change, const struct options *options)
{
    if (change->workspace->problems.count) {
        fputs("krug: no baseline is written, as not everything could be checked\n", stderr);
        return STATUS_TROUBLE;
    }
    baseline_gather(change);
    if (change->added && !change->grow)
        return baseline_refuse(change);
    if (!change->old && !change->fresh.count) {
        puts("no findings: no baseline is needed");
        return STATUS_OK;
    }
    return baseline_save(change, options);
}

static int baseline_run(struct workspace *workspace, const struct options *options)
{
    struct run_options run_options = {
        .jobs = parallel_processors(), .today = workspace->today, .isolated = workspace->isolated};
    struct run run = workspace_run(workspace, &run_options);
    struct baseline_change change = {.workspace = workspace,
                                     .run = &run,
                                     .prune = options_has(options, OPTION_PRUNE),
                                     .grow = options_has(options, OPTION_GROW)};
    int status;

    change.old = run.baseline = workspace_read_baseline(workspace, options, change.prune);
    run_lint(&run);
    if (!run.summary.files)
        problems_add(&workspace->problems, TEXT(""), 0, 0, "there is no manifest to lint");
    workspace_tell(workspace);
    status = baseline_decide(&change, options);
    baseline_done(&change.fresh);
    run_done(&run);
    return status;
}

int command_baseline(const struct options *options)
{
    struct workspace workspace;
    int status = STATUS_TROUBLE;

    if (options_has(options, OPTION_PRUNE) && options_has(options, OPTION_GROW)) {
        fputs("krug: --prune makes a baseline smaller and --grow larger: give one of them\n",
              stderr);
        return STATUS_TROUBLE;
    }
    if (workspace_open(&workspace, options, options->paths, options->path_count)) {
        rules_select(&workspace.rules, NULL, 0, &workspace.problems);
        status = baseline_run(&workspace, options);
    } else {
        workspace_tell(&workspace);
    }
    workspace_done(&workspace);
    return status;
}
