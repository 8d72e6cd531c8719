/*
 * A whole run: the files that are to be linted, handed out to workers, and what they found put
 * together in the order of the files. Nothing here depends on how many threads there are.
 */
#include "engine/run.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "engine/budget.h"
#include "engine/call.h"
#include "engine/fail.h"
#include "engine/gather.h"
#include "engine/join.h"
#include "engine/sift.h"
#include <stdlib.h>
#include <string.h>

/* Instructions that the hook counts at once for --stats: rules need a few hundred. */
enum { RUN_STATS_STEP = 10 };

/* A file of the run and what became of it. */
struct run_file {
    const struct tree_file *file;
    const struct chain *chain;
    struct slot slot;
    enum skip skip;
    bool read;
    bool unnamed; /* only its facts are wanted */
};

/* What one thread has to itself. */
struct run_worker {
    struct worker *worker;
    struct regex_match *match; /* to sift; NULL: nothing was yet */
    struct counts counts, unnamed;
};

struct run_state {
    struct run *run;
    struct run_file *files;
    size_t count;
    size_t *turn; /* indexes of the files that are worked on together */
    size_t turn_count, done;
    struct run_worker *workers;
    struct trips trips;
    struct sift sift;
    struct joins joins;
    struct slot *parts; /* of the joins */
};

/* The thread's worker, made when it is first asked for. */
static struct worker *run_worker(struct run_state *state, size_t number)
{
    struct run *run = state->run;
    struct worker *worker = state->workers[number].worker;

    if (worker)
        return worker;
    worker = number ? worker_new(run->rules, run->policies, NULL) : run->scout;
    state->workers[number].worker = worker;
    worker->trips = &state->trips;
    worker->trace = run->options->trace.at ? rules_by_id(run->rules, run->options->trace) : NULL;
    if (run->options->stats) {
        worker->stats = memory_get(run->rules->count * sizeof *worker->stats);
        budget_set_step(worker->L, RUN_STATS_STEP);
    }
    return worker;
}

/* A file that is too large, or no text, is a finding and not a problem: the manifest is wrong. */
static void run_refuse(struct run *run, struct subject *subject, const char *id,
                       const char *message)
{
    const struct rule_info *rule = rules_by_id(run->rules, text_of(id));

    if (!subject->unnamed)
        fail_at(subject, rule, NULL, (struct text){0}, text_of(message));
}

/* A file that nobody named may need no worker, which would have to load all rules first. */
static bool run_is_wanted(struct run_state *state, size_t number, const struct subject *subject)
{
    struct run_worker *worker = &state->workers[number];

    if (!subject->unnamed)
        return true;
    if (!worker->match)
        worker->match = regex_match_new();
    return sift_takes(&state->sift, worker->match, subject);
}

static void run_check(struct run_state *state, size_t number, struct run_file *slot,
                      struct subject *subject)
{
    struct run *run = state->run;
    char *bytes = NULL;
    size_t length = 0;
    const char *error = tree_read(&run->repo->tree, slot->file->path, &bytes, &length);

    if (error == file_too_large) {
        slot->read = true;
        run_refuse(run, subject, "manifest/too-large", "the file is larger than 64 MiB");
        return;
    }
    if (error) {
        problems_add(run->problems, slot->file->path, 0, 0, "cannot be read: %s", error);
        return;
    }
    if (tree_is_helm_template(slot->file, (struct text){bytes, length})) {
        slot->skip = SKIP_HELM_TEMPLATE;
        free(bytes);
        return;
    }
    slot->read = true;
    error = source_init(&subject->source, subject->path, bytes, length);
    if (error)
        run_refuse(run, subject, "manifest/syntax", error);
    else if (run_is_wanted(state, number, subject))
        check_subject(run_worker(state, number), subject, &run->options->filter,
                      subject->unnamed ? &state->workers[number].unnamed
                                       : &state->workers[number].counts);
}

static void run_work(void *context, size_t number, size_t item)
{
    struct run_state *state = context;
    struct run *run = state->run;
    struct run_file *slot = &state->files[state->turn[item]];
    struct subject subject = {.path = slot->file->path,
                              .number = state->turn[item],
                              .unnamed = slot->unnamed,
                              .wanted = slot->unnamed ? state->sift.wanted : NULL,
                              .repo = run->repo,
                              .profiles = run->profiles,
                              .params_ref = LUA_NOREF,
                              .files_ref = LUA_NOREF,
                              .ignores = slot->unnamed ? NULL : &run->ignores,
                              .arena = &run->arenas[number]};

    subject.use = repo_use(run->repo, subject.path);
    layout_locate(slot->chain, subject.path, &subject.scratch, &subject.location);
    if (subject.location.skip != SKIP_NONE)
        slot->skip = subject.location.skip;
    else if (!slot->unnamed || sift_takes_path(&state->sift, &subject))
        run_check(state, number, slot, &subject);
    slot_take(&slot->slot, &subject);
    subject_done(&subject);
}

static void run_join_part(void *context, size_t number, size_t item)
{
    struct run_state *state = context;
    struct run *run = state->run;
    struct subject subject = {.number = item,
                              .repo = run->repo,
                              .profiles = run->profiles,
                              .params_ref = LUA_NOREF,
                              .files_ref = LUA_NOREF,
                              .arena = &run->arenas[number]};

    joins_run(&state->joins, item, run_worker(state, number), &subject, &run->options->filter);
    slot_take(&state->parts[item], &subject);
    subject_done(&subject);
}

/* Facts may come from any file of the repository, findings only from the named ones. */
static void run_list(struct run_state *state)
{
    struct run *run = state->run;
    const struct tree *tree = &run->repo->tree;

    run->summary.skipped[SKIP_NO_FILE] = tree->no_files;
    state->files = memory_get((tree->count + 1) * sizeof *state->files);
    for (size_t i = 0; i < tree->count; i++) {
        const struct tree_file *file = &tree->files[i];

        if (!file->manifest)
            continue;
        if (file->hidden) {
            run->summary.skipped[SKIP_EXCLUDED] += file->named;
            continue;
        }
        state->files[state->count++] =
            (struct run_file){.file = file,
                              .unnamed = !file->named,
                              .chain = policies_chain(run->policies, path_directory(file->path))};
    }
}

void run_load_policies(struct policies *policies, const struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        if (tree->files[i].manifest && !tree->files[i].hidden)
            policies_chain(policies, path_directory(tree->files[i].path));
}

static void run_add_counts(struct run *run, struct counts *counts, struct counts *total)
{
    for (size_t i = 0; i < counts->namespaces.capacity; i++)
        if (counts->namespaces.slots[i].key.at)
            *map_place(&run->namespaces,
                       arena_copy(&run->arenas[0], counts->namespaces.slots[i].key)) = run;
    for (size_t i = 0; counts->active && i < run->rules->count; i++)
        total->active[i] |= counts->active[i];
    run->summary.documents += counts->documents;
    run->summary.resources += counts->resources;
    run->summary.patches += counts->patches;
    run->summary.inline_patches += counts->inline_patches;
    run->summary.not_resources += counts->not_resources;
}

/* Whether no namespace that was met turns the rule on. */
static bool run_is_off(const struct run *run, size_t rule)
{
    const struct map *met = &run->profiles->rulings_by_key;

    for (size_t i = 0; i < met->capacity; i++)
        if (met->slots[i].key.at &&
            ((const struct rulings *)met->slots[i].value)->items[rule].level > LEVEL_OFF)
            return false;
    return true;
}

/* Reasons why a rule did not run. */
static const char run_broken[] = "broken", run_off[] = "off for everything that was linted",
                  run_nothing[] = "nothing was linted",
                  run_isolated[] = "these rules need the whole repository, and only the "
                                   "named files were looked at";

static int run_compare_reasons(const void *left, const void *right)
{
    const struct not_run *a = left, *b = right;
    int order = strcmp(a->reason, b->reason);

    return order ? order : text_compare(a->rule, b->rule);
}

/* Why a selected rule could judge nothing; NULL where it could. */
static const char *run_reason(const struct run *run, size_t index, const struct counts *total)
{
    const struct rule_info *rule = run->rules->items[index];

    if (rule->broken)
        return run_broken;
    if (rule->idle)
        return run_isolated;
    if (!total->active[index] && run_is_off(run, index))
        return run->summary.files ? run_off : run_nothing;
    return NULL;
}

static void run_list_not_run(struct run *run, const struct counts *total)
{
    run->not_run = memory_get((run->rules->count + 1) * sizeof *run->not_run);
    for (size_t i = 0; i < run->rules->count; i++) {
        const struct rule_info *rule = run->rules->items[i];
        const char *reason = run_reason(run, i, total);

        if (rule->subject == RULE_KRUG || !rule->selected)
            continue;
        if (reason)
            run->not_run[run->not_run_count++] = (struct not_run){rule->rule.id, reason};
        else
            run->summary.rules++;
    }
    qsort(run->not_run, run->not_run_count, sizeof *run->not_run, run_compare_reasons);
}

static void run_collect_files(struct run_state *state)
{
    struct run *run = state->run;

    for (size_t i = 0; i < state->count; i++) {
        struct run_file *file = &state->files[i];

        run->summary.files += file->read && !file->unnamed;
        if (!file->unnamed)
            run->summary.skipped[file->skip] += file->skip != SKIP_NONE;
        slot_merge(run, &file->slot, run->cuts);
    }
}

/* Rules that used up their budgets are looked at closely; nothing is paid for that otherwise. */
static struct run_cut *run_cuts(const struct run_state *state)
{
    return state->trips.any ? memory_get(state->run->rules->count * sizeof(struct run_cut)) : NULL;
}

static void run_watch(void *context, size_t done)
{
    struct run_state *state = context;

    state->run->options->progress(state->run->options->progress_context, state->done + done,
                                  state->count);
}

static void run_turn(struct run_state *state, bool unnamed)
{
    struct run *run = state->run;

    state->turn_count = 0;
    for (size_t i = 0; i < state->count; i++)
        if (state->files[i].unnamed == unnamed)
            state->turn[state->turn_count++] = i;
    parallel_run(&(struct parallel){.jobs = run->job_count,
                                    .count = state->turn_count,
                                    .context = state,
                                    .work = run_work,
                                    .watch = run->options->progress ? run_watch : NULL});
    state->done += state->turn_count;
}

/* What was named, and then what could meet its facts. */
static void run_files(struct run_state *state)
{
    const struct facts **named = memory_get((state->count + 1) * sizeof *named);

    state->turn = memory_get((state->count + 1) * sizeof *state->turn);
    run_turn(state, false);
    for (size_t i = 0; i < state->turn_count; i++)
        named[i] = &state->files[state->turn[i]].slot.facts;
    if (state->turn_count < state->count) {
        sift_init(&state->sift, state->run->rules, state->run->policies, named, state->turn_count);
        if (!state->sift.none)
            run_turn(state, true);
    }
    free(state->turn);
    free(named);
}

/* Joins what all files gave. */
static void run_joins(struct run_state *state)
{
    struct run *run = state->run;
    struct run_cut *cuts;

    joins_init(&state->joins, run->facts.items, run->facts.count);
    state->parts = memory_get(state->joins.part_count * sizeof *state->parts);
    trips_done(&state->trips);
    trips_init(&state->trips, run->rules->count);
    parallel_run(&(struct parallel){.jobs = run->job_count,
                                    .count = state->joins.part_count,
                                    .context = state,
                                    .work = run_join_part});
    cuts = run_cuts(state);
    for (size_t i = 0; i < state->joins.part_count; i++)
        slot_merge(run, &state->parts[i], cuts);
    free(cuts);
    free(state->parts);
    joins_done(&state->joins);
}

static void run_add_stats(struct run_state *state)
{
    struct run *run = state->run;

    if (!run->options->stats)
        return;
    run->stats = memory_get(run->rules->count * sizeof *run->stats);
    for (size_t i = 0; i < run->job_count; i++)
        for (size_t j = 0; state->workers[i].worker && j < run->rules->count; j++) {
            const struct rule_stats *stats = &state->workers[i].worker->stats[j];

            run->stats[j].calls += stats->calls;
            run->stats[j].nanoseconds += stats->nanoseconds;
            run->stats[j].instructions += stats->instructions;
        }
}

/* What is wrong in policies is told whatever was found. */
static void run_add_told(struct run *run)
{
    for (size_t i = 0; i < run->profiles->findings.count; i++)
        if (rules_by_id(run->rules, run->profiles->findings.items[i].rule)->selected)
            findings_add(&run->findings, run->profiles->findings.items[i]);
}

static void run_finish(struct run_state *state)
{
    struct run *run = state->run;
    struct counts total = {.active = memory_get(run->rules->count + 1)};

    for (size_t i = 0; i < run->job_count; i++)
        run_add_counts(run, &state->workers[i].counts, &total);
    run->summary.namespaces = run->namespaces.count;
    run_add_told(run);
    run_list_not_run(run, &total);
    gather_tell_errors(run);
    run_add_stats(state);
    settle(run);
    counts_done(&total);
}

/* Rules across documents run where some policy may turn them on, and the whole repository is known.
 */
static void run_prepare_rules(struct run *run)
{
    for (size_t i = 0; i < run->rules->count; i++) {
        struct rule_info *rule = run->rules->items[i];

        rule->idle = run->options->isolated && (rule->whole || rule->subject == RULE_FACTS);
        rule->possible = rule->subject == RULE_FACTS && rule->needed && !rule->broken &&
                         !rule->idle && policies_may_hold(run->policies, &rule->rule);
    }
}

static void run_end(struct run_state *state)
{
    for (size_t i = 0; i < state->run->job_count; i++) {
        struct run_worker *worker = &state->workers[i];

        if (i) /* the first is the scout, which is not the run's */
            worker_free(worker->worker);
        else if (worker->worker)
            worker->worker->trips = NULL;
        counts_done(&worker->counts);
        counts_done(&worker->unnamed);
        regex_match_free(worker->match);
    }
    trips_done(&state->trips);
    sift_done(&state->sift);
    free(state->workers);
    free(state->files);
}

void run_lint(struct run *run)
{
    struct run_state state = {.run = run};

    ignores_init(&run->ignores);
    run_prepare_rules(run);
    trips_init(&state.trips, run->rules->count);
    run_list(&state);
    run->job_count = run->options->jobs < state.count ? run->options->jobs : state.count;
    if (!run->job_count)
        run->job_count = 1;
    run->arenas = memory_get(run->job_count * sizeof *run->arenas);
    state.workers = memory_get(run->job_count * sizeof *state.workers);
    run_files(&state);
    run->cuts = run_cuts(&state);
    run_collect_files(&state);
    run_joins(&state);
    run_finish(&state);
    run_end(&state);
}

void run_done(struct run *run)
{
    for (size_t i = 0; i < run->job_count; i++)
        arena_done(&run->arenas[i]);
    free(run->arenas);
    free(run->not_run);
    call_free_errors(&run->errors);
    free(run->cuts);
    free(run->stats);
    buffer_done(&run->trace);
    facts_done(&run->facts);
    map_done(&run->namespaces);
    map_done(&run->renamed);
    ignores_done(&run->ignores);
    findings_done(&run->findings);
    findings_done(&run->hidden);
}
