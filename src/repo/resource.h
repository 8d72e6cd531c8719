#ifndef KRUG_REPO_RESOURCE_H
#define KRUG_REPO_RESOURCE_H

#include "yaml/load.h"

/* Where objects of a kind live. */
enum scope_kind {
    SCOPE_NAMESPACED,
    SCOPE_CLUSTER,
    SCOPE_CLIENT,  /* never sent to a cluster: kustomizations, kubeconfigs, tools' settings */
    SCOPE_UNKNOWN, /* a custom resource whose definition is not in the repository */
};
const char *scope_name(enum scope_kind scope); /* "namespaced", "cluster", "client", "unknown" */

/* A document, or an item of a List, that has apiVersion and kind. Texts live in the document. */
struct resource {
    const struct node *node;
    struct text api_version, group, version, kind; /* group is empty for the core group */
    struct text name, namespace;                   /* at == NULL: not given, or no string */
    uint32_t document, item;                       /* from 1; item 0: not from a List */
};

/* Walks the resources of a document: itself, or, where its kind is List or ends in List and it has
 * a list of items, its items (an item without apiVersion and kind takes the list's, as kubectl does
 * for a PodList; nested lists are walked too, to a depth of 8). for (struct resources walk =
 * resources_of(&document); resources_next(&walk, &resource);) */
struct resources {
    const struct document *document;
    const struct node *stack[8];
    size_t depth;
    uint32_t item;
    bool started;
};
struct resources resources_of(const struct document *document);
bool resources_next(struct resources *walk, struct resource *resource);

/* What a document is, where it is no resource. */
enum document_kind { DOCUMENT_EMPTY, DOCUMENT_RESOURCE, DOCUMENT_LIST, DOCUMENT_OTHER };
enum document_kind document_kind(const struct document *document);

#endif
