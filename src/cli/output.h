#ifndef KRUG_CLI_OUTPUT_H
#define KRUG_CLI_OUTPUT_H

#include "cli/options.h"
#include "report/report.h"

/* A report that was asked for. */
struct output {
    const struct reporter *reporter;
    const char *file; /* NULL: standard output */
};

/* The reports of a run: what --format says, else the console report. */
struct outputs {
    struct output *items;
    size_t count;
};

/* False after a message where --format names no format, or two reports would go to one place. */
bool outputs_read(struct outputs *outputs, const struct options *options);
/* Writes them all; false where one could not be written, which was told on standard error. A file
 * is written beside its place and then renamed, so that nobody ever reads half a report. */
bool outputs_write(const struct outputs *outputs, const struct run *run,
                   const struct report_style *style);
void outputs_done(struct outputs *outputs);

#endif
