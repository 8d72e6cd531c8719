#ifndef KRUG_REPO_REPO_H
#define KRUG_REPO_REPO_H

#include "repo/resource.h"
#include "repo/tree.h"

/* A label or an annotation. */
struct pair {
    struct text key, value;
};

/* A Namespace object found in the repository. */
struct namespace_object {
    struct text file, name;
    struct span span; /* of its name */
    struct pair *labels, *annotations;
    size_t label_count, annotation_count;
    bool disputed; /* several objects of the name say different things, and this is what all say */
};

/* A namespace that a kustomization sets. */
struct kustomize_place {
    struct text namespace;
    struct text by;      /* the kustomization's path */
    struct text cluster; /* that this path stands for, once policies are read; at == NULL: none */
};

/* What a build changes of a resource that other resources refer to: bits. */
enum kustomize_alters {
    KUSTOMIZE_NAMES = 1,  /* namePrefix, nameSuffix */
    KUSTOMIZE_LABELS = 2, /* labels of pod templates and selectors */
};

/* How kustomizations use a file. */
struct kustomize_use {
    bool resource, patch;           /* listed as a resource; used as a patch */
    bool placed;                    /* every kustomization that is built from it sets a namespace */
    struct kustomize_place *places; /* the namespaces that it is built into, sorted */
    size_t place_count;
    unsigned alters; /* what some build of it changes: enum kustomize_alters */
};

/* What has to be known of the whole repository before one file of it can be judged. Read-only and
 * shared by all threads once repo_scan has returned. */
struct repo {
    struct tree tree;
    struct arena arena;
    struct namespace_object *namespaces; /* by file, then place */
    size_t namespace_count, namespace_capacity;
    struct map uses; /* path to struct kustomize_use */
    struct map
        cluster_kinds; /* "Kind.group" of the CRDs with scope Cluster found in the repository */
    struct map custom_kinds; /* "Kind.group" of all CRDs found */
};

/* Reads what the tree holds of Namespace objects, CustomResourceDefinitions and kustomizations.
 * Most files are only searched for bytes, on JOBS threads. A file that cannot be read is a problem;
 * one that is too large or cannot be parsed is passed over: linting it tells. Hidden files are not
 * looked at. */
void repo_scan(struct repo *repo, size_t jobs, struct problems *problems);
void repo_done(struct repo *repo);

/* Whether the file is only a patch: incomplete by design. USE may be NULL. */
bool kustomize_is_patch(const struct kustomize_use *use);
/* NULL where no kustomization names PATH. */
const struct kustomize_use *repo_use(const struct repo *repo, struct text path);
/* From the table of built-in kinds, the repository's CRDs, and well-known custom resources. */
enum scope_kind repo_scope(const struct repo *repo, struct text group, struct text kind);

#endif
