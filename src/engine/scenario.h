#ifndef KRUG_ENGINE_SCENARIO_H
#define KRUG_ENGINE_SCENARIO_H

#include "engine/check.h"
#include "engine/join.h"

/* A repository in miniature, held in memory, that one rule is run on: an example or a test case.
 * The rule runs whatever its level is. */
struct scenario {
    struct worker *worker;
    const struct rule_info *rule;
    struct choice choice;
    struct tree_file *files; /* path and bytes of each */
    size_t file_count;
    /* Where the files lie: under these policies, or under a policy that is given as text. */
    struct policies *policies;
    struct text policy;
    /* What an example may say of its first file instead; at == NULL, NULL: nothing. */
    struct text namespace;
    const struct kustomize_use *use;
    int params_ref, files_ref; /* Lua tables of an example, or LUA_NOREF */

    /* What came out; texts in the arena. */
    struct arena arena;
    struct problems problems; /* of the policy that is given as text */
    struct findings findings; /* in the order of the report */
    bool placeless;           /* one of them was told without saying where */
    struct facts facts;
    struct rule_error *errors;
    size_t error_count, error_capacity;

    struct repo repo;
    struct policies own;
    struct profiles profiles;
    bool open;
};

/* Reads files and policies; false where the policy of its own is wrong: see the problems. */
bool scenario_open(struct scenario *scenario);
/* Whether the rule sees FILE of an open one. */
bool scenario_is_manifest(const struct scenario *scenario, size_t file);
/* Runs the rule on all files, and joins its facts. */
void scenario_run(struct scenario *scenario);
/* Runs the rule again with each node of each document dropped, null, and of another type; errors
 * are added, findings are not. */
void scenario_replay(struct scenario *scenario);
void scenario_done(struct scenario *scenario);

#endif
