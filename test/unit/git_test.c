/*
 * git as a process: what it says on both streams, however much that is, how it ends, and its
 * objects, one at a time and from several threads.
 */
#include "base/file.h"
#include "repo/git.h"
#include "support.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LARGE = 300000, THREADS = 4, READS = 200 };

static struct text here(struct arena *arena)
{
    char *path = realpath(".", NULL);
    struct text text = arena_copy(arena, text_of(path));

    free(path);
    return text;
}

/* Runs it and wants it to work; what it prints, without the line end. */
static struct text ask(struct git *git, const char *const *arguments)
{
    struct buffer output = {0};
    const char *error;
    struct text answer;

    assert_int_equal(git_run(git, arguments, &output, &error), 0);
    answer = arena_copy(&git->arena, text_trim(buffer_text(&output)));
    buffer_done(&output);
    return answer;
}

/* A shell's words as a command of git, so that it can do anything. */
static int run_shell(struct git *git, const char *script, struct buffer *output, const char **error)
{
    const char *alias = arena_print(&git->arena, "alias.x=!%s", script).at;

    return git_run(git, (const char *const[]){"-c", alias, "x", NULL}, output, error);
}

static void open_here(struct git *git)
{
    struct arena arena = {0};

    assert_int_equal(system("git init -q . >/dev/null 2>&1"), 0);
    assert_null(git_open(git, here(&arena)));
    arena_done(&arena);
}

static void test_no_repository(void **state)
{
    struct arena arena = {0};
    struct git git;
    const char *error;

    (void)state;
    error = git_open(&git, here(&arena));
    assert_non_null(error);
    assert_non_null(strstr(error, "not a git repository"));
    assert_int_not_equal(strncmp(error, "fatal", 5), 0);
    git_done(&git);
    arena_done(&arena);
}

/* As under a parent that has SIGCHLD ignored: then nobody can say how git ended. */
static void test_unknown_end(void **state)
{
    struct git git;
    struct buffer output = {0};
    const char *error;

    (void)state;
    open_here(&git);
    signal(SIGCHLD, SIG_IGN);
    assert_int_equal(run_shell(&git, "echo said", &output, &error), -1);
    signal(SIGCHLD, SIG_DFL);
    assert_string_equal(error, "No child processes");
    assert_string_equal(git.failed, error);
    buffer_done(&output);
    git_done(&git);
}

static void test_both_streams(void **state)
{
    struct buffer output = {0};
    struct git git;
    const char *error;

    (void)state;
    open_here(&git);
    assert_int_equal(run_shell(&git,
                               "for i in 1 2 3; do head -c 100000 /dev/zero >&2; "
                               "head -c 100000 /dev/zero; done; exit 7",
                               &output, &error),
                     7);
    assert_int_equal(output.length, LARGE);
    buffer_done(&output);
    assert_int_equal(run_shell(&git, "echo fatal: this is why >&2; exit 1", &output, &error), 1);
    assert_string_equal(error, "this is why");
    assert_int_equal(output.length, 0);
    buffer_done(&output);
    git_done(&git);
}

static void test_environment(void **state)
{
    struct buffer output = {0};
    struct git git;
    const char *error;

    (void)state;
    assert_int_equal(setenv("GIT_DIR", "/nowhere", 1), 0);
    assert_int_equal(setenv("GIT_INDEX_FILE", "/nowhere/index", 1), 0);
    open_here(&git);
    assert_int_equal(run_shell(&git, "echo $GIT_OPTIONAL_LOCKS,$GIT_INDEX_FILE", &output, &error),
                     0);
    assert_string_equal(output.at, "0,\n");
    git_done(&git);
    buffer_done(&output);
    unsetenv("GIT_DIR");
    assert_int_equal(setenv("GIT_INDEX_FILE", ".git/next-index", 1), 0);
    open_here(&git);
    assert_int_equal(run_shell(&git, "basename $GIT_INDEX_FILE", &output, &error), 0);
    assert_string_equal(output.at, "next-index\n");
    git_done(&git);
    buffer_done(&output);
    unsetenv("GIT_INDEX_FILE");
}

static void test_objects(void **state)
{
    char *bytes = calloc(LARGE, 1), *read;
    struct text small, large, empty;
    size_t length;
    struct git git;

    (void)state;
    open_here(&git);
    memset(bytes, 'x', LARGE);
    scratch_write("large", (struct text){bytes, LARGE});
    scratch_write("small", TEXT("a\0b\n"));
    scratch_write("empty", TEXT(""));
    small = ask(&git, (const char *const[]){"hash-object", "-w", "small", NULL});
    large = ask(&git, (const char *const[]){"hash-object", "-w", "large", NULL});
    empty = ask(&git, (const char *const[]){"hash-object", "-w", "empty", NULL});
    assert_null(git_read(&git, large, &read, &length));
    assert_int_equal(length, LARGE);
    assert_memory_equal(read, bytes, LARGE);
    free(read);
    assert_string_equal(
        git_read(&git, TEXT("0123456789012345678901234567890123456789"), &read, &length),
        "git does not have this object");
    assert_null(git_read(&git, small, &read, &length));
    assert_int_equal(length, 4);
    assert_memory_equal(read, "a\0b\n\0\0", 6);
    free(read);
    assert_null(git_read(&git, empty, &read, &length));
    assert_int_equal(length, 0);
    free(read);
    free(bytes);
    git_done(&git);
}

/* A file above the limit is told as such, and the next one is read all the same. */
static void test_too_large(void **state)
{
    struct text huge, small;
    size_t length;
    struct git git;
    char *read;

    (void)state;
    open_here(&git);
    assert_int_equal(system("truncate -s 67108865 huge && echo x >small"), 0);
    huge = ask(&git, (const char *const[]){"hash-object", "-w", "huge", NULL});
    small = ask(&git, (const char *const[]){"hash-object", "-w", "small", NULL});
    assert_ptr_equal(git_read(&git, huge, &read, &length), file_too_large);
    assert_null(git_read(&git, small, &read, &length));
    assert_int_equal(length, 2);
    free(read);
    git_done(&git);
}

struct reader {
    struct git *git;
    struct text name;
    size_t length;
};

static void *read_often(void *context)
{
    struct reader *reader = context;

    for (size_t i = 0; i < READS; i++) {
        char *bytes;
        size_t length;

        if (git_read(reader->git, reader->name, &bytes, &length))
            continue;
        reader->length += length;
        free(bytes);
    }
    return NULL;
}

static void test_threads(void **state)
{
    struct reader readers[THREADS];
    pthread_t threads[THREADS];
    struct git git;

    (void)state;
    open_here(&git);
    for (size_t i = 0; i < THREADS; i++) {
        char text[16];

        snprintf(text, sizeof text, "%0*d", (int)i + 1, 0);
        scratch_write("file", text_of(text));
        readers[i] = (struct reader){
            &git, ask(&git, (const char *const[]){"hash-object", "-w", "file", NULL}), 0};
    }
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_often, &readers[i]), 0);
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(readers[i].length, READS * (i + 1));
    }
    git_done(&git);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_repository), cmocka_unit_test(test_unknown_end),
        cmocka_unit_test(test_both_streams),  cmocka_unit_test(test_environment),
        cmocka_unit_test(test_objects),       cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_threads),
    };

    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
