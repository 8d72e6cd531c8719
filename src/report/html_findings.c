/*
 * Every finding of the HTML report, by namespace and rule, with the lines around it. The lines are
 * fetched before anything is written, in the order of the files, so that each is read once.
 */
#include "base/memory.h"
#include "report/excerpt.h"
#include "report/html.h"
#include "report/words.h"
#include "report/xml.h"
#include <stdlib.h>

/* Lines that are shown before and behind the one with the place. */
enum { HTML_BEFORE = 2, HTML_AFTER = 1, HTML_LINES = HTML_BEFORE + 1 + HTML_AFTER };

/* Namespaces stand open where there are no more findings than this. */
enum { HTML_OPEN = 30 };

/* The lines of a finding; COUNT 0: none can be shown. */
struct html_lines {
    struct text lines[HTML_LINES];
    size_t count, main; /* which of them has the place */
    uint32_t first;     /* number of the first */
    struct excerpt excerpt;
};

struct html_list {
    const struct page *page;
    FILE *stream;
    struct arena arena;
    struct html_lines *lines; /* by finding of the run */
};

static void html_fetch(struct html_list *list, struct excerpts *excerpts,
                       const struct finding *finding, struct html_lines *lines)
{
    uint32_t line = finding->span.line;

    if (!line)
        return;
    lines->first = line > HTML_BEFORE ? line - HTML_BEFORE : 1;
    lines->main = line - lines->first;
    for (uint32_t i = lines->first; i <= line + HTML_AFTER; i++) {
        struct text text = excerpts_line(excerpts, finding->file, i);

        if (!text.at)
            break;
        if (i == line) {
            lines->excerpt = excerpt_of(&excerpts->source, &finding->span);
            lines->excerpt.shown = arena_copy(&list->arena, lines->excerpt.shown);
        }
        lines->lines[lines->count++] = arena_copy(&list->arena, excerpt_head(text));
    }
    if (lines->count <= lines->main)
        lines->count = 0;
}

static void html_fetch_all(struct html_list *list)
{
    const struct run *run = list->page->run;
    struct excerpts excerpts = {.tree = &run->repo->tree};

    list->lines = memory_get((run->findings.count + 1) * sizeof *list->lines);
    for (size_t i = 0; i < run->findings.count; i++)
        html_fetch(list, &excerpts, &run->findings.items[i], &list->lines[i]);
    excerpts_done(&excerpts);
}

static void html_marked(FILE *stream, const struct excerpt *excerpt)
{
    struct text marked = text_slice(excerpt->shown, excerpt->start, excerpt->stop);

    if (excerpt->cut)
        fputs("\xe2\x80\xa6", stream);
    xml_write(stream, text_slice(excerpt->shown, 0, excerpt->start));
    fputs("<mark>", stream);
    xml_write(stream, marked.length ? marked : TEXT(" "));
    fputs("</mark>", stream);
    xml_write(stream, text_slice(excerpt->shown, excerpt->stop, excerpt->shown.length));
}

static void html_excerpt(FILE *stream, const struct html_lines *lines)
{
    if (!lines->count)
        return;
    fputs("<pre>", stream);
    for (size_t i = 0; i < lines->count; i++) {
        fprintf(stream, "%s%5u \xe2\x94\x82 ", i ? "\n" : "", lines->first + (uint32_t)i);
        if (i == lines->main)
            html_marked(stream, &lines->excerpt);
        else
            xml_write(stream, lines->lines[i]);
    }
    fputs("</pre>", stream);
}

static void html_related(struct html_list *list, const struct finding *finding)
{
    if (!finding->related_count)
        return;
    fputs("<ul>", list->stream);
    for (size_t i = 0; i < finding->related_count; i++) {
        fputs("<li>", list->stream);
        html_place(list->page, finding->related[i].file, finding->related[i].span);
        fputc(' ', list->stream);
        xml_write(list->stream, finding->related[i].message);
    }
    fputs("</ul>", list->stream);
}

/* FIX: what the group has told already. */
static void html_finding(struct html_list *list, const struct finding *finding, struct text fix)
{
    FILE *stream = list->stream;

    fprintf(stream, "<li class=%s><b>%s %s</b> ", html_level_class(finding->level),
            html_level_sign(finding->level), html_level_word(finding->level));
    xml_write(stream, finding->message);
    fputs("<br>", stream);
    html_place(list->page, finding->file, finding->span);
    if (finding->has_resource && finding->resource.kind.length) {
        fputs(" in ", stream);
        xml_write(stream, finding->resource.kind);
        fputc('/', stream);
        xml_write(stream, finding->resource.name);
    }
    html_excerpt(stream, &list->lines[finding - list->page->run->findings.items]);
    html_related(list, finding);
    if (!text_equal(finding->fix, fix))
        html_prose(stream, "Fix:", finding->fix);
    fputc('\n', stream);
}

/* The COUNT findings of one rule in one namespace. */
static void html_group(struct html_list *list, const struct page_finding *findings, size_t count)
{
    const struct page *page = list->page;
    const struct group *column = page->columns[findings->column];
    const struct page_cell *cell = &page->spaces[findings->space].cells[findings->column];
    struct text fix = findings->finding->fix;
    FILE *stream = list->stream;

    fprintf(stream, "<div class=g id=n%zur%zu><h4><b class=%s>%s\xc2\xa0%zu</b> <a href=#r%zu>",
            findings->space, findings->column, html_level_class(cell->worst),
            html_level_sign(cell->worst), count, findings->column);
    xml_write(stream, column->id);
    fputs("</a> ", stream);
    xml_write(stream, column->rule->title);
    fputs("</h4>", stream);
    html_prose(stream, "Fix:", fix);
    fputs("<ol>\n", stream);
    for (size_t i = 0; i < count; i++)
        html_finding(list, findings[i].finding, fix);
    fputs("</ol></div>\n", stream);
}

static void html_space_summary(struct html_list *list, const struct page_space *space)
{
    FILE *stream = list->stream;
    enum level worst = LEVEL_UNSET;

    for (size_t i = 0; i < list->page->column_count; i++)
        if (space->cells[i].worst > worst)
            worst = space->cells[i].worst;
    fprintf(stream, "<summary><b class=%s>%s\xc2\xa0%zu</b> <h3>", html_level_class(worst),
            html_level_sign(worst), space->count);
    html_space_title(list->page, space);
    fputs("</h3></summary>\n", stream);
}

static void html_space(struct html_list *list, size_t index)
{
    const struct page *page = list->page;
    const struct page_space *space = &page->spaces[index];
    const struct page_finding *findings = page->findings + space->first;

    fprintf(list->stream, "<details class=ns id=n%zu%s>", index,
            page->run->findings.count <= HTML_OPEN ? " open" : "");
    html_space_summary(list, space);
    for (size_t i = 0, count; i < space->count; i += count) {
        for (count = 1; i + count < space->count; count++)
            if (findings[i + count].column != findings[i].column)
                break;
        html_group(list, findings + i, count);
    }
    fputs("</details>\n", list->stream);
}

void html_findings(const struct page *page)
{
    struct html_list list = {.page = page, .stream = page->stream};

    fputs("<section aria-labelledby=findings><h2 id=findings>Findings</h2>\n", page->stream);
    html_fetch_all(&list);
    if (!page->run->findings.count)
        fputs("<p>None.\n", page->stream);
    for (size_t i = 0; i < page->space_count; i++)
        if (page->spaces[i].count)
            html_space(&list, i);
    fputs("</section>\n", page->stream);
    free(list.lines);
    arena_done(&list.arena);
}
