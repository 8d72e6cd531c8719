/*
 * A loop over items on several threads. The threads share one counter and nothing else; what they
 * find goes into the slot of its item, so that the order of threads never shows.
 */
#include "base/parallel.h"
#include "base/memory.h"
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct parallel_state {
    const struct parallel *parallel;
    atomic_size_t next, done;
    pthread_mutex_t mutex;
    pthread_cond_t finished;
    size_t running;
};

struct parallel_worker {
    struct parallel_state *state;
    size_t number;
    pthread_t thread;
};

static void *parallel_loop(void *pointer)
{
    struct parallel_worker *worker = pointer;
    struct parallel_state *state = worker->state;
    const struct parallel *parallel = state->parallel;
    size_t item;

    while ((item = atomic_fetch_add(&state->next, 1)) < parallel->count) {
        parallel->work(parallel->context, worker->number, item);
        atomic_fetch_add(&state->done, 1);
    }
    pthread_mutex_lock(&state->mutex);
    state->running--;
    pthread_cond_signal(&state->finished);
    pthread_mutex_unlock(&state->mutex);
    return NULL;
}

static void parallel_wait(struct parallel_state *state)
{
    const struct parallel *parallel = state->parallel;
    struct timespec until;

    pthread_mutex_lock(&state->mutex);
    while (state->running) {
        if (!parallel->watch) {
            pthread_cond_wait(&state->finished, &state->mutex);
            continue;
        }
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 100000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&state->finished, &state->mutex, &until);
        parallel->watch(parallel->context, atomic_load(&state->done));
    }
    pthread_mutex_unlock(&state->mutex);
}

void parallel_run(const struct parallel *parallel)
{
    struct parallel_state state = {.parallel = parallel,
                                   .mutex = PTHREAD_MUTEX_INITIALIZER,
                                   .finished = PTHREAD_COND_INITIALIZER};
    struct parallel_worker *workers;
    size_t started = 0;

    if (parallel->jobs <= 1 && !parallel->watch) {
        for (size_t i = 0; i < parallel->count; i++)
            parallel->work(parallel->context, 0, i);
        return;
    }
    workers = memory_get(parallel->jobs * sizeof *workers);
    pthread_mutex_lock(&state.mutex);
    for (size_t i = 0; i < parallel->jobs; i++) {
        workers[i] = (struct parallel_worker){&state, i, 0};
        if (pthread_create(&workers[i].thread, NULL, parallel_loop, &workers[i]))
            break;
        started++;
    }
    state.running = started;
    pthread_mutex_unlock(&state.mutex);
    if (!started) {
        state.running = 1;
        parallel_loop(&workers[0]);
    }
    parallel_wait(&state);
    for (size_t i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    free(workers);
    pthread_cond_destroy(&state.finished);
    pthread_mutex_destroy(&state.mutex);
}

size_t parallel_processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    return count < 1 ? 1 : count > 256 ? 256 : (size_t)count;
}
