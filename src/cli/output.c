/*
 * Where the reports of a run go: to standard output, or each to a file of its own.
 */
#include "cli/output.h"
#include "base/memory.h"
#include "base/near.h"
#include "base/replace.h"
#include "cli/command.h"
#include <stdlib.h>
#include <string.h>

static void output_unknown_format(struct text name)
{
    struct near near;

    near_init(&near, name);
    for (size_t i = 0; i < reporter_count; i++)
        near_offer(&near, text_of(reporters[i].name));
    report_tell("krug: unknown format `%.*s`", TEXT_ARGS(name));
    if (near.best.at)
        report_tell("; did you mean `%.*s`?", TEXT_ARGS(near.best));
    fputs("\nthere are", stderr);
    for (size_t i = 0; i < reporter_count; i++)
        report_tell("%s %s", i ? "," : "", reporters[i].name);
    fputc('\n', stderr);
}

/* "NAME" or "NAME:FILE". */
static bool output_read(struct output *output, const char *value)
{
    const char *colon = strchr(value, ':');
    struct text name = text_of(value);

    if (colon)
        name.length = (size_t)(colon - name.at);
    output->reporter = reporter_find(name);
    output->file = colon ? colon + 1 : NULL;
    if (!output->reporter) {
        output_unknown_format(name);
        return false;
    }
    if (colon && !colon[1]) {
        report_tell("krug: --format %s names no file behind the colon\n", value);
        return false;
    }
    return true;
}

static bool output_same_place(const struct output *a, const struct output *b)
{
    if (!a->file && !b->file) {
        fputs(
            "krug: only one report can go to standard output: give the others a file, NAME:FILE\n",
            stderr);
        return true;
    }
    if (!a->file || !b->file || strcmp(a->file, b->file))
        return false;
    report_tell("krug: two reports cannot go to one file, %s: give each its own\n", a->file);
    return true;
}

bool outputs_read(struct outputs *outputs, const struct options *options)
{
    const struct option_values *formats = &options->values[OPTION_FORMAT];

    outputs->items = memory_get((formats->count + 1) * sizeof *outputs->items);
    for (size_t i = 0; i < formats->count; i++) {
        struct output *output = &outputs->items[outputs->count++];

        if (!output_read(output, formats->items[i]))
            return false;
        for (size_t j = 0; j < i; j++)
            if (output_same_place(&outputs->items[j], output))
                return false;
    }
    if (!formats->count)
        outputs->items[outputs->count++].reporter = reporter_find(TEXT("console"));
    return true;
}

static bool output_to_file(const struct output *output, const struct run *run,
                           const struct report_style *style)
{
    struct replace replace;
    const char *error = replace_open(&replace, output->file);

    if (!error) {
        output->reporter->write(run, style, replace.stream);
        error = replace_close(&replace);
    }
    if (error)
        report_tell("krug: %s could not be written: %s\n", output->file, error);
    return !error;
}

bool outputs_write(const struct outputs *outputs, const struct run *run,
                   const struct report_style *style)
{
    struct report_style plain = *style;
    bool written = true;

    plain.color = false;
    for (size_t i = 0; i < outputs->count; i++) {
        const struct output *output = &outputs->items[i];

        if (output->file) {
            written &= output_to_file(output, run, &plain);
            continue;
        }
        output->reporter->write(run, style, stdout);
        written &= output_finish(stdout, NULL);
    }
    return written;
}

void outputs_done(struct outputs *outputs)
{
    free(outputs->items);
}
