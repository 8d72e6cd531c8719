#ifndef KRUG_ENGINE_WORKER_H
#define KRUG_ENGINE_WORKER_H

#include "base/regex.h"
#include "engine/context.h"
#include "engine/facts.h"
#include "engine/rules.h"
#include "engine/sandbox.h"
#include "engine/tables.h"
#include "engine/trips.h"
#include "policy/ignores.h"
#include "policy/profile.h"

/* A rule that raised: told once for each rule and message, with how often and where first. */
struct rule_error {
    size_t rule;
    struct text message, traceback, file;
    uint32_t line;
    bool raised; /* else the message is a sentence of its own */
    size_t count;
    size_t epoch;  /* how often the rule had used up its budget in the subject before */
    size_t before; /* the rule's error before it, from 1; 0: none */
};

struct rule_errors {
    struct rule_error *items;
    size_t count, capacity;
    size_t *last; /* by rule: its last error, from 1; NULL where there are none at all */
};

/* A rule that used up its budget, and how many findings and facts the subject had then. */
struct rule_trip {
    size_t rule, findings, facts;
};

/* What a rule used up in a run: for --stats. */
struct rule_stats {
    uint64_t calls, nanoseconds, instructions;
};

/* What is known of a document once it was read, for rules that look at a whole file. */
struct document_summary {
    uint32_t number;
    uint32_t start, end; /* of what a finding points to: its first key, or its first value */
    uint32_t separator_start, separator_end;
    enum document_kind kind;
    bool refused;
    bool comments;            /* an empty one that holds comments */
    struct identity identity; /* of a resource or list; texts in the file's arena */
    uint32_t resources;
    struct text
        missing; /* "apiVersion" or "kind", where it is meant to be a resource; at == NULL: none */
    uint32_t misspelt_start, misspelt_end; /* the key that was meant to be it; 0 and 0: none */
};

/* A file while it is checked. What it finds outlives it in ARENA. */
struct subject {
    struct text path; /* as findings name it */
    struct source source;
    struct location location;
    const struct kustomize_use *use; /* NULL: no kustomization names it */
    const struct repo *repo;
    struct profiles *profiles;
    bool placeless; /* a rule told a finding without saying where */
    bool example;   /* of a rule: runs whatever its level and policy are */
    int params_ref; /* of an example: a table of parameters in the registry, or LUA_NOREF */
    int files_ref;  /* of an example: a list of the files there are, or LUA_NOREF */
    const struct replay *replay; /* of an example: what is made of its documents is run; or NULL */
    bool unnamed;                /* by the command line: only facts are wanted */
    const bool *wanted;          /* of these, by rule; NULL: of all */
    size_t number;               /* among the files of the run, or the parts of its joins */
    struct ignores *ignores;     /* where those of the file go; NULL: nobody wants them */
    struct arena *arena;
    struct findings findings;
    struct facts facts;
    struct rule_errors errors;
    struct rule_trip *trips;
    size_t trip_count, trip_capacity;
    struct buffer trace;  /* lines of --trace */
    struct arena scratch; /* as long as the file */
    struct document_summary *documents;
    size_t document_count, document_capacity;
    size_t total; /* documents of the file; 0: not counted yet */
};

/* Adds what is kept of DOCUMENT to the subject's documents. */
void subject_summarize(struct subject *subject, const struct document *document);
void subject_done(struct subject *subject);
/* How many documents the file has; reads it once more when first asked. */
size_t subject_count_documents(struct subject *subject);

/* Only resources of namespaces that match one of the globs are judged (none: all). */
struct check_filter {
    const char *const *namespaces;
    size_t count;
};
bool check_filter_hides(const struct check_filter *filter, struct text namespace);

/* The facts of one key, while they are joined; ALL are those of the run, sorted by fact_compare. */
struct join {
    const struct fact *const *first;
    size_t count;
    const struct fact *const *all;
    size_t all_count;
};

/* What the rules look at just now. */
struct check {
    const struct join *join; /* NULL: a document or a file */
    bool collecting;         /* a rule's `collect`: it may emit facts */
    size_t collected;        /* which of the rule's kinds that is for */
    const struct check_filter *filter;
    struct counts *counts;
    const struct origin *origin; /* of the facts of this resource; NULL: none was made yet */
    struct subject *subject;
    const struct document *document; /* NULL for rules on files */
    const struct note *note;         /* that is looked at; or NULL */
    bool pushed;                     /* what is looked at stands on the Lua stack */
    bool hidden;                     /* what is looked at is not asked for: only facts are kept */
    const struct resource *resource; /* NULL where there is none */
    struct resource resource_room;
    enum scope_kind scope;
    bool patch;
    struct text pod_template; /* dotted path; at == NULL: no workload */
    struct belonging belonging;
    const struct rule_info *rule;
    enum level level;
};

/* One rule alone, as its examples are run, whatever is selected. */
struct choice {
    const struct rule_info *rule;
    bool *needed; /* by rule: it, and those that it waits for */
};

/* One thread's Lua state with all rules loaded. */
struct worker {
    lua_State *L;
    const struct rules *rules;
    const struct policies *policies; /* for require; NULL: only built-in modules */
    struct tables tables;
    struct regex_match *match;
    int *check_refs, *when_refs, *join_refs,
        *rule_refs;     /* by rule: registry references, LUA_NOREF where none */
    int **collect_refs; /* by rule, and by its kinds; NULL where it collects nothing */
    struct check check;
    bool *failed; /* by rule: has a finding on this resource */
    /* that the state held when the value was pushed, once rules were loaded, and when it was
     * collected last */
    size_t value_bytes, loaded_bytes, clean_bytes;
    uint32_t serial; /* of what is checked: a place that was kept from before is noticed */
    uint64_t joined; /* counts keys that are joined: facts that were kept from before are noticed */
    uint64_t call;   /* counts calls of rules: what was paid for in this one is noticed */
    bool first_try;  /* the rule runs with less memory than it may have: see call.c */
    uint32_t kept[CONTEXT_OBJECTS];  /* by object, a bit for each field that was answered */
    bool spoilt;                     /* a rule took too much memory: the state is to be replaced */
    struct match_patterns *patterns; /* what rules had compiled: see match.c */
    struct inner *inner;             /* texts of the document that were parsed: see inner.c */
    struct buffer packed;            /* a fact while it is made */
    struct buffer path;              /* of a place while it is made */
    const struct choice *choice;     /* or NULL: what the rules say of themselves */
    struct watch *watch;             /* of an example; or NULL */
    struct trips *trips;             /* of the run; NULL: none are kept */
    struct rule_stats *stats;        /* by rule; NULL: none are kept */
    const struct rule_info *trace;   /* whose every run is told; or NULL */
    struct map kinds; /* chain, apiVersion and kind to struct worker_kind: see check.c */
    struct arena arena;
    struct arena document_arena; /* as long as one document */
};

/* Makes a state and loads every rule into it. With PROBLEMS the rules that do not load are told;
 * without, they are passed over (another worker told them). */
struct worker *worker_new(const struct rules *rules, const struct policies *policies,
                          struct problems *problems);
void worker_free(struct worker *worker);
/* Replaces the Lua state by a new one: after a rule ran out of memory nothing of it is trusted. */
void worker_renew(struct worker *worker);
/* Collects all garbage. Where more is kept than a rule may take for one document, or much is
 * wasted, the worker is spoilt. */
void worker_collect(struct worker *worker);
/* Forgets what was worked out by kind and chain: other policies have come. */
void worker_forget_kinds(struct worker *worker);
/* Whether the rule is to run, and whether what it finds is wanted. */
bool worker_needs(const struct worker *worker, const struct rule_info *rule);
bool worker_selects(const struct worker *worker, const struct rule_info *rule);
/* Pushes the table that the rule's file returned, or a copy that the rule does not have. */
void worker_push_rule(struct worker *worker, size_t rule); /* +1 */
/* The registry reference of the function that the rule collects resources of its KIND with. */
int worker_collect_ref(struct worker *worker, size_t rule, size_t kind);
/* match.c: the regular expressions of a worker; none is used when they are freed. */
struct match_patterns *match_patterns_new(void);
void match_patterns_free(struct match_patterns *patterns);
/* values.c: the node's child under the key at INDEX of the Lua stack; or NULL. */
const struct node *values_child(lua_State *L, const struct node *node, int index);

/* A place that a rule speaks of: what `at` answers. Valid while its serial is the worker's. */
struct place {
    uint32_t serial;
    const struct node *node; /* the deepest part that exists; NULL: fall back to the resource */
    struct text path;        /* as asked for, from the resource on; until the next place is made */
};
bool places_is(lua_State *L, int index); /* an answer of `at` */
/* Reads a place or a document's table at INDEX; raises where it is neither. nil is a place without
 * node. */
struct place places_check(lua_State *L, int index);
/* Where a place is in its source: the key of a block collection or of an empty value, else the
 * value, cut at the end of its first line where it is a collection. */
struct span places_span(struct source *source, const struct node *node);

#endif
