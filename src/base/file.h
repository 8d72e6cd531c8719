#ifndef KRUG_BASE_FILE_H
#define KRUG_BASE_FILE_H

#include "base/arena.h"
#include <sys/stat.h>

/* The largest file that is read: far above any manifest (an API server refuses requests over 3
 * MiB). */
enum { FILE_SIZE_MAX = 64 * 1024 * 1024 };
/* What file_read answers for a file above that size. */
extern const char file_too_large[];

/* Reads all of PATH ("-" is standard input) into *BYTES, to be freed by the caller, with two NULs
 * behind *LENGTH bytes (room for a line end that is missing). NULL, or the reason in words. */
ATTRIBUTE_CHECK const char *file_read(const char *path, char **bytes, size_t *length);

/* Whether an errno says that there is nothing at a path; others say that it cannot be told. */
bool file_is_absent(int error);
/* The type and mode of what stands at PATH, 0 where nothing does; of a symbolic link with FOLLOW
 * what it leads to, else its own. NULL, or why that cannot be told. */
ATTRIBUTE_CHECK const char *file_mode(const char *path, bool follow, mode_t *mode);

/* Paths as text; none of these looks at the disk. */
struct text path_directory(struct text path); /* "a/b" of "a/b/c"; "" of "c"; "/" of "/c" */
struct text path_name(struct text path);      /* "c" of "a/b/c" */
struct text path_extension(struct text path); /* ".yaml" of "a/b.yaml"; "" without a dot */
/* "a/b" of "a" and "b"; "b" of "" and "b". */
struct text path_join(struct arena *arena, struct text directory, struct text name);
/* Without ".", "//" and, as far as there is something to take back, ".."; "" becomes ".". */
struct text path_clean(struct arena *arena, struct text path);
/* Whether PATH is DIRECTORY or lies below it; "" holds every relative path. */
bool path_below(struct text path, struct text directory);
/* PATH, absolute and clean, as seen from the absolute and clean directory FROM. */
struct text path_relative(struct arena *arena, struct text path, struct text from);

#endif
