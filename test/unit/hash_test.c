/*
 * Fingerprints: baselines keep them, so these must never change.
 */
#include "base/hash.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void hash_texts(const struct text *texts, size_t count, char to[33])
{
    struct hash hash;

    hash_init(&hash);
    for (size_t i = 0; i < count; i++)
        hash_add(&hash, texts[i]);
    hash_write(&hash, to);
    assert_int_equal(strlen(to), 32);
    assert_int_equal(strspn(to, "0123456789abcdef"), 32);
}

/* Expected: FNV-1a of 128 bits over each text and a zero byte, worked out with Python's integers.
 */
static void stays_the_same(void **state)
{
    static const struct {
        struct text texts[2];
        size_t count;
        const char *hex;
    } cases[] = {
        {{{NULL, 0}}, 0, "6c62272e07bb014262b821756295c58d"},
        {{{"", 0}}, 1, "d228cb69101a8caf78912b704e4a147f"},
        {{{"a", 1}}, 1, "0880954519ab1be95aa0733055b70e0c"},
        {{{"a", 1}, {"bc", 2}}, 2, "35336b6d0a83d94f7081455fbb9aa611"},
        {{{"istio/port-name", 15}, {"\xff\0", 2}}, 2, "d99d8c3ffb993cbcdf3b1115b36fbe90"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char hex[33];

        hash_texts(cases[i].texts, cases[i].count, hex);
        assert_string_equal(hex, cases[i].hex);
    }
}

static void tells_apart_where_texts_end(void **state)
{
    static const struct {
        struct text texts[3];
        size_t count;
    } cases[] = {
        {{{"", 0}}, 0},
        {{{"", 0}}, 1},
        {{{"", 0}, {"", 0}}, 2},
        {{{"abc", 3}}, 1},
        {{{"a", 1}, {"bc", 2}}, 2},
        {{{"ab", 2}, {"c", 1}}, 2},
        {{{"abc", 3}, {"", 0}}, 2},
        {{{"", 0}, {"abc", 3}}, 2},
        {{{"bc", 2}, {"a", 1}}, 2},
        {{{"a", 1}, {"b", 1}, {"c", 1}}, 3},
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    char hexes[COUNT][33];

    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        hash_texts(cases[i].texts, cases[i].count, hexes[i]);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(hexes[i], hexes[j]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stays_the_same),
        cmocka_unit_test(tells_apart_where_texts_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
