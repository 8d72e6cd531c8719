#ifndef KRUG_BASE_PARALLEL_H
#define KRUG_BASE_PARALLEL_H

#include <stdatomic.h>
#include <stddef.h>

/* Calls WORK(context, worker, item) once for each item below COUNT, on JOBS threads (1 to 256;
 * worker counts from 0), items handed out in rising order. The caller's thread does not work: it
 * calls WATCH(context, done), when not NULL, about ten times a second with how many items are done.
 * With one job and no WATCH everything runs on the caller's thread. Returns when all are done. */
struct parallel {
    size_t jobs, count;
    void *context;
    void (*work)(void *context, size_t worker, size_t item);
    void (*watch)(void *context, size_t done);
};

void parallel_run(const struct parallel *parallel);
/* How many processors this process may use. */
size_t parallel_processors(void);

#endif
