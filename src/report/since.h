#ifndef KRUG_REPORT_SINCE_H
#define KRUG_REPORT_SINCE_H

#include "base/json.h"
#include "engine/since.h"
#include "report/report.h"

/* What a run was compared with and what came of that, for people: lines of the summary. */
void since_print(const struct run *run, const struct report_style *style, FILE *stream);
/* Why nothing was linted, where nothing has changed; without a line end. */
void since_print_nothing(const struct since *since, FILE *stream);
/* The value of "since" in the JSON report. */
void fields_since(struct json *json, const struct run *run);

#endif
