/*
 * Whole files into memory, and paths as text. Reading is by read() and not by mmap: a file that is
 * cut short by somebody else while it is read then gives a short text and not a SIGBUS.
 */
#include "base/file.h"
#include "base/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char file_too_large[] = "larger than 64 MiB";

static const char *file_read_all(int handle, char **bytes, size_t *length, size_t guess)
{
    size_t capacity = guess + 3, used = 0;
    char *at = memory_resize(NULL, capacity);

    for (;;) {
        ssize_t got = read(handle, at + used, capacity - used - 2);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || used + (size_t)got > FILE_SIZE_MAX) {
            free(at);
            return got < 0 ? strerror(errno) : file_too_large;
        }
        if (!got)
            break;
        used += (size_t)got;
        if (capacity - used <= 2) {
            capacity += capacity / 2 + 4096;
            at = memory_resize(at, capacity);
        }
    }
    at[used] = at[used + 1] = '\0';
    *bytes = at;
    *length = used;
    return NULL;
}

/* Whether somebody wrote to the file since it was as BEFORE: half of the old text and half of the
 * new one say what nobody wrote. */
static bool file_has_changed(int handle, const struct stat *before)
{
    struct stat now;

    return fstat(handle, &now) || now.st_size != before->st_size ||
           now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
           now.st_mtim.tv_nsec != before->st_mtim.tv_nsec;
}

const char *file_read(const char *path, char **bytes, size_t *length)
{
    struct stat status;
    const char *error;
    int handle;

    if (!strcmp(path, "-"))
        return file_read_all(STDIN_FILENO, bytes, length, 65536);
    /* O_NONBLOCK: opening a FIFO must not wait for a writer. */
    handle = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (handle < 0)
        return strerror(errno);
    if (fstat(handle, &status))
        error = strerror(errno);
    else if (S_ISDIR(status.st_mode))
        error = strerror(EISDIR);
    else if (!S_ISREG(status.st_mode))
        error = "not a regular file";
    else if (status.st_size > FILE_SIZE_MAX)
        error = file_too_large;
    else
        error = file_read_all(handle, bytes, length, (size_t)status.st_size);
    if (!error && file_has_changed(handle, &status)) {
        error = "it was changed while it was read";
        free(*bytes);
    }
    close(handle);
    return error;
}

bool file_is_absent(int error)
{
    return error == ENOENT || error == ENOTDIR;
}

const char *file_mode(const char *path, bool follow, mode_t *mode)
{
    struct stat status;

    *mode = 0;
    if (!(follow ? stat(path, &status) : lstat(path, &status)))
        *mode = status.st_mode;
    else if (!file_is_absent(errno))
        return strerror(errno);
    return NULL;
}

static size_t path_slash(struct text path)
{
    size_t i = path.length;

    while (i && path.at[i - 1] != '/')
        i--;
    return i;
}

struct text path_directory(struct text path)
{
    size_t slash = path_slash(path);

    return text_slice(path, 0, slash > 1 ? slash - 1 : slash);
}

struct text path_name(struct text path)
{
    return text_slice(path, path_slash(path), path.length);
}

struct text path_extension(struct text path)
{
    struct text name = path_name(path);
    size_t i = name.length;

    while (i > 1 && name.at[i - 1] != '.')
        i--;
    return i > 1 ? text_slice(name, i - 1, name.length) : TEXT("");
}

struct text path_join(struct arena *arena, struct text directory, struct text name)
{
    bool slash;
    char *at;

    if (!directory.length)
        return arena_copy(arena, name);
    if (!name.length)
        return arena_copy(arena, directory);
    slash = directory.at[directory.length - 1] != '/';
    at = arena_get(arena, directory.length + slash + name.length + 1);
    memcpy(at, directory.at, directory.length);
    if (slash)
        at[directory.length] = '/';
    memcpy(at + directory.length + slash, name.at, name.length);
    at[directory.length + slash + name.length] = '\0';
    return (struct text){at, directory.length + slash + name.length};
}

struct text path_clean(struct arena *arena, struct text path)
{
    bool absolute = path.length && path.at[0] == '/';
    char *clean = arena_get(arena, path.length + 2);
    size_t length = 0, floor = 0; /* below FLOOR stand only ".." that lead out */
    struct text part;

    while (text_cut(&path, '/', &part)) {
        if (!part.length || text_is(part, "."))
            continue;
        if (text_is(part, "..") && length > floor) {
            while (length > floor && clean[--length] != '/')
                ;
            continue;
        }
        if (text_is(part, "..") && absolute)
            continue;
        if (length || absolute)
            clean[length++] = '/';
        memcpy(clean + length, part.at, part.length);
        length += part.length;
        if (text_is(part, ".."))
            floor = length;
    }
    if (!length)
        clean[length++] = absolute ? '/' : '.';
    clean[length] = '\0';
    return (struct text){clean, length};
}

bool path_below(struct text path, struct text directory)
{
    if (!directory.length || text_is(directory, "."))
        return true;
    if (text_is(directory, "/"))
        return text_starts(path, directory);
    return text_starts(path, directory) &&
           (path.length == directory.length || path.at[directory.length] == '/');
}

struct text path_relative(struct arena *arena, struct text path, struct text from)
{
    struct buffer buffer = {0};
    struct text relative;

    while (!path_below(path, from)) {
        buffer_add(&buffer, TEXT("../"));
        from = path_directory(from);
    }
    relative = text_slice(path, from.length, path.length);
    while (relative.length && relative.at[0] == '/')
        relative = text_slice(relative, 1, relative.length);
    buffer_add(&buffer, relative);
    if (!relative.length && buffer.length)
        buffer.length--;
    relative = buffer.length ? arena_copy(arena, buffer_text(&buffer)) : TEXT(".");
    buffer_done(&buffer);
    return relative;
}
