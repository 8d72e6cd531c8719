/*
 * Whether a rule can be on anywhere, before any namespace was met: what no policy turns on needs no
 * facts. Entries of `namespaces` count as if they matched, since which do is known only later.
 */
#include "base/glob.h"
#include "policy/policy.h"

static bool possible_raises(const struct setting *settings, size_t count, struct text id,
                            enum level *level)
{
    bool raises = false;

    for (size_t i = 0; i < count; i++)
        if (settings[i].level != LEVEL_UNSET && glob_name(settings[i].glob, id)) {
            *level = settings[i].level;
            raises |= *level > LEVEL_OFF;
        }
    return raises;
}

/* Under one chain: its own level, then what each policy makes of it. */
static bool possible_in(const struct chain *chain, const struct rule *rule)
{
    enum level level = rule->level;

    if (!chain_holds(chain, rule->policy))
        return false;
    for (size_t i = 0; i < chain->count; i++) {
        const struct policy *policy = chain->policies[i];

        if (policy->default_off)
            level = LEVEL_OFF;
        possible_raises(policy->settings, policy->setting_count, rule->id, &level);
        for (size_t j = 0; j < policy->namespace_count; j++) {
            enum level there = LEVEL_UNSET;

            if (possible_raises(policy->namespaces[j].settings, policy->namespaces[j].setting_count,
                                rule->id, &there))
                return true;
        }
    }
    return level > LEVEL_OFF;
}

bool policies_may_hold(const struct policies *policies, const struct rule *rule)
{
    for (size_t i = 0; i < policies->chain_count; i++)
        if (possible_in(policies->chains[i], rule))
            return true;
    return false;
}
