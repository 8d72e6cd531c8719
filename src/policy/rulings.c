/*
 * How every rule stands under one set of policy lines today. Lines are taken in order, a later one
 * wins field by field: each policy from the root inwards (its rules, then the entries of its
 * namespaces that match), then --policy. Which entries match is all in which two namespaces of a
 * chain can differ, so rulings are kept by that and shared.
 *
 * A lock binds the policies further in than the one that holds it, and a lock of --policy all that
 * lie on the path. Where such a policy begins, the levels that a locked rule has then, with their
 * days, are its floor: lines that go below it on any day, or give parameters, have no effect and
 * are told as policy/locked.
 */
#include "policy/rulings.h"
#include "base/glob.h"
#include <string.h>

/* A level and the days on which it rises. */
struct schedule {
    enum level level;
    date_t warn_from, error_from; /* 0: none */
};

/* A ruling while it is being made: what is planned, and by whom. */
struct rulings_plan {
    struct schedule schedule;
    const struct setting *level, *warn, *error; /* NULL: nobody */
    struct schedule floor;                      /* where locked */
    bool locked;                                /* for the policy that is being taken */
    struct lock lock;
};

/* Rulings while they are being made. */
struct rulings_state {
    struct profiles *profiles;
    const struct chain *chain;
    struct ruling *items;
    struct rulings_plan *plans; /* by rule */
};

static enum level schedule_level(const struct schedule *schedule, date_t day)
{
    enum level level = schedule->level;

    if (schedule->warn_from && day >= schedule->warn_from && level < LEVEL_WARN)
        level = LEVEL_WARN;
    if (schedule->error_from && day >= schedule->error_from && level < LEVEL_ERROR)
        level = LEVEL_ERROR;
    return level;
}

/* Whether on some day, from TODAY on, SCHEDULE is below FLOOR. */
static bool schedule_is_lower(const struct schedule *schedule, const struct schedule *floor,
                              date_t today)
{
    const date_t days[] = {today, floor->warn_from, floor->error_from};

    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        if (days[i] >= today && schedule_level(schedule, days[i]) < schedule_level(floor, days[i]))
            return true;
    return false;
}

/* Only the outermost policy of a path can lock, so its locks begin to bind at the second. */
static void rulings_lock(struct rulings_state *state, size_t index)
{
    const struct profiles *profiles = state->profiles;

    for (size_t i = 0; i < profiles->rule_count; i++) {
        const struct rule *rule = profiles->rules[i];
        struct rulings_plan *plan = &state->plans[rule->index];
        struct lock lock;

        if (index >= state->chain->path_count ||
            !chain_find_lock(state->chain, index, rule->id, &lock)) {
            plan->locked = false;
        } else if (!plan->locked || (index == 1 && !lock.policy->extra)) {
            plan->locked = true;
            plan->floor = plan->schedule;
            plan->lock = lock;
        }
    }
}

static struct text rulings_attempt(struct arena *arena, const struct setting *setting,
                                   enum level floor, bool lowers)
{
    const char *params = setting->params ? ", nor change its parameters" : "";

    if (!lowers)
        return TEXT("this cannot change its parameters");
    if (setting->level == LEVEL_UNSET || setting->level >= floor)
        return arena_print(arena, "this cannot put its days off%s", params);
    return arena_print(arena, "this cannot lower it from %s to %s%s", level_name(floor),
                       level_name(setting->level), params);
}

static void rulings_tell_locked(struct rulings_state *state, const struct rule *rule,
                                const struct setting *setting, bool lowers)
{
    struct arena *arena = &state->profiles->arena;
    const struct rulings_plan *plan = &state->plans[rule->index];
    enum level floor = schedule_level(&plan->floor, state->profiles->policies->today);
    bool one = text_equal(setting->glob, rule->id);
    struct finding finding =
        one ? lock_finding(arena, &plan->lock, rule->id,
                           rulings_attempt(arena, setting, floor, lowers))
            : lock_finding(arena, &plan->lock, setting->glob,
                           TEXT("for the rules of it that are locked this has no effect"));

    finding.file = setting->policy->path;
    finding.span =
        (struct span){setting->line, setting->column, setting->line, setting->end_column};
    finding.stable_path =
        one ? arena_print(arena, "%.*s %.*s", TEXT_ARGS(setting->glob), TEXT_ARGS(rule->id))
            : setting->glob;
    /* a line of the policy is told once, however many rules its glob names */
    profiles_tell(state->profiles, arena_print(arena, "locked %p", (const void *)setting), finding);
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

/* What PLAN becomes with a line. A level that is written later is the last word, so the days of
 * lines before it are gone; days alone go over the level that is there. */
static struct rulings_plan rulings_with(struct rulings_plan plan, const struct setting *setting)
{
    if (setting->level != LEVEL_UNSET) {
        plan.schedule = (struct schedule){.level = setting->level};
        plan.level = setting;
        plan.warn = plan.error = NULL;
    }
    if (setting->warn_from) {
        plan.schedule.warn_from = setting->warn_from;
        plan.warn = setting;
    }
    if (setting->error_from) {
        plan.schedule.error_from = setting->error_from;
        plan.error = setting;
    }
    return plan;
}

static void rulings_take_one(struct rulings_state *state, const struct rule *rule,
                             const struct setting *setting)
{
    struct rulings_plan *plan = &state->plans[rule->index];
    struct rulings_plan changed = rulings_with(*plan, setting);
    bool lowers = plan->locked && schedule_is_lower(&changed.schedule, &plan->floor,
                                                    state->profiles->policies->today);

    if (lowers || (plan->locked && setting->params))
        rulings_tell_locked(state, rule, setting, lowers);
    if (setting->params && !plan->locked)
        rulings_add_params(&state->profiles->arena, &state->items[rule->index], setting->params);
    if (!lowers)
        *plan = changed;
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
        struct rulings_plan *plan = &state->plans[rule->index];

        if (rule->fixed || plan->level || plan->locked)
            continue;
        plan->schedule.level = LEVEL_OFF;
        state->items[rule->index].default_policy = policy;
    }
}

/* What the plan comes to today, and what comes next. */
static void rulings_settle(const struct rulings_plan *plan, date_t today, struct ruling *ruling)
{
    const struct schedule *schedule = &plan->schedule;
    const struct ruling_step steps[] = {{schedule->warn_from, LEVEL_WARN, plan->warn},
                                        {schedule->error_from, LEVEL_ERROR, plan->error}};

    ruling->level = schedule->level;
    ruling->setting = plan->level;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const struct ruling_step *step = &steps[i];

        if (!step->from || step->level <= ruling->level)
            continue;
        if (step->from > today) {
            if (!ruling->next.from || step->from <= ruling->next.from)
                ruling->next = *step;
            continue;
        }
        ruling->level = step->level;
        ruling->setting = step->setting;
        ruling->since = step->from;
    }
    if (ruling->next.level <= ruling->level)
        ruling->next = (struct ruling_step){0};
}

static void rulings_make(struct rulings_state *state, const struct namespace_entry *const *entries,
                         const struct policy *const *policies, size_t count)
{
    const struct chain *chain = state->chain;
    const struct profiles *profiles = state->profiles;
    size_t next = 0;

    for (size_t i = 0; i < profiles->rule_count; i++) {
        const struct rule *rule = profiles->rules[i];

        state->plans[rule->index].schedule.level =
            chain_holds(chain, rule->policy) ? rule->level : LEVEL_OFF;
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
    for (size_t i = 0; i < profiles->rule_count; i++)
        rulings_settle(&state->plans[i], profiles->policies->today, &state->items[i]);
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
            .plans = arena_zero(&scratch, rules * sizeof(struct rulings_plan)),
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
