/*
 * The one funnel for everything that is not a finding and still makes a run fail.
 */
#include "base/problem.h"
#include "base/memory.h"
#include <stdlib.h>

void problems_init(struct problems *problems)
{
    *problems = (struct problems){0};
    pthread_mutex_init(&problems->mutex, NULL);
}

static int problem_compare(const void *left, const void *right)
{
    const struct problem *a = left, *b = right;
    int order = text_compare(a->file, b->file);

    if (!order)
        order = (a->line > b->line) - (a->line < b->line);
    if (!order)
        order = (a->column > b->column) - (a->column < b->column);
    if (!order)
        order = text_compare(a->rule, b->rule);
    return order ? order : text_compare(a->message, b->message);
}

/* Whether this is the first time. Equal problems have equal keys, and only they: the lengths stand
 * before the texts. */
static bool problems_is_new(struct problems *problems, const struct problem *problem)
{
    struct buffer key = {0};
    bool new;

    buffer_print(&key, "%zu %zu %u %u ", problem->file.length, problem->rule.length, problem->line,
                 problem->column);
    buffer_add(&key, problem->file);
    buffer_add(&key, problem->rule);
    buffer_add(&key, problem->message);
    new = !map_find(&problems->known, buffer_text(&key));
    if (new)
        *map_place(&problems->known, arena_copy(&problems->arena, buffer_text(&key))) = problems;
    buffer_done(&key);
    return new;
}

void problems_add_rule(struct problems *problems, struct text rule, struct text file, uint32_t line,
                       uint32_t column, struct text message)
{
    struct problem problem = {message, file, rule, line, column};

    pthread_mutex_lock(&problems->mutex);
    if (problems_is_new(problems, &problem)) {
        problem.message = arena_copy(&problems->arena, message);
        problem.file = arena_copy(&problems->arena, file);
        if (rule.at)
            problem.rule = arena_copy(&problems->arena, rule);
        problems->items = memory_extend(problems->items, problems->count, &problems->capacity,
                                        sizeof *problems->items);
        problems->items[problems->count++] = problem;
    }
    pthread_mutex_unlock(&problems->mutex);
}

void problems_add(struct problems *problems, struct text file, uint32_t line, uint32_t column,
                  const char *format, ...)
{
    struct buffer buffer = {0};
    va_list arguments;

    va_start(arguments, format);
    buffer_vprint(&buffer, format, arguments);
    va_end(arguments);
    problems_add_rule(problems, (struct text){0}, file, line, column, buffer_text(&buffer));
    buffer_done(&buffer);
}

void problems_sort(struct problems *problems)
{
    if (problems->count)
        qsort(problems->items, problems->count, sizeof *problems->items, problem_compare);
}

void problems_done(struct problems *problems)
{
    free(problems->items);
    map_done(&problems->known);
    arena_done(&problems->arena);
    pthread_mutex_destroy(&problems->mutex);
}
