/*
 * The baseline: what is written is read again, in an order that does not depend on how it came, and
 * what is no baseline is told with its place.
 */
#include "base/memory.h"
#include "policy/baseline.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DIGITS "0123456789abcdef0123456789abcde"
#define ENTRY(digit, level, rule)                                                                  \
    "{\"fingerprint\": \"" DIGITS digit "\", \"level\": \"" level "\", \"rule\": \"" rule          \
    "\", \"file\": \"f\"}"

static bool read_text(struct baseline *baseline, const char *text, struct problems *problems)
{
    char *bytes = memory_get(strlen(text) + 2);

    memcpy(bytes, text, strlen(text));
    return baseline_read_bytes(baseline, bytes, strlen(text), TEXT("b.json"), problems);
}

static const struct {
    const char *text, *expected; /* NULL: it is one */
} cases[] = {
    {"{\"version\": 1, \"findings\": []}", NULL},
    {"{\"version\": 1, \"findings\": [" ENTRY("0", "warn", "p/r") "]}", NULL},
    {"", "1:1 it is empty"},
    {"{\"version\": 1,\n \"findings\": [", "2:15 "},
    {"[]", "1:1 its `version` is not 1, the only one that this krug knows"},
    {"{\"version\": 2, \"findings\": []}",
     "1:13 its `version` is not 1, the only one that this krug knows"},
    {"{\"version\": 1}", "1:1 it has no list `findings`"},
    {"{\"version\": 1, \"findings\": {}}", "1:1 it has no list `findings`"},
    {"{\"version\": 1, \"findings\": [\n5]}", "2:1 this entry has no `fingerprint` of 32 digits"},
    {"{\"version\": 1, \"findings\": [\n" ENTRY("", "warn", "p/r") "]}",
     "2:1 this entry has no `fingerprint` of 32 digits"},
    {"{\"version\": 1, \"findings\": [\n" ENTRY("X", "warn", "p/r") "]}",
     "2:1 this entry has no `fingerprint` of 32 digits"},
    {"{\"version\": 1, \"findings\": [\n" ENTRY("0", "off", "p/r") "]}",
     "2:1 the `level` of this entry is not error, warn or info"},
    {"{\"version\": 1, \"findings\": [\n{\"fingerprint\": \"" DIGITS
     "0\", \"level\": \"warn\", \"file\": \"f\"}]}",
     "2:1 this entry has no `rule` and `file`"},
};

static void tells_what_is_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct baseline baseline;
        struct problems problems;
        struct buffer found = {0};

        problems_init(&problems);
        assert_int_equal(read_text(&baseline, cases[i].text, &problems), !cases[i].expected);
        assert_int_equal(problems.count, cases[i].expected != NULL);
        if (cases[i].expected) {
            assert_true(text_is(problems.items[0].file, "b.json"));
            buffer_print(&found, "%u:%u %.*s", problems.items[0].line, problems.items[0].column,
                         TEXT_ARGS(problems.items[0].message));
            assert_non_null(strstr(found.at, "this is no baseline: "));
            memmove(strstr(found.at, "this is"), strstr(found.at, ": ") + 2,
                    strlen(strstr(found.at, ": ") + 2) + 1);
            found.length = strlen(cases[i].expected);
            found.at[found.length] = '\0';
            assert_string_equal(found.at, cases[i].expected);
        }
        buffer_done(&found);
        baseline_done(&baseline);
        problems_done(&problems);
    }
}

/* The text that is written for entries; to be freed. */
static char *write_text(struct baseline *baseline)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);

    baseline_write(baseline, stream);
    fclose(stream);
    return text;
}

static struct baseline_entry entry(const char *fingerprint, const char *rule, const char *file,
                                   enum level level)
{
    return (struct baseline_entry){.fingerprint = text_of(fingerprint),
                                   .rule = text_of(rule),
                                   .file = text_of(file),
                                   .resource = TEXT("A/\"b\""),
                                   .path = TEXT("spec"),
                                   .level = level};
}

static void writes_in_order(void **state)
{
    const struct baseline_entry entries[] = {
        entry(DIGITS "0", "p/b", "x.yaml", LEVEL_ERROR),
        entry(DIGITS "1", "p/a", "x.yaml", LEVEL_WARN),
        entry(DIGITS "2", "p/z", "a.yaml", LEVEL_INFO),
    };
    struct baseline forwards = {0}, backwards = {0}, again;
    struct problems problems;
    char *first, *second, *third;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        baseline_add(&forwards, entries[i]);
        baseline_add(&backwards, entries[2 - i]);
    }
    baseline_add(&backwards, entries[1]); /* the same one is not there twice */
    first = write_text(&forwards);
    second = write_text(&backwards);
    assert_string_equal(first, second);
    assert_true(strstr(first, "a.yaml") < strstr(first, "p/a"));
    assert_true(strstr(first, "p/a") < strstr(first, "p/b"));
    problems_init(&problems);
    assert_true(read_text(&again, first, &problems));
    assert_int_equal(again.count, 3);
    assert_int_equal(baseline_find(&again, TEXT(DIGITS "1"))->level, LEVEL_WARN);
    assert_int_equal(baseline_find(&again, TEXT(DIGITS "1"))->line, 4);
    assert_null(baseline_find(&again, TEXT(DIGITS "3")));
    third = write_text(&again);
    assert_string_equal(first, third);
    free(first);
    free(second);
    free(third);
    problems_done(&problems);
    baseline_done(&forwards);
    baseline_done(&backwards);
    baseline_done(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_is_none),
        cmocka_unit_test(writes_in_order),
    };

    return cmocka_run_group_tests_name("baseline", tests, NULL, NULL);
}
