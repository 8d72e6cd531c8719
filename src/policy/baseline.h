#ifndef KRUG_POLICY_BASELINE_H
#define KRUG_POLICY_BASELINE_H

#include "base/arena.h"
#include "base/map.h"
#include "base/problem.h"
#include <stdio.h>

/* A finding that was there before. All but fingerprint and level is for people who read the file.
 */
struct baseline_entry {
    struct text fingerprint, rule, file, resource, path;
    enum level level; /* up to which it hides */
    uint32_t line;    /* where it stands in the baseline; 0: not from one */
    bool found;       /* the run has this finding */
};

struct baseline {
    struct arena arena;
    struct text path; /* as findings and problems name it */
    struct baseline_entry *items;
    size_t count, capacity;
    struct map by_fingerprint; /* to the number of the item plus one */
};

/* Where the baseline of a repository is, relative to its root. */
extern const char baseline_place[];

/* Reads the file DISK, which messages call SHOWN. What is wrong in it becomes a problem, and false
 * is answered; baseline_done is due either way. */
ATTRIBUTE_CHECK bool baseline_read(struct baseline *baseline, const char *disk, struct text shown,
                                   struct problems *problems);
/* Reads BYTES (see file_read), which are taken over, instead. */
ATTRIBUTE_CHECK bool baseline_read_bytes(struct baseline *baseline, char *bytes, size_t length,
                                         struct text shown, struct problems *problems);
void baseline_done(struct baseline *baseline);

struct baseline_entry *baseline_find(const struct baseline *baseline, struct text fingerprint);
/* Copies the texts of ENTRY; one with the same fingerprint is replaced. */
void baseline_add(struct baseline *baseline, struct baseline_entry entry);
/* The entry for FINDING; its resource is put together in the baseline's arena. */
struct baseline_entry baseline_entry_of(struct baseline *baseline, const struct finding *finding);
/* Writes the entries in the order of their files, one a line, so that a diff can be read. */
void baseline_write(struct baseline *baseline, FILE *stream);

#endif
