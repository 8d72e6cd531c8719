/*
 * Lines, columns and what becomes of byte order marks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "yaml/source.h"
#include <cmocka.h>

static char *copy(const char *bytes, size_t length)
{
    char *to = calloc(1, length + 2);

    assert_non_null(to);
    memcpy(to, bytes, length);
    return to;
}

#define BYTES(literal) literal, sizeof(literal) - 1

static void test_encodings(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *text; /* NULL: refused */
    } cases[] = {
        {BYTES("a: 1\n"), "a: 1\n"},
        {BYTES(""), ""},
        {BYTES("\xef\xbb\xbf"), ""},
        {BYTES("\xef\xbb\xbf"
               "a"),
         "a"},
        {BYTES("\xef\xbb"), "\xef\xbb"},
        {BYTES("\xff\xfe"
               "a\0:\0"),
         "a:"},
        {BYTES("\xfe\xff"
               "\0a\0:"),
         "a:"},
        {BYTES("\xff\xfe"), ""},
        {BYTES("\xff\xfe\xe9\0\x3d\xd8\0\xde"), "\xc3\xa9\xf0\x9f\x98\x80"},
        {BYTES("\xfe\xff\xd8\x3d\xde\0\x20\xac"), "\xf0\x9f\x98\x80\xe2\x82\xac"},
        {BYTES("\xff\xfe"
               "a"),
         NULL},
        {BYTES("\xff\xfe\x3d\xd8"), NULL},
        {BYTES("\xff\xfe\x3d\xd8"
               "a\0"),
         NULL},
        {BYTES("\xff\xfe\0\xde"), NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct source source;
        const char *error =
            source_init(&source, TEXT("f"), copy(cases[i].bytes, cases[i].length), cases[i].length);

        if (cases[i].text) {
            assert_null(error);
            assert_true(text_is(source.text, cases[i].text));
            assert_int_equal(source.text.at[source.text.length], '\0');
            assert_int_equal(source.text.at[source.text.length + 1], '\0');
        } else {
            assert_non_null(error);
        }
        source_done(&source);
    }
}

static const char places[] = "ab\n" /* 0 */
                             "\n"   /* 3 */
                             "c\xc3\xa9\xf0\x9f\x98\x80"
                             "d\r\n" /* 4: c 4, e 5, smile 7, d 11, CR 12, LF 13 */
                             "end";  /* 14 */

static const struct place_case {
    uint32_t offset, line, column;
} place_cases[] = {
    {0, 1, 1},  {1, 1, 2},  {2, 1, 3},  {3, 2, 1},  {4, 3, 1},  {5, 3, 2},  {7, 3, 3},   {11, 3, 4},
    {12, 3, 5}, {13, 3, 5}, {14, 4, 1}, {16, 4, 3}, {17, 4, 4}, {99, 4, 4}, {500, 4, 4},
};

static void check_place(struct source *source, const struct place_case *place)
{
    struct span span = source_span(source, place->offset, place->offset);

    assert_int_equal(span.line, place->line);
    assert_int_equal(span.column, place->column);
    assert_int_equal(span.end_line, place->line);
    assert_int_equal(span.end_column, place->column);
}

static void test_places(void **state)
{
    const size_t count = sizeof place_cases / sizeof *place_cases;
    struct source source;
    struct span span;

    (void)state;
    assert_null(source_init(&source, TEXT("f"), copy(BYTES(places)), sizeof places - 1));
    for (size_t i = 0; i < count; i++)
        check_place(&source, &place_cases[i]);
    for (size_t i = count; i-- > 0;)
        check_place(&source, &place_cases[i]);
    /* From every place to every other one. */
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            check_place(&source, &place_cases[i]);
            check_place(&source, &place_cases[j]);
        }
    span = source_span(&source, 5, 15);
    assert_int_equal(span.line, 3);
    assert_int_equal(span.column, 2);
    assert_int_equal(span.end_line, 4);
    assert_int_equal(span.end_column, 2);
    source_done(&source);
}

static void test_lines(void **state)
{
    static const struct {
        const char *text, *lines[4];
    } cases[] = {
        {"", {"", ""}},
        {"a", {"a", ""}},
        {"a\n", {"a", ""}},
        {"a\r\nb", {"a", "b", ""}},
        {"\n\nc\n", {"", "", "c", ""}},
        {"a\rb\n", {"a\rb", ""}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct source source;
        size_t length = strlen(cases[i].text);

        assert_null(source_init(&source, TEXT("f"), copy(cases[i].text, length), length));
        for (size_t line = 0; line < 4 && cases[i].lines[line]; line++)
            assert_true(text_is(source_line(&source, line + 1), cases[i].lines[line]));
        assert_int_equal(source_line(&source, 0).length, 0);
        source_done(&source);
    }
}

/* An empty file and the end of one have places too. */
static void test_ends(void **state)
{
    struct source source;
    struct span span;

    (void)state;
    assert_null(source_init(&source, TEXT("f"), copy(BYTES("")), 0));
    span = source_span(&source, 0, 0);
    assert_int_equal(span.line, 1);
    assert_int_equal(span.column, 1);
    source_done(&source);
    assert_null(source_init(&source, TEXT("f"), copy(BYTES("ab\n")), 3));
    span = source_span(&source, 3, 3);
    assert_int_equal(span.line, 1);
    assert_int_equal(span.column, 3);
    source_done(&source);
}

/* One line of LENGTH bytes. */
static void make_line(struct source *source, size_t length)
{
    char *bytes = calloc(1, length + 2);

    assert_non_null(bytes);
    memset(bytes, 'x', length);
    assert_null(source_init(source, TEXT("f"), bytes, length));
}

/* A million questions about one line of a megabyte, forwards and backwards. */
static void test_long_line(void **state)
{
    const size_t length = 1000000;
    struct source source;

    (void)state;
    make_line(&source, length);
    for (size_t i = 0; i < length; i++)
        assert_int_equal(source_span(&source, i, i + 1).column, i + 1);
    for (size_t i = length; i-- > 0;)
        assert_int_equal(source_span(&source, i, i).column, i + 1);
    source_done(&source);
}

/* The same between two far places of one line, and for the line itself: nothing walks there. */
static void test_far_places(void **state)
{
    const size_t length = 1000000;
    struct source source;

    (void)state;
    make_line(&source, length);
    for (size_t i = 0; i < length / 2; i++) {
        assert_int_equal(source_span(&source, i, length - i).end_column, length - i + 1);
        assert_int_equal(source_line(&source, 1).length, length);
        assert_int_equal(source_line_from(&source, 1, i + 1).length, length - i);
    }
    source_done(&source);
}

/* Every place of a text in which pieces begin anywhere, against a plain count. */
static void test_pieces(void **state)
{
    static const char *const parts[] = {"a",        "bc",           "\n",
                                        "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    const size_t count = sizeof parts / sizeof *parts, room = 20000;
    char *bytes = calloc(1, room + 8);
    struct source source;
    size_t length = 0, size;
    uint32_t line = 1, column = 1, seed = 1;

    (void)state;
    assert_non_null(bytes);
    while (length < room) {
        const char *part = parts[(seed >> 16) % (length % 3000 < 2000 && seed & 1 ? 2 : count)];

        seed = seed * 1103515245 + 12345;
        memcpy(bytes + length, part, strlen(part));
        length += strlen(part);
    }
    assert_null(source_init(&source, TEXT("f"), bytes, length));
    for (size_t at = 0; at < length; at += size) {
        struct span span = source_span(&source, at, at);
        uint32_t code = utf8_read(text_slice(source.text, at, length), &size);

        assert_int_equal(span.line, line);
        assert_int_equal(span.column, column);
        if (code == '\n') {
            line++;
            column = 1;
        } else {
            assert_ptr_equal(source_line_from(&source, line, column).at, bytes + at);
            column++;
        }
    }
    source_done(&source);
}

/* What is no UTF-8, with the end of a piece at each of its bytes. */
static void test_pieces_of_other_bytes(void **state)
{
    static const char *const parts[] = {"\xde\x97\x97\x97\x97\x97\x97", "\xf4\xf4\x97\x97\x97",
                                        "\xf0\x9f\x98\x80\x80\x80\x80", "\xe2\x82\xe2\x82"};

    (void)state;
    for (size_t i = 0; i < 600; i++) {
        const char *part = parts[i % 4];
        size_t before = i / 4 + 200, length = before + strlen(part);
        char *bytes = calloc(1, length + 8);
        struct source source;

        assert_non_null(bytes);
        memset(bytes, 'a', before);
        memcpy(bytes + before, part, strlen(part));
        assert_null(source_init(&source, TEXT("f"), bytes, length));
        assert_int_equal(source_span(&source, length, length).column, utf8_count(source.text) + 1);
        source_done(&source);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encodings), cmocka_unit_test(test_places),
        cmocka_unit_test(test_lines),     cmocka_unit_test(test_ends),
        cmocka_unit_test(test_long_line), cmocka_unit_test(test_far_places),
        cmocka_unit_test(test_pieces),    cmocka_unit_test(test_pieces_of_other_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
