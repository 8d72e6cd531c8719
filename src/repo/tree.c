/*
 * The files below a root, listed once at the start of a run. The walk keeps a list of directories
 * that are still to be read instead of recursing, never follows a symbolic link, and passes over
 * what is neither a file nor a directory. What `.git` and `.policy` hold is not listed; that a
 * directory has a
 * `.policy` is. Nothing is read here but directories: which files matter is for others to say.
 */
#include "repo/tree.h"
#include "base/file.h"
#include "base/memory.h"
#include "repo/git.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tree_walker {
    struct tree *tree;
    struct problems *problems;
    struct map charts;    /* directory to bool: whether it holds a Chart.yaml */
    struct text *pending; /* directories that are still to be read */
    size_t count, capacity;
};

static struct text tree_disk_path(struct arena *arena, const struct tree *tree, struct text path)
{
    return path_join(arena, tree->root, path);
}

static bool tree_is_manifest(struct text path)
{
    struct text extension = path_extension(path);

    return text_is(extension, ".yaml") || text_is(extension, ".yml") || text_is(extension, ".json");
}

static bool tree_name_hides(struct text name)
{
    return text_starts(name, TEXT(".")) || text_is(name, "node_modules");
}

static bool tree_is_hidden(struct text directory)
{
    struct text part;

    while (text_cut(&directory, '/', &part))
        if (tree_name_hides(part))
            return true;
    return false;
}

/* Never listed: git's own files, and a policy's. */
static bool tree_is_left_out(struct text path)
{
    struct text part;

    while (text_cut(&path, '/', &part))
        if (text_is(part, ".git") || text_is(part, ".policy"))
            return true;
    return false;
}

static void tree_add_file(struct tree *tree, struct text path)
{
    tree->files = memory_extend(tree->files, tree->count, &tree->capacity, sizeof *tree->files);
    tree->files[tree->count++] = (struct tree_file){.path = path,
                                                    .manifest = tree_is_manifest(path),
                                                    .hidden = tree_is_hidden(path_directory(path))};
}

/* Whether the .policy/ of DIRECTORY holds nothing but perhaps a baseline: then it says nothing, and
 * no file lies under a policy because of it. One that cannot be read is told when it is read. */
static bool tree_says_nothing(const struct tree *tree, struct text directory)
{
    struct arena scratch = {0};
    struct text policy = path_join(&scratch, directory, TEXT(".policy"));
    DIR *stream = opendir(tree_disk_path(&scratch, tree, policy).at);
    const struct dirent *entry;
    bool nothing = stream;

    errno = 0;
    while (nothing && (entry = readdir(stream)))
        nothing = entry->d_name[0] == '.' || !strcmp(entry->d_name, "baseline.json");
    nothing = nothing && !errno;
    if (stream)
        closedir(stream);
    arena_done(&scratch);
    return nothing;
}

static void tree_add_policy(struct tree *tree, struct text directory)
{
    if (tree_is_hidden(directory) || tree_says_nothing(tree, directory))
        return;
    tree->policies = memory_extend(tree->policies, tree->policy_count, &tree->policy_capacity,
                                   sizeof *tree->policies);
    tree->policies[tree->policy_count++] = directory;
}

static void tree_push(struct tree_walker *walker, struct text directory)
{
    walker->pending =
        memory_extend(walker->pending, walker->count, &walker->capacity, sizeof *walker->pending);
    walker->pending[walker->count++] = directory;
}

/* A link that is not followed would be a policy that is silently not there. */
static void tree_take_policy(struct tree_walker *walker, struct text directory, mode_t mode)
{
    struct tree *tree = walker->tree;

    if (S_ISDIR(mode))
        tree_add_policy(tree, directory);
    else if (!tree_is_hidden(directory))
        problems_add(walker->problems, path_join(&tree->arena, directory, TEXT(".policy")), 0, 0,
                     "this is no directory, and so no policy (symbolic links are not followed)");
}

/* Whether the link leads to a file that is listed under its own name. */
static bool tree_is_listed(const struct tree *tree, const char *link)
{
    char *real = realpath(link, NULL);
    struct text path = text_of(real);
    mode_t mode = 0;
    bool listed = real && path_below(path, tree->root) && !file_mode(real, false, &mode);

    if (listed) {
        path = text_slice(path, tree->root.length, path.length);
        listed = S_ISREG(mode) && tree_is_manifest(path) && !tree_is_left_out(path);
    }
    free(real);
    return listed || S_ISDIR(mode);
}

/* A manifest that is no file is not read, and that is not kept quiet. */
static void tree_pass_over(struct tree *tree, struct text path, mode_t mode)
{
    struct arena scratch = {0};

    if (mode && tree_is_manifest(path) && !tree_is_hidden(path_directory(path)) &&
        tree_names(tree, path) &&
        !(S_ISLNK(mode) && tree_is_listed(tree, tree_disk_path(&scratch, tree, path).at)))
        tree->no_files++;
    arena_done(&scratch);
}

static void tree_take(struct tree_walker *walker, struct text directory, const char *name,
                      mode_t mode)
{
    struct tree *tree = walker->tree;

    if (!strcmp(name, ".policy")) {
        tree_take_policy(walker, directory, mode);
    } else if (S_ISDIR(mode)) {
        tree_push(walker, path_join(&tree->arena, directory, text_of(name)));
    } else if (S_ISREG(mode)) {
        tree_add_file(tree, path_join(&tree->arena, directory, text_of(name)));
    } else {
        tree_pass_over(tree, path_join(&tree->arena, directory, text_of(name)), mode);
    }
}

/* What the entry is; 0 where it is gone meanwhile, or after a problem. */
static mode_t tree_entry_mode(struct tree_walker *walker, struct text directory, DIR *stream,
                              const struct dirent *entry)
{
    struct stat status;

    if (entry->d_type != DT_UNKNOWN)
        return (mode_t)DTTOIF(entry->d_type);
    if (!fstatat(dirfd(stream), entry->d_name, &status, AT_SYMLINK_NOFOLLOW))
        return status.st_mode;
    if (!file_is_absent(errno))
        problems_add(walker->problems,
                     path_join(&walker->tree->arena, directory, text_of(entry->d_name)), 0, 0,
                     "cannot be read: %s", strerror(errno));
    return 0;
}

static void tree_read_directory(struct tree_walker *walker, struct text directory)
{
    struct arena scratch = {0};
    DIR *stream = opendir(tree_disk_path(&scratch, walker->tree, directory).at);
    struct dirent *entry = NULL;

    errno = stream ? 0 : errno;
    while (stream && (entry = readdir(stream))) {
        const char *name = entry->d_name;

        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strcmp(name, ".git") != 0)
            tree_take(walker, directory, name, tree_entry_mode(walker, directory, stream, entry));
        errno = 0;
    }
    if (errno)
        problems_add(walker->problems, directory.length ? directory : TEXT("."), 0, 0,
                     "this directory cannot be read (%s): what it holds was not checked",
                     strerror(errno));
    if (stream)
        closedir(stream);
    arena_done(&scratch);
}

/* What is at PATH of the tree, which may be a link; 0 where nothing is, or after a problem. */
static mode_t tree_look(const struct tree *tree, struct text path, struct problems *problems)
{
    struct arena scratch = {0};
    mode_t mode;
    const char *error = file_mode(tree_disk_path(&scratch, tree, path).at, false, &mode);

    if (error)
        problems_add(problems, path, 0, 0, "cannot be read: %s", error);
    arena_done(&scratch);
    return mode;
}

/* The policies that lie on the way from the root down to DIRECTORY, which is not walked. */
static void tree_find_policies_above(struct tree_walker *walker, struct text directory)
{
    struct arena scratch = {0};

    for (;; directory = path_directory(directory)) {
        struct text policy = path_join(&scratch, directory, TEXT(".policy"));
        mode_t mode = tree_look(walker->tree, policy, walker->problems);

        if (mode)
            tree_take_policy(walker, directory, mode);
        if (!directory.length)
            break;
    }
    arena_done(&scratch);
}

/* The place of PATH in the tree, and what it is; what makes that impossible is a problem. */
static bool tree_resolve(struct tree_walker *walker, const char *path, struct text *relative,
                         mode_t *mode)
{
    struct tree *tree = walker->tree;
    const char *wrong = NULL;
    struct stat status = {0};
    char *real = realpath(path, NULL);

    if (!real || stat(real, &status))
        wrong = strerror(errno);
    else if (!path_below(text_of(real), tree->root))
        wrong = arena_print(&tree->arena, "lies outside of the root %s", tree->root.at).at;
    else if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        wrong = "is no file and no directory; what a command writes is linted with `krug lint -`";
    if (!wrong) {
        *relative = path_relative(&tree->arena, text_of(real), tree->root);
        *relative = text_is(*relative, ".") ? TEXT("") : arena_copy(&tree->arena, *relative);
        *mode = status.st_mode;
        if (tree_is_left_out(*relative))
            wrong =
                "belongs to git or to a policy, and such files are not linted; `krug test` checks "
                "those of a policy";
    }
    if (wrong)
        problems_add(walker->problems, text_of(path), 0, 0, "%s", wrong);
    free(real);
    return !wrong;
}

static void tree_name(struct tree_walker *walker, const char *path, bool isolated)
{
    struct tree *tree = walker->tree;
    struct text relative;
    mode_t mode;

    if (!strcmp(path, "-") || !tree_resolve(walker, path, &relative, &mode))
        return;
    *map_place(&tree->named, relative) = tree;
    if (!isolated)
        return;
    tree_find_policies_above(walker, path_directory(relative));
    if (S_ISDIR(mode))
        tree_push(walker, relative);
    else
        tree_add_file(tree, relative);
}

bool tree_names(const struct tree *tree, struct text path)
{
    for (;; path = path_directory(path)) {
        if (map_find(&tree->named, path))
            return true;
        if (!path.length)
            return false;
    }
}

static bool tree_has_chart(struct tree_walker *walker, struct text directory)
{
    void **known = map_place(&walker->charts, directory);

    if (!*known) {
        struct arena scratch = {0};
        struct text chart = path_join(&scratch, directory, TEXT("Chart.yaml"));
        bool there = tree_look(walker->tree, chart, walker->problems);

        *known = arena_get(&walker->tree->arena, sizeof(bool));
        *(bool *)*known = there;
        arena_done(&scratch);
    }
    return *(const bool *)*known;
}

static bool tree_is_template(struct tree_walker *walker, struct text path)
{
    static const struct text templates = {"templates/", sizeof "templates/" - 1};

    for (size_t at = 0; (at = text_find(path, templates, at)) != SIZE_MAX; at++) {
        if (at && path.at[at - 1] != '/')
            continue;
        if (tree_has_chart(walker, text_slice(path, 0, at ? at - 1 : 0)))
            return true;
    }
    return false;
}

static int tree_file_compare(const void *a, const void *b)
{
    const struct tree_file *left = a, *right = b;

    return text_compare(left->path, right->path);
}

static int tree_text_compare(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* Named paths may hold each other: isolated, a file is then found twice. */
static void tree_sort(struct tree *tree)
{
    size_t count = 0;

    if (tree->count)
        qsort(tree->files, tree->count, sizeof *tree->files, tree_file_compare);
    for (size_t i = 0; i < tree->count; i++)
        if (!count || !text_equal(tree->files[count - 1].path, tree->files[i].path))
            tree->files[count++] = tree->files[i];
    tree->count = count;
    count = 0;
    if (tree->policy_count)
        qsort(tree->policies, tree->policy_count, sizeof *tree->policies, tree_text_compare);
    for (size_t i = 0; i < tree->policy_count; i++)
        if (!count || !text_equal(tree->policies[count - 1], tree->policies[i]))
            tree->policies[count++] = tree->policies[i];
    tree->policy_count = count;
    for (size_t i = 0; i < tree->count; i++)
        *map_place(&tree->by_path, tree->files[i].path) = &tree->files[i];
}

static void tree_finish(struct tree_walker *walker)
{
    struct tree *tree = walker->tree;

    tree_sort(tree);
    for (size_t i = 0; i < tree->count; i++) {
        struct tree_file *file = &tree->files[i];

        file->named = tree_names(tree, file->path);
        file->manifest = file->manifest || map_find(&tree->named, file->path);
        file->template = file->manifest && tree_is_template(walker, file->path);
    }
}

void tree_walk(struct tree *tree, struct text root, const char *const *paths, size_t count,
               bool isolated, struct problems *problems)
{
    struct tree_walker walker = {.tree = tree, .problems = problems};
    char *real = realpath(arena_copy(&tree->arena, root).at, NULL);

    if (!real)
        problems_add(problems, root, 0, 0, "the root cannot be read: %s", strerror(errno));
    tree->root = arena_copy(&tree->arena, real ? text_of(real) : root);
    for (size_t i = 0; real && i < count; i++)
        tree_name(&walker, paths[i], isolated);
    if (real && !isolated)
        tree_push(&walker, TEXT(""));
    while (walker.count)
        tree_read_directory(&walker, walker.pending[--walker.count]);
    tree_finish(&walker);
    map_done(&walker.charts);
    free(walker.pending);
    free(real);
}

void tree_done(struct tree *tree)
{
    free(tree->files);
    free(tree->policies);
    map_done(&tree->by_path);
    map_done(&tree->named);
    arena_done(&tree->arena);
    *tree = (struct tree){0};
}

bool tree_is_helm_template(const struct tree_file *file, struct text text)
{
    return file->template && text_find(text, TEXT("{{"), 0) != SIZE_MAX;
}

const struct tree_file *tree_find(const struct tree *tree, struct text path)
{
    return map_find(&tree->by_path, path);
}

void tree_add_input(struct tree *tree, struct text path, char *bytes, size_t length,
                    struct problems *problems)
{
    struct tree_walker walker = {.tree = tree, .problems = problems};
    struct tree_file *file;

    path = path_clean(&tree->arena, path);
    /* an isolated walk may have named nothing */
    tree_find_policies_above(&walker, path_directory(path));
    if (!tree_find(tree, path))
        tree_add_file(tree, path);
    tree_sort(tree);
    file = map_find(&tree->by_path, path);
    file->bytes = arena_copy(&tree->arena, (struct text){bytes, length});
    file->manifest = file->named = true;
    free(bytes);
}

void tree_make(struct tree *tree, struct text root, const struct tree_file *files, size_t count)
{
    tree->root = root;
    for (size_t i = 0; i < count; i++) {
        tree_add_file(tree, files[i].path);
        tree->files[i].bytes = files[i].bytes;
        tree->files[i].blob = files[i].blob;
        tree->files[i].named = true;
    }
    tree_sort(tree);
}

static const char *tree_read_bytes(const struct tree_file *file, char **bytes, size_t *length)
{
    *length = file->bytes.length;
    *bytes = memory_get(*length + 2);
    if (*length)
        memcpy(*bytes, file->bytes.at, *length);
    return NULL;
}

/* What is listed is no link; anything else may be one, and must not lead out of the root. */
static const char *tree_check_inside(const struct tree *tree, const char *path)
{
    char *real = realpath(path, NULL);
    const char *error = NULL;

    if (!real)
        error = strerror(errno);
    else if (!path_below(text_of(real), tree->root))
        error = "a symbolic link that leads out of the root";
    free(real);
    return error;
}

const char *tree_read(const struct tree *tree, struct text path, char **bytes, size_t *length)
{
    struct arena scratch = {0};
    const struct tree_file *file = tree_find(tree, path);
    struct text disk;
    const char *error = NULL;

    if (file && file->bytes.at)
        return tree_read_bytes(file, bytes, length);
    if (file && file->blob.at)
        return git_read(tree->git, file->blob, bytes, length);
    disk = tree_disk_path(&scratch, tree, path);
    if (!file)
        error = tree_check_inside(tree, disk.at);
    if (!error)
        error = file_read(disk.at, bytes, length);
    arena_done(&scratch);
    return error;
}
