/*
 * Days: which exist, the order of their numbers, and today.
 */
#include "base/date.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static const struct {
    const char *text;
    date_t date;
} cases[] = {
    {"2026-11-23", 20261123},
    {"0001-01-01", 10101},
    {"9999-12-31", 99991231},
    {"2024-02-29", 20240229},
    {"2023-02-29", 0},
    {"2000-02-29", 20000229},
    {"1900-02-29", 0},
    {"2400-02-29", 24000229},
    {"2100-02-29", 0},
    {"2026-02-28", 20260228},
    {"2026-02-30", 0},
    {"2026-04-30", 20260430},
    {"2026-04-31", 0},
    {"2026-06-31", 0},
    {"2026-09-31", 0},
    {"2026-11-31", 0},
    {"2026-12-31", 20261231},
    {"2026-12-32", 0},
    {"2026-01-00", 0},
    {"2026-00-01", 0},
    {"2026-13-01", 0},
    {"0000-01-01", 0},
    {"", 0},
    {"2026", 0},
    {"2026-1-1", 0},
    {"2026-11-2", 0},
    {"2026-11-023", 0},
    {"26-11-23", 0},
    {"2026/11/23", 0},
    {"2026-11-23 ", 0},
    {" 2026-11-23", 0},
    {"2026-11-2x", 0},
    {"-026-11-23", 0},
    {"+026-11-23", 0},
    {"2026-11-23T00:00", 0},
    {"20261123", 0},
    {"2026 11 23", 0},
    {"2026-11--3", 0},
    {"tomorrow", 0},
    {"never", 0},
};

static const struct {
    date_t date;
    uint32_t days;
    date_t sum;
} sums[] = {
    {20261123, 0, 20261123},       {20261123, 7, 20261130},   {20261123, 8, 20261201},
    {20261231, 1, 20270101},       {20240228, 1, 20240229},   {20230228, 1, 20230301},
    {20260101, 364, 20261231},     {20260101, 365, 20270101}, {20000101, 36524, 20991231},
    {20000101, 36525, 21000101},   {99991230, 1, 99991231},   {99991231, 1, 99991231},
    {99990101, 1000000, 99991231},
};

static void adds(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        assert_int_equal(date_add(sums[i].date, sums[i].days), sums[i].sum);
}

static void counts_days(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        int32_t days = date_until(sums[i].date, sums[i].sum);

        if (sums[i].sum != 99991231) /* where adding stops */
            assert_int_equal(days, sums[i].days);
        assert_int_equal(date_until(sums[i].sum, sums[i].date), -days);
        assert_int_equal(date_add(sums[i].date, (uint32_t)days), sums[i].sum);
    }
    assert_int_equal(date_until(10101, 99991231), 3652058);
}

static void reads(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (date_read(text_of(cases[i].text)) != cases[i].date)
            fail_msg("%s: %u", cases[i].text, date_read(text_of(cases[i].text)));
    assert_int_equal(date_read((struct text){NULL, 0}), 0);
    assert_int_equal(date_read(TEXT("2026-11-\0003")), 0);
}

static void writes_what_it_reads(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (cases[i].date) {
            char text[11];

            date_write(cases[i].date, text);
            assert_string_equal(text, cases[i].text);
        }
}

static void compares_as_numbers(void **state)
{
    (void)state;
    assert_true(date_read(TEXT("2026-11-23")) < date_read(TEXT("2026-11-24")));
    assert_true(date_read(TEXT("2026-11-30")) < date_read(TEXT("2026-12-01")));
    assert_true(date_read(TEXT("2026-12-31")) < date_read(TEXT("2027-01-01")));
}

/* Every day from 1600 to 2400 that the C library knows, and no other. */
static void knows_the_calendar(void **state)
{
    struct tm day = {.tm_year = 1600 - 1900, .tm_mday = 1, .tm_hour = 12};
    date_t before = 0;
    size_t count = 0;

    (void)state;
    for (; day.tm_year < 2400 - 1900; day.tm_mday++, count++) {
        date_t date;
        char text[11];

        (void)timegm(&day); /* puts the day into its month */
        date = (date_t)((day.tm_year + 1900) * 10000 + (day.tm_mon + 1) * 100 + day.tm_mday);
        date_write(date, text);
        assert_int_equal(date_read(text_of(text)), date);
        assert_true(date > before);
        before = date;
    }
    assert_in_range(count, 292190, 292200);
}

static void knows_today(void **state)
{
    date_t today = date_today();
    char text[11];

    (void)state;
    date_write(today, text);
    assert_int_equal(date_read(text_of(text)), today);
    assert_true(today > 20260101);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(adds),
        cmocka_unit_test(counts_days),
        cmocka_unit_test(writes_what_it_reads),
        cmocka_unit_test(compares_as_numbers),
        cmocka_unit_test(knows_the_calendar),
        cmocka_unit_test(knows_today),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
