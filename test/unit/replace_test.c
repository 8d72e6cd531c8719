/*
 * Files that are written anew: all of it or nothing, and nothing left beside them.
 */
#include "base/file.h"
#include "base/replace.h"
#include "support.h"
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void assert_file(const char *path, const char *expected)
{
    char *bytes = NULL;
    size_t length = 0;

    assert_null(file_read(path, &bytes, &length));
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(bytes, expected, length);
    free(bytes);
}

static size_t count_files(void)
{
    DIR *stream = opendir(".");
    const struct dirent *entry;
    size_t count = 0;

    while ((entry = readdir(stream)))
        count += entry->d_name[0] != '.';
    closedir(stream);
    return count;
}

static void replaces(void **state)
{
    struct replace replace;

    (void)state;
    assert_null(replace_open(&replace, "a"));
    fputs("one", replace.stream);
    assert_int_equal(access("a", F_OK), -1);
    assert_null(replace_close(&replace));
    assert_file("a", "one");
    assert_null(replace_open(&replace, "a"));
    fputs("two", replace.stream);
    fflush(replace.stream);
    assert_file("a", "one");
    assert_null(replace_close(&replace));
    assert_file("a", "two");
    assert_int_equal(count_files(), 1);
}

static void follows_a_link(void **state)
{
    struct replace replace;
    struct stat status;

    (void)state;
    scratch_write("d/a", TEXT("one"));
    assert_int_equal(symlink("d/a", "link"), 0);
    assert_null(replace_open(&replace, "link"));
    fputs("two", replace.stream);
    assert_null(replace_close(&replace));
    assert_file("d/a", "two");
    assert_int_equal(lstat("link", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
}

static void keeps_the_mode(void **state)
{
    struct replace replace;
    struct stat status;

    (void)state;
    scratch_write("a", TEXT("one"));
    assert_int_equal(chmod("a", 0640), 0);
    assert_null(replace_open(&replace, "a"));
    assert_null(replace_close(&replace));
    assert_int_equal(stat("a", &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
}

static void tells_what_cannot_be_written(void **state)
{
    struct replace replace;

    (void)state;
    assert_string_equal(replace_open(&replace, "none/a"), "No such file or directory");
    assert_int_equal(mkdir("d", 0777), 0);
    assert_string_equal(replace_open(&replace, "d"), "Is a directory");
    assert_null(replace_open(&replace, "/dev/full"));
    fputs("one", replace.stream);
    assert_string_equal(replace_close(&replace), "No space left on device");
    assert_int_equal(count_files(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(replaces, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(follows_a_link, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(keeps_the_mode, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(tells_what_cannot_be_written, scratch_setup,
                                        scratch_teardown),
    };

    return cmocka_run_group_tests_name("replace", tests, NULL, NULL);
}
