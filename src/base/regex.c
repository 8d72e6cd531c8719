/*
 * The only file that knows PCRE2. Limits make a pattern that backtracks without end an error; the
 * JIT gets a stack of its own, since the machine stack that it takes by default is too small for
 * long texts.
 */
#include "base/regex.h"
#include "base/memory.h"
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

/* Of the JIT stack in bytes; and of the interpreter's heap in KiB. */
enum { REGEX_STACK_START = 32 * 1024, REGEX_STACK_MAX = 1024 * 1024, REGEX_HEAP_LIMIT = 20000 };

struct regex {
    pcre2_code *code;
};

struct regex_match {
    pcre2_match_context *context;
    pcre2_match_data *data;
    pcre2_jit_stack *stack;
    struct text subject;
    size_t groups, capacity;
};

struct regex *regex_new(struct text pattern, char error[256])
{
    struct regex *regex;
    PCRE2_SIZE offset;
    int number;
    pcre2_code *code;

    if (pattern.length > REGEX_PATTERN_MAX) {
        snprintf(error, 256, "the pattern is longer than %d bytes", REGEX_PATTERN_MAX);
        return NULL;
    }
    code = pcre2_compile((PCRE2_SPTR)pattern.at, pattern.length,
                         PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &number, &offset, NULL);
    if (!code && number == PCRE2_ERROR_HEAP_FAILED)
        memory_out();
    if (!code) {
        PCRE2_UCHAR reason[200];

        pcre2_get_error_message(number, reason, sizeof reason);
        snprintf(error, 256, "%s (at byte %zu of the pattern)", (char *)reason, (size_t)offset + 1);
        return NULL;
    }
    /* where memory may not be made executable the interpreter does it, more slowly */
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    regex = memory_get(sizeof *regex);
    regex->code = code;
    return regex;
}

void regex_free(struct regex *regex)
{
    if (!regex)
        return;
    pcre2_code_free(regex->code);
    free(regex);
}

size_t regex_size(const struct regex *regex)
{
    size_t size = 0, jit = 0;

    pcre2_pattern_info(regex->code, PCRE2_INFO_SIZE, &size);
    pcre2_pattern_info(regex->code, PCRE2_INFO_JITSIZE, &jit);
    return size + jit;
}

struct regex_match *regex_match_new(void)
{
    struct regex_match *match = memory_get(sizeof *match);

    match->context = pcre2_match_context_create(NULL);
    match->stack = pcre2_jit_stack_create(REGEX_STACK_START, REGEX_STACK_MAX, NULL);
    if (!match->context || !match->stack)
        memory_out();
    pcre2_set_heap_limit(match->context, REGEX_HEAP_LIMIT);
    pcre2_jit_stack_assign(match->context, NULL, match->stack);
    return match;
}

void regex_match_free(struct regex_match *match)
{
    if (!match)
        return;
    pcre2_match_data_free(match->data);
    pcre2_jit_stack_free(match->stack);
    pcre2_match_context_free(match->context);
    free(match);
}

static void regex_match_reserve(struct regex_match *match, const struct regex *regex)
{
    uint32_t groups;

    pcre2_pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    match->groups = groups + 1;
    if (match->capacity >= match->groups)
        return;
    pcre2_match_data_free(match->data);
    match->data = pcre2_match_data_create(groups + 1, NULL);
    if (!match->data)
        memory_out();
    match->capacity = match->groups;
}

static bool regex_is_limit(int result)
{
    return result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_DEPTHLIMIT ||
           result == PCRE2_ERROR_HEAPLIMIT || result == PCRE2_ERROR_JIT_STACKLIMIT;
}

int regex_find(const struct regex *regex, struct regex_match *match, struct text text, size_t from,
               uint32_t steps, char error[256])
{
    PCRE2_SPTR at = (PCRE2_SPTR)(text.at ? text.at : "");
    int result;

    regex_match_reserve(match, regex);
    match->subject = text;
    pcre2_set_match_limit(match->context, steps);
    result = pcre2_match(regex->code, at, text.length, from, 0, match->data, match->context);
    if (result == PCRE2_ERROR_JIT_STACKLIMIT) /* the interpreter keeps its stack on the heap */
        result = pcre2_match(regex->code, at, text.length, from, PCRE2_NO_JIT, match->data,
                             match->context);
    if (result >= 0)
        return REGEX_FOUND;
    if (result == PCRE2_ERROR_NOMATCH)
        return REGEX_NOT_THERE;
    if (result == PCRE2_ERROR_NOMEMORY)
        memory_out();
    pcre2_get_error_message(result, (PCRE2_UCHAR *)error, 256);
    return regex_is_limit(result) ? REGEX_ENDLESS : REGEX_WRONG;
}

struct text regex_group(const struct regex_match *match, size_t group)
{
    const PCRE2_SIZE *bounds = pcre2_get_ovector_pointer(match->data);

    if (group >= match->groups || bounds[2 * group] == PCRE2_UNSET)
        return (struct text){0};
    return text_slice(match->subject, bounds[2 * group], bounds[2 * group + 1]);
}

size_t regex_group_count(const struct regex_match *match)
{
    return match->groups;
}
