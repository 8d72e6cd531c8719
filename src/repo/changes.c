/*
 * What differs between two states of a repository, as git tells it, and where a branch left another
 * one. All is asked with NUL behind each name, so that names may hold anything, and below the root
 * only. Renames are followed as git sees them. `git diff` is kept from writing the index, as it
 * does when only times of files differ; such files are compared here.
 */
#include "repo/changes.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/near.h"
#include <stdlib.h>
#include <string.h>

static void changes_complain(struct problems *problems, const char *what, const char *error)
{
    problems_add(problems, TEXT(""), 0, 0, "%s: %s", what,
                 error && *error ? error : "git gave no reason");
}

/* ---- the base ---- */

/* What git prints for ARGUMENTS, trimmed and in its arena; at == NULL where it fails or is silent.
 */
static struct text changes_ask(struct git *git, const char *const *arguments)
{
    struct buffer output = {0};
    const char *error;
    int status = git_run(git, arguments, &output, &error);
    struct text answer = text_trim(buffer_text(&output));

    answer = !status && answer.length ? arena_copy(&git->arena, answer) : (struct text){0};
    buffer_done(&output);
    return answer;
}

static bool changes_is_shallow(struct git *git)
{
    return text_is(
        changes_ask(git, (const char *const[]){"rev-parse", "--is-shallow-repository", NULL}),
        "true");
}

/* Branches and tags, one a line. */
static struct text changes_names(struct git *git)
{
    return changes_ask(git, (const char *const[]){"for-each-ref", "--format=%(refname:short)",
                                                  "refs/heads", "refs/remotes", "refs/tags", NULL});
}

static struct text changes_near(struct git *git, struct text revision)
{
    struct text names = changes_names(git), name;
    struct near near;

    near_init(&near, revision);
    while (names.length && text_cut(&names, '\n', &name)) {
        if (text_ends(name, arena_print(&git->arena, "/%.*s", TEXT_ARGS(revision))))
            return name; /* a branch that only the remote has */
        near_offer(&near, name);
    }
    return near.best;
}

static void changes_tell_unknown(struct git *git, const char *revision, struct problems *problems)
{
    struct text near = changes_near(git, text_of(revision));

    if (text_find(text_of(revision), TEXT(".."), 0) != SIZE_MAX)
        problems_add(problems, TEXT(""), 0, 0,
                     "--since %s: this is a range; name the revision that the branch left, as in "
                     "--since origin/main",
                     revision);
    else if (near.at)
        problems_add(problems, TEXT(""), 0, 0,
                     "--since %s: git knows no such commit; did you mean `%.*s`?", revision,
                     TEXT_ARGS(near));
    else
        problems_add(
            problems, TEXT(""), 0, 0,
            "--since %s: git knows no such commit here; where the remote has it: git fetch "
            "origin %s%s",
            revision, revision,
            changes_is_shallow(git) ? " (this is a shallow clone: with --unshallow)" : "");
}

static void changes_tell_apart(struct git *git, const char *revision, struct problems *problems)
{
    if (changes_is_shallow(git))
        problems_add(problems, TEXT(""), 0, 0,
                     "--since %s: this is a shallow clone that does not reach back to where HEAD "
                     "left %s; fetch what is missing: git fetch --unshallow (or --deepen=N)",
                     revision, revision);
    else
        problems_add(problems, TEXT(""), 0, 0, "--since %s: HEAD and %s have no commit in common",
                     revision, revision);
}

static struct text changes_resolve(struct git *git, const char *revision)
{
    const char *commit = arena_print(&git->arena, "%s^{commit}", revision).at;

    if (*revision == '-' || !*revision)
        return (struct text){0};
    return changes_ask(git,
                       (const char *const[]){"rev-parse", "--verify", "--quiet", commit, NULL});
}

bool changes_find_base(struct git *git, const char *revision, struct text *commit,
                       struct problems *problems)
{
    struct text head = changes_resolve(git, "HEAD"), other = changes_resolve(git, revision);

    *commit = (struct text){0};
    if (head.at && other.at)
        *commit = changes_ask(git, (const char *const[]){"merge-base", head.at, other.at, NULL});
    if (git->failed)
        changes_complain(problems, "git cannot be asked", git->failed);
    else if (!head.at)
        problems_add(problems, TEXT(""), 0, 0,
                     "--since %s: there is no commit here yet: nothing to compare with", revision);
    else if (!other.at)
        changes_tell_unknown(git, revision, problems);
    else if (!commit->at)
        changes_tell_apart(git, revision, problems);
    return commit->at && !git->failed;
}

/* ---- what differs ---- */

static void changes_add(struct changes *changes, struct change change)
{
    changes->items =
        memory_extend(changes->items, changes->count, &changes->capacity, sizeof *changes->items);
    changes->items[changes->count++] = change;
}

/* Of a mode as git writes it: a file, no symbolic link and no submodule. */
static bool changes_is_file(struct text mode)
{
    return text_starts(mode, TEXT("100"));
}

/* Of an object's name: git has only seen that the file's times differ. */
static bool changes_is_unknown(struct text name)
{
    for (size_t i = 0; i < name.length; i++)
        if (name.at[i] != '0')
            return false;
    return true;
}

/* Whether the file at PATH of the disk holds BYTES. NULL, or why that cannot be told. */
static const char *changes_compare(const struct git *git, struct text path, struct text bytes,
                                   bool *same)
{
    struct arena scratch = {0};
    char *disk;
    size_t length;
    const char *error = file_read(path_join(&scratch, git->root, path).at, &disk, &length);

    if (!error) {
        *same = text_equal(bytes, (struct text){disk, length});
        free(disk);
    }
    arena_done(&scratch);
    return error;
}

/* Whether the file still holds what it did. */
static bool changes_is_same(struct git *git, const struct change *change, struct problems *problems)
{
    const char *error;
    char *bytes;
    size_t length;
    bool same = false;

    if (!change->path.at || !change->old_path.at || !text_equal(change->path, change->old_path))
        return false;
    error = git_read(git, change->blob, &bytes, &length);
    if (!error) {
        error = changes_compare(git, change->path, (struct text){bytes, length}, &same);
        free(bytes);
    }
    if (error && error != file_too_large)
        problems_add(problems, change->path, 0, 0, "git cannot tell whether it has changed: %s",
                     error);
    return same;
}

/* One entry: ":OLDMODE NEWMODE OLDBLOB NEWBLOB STATUS", and one path or, of a rename, two. A file
 * that became a link is gone, and the other way round. */
static void changes_take(struct changes *changes, struct git *git, struct text head,
                         struct text *rest, struct problems *problems)
{
    struct text words[5] = {{0}}, first = {0}, second = {0};
    struct change change = {0};

    head = text_slice(head, 1, head.length);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        text_cut(&head, ' ', &words[i]);
    text_cut(rest, '\0', &first);
    second = first;
    if (text_starts(words[4], TEXT("R")) || text_starts(words[4], TEXT("C")))
        text_cut(rest, '\0', &second);
    if (text_starts(words[4], TEXT("U")))
        return; /* not merged: the same file comes again with what it is */
    if (changes_is_file(words[0])) {
        change.old_path = first;
        change.blob = words[2];
    }
    if (changes_is_file(words[1]))
        change.path = second;
    if (!change.path.at && !change.old_path.at)
        return;
    if (changes_is_unknown(words[3]) && changes_is_same(git, &change, problems))
        return;
    changes_add(changes, change);
}

static bool changes_diff(struct changes *changes, struct git *git, const char *against,
                         const char *cached, struct problems *problems)
{
    const char *arguments[20] = {"-c",
                                 "diff.autoRefreshIndex=false",
                                 "diff",
                                 "--raw",
                                 "-z",
                                 "--no-abbrev",
                                 "--no-color",
                                 "--no-ext-diff",
                                 "--no-textconv",
                                 "--relative",
                                 "--ignore-submodules=all",
                                 "--find-renames"};
    size_t count = 0;
    struct buffer output = {0};
    struct text rest, head;
    const char *error;
    int status;

    while (arguments[count])
        count++;
    if (cached)
        arguments[count++] = cached;
    if (against)
        arguments[count++] = against;
    arguments[count] = "--";
    status = git_run(git, arguments, &output, &error);
    rest = arena_copy(&git->arena, buffer_text(&output));
    buffer_done(&output);
    if (status)
        changes_complain(problems, "git cannot tell what has changed", error);
    while (!status && rest.length && text_cut(&rest, '\0', &head))
        if (text_starts(head, TEXT(":")))
            changes_take(changes, git, head, &rest, problems);
    return !status;
}

static void changes_take_untracked(struct changes *changes, struct text path)
{
    if (!text_ends(path, TEXT("/"))) {
        changes_add(changes, (struct change){.path = path});
        return;
    }
    changes->nested = memory_extend(changes->nested, changes->nested_count,
                                    &changes->nested_capacity, sizeof *changes->nested);
    changes->nested[changes->nested_count++] = path;
}

/* The files that git does not track; with ALL also those that it is told to ignore. */
static bool changes_untracked(struct changes *changes, struct git *git, bool all,
                              struct problems *problems)
{
    const char *arguments[] = {"ls-files", "-z", "--others", all ? NULL : "--exclude-standard",
                               NULL};
    struct buffer output = {0};
    struct text rest, path;
    const char *error;
    int status = git_run(git, arguments, &output, &error);

    rest = arena_copy(&git->arena, buffer_text(&output));
    buffer_done(&output);
    if (status)
        changes_complain(problems, "git cannot tell which files are new", error);
    while (!status && rest.length && text_cut(&rest, '\0', &path))
        if (path.length)
            changes_take_untracked(changes, path);
    return !status;
}

static bool changes_index(struct changes *changes)
{
    for (size_t i = 0; i < changes->count; i++)
        if (changes->items[i].path.at)
            *map_place(&changes->by_path, changes->items[i].path) = &changes->items[i];
    return true;
}

bool changes_since(struct changes *changes, struct git *git, struct text commit,
                   struct problems *problems)
{
    return changes_diff(changes, git, commit.at, NULL, problems) &&
           changes_untracked(changes, git, false, problems) && changes_index(changes);
}

bool changes_staged(struct changes *changes, struct git *git, struct problems *problems)
{
    return changes_diff(changes, git, NULL, "--cached", problems) && changes_index(changes);
}

bool changes_unstaged(struct changes *changes, struct git *git, struct problems *problems)
{
    return changes_diff(changes, git, NULL, NULL, problems) &&
           changes_untracked(changes, git, true, problems) && changes_index(changes);
}

void changes_done(struct changes *changes)
{
    free(changes->items);
    free(changes->nested);
    map_done(&changes->by_path);
    *changes = (struct changes){0};
}
