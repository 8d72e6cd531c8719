/*
 * The table of rules: what their files declare, in which order they run, which are selected, and
 * what is wrong in them. A repository is written for each case; problems are written down as
 * "file:line message".
 */
#include "cli/command.h"
#include "engine/describe.h"
#include "engine/given.h"
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

/* A rule t/NAME that declares FIELDS. */
static void write_rule(const char *name, const char *fields)
{
    char path[64], text[1024];

    snprintf(path, sizeof path, ".policy/rules/t/%s.lua", name);
    snprintf(text, sizeof text,
             "return rule { title = \"t\", level = \"error\", check = function() end, %s }\n",
             fields);
    scratch_write(path, text_of(text));
}

static void remove_rule(const char *name)
{
    char path[64];

    snprintf(path, sizeof path, ".policy/rules/t/%s.lua", name);
    assert_int_equal(remove(path), 0);
}

static void open_workspace(struct workspace *workspace)
{
    static const char *const here[] = {"."};
    const struct options options = {.command = command_find("rules")};

    scratch_write("a.yaml", TEXT("apiVersion: v1\nkind: A\n"));
    scratch_write(".policy/policy.yaml", TEXT("default: off\n"));
    assert_true(workspace_open(workspace, &options, here, 1));
}

static void write_problems(struct workspace *workspace, struct buffer *to)
{
    buffer_add(to, TEXT(""));
    problems_sort(&workspace->problems);
    for (size_t i = 0; i < workspace->problems.count; i++) {
        const struct problem *problem = &workspace->problems.items[i];

        buffer_print(to, "%.*s:%u %.*s\n", TEXT_ARGS(problem->file), problem->line,
                     TEXT_ARGS(problem->message));
    }
}

static void the_built_in_rules_are_sound(void **state)
{
    struct workspace workspace;
    struct buffer problems = {0};

    (void)state;
    open_workspace(&workspace);
    write_problems(&workspace, &problems);
    assert_string_equal(problems.at, "");
    assert_true(workspace.rules.count >= 13);
    for (size_t i = 0; i < workspace.rules.count; i++) {
        const struct rule_info *rule = workspace.rules.items[i];

        assert_false(rule->broken);
        assert_int_equal(rule->rule.index, i);
        assert_ptr_equal(workspace.rules.rules[i], &rule->rule);
        assert_ptr_equal(rules_by_id(&workspace.rules, rule->rule.id), rule);
        assert_true(rule->title.length && rule->why.length);
        assert_true(rule->rule.level != LEVEL_UNSET);
        assert_int_equal(rule->rule.fixed, rule->subject == RULE_KRUG);
        if (i)
            assert_true(text_compare(workspace.rules.items[i - 1]->rule.id, rule->rule.id) < 0);
    }
    assert_null(rules_by_id(&workspace.rules, TEXT("no/such")));
    buffer_done(&problems);
    workspace_done(&workspace);
}

static void declarations_are_read(void **state)
{
    struct workspace workspace;
    const struct rule_info *rule;

    (void)state;
    write_rule("a", "kinds = { \"workload\", \"apps/v1/Deployment\" }, patches = true, "
                    "when = function() end, why = \"  w\\n\", fix = \"f\", aka = { \"X1\", \"X2\" "
                    "}, links = { \"l\" }, "
                    "params = { z = param(\"list of integer\", {}, \"pz\"), a = param(\"map of "
                    "string\", {}, \"pa\"), "
                    "m = param(\"any\", 1, \"pm\") }");
    write_rule("f", "on = \"file\"");
    write_rule("n", "notes = { \"tab\", \"duplicate-key\" }");
    open_workspace(&workspace);
    assert_int_equal(workspace.problems.count, 0);
    rule = rules_by_id(&workspace.rules, TEXT("t/a"));
    assert_non_null(rule);
    assert_int_equal(rule->subject, RULE_RESOURCES);
    assert_int_equal(rule->rule.level, LEVEL_ERROR);
    assert_true(rule->patches && rule->has_when);
    assert_true(text_is(rule->why, "w") && text_is(rule->fix, "f") && text_is(rule->title, "t"));
    assert_int_equal(rule->aka_count, 2);
    assert_true(text_is(rule->aka[1], "X2"));
    assert_int_equal(rule->link_count, 1);
    assert_int_equal(rule->kind_count, 2);
    assert_true(rule->kinds[0].workload);
    assert_true(text_is(rule->kinds[1].group, "apps") && text_is(rule->kinds[1].version, "v1") &&
                text_is(rule->kinds[1].kind, "Deployment"));
    assert_int_equal(rule->rule.param_count, 3);
    assert_true(text_is(rule->rule.params[0].name, "a") &&
                text_is(rule->rule.params[1].name, "m") && text_is(rule->rule.params[2].name, "z"));
    assert_int_equal(rule->rule.params[0].shape, PARAM_MAP);
    assert_int_equal(rule->rule.params[0].kind, PARAM_STRING);
    assert_int_equal(rule->rule.params[1].kind, PARAM_ANY);
    assert_int_equal(rule->rule.params[2].shape, PARAM_LIST);
    assert_int_equal(rule->rule.params[2].kind, PARAM_INTEGER);
    assert_true(text_is(rule->rule.params[2].purpose, "pz"));
    assert_true(text_is(rule->rule.file, ".policy/rules/t/a.lua"));
    assert_non_null(rule->rule.policy);
    assert_int_equal(rules_by_id(&workspace.rules, TEXT("t/f"))->subject, RULE_FILES);
    rule = rules_by_id(&workspace.rules, TEXT("t/n"));
    assert_int_equal(rule->subject, RULE_NOTES);
    assert_int_equal(rule->notes, 1u << NOTE_TAB | 1u << NOTE_DUPLICATE_KEY);
    workspace_done(&workspace);
    remove_rule("a");
    remove_rule("f");
    remove_rule("n");
}

static void as_much_as_a_rule_may_declare(void **state)
{
    struct workspace workspace;
    const struct rule_info *rule;

    (void)state;
    write_rule("a", "kinds = { \"*\" }, links = string.split(string.rep(\"a \", 999), \" \"), "
                    "aka = { string.rep(\"a\", 1000) }, why = string.rep(\"a\", 65536), "
                    "params = (function() local t = {} for i = 1, 100 do "
                    "t[\"a\" .. i] = param(\"any\", 1, \"x\") end return t end)()");
    open_workspace(&workspace);
    assert_int_equal(workspace.problems.count, 0);
    rule = rules_by_id(&workspace.rules, TEXT("t/a"));
    assert_int_equal(rule->link_count, 1000);
    assert_int_equal(rule->aka[0].length, 1000);
    assert_int_equal(rule->why.length, 65536);
    assert_int_equal(rule->rule.param_count, 100);
    workspace_done(&workspace);
    remove_rule("a");
}

/* The default of a parameter of a rule, in Lua, as it is shown. */
static void assert_default(const char *value, const char *shown)
{
    struct buffer fields = {0};
    struct workspace workspace;
    const struct rule_info *rule;

    buffer_print(&fields, "kinds = { \"*\" }, params = { p = param(\"any\", %s, \"x\") }", value);
    write_rule("a", fields.at);
    buffer_done(&fields);
    open_workspace(&workspace);
    rule = rules_by_id(&workspace.rules, TEXT("t/a"));
    assert_int_equal(rule->rule.param_count, 1);
    if (!text_is(rule->rule.params[0].preset, shown))
        fail_msg("%s\n  expected: %.100s\n  got:      %.100s", value, shown,
                 rule->rule.params[0].preset.at);
    workspace_done(&workspace);
    remove_rule("a");
}

static void defaults_are_shown_in_part(void **state)
{
    (void)state;
    assert_default("{ b = { 1, true }, a = \"x\", [1.5] = 2 }", "{\"a\":\"x\",\"b\":[1,true]}");
    /* texts of 64 KiB together, keys too */
    assert_default("{ #string.rep(\"a\", 65536), 2 }", "[65536,2]");
    assert_default("{ 1, string.rep(\"a\", 65537), 2 }", "[1,null]");
    assert_default("{ a = 1, [string.rep(\"b\", 65536)] = 2, c = 3 }", "{\"a\":1}");
    assert_default("{ a = string.rep(\"b\", 65536), b = 1 }", "{\"a\":null}");
    /* 10,000 values, and as many keys that are none */
    assert_default("(function() local m = {} for i = 1, 9998 do m[i + 0.5] = i end "
                   "return { m, 1, 2, 3 } end)()",
                   "[{}]");
    assert_default("(function() local m = {} for i = 1, 9997 do m[i + 0.5] = i end "
                   "return { m, 1, 2, 3 } end)()",
                   "[{},1]");
    assert_default("(function() local m = {} for i = 1, 10000 do m[\"k\" .. i] = i end "
                   "return { 1, m, 2 } end)()",
                   "[1,{}]");
}

static void what_is_wrong_is_told(void **state)
{
    static const struct {
        const char *fields, *problem; /* of t/a, on its first line */
    } cases[] = {
        {"kinds = { \"pod\" }", "kinds `pod` is no kind: write Service, v1/Service, "
                                "apps/Deployment, apps/v1/Deployment, workload or *"},
        {"kinds = { \"a/b/c/Pod\" }", "kinds `a/b/c/Pod` is no kind"},
        {"kinds = { \"apps//Pod\" }", "kinds `apps//Pod` is no kind"},
        {"kinds = { \"/Pod\" }", "kinds `/Pod` is no kind"},
        {"kinds = { \"\" }", "kinds `` is no kind"},
        {"kinds = { \"apps/one/Pod\" }", "kinds `apps/one/Pod` is no kind"},
        {"kinds = {}", "kinds"},
        {"notes = {}", "notes"},
        {"kinds = { 5 }", "`kinds` is a list of strings"},
        {"kinds = { x = \"Pod\" }", "`kinds` is a list of strings"},
        {"kinds = \"Pod\"", "`kinds` of a rule is a string, not a table"},
        {"notes = { \"tabs\" }", "notes `tabs` is no note"},
        {"kinds = { \"*\" }, on = \"file\"", "a rule needs one of `kinds`"},
        {"kinds = { \"*\" }, notes = { \"tab\" }", "a rule needs one of `kinds`"},
        {"on = \"krug\"", "is for krug's own rules"},
        {"on = \"disk\"", "`on` can only be \"file\", not \"disk\""},
        {"kinds = { \"*\" }, params = { a = 5 }",
         "`params` maps names to param(type, default, purpose)"},
        {"kinds = { \"*\" }, params = { a = param(\"list of list\", {}, \"x\") }",
         "is no type of a parameter"},
        {"kinds = { \"*\" }, params = { a = param(\"integer\", 1) }",
         "a parameter is param(type, default, purpose)"},
        {"kinds = { \"*\" }, params = { a = param(\"integer\", \"one\", \"x\") }", "integer"},
        {"kinds = { \"*\" }, after = { \"t/b\" }",
         "`after` names `t/b`, which is no rule; did you mean `t/a`?"},
        {"kinds = { \"*\" }, after = { \"t/a\" }", "`after` goes round in a circle"},
        {"kinds = { \"*\" }, examples = { 5 }", "`examples` is a list of pass"},
        {"kinds = { \"*\" }, examples = { pass {} }", "an example is pass { [[manifest]] }"},
        {"kinds = { \"*\" }, examples = { fail { lin = 5, \"a\" } }",
         "an example has no field `lin`; did you mean `line`?"},
        {"kinds = { \"*\" }, 5", "a rule has only named fields"},
        {"kinds = { \"*\" }, collect = {}", "a rule needs one of `kinds`"},
        {"kinds = { \"*\" }, links = string.split(string.rep(\"a \", 1000), \" \")",
         "`links` holds more than 1000 items"},
        {"kinds = { \"*\" }, aka = { string.rep(\"a\", 1001) }",
         "`aka` holds a text of more than 1000 bytes"},
        {"kinds = { \"*\" }, why = string.rep(\"a\", 65537)",
         "`why` holds a text of more than 65536 bytes"},
        {"kinds = { \"*\" }, params = { a = param(\"any\", 1, string.rep(\"a\", 65537)) }",
         "`params` holds a text of more than 65536 bytes"},
        {"kinds = { \"*\" }, params = { [string.rep(\"a\", 1001)] = param(\"any\", 1, \"x\") }",
         "`params` holds a text of more than 1000 bytes"},
        {"kinds = { \"*\" }, params = (function() local t = {} for i = 1, 101 do "
         "t[\"a\" .. i] = param(\"any\", 1, \"x\") end return t end)()",
         "`params` holds more than 100 items"},
    };
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct workspace workspace;
        struct buffer problems = {0};
        const struct rule_info *rule;

        write_rule("a", cases[i].fields);
        open_workspace(&workspace);
        write_problems(&workspace, &problems);
        rule = rules_by_id(&workspace.rules, TEXT("t/a"));
        if (workspace.problems.count != 1 || !rule->broken ||
            !text_starts(buffer_text(&problems), TEXT(".policy/rules/t/a.lua:1 ")) ||
            text_find(buffer_text(&problems), text_of(cases[i].problem), 0) == SIZE_MAX) {
            print_message("%s: %s\n", cases[i].fields, problems.at);
            wrong++;
        }
        buffer_done(&problems);
        workspace_done(&workspace);
    }
    remove_rule("a");
    assert_int_equal(wrong, 0);
}

/* Where t/NAME stands in the order of running. */
static size_t place_of(const struct rules *rules, const char *id)
{
    for (size_t i = 0; i < rules->count; i++)
        if (text_is(rules->items[rules->order[i]]->rule.id, id))
            return i;
    fail_msg("%s is not in the order", id);
    return 0;
}

static void rules_run_after_those_they_name(void **state)
{
    static const char *const only_a[] = {"t/a"}, *const packs[] = {"t/?", "istio/*"},
                             *const none[] = {"x/*"};
    struct workspace workspace;
    struct rules *rules = &workspace.rules;

    (void)state;
    write_rule("a", "kinds = { \"*\" }, after = { \"t/c\", \"istio/port-name\" }");
    write_rule("b", "kinds = { \"*\" }");
    write_rule("c", "kinds = { \"*\" }, after = { \"t/d\" }");
    write_rule("d", "kinds = { \"*\" }");
    open_workspace(&workspace);
    assert_int_equal(workspace.problems.count, 0);
    assert_true(place_of(rules, "t/d") < place_of(rules, "t/c"));
    assert_true(place_of(rules, "t/c") < place_of(rules, "t/a"));
    assert_true(place_of(rules, "istio/port-name") < place_of(rules, "t/a"));

    /* what a selected rule waits for is run, and not reported */
    rules_select(rules, only_a, 1, &workspace.problems);
    for (size_t i = 0; i < rules->count; i++) {
        struct text id = rules->items[i]->rule.id;

        assert_int_equal(rules->items[i]->selected, text_is(id, "t/a"));
        assert_int_equal(rules->items[i]->needed, text_is(id, "t/a") || text_is(id, "t/c") ||
                                                      text_is(id, "t/d") ||
                                                      text_is(id, "istio/port-name"));
    }
    rules_select(rules, packs, 2, &workspace.problems);
    for (size_t i = 0; i < rules->count; i++)
        assert_int_equal(rules->items[i]->selected,
                         text_starts(rules->items[i]->rule.id, TEXT("t/")) ||
                             text_starts(rules->items[i]->rule.id, TEXT("istio/")));
    assert_int_equal(workspace.problems.count, 0);
    rules_select(rules, none, 1, &workspace.problems);
    assert_int_equal(workspace.problems.count, 1);
    assert_true(
        text_starts(workspace.problems.items[0].message, TEXT("--rule x/* matches no rule")));
    workspace_done(&workspace);

    /* a circle breaks those in it, and no others */
    write_rule("d", "kinds = { \"*\" }, after = { \"t/a\" }");
    open_workspace(&workspace);
    assert_true(rules_by_id(rules, TEXT("t/a"))->broken);
    assert_true(rules_by_id(rules, TEXT("t/c"))->broken);
    assert_true(rules_by_id(rules, TEXT("t/d"))->broken);
    assert_false(rules_by_id(rules, TEXT("t/b"))->broken);
    workspace_done(&workspace);
    for (const char *name = "a\0b\0c\0d\0"; *name; name += 2)
        remove_rule(name);
}

static void lines_of_fields_are_found(void **state)
{
    static const char source[] =
        "-- level = none\nreturn rule {\n  title = \"t\",\n  level= \"x\",\n  level = 2,\n}\n";
    static const struct {
        const char *field;
        uint32_t line;
    } cases[] = {{"title", 3}, {"level", 4}, {"check", 1}, {"lev", 1}, {NULL, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(describe_line(text_of(source), cases[i].field), cases[i].line);
    assert_int_equal(describe_line((struct text){NULL, 0}, "title"), 1);
}

static void lines_are_cut_off_messages(void **state)
{
    static const struct {
        const char *message, *file, *rest;
        uint32_t line;
    } cases[] = {
        {"a/b.lua:12: boom", "a/b.lua", "boom", 12},
        {"a/b.lua:12: a/b.lua:13: x", "a/b.lua", "a/b.lua:13: x", 12},
        {"b.lua:12: boom", "a/b.lua", "b.lua:12: boom", 0},
        {"a/b.lua: boom", "a/b.lua", "a/b.lua: boom", 0},
        {"a/b.lua:x: boom", "a/b.lua", "a/b.lua:x: boom", 0},
        {"a/b.lua:0: boom", "a/b.lua", "a/b.lua:0: boom", 0},
        {"a/b.lua:12", "a/b.lua", "a/b.lua:12", 0},
        {"a/b.luax:12: boom", "a/b.lua", "a/b.luax:12: boom", 0},
        {"", "a/b.lua", "", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text message = text_of(cases[i].message);

        assert_int_equal(describe_cut_line(&message, text_of(cases[i].file)), cases[i].line);
        assert_true(text_is(message, cases[i].rest));
    }
}

static void indentation_is_taken_off(void **state)
{
    static const struct {
        const char *text, *dedented;
    } cases[] = {
        {"", ""},
        {"a: 1", "a: 1"},
        {"\n      a: 1\n      b:\n        c: 2\n    ", "a: 1\nb:\n  c: 2\n"},
        {"\n  a: 1\n\n  b: 2\n", "a: 1\n\nb: 2\n"},
        {"\n\n\n  a: 1\n\n\n", "a: 1\n"},
        {"  a:\n b: 2\n", " a:\nb: 2\n"},
        {"\n  a: |\n    x\n\n    y\n", "a: |\n  x\n\n  y\n"},
        {"   \n\t\n", ""},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text text = given_dedent(&arena, text_of(cases[i].text));

        if (!text_is(text, cases[i].dedented))
            fail_msg("[%s] [%.*s]", cases[i].text, TEXT_ARGS(text));
    }
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_built_in_rules_are_sound),
        cmocka_unit_test(declarations_are_read),
        cmocka_unit_test(as_much_as_a_rule_may_declare),
        cmocka_unit_test(defaults_are_shown_in_part),
        cmocka_unit_test(what_is_wrong_is_told),
        cmocka_unit_test(rules_run_after_those_they_name),
        cmocka_unit_test(lines_of_fields_are_found),
        cmocka_unit_test(lines_are_cut_off_messages),
        cmocka_unit_test(indentation_is_taken_off),
    };

    return cmocka_run_group_tests(tests, make_repository, scratch_teardown);
}
