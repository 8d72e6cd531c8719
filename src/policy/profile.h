#ifndef KRUG_POLICY_PROFILE_H
#define KRUG_POLICY_PROFILE_H

#include "policy/layout.h"

/* A level that comes with a day. */
struct ruling_step {
    date_t from; /* 0: there is none */
    enum level level;
    const struct setting *setting; /* whose day it is */
};

/* How a rule stands in a namespace, and who said so. */
struct ruling {
    enum level level; /* today */
    const struct setting
        *setting;            /* that set the level; NULL: the rule's own level, or `default: off` */
    date_t since;            /* the day that made the level what it is; 0: no day did */
    struct ruling_step next; /* the next change of the level */
    const struct policy *default_policy; /* whose `default: off` it was, where setting is NULL */
    const struct node **params; /* maps, from the weakest to the strongest; merged by the reader */
    size_t param_count;
};

/* All rulings of one set of policy lines; shared by every namespace that the same lines match. */
struct rulings {
    struct ruling *items; /* by rule index */
    size_t index;         /* among the rulings: a key for caches */
};

/* A namespace as one chain of policies sees it. */
struct profile {
    const struct chain *chain;
    struct text cluster;
    struct text namespace; /* at == NULL: unknown, and then no `namespaces:` entry applies */
    struct text owner;     /* at == NULL: nobody said */
    struct pair *labels, *annotations; /* sorted by key */
    size_t label_count, annotation_count;
    bool known;                /* a Namespace object or labels in the policy */
    bool disputed;             /* by several objects of that name: labels are those that all say */
    const struct text **paths; /* lists of globs of `paths:`, each must match */
    size_t *path_counts;
    const struct namespace_entry **path_entries; /* whose they are */
    const struct policy **path_policies;
    size_t path_list_count;
    const struct rulings *rulings;
    size_t index; /* among the profiles: a key for caches */
};

/* The rules of every namespace; made on demand, from any thread. */
struct profiles {
    const struct policies *policies;
    const struct rule *const *rules;
    size_t rule_count;
    pthread_mutex_t mutex;
    struct arena arena;
    struct map by_key, rulings_by_key;
    struct map namespaces; /* cluster and name to struct namespace_object */
    size_t count, rulings_count;
    struct map told; /* what `findings` holds already */
    struct findings
        findings; /* policy/locked, policy/namespace-labels: sorted and told by the run */
};

/* The Namespace objects are those of REPO. */
void profiles_init(struct profiles *profiles, struct policies *policies, const struct repo *repo,
                   const struct rule *const *rules, size_t rule_count);
const struct profile *profiles_get(struct profiles *profiles, const struct chain *chain,
                                   struct text cluster, struct text namespace);
void profiles_done(struct profiles *profiles);

/* How the namespace of a resource was found. */
enum belongs_by {
    BELONGS_UNKNOWN,
    BELONGS_KUSTOMIZATION,
    BELONGS_METADATA,
    BELONGS_PATH,
    BELONGS_ITSELF,
    BELONGS_COUNT
};
const char *
belongs_by_name(enum belongs_by by); /* "kustomization", "metadata", "path", "itself"; NULL */

/* Whose a resource is. */
struct belonging {
    enum belongs_by by;
    struct text namespace;          /* at == NULL: unknown */
    const struct profile *profile;  /* of that namespace */
    const struct profile *stricter; /* of the path's, where path and metadata disagree; else NULL */
    struct text by_path; /* the kustomization whose namespace it is; at == NULL: none's */
};

/* How many namespaces a resource is for: one, unless kustomizations build it into several. USE: how
 * they use its file, or NULL. */
size_t belonging_count(const struct kustomize_use *use, enum scope_kind scope);
/* The belonging of that NUMBER, from 0: what the cluster would do decides (design section 4). Any
 * thread. */
void belonging_of(struct profiles *profiles, const struct location *location,
                  const struct resource *resource, enum scope_kind scope,
                  const struct kustomize_use *use, size_t number, struct belonging *belonging);
/* Whose the file itself is: its path's. */
void belonging_of_path(struct profiles *profiles, const struct location *location,
                       struct belonging *belonging);
/* The ruling that counts: of the two profiles the stricter. */
const struct ruling *belonging_ruling(const struct belonging *belonging, size_t rule);

#endif
