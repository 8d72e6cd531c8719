#ifndef KRUG_CLI_TEMPLATE_H
#define KRUG_CLI_TEMPLATE_H

#include "base/text.h"

/* What stands for {{NAME}}. */
struct template_word {
    const char *name;
    struct text value;
};

/* The file PATH ("templates/rule.lua") that is built into the program; at == NULL where there is
 * none.
 */
struct text template_find(const char *path);

/* Adds the text of such a file, which must exist, with each {{NAME}} replaced by the word
 * of that name; there must be one. WORDS are ended by a NULL name. */
void template_fill(struct buffer *buffer, const char *path, const struct template_word *words);

#endif
