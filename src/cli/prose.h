#ifndef KRUG_CLI_PROSE_H
#define KRUG_CLI_PROSE_H

#include "base/text.h"
#include <stdio.h>

/* The last column that words are put in. */
enum { PROSE_WIDTH = 96 };

/* One paragraph: the words of TEXT from where the cursor stands, column MARGIN; further lines are
 * put behind as many blanks, and the last one is ended. Control characters are made visible. */
void prose_wrap(FILE *stream, struct text text, size_t margin);

/* A text of several paragraphs behind a margin: what is separated by an empty line stays so, lines
 * that begin with "- " or "* " are items of a list, and lines indented by four more are as they
 * are. The indentation that all lines but the first share is taken off. */
void prose_print(FILE *stream, struct text text, size_t margin);

/* The same text for Markdown, which does the rest itself. */
void prose_markdown(FILE *stream, struct text text);

#endif
