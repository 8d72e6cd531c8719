/*
 * Finds the root of a repository from the paths of a command line. Paths are resolved as the disk
 * has them (symbolic links included), so that a file has one path in the tree however it was named.
 * A policy that cannot be read or parsed does not say `root: true`: what is wrong with it is told
 * when it is read as a policy.
 */
#include "base/file.h"
#include "repo/tree.h"
#include "yaml/load.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool root_document_says(struct source *source)
{
    struct loader loader;
    struct document document;
    bool says = false;

    loader_init(&loader, source);
    while (!says && loader_next(&loader, &document)) {
        const struct node *root = node_find(document.root, TEXT("root"));

        says = root && root->type == NODE_BOOL && root->boolean;
    }
    loader_done(&loader);
    return says;
}

static bool root_policy_says(struct arena *arena, struct text directory)
{
    struct text path = path_join(arena, directory, TEXT(".policy/policy.yaml"));
    struct source source;
    char *bytes;
    size_t length;
    bool says;

    if (file_read(path.at, &bytes, &length))
        return false;
    says = !source_init(&source, path, bytes, length) && root_document_says(&source);
    source_done(&source);
    return says;
}

static bool root_has_git(struct arena *arena, struct text directory)
{
    struct stat status;

    return !lstat(path_join(arena, directory, TEXT(".git")).at, &status);
}

/* The directory that PATH names or lies in. */
static const char *root_start(struct arena *arena, const char *path, struct text *start)
{
    struct stat status;
    char *real = realpath(path, NULL);

    if (!real || stat(real, &status)) {
        int error = errno;

        free(real);
        return arena_print(arena, "%s: %s", path, strerror(error)).at;
    }
    *start = arena_copy(arena, text_of(real));
    free(real);
    if (!S_ISDIR(status.st_mode))
        *start = arena_copy(arena, path_directory(*start));
    return NULL;
}

const char *tree_find_root(struct arena *arena, const char *const *paths, size_t count,
                           struct text *root)
{
    struct text common = {0}, directory;

    for (size_t i = 0; i < count; i++) {
        /* Standard input is at home where krug was started. */
        const char *error = root_start(arena, strcmp(paths[i], "-") ? paths[i] : ".", &directory);

        if (error)
            return error;
        if (!i)
            common = directory;
        while (!path_below(directory, common))
            common = arena_copy(arena, path_directory(common));
    }
    *root = common;
    for (directory = common;; directory = arena_copy(arena, path_directory(directory))) {
        if (root_has_git(arena, directory) || root_policy_says(arena, directory)) {
            *root = directory;
            return NULL;
        }
        if (directory.length <= 1)
            break;
    }
    /* Nobody wants the whole disk to be walked. */
    if (count > 1 && text_is(common, "/"))
        return arena_print(arena,
                           "%s and %s have no directory in common but /: say with --root which "
                           "directory is meant",
                           paths[0], paths[count - 1])
            .at;
    return NULL;
}

struct text tree_find_top(struct arena *arena, struct text root)
{
    for (struct text directory = root;; directory = arena_copy(arena, path_directory(directory))) {
        if (root_has_git(arena, directory))
            return directory;
        if (directory.length <= 1)
            return root;
    }
}
