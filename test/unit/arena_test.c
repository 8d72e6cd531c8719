/*
 * Arenas: alignment, growth, copies with a NUL behind them, reset and reuse.
 */
#include "base/arena.h"
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void hands_out_aligned_memory(void **state)
{
    static const size_t sizes[] = {0, 1, 7, 8, 15, 16, 17, 4096, 65536, 65537, 1 << 20, 3};
    struct arena arena = {0};
    char *before = NULL;

    (void)state;
    for (size_t round = 0; round < 50; round++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            char *at = arena_get(&arena, sizes[i]);

            assert_non_null(at);
            assert_int_equal((uintptr_t)at % alignof(max_align_t), 0);
            if (sizes[i])
                assert_ptr_not_equal(at, before);
            memset(at, 0xa5, sizes[i]);
            before = sizes[i] ? at : NULL;
        }
    arena_done(&arena);
    assert_int_equal(arena.total, 0);
}

static void zeroes_what_was_used_before(void **state)
{
    struct arena arena = {0};

    (void)state;
    for (int round = 0; round < 3; round++) {
        memset(arena_get(&arena, 1000), 0xff, 1000);
        arena_reset(&arena);
        for (const char *at = arena_zero(&arena, 1000), *end = at + 1000; at < end; at++)
            assert_int_equal(*at, 0);
        arena_reset(&arena);
    }
    arena_done(&arena);
}

static void copies_texts(void **state)
{
    static const struct text texts[] = {{"", 0}, {NULL, 0}, {"a", 1}, {"a\0b", 3}, {"\xff\n", 2}};
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct text copy = arena_copy(&arena, texts[i]);

        assert_non_null(copy.at);
        assert_true(text_equal(copy, texts[i]));
        assert_int_equal(copy.at[copy.length], '\0');
        assert_ptr_not_equal(copy.at, texts[i].at);
    }
    arena_done(&arena);
}

static void prints_texts_of_any_length(void **state)
{
    struct arena arena = {0};
    struct text text;

    (void)state;
    text = arena_print(&arena, "%s-%d", "a", 7);
    assert_string_equal(text.at, "a-7");
    assert_int_equal(text.length, 3);
    text = arena_print(&arena, "%200000s|", "x");
    assert_int_equal(text.length, 200001);
    assert_int_equal(text.at[199999], 'x');
    assert_int_equal(text.at[200001], '\0');
    text = arena_print(&arena, "%s", "");
    assert_int_equal(text.length, 0);
    assert_non_null(text.at);
    arena_done(&arena);
}

/* A run over many documents keeps one ordinary block, however large one document was. */
static void keeps_one_block_over_a_reset(void **state)
{
    struct arena arena = {0};
    size_t small;

    (void)state;
    arena_get(&arena, 10);
    small = arena.total;
    for (int i = 0; i < 100; i++) {
        arena_get(&arena, 10);
        arena_get(&arena, 1 << 20);
        arena_get(&arena, 10);
        assert_true(arena.total >= 1 << 20);
        arena_reset(&arena);
        assert_true(arena.total <= small);
    }
    arena_done(&arena);
    arena_reset(&arena); /* of an empty one */
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_out_aligned_memory),
        cmocka_unit_test(zeroes_what_was_used_before),
        cmocka_unit_test(copies_texts),
        cmocka_unit_test(prints_texts_of_any_length),
        cmocka_unit_test(keeps_one_block_over_a_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
