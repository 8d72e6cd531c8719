/*
 * Every finding that does not count, by namespace, with what hides it. There may be as many as a
 * baseline holds, so each is one line without its source.
 */
#include "report/html.h"
#include "report/words.h"
#include "report/xml.h"

static void html_hidden_finding(const struct page *page, const struct page_finding *item,
                                bool first)
{
    const struct finding *finding = item->finding;
    struct buffer why = {0};
    FILE *stream = page->stream;

    fprintf(stream, "<li class=%s", html_level_class(finding->level));
    if (first)
        fprintf(stream, " id=h%zur%zu", item->space, item->column);
    fprintf(stream, "><b>%s %s</b> <code>", html_level_sign(finding->level),
            html_level_word(finding->level));
    xml_write(stream, finding->rule);
    fputs("</code> ", stream);
    xml_write(stream, finding->message);
    fputc(' ', stream);
    html_place(page, finding->file, finding->span);
    fputs("<br>", stream);
    words_hidden_by(&why, page->style, finding->hiding);
    xml_write(stream, buffer_text(&why));
    buffer_done(&why);
    fputc('\n', stream);
}

static void html_hidden_space(const struct page *page, size_t index)
{
    const struct page_space *space = &page->spaces[index];
    const struct page_finding *items = page->hidden + space->hidden_first;
    FILE *stream = page->stream;

    fprintf(stream,
            "<details class=hid id=h%zu><summary><b class=h>\xe2\x97\x8c\xc2\xa0%zu</b> <h3>",
            index, space->hidden_count);
    html_space_title(page, space);
    fputs("</h3></summary><ul>\n", stream);
    for (size_t i = 0; i < space->hidden_count; i++)
        html_hidden_finding(page, &items[i], !i || items[i].column != items[i - 1].column);
    fputs("</ul></details>\n", stream);
}

void html_hidden(const struct page *page)
{
    if (!page->run->hidden.count)
        return;
    fputs("<section aria-labelledby=hidden><h2 id=hidden>Hidden findings</h2>\n", page->stream);
    for (size_t i = 0; i < page->space_count; i++)
        if (page->spaces[i].hidden_count)
            html_hidden_space(page, i);
    fputs("</section>\n", page->stream);
}
