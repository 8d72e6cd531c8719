#ifndef KRUG_REPORT_ESCAPE_H
#define KRUG_REPORT_ESCAPE_H

#include "base/text.h"
#include <stdio.h>

/* Room for what escape_code writes, with its NUL. */
enum { ESCAPE_SIZE = 12 };

/* Whether CODE is shown by its number wherever people read it, since it could steer a terminal,
 * turn the direction of a line, or is nothing that XML may hold: TO is then "\x1b" or "\u202e".
 * Line ends and tabs are none of these. */
bool escape_code(uint32_t code, char to[ESCAPE_SIZE]);

/* What stands for one character of the text in some format: NULL for the character itself. */
typedef const char *escape_table(uint32_t code);

/* Writes TEXT with what TABLE gives (may be NULL), and the rest as escape_code says. What is not
 * UTF-8 becomes U+FFFD. */
void escape_write(FILE *stream, struct text text, escape_table *table);

#endif
