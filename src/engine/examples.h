#ifndef KRUG_ENGINE_EXAMPLES_H
#define KRUG_ENGINE_EXAMPLES_H

#include "engine/run.h"

/* What an example says of the world around its manifest; at == NULL: nothing. */
struct example_given {
    struct text path, namespace, kustomization, policy;
    struct text params; /* as JSON */
    bool patch;
};

/* A further file of an example. */
struct example_file {
    struct text path, manifest;
};

/* What the rule finds in an example. */
struct example_finding {
    struct text file, message;
    uint32_t line, column;
};

/* One example of a rule, or a case of a policy's test/, and how it went. */
struct example {
    const struct rule_info *rule;
    size_t number;        /* from 1, in the order of the file; 0: a case */
    bool passing;         /* pass { ... } */
    struct text path;     /* of a case: where it lies; else at == NULL */
    struct text manifest; /* of the first file */
    struct example_given given;
    struct example_file *files; /* those behind the first */
    size_t file_count;
    struct example_finding *findings; /* in the order of the report */
    size_t finding_count;
    struct text failure; /* what was expected and what came; at == NULL: as it should be */
    struct text file;    /* that the failure is about, where it is not the first; else at == NULL */
    uint32_t line;       /* of that file; 0: none */
    struct text line_text;
};

/* What the examples of a rule leave open. */
enum gap {
    GAP_FIELD, /* a field of documents that the rule reads and no example holds */
    GAP_PARAM, /* a parameter that the rule declares and never reads */
    GAP_LINE,  /* a line that no example reaches: told with --coverage, and no failure */
    GAP_COUNT
};
struct example_gap {
    enum gap gap;
    const struct rule_info *rule;
    uint32_t line;
    struct text name; /* of the field or parameter */
};

struct examples {
    struct example *items;
    size_t count, capacity, failed;
    const struct rule_info **without; /* selected rules that lack a passing or a failing example */
    size_t without_count, without_capacity;
    struct example_gap *gaps; /* by rule and line */
    size_t gap_count, gap_capacity;
    size_t gaps_of[GAP_COUNT];
    struct arena arena;
    struct examples *parts; /* by rule, as they were run; they keep the texts */
    size_t part_count;
};

/* How to run them. */
struct examples_options {
    bool replay;   /* each again with every node of its documents changed */
    size_t jobs;   /* threads; 0 is 1 */
    bool coverage; /* lines that no example reaches are gaps too */
};

/* Runs every example of the selected rules, as lint would run the rule on files of its own with the
 * policy that the example gives; through WORKER, and on more threads through workers like it. */
void examples_run(struct examples *examples, const struct rules *rules,
                  const struct policies *policies, struct worker *worker,
                  const struct examples_options *options);
/* Adds one that was run elsewhere: a case. */
void examples_add(struct examples *examples, struct example example);
void examples_done(struct examples *examples);

#endif
