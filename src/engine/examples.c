/*
 * The examples that rules carry: each is a file of its own under a policy of its own, run in the
 * same way as a real one. What comes out is compared with what the example says.
 */
#include "engine/examples.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "engine/describe.h"
#include "engine/given.h"
#include "engine/scenario.h"
#include "engine/watch.h"
#include <stdlib.h>
#include <string.h>

static void examples_fail(struct examples *examples, struct example *example, struct text file,
                          uint32_t line, const char *format, ...) ATTRIBUTE_FORMAT(5, 6);
static void examples_fail(struct examples *examples, struct example *example, struct text file,
                          uint32_t line, const char *format, ...)
{
    struct buffer buffer = {0};
    va_list arguments;

    if (example->failure.at)
        return; /* the first one says it */
    va_start(arguments, format);
    buffer_vprint(&buffer, format, arguments);
    va_end(arguments);
    example->failure = arena_copy(&examples->arena, buffer_text(&buffer));
    example->file = file.at ? arena_copy(&examples->arena, file) : file;
    example->line = line;
    buffer_done(&buffer);
}

static void examples_judge_failing(struct examples *examples, struct example *example,
                                   const struct given_wish *wish, const struct scenario *scenario)
{
    size_t count = scenario->findings.count;
    const struct finding *first = count ? scenario->findings.items : NULL;

    if (!first)
        examples_fail(examples, example, (struct text){0}, (uint32_t)wish->line,
                      "expected a finding%s, and there is none", wish->line ? " here" : "");
    else if (wish->count && (size_t)wish->count != count)
        examples_fail(examples, example, first->file, first->span.line,
                      "expected %lld findings, got %zu; the first: %.*s", (long long)wish->count,
                      count, TEXT_ARGS(first->message));
    else if (wish->line && first->span.line != (uint32_t)wish->line)
        examples_fail(examples, example, first->file, first->span.line,
                      "expected the first finding on line %lld, got it on line %u of %.*s: %.*s",
                      (long long)wish->line, first->span.line, TEXT_ARGS(first->file),
                      TEXT_ARGS(first->message));
    else if (wish->column && first->span.column != (uint32_t)wish->column)
        examples_fail(examples, example, first->file, first->span.line,
                      "expected the first finding at column %lld, got it at column %u: %.*s",
                      (long long)wish->column, first->span.column, TEXT_ARGS(first->message));
    else if (wish->message.at && text_find(first->message, wish->message, 0) == SIZE_MAX)
        examples_fail(examples, example, first->file, first->span.line,
                      "expected a message with \"%.*s\", got: %.*s", TEXT_ARGS(wish->message),
                      TEXT_ARGS(first->message));
}

static void examples_judge_errors(struct examples *examples, struct example *example,
                                  const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->error_count; i++) {
        const struct rule_error *error = &scenario->errors[i];

        examples_fail(examples, example, error->file, error->line, "%s%.*s",
                      error->raised ? "the rule raised: " : "", TEXT_ARGS(error->message));
    }
}

static void examples_judge(struct examples *examples, struct example *example,
                           const struct given_wish *wish, const struct scenario *scenario)
{
    const struct finding *first = scenario->findings.count ? scenario->findings.items : NULL;

    examples_judge_errors(examples, example, scenario);
    if (scenario->placeless && first)
        examples_fail(
            examples, example, first->file, first->span.line,
            "a finding has no place but the resource: what is given to at() is nil; begin "
            "at what exists, at(doc, \"spec\", \"replicas\")");
    if (!example->passing)
        examples_judge_failing(examples, example, wish, scenario);
    else if (first)
        examples_fail(examples, example, first->file, first->span.line,
                      "expected no finding, got: %.*s", TEXT_ARGS(first->message));
}

/* What was found, for who shows the example, before it is gone. */
static void examples_keep_findings(struct examples *examples, struct example *example,
                                   const struct findings *findings)
{
    struct arena *arena = &examples->arena;

    example->finding_count = findings->count;
    example->findings = arena_get(arena, (findings->count + 1) * sizeof *example->findings);
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];

        example->findings[i] = (struct example_finding){arena_copy(arena, finding->file),
                                                        arena_copy(arena, finding->message),
                                                        finding->span.line, finding->span.column};
    }
}

/* The line of the manifest that a failure is about, before the manifest is gone. */
static void examples_keep_line(struct examples *examples, struct example *example,
                               const struct scenario *scenario)
{
    struct text rest = {0}, line = {0};

    if (!example->line)
        return;
    for (size_t i = 0; i < scenario->file_count; i++)
        if (!i || (example->file.at && text_equal(scenario->files[i].path, example->file)))
            rest = scenario->files[i].bytes;
    for (uint32_t i = 0; i < example->line && text_cut(&rest, '\n', &line); i++)
        ;
    example->line_text = arena_copy(&examples->arena, line);
}

static void examples_check_file(struct examples *examples, struct example *example,
                                const struct tree_file *file)
{
    struct source source;
    struct loader loader;
    struct document document;
    struct text text = file->bytes;
    char *bytes = memory_get(text.length + 2);

    if (text.length)
        memcpy(bytes, text.at, text.length);
    if (!source_init(&source, file->path, bytes, text.length)) {
        loader_init(&loader, &source);
        while (loader_next(&loader, &document))
            if (!document.root)
                examples_fail(examples, example, file->path,
                              source_span(&source, document.error_start, document.error_end).line,
                              "the manifest cannot be read: %.*s", TEXT_ARGS(document.error));
        loader_done(&loader);
    }
    source_done(&source);
}

/* A YAML error in an example is the example's: no rule sees such a document. */
static void examples_check_readable(struct examples *examples, struct example *example,
                                    const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->file_count; i++)
        if (scenario_is_manifest(scenario, i))
            examples_check_file(examples, example, &scenario->files[i]);
}

static void examples_scenario(struct examples *examples, struct example *example,
                              const struct given_wish *wish, struct scenario *scenario,
                              const struct examples_options *options)
{
    struct watch *watch = scenario->worker->watch;

    if (!scenario_open(scenario)) {
        const struct problem *problem = scenario->problems.items;

        examples_fail(examples, example, (struct text){0}, 0, "the example's policy, line %u: %.*s",
                      problem->line, TEXT_ARGS(problem->message));
    } else {
        scenario_run(scenario);
        examples_judge(examples, example, wish, scenario);
        examples_keep_findings(examples, example, &scenario->findings);
        if (example->rule->subject != RULE_FILES)
            examples_check_readable(examples, example, scenario);
    }
    if (options->replay && !example->failure.at) {
        if (watch)
            watch->paused = true;
        scenario_replay(scenario);
        if (watch)
            watch->paused = false;
        examples_judge_errors(examples, example, scenario);
    }
    examples_keep_line(examples, example, scenario);
    scenario_done(scenario);
}

/* The example on top of the Lua stack, which it takes off. */
static void examples_one(struct examples *examples, struct worker *worker,
                         const struct examples_options *options, struct example *example)
{
    lua_State *L = worker->L;
    struct arena *arena = &examples->arena;
    struct given_wish wish = given_read_wish(L, arena);
    struct scenario scenario = {.worker = worker, .rule = example->rule};
    struct kustomize_place place = {.namespace = given_field(L, "kustomization", arena),
                                    .by = TEXT("kustomization.yaml")};
    struct kustomize_use use = {.places = &place, .place_count = place.namespace.at ? 1 : 0};

    lua_getfield(L, -1, "patch");
    use.patch = lua_toboolean(L, -1);
    lua_pop(L, 1);
    use.resource = !use.patch;
    use.placed = place.namespace.at;
    if (use.patch || use.placed)
        scenario.use = &use;
    scenario.namespace = given_field(L, "namespace", arena);
    scenario.policy = given_field(L, "policy", arena);
    scenario.policy = scenario.policy.at ? given_dedent(arena, scenario.policy) : TEXT("");
    given_read_files(L, &scenario, arena);
    given_keep(L, example, &scenario, arena);
    scenario.params_ref = given_ref(L, "params");
    scenario.files_ref = given_ref(L, "files");
    lua_settop(L, 0);
    examples_scenario(examples, example, &wish, &scenario, options);
    luaL_unref(L, LUA_REGISTRYINDEX, scenario.params_ref);
    luaL_unref(L, LUA_REGISTRYINDEX, scenario.files_ref);
    free(scenario.files);
}

void examples_add(struct examples *examples, struct example example)
{
    examples->failed += example.failure.at != NULL;
    examples->items = memory_extend(examples->items, examples->count, &examples->capacity,
                                    sizeof *examples->items);
    examples->items[examples->count++] = example;
}

/* Runs the examples of RULE; HAS tells which kinds there are. */
static void examples_of_rule(struct examples *examples, struct worker *worker,
                             const struct rule_info *rule, const struct examples_options *options,
                             bool has[2])
{
    lua_State *L = worker->L;
    struct given_size size = {0};

    for (size_t number = 1;; number++) {
        struct example example = {.rule = rule, .number = number};
        const char *over;

        lua_settop(L, 0);
        worker_push_rule(worker, rule->rule.index);
        if (lua_getfield(L, -1, "examples") != LUA_TTABLE ||
            lua_rawgeti(L, -1, (lua_Integer)number) != LUA_TTABLE)
            break;
        example.passing = text_is(given_field(L, "verdict", &examples->arena), "pass");
        given_measure(L, &size);
        over = given_over(&size);
        over = over ? over : watch_over(worker->watch);
        if (over) {
            example.failure = text_of(over);
            examples_add(examples, example);
            break;
        }
        has[example.passing] = true;
        examples_one(examples, worker, options, &example);
        size.bytes += example.given.params.length;
        examples_add(examples, example);
    }
    lua_settop(L, 0);
}

static void examples_add_gap(struct examples *examples, struct example_gap gap)
{
    examples->gaps = memory_extend(examples->gaps, examples->gap_count, &examples->gap_capacity,
                                   sizeof *examples->gaps);
    examples->gaps[examples->gap_count++] = gap;
    examples->gaps_of[gap.gap]++;
}

static void examples_add_params(struct examples *examples, const struct watch *watch)
{
    const struct rule_info *rule = watch->rule;

    for (size_t i = 0; i < rule->rule.param_count; i++)
        if (!map_find(&watch->params, rule->rule.params[i].name))
            examples_add_gap(examples, (struct example_gap){GAP_PARAM, rule,
                                                            describe_line(rule->source, "params"),
                                                            rule->rule.params[i].name});
}

static void examples_add_gaps(struct examples *examples, struct watch *watch, struct worker *worker)
{
    size_t count;
    struct watch_read *reads = watch_unknown(watch, &count);
    uint32_t *lines;

    for (size_t i = 0; i < count; i++)
        examples_add_gap(examples,
                         (struct example_gap){GAP_FIELD, watch->rule, reads[i].line,
                                              arena_copy(&examples->arena, reads[i].name)});
    examples_add_params(examples, watch);
    if (!watch->reached)
        return;
    lines = watch_unreached(watch, worker, &count);
    for (size_t i = 0; i < count; i++)
        examples_add_gap(examples, (struct example_gap){GAP_LINE, watch->rule, lines[i], {0}});
}

static void examples_add_without(struct examples *examples, const struct rule_info *rule)
{
    examples->without = memory_extend(examples->without, examples->without_count,
                                      &examples->without_capacity, sizeof *examples->without);
    examples->without[examples->without_count++] = rule;
}

static void examples_rule(struct examples *examples, const struct rule_info *rule,
                          struct worker *worker, const struct examples_options *options)
{
    bool has[2] = {false, false};
    struct watch watch;
    uint64_t state;

    watch_begin(&watch, worker, rule, options->coverage);
    state = watch_state(&watch, worker);
    examples_of_rule(examples, worker, rule, options, has);
    if (watch_state(&watch, worker) != state)
        examples_add(examples, (struct example){
                                   .rule = rule,
                                   .number = 1,
                                   .failure = TEXT("the rule keeps something between documents: a "
                                                   "variable of its file is not what it was; what "
                                                   "many documents tell together needs collect "
                                                   "and join"),
                               });
    if (has[0] && has[1])
        examples_add_gaps(examples, &watch, worker);
    else
        examples_add_without(examples, rule);
    watch_end(&watch, worker);
}

/* Rules are handed out to threads, each with a worker of its own. */
struct examples_state {
    const struct rules *rules;
    const struct policies *policies;
    const struct examples_options *options;
    const struct rule_info **chosen;
    struct examples *parts; /* by chosen rule */
    struct worker **workers;
};

static void examples_work(void *context, size_t number, size_t item)
{
    struct examples_state *state = context;
    struct worker **worker = &state->workers[number];

    if (!*worker)
        *worker = worker_new(state->rules, state->policies, NULL);
    examples_rule(&state->parts[item], state->chosen[item], *worker, state->options);
}

static void examples_done_one(struct examples *examples)
{
    free(examples->items);
    free(examples->without);
    free(examples->gaps);
    arena_done(&examples->arena);
}

/* Adds what a rule's examples gave; PART keeps the texts. */
static void examples_merge(struct examples *examples, const struct examples *part)
{
    for (size_t i = 0; i < part->count; i++)
        examples_add(examples, part->items[i]);
    for (size_t i = 0; i < part->without_count; i++)
        examples_add_without(examples, part->without[i]);
    for (size_t i = 0; i < part->gap_count; i++)
        examples_add_gap(examples, part->gaps[i]);
}

static size_t examples_choose(const struct rules *rules, const struct rule_info **chosen)
{
    size_t count = 0;

    for (size_t i = 0; i < rules->count; i++) {
        const struct rule_info *rule = rules->items[i];

        if (rule->selected && !rule->broken && rule->subject != RULE_KRUG)
            chosen[count++] = rule;
    }
    return count;
}

void examples_run(struct examples *examples, const struct rules *rules,
                  const struct policies *policies, struct worker *worker,
                  const struct examples_options *options)
{
    size_t jobs = options->jobs ? options->jobs : 1;
    struct examples_state state = {
        .rules = rules,
        .policies = policies,
        .options = options,
        .chosen = memory_get((rules->count + 1) * sizeof *state.chosen),
        .workers = memory_get(jobs * sizeof *state.workers),
    };

    examples->part_count = examples_choose(rules, state.chosen);
    examples->parts = state.parts = memory_get((examples->part_count + 1) * sizeof *state.parts);
    state.workers[0] = worker;
    parallel_run(&(struct parallel){
        .jobs = jobs, .count = examples->part_count, .context = &state, .work = examples_work});
    for (size_t i = 0; i < examples->part_count; i++)
        examples_merge(examples, &examples->parts[i]);
    for (size_t i = 1; i < jobs; i++)
        worker_free(state.workers[i]);
    free(state.chosen);
    free(state.workers);
}

void examples_done(struct examples *examples)
{
    for (size_t i = 0; i < examples->part_count; i++)
        examples_done_one(&examples->parts[i]);
    examples_done_one(examples);
    free(examples->parts);
}
