/*
 * What days of the policy will bring: for each line with a `warn_from` or an `error_from` that is
 * to come, in which namespaces its rules find nothing and in which they do, so that one sees
 * whether the day can be kept. Where a rule is off until then, nothing is known yet.
 */
#include "report/html.h"
#include "report/xml.h"

/* The rises of one line on one day, in one namespace or in several. */
struct html_step {
    const struct page_rise *rises;
    size_t count;
};

struct html_step_figures {
    size_t ready, unready, unknown; /* namespaces */
    size_t findings;                /* in the unready ones, that will count then */
};

static bool html_same_step(const struct page_rise *a, const struct page_rise *b)
{
    return a->from == b->from && a->setting == b->setting && a->level == b->level;
}

/* The rises of the first namespace of STEP. */
static struct html_step html_first_space(struct html_step step)
{
    struct html_step first = {step.rises, 1};

    while (first.count < step.count && step.rises[first.count].space == step.rises->space)
        first.count++;
    return first;
}

/* Hidden findings of a cell that will count on the day of RISE: the baseline hides none of a
 * stricter level, and a waiver or an ignore may have ended by then. */
static size_t html_back(const struct page *page, const struct page_rise *rise)
{
    const struct page_space *space = &page->spaces[rise->space];
    size_t column = (size_t)(rise->cell - space->cells), back = rise->cell->held;

    if (!rise->cell->hidden)
        return 0;
    for (size_t i = space->hidden_first; i < space->hidden_first + space->hidden_count; i++) {
        const struct hiding *hiding = page->hidden[i].finding->hiding;

        back += page->hidden[i].column == column && hiding->until.at &&
                date_read(hiding->until) < rise->from;
    }
    return back;
}

/* What the rules of STEP, which is of one namespace, find that will count. */
static size_t html_step_findings(const struct page *page, struct html_step step)
{
    size_t findings = 0;

    for (size_t i = 0; i < step.count; i++)
        if (step.rises[i].cell)
            findings += step.rises[i].cell->count + html_back(page, &step.rises[i]);
    return findings;
}

static bool html_step_is_unknown(struct html_step step)
{
    for (size_t i = 0; i < step.count; i++) {
        enum page_step at = step.rises[i].cell ? page_step(step.rises[i].cell) : STEP_NONE;

        if (at == STEP_NONE || at == STEP_OFF)
            return true;
    }
    return false;
}

static struct html_step_figures html_step_count(const struct page *page, struct html_step step)
{
    struct html_step_figures figures = {0};
    struct html_step space;

    for (; step.count; step.rises += space.count, step.count -= space.count) {
        size_t findings;

        space = html_first_space(step);
        findings = html_step_findings(page, space);
        figures.findings += findings;
        figures.unready += findings > 0;
        figures.unknown += !findings && html_step_is_unknown(space);
        figures.ready += !findings && !html_step_is_unknown(space);
    }
    return figures;
}

static void html_unready(const struct page *page, struct html_step step)
{
    struct html_step space;
    FILE *stream = page->stream;

    fputs("<ul>", stream);
    for (; step.count; step.rises += space.count, step.count -= space.count) {
        size_t findings, index = step.rises->space;

        space = html_first_space(step);
        findings = html_step_findings(page, space);
        if (!findings)
            continue;
        fprintf(stream, "<li><a href=#%c%zu>", page->spaces[index].count ? 'n' : 'h', index);
        html_space_name(page, &page->spaces[index]);
        fputs("</a>", stream);
        if (page->spaces[index].cluster.length) {
            fputs(" in ", stream);
            xml_write(stream, page->spaces[index].cluster);
        }
        fprintf(stream, ": %zu", findings);
    }
    fputs("</ul>", stream);
}

static void html_step(const struct page *page, struct html_step step)
{
    struct html_step_figures figures = html_step_count(page, step);
    const struct setting *setting = step.rises->setting;
    uint32_t line = step.rises->level == LEVEL_ERROR ? setting->error_line : setting->warn_line;
    FILE *stream = page->stream;
    char day[11];

    date_write(step.rises->from, day);
    fprintf(stream, "<tr><th scope=row><time>%s</time><td>", day);
    html_days(page, step.rises->from);
    fputs("<td><code>", stream);
    xml_write(stream, setting->glob);
    fprintf(stream, "</code> %s<td>", level_name(step.rises->level));
    html_place(page, setting->policy->path, (struct span){line, 0, 0, 0});
    fprintf(stream, "<td>%zu<td>", figures.ready);
    if (figures.unready) {
        fputs("<details><summary>", stream);
        html_count(stream, figures.unready, "with ", "with ");
        html_count(stream, figures.findings, "finding", "findings");
        fputs("</summary>\n", stream);
        html_unready(page, step);
        fputs("</details>", stream);
    } else {
        fputs("0", stream);
    }
    fprintf(stream, "<td>%zu\n", figures.unknown);
}

void html_steps(const struct page *page)
{
    FILE *stream = page->stream;

    if (!page->rise_count)
        return;
    fputs("<section aria-labelledby=steps><h2 id=steps>Steps with a day</h2>\n"
          "<p>What the policy makes stricter by itself, and in how many namespaces that breaks "
          "nothing. Findings in the baseline count here, since a stricter level brings them back, "
          "and "
          "those whose waiver or ignore ends before that day.</p>\n",
          stream);
    html_table_begin(stream, "Steps with a day", "steps");
    fputs("<th scope=col>Day<th scope=col>In<th scope=col>Becomes<th scope=col>Said by"
          "<th scope=col>Ready<th scope=col>Not ready<th scope=col>Off until then: not "
          "known<tbody>\n",
          stream);
    for (size_t i = 0, count; i < page->rise_count; i += count) {
        count = 1;
        while (i + count < page->rise_count &&
               html_same_step(&page->rises[i], &page->rises[i + count]))
            count++;
        html_step(page, (struct html_step){page->rises + i, count});
    }
    html_table_end(stream);
    fputs("</section>\n", stream);
}
