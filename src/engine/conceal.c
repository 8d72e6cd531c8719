/*
 * What hides a finding: a waiver of a policy, an ignore in the manifest, an entry of the baseline.
 * All that would hide it are marked as used, so that none is told to be useless because of another.
 * Nothing hides a finding of a locked rule, nor what krug says of policies. A waiver or an ignore
 * that has ended is told beside the finding that is back.
 */
#include "base/file.h"
#include "engine/settle.h"
#include "policy/waivers.h"
#include <string.h>

/* So many waivers and ignores that have ended are told beside a finding. Each is told by itself
 * too; who has more for one place needs no list of them. */
enum { CONCEAL_ENDED_MAX = 10 };

static const struct chain *conceal_chain(const struct run *run, struct text file)
{
    return policies_chain(run->policies, path_directory(file));
}

static void conceal_relate(struct settling *settling, struct finding *finding, struct text file,
                           struct span span, struct text message)
{
    struct related *more = arena_get(settling->arena, (finding->related_count + 1) * sizeof *more);

    if (finding->related_count)
        memcpy(more, finding->related, finding->related_count * sizeof *more);
    more[finding->related_count++] = (struct related){file, span, message};
    finding->related = more;
}

/* FINDING is hidden up to the day UNTIL, unless it is already: then nothing is made, as each of
 * very many waivers may cover each of very many findings. */
static void conceal_hide(struct settling *settling, struct finding *finding, struct hiding hiding,
                         date_t until)
{
    struct hiding *kept;
    char day[11];

    if (finding->hiding)
        return;
    kept = arena_get(settling->arena, sizeof *kept);
    *kept = hiding;
    date_write(until, day);
    if (until)
        kept->until = arena_copy(settling->arena, text_of(day));
    finding->hiding = kept;
}

/* ---- waivers ---- */

/* What locks RULE for a waiver of the policy at INDEX of the chain. */
static bool conceal_find_lock(const struct chain *chain, size_t index, struct text rule,
                              struct lock *lock)
{
    return index < chain->path_count && chain_find_lock(chain, index + 1, rule, lock);
}

static void conceal_take_waiver(struct settling *settling, struct finding *finding,
                                struct waiver *waiver)
{
    char day[11];

    if (waiver->until && waiver->until < settling->run->options->today) {
        finding->due = true;
        if (settling->ended++ >= CONCEAL_ENDED_MAX)
            return;
        date_write(waiver->until, day);
        conceal_relate(settling, finding, waiver->policy->path, waiver->span,
                       arena_print(settling->arena, "the waiver of %.*s for this ended on %s: %.*s",
                                   TEXT_ARGS(waiver->owner), day, TEXT_ARGS(waiver->reason)));
        return;
    }
    waiver->used = true;
    conceal_hide(settling, finding,
                 (struct hiding){.kind = HIDING_WAIVER,
                                 .file = waiver->policy->path,
                                 .line = waiver->span.line,
                                 .reason = waiver->reason,
                                 .owner = waiver->owner},
                 waiver->until);
}

static void conceal_by_waivers(struct settling *settling, struct finding *finding,
                               const struct chain *chain, struct text namespace)
{
    for (size_t i = 0; i < chain->count; i++)
        for (size_t j = 0; j < chain->policies[i]->waiver_count; j++) {
            /* a policy does not change once it is read, but for what became of its waivers */
            struct waiver *waiver = &chain->policies[i]->waivers[j];
            struct lock lock;

            if (waiver->refused || !waiver_covers(waiver, finding, namespace))
                continue;
            if (!conceal_find_lock(chain, i, finding->rule, &lock)) {
                conceal_take_waiver(settling, finding, waiver);
            } else if (!waiver->locked) {
                waiver->locked = true;
                stale_add_locked(settling, &lock, finding->rule, waiver->policy->path, waiver->span,
                                 TEXT("this waiver"));
            }
        }
}

/* ---- ignores ---- */

static struct text conceal_no_rule(const struct settling *settling, const struct ignore *ignore)
{
    struct text near = rules_near(settling->run->rules, ignore->rule);

    if (near.at)
        return arena_print(settling->arena, "there is no rule `%.*s`; did you mean `%.*s`?",
                           TEXT_ARGS(ignore->rule), TEXT_ARGS(near));
    return arena_print(settling->arena, "there is no rule `%.*s`: `krug rules` lists them",
                       TEXT_ARGS(ignore->rule));
}

/* Why IGNORE, which is well written, is none all the same; at == NULL: it is one. */
static struct text conceal_ignore_fault(const struct settling *settling,
                                        const struct ignore *ignore, const struct chain *chain)
{
    const struct rule_info *rule = rules_by_id(settling->run->rules, ignore->rule);
    struct arena *arena = settling->arena;
    date_t today = settling->run->options->today;

    if (!rule)
        return conceal_no_rule(settling, ignore);
    if (rule_is_about_policies(&rule->rule))
        return TEXT("nothing hides what is said of policies");
    for (size_t i = 0; i < chain->count; i++) {
        const struct ignore_limits *limits = &chain->policies[i]->ignores;
        struct text path = chain->policies[i]->path;

        if (limits->until && !ignore->until)
            return arena_print(arena,
                               "%.*s wants a last day: write ` until YYYY-MM-DD` behind the reason",
                               TEXT_ARGS(path));
        if (limits->days && ignore->until > date_add(today, limits->days))
            return arena_print(arena, "%.*s lets an ignore end %u days from today at the latest",
                               TEXT_ARGS(path), limits->days);
    }
    return (struct text){0};
}

static void conceal_check_ignore(struct settling *settling, struct ignore *ignore)
{
    const struct chain *chain = conceal_chain(settling->run, ignore->file);
    struct lock lock;

    if (!ignore->wrong.at)
        ignore->wrong = conceal_ignore_fault(settling, ignore, chain);
    if (ignore->wrong.at) {
        stale_add(settling, "policy/ignore-invalid", ignore->file, ignore->span, ignore->rule,
                  arena_print(settling->arena, "this ignore hides nothing: %.*s",
                              TEXT_ARGS(ignore->wrong)));
    } else if (chain_find_lock(chain, chain->count, ignore->rule, &lock)) {
        ignore->used = true;
        stale_add_locked(settling, &lock, ignore->rule, ignore->file, ignore->span,
                         TEXT("this ignore"));
    }
}

void conceal_check_ignores(struct settling *settling)
{
    struct ignores *ignores = &settling->run->ignores;

    for (size_t i = 0; i < ignores->count; i++)
        conceal_check_ignore(settling, &ignores->items[i]);
}

static bool conceal_ignore_covers(const struct ignore *ignore, const struct finding *finding)
{
    if (ignore->wrong.at || !text_equal(ignore->rule, finding->rule))
        return false;
    switch (ignore->scope) {
    case IGNORE_LINES:
        return finding->span.line >= ignore->first_line && finding->span.line <= ignore->last_line;
    case IGNORE_RESOURCE:
        return finding->document == ignore->document && finding->item == ignore->item;
    case IGNORE_FILE:
    default:
        return true;
    }
}

static void conceal_take_ignore(struct settling *settling, struct finding *finding,
                                struct ignore *ignore)
{
    char day[11];

    if (ignore->until && ignore->until < settling->run->options->today) {
        finding->due = true;
        if (settling->ended++ >= CONCEAL_ENDED_MAX)
            return;
        date_write(ignore->until, day);
        conceal_relate(settling, finding, ignore->file, ignore->span,
                       arena_print(settling->arena, "the ignore for this ended on %s: %.*s", day,
                                   TEXT_ARGS(ignore->reason)));
        return;
    }
    ignore->used = true;
    conceal_hide(settling, finding,
                 (struct hiding){.kind = HIDING_IGNORE,
                                 .file = ignore->file,
                                 .line = ignore->span.line,
                                 .reason = ignore->reason},
                 ignore->until);
}

static void conceal_by_ignores(struct settling *settling, struct finding *finding)
{
    struct ignores *ignores = &settling->run->ignores;
    size_t low = 0, high = ignores->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (text_compare(ignores->items[middle].file, finding->file) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < ignores->count && text_equal(ignores->items[low].file, finding->file); low++)
        if (conceal_ignore_covers(&ignores->items[low], finding))
            conceal_take_ignore(settling, finding, &ignores->items[low]);
}

/* ---- findings ---- */

static bool conceal_is_about_policies(const struct run *run, const struct finding *finding)
{
    const struct rule_info *rule = rules_by_id(run->rules, finding->rule);

    return rule && rule_is_about_policies(&rule->rule);
}

/* The namespace of a finding; that of its path where it says none. */
static struct text conceal_namespace(const struct finding *finding, const struct chain *chain,
                                     struct arena *scratch)
{
    struct location location;

    if (finding->resource.namespace.at)
        return finding->resource.namespace;
    layout_locate(chain, finding->file, scratch, &location);
    return location.namespace;
}

void conceal_finding(struct settling *settling, struct finding *finding)
{
    const struct chain *chain;
    struct arena scratch = {0};
    struct lock lock;

    if (conceal_is_about_policies(settling->run, finding))
        return;
    settling->ended = 0;
    chain = conceal_chain(settling->run, finding->file);
    conceal_by_waivers(settling, finding, chain, conceal_namespace(finding, chain, &scratch));
    if (!chain_find_lock(chain, chain->count, finding->rule, &lock))
        conceal_by_ignores(settling, finding);
    arena_done(&scratch);
}

bool run_may_baseline(const struct run *run, const struct finding *finding)
{
    const struct chain *chain;
    struct lock lock;

    if (conceal_is_about_policies(run, finding))
        return false;
    chain = conceal_chain(run, finding->file);
    return !chain_find_lock(chain, chain->count, finding->rule, &lock);
}

void conceal_by_baseline(struct settling *settling, struct finding *finding)
{
    struct baseline *baseline = settling->run->baseline;
    struct baseline_entry *entry =
        baseline ? baseline_find(baseline, text_of(finding->fingerprint)) : NULL;
    struct span span;

    if (!entry)
        return;
    entry->found = true;
    span = (struct span){entry->line, 1, entry->line, 1};
    if (!run_may_baseline(settling->run, finding))
        conceal_relate(settling, finding, baseline->path, span,
                       TEXT("in the baseline, which hides nothing of a locked rule"));
    else if (finding->level > entry->level)
        conceal_relate(settling, finding, baseline->path, span,
                       arena_print(settling->arena, "in the baseline as %s: it counts as %s",
                                   level_name(entry->level), level_name(finding->level)));
    else
        conceal_hide(settling, finding,
                     (struct hiding){.kind = HIDING_BASELINE,
                                     .file = baseline->path,
                                     .line = entry->line,
                                     .level = entry->level},
                     0);
}
