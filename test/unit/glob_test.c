/*
 * Globs of names and of paths, and that no pattern takes more than pattern times text. The matcher
 * is compared with a plain recursive one over all short patterns and texts.
 */
#include "base/glob.h"
#include "base/text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static const struct {
    const char *pattern, *text;
    bool name, path;
} cases[] = {
    {"", "", true, true},
    {"", "a", false, false},
    {"a", "a", true, true},
    {"a", "A", false, false},
    {"a", "", false, false},
    {"?", "a", true, true},
    {"?", "", false, false},
    {"?", "/", true, false},
    {"a?c", "a/c", true, false},
    {"*", "", true, true},
    {"*", "abc", true, true},
    {"*", "a/b", true, false},
    {"*", "/", true, false},
    {"a*", "a", true, true},
    {"a*c", "abbbc", true, true},
    {"a*c", "ab/c", true, false},
    {"a*b*c", "axbxbxc", true, true},
    {"a*b*c", "axbxcx", false, false},
    {"*-dev", "shop-dev", true, true},
    {"*-dev", "shop-dev2", false, false},
    {"istio/*", "istio/port-name", true, true},
    {"*.yaml", ".yaml", true, true},
    /* everything else stands for itself */
    {"[a]", "a", false, false},
    {"[a]", "[a]", true, true},
    {"{a,b}", "a", false, false},
    {"\\*", "*", false, false},
    {"\\*", "\\x", true, true},
    /* two stars */
    {"**", "", true, true},
    {"**", "a", true, true},
    {"**", "a/b/c", true, true},
    {"**/", "a/", true, true},
    {"**/a", "a", false, true},
    {"**/a", "b/a", true, true},
    {"**/a", "b/c/a", true, true},
    {"**/a", "ba", false, false},
    {"**/a", "b/ca", false, false},
    {"a/**", "a", false, true},
    {"a/**", "a/", true, true},
    {"a/**", "a/b", true, true},
    {"a/**", "a/b/c", true, true},
    {"a/**", "ab", false, false},
    {"a/**", "b/a", false, false},
    {"a/**/b", "a/b", false, true},
    {"a/**/b", "a/x/b", true, true},
    {"a/**/b", "a/x/y/b", true, true},
    {"a/**/b", "ab", false, false},
    {"a/**/b", "a/xb", false, false},
    {"a/**/b", "ax/b", false, false},
    {"**/a/**", "a", false, true},
    {"**/a/**", "x/a", false, true},
    {"**/a/**", "x/a/y", true, true},
    {"**/a/**", "a/y", false, true},
    {"**/a/**", "xa/y", false, false},
    {"**/*.yaml", "a.yaml", false, true},
    {"**/*.yaml", "x/y/a.yaml", true, true},
    {"**/*.yaml", "x/y/a.yml", false, false},
    {"m/*/prod/**", "m/shop/prod/a/b.yaml", true, true},
    {"m/*/prod/**", "m/shop/x/prod/b.yaml", true, false},
    {"a**b", "axxb", true, true},
    {"a**b", "ax/xb", true, true},
    {"**a", "x/ya", true, true},
    {"a**", "a/b", true, true},
    {"**/**", "a", false, true},
    {"**/**/a", "a", false, true},
    {"*/**", "a", false, true},
    {"*/**", "a/b", true, true},
    {"**/*", "a/b", true, true},
    {"*/*", "a", false, false},
    {"**/b/*c", "a/b/x/b/yc", true, true},
};

static void matches(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text pattern = text_of(cases[i].pattern), text = text_of(cases[i].text);

        if (glob_name(pattern, text) != cases[i].name || glob_path(pattern, text) != cases[i].path)
            fail_msg("%s and %s: name %d, path %d", cases[i].pattern, cases[i].text,
                     glob_name(pattern, text), glob_path(pattern, text));
    }
}

/* The meaning of name globs in three lines. */
/* NOLINTNEXTLINE(misc-no-recursion): patterns of five characters */
static bool plain_name(const char *pattern, const char *text)
{
    if (*pattern == '*')
        return plain_name(pattern + 1, text) || (*text && plain_name(pattern, text + 1));
    if (!*pattern || !*text)
        return !*pattern && !*text;
    return (*pattern == '?' || *pattern == *text) && plain_name(pattern + 1, text + 1);
}

/* And of path globs; SEGMENT: text begins a segment. A double star with a slash at the start of a
 * segment stands for whole segments, or none; any other for anything. */
/* NOLINTNEXTLINE(misc-no-recursion): patterns of five characters */
static bool plain_path(const char *pattern, const char *text, bool segment)
{
    if (!strcmp(pattern, "/**") && !*text)
        return true;
    if (pattern[0] == '*' && pattern[1] == '*') {
        bool whole = segment && pattern[2] == '/';

        for (bool begins = true;; begins = *text == '/', text++) {
            if ((!whole || begins) && plain_path(pattern + 2 + whole, text, whole))
                return true;
            if (!*text)
                return false;
        }
    }
    if (*pattern == '*')
        return plain_path(pattern + 1, text, false) ||
               (*text && *text != '/' && plain_path(pattern, text + 1, false));
    if (!*pattern || !*text)
        return !*pattern && !*text;
    if (*pattern == '?' ? *text == '/' : *pattern != *text)
        return false;
    return plain_path(pattern + 1, text + 1, *text == '/');
}

/* The NUMBERth text over ALPHABET; false where it is longer than five. */
static bool spell(const char *alphabet, size_t number, char to[6])
{
    size_t base = strlen(alphabet), length = 0;

    for (; number; number = (number - 1) / base) {
        if (length == 5)
            return false;
        to[length++] = alphabet[(number - 1) % base];
    }
    to[length] = '\0';
    return true;
}

static void means_what_the_plain_matcher_means(void **state)
{
    char pattern[6], text[6];

    (void)state;
    for (size_t p = 0; spell("a/*?", p, pattern); p++)
        for (size_t t = 0; spell("ab/", t, text); t++) {
            struct text a = text_of(pattern), b = text_of(text);

            if (glob_name(a, b) != plain_name(pattern, text))
                fail_msg("name %s %s: %d", pattern, text, glob_name(a, b));
            if (glob_path(a, b) != plain_path(pattern, text, true))
                fail_msg("path %s %s: %d", pattern, text, glob_path(a, b));
        }
}

static char *repeat(const char *piece, size_t count, const char *end)
{
    struct buffer text = {0};

    for (size_t i = 0; i < count; i++)
        buffer_add(&text, text_of(piece));
    buffer_add(&text, text_of(end));
    return text.at;
}

/* A matcher that tries every way would take longer than the universe: that this ends is the test.
 */
static void many_stars_end(void **state)
{
    static const struct {
        const char *piece, *end, *text_piece, *text_end;
    } hard[] = {
        {"*a", "b", "a", ""},     {"**a", "b", "a", ""},     {"**/a", "/b", "a/", "a"},
        {"*/", "b", "a/", "a"},   {"a*", "b", "a", ""},      {"?*", "b", "a", ""},
        {"**/*", "b", "a/", "a"}, {"*?**/", "b", "aa/", ""}, {"*", "b", "a", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
        char *pattern = repeat(hard[i].piece, 200, hard[i].end);
        char *text = repeat(hard[i].text_piece, 2000, hard[i].text_end);

        assert_false(glob_name(text_of(pattern), text_of(text)));
        assert_false(glob_path(text_of(pattern), text_of(text)));
        free(pattern);
        free(text);
    }
}

/* A star that has run to the end of its segment has seen all that a later start of the double star
 * before it could see: without that this would take hours. */
static void a_star_behind_two_is_tried_once(void **state)
{
    char *pattern = repeat("a", 3000, "b"), *text = repeat("a", 30000, "");
    struct buffer whole = {0};

    (void)state;
    buffer_print(&whole, "**a*%s", pattern);
    assert_false(glob_path(buffer_text(&whole), text_of(text)));
    buffer_print(&whole, "/*%s", pattern);
    assert_false(glob_path(buffer_text(&whole), text_of(text)));
    buffer_done(&whole);
    free(pattern);
    free(text);
}

/* `/` and two stars at the end stand for nothing as well, and many of them for what one stands for:
 * as many as a rule may make are no reason to run out of stack. */
static void many_ends_are_one(void **state)
{
    char *pattern = repeat("/**", 1000000, "");

    (void)state;
    assert_false(glob_path(text_of(pattern), TEXT("a")));
    assert_true(glob_path(text_of(pattern), TEXT("/a")));
    assert_true(glob_path(text_of(pattern), TEXT("")));
    free(pattern);
    assert_true(glob_path(TEXT("a/**/**"), TEXT("a")));
    assert_true(glob_path(TEXT("a/**/**"), TEXT("a/b")));
    assert_false(glob_path(TEXT("a/**/**"), TEXT("ab")));
}

static void takes_bytes_as_they_are(void **state)
{
    (void)state;
    assert_true(glob_name(TEXT("a*\0b"), TEXT("ax\0b")));
    assert_false(glob_name(TEXT("a"), TEXT("a\0")));
    assert_true(glob_name(TEXT("*"), (struct text){NULL, 0}));
    assert_true(glob_path((struct text){NULL, 0}, (struct text){NULL, 0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches),           cmocka_unit_test(means_what_the_plain_matcher_means),
        cmocka_unit_test(many_stars_end),    cmocka_unit_test(a_star_behind_two_is_tried_once),
        cmocka_unit_test(many_ends_are_one), cmocka_unit_test(takes_bytes_as_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
