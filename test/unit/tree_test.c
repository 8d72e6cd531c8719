/*
 * Roots and walks, on small trees that each case describes in words: "a/b.yaml" is a file, "a/" a
 * directory, "a -> b" a symbolic link, "a |" a FIFO, "a = text" a file with a text. What was found
 * is written down as text and compared as a whole.
 */
#include "base/memory.h"
#include "repo/tree.h"
#include "support.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORDS = 16 };

/* Makes what WORDS say. */
static void make(const char *words)
{
    char path[256], *split;

    snprintf(path, sizeof path, "%s", words);
    if ((split = strchr(path, ' ')))
        *split++ = '\0';
    if (split && text_starts(text_of(split), TEXT("-> "))) {
        scratch_parents(path);
        assert_int_equal(symlink(split + 3, path), 0);
    } else if (split && *split == '|') {
        scratch_parents(path);
        assert_int_equal(mkfifo(path, 0600), 0);
    } else {
        scratch_write(path, text_of(split ? split + 2 : ""));
    }
}

static void enter(struct scratch *scratch, const char *const *words)
{
    scratch_enter(scratch);
    for (; *words; words++)
        make(*words);
}

static size_t words_count(const char *const *words)
{
    size_t count = 0;

    while (words[count])
        count++;
    return count;
}

static const struct root_case {
    const char *words[WORDS], *paths[4];
    const char *root; /* below the scratch directory */
} root_cases[] = {
    /* Nothing marks a root: the directory itself, a file's directory, the common one of several. */
    {{"a/b/x.yaml"}, {"a/b"}, "/a/b"},
    {{"a/b/x.yaml"}, {"a/b/x.yaml"}, "/a/b"},
    {{"a/b/x.yaml", "a/c/y.yaml"}, {"a/b/x.yaml", "a/c"}, "/a"},
    {{"a/bb/x.yaml", "a/b/y.yaml"}, {"a/bb", "a/b"}, "/a"},
    {{"a/b/x.yaml"}, {"a", "a/b"}, "/a"},
    /* .git, a directory or (of a worktree) a file. */
    {{".git/", "a/b/x.yaml"}, {"a/b"}, ""},
    {{".git = gitdir: /elsewhere", "a/b/x.yaml"}, {"a/b/x.yaml"}, ""},
    {{".git/", "a/.git/", "a/b/x.yaml"}, {"a/b"}, "/a"},
    {{".git/", "a/.git/", "a/b/x.yaml", "c/y.yaml"}, {"a/b", "c"}, ""},
    /* A policy that says so; one that does not, or cannot be read, does not. */
    {{".git/", "a/.policy/policy.yaml = root: true", "a/b/x.yaml"}, {"a/b"}, "/a"},
    {{".git/", "a/.policy/policy.yaml = root: false", "a/b/x.yaml"}, {"a/b"}, ""},
    {{".git/", "a/.policy/policy.yaml = root: [", "a/b/x.yaml"}, {"a/b"}, ""},
    {{".git/", "a/.policy/policy.yaml = root: \"true\"", "a/b/x.yaml"}, {"a/b"}, ""},
    {{".git/", "a/.policy/policy.yaml/", "a/b/x.yaml"}, {"a/b"}, ""},
    /* Links are followed first: the root is where the file really is. */
    {{"real/.git/", "real/a/x.yaml", "link -> real/a"}, {"link"}, "/real"},
    {{"real/.git/", "real/a/x.yaml", "link.yaml -> real/a/x.yaml"}, {"link.yaml"}, "/real"},
    {{".git/", "a/x.yaml"}, {"-"}, ""},
    {{".git/", "a/x.yaml"}, {"a/../a/./x.yaml"}, ""},
};

static void finds_the_root(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof root_cases / sizeof *root_cases; i++) {
        const struct root_case *test = &root_cases[i];
        struct scratch scratch;
        struct arena arena = {0};
        struct text root;
        char expected[512];

        enter(&scratch, test->words);
        assert_null(tree_find_root(&arena, test->paths, words_count(test->paths), &root));
        snprintf(expected, sizeof expected, "%s%s", scratch.path, test->root);
        if (!text_is(root, expected))
            print_message("case %zu\n", i);
        assert_string_equal(root.at, expected);
        arena_done(&arena);
        scratch_leave(&scratch);
    }
}

static void says_why_there_is_no_root(void **state)
{
    const char *const words[] = {"a.yaml", NULL}, *const paths[] = {"a.yaml", "b.yaml"};
    const char *const far[] = {"/tmp", "/usr"};
    struct scratch scratch;
    struct arena arena = {0};
    struct text root;

    (void)state;
    enter(&scratch, words);
    assert_string_equal(tree_find_root(&arena, paths, 2, &root),
                        "b.yaml: No such file or directory");
    assert_string_equal(tree_find_root(&arena, far, 2, &root),
                        "/tmp and /usr have no directory in common but /: say with --root which "
                        "directory is meant");
    arena_done(&arena);
    scratch_leave(&scratch);
}

/* A line a file: path and m(anifest), h(idden), n(amed), t(emplate); then policies and problems. */
static const struct walk_case {
    const char *words[WORDS], *paths[4];
    bool isolated;
    const char *expected;
} walk_cases[] = {
    /* By bytes of the whole path: '-' and '.' come before '/'. */
    {{"a/x.yaml", "a-b/x.yaml", "a.yaml", "B/x.json", "a/y.txt"},
     {"."},
     false,
     "B/x.json mn\na-b/x.yaml mn\na.yaml mn\na/x.yaml mn\na/y.txt n\n"},
    /* What is named; a named file is a manifest whatever it is called. */
    {{"a/x.yaml", "a/y.txt", "b/z.yml", "ab/x.yaml"},
     {"a"},
     false,
     "a/x.yaml mn\na/y.txt n\nab/x.yaml m\nb/z.yml m\n"},
    {{"a/x.yaml", "a/y.txt"}, {"a/y.txt"}, false, "a/x.yaml m\na/y.txt mn\n"},
    {{"a/x.yaml", "b.yaml"}, {"b.yaml"}, true, "b.yaml mn\n"},
    {{"a/x.yaml", "a/b/y.yaml", "c/z.yaml"},
     {"a", "a/b", "a/b/y.yaml"},
     true,
     "a/b/y.yaml mn\na/x.yaml mn\n"},
    /* .git is not there at all; other dot directories and node_modules are hidden. */
    {{".git/config.yaml", "sub/.git = gitdir: x", ".github/ci.yaml",
      "a/node_modules/p/package.json", ".hidden.yaml"},
     {"."},
     false,
     ".github/ci.yaml mhn\n.hidden.yaml mn\na/node_modules/p/package.json mhn\n"},
    /* Policies are noted, not listed. */
    {{".policy/policy.yaml", "a/.policy/rules/x/y.lua", "a/x.yaml", ".b/.policy/policy.yaml",
      "c/.policy"},
     {"."},
     false,
     "a/x.yaml mn\npolicy ''\npolicy 'a'\nproblem c/.policy: this is no directory, and so no "
     "policy "
     "(symbolic links are not followed)\n"},
    {{".policy/policy.yaml", "a/.policy/policy.yaml", "a/b/.policy/policy.yaml", "a/b/x.yaml",
      "c/.policy/policy.yaml"},
     {"a/b/x.yaml"},
     true,
     "a/b/x.yaml mn\npolicy ''\npolicy 'a'\npolicy 'a/b'\n"},
    {{".policy/test/x.yaml", "a.yaml"},
     {".policy/test/x.yaml", "a.yaml"},
     false,
     "a.yaml mn\npolicy ''\nproblem .policy/test/x.yaml: belongs to git or to a policy, and such "
     "files are not linted; `krug test` checks those of a policy\n"},
    /* Charts. */
    {{"c/Chart.yaml", "c/templates/x.yaml", "c/templates/d/y.yaml", "c/values.yaml",
      "d/templates/x.yaml", "c/templates/NOTES.txt"},
     {"."},
     false,
     "c/Chart.yaml mn\nc/templates/NOTES.txt n\nc/templates/d/y.yaml mnt\nc/templates/x.yaml mnt\n"
     "c/values.yaml mn\nd/templates/x.yaml mn\n"},
    {{"Chart.yaml", "templates/x.yaml"}, {"templates/x.yaml"}, true, "templates/x.yaml mnt\n"},
    {{"Chart.yaml", "mytemplates/x.yaml"}, {"."}, false, "Chart.yaml mn\nmytemplates/x.yaml mn\n"},
    /* Links are not followed, but where one is named and leads to a place inside. */
    {{"a/x.yaml", "link.yaml -> a/x.yaml", "up -> .."}, {"."}, false, "a/x.yaml mn\n"},
    {{"a/x.yaml", "b.yaml", "link -> a"}, {"link"}, false, "a/x.yaml mn\nb.yaml m\n"},
    {{"a/x.yaml", "out -> /tmp"},
     {"out"},
     false,
     "a/x.yaml m\nproblem out: lies outside of the root "},
    {{"a.yaml", "pipe.yaml |"}, {"."}, false, "a.yaml mn\n"},
    {{"a.yaml", "pipe.yaml |"},
     {"pipe.yaml"},
     false,
     "a.yaml m\nproblem pipe.yaml: is no file and no directory; what a command writes is linted "
     "with "
     "`krug lint -`\n"},
    {{"a.yaml"}, {"b.yaml"}, false, "a.yaml m\nproblem b.yaml: No such file or directory\n"},
    {{"a.yaml"}, {"-"}, false, "a.yaml m\n"},
    {{"caf\xe9.yaml"}, {"."}, false, "caf\xe9.yaml mn\n"},
};

static void walk_write(const struct tree *tree, const struct problems *problems,
                       struct buffer *buffer)
{
    for (size_t i = 0; i < tree->count; i++) {
        const struct tree_file *file = &tree->files[i];

        buffer_print(buffer, "%.*s %s%s%s%s\n", TEXT_ARGS(file->path), file->manifest ? "m" : "",
                     file->hidden ? "h" : "", file->named ? "n" : "", file->template ? "t" : "");
        assert_ptr_equal(tree_find(tree, file->path), file);
    }
    for (size_t i = 0; i < tree->policy_count; i++)
        buffer_print(buffer, "policy '%.*s'\n", TEXT_ARGS(tree->policies[i]));
    for (size_t i = 0; i < problems->count; i++)
        buffer_print(buffer, "problem %.*s: %.*s\n", TEXT_ARGS(problems->items[i].file),
                     TEXT_ARGS(problems->items[i].message));
}

static void walks(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof walk_cases / sizeof *walk_cases; i++) {
        const struct walk_case *test = &walk_cases[i];
        struct scratch scratch;
        struct buffer found = {0};
        struct problems problems;
        struct tree tree = {0};

        enter(&scratch, test->words);
        problems_init(&problems);
        tree_walk(&tree, text_of(scratch.path), test->paths, words_count(test->paths),
                  test->isolated, &problems);
        walk_write(&tree, &problems, &found);
        /* Where a message names the scratch directory the case ends before it. */
        assert_non_null(found.at);
        if (test->expected[strlen(test->expected) - 1] == ' ')
            found.at[strlen(test->expected)] = '\0';
        if (strcmp(found.at, test->expected))
            print_message("case %zu\n", i);
        assert_string_equal(found.at, test->expected);
        buffer_done(&found);
        tree_done(&tree);
        problems_done(&problems);
        scratch_leave(&scratch);
    }
}

static void tells_a_directory_that_it_cannot_read(void **state)
{
    const char *const words[] = {"a/x.yaml", "b.yaml", NULL}, *const paths[] = {"."};
    struct scratch scratch;
    struct problems problems;
    struct tree tree = {0};

    uid_t user = geteuid();

    (void)state;
    enter(&scratch, words);
    problems_init(&problems);
    assert_int_equal(chmod("a", 0), 0);
    assert_int_equal(chmod(".", 0755), 0);
    assert_true(user || !seteuid(65534)); /* root reads everything: be nobody for a while */
    tree_walk(&tree, text_of(scratch.path), paths, 1, false, &problems);
    assert_true(user || !seteuid(user));
    assert_int_equal(chmod("a", 0700), 0);
    assert_int_equal(tree.count, 1);
    assert_int_equal(problems.count, 1);
    assert_true(text_is(problems.items[0].file, "a"));
    assert_true(text_is(problems.items[0].message, "this directory cannot be read (Permission "
                                                   "denied): what it holds was not checked"));
    tree_done(&tree);
    problems_done(&problems);
    scratch_leave(&scratch);
}

static void reads_files_but_not_out_of_the_root(void **state)
{
    const char *const words[] = {"r/a.yaml = k: v", "r/in -> a.yaml", "r/out -> ../b.yaml",
                                 "b.yaml", NULL};
    const char *const paths[] = {"r"};
    struct scratch scratch;
    char root[512], *bytes;
    struct problems problems;
    struct tree tree = {0};
    size_t length;

    (void)state;
    enter(&scratch, words);
    problems_init(&problems);
    snprintf(root, sizeof root, "%s/r", scratch.path);
    tree_walk(&tree, text_of(root), paths, 1, false, &problems);
    assert_null(tree_read(&tree, TEXT("a.yaml"), &bytes, &length));
    assert_int_equal(length, 4);
    free(bytes);
    assert_null(tree_read(&tree, TEXT("in"), &bytes, &length));
    free(bytes);
    assert_string_equal(tree_read(&tree, TEXT("out"), &bytes, &length),
                        "a symbolic link that leads out of the root");
    assert_string_equal(tree_read(&tree, TEXT("none"), &bytes, &length),
                        "No such file or directory");
    bytes = strdup("a: b");
    tree_add_input(&tree, TEXT("dir/input.yaml"), bytes, 4, &problems);
    assert_null(tree_read(&tree, TEXT("dir/input.yaml"), &bytes, &length));
    assert_memory_equal(bytes, "a: b\0", 6);
    assert_int_equal(length, 4);
    free(bytes);
    tree_done(&tree);
    problems_done(&problems);
    scratch_leave(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_root),
        cmocka_unit_test(says_why_there_is_no_root),
        cmocka_unit_test(walks),
        cmocka_unit_test(tells_a_directory_that_it_cannot_read),
        cmocka_unit_test(reads_files_but_not_out_of_the_root),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
