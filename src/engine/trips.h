#ifndef KRUG_ENGINE_TRIPS_H
#define KRUG_ENGINE_TRIPS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* A rule that used up its budget so many times is not run any more. */
enum { TRIPS_MAX = 10 };

/* Where rules used up their budgets, by the number of the file (or part of a join), for all
 * threads.
 */
struct trips {
    pthread_mutex_t mutex;
    atomic_bool any;
    size_t rule_count;
    struct trips_rule {
        size_t count;
        size_t numbers[TRIPS_MAX]; /* the lowest, sorted */
    } * rules;
};

void trips_init(struct trips *trips, size_t rule_count);
void trips_done(struct trips *trips);
void trips_add(struct trips *trips, size_t rule, size_t number);
/* Whether the rule used up its budget TRIPS_MAX times in what comes before NUMBER, and up to now in
 * that, as far as is known: once true, it stays true, and what is run all the same is dropped
 * later.
 */
bool trips_over(struct trips *trips, size_t rule, size_t number);

#endif
