/*
 * Layouts: what is wrong in them, and what paths stand for. Chains are built by hand, without any
 * file.
 */
#include "base/memory.h"
#include "policy/layout.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Variables as a policy would have them. */
static const char vars_yaml[] = "short_env: {production: prod, development: dev}\n"
                                "list: [a]\n"
                                "numbers: {one: 1}\n";

struct vars {
    struct source source;
    struct loader loader;
    struct document document;
};

static void vars_init(struct vars *vars)
{
    char *bytes = calloc(1, sizeof vars_yaml + 2);

    memcpy(bytes, vars_yaml, sizeof vars_yaml - 1);
    assert_null(source_init(&vars->source, TEXT("policy.yaml"), bytes, sizeof vars_yaml - 1));
    loader_init(&vars->loader, &vars->source);
    assert_true(loader_next(&vars->loader, &vars->document));
}

static void vars_done(struct vars *vars)
{
    loader_done(&vars->loader);
    source_done(&vars->source);
}

static const struct {
    const char *pattern, *wrong;
} path_cases[] = {
    {"manifests/{service}/{env}/{kind}/{file}", NULL},
    {"**/{a}-{b}.yaml", NULL},
    {"a*/?/**", NULL},
    {"{a_1}", NULL},
    {"", "a path is empty"},
    {"/a", "`/a`: a path is relative to the directory that holds .policy/, and begins with a name"},
    {"./a",
     "`./a`: a path is relative to the directory that holds .policy/, and begins with a name"},
    {"a/", "`a/`: this is a directory and matches no file: write `**` behind it"},
    {"{a}/{a}", "`{a}` is captured twice"},
    {"{a}{b}", "`{b}` needs a text between it and the capture before it"},
    {"{}", "`{}` is no name of a capture: it may have a-z, 0-9 and `_`, and begins with a letter"},
    {"{A}",
     "`{A}` is no name of a capture: it may have a-z, 0-9 and `_`, and begins with a letter"},
    {"{a", "`{a`: a brace is not closed, or not open"},
    {"a}/b", "`a}/b`: a brace is not closed, or not open"},
};

static void checks_paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof path_cases / sizeof *path_cases; i++) {
        struct arena arena = {0};
        const char *wrong = layout_check_path(&arena, text_of(path_cases[i].pattern));

        if (path_cases[i].wrong)
            assert_string_equal(wrong ? wrong : "(right)", path_cases[i].wrong);
        else
            assert_null(wrong);
        arena_done(&arena);
    }
}

static const struct {
    const char *template, *wrong;
} template_cases[] = {
    {"{service}-{env:short_env}", NULL},
    {"fixed", NULL},
    {"{service}", NULL},
    {"{servce}", "`path` does not capture {servce}; did you mean {service}?"},
    {"{other_thing}", "`path` does not capture {other_thing}"},
    {"{env:shrt_env}", "there is no variable `shrt_env`; did you mean `short_env`?"},
    {"{env:other_thing}", "there is no variable `other_thing` in this policy's `vars`"},
    {"{env:list}", "the variable `list` must be a map from captures to names"},
    {"{env:numbers}", "vars.numbers.one must be a string to stand in a name"},
    {"{env", "`{env`: a brace is not closed, or not open"},
    {"env}", "`env}`: a brace is not closed, or not open"},
};

static void checks_templates(void **state)
{
    struct vars vars;

    (void)state;
    vars_init(&vars);
    for (size_t i = 0; i < sizeof template_cases / sizeof *template_cases; i++) {
        struct arena arena = {0};
        const char *wrong =
            layout_check_template(&arena, TEXT("{service}/{env}/*"),
                                  text_of(template_cases[i].template), vars.document.root);

        if (template_cases[i].wrong)
            assert_string_equal(wrong ? wrong : "(right)", template_cases[i].wrong);
        else
            assert_null(wrong);
        arena_done(&arena);
    }
    vars_done(&vars);
}

/* One entry and one path: what it stands for, or "no" and the reason. */
static const struct {
    const char *pattern, *namespace, *cluster, *path, *expected;
} cases[] = {
    {"m/{service}/{env}/{kind}/{file}", "{service}-{env:short_env}", "{env}",
     "m/x-echo-jp/development/Deployment/a.yaml",
     "x-echo-jp-dev @development service=x-echo-jp env=development kind=Deployment file=a.yaml"},
    /* A variable does not map it. */
    {"m/{service}/{env}/{kind}/{file}", "{service}-{env:short_env}", "{env}",
     "m/x-echo-jp/staging/Deployment/a.yaml", "no: vars.short_env has no 'staging'"},
    /* Too short, too long. */
    {"m/{service}/{env}/{file}", "{service}", NULL, "m/a/b.yaml", "no"},
    {"m/{service}/{env}/{file}", "{service}", NULL, "m/a/b/c/d.yaml", "no"},
    {"m/{service}", "{service}", NULL, "m/", "no"},
    /* A capture in a part: the earlier one takes as much as it can. */
    {"{service}-{env}/{file}.yaml", "{service}-{env}", NULL, "x-echo-jp-dev/a.b.yaml",
     "x-echo-jp-dev @ service=x-echo-jp env=dev file=a.b"},
    {"v{major}.{minor}/*", NULL, NULL, "v1.2.3/x", "- @ major=1.2 minor=3"},
    {"v{major}.{minor}/*", NULL, NULL, "v1/x", "no"},
    {"a{b}c", NULL, NULL, "ac", "no"},
    {"a{b}c", NULL, NULL, "abbc", "- @ b=bb"},
    /* Stars. */
    {"p/{cluster}/**", NULL, "{cluster}", "p/prod/a/b/c.yaml", "- @prod cluster=prod"},
    {"p/{cluster}/**", NULL, "{cluster}", "p/prod/c.yaml", "- @prod cluster=prod"},
    {"**/{service}/x.yaml", "{service}", NULL, "a/x.yaml", "a @ service=a"},
    {"**/{service}/x.yaml", "{service}", NULL, "a/b/c/x.yaml", "c @ service=c"},
    {"a/**/b/{f}", NULL, NULL, "a/b/f", "- @ f=f"},
    {"a/**/b/{f}", NULL, NULL, "a/x/b/y/b/f", "- @ f=f"},
    {"a/**/b/{f}", NULL, NULL, "a/xb/f", "no"},
    /* Within a part two stars stand for anything, and not for whole directories. */
    {"a**/b", NULL, NULL, "a/b", "- @"},
    {"a**/b", NULL, NULL, "ax/y/b", "- @"},
    {"a**/b", NULL, NULL, "ab", "no"},
    {"{x}**/b", NULL, NULL, "a/yb", "no"},
    {"**", "fixed", NULL, "a/b", "fixed @"},
    {"*/?.yaml", NULL, NULL, "abc/d.yaml", "- @"},
    {"*/?.yaml", NULL, NULL, "abc/de.yaml", "no"},
    {"*.yaml", NULL, NULL, "a/b.yaml", "no"},
    {"a/{x}", NULL, NULL, "A/x", "no"},
    {"caf\xc3\xa9/{x}", "{x}", NULL, "caf\xc3\xa9/\xff", "\xff @ x=\xff"},
};

static void write_location(const struct location *location, struct buffer *buffer)
{
    if (!location->entry) {
        buffer_print(buffer, "no%s%.*s", location->reason.at ? ": " : "",
                     TEXT_ARGS(location->reason));
        return;
    }
    buffer_print(buffer, "%.*s @%.*s",
                 TEXT_ARGS(location->namespace.at ? location->namespace : TEXT("-")),
                 TEXT_ARGS(location->cluster));
    for (size_t i = 0; i < location->capture_count; i++)
        buffer_print(buffer, " %.*s=%.*s", TEXT_ARGS(location->captures[i].key),
                     TEXT_ARGS(location->captures[i].value));
}

static void locates(void **state)
{
    struct vars vars;

    (void)state;
    vars_init(&vars);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct layout_entry entry = {text_of(cases[i].pattern), text_of(cases[i].namespace),
                                     text_of(cases[i].cluster), 1, 1};
        const struct policy policy = {
            .layout = &entry, .layout_count = 1, .vars = vars.document.root};
        const struct policy *policies[] = {&policy};
        const struct chain chain = {.policies = policies, .count = 1, .path_count = 1};
        struct buffer found = {0};
        struct arena arena = {0};
        struct location location;

        layout_locate(&chain, text_of(cases[i].path), &arena, &location);
        write_location(&location, &found);
        assert_true(location.has_layout);
        if (!text_is(buffer_text(&found), cases[i].expected))
            print_message("%s on %s\n", cases[i].pattern, cases[i].path);
        assert_string_equal(buffer_text(&found).at, cases[i].expected);
        buffer_done(&found);
        arena_done(&arena);
    }
    vars_done(&vars);
}

static void takes_the_first_entry_that_matches(void **state)
{
    struct layout_entry entries[] = {
        {TEXT("a/{env}/{file}"), TEXT("{env:short_env}"), {0}, 1, 1},
        {TEXT("a/{env}/{file}"), TEXT("second"), TEXT("c"), 2, 1},
        {TEXT("**"), TEXT("third"), {0}, 3, 1},
    };
    struct policy policy = {.layout = entries, .layout_count = 3};
    const struct policy *policies[] = {&policy};
    const struct chain chain = {.policies = policies, .count = 1, .path_count = 1};
    struct arena arena = {0};
    struct location location;
    struct vars vars;

    (void)state;
    vars_init(&vars);
    policy.vars = vars.document.root;
    layout_locate(&chain, TEXT("a/production/x"), &arena, &location);
    assert_true(text_is(location.namespace, "prod"));
    assert_true(text_is(location.cluster, ""));
    /* What a variable does not map leaves room for the next, and no reason behind. */
    layout_locate(&chain, TEXT("a/staging/x"), &arena, &location);
    assert_true(text_is(location.namespace, "second"));
    assert_true(text_is(location.cluster, "c"));
    assert_null(location.reason.at);
    layout_locate(&chain, TEXT("b"), &arena, &location);
    assert_true(text_is(location.namespace, "third"));
    arena_done(&arena);
    vars_done(&vars);
}

/* `files` and `exclude` of a policy in directory d, and of one of --policy. */
static const struct {
    const char *files, *exclude, *extra_files, *extra_exclude, *path;
    bool excluded;
} skip_cases[] = {
    {NULL, NULL, NULL, NULL, "d/a.yaml", false},
    {"m/**", NULL, NULL, NULL, "d/m/a.yaml", false},
    {"m/**", NULL, NULL, NULL, "d/a.yaml", true},
    {"d/m/**", NULL, NULL, NULL, "d/m/a.yaml", true},
    {NULL, "**/x.yaml", NULL, NULL, "d/m/x.yaml", true},
    {NULL, "**/x.yaml", NULL, NULL, "d/x.yaml", true},
    {NULL, "*.yaml", NULL, NULL, "d/m/x.yaml", false},
    {"m/**", "m/x.yaml", NULL, NULL, "d/m/x.yaml", true},
    /* --policy: its globs are relative to the root, its `files` replace, its `exclude` adds. */
    {"m/**", NULL, "d/n/**", NULL, "d/n/x.yaml", false},
    {"m/**", NULL, "d/n/**", NULL, "d/m/x.yaml", true},
    {NULL, "a.yaml", NULL, "d/b.yaml", "d/a.yaml", true},
    {NULL, "a.yaml", NULL, "d/b.yaml", "d/b.yaml", true},
    {NULL, "a.yaml", NULL, "d/b.yaml", "d/c.yaml", false},
};

static void skips(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof skip_cases / sizeof *skip_cases; i++) {
        struct text files = text_of(skip_cases[i].files), exclude = text_of(skip_cases[i].exclude);
        struct text extra_files = text_of(skip_cases[i].extra_files);
        struct text extra_exclude = text_of(skip_cases[i].extra_exclude);
        const struct policy policy = {.directory = TEXT("d"),
                                      .files = &files,
                                      .file_count = files.at != NULL,
                                      .exclude = &exclude,
                                      .exclude_count = exclude.at != NULL};
        const struct policy extra = {.directory = TEXT(""),
                                     .extra = true,
                                     .files = &extra_files,
                                     .file_count = extra_files.at != NULL,
                                     .exclude = &extra_exclude,
                                     .exclude_count = extra_exclude.at != NULL};
        const struct policy *policies[] = {&policy, &extra};
        const struct chain chain = {.policies = policies, .count = 2, .path_count = 1};
        struct arena arena = {0};
        struct location location;

        layout_locate(&chain, text_of(skip_cases[i].path), &arena, &location);
        if ((location.skip == SKIP_EXCLUDED) != skip_cases[i].excluded)
            print_message("case %zu\n", i);
        assert_int_equal(location.skip, skip_cases[i].excluded ? SKIP_EXCLUDED : SKIP_NONE);
        assert_false(location.has_layout);
        arena_done(&arena);
    }
}

/* Thirty captures on a path of one letter: with backtracking this would take longer than the sun.
 */
static void is_not_exponential(void **state)
{
    struct buffer pattern = {0}, path = {0};
    struct layout_entry entry = {0};
    const struct policy policy = {.layout = &entry, .layout_count = 1};
    const struct policy *policies[] = {&policy};
    const struct chain chain = {.policies = policies, .count = 1, .path_count = 1};
    struct arena arena = {0};
    struct location location;

    (void)state;
    for (int i = 0; i < 30; i++)
        buffer_print(&pattern, "{a%d}a*a**a", i);
    for (int i = 0; i < 4000; i++)
        buffer_byte(&path, 'a');
    buffer_add(&pattern, TEXT("b"));
    entry.path = buffer_text(&pattern);
    assert_null(layout_check_path(&arena, entry.path));
    layout_locate(&chain, buffer_text(&path), &arena, &location);
    assert_null(location.entry);
    buffer_byte(&path, 'b');
    layout_locate(&chain, buffer_text(&path), &arena, &location);
    assert_ptr_equal(location.entry, &entry);
    assert_int_equal(location.capture_count, 30);
    buffer_done(&pattern);
    buffer_done(&path);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_paths), cmocka_unit_test(checks_templates),
        cmocka_unit_test(locates),      cmocka_unit_test(takes_the_first_entry_that_matches),
        cmocka_unit_test(skips),        cmocka_unit_test(is_not_exponential),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
