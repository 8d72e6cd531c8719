/*
 * Only what is new counts: a run is held against another one, over the tree as it was where a
 * branch began, under the same policies of today. A finding of both is neither told nor counted but
 * by its number. Two things count although they were there:
 *
 * - what is due because a day has come (a dated level, a waiver that ended), for whoever touches
 * its namespace; elsewhere it is listed as overdue, so that it is not forgotten;
 * - what is said of a line that the branch adds to a policy: under today's policy both runs say it.
 */
#include "engine/since.h"
#include "base/file.h"
#include "base/memory.h"
#include "policy/baseline.h"
#include <stdlib.h>
#include <string.h>

/* ---- what the branch touches ---- */

/* Namespaces with their clusters; made when the first finding asks. */
struct touched {
    bool made;
    struct arena arena;
    struct map namespaces; /* cluster, NUL, name */
};

static struct text touched_key(struct arena *arena, struct text cluster, struct text namespace)
{
    char *key = arena_get(arena, cluster.length + 1 + namespace.length);

    if (cluster.length)
        memcpy(key, cluster.at, cluster.length);
    key[cluster.length] = '\0';
    memcpy(key + cluster.length + 1, namespace.at, namespace.length);
    return (struct text){key, cluster.length + 1 + namespace.length};
}

static void touched_add(struct touched *touched, struct text cluster, struct text namespace)
{
    if (namespace.length)
        *map_place(&touched->namespaces, touched_key(&touched->arena, cluster, namespace)) =
            touched;
}

static void touched_add_resources(struct touched *touched, const struct run *run,
                                  const struct location *location, struct source *source,
                                  const struct kustomize_use *use)
{
    struct loader loader;
    struct document document;

    loader_init(&loader, source);
    while (loader_next(&loader, &document)) {
        struct resources walk = resources_of(&document);
        struct resource resource;

        while (resources_next(&walk, &resource)) {
            enum scope_kind scope = repo_scope(run->repo, resource.group, resource.kind);

            for (size_t i = 0; i < belonging_count(use, scope); i++) {
                struct belonging belonging;

                belonging_of(run->profiles, location, &resource, scope, use, i, &belonging);
                touched_add(touched, belonging.profile->cluster, belonging.namespace);
            }
        }
    }
    loader_done(&loader);
}

/* Adds the namespaces of the file at PATH in the repository of RUN. */
static void touched_add_file(struct touched *touched, const struct run *run, struct text path)
{
    const struct tree_file *file = tree_find(&run->repo->tree, path);
    struct location location;
    struct source source;
    char *bytes;
    size_t length;

    if (!file || !file->manifest || file->hidden)
        return;
    layout_locate(policies_chain(run->policies, path_directory(path)), path, &touched->arena,
                  &location);
    touched_add(touched, location.cluster, location.namespace);
    if (tree_read(&run->repo->tree, path, &bytes, &length))
        return;
    if (!source_init(&source, path, bytes, length))
        touched_add_resources(touched, run, &location, &source, repo_use(run->repo, path));
    source_done(&source);
}

static void touched_make(struct touched *touched, const struct since *since, const struct run *run,
                         const struct run *base)
{
    for (size_t i = 0; !touched->made && i < since->changes->count; i++) {
        const struct change *change = &since->changes->items[i];

        if (change->path.at)
            touched_add_file(touched, run, change->path);
        if (change->old_path.at)
            touched_add_file(touched, base, change->old_path);
    }
    touched->made = true;
}

/* Whether the finding's namespace, or where it has none its file, is touched. */
static bool touched_has(struct touched *touched, const struct since *since, const struct run *run,
                        const struct finding *finding)
{
    struct text namespace = finding->resource.namespace;
    struct location location;

    if (map_find(&since->changes->by_path, finding->file))
        return true;
    if (!namespace.length) {
        layout_locate(policies_chain(run->policies, path_directory(finding->file)), finding->file,
                      &touched->arena, &location);
        namespace = location.namespace;
    }
    return namespace.length && map_find(&touched->namespaces,
                                        touched_key(&touched->arena, finding->cluster, namespace));
}

/* ---- policies ---- */

static const struct policy *since_policy(const struct policies *policies, struct text path)
{
    for (size_t i = 0; i < policies->count; i++)
        if (text_equal(policies->items[i]->path, path))
            return policies->items[i];
    return NULL;
}

/* How many entries of BASELINE hide more than the file did that held FORMER. */
static size_t since_count_entries(const struct baseline *baseline, struct text former)
{
    struct baseline read = {0};
    struct problems problems;
    size_t count = 0;
    char *bytes = memory_get(former.length + 2);

    if (former.length)
        memcpy(bytes, former.at, former.length);
    problems_init(&problems);
    if (!former.length)
        free(bytes);
    else if (!baseline_read_bytes(&read, bytes, former.length, TEXT(""), &problems))
        problems_sort(&problems); /* what was wrong then is over */
    for (size_t i = 0; i < baseline->count; i++) {
        const struct baseline_entry *entry = &baseline->items[i],
                                    *known = baseline_find(&read, entry->fingerprint);

        count += !known || known->level < entry->level;
    }
    baseline_done(&read);
    problems_done(&problems);
    return count;
}

/* What PATH held before; empty where it was not there, or cannot be read, which is told: then all
 * of it counts as new. */
static struct text since_read_former(struct since *since, const struct tree *former,
                                     struct text path, struct problems *problems)
{
    const char *error;
    struct text text;
    char *bytes;
    size_t length;

    if (!tree_find(former, path))
        return TEXT("");
    error = tree_read(former, path, &bytes, &length);
    if (error) {
        problems_add(problems, path, 0, 0,
                     "cannot be read as it was before, so what it adds is not known: %s", error);
        return TEXT("");
    }
    text = arena_copy(&since->arena, (struct text){bytes, length});
    free(bytes);
    return text;
}

static int since_compare(const void *left, const void *right)
{
    return text_compare(((const struct policy_change *)left)->file,
                        ((const struct policy_change *)right)->file);
}

/* The entry for PATH; the same path may be gone and new, where it is not tracked any more. KNOWN:
 * the entries by path. */
static void since_add_policy(struct since *since, struct map *known, struct text path,
                             const char *what)
{
    struct policy_change *change;
    void **place;

    if (!path.at || !tree_is_of_policy(path))
        return;
    place = map_place(known, path);
    if (*place) {
        change = *place;
        change->what = "changed";
        return;
    }
    *place = change = &since->policy_changes[since->policy_change_count++];
    *change = (struct policy_change){.file = path, .what = what};
}

void since_find_policies(struct since *since, const struct policies *policies,
                         const struct baseline *baseline, const struct tree *former,
                         struct problems *problems)
{
    struct map known = {0};

    since->policy_changes =
        memory_get((2 * since->changes->count + 1) * sizeof *since->policy_changes);
    for (size_t i = 0; i < since->changes->count; i++) {
        const struct change *change = &since->changes->items[i];

        since_add_policy(since, &known, change->old_path, "deleted");
        since_add_policy(since, &known, change->path, "added");
    }
    map_done(&known);
    qsort(since->policy_changes, since->policy_change_count, sizeof *since->policy_changes,
          since_compare);
    for (size_t i = 0; i < since->policy_change_count; i++) {
        struct policy_change *change = &since->policy_changes[i];
        const struct policy *policy = since_policy(policies, change->file);

        change->former = since_read_former(since, former, change->file, problems);
        if (policy)
            additions_find(&change->waivers, policies, policy, change->former);
        if (baseline && text_equal(baseline->path, change->file))
            change->entries = since_count_entries(baseline, change->former);
    }
}

/* Which lines of a file of a policy were not there before. Kept for the last file that a finding is
 * in, as very many may be in one. */
struct since_lines {
    struct text file;                   /* at == NULL: none yet */
    const struct policy_change *change; /* NULL: no file of a policy, or as before */
    char *bytes;
    bool *fresh; /* by number from 1 */
    size_t count;
};

static void since_lines_done(struct since_lines *lines)
{
    free(lines->bytes);
    free(lines->fresh);
}

/* Takes the next line off TEXT, without its blanks; false at the end. */
static bool since_cut(struct text *text, struct text *line)
{
    if (!text->length || !text_cut(text, '\n', line))
        return false;
    *line = text_trim(*line);
    return true;
}

/* A line that is there more often than in FORMER is new where it is one too many. */
static void since_lines_compare(struct since_lines *lines, struct text now, struct text former)
{
    struct map left = {0}; /* how often a line may still come */
    struct text rest, line;
    void **times;

    for (rest = former; since_cut(&rest, &line);) {
        times = map_place(&left, line);
        *times = (void *)((uintptr_t)*times + 1);
    }
    for (rest = now; since_cut(&rest, &line);)
        lines->count++;
    lines->fresh = memory_get((lines->count + 1) * sizeof *lines->fresh);
    for (size_t i = 1; since_cut(&now, &line); i++) {
        times = map_place(&left, line);
        lines->fresh[i] = !*times;
        if (*times)
            *times = (void *)((uintptr_t)*times - 1);
    }
    map_done(&left);
}

static void since_lines_read(struct since_lines *lines, const struct since *since,
                             const struct run *run, struct text file)
{
    const struct policy_change wanted = {.file = file};
    size_t length;

    since_lines_done(lines);
    *lines = (struct since_lines){.file = file};
    if (since->policy_change_count)
        lines->change = bsearch(&wanted, since->policy_changes, since->policy_change_count,
                                sizeof wanted, since_compare);
    if (!lines->change || tree_read(&run->repo->tree, file, &lines->bytes, &length))
        lines->change = NULL;
    else
        since_lines_compare(lines, (struct text){lines->bytes, length}, lines->change->former);
}

/* Whether FINDING is about a line of a policy that was not there before. */
static bool since_is_of_new_line(struct since_lines *lines, const struct since *since,
                                 const struct run *run, const struct finding *finding)
{
    uint32_t line = finding->span.line;

    if (!lines->file.at || !text_equal(lines->file, finding->file))
        since_lines_read(lines, since, run, finding->file);
    return lines->change && ((line <= lines->count && lines->fresh[line]) ||
                             additions_hold(&lines->change->waivers, finding->file, line));
}

/* ---- what counts ---- */

static void since_map(struct map *known, const struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        *map_place(known, text_of(findings->items[i].fingerprint)) = &findings->items[i];
}

static void since_uncount(struct summary *summary, const struct finding *finding)
{
    summary->errors -= finding->level == LEVEL_ERROR;
    summary->warnings -= finding->level == LEVEL_WARN;
    summary->infos -= finding->level == LEVEL_INFO;
}

static bool since_was_there(const struct map *known, const struct finding *finding)
{
    const struct finding *before = map_find(known, text_of(finding->fingerprint));

    return before && before->level >= finding->level;
}

/* Whether BASE could not tell: a rule that failed there leaves open what is unused. */
static bool since_is_open(const struct run *base, const struct finding *finding)
{
    const struct rule_info *rule = rules_by_id(base->rules, finding->rule);

    return rule && rule_is_about_policies(&rule->rule) && !run_is_whole(base);
}

void since_settle(struct since *since, struct run *run, const struct run *base)
{
    struct findings *findings = &run->findings;
    struct touched touched = {0};
    struct since_lines lines = {0};
    struct map known = {0};
    size_t kept = 0;

    since_map(&known, &base->findings);
    for (size_t i = 0; i < findings->count; i++) {
        struct finding finding = findings->items[i];
        bool counts = (!since_was_there(&known, &finding) && !since_is_open(base, &finding)) ||
                      since_is_of_new_line(&lines, since, run, &finding);

        if (!counts && finding.due) {
            touched_make(&touched, since, run, base);
            counts = touched_has(&touched, since, run, &finding);
            if (!counts)
                findings_add(&since->overdue, finding);
        }
        if (counts) {
            findings->items[kept++] = finding;
            continue;
        }
        since_uncount(&run->summary, &finding);
        run->summary.existing += !finding.due;
        run->summary.overdue += finding.due;
    }
    findings->count = kept;
    since_lines_done(&lines);
    map_done(&known);
    map_done(&touched.namespaces);
    arena_done(&touched.arena);
}

void since_done(struct since *since)
{
    for (size_t i = 0; i < since->policy_change_count; i++)
        additions_done(&since->policy_changes[i].waivers);
    free(since->policy_changes);
    findings_done(&since->overdue);
    arena_done(&since->arena);
}
