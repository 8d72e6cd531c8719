/*
 * Finds the root of a repository from the paths of a command line. Paths are resolved as the disk
 * has them (symbolic links included), so that a file has one path in the tree however it was named.
 * A policy that cannot be read or parsed does not say `root: true`: what is wrong with it is told
 * when it is read as a policy. Where it would not be read, as no root lies further out, nobody can
 * say which directory is meant.
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

static const char *root_cannot_read(struct arena *arena, struct text path, const char *reason)
{
    return arena_print(arena, "%.*s cannot be read: %s", TEXT_ARGS(path), reason).at;
}

static const char *root_ask_policy(struct arena *arena, struct text directory, bool *says)
{
    struct text path = path_join(arena, directory, TEXT(".policy/policy.yaml"));
    struct source source;
    const char *error;
    char *bytes = NULL;
    size_t length = 0;
    mode_t mode;

    *says = false;
    error = file_mode(path.at, true, &mode);
    if (!error && mode)
        error = file_read(path.at, &bytes, &length);
    if (error)
        return root_cannot_read(arena, path, error);
    if (mode) {
        *says = !source_init(&source, path, bytes, length) && root_document_says(&source);
        source_done(&source);
    }
    return NULL;
}

static const char *root_ask_git(struct arena *arena, struct text directory, bool *has)
{
    struct text path = path_join(arena, directory, TEXT(".git"));
    mode_t mode;
    const char *error = file_mode(path.at, false, &mode);

    *has = mode;
    return error ? root_cannot_read(arena, path, error) : NULL;
}

/* Whether DIRECTORY (absolute) lies in a repository, whose root is *ROOT. What cannot be read is
 * for tree_find_root to tell. */
static bool root_is_repository(struct arena *arena, struct text directory, struct text *root)
{
    for (;; directory = arena_copy(arena, path_directory(directory))) {
        bool git = false, policy = false;

        *root = directory;
        if ((!root_ask_git(arena, directory, &git) && git) ||
            (!root_ask_policy(arena, directory, &policy) && policy))
            return true;
        if (directory.length <= 1)
            return false;
    }
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

const char *tree_check_link(struct arena *arena, const char *path)
{
    struct text place = path_directory(text_of(path)), from = {0}, to, root;
    const char *error = root_start(arena, place.length ? arena_copy(arena, place).at : ".", &from);
    char *real;

    if (error)
        return error;
    /* one that lies in no repository is how people get to theirs */
    if (!root_is_repository(arena, from, &root))
        return NULL;
    real = realpath(path, NULL);
    if (!real)
        return arena_print(arena, "%s: %s", path, strerror(errno)).at;
    to = arena_copy(arena, text_of(real));
    free(real);
    return path_below(to, root) ? NULL
                                : arena_print(arena, "%s: a symbolic link that leads out of %.*s",
                                              path, TEXT_ARGS(root))
                                      .at;
}

const char *tree_find_root(struct arena *arena, const char *const *paths, size_t count,
                           struct text *root)
{
    struct text common = {0}, start = {0}, directory;
    const char *unread = NULL;

    for (size_t i = 0; i < count; i++) {
        /* Standard input is at home where krug was started. */
        const char *error = root_start(arena, strcmp(paths[i], "-") ? paths[i] : ".", &start);

        if (error)
            return error;
        if (!i)
            common = start;
        while (!path_below(start, common))
            common = arena_copy(arena, path_directory(common));
    }
    *root = common;
    for (directory = common;; directory = arena_copy(arena, path_directory(directory))) {
        bool is_root;
        const char *error = root_ask_git(arena, directory, &is_root);

        if (error)
            return error;
        if (!is_root)
            error = root_ask_policy(arena, directory, &is_root);
        if (is_root) {
            *root = directory;
            return NULL;
        }
        if (!unread && !text_equal(directory, common)) /* COMMON's is read whichever is the root */
            unread = error;
        if (directory.length <= 1)
            break;
    }
    if (unread)
        return unread;
    /* Nobody wants the whole disk to be walked. */
    if (count > 1 && text_is(common, "/"))
        return arena_print(arena,
                           "%s and %s have no directory in common but /: say with --root which "
                           "directory is meant",
                           paths[0], paths[count - 1])
            .at;
    return NULL;
}

const char *tree_find_top(struct arena *arena, struct text root, struct text *top)
{
    *top = root;
    for (struct text directory = root;; directory = arena_copy(arena, path_directory(directory))) {
        bool has;
        const char *error = root_ask_git(arena, directory, &has);

        if (has)
            *top = directory;
        if (error || has || directory.length <= 1)
            return error;
    }
}
