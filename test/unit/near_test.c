/*
 * Which name was probably meant, and when none was.
 */
#include "base/near.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *wanted;
    const char *candidates[4];
    const char *best;
} cases[] = {
    {"lnt", {"lint", "test", "tree"}, "lint"},
    {"fromat", {"format", "for"}, "format"}, /* neighbours swapped */
    {"istio/port-nam", {"istio/port-name", "istio/port"}, "istio/port-name"},
    {"namespace", {"namespaces", "namespaced"}, "namespaces"}, /* the first of equally near ones */
    {"kind", {"kind", "kinds"}, "kind"},
    {"apiVerison", {"apiVersion"}, "apiVersion"},
    {"titel", {"title", "level"}, "title"},
    {"a", {"b"}, "b"},
    {"frobnicate", {"format", "for", "rule"}, NULL},
    {"xyz", {"abc"}, NULL},
    {"", {"abc"}, NULL},
    {"x", {"abc"}, NULL},
    /* more than a third of the letters differ */
    {"cnt", {"at"}, NULL},
    {"abc", {"axy"}, NULL},
    {"abcdef", {"abcxyz"}, NULL},
    {"abcdefghi", {"abcdewxyz"}, NULL},
    /* a third and less */
    {"abc", {"abx"}, "abx"},
    {"abcdef", {"abcdxy"}, "abcdxy"},
    {"abcdefghi", {"abcdefxyz"}, "abcdefxyz"},
};

static void finds_the_nearest(void **state)
{
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct near near;

        near_init(&near, text_of(cases[i].wanted));
        for (size_t j = 0; j < 4 && cases[i].candidates[j]; j++)
            near_offer(&near, text_of(cases[i].candidates[j]));
        if (cases[i].best ? !near.best.at || !text_is(near.best, cases[i].best)
                          : near.best.at != NULL) {
            print_message("%s: %.*s\n", cases[i].wanted, TEXT_ARGS(near.best));
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void measures_the_same_both_ways(void **state)
{
    static const char *const words[] = {"",    "a",    "ab",     "ba",  "abc",
                                        "acb", "lint", "linter", "tinl"};
    enum { COUNT = sizeof words / sizeof *words };

    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < COUNT; j++) {
            struct near forth, back;

            near_init(&forth, text_of(words[i]));
            near_init(&back, text_of(words[j]));
            forth.distance = back.distance = 100; /* so that every offer is taken */
            near_offer(&forth, text_of(words[j]));
            near_offer(&back, text_of(words[i]));
            assert_int_equal(forth.distance, back.distance);
            assert_int_equal(forth.distance == 0, i == j);
        }
}

/* Nobody typed a name of a hundred letters by hand, and a pull request must not choose the time it
 * takes. */
static void passes_over_long_names(void **state)
{
    char name[201];
    struct near near;

    (void)state;
    memset(name, 'a', 200);
    name[200] = '\0';
    near_init(&near, text_of(name));
    near_offer(&near, text_of(name));
    assert_null(near.best.at);
    near_init(&near, TEXT("aaaa"));
    near_offer(&near, text_of(name));
    assert_null(near.best.at);
    near_init(&near, (struct text){name, 80});
    near_offer(&near, (struct text){name, 79});
    assert_non_null(near.best.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_nearest),
        cmocka_unit_test(measures_the_same_both_ways),
        cmocka_unit_test(passes_over_long_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
