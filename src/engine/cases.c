/*
 * Test cases as files: what an example in a rule is too small for, such as a repository with
 * several teams. A case is held in memory and run like an example; what its comments expect is
 * compared with what is found.
 */
#include "engine/cases.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/scenario.h"
#include <stdlib.h>
#include <string.h>

/* The cases below one test/ directory. */
struct cases {
    struct examples *examples;
    struct rules *rules;
    struct worker *worker;
    struct problems *problems;
    struct policies *policies; /* NULL: under no policy */
    struct text directory;     /* that the files of a case are said to lie in */
    struct text shown;         /* the test/ directory as people see it */
    struct tree tree;
    struct arena arena;
};

/* "# expect: RULE MESSAGE" on a line of a file of the case. */
struct case_expectation {
    size_t file;
    uint32_t line;
    const struct rule_info *rule;
    struct text message;
    bool met;
};

/* One case: files of the tree that belong together. */
struct test_case {
    struct cases *cases;
    struct text path;             /* PACK/NAME/CASE */
    const struct rule_info *rule; /* whose directory it lies in */
    struct tree_file *files;      /* as the rule sees them */
    size_t file_count, file_capacity;
    struct case_expectation *expectations;
    size_t expectation_count, expectation_capacity;
};

static struct text cases_shown(struct cases *cases, struct text path)
{
    return path_join(&cases->arena, cases->shown, path);
}

/* The first COUNT parts of PATH. */
static struct text cases_parts(struct text path, size_t count)
{
    size_t at = 0;

    while (count-- && at != SIZE_MAX)
        at = text_find(path, TEXT("/"), at + 1);
    return text_slice(path, 0, at);
}

static void cases_unknown_rule(struct cases *cases, struct text file, uint32_t line, struct text id)
{
    struct text near = rules_near(cases->rules, id);

    problems_add(cases->problems, file, line, 0, "there is no rule `%.*s`%s%.*s%s", TEXT_ARGS(id),
                 near.at ? "; did you mean `" : "", TEXT_ARGS(near), near.at ? "`?" : "");
}

static void case_add_expectation(struct test_case *test, size_t file, uint32_t line,
                                 struct text words)
{
    struct cases *cases = test->cases;
    struct case_expectation expectation = {.file = file, .line = line};
    struct text id = words;
    size_t end = 0;

    while (end < words.length && words.at[end] != ' ')
        end++;
    id.length = end;
    expectation.rule = rules_by_id(cases->rules, id);
    expectation.message = text_trim(text_slice(words, end, words.length));
    if (!expectation.rule) {
        cases_unknown_rule(cases, cases_shown(cases, test->path), line, id);
        return;
    }
    test->expectations = memory_extend(test->expectations, test->expectation_count,
                                       &test->expectation_capacity, sizeof *test->expectations);
    test->expectations[test->expectation_count++] = expectation;
}

/* A comment alone on its line is about the next one. */
static void case_read_expectations(struct test_case *test, size_t file)
{
    static const struct text mark = {"# expect:", sizeof "# expect:" - 1};
    struct text rest = test->files[file].bytes, line;
    uint32_t number = 0;

    while (text_cut(&rest, '\n', &line)) {
        size_t at = text_find(line, mark, 0);

        number++;
        if (at == SIZE_MAX)
            continue;
        case_add_expectation(test, file,
                             text_trim(text_slice(line, 0, at)).length ? number : number + 1,
                             text_trim(text_slice(line, at + mark.length, line.length)));
    }
}

/* Adds a file of the tree under the path that it stands for. */
static void case_add_file(struct test_case *test, const struct tree_file *file)
{
    struct cases *cases = test->cases;
    struct text inside = text_slice(file->path, test->path.length + 1, file->path.length);
    char *bytes;
    size_t length;
    const char *error = tree_read(&cases->tree, file->path, &bytes, &length);

    if (error) {
        problems_add(cases->problems, cases_shown(cases, file->path), 0, 0, "cannot be read: %s",
                     error);
        return;
    }
    if (!inside.length)
        inside = path_name(file->path);
    test->files =
        memory_extend(test->files, test->file_count, &test->file_capacity, sizeof *test->files);
    test->files[test->file_count] = (struct tree_file){
        .path = path_join(&cases->arena, cases->directory, inside),
        .bytes = arena_copy(&cases->arena, (struct text){bytes, length}),
    };
    free(bytes);
    case_read_expectations(test, test->file_count++);
}

static void case_fail(struct test_case *test, struct example *example, size_t file, uint32_t line,
                      const char *format, ...) ATTRIBUTE_FORMAT(5, 6);
static void case_fail(struct test_case *test, struct example *example, size_t file, uint32_t line,
                      const char *format, ...)
{
    struct arena *arena = &test->cases->examples->arena;
    struct text rest = test->files[file].bytes, words = {0};
    struct buffer buffer = {0};
    va_list arguments;

    if (example->failure.at)
        return; /* the first one says it */
    va_start(arguments, format);
    buffer_vprint(&buffer, format, arguments);
    va_end(arguments);
    example->failure = arena_copy(arena, buffer_text(&buffer));
    example->file = arena_copy(arena, test->files[file].path);
    example->line = line;
    for (uint32_t i = 0; i < line && text_cut(&rest, '\n', &words); i++)
        ;
    example->line_text = arena_copy(arena, words);
    buffer_done(&buffer);
}

static size_t case_file(const struct test_case *test, struct text path)
{
    for (size_t i = 0; i < test->file_count; i++)
        if (text_equal(test->files[i].path, path))
            return i;
    return 0;
}

/* Whether some expectation that is not met yet is of this finding. */
static bool case_meet(struct test_case *test, const struct finding *finding)
{
    for (size_t i = 0; i < test->expectation_count; i++) {
        struct case_expectation *expectation = &test->expectations[i];

        if (expectation->met || expectation->line != finding->span.line ||
            !text_equal(expectation->rule->rule.id, finding->rule) ||
            !text_equal(test->files[expectation->file].path, finding->file) ||
            text_find(finding->message, expectation->message, 0) == SIZE_MAX)
            continue;
        return expectation->met = true;
    }
    return false;
}

static void case_judge(struct test_case *test, const struct scenario *scenario,
                       struct example *example)
{
    for (size_t i = 0; i < scenario->error_count; i++)
        case_fail(test, example, case_file(test, scenario->errors[i].file),
                  scenario->errors[i].line, "%s%.*s",
                  scenario->errors[i].raised ? "the rule raised: " : "",
                  TEXT_ARGS(scenario->errors[i].message));
    for (size_t i = 0; i < scenario->findings.count; i++) {
        const struct finding *finding = &scenario->findings.items[i];

        if (!case_meet(test, finding))
            case_fail(test, example, case_file(test, finding->file), finding->span.line,
                      "a finding that is not expected: %.*s", TEXT_ARGS(finding->message));
    }
    for (size_t i = 0; i < test->expectation_count; i++) {
        const struct case_expectation *expectation = &test->expectations[i];

        if (expectation->rule == example->rule && !expectation->met)
            case_fail(test, example, expectation->file, expectation->line,
                      "expected a finding here%s%.*s%s, and there is none",
                      expectation->message.length ? " with \"" : "",
                      TEXT_ARGS(expectation->message), expectation->message.length ? "\"" : "");
    }
}

static void case_run_rule(struct test_case *test, const struct rule_info *rule)
{
    struct cases *cases = test->cases;
    struct example example = {
        .rule = rule,
        .passing = true,
        .path = arena_copy(&cases->examples->arena, cases_shown(cases, test->path))};
    struct scenario scenario = {.worker = cases->worker,
                                .rule = rule,
                                .files = test->files,
                                .file_count = test->file_count,
                                .policies = cases->policies,
                                .policy = TEXT(""),
                                .params_ref = LUA_NOREF,
                                .files_ref = LUA_NOREF};

    if (scenario_open(&scenario)) {
        scenario_run(&scenario);
        case_judge(test, &scenario, &example);
    }
    scenario_done(&scenario);
    examples_add(cases->examples, example);
}

/* The case's own rule, and those that it expects something of. */
static void case_run(struct test_case *test)
{
    bool *ran = memory_get(test->cases->rules->count * sizeof *ran);

    ran[test->rule->rule.index] = true;
    case_run_rule(test, test->rule);
    for (size_t i = 0; i < test->expectation_count; i++) {
        const struct rule_info *rule = test->expectations[i].rule;

        if (!ran[rule->rule.index])
            case_run_rule(test, rule);
        ran[rule->rule.index] = true;
    }
    free(ran);
}

/* The files from FIRST to before END of the tree are one case. */
static void cases_one(struct cases *cases, struct text path, size_t first, size_t end)
{
    struct test_case test = {.cases = cases, .path = path};
    struct text id = cases_parts(path, 2);

    test.rule = rules_by_id(cases->rules, id);
    if (!test.rule) {
        cases_unknown_rule(cases, cases_shown(cases, path), 0, id);
        return;
    }
    if (!test.rule->selected || test.rule->broken)
        return;
    for (size_t i = first; i < end; i++)
        case_add_file(&test, &cases->tree.files[i]);
    if (test.file_count)
        case_run(&test);
    free(test.files);
    free(test.expectations);
}

static void cases_each(struct cases *cases)
{
    const struct tree *tree = &cases->tree;
    size_t end;

    for (size_t i = 0; i < tree->count; i = end) {
        struct text path = cases_parts(tree->files[i].path, 3);

        for (end = i + 1; end < tree->count; end++)
            if (!text_equal(cases_parts(tree->files[end].path, 3), path))
                break;
        if (text_equal(cases_parts(path, 2), path))
            problems_add(cases->problems, cases_shown(cases, tree->files[i].path), 0, 0,
                         "this is not run: a case lies at test/PACK/NAME/, where PACK/NAME is the "
                         "rule that it is for");
        else
            cases_one(cases, path, i, end);
    }
}

/* Runs what lies below DISK, where that is a directory. */
static void cases_of_directory(struct cases *cases, struct text disk)
{
    const char *paths[] = {disk.at};
    mode_t mode;
    const char *error = file_mode(disk.at, true, &mode);
    struct problems problems;

    if (error)
        problems_add(cases->problems, cases->shown, 0, 0, "cannot be read: %s", error);
    if (!S_ISDIR(mode))
        return;
    problems_init(&problems);
    tree_walk(&cases->tree, disk, paths, 1, false, &problems);
    for (size_t i = 0; i < problems.count; i++) /* their files are named as in the tree */
        problems_add(cases->problems, cases_shown(cases, problems.items[i].file), 0, 0, "%.*s",
                     TEXT_ARGS(problems.items[i].message));
    problems_done(&problems);
    cases_each(cases);
    tree_done(&cases->tree);
}

static void cases_of_policy(struct cases *cases, const struct policy *policy)
{
    struct text root = cases->policies->repo->tree.root;

    if (policy->built_in)
        return;
    cases->directory = policy->directory;
    cases->shown = path_join(&cases->arena, path_directory(policy->path), TEXT("test"));
    cases_of_directory(cases,
                       policy->extra ? cases->shown : path_join(&cases->arena, root, cases->shown));
}

void cases_run(struct examples *examples, struct policies *policies, struct rules *rules,
               struct worker *worker, const char *const *directories, size_t count,
               struct problems *problems)
{
    struct cases cases = {.examples = examples,
                          .rules = rules,
                          .worker = worker,
                          .problems = problems,
                          .policies = policies};
    for (size_t i = 0; i < policies->count; i++)
        cases_of_policy(&cases, policies->items[i]);
    cases.policies = NULL;
    cases.directory = TEXT("");
    for (size_t i = 0; i < count; i++) {
        mode_t mode;
        const char *error = file_mode(directories[i], true, &mode);

        cases.shown = text_of(directories[i]);
        if (error || !S_ISDIR(mode))
            problems_add(problems, TEXT(""), 0, 0, "--cases %s: %s", directories[i],
                         error ? error : "there is no such directory");
        else
            cases_of_directory(&cases, cases.shown);
    }
    arena_done(&cases.arena);
}
