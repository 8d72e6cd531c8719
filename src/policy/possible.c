/*
 * Whether a rule can be on anywhere, before any namespace was met: what no policy turns on needs no
 * facts. Entries of `namespaces` count as if they matched, since which do is known only later.
 */
#include "base/glob.h"
#include "policy/policy.h"

/* The level of a line today, its days among it; LEVEL_UNSET: it says none. */
static enum level possible_level(const struct setting *setting, date_t today)
{
    if (setting->error_from && today >= setting->error_from)
        return LEVEL_ERROR;
    if (setting->warn_from && today >= setting->warn_from && setting->level < LEVEL_WARN)
        return LEVEL_WARN;
    return setting->level;
}

static bool possible_raises(const struct setting *settings, size_t count, struct text id,
                            date_t today, enum level *level)
{
    bool raises = false;

    for (size_t i = 0; i < count; i++) {
        enum level there = possible_level(&settings[i], today);

        if (there == LEVEL_UNSET || !glob_name(settings[i].glob, id))
            continue;
        *level = there;
        raises |= there > LEVEL_OFF;
    }
    return raises;
}

/* Under one chain: its own level, then what each policy makes of it. */
static bool possible_in(const struct chain *chain, const struct rule *rule, date_t today)
{
    enum level level = rule->level;

    if (!chain_holds(chain, rule->policy))
        return false;
    for (size_t i = 0; i < chain->count; i++) {
        const struct policy *policy = chain->policies[i];
        enum level before = level;
        struct lock lock;

        if (policy->default_off)
            level = LEVEL_OFF;
        possible_raises(policy->settings, policy->setting_count, rule->id, today, &level);
        if (level < before && i < chain->path_count && chain_find_lock(chain, i, rule->id, &lock))
            level = before; /* a lock further out holds it up */
        for (size_t j = 0; j < policy->namespace_count; j++) {
            enum level there = LEVEL_UNSET;

            if (possible_raises(policy->namespaces[j].settings, policy->namespaces[j].setting_count,
                                rule->id, today, &there))
                return true;
        }
    }
    return level > LEVEL_OFF;
}

bool policies_may_hold(const struct policies *policies, const struct rule *rule)
{
    for (size_t i = 0; i < policies->chain_count; i++)
        if (possible_in(policies->chains[i], rule, policies->today))
            return true;
    return false;
}
