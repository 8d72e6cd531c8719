#ifndef KRUG_YAML_NUMBER_H
#define KRUG_YAML_NUMBER_H

#include "yaml/node.h"

/* Numbers in the syntax of Go's strconv, as far as go-yaml v2 lets them through. Both set type and
 * value of NODE and are false where TEXT is no number. ARENA lends memory for a copy and may be
 * NULL: texts above NUMBER_SHORT are then no numbers. */

enum { NUMBER_SHORT = 400 };

/* TEXT begins with a digit or a sign. */
bool number_read(struct arena *arena, struct node *node, struct text text);
/* TEXT begins with a dot. */
bool number_read_fraction(struct arena *arena, struct node *node, struct text text);
/* VALUE as strconv.FormatFloat(VALUE, 'g', -1, 32) writes it, and .inf, -.inf and .nan; at most 23
 * characters with the NUL. */
void number_write_short(double value, char to[24]);

#endif
