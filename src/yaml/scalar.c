/*
 * What a scalar is to Kubernetes: go-yaml v2's resolve.go, then sigs.k8s.io/yaml's turning of keys
 * into strings. The first byte decides whether anything but a string is possible, so that most
 * scalars cost one look into a table. Tags never run anything: a tag that is not known makes a
 * string.
 *
 * How other readers see the same text is told in ambiguity.c.
 */
#include "yaml/scalar.h"
#include "yaml/number.h"
#include <inttypes.h>
#include <math.h>
#include <string.h>

enum hint { HINT_STRING, HINT_WORD, HINT_DOT, HINT_NUMBER };

static const uint8_t scalar_hints[256] = {
    ['y'] = HINT_WORD,   ['Y'] = HINT_WORD,   ['n'] = HINT_WORD,   ['N'] = HINT_WORD,
    ['t'] = HINT_WORD,   ['T'] = HINT_WORD,   ['f'] = HINT_WORD,   ['F'] = HINT_WORD,
    ['o'] = HINT_WORD,   ['O'] = HINT_WORD,   ['~'] = HINT_WORD,   ['.'] = HINT_DOT,
    ['+'] = HINT_NUMBER, ['-'] = HINT_NUMBER, ['0'] = HINT_NUMBER, ['1'] = HINT_NUMBER,
    ['2'] = HINT_NUMBER, ['3'] = HINT_NUMBER, ['4'] = HINT_NUMBER, ['5'] = HINT_NUMBER,
    ['6'] = HINT_NUMBER, ['7'] = HINT_NUMBER, ['8'] = HINT_NUMBER, ['9'] = HINT_NUMBER,
};

/* Exactly these spellings; yEs and nULL are strings. In order of length. */
static const struct word {
    char text[6];
    uint8_t type;
    double value;
} scalar_words[] = {
    {"~", NODE_NULL, 0},
    {"y", NODE_BOOL, 1},
    {"Y", NODE_BOOL, 1},
    {"n", NODE_BOOL, 0},
    {"N", NODE_BOOL, 0},
    {"no", NODE_BOOL, 0},
    {"No", NODE_BOOL, 0},
    {"NO", NODE_BOOL, 0},
    {"on", NODE_BOOL, 1},
    {"On", NODE_BOOL, 1},
    {"ON", NODE_BOOL, 1},
    {"yes", NODE_BOOL, 1},
    {"Yes", NODE_BOOL, 1},
    {"YES", NODE_BOOL, 1},
    {"off", NODE_BOOL, 0},
    {"Off", NODE_BOOL, 0},
    {"OFF", NODE_BOOL, 0},
    {"true", NODE_BOOL, 1},
    {"True", NODE_BOOL, 1},
    {"TRUE", NODE_BOOL, 1},
    {"null", NODE_NULL, 0},
    {"Null", NODE_NULL, 0},
    {"NULL", NODE_NULL, 0},
    {".nan", NODE_FLOAT, NAN},
    {".NaN", NODE_FLOAT, NAN},
    {".NAN", NODE_FLOAT, NAN},
    {".inf", NODE_FLOAT, INFINITY},
    {".Inf", NODE_FLOAT, INFINITY},
    {".INF", NODE_FLOAT, INFINITY},
    {"false", NODE_BOOL, 0},
    {"False", NODE_BOOL, 0},
    {"FALSE", NODE_BOOL, 0},
    {"+.inf", NODE_FLOAT, INFINITY},
    {"+.Inf", NODE_FLOAT, INFINITY},
    {"+.INF", NODE_FLOAT, INFINITY},
    {"-.inf", NODE_FLOAT, -INFINITY},
    {"-.Inf", NODE_FLOAT, -INFINITY},
    {"-.INF", NODE_FLOAT, -INFINITY},
};

static bool scalar_word(struct node *node, struct text text)
{
    /* The first word of each length, and one past the last. */
    static const uint8_t first[] = {0, 0, 5, 11, 17, 29, 38};

    if (text.length > 5)
        return false;
    for (size_t i = first[text.length]; i < first[text.length + 1]; i++) {
        const struct word *word = &scalar_words[i];

        if (*word->text != *text.at || memcmp(word->text, text.at, text.length))
            continue;
        node->type = word->type;
        if (word->type == NODE_BOOL)
            node->boolean = word->value != 0;
        else if (word->type == NODE_FLOAT)
            node->number = word->value;
        return true;
    }
    return false;
}

static void scalar_string(struct node *node, struct text text)
{
    node->type = NODE_STRING;
    node->text = text;
}

bool scalar_is_string(struct text text)
{
    return text.length && scalar_hints[(unsigned char)*text.at] == HINT_STRING;
}

/* As resolve("", text): never refuses. */
static void scalar_plain(struct arena *arena, struct node *node, struct text text)
{
    enum hint hint = text.length ? scalar_hints[(unsigned char)*text.at] : HINT_WORD;

    if (!text.length)
        node->type = NODE_NULL;
    else if (hint == HINT_STRING ||
             (!scalar_word(node, text) &&
              !(hint == HINT_NUMBER && number_read(arena, node, text)) &&
              !(hint == HINT_DOT && number_read_fraction(arena, node, text))))
        scalar_string(node, text);
}

static bool scalar_count(struct text text, size_t *at, size_t least, size_t most, unsigned *value)
{
    size_t from = *at;

    *value = 0;
    while (*at < text.length && *at - from < most && text.at[*at] >= '0' && text.at[*at] <= '9')
        *value = *value * 10 + (unsigned)(text.at[(*at)++] - '0');
    return *at - from >= least;
}

static bool scalar_take(struct text text, size_t *at, char byte)
{
    if (*at >= text.length || text.at[*at] != byte)
        return false;
    ++*at;
    return true;
}

/* "15:4:5.999", and with ZONED also "Z" or "-07:00". */
static bool scalar_is_time(struct text text, size_t at, bool zoned)
{
    unsigned hour, minute, second;

    if (!scalar_count(text, &at, 1, 2, &hour) || !scalar_take(text, &at, ':') ||
        !scalar_count(text, &at, 1, 2, &minute) || !scalar_take(text, &at, ':') ||
        !scalar_count(text, &at, 1, 2, &second) || hour > 23 || minute > 59 || second > 59)
        return false;
    if (at < text.length && (text.at[at] == '.' || text.at[at] == ',')) {
        at++;
        if (!scalar_count(text, &at, 1, SIZE_MAX, &second))
            return false;
    }
    if (!zoned || scalar_take(text, &at, 'Z'))
        return at == text.length;
    if (!scalar_take(text, &at, '+') && !scalar_take(text, &at, '-'))
        return false;
    return scalar_count(text, &at, 2, 2, &hour) && scalar_take(text, &at, ':') &&
           scalar_count(text, &at, 2, 2, &minute) && hour <= 24 && minute <= 60 &&
           at == text.length;
}

/* The four layouts that go-yaml tries. Only a tag asks: what looks like a time stays a string. */
static bool scalar_is_timestamp(struct text text)
{
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    unsigned year, month, day;
    size_t at = 0;
    bool leap;

    if (!scalar_count(text, &at, 4, 4, &year) || !scalar_take(text, &at, '-') ||
        !scalar_count(text, &at, 1, 2, &month) || !scalar_take(text, &at, '-') ||
        !scalar_count(text, &at, 1, 2, &day))
        return false;
    leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (month < 1 || month > 12 || day < 1 || day > days[month - 1] + (leap && month == 2))
        return false;
    if (at == text.length)
        return true;
    if (scalar_take(text, &at, ' '))
        return scalar_is_time(text, at, false);
    return (scalar_take(text, &at, 'T') || scalar_take(text, &at, 't')) &&
           scalar_is_time(text, at, true);
}

static int scalar_base64_digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *found = c ? strchr(digits, c) : NULL;

    return found ? (int)(found - digits) : -1;
}

/* As Go's base64.StdEncoding: line ends are skipped, padding is due, bits left over are not looked
 * at. */
static bool scalar_base64(struct arena *arena, struct text text, struct text *result)
{
    char *to = arena_get(arena, text.length / 4 * 3 + 4);
    size_t written = 0, count = 0, padding = 0;
    uint32_t bits = 0;

    for (size_t i = 0; i < text.length; i++) {
        int digit = scalar_base64_digit(text.at[i]);

        if (text.at[i] == '\n' || text.at[i] == '\r')
            continue;
        if (text.at[i] == '=' && count % 4 + padding >= 2 && padding < 2 && count % 4)
            padding++;
        else if (digit < 0 || padding)
            return false;
        else
            count++;
        bits = bits << 6 | (uint32_t)(digit < 0 ? 0 : digit);
        if ((count + padding) % 4)
            continue;
        for (size_t byte = 0; byte < 3 - padding; byte++)
            to[written++] = (char)(bits >> (16 - 8 * byte) & 0xff);
        bits = 0;
    }
    *result = (struct text){to, written};
    return (count + padding) % 4 == 0;
}

/* What json.Marshal makes of bytes that are not UTF-8. */
static struct text scalar_clean(struct arena *arena, struct text text)
{
    struct buffer buffer = {0};
    struct text clean;
    char code[4];
    size_t size;

    for (size_t i = 0; i < text.length; i += size) {
        uint32_t read = utf8_read(text_slice(text, i, text.length), &size);

        buffer_add(&buffer, (struct text){code, utf8_write(read, code)});
    }
    clean = arena_copy(arena, buffer_text(&buffer));
    buffer_done(&buffer);
    return clean;
}

static const char *scalar_type_tag(const struct node *node)
{
    switch ((enum node_type)node->type) {
    case NODE_NULL:
        return "null";
    case NODE_BOOL:
        return "bool";
    case NODE_INTEGER:
    case NODE_UNSIGNED:
        return "int";
    case NODE_FLOAT:
        return "float";
    default:
        return "str";
    }
}

static const char *scalar_tagged(struct arena *arena, struct node *node, struct text text,
                                 const char *tag)
{
    const char *type;

    if (!strcmp(tag, "binary")) {
        if (!scalar_base64(arena, text, &text))
            return "!!binary value contains invalid base64 data";
        text = scalar_clean(arena, text);
    }
    if (strcmp(tag, "bool") && strcmp(tag, "int") && strcmp(tag, "float") && strcmp(tag, "null") &&
        strcmp(tag, "timestamp")) {
        scalar_string(node, text);
        return NULL;
    }
    if (!strcmp(tag, "timestamp") && scalar_is_timestamp(text)) {
        scalar_string(node, text);
        return NULL;
    }
    scalar_plain(arena, node, text);
    type = scalar_type_tag(node);
    if (!strcmp(type, tag))
        return NULL;
    if (!strcmp(tag, "float") && node->type == NODE_INTEGER) {
        node->type = NODE_FLOAT;
        node->number = (double)node->integer;
        return NULL;
    }
    return arena_print(arena, "cannot decode !!%s `%.*s` as a !!%s", type, TEXT_ARGS(text), tag).at;
}

const char *scalar_resolve(struct arena *arena, struct node *node, struct text text, bool plain,
                           const char *tag)
{
    static const char prefix[] = "tag:yaml.org,2002:";

    if (tag && !strncmp(tag, prefix, sizeof prefix - 1))
        return scalar_tagged(arena, node, text, tag + sizeof prefix - 1);
    if (plain && !tag)
        scalar_plain(arena, node, text);
    else
        scalar_string(node, text);
    return NULL;
}

struct text scalar_key(struct arena *arena, const struct node *node, struct text text,
                       const char **error)
{
    char number[24];

    switch ((enum node_type)node->type) {
    case NODE_STRING:
        return node->text;
    case NODE_BOOL:
        return node->boolean ? TEXT("true") : TEXT("false");
    case NODE_INTEGER:
        return arena_print(arena, "%" PRId64, node->integer);
    case NODE_FLOAT:
        number_write_short(node->number, number);
        return arena_copy(arena, text_of(number));
    case NODE_UNSIGNED:
        *error = arena_print(arena, "unsupported map key: %.*s is above the largest 64-bit integer",
                             TEXT_ARGS(text))
                     .at;
        return (struct text){0};
    case NODE_NULL:
        *error = "unsupported map key: null";
        return (struct text){0};
    default:
        *error = node->type == NODE_MAP ? "invalid map key: a map" : "invalid map key: a list";
        return (struct text){0};
    }
}
