/*
 * What the sections of the HTML report share: words, signs and classes of levels, names of
 * namespaces, places, days, and tables that scroll by themselves.
 */
#include "report/html.h"
#include "report/words.h"
#include "report/xml.h"

const char *html_level_word(enum level level)
{
    static const char *const words[] = {
        [LEVEL_INFO] = "info", [LEVEL_WARN] = "warning", [LEVEL_ERROR] = "error"};

    return words[level];
}

const char *html_level_class(enum level level)
{
    static const char *const classes[] = {
        [LEVEL_INFO] = "I", [LEVEL_WARN] = "W", [LEVEL_ERROR] = "E"};

    return classes[level];
}

const char *html_level_sign(enum level level)
{
    static const char *const signs[] = {[LEVEL_INFO] = "\xe2\x97\x8f",
                                        [LEVEL_WARN] = "\xe2\x96\xb2",
                                        [LEVEL_ERROR] = "\xe2\x9c\x96"};

    return signs[level];
}

void html_count(FILE *stream, size_t count, const char *one, const char *more)
{
    fprintf(stream, "%zu %s", count, count == 1 ? one : more);
}

void html_space_name(const struct page *page, const struct page_space *space)
{
    if (space->name.at)
        xml_write(page->stream, space->name);
    else
        fputs("no namespace", page->stream);
}

void html_space_title(const struct page *page, const struct page_space *space)
{
    FILE *stream = page->stream;

    html_space_name(page, space);
    fputs(" <small>", stream);
    if (space->cluster.length) {
        fputs("in ", stream);
        xml_write(stream, space->cluster);
        fputc(' ', stream);
    }
    if (space->owner.length) {
        fputs("of ", stream);
        xml_write(stream, space->owner);
    }
    fputs("</small>", stream);
}

void html_prose(FILE *stream, const char *label, struct text text)
{
    struct buffer prose = {0};
    struct text rest, line;

    if (!text.length)
        return;
    words_prose(&prose, text);
    rest = buffer_text(&prose);
    fprintf(stream, "<p><b>%s</b> ", label);
    while (text_cut(&rest, '\n', &line)) {
        xml_write(stream, line);
        fputs(line.length ? "\n" : "<p>", stream);
    }
    buffer_done(&prose);
}

void html_place(const struct page *page, struct text file, struct span span)
{
    struct buffer place = {0};

    words_place(&place, page->style, file, span);
    fputs("<code>", page->stream);
    xml_write(page->stream, buffer_text(&place));
    fputs("</code>", page->stream);
    buffer_done(&place);
}

void html_days(const struct page *page, date_t date)
{
    int32_t days = date_until(page->run->options->today, date);
    FILE *stream = page->stream;

    if (!days)
        fputs("today", stream);
    else if (days < 0)
        fprintf(stream, "ended %d day%s ago", -days, days == -1 ? "" : "s");
    else
        fprintf(stream, "%d day%s", days, days == 1 ? "" : "s");
}

void html_table_begin(FILE *stream, const char *label, const char *class)
{
    fprintf(stream,
            "<div class=scroll tabindex=0 role=region aria-label=\"%s\"><table class=%s>"
            "<thead><tr>",
            label, class);
}

void html_table_end(FILE *stream)
{
    fputs("</tbody></table></div>\n", stream);
}
