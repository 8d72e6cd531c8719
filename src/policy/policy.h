#ifndef KRUG_POLICY_POLICY_H
#define KRUG_POLICY_POLICY_H

#include "base/date.h"
#include "policy/elsewhere.h"
#include "policy/rule.h"
#include "repo/repo.h"

/* A line of `rules:`. */
struct setting {
    struct text glob;
    enum level level;             /* LEVEL_UNSET: not said here */
    date_t warn_from, error_from; /* from these days on; 0: not said here */
    uint32_t warn_line, error_line;
    const struct node *params; /* a map, or NULL */
    const struct policy *policy;
    uint32_t line, column, end_column; /* of the glob as written */
};

/* Texts with `*`; none: anything. */
struct globs {
    struct text *items;
    size_t count;
};

/* "Service/legacy-*", "apps/Deployment/web". */
struct resource_glob {
    struct text group; /* at == NULL: any; "" is the core group */
    struct text kind, name;
};

/* An entry of `waivers:`. What is given must all hold of a finding. */
struct waiver {
    const struct policy *policy;
    struct globs rules, namespaces, clusters, files, containers;
    struct resource_glob *resources;
    size_t resource_count;
    struct text reason, owner;
    date_t until;     /* its last day; 0: for ever */
    struct span span; /* of what it says under `rule` */
    bool refused;     /* ends too late: a problem was told, and it hides nothing */
    /* What became of it when the run settled: it hid something; that it cannot hide a finding of a
     * locked rule was told. */
    bool used, locked;
};

/* What `ignores:` asks of ignores in manifests. */
struct ignore_limits {
    bool until;    /* a last day is required */
    uint32_t days; /* so far ahead at most; 0: any */
};

/* What an entry of `namespaces:` matches; all that is given must hold. */
struct namespace_match {
    struct text *names; /* globs; none: any name */
    size_t name_count;
    struct text *except;
    size_t except_count;
    struct pair *labels; /* key and a glob for its value */
    size_t label_count;
    struct text *clusters; /* globs; none: any cluster */
    size_t cluster_count;
};

struct namespace_entry {
    struct namespace_match match;
    struct text owner; /* at == NULL: not said */
    struct pair *labels;
    size_t label_count;
    struct text *paths; /* globs of the only files that may write to these namespaces */
    size_t path_count;
    struct setting *settings;
    size_t setting_count;
    uint32_t line, column;
    uint32_t labels_line, labels_column, labels_end_column; /* of the word `labels` */
};

/* An entry of `layout:`. */
struct layout_entry {
    struct text path;               /* with {captures} */
    struct text namespace, cluster; /* templates; at == NULL: not said */
    uint32_t line, column;
};

struct workload_kind {
    struct text group, kind;
    struct text template; /* dotted path of the pod template's spec: "spec.template" */
};

/* A module or a rule file of a policy. */
struct policy_file {
    struct text name; /* "pack/name" of a rule, "name" of a module */
    struct text path; /* relative to the root, or as named by --policy */
};

/* One policy: a .policy/ directory, or what --policy names. Read once, then never changed. */
struct policy {
    struct text
        directory; /* that its globs are relative to (holds .policy/), relative to the root */
    struct text
        path;      /* of its policy.yaml as findings name it; told even where it does not exist */
    bool nested;   /* not the outermost: bound by what those further out lock */
    bool extra;    /* of --policy: the last word, and bound by nobody */
    bool built_in; /* the starter policy, for files that lie under none */
    bool root;
    bool default_off;
    struct text *files, *exclude;
    size_t file_count, exclude_count;
    struct layout_entry *layout;
    size_t layout_count;
    const struct node *vars; /* a map, or NULL */
    struct text owner_label; /* at == NULL: none */
    struct setting *settings;
    size_t setting_count;
    struct namespace_entry *namespaces;
    size_t namespace_count;
    struct workload_kind *workloads;
    size_t workload_count;
    struct elsewhere *elsewhere;
    size_t elsewhere_count;
    struct waiver *waivers;
    size_t waiver_count;
    uint32_t max_days; /* how far ahead a waiver may end; 0: any */
    struct ignore_limits ignores;
    struct text *locked;
    struct span *locked_spans; /* where each of them stands */
    size_t locked_count;
    struct policy_file *rules, *modules;
    size_t rule_count, module_count;
    struct arena arena;
    struct source source; /* of policy.yaml; positions of nodes are told with it */
    struct loader loader; /* keeps the nodes */
    bool loaded;          /* the two above are in use */
};

/* The policies that a file lies under, from the root inwards, then those of --policy. Shared by all
 * files with the same ones. Never empty: where there is none it holds the built-in starter policy.
 */
struct chain {
    const struct policy **policies;
    size_t count;
    size_t path_count; /* so many of them lie on the path; the others are --policy's or built in */
    size_t index;      /* among the chains */
    bool open;         /* of an example: holds rules of any policy */
};

struct policies {
    struct arena arena;
    const struct repo *repo;
    struct problems *problems;
    date_t today;          /* that dated levels and waivers go by; of policies_init: today in UTC */
    struct policy **items; /* every policy that was read */
    size_t count, capacity;
    struct policy **extra; /* of --policy */
    size_t extra_count;
    struct chain **chains;
    size_t chain_count, chain_capacity;
    struct map by_directory; /* directory to struct chain */
    struct chain *only;      /* of an example: every directory's; or NULL */
    struct map policy_of_directory;
};

/* EXTRA are the paths of --policy and KRUG_POLICY: a policy.yaml or a directory like .policy/, as
 * seen from the working directory. Whatever is wrong in a policy becomes a problem with file, line,
 * column and, where a name is near, the name that was probably meant. */
void policies_init(struct policies *policies, const struct repo *repo, const char *const *extra,
                   size_t extra_count, struct problems *problems);
/* The chain for a file in DIRECTORY (relative to the root), read on first use. Not for use by
 * several threads; every file is asked for before the run. */
const struct chain *policies_chain(struct policies *policies, struct text directory);
/* What only the rules tell: globs that match no rule, parameters that a rule does not declare or of
 * another type, ids that exist further out. */
void policies_check(struct policies *policies, const struct rule *const *rules, size_t count);
void policies_done(struct policies *policies);
/* Makes the policy with this TEXT of a policy.yaml, at the root, the only one of every directory:
 * for examples. */
void policies_use_text(struct policies *policies, struct text text);
/* Whether RULE can be on for some file: where no policy turns it on, it needs no facts. */
bool policies_may_hold(const struct policies *policies, const struct rule *rule);
/* An entry of `locked:`. */
struct lock {
    const struct policy *policy;
    size_t index;
};
/* Finds what locks RULE for who comes behind the first COUNT policies of the chain: they and those
 * of --policy bind it. */
bool chain_find_lock(const struct chain *chain, size_t count, struct text rule, struct lock *lock);
/* What is to be told of an attempt on a lock ("this cannot ..."). The caller says where. */
struct finding lock_finding(struct arena *arena, const struct lock *lock, struct text rule,
                            struct text attempt);
/* Whether POLICY is one of the chain's; NULL (what is built in) is everywhere. */
bool chain_holds(const struct chain *chain, const struct policy *policy);

/* Whether NAME may be that of a pack, a rule or a module. */
bool policy_is_name(struct text name);

/* The text of a value as a policy's `vars` gives it to templates and to rules. */
const struct node *chain_var(const struct chain *chain,
                             struct text name); /* the innermost; or NULL */

#endif
