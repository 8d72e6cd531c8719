/*
 * The loop over items: each once, on as many threads as were asked for, watched or not.
 */
#include "base/parallel.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { ITEMS = 5000 };

struct record {
    size_t jobs;
    atomic_int times[ITEMS];
    atomic_size_t worker_wrong, last_of_worker[256];
    atomic_bool out_of_order;
    pthread_t thread;
    atomic_bool elsewhere; /* some work ran on another thread */
    size_t watched, last_done;
    bool watch_wrong, watched_elsewhere;
};

static void work(void *context, size_t worker, size_t item)
{
    struct record *record = context;

    if (worker >= record->jobs) {
        record->worker_wrong++;
        return;
    }
    if (record->last_of_worker[worker] > item)
        record->out_of_order = true;
    record->last_of_worker[worker] = item;
    if (!pthread_equal(pthread_self(), record->thread))
        record->elsewhere = true;
    record->times[item]++;
}

static void watch(void *context, size_t done)
{
    struct record *record = context;

    record->watched++;
    record->watch_wrong |= done < record->last_done || done > ITEMS;
    record->watched_elsewhere |= !pthread_equal(pthread_self(), record->thread);
    record->last_done = done;
}

static void does_each_item_once(void **state)
{
    static const size_t jobs[] = {1, 2, 3, 8, 64, 256};
    static const size_t counts[] = {0, 1, 2, 7, ITEMS};
    static struct record record;

    (void)state;
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
        for (size_t j = 0; j < sizeof counts / sizeof *counts; j++)
            for (int watched = 0; watched < 2; watched++) {
                memset(&record, 0, sizeof record);
                record.jobs = jobs[i];
                record.thread = pthread_self();
                parallel_run(&(struct parallel){.jobs = jobs[i],
                                                .count = counts[j],
                                                .context = &record,
                                                .work = work,
                                                .watch = watched ? watch : NULL});
                for (size_t item = 0; item < ITEMS; item++)
                    assert_int_equal(record.times[item], item < counts[j]);
                assert_int_equal(record.worker_wrong, 0);
                assert_false(record.out_of_order);
                assert_false(record.watch_wrong);
                assert_false(record.watched_elsewhere);
                if (watched || jobs[i] > 1)
                    assert_int_equal(record.elsewhere, counts[j] > 0);
                else
                    assert_false(record.elsewhere);
            }
}

static void sleep_a_little(void *context, size_t worker, size_t item)
{
    const struct timespec time = {0, 60000000};

    (void)worker;
    (void)item;
    nanosleep(&time, NULL);
    atomic_fetch_add((atomic_size_t *)context, 1);
}

static void count_watches(void *context, size_t done)
{
    (void)done;
    atomic_fetch_add((atomic_size_t *)context, 1000);
}

/* Ten items of 60 ms: long enough to be watched several times at ten times a second, on any
 * machine. */
static void is_watched_while_it_runs(void **state)
{
    atomic_size_t counter = 0;

    (void)state;
    parallel_run(&(struct parallel){.jobs = 1,
                                    .count = 10,
                                    .context = &counter,
                                    .work = sleep_a_little,
                                    .watch = count_watches});
    assert_int_equal(counter % 1000, 10);
    assert_true(counter / 1000 >= 2);
}

static void knows_the_processors(void **state)
{
    (void)state;
    assert_in_range(parallel_processors(), 1, 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(does_each_item_once),
        cmocka_unit_test(is_watched_while_it_runs),
        cmocka_unit_test(knows_the_processors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
