/*
 * string.format for messages. A manifest may hold anything, so a directive that does not fit its
 * value writes the value in words; only a wrong format string is the author's fault and raises.
 */
#include "engine/sandbox.h"
#include <stdio.h>
#include <string.h>

/* The longest width or precision, in digits, as Lua has it. */
enum { FORMAT_DIGITS = 2 };

/* A directive such as %-5.2f: what stands between % and its letter, and the letter. */
struct format {
    char flags[32];
    char letter;
};

static const char *format_digits(const char *at, const char *end)
{
    for (int i = 0; i < FORMAT_DIGITS && at < end && *at >= '0' && *at <= '9'; i++)
        at++;
    return at;
}

/* Reads the directive behind the % at AT; answers the byte behind it. */
static const char *format_read(lua_State *L, const char *at, const char *end, struct format *format)
{
    const char *from = at;

    while (at < end && *at && strchr("-+ #0", *at) && at - from < 5)
        at++;
    at = format_digits(at, end);
    if (at < end && *at == '.')
        at = format_digits(at + 1, end);
    if (at == end || !*at || !strchr("cdiuxXoeEfFgGsq", *at))
        luaL_error(L, "format has an unknown directive `%%%s`", from);
    memcpy(format->flags, from, (size_t)(at - from));
    format->flags[at - from] = '\0';
    format->letter = *at;
    return at + 1;
}

static void format_words(lua_State *L, luaL_Buffer *buffer, const struct format *format, int value)
{
    char pattern[48], room[256];
    size_t length;
    const char *words;
    int written;

    if (lua_isnoneornil(L, value))
        lua_pushliteral(L, "nothing");
    else
        sandbox_push_words(L, value);
    words = lua_tolstring(L, -1, &length);
    /* a precision cuts what is long; a width has nothing to do with it */
    if (!*format->flags || (length >= 100 && !strchr(format->flags, '.'))) {
        luaL_addvalue(buffer);
        return;
    }
    snprintf(pattern, sizeof pattern, "%%%ss", format->flags);
    written = snprintf(room, sizeof room, pattern, words);
    lua_pop(L, 1);
    luaL_addlstring(buffer, room, (size_t)written);
}

static void format_quoted(lua_State *L, luaL_Buffer *buffer, int value)
{
    luaL_addchar(buffer, '"');
    format_words(L, buffer, &(struct format){"", 's'}, value);
    luaL_addchar(buffer, '"');
}

static void format_value(lua_State *L, luaL_Buffer *buffer, const struct format *format, int value)
{
    char pattern[48];
    /* 99 digits of width or precision beside at most 310 of a number */
    char *room;
    int is_number;

    if (format->letter == 'q') {
        format_quoted(L, buffer, value);
    } else if (strchr("cdiuxXo", format->letter)) {
        lua_Integer number = lua_tointegerx(L, value, &is_number);

        if (!is_number || lua_type(L, value) != LUA_TNUMBER) {
            format_words(L, buffer, format, value);
            return;
        }
        snprintf(pattern, sizeof pattern, "%%%s%s%c", format->flags,
                 format->letter == 'c' ? "" : "ll", format->letter);
        room = luaL_prepbuffsize(buffer, 500);
        if (format->letter == 'c')
            luaL_addsize(buffer, (size_t)snprintf(room, 500, pattern, (int)number));
        else
            luaL_addsize(buffer, (size_t)snprintf(room, 500, pattern, (long long)number));
    } else if (format->letter != 's' && lua_type(L, value) == LUA_TNUMBER) {
        snprintf(pattern, sizeof pattern, "%%%s%c", format->flags, format->letter);
        room = luaL_prepbuffsize(buffer, 500);
        luaL_addsize(buffer, (size_t)snprintf(room, 500, pattern, (double)lua_tonumber(L, value)));
    } else {
        format_words(L, buffer, format, value);
    }
}

void sandbox_push_format(lua_State *L, int format)
{
    size_t length;
    const char *at = luaL_checklstring(L, format, &length), *end = at + length;
    int value = format, top = lua_gettop(L);
    luaL_Buffer buffer;

    luaL_checkstack(L, 8, NULL);
    luaL_buffinit(L, &buffer);
    while (at < end) {
        struct format directive;

        if (*at != '%') {
            luaL_addchar(&buffer, *at++);
            continue;
        }
        if (++at < end && *at == '%') {
            luaL_addchar(&buffer, *at++);
            continue;
        }
        at = format_read(L, at, end, &directive);
        if (++value > top)
            luaL_error(L, "format has more directives than values");
        format_value(L, &buffer, &directive, value);
    }
    luaL_pushresult(&buffer);
}
