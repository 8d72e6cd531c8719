/*
 * Rules at work: each case is the body of a check and a manifest; what comes of it is written down
 * as one line a finding, "line:column-line:column path message", then its related places, and one
 * line a problem.
 */
#include "cli/command.h"
#include "engine/run.h"
#include "support.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static int make_repository(void **state)
{
    scratch_setup(state);
    scratch_fill("== .git/\n== .policy/rules/t/\n");
    return 0;
}

static void write_finding(struct buffer *to, const struct finding *finding)
{
    const struct span *span = &finding->span;

    buffer_print(to, "%u:%u-%u:%u %.*s %.*s\n", span->line, span->column, span->end_line,
                 span->end_column, TEXT_ARGS(finding->path), TEXT_ARGS(finding->message));
    for (size_t i = 0; i < finding->related_count; i++)
        buffer_print(to, "  %u:%u %.*s\n", finding->related[i].span.line,
                     finding->related[i].span.column, TEXT_ARGS(finding->related[i].message));
}

static void write_problem(struct buffer *to, const struct problem *problem)
{
    struct text message = problem->message, line;

    assert_true(text_cut(&message, '\n', &line)); /* without the traceback */
    buffer_print(to, "problem: %.*s:%u: %.*s\n", TEXT_ARGS(problem->file), problem->line,
                 TEXT_ARGS(line));
}

/* Lints the repository as it is with its rule t/t (and those that it waits for), on JOBS threads.
 */
static void lint(struct buffer *to, size_t jobs)
{
    static const char *const here[] = {"."}, *const globs[] = {"t/t"};
    struct options options = {.command = command_find("lint")};
    struct workspace workspace;
    struct run_options run_options = {.jobs = jobs, .today = 20261123};
    struct run run = {.repo = &workspace.repo,
                      .policies = &workspace.policies,
                      .rules = &workspace.rules,
                      .profiles = &workspace.profiles,
                      .problems = &workspace.problems,
                      .options = &run_options};

    assert_true(workspace_open(&workspace, &options, here, 1));
    run.scout = workspace.scout;
    rules_select(&workspace.rules, globs, 1, &workspace.problems);
    run_lint(&run);
    problems_sort(&workspace.problems);
    for (size_t i = 0; i < run.findings.count; i++)
        if (text_is(run.findings.items[i].rule, "t/t") ||
            text_is(run.findings.items[i].rule, "manifest/syntax"))
            write_finding(to, &run.findings.items[i]);
    for (size_t i = 0; i < workspace.problems.count; i++)
        write_problem(to, &workspace.problems.items[i]);
    run_done(&run);
    workspace_done(&workspace);
}

struct check_case {
    const char *check;    /* on the third line of the rule's file */
    const char *expected; /* NULL ends the table */
};

static void check_cases(const char *head, const char *manifest, const struct check_case *cases)
{
    size_t wrong = 0;

    scratch_write(".policy/policy.yaml", TEXT("{default: off, rules: {t/*: error}}\n"));
    scratch_write("a.yaml", text_of(manifest));
    for (; cases->check; cases++) {
        struct buffer rule = {0}, found = {0};

        buffer_print(&rule,
                     "return rule { title = \"t\", level = \"error\", %s\n"
                     "check = function(doc, ctx)\n%s\nend }\n",
                     head, cases->check);
        scratch_write(".policy/rules/t/t.lua", buffer_text(&rule));
        lint(&found, 1);
        if (!text_is(buffer_text(&found), cases->expected)) {
            print_message("%s\nexpected:\n%sgot:\n%s", cases->check, cases->expected,
                          buffer_text(&found).at);
            wrong++;
        }
        buffer_done(&rule);
        buffer_done(&found);
    }
    assert_int_equal(wrong, 0);
}

static const char any_kind[] = "kinds = { \"*\" },";

static const char manifest[] = "apiVersion: v1\n"            /* 1 */
                               "kind: Pod\n"                 /* 2 */
                               "metadata:\n"                 /* 3 */
                               "  name: p\n"                 /* 4 */
                               "  labels: {a.b/c: x}\n"      /* 5 */
                               "  annotations:\n"            /* 6 */
                               "spec:\n"                     /* 7 */
                               "  containers:\n"             /* 8 */
                               "  - name: one\n"             /* 9 */
                               "    env: &env\n"             /* 10 */
                               "    - {name: A, value: a}\n" /* 11 */
                               "    -\n"                     /* 12 */
                               "  - name: two\n"             /* 13 */
                               "    env: *env\n"             /* 14 */
                               "    args: [\"x\",\n"         /* 15 */
                               "      y]\n"                  /* 16 */
                               "  - é: ü\n";                 /* 17 */

static void findings_are_on_the_exact_place(void **state)
{
    static const struct check_case cases[] = {
        /* a wrong value: the value */
        {"ctx:fail(at(doc.metadata, \"name\"), \"m\")", "4:9-4:10 metadata.name m\n"},
        {"ctx:fail(at(doc, \"metadata\", \"name\"), \"m\")", "4:9-4:10 metadata.name m\n"},
        {"ctx:fail(at(doc.spec.containers, 1, \"name\"), \"m\")",
         "9:11-9:14 spec.containers[0].name m\n"},
        {"ctx:fail(at(doc.metadata.labels, \"a.b/c\"), \"m\")",
         "5:19-5:20 metadata.labels[\"a.b/c\"] m\n"},
        {"ctx:fail(at(doc.spec.containers[3], \"\\u{e9}\"), \"m\")",
         "17:8-17:9 spec.containers[2][\"\303\251\"] m\n"},
        /* a missing one: the nearest thing that exists, and the whole path asked for */
        {"ctx:fail(at(doc.metadata, \"namespace\"), \"m\")", "3:1-3:9 metadata.namespace m\n"},
        {"ctx:fail(at(doc, \"spec\", \"securityContext\", \"runAsUser\"), \"m\")",
         "7:1-7:5 spec.securityContext.runAsUser m\n"},
        {"ctx:fail(at(doc.spec.containers, 1, \"resources\", \"limits\"), \"m\")",
         "9:5-9:14 spec.containers[0].resources.limits m\n"},
        {"ctx:fail(at(doc.spec.containers, 9), \"m\")", "8:3-8:13 spec.containers[8] m\n"},
        {"ctx:fail(at(doc.metadata, \"name\", \"deeper\", 3), \"m\")",
         "4:9-4:10 metadata.name.deeper[2] m\n"},
        /* an empty value: its key */
        {"ctx:fail(at(doc.metadata, \"annotations\"), \"m\")", "6:3-6:14 metadata.annotations m\n"},
        /* a collection: a block's key or first line, a flow's first line */
        {"ctx:fail(doc.metadata, \"m\")", "3:1-3:9 metadata m\n"},
        {"ctx:fail(at(doc), \"m\")", "1:1-1:15  m\n"},
        {"ctx:fail(doc, \"m\")", "1:1-1:15  m\n"},
        {"ctx:fail(doc.metadata.labels, \"m\")", "5:11-5:21 metadata.labels m\n"},
        {"ctx:fail(doc.spec.containers[2].args, \"m\")", "15:11-15:16 spec.containers[1].args m\n"},
        {"ctx:fail(at(doc.spec.containers[2].args, 2), \"m\")",
         "16:7-16:8 spec.containers[1].args[1] m\n"},
        {"ctx:fail(doc.spec.containers[1], \"m\")", "9:5-9:14 spec.containers[0] m\n"},
        /* nothing: the resource */
        {"ctx:fail(nil, \"m\")", "1:1-1:15  m\n"},
        {"ctx:fail(at(nil, \"a\"), \"m\")", "1:1-1:15  m\n"},
        {"ctx:fail(doc.spec.nodeSelector, \"m\")", "1:1-1:15  m\n"},
        {NULL, NULL},
    };

    (void)state;
    check_cases(any_kind, manifest, cases);
}

/* An aliased value: path where it is used, place where the text stands, the alias as a further
 * place. */
static void aliases(void **state)
{
    static const struct check_case cases[] = {
        {"ctx:fail(at(doc.spec.containers[2].env[1], \"value\"), \"m\")",
         "11:24-11:25 spec.containers[1].env[0].value m\n  14:10 used here, through this alias\n"},
        /* equal findings at one text are one */
        {"for c in each(doc.spec.containers) do for e in each(c.env) do ctx:fail(at(e, \"value\"), "
         "\"m\") end end",
         "11:24-11:25 spec.containers[0].env[0].value m\n"},
        {"for c in each(doc.spec.containers) do for e in each(c.env) do ctx:fail(at(e, \"value\"), "
         "\"%s\", c.name) end end",
         "11:24-11:25 spec.containers[0].env[0].value one\n"
         "11:24-11:25 spec.containers[1].env[0].value two\n  14:10 used here, through this "
         "alias\n"},
        {"ctx:fail(nil, \"%d %d %s\", count(doc.spec.containers[2].env), "
         "#doc.spec.containers[1].env, "
         "tostring(doc.spec.containers[1].env == doc.spec.containers[2].env))",
         "1:1-1:15  2 1 false\n"},
        {NULL, NULL},
    };

    (void)state;
    check_cases(any_kind, manifest, cases);
}

static void related_places(void **state)
{
    static const struct check_case cases[] = {
        {"ctx:fail(at(doc, \"kind\"), { also = { { at(doc.metadata, \"name\"), \"here\" }, { "
         "doc.spec, \"there\" } } }, \"m %d\", 1)",
         "2:7-2:10 kind m 1\n  4:9 here\n  7:1 there\n"},
        {"ctx:fail(at(doc, \"kind\"), { also = {} }, \"m\")", "2:7-2:10 kind m\n"},
        {"ctx:fail(at(doc, \"kind\"), { alos = {} }, \"m\")",
         "problem: .policy/rules/t/t.lua:3: the rule raised: fail: the only option is `also`\n"},
        {"ctx:fail(at(doc, \"kind\"), { also = { \"x\" } }, \"m\")",
         "problem: .policy/rules/t/t.lua:3: the rule raised: fail: an item of `also` is { place, "
         "\"text\" }\n"},
        {NULL, NULL},
    };

    (void)state;
    check_cases(any_kind, manifest, cases);
}

static void messages(void **state)
{
    static const struct check_case cases[] = {
        {"ctx:fail(nil, \"%s %d %s\", doc.kind, 5, nil)", "1:1-1:15  Pod 5 nothing\n"},
        {"ctx:fail(nil, \"100%%\")", "1:1-1:15  100%\n"},
        {"ctx:fail(nil, \"%d\", \"abc\")", "1:1-1:15  abc\n"},
        {"ctx:fail(nil, \"%s\", doc.metadata.labels[\"a.b/c\"])", "1:1-1:15  x\n"},
        {"ctx:fail(nil, \"b\") ctx:fail(nil, \"a\") ctx:fail(nil, \"b\")",
         "1:1-1:15  a\n1:1-1:15  b\n"},
        {NULL, NULL},
    };

    (void)state;
    check_cases(any_kind, manifest, cases);
}

static void values_of_documents(void **state)
{
    static const struct check_case cases[] = {
        {"local c = doc.spec.containers ctx:fail(nil, \"%s %s %s %s\", typeof(doc.metadata, "
         "\"annotations\"), "
         "typeof(c[1].env, 2), typeof(c[1].env, 3), typeof(c[9], \"x\"))",
         "1:1-1:15  null null missing missing\n"},
        {"local n = 0 for _, i in each(doc.spec.containers) do n = n * 10 + i end ctx:fail(nil, "
         "\"%d\", n)",
         "1:1-1:15  123\n"},
        {"ctx:fail(nil, \"%s %s\", tostring(null(doc.metadata, \"annotations\")), "
         "tostring(null(doc.metadata, \"x\")))",
         "1:1-1:15  true false\n"},
        {"local s = \"\" for k in pairs(doc) do s = s .. k .. \" \" end ctx:fail(nil, s)",
         "1:1-1:15  apiVersion kind metadata spec \n"},
        {NULL, NULL},
    };

    (void)state;
    check_cases(any_kind, manifest, cases);
}

static void misuse_raises(void **state)
{
    static const struct check_case cases[] = {
        {"ctx:fail(\"x\")", "problem: .policy/rules/t/t.lua:3: the rule raised: bad argument #1 to "
                            "'fail' (is no place: use at(table, key), or a table "
                            "of the document)\n"},
        {"ctx:fail({}, \"x\")", "problem: .policy/rules/t/t.lua:3: the rule raised: bad argument "
                                "#1 to 'fail' (is no place: use at(table, key), or a table "
                                "of the document)\n"},
        {"at({}, \"x\")", "problem: .policy/rules/t/t.lua:3: the rule raised: bad argument #1 to "
                          "'at' (is not part of this document)\n"},
        {"at(doc, {})", "problem: .policy/rules/t/t.lua:3: the rule raised: bad argument #2 to "
                        "'at' (is neither a key nor the number of a list item)\n"},
        {"ctx.x = 1",
         "problem: .policy/rules/t/t.lua:3: the rule raised: fields of ctx cannot be set\n"},
        {"return ctx.nmaespace", "problem: .policy/rules/t/t.lua:3: the rule raised: ctx has no "
                                 "`nmaespace`; did you mean `namespace`?\n"},
        {"return ctx.file.pth", "problem: .policy/rules/t/t.lua:3: the rule raised: ctx.file has "
                                "no `pth`; did you mean `path`?\n"},
        {"ctx.namespace.labels.x = 1", "problem: .policy/rules/t/t.lua:3: the rule raised: `x` "
                                       "cannot be set: rules share this table\n"},
        {"ctx:fail(nil, \"before\") error(\"boom\")",
         "1:1-1:15  before\nproblem: .policy/rules/t/t.lua:3: the rule raised: boom\n"},
        {NULL, NULL},
    };

    (void)state;
    check_cases(any_kind, manifest, cases);
}

/* `kinds` is an index. */
static void kinds(void **state)
{
    static const struct {
        const char *kinds, *lines;
    } cases[] = {
        {"\"*\"", "1:1 4:1 7:1 10:1 13:1 "},
        {"\"Deployment\"", "4:1 7:1 10:1 "},
        {"\"apps/Deployment\"", "4:1 7:1 "},
        {"\"apps/v1/Deployment\"", "4:1 "},
        {"\"v1/Service\"", "1:1 "},
        {"\"v1/Deployment\"", ""},
        {"\"Service\", \"apps/v1/Deployment\"", "1:1 4:1 "},
        {"\"workload\"", "4:1 7:1 "},
        {"\"acme.io/v1/Rollout\"", "13:1 "},
    };
    struct buffer rule = {0}, found = {0};

    (void)state;
    scratch_write(".policy/policy.yaml", TEXT("{default: off, rules: {t/*: error}}\n"));
    scratch_write("a.yaml", TEXT("apiVersion: v1\nkind: Service\n---\n"
                                 "apiVersion: apps/v1\nkind: Deployment\n---\n"
                                 "apiVersion: apps/v1beta1\nkind: Deployment\n---\n"
                                 "apiVersion: other.io/v1\nkind: Deployment\n---\n"
                                 "apiVersion: acme.io/v1\nkind: Rollout\n---\n"
                                 "kind: Service\n---\n"
                                 "text\n"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer lines = {0};
        struct text rest, line;

        buffer_done(&rule);
        buffer_done(&found);
        buffer_print(&rule,
                     "return rule { title = \"t\", level = \"error\", kinds = { %s },\n"
                     "check = function(doc, ctx) ctx:fail(doc, \"m\") end }\n",
                     cases[i].kinds);
        scratch_write(".policy/rules/t/t.lua", buffer_text(&rule));
        lint(&found, 1);
        rest = buffer_text(&found);
        while (text_cut(&rest, '\n', &line))
            if (line.length)
                buffer_print(&lines, "%.*s ",
                             TEXT_ARGS(text_slice(line, 0, text_find(line, TEXT("-"), 0))));
        if (!text_is(buffer_text(&lines), cases[i].lines))
            fail_msg("%s: %s", cases[i].kinds, buffer_text(&lines).at);
        buffer_done(&lines);
    }
    buffer_done(&rule);
    buffer_done(&found);
}

static void when_and_after(void **state)
{
    static const struct check_case when_cases[] = {
        {"ctx:fail(doc, \"m\")", "4:1-4:15  m\n"},
        {NULL, NULL},
    };
    static const struct check_case raising_cases[] = {
        {"ctx:fail(doc, \"m\")", "problem: .policy/rules/t/t.lua:1: the rule raised: in when\n"},
        {NULL, NULL},
    };
    static const char two[] =
        "apiVersion: v1\nkind: A\n---\napiVersion: v1\nkind: B\nmetadata: {}\n";

    (void)state;
    check_cases("kinds = { \"*\" }, when = function(doc, ctx) return doc.metadata end,", two,
                when_cases);
    check_cases("kinds = { \"*\" }, when = function(doc, ctx) error(\"in when\") end,", two,
                raising_cases);
    scratch_write(".policy/rules/t/first.lua",
                  TEXT("return rule { title = \"t\", level = \"error\", kinds = { \"A\" },\n"
                       "check = function(doc, ctx) ctx:fail(doc, \"first\") end }\n"));
    check_cases("kinds = { \"*\" }, after = { \"t/first\" },", two, when_cases);
    assert_int_equal(remove(".policy/rules/t/first.lua"), 0);
}

/* Rules on notes get each with its place. */
static void notes(void **state)
{
    static const struct check_case cases[] = {
        {"ctx:fail(doc, { also = { { doc.other, \"first\" } } }, \"%s %s\", doc.kind, doc.text)",
         "3:1-3:2  duplicate-key a\n  2:1 first\n"},
        {NULL, NULL},
    };

    (void)state;
    check_cases("notes = { \"duplicate-key\" },", "b: 1\na: 2\na: 3\n", cases);
}

static void files(void **state)
{
    static const struct check_case cases[] = {
        {"ctx:fail(nil, \"%s %d\", doc.path, count(doc.documents))", "0:0-0:0  a.yaml 2\n"},
        {"for d in each(doc.documents) do ctx:fail(at(d), \"%s\", d.kind) end",
         "1:1-1:11  A\n4:1-4:11  B\n"},
        {NULL, NULL},
    };

    (void)state;
    check_cases("on = \"file\",", "apiVersion: v1\nkind: A\n---\napiVersion: v1\nkind: B\n", cases);
}

static void items_of_lists(void **state)
{
    static const struct check_case cases[] = {
        {"ctx:fail(at(doc, \"kind\"), \"%s\", doc.metadata.name)",
         "4:26-4:29 kind a\n6:9-6:15 kind b\n"},
        {NULL, NULL},
    };

    (void)state;
    check_cases(
        any_kind,
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n"
        "- apiVersion: v1\n  kind: Secret\n  metadata: {name: b}\n",
        cases);
}

/* A place that is kept from another document is noticed. */
static void places_do_not_outlive_their_document(void **state)
{
    static const struct check_case cases[] = {
        {"keep = keep",
         "problem: .policy/rules/t/t.lua:3: the rule raised: there is no global `keep`\n"},
        {NULL, NULL},
    };
    struct buffer found = {0};

    (void)state;
    scratch_write(
        ".policy/rules/t/t.lua",
        TEXT("local kept, table_kept\n"
             "return rule { title = \"t\", level = \"error\", kinds = { \"*\" },\n"
             "check = function(doc, ctx)\n"
             "  if not kept then kept = at(doc, \"kind\") else ctx:fail(kept, \"m\") end\n"
             "end }\n"));
    scratch_write("a.yaml", TEXT("apiVersion: v1\nkind: A\n---\napiVersion: v1\nkind: B\n"));
    lint(&found, 1);
    assert_string_equal(found.at, "problem: .policy/rules/t/t.lua:4: the rule raised: bad argument "
                                  "#1 to 'fail' (is a place in another document)\n");
    buffer_done(&found);
    check_cases(any_kind, "apiVersion: v1\nkind: A\n", cases);
}

/* A broken document stops neither those around it nor other files. */
static void goes_on_after_what_is_broken(void **state)
{
    static const struct check_case cases[] = {
        {"ctx:fail(doc, \"m\")", "1:1-1:15  m\n5:1-5:2  did not find expected node content while "
                                 "parsing a flow node\n6:1-6:15  m\n"},
        {NULL, NULL},
    };

    (void)state;
    check_cases(any_kind, "apiVersion: v1\nkind: A\n---\nb: [\n---\napiVersion: v1\nkind: B\n",
                cases);
}

/* The same rule on many files with any number of threads. */
static void threads_do_not_show(void **state)
{
    struct buffer first = {0};

    (void)state;
    scratch_write(
        ".policy/rules/t/t.lua",
        TEXT("return rule { title = \"t\", level = \"error\", kinds = { \"*\" },\n"
             "check = function(doc, ctx)\n"
             "  for k in pairs(doc.metadata.labels) do ctx:fail(at(doc.metadata.labels, k), \"%s "
             "%s\", k, ctx.file.path) end\n"
             "  if doc.metadata.name == \"n7\" then error(\"seven\") end\n"
             "end }\n"));
    for (int i = 0; i < 100; i++) {
        char path[32], text[256];

        snprintf(path, sizeof path, "f%d.yaml", i);
        snprintf(text, sizeof text,
                 "apiVersion: v1\nkind: A\nmetadata: {name: n%d, labels: {b: x, a: y, c: z}}\n",
                 i % 10);
        scratch_write(path, text_of(text));
    }
    for (size_t jobs = 1; jobs <= 8; jobs++) {
        struct buffer found = {0};

        lint(&found, jobs);
        if (!first.length)
            buffer_add(&first, buffer_text(&found));
        assert_string_equal(found.at, first.at);
        buffer_done(&found);
    }
    assert_int_not_equal(text_find(buffer_text(&first), TEXT("a f99.yaml"), 0), SIZE_MAX);
    assert_int_not_equal(text_find(buffer_text(&first), TEXT("seven"), 0), SIZE_MAX);
    buffer_done(&first);
    for (int i = 0; i < 100; i++) {
        char path[32];

        snprintf(path, sizeof path, "f%d.yaml", i);
        assert_int_equal(remove(path), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_are_on_the_exact_place),
        cmocka_unit_test(aliases),
        cmocka_unit_test(related_places),
        cmocka_unit_test(messages),
        cmocka_unit_test(values_of_documents),
        cmocka_unit_test(misuse_raises),
        cmocka_unit_test(kinds),
        cmocka_unit_test(when_and_after),
        cmocka_unit_test(notes),
        cmocka_unit_test(files),
        cmocka_unit_test(items_of_lists),
        cmocka_unit_test(places_do_not_outlive_their_document),
        cmocka_unit_test(goes_on_after_what_is_broken),
        cmocka_unit_test(threads_do_not_show),
    };

    return cmocka_run_group_tests(tests, make_repository, scratch_teardown);
}
