/*
 * What reports say of a run that counts only what is new: what it was compared with, how much was
 * there already, what is overdue elsewhere, and what happened to policies, so that whoever reviews
 * a change sees the exceptions that it grants itself.
 */
#include "report/since.h"
#include "report/fields.h"

/* So many overdue findings, and so many waivers, are named. */
enum { SINCE_NAMES = 10, SINCE_COMMIT = 12 };

static const char *since_plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* ---- for people ---- */

static void since_print_path(struct text path, const struct report_style *style, FILE *stream)
{
    struct arena arena = {0};

    report_print(stream, report_path(&arena, style->root, style->here, path));
    arena_done(&arena);
}

static void since_print_more(size_t count, FILE *stream)
{
    if (count > SINCE_NAMES)
        fprintf(stream, "  and %zu more (-f json names them)\n", count - SINCE_NAMES);
}

static void since_print_overdue(const struct findings *overdue, const struct report_style *style,
                                FILE *stream)
{
    if (!overdue->count)
        return;
    fprintf(stream,
            "overdue: %zu finding%s whose day has come, in namespaces that this change does not "
            "touch:\n",
            overdue->count, since_plural(overdue->count));
    for (size_t i = 0; i < overdue->count && i < SINCE_NAMES; i++) {
        const struct finding *finding = &overdue->items[i];

        fputs("  ", stream);
        since_print_path(finding->file, style, stream);
        if (finding->span.line)
            fprintf(stream, ":%u:%u", finding->span.line, finding->span.column);
        fprintf(stream, ": %s %.*s", level_name(finding->level), TEXT_ARGS(finding->rule));
        if (finding->owner.length) {
            fputs(" (", stream);
            report_print(stream, finding->owner);
            fputc(')', stream);
        }
        fputc('\n', stream);
    }
    since_print_more(overdue->count, stream);
}

static void since_print_waiver(const struct waiver *waiver, FILE *stream)
{
    char day[11];

    fprintf(stream, "  line %u grants a waiver of", waiver->span.line);
    for (size_t i = 0; i < waiver->rules.count; i++) {
        fputs(i ? ", " : " ", stream);
        report_print(stream, waiver->rules.items[i]);
    }
    date_write(waiver->until, day);
    fprintf(stream, " to %s", waiver->until ? day : "no end");
    fputs(" (", stream);
    report_print(stream, waiver->owner);
    fputs("): ", stream);
    report_print(stream, waiver->reason);
    fputc('\n', stream);
}

static void since_print_policy(const struct policy_change *change, const struct report_style *style,
                               FILE *stream)
{
    fputs("policy: ", stream);
    since_print_path(change->file, style, stream);
    fprintf(stream, " is %s\n", change->what);
    for (size_t i = 0; i < change->waivers.count && i < SINCE_NAMES; i++)
        since_print_waiver(change->waivers.waivers[i], stream);
    since_print_more(change->waivers.count, stream);
    if (change->entries)
        fprintf(stream, "  it hides %zu finding%s more than before\n", change->entries,
                since_plural(change->entries));
}

static void since_print_head(const struct run *run, FILE *stream)
{
    const struct since *since = run->since;

    if (!since->revision) {
        fprintf(stream, "staged: %zu file%s\n", since->changes->count,
                since_plural(since->changes->count));
        return;
    }
    fputs("since ", stream);
    report_print(stream, text_of(since->revision));
    fprintf(stream, " (%.*s): %zu file%s changed; %zu finding%s there already\n",
            TEXT_ARGS(text_slice(since->commit, 0, SINCE_COMMIT)), since->changes->count,
            since_plural(since->changes->count), run->summary.existing,
            run->summary.existing == 1 ? " was" : "s were");
}

void since_print(const struct run *run, const struct report_style *style, FILE *stream)
{
    const struct since *since = run->since;

    if (!since)
        return;
    if (since->changes->count)
        since_print_head(run, stream);
    since_print_overdue(&since->overdue, style, stream);
    for (size_t i = 0; i < since->policy_change_count; i++)
        since_print_policy(&since->policy_changes[i], style, stream);
}

void since_print_nothing(const struct since *since, FILE *stream)
{
    if (since->revision) {
        fputs("nothing has changed since ", stream);
        report_print(stream, text_of(since->revision));
    } else {
        fputs(since->changes->count ? "no manifest is staged" : "nothing is staged", stream);
    }
}

/* ---- for programs ---- */

static void since_write_waiver(struct json *json, const struct waiver *waiver)
{
    char day[11];

    date_write(waiver->until, day);
    json_begin(json, '{');
    fields_count(json, "line", waiver->span.line);
    json_key(json, "rules");
    json_begin(json, '[');
    for (size_t i = 0; i < waiver->rules.count; i++)
        json_write_text(json, waiver->rules.items[i]);
    json_end(json, ']');
    fields_text(json, "reason", waiver->reason);
    fields_text(json, "owner", waiver->owner);
    fields_text(json, "until", waiver->until ? text_of(day) : (struct text){0});
    json_end(json, '}');
}

static void since_write_policies(struct json *json, const struct since *since)
{
    json_key(json, "policy_changes");
    json_begin(json, '[');
    for (size_t i = 0; i < since->policy_change_count; i++) {
        const struct policy_change *change = &since->policy_changes[i];

        json_begin(json, '{');
        fields_text(json, "file", change->file);
        fields_text(json, "change", text_of(change->what));
        json_key(json, "waivers");
        json_begin(json, '[');
        for (size_t j = 0; j < change->waivers.count; j++)
            since_write_waiver(json, change->waivers.waivers[j]);
        json_end(json, ']');
        fields_count(json, "baseline_entries", change->entries);
        json_end(json, '}');
    }
    json_end(json, ']');
}

void fields_since(struct json *json, const struct run *run)
{
    const struct since *since = run->since;

    json_begin(json, '{');
    fields_text(json, "revision", since->revision ? text_of(since->revision) : (struct text){0});
    fields_text(json, "commit", since->commit);
    fields_count(json, "changed", since->changes->count);
    fields_count(json, "existing", run->summary.existing);
    json_key(json, "overdue");
    json_begin(json, '[');
    for (size_t i = 0; i < since->overdue.count; i++) {
        json_line(json);
        fields_finding(json, &since->overdue.items[i]);
    }
    json_end(json, ']');
    since_write_policies(json, since);
    json_end(json, '}');
}
