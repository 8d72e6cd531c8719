/*
 * From a rule's Lua table to struct rule_info. The prelude has checked names and types of fields;
 * here is what the fields mean to the rest of the program.
 */
#include "engine/describe.h"
#include "base/memory.h"
#include "engine/plain.h"
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

uint32_t describe_line(struct text source, const char *field)
{
    struct text line;
    uint32_t number = 0;

    while (field && text_cut(&source, '\n', &line)) {
        number++;
        line = text_trim(line);
        if (text_starts(line, text_of(field)) &&
            text_starts(text_trim(text_slice(line, strlen(field), line.length)), TEXT("=")))
            return number;
    }
    return 1;
}

uint32_t describe_cut_line(struct text *message, struct text file)
{
    struct text rest = *message;
    uint32_t line = 0;
    size_t i = file.length + 1;

    if (!text_starts(rest, file) || rest.length <= i || rest.at[file.length] != ':')
        return 0;
    while (i < rest.length && rest.at[i] >= '0' && rest.at[i] <= '9' && line < 100000000)
        line = line * 10 + (uint32_t)(rest.at[i++] - '0');
    if (!line || i >= rest.length || rest.at[i] != ':')
        return 0;
    *message = text_trim(text_slice(rest, i + 1, rest.length));
    return line;
}

uint32_t describe_find_line(struct text traceback, struct text file)
{
    struct text line;
    uint32_t number = 0;

    while (!number && text_cut(&traceback, '\n', &line)) {
        line = text_trim(line);
        number = describe_cut_line(&line, file);
    }
    return number;
}

/* The string field NAME of the table on top, copied; at == NULL where it is missing. */
static struct text describe_text(lua_State *L, const char *name, struct arena *arena)
{
    struct text text = {0};

    lua_getfield(L, -1, name);
    if (lua_type(L, -1) == LUA_TSTRING) {
        text.at = lua_tolstring(L, -1, &text.length);
        text = arena_copy(arena, text_trim(text));
    }
    lua_pop(L, 1);
    return text;
}

/* The list of strings NAME of the table on top. */
static struct text *describe_list(lua_State *L, const char *name, struct arena *arena,
                                  size_t *count)
{
    struct text *list;

    *count = 0;
    if (lua_getfield(L, -1, name) != LUA_TTABLE) {
        lua_pop(L, 1);
        return NULL;
    }
    list = arena_get(arena, (lua_rawlen(L, -1) + 1) * sizeof *list);
    for (size_t i = 1; i <= lua_rawlen(L, -1); i++) {
        struct text text;

        lua_rawgeti(L, -1, (lua_Integer)i);
        text.at = lua_tolstring(L, -1, &text.length);
        list[(*count)++] = arena_copy(arena, text);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return list;
}

static void describe_problem(struct rule_info *rule, struct problems *problems, const char *field,
                             const char *format, struct text what)
{
    struct text message =
        arena_print(&problems->arena, "%s `%.*s`%s", field, TEXT_ARGS(what), format);

    rule->broken = true;
    problems_add_rule(problems, rule->rule.id, rule->rule.file, describe_line(rule->source, field),
                      0, message);
}

static bool describe_is_version(struct text text)
{
    return text.length >= 2 && text.at[0] == 'v' && text.at[1] >= '0' && text.at[1] <= '9';
}

bool describe_kind(struct text text, struct rule_kind *kind)
{
    struct text parts[4], rest = text;
    size_t count = 0;

    *kind = (struct rule_kind){0};
    if (text_is(text, "*"))
        return true;
    if (text_is(text, "workload")) {
        kind->workload = true;
        return true;
    }
    while (count < 4 && text_cut(&rest, '/', &parts[count]))
        if (!parts[count++].length)
            return false;
    if (count < 1 || count > 3)
        return false;
    kind->kind = parts[count - 1];
    if (kind->kind.at[0] < 'A' || kind->kind.at[0] > 'Z')
        return false;
    if (count == 3 && !describe_is_version(parts[1]))
        return false;
    if (count == 2 && describe_is_version(parts[0])) {
        kind->group = TEXT("");
        kind->version = parts[0];
    } else if (count >= 2) {
        kind->group = parts[0];
        if (count == 3)
            kind->version = parts[1];
    }
    return true;
}

/* The keys of the table `collect` in their order. */
static struct text *describe_collect(lua_State *L, struct arena *arena, size_t *count)
{
    struct text *kinds = NULL;
    size_t capacity = 0;

    *count = 0;
    if (lua_getfield(L, -1, "collect") == LUA_TTABLE)
        for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
            size_t at = *count;
            struct text kind;

            kind.at = lua_tolstring(L, -2, &kind.length);
            kinds = memory_extend(kinds, *count, &capacity, sizeof *kinds);
            for (; at && text_compare(kinds[at - 1], kind) > 0; at--)
                kinds[at] = kinds[at - 1];
            kinds[at] = arena_copy(arena, kind);
            ++*count;
        }
    lua_pop(L, 1);
    return kinds;
}

static enum apart describe_apart(struct text text)
{
    return text_is(text, "key") ? APART_KEY : text_is(text, "scope") ? APART_SCOPE : APART_NOT;
}

static bool describe_has(lua_State *L, const char *field)
{
    bool has = lua_getfield(L, -1, field) != LUA_TNIL && lua_toboolean(L, -1);

    lua_pop(L, 1);
    return has;
}

static bool describe_names(const struct text *names, size_t count, struct text kind)
{
    for (size_t i = 0; names && i < count; i++)
        if (text_equal(names[i], kind))
            return true;
    return false;
}

/* What the rule's join need not be called for: unless it says `silent`, witnesses alone. */
static void describe_silence(lua_State *L, struct rule_info *rule, struct arena *arena)
{
    size_t witness_count, silent_count;
    const struct text *witness = describe_list(L, "witness", arena, &witness_count);
    const struct text *silent =
        describe_list(L, describe_has(L, "silent") ? "silent" : "witness", arena, &silent_count);

    for (size_t i = 0; i < rule->kind_count; i++) {
        rule->kinds[i].witness = describe_names(witness, witness_count, rule->kind_texts[i]);
        rule->kinds[i].silent = describe_names(silent, silent_count, rule->kind_texts[i]);
    }
    lua_getfield(L, -1, "least");
    rule->least = (size_t)lua_tointeger(L, -1);
    lua_pop(L, 1);
}

static void describe_kinds(lua_State *L, struct rule_info *rule, struct arena *arena,
                           struct problems *problems)
{
    bool across = rule->subject == RULE_FACTS;
    size_t count;
    struct text *kinds =
        across ? describe_collect(L, arena, &count) : describe_list(L, "kinds", arena, &count);

    rule->kinds = arena_zero(arena, (count + 1) * sizeof *rule->kinds);
    rule->kind_texts = arena_zero(arena, (count + 1) * sizeof *rule->kind_texts);
    for (size_t i = 0; i < count; i++)
        if (describe_kind(kinds[i], &rule->kinds[rule->kind_count]))
            rule->kind_texts[rule->kind_count++] = kinds[i];
        else
            describe_problem(rule, problems, across ? "collect" : "kinds",
                             " is no kind: write Service, v1/Service, apps/Deployment, "
                             "apps/v1/Deployment, workload or *",
                             kinds[i]);
    if (across)
        free(kinds);
}

static void describe_notes(lua_State *L, struct rule_info *rule, struct arena *arena,
                           struct problems *problems)
{
    size_t count;
    struct text *notes = describe_list(L, "notes", arena, &count);

    for (size_t i = 0; i < count; i++) {
        enum note_kind kind = 0;

        while (kind < NOTE_KINDS && !text_is(notes[i], note_kind_name(kind)))
            kind++;
        if (kind < NOTE_KINDS)
            rule->notes |= 1u << kind;
        else
            describe_problem(
                rule, problems, "notes",
                " is no note: there are duplicate-key, ambiguous-scalar, merge-override, "
                "dropped-remainder, json-fallback, tab, second-resource, alias and merge",
                notes[i]);
    }
}

static int describe_param_compare(lua_State *L, int index, struct text name)
{
    struct text other;

    other.at = lua_tolstring(L, index, &other.length);
    return text_compare(name, other);
}

/* Parameters in the order of their names. */
static void describe_params(lua_State *L, struct rule_info *rule, struct arena *arena)
{
    struct rule_param *params;
    size_t count = 0;

    if (lua_getfield(L, -1, "params") != LUA_TTABLE) {
        lua_pop(L, 1);
        return;
    }
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        count++;
    params = arena_zero(arena, (count + 1) * sizeof *params);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        size_t at = rule->rule.param_count++;
        struct text type = describe_text(L, "type", arena);

        for (; at && describe_param_compare(L, -2, params[at - 1].name) > 0; at--)
            params[at] = params[at - 1];
        params[at] = (struct rule_param){.purpose = describe_text(L, "purpose", arena)};
        params[at].name.at = lua_tolstring(L, -2, &params[at].name.length);
        params[at].name = arena_copy(arena, params[at].name);
        if (!param_read_type(&params[at], type))
            rule->broken = true; /* the prelude has refused it already */
        params[at].type = type;
        lua_getfield(L, -1, "default");
        if (!lua_isnil(L, -1))
            params[at].preset = plain_json(L, params[at].shape == PARAM_LIST, arena);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    rule->rule.params = params;
}

/* What stands in [[...]] over several lines, without their indentation. */
static struct text describe_paragraph(lua_State *L, const char *name, struct arena *arena)
{
    struct text rest = describe_text(L, name, arena), line;
    struct buffer buffer = {0};

    while (rest.at && text_cut(&rest, '\n', &line)) {
        buffer_add(&buffer, text_trim(line));
        if (rest.at)
            buffer_byte(&buffer, '\n');
    }
    rest = arena_copy(arena, buffer_text(&buffer));
    buffer_done(&buffer);
    return rest;
}

void describe_rule(lua_State *L, struct rule_info *rule, struct arena *arena,
                   struct problems *problems)
{
    struct text on = describe_text(L, "on", arena);

    rule->title = describe_text(L, "title", arena);
    rule->why = describe_text(L, "why", arena);
    rule->fix = describe_paragraph(L, "fix", arena);
    rule->rule.level = level_read(describe_text(L, "level", arena));
    rule->links = describe_list(L, "links", arena, &rule->link_count);
    rule->aka = describe_list(L, "aka", arena, &rule->aka_count);
    rule->after_ids = describe_list(L, "after", arena, &rule->after_count);
    rule->patches = describe_has(L, "patches");
    rule->whole = describe_has(L, "whole");
    rule->apart = describe_apart(describe_text(L, "apart", arena));
    rule->has_when = describe_has(L, "when");
    describe_params(L, rule, arena);
    describe_notes(L, rule, arena, problems);
    if (text_is(on, "file"))
        rule->subject = RULE_FILES;
    else if (text_is(on, "krug"))
        rule->subject = RULE_KRUG;
    else if (describe_has(L, "collect"))
        rule->subject = RULE_FACTS;
    else
        rule->subject = rule->notes ? RULE_NOTES : RULE_RESOURCES;
    describe_kinds(L, rule, arena, problems);
    describe_silence(L, rule, arena);
    rule->rule.fixed = rule->subject == RULE_KRUG;
    if (rule->rule.fixed && rule->rule.policy)
        describe_problem(rule, problems, "on", " is for krug's own rules: write \"file\"", on);
}
