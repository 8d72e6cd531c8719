/*
 * JSON out: numbers as Go's encoding/json writes them, escapes, commas and lines; and that somebody
 * else's parser reads all of it.
 */
#include "base/json.h"
#include <float.h>
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    double value;
    const char *text;
} numbers[] = {
    {0, "0"},
    {-0.0, "-0"},
    {1, "1"},
    {-1, "-1"},
    {1.5, "1.5"},
    {0.1, "0.1"},
    {-0.1, "-0.1"},
    {0.1 + 0.2, "0.30000000000000004"},
    {1.0 / 3, "0.3333333333333333"},
    {100, "100"},
    {123456789, "123456789"},
    {1e20, "100000000000000000000"},
    {123456789012345680000.0, "123456789012345680000"},
    {999999999999999900000.0, "999999999999999900000"},
    {1e21, "1e+21"},
    {-1e21, "-1e+21"},
    {1.5e21, "1.5e+21"},
    {1e22, "1e+22"},
    {1e100, "1e+100"},
    {DBL_MAX, "1.7976931348623157e+308"},
    {-DBL_MAX, "-1.7976931348623157e+308"},
    {1e-5, "0.00001"},
    {1e-6, "0.000001"},
    {1.5e-6, "0.0000015"},
    {1.2345678901234567e-6, "0.0000012345678901234567"},
    {-1.2345678901234567e-6, "-0.0000012345678901234567"},
    {9.99999999999999e-7, "9.99999999999999e-7"},
    {1e-7, "1e-7"},
    {-1e-7, "-1e-7"},
    {1.5e-9, "1.5e-9"},
    {1e-10, "1e-10"},
    {1e-100, "1e-100"},
    {5e-324, "5e-324"},
    {-5e-324, "-5e-324"},
    {DBL_MIN, "2.2250738585072014e-308"},
    {9007199254740993.0, "9007199254740992"},
    {18446744073709551615.0, "18446744073709552000"},
    {4294967296.5, "4294967296.5"},
    {3.14, "3.14"},
};

static void writes_numbers_as_go_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        char text[JSON_NUMBER_SIZE];

        json_number_text(numbers[i].value, text);
        assert_string_equal(text, numbers[i].text);
    }
}

/* The shortest digits that read back, over numbers of every exponent. */
static void numbers_read_back(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        double value;
        char text[JSON_NUMBER_SIZE];

        seed = seed * 6364136223846793005u + 1442695040888963407u;
        memcpy(&value, &seed, sizeof value);
        if (!isfinite(value))
            continue;
        json_number_text(value, text);
        assert_true(strlen(text) < JSON_NUMBER_SIZE);
        assert_true(strtod(text, NULL) == value);
    }
}

/* What WRITE writes, with a NUL behind it. */
static char *written(void (*write)(struct json *json))
{
    char *text = NULL;
    size_t length;
    struct json json = {.stream = open_memstream(&text, &length)};

    assert_non_null(json.stream);
    write(&json);
    assert_int_equal(fclose(json.stream), 0);
    return text;
}

static void write_everything(struct json *json)
{
    json_begin(json, '{');
    json_key(json, "list");
    json_begin(json, '[');
    json_write_null(json);
    json_write_bool(json, true);
    json_write_bool(json, false);
    json_write_integer(json, INT64_MIN);
    json_write_integer(json, INT64_MAX);
    json_write_unsigned(json, UINT64_MAX);
    json_write_number(json, 0.5);
    json_write_string(json, NULL);
    json_write_string(json, "");
    json_write_text(json, TEXT("a\0b"));
    json_begin(json, '[');
    json_end(json, ']');
    json_begin(json, '{');
    json_end(json, '}');
    json_end(json, ']');
    json_key_text(json, TEXT("\"\n"));
    json_write_integer(json, 1);
    json_key(json, "");
    json_begin(json, '{');
    json_key(json, "x");
    json_begin(json, '[');
    json_begin(json, '[');
    json_end(json, ']');
    json_begin(json, '[');
    json_write_integer(json, 2);
    json_end(json, ']');
    json_end(json, ']');
    json_end(json, '}');
    json_end(json, '}');
}

static void places_commas(void **state)
{
    char *text = written(write_everything);
    json_t *value;

    (void)state;
    assert_string_equal(text, "{\"list\":[null,true,false,-9223372036854775808,9223372036854775807,"
                              "18446744073709551615,0.5,null,\"\",\"a\\u0000b\",[],{}],"
                              "\"\\\"\\n\":1,\"\":{\"x\":[[],[2]]}}");
    value = json_loads(text, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
    assert_non_null(value);
    json_decref(value);
    free(text);
}

static void write_lines(struct json *json)
{
    json_begin(json, '[');
    for (int i = 0; i < 2; i++) {
        json_line(json);
        json_write_integer(json, i);
    }
    json_line(json);
    json_end(json, ']');
}

static void breaks_lines_where_told(void **state)
{
    char *text = written(write_lines);

    (void)state;
    assert_string_equal(text, "[\n0,\n1\n]");
    free(text);
}

static struct text quoted_text;

static void write_quoted(struct json *json)
{
    json_write_text(json, quoted_text);
}

static void escapes(void **state)
{
    static const struct {
        struct text text;
        const char *json;
    } cases[] = {
        {{"", 0}, "\"\""},
        {{NULL, 0}, "\"\""},
        {{"a/b", 3}, "\"a/b\""},
        {{"\"\\", 2}, "\"\\\"\\\\\""},
        {{"\b\f\n\r\t", 5}, "\"\\b\\f\\n\\r\\t\""},
        {{"\0\x01\x1f", 3}, "\"\\u0000\\u0001\\u001f\""},
        {{"\x7f", 1}, "\"\\u007f\""}, /* DEL */
        {{"\xc2\x80\xc2\x9b\xc2\x9f", 6},
         "\"\\u0080\\u009b\\u009f\""}, /* C1: 9b begins escape sequences */
        {{"\xc2\xa0", 2}, "\"\xc2\xa0\""},
        {{"\xc3\xa9", 2}, "\"\xc3\xa9\""},
        {{"\xe2\x80\xa8\xe2\x80\xa9", 6}, "\"\\u2028\\u2029\""},
        {{"\xf0\x9f\x98\x80", 4}, "\"\xf0\x9f\x98\x80\""},
        {{"<script>&", 9}, "\"<script>&\""},
        /* no UTF-8: one U+FFFD for each byte */
        {{"a\xff\xfe", 3}, "\"a\xef\xbf\xbd\xef\xbf\xbd\""},
        {{"\xe2\x82", 2}, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {{"\xed\xa0\x80", 3}, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {{"\xef\xbf\xbd", 3}, "\"\xef\xbf\xbd\""},
        {{"\xc3\"", 2}, "\"\xef\xbf\xbd\\\"\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text;
        json_t *value;

        quoted_text = cases[i].text;
        text = written(write_quoted);
        assert_string_equal(text, cases[i].json);
        value = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        assert_non_null(value);
        json_decref(value);
        free(text);
    }
}

/* Every code point goes through jansson and comes back. */
static void every_character_reads_back(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10ffff; code += code < 0x3000 ? 1 : 251) {
        char bytes[4], *text;
        size_t length;
        json_t *value;

        if (code >= 0xd800 && code < 0xe000)
            continue;
        length = utf8_write(code, bytes);
        quoted_text = (struct text){bytes, length};
        text = written(write_quoted);
        value = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        assert_non_null(value);
        assert_int_equal(json_string_length(value), length);
        assert_memory_equal(json_string_value(value), bytes, length);
        json_decref(value);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_numbers_as_go_does),
        cmocka_unit_test(numbers_read_back),
        cmocka_unit_test(places_commas),
        cmocka_unit_test(breaks_lines_where_told),
        cmocka_unit_test(escapes),
        cmocka_unit_test(every_character_reads_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
