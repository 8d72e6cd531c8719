/*
 * What is wrong in policies and only the rules tell. A glob that matches no rule is a typo or a
 * rule that is gone, and either way a setting that does nothing. A setting may name any rule that
 * exists on the way of its policy: built in, of a policy further out or further in, or of --policy.
 */
#include "base/file.h"
#include "base/glob.h"
#include "base/near.h"
#include "policy/reader.h"

struct check {
    struct policies *policies;
    const struct rule *const *rules;
    size_t count;
};

static void check_tell(struct check *check, const struct policy *policy, struct span span,
                       const char *format, ...) ATTRIBUTE_FORMAT(4, 5);

static void check_tell(struct check *check, const struct policy *policy, struct span span,
                       const char *format, ...)
{
    struct buffer buffer = {0};
    va_list arguments;

    va_start(arguments, format);
    buffer_vprint(&buffer, format, arguments);
    va_end(arguments);
    problems_add(check->policies->problems, policy->path, span.line, span.column, "%.*s",
                 TEXT_ARGS(buffer_text(&buffer)));
    buffer_done(&buffer);
}

/* Whether some file may lie below both policies. */
static bool check_meet(const struct policy *a, const struct policy *b)
{
    if (!a || !b || a->extra || b->extra)
        return true;
    return path_below(a->directory, b->directory) || path_below(b->directory, a->directory);
}

static struct text check_pack(struct text id)
{
    struct text pack = {0};

    text_cut(&id, '/', &pack);
    return id.at ? pack : (struct text){0};
}

/* The name that was probably meant by GLOB; at == NULL where none is near. */
static struct text check_near(const struct check *check, const struct policy *policy,
                              struct text glob)
{
    struct text pack = check_pack(glob), name;
    struct near packs, ids;

    near_init(&packs, pack);
    near_init(&ids, glob);
    for (size_t i = 0; i < check->count; i++) {
        struct text id = check->rules[i]->id;

        if (!check_meet(policy, check->rules[i]->policy))
            continue;
        name = text_slice(id, check_pack(id).length + 1, id.length);
        if (!pack.at && (text_equal(name, glob) || text_equal(check_pack(id), glob)))
            return text_equal(name, glob)
                       ? id
                       : arena_print(&check->policies->arena, "%.*s/*", TEXT_ARGS(glob));
        if (pack.at)
            near_offer(&packs, check_pack(id));
        near_offer(&ids, id);
    }
    if (text_find(glob, TEXT("*"), 0) == SIZE_MAX)
        return ids.best;
    if (!packs.best.at || text_equal(packs.best, pack))
        return (struct text){0};
    return arena_print(&check->policies->arena, "%.*s%.*s", TEXT_ARGS(packs.best),
                       TEXT_ARGS(text_slice(glob, pack.length, glob.length)));
}

/* How many rules GLOB matches that a policy may set, or, for a WAIVER, hide; tells where there are
 * none. */
static size_t check_glob(struct check *check, const struct policy *policy, struct text glob,
                         struct span span, bool waiver)
{
    size_t matches = 0, fixed = 0;
    struct text near;

    for (size_t i = 0; i < check->count; i++) {
        const struct rule *rule = check->rules[i];

        if (!check_meet(policy, rule->policy) || !glob_name(glob, rule->id))
            continue;
        matches += !rule->fixed || (waiver && !rule_is_about_policies(rule));
        fixed += rule->fixed;
    }
    if (matches)
        return matches;
    near = check_near(check, policy, glob);
    if (fixed)
        check_tell(check, policy, span, "`%.*s` is told by krug itself: no policy %s",
                   TEXT_ARGS(glob), waiver ? "hides it" : "sets its level or parameters");
    else if (near.at)
        check_tell(check, policy, span, "`%.*s` matches no rule; did you mean `%.*s`?",
                   TEXT_ARGS(glob), TEXT_ARGS(near));
    else
        check_tell(check, policy, span, "`%.*s` matches no rule: `krug rules` lists them",
                   TEXT_ARGS(glob));
    return 0;
}

static const struct rule_param *check_find_param(const struct rule *rule, struct text name)
{
    for (size_t i = 0; i < rule->param_count; i++)
        if (text_equal(rule->params[i].name, name))
            return &rule->params[i];
    return NULL;
}

/* Whether SETTING sets RULE. */
static bool check_names(const struct setting *setting, const struct rule *rule)
{
    return !rule->fixed && check_meet(setting->policy, rule->policy) &&
           glob_name(setting->glob, rule->id);
}

static void check_no_param(struct check *check, struct policy *policy,
                           const struct setting *setting, const struct node *value, size_t rules)
{
    struct span span = source_span(&policy->source, value->key_start, value->key_end);
    struct near near;

    near_init(&near, value->key);
    for (size_t i = 0; i < check->count; i++)
        for (size_t j = 0;
             check_names(setting, check->rules[i]) && j < check->rules[i]->param_count; j++)
            near_offer(&near, check->rules[i]->params[j].name);
    if (near.best.at)
        check_tell(check, policy, span, "`%.*s` has no parameter `%.*s`; did you mean `%.*s`?",
                   TEXT_ARGS(setting->glob), TEXT_ARGS(value->key), TEXT_ARGS(near.best));
    else if (rules == 1)
        check_tell(check, policy, span,
                   "`%.*s` has no parameter `%.*s`: `krug explain` lists those it has",
                   TEXT_ARGS(setting->glob), TEXT_ARGS(value->key));
    else
        check_tell(check, policy, span,
                   "none of the %zu rules that `%.*s` matches has a parameter `%.*s`", rules,
                   TEXT_ARGS(setting->glob), TEXT_ARGS(value->key));
}

/* Every rule that has the parameter must take the value: a glob gives it to all of them. */
static void check_param(struct check *check, struct policy *policy, const struct setting *setting,
                        const struct node *value, size_t rules)
{
    bool known = false;

    for (size_t i = 0; i < check->count; i++) {
        const struct rule *rule = check->rules[i];
        const struct rule_param *param = NULL;
        const struct node *wrong = NULL;
        struct span span;

        if (check_names(setting, rule))
            param = check_find_param(rule, value->key);
        known |= param != NULL;
        if (!param || param_accepts(param, value, &wrong))
            continue;
        span = source_span(&policy->source, wrong->start, wrong->end);
        check_tell(check, policy, span, "`%.*s` of `%.*s` must be %s %.*s, and this is a %s",
                   TEXT_ARGS(param->name), TEXT_ARGS(rule->id),
                   text_starts(param->type, TEXT("integer")) ? "an" : "a", TEXT_ARGS(param->type),
                   node_type_name((enum node_type)wrong->type));
    }
    if (!known)
        check_no_param(check, policy, setting, value, rules);
}

static void check_settings(struct check *check, struct policy *policy,
                           const struct setting *settings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct setting *setting = &settings[i];
        struct span span = {setting->line, setting->column, setting->line, setting->end_column};
        size_t rules = check_glob(check, policy, setting->glob, span, false);

        if (!rules || !setting->params)
            continue;
        for (const struct node *value = setting->params->first; value; value = value->next)
            check_param(check, policy, setting, value, rules);
    }
}

/* How far ahead the policies on the way to POLICY, itself among them, let a waiver end; 0: they do
 * not say. */
static const struct policy *check_find_bound(const struct check *check, const struct policy *policy)
{
    const struct policy *bound = NULL;

    for (size_t i = 0; i < check->policies->count; i++) {
        const struct policy *other = check->policies->items[i];

        if (other->max_days && !other->extra && !policy->extra &&
            path_below(policy->directory, other->directory) &&
            (!bound || other->max_days < bound->max_days))
            bound = other;
    }
    return bound;
}

static void check_waiver(struct check *check, const struct policy *policy, struct waiver *waiver)
{
    const struct policy *bound = check_find_bound(check, policy);
    char last[11];

    for (size_t i = 0; i < waiver->rules.count; i++)
        waiver->refused |= !check_glob(check, policy, waiver->rules.items[i], waiver->span, true);
    if (!bound ||
        (waiver->until && waiver->until <= date_add(check->policies->today, bound->max_days)))
        return;
    waiver->refused = true;
    date_write(date_add(check->policies->today, bound->max_days), last);
    check_tell(check, policy, waiver->span,
               "this waiver %s: `max_days` of %.*s lets it end on %s at the latest",
               waiver->until ? "ends too late" : "never ends", TEXT_ARGS(bound->path), last);
}

static void check_policy(struct check *check, struct policy *policy)
{
    check_settings(check, policy, policy->settings, policy->setting_count);
    for (size_t i = 0; i < policy->namespace_count; i++)
        check_settings(check, policy, policy->namespaces[i].settings,
                       policy->namespaces[i].setting_count);
    for (size_t i = 0; i < policy->locked_count; i++)
        check_glob(check, policy, policy->locked[i], policy->locked_spans[i], false);
    for (size_t i = 0; i < policy->waiver_count; i++)
        check_waiver(check, policy, &policy->waivers[i]);
}

/* Whether RULE comes after OTHER on the way from the root, so that it is RULE that has to give way.
 */
static bool check_is_later(const struct rule *rule, const struct rule *other)
{
    if (!rule->policy || rule == other || !check_meet(rule->policy, other->policy))
        return false;
    if (!other->policy)
        return true;
    if (rule->policy->extra != other->policy->extra)
        return rule->policy->extra;
    if (rule->policy->extra)
        return other->index < rule->index;
    return rule->policy != other->policy &&
           path_below(rule->policy->directory, other->policy->directory);
}

static void check_ids(struct check *check)
{
    struct map by_id = {0}; /* the first rule in the table with an id; most have one of their own */

    for (size_t i = 0; i < check->count; i++) {
        const struct rule *rule = check->rules[i];
        bool known = map_find(&by_id, rule->id);

        *map_place(&by_id, rule->id) = check;
        for (size_t j = 0; known && j < check->count; j++) {
            const struct rule *a = check->rules[j];

            if (j == i || !text_equal(a->id, rule->id))
                continue;
            if (check_is_later(rule, a) || check_is_later(a, rule)) {
                const struct rule *later = check_is_later(rule, a) ? rule : a;
                const struct rule *first = later == rule ? a : rule;

                problems_add(check->policies->problems, later->file, 0, 0,
                             "there is a rule `%.*s` already (%.*s): call this one otherwise",
                             TEXT_ARGS(later->id), TEXT_ARGS(first->file));
            }
        }
    }
    map_done(&by_id);
}

void policies_check(struct policies *policies, const struct rule *const *rules, size_t count)
{
    struct check check = {policies, rules, count};

    for (size_t i = 0; i < policies->count; i++)
        check_policy(&check, policies->items[i]);
    check_ids(&check);
}
