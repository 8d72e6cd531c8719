/*
 * Questions to a tree: finding, walking, paths, writing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "yaml/load.h"
#include <cmocka.h>

struct reading {
    struct source source;
    struct loader loader;
    struct document document;
};

static const struct node *open_text(struct reading *reading, const char *text)
{
    size_t length = strlen(text);
    char *bytes = calloc(1, length + 2);

    assert_non_null(bytes);
    memcpy(bytes, text, length);
    assert_null(source_init(&reading->source, TEXT("f"), bytes, length));
    loader_init(&reading->loader, &reading->source);
    assert_true(loader_next(&reading->loader, &reading->document));
    assert_non_null(reading->document.root);
    return reading->document.root;
}

static void close_text(struct reading *reading)
{
    loader_done(&reading->loader);
    source_done(&reading->source);
}

static void test_find(void **state)
{
    struct reading reading;
    const struct node *root = open_text(&reading, "a: {b: {c: x, '': 1}}\nl: [p, q]\nz:\n");

    (void)state;
    assert_true(text_is(node_text(node_at(root, "a", "b", "c", NULL)), "x"));
    assert_ptr_equal(node_at(root, NULL), root);
    assert_null(node_at(root, "a", "x", "c", NULL));
    assert_null(node_at(root, "l", "p", NULL));
    assert_null(node_at(NULL, "a", NULL));
    assert_int_equal(node_find(node_at(root, "a", "b", NULL), TEXT(""))->integer, 1);
    assert_null(node_find(NULL, TEXT("a")));
    assert_null(node_text(node_at(root, "a", NULL)).at);
    assert_null(node_text(NULL).at);
    assert_int_equal(node_at(root, "z", NULL)->type, NODE_NULL);
    assert_int_equal(root->count, 3);
    assert_int_equal(node_at(root, "l", NULL)->first->next->index, 1);
    assert_ptr_equal(node_at(root, "l", NULL)->first->parent, node_at(root, "l", NULL));
    close_text(&reading);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(node_type_name(NODE_NULL), "null");
    assert_string_equal(node_type_name(NODE_UNSIGNED), "number");
    assert_string_equal(node_type_name(NODE_LIST), "list");
    assert_string_equal(node_style_name(STYLE_PLAIN), "plain");
    assert_string_equal(node_style_name(STYLE_FLOW), "flow");
}

static void test_paths(void **state)
{
    static const char text[] =
        "metadata:\n"
        "  labels: {app.kubernetes.io/name: a, x-y: b, 8: c, 'q\"\\': d, '': e}\n"
        "spec:\n"
        "  ports:\n"
        "  - {name: http, port: 80}\n"
        "  - {port: 81}\n"
        "  - {key: \"a b\"}\n"
        "  - {name: 1.5, key: k}\n"
        "  - [x]\n"
        "  - y\n";
    static const struct {
        const char *path, *stable;
    } want[] = {
        {"metadata", "metadata"},
        {"metadata.labels", "metadata.labels"},
        {"metadata.labels[\"app.kubernetes.io/name\"]",
         "metadata.labels[\"app.kubernetes.io/name\"]"},
        {"metadata.labels.x-y", "metadata.labels.x-y"},
        {"metadata.labels[\"8\"]", "metadata.labels[\"8\"]"},
        {"metadata.labels[\"q\\\"\\\\\"]", "metadata.labels[\"q\\\"\\\\\"]"},
        {"metadata.labels[\"\"]", "metadata.labels[\"\"]"},
        {"spec", "spec"},
        {"spec.ports", "spec.ports"},
        {"spec.ports[0]", "spec.ports[name=http]"},
        {"spec.ports[0].name", "spec.ports[name=http].name"},
        {"spec.ports[0].port", "spec.ports[name=http].port"},
        {"spec.ports[1]", "spec.ports[port=81]"},
        {"spec.ports[1].port", "spec.ports[port=81].port"},
        {"spec.ports[2]", "spec.ports[key=\"a b\"]"},
        {"spec.ports[2].key", "spec.ports[key=\"a b\"].key"},
        {"spec.ports[3]", "spec.ports[key=k]"},
        {"spec.ports[3].name", "spec.ports[key=k].name"},
        {"spec.ports[3].key", "spec.ports[key=k].key"},
        {"spec.ports[4]", "spec.ports[4]"},
        {"spec.ports[4][0]", "spec.ports[4][0]"},
        {"spec.ports[5]", "spec.ports[5]"},
    };
    struct reading reading;
    const struct node *root = open_text(&reading, text);
    struct node_walk walk = node_walk(root);

    (void)state;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct buffer path = {0}, stable = {0};

        node_walk_next(&walk);
        assert_non_null(walk.node);
        node_path(&path, walk.node, root);
        node_stable_path(&stable, walk.node, root);
        assert_string_equal(path.at, want[i].path);
        assert_string_equal(stable.at, want[i].stable);
        buffer_done(&path);
        buffer_done(&stable);
    }
    node_walk_next(&walk);
    assert_null(walk.node);
    close_text(&reading);
}

static void test_path_from(void **state)
{
    struct reading reading;
    const struct node *root = open_text(&reading, "items: [{a: {b: 1}}]\n");
    const struct node *item = node_at(root, "items", NULL)->first;
    struct buffer path = {0};

    (void)state;
    node_path(&path, node_at(item, "a", "b", NULL), item);
    assert_string_equal(path.at, "a.b");
    buffer_done(&path);
    node_path(&path, item, item);
    assert_int_equal(path.length, 0);
    node_path(&path, item, NULL);
    assert_string_equal(path.at, "items[0]");
    node_path_key(&path, TEXT("a\nb"));
    assert_string_equal(path.at, "items[0][\"a\\u000ab\"]");
    buffer_done(&path);
    close_text(&reading);
}

/* The tree of a text that was parsed hangs in that around it, which may be deep itself. */
static void test_path_of_many_steps(void **state)
{
    struct node steps[3 * NODE_PATH_STEPS] = {{.type = NODE_MAP}};
    const size_t last = sizeof steps / sizeof *steps - 1;
    struct buffer path = {0};

    (void)state;
    for (size_t i = 1; i <= last; i++)
        steps[i] = (struct node){.type = NODE_MAP, .key = TEXT("k"), .parent = &steps[i - 1]};
    steps[1].key = TEXT("top");
    node_path(&path, &steps[last], steps);
    assert_true(text_starts(buffer_text(&path), TEXT("top.k.k.k.")));
    assert_true(text_ends(buffer_text(&path), TEXT(".k...")));
    assert_in_range(path.length, NODE_PATH_MAX, NODE_PATH_MAX + 10);
    buffer_done(&path);
}

static void test_walk(void **state)
{
    static const struct {
        const char *key;
        size_t depth;
    } want[] = {{"a", 1}, {"b", 2}, {"c", 3}, {"d", 2}, {"e", 1}, {"f", 1}};
    struct reading reading;
    const struct node *root = open_text(&reading, "a: {b: {c: 1}, d: []}\ne: {}\nf: 2\n");
    struct node_walk walk = node_walk(root);

    (void)state;
    assert_int_equal(walk.depth, 0);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        node_walk_next(&walk);
        assert_true(text_is(walk.node->key, want[i].key));
        assert_int_equal(walk.depth, want[i].depth);
    }
    node_walk_next(&walk);
    assert_null(walk.node);

    walk = node_walk(root);
    node_walk_next(&walk);
    node_walk_skip(&walk);
    assert_true(text_is(walk.node->key, "e"));
    assert_int_equal(walk.depth, 1);
    walk = node_walk(root);
    node_walk_skip(&walk);
    assert_null(walk.node);
    /* A walk stays below its root. */
    walk = node_walk(node_at(root, "a", NULL));
    for (size_t i = 0; i < 4; i++) {
        assert_non_null(walk.node);
        node_walk_next(&walk);
    }
    assert_null(walk.node);
    close_text(&reading);
}

static void test_write(void **state)
{
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"", "null"},
        {"a: 1\nb: [yes, 1.5, ~, 'x\"', {}, [], 18446744073709551615]\nc: {d: {e: -1}}\n",
         "{\"a\":1,\"b\":[true,1.5,null,\"x\\\"\",{},[],18446744073709551615],"
         "\"c\":{\"d\":{\"e\":-1}}}"},
        {"- [[1], 2]\n- 3\n", "[[[1],2],3]"},
        {"x", "\"x\""},
        {"{\"a\": 1e21}", "{\"a\":1e+21}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading reading;
        const struct node *root =
            open_text(&reading, *cases[i].text ? cases[i].text : "# nothing\n");
        char *text = NULL;
        size_t size;
        FILE *stream = open_memstream(&text, &size);
        struct json json = {.stream = stream};

        assert_non_null(stream);
        node_write(root, &json);
        fclose(stream);
        assert_string_equal(text, cases[i].json);
        free(text);
        close_text(&reading);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_path_from),
        cmocka_unit_test(test_path_of_many_steps),
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_write),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
