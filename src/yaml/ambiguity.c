/*
 * Plain scalars that are read in different ways along one pipeline: go-yaml v2 in kubectl and helm,
 * v3 in kustomize and yq, YAML 1.1 and 1.2 elsewhere, people everywhere. This is asked for every
 * plain scalar, so its first byte sends nearly all of them away. What follows from an ambiguity is
 * for rules to say.
 */
#include "yaml/number.h"
#include "yaml/scalar.h"
#include <math.h>

const char *scalar_ambiguity_name(enum ambiguity ambiguity)
{
    static const char *const names[] = {
        [AMBIGUITY_NONE] = NULL,
        [AMBIGUITY_BOOLEAN] = "boolean",
        [AMBIGUITY_OCTAL] = "octal",
        [AMBIGUITY_NOT_OCTAL] = "not-octal",
        [AMBIGUITY_UNDERSCORE] = "underscore",
        [AMBIGUITY_PREFIX] = "prefix",
        [AMBIGUITY_TRAILING_ZERO] = "trailing-zero",
        [AMBIGUITY_EXPONENT] = "exponent",
        [AMBIGUITY_SEXAGESIMAL] = "sexagesimal",
        [AMBIGUITY_LARGE] = "large",
        [AMBIGUITY_SPECIAL] = "special",
    };

    return names[ambiguity];
}

static bool ambiguity_is_word(struct text text)
{
    static const char words[][4] = {"y",  "Y",  "yes", "Yes", "YES", "n",   "N",   "no",
                                    "No", "NO", "on",  "On",  "ON",  "off", "Off", "OFF"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(text, words[i]))
            return true;
    return false;
}

struct shape {
    size_t sign;
    bool underscore, dot, exponent, colon,
        digits; /* digits: only those, sign and underscores aside */
};

static struct shape ambiguity_shape(struct text text)
{
    struct shape shape = {.sign = *text.at == '-' || *text.at == '+', .digits = true};

    for (size_t i = shape.sign; i < text.length; i++) {
        char c = text.at[i];

        if (c >= '0' && c <= '9')
            continue;
        shape.underscore |= c == '_';
        shape.digits &= c == '_';
        shape.dot |= c == '.';
        shape.colon |= c == ':';
        shape.exponent |= c == 'e' || c == 'E';
    }
    return shape;
}

static enum ambiguity ambiguity_of_integer(struct text text, struct shape shape, struct node *node)
{
    const double exact = 9007199254740992; /* 2^53: from there on a double skips integers */
    char second = text.length > shape.sign + 1 ? text.at[shape.sign + 1] : '0';
    double size = node->type == NODE_INTEGER    ? (double)node->integer
                  : node->type == NODE_UNSIGNED ? (double)node->unsigned_integer
                                                : node->number;

    if (shape.digits && text.at[shape.sign] == '0' && text.length > shape.sign + 1)
        return node->type == NODE_FLOAT ? AMBIGUITY_NOT_OCTAL : AMBIGUITY_OCTAL;
    if ((second | 0x20) == 'b' || (second | 0x20) == 'o')
        return AMBIGUITY_PREFIX;
    return fabs(size) > exact ? AMBIGUITY_LARGE : AMBIGUITY_NONE;
}

static size_t ambiguity_digits(struct text text, size_t i)
{
    while (i < text.length && text.at[i] >= '0' && text.at[i] <= '9')
        i++;
    return i;
}

/* YAML 1.1's [-+]?[1-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?; with the fraction it may begin with 0.
 */
static bool ambiguity_is_sexagesimal(struct text text, size_t sign)
{
    size_t i = sign, parts = 0;
    bool fraction = false;

    if (ambiguity_digits(text, i) == i)
        return false;
    while (i < text.length && ((text.at[i] >= '0' && text.at[i] <= '9') || text.at[i] == '_'))
        i++;
    for (; i < text.length && text.at[i] == ':'; parts++) {
        size_t from = i + 1;

        i = ambiguity_digits(text, from);
        if (i == from || i - from > 2 || (i - from == 2 && text.at[from] > '5'))
            return false;
    }
    if (i < text.length && text.at[i] == '.') {
        fraction = true;
        i = ambiguity_digits(text, i + 1);
    }
    return parts && i == text.length && text.at[sign] >= (fraction ? '0' : '1');
}

/* 12e4567 is too large for Go and so a string, but infinite to others. */
static bool ambiguity_is_huge(struct text text, size_t sign)
{
    size_t e = ambiguity_digits(text, sign);

    return e > sign && e + 1 < text.length && (text.at[e] | 0x20) == 'e' &&
           ambiguity_digits(text, e + 1) == text.length;
}

static enum ambiguity ambiguity_of_number(struct text text)
{
    struct shape shape = ambiguity_shape(text);
    struct node node = {0};
    bool number;

    /* Ports and counts. */
    if (shape.digits && !shape.underscore && !shape.sign && *text.at != '0' && text.length <= 15)
        return AMBIGUITY_NONE;
    if (shape.colon)
        return ambiguity_is_sexagesimal(text, shape.sign) ? AMBIGUITY_SEXAGESIMAL : AMBIGUITY_NONE;
    number =
        *text.at == '.' ? number_read_fraction(NULL, &node, text) : number_read(NULL, &node, text);
    if (!number)
        return ambiguity_is_huge(text, shape.sign) ? AMBIGUITY_EXPONENT : AMBIGUITY_NONE;
    if (shape.underscore)
        return AMBIGUITY_UNDERSCORE;
    if (shape.digits || node.type != NODE_FLOAT)
        return ambiguity_of_integer(text, shape, &node);
    if (shape.exponent)
        return AMBIGUITY_EXPONENT;
    return shape.dot && text.at[text.length - 1] == '0' ? AMBIGUITY_TRAILING_ZERO : AMBIGUITY_NONE;
}

static bool ambiguity_is_special(struct text text)
{
    struct text word = text_slice(text, *text.at == '-' || *text.at == '+', text.length);

    return text_is(word, ".inf") || text_is(word, ".Inf") || text_is(word, ".INF") ||
           (word.length == text.length &&
            (text_is(text, ".nan") || text_is(text, ".NaN") || text_is(text, ".NAN")));
}

enum ambiguity scalar_ambiguity(struct text text)
{
    if (!text.length)
        return AMBIGUITY_NONE;
    switch (*text.at) {
    case 'y':
    case 'Y':
    case 'n':
    case 'N':
    case 'o':
    case 'O':
        return text.length <= 3 && ambiguity_is_word(text) ? AMBIGUITY_BOOLEAN : AMBIGUITY_NONE;
    case '.':
    case '-':
    case '+':
        if (ambiguity_is_special(text))
            return AMBIGUITY_SPECIAL;
        return ambiguity_of_number(text);
    default:
        return *text.at >= '0' && *text.at <= '9' ? ambiguity_of_number(text) : AMBIGUITY_NONE;
    }
}
