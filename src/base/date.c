/*
 * Days, for waivers and dated levels. There are no hours and no time zones: a day is a day in UTC.
 */
#include "base/date.h"
#include <stdio.h>
#include <time.h>

static bool date_digits(struct text text, size_t from, size_t count, uint32_t *number)
{
    *number = 0;
    for (size_t i = from; i < from + count; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        *number = *number * 10 + (uint32_t)(text.at[i] - '0');
    }
    return true;
}

static uint32_t date_days(uint32_t year, uint32_t month)
{
    static const uint32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

date_t date_read(struct text text)
{
    uint32_t year, month, day;

    if (text.length != 10 || text.at[4] != '-' || text.at[7] != '-' ||
        !date_digits(text, 0, 4, &year) || !date_digits(text, 5, 2, &month) ||
        !date_digits(text, 8, 2, &day))
        return 0;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > date_days(year, month))
        return 0;
    return year * 10000 + month * 100 + day;
}

date_t date_today(void)
{
    time_t now = time(NULL);
    struct tm utc;

    if (!gmtime_r(&now, &utc))
        return 0;
    return (date_t)(utc.tm_year + 1900) * 10000 + (date_t)(utc.tm_mon + 1) * 100 +
           (date_t)utc.tm_mday;
}

/* How many days DATE is behind the first of March of the year 0: years begin in March here, so that
 * the day that comes and goes is their last. */
static int32_t date_number(date_t date)
{
    int32_t year = (int32_t)(date / 10000), month = (int32_t)(date / 100 % 100);
    int32_t day = (int32_t)(date % 100);

    if (month < 3) {
        year--;
        month += 12;
    }
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day;
}

int32_t date_until(date_t from, date_t to)
{
    return date_number(to) - date_number(from);
}

date_t date_add(date_t date, uint32_t days)
{
    uint32_t year = date / 10000, month = date / 100 % 100, day = date % 100;

    for (; days > date_days(year, month) - day; month = month % 12 + 1, year += month == 1) {
        if (year == 9999 && month == 12)
            return 99991231;
        days -= date_days(year, month) - day + 1;
        day = 1;
    }
    return year * 10000 + month * 100 + day + days;
}

void date_write(date_t date, char to[11])
{
    snprintf(to, 11, "%04u-%02u-%02u", date / 10000 % 10000, date / 100 % 100, date % 100);
}
