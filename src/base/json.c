/*
 * JSON out, in one room: nobody else escapes or places commas. Reading JSON is not done here
 * (policies and manifests are read into the node tree).
 */
#include "base/json.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void json_item(struct json *json)
{
    if (json->comma)
        fputc(',', json->stream);
    if (json->line)
        fputc('\n', json->stream);
    json->comma = true;
    json->line = false;
}

void json_begin(struct json *json, char bracket)
{
    json_item(json);
    fputc(bracket, json->stream);
    json->comma = false;
}

void json_end(struct json *json, char bracket)
{
    if (json->line)
        fputc('\n', json->stream);
    fputc(bracket, json->stream);
    json->comma = true;
    json->line = false;
}

void json_line(struct json *json)
{
    json->line = true;
}

static void json_character(FILE *stream, uint32_t code, struct text bytes)
{
    static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";

    for (const char *at = shorts; *at; at += 2)
        if (code == (unsigned char)*at) {
            fputc('\\', stream);
            fputc(at[1], stream);
            return;
        }
    /* JSON reaches terminals, too; and the separators U+2028 and U+2029 break JavaScript. */
    if (utf8_steers(code))
        fprintf(stream, "\\u%04x", (unsigned)code);
    else if (code == 0xfffd)
        fputs("\xef\xbf\xbd", stream);
    else
        fwrite(bytes.at, 1, bytes.length, stream);
}

static bool json_is_plain(unsigned char byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

static void json_quoted(FILE *stream, struct text text)
{
    size_t i = 0, from = 0, size;
    uint32_t code;

    fputc('"', stream);
    while (i < text.length) {
        if (json_is_plain((unsigned char)text.at[i])) {
            i++;
            continue;
        }
        if (i > from)
            fwrite(text.at + from, 1, i - from, stream);
        code = utf8_read(text_slice(text, i, text.length), &size);
        json_character(stream, code, text_slice(text, i, i + size));
        i += size;
        from = i;
    }
    if (i > from)
        fwrite(text.at + from, 1, i - from, stream);
    fputc('"', stream);
}

void json_key_text(struct json *json, struct text key)
{
    json_item(json);
    json_quoted(json->stream, key);
    fputc(':', json->stream);
    json->comma = false;
}

void json_key(struct json *json, const char *key)
{
    json_key_text(json, text_of(key));
}

void json_write_text(struct json *json, struct text text)
{
    json_item(json);
    json_quoted(json->stream, text);
}

void json_write_string(struct json *json, const char *string)
{
    if (string)
        json_write_text(json, text_of(string));
    else
        json_write_null(json);
}

void json_write_raw(struct json *json, struct text value)
{
    json_item(json);
    fwrite(value.at, 1, value.length, json->stream);
}

void json_write_bool(struct json *json, bool value)
{
    json_item(json);
    fputs(value ? "true" : "false", json->stream);
}

void json_write_null(struct json *json)
{
    json_item(json);
    fputs("null", json->stream);
}

void json_write_integer(struct json *json, int64_t value)
{
    json_item(json);
    fprintf(json->stream, "%lld", (long long)value);
}

void json_write_unsigned(struct json *json, uint64_t value)
{
    json_item(json);
    fprintf(json->stream, "%llu", (unsigned long long)value);
}

/* Digits and exponent of the shortest decimal that reads back as VALUE (> 0): value = 0.DIGITS *
 * 10^E. */
static int json_digits(double value, char digits[18])
{
    char text[40];
    char *e;
    size_t count = 0;

    for (int precision = 0; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    e = strchr(text, 'e');
    for (const char *at = text; at < e; at++)
        if (*at != '.')
            digits[count++] = *at;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    digits[count] = '\0';
    return (int)strtol(e + 1, NULL, 10) + 1;
}

void json_number_text(double value, char to[JSON_NUMBER_SIZE])
{
    char digits[18];
    int exponent, count;

    if (value == 0) {
        snprintf(to, JSON_NUMBER_SIZE, signbit(value) ? "-0" : "0");
        return;
    }
    if (value < 0)
        *to++ = '-';
    value = fabs(value);
    exponent = json_digits(value, digits);
    count = (int)strlen(digits);
    if (value < 1e-6 || value >= 1e21)
        sprintf(to, "%c%s%se%c%02d", digits[0], count > 1 ? "." : "", digits + 1,
                exponent > 0 ? '+' : '-', abs(exponent - 1));
    else if (exponent <= 0)
        sprintf(to, "0.%.*s%s", -exponent, "000000", digits);
    else if (exponent >= count)
        sprintf(to, "%s%.*s", digits, exponent - count, "00000000000000000000");
    else
        sprintf(to, "%.*s.%s", exponent, digits, digits + exponent);
    /* encoding/json writes e-7 where C writes e-07 */
    for (char *e = strchr(to, 'e'); e && e[2] == '0' && e[3]; e = NULL)
        memmove(e + 2, e + 3, strlen(e + 3) + 1);
}

void json_write_number(struct json *json, double value)
{
    char text[JSON_NUMBER_SIZE];

    json_item(json);
    json_number_text(value, text);
    fputs(text, json->stream);
}
