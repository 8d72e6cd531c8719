/*
 * What is excepted, on the HTML report: waivers by owner with the days that they have left, and
 * every finding that is hidden, with what hides it. Hidden is not gone: a platform team sees here
 * what comes back, and when.
 */
#include "base/memory.h"
#include "report/html.h"
#include "report/words.h"
#include "report/xml.h"
#include <stdlib.h>

/* A waiver that ends within so many days is marked. */
enum { HTML_SOON = 14 };

static int html_compare_waivers(const void *left, const void *right)
{
    const struct waiver *a = *(const struct waiver *const *)left;
    const struct waiver *b = *(const struct waiver *const *)right;
    int order = text_compare(a->owner, b->owner);

    /* the first to end comes first, those without an end last */
    if (!order && a->until != b->until)
        order = !a->until || (b->until && a->until > b->until) ? 1 : -1;
    if (!order)
        order = text_compare(a->policy->path, b->policy->path);
    return order ? order : (a->span.line > b->span.line) - (a->span.line < b->span.line);
}

/* All waivers of the policies that were read, sorted; their number in *COUNT. */
static const struct waiver **html_list_waivers(const struct policies *policies, size_t *count)
{
    const struct waiver **list;
    size_t next = 0;

    *count = 0;
    for (size_t i = 0; i < policies->count; i++)
        *count += policies->items[i]->waiver_count;
    list = memory_get((*count + 1) * sizeof(const struct waiver *));
    for (size_t i = 0; i < policies->count; i++)
        for (size_t j = 0; j < policies->items[i]->waiver_count; j++)
            list[next++] = &policies->items[i]->waivers[j];
    qsort(list, *count, sizeof *list, html_compare_waivers);
    return list;
}

static size_t html_count_hidden(const struct page *page, const struct waiver *waiver)
{
    const struct findings *hidden = &page->run->hidden;
    size_t count = 0;

    for (size_t i = 0; i < hidden->count; i++) {
        const struct hiding *hiding = hidden->items[i].hiding;

        count += hiding->kind == HIDING_WAIVER && hiding->line == waiver->span.line &&
                 text_equal(hiding->file, waiver->policy->path);
    }
    return count;
}

static void html_days(FILE *stream, date_t today, date_t until)
{
    int32_t days = until ? date_until(today, until) : 0;
    char text[11];

    if (!until) {
        fputs("<td>no end<td>", stream);
        return;
    }
    date_write(until, text);
    fprintf(stream, "<td>%s<td class=%s>", text, days < 0 ? "E" : days <= HTML_SOON ? "W" : "n");
    if (days < 0)
        fputs("ended", stream);
    else
        html_count(stream, (size_t)days, "day left", "days left");
}

static void html_globs(FILE *stream, const struct globs *globs)
{
    fputs("<td>", stream);
    for (size_t i = 0; i < globs->count; i++) {
        fputs(i ? ", " : "", stream);
        xml_write(stream, globs->items[i]);
    }
    fputs(globs->count ? "" : "any", stream);
}

static void html_waiver(const struct page *page, const struct waiver *waiver)
{
    FILE *stream = page->stream;

    fputs("<tr><th scope=row>", stream);
    xml_write(stream, waiver->owner);
    html_globs(stream, &waiver->rules);
    html_globs(stream, &waiver->namespaces);
    html_days(stream, page->run->options->today, waiver->until);
    fprintf(stream, "<td>%zu<td>", html_count_hidden(page, waiver));
    xml_write(stream, waiver->reason);
    fputs("<td>", stream);
    html_place(page, waiver->policy->path, waiver->span);
    fputc('\n', stream);
}

static void html_waivers(const struct page *page)
{
    FILE *stream = page->stream;
    size_t count;
    const struct waiver **waivers = html_list_waivers(page->run->policies, &count);

    if (count)
        fputs("<h3>Waivers</h3>\n<div class=scroll tabindex=0 role=region aria-label=Waivers>"
              "<table><thead><tr><th scope=col>Owner<th scope=col>Rules<th scope=col>Namespaces"
              "<th scope=col>Last day<th scope=col>Left<th scope=col>Hides<th scope=col>Reason"
              "<th scope=col>Where<tbody>\n",
              stream);
    for (size_t i = 0; i < count; i++)
        html_waiver(page, waivers[i]);
    if (count)
        fputs("</table></div>\n", stream);
    free(waivers);
}

static void html_hidden_finding(const struct page *page, const struct page_finding *one)
{
    const struct finding *finding = one->finding;
    struct buffer words = {0};
    FILE *stream = page->stream;

    fputs("<tr><th scope=row>", stream);
    html_space_name(page, &page->spaces[one->space]);
    fprintf(stream, "<td><a href=#r%zu>", one->column);
    xml_write(stream, finding->rule);
    fprintf(stream, "</a><td class=%s>%s<td>", html_level_class(finding->level),
            html_level_word(finding->level));
    xml_write(stream, finding->message);
    fputs("<br>", stream);
    html_place(page, finding->file, finding->span);
    fputs("<td>", stream);
    words_hiding(&words, finding->hiding);
    xml_write(stream, buffer_text(&words));
    fputc('\n', stream);
    buffer_done(&words);
}

static void html_hidden(const struct page *page)
{
    size_t count = page->run->hidden.count;
    FILE *stream = page->stream;

    if (!count)
        return;
    fputs("<details><summary>", stream);
    html_count(stream, count, "finding that is", "findings that are");
    fputs(" hidden</summary>\n<div class=scroll tabindex=0 role=region "
          "aria-label=\"Hidden findings\"><table><thead><tr><th scope=col>Namespace"
          "<th scope=col>Rule<th scope=col>Level<th scope=col>Finding<th scope=col>Hidden "
          "by<tbody>\n",
          stream);
    for (size_t i = 0; i < count; i++)
        html_hidden_finding(page, &page->hidden[i]);
    fputs("</table></div></details>\n", stream);
}

void html_exceptions(const struct page *page)
{
    const struct summary *summary = &page->run->summary;

    fprintf(page->stream,
            "<section aria-labelledby=exceptions><h2 id=exceptions>Exceptions</h2>\n"
            "<p>Hidden by waivers: %zu, by ignores in manifests: %zu, by the baseline: %zu.\n",
            summary->waived, summary->ignored, summary->baselined);
    html_waivers(page);
    html_hidden(page);
    fputs("</section>\n", page->stream);
}
