#ifndef KRUG_BASE_FINDING_H
#define KRUG_BASE_FINDING_H

#include "base/arena.h"

/* How much a finding matters; greater is stricter. LEVEL_UNSET is "nobody said". */
enum level { LEVEL_UNSET, LEVEL_OFF, LEVEL_INFO, LEVEL_WARN, LEVEL_ERROR };

/* "off", "info", "warn", "error"; "unset" for LEVEL_UNSET. */
const char *level_name(enum level level);
/* LEVEL_UNSET where TEXT names none. */
enum level level_read(struct text text);

/* A place in a file: lines and columns from 1, columns in characters, the end exclusive. Line 0:
 * the file as a whole. */
struct span {
    uint32_t line, column, end_line, end_column;
};

/* A place that a finding also speaks of. */
struct related {
    struct text file;
    struct span span;
    struct text message;
};

/* The object that a finding is about; empty texts where the manifest does not say. */
struct identity {
    struct text api_version, kind, namespace, name;
};
/* "apps" of apps/v1; "" of the core group. */
struct text identity_group(const struct identity *identity);

/* What hides a finding. */
enum hiding_kind { HIDING_WAIVER, HIDING_IGNORE, HIDING_BASELINE };
struct hiding {
    enum hiding_kind kind;
    struct text file; /* where that stands: a policy, the manifest, the baseline */
    uint32_t line;
    struct text reason, owner; /* at == NULL: it says none */
    struct text until;         /* YYYY-MM-DD; at == NULL: no end */
    enum level level;          /* of a baseline: up to which it hides */
};
/* "waiver", "ignore", "baseline". */
const char *hiding_name(enum hiding_kind kind);

/* What a rule says about one place. Its texts live in the arena of the run. */
struct finding {
    struct text rule;
    enum level level;
    struct text message, fix;
    struct text file; /* relative to the root */
    struct span span;
    uint32_t document;     /* from 1; 0: the file as a whole */
    uint32_t item;         /* of a List, from 1; 0: none */
    struct text path;      /* "spec.ports[0].name", as asked for; at == NULL: none */
    struct text container; /* name of the nearest enclosing container; at == NULL: none */
    struct identity resource;
    bool has_resource;
    struct text cluster, owner; /* owner.at == NULL: nobody said */
    struct related *related;
    size_t related_count;
    struct text stable_path;     /* the path with list items by name or port: for the fingerprint */
    char fingerprint[33];        /* 32 hexadecimal digits, set when the run settles */
    const struct hiding *hiding; /* NULL: it counts; set when the run settles */
    bool due; /* a day has come: its level holds only since one, or what hid it has ended */
};

/* Findings that grow; what they point to is not theirs. */
struct findings {
    struct finding *items;
    size_t count, capacity;
};

void findings_add(struct findings *findings, struct finding finding);
void findings_done(struct findings *findings);
/* By path, line, column, rule; then end, message, document, item, path, namespace and cluster, so
 * that the order is total. */
int finding_compare(const void *left, const void *right);

#endif
