/*
 * What is told of waivers, ignores and the baseline themselves: those that hide nothing, those that
 * ended, attempts on locked rules. That something hides nothing is only said where everything was
 * reported that it could hide.
 */
#include "engine/settle.h"
#include "policy/waivers.h"

/* So many entries of the baseline that are no longer found are named. */
enum { STALE_NAMES = 5 };

void stale_add(struct settling *settling, const char *id, struct text file, struct span span,
               struct text stable, struct text message)
{
    const struct rule_info *rule = rules_by_id(settling->run->rules, text_of(id));

    if (rule->selected)
        findings_add(&settling->told, (struct finding){.rule = rule->rule.id,
                                                       .level = rule->rule.level,
                                                       .message = message,
                                                       .fix = rule->fix,
                                                       .file = file,
                                                       .span = span,
                                                       .cluster = TEXT(""),
                                                       .stable_path = stable});
}

void stale_add_locked(struct settling *settling, const struct lock *lock, struct text rule,
                      struct text file, struct span span, struct text what)
{
    struct finding finding =
        lock_finding(settling->arena, lock, rule,
                     arena_print(settling->arena, "%.*s hides nothing of it", TEXT_ARGS(what)));

    if (!rules_by_id(settling->run->rules, finding.rule)->selected)
        return;
    finding.file = file;
    finding.span = span;
    finding.stable_path = rule;
    findings_add(&settling->told, finding);
}

/* What of a waiver is told: its rules, what else it names being in the policy's line. */
static struct text stale_rules(struct settling *settling, const struct waiver *waiver)
{
    struct buffer buffer = {0};
    struct text rules;

    for (size_t i = 0; i < waiver->rules.count; i++)
        buffer_print(&buffer, "%s`%.*s`", i ? ", " : "", TEXT_ARGS(waiver->rules.items[i]));
    rules = arena_copy(settling->arena, buffer_text(&buffer));
    buffer_done(&buffer);
    return rules;
}

/* What a waiver's rules were in this run. */
struct stale_judgement {
    bool selected; /* all of them */
    bool on;       /* some of them, somewhere */
    bool open;     /* some of them, not locked for the waiver */
    const struct rule *locked;
    struct lock lock;
};

static bool stale_ran(const struct run *run, const struct rule_info *rule)
{
    for (size_t i = 0; i < run->not_run_count; i++)
        if (text_equal(run->not_run[i].rule, rule->rule.id))
            return false;
    return true;
}

/* Finds a lock of RULE in the waiver's own policy, one further out, or one of --policy. */
static bool stale_find_lock(const struct run *run, const struct waiver *waiver, struct text rule,
                            struct lock *lock)
{
    const struct chain *chain = policies_chain(run->policies, waiver->policy->directory);

    return !waiver->policy->extra && chain_find_lock(chain, chain->path_count, rule, lock);
}

static struct stale_judgement stale_judge(const struct run *run, const struct waiver *waiver)
{
    struct stale_judgement judgement = {.selected = true};

    for (size_t i = 0; i < run->rules->count; i++) {
        const struct rule_info *rule = run->rules->items[i];
        struct lock lock;

        if (!waiver_names(waiver, rule->rule.id) || rule_is_about_policies(&rule->rule))
            continue;
        judgement.selected &= rule->selected;
        judgement.on |= stale_ran(run, rule);
        if (!stale_find_lock(run, waiver, rule->rule.id, &lock)) {
            judgement.open = true;
        } else if (!judgement.locked) {
            judgement.locked = &rule->rule;
            judgement.lock = lock;
        }
    }
    return judgement;
}

static void stale_tell_waiver(struct settling *settling, const struct waiver *waiver)
{
    struct stale_judgement judgement = stale_judge(settling->run, waiver);
    struct text rules = stale_rules(settling, waiver);
    char day[11];

    if (!judgement.open && judgement.locked) {
        if (!waiver->locked) /* else it was told for a finding that it covers */
            stale_add_locked(settling, &judgement.lock, judgement.locked->id, waiver->policy->path,
                             waiver->span, TEXT("this waiver"));
        return;
    }
    if (!settling->whole || !judgement.selected)
        return;
    date_write(waiver->until, day);
    if (waiver->until && waiver->until < settling->run->options->today)
        stale_add(settling, "policy/waiver-ended", waiver->policy->path, waiver->span, rules,
                  arena_print(settling->arena, "the waiver of %.*s for %.*s ended on %s",
                              TEXT_ARGS(waiver->owner), TEXT_ARGS(rules), day));
    else if (!waiver->used && !waiver->locked)
        stale_add(settling, "policy/waiver-unused", waiver->policy->path, waiver->span, rules,
                  arena_print(settling->arena, "the waiver of %.*s for %.*s hides nothing: %s",
                              TEXT_ARGS(waiver->owner), TEXT_ARGS(rules),
                              judgement.on ? "there is no such finding"
                                           : "these rules are off everywhere"));
}

static void stale_tell_waivers(struct settling *settling)
{
    const struct policies *policies = settling->run->policies;

    for (size_t i = 0; i < policies->count; i++)
        for (size_t j = 0; j < policies->items[i]->waiver_count; j++)
            if (!policies->items[i]->waivers[j].refused)
                stale_tell_waiver(settling, &policies->items[i]->waivers[j]);
}

static void stale_tell_ignore(struct settling *settling, const struct ignore *ignore)
{
    const struct rule_info *rule = rules_by_id(settling->run->rules, ignore->rule);
    bool ended = ignore->until && ignore->until < settling->run->options->today;
    char day[11];

    if (ignore->wrong.at || ignore->used || !rule->selected)
        return;
    date_write(ignore->until, day);
    stale_add(settling, "policy/ignore-unused", ignore->file, ignore->span, ignore->rule,
              ended ? arena_print(settling->arena, "this ignore of `%.*s` ended on %s",
                                  TEXT_ARGS(ignore->rule), day)
                    : arena_print(settling->arena,
                                  "this ignore hides nothing: there is no finding of `%.*s` here",
                                  TEXT_ARGS(ignore->rule)));
}

static bool stale_is_selected(const struct settling *settling, struct text id)
{
    const struct rule_info *rule = rules_by_id(settling->run->rules, id);

    return !rule || rule->selected; /* a rule that is gone finds nothing any more */
}

static void stale_tell_baseline(struct settling *settling, const struct baseline *baseline)
{
    struct related *related = arena_get(settling->arena, STALE_NAMES * sizeof *related);
    size_t count = 0, before = settling->told.count;
    struct span first = {0};

    for (size_t i = 0; i < baseline->count; i++) {
        const struct baseline_entry *entry = &baseline->items[i];
        struct span span = {entry->line, 1, entry->line, 1};

        if (entry->found || !stale_is_selected(settling, entry->rule))
            continue;
        if (!count)
            first = span;
        if (count < STALE_NAMES)
            related[count] =
                (struct related){baseline->path, span,
                                 arena_print(settling->arena, "%.*s in %.*s",
                                             TEXT_ARGS(entry->rule), TEXT_ARGS(entry->file))};
        count++;
    }
    if (!count)
        return;
    stale_add(settling, "policy/baseline-unused", baseline->path, first, TEXT("baseline"),
              arena_print(settling->arena, "%zu finding%s of the baseline %s no longer found",
                          count, count == 1 ? "" : "s", count == 1 ? "is" : "are"));
    if (settling->told.count == before)
        return;
    settling->told.items[before].related = related;
    settling->told.items[before].related_count = count < STALE_NAMES ? count : STALE_NAMES;
}

static void stale_tell_elsewhere(struct settling *settling, const struct policy *policy,
                                 const struct elsewhere *entry)
{
    struct text name;

    if (!atomic_load(&entry->use->asked) || atomic_load(&entry->use->used))
        return;
    name =
        arena_print(settling->arena, "%.*s %.*s", TEXT_ARGS(entry->kind), TEXT_ARGS(entry->name));
    stale_add(
        settling, "policy/elsewhere-unused", policy->path,
        (struct span){entry->line, entry->column, entry->line, entry->end_column}, name,
        arena_print(settling->arena, "nothing refers to this %.*s any more", TEXT_ARGS(name)));
}

static void stale_tell_elsewheres(struct settling *settling)
{
    const struct policies *policies = settling->run->policies;

    for (size_t i = 0; i < policies->count; i++)
        for (size_t j = 0; j < policies->items[i]->elsewhere_count; j++)
            stale_tell_elsewhere(settling, policies->items[i], &policies->items[i]->elsewhere[j]);
}

void stale_tell(struct settling *settling)
{
    const struct run *run = settling->run;

    stale_tell_waivers(settling);
    if (settling->whole)
        stale_tell_elsewheres(settling);
    for (size_t i = 0; settling->whole && i < run->ignores.count; i++)
        stale_tell_ignore(settling, &run->ignores.items[i]);
    if (settling->whole && run->baseline)
        stale_tell_baseline(settling, run->baseline);
}
