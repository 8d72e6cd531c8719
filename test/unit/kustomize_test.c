/*
 * What repo_scan finds in small repositories: how kustomizations use files and which namespace they
 * put them into, Namespace objects, CustomResourceDefinitions. Each repository is one text in which
 * a line "== path" begins a file; what was found is written down as text, on one thread and on
 * four.
 */
#include "repo/repo.h"
#include "support.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Letters: r(esource), p(atch). */
static const struct repository_case {
    const char *repository, *expected;
} cases[] = {
    /* Base and overlay: the outermost namespace decides. */
    {"== base/kustomization.yaml\nnamespace: inner\nresources: [a.yaml]\n"
     "== base/a.yaml\n\n"
     "== overlay/kustomization.yaml\nnamespace: outer\nresources: [../base, b.yaml]\n"
     "patches:\n- path: patch.yaml\n- patch: |-\n    a: b\n"
     "== overlay/b.yaml\n\n"
     "== overlay/patch.yaml\n\n",
     "base/a.yaml r outer (overlay/kustomization.yaml)\n"
     "overlay/b.yaml r outer (overlay/kustomization.yaml)\n"
     "overlay/patch.yaml p outer (overlay/kustomization.yaml)\n"},
    /* An overlay without a namespace leaves the base's. */
    {"== base/kustomization.yaml\nnamespace: inner\nresources: [a.yaml]\n"
     "== base/a.yaml\n\n"
     "== overlay/kustomization.yaml\nresources: [../base/]\n",
     "base/a.yaml r inner (base/kustomization.yaml)\n"},
    /* Two overlays that differ, that agree, and one without. */
    {"== base/kustomization.yaml\nresources: [a.yaml]\n"
     "== base/a.yaml\n\n"
     "== one/kustomization.yaml\nnamespace: one\nresources: [../base]\n"
     "== two/kustomization.yaml\nnamespace: two\nresources: [../base]\n",
     "base/a.yaml r one (one/kustomization.yaml), two (two/kustomization.yaml)\n"},
    {"== base/kustomization.yaml\nresources: [a.yaml]\n"
     "== base/a.yaml\n\n"
     "== two/kustomization.yaml\nnamespace: same\nresources: [../base]\n"
     "== one/kustomization.yaml\nnamespace: same\nresources: [../base]\n",
     "base/a.yaml r same (one/kustomization.yaml)\n"},
    {"== base/kustomization.yaml\nresources: [a.yaml]\n"
     "== base/a.yaml\n\n"
     "== one/kustomization.yaml\nnamespace: one\nresources: [../base]\n"
     "== two/kustomization.yaml\nresources: [../base]\n",
     "base/a.yaml r one (one/kustomization.yaml), or as it says\n"},
    /* The same, but the base says what the second leaves alone, and it agrees with the first. */
    {"== base/kustomization.yaml\nnamespace: one\nresources: [a.yaml]\n"
     "== base/a.yaml\n\n"
     "== one/kustomization.yaml\nnamespace: one\nresources: [../base]\n"
     "== two/kustomization.yaml\nresources: [../base]\n",
     "base/a.yaml r one (base/kustomization.yaml)\n"},
    /* A diamond. */
    {"== base/kustomization.yaml\nresources: [a.yaml]\n"
     "== base/a.yaml\n\n"
     "== left/kustomization.yaml\nresources: [../base]\n"
     "== right/kustomization.yaml\nnamespace: right\nresources: [../base]\n"
     "== top/kustomization.yaml\nnamespace: top\nresources: [../left, ../right]\n",
     "base/a.yaml r top (top/kustomization.yaml)\n"},
    /* Names and labels that a build changes: for all below, and a component's for all of its
       parent. */
    {"== base/kustomization.yaml\nresources: [a.yaml]\nnamePrefix: ''\ncommonLabels: {}\n"
     "labels: [{pairs: {a: b}}, {pairs: {}, includeSelectors: true}]\n"
     "== base/a.yaml\n\n"
     "== overlay/kustomization.yaml\nnameSuffix: -x\nresources: [../base]\ncomponents: [../part]\n"
     "== part/kustomization.yaml\nkind: Component\nlabels: [{pairs: {a: b}, includeTemplates: "
     "true}]\n"
     "== old/kustomization.yaml\ncommonLabels: {a: b}\nresources: [b.yaml]\n"
     "== old/b.yaml\n\n"
     "== plain/kustomization.yaml\nresources: [c.yaml]\nlabels: [{pairs: {a: b}}]\nnamePrefix: ''\n"
     "== plain/c.yaml\n\n",
     "base/a.yaml r; names; labels\nold/b.yaml r; labels\nplain/c.yaml r\n"},
    /* A component takes what its parent decides; alone it says what the parent leaves alone. */
    {"== part/kustomization.yaml\nkind: Component\nnamespace: part\nresources: [a.yaml]\n"
     "== part/a.yaml\n\n"
     "== app/kustomization.yml\nnamespace: app\ncomponents: [../part]\nresources: [b.yaml]\n"
     "== app/b.yaml\n\n",
     "app/b.yaml r app (app/kustomization.yml)\npart/a.yaml r app (app/kustomization.yml)\n"},
    {"== part/kustomization.yaml\nkind: Component\nnamespace: part\nresources: [a.yaml]\n"
     "== part/a.yaml\n\n"
     "== app/Kustomization\ncomponents: [../part]\nresources: [b.yaml]\n"
     "== app/b.yaml\n\n",
     "app/b.yaml r part (part/kustomization.yaml)\npart/a.yaml r part (part/kustomization.yaml)\n"},
    /* Whoever lists a file as a resource makes it one, whatever another one calls it. */
    {"== a/kustomization.yaml\nnamespace: a\npatchesStrategicMerge:\n- ../x.yaml\n- |-\n  b: c\n"
     "patchesJson6902:\n- {path: ops.yaml, target: {kind: Pod}}\n- {patch: '[]'}\n"
     "== a/ops.yaml\n\n"
     "== b/kustomization.yaml\nnamespace: b\nresources: [../x.yaml]\n"
     "== x.yaml\n\n",
     "a/ops.yaml p a (a/kustomization.yaml)\nx.yaml rp b (b/kustomization.yaml)\n"},
    /* A file that two list. */
    {"== a/kustomization.yaml\nnamespace: a\nresources: [../x.yaml]\n"
     "== b/kustomization.yaml\nnamespace: b\nresources: [../x.yaml]\n"
     "== x.yaml\n\n",
     "x.yaml r a (a/kustomization.yaml), b (b/kustomization.yaml)\n"},
    /* Cycles end: one that is reached from outside, one that is not, and oneself. */
    {"== a/kustomization.yaml\nresources: [../b, a.yaml]\n"
     "== a/a.yaml\n\n"
     "== b/kustomization.yaml\nresources: [../a]\n"
     "== c/kustomization.yaml\nnamespace: c\nresources: [../a]\n",
     "a/a.yaml r c (c/kustomization.yaml)\n"},
    {"== a/kustomization.yaml\nnamespace: a\nresources: [../b, a.yaml, .]\n"
     "== a/a.yaml\n\n"
     "== b/kustomization.yaml\nresources: [../a]\n",
     "a/a.yaml r a (a/kustomization.yaml)\n"},
    {"== kustomization.yaml\nnamespace: here\nresources: [., a.yaml]\n"
     "== a.yaml\n\n",
     "a.yaml r here (kustomization.yaml)\n"},
    /* Remote, outside, absolute, missing, of the wrong type, and a directory without a
       kustomization. */
    {"== k/kustomization.yaml\nnamespace: 5\nresources:\n- https://example.com/a.yaml\n- 5\n"
     "- ../../a.yaml\n- /a.yaml\n- none.yaml\n- ../d\n- github.com/o/r//p?ref=v1\n- ./../a.yaml\n"
     "patches: none\n"
     "== a.yaml\n\n"
     "== d/x.yaml\n\n",
     "a.yaml r\n"},
    /* Not YAML, hidden, empty. */
    {"== k/kustomization.yaml\nresources: [a.yaml\n"
     "== k/a.yaml\n\n"
     "== .h/kustomization.yaml\nresources: [../k/a.yaml]\n"
     "== e/kustomization.yaml\n\n",
     ""},
    /* Namespaces: plain, quoted, tagged, in a list, in JSON, behind others; the line is the file's.
     */
    {"== a.yaml\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: plain\n"
     "  labels: {b: '2', a: \"1\", n: 3}\n  annotations: {c: d}\n"
     "== b.yaml\na: b\n---\nkind:   \"Namespace\"   # quoted\napiVersion: v1\nmetadata:\n"
     "    name: 'quoted'\n---\napiVersion: v1\nkind: !!str\n  Namespace\nmetadata: {name: tagged}\n"
     "---\napiVersion: v1\nkind: &k Namespace\nmetadata: {name: anchored}\n"
     "== c.json\n{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[\n"
     "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"json\"}}]}\n"
     "== d.yaml\n{apiVersion: v1, kind: NamespaceList, items: [{metadata: {name: listed}}]}\n"
     "== e.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: crlf}\r\n",
     "namespace plain a.yaml:4:9 b=2 a=1; c=d\nnamespace quoted b.yaml:6:11\n"
     "namespace tagged b.yaml:11:18\nnamespace anchored b.yaml:15:18\n"
     "namespace json c.json:2:58\nnamespace listed d.yaml:1:65\nnamespace crlf e.yaml:3:18\n"},
    /* What is none: another group, no name, a patch, hidden, other words, not YAML. */
    {"== a.yaml\napiVersion: x/v1\nkind: Namespace\nmetadata: {name: a}\n"
     "== b.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {generateName: b}\n"
     "== c/kustomization.yaml\npatches: [{path: p.yaml}]\n"
     "== c/p.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: c}\n"
     "== .d/d.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: d}\n"
     "== e.yaml\napiVersion: v1\nkind: Pod\nx: {kind: Namespaced, y: 'kind: Namespace'}\n"
     "== f.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: f\n"
     "== g.txt\napiVersion: v1\nkind: Namespace\nmetadata: {name: g}\n",
     "c/p.yaml p\n"},
    /* A document that does not parse hides none behind it. */
    {"== a.yaml\nkind: Namespace\nx: [\n---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: "
     "a\n",
     "namespace a a.yaml:7:9\n"},
    /* Definitions: block style, other order, flow, in a list, quoted keys, incomplete. */
    {"== a.yaml\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n"
     "  group: example.com\n  names:\n    kind: Widget\n    plural: widgets\n  scope: Cluster\n"
     "  versions:\n  - name: v1\n    schema: {description: \"scope: Namespaced\"}\n"
     "== b.yaml\n---\nspec:\n    versions:\n    - name: v1\n      scope: Cluster\n"
     "    validation:\n      openAPIV3Schema:\n        description: |\n\n"
     "          scope: Cluster\n    scope: \"Namespaced\"\n    names: {kind: Gadget}\n"
     "    group: example.com\nstatus:\n  scope: Cluster\nkind: CustomResourceDefinition\n"
     "apiVersion: apiextensions.k8s.io/v1beta1\n"
     "== c.yaml\n{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, spec: "
     "{group: "
     "a.b, names: {kind: Flow}, scope: Cluster}}\n"
     "== d.yaml\napiVersion: v1\nkind: List\nitems:\n- apiVersion: apiextensions.k8s.io/v1\n"
     "  kind: CustomResourceDefinition\n  spec: {group: a.b, names: {kind: Item}, scope: "
     "Namespaced}\n"
     "== e.yaml\n\"apiVersion\": apiextensions.k8s.io/v1\n\"kind\": CustomResourceDefinition\n"
     "\"spec\":\n  \"group\": a.b\n  \"names\": {\"kind\": Quoted}\n  \"scope\": Cluster\n"
     "== f.yaml\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n"
     "  group: example.com\n  conversion: {}\n"
     "== g.yaml\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n"
     "  names:\n    kind: &k Aliased\n  x: &g a.b\n  group: *g\n  scope: Cluster\n",
     "kind Aliased.a.b Cluster\nkind Flow.a.b Cluster\nkind Gadget.example.com Namespaced\n"
     "kind Item.a.b Namespaced\nkind Quoted.a.b Cluster\nkind Widget.example.com Cluster\n"},
    /* Of two definitions the first by path decides. */
    {"== a.yaml\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n"
     "  group: a.b\n  names: {kind: Two}\n  scope: Namespaced\n"
     "== b.yaml\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n"
     "  group: a.b\n  names: {kind: Two}\n  scope: Cluster\n",
     "kind Two.a.b Namespaced\n"},
};

static void write_pairs(struct buffer *buffer, const struct pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_print(buffer, " %.*s=%.*s", TEXT_ARGS(pairs[i].key), TEXT_ARGS(pairs[i].value));
}

static void write_uses(const struct repo *repo, struct buffer *buffer)
{
    for (size_t i = 0; i < repo->tree.count; i++) {
        struct text path = repo->tree.files[i].path;
        const struct kustomize_use *use = repo_use(repo, path);

        if (!use)
            continue;
        buffer_print(buffer, "%.*s %s%s", TEXT_ARGS(path), use->resource ? "r" : "",
                     use->patch ? "p" : "");
        for (size_t j = 0; j < use->place_count; j++)
            buffer_print(buffer, "%s%.*s (%.*s)", j ? ", " : " ",
                         TEXT_ARGS(use->places[j].namespace), TEXT_ARGS(use->places[j].by));
        if (use->place_count && !use->placed)
            buffer_add(buffer, TEXT(", or as it says"));
        if (use->alters & KUSTOMIZE_NAMES)
            buffer_add(buffer, TEXT("; names"));
        if (use->alters & KUSTOMIZE_LABELS)
            buffer_add(buffer, TEXT("; labels"));
        buffer_print(buffer, "\n");
    }
}

static void write_namespaces(const struct repo *repo, struct buffer *buffer)
{
    for (size_t i = 0; i < repo->namespace_count; i++) {
        const struct namespace_object *object = &repo->namespaces[i];

        buffer_print(buffer, "namespace %.*s %.*s:%u:%u", TEXT_ARGS(object->name),
                     TEXT_ARGS(object->file), object->span.line, object->span.column);
        write_pairs(buffer, object->labels, object->label_count);
        if (object->annotation_count)
            buffer_print(buffer, ";");
        write_pairs(buffer, object->annotations, object->annotation_count);
        buffer_print(buffer, "\n");
    }
}

static int text_order(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static void write_kinds(const struct repo *repo, struct buffer *buffer)
{
    struct text kinds[16];
    size_t count = 0;

    for (size_t i = 0; i < repo->custom_kinds.capacity; i++)
        if (repo->custom_kinds.slots[i].key.at)
            kinds[count++] = repo->custom_kinds.slots[i].key;
    qsort(kinds, count, sizeof *kinds, text_order);
    for (size_t i = 0; i < count; i++)
        buffer_print(buffer, "kind %.*s %s\n", TEXT_ARGS(kinds[i]),
                     map_find(&repo->cluster_kinds, kinds[i]) ? "Cluster" : "Namespaced");
}

static void check_repository(const struct repository_case *test, const char *directory, size_t jobs)
{
    const char *const paths[] = {directory};
    struct buffer found = {0};
    struct problems problems;
    struct repo repo = {0};

    problems_init(&problems);
    tree_walk(&repo.tree, text_of(directory), paths, 1, false, &problems);
    repo_scan(&repo, jobs, &problems);
    write_uses(&repo, &found);
    write_namespaces(&repo, &found);
    write_kinds(&repo, &found);
    if (!text_is(buffer_text(&found), test->expected))
        print_message("%s", test->repository);
    assert_string_equal(buffer_text(&found).at, test->expected);
    assert_int_equal(problems.count, 0);
    buffer_done(&found);
    repo_done(&repo);
    problems_done(&problems);
}

static void scans(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scratch scratch;

        scratch_enter(&scratch);
        scratch_fill(cases[i].repository);
        check_repository(&cases[i], scratch.path, 1);
        check_repository(&cases[i], scratch.path, 4);
        scratch_leave(&scratch);
    }
}

/* What comes on standard input is part of the repository. */
static void scans_standard_input(void **state)
{
    static const char said[] = "a: b\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: in}\n";
    struct repo repo = {.tree = {.root = TEXT("/nowhere")}};
    struct problems problems;

    (void)state;
    problems_init(&problems);
    tree_add_input(&repo.tree, TEXT("-"), strdup(said), sizeof said - 1, &problems);
    repo_scan(&repo, 2, &problems);
    assert_int_equal(problems.count, 0);
    problems_done(&problems);
    assert_int_equal(repo.namespace_count, 1);
    assert_true(text_is(repo.namespaces[0].name, "in"));
    assert_true(text_is(repo.namespaces[0].file, "-"));
    assert_int_equal(repo.namespaces[0].span.line, 5);
    repo_done(&repo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scans),
        cmocka_unit_test(scans_standard_input),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
