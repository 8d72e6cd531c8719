/*
 * Numbers as go-yaml v2 reads them: all underscores out, then Go's ParseInt and ParseUint with base
 * 0 (0x, 0b, 0o, and a leading 0 for octal), then a regular expression and ParseFloat. The order
 * matters: 08 is no octal number and so becomes the float 8. Digits are turned into doubles by
 * strtod; krug never leaves the C locale.
 */
#include "yaml/number.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool number_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* TEXT without underscores and with a NUL behind it, in SCRATCH where it fits. */
static struct text number_plain(struct arena *arena, struct text text,
                                char scratch[NUMBER_SHORT + 1])
{
    char *to = scratch;
    size_t length = 0;

    if (text.length > NUMBER_SHORT) {
        if (!arena)
            return (struct text){0};
        to = arena_get(arena, text.length + 1);
    }
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] != '_')
            to[length++] = text.at[i];
    to[length] = '\0';
    return (struct text){to, length};
}

static unsigned number_digit(char c)
{
    if (number_is_digit(c))
        return (unsigned)(c - '0');
    c |= 0x20;
    return c >= 'a' && c <= 'z' ? (unsigned)(c - 'a') + 10 : 99;
}

/* strconv.ParseUint(text, base, 64); base 0 looks at the prefix. */
static bool number_unsigned(struct text text, unsigned base, uint64_t *value)
{
    size_t i = 0;

    if (!text.length)
        return false;
    if (!base) {
        char prefix = text.length > 2 && text.at[0] == '0' ? (char)(text.at[1] | 0x20) : ' ';

        base = prefix == 'x' ? 16 : prefix == 'b' ? 2 : prefix == 'o' ? 8 : 10;
        if (base != 10) {
            i = 2;
        } else if (text.at[0] == '0') {
            base = 8;
            i = 1;
        }
    }
    *value = 0;
    for (; i < text.length; i++) {
        unsigned digit = number_digit(text.at[i]);

        if (digit >= base || *value > (UINT64_MAX - digit) / base)
            return false;
        *value = *value * base + digit;
    }
    return true;
}

/* strconv.ParseInt(text, base, 64). */
static bool number_signed(struct text text, unsigned base, int64_t *value)
{
    bool negative = text.length && *text.at == '-';
    uint64_t size;

    if (text.length && (negative || *text.at == '+'))
        text = text_slice(text, 1, text.length);
    if (!number_unsigned(text, base, &size) || size > (uint64_t)INT64_MAX + negative)
        return false;
    *value = negative ? (int64_t)-size : (int64_t)size;
    return true;
}

static size_t number_digits(struct text text, size_t i)
{
    while (i < text.length && number_is_digit(text.at[i]))
        i++;
    return i;
}

/* ^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$ */
static bool number_is_float(struct text text)
{
    size_t i = text.length && (*text.at == '-' || *text.at == '+'), from = i;

    i = number_digits(text, i);
    if (i < text.length && text.at[i] == '.') {
        size_t dot = i;

        i = number_digits(text, i + 1);
        if (dot == from && i == dot + 1)
            return false;
    } else if (i == from) {
        return false;
    }
    if (i < text.length && (text.at[i] | 0x20) == 'e') {
        i++;
        if (i < text.length && (text.at[i] == '-' || text.at[i] == '+'))
            i++;
        from = i;
        i = number_digits(text, i);
        if (i == from)
            return false;
    }
    return i == text.length;
}

/* ParseFloat of a text that number_is_float let through; what is too large is no number. */
static bool number_float(struct node *node, struct text text)
{
    double value = strtod(text.at, NULL);

    if (isinf(value))
        return false;
    node->type = NODE_FLOAT;
    node->number = value;
    return true;
}

static bool number_integer(struct node *node, struct text text, unsigned base)
{
    if (number_signed(text, base, &node->integer)) {
        node->type = NODE_INTEGER;
        return true;
    }
    if (number_unsigned(text, base, &node->unsigned_integer)) {
        node->type = NODE_UNSIGNED;
        return true;
    }
    return false;
}

/* go-yaml's own reading of 0b, which Go's covers but for a sign behind the prefix. */
static bool number_binary(struct node *node, struct text text)
{
    return text_starts(text, TEXT("0b")) &&
           number_integer(node, text_slice(text, 2, text.length), 2);
}

bool number_read(struct arena *arena, struct node *node, struct text text)
{
    char scratch[NUMBER_SHORT + 1];
    struct text plain;

    /* A port or a count: most numbers need no more than this. */
    if (text.length <= 18 && (*text.at != '0' || text.length == 1) &&
        number_digits(text, 0) == text.length) {
        node->type = NODE_INTEGER;
        node->integer = 0;
        for (size_t i = 0; i < text.length; i++)
            node->integer = node->integer * 10 + (text.at[i] - '0');
        return true;
    }
    plain = number_plain(arena, text, scratch);
    if (!plain.length)
        return false;
    return number_integer(node, plain, 0) ||
           (number_is_float(plain) && number_float(node, plain)) || number_binary(node, plain);
}

bool number_read_fraction(struct arena *arena, struct node *node, struct text text)
{
    char scratch[NUMBER_SHORT + 1];
    struct text plain;

    /* Here Go's own rule for underscores holds: each stands between two digits. */
    for (size_t i = 0; i < text.length; i++)
        if (text.at[i] == '_' && (!i || !number_is_digit(text.at[i - 1]) || i + 1 == text.length ||
                                  !number_is_digit(text.at[i + 1])))
            return false;
    plain = number_plain(arena, text, scratch);
    return plain.length && number_is_float(plain) && number_float(node, plain);
}

void number_write_short(double value, char to[24])
{
    float narrow = (float)value;
    int precision = 0, exponent;

    if (isnan(narrow) || isinf(narrow)) {
        snprintf(to, 24, "%s", isnan(narrow) ? ".nan" : narrow < 0 ? "-.inf" : ".inf");
        return;
    }
    do
        snprintf(to, 24, "%.*e", precision, (double)narrow);
    while (strtof(to, NULL) != narrow && precision++ < 8);
    exponent = (int)strtol(strchr(to, 'e') + 1, NULL, 10);
    /* Go's shortest 'g' turns to exponents below -4 and from 21 on for float64, but from 6 on here.
     */
    if (exponent >= -4 && exponent < 6)
        snprintf(to, 24, "%.*f", precision > exponent ? precision - exponent : 0, (double)narrow);
}
