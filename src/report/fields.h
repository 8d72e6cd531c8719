#ifndef KRUG_REPORT_FIELDS_H
#define KRUG_REPORT_FIELDS_H

#include "base/json.h"
#include "report/report.h"

/* A key with its text, null where TEXT has no bytes at all (at == NULL); or with a number. */
void fields_text(struct json *json, const char *key, struct text text);
void fields_count(struct json *json, const char *key, size_t count);

/* The objects of krug's own JSON (json.c), for whoever writes the same in another frame. */
void fields_finding(struct json *json, const struct finding *finding);
void fields_problem(struct json *json, const struct problem *problem);
void fields_not_run(struct json *json, const struct not_run *rule);
void fields_summary(struct json *json, const struct summary *summary);

#endif
