/*
 * The tools with which a policy.yaml is read: what a value must be, and what is said where it is
 * something else. A value is never guessed at: what is not of the right type is told, with what to
 * write instead, and left out.
 */
#include "policy/reader.h"
#include "base/near.h"

/* A hundred years: who wants more wants no bound. */
enum { READER_DAYS_MAX = 36500 };

struct span reader_span(struct reader *reader, size_t start, size_t end)
{
    return source_span(&reader->policy->source, start, end);
}

static void reader_tell(struct reader *reader, size_t start, const char *format, va_list arguments)
    ATTRIBUTE_FORMAT(3, 0);

static void reader_tell(struct reader *reader, size_t start, const char *format, va_list arguments)
{
    struct span span = reader_span(reader, start, start);
    struct buffer buffer = {0};

    buffer_vprint(&buffer, format, arguments);
    problems_add(reader->policies->problems, reader->policy->path, span.line, span.column, "%.*s",
                 TEXT_ARGS(buffer_text(&buffer)));
    buffer_done(&buffer);
}

void reader_problem_at(struct reader *reader, size_t start, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    reader_tell(reader, start, format, arguments);
    va_end(arguments);
}

void reader_problem(struct reader *reader, const struct node *node, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    reader_tell(reader, node->start, format, arguments);
    va_end(arguments);
}

void reader_problem_key(struct reader *reader, const struct node *value, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    reader_tell(reader, value->key_start, format, arguments);
    va_end(arguments);
}

struct text reader_source(const struct reader *reader, const struct node *node)
{
    return text_slice(reader->policy->source.text, node->start, node->end);
}

static const char *reader_article(const struct node *node)
{
    return node->type == NODE_NULL     ? "nothing"
           : node->type == NODE_MAP    ? "a map"
           : node->type == NODE_LIST   ? "a list"
           : node->type == NODE_STRING ? "a string"
           : node->type == NODE_BOOL   ? "a boolean"
                                       : "a number";
}

bool reader_map(struct reader *reader, const struct node *node, const char *what)
{
    if (node->type == NODE_MAP)
        return true;
    reader_problem(reader, node, "%s must be a map, and this is %s", what, reader_article(node));
    return false;
}

bool reader_list(struct reader *reader, const struct node *node, const char *what)
{
    if (node->type == NODE_LIST)
        return true;
    reader_problem(reader, node, "%s must be a list, and this is %s", what, reader_article(node));
    return false;
}

bool reader_string(struct reader *reader, const struct node *node, const char *what,
                   struct text *text)
{
    struct text source = reader_source(reader, node);

    *text = node_text(node);
    if (text->length)
        return true;
    if (text->at)
        reader_problem(reader, node, "%s is empty", what);
    else if (node->type == NODE_MAP || node->type == NODE_LIST || node->type == NODE_NULL)
        reader_problem(reader, node, "%s must be a string, and this is %s", what,
                       reader_article(node));
    else
        reader_problem(reader, node, "%s must be a string, and `%.*s` is %s: write \"%.*s\"", what,
                       TEXT_ARGS(source), reader_article(node), TEXT_ARGS(source));
    *text = (struct text){0};
    return false;
}

bool reader_strings(struct reader *reader, const struct node *node, const char *what,
                    bool (*check)(struct reader *, const struct node *, struct text),
                    struct text **texts, size_t *count)
{
    const struct node *item = node->type == NODE_LIST ? node->first : node;
    bool right = true;

    *count = 0;
    *texts = arena_get(&reader->policy->arena,
                       (node->type == NODE_LIST ? node->count : 1) * sizeof **texts);
    if (!item)
        reader_problem(reader, node, "%s is an empty list", what);
    for (; item; item = node->type == NODE_LIST ? item->next : NULL) {
        struct text text;

        if (reader_string(reader, item, what, &text) && (!check || check(reader, item, text)))
            (*texts)[(*count)++] = text;
        else
            right = false;
    }
    return right && *count;
}

bool reader_globs(struct reader *reader, const struct node *node, const char *what,
                  bool (*check)(struct reader *, const struct node *, struct text),
                  struct globs *globs)
{
    return reader_strings(reader, node, what, check, &globs->items, &globs->count);
}

bool reader_pairs(struct reader *reader, const struct node *node, const char *what,
                  struct pair **pairs, size_t *count)
{
    *count = 0;
    if (!reader_map(reader, node, what))
        return false;
    if (!node->first)
        reader_problem(reader, node, "%s is an empty map", what);
    *pairs = arena_get(&reader->policy->arena, node->count * sizeof **pairs);
    for (const struct node *value = node->first; value; value = value->next) {
        struct text source = reader_source(reader, value);

        if (value->type == NODE_STRING)
            (*pairs)[(*count)++] = (struct pair){value->key, value->text};
        else if (value->type == NODE_MAP || value->type == NODE_LIST || value->type == NODE_NULL)
            reader_problem(reader, value, "a label's value must be a string, and this is %s",
                           reader_article(value));
        else
            reader_problem(reader, value,
                           "a label's value must be a string, and `%.*s` is %s: write \"%.*s\"",
                           TEXT_ARGS(source), reader_article(value), TEXT_ARGS(source));
    }
    return *count == node->count && *count;
}

/* What people know from other tools' globs and would wait for in vain. */
static const char *reader_glob_fault(struct text glob)
{
    size_t brace = text_find(glob, TEXT("{"), 0);

    if (glob.at[0] == '!')
        return "a glob cannot be negated: list what it shall leave out under `exclude`";
    if (glob.at[0] == '/')
        return "a path is relative to the directory that holds .policy/: leave the first `/` out";
    if (text_starts(glob, TEXT("./")))
        return "a path is relative to the directory that holds .policy/: leave `./` out";
    if (text_is(glob, "..") || text_starts(glob, TEXT("../")) || text_ends(glob, TEXT("/..")) ||
        text_find(glob, TEXT("/../"), 0) != SIZE_MAX)
        return "a path cannot lead out of the directory that holds .policy/";
    if (glob.at[glob.length - 1] == '/')
        return "this is a directory and matches no file: write `**` behind it";
    if (brace != SIZE_MAX && text_find(glob, TEXT(","), brace) != SIZE_MAX)
        return "braces mean nothing in a glob: write one glob for each";
    return NULL;
}

bool reader_path_glob(struct reader *reader, const struct node *node, struct text glob)
{
    const char *fault = reader_glob_fault(glob);

    if (fault)
        reader_problem(reader, node, "`%.*s`: %s", TEXT_ARGS(glob), fault);
    return !fault;
}

static void reader_unknown(struct reader *reader, const struct node *value, const char *what,
                           const struct reader_key *keys, size_t count)
{
    struct buffer all = {0};
    struct near near;

    near_init(&near, value->key);
    for (size_t i = 0; i < count; i++) {
        near_offer(&near, text_of(keys[i].name));
        buffer_print(&all, "%s%s", !i ? "" : i + 1 < count ? ", " : " and ", keys[i].name);
    }
    if (near.best.at)
        reader_problem_key(reader, value, "unknown key `%.*s`; did you mean `%.*s`?",
                           TEXT_ARGS(value->key), TEXT_ARGS(near.best));
    else
        reader_problem_key(reader, value, "unknown key `%.*s`: %s may have %.*s",
                           TEXT_ARGS(value->key), what, TEXT_ARGS(buffer_text(&all)));
    buffer_done(&all);
}

void reader_keys(struct reader *reader, const struct node *map, const char *what,
                 const struct reader_key *keys, size_t count, void *to)
{
    for (const struct node *value = map->first; value; value = value->next) {
        size_t i = 0;

        while (i < count && !text_is(value->key, keys[i].name))
            i++;
        if (i == count)
            reader_unknown(reader, value, what, keys, count);
        else
            keys[i].read(reader, value, to);
    }
}

bool reader_date(struct reader *reader, const struct node *value, bool never, date_t *date)
{
    struct text text = value->type == NODE_STRING ? value->text : reader_source(reader, value);

    *date = date_read(text);
    if (*date || (never && text_is(text, "never")))
        return true;
    if (value->type == NODE_MAP || value->type == NODE_LIST || value->type == NODE_NULL)
        reader_problem(reader, value, "`%.*s` must be a day (YYYY-MM-DD), and this is %s",
                       TEXT_ARGS(value->key), reader_article(value));
    else
        reader_problem(reader, value, "`%.*s` is no day: write YYYY-MM-DD%s", TEXT_ARGS(text),
                       never ? ", or never" : "");
    return false;
}

bool reader_days(struct reader *reader, const struct node *value, uint32_t *days)
{
    bool right =
        value->type == NODE_INTEGER && value->integer >= 1 && value->integer <= READER_DAYS_MAX;

    *days = right ? (uint32_t)value->integer : 0;
    if (!right)
        reader_problem(reader, value, "`%.*s` must be a number of days, from 1 to %d",
                       TEXT_ARGS(value->key), READER_DAYS_MAX);
    return right;
}
