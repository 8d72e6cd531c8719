/*
 * Maps: many keys, keys that are nearly the same, the empty key, a map that was never filled.
 */
#include "base/arena.h"
#include "base/map.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { MANY = 20000 };

static void keeps_many_keys(void **state)
{
    struct arena arena = {0};
    struct map map = {0};
    static int values[MANY];
    size_t walked = 0;

    (void)state;
    for (int round = 0; round < 2; round++) /* the second time all are there */
        for (int i = 0; i < MANY; i++) {
            void **place = map_place(&map, arena_print(&arena, "key-%d", i));

            assert_ptr_equal(*place, round ? &values[i] : NULL);
            *place = &values[i];
        }
    assert_int_equal(map.count, MANY);
    for (int i = 0; i < MANY; i++)
        assert_ptr_equal(map_find(&map, arena_print(&arena, "key-%d", i)), &values[i]);
    assert_null(map_find(&map, TEXT("key-")));
    assert_null(map_find(&map, TEXT("key-20000")));
    for (size_t i = 0; i < map.capacity; i++)
        walked += map.slots[i].key.at != NULL;
    assert_int_equal(walked, MANY);
    map_done(&map);
    arena_done(&arena);
}

static void tells_keys_apart(void **state)
{
    static const struct text keys[] = {
        {"", 0},           {"\0", 1},        {"\0\0", 2},
        {"a", 1},          {"a\0", 2},       {"a\0b", 3},
        {"A", 1},          {"12345678", 8},  {"1234567", 7},
        {"12345678\0", 9}, {"123456789", 9}, {"\xff\xff\xff\xff\xff\xff\xff\xff", 8},
    };
    enum { COUNT = sizeof keys / sizeof *keys };
    struct map map = {0};
    int values[COUNT];

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        assert_null(map_find(&map, keys[i]));
        *map_place(&map, keys[i]) = &values[i];
    }
    for (size_t i = 0; i < COUNT; i++)
        assert_ptr_equal(map_find(&map, keys[i]), &values[i]);
    assert_ptr_equal(map_find(&map, (struct text){NULL, 0}), &values[0]);
    assert_int_equal(map.count, COUNT);
    map_done(&map);
}

static void takes_a_missing_text_as_empty(void **state)
{
    struct map map = {0};
    int value;

    (void)state;
    assert_null(map_find(&map, (struct text){NULL, 0}));
    *map_place(&map, (struct text){NULL, 0}) = &value;
    assert_ptr_equal(map_find(&map, TEXT("")), &value);
    assert_int_equal(map.count, 1);
    map_done(&map);
    assert_null(map_find(&map, TEXT("")));
    map_done(&map);
}

/* So that nobody can choose names that collide. */
static void hashes_under_a_key_of_its_own(void **state)
{
    struct map a = {0}, b = {0};

    (void)state;
    map_place(&a, TEXT("x"));
    map_place(&b, TEXT("x"));
    assert_true(a.key[0] != b.key[0] || a.key[1] != b.key[1]);
    assert_true(a.key[0] != 0);
    map_done(&a);
    map_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_many_keys),
        cmocka_unit_test(tells_keys_apart),
        cmocka_unit_test(takes_a_missing_text_as_empty),
        cmocka_unit_test(hashes_under_a_key_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
