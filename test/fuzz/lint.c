/*
 * A whole run in one process with every rule on: files that exist only in memory, each behind a
 * line "== path" (what stands above the first is a.yaml). The rules are loaded once, and their
 * worker is used again, as a run does with its next file. No manifest may make a rule of krug
 * raise or run out of its budget, and what is found must be in the files and in JSON.
 */
#include "engine/run.h"
#include "engine/shared.h"
#include "fuzz.h"
#include "report/report.h"
#include <stdlib.h>
#include <string.h>

enum { LINT_FILES_MAX = 8, LINT_TODAY = 20261124 };

/* Far more than one input needs: caches that grow with the number of inputs are given back. */
enum { LINT_RUNS_MAX = 20000 };

/* One report in so many runs, as its input chooses: some list all rules, and that is slow. And one
 * run in so many is done again: what the worker did before must not show. */
enum { LINT_REPORT_EVERY = 4, LINT_AGAIN_EVERY = 8 };

/* libFuzzer does not see into Lua: what rules find tells it that an input is a new one. */
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t lint_found[8192];

/* What is loaded once. */
static struct {
    struct problems problems;
    struct repo none;
    struct policies policies;
    struct rules rules;
    struct worker *worker;
    size_t runs;
} loaded;

static void load(void)
{
    problems_init(&loaded.problems);
    policies_init(&loaded.policies, &loaded.none, NULL, 0, &loaded.problems);
    loaded.policies.today = LINT_TODAY;
    policies_use_text(&loaded.policies,
                      TEXT("layout:\n"
                           "- {path: 'manifests/{service}/{env}/**', namespace: '{service}-{env}', "
                           "cluster: '{env}'}\n"
                           "rules: {'*': warn}\n"));
    rules_find(&loaded.rules, NULL, &loaded.problems);
    loaded.worker = worker_new(&loaded.rules, NULL, &loaded.problems);
    rules_describe(&loaded.rules, loaded.worker, &loaded.problems);
    rules_select(&loaded.rules, NULL, 0, &loaded.problems);
    policies_check(&loaded.policies, loaded.rules.rules, loaded.rules.count);
    FUZZ_CHECK(!loaded.problems.count && loaded.rules.count > 50);
}

static void unload(void)
{
    worker_free(loaded.worker);
    rules_done(&loaded.rules);
    policies_done(&loaded.policies);
    problems_done(&loaded.problems);
    memset(&loaded, 0, sizeof loaded);
}

/* A relative path without anything special in it. */
static bool is_path(struct text path)
{
    for (size_t i = 0; i < path.length; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-._/ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                    path.at[i]) ||
            (path.at[i] == '/' && (!i || path.at[i - 1] == '/' || i + 1 == path.length)))
            return false;
    return path.length && path.at[0] != '.' && text_find(path, TEXT("/."), 0) == SIZE_MAX;
}

static size_t cut_files(struct text rest, struct tree_file files[LINT_FILES_MAX])
{
    struct text path = TEXT("a.yaml");
    size_t count = 0;

    if (text_starts(rest, TEXT("== "))) {
        rest = text_slice(rest, 3, rest.length);
        path = fuzz_cut(&rest, TEXT("\n"));
    }
    while (count < LINT_FILES_MAX && rest.at) {
        struct text bytes = fuzz_cut(&rest, TEXT("\n== "));
        bool known = false;

        for (size_t i = 0; i < count; i++)
            known |= text_equal(files[i].path, path);
        if (!known && is_path(path))
            files[count++] = (struct tree_file){.path = path, .bytes = bytes};
        path = rest.at ? fuzz_cut(&rest, TEXT("\n")) : (struct text){0};
    }
    return count;
}

static void check_in_file(const struct tree *tree, struct text path, struct span span)
{
    const struct tree_file *file = tree_find(tree, path);
    struct fuzz_file read;

    if (!file)
        fprintf(stderr, "file: %.*s\n", TEXT_ARGS(path));
    FUZZ_CHECK(file);
    if (!span.line)
        return;
    if (fuzz_file_init(&read, file->bytes)) {
        source_span(&read.source, 0, 0);
        FUZZ_CHECK(fuzz_in_source(&read.source, span));
    }
    fuzz_file_done(&read);
}

static size_t hash_text(size_t hash, struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        hash = hash * 31 + (unsigned char)text.at[i];
    return hash;
}

static void count_finding(const struct run *run, const struct finding *finding)
{
    /* messages quote names: their first words are the rule's own */
    size_t hash = hash_text(rules_by_id(run->rules, finding->rule)->rule.index,
                            text_slice(finding->message, 0, 16));

    lint_found[hash % sizeof lint_found] = 1;
}

/* Answers a number that another run has only where it found the same. */
static size_t check_findings(const struct run *run)
{
    const struct tree *tree = &run->repo->tree;
    size_t hash = 0;

    for (size_t i = 0; i < run->findings.count; i++) {
        const struct finding *finding = &run->findings.items[i];

        FUZZ_CHECK(rules_by_id(run->rules, finding->rule) && finding->message.length);
        FUZZ_CHECK(finding->level >= LEVEL_INFO && strlen(finding->fingerprint) == 32);
        count_finding(run, finding);
        hash = hash_text(hash_text(hash, text_of(finding->fingerprint)), finding->message) +
               finding->span.line;
        FUZZ_CHECK(!i || finding_compare(finding - 1, finding) <= 0);
        check_in_file(tree, finding->file, finding->span);
        for (size_t j = 0; j < finding->related_count; j++)
            if (finding->related[j].span.line) /* else a path that a comment names */
                check_in_file(tree, finding->related[j].file, finding->related[j].span);
    }
    return hash;
}

/* The JSON is read, too. */
static void check_report(const struct run *run, const struct reporter *reporter)
{
    struct report_style style = {
        .root = run->repo->tree.root, .here = run->repo->tree.root, .top = run->repo->tree.root};
    struct fuzz_file read;
    char *bytes = NULL;
    size_t length;
    FILE *stream = open_memstream(&bytes, &length);

    FUZZ_CHECK(stream);
    reporter->write(run, &style, stream);
    FUZZ_CHECK(!fclose(stream));
    if (!strcmp(reporter->name, "json")) {
        FUZZ_CHECK(fuzz_file_init(&read, (struct text){bytes, length}));
        FUZZ_CHECK(loader_next(&read.loader, &read.document));
        FUZZ_CHECK(read.document.root && read.document.json);
        FUZZ_CHECK(node_at(read.document.root, "findings", NULL)->count == run->findings.count);
        fuzz_file_done(&read);
    }
    free(bytes);
}

static void check_problems(struct problems *problems)
{
    for (size_t i = 0; i < problems->count; i++)
        fprintf(stderr, "problem: %.*s: %.*s\n", TEXT_ARGS(problems->items[i].file),
                TEXT_ARGS(problems->items[i].message));
    FUZZ_CHECK(!problems->count);
}

static size_t lint(const struct tree_file *files, size_t count, size_t choice)
{
    struct run_options options = {.jobs = 1, .today = LINT_TODAY};
    struct problems problems;
    struct profiles profiles;
    struct repo repo = {0};
    size_t hash;
    struct run run = {.repo = &repo,
                      .policies = &loaded.policies,
                      .rules = &loaded.rules,
                      .scout = loaded.worker,
                      .profiles = &profiles,
                      .problems = &problems,
                      .options = &options};

    problems_init(&problems);
    loaded.policies.problems = &problems;
    tree_make(&repo.tree, TEXT("/nowhere"), files, count);
    repo_scan(&repo, 1, &problems);
    loaded.policies.repo = &repo;
    profiles_init(&profiles, &loaded.policies, &repo, loaded.rules.rules, loaded.rules.count);
    shared_forget(loaded.worker->L);
    worker_forget_kinds(loaded.worker);
    run_lint(&run);
    check_problems(&problems);
    hash = check_findings(&run);
    if (choice % (LINT_REPORT_EVERY * reporter_count) < reporter_count)
        check_report(&run, &reporters[choice % reporter_count]);
    run_done(&run);
    profiles_done(&profiles);
    repo_done(&repo);
    problems_done(&problems);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tree_file files[LINT_FILES_MAX];
    size_t count = cut_files((struct text){(const char *)data, size}, files), hash;

    if (!count)
        return 0;
    if (loaded.worker && loaded.runs >= LINT_RUNS_MAX)
        unload();
    if (!loaded.worker)
        load();
    loaded.runs++;
    hash = lint(files, count, size);
    if (size % LINT_AGAIN_EVERY == 0)
        FUZZ_CHECK(lint(files, count, size) == hash);
    return 0;
}
