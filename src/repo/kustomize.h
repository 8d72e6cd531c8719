#ifndef KRUG_REPO_KUSTOMIZE_H
#define KRUG_REPO_KUSTOMIZE_H

#include "repo/repo.h"

/* What a kustomization says that krug wants to know. Its paths are as written. */
struct kustomization {
    struct text path; /* of the file itself */
    struct text namespace;
    struct text *resources, *components, *patches; /* resources: with bases */
    size_t resource_count, component_count, patch_count;
    unsigned alters; /* what it changes of all that it builds: enum kustomize_alters */
};

/* Whether a file of this name is a kustomization. */
bool kustomization_is(struct text path);
/* Reads the first map among SOURCE's documents; false where there is none. All is copied into
 * ARENA. */
bool kustomization_read(struct arena *arena, struct source *source,
                        struct kustomization *kustomization);
/* How many patches stand in the kustomization itself, as text and not as a file. */
size_t kustomization_count_inline(const struct node *root);
/* Fills repo->uses from ITEMS, which are sorted by path. */
void kustomizations_resolve(struct repo *repo, const struct kustomization *items, size_t count);

#endif
