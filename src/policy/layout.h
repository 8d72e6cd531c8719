#ifndef KRUG_POLICY_LAYOUT_H
#define KRUG_POLICY_LAYOUT_H

#include "policy/policy.h"

/* What a path stands for. */
struct location {
    const struct chain *chain;
    enum skip skip;  /* SKIP_EXCLUDED: `files` leaves it out or `exclude` takes it out */
    bool has_layout; /* the policy has one */
    const struct layout_entry *entry; /* that matched; NULL: none */
    struct pair *captures;
    size_t capture_count;
    struct text namespace; /* at == NULL: the path stands for none */
    struct text cluster;   /* "" where nothing says */
    struct text reason;    /* why no entry matched, where one nearly did: "vars.short_env has no
                              'staging'"; else at == NULL */
};

/* Finds out what PATH (relative to the root) stands for under CHAIN. Its texts are in ARENA. Any
 * thread. */
void layout_locate(const struct chain *chain, struct text path, struct arena *arena,
                   struct location *location);

/* Whether PATTERN is a well-formed layout path, and TEMPLATE uses only its captures and variables
 * that exist; NULL, or the reason in ARENA. */
const char *layout_check_path(struct arena *arena, struct text pattern);
const char *layout_check_template(struct arena *arena, struct text pattern, struct text template,
                                  const struct node *vars);

#endif
