/*
 * Layouts and globs. An input is lines: a layout's path, the templates of its namespace and its
 * cluster, then paths, which are also matched as globs and as names. Globs are compared with plain
 * matchers that fill a table; a layout that matches has to agree with its path as a glob.
 */
#include "policy/layout.h"
#include "base/glob.h"
#include "fuzz.h"
#include "policy/pattern.h"
#include <stdlib.h>
#include <string.h>

/* Bounds for the plain matchers, which are slow. */
enum { LAYOUT_LENGTH_MAX = 200, LAYOUT_PATHS_MAX = 20 };

static const char vars_yaml[] = "env: {production: prod, development: dev, laboratory: lab}\n"
                                "list: [a]\n"
                                "numbers: {one: 1}\n";

/* Variables as a policy would have them; they live as long as the program. */
static const struct node *get_vars(void)
{
    static struct fuzz_file file;

    if (!file.document.root) {
        FUZZ_CHECK(fuzz_file_init(&file, text_of(vars_yaml)));
        FUZZ_CHECK(loader_next(&file.loader, &file.document) && file.document.root);
    }
    return file.document.root;
}

/* WAYS[n] tells whether the rest of the pattern matches from n on; now with BYTE before it. */
static void plain_step(struct text name, char byte, bool slashes, bool *ways)
{
    if (byte == '*') {
        for (size_t n = name.length; n--;)
            ways[n] |= ways[n + 1] && (!slashes || name.at[n] != '/');
        return;
    }
    for (size_t n = 0; n < name.length; n++)
        ways[n] =
            ways[n + 1] && (byte == name.at[n] || (byte == '?' && (!slashes || name.at[n] != '/')));
    ways[name.length] = false;
}

static bool plain_name(struct text pattern, struct text name)
{
    bool ways[LAYOUT_LENGTH_MAX + 1] = {false};

    ways[name.length] = true;
    for (size_t p = pattern.length; p--;)
        plain_step(name, pattern.at[p], false, ways);
    return ways[0];
}

static bool starts_part(struct text text, size_t at)
{
    return at == 0 || text.at[at - 1] == '/';
}

/* Whole directories, each with its slash, from the start of a part on. */
static void plain_directories(struct text path, bool *ways)
{
    bool any = false;

    for (size_t n = path.length + 1; n--;) {
        any |= ways[n] && starts_part(path, n);
        ways[n] |= any && starts_part(path, n);
    }
}

/* One piece at a time, from the last: `**` with a slash behind it at the start of a part, `**`, and
 * single bytes. */
static bool plain_path(struct text pattern, struct text path)
{
    bool ways[LAYOUT_LENGTH_MAX + 1] = {false};
    /* where each piece begins */
    size_t starts[LAYOUT_LENGTH_MAX], count = 0, p = 0;

    if (text_ends(pattern, TEXT("/**")) &&
        plain_path(text_slice(pattern, 0, pattern.length - 3), path))
        return true;
    while (p < pattern.length) {
        struct text rest = text_slice(pattern, p, pattern.length);

        starts[count++] = p;
        if (text_starts(rest, TEXT("**/")) && starts_part(pattern, p))
            p += 3;
        else
            p += text_starts(rest, TEXT("**")) ? 2 : 1;
    }
    ways[path.length] = true;
    for (size_t end = pattern.length; count--; end = starts[count]) {
        struct text piece = text_slice(pattern, starts[count], end);

        if (piece.length == 3)
            plain_directories(path, ways);
        else
            plain_step(path, piece.at[0], piece.length == 1, ways);
    }
    return ways[0];
}

static void check_globs(struct text pattern, struct text path)
{
    if (pattern.length > LAYOUT_LENGTH_MAX || path.length > LAYOUT_LENGTH_MAX)
        return;
    FUZZ_CHECK(glob_name(pattern, path) == plain_name(pattern, path));
    FUZZ_CHECK(glob_path(pattern, path) == plain_path(pattern, path));
}

/* PATTERN with a star for each capture. */
static void write_glob(struct text pattern, struct buffer *glob)
{
    struct piece piece;
    size_t at = 0;

    for (size_t start = 0; piece_next(pattern, &at, &piece); start = at)
        buffer_add(glob, piece.kind == PIECE_CAPTURE ? TEXT("*") : text_slice(pattern, start, at));
}

/* A chain with one policy that has one entry. */
struct world {
    struct layout_entry entry;
    struct policy policy;
    const struct policy *policies[1];
    struct chain chain;
};

static void check_location(const struct world *world, struct text path)
{
    struct arena arena = {0};
    struct buffer glob = {0};
    struct location location;

    layout_locate(&world->chain, path, &arena, &location);
    write_glob(world->entry.path, &glob);
    FUZZ_CHECK(location.has_layout && location.skip == SKIP_NONE && location.cluster.at);
    if (location.entry) {
        FUZZ_CHECK(location.entry == &world->entry && !location.reason.at);
        FUZZ_CHECK(glob_path(buffer_text(&glob), path));
        FUZZ_CHECK((location.namespace.at != NULL) == (world->entry.namespace.at != NULL));
    } else {
        FUZZ_CHECK(!location.namespace.at && !location.capture_count);
    }
    for (size_t i = 0; i < location.capture_count; i++) {
        struct text value = location.captures[i].value;

        FUZZ_CHECK(value.length && text_find(value, TEXT("/"), 0) == SIZE_MAX);
        FUZZ_CHECK(pattern_captures(world->entry.path, location.captures[i].key));
    }
    buffer_done(&glob);
    arena_done(&arena);
}

static struct text check_template(struct arena *arena, struct text pattern, struct text template)
{
    const char *wrong = layout_check_template(arena, pattern, template, get_vars());

    FUZZ_CHECK(!wrong || *wrong);
    return wrong ? (struct text){0} : template;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = fuzz_copy((struct text){(const char *)data, size});
    struct text rest = {bytes, size};
    struct text pattern = fuzz_cut(&rest, TEXT("\n"));
    struct text namespace = fuzz_cut(&rest, TEXT("\n")), cluster = fuzz_cut(&rest, TEXT("\n"));
    struct arena arena = {0};
    struct world world = {.entry = {.path = pattern}};
    const char *wrong = layout_check_path(&arena, pattern);

    FUZZ_CHECK(!wrong || *wrong);
    if (!wrong) {
        world.entry.namespace = check_template(&arena, pattern, namespace);
        world.entry.cluster = check_template(&arena, pattern, cluster);
    }
    world.policy = (struct policy){.layout = &world.entry, .layout_count = 1, .vars = get_vars()};
    world.policies[0] = &world.policy;
    world.chain = (struct chain){.policies = world.policies, .count = 1, .path_count = 1};
    for (int i = 0; i < LAYOUT_PATHS_MAX && rest.at; i++) {
        struct text path = fuzz_cut(&rest, TEXT("\n"));

        check_globs(pattern, path);
        if (!wrong && path.length && !text_is(path, "-"))
            check_location(&world, path);
    }
    arena_done(&arena);
    free(bytes);
    return 0;
}
