#ifndef KRUG_REPORT_REPORT_H
#define KRUG_REPORT_REPORT_H

#include "engine/run.h"
#include <stdio.h>

/* How a report is to look. */
struct report_style {
    struct text root, here; /* absolute: paths for people are told as seen from HERE */
    struct text top;        /* of the git repository that ROOT is in, else ROOT: for servers */
    bool color, quiet;
    enum level fail_on; /* LEVEL_UNSET: never */
};

/* One output format. */
struct reporter {
    const char *name, *purpose;
    void (*write)(const struct run *run, const struct report_style *style, FILE *stream);
};

extern const struct reporter reporters[];
extern const size_t reporter_count;

/* NULL where there is none of that name. */
const struct reporter *reporter_find(struct text name);

/* PATH, relative to ROOT, as seen from HERE: for people, who click on it. On one line. */
struct text report_path(struct arena *arena, struct text root, struct text here, struct text path);

/* PATH, relative to the root, as seen from the top of the repository: for servers, which know that.
 */
struct text report_top_path(struct arena *arena, const struct report_style *style,
                            struct text path);

/* Whether everything lay under the built-in starter policy. */
bool report_without_policy(const struct run *run);

/* TEXT for a terminal: control characters as \x1b and the like, so that no manifest can steer it.
 */
void report_print(FILE *stream, struct text text);
/* Words of krug's own on standard error, printed in the same way: they quote what was given. */
void report_tell(const char *format, ...) ATTRIBUTE_FORMAT(1, 2);

void report_console(const struct run *run, const struct report_style *style, FILE *stream);
void report_json(const struct run *run, const struct report_style *style, FILE *stream);
void report_ndjson(const struct run *run, const struct report_style *style, FILE *stream);
void report_sarif(const struct run *run, const struct report_style *style, FILE *stream);
void report_github(const struct run *run, const struct report_style *style, FILE *stream);
void report_gitlab(const struct run *run, const struct report_style *style, FILE *stream);
void report_junit(const struct run *run, const struct report_style *style, FILE *stream);
void report_tap(const struct run *run, const struct report_style *style, FILE *stream);
void report_checkstyle(const struct run *run, const struct report_style *style, FILE *stream);
void report_html(const struct run *run, const struct report_style *style, FILE *stream);

#endif
