/*
 * Files as bytes: empty ones, what is no regular file, the limit; and paths as text.
 */
#include "base/file.h"
#include "support.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void expect_bytes(const char *path, const char *expected, size_t expected_length)
{
    char *bytes;
    size_t length;

    assert_null(file_read(path, &bytes, &length));
    assert_int_equal(length, expected_length);
    assert_memory_equal(bytes, expected, expected_length);
    assert_int_equal(bytes[length], '\0');
    assert_int_equal(bytes[length + 1], '\0');
    free(bytes);
}

static void reads_files(void **state)
{
    char *large = malloc(300001);

    (void)state;
    scratch_write("empty", TEXT(""));
    expect_bytes("empty", "", 0);
    scratch_write("text", TEXT("a\nb"));
    expect_bytes("text", "a\nb", 3);
    scratch_write("zeros", TEXT("\0\0\0"));
    expect_bytes("zeros", "\0\0\0", 3);
    assert_non_null(large);
    for (size_t i = 0; i < 300001; i++)
        large[i] = (char)(i * 7);
    scratch_write("text", (struct text){large, 300001});
    expect_bytes("text", large, 300001);
    free(large);
    assert_int_equal(symlink("zeros", "link"), 0);
    expect_bytes("link", "\0\0\0", 3);
}

static void expect_reason(const char *path, const char *reason)
{
    char *bytes;
    size_t length;
    const char *error = file_read(path, &bytes, &length);

    assert_non_null(error);
    assert_string_equal(error, reason);
}

static void answers_why_not(void **state)
{
    (void)state;
    expect_reason("nosuch", "No such file or directory");
    expect_reason("", "No such file or directory");
    expect_reason(".", "Is a directory");
    expect_reason("zeros/x", "Not a directory");
    assert_int_equal(symlink("loop", "loop"), 0);
    expect_reason("loop", "Too many levels of symbolic links");
    expect_reason("/dev/null", "not a regular file");
}

/* A FIFO that nobody writes to must not hold up the run. */
static void expect_mode(const char *path, bool follow, mode_t type, const char *reason)
{
    mode_t mode;
    const char *error = file_mode(path, follow, &mode);

    assert_int_equal(mode & S_IFMT, type);
    assert_int_equal(!error, !reason);
    if (reason)
        assert_string_equal(error, reason);
}

static void tells_absence_from_failure(void **state)
{
    (void)state;
    scratch_write("text", TEXT("a"));
    assert_int_equal(symlink("text", "to-text"), 0);
    assert_int_equal(symlink("nothing", "to-nothing"), 0);
    assert_int_equal(symlink("to-itself", "to-itself"), 0);
    expect_mode("text", false, S_IFREG, NULL);
    expect_mode(".", true, S_IFDIR, NULL);
    expect_mode("to-text", false, S_IFLNK, NULL);
    expect_mode("to-text", true, S_IFREG, NULL);
    expect_mode("nothing", false, 0, NULL);
    expect_mode("text/nothing", false, 0, NULL);
    expect_mode("to-nothing", true, 0, NULL);
    expect_mode("to-itself", true, 0, "Too many levels of symbolic links");
}

static void does_not_wait_for_a_fifo(void **state)
{
    (void)state;
    assert_int_equal(mkfifo("fifo", 0600), 0);
    alarm(20);
    expect_reason("fifo", "not a regular file");
    alarm(0);
}

static void refuses_what_is_too_large(void **state)
{
    int handle = open("large", O_CREAT | O_RDWR, 0600), saved;
    char *bytes;
    size_t length;

    (void)state;
    assert_true(handle >= 0);
    assert_int_equal(ftruncate(handle, (off_t)FILE_SIZE_MAX + 1), 0);
    assert_ptr_equal(file_read("large", &bytes, &length), file_too_large);
    /* the same from standard input, where no size tells it in advance */
    saved = dup(STDIN_FILENO);
    assert_int_equal(dup2(handle, STDIN_FILENO), STDIN_FILENO);
    assert_ptr_equal(file_read("-", &bytes, &length), file_too_large);
    assert_int_equal(ftruncate(handle, FILE_SIZE_MAX), 0);
    assert_int_equal(lseek(STDIN_FILENO, 0, SEEK_SET), 0);
    assert_null(file_read("-", &bytes, &length));
    assert_int_equal(length, FILE_SIZE_MAX);
    free(bytes);
    assert_null(file_read("large", &bytes, &length));
    assert_int_equal(length, FILE_SIZE_MAX);
    free(bytes);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(handle);
}

static void reads_standard_input_in_pieces(void **state)
{
    int ends[2], saved = dup(STDIN_FILENO), status;
    pid_t writer;
    char *bytes;
    size_t length;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    writer = fork();
    assert_true(writer >= 0);
    if (!writer) {
        for (int i = 0; i < 20000; i++)
            if (write(ends[1], "0123456789", 10) != 10)
                _exit(1);
        _exit(0);
    }
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    assert_null(file_read("-", &bytes, &length));
    assert_int_equal(length, 200000);
    assert_memory_equal(bytes + 199990, "0123456789", 11);
    free(bytes);
    dup2(saved, STDIN_FILENO);
    close(saved);
    assert_int_equal(waitpid(writer, &status, 0), writer);
    assert_int_equal(status, 0);
}

static void takes_paths_apart(void **state)
{
    static const struct {
        const char *path, *directory, *name, *extension;
    } cases[] = {
        {"a/b/c.yaml", "a/b", "c.yaml", ".yaml"},
        {"c", "", "c", ""},
        {"", "", "", ""},
        {"/", "/", "", ""},
        {"/c", "/", "c", ""},
        {"/a/c", "/a", "c", ""},
        {"a.b/c", "a.b", "c", ""},
        {".yaml", "", ".yaml", ""},
        {"a/.yaml", "a", ".yaml", ""},
        {"a.yaml.enc", "", "a.yaml.enc", ".enc"},
        {"a.", "", "a.", "."},
        {"a/", "a", "", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text path = text_of(cases[i].path);

        if (!text_is(path_directory(path), cases[i].directory) ||
            !text_is(path_name(path), cases[i].name) ||
            !text_is(path_extension(path), cases[i].extension))
            fail_msg("%s: '%.*s' '%.*s' '%.*s'", cases[i].path, TEXT_ARGS(path_directory(path)),
                     TEXT_ARGS(path_name(path)), TEXT_ARGS(path_extension(path)));
    }
}

static void joins_and_cleans(void **state)
{
    static const struct {
        const char *a, *b, *joined;
    } joins[] = {{"a", "b", "a/b"},  {"", "b", "b"},   {"a", "", "a"},     {"", "", ""},
                 {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"..", "b", "../b"}};
    static const struct {
        const char *path, *clean;
    } cleans[] = {
        {"", "."},
        {".", "."},
        {"./", "."},
        {"/", "/"},
        {"//", "/"},
        {"/.", "/"},
        {"/..", "/"},
        {"/../a", "/a"},
        {"a", "a"},
        {"a/", "a"},
        {"a//b", "a/b"},
        {"./a", "a"},
        {"a/.", "a"},
        {"a/./b", "a/b"},
        {"a/..", "."},
        {"a/../b", "b"},
        {"a/b/..", "a"},
        {"a/b/../..", "."},
        {"a/../..", ".."},
        {"..", ".."},
        {"../..", "../.."},
        {"../a/..", ".."},
        {"../a/../..", "../.."},
        {"a/../../b", "../b"},
        {"...", "..."},
        {"a/...", "a/..."},
        {"..a", "..a"},
        {"/a/b/../../..", "/"},
        {"../../a/b/../c", "../../a/c"},
        {"aa/bb/../cc/./dd//", "aa/cc/dd"},
        {"a/b/c/../../../d", "d"},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++) {
        struct text joined = path_join(&arena, text_of(joins[i].a), text_of(joins[i].b));

        assert_string_equal(joined.at, joins[i].joined);
    }
    for (size_t i = 0; i < sizeof cleans / sizeof *cleans; i++) {
        struct text clean = path_clean(&arena, text_of(cleans[i].path));

        assert_int_equal(strlen(clean.at), clean.length);
        if (!text_is(clean, cleans[i].clean))
            fail_msg("%s: %.*s", cleans[i].path, TEXT_ARGS(clean));
        assert_true(text_is(path_clean(&arena, clean), cleans[i].clean));
    }
    arena_done(&arena);
}

static void knows_what_lies_below(void **state)
{
    static const struct {
        const char *path, *directory;
        bool below;
    } cases[] = {
        {"a/b", "a", true}, {"a", "a", true}, {"ab", "a", false},     {"a", "a/b", false},
        {"a", "", true},    {"", "", true},   {"a/b/c", "a/b", true}, {"a/bc", "a/b", false},
        {"/a", "/", true},  {"/", "/", true}, {"/ab", "/a", false},   {"/a/b", "/a", true},
        {"", "a", false},   {"a", ".", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (path_below(text_of(cases[i].path), text_of(cases[i].directory)) != cases[i].below)
            fail_msg("%s in %s", cases[i].path, cases[i].directory);
}

static void sees_paths_from_elsewhere(void **state)
{
    static const struct {
        const char *path, *from, *relative;
    } cases[] = {
        {"/a/b", "/a", "b"},
        {"/a", "/a", "."},
        {"/a", "/a/b", ".."},
        {"/a", "/a/b/c", "../.."},
        {"/a/x", "/a/b/c", "../../x"},
        {"/x/y", "/a/b", "../../x/y"},
        {"/", "/a", ".."},
        {"/a", "/", "a"},
        {"/", "/", "."},
        {"/ab", "/a", "../ab"},
        {"/a", "/ab", "../a"},
        {"/a/b/c/d", "/a/b", "c/d"},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text relative =
            path_relative(&arena, text_of(cases[i].path), text_of(cases[i].from));

        if (!text_is(relative, cases[i].relative))
            fail_msg("%s from %s: %.*s", cases[i].path, cases[i].from, TEXT_ARGS(relative));
    }
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_files),
        cmocka_unit_test(answers_why_not),
        cmocka_unit_test(tells_absence_from_failure),
        cmocka_unit_test(does_not_wait_for_a_fifo),
        cmocka_unit_test(refuses_what_is_too_large),
        cmocka_unit_test(reads_standard_input_in_pieces),
        cmocka_unit_test(takes_paths_apart),
        cmocka_unit_test(joins_and_cleans),
        cmocka_unit_test(knows_what_lies_below),
        cmocka_unit_test(sees_paths_from_elsewhere),
    };

    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
