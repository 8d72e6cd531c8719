/*
 * Pools: blocks of all sizes that grow, shrink and go keep what is in them, small ones are used
 * again, and what is left is released with the pool.
 */
#include "base/pool.h"
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void fill(unsigned char *at, size_t size, unsigned char with)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (unsigned char)(with + i);
}

static void check(const unsigned char *at, size_t size, unsigned char with)
{
    for (size_t i = 0; i < size; i++)
        assert_int_equal(at[i], (unsigned char)(with + i));
}

static void keeps_what_is_in_a_block(void **state)
{
    static const size_t sizes[] = {1, 15, 16, 17, 511, 512, 513, 100000, 600, 512, 32, 1};
    struct pool pool = {0};
    unsigned char *blocks[64] = {0};
    size_t size = 0;

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t b = 0; b < 64; b++) {
            blocks[b] = pool_resize(&pool, blocks[b], size, sizes[i]);
            assert_int_equal((uintptr_t)blocks[b] % alignof(max_align_t), 0);
            check(blocks[b], size < sizes[i] ? size : sizes[i], (unsigned char)b);
            fill(blocks[b], sizes[i], (unsigned char)b);
        }
        size = sizes[i];
    }
    for (size_t b = 0; b < 64; b += 2)
        assert_null(pool_resize(&pool, blocks[b], size, 0));
    for (size_t b = 1; b < 64; b += 2)
        check(blocks[b], size, (unsigned char)b);
    pool_done(&pool);
    assert_int_equal(pool_held(&pool), 0);
}

static void uses_small_blocks_again(void **state)
{
    struct pool pool = {0};
    void *block = pool_resize(&pool, NULL, 0, 40);
    size_t held = pool_held(&pool);

    (void)state;
    for (int i = 0; i < 100000; i++) {
        pool_resize(&pool, block, 40, 0);
        block = pool_resize(&pool, NULL, 0, 48);
        pool_resize(&pool, block, 48, 0);
        block = pool_resize(&pool, NULL, 0, 40);
    }
    assert_int_equal(pool_held(&pool), held);
    pool_done(&pool);
}

static void releases_nothing_where_nothing_is(void **state)
{
    struct pool pool = {0};

    (void)state;
    assert_null(pool_resize(&pool, NULL, 0, 0));
    pool_done(&pool);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_is_in_a_block),
        cmocka_unit_test(uses_small_blocks_again),
        cmocka_unit_test(releases_nothing_where_nothing_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
