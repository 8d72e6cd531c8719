#ifndef KRUG_REPORT_WORDS_H
#define KRUG_REPORT_WORDS_H

#include "report/report.h"

/* A finding in words, for formats that have one text for it. */

/* "FILE:9:5" (or as much of it as is known), as seen from the top of the repository. */
void words_place(struct buffer *buffer, const struct report_style *style, struct text file,
                 struct span span);
/* The message, then what else it speaks of, then what to do; SEPARATOR between them. */
void words_finding(struct buffer *buffer, const struct report_style *style,
                   const struct finding *finding, const char *separator);
/* "waiver of team-legacy until 2027-01-31: reason". */
void words_hiding(struct buffer *buffer, const struct hiding *hiding);
/* The same, and where that stands. */
void words_hidden_by(struct buffer *buffer, const struct report_style *style,
                     const struct hiding *hiding);
/* TEXT of a rule's `why` or `fix` without the indentation that it has in the rule's file. */
void words_prose(struct buffer *buffer, struct text text);
/* Whether a link of a rule is one to the web, and not to something that a reader would run. */
bool words_is_web(struct text link);
/* Where a finding or a problem stands for who needs a line: 1 for a file as a whole. */
uint32_t words_line(uint32_t line);

#endif
