/*
 * What rules there are: found by what people call them, listed for people and for programs.
 */
#include "cli/catalog.h"
#include "base/file.h"
#include "base/glob.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/near.h"
#include "yaml/load.h"
#include <stdlib.h>

static struct text catalog_pack(const struct rule_info *rule)
{
    return text_slice(rule->rule.id, 0, text_find(rule->rule.id, TEXT("/"), 0));
}

static bool catalog_has_id(const struct rule_info *rule, struct text wanted)
{
    return text_equal(rule->rule.id, wanted);
}

/* Without its pack. */
static bool catalog_has_name(const struct rule_info *rule, struct text wanted)
{
    return text_equal(text_slice(rule->rule.id, catalog_pack(rule).length + 1, SIZE_MAX), wanted);
}

/* A code of another tool, or a former id. */
static bool catalog_has_code(const struct rule_info *rule, struct text wanted)
{
    for (size_t i = 0; i < rule->aka_count; i++)
        if (text_equal(rule->aka[i], wanted))
            return true;
    return false;
}

static bool catalog_matches(const struct rule_info *rule, struct text pattern)
{
    return glob_name(pattern, rule->rule.id) || text_equal(catalog_pack(rule), pattern) ||
           catalog_has_name(rule, pattern) || catalog_has_code(rule, pattern);
}

static void catalog_tell_several(const struct rules *rules, struct text wanted,
                                 bool (*has)(const struct rule_info *rule, struct text wanted))
{
    report_tell("krug: %.*s is the name of several rules:", TEXT_ARGS(wanted));
    for (size_t i = 0; i < rules->count; i++)
        if (has(rules->items[i], wanted))
            report_tell(" %.*s", TEXT_ARGS(rules->items[i]->rule.id));
    fputc('\n', stderr);
}

/* Whether WANTED is a pack, or a glob that matches a rule. */
static bool catalog_is_several(const struct rules *rules, struct text wanted)
{
    for (size_t i = 0; i < rules->count; i++)
        if (catalog_matches(rules->items[i], wanted))
            return true;
    return false;
}

static bool catalog_is_manifest(struct text wanted)
{
    struct text extension = path_extension(wanted);

    return text_is(extension, ".yaml") || text_is(extension, ".yml") || text_is(extension, ".json");
}

static void catalog_tell_none(const struct rules *rules, struct text wanted)
{
    struct text near = rules_near(rules, wanted);

    report_tell("krug: there is no rule %.*s", TEXT_ARGS(wanted.length ? wanted : TEXT("''")));
    if (catalog_is_several(rules, wanted))
        report_tell("; `krug rules '%.*s'` lists those it matches\n", TEXT_ARGS(wanted));
    else if (catalog_is_manifest(wanted))
        report_tell("; `krug rules --for %.*s` tells which rules look at that file\n",
                    TEXT_ARGS(wanted));
    else if (near.at)
        report_tell("; did you mean %.*s?\n", TEXT_ARGS(near));
    else
        fputs("\n`krug rules` lists the rules.\n", stderr);
}

const struct rule_info *catalog_find(const struct rules *rules, struct text wanted)
{
    static bool (*const ways[])(const struct rule_info *rule, struct text wanted) = {
        catalog_has_id, catalog_has_name, catalog_has_code};
    const struct rule_info *found = NULL;

    for (size_t way = 0; way < sizeof ways / sizeof *ways && !found; way++)
        for (size_t i = 0; i < rules->count; i++) {
            if (!ways[way](rules->items[i], wanted))
                continue;
            if (found && !text_equal(found->rule.id, rules->items[i]->rule.id)) {
                catalog_tell_several(rules, wanted, ways[way]);
                return NULL;
            }
            found = found ? found : rules->items[i];
        }
    if (!found)
        catalog_tell_none(rules, wanted);
    return found;
}

static void catalog_print(const struct rule_info *rule, int width)
{
    printf("%-*.*s  %-5s  ", width, TEXT_ARGS(rule->rule.id), level_name(rule->rule.level));
    report_print(stdout, rule->title);
    for (size_t i = 0; i < rule->aka_count; i++) {
        fputs(i ? ", " : " (", stdout);
        report_print(stdout, rule->aka[i]);
    }
    puts(rule->aka_count ? ")" : "");
}

static void catalog_json_list(struct json *json, const char *key, const struct text *items,
                              size_t count)
{
    json_key(json, key);
    json_begin(json, '[');
    for (size_t i = 0; i < count; i++)
        json_write_text(json, items[i]);
    json_end(json, ']');
}

static void catalog_json_text(struct json *json, const char *key, struct text text)
{
    json_key(json, key);
    json_write_text(json, text);
}

static void catalog_json_notes(struct json *json, const struct rule_info *rule)
{
    json_key(json, "notes");
    json_begin(json, '[');
    for (int kind = NOTE_DUPLICATE_KEY; kind <= NOTE_TAB; kind++)
        if (rule->notes & 1u << kind)
            json_write_string(json, note_kind_name((enum note_kind)kind));
    json_end(json, ']');
}

static void catalog_json_params(struct json *json, const struct rule_info *rule)
{
    json_key(json, "params");
    json_begin(json, '[');
    for (size_t i = 0; i < rule->rule.param_count; i++) {
        const struct rule_param *param = &rule->rule.params[i];

        json_begin(json, '{');
        catalog_json_text(json, "name", param->name);
        catalog_json_text(json, "type", param->type);
        json_key(json, "default");
        json_write_raw(json, param->preset.at ? param->preset : TEXT("null"));
        catalog_json_text(json, "purpose", param->purpose);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void catalog_json(struct json *json, const struct rule_info *rule)
{
    static const char *const subjects[] = {[RULE_RESOURCES] = "resource",
                                           [RULE_FILES] = "file",
                                           [RULE_NOTES] = "note",
                                           [RULE_FACTS] = "facts",
                                           [RULE_KRUG] = "krug"};

    json_line(json);
    json_begin(json, '{');
    catalog_json_text(json, "id", rule->rule.id);
    catalog_json_text(json, "title", rule->title);
    json_key(json, "level");
    json_write_string(json, level_name(rule->rule.level));
    json_key(json, "fixed");
    json_write_bool(json, rule->rule.fixed);
    json_key(json, "on");
    json_write_string(json, subjects[rule->subject]);
    catalog_json_list(json, "kinds", rule->kind_texts, rule->kind_count);
    catalog_json_notes(json, rule);
    json_key(json, "patches");
    json_write_bool(json, rule->patches);
    catalog_json_list(json, "after", rule->after_ids, rule->after_count);
    catalog_json_params(json, rule);
    catalog_json_text(json, "why", rule->why);
    catalog_json_text(json, "fix", rule->fix);
    catalog_json_list(json, "links", rule->links, rule->link_count);
    catalog_json_list(json, "aka", rule->aka, rule->aka_count);
    json_key(json, "built_in");
    json_write_bool(json, !rule->rule.policy);
    catalog_json_text(json, "file", rule->rule.file);
    json_end(json, '}');
}

static void catalog_tell_unmatched(const struct rules *rules, const char *pattern)
{
    struct near near;

    near_init(&near, text_of(pattern));
    for (size_t i = 0; i < rules->count; i++) {
        near_offer(&near, rules->items[i]->rule.id);
        near_offer(&near, catalog_pack(rules->items[i]));
    }
    report_tell("krug: no rule matches %s", *pattern ? pattern : "''");
    if (near.best.at)
        report_tell("; did you mean %.*s?\n", TEXT_ARGS(near.best));
    else
        fputs("\n`krug rules` lists all.\n", stderr);
}

/* The rules that PATTERN matches, to be freed by the caller. */
static const struct rule_info **catalog_select(const struct rules *rules, const char *pattern,
                                               size_t *count)
{
    const struct rule_info **found = memory_get((rules->count + 1) * sizeof *found);

    *count = 0;
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule_info *rule = rules->items[i];

        if (!rule->broken && (!pattern || catalog_matches(rule, text_of(pattern))))
            found[(*count)++] = rule;
    }
    return found;
}

static void catalog_print_all(const struct rule_info *const *found, size_t count)
{
    size_t width = 0;

    for (size_t i = 0; i < count; i++)
        width = found[i]->rule.id.length > width ? found[i]->rule.id.length : width;
    for (size_t i = 0; i < count; i++)
        catalog_print(found[i], (int)width);
}

static void catalog_json_all(const struct rule_info *const *found, size_t count)
{
    struct json json = {.stream = stdout};

    json_begin(&json, '[');
    for (size_t i = 0; i < count; i++)
        catalog_json(&json, found[i]);
    json_line(&json);
    json_end(&json, ']');
    putchar('\n');
}

bool catalog_list(struct workspace *workspace, const char *pattern, bool json)
{
    const struct rules *rules = &workspace->rules;
    size_t count;
    const struct rule_info **found = catalog_select(rules, pattern, &count);

    if (json)
        catalog_json_all(found, count);
    else
        catalog_print_all(found, count);
    free(found);
    if (count)
        return true;
    if (pattern)
        catalog_tell_unmatched(rules, pattern);
    else
        fputs("krug: there are no rules\n", stderr);
    return false;
}
