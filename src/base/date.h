#ifndef KRUG_BASE_DATE_H
#define KRUG_BASE_DATE_H

#include "base/text.h"

/* A day as year * 10000 + month * 100 + day, so that days compare as numbers; 0 is no day. */
typedef uint32_t date_t;

/* The day that TEXT (YYYY-MM-DD, a day that exists) names, or 0. */
date_t date_read(struct text text);
/* Today in UTC. */
date_t date_today(void);
/* The day that is DAYS (at most a million) behind DATE; the last one of the year 9999 where there
 * is none. */
date_t date_add(date_t date, uint32_t days);
/* How many days there are from FROM to TO: 0 for the same day, less for one before. */
int32_t date_until(date_t from, date_t to);
/* Writes YYYY-MM-DD and a NUL. */
void date_write(date_t date, char to[11]);

#endif
