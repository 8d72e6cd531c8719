/*
 * The table of all rules: which files there are, what they declare, in which order they run. A
 * rule's Lua functions are not here but in each worker; here is what all threads may read.
 */
#include "engine/rules.h"
#include "base/embedded.h"
#include "base/file.h"
#include "base/glob.h"
#include "base/memory.h"
#include "base/near.h"
#include "engine/describe.h"
#include "engine/worker.h"
#include <stdlib.h>
#include <string.h>

static void rules_add(struct rules *rules, struct text id, struct text file,
                      const struct policy *policy, struct text source, struct text code)
{
    struct rule_info *rule = arena_zero(&rules->arena, sizeof *rule);

    rule->rule.id = id;
    rule->rule.file = file;
    rule->rule.policy = policy;
    rule->source = source;
    rule->code = code;
    rule->selected = rule->needed = true;
    rules->items =
        memory_extend(rules->items, rules->count, &rules->capacity, sizeof *rules->items);
    rules->items[rules->count++] = rule;
}

static void rules_find_built_in(struct rules *rules)
{
    for (size_t i = 0; i < embedded_count; i++) {
        struct text path = embedded_files[i].path;

        if (text_starts(path, TEXT("rules/")) && text_ends(path, TEXT(".lua")))
            rules_add(rules, text_slice(path, strlen("rules/"), path.length - strlen(".lua")), path,
                      NULL, embedded_files[i].bytes, embedded_files[i].code);
    }
}

static bool rules_is_extra(const struct policies *policies, const struct policy *policy)
{
    for (size_t i = 0; i < policies->extra_count; i++)
        if (policies->extra[i] == policy)
            return true;
    return false;
}

/* Reads a file of a policy into the table of texts; at == NULL where it cannot be read. */
static struct text rules_read_file(struct rules *rules, const struct policies *policies,
                                   const struct policy *policy, struct text path,
                                   struct problems *problems)
{
    struct text *kept = arena_zero(&rules->arena, sizeof *kept);
    char *bytes;
    size_t length;
    const char *error;

    /* what --policy names is seen from the working directory; arena_copy ends it with a NUL */
    error = rules_is_extra(policies, policy)
                ? file_read(arena_copy(&rules->arena, path).at, &bytes, &length)
                : tree_read(&policies->repo->tree, path, &bytes, &length);
    if (error) {
        problems_add(problems, path, 0, 0, "cannot be read: %s", error);
        return *kept;
    }
    *kept = arena_copy(&rules->arena, (struct text){bytes, length});
    free(bytes);
    *map_place(&rules->texts, arena_copy(&rules->arena, path)) = kept;
    return *kept;
}

const char *rules_read(const struct rules *rules, struct text path, struct text *bytes)
{
    const struct text *kept = map_find(&rules->texts, path);

    if (!kept)
        return "its file could not be read";
    *bytes = *kept;
    return NULL;
}

static int rules_compare(const void *left, const void *right)
{
    const struct rule_info *a = *(struct rule_info *const *)left;
    const struct rule_info *b = *(struct rule_info *const *)right;
    int order = text_compare(a->rule.id, b->rule.id);

    return order ? order : text_compare(a->rule.file, b->rule.file);
}

void rules_find(struct rules *rules, const struct policies *policies, struct problems *problems)
{
    rules_find_built_in(rules);
    for (size_t i = 0; policies && i < policies->count; i++) {
        const struct policy *policy = policies->items[i];

        for (size_t j = 0; j < policy->module_count; j++)
            rules_read_file(rules, policies, policy, policy->modules[j].path, problems);
        for (size_t j = 0; j < policy->rule_count; j++) {
            struct text source =
                rules_read_file(rules, policies, policy, policy->rules[j].path, problems);

            if (source.at)
                rules_add(rules, policy->rules[j].name, policy->rules[j].path, policy, source,
                          TEXT(""));
        }
    }
    qsort(rules->items, rules->count, sizeof *rules->items, rules_compare);
    rules->rules = memory_get(rules->count * sizeof *rules->rules);
    for (size_t i = 0; i < rules->count; i++) {
        rules->items[i]->rule.index = i;
        rules->rules[i] = &rules->items[i]->rule;
    }
}

struct text rules_near(const struct rules *rules, struct text id)
{
    struct near near;

    near_init(&near, id);
    for (size_t i = 0; i < rules->count; i++)
        near_offer(&near, rules->items[i]->rule.id);
    return near.best;
}

const struct rule_info *rules_by_id(const struct rules *rules, struct text id)
{
    const struct rule_info *found = NULL;

    /* a built-in rule, where a policy has taken its id by mistake */
    for (size_t i = 0; i < rules->count; i++)
        if (text_equal(rules->items[i]->rule.id, id) && (!found || !rules->items[i]->rule.policy))
            found = rules->items[i];
    return found;
}

/* The rule ID as FROM sees it: of those with that id the one that lies on the way to FROM's own
 * files. */
static const struct rule_info *rules_resolve(const struct rules *rules, struct text id,
                                             const struct rule_info *from)
{
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule_info *rule = rules->items[i];

        if (text_equal(rule->rule.id, id) &&
            (!rule->rule.policy || rule->rule.policy == from->rule.policy ||
             (from->rule.policy &&
              path_below(from->rule.policy->directory, rule->rule.policy->directory))))
            return rule;
    }
    return NULL;
}

static void rules_tell_after(const struct rule_info *rule, struct problems *problems,
                             struct text message)
{
    problems_add_rule(problems, rule->rule.id, rule->rule.file,
                      describe_line(rule->source, "after"), 0, message);
}

static void rules_resolve_after(struct rules *rules, struct rule_info *rule,
                                struct problems *problems)
{
    rule->after = arena_get(&rules->arena, (rule->after_count + 1) * sizeof *rule->after);
    for (size_t i = 0; i < rule->after_count; i++) {
        const struct rule_info *other = rules_resolve(rules, rule->after_ids[i], rule);
        struct text near;

        rule->after[i] = other ? other->rule.index : SIZE_MAX;
        if (other && other->subject == RULE_FACTS) {
            rules_tell_after(rule, problems,
                             arena_print(&rules->arena,
                                         "`after` names `%.*s`, a rule across documents: those are "
                                         "judged last",
                                         TEXT_ARGS(rule->after_ids[i])));
            rule->broken = true;
        }
        if (other)
            continue;
        near = rules_near(rules, rule->after_ids[i]);
        rules_tell_after(
            rule, problems,
            arena_print(&rules->arena, "`after` names `%.*s`, which is no rule%s%.*s%s",
                        TEXT_ARGS(rule->after_ids[i]), near.at ? "; did you mean `" : "",
                        TEXT_ARGS(near), near.at ? "`?" : ""));
        rule->broken = true;
    }
}

static bool rules_is_ready(const struct rule_info *rule, const bool *placed)
{
    for (size_t i = 0; i < rule->after_count; i++)
        if (rule->after[i] != SIZE_MAX && !placed[rule->after[i]])
            return false;
    return true;
}

/* Puts the rules in order: each after those that it names. What is left over is a cycle. */
static void rules_sort(struct rules *rules, struct problems *problems)
{
    bool *placed = memory_get(rules->count + 1);
    size_t count = 0, before;

    rules->order = memory_get((rules->count + 1) * sizeof *rules->order);
    do {
        before = count;
        for (size_t i = 0; i < rules->count; i++)
            if (!placed[i] && rules_is_ready(rules->items[i], placed)) {
                placed[i] = true;
                rules->order[count++] = i;
            }
    } while (count > before);
    for (size_t i = 0; i < rules->count; i++) {
        if (placed[i])
            continue;
        rules->order[count++] = i;
        rules->items[i]->broken = true;
        rules_tell_after(rules->items[i], problems,
                         TEXT("`after` goes round in a circle: this rule waits for one that waits "
                              "for it"));
    }
    free(placed);
}

/* Rules that one across documents comes after are run wherever facts are collected. */
static void rules_mark_before_facts(struct rules *rules)
{
    for (size_t i = rules->count; i-- > 0;) {
        const struct rule_info *rule = rules->items[rules->order[i]];

        for (size_t j = 0; j < rule->after_count; j++)
            if (rule->after[j] != SIZE_MAX && (rule->subject == RULE_FACTS || rule->before_facts))
                rules->items[rule->after[j]]->before_facts = true;
    }
}

void rules_describe(struct rules *rules, struct worker *worker, struct problems *problems)
{
    for (size_t i = 0; i < rules->count; i++) {
        struct rule_info *rule = rules->items[i];

        if (worker->rule_refs[i] == LUA_NOREF) {
            rule->broken = true;
            continue;
        }
        worker_push_rule(worker, i);
        describe_rule(worker->L, rule, &rules->arena, problems);
        lua_pop(worker->L, 1);
    }
    for (size_t i = 0; i < rules->count; i++)
        rules_resolve_after(rules, rules->items[i], problems);
    rules_sort(rules, problems);
    rules_mark_before_facts(rules);
}

void rules_find_waiting(const struct rules *rules, size_t other, bool *waiting)
{
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule_info *rule = rules->items[rules->order[i]];
        bool *waits = &waiting[rule->rule.index];

        *waits = rule->rule.index == other;
        for (size_t j = 0; j < rule->after_count; j++)
            *waits |= rule->after[j] != SIZE_MAX && waiting[rule->after[j]];
    }
}

/* Backwards through the order, so that what a needed rule waits for is needed too. */
static void rules_need(const struct rules *rules, bool *needed)
{
    for (size_t i = rules->count; i-- > 0;) {
        const struct rule_info *rule = rules->items[rules->order[i]];

        for (size_t j = 0; needed[rule->rule.index] && j < rule->after_count; j++)
            if (rule->after[j] != SIZE_MAX)
                needed[rule->after[j]] = true;
    }
}

/* Those that are selected, and what they wait for. */
static void rules_need_selected(struct rules *rules)
{
    bool *needed = memory_get(rules->count + 1);

    for (size_t i = 0; i < rules->count; i++)
        needed[i] = rules->items[i]->selected;
    rules_need(rules, needed);
    for (size_t i = 0; i < rules->count; i++)
        rules->items[i]->needed = needed[i];
    free(needed);
}

void rules_need_alone(const struct rules *rules, size_t index, bool *needed)
{
    for (size_t i = 0; i < rules->count; i++)
        needed[i] = i == index;
    rules_need(rules, needed);
}

void rules_select_one(struct rules *rules, size_t index)
{
    for (size_t i = 0; i < rules->count; i++)
        rules->items[i]->selected = i == index;
    rules_need_selected(rules);
}

void rules_select(struct rules *rules, const char *const *globs, size_t count,
                  struct problems *problems)
{
    for (size_t i = 0; i < rules->count && count; i++)
        rules->items[i]->selected = false;
    for (size_t g = 0; g < count; g++) {
        bool any = false;

        for (size_t i = 0; i < rules->count; i++)
            if (glob_name(text_of(globs[g]), rules->items[i]->rule.id))
                any = rules->items[i]->selected = true;
        if (!any) {
            struct text near = rules_near(rules, text_of(globs[g]));

            problems_add(problems, TEXT(""), 0, 0, "--rule %s matches no rule%s%.*s%s", globs[g],
                         near.at ? "; did you mean " : "", TEXT_ARGS(near), near.at ? "?" : "");
        }
    }
    rules_need_selected(rules);
}

void rules_done(struct rules *rules)
{
    free(rules->items);
    free(rules->rules);
    free(rules->order);
    map_done(&rules->texts);
    arena_done(&rules->arena);
    *rules = (struct rules){0};
}

bool rule_kind_matches(const struct rule_kind *kind, const struct resource *resource, bool workload)
{
    if (kind->workload)
        return workload;
    return (!kind->kind.at || text_equal(kind->kind, resource->kind)) &&
           (!kind->group.at || text_equal(kind->group, resource->group)) &&
           (!kind->version.at || text_equal(kind->version, resource->version));
}

bool rule_is_of_kinds(const struct rule_info *rule)
{
    return rule->subject == RULE_RESOURCES || rule->subject == RULE_FACTS;
}

bool rule_matches_kind(const struct rule_info *rule, const struct resource *resource, bool workload)
{
    for (size_t i = 0; i < rule->kind_count; i++)
        if (rule_kind_matches(&rule->kinds[i], resource, workload))
            return true;
    return false;
}
