/*
 * Resources of documents: what each case finds is written down as one line a resource.
 */
#include "repo/resource.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *yaml, *expected;
} cases[] = {
    {"apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\n",
     "1.0 [resource] ''/v1 Pod a b\n"},
    {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n",
     "1.0 [resource] 'apps'/v1 Deployment a -\n"},
    {"apiVersion: v1\nkind: Pod\nmetadata: {name: 5, namespace: ''}\n",
     "1.0 [resource] ''/v1 Pod - -\n"},
    /* No resources. */
    {"# nothing\n", "1 [empty]\n"},
    {"kind: Pod\n", "1 [other]\n"},
    {"apiVersion: v1\n", "1 [other]\n"},
    {"apiVersion: v1\nkind: 5\n", "1 [other]\n"},
    {"apiVersion: ''\nkind: Pod\n", "1 [other]\n"},
    {"- a\n", "1 [other]\n"},
    {"text\n", "1 [other]\n"},
    {"a: [\n", "1 [other]\n"},
    /* Several documents. */
    {"apiVersion: v1\nkind: Pod\n---\nx: y\n---\napiVersion: v1\nkind: Secret\n",
     "1.0 [resource] ''/v1 Pod - -\n2 [other]\n3.0 [resource] ''/v1 Secret - -\n"},
    /* Lists: items that are no resources are counted, and those of a PodList are Pods. */
    {"apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n- 5\n- null\n"
     "- {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d}}\n",
     "1.1 [list] ''/v1 Pod - -\n1.4 [list] 'apps'/v1 DaemonSet d -\n"},
    {"apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n- {kind: Pod}\n"
     "- {apiVersion: v1, kind: Secret}\n",
     "1.1 [list] ''/v1 Pod a -\n1.3 [list] ''/v1 Secret - -\n"},
    {"apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleList\nitems: [{metadata: {name: r}}]\n",
     "1.1 [list] 'rbac.authorization.k8s.io'/v1 Role r -\n"},
    {"apiVersion: v1\nkind: List\nitems: [{metadata: {name: a}}]\n", "1 [list]\n"},
    {"apiVersion: v1\nkind: List\nitems: []\n", "1 [list]\n"},
    {"apiVersion: v1\nkind: List\nitems: null\n", "1.0 [resource] ''/v1 List - -\n"},
    {"apiVersion: v1\nkind: Listing\nitems: [{apiVersion: v1, kind: Pod}]\n",
     "1.0 [resource] ''/v1 Listing - -\n"},
    {"apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A}\n- apiVersion: v1\n"
     "  kind: List\n  items: [{apiVersion: v1, kind: B}, {apiVersion: v1, kind: C}]\n"
     "- {apiVersion: v1, kind: D}\n",
     "1.1 [list] ''/v1 A - -\n1.2 [list] ''/v1 B - -\n1.3 [list] ''/v1 C - -\n"
     "1.4 [list] ''/v1 D - -\n"},
    /* Nine lists in each other: the ninth is taken for a resource. */
    {"{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: [{apiVersion: v1, "
     "kind: List, items: [{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: "
     "[{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: [{apiVersion: v1, "
     "kind: List, items: [{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: "
     "Pod}]}]}]}]}]}"
     "]}]}]}]}\n",
     "1.1 [list] ''/v1 List - -\n"},
};

static const char *const kind_names[] = {
    [DOCUMENT_EMPTY] = "empty",
    [DOCUMENT_RESOURCE] = "resource",
    [DOCUMENT_LIST] = "list",
    [DOCUMENT_OTHER] = "other",
};

static struct text text_or_dash(struct text text)
{
    return text.at ? text : TEXT("-");
}

static void write_resources(const struct document *document, struct buffer *buffer)
{
    const char *kind = kind_names[document_kind(document)];
    struct resources walk = resources_of(document);
    struct resource resource;
    bool any = false;

    for (; resources_next(&walk, &resource); any = true)
        buffer_print(buffer, "%u.%u [%s] '%.*s'/%.*s %.*s %.*s %.*s\n", resource.document,
                     resource.item, kind, TEXT_ARGS(resource.group), TEXT_ARGS(resource.version),
                     TEXT_ARGS(resource.kind), TEXT_ARGS(text_or_dash(resource.name)),
                     TEXT_ARGS(text_or_dash(resource.namespace)));
    assert_false(resources_next(&walk, &resource));
    if (!any)
        buffer_print(buffer, "%zu [%s]\n", document->number, kind);
}

static void finds_resources(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t length = strlen(cases[i].yaml);
        char *bytes = calloc(1, length + 2);
        struct buffer found = {0};
        struct source source;
        struct loader loader;
        struct document document;

        memcpy(bytes, cases[i].yaml, length);
        assert_null(source_init(&source, TEXT("x.yaml"), bytes, length));
        loader_init(&loader, &source);
        while (loader_next(&loader, &document))
            write_resources(&document, &found);
        if (!text_is(buffer_text(&found), cases[i].expected))
            print_message("%s", cases[i].yaml);
        assert_string_equal(buffer_text(&found).at, cases[i].expected);
        loader_done(&loader);
        source_done(&source);
        buffer_done(&found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_resources)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
