/*
 * Ignores in manifests: what each says, what it is for, and what is wrong with what looks like one.
 */
#include "base/embedded.h"
#include "policy/ignores.h"
#include "support.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const struct embedded embedded_files[] = {{{"rules/none", 10}, {"", 0}, {"", 0}}};
const size_t embedded_count = 1;

/* Each ignore as "line:column rule what reason until", or what is wrong with it. */
static const struct {
    const char *text, *expected;
} cases[] = {
    {"a: 1 # krug: ignore p/r -- why not\n", "1:21 p/r lines 1-1 `why not`\n"},
    {"a: 1 # krug: ignore p/r -- why until 2027-01-31\n",
     "1:21 p/r lines 1-1 `why` until 20270131\n"},
    {"a: 1 # krug: ignore p/r, p/s ,p/t -- why\n",
     "1:21 p/r lines 1-1 `why`\n1:26 p/s lines 1-1 `why`\n1:31 p/t lines 1-1 `why`\n"},
    {"# krug: ignore-file p/r -- why\na: 1\n", "1:21 p/r file `why`\n"},
    /* `until` and dashes in prose. */
    {"a: 1 # krug: ignore p/r -- wait until Friday\n", "1:21 p/r lines 1-1 `wait until Friday`\n"},
    {"a: 1 # krug: ignore p/r -- a -- b--c\n", "1:21 p/r lines 1-1 `a -- b--c`\n"},
    /* What is wrong. */
    {"a: 1 # krug: ignore p/r\n",
     "1:21 p/r: this says no reason: write ` -- why` behind the rules\n"},
    {"a: 1 # krug: ignore p/r --\n",
     "1:21 p/r: this says no reason: write ` -- why` behind the rules\n"},
    {"a: 1 # krug: ignore p/r -- until 2027-01-31\n",
     "1:21 p/r: this says no reason: write ` -- why` behind the rules\n"},
    {"a: 1 # krug: ignore p/r, p/s\n",
     "1:21 p/r: this says no reason: write ` -- why` behind the rules\n"},
    {"a: 1 # krug: ignore -- why\n", "1:6 : this names no rule\n"},
    {"a: 1 # krug: ignore\n", "1:6 : this names no rule\n"},
    {"a: 1 # krug: ignore p/r, -- why\n",
     "1:21 : a comma with no rule beside it\n1:21 p/r lines 1-1 `why`\n"},
    {"a: 1 # krug: ignore p/r -- why until 2027-02-30\n",
     "1:21 p/r: what stands behind `until` is no day: write YYYY-MM-DD\n"},
    {"a: 1 # krug: ignroe p/r -- why\n",
     "1:14 : `ignroe` is nothing that krug knows; did you mean `ignore`?\n"},
    {"a: 1 # krug: says hello\n", "1:14 : behind `krug:` stands `ignore` or `ignore-file`: # krug: "
                                  "ignore RULE -- why\n"},
    {"a: 1 # krug:\n", "1:6 : behind `krug:` stands `ignore` or `ignore-file`: # krug: ignore RULE "
                       "-- why\n"},
    {"a: 1\n# krug: ignore-file p/r -- why\n", "2:9 : `ignore-file` stands at the top of the file, "
                                               "above everything but comments\n"},
    /* The annotation: of a resource, of an item, of a pod template. */
    {"apiVersion: v1\nkind: Service\nmetadata:\n  annotations:\n    krug.dev/ignore: |\n      p/r: "
     "why\n"
     "\n      p/s, p/t: too until 2027-01-31\n",
     "6:7 p/r resource 1/0 `why`\n8:7 p/s resource 1/0 `too` until 20270131\n"
     "8:12 p/t resource 1/0 `too` until 20270131\n"},
    {"apiVersion: v1\nkind: Service\nmetadata: {annotations: {krug.dev/ignore: 'p/r: why: it "
     "is'}}\n",
     "3:44 p/r resource 1/0 `why: it is`\n"},
    {"a: 1\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A}\n- apiVersion: "
     "v1\n"
     "  kind: B\n  metadata: {annotations: {krug.dev/ignore: 'p/r: why'}}\n",
     "9:46 p/r resource 2/2 `why`\n"},
    {"apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    metadata:\n      "
     "annotations:\n"
     "        krug.dev/ignore: \"p/r: why\"\n",
     "7:27 p/r resource 1/0 `why`\n"},
    {"apiVersion: v1\nkind: Pod\nmetadata: {annotations: {krug.dev/ignore: 'p/r: why'}}\n",
     "3:44 p/r resource 1/0 `why`\n"},
    {"apiVersion: x.io/v1\nkind: Rollout\nspec: {pods: {metadata: {annotations: {krug.dev/ignore: "
     "'p/r: "
     "why'}}}}\n",
     "3:58 p/r resource 1/0 `why`\n"},
    {"apiVersion: v1\nkind: Service\nmetadata: {annotations: {krug.dev/ignore: p/r}}\n",
     "3:43 p/r: this says no reason: write `RULE: why`\n"},
    {"apiVersion: v1\nkind: Service\nmetadata: {annotations: {krug.dev/ignore: ': why'}}\n",
     "3:26 : this names no rule\n"},
    {"apiVersion: v1\nkind: Service\nmetadata: {annotations: {krug.dev/ignore: [p/r]}}\n",
     "3:26 : an annotation is text: write `RULE: why` on each line\n"},
    /* In text, or elsewhere than in annotations, it is neither. */
    {"apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    # krug: ignore p/r -- why\n"
     "  krug.dev/ignore: 'p/r: why'\n",
     ""},
};

static void write_ignores(struct ignores *ignores, struct buffer *buffer)
{
    static const char *const scopes[] = {
        [IGNORE_LINES] = "lines", [IGNORE_FILE] = "file", [IGNORE_RESOURCE] = "resource"};

    ignores_sort(ignores);
    for (size_t i = 0; i < ignores->count; i++) {
        const struct ignore *ignore = &ignores->items[i];

        buffer_print(buffer, "%u:%u %.*s", ignore->span.line, ignore->span.column,
                     TEXT_ARGS(ignore->rule));
        if (ignore->wrong.at) {
            buffer_print(buffer, ": %.*s\n", TEXT_ARGS(ignore->wrong));
            continue;
        }
        buffer_print(buffer, " %s", scopes[ignore->scope]);
        if (ignore->scope == IGNORE_LINES)
            buffer_print(buffer, " %u-%u", ignore->first_line, ignore->last_line);
        else if (ignore->scope == IGNORE_RESOURCE)
            buffer_print(buffer, " %u/%u", ignore->document, ignore->item);
        buffer_print(buffer, " `%.*s`", TEXT_ARGS(ignore->reason));
        if (ignore->until)
            buffer_print(buffer, " until %u", ignore->until);
        buffer_byte(buffer, '\n');
    }
    buffer_add(buffer, TEXT(""));
}

static void read_ignores(struct ignores *ignores, struct text text)
{
    static struct workload_kind rollout = {
        .group = {"x.io", 4}, .kind = {"Rollout", 7}, .template = {"spec.pods", 9}};
    static const struct policy policy = {.workloads = &rollout, .workload_count = 1};
    const struct policy *policies[] = {&policy};
    const struct chain chain = {.policies = policies, .count = 1};
    struct ignores_reader reader;
    struct reading reading;

    ignores_init(ignores);
    reading_init(&reading, text);
    reading.source.path = TEXT("a.yaml");
    ignores_begin(&reader, ignores, &reading.source, &chain);
    while (reading_next(&reading))
        ignores_read(&reader, &reading.document);
    ignores_end(&reader);
    reading_done(&reading);
}

static void reads_ignores(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer found = {0};
        struct ignores ignores;

        read_ignores(&ignores, text_of(cases[i].text));
        write_ignores(&ignores, &found);
        if (strcmp(found.at, cases[i].expected))
            print_message("%s", cases[i].text);
        assert_string_equal(found.at, cases[i].expected);
        buffer_done(&found);
        ignores_done(&ignores);
    }
}

static void keeps_a_thousand_of_a_file(void **state)
{
    struct ignores ignores;
    struct buffer text = {0};

    (void)state;
    for (size_t i = 0; i < IGNORES_MAX + 10; i++)
        buffer_add(&text, TEXT("- a # krug: ignore p/r -- why\n"));
    read_ignores(&ignores, buffer_text(&text));
    assert_int_equal(ignores.count, IGNORES_MAX + 1);
    assert_null(ignores.items[IGNORES_MAX - 1].wrong.at);
    assert_non_null(ignores.items[IGNORES_MAX].wrong.at);
    assert_int_equal(ignores.items[IGNORES_MAX].span.line, IGNORES_MAX + 1);
    buffer_done(&text);
    ignores_done(&ignores);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_ignores),
        cmocka_unit_test(keeps_a_thousand_of_a_file),
    };

    return cmocka_run_group_tests_name("ignores", tests, NULL, NULL);
}
