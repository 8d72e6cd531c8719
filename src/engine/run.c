/*
 * A whole run: the files that are to be linted, handed out to workers, and what they found put
 * together in the order of the files. Nothing here depends on how many threads there are.
 */
#include "engine/run.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "engine/describe.h"
#include "engine/fail.h"
#include <stdlib.h>
#include <string.h>

/* A file of the run and what became of it. */
struct run_file {
    const struct tree_file *file;
    const struct chain *chain;
    struct findings findings;
    struct rule_error *errors;
    size_t error_count;
    enum skip skip;
    bool read;
};

/* What one thread has to itself. */
struct run_worker {
    struct worker *worker;
    struct counts counts;
};

struct run_state {
    struct run *run;
    struct run_file *files;
    size_t count;
    struct run_worker *workers;
};

/* A file that is too large, or no text, is a finding and not a problem: the manifest is wrong. */
static void run_refuse(struct run *run, struct subject *subject, const char *id,
                       const char *message)
{
    const struct rule_info *rule = rules_by_id(run->rules, text_of(id));

    fail_at(subject, rule, NULL, (struct text){0}, text_of(message));
}

static void run_check(struct run *run, struct run_worker *worker, struct run_file *slot,
                      struct subject *subject)
{
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
    else
        check_subject(worker->worker, subject, &run->options->filter, &worker->counts);
}

static void run_work(void *context, size_t number, size_t item)
{
    struct run_state *state = context;
    struct run *run = state->run;
    struct run_file *slot = &state->files[item];
    struct run_worker *worker = &state->workers[number];
    struct subject subject = {.path = slot->file->path,
                              .repo = run->repo,
                              .profiles = run->profiles,
                              .params_ref = LUA_NOREF,
                              .files_ref = LUA_NOREF,
                              .arena = &run->arenas[number]};

    if (!worker->worker)
        worker->worker = number ? worker_new(run->rules, run->policies, NULL) : run->scout;
    subject.use = repo_use(run->repo, subject.path);
    layout_locate(slot->chain, subject.path, &subject.scratch, &subject.location);
    if (subject.location.skip != SKIP_NONE)
        slot->skip = subject.location.skip;
    else
        run_check(run, worker, slot, &subject);
    slot->findings = subject.findings;
    slot->errors = subject.errors;
    slot->error_count = subject.error_count;
    subject.findings = (struct findings){0};
    subject.errors = NULL;
    subject_done(&subject);
}

static void run_watch(void *context, size_t done)
{
    struct run_state *state = context;

    state->run->options->progress(state->run->options->progress_context, done, state->count);
}

static void run_list(struct run_state *state)
{
    const struct tree *tree = &state->run->repo->tree;

    state->files = memory_get((tree->count + 1) * sizeof *state->files);
    for (size_t i = 0; i < tree->count; i++) {
        const struct tree_file *file = &tree->files[i];

        if (!file->manifest || !file->named)
            continue;
        if (file->hidden) {
            state->run->summary.skipped[SKIP_EXCLUDED]++;
            continue;
        }
        state->files[state->count++] = (struct run_file){
            .file = file,
            .chain = policies_chain(state->run->policies, path_directory(file->path))};
    }
}

void run_load_policies(struct policies *policies, const struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        if (tree->files[i].manifest && tree->files[i].named && !tree->files[i].hidden)
            policies_chain(policies, path_directory(tree->files[i].path));
}

static void run_add_errors(struct run *run, const struct run_file *slot)
{
    for (size_t i = 0; i < slot->error_count; i++) {
        const struct rule_error *error = &slot->errors[i];
        size_t j = 0;

        while (j < run->error_count && !(run->errors[j].rule == error->rule &&
                                         text_equal(run->errors[j].message, error->message)))
            j++;
        if (j < run->error_count) {
            run->errors[j].count += error->count;
            continue;
        }
        run->errors =
            memory_extend(run->errors, run->error_count, &run->error_capacity, sizeof *run->errors);
        run->errors[run->error_count++] = *error;
    }
}

/* Tells each error once: the rule's own line, the first manifest, how often. */
static void run_tell_errors(struct run *run)
{
    for (size_t i = 0; i < run->error_count; i++) {
        const struct rule_error *error = &run->errors[i];
        const struct rule_info *rule = run->rules->items[error->rule];
        struct buffer text = {0};
        struct text message = error->message;
        uint32_t line = describe_cut_line(&message, rule->rule.file);

        buffer_print(&text, "%s%.*s\n  at %.*s, line %u", error->raised ? "the rule raised: " : "",
                     TEXT_ARGS(message), TEXT_ARGS(error->file), error->line);
        if (error->count > 1)
            buffer_print(&text, " (and %zu more times)", error->count - 1);
        if (error->traceback.length)
            buffer_print(&text, "\n%.*s", TEXT_ARGS(error->traceback));
        problems_add_rule(run->problems, rule->rule.id, rule->rule.file, line, 0,
                          buffer_text(&text));
        buffer_done(&text);
    }
}

static void run_add_counts(struct run *run, struct counts *counts, struct counts *total)
{
    for (size_t i = 0; i < counts->namespaces.capacity; i++)
        if (counts->namespaces.slots[i].key.at)
            *map_place(&total->namespaces, counts->namespaces.slots[i].key) = total;
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
                  run_nothing[] = "nothing was linted";

static int run_compare_reasons(const void *left, const void *right)
{
    const struct not_run *a = left, *b = right;
    int order = strcmp(a->reason, b->reason);

    return order ? order : text_compare(a->rule, b->rule);
}

/* Selected rules that could judge nothing. */
static void run_list_not_run(struct run *run, const struct counts *total)
{
    run->not_run = memory_get((run->rules->count + 1) * sizeof *run->not_run);
    for (size_t i = 0; i < run->rules->count; i++) {
        const struct rule_info *rule = run->rules->items[i];

        if (rule->subject == RULE_KRUG || !rule->selected)
            continue;
        if (rule->broken)
            run->not_run[run->not_run_count++] = (struct not_run){rule->rule.id, run_broken};
        else if (!total->active[i] && run_is_off(run, i))
            run->not_run[run->not_run_count++] =
                (struct not_run){rule->rule.id, run->summary.files ? run_off : run_nothing};
        else
            run->summary.rules++;
    }
    qsort(run->not_run, run->not_run_count, sizeof *run->not_run, run_compare_reasons);
}

static void run_collect(struct run_state *state)
{
    struct run *run = state->run;
    struct counts total = {.active = memory_get(run->rules->count + 1)};

    for (size_t i = 0; i < run->job_count; i++)
        run_add_counts(run, &state->workers[i].counts, &total);
    run->summary.namespaces = total.namespaces.count;
    for (size_t i = 0; i < state->count; i++) {
        struct run_file *slot = &state->files[i];

        run->summary.files += slot->read;
        run->summary.skipped[slot->skip] += slot->skip != SKIP_NONE;
        run_add_errors(run, slot);
        for (size_t j = 0; j < slot->findings.count; j++)
            findings_add(&run->findings, slot->findings.items[j]);
        findings_done(&slot->findings);
        free(slot->errors);
    }
    for (size_t i = 0; i < run->profiles->findings.count; i++)
        if (rules_by_id(run->rules, run->profiles->findings.items[i].rule)->selected)
            findings_add(&run->findings, run->profiles->findings.items[i]);
    run_tell_errors(run);
    run_list_not_run(run, &total);
    settle(&run->findings, &run->summary, &run->arenas[0]);
    counts_done(&total);
}

void run_lint(struct run *run)
{
    struct run_state state = {.run = run};

    run_list(&state);
    run->job_count = run->options->jobs < state.count ? run->options->jobs : state.count;
    if (!run->job_count)
        run->job_count = 1;
    run->arenas = memory_get(run->job_count * sizeof *run->arenas);
    state.workers = memory_get(run->job_count * sizeof *state.workers);
    parallel_run(&(struct parallel){.jobs = run->job_count,
                                    .count = state.count,
                                    .context = &state,
                                    .work = run_work,
                                    .watch = run->options->progress ? run_watch : NULL});
    run_collect(&state);
    for (size_t i = 0; i < run->job_count; i++) {
        if (i) /* the first is the scout, which is not the run's */
            worker_free(state.workers[i].worker);
        counts_done(&state.workers[i].counts);
    }
    free(state.workers);
    free(state.files);
}

void run_done(struct run *run)
{
    for (size_t i = 0; i < run->job_count; i++)
        arena_done(&run->arenas[i]);
    free(run->arenas);
    free(run->not_run);
    free(run->errors);
    findings_done(&run->findings);
}
