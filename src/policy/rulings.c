/*
 * How every rule stands under one set of policy lines. Lines are taken in order, a later one wins
 * field by field: each policy from the root inwards (its rules, then the entries of its namespaces
 * that match), then
 * --policy. Which entries match is all in which two namespaces of a chain can differ, so rulings
 * are kept by that and shared.
 *
 * A lock binds the policies further in than the one that holds it, and a lock of --policy all that
 * lie on the path. Where such a policy begins, the level that a locked rule has then is its floor:
 * lines that go below it, or give parameters, have no effect and are told as policy/locked.
 */
#include "policy/rulings.h"
#include "base/glob.h"
#include <string.h>

/* Rulings while they are being made. */
struct rulings_state {
    struct profiles *profiles;
    const struct chain *chain;
    struct ruling *items;
    enum level *floors; /* LEVEL_UNSET: not locked for the policy that is being taken */
    struct rulings_lock {
        const struct policy *policy;
        size_t index;
    } * locks;
};

/* Finds a lock of RULE that binds the policy at INDEX of the chain. */
static bool rulings_find_lock(const struct chain *chain, size_t index, const struct rule *rule,
                              struct rulings_lock *lock)
{
    if (index >= chain->path_count)
        return false;
    for (size_t i = 0; i < chain->count; i++) {
        const struct policy *policy = chain->policies[i];

        if (i >= index && !policy->extra)
            continue;
        for (size_t j = 0; j < policy->locked_count; j++) {
            if (!glob_name(policy->locked[j], rule->id))
                continue;
            *lock = (struct rulings_lock){policy, j};
            return true;
        }
    }
    return false;
}

/* Only the outermost policy of a path can lock, so its locks begin to bind at the second. */
static void rulings_lock(struct rulings_state *state, size_t index)
{
    const struct profiles *profiles = state->profiles;

    for (size_t i = 0; i < profiles->rule_count; i++) {
        const struct rule *rule = profiles->rules[i];
        enum level *floor = &state->floors[rule->index];
        struct rulings_lock lock;

        if (!rulings_find_lock(state->chain, index, rule, &lock)) {
            *floor = LEVEL_UNSET;
        } else if (*floor == LEVEL_UNSET || (index == 1 && !lock.policy->extra)) {
            *floor = state->items[rule->index].level;
            state->locks[rule->index] = lock;
        }
    }
}

static struct text rulings_attempt(struct arena *arena, const struct setting *setting,
                                   enum level floor)
{
    if (setting->level == LEVEL_UNSET || setting->level >= floor)
        return TEXT("this cannot change its parameters");
    return arena_print(arena, "this cannot lower it from %s to %s%s", level_name(floor),
                       level_name(setting->level),
                       setting->params ? ", nor change its parameters" : "");
}

static void rulings_tell_locked(struct rulings_state *state, const struct rule *rule,
                                const struct setting *setting)
{
    struct arena *arena = &state->profiles->arena;
    enum level floor = state->floors[rule->index];
    const struct rulings_lock *lock = &state->locks[rule->index];
    const struct policy *by = lock->policy;
    struct span span = by->locked_spans[lock->index];
    struct finding finding = {
        .rule = TEXT("policy/locked"),
        .level = LEVEL_ERROR,
        .file = setting->policy->path,
        .span = {setting->line, setting->column, setting->line, setting->end_column},
        .cluster = TEXT(""),
        .related_count = 1,
    };

    finding.message = arena_print(arena, "`%.*s` is locked by %.*s, line %u: %.*s",
                                  TEXT_ARGS(rule->id), TEXT_ARGS(by->path), span.line,
                                  TEXT_ARGS(rulings_attempt(arena, setting, floor)));
    finding.fix = arena_print(arena,
                              "Take this out, or ask those who own %.*s. A stricter level is "
                              "always allowed.",
                              TEXT_ARGS(by->path));
    finding.related = arena_zero(arena, sizeof *finding.related);
    *finding.related = (struct related){by->path, span, TEXT("locked here")};
    finding.stable_path =
        arena_print(arena, "%.*s %.*s", TEXT_ARGS(setting->glob), TEXT_ARGS(rule->id));
    profiles_tell(state->profiles,
                  arena_print(arena, "locked %p %zu", (const void *)setting, rule->index), finding);
}

static void rulings_add_params(struct arena *arena, struct ruling *ruling,
                               const struct node *params)
{
    const struct node **more = arena_get(arena, (ruling->param_count + 1) * sizeof *more);

    if (ruling->param_count)
        memcpy(more, ruling->params, ruling->param_count * sizeof *more);
    more[ruling->param_count++] = params;
    ruling->params = more;
}

static void rulings_take_one(struct rulings_state *state, const struct rule *rule,
                             const struct setting *setting)
{
    struct ruling *ruling = &state->items[rule->index];
    enum level floor = state->floors[rule->index];
    bool lowers = setting->level != LEVEL_UNSET && setting->level < floor;

    if (lowers || (floor != LEVEL_UNSET && setting->params))
        rulings_tell_locked(state, rule, setting);
    if (setting->level != LEVEL_UNSET && !lowers) {
        ruling->level = setting->level;
        ruling->setting = setting;
    }
    if (setting->params && floor == LEVEL_UNSET)
        rulings_add_params(&state->profiles->arena, ruling, setting->params);
}

static void rulings_take(struct rulings_state *state, const struct setting *settings, size_t count)
{
    const struct profiles *profiles = state->profiles;

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < profiles->rule_count; j++) {
            const struct rule *rule = profiles->rules[j];

            if (!rule->fixed && chain_holds(state->chain, rule->policy) &&
                glob_name(settings[i].glob, rule->id))
                rulings_take_one(state, rule, &settings[i]);
        }
}

/* A policy's `default: off` speaks for the rules that nobody gave a level yet; a lock over it
 * forbids. */
static void rulings_take_default(struct rulings_state *state, const struct policy *policy)
{
    for (size_t i = 0; i < state->profiles->rule_count; i++) {
        const struct rule *rule = state->profiles->rules[i];
        struct ruling *ruling = &state->items[rule->index];

        if (rule->fixed || ruling->setting || state->floors[rule->index] != LEVEL_UNSET)
            continue;
        ruling->level = LEVEL_OFF;
        ruling->default_policy = policy;
    }
}

static void rulings_make(struct rulings_state *state, const struct namespace_entry *const *entries,
                         const struct policy *const *policies, size_t count)
{
    const struct chain *chain = state->chain;
    size_t next = 0;

    for (size_t i = 0; i < state->profiles->rule_count; i++) {
        const struct rule *rule = state->profiles->rules[i];

        state->items[rule->index].level = chain_holds(chain, rule->policy) ? rule->level : LEVEL_OFF;
    }
    for (size_t i = 0; i < chain->count; i++) {
        const struct policy *policy = chain->policies[i];

        rulings_lock(state, i);
        if (policy->default_off)
            rulings_take_default(state, policy);
        rulings_take(state, policy->settings, policy->setting_count);
        for (; next < count && policies[next] == policy; next++)
            rulings_take(state, entries[next]->settings, entries[next]->setting_count);
    }
}

/* The chain, and which entries of it. */
static struct text rulings_key(struct arena *arena, const struct chain *chain,
                               const struct namespace_entry *const *entries, size_t count)
{
    char *key = arena_get(arena, sizeof chain->index + count * sizeof *entries);

    memcpy(key, &chain->index, sizeof chain->index);
    if (count)
        memcpy(key + sizeof chain->index, entries, count * sizeof *entries);
    return (struct text){key, sizeof chain->index + count * sizeof *entries};
}

const struct rulings *rulings_get(struct profiles *profiles, const struct chain *chain,
                                  const struct namespace_entry *const *entries,
                                  const struct policy *const *policies, size_t count)
{
    struct arena scratch = {0};
    struct text key = rulings_key(&scratch, chain, entries, count);
    struct rulings *rulings = map_find(&profiles->rulings_by_key, key);

    if (!rulings) {
        size_t rules = profiles->rule_count;
        struct rulings_state state = {
            .profiles = profiles,
            .chain = chain,
            .items = arena_zero(&profiles->arena, rules * sizeof(struct ruling)),
            .floors = arena_zero(&scratch, rules * sizeof(enum level)),
            .locks = arena_zero(&scratch, rules * sizeof(struct rulings_lock)),
        };

        rulings_make(&state, entries, policies, count);
        rulings = arena_zero(&profiles->arena, sizeof *rulings);
        rulings->items = state.items;
        rulings->index = profiles->rulings_count++;
        *map_place(&profiles->rulings_by_key, arena_copy(&profiles->arena, key)) = rulings;
    }
    arena_done(&scratch);
    return rulings;
}
