/*
 * JSON as Go's encoding/json reads it: a file that begins with { is tried as a stream of JSON
 * values before it is read as YAML. The difference matters: tabs, pairs of surrogates, long keys
 * and 1.0 as a float are JSON's alone. It goes into the same tree. No recursion; reasons are worded
 * as Go's.
 */
#include "yaml/build.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct json_reader {
    struct build *build;
    struct text text;
    uint32_t at;
    bool limited; /* refused for a limit, not for its syntax */
};

static bool json_fail(struct json_reader *reader, uint32_t at, const char *where)
{
    unsigned char c;

    if (at >= reader->text.length)
        return build_refuse_at(reader->build, at, "unexpected end of JSON input");
    c = (unsigned char)reader->text.at[at];
    if (c == '\'')
        return build_refuse_at(reader->build, at, "invalid character '\\'' %s", where);
    if (c > ' ' && c < 0x7f)
        return build_refuse_at(reader->build, at, "invalid character '%c' %s", c, where);
    return build_refuse_at(reader->build, at, "invalid character '\\x%02x' %s", c, where);
}

static char json_byte(const struct json_reader *reader)
{
    return reader->at < reader->text.length ? reader->text.at[reader->at] : '\0';
}

/* What is next behind blanks; NUL at the end. */
static char json_skip(struct json_reader *reader)
{
    for (;; reader->at++) {
        char c = json_byte(reader);

        if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
            return c;
    }
}

/* The code of \uXXXX at AT, or -1. */
static int json_escape(struct text text, size_t at)
{
    int code = 0;

    if (at + 6 > text.length || text.at[at] != '\\' || text.at[at + 1] != 'u')
        return -1;
    for (size_t i = at + 2; i < at + 6; i++) {
        char c = text.at[i];
        char letter = (char)(c | 0x20);

        if (c >= '0' && c <= '9')
            code = code * 16 + (c - '0');
        else if (letter >= 'a' && letter <= 'f')
            code = code * 16 + (letter - 'a' + 10);
        else
            return -1;
    }
    return code;
}

/* Writes what the escape at *AT stands for; false where it is none. Half a pair becomes U+FFFD. */
static bool json_unescape(struct text text, size_t *at, struct buffer *buffer)
{
    static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    char next = *at + 1 < text.length ? text.at[*at + 1] : '\0', to[4];
    const char *found = next ? strchr(names, next) : NULL;
    int code = json_escape(text, *at), low;

    if (found) {
        buffer_byte(buffer, bytes[found - names]);
        *at += 2;
        return true;
    }
    if (code < 0)
        return false;
    *at += 6;
    if (code >= 0xd800 && code < 0xe000) {
        low = json_escape(text, *at);
        if (code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            *at += 6;
        } else {
            code = 0xfffd;
        }
    }
    buffer_add(buffer, (struct text){to, utf8_write((uint32_t)code, to)});
    return true;
}

/* A string with escapes or other than ASCII, between its quotes. */
static bool json_decode(struct json_reader *reader, struct text quoted, struct text *text)
{
    struct buffer buffer = {0};
    uint32_t start = (uint32_t)(quoted.at - reader->text.at);
    bool good = true;
    char to[4];

    for (size_t i = 0, size; good && i < quoted.length;) {
        if (quoted.at[i] == '\\') {
            good = json_unescape(quoted, &i, &buffer);
            if (!good)
                json_fail(reader, start + (uint32_t)i + 1, "in string escape code");
        } else {
            uint32_t code = utf8_read(text_slice(quoted, i, quoted.length), &size);

            buffer_add(&buffer, (struct text){to, utf8_write(code, to)});
            i += size;
        }
    }
    *text = arena_copy(reader->build->arena, buffer_text(&buffer));
    buffer_done(&buffer);
    return good;
}

/* The string whose quote is next. */
static bool json_string(struct json_reader *reader, struct text *text)
{
    uint32_t start = ++reader->at;
    bool simple = true;

    for (;; reader->at++) {
        unsigned char c = (unsigned char)json_byte(reader);

        if (c == '"')
            break;
        if (c < 0x20)
            return json_fail(reader, reader->at, "in string literal");
        simple &= c < 0x80 && c != '\\';
        reader->at += c == '\\' && reader->at + 1 < reader->text.length;
    }
    *text = text_slice(reader->text, start, reader->at++);
    if (!simple)
        return json_decode(reader, *text, text);
    *text = arena_copy(reader->build->arena, *text);
    return true;
}

static void json_digits(struct json_reader *reader)
{
    while (json_byte(reader) >= '0' && json_byte(reader) <= '9')
        reader->at++;
}

/* -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?; INTEGER: without the last two. */
static bool json_scan_number(struct json_reader *reader, bool *integer)
{
    uint32_t from;

    reader->at += json_byte(reader) == '-';
    from = reader->at;
    if (json_byte(reader) == '0')
        reader->at++;
    else
        json_digits(reader);
    if (reader->at == from)
        return json_fail(reader, from, "in numeric literal");
    *integer = true;
    if (json_byte(reader) == '.') {
        from = ++reader->at;
        *integer = false;
        json_digits(reader);
        if (reader->at == from)
            return json_fail(reader, from, "after decimal point in numeric literal");
    }
    if ((json_byte(reader) | 0x20) == 'e') {
        reader->at++;
        *integer = false;
        reader->at += json_byte(reader) == '-' || json_byte(reader) == '+';
        from = reader->at;
        json_digits(reader);
        if (reader->at == from)
            return json_fail(reader, from, "in exponent of numeric literal");
    }
    return true;
}

static bool json_number_value(struct json_reader *reader, struct node *node)
{
    const char *digits;
    bool integer = false;

    if (!json_scan_number(reader, &integer))
        return false;
    digits = arena_copy(reader->build->arena, text_slice(reader->text, node->start, reader->at)).at;
    errno = 0;
    if (integer) {
        node->type = NODE_INTEGER;
        node->integer = strtoll(digits, NULL, 10);
        if (!errno)
            return true;
        errno = 0;
        node->type = NODE_UNSIGNED;
        node->unsigned_integer = strtoull(digits, NULL, 10);
        if (!errno && *digits != '-')
            return true;
    }
    node->type = NODE_FLOAT;
    node->number = strtod(digits, NULL);
    if (isfinite(node->number))
        return true;
    reader->limited = true;
    return build_refuse(reader->build, node->start, reader->at, "number out of range");
}

static bool json_literal(struct json_reader *reader, struct node *node)
{
    static const struct {
        const char *text;
        enum node_type type;
        bool value;
    } literals[] = {
        {"true", NODE_BOOL, true}, {"false", NODE_BOOL, false}, {"null", NODE_NULL, false}};
    char where[64];

    for (size_t i = 0; i < sizeof literals / sizeof *literals; i++) {
        if (json_byte(reader) != *literals[i].text)
            continue;
        for (const char *at = literals[i].text; *at; at++, reader->at++)
            if (json_byte(reader) != *at) {
                snprintf(where, sizeof where, "in literal %s (expecting '%c')", literals[i].text,
                         *at);
                return json_fail(reader, reader->at, where);
            }
        node->type = (uint8_t)literals[i].type;
        node->boolean = literals[i].value;
        return true;
    }
    return json_fail(reader, reader->at, "looking for beginning of value");
}

/* The scalar that begins here. */
static bool json_scalar(struct json_reader *reader)
{
    char c = json_byte(reader);
    struct node *node = build_value(reader->build, reader->at);
    bool good;

    if (!node) {
        reader->limited = true;
        return false;
    }
    if (c == '"') {
        node->type = NODE_STRING;
        node->style = STYLE_DOUBLE_QUOTED;
        good = json_string(reader, &node->text);
    } else if (c == '-' || (c >= '0' && c <= '9')) {
        good = json_number_value(reader, node);
    } else {
        good = json_literal(reader, node);
    }
    node->end = reader->at;
    return good;
}

static bool json_open(struct json_reader *reader, enum node_type type)
{
    struct node *node = build_value(reader->build, reader->at);

    if (node) {
        reader->at++;
        node->type = (uint8_t)type;
        node->style = STYLE_FLOW;
        if (build_open(reader->build, node, NULL))
            return true;
    }
    reader->limited = true;
    return false;
}

static bool json_close(struct json_reader *reader)
{
    reader->at++;
    return build_close(reader->build, reader->at);
}

static bool json_key_value(struct json_reader *reader)
{
    uint32_t start = reader->at;
    struct text key = {0};

    if (json_byte(reader) != '"')
        return json_fail(reader, start, "looking for beginning of object key string");
    if (!json_string(reader, &key))
        return false;
    if (!build_key(reader->build, key, start, reader->at, STYLE_DOUBLE_QUOTED)) {
        reader->limited = true;
        return false;
    }
    if (json_skip(reader) != ':')
        return json_fail(reader, reader->at, "after object key");
    reader->at++;
    return true;
}

/* Behind a value: closes what ends here and goes on to the next value, or to the end of all. */
static bool json_go_on(struct json_reader *reader)
{
    while (reader->build->depth) {
        bool is_map = build_top(reader->build)->node->type == NODE_MAP;
        char c = json_skip(reader);

        if (c == ',') {
            reader->at++;
            json_skip(reader);
            return !is_map || json_key_value(reader);
        }
        if (c != (is_map ? '}' : ']'))
            return json_fail(reader, reader->at,
                             is_map ? "after object key:value pair" : "after array element");
        if (!json_close(reader))
            return false;
    }
    return true;
}

static bool json_step(struct json_reader *reader)
{
    char c = json_skip(reader);

    if (c != '{' && c != '[')
        return json_scalar(reader) && json_go_on(reader);
    if (!json_open(reader, c == '{' ? NODE_MAP : NODE_LIST))
        return false;
    if (json_skip(reader) == (c == '{' ? '}' : ']'))
        return json_close(reader) && json_go_on(reader);
    return c == '[' || json_key_value(reader);
}

enum json_result json_read(struct build *build, uint32_t *position)
{
    struct json_reader reader = {.build = build, .text = build->text, .at = *position};
    uint32_t start;

    json_skip(&reader);
    start = reader.at;
    if (start >= build->text.length)
        return JSON_END;
    do {
        if (!json_step(&reader))
            return reader.limited ? JSON_REFUSED : JSON_BROKEN;
        if (reader.at - start > LOAD_DOCUMENT_MAX) {
            build->document->too_large = true;
            build_refuse(build, start, start + 1, "larger than %d MiB", LOAD_DOCUMENT_MAX >> 20);
            return JSON_REFUSED;
        }
    } while (build->depth);
    build->document->start = start;
    build->document->end = *position = reader.at;
    return JSON_VALUE;
}
