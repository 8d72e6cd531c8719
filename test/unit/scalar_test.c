/*
 * What scalars are: every value of the golden file through the loader, as Kubernetes' own reader
 * answered, and the exact types, keys and ambiguities.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "support.h"
#include <cmocka.h>

static void check_golden(const char *value, const char *answer)
{
    struct reading got, want;
    struct buffer text = {0};
    const struct node *expected;

    buffer_print(&text, "k: %s\n", value);
    reading_init(&got, buffer_text(&text));
    assert_true(reading_next(&got));
    if (strncmp(answer, "DOC ", 4)) {
        if (!got.document.error.at)
            fail_msg("k: %s is not refused", value);
    } else {
        expected = reading_init_json(&want, text_of(answer + 4));
        if (!got.document.root || !values_equal(got.document.root, expected))
            fail_msg("k: %s is not %s", value, answer);
        reading_done(&want);
    }
    reading_done(&got);
    buffer_done(&text);
}

static void test_golden(void **state)
{
    struct reading golden;
    const struct node *list = reading_init_golden(&golden, "scalars.json");

    (void)state;
    assert_true(list->count > 100);
    for (const struct node *item = list->first; item; item = item->next)
        check_golden(node_text(node_at(item, "value", NULL)).at,
                     node_text(node_at(item, "kubectl", NULL)->first).at);
    reading_done(&golden);
}

#define TAGGED(name) "tag:yaml.org,2002:" name

static const struct scalar_case {
    const char *text, *tag;
    bool plain;
    const char *type;    /* NULL: refused */
    const char *written; /* value or error */
    const char *key;     /* NULL: none */
} scalar_cases[] = {
    {"9223372036854775807", NULL, true, "integer", "9223372036854775807", "9223372036854775807"},
    {"-9223372036854775808", NULL, true, "integer", "-9223372036854775808", "-9223372036854775808"},
    {"9223372036854775808", NULL, true, "unsigned", "9223372036854775808", NULL},
    {"18446744073709551615", NULL, true, "unsigned", "18446744073709551615", NULL},
    {"+18446744073709551615", NULL, true, "float", "18446744073709552000", "1.8446744e+19"},
    {"-9223372036854775809", NULL, true, "float", "-9223372036854776000", "-9.223372e+18"},
    {"0x10000000000000000", NULL, true, "string", "0x10000000000000000", NULL},
    {"08", NULL, true, "float", "8", "8"},
    {"0x", NULL, true, "string", "0x", "0x"},
    {"0b", NULL, true, "string", "0b", "0b"},
    {"0b-101", NULL, true, "integer", "-5", "-5"},
    {"-0b101", NULL, true, "integer", "-5", "-5"},
    {"+", NULL, true, "string", "+", "+"},
    {"+_", NULL, true, "string", "+_", "+_"},
    {"0_", NULL, true, "integer", "0", "0"},
    {".1_0", NULL, true, "float", "0.1", "0.1"},
    {".1__0", NULL, true, "string", ".1__0", ".1__0"},
    {".1_", NULL, true, "string", ".1_", ".1_"},
    {"1e", NULL, true, "string", "1e", "1e"},
    {"1e+", NULL, true, "string", "1e+", "1e+"},
    {"1.2.3", NULL, true, "string", "1.2.3", "1.2.3"},
    {"1e400", NULL, true, "string", "1e400", "1e400"},
    {"1e-400", NULL, true, "float", "0", "0"},
    {"-.5", NULL, true, "float", "-0.5", "-0.5"},
    {"true", NULL, true, "boolean", "true", "true"},
    {"y", NULL, true, "boolean", "true", "true"},
    {"y", NULL, false, "string", "y", "y"},
    {"", NULL, true, "null", "null", NULL},
    {"", NULL, false, "string", "", ""},
    {"~", NULL, true, "null", "null", NULL},
    {"~x", NULL, true, "string", "~x", "~x"},
    {".inf", NULL, true, "float", "inf", ".inf"},
    {"-.INF", NULL, true, "float", "-inf", "-.inf"},
    {".NaN", NULL, true, "float", "nan", ".nan"},
    {"1000000", NULL, true, "integer", "1000000", "1000000"},
    {"1e5", NULL, true, "float", "100000", "100000"},
    {"1e6", NULL, true, "float", "1000000", "1e+06"},
    {"123456.5", NULL, true, "float", "123456.5", "123456.5"},
    {"0.0001", NULL, true, "float", "0.0001", "0.0001"},
    {"0.00001", NULL, true, "float", "0.00001", "1e-05"},
    {"1e300", NULL, true, "float", "1e+300", ".inf"},
    {"-0.0", NULL, true, "float", "-0", "-0"},
    {"2001-12-14", NULL, true, "string", "2001-12-14", "2001-12-14"},
    {"12", "!", true, "string", "12", "12"},
    {"12", "!local", true, "string", "12", "12"},
    {"12", TAGGED("str"), true, "string", "12", "12"},
    {"12", TAGGED("int"), false, "integer", "12", "12"},
    {"12", TAGGED("float"), true, "float", "12", "12"},
    {"9223372036854775808", TAGGED("float"), true, NULL,
     "cannot decode !!int `9223372036854775808` as a !!float", NULL},
    {"1.5", TAGGED("int"), true, NULL, "cannot decode !!float `1.5` as a !!int", NULL},
    {"abc", TAGGED("bool"), true, NULL, "cannot decode !!str `abc` as a !!bool", NULL},
    {"", TAGGED("int"), true, NULL, "cannot decode !!null `` as a !!int", NULL},
    {"~", TAGGED("null"), true, "null", "null", NULL},
    {"2001-12-14", TAGGED("timestamp"), true, "string", "2001-12-14", "2001-12-14"},
    {"2001-2-29", TAGGED("timestamp"), true, NULL,
     "cannot decode !!str `2001-2-29` as a !!timestamp", NULL},
    {"2001-12-14t21:59:43.10-05:00", TAGGED("timestamp"), true, "string",
     "2001-12-14t21:59:43.10-05:00", NULL},
    {"2001-12-14T1:2:3Z", TAGGED("timestamp"), true, "string", "2001-12-14T1:2:3Z", NULL},
    {"2001-12-14 21:59:43.10", TAGGED("timestamp"), true, "string", "2001-12-14 21:59:43.10", NULL},
    {"2001-12-14 21:59:43.10 -5", TAGGED("timestamp"), true, NULL,
     "cannot decode !!str `2001-12-14 21:59:43.10 -5` as a !!timestamp", NULL},
    {"aGVsbG8=", TAGGED("binary"), true, "string", "hello", "hello"},
    {"aGVs\nbG8=\n", TAGGED("binary"), false, "string", "hello", "hello"},
    {"", TAGGED("binary"), true, "string", "", ""},
    {"gIGC", TAGGED("binary"), true, "string", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", NULL},
    {"aGVsbG8", TAGGED("binary"), true, NULL, "!!binary value contains invalid base64 data", NULL},
    {"aGVsbG8==", TAGGED("binary"), true, NULL, "!!binary value contains invalid base64 data",
     NULL},
    {"a===", TAGGED("binary"), true, NULL, "!!binary value contains invalid base64 data", NULL},
    {"aG Vs", TAGGED("binary"), true, NULL, "!!binary value contains invalid base64 data", NULL},
    {"aa==bb==", TAGGED("binary"), true, NULL, "!!binary value contains invalid base64 data", NULL},
    {"x", TAGGED("python/object:os.system"), true, "string", "x", "x"},
};

static const char *written(const struct node *node, char to[64])
{
    switch ((enum node_type)node->type) {
    case NODE_BOOL:
        return node->boolean ? "true" : "false";
    case NODE_INTEGER:
        snprintf(to, 64, "%lld", (long long)node->integer);
        return to;
    case NODE_UNSIGNED:
        snprintf(to, 64, "%llu", (unsigned long long)node->unsigned_integer);
        return to;
    case NODE_FLOAT:
        if (node->number - node->number != 0)
            snprintf(to, 64, "%s", node->number > 0 ? "inf" : node->number < 0 ? "-inf" : "nan");
        else
            json_number_text(node->number, to);
        return to;
    case NODE_STRING:
        return node->text.at;
    default:
        return "null";
    }
}

static void test_types(void **state)
{
    static const char *const types[] = {"null",     "boolean", "integer",
                                        "unsigned", "float",   "string"};

    (void)state;
    for (size_t i = 0; i < sizeof scalar_cases / sizeof *scalar_cases; i++) {
        const struct scalar_case *test = &scalar_cases[i];
        struct arena arena = {0};
        struct node node = {0};
        struct text text = arena_copy(&arena, text_of(test->text)), key;
        const char *error = scalar_resolve(&arena, &node, text, test->plain, test->tag);
        char buffer[64];

        if (!test->type) {
            assert_non_null(error);
            assert_string_equal(error, test->written);
        } else {
            assert_null(error);
            assert_string_equal(types[node.type], test->type);
            if (node.type == NODE_STRING)
                assert_true(text_is(node.text, test->written));
            else
                assert_string_equal(written(&node, buffer), test->written);
            key = scalar_key(&arena, &node, text, &error);
            if (test->key) {
                assert_null(error);
                assert_true(text_is(key, test->key));
            } else if (node.type == NODE_NULL || node.type == NODE_UNSIGNED) {
                assert_non_null(error);
            }
        }
        arena_done(&arena);
    }
}

/* Numbers longer than what is kept on the stack. */
static void test_long_numbers(void **state)
{
    struct arena arena = {0};
    struct node node = {0};
    char text[2001];

    (void)state;
    memset(text, '0', sizeof text);
    text[1999] = '7';
    text[2000] = '\0';
    assert_null(scalar_resolve(&arena, &node, text_of(text), true, NULL));
    assert_int_equal(node.type, NODE_INTEGER);
    assert_int_equal(node.integer, 7);
    memset(text, '9', 2000);
    assert_null(scalar_resolve(&arena, &node, text_of(text), true, NULL));
    assert_int_equal(node.type, NODE_STRING);
    text[0] = '.';
    assert_null(scalar_resolve(&arena, &node, text_of(text), true, NULL));
    assert_int_equal(node.type, NODE_FLOAT);
    assert_true(node.number == 1.0);
    assert_int_equal(scalar_ambiguity(text_of(text)), AMBIGUITY_NONE);
    arena_done(&arena);
}

static void test_ambiguity(void **state)
{
    static const struct {
        const char *text;
        enum ambiguity ambiguity;
    } cases[] = {
        {"", AMBIGUITY_NONE},
        {"name", AMBIGUITY_NONE},
        {"true", AMBIGUITY_NONE},
        {"False", AMBIGUITY_NONE},
        {"null", AMBIGUITY_NONE},
        {"~", AMBIGUITY_NONE},
        {"yes", AMBIGUITY_BOOLEAN},
        {"No", AMBIGUITY_BOOLEAN},
        {"OFF", AMBIGUITY_BOOLEAN},
        {"y", AMBIGUITY_BOOLEAN},
        {"N", AMBIGUITY_BOOLEAN},
        {"nO", AMBIGUITY_NONE},
        {"one", AMBIGUITY_NONE},
        {"0", AMBIGUITY_NONE},
        {"-0", AMBIGUITY_NONE},
        {"+1", AMBIGUITY_NONE},
        {"80", AMBIGUITY_NONE},
        {"8080", AMBIGUITY_NONE},
        {"0644", AMBIGUITY_OCTAL},
        {"-017", AMBIGUITY_OCTAL},
        {"00", AMBIGUITY_OCTAL},
        {"08", AMBIGUITY_NOT_OCTAL},
        {"-0800", AMBIGUITY_NOT_OCTAL},
        {"1_000", AMBIGUITY_UNDERSCORE},
        {"1_", AMBIGUITY_UNDERSCORE},
        {"0x_1f", AMBIGUITY_UNDERSCORE},
        {"2024_01_02", AMBIGUITY_UNDERSCORE},
        {"1_000.5", AMBIGUITY_UNDERSCORE},
        {"1_a", AMBIGUITY_NONE},
        {"0x1F", AMBIGUITY_NONE},
        {"0b11", AMBIGUITY_PREFIX},
        {"0o17", AMBIGUITY_PREFIX},
        {"-0B1", AMBIGUITY_PREFIX},
        {"0o8", AMBIGUITY_NONE},
        {"1.10", AMBIGUITY_TRAILING_ZERO},
        {"1.0", AMBIGUITY_TRAILING_ZERO},
        {".50", AMBIGUITY_TRAILING_ZERO},
        {"-1.20", AMBIGUITY_TRAILING_ZERO},
        {"1.5", AMBIGUITY_NONE},
        {"1.", AMBIGUITY_NONE},
        {"1.2.0", AMBIGUITY_NONE},
        {"10.0.0.0", AMBIGUITY_NONE},
        {"1e3", AMBIGUITY_EXPONENT},
        {"12e4567", AMBIGUITY_EXPONENT},
        {"1234E5", AMBIGUITY_EXPONENT},
        {"9E9999", AMBIGUITY_EXPONENT},
        {"1.5e3", AMBIGUITY_EXPONENT},
        {"12e45a", AMBIGUITY_NONE},
        {"1e", AMBIGUITY_NONE},
        {"e3", AMBIGUITY_NONE},
        {"1:30", AMBIGUITY_SEXAGESIMAL},
        {"12:30:45", AMBIGUITY_SEXAGESIMAL},
        {"-1:30", AMBIGUITY_SEXAGESIMAL},
        {"22:22", AMBIGUITY_SEXAGESIMAL},
        {"1:30.5", AMBIGUITY_SEXAGESIMAL},
        {"0:30.5", AMBIGUITY_SEXAGESIMAL},
        {"0:30", AMBIGUITY_NONE},
        {"8080:80", AMBIGUITY_NONE},
        {"80:8080", AMBIGUITY_NONE},
        {"1:60", AMBIGUITY_NONE},
        {"1:", AMBIGUITY_NONE},
        {"-:30", AMBIGUITY_NONE},
        {"+_1:30", AMBIGUITY_NONE},
        {"00:11:22:33:44:55", AMBIGUITY_NONE},
        {"9007199254740992", AMBIGUITY_NONE},
        {"9007199254740994", AMBIGUITY_LARGE},
        {"-9007199254740994", AMBIGUITY_LARGE},
        {"18446744073709551615", AMBIGUITY_LARGE},
        {"99999999999999999999999", AMBIGUITY_LARGE},
        {"0xffffffffffffffff", AMBIGUITY_LARGE},
        {".inf", AMBIGUITY_SPECIAL},
        {"-.INF", AMBIGUITY_SPECIAL},
        {".NaN", AMBIGUITY_SPECIAL},
        {"+.nan", AMBIGUITY_NONE},
        {".", AMBIGUITY_NONE},
        {"-", AMBIGUITY_NONE},
        {"--", AMBIGUITY_NONE},
        {"...", AMBIGUITY_NONE},
        {"2001-12-14", AMBIGUITY_NONE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (scalar_ambiguity(text_of(cases[i].text)) != cases[i].ambiguity)
            fail_msg("%s is %d", cases[i].text, (int)scalar_ambiguity(text_of(cases[i].text)));
    assert_null(scalar_ambiguity_name(AMBIGUITY_NONE));
    assert_string_equal(scalar_ambiguity_name(AMBIGUITY_SPECIAL), "special");
}

/* What scalar_is_string sends away is a string without ambiguity, whatever follows the first byte.
 */
static void test_is_string(void **state)
{
    struct arena arena = {0};

    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        char text[3] = {(char)byte, '1', '\0'};
        struct node node = {0};

        for (size_t length = 1; length <= 2; length++) {
            struct text part = {text, length};

            if (!scalar_is_string(part))
                continue;
            assert_null(scalar_resolve(&arena, &node, part, true, NULL));
            assert_int_equal(node.type, NODE_STRING);
            assert_int_equal(scalar_ambiguity(part), AMBIGUITY_NONE);
        }
    }
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),       cmocka_unit_test(test_types),
        cmocka_unit_test(test_long_numbers), cmocka_unit_test(test_ambiguity),
        cmocka_unit_test(test_is_string),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
