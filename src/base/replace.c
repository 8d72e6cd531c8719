/*
 * Writing a file so that nobody ever sees half of it: a new file beside it, then a rename. A
 * symbolic link stays one, and what it leads to is replaced; the mode stays, and a file that may
 * not be written is not replaced.
 */
#include "base/replace.h"
#include "base/file.h"
#include "base/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *replace_name(const char *path)
{
    size_t size = strlen(path) + 32; /* a number and two dots more */
    char *name = memory_get(size);

    snprintf(name, size, "%s.%ld.new", path, (long)getpid());
    return name;
}

static char *replace_copy(const char *path)
{
    size_t size = strlen(path) + 1;

    return memcpy(memory_get(size), path, size);
}

static void replace_done(struct replace *replace)
{
    memory_note_file(NULL);
    free(replace->path);
    free(replace->beside);
    *replace = (struct replace){0};
}

static const char *replace_failed(struct replace *replace, int error)
{
    replace_done(replace);
    return strerror(error);
}

const char *replace_open(struct replace *replace, const char *path)
{
    char *real = realpath(path, NULL);
    struct stat status = {0};
    int handle, error = real || file_is_absent(errno) ? 0 : errno;
    bool exists = !stat(path, &status), beside = !exists || S_ISREG(status.st_mode);

    if (!exists && !file_is_absent(errno))
        error = errno;
    *replace = (struct replace){.path = real ? real : replace_copy(path)};
    if (error) /* what is there must not be taken for nothing */
        return replace_failed(replace, error);
    if (beside)
        replace->beside = replace_name(replace->path);
    if (exists && beside && access(path, W_OK)) /* a rename would not ask */
        return replace_failed(replace, errno);
    handle = beside ? open(replace->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)
                    : open(replace->path, O_WRONLY | O_CLOEXEC);
    if (handle < 0)
        return replace_failed(replace, errno);
    memory_note_file(replace->beside);
    /* a file system without modes is no reason to fail */
    if (exists && beside)
        (void)!fchmod(handle, status.st_mode & 07777);
    replace->stream = fdopen(handle, "w");
    if (replace->stream)
        return NULL;
    error = errno;
    close(handle);
    if (beside)
        unlink(replace->beside);
    return replace_failed(replace, error);
}

const char *replace_close(struct replace *replace)
{
    const char *reason = NULL;
    int error = ferror(replace->stream) ? EIO : 0;

    errno = 0;
    if (fflush(replace->stream))
        error = errno;
    if (fclose(replace->stream) && !error)
        error = errno;
    if (!error && replace->beside && rename(replace->beside, replace->path))
        error = errno;
    if (error) {
        reason = strerror(error);
        if (replace->beside)
            unlink(replace->beside);
    }
    replace_done(replace);
    return reason;
}
