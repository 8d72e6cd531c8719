/*
 * What the table of an example says, which a rule file made: nothing in it is more than strings,
 * numbers and tables, as the prelude has seen, and all that is kept of it is copied.
 */
#include "engine/given.h"
#include "base/memory.h"
#include "engine/plain.h"
#include <lauxlib.h>
#include <stdlib.h>

/* What the examples of a rule hold together. A table may be in a list a million times, and a text
 * of a rule's 64 KiB be repeated: the built-in rules have 15 manifests at most, and 9 KiB. */
enum { GIVEN_MANIFESTS = 1000, GIVEN_BYTES = 1024 * 1024 };

struct text given_dedent(struct arena *arena, struct text text)
{
    struct buffer buffer = {0};
    struct text rest, line;
    size_t margin = SIZE_MAX;

    for (rest = text; text_cut(&rest, '\n', &line);) {
        size_t blank = 0;

        while (blank < line.length && line.at[blank] == ' ')
            blank++;
        if (blank < line.length && blank < margin)
            margin = blank;
    }
    for (rest = text; text_cut(&rest, '\n', &line);) {
        if (!buffer.length && !text_trim(line).length)
            continue;
        buffer_add(&buffer, text_slice(line, margin, line.length));
        if (rest.at)
            buffer_byte(&buffer, '\n');
    }
    while (buffer.length > 1 && buffer.at[buffer.length - 1] == '\n' &&
           buffer.at[buffer.length - 2] == '\n')
        buffer.length--;
    text = arena_copy(arena, buffer_text(&buffer));
    buffer_done(&buffer);
    return text;
}

struct text given_field(lua_State *L, const char *name, struct arena *arena)
{
    struct text text = {0};

    if (lua_getfield(L, -1, name) == LUA_TSTRING) {
        text.at = lua_tolstring(L, -1, &text.length);
        text = arena_copy(arena, text);
    }
    lua_pop(L, 1);
    return text;
}

static lua_Integer given_number(lua_State *L, const char *name)
{
    lua_Integer number;

    lua_getfield(L, -1, name);
    number = lua_tointeger(L, -1);
    lua_pop(L, 1);
    return number;
}

struct given_wish given_read_wish(lua_State *L, struct arena *arena)
{
    return (struct given_wish){
        .message = given_field(L, "message", arena),
        .line = given_number(L, "line"),
        .column = given_number(L, "column"),
        .count = given_number(L, "count"),
    };
}

/* Keeps the field NAME of the table on top in the registry. */
int given_ref(lua_State *L, const char *name)
{
    if (lua_getfield(L, -1, name) != LUA_TTABLE) {
        lua_pop(L, 1);
        return LUA_NOREF;
    }
    return luaL_ref(L, LUA_REGISTRYINDEX);
}

/* Copies the string at INDEX of the stack. */
static struct text given_string(lua_State *L, int index, struct arena *arena)
{
    struct text text;

    text.at = lua_tolstring(L, index, &text.length);
    return arena_copy(arena, text);
}

static int given_compare_files(const void *left, const void *right)
{
    return text_compare(((const struct tree_file *)left)->path,
                        ((const struct tree_file *)right)->path);
}

/* The files of the example on top of the stack: its manifest, and what `files` gives, by path: a
 * table has no order. */
void given_read_files(lua_State *L, struct scenario *scenario, struct arena *arena)
{
    size_t capacity = 0;
    struct text path = given_field(L, "path", arena);

    scenario->files = memory_extend(NULL, 0, &capacity, sizeof *scenario->files);
    lua_rawgeti(L, -1, 1);
    scenario->files[scenario->file_count++] = (struct tree_file){
        .path = path.at ? path : TEXT("example.yaml"),
        .bytes = given_dedent(arena, given_string(L, -1, arena)),
    };
    lua_pop(L, 1);
    if (lua_getfield(L, -1, "files") == LUA_TTABLE)
        for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
            if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING)
                continue; /* a path alone: for ctx.files */
            scenario->files = memory_extend(scenario->files, scenario->file_count, &capacity,
                                            sizeof *scenario->files);
            scenario->files[scenario->file_count++] = (struct tree_file){
                .path = given_string(L, -2, arena),
                .bytes = given_dedent(arena, given_string(L, -1, arena)),
            };
        }
    lua_pop(L, 1);
    qsort(scenario->files + 1, scenario->file_count - 1, sizeof *scenario->files,
          given_compare_files);
}

/* What of the example on top of the Lua stack its readers have to know. */
void given_keep(lua_State *L, struct example *example, const struct scenario *scenario,
                struct arena *arena)
{
    struct example_given *given = &example->given;

    given->path = given_field(L, "path", arena);
    given->namespace = scenario->namespace;
    given->kustomization = given_field(L, "kustomization", arena);
    given->policy = scenario->policy;
    given->patch = scenario->use && scenario->use->patch;
    if (lua_getfield(L, -1, "params") == LUA_TTABLE)
        given->params = plain_json(L, false, arena);
    lua_pop(L, 1);
    example->manifest = scenario->files[0].bytes;
    example->files = arena_get(arena, scenario->file_count * sizeof *example->files);
    for (size_t i = 1; i < scenario->file_count; i++)
        example->files[example->file_count++] =
            (struct example_file){scenario->files[i].path, scenario->files[i].bytes};
}

/* Adds the texts of the table on top of the stack; KEYS: what they lie under too. */
static void given_measure_texts(lua_State *L, struct given_size *size, bool keys)
{
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (lua_type(L, -1) != LUA_TSTRING)
            continue;
        size->bytes += lua_rawlen(L, -1);
        if (keys && lua_type(L, -2) == LUA_TSTRING) {
            size->bytes += lua_rawlen(L, -2);
            size->manifests++;
        }
    }
}

/* Adds the example on top of the stack, of which nothing is copied yet. */
void given_measure(lua_State *L, struct given_size *size)
{
    size->manifests++;
    given_measure_texts(L, size, false);
    if (lua_getfield(L, -1, "files") == LUA_TTABLE)
        given_measure_texts(L, size, true);
    lua_pop(L, 1);
}

/* Why no more examples are run; NULL where there is room. */
const char *given_over(const struct given_size *size)
{
    if (size->manifests > GIVEN_MANIFESTS)
        return "the examples of this rule are more than 1,000 manifests: leave some out";
    if (size->bytes > GIVEN_BYTES)
        return "the examples of this rule hold more than 1 MiB of text together: make them smaller";
    return NULL;
}
