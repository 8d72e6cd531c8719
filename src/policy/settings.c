/*
 * The lines under `rules:`. A line gives rules a level, parameters, or both. YAML reads a plain
 * `off` as the boolean false: written so it means the level; every other boolean is refused, so
 * that nobody has to wonder which level `no` is.
 */
#include "base/near.h"
#include "policy/reader.h"
#include <strings.h>

static const char settings_levels[] = "error, warn, info or off";

static bool settings_is_off(struct reader *reader, const struct node *value)
{
    struct text source = reader_source(reader, value);

    return value->type == NODE_BOOL && !value->boolean && source.length == 3 &&
           !strncasecmp(source.at, "off", 3);
}

static void settings_no_level(struct reader *reader, const struct node *value)
{
    struct text source = reader_source(reader, value);
    struct near near;

    near_init(&near, node_text(value));
    for (enum level level = LEVEL_OFF; level <= LEVEL_ERROR; level++)
        near_offer(&near, text_of(level_name(level)));
    if (value->type == NODE_STRING && near.best.at)
        reader_problem(reader, value, "`%.*s` is no level; did you mean `%.*s`?",
                       TEXT_ARGS(value->text), TEXT_ARGS(near.best));
    else if (value->type == NODE_STRING || value->type == NODE_MAP || value->type == NODE_LIST ||
             value->type == NODE_NULL)
        reader_problem(reader, value, "this is no level: write %s", settings_levels);
    else if (value->type == NODE_BOOL)
        reader_problem(reader, value, "`%.*s` is a boolean to YAML and no level: write %s",
                       TEXT_ARGS(source), settings_levels);
    else
        reader_problem(reader, value, "`%.*s` is no level: write %s", TEXT_ARGS(source),
                       settings_levels);
}

static void settings_read_level(struct reader *reader, const struct node *value, void *to)
{
    struct setting *setting = to;

    setting->level = settings_is_off(reader, value) ? LEVEL_OFF : level_read(node_text(value));
    if (setting->level == LEVEL_UNSET)
        settings_no_level(reader, value);
}

static void settings_read_params(struct reader *reader, const struct node *value, void *to)
{
    struct setting *setting = to;

    if (!reader_map(reader, value, "`params`"))
        return;
    if (!value->first)
        reader_problem(reader, value, "`params` is an empty map");
    setting->params = value;
}

static void settings_read_warn(struct reader *reader, const struct node *value, void *to)
{
    struct setting *setting = to;

    reader_date(reader, value, false, &setting->warn_from);
    setting->warn_line = reader_span(reader, value->key_start, value->key_end).line;
}

static void settings_read_error(struct reader *reader, const struct node *value, void *to)
{
    struct setting *setting = to;

    reader_date(reader, value, false, &setting->error_from);
    setting->error_line = reader_span(reader, value->key_start, value->key_end).line;
}

/* Steps go up: first a warning, then an error. */
static void settings_check_steps(struct reader *reader, const struct node *value,
                                 struct setting *setting)
{
    if (!setting->warn_from || !setting->error_from || setting->warn_from < setting->error_from)
        return;
    reader_problem_key(reader, node_find(value, TEXT("error_from")),
                       "`error_from` must be a later day than `warn_from`, line %u",
                       setting->warn_line);
    setting->warn_from = setting->error_from = 0;
}

static void settings_read_one(struct reader *reader, const struct node *value,
                              struct setting *setting)
{
    static const struct reader_key keys[] = {
        {"level", settings_read_level, true},
        {"params", settings_read_params, true},
        {"warn_from", settings_read_warn, true},
        {"error_from", settings_read_error, true},
    };
    struct span span = reader_span(reader, value->key_start, value->key_end);

    *setting = (struct setting){.glob = value->key,
                                .policy = reader->policy,
                                .line = span.line,
                                .column = span.column,
                                .end_column = span.end_column};
    if (value->type == NODE_LIST || value->type == NODE_NULL)
        reader_problem(reader, value,
                       "a rule's setting is a level (%s) or a map with level, params, "
                       "warn_from and error_from",
                       settings_levels);
    else if (value->type != NODE_MAP)
        settings_read_level(reader, value, setting);
    else if (!value->first)
        reader_problem(reader, value, "this says neither level nor params nor a day");
    else
        reader_keys(reader, value, "a rule's setting", keys, sizeof keys / sizeof *keys, setting);
    settings_check_steps(reader, value, setting);
}

void settings_read(struct reader *reader, const struct node *map, struct setting **settings,
                   size_t *count)
{
    if (!reader_map(reader, map, "`rules`"))
        return;
    *settings = arena_get(&reader->policy->arena, map->count * sizeof **settings);
    for (const struct node *value = map->first; value; value = value->next) {
        struct setting *setting = &(*settings)[*count];

        if (!value->key.length) {
            reader_problem_key(reader, value, "an empty glob names no rule");
            continue;
        }
        settings_read_one(reader, value, setting);
        *count += setting->level != LEVEL_UNSET || setting->params || setting->warn_from ||
                  setting->error_from;
    }
}
