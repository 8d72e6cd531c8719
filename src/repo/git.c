/*
 * Runs git, the only program that krug ever starts: without a shell, at the root, with an
 * environment that a hook cannot lead astray. A hook's GIT_DIR or GIT_WORK_TREE would make paths
 * mean something else, so they are taken out; its GIT_INDEX_FILE is what is being committed, and
 * stays where it belongs to this repository. git is told to write nothing in passing.
 *
 * Objects are read one at a time through one `git cat-file --batch`, so that a tree of another
 * revision costs no memory, however large it is.
 */
#include "repo/git.h"
#include "base/file.h"
#include "base/memory.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GIT_ARGUMENTS_MAX = 24 };

static const char git_missing[] = "git is not installed, or not in PATH";
static const char git_unasked[] = "git cat-file cannot be asked for it";
static const char git_ended[] = "git cat-file ended too early";

/* ---- the environment ---- */

static bool git_is_unwanted(const char *variable)
{
    static const char *const unwanted[] = {"GIT_DIR=",
                                           "GIT_WORK_TREE=",
                                           "GIT_INDEX_FILE=",
                                           "GIT_PREFIX=",
                                           "GIT_COMMON_DIR=",
                                           "GIT_NAMESPACE=",
                                           "GIT_EXTERNAL_DIFF=",
                                           "GIT_DIFF_OPTS=",
                                           "GIT_LITERAL_PATHSPECS=",
                                           "GIT_GLOB_PATHSPECS=",
                                           "GIT_NOGLOB_PATHSPECS=",
                                           "GIT_ICASE_PATHSPECS=",
                                           "GIT_OPTIONAL_LOCKS=",
                                           "GIT_INTERNAL_SUPER_PREFIX="};

    for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++)
        if (!strncmp(variable, unwanted[i], strlen(unwanted[i])))
            return true;
    return false;
}

/* A copy, as what starts programs takes no constants. */
static char *git_word(struct arena *arena, const char *word)
{
    size_t size = strlen(word) + 1;

    return memcpy(arena_get(arena, size), word, size);
}

/* INDEX: the GIT_INDEX_FILE to go by; or NULL. */
static void git_make_environment(struct git *git, const char *index)
{
    size_t count = 0, kept = 0;

    while (environ && environ[count])
        count++;
    git->environment = memory_resize(git->environment, (count + 4) * sizeof(char *));
    for (size_t i = 0; i < count; i++)
        if (!git_is_unwanted(environ[i]))
            git->environment[kept++] = environ[i];
    git->environment[kept++] = git_word(&git->arena, "GIT_OPTIONAL_LOCKS=0");
    git->environment[kept++] = git_word(&git->arena, "GIT_TERMINAL_PROMPT=0");
    if (index)
        git->environment[kept++] =
            git_word(&git->arena, arena_print(&git->arena, "GIT_INDEX_FILE=%s", index).at);
    git->environment[kept] = NULL;
}

/* ---- processes ---- */

static bool git_pipe(int ends[2])
{
    return !pipe2(ends, O_CLOEXEC);
}

static void git_close(int *end)
{
    if (*end >= 0)
        close(*end);
    *end = -1;
}

static void git_close_both(int ends[2])
{
    git_close(&ends[0]);
    git_close(&ends[1]);
}

/* Its standard streams; -1: /dev/null. 0, or an errno. */
static int git_redirect(posix_spawn_file_actions_t *actions, const int streams[3])
{
    int error = 0;

    for (int i = 0; i < 3 && !error; i++)
        error = streams[i] >= 0 ? posix_spawn_file_actions_adddup2(actions, streams[i], i)
                                : posix_spawn_file_actions_addopen(actions, i, "/dev/null",
                                                                   i ? O_WRONLY : O_RDONLY, 0);
    return error;
}

/* Starts git with these as its standard streams. 0, or an errno. */
static int git_spawn(struct git *git, const char *const *arguments, const int streams[3],
                     pid_t *child)
{
    const char *const first[] = {"git", "-C", git->root.at};
    char *words[GIT_ARGUMENTS_MAX + 1] = {NULL};
    posix_spawn_file_actions_t actions;
    struct arena arena = {0};
    int error;

    for (size_t i = 0; i < 3; i++)
        words[i] = git_word(&arena, first[i]);
    for (size_t i = 3; *arguments; i++) {
        assert(i < GIT_ARGUMENTS_MAX);
        words[i] = git_word(&arena, *arguments++);
    }
    error = posix_spawn_file_actions_init(&actions);
    if (!error) {
        error = git_redirect(&actions, streams);
        if (!error)
            error = posix_spawnp(child, "git", &actions, NULL, words, git->environment);
        posix_spawn_file_actions_destroy(&actions);
    }
    arena_done(&arena);
    return error;
}

/* Its exit status; 128 and its number for a signal; -1 and errno where that cannot be told. */
static int git_wait(pid_t child)
{
    int status;

    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Reads what is there; at its end *FROM is -1. 0, or an errno. */
static int git_take(int *from, struct buffer *buffer)
{
    char bytes[65536];
    ssize_t length = read(*from, bytes, sizeof bytes);

    if (length < 0)
        return errno == EINTR ? 0 : errno;
    if (!length)
        *from = -1;
    buffer_add(buffer, (struct text){bytes, (size_t)length});
    return 0;
}

/* Reads both to their ends, whichever speaks first. 0, or an errno. */
static int git_gather(int output, int errors, struct buffer *said, struct buffer *complained)
{
    struct pollfd ends[] = {{output, POLLIN, 0}, {errors, POLLIN, 0}};
    struct buffer *const buffers[] = {said, complained};
    int error = 0;

    while (!error && (ends[0].fd >= 0 || ends[1].fd >= 0)) {
        if (poll(ends, 2, -1) < 0) {
            error = errno == EINTR ? 0 : errno;
            continue;
        }
        for (size_t i = 0; i < 2 && !error; i++)
            if (ends[i].fd >= 0 && ends[i].revents)
                error = git_take(&ends[i].fd, buffers[i]);
    }
    return error;
}

/* What git complained of, without the word before it. */
static const char *git_words(struct git *git, const struct buffer *complained)
{
    struct text words = text_trim(buffer_text(complained));

    if (text_starts(words, TEXT("fatal: ")))
        words = text_slice(words, strlen("fatal: "), words.length);
    return arena_copy(&git->arena, words).at;
}

int git_run(struct git *git, const char *const *arguments, struct buffer *output,
            const char **error)
{
    int out[2] = {-1, -1}, err[2] = {-1, -1}, status = -1, failed;
    struct buffer complained = {0};
    pid_t child = 0;

    if (!git_pipe(out) || !git_pipe(err))
        failed = errno;
    else
        failed = git_spawn(git, arguments, (int[]){-1, out[1], err[1]}, &child);
    if (failed) {
        git->failed = failed == ENOENT ? git_missing : strerror(failed);
    } else {
        git_close(&out[1]);
        git_close(&err[1]);
        failed = git_gather(out[0], err[0], output, &complained);
        git_close(&out[0]); /* so that git ends, also where it was not heard to its end */
        git_close(&err[0]);
        status = git_wait(child);
        if (failed || status < 0)
            git->failed = strerror(failed ? failed : errno);
        status = failed ? -1 : status;
    }
    git_close_both(out);
    git_close_both(err);
    *error = status < 0 ? git->failed : git_words(git, &complained);
    buffer_done(&complained);
    return status;
}

/* ---- opening ---- */

/* Where that cannot be told, *ERROR says why. */
static bool git_same_directory(const char *left, const char *right, const char **error)
{
    char *a = realpath(left, NULL), *b = a ? realpath(right, NULL) : NULL;
    bool same = b && !strcmp(a, b);

    if (!b && !file_is_absent(errno))
        *error = strerror(errno);
    free(a);
    free(b);
    return same;
}

/* The index that a hook speaks of, if it is one of the repository whose files lie in DIRECTORY; or
 * NULL. *ERROR as above. */
static const char *git_find_index(struct git *git, struct text directory, const char **error)
{
    const char *given = getenv("GIT_INDEX_FILE");
    struct text path;
    char *here;

    if (!given || !*given)
        return NULL;
    here = realpath(".", NULL);
    if (!here) {
        *error = strerror(errno);
        return NULL;
    }
    path = *given == '/' ? arena_copy(&git->arena, text_of(given))
                         : path_join(&git->arena, text_of(here), text_of(given));
    free(here);
    return git_same_directory(arena_copy(&git->arena, path_directory(path)).at, directory.at, error)
               ? path.at
               : NULL;
}

const char *git_open(struct git *git, struct text root)
{
    static const char *const where[] = {"rev-parse", "--absolute-git-dir", NULL};
    struct buffer output = {0};
    const char *error = NULL;
    int status;

    *git = (struct git){0};
    pthread_mutex_init(&git->mutex, NULL);
    git->root = arena_copy(&git->arena, root);
    git_make_environment(git, NULL);
    status = git_run(git, where, &output, &error);
    if (!status) {
        error = NULL;
        git_make_environment(
            git,
            git_find_index(git, arena_copy(&git->arena, text_trim(buffer_text(&output))), &error));
    }
    buffer_done(&output);
    return error;
}

/* ---- objects ---- */

static void git_stop_reader(struct git *git)
{
    if (git->to)
        fclose(git->to);
    if (git->from)
        fclose(git->from);
    git->to = git->from = NULL;
}

/* Our ends of what was given to git become streams. 0, or an errno. */
static int git_open_streams(struct git *git, int *to, int *from)
{
    git->to = fdopen(*to, "w");
    if (!git->to)
        return errno;
    *to = -1;
    git->from = fdopen(*from, "r");
    if (!git->from)
        return errno;
    *from = -1;
    return 0;
}

static const char *git_start_reader(struct git *git)
{
    static const char *const arguments[] = {"cat-file", "--batch", NULL};
    int in[2] = {-1, -1}, out[2] = {-1, -1}, failed;
    pid_t child = 0;

    if (git->reader)
        return git->to && git->from ? NULL : git_ended;
    if (!git_pipe(in) || !git_pipe(out))
        failed = errno;
    else
        failed = git_spawn(git, arguments, (int[]){in[0], out[1], -1}, &child);
    if (!failed) {
        git->reader = child;
        failed = git_open_streams(git, &in[1], &out[0]);
    }
    git_close_both(in);
    git_close_both(out);
    if (!failed)
        return NULL;
    git_stop_reader(git);
    return failed == ENOENT ? git_missing : strerror(failed);
}

static bool git_skip(struct git *git, uintmax_t length)
{
    for (; length; length--)
        if (getc(git->from) == EOF)
            return false;
    return true;
}

/* The answer: `NAME blob LENGTH`, the bytes, a line end; or `NAME missing`. Where it is none, the
 * reader is of no use any more. */
static const char *git_read_answer(struct git *git, char **bytes, size_t *length)
{
    char head[160];
    struct text kind;
    uintmax_t size;

    if (!fgets(head, sizeof head, git->from)) {
        git_stop_reader(git);
        return git_ended;
    }
    kind = text_of(head + strcspn(head, " "));
    if (!text_starts(kind, TEXT(" blob ")))
        return strstr(head, " missing") ? "git does not have this object" : "is no file in git";
    size = strtoumax(kind.at + strlen(" blob "), NULL, 10);
    if (size > FILE_SIZE_MAX)
        return git_skip(git, size + 1) ? file_too_large : git_ended;
    *bytes = memory_get((size_t)size + 2);
    *length = fread(*bytes, 1, (size_t)size, git->from);
    if (*length == size && getc(git->from) == '\n')
        return NULL;
    git_stop_reader(git);
    free(*bytes);
    return git_ended;
}

const char *git_read(struct git *git, struct text name, char **bytes, size_t *length)
{
    const char *error;

    pthread_mutex_lock(&git->mutex);
    error = git_start_reader(git);
    if (!error) {
        if (fprintf(git->to, "%.*s\n", TEXT_ARGS(name)) < 0 || fflush(git->to)) {
            error = git_unasked;
            git_stop_reader(git); /* it was not asked and would never answer */
        } else {
            error = git_read_answer(git, bytes, length);
        }
    }
    pthread_mutex_unlock(&git->mutex);
    return error;
}

void git_done(struct git *git)
{
    git_stop_reader(git);
    if (git->reader)
        git_wait(git->reader);
    free(git->environment);
    arena_done(&git->arena);
    pthread_mutex_destroy(&git->mutex);
}
