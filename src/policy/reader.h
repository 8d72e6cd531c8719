#ifndef KRUG_POLICY_READER_H
#define KRUG_POLICY_READER_H

#include "policy/policy.h"

/* Reads one policy; whatever is wrong becomes a problem with its place, and is then as if not
 * written. */
struct reader {
    struct policies *policies;
    struct policy *policy;
};

/* A key that a map of a policy may have. READ takes its VALUE into TO. */
struct reader_key {
    const char *name;
    void (*read)(struct reader *reader, const struct node *value, void *to);
    bool nested; /* of a policy: a nested one may have it, too */
};

/* A problem at bytes of policy.yaml, at a value, at the key of a value. */
void reader_problem_at(struct reader *reader, size_t start, const char *format, ...)
    ATTRIBUTE_FORMAT(3, 4);
void reader_problem(struct reader *reader, const struct node *node, const char *format, ...)
    ATTRIBUTE_FORMAT(3, 4);
void reader_problem_key(struct reader *reader, const struct node *value, const char *format, ...)
    ATTRIBUTE_FORMAT(3, 4);

/* NODE as written. */
struct text reader_source(const struct reader *reader, const struct node *node);
struct span reader_span(struct reader *reader, size_t start, size_t end);

/* Each of these tells what is wrong and answers false. WHAT is the name of the setting, for the
 * message. */
bool reader_map(struct reader *reader, const struct node *node, const char *what);
bool reader_list(struct reader *reader, const struct node *node, const char *what);
bool reader_string(struct reader *reader, const struct node *node, const char *what,
                   struct text *text); /* at == NULL where false */
/* One string or a list of them, each not empty and taken by CHECK (may be NULL; it tells what is
 * wrong). */
bool reader_strings(struct reader *reader, const struct node *node, const char *what,
                    bool (*check)(struct reader *, const struct node *, struct text),
                    struct text **texts, size_t *count);
/* A map of strings, or with GLOB of globs. */
bool reader_pairs(struct reader *reader, const struct node *node, const char *what,
                  struct pair **pairs, size_t *count);
/* A glob for paths: relative, inside, and with nothing special but `*`, `**` and `?`. */
bool reader_path_glob(struct reader *reader, const struct node *node, struct text glob);

/* Reads each key of MAP that KEYS has; another one is a problem. WHAT: "a policy", "a waiver". */
void reader_keys(struct reader *reader, const struct node *map, const char *what,
                 const struct reader_key *keys, size_t count, void *to);
/* The day that VALUE names; 0 for "never", which is taken where NEVER, and for what is none, which
 * is told: false then. */
bool reader_date(struct reader *reader, const struct node *value, bool never, date_t *date);
/* A number of days, at least 1. */
bool reader_days(struct reader *reader, const struct node *value, uint32_t *days);
/* The same as reader_strings. */
bool reader_globs(struct reader *reader, const struct node *node, const char *what,
                  bool (*check)(struct reader *, const struct node *, struct text),
                  struct globs *globs);

/* The rooms of a policy. */
void settings_read(struct reader *reader, const struct node *map, struct setting **settings,
                   size_t *count);
void waivers_read(struct reader *reader, const struct node *list, void *to);
void namespaces_read(struct reader *reader, const struct node *list, void *to);
void policy_read_text(struct reader *reader, char *bytes, size_t length);
/* Reads what lies in the policy directory DISK, whose path in messages is SHOWN. */
void policy_read_directory(struct reader *reader, const char *disk, struct text shown);

#endif
