/*
 * One rule on a handful of files that exist only in memory, in the same way as a real run goes:
 * Namespace objects and kustomizations among the files count, and facts meet across them.
 */
#include "engine/scenario.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/replay.h"
#include "engine/shared.h"
#include <stdlib.h>

bool scenario_open(struct scenario *scenario)
{
    struct worker *worker = scenario->worker;
    const struct rules *rules = worker->rules;

    scenario->choice =
        (struct choice){scenario->rule, arena_get(&scenario->arena, rules->count * sizeof(bool))};
    rules_need_alone(rules, scenario->rule->rule.index, scenario->choice.needed);
    worker->choice = &scenario->choice;
    problems_init(&scenario->problems);
    tree_make(&scenario->repo.tree, TEXT("/nowhere"), scenario->files, scenario->file_count);
    repo_scan(&scenario->repo, 1, &scenario->problems);
    policies_init(&scenario->own, &scenario->repo, NULL, 0, &scenario->problems);
    if (!scenario->policies) {
        policies_use_text(&scenario->own, scenario->policy);
        policies_check(&scenario->own, rules->rules, rules->count);
        scenario->policies = &scenario->own;
    }
    profiles_init(&scenario->profiles, scenario->policies, &scenario->repo, rules->rules,
                  rules->count);
    shared_forget(worker->L);
    worker_forget_kinds(worker);
    scenario->open = true;
    return !scenario->problems.count;
}

static void scenario_add_errors(struct scenario *scenario, const struct subject *subject)
{
    for (size_t i = 0; i < subject->errors.count; i++) {
        scenario->errors = memory_extend(scenario->errors, scenario->error_count,
                                         &scenario->error_capacity, sizeof *scenario->errors);
        scenario->errors[scenario->error_count++] = subject->errors.items[i];
    }
}

static bool scenario_is_own(const struct scenario *scenario, const struct finding *finding)
{
    return text_equal(finding->rule, scenario->rule->rule.id);
}

static void scenario_take(struct scenario *scenario, struct subject *subject)
{
    for (size_t i = 0; i < subject->findings.count; i++)
        if (scenario_is_own(scenario, &subject->findings.items[i]))
            findings_add(&scenario->findings, subject->findings.items[i]);
    for (size_t i = 0; i < subject->facts.count; i++)
        facts_add(&scenario->facts, subject->facts.items[i]);
    scenario->placeless |= subject->placeless;
    scenario_add_errors(scenario, subject);
}

static struct subject scenario_subject(struct scenario *scenario, size_t file)
{
    const struct tree_file *tree_file = &scenario->files[file];

    return (struct subject){
        .path = tree_file->path,
        .number = file,
        .repo = &scenario->repo,
        .use = !file && scenario->use ? scenario->use : repo_use(&scenario->repo, tree_file->path),
        .profiles = &scenario->profiles,
        .example = true,
        .params_ref = scenario->params_ref,
        .files_ref = scenario->files_ref,
        .arena = &scenario->arena};
}

/* Reads the file of the subject and runs the rule on it, or with REPLAY on what can be made of it.
 */
static void scenario_file(struct scenario *scenario, size_t file, const struct replay *replay)
{
    struct subject subject = scenario_subject(scenario, file);
    struct counts counts = {0};
    char *bytes;
    size_t length;

    layout_locate(policies_chain(scenario->policies, path_directory(subject.path)), subject.path,
                  &subject.scratch, &subject.location);
    if (!file && scenario->namespace.at)
        subject.location.namespace = scenario->namespace;
    if (tree_read(&scenario->repo.tree, subject.path, &bytes, &length)) {
        subject_done(&subject);
        return;
    }
    subject.replay = replay;
    if (!source_init(&subject.source, subject.path, bytes, length))
        check_subject(scenario->worker, &subject, NULL, &counts);
    if (replay)
        scenario_add_errors(scenario, &subject);
    else
        scenario_take(scenario, &subject);
    counts_done(&counts);
    subject_done(&subject);
}

static void scenario_join(struct scenario *scenario)
{
    struct joins joins;
    struct subject subject = scenario_subject(scenario, 0);
    struct facts facts = scenario->facts;

    scenario->facts = (struct facts){0};
    joins_init(&joins, facts.items, facts.count);
    for (size_t i = 0; i < joins.part_count; i++)
        joins_run(&joins, i, scenario->worker, &subject, NULL);
    scenario_take(scenario, &subject);
    joins_done(&joins);
    subject_done(&subject);
    scenario->facts = facts;
}

/* The tree has its own order. */
bool scenario_is_manifest(const struct scenario *scenario, size_t file)
{
    return tree_find(&scenario->repo.tree, scenario->files[file].path)->manifest;
}

void scenario_run(struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->file_count; i++)
        if (scenario_is_manifest(scenario, i))
            scenario_file(scenario, i, NULL);
    if (scenario->rule->subject == RULE_FACTS)
        scenario_join(scenario);
    if (scenario->findings.count)
        qsort(scenario->findings.items, scenario->findings.count, sizeof *scenario->findings.items,
              finding_compare);
}

void scenario_replay(struct scenario *scenario)
{
    struct replay replay = {scenario->rule, &scenario->facts};

    if (!rule_is_of_kinds(scenario->rule))
        return; /* what they see is made by krug, not written by people */
    for (size_t i = 0; i < scenario->file_count; i++)
        if (scenario_is_manifest(scenario, i))
            scenario_file(scenario, i, &replay);
}

void scenario_done(struct scenario *scenario)
{
    if (!scenario->open)
        return;
    scenario->worker->choice = NULL;
    profiles_done(&scenario->profiles);
    policies_done(&scenario->own);
    problems_done(&scenario->problems);
    repo_done(&scenario->repo);
    findings_done(&scenario->findings);
    facts_done(&scenario->facts);
    free(scenario->errors);
    arena_done(&scenario->arena);
}
