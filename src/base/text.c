/*
 * Texts with a length, buffers that grow, and UTF-8. Nothing here depends on a locale: manifests
 * are bytes and characters, never words of a language.
 */
#include "base/text.h"
#include "base/memory.h"
#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int text_width(struct text text)
{
    return text.length > INT_MAX ? INT_MAX : (int)text.length;
}

struct text text_of(const char *string)
{
    return (struct text){string, string ? strlen(string) : 0};
}

struct text text_slice(struct text text, size_t from, size_t to)
{
    if (!text.at)
        return (struct text){0};
    if (to > text.length)
        to = text.length;
    if (from > to)
        from = to;
    return (struct text){text.at + from, to - from};
}

static bool text_is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

struct text text_trim(struct text text)
{
    while (text.length && text_is_blank(text.at[text.length - 1]))
        text.length--;
    while (text.length && text_is_blank(*text.at)) {
        text.at++;
        text.length--;
    }
    return text;
}

bool text_equal(struct text a, struct text b)
{
    return a.length == b.length && (!a.length || !memcmp(a.at, b.at, a.length));
}

bool text_is(struct text text, const char *string)
{
    return text_equal(text, text_of(string));
}

bool text_starts(struct text text, struct text start)
{
    return text.length >= start.length && text_equal(text_slice(text, 0, start.length), start);
}

bool text_ends(struct text text, struct text end)
{
    return text.length >= end.length &&
           text_equal(text_slice(text, text.length - end.length, text.length), end);
}

int text_compare(struct text a, struct text b)
{
    size_t common = a.length < b.length ? a.length : b.length;
    int order = common ? memcmp(a.at, b.at, common) : 0;

    return order ? order : (a.length > b.length) - (a.length < b.length);
}

size_t text_find(struct text text, struct text needle, size_t from)
{
    const char *found;

    if (from > text.length || !text.at)
        return SIZE_MAX;
    found = needle.length == 1
                ? memchr(text.at + from, *needle.at, text.length - from)
                : memmem(text.at + from, text.length - from, needle.at, needle.length);
    return found ? (size_t)(found - text.at) : SIZE_MAX;
}

bool text_cut(struct text *rest, char separator, struct text *part)
{
    const char *found;

    if (!rest->at)
        return false;
    found = rest->length ? memchr(rest->at, separator, rest->length) : NULL;
    if (!found) {
        *part = *rest;
        *rest = (struct text){0};
        return true;
    }
    *part = (struct text){rest->at, (size_t)(found - rest->at)};
    *rest = (struct text){found + 1, rest->length - part->length - 1};
    return true;
}

static void buffer_reserve(struct buffer *buffer, size_t more)
{
    size_t wanted = buffer->length + more + 1;

    if (wanted < more)
        memory_out();
    if (wanted <= buffer->capacity)
        return;
    if (wanted < buffer->capacity + buffer->capacity / 2)
        wanted = buffer->capacity + buffer->capacity / 2;
    buffer->at = memory_resize(buffer->at, wanted < 64 ? 64 : wanted);
    buffer->capacity = wanted < 64 ? 64 : wanted;
}

void buffer_add(struct buffer *buffer, struct text text)
{
    buffer_reserve(buffer, text.length);
    if (text.length)
        memcpy(buffer->at + buffer->length, text.at, text.length);
    buffer->length += text.length;
    buffer->at[buffer->length] = '\0';
}

void buffer_byte(struct buffer *buffer, char byte)
{
    buffer_add(buffer, (struct text){&byte, 1});
}

void buffer_vprint(struct buffer *buffer, const char *format, va_list arguments)
{
    va_list again;
    int length;

    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) /* there is no other reason, as no format has wide characters */
        memory_out();
    buffer_reserve(buffer, (size_t)length);
    vsnprintf(buffer->at + buffer->length, (size_t)length + 1, format, arguments);
    buffer->length += (size_t)length;
}

void buffer_print(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    buffer_vprint(buffer, format, arguments);
    va_end(arguments);
}

struct text buffer_text(const struct buffer *buffer)
{
    return (struct text){buffer->at ? buffer->at : "", buffer->length};
}

void buffer_done(struct buffer *buffer)
{
    free(buffer->at);
    *buffer = (struct buffer){0};
}

uint32_t utf8_read(struct text text, size_t *size)
{
    const unsigned char *at = (const unsigned char *)text.at;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = *at < 0x80   ? 1
                    : *at < 0xc2 ? 0
                    : *at < 0xe0 ? 2
                    : *at < 0xf0 ? 3
                    : *at < 0xf5 ? 4
                                 : 0;
    uint32_t code;

    *size = 1;
    if (length == 1)
        return *at;
    if (!length || length > text.length)
        return 0xfffd;
    code = *at & (0xffu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0xfffd;
        code = code << 6 | (at[i] & 0x3fu);
    }
    if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return 0xfffd;
    *size = length;
    return code;
}

size_t utf8_count(struct text text)
{
    size_t count = 0;

    assert(text.at || !text.length);
    for (size_t i = 0, size; i < text.length; i += size, count++)
        utf8_read(text_slice(text, i, text.length), &size);
    return count;
}

bool utf8_steers(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

size_t utf8_write(uint32_t code, char to[4])
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xc0 | code >> 6);
        to[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (char)(0xe0 | code >> 12);
        to[1] = (char)(0x80 | (code >> 6 & 0x3f));
        to[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | code >> 18);
    to[1] = (char)(0x80 | (code >> 12 & 0x3f));
    to[2] = (char)(0x80 | (code >> 6 & 0x3f));
    to[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}
