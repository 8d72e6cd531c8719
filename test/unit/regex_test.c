/*
 * Regular expressions: groups, UTF-8, wrong patterns, and that a limit that is reached is an error.
 */
#include "base/regex.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void finds(void **state)
{
    static const struct {
        const char *pattern;
        struct text text;
        size_t from;
        int found;
        const char *groups[4]; /* "-": took no part */
    } cases[] = {
        {"a", {"banana", 6}, 0, 1, {"a"}},
        {"^a", {"banana", 6}, 0, 0, {NULL}},
        {"^a", {"banana", 6}, 1, 0, {NULL}}, /* ^ is the start of the text, not of the search */
        {"x*", {"banana", 6}, 0, 1, {""}},
        {"", {"", 0}, 0, 1, {""}},
        {"", {NULL, 0}, 0, 1, {""}},
        {"a", {NULL, 0}, 0, 0, {NULL}},
        {"(b)(x)?(a)", {"banana", 6}, 0, 1, {"ba", "b", "-", "a"}},
        {"^(\\w+)-(\\d+)$", {"port-80", 7}, 0, 1, {"port-80", "port", "80"}},
        {"(?<proto>http)s?", {"https", 5}, 0, 1, {"https", "http"}},
        {"^.$", {"\xc3\xa9", 2}, 0, 1, {"\xc3\xa9"}},
        {"a\\x00b", {"xa\0b", 4}, 0, 1, {NULL}},
        {"A", {"a", 1}, 0, 0, {NULL}},
        {"(?i)A", {"a", 1}, 0, 1, {"a"}},
    };
    struct regex_match *match = regex_match_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char error[256] = "";
        struct regex *regex = regex_new(text_of(cases[i].pattern), error);

        assert_non_null(regex);
        assert_int_equal(
            regex_find(regex, match, cases[i].text, cases[i].from, REGEX_MATCH_LIMIT, error),
            cases[i].found);
        for (size_t group = 0; group < 4 && cases[i].groups[group]; group++) {
            struct text text = regex_group(match, group);

            if (!strcmp(cases[i].groups[group], "-"))
                assert_null(text.at);
            else
                assert_true(text_is(text, cases[i].groups[group]));
        }
        if (cases[i].found == 1)
            assert_null(regex_group(match, 99).at);
        regex_free(regex);
    }
    regex_match_free(match);
    regex_free(NULL);
    regex_match_free(NULL);
}

static void counts_groups(void **state)
{
    struct regex_match *match = regex_match_new();
    char error[256];
    struct regex *many = regex_new(TEXT("(a)(b)(c)(d)(e)(f)"), error);
    struct regex *none = regex_new(TEXT("a"), error);

    (void)state;
    assert_int_equal(regex_find(none, match, TEXT("a"), 0, REGEX_MATCH_LIMIT, error), 1);
    assert_int_equal(regex_group_count(match), 1);
    assert_int_equal(regex_find(many, match, TEXT("abcdef"), 0, REGEX_MATCH_LIMIT, error), 1);
    assert_int_equal(regex_group_count(match), 7);
    assert_true(text_is(regex_group(match, 6), "f"));
    assert_int_equal(regex_find(none, match, TEXT("a"), 0, REGEX_MATCH_LIMIT, error), 1);
    assert_int_equal(regex_group_count(match), 1);
    assert_null(regex_group(match, 6).at); /* nothing of the match before */
    regex_free(many);
    regex_free(none);
    regex_match_free(match);
}

static void says_what_is_wrong_in_a_pattern(void **state)
{
    static const struct {
        const char *pattern, *reason;
    } cases[] = {
        {"(", "missing closing parenthesis (at byte 2 of the pattern)"},
        {"[a", "missing terminating ]"},
        {"*a", "quantifier does not follow a repeatable item"},
        {"\\", "\\ at end of pattern"},
        {"(?<n>a)(?<n>b)", "two named subpatterns have the same name"},
        {"\\C", "using \\C is disabled"},
        {"\xff", "UTF-8 error"},
    };
    char *longer = malloc(REGEX_PATTERN_MAX + 1), error[256];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct regex *regex = regex_new(text_of(cases[i].pattern), error);

        assert_null(regex);
        if (text_find(text_of(error), text_of(cases[i].reason), 0) == SIZE_MAX)
            fail_msg("%s: %s", cases[i].pattern, error);
    }
    assert_non_null(longer);
    memset(longer, 'a', REGEX_PATTERN_MAX + 1);
    assert_null(regex_new((struct text){longer, REGEX_PATTERN_MAX + 1}, error));
    assert_non_null(strstr(error, "longer than"));
    free(longer);
}

/* A pattern that backtracks without end, and a text that it does not match. */
static void a_limit_is_an_error(void **state)
{
    static const char *const patterns[] = {"^(a+)+$", "^(a|a)*$", "^(a|aa)+$",
                                           "^(([a-z])+.)+[A-Z]([a-z])+$"};
    struct regex_match *match = regex_match_new();
    char text[61], error[256];

    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        struct regex *regex = regex_new(text_of(patterns[i]), error);

        assert_non_null(regex);
        memset(text, 'a', 60);
        text[60] = '!';
        *error = '\0';
        if (regex_find(regex, match, (struct text){text, 61}, 0, REGEX_MATCH_LIMIT, error) !=
            REGEX_ENDLESS)
            fail_msg("%s is no error", patterns[i]);
        assert_non_null(strstr(error, "limit"));
        /* and the match goes on working */
        assert_int_equal(regex_find(regex, match, TEXT("b!"), 0, REGEX_MATCH_LIMIT, error), 0);
        regex_free(regex);
    }
    regex_match_free(match);
}

/* Long texts need stack, which is the match's own: no crash, and no wrong "not there". */
static void long_texts(void **state)
{
    enum { LENGTH = 4 * 1024 * 1024 };
    struct regex_match *match = regex_match_new();
    char *text = malloc(LENGTH), error[256];
    struct regex *simple = regex_new(TEXT("b"), error),
                 *deep = regex_new(TEXT("^(?:a|c)*b"), error);

    (void)state;
    assert_non_null(text);
    memset(text, 'a', LENGTH);
    text[LENGTH - 1] = 'b';
    assert_int_equal(
        regex_find(simple, match, (struct text){text, LENGTH}, 0, REGEX_MATCH_LIMIT, error), 1);
    assert_int_not_equal(
        regex_find(deep, match, (struct text){text, LENGTH}, 0, REGEX_MATCH_LIMIT, error), 0);
    regex_free(simple);
    regex_free(deep);
    regex_match_free(match);
    free(text);
}

static void wrong_utf8_is_an_error(void **state)
{
    struct regex_match *match = regex_match_new();
    char error[256] = "";
    struct regex *regex = regex_new(TEXT("a"), error);

    (void)state;
    assert_int_equal(regex_find(regex, match, TEXT("\xff"), 0, REGEX_MATCH_LIMIT, error),
                     REGEX_WRONG);
    assert_non_null(strstr(error, "UTF-8"));
    assert_int_equal(regex_find(regex, match,
                                TEXT("\xc3\xa9"
                                     "a"),
                                1, REGEX_MATCH_LIMIT, error),
                     -1); /* inside a character */
    assert_int_equal(regex_find(regex, match,
                                TEXT("\xc3\xa9"
                                     "a"),
                                2, REGEX_MATCH_LIMIT, error),
                     1);
    regex_free(regex);
    regex_match_free(match);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds),
        cmocka_unit_test(counts_groups),
        cmocka_unit_test(says_what_is_wrong_in_a_pattern),
        cmocka_unit_test(a_limit_is_an_error),
        cmocka_unit_test(long_texts),
        cmocka_unit_test(wrong_utf8_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
