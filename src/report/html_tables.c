/*
 * The tables of the HTML report: namespaces by packs, namespaces by the rules of each pack, and how
 * far every rule is. A cell tells its state by a word or a sign, never by colour alone. With 500
 * namespaces and 150 rules there are 75,000 of them, so they are written short: HTML does not need
 * the end tags of cells.
 */
#include "base/file.h"
#include "report/html.h"
#include "report/words.h"
#include "report/xml.h"

/* "error", or "off\xe2\x80\x93error" where rules or policies differ; an arrow where a day makes it
 * stricter. */
static void html_enforced(FILE *stream, const struct page_cell *cell)
{
    if (cell->most == LEVEL_UNSET)
        return;
    fputs(level_name(cell->least), stream);
    if (cell->least != cell->most)
        fprintf(stream, "\xe2\x80\x93%s", level_name(cell->most));
    if (cell->rises)
        fputs("\xc2\xa0\xe2\x86\x97", stream);
}

/* How many findings are hidden, and the way to them. */
static void html_hidden_count(FILE *stream, const struct page_cell *cell, size_t space,
                              size_t column)
{
    if (cell->hidden)
        fprintf(stream, "<a href=#h%zur%zu>\xe2\x97\x8c\xc2\xa0%zu</a>", space, column,
                cell->hidden);
}

/* The sign stands above the level: a line end, which the style keeps, is cheaper than an element.
 * HIDDEN: the column whose hidden findings come first. */
static void html_cell(FILE *stream, const struct page_cell *cell, size_t space, size_t column,
                      size_t hidden)
{
    static const char *const heads[] = {
        [STEP_NONE] = "<td class=o>\xe2\x80\x93",
        [STEP_OFF] = "<td class=o>",
        [STEP_HELD] = "<td class=h>",
        [STEP_READY] = "<td class=y>ready",
        [STEP_ENFORCED] = "<td class=e>\xe2\x9c\x93",
    };
    enum page_step step = page_step(cell);

    if (step == STEP_FOUND)
        fprintf(stream, "<td class=%s><a href=#n%zur%zu>%s\xc2\xa0%zu</a>",
                html_level_class(cell->worst), space, column, html_level_sign(cell->worst),
                cell->count);
    else
        fputs(heads[step], stream);
    if (cell->hidden && step != STEP_HELD)
        fputc(' ', stream);
    html_hidden_count(stream, cell, space, hidden);
    if (step > STEP_OFF)
        fputc('\n', stream);
    html_enforced(stream, cell);
}

/* The column of the pack where a reader of its cell should look first: the worst. */
static size_t html_worst_column(const struct page_space *space, const struct page_pack *pack)
{
    size_t worst = pack->first;

    for (size_t i = pack->first; i < pack->first + pack->count; i++)
        if (space->cells[i].worst > space->cells[worst].worst)
            worst = i;
    return worst;
}

static size_t html_hidden_column(const struct page_space *space, const struct page_pack *pack)
{
    for (size_t i = pack->first; i < pack->first + pack->count; i++)
        if (space->cells[i].hidden)
            return i;
    return pack->first;
}

static void html_row_head(const struct page *page, size_t index)
{
    const struct page_space *space = &page->spaces[index];
    FILE *stream = page->stream;

    fprintf(stream, "\n<tr data-n=%zu><th scope=row>", index);
    if (space->count)
        fprintf(stream, "<a href=#n%zu>", index);
    html_space_name(page, space);
    if (space->count)
        fputs("</a>", stream);
    if (page->clusters) {
        fputs("<td>", stream);
        xml_write(stream, space->cluster);
    }
    fputs("<td>", stream);
    xml_write(stream, space->owner);
}

/* Opens a table that scrolls by itself, up to the head of its own columns. */
static void html_table(const struct page *page, const char *label, struct text pack)
{
    FILE *stream = page->stream;

    fprintf(stream, "<div class=scroll tabindex=0 role=region aria-label=\"%s", label);
    xml_write(stream, pack);
    fputs("\"><table class=matrix><thead><tr><th scope=col>Namespace", stream);
    if (page->clusters)
        fputs("<th scope=col>Cluster", stream);
    fputs("<th scope=col>Owner", stream);
}

static void html_by_packs(const struct page *page)
{
    FILE *stream = page->stream;

    html_table(page, "Namespaces by packs of rules", TEXT(""));
    for (size_t i = 0; i < page->pack_count; i++) {
        fprintf(stream, "<th scope=col><a href=#p%zu>", i);
        xml_write(stream, page->packs[i].name);
        fputs("</a>", stream);
    }
    fputs("<tbody>", stream);
    for (size_t i = 0; i < page->space_count; i++) {
        html_row_head(page, i);
        for (size_t j = 0; j < page->pack_count; j++) {
            struct page_cell cell = page_pack_cell(&page->spaces[i], &page->packs[j]);

            html_cell(stream, &cell, i, html_worst_column(&page->spaces[i], &page->packs[j]),
                      html_hidden_column(&page->spaces[i], &page->packs[j]));
        }
    }
    html_table_end(stream);
}

static void html_by_rules(const struct page *page, size_t number)
{
    const struct page_pack *pack = &page->packs[number];
    FILE *stream = page->stream;

    fprintf(stream, "<details id=p%zu><summary>", number);
    xml_write(stream, pack->name);
    fputs(": namespaces by ", stream);
    html_count(stream, pack->count, "rule", "rules");
    fputs("</summary>\n", stream);
    html_table(page, "Namespaces by the rules of pack ", pack->name);
    for (size_t i = pack->first; i < pack->first + pack->count; i++) {
        fprintf(stream, "<th scope=col class=up><a href=#r%zu>", i);
        xml_write(stream, path_name(page->columns[i]->id));
        fputs("</a>", stream);
    }
    fputs("<tbody>", stream);
    for (size_t i = 0; i < page->space_count; i++) {
        html_row_head(page, i);
        for (size_t j = pack->first; j < pack->first + pack->count; j++)
            html_cell(stream, &page->spaces[i].cells[j], i, j, j);
    }
    html_table_end(stream);
    fputs("</details>\n", stream);
}

void html_namespaces(const struct page *page)
{
    fputs("<section aria-labelledby=namespaces><h2 id=namespaces>Namespaces</h2>\n", page->stream);
    if (!page->space_count || !page->column_count) {
        fputs("<p>No rule judged anything.</section>\n", page->stream);
        return;
    }
    fputs(
        "<p class=legend>Below each sign stands the level that is enforced. "
        "<b class=e>\xe2\x9c\x93</b> enforced at error, nothing found \xc2\xb7 "
        "<b class=y>ready</b> on, not yet error everywhere, nothing found: ready for the next step "
        "\xc2\xb7 <b class=E>\xe2\x9c\x96 1</b> <b class=W>\xe2\x96\xb2 1</b> "
        "<b class=I>\xe2\x97\x8f 1</b> findings, worst error, warning, info \xc2\xb7 "
        "<b class=o>off</b> nothing is enforced, so nothing is known \xc2\xb7 "
        "<b class=o>\xe2\x80\x93</b> no level applies, or it is not known \xc2\xb7 "
        "<b class=h>\xe2\x97\x8c 1</b> findings that waivers, ignores or the baseline hide; alone: "
        "in the baseline, and back at the next step \xc2\xb7 \xe2\x86\x97 gets stricter on a "
        "day</p>\n",
        page->stream);
    html_by_packs(page);
    for (size_t i = 0; i < page->pack_count; i++)
        html_by_rules(page, i);
    fputs("</section>\n", page->stream);
}

static void html_links(FILE *stream, const struct rule_info *rule)
{
    for (size_t i = 0; i < rule->link_count; i++) {
        bool web = words_is_web(rule->links[i]);

        fputs(i ? "<br>" : "<p>", stream);
        if (web) {
            fputs("<a rel=noreferrer", stream);
            xml_attribute(stream, "href", rule->links[i]);
            fputc('>', stream);
        }
        xml_write(stream, rule->links[i]);
        if (web)
            fputs("</a>", stream);
    }
}

static void html_rule(const struct page *page, size_t column)
{
    const struct group *group = page->columns[column];
    size_t steps[STEP_ENFORCED + 1] = {0};
    FILE *stream = page->stream;

    for (size_t i = 0; i < page->space_count; i++)
        steps[page_step(&page->spaces[i].cells[column])]++;
    fprintf(stream, "<tr id=r%zu><th scope=row><code>", column);
    xml_write(stream, group->id);
    fputs("</code> ", stream);
    xml_write(stream, group->rule->title);
    fputs("<details><summary>Why, and how to fix</summary>", stream);
    html_prose(stream, "Why:", group->rule->why);
    html_prose(stream, "Fix:", group->rule->fix);
    html_links(stream, group->rule);
    fprintf(stream, "</details><td>%zu<td>%zu<td>%zu<td>%zu<td>%zu<td>%zu<td>%zu\n",
            steps[STEP_OFF], steps[STEP_FOUND], steps[STEP_HELD], steps[STEP_READY],
            steps[STEP_ENFORCED], group->count, group->hidden_count);
}

void html_rules(const struct page *page)
{
    FILE *stream = page->stream;

    fputs("<section aria-labelledby=rules><h2 id=rules>Rules</h2>\n", stream);
    if (page->column_count) {
        fputs("<p>In how many namespaces each rule is how far.</p>\n", stream);
        html_table_begin(stream, "Rules", "rules");
        fputs("<th scope=col>Rule<th scope=col>Off<th scope=col>With findings"
              "<th scope=col>In the baseline<th scope=col>Ready<th scope=col>Enforced"
              "<th scope=col>Findings<th scope=col>Hidden<tbody>\n",
              stream);
        for (size_t i = 0; i < page->column_count; i++)
            html_rule(page, i);
        html_table_end(stream);
    }
    fputs("</section>\n", stream);
}
