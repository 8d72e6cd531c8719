/*
 * Why findings do not count: waivers by owner with the days that they have left, ignores in
 * manifests, the baseline. Waivers of every policy that the run met are listed, also those that hid
 * nothing.
 */
#include "base/memory.h"
#include "report/html.h"
#include "report/xml.h"
#include <stdlib.h>

/* Exceptions that end within so many days stand out: time for two sprints. */
enum { HTML_SOON = 28 };

static int html_compare_waivers(const void *left, const void *right)
{
    const struct waiver *a = *(const struct waiver *const *)left;
    const struct waiver *b = *(const struct waiver *const *)right;
    int order = text_compare(a->owner, b->owner);

    /* none (0) comes last */
    if (!order)
        order = a->until - 1 < b->until - 1 ? -1 : a->until > b->until;
    if (!order)
        order = text_compare(a->policy->path, b->policy->path);
    if (!order)
        order = a->span.line < b->span.line ? -1 : a->span.line > b->span.line;
    return order ? order : (a->span.column > b->span.column) - (a->span.column < b->span.column);
}

static size_t html_count_ignores(const struct page *page)
{
    const struct ignores *ignores = &page->run->ignores;
    size_t count = 0;

    for (size_t i = 0; i < ignores->count; i++)
        count += !ignores->items[i].wrong.at;
    return count;
}

static size_t html_find_waivers(const struct page *page, const struct waiver ***waivers)
{
    const struct policies *policies = page->run->policies;
    size_t count = 0;

    for (size_t i = 0; i < policies->count; i++)
        count += policies->items[i]->waiver_count;
    *waivers = memory_get((count + 1) * sizeof **waivers);
    count = 0;
    for (size_t i = 0; i < policies->count; i++)
        for (size_t j = 0; j < policies->items[i]->waiver_count; j++)
            (*waivers)[count++] = &policies->items[i]->waivers[j];
    qsort(*waivers, count, sizeof **waivers, html_compare_waivers);
    return count;
}

/* How many findings the waiver hides: theirs is its very reason. */
static size_t html_count_hidden(const struct page *page, const struct waiver *waiver)
{
    size_t count = 0;

    for (size_t i = 0; i < page->run->hidden.count; i++) {
        const struct hiding *hiding = page->run->hidden.items[i].hiding;

        count += hiding->kind == HIDING_WAIVER && hiding->reason.at == waiver->reason.at;
    }
    return count;
}

static void html_globs(FILE *stream, const char *word, const struct globs *globs)
{
    if (!globs->count)
        return;
    fputs(word, stream);
    for (size_t i = 0; i < globs->count; i++) {
        fputs(i ? ", <code>" : " <code>", stream);
        xml_write(stream, globs->items[i]);
        fputs("</code>", stream);
    }
}

static void html_resources(FILE *stream, const struct waiver *waiver)
{
    if (waiver->resource_count)
        fputs("<br>resource", stream);
    for (size_t i = 0; i < waiver->resource_count; i++) {
        const struct resource_glob *resource = &waiver->resources[i];

        fputs(i ? ", <code>" : " <code>", stream);
        if (resource->group.at) {
            xml_write(stream, resource->group.length ? resource->group : TEXT("v1"));
            fputc('/', stream);
        }
        xml_write(stream, resource->kind);
        fputc('/', stream);
        xml_write(stream, resource->name);
        fputs("</code>", stream);
    }
}

/* The cells for a last day. */
static void html_until(const struct page *page, date_t until)
{
    date_t today = page->run->options->today;
    FILE *stream = page->stream;
    char day[11];

    if (!until) {
        fputs("<td>never<td>", stream);
        return;
    }
    date_write(until, day);
    fprintf(stream, "<td><time>%s</time><td class=%s>", day,
            until < today                           ? "E"
            : date_until(today, until) <= HTML_SOON ? "W"
                                                    : "n");
    html_days(page, until);
}

static void html_waiver(const struct page *page, const struct waiver *waiver)
{
    FILE *stream = page->stream;

    fputs("<tr data-f><th scope=row>", stream);
    xml_write(stream, waiver->owner);
    fputs("<td>", stream);
    html_globs(stream, "rule", &waiver->rules);
    html_globs(stream, "<br>namespace", &waiver->namespaces);
    html_globs(stream, "<br>cluster", &waiver->clusters);
    html_resources(stream, waiver);
    html_globs(stream, "<br>file", &waiver->files);
    if (waiver->policy->directory.length) {
        fputs("<br>below <code>", stream);
        xml_write(stream, waiver->policy->directory);
        fputs("</code>", stream);
    }
    html_globs(stream, "<br>container", &waiver->containers);
    fputs("<td class=text>", stream);
    xml_write(stream, waiver->reason);
    html_until(page, waiver->until);
    if (waiver->refused)
        fputs("<td class=E>0: ends too late", stream);
    else
        fprintf(stream, "<td>%zu", html_count_hidden(page, waiver));
    fputs("<td>", stream);
    html_place(page, waiver->policy->path, waiver->span);
    fputc('\n', stream);
}

static void html_waivers(const struct page *page, const struct waiver *const *waivers, size_t count)
{
    FILE *stream = page->stream;

    if (!count)
        return;
    fputs("<h3>Waivers</h3>\n", stream);
    html_table_begin(stream, "Waivers by owner", "exceptions");
    fputs("<th scope=col>Owner<th scope=col>For<th scope=col>Reason<th scope=col>Last day"
          "<th scope=col>Left<th scope=col>Hides<th scope=col>Said by<tbody>\n",
          stream);
    for (size_t i = 0; i < count; i++)
        html_waiver(page, waivers[i]);
    html_table_end(stream);
}

static void html_ignore(const struct page *page, const struct ignore *ignore)
{
    FILE *stream = page->stream;

    fputs("<tr data-f><th scope=row><code>", stream);
    xml_write(stream, ignore->rule);
    fputs("</code><td class=text>", stream);
    xml_write(stream, ignore->reason);
    html_until(page, ignore->until);
    fprintf(stream, "<td>%s<td>", ignore->used ? "yes" : "no");
    html_place(page, ignore->file, ignore->span);
    fputc('\n', stream);
}

static void html_ignores(const struct page *page)
{
    const struct ignores *ignores = &page->run->ignores;
    FILE *stream = page->stream;

    if (!html_count_ignores(page))
        return;
    fputs("<h3>Ignores in manifests</h3>\n", stream);
    html_table_begin(stream, "Ignores in manifests", "exceptions");
    fputs("<th scope=col>Rule<th scope=col>Reason<th scope=col>Last day<th scope=col>Left"
          "<th scope=col>Hides something<th scope=col>Stands in<tbody>\n",
          stream);
    for (size_t i = 0; i < ignores->count; i++)
        if (!ignores->items[i].wrong.at)
            html_ignore(page, &ignores->items[i]);
    html_table_end(stream);
}

static void html_baseline(const struct page *page)
{
    const struct baseline *baseline = page->run->baseline;
    FILE *stream = page->stream;

    if (!baseline)
        return;
    fputs("<h3>Baseline</h3>\n<p>", stream);
    html_place(page, baseline->path, (struct span){0});
    fputs(" has ", stream);
    html_count(stream, baseline->count, "entry", "entries");
    fprintf(stream, ", and hides ");
    html_count(stream, page->run->summary.baselined, "finding", "findings");
    fputs(" of this run.\n", stream);
}

void html_exceptions(const struct page *page)
{
    const struct waiver **waivers;
    size_t count = html_find_waivers(page, &waivers);
    FILE *stream = page->stream;

    fputs("<section aria-labelledby=exceptions><h2 id=exceptions>Exceptions</h2>\n", stream);
    if (!count && !html_count_ignores(page) && !page->run->baseline)
        fputs("<p>None: no waiver, no ignore in a manifest, no baseline.\n", stream);
    html_waivers(page, waivers, count);
    html_ignores(page);
    html_baseline(page);
    fputs("</section>\n", stream);
    free(waivers);
}
