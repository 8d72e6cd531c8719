#ifndef KRUG_BASE_TEXT_H
#define KRUG_BASE_TEXT_H

#include "base/attribute.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A run of bytes that somebody else owns. It may hold NULs; at may be NULL only where length is 0.
 */
struct text {
    const char *at;
    size_t length;
};

#define TEXT(literal) ((struct text){"" literal, sizeof(literal) - 1})

/* For printf's %.*s: text_width is capped at INT_MAX. */
#define TEXT_ARGS(text) text_width(text), (text).at ? (text).at : ""
int text_width(struct text text);

/* TEXT of a C string; NULL is the empty text. */
struct text text_of(const char *string);
/* The bytes from FROM up to TO, cut to what is there. */
struct text text_slice(struct text text, size_t from, size_t to);
struct text text_trim(struct text text); /* blanks, tabs and line ends off both ends */

bool text_equal(struct text a, struct text b);
bool text_is(struct text text, const char *string);
bool text_starts(struct text text, struct text start);
bool text_ends(struct text text, struct text end);
/* Byte order; a shorter text comes before a longer one that it begins. */
int text_compare(struct text a, struct text b);
/* Where NEEDLE stands in TEXT from FROM on, or SIZE_MAX. */
size_t text_find(struct text text, struct text needle, size_t from);
/* Cuts the part up to the first SEPARATOR off *REST and answers it; false when *REST is at its end
 * (at == NULL). An empty text has one empty part. */
bool text_cut(struct text *rest, char separator, struct text *part);

/* A text that grows. Zeros are an empty buffer. There is always a NUL behind its bytes once any
 * were added. */
struct buffer {
    char *at;
    size_t length, capacity;
};

void buffer_add(struct buffer *buffer, struct text text);
void buffer_byte(struct buffer *buffer, char byte);
void buffer_print(struct buffer *buffer, const char *format, ...) ATTRIBUTE_FORMAT(2, 3);
void buffer_vprint(struct buffer *buffer, const char *format, va_list arguments)
    ATTRIBUTE_FORMAT(2, 0);
struct text buffer_text(const struct buffer *buffer);
void buffer_done(struct buffer *buffer);

/* The code point at the start of TEXT (length > 0) and its length in bytes in *SIZE; bytes that are
 * not UTF-8 are answered one by one as U+FFFD. */
uint32_t utf8_read(struct text text, size_t *size);
/* How many characters TEXT has: code points, each invalid byte as one. */
size_t utf8_count(struct text text);
/* Whether CODE could steer a terminal or a reader of the line it stands in: C0 and C1 controls,
 * DEL, line and paragraph separators, and marks that turn the direction of the text around them. */
bool utf8_steers(uint32_t code);
/* Writes CODE (at most U+10FFFF) to TO and answers the number of bytes, 1 to 4. */
size_t utf8_write(uint32_t code, char to[4]);

#endif
