/*
 * What several unit tests stand on: a scratch directory with the files of a small repository in it,
 * and documents to compare, among them the golden answers of test/yaml-golden. Whatever fails here
 * fails the test that asked, at once. No test case is here.
 */
#include "support.h"
#include "base/file.h"
#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATH_SIZE = 256 };

/* ---- a scratch directory ---- */

void scratch_enter(struct scratch *scratch)
{
    char made[] = "/tmp/krug-test-XXXXXX";

    assert_non_null(mkdtemp(made));
    assert_int_equal(chdir(made), 0);
    assert_non_null(getcwd(scratch->path, sizeof scratch->path));
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status;
    (void)kind;
    (void)at;
    return remove(path);
}

void scratch_leave(struct scratch *scratch)
{
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(nftw(scratch->path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

int scratch_setup(void **state)
{
    struct scratch *scratch = malloc(sizeof *scratch);

    assert_non_null(scratch);
    scratch_enter(scratch);
    *state = scratch;
    return 0;
}

int scratch_teardown(void **state)
{
    scratch_leave(*state);
    free(*state);
    return 0;
}

void scratch_parents(const char *path)
{
    char parent[PATH_SIZE];

    assert_true(strlen(path) < sizeof parent);
    memcpy(parent, path, strlen(path) + 1);
    for (char *at = parent; (at = strchr(at, '/')); *at++ = '/') {
        *at = '\0';
        assert_true(!mkdir(parent, 0777) || errno == EEXIST);
    }
}

void scratch_write(const char *path, struct text bytes)
{
    FILE *file;

    scratch_parents(path);
    if (text_ends(text_of(path), TEXT("/")))
        return;
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.at, 1, bytes.length, file), bytes.length);
    assert_int_equal(fclose(file), 0);
}

void scratch_fill(const char *repository)
{
    struct text rest = text_of(repository);

    while (rest.length) {
        size_t line = text_find(rest, TEXT("\n"), 0), end = text_find(rest, TEXT("\n== "), 0);
        char path[PATH_SIZE];

        assert_true(text_starts(rest, TEXT("== ")) && line != SIZE_MAX && line < sizeof path);
        snprintf(path, sizeof path, "%.*s", TEXT_ARGS(text_slice(rest, 3, line)));
        end = end == SIZE_MAX ? rest.length : end + 1;
        scratch_write(path, text_slice(rest, line + 1, end));
        rest = text_slice(rest, end, rest.length);
    }
}

/* ---- documents and golden answers ---- */

void reading_init(struct reading *reading, struct text bytes)
{
    char *copy = malloc(bytes.length + 2);

    assert_non_null(copy);
    memcpy(copy, bytes.at, bytes.length);
    copy[bytes.length] = copy[bytes.length + 1] = '\0';
    assert_null(source_init(&reading->source, TEXT("f"), copy, bytes.length));
    loader_init(&reading->loader, &reading->source);
}

void reading_done(struct reading *reading)
{
    loader_done(&reading->loader);
    source_done(&reading->source);
}

bool reading_next(struct reading *reading)
{
    return loader_next(&reading->loader, &reading->document);
}

const struct node *reading_init_json(struct reading *reading, struct text json)
{
    struct buffer buffer = {0};

    /* Only what begins with a brace is read as JSON. */
    buffer_print(&buffer, "{\"v\":%.*s}", TEXT_ARGS(json));
    reading_init(reading, buffer_text(&buffer));
    buffer_done(&buffer);
    assert_true(reading_next(reading));
    assert_true(reading->document.json);
    assert_non_null(reading->document.root);
    return reading->document.root->first;
}

const struct node *reading_init_golden(struct reading *reading, const char *name)
{
    char path[PATH_SIZE], *bytes;
    const struct node *value;
    size_t length;

    assert_true(snprintf(path, sizeof path, "%s/yaml-golden/%s", KRUG_TEST_DIR, name) <
                (int)sizeof path);
    assert_null(file_read(path, &bytes, &length));
    value = reading_init_json(reading, (struct text){bytes, length});
    free(bytes);
    return value;
}

static double number(const struct node *node)
{
    return node->type == NODE_INTEGER    ? (double)node->integer
           : node->type == NODE_UNSIGNED ? (double)node->unsigned_integer
                                         : node->number;
}

/* NOLINTNEXTLINE(misc-no-recursion): LOAD_DEPTH_MAX */
bool values_equal(const struct node *a, const struct node *b)
{
    const struct node *other;

    if (strcmp(node_type_name(a->type), node_type_name(b->type)) || a->count != b->count)
        return false;
    if (a->type == NODE_BOOL)
        return a->boolean == b->boolean;
    if (a->type == NODE_STRING)
        return text_equal(a->text, b->text);
    if (a->type == NODE_INTEGER || a->type == NODE_UNSIGNED || a->type == NODE_FLOAT)
        return number(a) == number(b);
    other = b->first;
    for (const struct node *child = a->first; child; child = child->next) {
        const struct node *match = a->type == NODE_MAP ? node_find(b, child->key) : other;

        if (!match || !values_equal(child, match))
            return false;
        other = other->next;
    }
    return true;
}
