/*
 * The examples that rules carry: each is a file of its own under a policy of its own, run in the
 * same way as a real one. What comes out is compared with what the example says.
 */
#include "engine/examples.h"
#include "base/memory.h"
#include "engine/context.h"
#include <stdlib.h>
#include <string.h>

struct text examples_dedent(struct arena *arena, struct text text)
{
    struct buffer buffer = {0};
    struct text rest, line;
    size_t margin = SIZE_MAX;

    for (rest = text; text_cut(&rest, '\n', &line);) {
        size_t blank = 0;

        while (blank < line.length && line.at[blank] == ' ')
            blank++;
        if (blank < line.length && blank < margin)
            margin = blank;
    }
    for (rest = text; text_cut(&rest, '\n', &line);) {
        if (!buffer.length && !text_trim(line).length)
            continue;
        buffer_add(&buffer, text_slice(line, margin, line.length));
        if (rest.at)
            buffer_byte(&buffer, '\n');
    }
    while (buffer.length > 1 && buffer.at[buffer.length - 1] == '\n' &&
           buffer.at[buffer.length - 2] == '\n')
        buffer.length--;
    text = arena_copy(arena, buffer_text(&buffer));
    buffer_done(&buffer);
    return text;
}

/* What an example asks for, read from the table on top of the stack. */
struct examples_wish {
    struct text path, namespace, kustomization, policy, message;
    lua_Integer line, column, count;
    bool patch;
};

static struct text examples_field(lua_State *L, const char *name, struct arena *arena)
{
    struct text text = {0};

    if (lua_getfield(L, -1, name) == LUA_TSTRING) {
        text.at = lua_tolstring(L, -1, &text.length);
        text = arena_copy(arena, text);
    }
    lua_pop(L, 1);
    return text;
}

static lua_Integer examples_number(lua_State *L, const char *name)
{
    lua_Integer number;

    lua_getfield(L, -1, name);
    number = lua_tointeger(L, -1);
    lua_pop(L, 1);
    return number;
}

static struct examples_wish examples_read(lua_State *L, struct arena *arena)
{
    struct examples_wish wish = {
        .path = examples_field(L, "path", arena),
        .namespace = examples_field(L, "namespace", arena),
        .kustomization = examples_field(L, "kustomization", arena),
        .policy = examples_field(L, "policy", arena),
        .message = examples_field(L, "message", arena),
        .line = examples_number(L, "line"),
        .column = examples_number(L, "column"),
        .count = examples_number(L, "count"),
    };

    if (!wish.path.at)
        wish.path = TEXT("example.yaml");
    wish.policy = wish.policy.at ? examples_dedent(arena, wish.policy) : TEXT("");
    lua_getfield(L, -1, "patch");
    wish.patch = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return wish;
}

static void examples_fail(struct examples *examples, struct example *example, uint32_t line,
                          const char *format, ...) ATTRIBUTE_FORMAT(4, 5);
static void examples_fail(struct examples *examples, struct example *example, uint32_t line,
                          const char *format, ...)
{
    struct buffer buffer = {0};
    va_list arguments;

    if (example->failure.at)
        return; /* the first one says it */
    va_start(arguments, format);
    buffer_vprint(&buffer, format, arguments);
    va_end(arguments);
    example->failure = arena_copy(&examples->arena, buffer_text(&buffer));
    example->line = line;
    buffer_done(&buffer);
}

static void examples_judge_failing(struct examples *examples, struct example *example,
                                   const struct examples_wish *wish,
                                   const struct findings *findings)
{
    const struct finding *first = findings->items;

    if (!findings->count)
        examples_fail(examples, example, (uint32_t)wish->line,
                      "expected a finding%s, and there is none", wish->line ? " here" : "");
    else if (wish->count && (size_t)wish->count != findings->count)
        examples_fail(examples, example, first->span.line, "expected %lld findings, got %zu",
                      (long long)wish->count, findings->count);
    else if (wish->line && first->span.line != (uint32_t)wish->line)
        examples_fail(examples, example, first->span.line,
                      "expected the finding on line %lld, got it on line %u: %.*s",
                      (long long)wish->line, first->span.line, TEXT_ARGS(first->message));
    else if (wish->column && first->span.column != (uint32_t)wish->column)
        examples_fail(examples, example, first->span.line,
                      "expected the finding at column %lld, got it at column %u: %.*s",
                      (long long)wish->column, first->span.column, TEXT_ARGS(first->message));
    else if (wish->message.at && text_find(first->message, wish->message, 0) == SIZE_MAX)
        examples_fail(examples, example, first->span.line,
                      "expected a message with \"%.*s\", got: %.*s", TEXT_ARGS(wish->message),
                      TEXT_ARGS(first->message));
}

static void examples_judge(struct examples *examples, struct example *example,
                           const struct examples_wish *wish, const struct subject *subject)
{
    struct findings findings = {0};

    for (size_t i = 0; i < subject->findings.count; i++)
        if (text_equal(subject->findings.items[i].rule, example->rule->rule.id))
            findings_add(&findings, subject->findings.items[i]);
    if (findings.count)
        qsort(findings.items, findings.count, sizeof *findings.items, finding_compare);
    for (size_t i = 0; i < subject->error_count; i++)
        examples_fail(examples, example, subject->errors[i].line, "%s%.*s",
                      subject->errors[i].raised ? "the rule raised: " : "",
                      TEXT_ARGS(subject->errors[i].message));
    if (!example->passing)
        examples_judge_failing(examples, example, wish, &findings);
    else if (findings.count)
        examples_fail(examples, example, findings.items[0].span.line,
                      "expected no finding, got: %.*s", TEXT_ARGS(findings.items[0].message));
    findings_done(&findings);
}

static bool examples_open(struct examples *examples, struct example *example,
                          struct subject *subject)
{
    char *bytes = memory_get(example->manifest.length + 2);

    if (example->manifest.length)
        memcpy(bytes, example->manifest.at, example->manifest.length);
    if (source_init(&subject->source, subject->path, bytes, example->manifest.length)) {
        examples_fail(examples, example, 0, "the manifest is no text");
        return false;
    }
    return true;
}

/* Runs the manifest under the example's policy and judges what comes. */
static void examples_check(struct examples *examples, struct example *example,
                           const struct examples_wish *wish, struct worker *worker,
                           struct subject *subject)
{
    struct problems problems;
    struct policies policies;
    struct profiles profiles;
    struct counts counts = {0};
    struct check_filter everything = {NULL, 0};

    problems_init(&problems);
    policies_init(&policies, subject->repo, NULL, 0, &problems);
    layout_locate(policies_chain_of_text(&policies, wish->policy), subject->path, &subject->scratch,
                  &subject->location);
    if (wish->namespace.at)
        subject->location.namespace = wish->namespace;
    policies_check(&policies, worker->rules->rules, worker->rules->count);
    profiles_init(&profiles, &policies, worker->rules->rules, worker->rules->count);
    subject->profiles = &profiles;
    context_forget_namespaces(worker->L);
    if (problems.count)
        examples_fail(examples, example, 0, "the example's policy, line %u: %.*s",
                      problems.items[0].line, TEXT_ARGS(problems.items[0].message));
    else if (examples_open(examples, example, subject)) {
        check_subject(worker, subject, &everything, &counts);
        examples_judge(examples, example, wish, subject);
    }
    counts_done(&counts);
    profiles_done(&profiles);
    policies_done(&policies);
    problems_done(&problems);
}

/* Keeps the field NAME of the table on top in the registry. */
static int examples_ref(lua_State *L, const char *name)
{
    if (lua_getfield(L, -1, name) != LUA_TTABLE) {
        lua_pop(L, 1);
        return LUA_NOREF;
    }
    return luaL_ref(L, LUA_REGISTRYINDEX);
}

/* The example on top of the Lua stack, which it takes off. */
static void examples_one(struct examples *examples, struct worker *worker, const struct repo *repo,
                         struct example *example)
{
    lua_State *L = worker->L;
    struct examples_wish wish = examples_read(L, &examples->arena);
    struct kustomize_place place = {wish.kustomization, TEXT("kustomization.yaml")};
    struct kustomize_use use = {.resource = !wish.patch,
                                .patch = wish.patch,
                                .placed = wish.kustomization.at,
                                .places = &place,
                                .place_count = wish.kustomization.at ? 1 : 0};
    struct subject subject = {.path = wish.path,
                              .repo = repo,
                              .use = wish.patch || wish.kustomization.at ? &use : NULL,
                              .example = true,
                              .arena = &examples->arena};

    subject.params_ref = examples_ref(L, "params");
    subject.files_ref = examples_ref(L, "files");
    lua_settop(L, 0);
    examples_check(examples, example, &wish, worker, &subject);
    luaL_unref(L, LUA_REGISTRYINDEX, subject.params_ref);
    luaL_unref(L, LUA_REGISTRYINDEX, subject.files_ref);
    subject_done(&subject);
}

static void examples_of_rule(struct examples *examples, struct worker *worker,
                             const struct repo *repo, const struct rule_info *rule)
{
    lua_State *L = worker->L;
    bool has[2] = {false, false};

    for (size_t number = 1;; number++) {
        struct example example = {.rule = rule, .number = number};

        lua_settop(L, 0);
        worker_push_rule(worker, rule->rule.index);
        if (lua_getfield(L, -1, "examples") != LUA_TTABLE ||
            lua_rawgeti(L, -1, (lua_Integer)number) != LUA_TTABLE)
            break;
        example.passing = text_is(examples_field(L, "verdict", &examples->arena), "pass");
        has[example.passing] = true;
        lua_rawgeti(L, -1, 1);
        example.manifest.at = lua_tolstring(L, -1, &example.manifest.length);
        example.manifest = examples_dedent(&examples->arena, example.manifest);
        lua_pop(L, 1);
        examples_one(examples, worker, repo, &example);
        examples->failed += example.failure.at != NULL;
        examples->items = memory_extend(examples->items, examples->count, &examples->capacity,
                                        sizeof *examples->items);
        examples->items[examples->count++] = example;
    }
    lua_settop(L, 0);
    if (!has[0] || !has[1])
        examples->without[examples->without_count++] = rule;
}

void examples_run(struct examples *examples, struct rules *rules, struct worker *worker)
{
    const struct repo nothing = {0}; /* an example is alone in the world */
    bool *selected = memory_get(rules->count + 1);

    examples->without = memory_get((rules->count + 1) * sizeof *examples->without);
    for (size_t i = 0; i < rules->count; i++)
        selected[i] = rules->items[i]->selected;
    for (size_t i = 0; i < rules->count; i++) {
        if (!selected[i] || rules->items[i]->broken || rules->items[i]->subject == RULE_KRUG)
            continue;
        rules_select_one(rules, i);
        examples_of_rule(examples, worker, &nothing, rules->items[i]);
    }
    free(selected);
}

void examples_done(struct examples *examples)
{
    free(examples->items);
    free(examples->without);
    arena_done(&examples->arena);
}
