/*
 * What a waiver covers: each of its globs, alone and together, against one finding.
 */
#include "base/embedded.h"
#include "policy/waivers.h"
#include "support.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

const struct embedded embedded_files[] = {{{"rules/none", 10}, {"", 0}, {"", 0}}};
const size_t embedded_count = 1;

static const struct finding finding = {
    .rule = {"istio/port-name", 15},
    .file = {"t/m/deep/a.yaml", 15},
    .container = {"web", 3},
    .resource = {{"apps/v1", 7}, {"Deployment", 10}, {"ns-1", 4}, {"legacy-a", 8}},
    .has_resource = true,
    .cluster = {"prod", 4},
};

static const struct {
    const char *fields;
    bool covers;
} cases[] = {
    {"rule: istio/port-name", true},
    {"rule: istio/*", true},
    {"rule: istio/mtls", false},
    {"rule: [istio/mtls, istio/port-name]", true},
    {"rule: '*', namespace: ns-*", true},
    {"rule: '*', namespace: [other, ns-1]", true},
    {"rule: '*', namespace: ns", false},
    {"rule: '*', cluster: prod", true},
    {"rule: '*', cluster: dev", false},
    {"rule: '*', resource: Deployment/legacy-*", true},
    {"rule: '*', resource: '*/legacy-a'", true},
    {"rule: '*', resource: apps/Deployment/legacy-a", true},
    {"rule: '*', resource: v1/Deployment/legacy-a", false},
    {"rule: '*', resource: Service/legacy-a", false},
    {"rule: '*', resource: [Service/x, Deployment/*]", true},
    {"rule: '*', resource: Deployment/legacy", false},
    {"rule: '*', file: m/**", true},
    {"rule: '*', file: m/*", false},
    {"rule: '*', file: t/m/**", false}, /* relative to the policy's directory */
    {"rule: '*', container: web", true},
    {"rule: '*', container: istio-*", false},
    {"rule: istio/*, namespace: ns-1, resource: '*/*', file: '**', container: w*, cluster: p*",
     true},
    {"rule: istio/*, namespace: ns-2, resource: '*/*', file: '**', container: w*, cluster: p*",
     false},
};

/* The waiver with FIELDS of a policy in t/. */
static const struct waiver *read_waiver(struct policies *policies, struct repo *repo,
                                        struct problems *problems, const char *fields)
{
    const char *const here[] = {"."};
    const struct chain *chain;
    struct buffer text = {0};
    char root[256];

    buffer_print(&text, "waivers: [{%s, reason: r, owner: o, until: never}]\n", fields);
    scratch_write("t/.policy/policy.yaml", buffer_text(&text));
    buffer_done(&text);
    problems_init(problems);
    assert_non_null(getcwd(root, sizeof root));
    tree_walk(&repo->tree, text_of(root), here, 1, false, problems);
    policies_init(policies, repo, NULL, 0, problems);
    chain = policies_chain(policies, TEXT("t"));
    assert_int_equal(problems->count, 0);
    assert_int_equal(chain->policies[0]->waiver_count, 1);
    return &chain->policies[0]->waivers[0];
}

static void covers(const char *fields, const struct finding *about, struct text namespace,
                   bool expected)
{
    struct policies policies;
    struct repo repo = {0};
    struct problems problems;
    const struct waiver *waiver = read_waiver(&policies, &repo, &problems, fields);

    if (waiver_covers(waiver, about, namespace) != expected)
        fail_msg("%s", fields);
    policies_done(&policies);
    repo_done(&repo);
    problems_done(&problems);
}

static void covers_what_it_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        covers(cases[i].fields, &finding, TEXT("ns-1"), cases[i].covers);
}

/* What is not known matches no glob that asks for it. */
static void covers_nothing_unknown(void **state)
{
    struct finding bare = finding;

    (void)state;
    bare.has_resource = false;
    bare.resource = (struct identity){0};
    bare.container = (struct text){0};
    covers("rule: '*'", &bare, (struct text){0}, true);
    covers("rule: '*', namespace: '*'", &bare, (struct text){0}, false);
    covers("rule: '*', namespace: '*'", &bare, TEXT("path"), true);
    covers("rule: '*', resource: '*/*'", &bare, (struct text){0}, false);
    covers("rule: '*', container: '*'", &bare, (struct text){0}, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(covers_what_it_says, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(covers_nothing_unknown, scratch_setup, scratch_teardown),
    };

    return cmocka_run_group_tests_name("waivers", tests, NULL, NULL);
}
