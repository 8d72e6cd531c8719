/*
 * Which rules are not worth running any more. Threads work on files out of order, so what counts is
 * not how many trips there were but how many lie before a file: the answer for a file never depends
 * on which thread was faster.
 */
#include "engine/trips.h"
#include "base/memory.h"
#include <stdlib.h>

void trips_init(struct trips *trips, size_t rule_count)
{
    *trips = (struct trips){.rule_count = rule_count};
    pthread_mutex_init(&trips->mutex, NULL);
    trips->rules = memory_get(rule_count * sizeof *trips->rules);
}

void trips_done(struct trips *trips)
{
    pthread_mutex_destroy(&trips->mutex);
    free(trips->rules);
}

void trips_add(struct trips *trips, size_t rule, size_t number)
{
    struct trips_rule *known = &trips->rules[rule];
    size_t at;

    pthread_mutex_lock(&trips->mutex);
    at = known->count < TRIPS_MAX ? known->count++ : TRIPS_MAX;
    for (; at && known->numbers[at - 1] > number; at--)
        if (at < TRIPS_MAX)
            known->numbers[at] = known->numbers[at - 1];
    if (at < TRIPS_MAX)
        known->numbers[at] = number;
    pthread_mutex_unlock(&trips->mutex);
    atomic_store(&trips->any, true);
}

bool trips_over(struct trips *trips, size_t rule, size_t number)
{
    const struct trips_rule *known = &trips->rules[rule];
    bool over;

    if (!atomic_load_explicit(&trips->any, memory_order_relaxed))
        return false;
    pthread_mutex_lock(&trips->mutex);
    over = known->count == TRIPS_MAX && known->numbers[TRIPS_MAX - 1] <= number;
    pthread_mutex_unlock(&trips->mutex);
    return over;
}
