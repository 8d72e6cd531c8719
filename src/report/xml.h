#ifndef KRUG_REPORT_XML_H
#define KRUG_REPORT_XML_H

#include "base/text.h"
#include <stdio.h>

/* XML and HTML out. Whatever the text holds, the result is well-formed: markup is escaped, and
 * characters that neither may hold are shown by their number. */
void xml_write(FILE *stream, struct text text);
/* ` NAME="VALUE"`, with a blank before it. */
void xml_attribute(FILE *stream, const char *name, struct text value);
void xml_number(FILE *stream, const char *name, size_t value);

#endif
