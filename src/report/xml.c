/*
 * XML and HTML out, in one room: no report escapes markup itself.
 */
#include "report/xml.h"
#include "report/escape.h"

static const char *xml_entity(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    default:
        return NULL;
    }
}

/* In an attribute quotes end the value, and a reader makes blanks of line ends and tabs. */
static const char *xml_attribute_entity(uint32_t code)
{
    switch (code) {
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\n':
        return "&#10;";
    case '\t':
        return "&#9;";
    default:
        return xml_entity(code);
    }
}

void xml_write(FILE *stream, struct text text)
{
    escape_write(stream, text, xml_entity);
}

void xml_attribute(FILE *stream, const char *name, struct text value)
{
    fprintf(stream, " %s=\"", name);
    escape_write(stream, value, xml_attribute_entity);
    fputc('"', stream);
}

void xml_number(FILE *stream, const char *name, size_t value)
{
    fprintf(stream, " %s=\"%zu\"", name, value);
}
