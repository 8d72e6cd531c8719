/*
 * Text of manifests and rules on its way to people: one room knows which characters are dangerous
 * or invisible and shows them by their number. What else a format has to escape (quotes, percent
 * signs) it says by a table of its own.
 */
#include "report/escape.h"

bool escape_code(uint32_t code, char to[ESCAPE_SIZE])
{
    bool nothing = (code & 0xfffe) == 0xfffe; /* no character, and XML has no room for it */

    if (!nothing && (!utf8_steers(code) || code == '\n' || code == '\t'))
        return false;
    snprintf(to, ESCAPE_SIZE, code < 0x80 ? "\\x%02x" : "\\u%04x", (unsigned)code);
    return true;
}

void escape_write(FILE *stream, struct text text, escape_table *table)
{
    char number[ESCAPE_SIZE];
    size_t written = 0; /* what needs no escape goes out together: standard error has no buffer */

    for (size_t i = 0, size; i < text.length; i += size) {
        uint32_t code = utf8_read(text_slice(text, i, text.length), &size);
        const char *escape = table ? table(code) : NULL;

        if (!escape && escape_code(code, number))
            escape = number;
        else if (!escape && code == 0xfffd)
            escape = "\xef\xbf\xbd";
        if (!escape)
            continue;
        fwrite(text.at + written, 1, i - written, stream);
        fputs(escape, stream);
        written = i + size;
    }
    if (written < text.length)
        fwrite(text.at + written, 1, text.length - written, stream);
}
