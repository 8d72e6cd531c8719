#ifndef KRUG_BASE_PROBLEM_H
#define KRUG_BASE_PROBLEM_H

#include "base/finding.h"
#include "base/map.h"
#include <pthread.h>

/* What kept krug from doing its work: an unreadable file, a broken policy, a rule that crashed.
 * Each makes the exit status 2. */
struct problem {
    struct text message;   /* may have more lines, e.g. a traceback */
    struct text file;      /* empty: no file */
    struct text rule;      /* at == NULL: no rule */
    uint32_t line, column; /* 0: none */
};

/* Problems of a run, from any thread. Initialise with problems_init. A problem that was told
 * already (same file, place, rule and message) is not told again. */
struct problems {
    struct map known; /* each that was added */
    pthread_mutex_t mutex;
    struct arena arena;
    struct problem *items;
    size_t count, capacity;
};

void problems_init(struct problems *problems);
/* FILE may be the empty text; LINE and COLUMN 0. */
void problems_add(struct problems *problems, struct text file, uint32_t line, uint32_t column,
                  const char *format, ...) ATTRIBUTE_FORMAT(5, 6);
void problems_add_rule(struct problems *problems, struct text rule, struct text file, uint32_t line,
                       uint32_t column, struct text message);
/* By file, place, rule and message; to be called when no other thread adds any more. */
void problems_sort(struct problems *problems);
void problems_done(struct problems *problems);

#endif
