/*
 * Texts, buffers and UTF-8: slices that are cut to what is there, empty and missing texts, every
 * kind of byte that is no UTF-8.
 */
#include "base/text.h"
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct text missing = {NULL, 0};

static void slices(void **state)
{
    static const struct {
        size_t from, to;
        const char *slice;
    } cases[] = {
        {0, 5, "hello"}, {0, 99, "hello"}, {1, 3, "el"},      {3, 1, ""},
        {5, 9, ""},      {9, 12, ""},      {SIZE_MAX, 2, ""}, {0, SIZE_MAX, "hello"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(text_is(text_slice(TEXT("hello"), cases[i].from, cases[i].to), cases[i].slice));
    assert_null(text_slice(missing, 0, 4).at);
    assert_int_equal(text_slice(missing, 0, 4).length, 0);
}

static void trims(void **state)
{
    static const struct {
        const char *text, *trimmed;
    } cases[] = {{"", ""},      {" ", ""},           {" \t\r\n", ""},
                 {"a", "a"},    {" a b\r\n", "a b"}, {"\v a \f", "\v a \f"},
                 {"\n\na", "a"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(text_is(text_trim(text_of(cases[i].text)), cases[i].trimmed));
    assert_int_equal(text_trim(missing).length, 0);
}

static void compares(void **state)
{
    static const struct {
        struct text a, b;
        int order;
    } cases[] = {
        {{"", 0}, {NULL, 0}, 0},    {{"", 0}, {"a", 1}, -1},        {{"a", 1}, {"a", 1}, 0},
        {{"a", 1}, {"ab", 2}, -1},  {{"b", 1}, {"ab", 2}, 1},       {{"\xff", 1}, {"a", 1}, 1},
        {{"a\0b", 3}, {"a", 1}, 1}, {{"a\0b", 3}, {"a\0c", 3}, -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int forth = text_compare(cases[i].a, cases[i].b),
            back = text_compare(cases[i].b, cases[i].a);

        assert_int_equal((forth > 0) - (forth < 0), cases[i].order);
        assert_int_equal((back > 0) - (back < 0), -cases[i].order);
        assert_int_equal(text_equal(cases[i].a, cases[i].b), cases[i].order == 0);
    }
}

static void looks_at_ends(void **state)
{
    (void)state;
    assert_true(text_starts(TEXT("abc"), TEXT("")));
    assert_true(text_starts(TEXT("abc"), TEXT("abc")));
    assert_false(text_starts(TEXT("abc"), TEXT("abcd")));
    assert_false(text_starts(TEXT("abc"), TEXT("b")));
    assert_true(text_ends(TEXT("abc"), TEXT("bc")));
    assert_false(text_ends(TEXT("abc"), TEXT("ab")));
    assert_false(text_ends(TEXT("c"), TEXT("bc")));
    assert_true(text_ends(missing, missing));
    assert_true(text_is(missing, ""));
    assert_true(text_is(TEXT(""), NULL));
    assert_int_equal(text_of(NULL).length, 0);
    assert_int_equal(text_width((struct text){"", (size_t)INT_MAX + 1}), INT_MAX);
}

static void finds(void **state)
{
    static const struct {
        const char *text, *needle;
        size_t from, found;
    } cases[] = {
        {"banana", "an", 0, 1},
        {"banana", "an", 2, 3},
        {"banana", "an", 4, SIZE_MAX},
        {"banana", "", 3, 3},
        {"banana", "banana", 0, 0},
        {"banana", "bananas", 0, SIZE_MAX},
        {"banana", "", 6, 6},
        {"banana", "", 7, SIZE_MAX},
        {"", "", 0, 0},
        {"", "a", 0, SIZE_MAX},
        {"banana", "a", SIZE_MAX, SIZE_MAX},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(text_find(text_of(cases[i].text), text_of(cases[i].needle), cases[i].from),
                         cases[i].found);
    assert_int_equal(text_find(TEXT("a\0b"), TEXT("\0b"), 0), 1);
    assert_int_equal(text_find(missing, TEXT("a"), 0), SIZE_MAX);
}

static void cuts(void **state)
{
    static const struct {
        struct text text;
        const char *parts[5];
    } cases[] = {
        {{"a/b/c", 5}, {"a", "b", "c"}},
        {{"/", 1}, {"", ""}},
        {{"", 0}, {""}},
        {{"a", 1}, {"a"}},
        {{"a/", 2}, {"a", ""}},
        {{"//a", 3}, {"", "", "a"}},
        {{NULL, 0}, {NULL}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text rest = cases[i].text, part;
        size_t count = 0;

        while (text_cut(&rest, '/', &part)) {
            assert_non_null(cases[i].parts[count]);
            assert_true(text_is(part, cases[i].parts[count]));
            count++;
        }
        assert_null(cases[i].parts[count]);
    }
}

static void buffers_grow(void **state)
{
    struct buffer buffer = {0};

    (void)state;
    assert_int_equal(buffer_text(&buffer).length, 0);
    assert_non_null(buffer_text(&buffer).at);
    buffer_add(&buffer, missing);
    assert_string_equal(buffer.at, "");
    for (int i = 0; i < 10000; i++) {
        buffer_byte(&buffer, (char)('a' + i % 26));
        assert_int_equal(buffer.at[buffer.length], '\0');
    }
    assert_int_equal(buffer.length, 10000);
    assert_int_equal(buffer.at[9999], 'a' + 9999 % 26);
    buffer_print(&buffer, "%05d%s", 42, "x");
    assert_string_equal(buffer.at + 10000, "00042x");
    buffer_byte(&buffer, '\0');
    assert_int_equal(buffer.length, 10007);
    buffer_print(&buffer, "%100000d", 1);
    assert_int_equal(buffer.length, 110007);
    buffer_done(&buffer);
    assert_null(buffer.at);
    buffer_done(&buffer);
}

/* Each byte that is not UTF-8 is one character, U+FFFD. */
static void reads_utf8(void **state)
{
    static const struct {
        struct text text;
        uint32_t code;
        size_t size, count;
    } cases[] = {
        {{"a", 1}, 'a', 1, 1},
        {{"\0", 1}, 0, 1, 1},
        {{"\x7f", 1}, 0x7f, 1, 1},
        {{"\xc2\x80", 2}, 0x80, 2, 1},
        {{"\xc3\xa9z", 3}, 0xe9, 2, 2},
        {{"\xe2\x82\xac", 3}, 0x20ac, 3, 1},
        {{"\xef\xbf\xbd", 3}, 0xfffd, 3, 1},
        {{"\xf0\x9f\x98\x80", 4}, 0x1f600, 4, 1},
        {{"\xf4\x8f\xbf\xbf", 4}, 0x10ffff, 4, 1},
        /* cut off */
        {{"\xc3", 1}, 0xfffd, 1, 1},
        {{"\xe2\x82", 2}, 0xfffd, 1, 2},
        {{"\xf0\x9f\x98", 3}, 0xfffd, 1, 3},
        {{"\xc3z", 2}, 0xfffd, 1, 2},
        {{"\xe2\x82z", 3}, 0xfffd, 1, 3},
        /* a byte that only goes on */
        {{"\x80", 1}, 0xfffd, 1, 1},
        {{"\xbf\xbf", 2}, 0xfffd, 1, 2},
        /* longer than needed */
        {{"\xc0\x80", 2}, 0xfffd, 1, 2},
        {{"\xc1\xbf", 2}, 0xfffd, 1, 2},
        {{"\xe0\x80\x80", 3}, 0xfffd, 1, 3},
        {{"\xe0\x9f\xbf", 3}, 0xfffd, 1, 3},
        {{"\xf0\x80\x80\x80", 4}, 0xfffd, 1, 4},
        {{"\xf0\x8f\xbf\xbf", 4}, 0xfffd, 1, 4},
        /* surrogates, above the last, bytes that never are */
        {{"\xed\xa0\x80", 3}, 0xfffd, 1, 3},
        {{"\xed\xbf\xbf", 3}, 0xfffd, 1, 3},
        {{"\xf4\x90\x80\x80", 4}, 0xfffd, 1, 4},
        {{"\xf5\x80\x80\x80", 4}, 0xfffd, 1, 4},
        {{"\xff", 1}, 0xfffd, 1, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size;

        assert_int_equal(utf8_read(cases[i].text, &size), cases[i].code);
        assert_int_equal(size, cases[i].size);
        assert_int_equal(utf8_count(cases[i].text), cases[i].count);
    }
    assert_int_equal(utf8_count(missing), 0);
}

static void writes_utf8(void **state)
{
    static const uint32_t edges[] = {0,      1,      0x7f,   0x80,    0x7ff,   0x800,
                                     0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};
    static const size_t sizes[] = {1, 1, 1, 2, 2, 3, 3, 3, 3, 4, 4};

    (void)state;
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        char bytes[4];
        size_t length = utf8_write(edges[i], bytes), size;

        assert_int_equal(length, sizes[i]);
        assert_int_equal(utf8_read((struct text){bytes, length}, &size), edges[i]);
        assert_int_equal(size, length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices),       cmocka_unit_test(trims),
        cmocka_unit_test(compares),     cmocka_unit_test(looks_at_ends),
        cmocka_unit_test(finds),        cmocka_unit_test(cuts),
        cmocka_unit_test(buffers_grow), cmocka_unit_test(reads_utf8),
        cmocka_unit_test(writes_utf8),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
