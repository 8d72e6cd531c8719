#ifndef KRUG_REPORT_HTML_H
#define KRUG_REPORT_HTML_H

#include "report/page.h"

/* The parts of the HTML report, in the order of the page. */
void html_namespaces(const struct page *page); /* by packs, then by the rules of each pack */
void html_rules(const struct page *page);
void html_steps(const struct page *page); /* what days of the policy bring */
void html_findings(const struct page *page);
void html_exceptions(const struct page *page); /* waivers, ignores, the baseline */
void html_hidden(const struct page *page);     /* what they hide */
void html_unchecked(const struct page *page);

/* The word and the CSS class of what was found: "error" and "E", for any level from info on. */
const char *html_level_word(enum level level);
const char *html_level_class(enum level level);
const char *html_level_sign(enum level level); /* for who cannot tell the colours */
/* "1 error", "2 errors": COUNT of them, in words. */
void html_count(FILE *stream, size_t count, const char *one, const char *more);
/* TEXT of a rule as paragraphs, the first behind LABEL; nothing where it is empty. */
void html_prose(FILE *stream, const char *label, struct text text);
/* Opens and closes a table that scrolls by itself, up to the head of its own columns. */
void html_table_begin(FILE *stream, const char *label, const char *class);
void html_table_end(FILE *stream);
/* A place as <code>. */
void html_place(const struct page *page, struct text file, struct span span);
/* How long until DATE, from the day that the run judges by. */
void html_days(const struct page *page, date_t date);
/* What a namespace is called: its name, or what stands for none. */
void html_space_name(const struct page *page, const struct page_space *space);
/* The same with its cluster and its owner. */
void html_space_title(const struct page *page, const struct page_space *space);

#endif
