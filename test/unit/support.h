#ifndef KRUG_TEST_SUPPORT_H
#define KRUG_TEST_SUPPORT_H

#include "yaml/load.h"

/* ---- a scratch directory ---- */

/* A directory below /tmp, which is the current one from scratch_enter to scratch_leave. */
struct scratch {
    char path[64]; /* real: no link in it */
};

void scratch_enter(struct scratch *scratch);
void scratch_leave(struct scratch *scratch); /* removes it with all that it holds */
/* The same around a whole group of cmocka: *STATE is the struct scratch meanwhile. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

/* Makes the directories that the relative PATH goes through: what stands before its slashes. */
void scratch_parents(const char *path);
/* Writes BYTES to the file at PATH, anew if it is there; of "a/b/" only the directories are made.
 */
void scratch_write(const char *path, struct text bytes);
/* Writes the files of REPOSITORY: each begins with a line "== path", and ends where the next does.
 */
void scratch_fill(const char *repository);

/* ---- documents and golden answers ---- */

/* A file in memory, and the document that was read last. */
struct reading {
    struct source source;
    struct loader loader;
    struct document document;
};

void reading_init(struct reading *reading,
                  struct text bytes); /* copies them; nothing is read yet */
void reading_done(struct reading *reading);
bool reading_next(struct reading *reading);
/* Opens JSON, a single value, and answers its node, which lives as long as the reading. */
const struct node *reading_init_json(struct reading *reading, struct text json);
/* The same with the file NAME of test/yaml-golden. */
const struct node *reading_init_golden(struct reading *reading, const char *name);
/* Whether two trees hold the same values, whatever the order of keys and the kinds of numbers. */
bool values_equal(const struct node *a, const struct node *b);

#endif
