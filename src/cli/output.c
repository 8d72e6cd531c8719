/*
 * Where reports go. A file gets its report in one step: it is written under another name in the
 * same directory and renamed when all of it is there, so that a full disk or a crash leaves the old
 * report. What is no regular file (a terminal, a pipe, /dev/null) is written to as it is.
 */
#include "cli/output.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/near.h"
#include "cli/command.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void output_unknown_format(struct text name)
{
    struct near near;

    near_init(&near, name);
    for (size_t i = 0; i < reporter_count; i++)
        near_offer(&near, text_of(reporters[i].name));
    fprintf(stderr, "krug: unknown format `%.*s`", TEXT_ARGS(name));
    if (near.best.at)
        fprintf(stderr, "; did you mean `%.*s`?", TEXT_ARGS(near.best));
    fputs("\nthere are", stderr);
    for (size_t i = 0; i < reporter_count; i++)
        fprintf(stderr, "%s %s", i ? "," : "", reporters[i].name);
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
        fprintf(stderr, "krug: --format %s names no file behind the colon\n", value);
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
    fprintf(stderr, "krug: two reports cannot go to one file, %s: give each its own\n", a->file);
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

static bool output_failed(const char *file, const char *reason)
{
    fprintf(stderr, "krug: %s could not be written: %s\n", file, reason);
    return false;
}

/* What a new file may be, by the umask, which can only be read by setting it. */
static mode_t output_new_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0666 & ~mask;
}

/* Opens a file beside PATH, whose name *BESIDE is then, with MODE. NULL with errno. */
static FILE *output_open_beside(struct arena *arena, struct text path, mode_t mode, char **beside)
{
    struct text name = path_join(arena, path_directory(path), TEXT(".krug-XXXXXX"));
    int handle;

    *beside = arena_get(arena, name.length + 1);
    memcpy(*beside, name.at, name.length + 1);
    handle = mkostemp(*beside, O_CLOEXEC);
    if (handle < 0)
        return NULL;
    /* a file system without modes is no reason to fail */
    (void)!fchmod(handle, mode);
    return fdopen(handle, "w");
}

/* Flushes and closes; errno is what went wrong first. */
static bool output_close(FILE *stream)
{
    bool written = !fflush(stream) && !ferror(stream);
    int error = errno;

    if (fclose(stream) && written)
        return false;
    errno = error;
    return written;
}

/* Writes to PATH, which is a regular file or nothing yet. */
static bool output_replace(const struct output *output, struct text path, mode_t mode,
                           const struct run *run, const struct report_style *style)
{
    struct arena arena = {0};
    char *beside;
    FILE *stream = output_open_beside(&arena, path, mode, &beside);
    bool written = stream;

    if (written) {
        output->reporter->write(run, style, stream);
        written = output_close(stream) && !rename(beside, path.at);
    }
    if (!written)
        output_failed(output->file, strerror(errno));
    if (!written && stream)
        unlink(beside);
    arena_done(&arena);
    return written;
}

/* Writes into what stands there and is no regular file. */
static bool output_into(const struct output *output, const struct run *run,
                        const struct report_style *style)
{
    FILE *stream = fopen(output->file, "we");

    if (!stream)
        return output_failed(output->file, strerror(errno));
    output->reporter->write(run, style, stream);
    return output_close(stream) || output_failed(output->file, strerror(errno));
}

static bool output_to_file(const struct output *output, const struct run *run,
                           const struct report_style *style)
{
    struct stat status;
    char *real;
    bool written;

    if (stat(output->file, &status))
        return output_replace(output, text_of(output->file), output_new_mode(), run, style);
    if (!S_ISREG(status.st_mode))
        return output_into(output, run, style);
    if (access(output->file, W_OK))
        return output_failed(output->file, strerror(errno));
    real = realpath(output->file, NULL); /* a link stays one */
    written = output_replace(output, text_of(real ? real : output->file), status.st_mode & 07777,
                             run, style);
    free(real);
    return written;
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
