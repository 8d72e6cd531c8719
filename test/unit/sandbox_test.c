/*
 * What rules can reach and what they cannot, and how they look at values: each case is a piece of
 * Lua that runs as a rule's file would, with a document as its argument; what it returns is written
 * down as text.
 */
#include "base/memory.h"
#include "engine/worker.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A worker without any rule, and one document. */
struct room {
    struct rules rules;
    struct problems problems;
    struct worker *worker;
    struct source source;
    struct loader loader;
    struct document document;
};

static void room_init(struct room *room, const char *yaml)
{
    size_t length = strlen(yaml);
    char *bytes = calloc(1, length + 2);

    *room = (struct room){0};
    problems_init(&room->problems);
    room->worker = worker_new(&room->rules, NULL, &room->problems);
    assert_int_equal(room->problems.count, 0);
    assert_non_null(bytes);
    memcpy(bytes, yaml, length);
    assert_null(source_init(&room->source, TEXT("x.yaml"), bytes, length));
    loader_init(&room->loader, &room->source);
    assert_true(loader_next(&room->loader, &room->document));
    if (!room->document.root)
        fail_msg("%s: %s", yaml, room->document.error.at);
    tables_forget(&room->worker->tables);
}

static void room_done(struct room *room)
{
    loader_done(&room->loader);
    source_done(&room->source);
    worker_free(room->worker);
    problems_done(&room->problems);
}

static int no_require(lua_State *L)
{
    return luaL_error(L, "no modules here");
}

/* Protected: compiles the text at light userdata 1 and calls it with the document at 2. */
static int room_call(lua_State *L)
{
    const char *code = lua_touserdata(L, 1);
    const struct node *root = lua_touserdata(L, 2);
    struct worker *worker = sandbox_owner(L);

    lua_settop(L, 0);
    sandbox_push_environment(L, no_require, NULL, NULL);
    if (!sandbox_load(L, TEXT("t.lua"), text_of(code), TEXT("")))
        return lua_error(L);
    tables_push(&worker->tables, L, root);
    lua_call(L, 1, LUA_MULTRET);
    return lua_gettop(L);
}

/* What CODE answers: its values as words, separated by blanks; or "error: ..." . */
static void room_run(struct room *room, const char *code, struct buffer *answer)
{
    lua_State *L = room->worker->L;
    int status, top;

    lua_settop(L, 0);
    lua_pushcfunction(L, room_call);
    lua_pushlightuserdata(L, (void *)(uintptr_t)code);
    lua_pushlightuserdata(L, (void *)(uintptr_t)room->document.root);
    status = lua_pcall(L, 2, LUA_MULTRET, 0);
    buffer_done(answer);
    buffer_add(answer, status == LUA_OK ? TEXT("") : TEXT("error: "));
    top = lua_gettop(L);
    for (int i = 1; i <= top; i++) {
        struct text words;

        sandbox_push_words(L, i);
        words.at = lua_tolstring(L, -1, &words.length);
        buffer_add(answer, i > 1 ? TEXT(" ") : TEXT(""));
        buffer_add(answer, words);
        lua_pop(L, 1);
    }
    lua_settop(L, 0);
}

struct room_case {
    const char *code,
        *answer; /* an answer that begins with "error:": is somewhere in what was said */
};

static void room_check(const char *yaml, const struct room_case *cases, size_t count)
{
    struct room room;
    struct buffer answer = {0};
    size_t wrong = 0;

    room_init(&room, yaml);
    for (size_t i = 0; i < count; i++) {
        struct text expected = text_of(cases[i].answer), got;
        bool raises = text_starts(expected, TEXT("error:"));

        room_run(&room, cases[i].code, &answer);
        got = buffer_text(&answer);
        if (raises ? !text_starts(got, TEXT("error:")) ||
                         text_find(got, text_slice(expected, 7, expected.length), 0) == SIZE_MAX
                   : !text_equal(got, expected)) {
            print_message("%s\n  expected: %s\n  got:      %s\n", cases[i].code, cases[i].answer,
                          answer.at);
            wrong++;
        }
    }
    buffer_done(&answer);
    room_done(&room);
    assert_int_equal(wrong, 0);
}

#define ROOM_CHECK(yaml, cases) room_check(yaml, cases, sizeof(cases) / sizeof *(cases))

/* ---- what is absent ---- */

static void what_is_absent_is_absent(void **state)
{
    static const char *const names[] = {
        "io",
        "os",
        "debug",
        "load",
        "loadfile",
        "loadstring",
        "dofile",
        "collectgarbage",
        "coroutine",
        "xpcall",
        "getmetatable",
        "setmetatable",
        "next",
        "rawget",
        "rawset",
        "rawlen",
        "rawequal",
        "package",
        "print",
        "warn",
        "_G",
        "_ENV_",
        "_VERSION",
        "module",
        "setfenv",
        "bit32",
        "string.match",
        "string.gmatch",
        "string.gsub",
        "string.dump",
        "string.pack",
        "string.unpack",
        "string.packsize",
        "math.random",
        "math.randomseed",
        "table.move",
        "table.pack",
        /* the prelude's own */
        "error_at",
        "near",
        "param_type_known",
    };
    struct room room;
    struct buffer answer = {0}, code = {0};

    (void)state;
    room_init(&room, "{}");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        buffer_done(&code);
        buffer_print(&code, "local x = %s return type(x)", names[i]);
        room_run(&room, code.at, &answer);
        if (!text_starts(buffer_text(&answer), TEXT("error:")))
            fail_msg("%s is there: %s", names[i], answer.at);
    }
    buffer_done(&code);
    buffer_done(&answer);
    room_done(&room);
}

static void what_is_promised_is_there(void **state)
{
    static const char *const names[] = {
        "rule",
        "pass",
        "fail",
        "param",
        "each",
        "at",
        "num",
        "str",
        "count",
        "typeof",
        "null",
        "glob",
        "require",
        "pairs",
        "ipairs",
        "select",
        "type",
        "tostring",
        "tonumber",
        "error",
        "assert",
        "pcall",
        "re.test",
        "re.match",
        "re.find",
        "string.format",
        "string.find",
        "string.sub",
        "string.lower",
        "string.upper",
        "string.len",
        "string.rep",
        "string.byte",
        "string.char",
        "string.reverse",
        "string.split",
        "string.near",
        "string.trim",
        "string.starts_with",
        "string.ends_with",
        "table.concat",
        "table.insert",
        "table.remove",
        "table.sort",
        "table.unpack",
        "math.floor",
        "math.max",
        "math.min",
        "math.abs",
        "math.tointeger",
        "utf8.len",
        "utf8.char",
        "utf8.codes",
        "utf8.codepoint",
        "utf8.offset",
    };
    struct room room;
    struct buffer answer = {0}, code = {0};

    (void)state;
    room_init(&room, "{}");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        buffer_done(&code);
        buffer_print(&code, "return type(%s)", names[i]);
        room_run(&room, code.at, &answer);
        if (strcmp(answer.at, "function"))
            fail_msg("%s: %s", names[i], answer.at);
    }
    buffer_done(&code);
    buffer_done(&answer);
    room_done(&room);
}

static void globals_are_strict(void **state)
{
    static const struct room_case cases[] = {
        {"return cuont(1)", "error: there is no global `cuont`; did you mean `count`?"},
        {"return nosuchthing", "error: there is no global `nosuchthing`"},
        {"x = 1", "error: global `x` is set: declare it with `local`"},
        {"each = nil", "error: global `each` is set"},
        {"string = {}", "error: global `string` is set"},
        {"function f() end", "error: global `f` is set"},
        {"_ENV.x = 1", "error: global `x` is set"},
        {"_ENV.string.x = 1", "error: `x` cannot be set"},
        {"string.x = 1", "error: `x` cannot be set"},
        {"string.format = nil", "error: `format` cannot be set"},
        {"math.pi = 3", "error: `pi` cannot be set"},
        {"re.test = function() return true end", "error: `test` cannot be set"},
        {"return string.fromat", "error: module `string` has no `fromat`; did you mean `format`?"},
        {"return math.sinus", "error: module `math` has no `sinus`"},
        {"return table.unpck", "error: did you mean `unpack`?"},
        {"table.insert(string, 1)", "error: shared between rules"},
        {"table.sort(string)", "error: shared between rules"},
        {"table.remove(re)", "error: shared between rules"},
        /* a new environment is a file's own choice and reaches nothing more */
        {"local _ENV = {} x = 1 return x", "1"},
        {"local e = _ENV local _ENV = {} return e.type(e)", "table"},
        {"local n = 0 for k in pairs(_ENV) do n = n + 1 end return n > 20", "true"},
    };

    (void)state;
    ROOM_CHECK("{}", cases);
}

static void one_file_leaves_nothing_for_another(void **state)
{
    static const struct room_case cases[] = {
        {"return pcall(function() leak = 1 end)",
         "false t.lua:1: global `leak` is set: declare it with `local`"},
        {"return leak", "error: there is no global `leak`"},
        {"pcall(function() string.leak = 1 end) return string.leak", "error: has no `leak`"},
        {"pcall(function() (''):foo() end) return ('').leak", "nil"},
        {"pcall(function() local s = 'x' s.leak = 1 end) return ('').leak", "nil"},
        {"pcall(function() local n = 5 n.leak = 1 end) return (5).leak", "nil"},
        {"pcall(function() local b = true b.leak = 1 end) return (true).leak", "nil"},
        {"pcall(function() local x = nil x.leak = 1 end) local x = nil return x.leak", "nil"},
    };

    (void)state;
    ROOM_CHECK("{}", cases);
}

/* ---- what is there, and behaves ---- */

static void scalars_have_no_fields(void **state)
{
    static const struct room_case cases[] = {
        {"local x return x.a.b.c", "nil"},
        {"return (5).a, (true).b, ('s').c, ('s').len", "nil nil nil nil"},
        {"return ('s'):len()", "error: attempt to call a nil value"},
        {"return ('%d'):format(3)", "error: attempt to call a nil value"},
        {"return #'abc'", "3"},
        {"local x return #x", "error: attempt to get length of a nil value"},
        {"local x return x + 1", "error: arithmetic on a nil value"},
        {"local x x.y = 1", "error: "},
        {"return 'a' < 1", "error: attempt to compare"},
    };

    (void)state;
    ROOM_CHECK("{}", cases);
}

static void strings_have_no_patterns(void **state)
{
    static const struct room_case cases[] = {
        {"return string.find('a.b', '.')", "2 2"},
        {"return string.find('abc', 'b.')", ""},
        {"return string.find('abc', '')", "1 0"},
        {"return string.find('abab', 'ab', 2)", "3 4"},
        {"return string.find('abc', 'c', -1)", "3 3"}, /* from the end, as in Lua */
        {"return string.find('abc', 'a', 99)", ""},
        {"return string.find('abc', '(', 1)", ""},
        {"return table.concat(string.split('a,b,,c', ','), '|')", "a|b||c"},
        {"return #string.split('', ',')", "1"},
        {"return table.concat(string.split('a--b-', '--'), '|')", "a|b-"},
        {"return string.split('a', '')", "error: is empty"},
        {"return string.near('Deploymnet', {'Pod', 'Deployment'})", "Deployment"},
        {"return string.near('Rollout', {'Pod', 1, {}, 'Deployment'})", ""},
        {"return string.near('Pod', {})", ""},
        {"return string.near('Pod', 'Pod')", "error: table expected"},
        {"return '[' .. string.trim(' \\t a b \\n') .. ']'", "[a b]"},
        {"return string.starts_with('abc', 'ab'), string.starts_with('abc', 'b')", "true false"},
        {"return string.ends_with('abc', 'bc'), string.ends_with('abc', 'b')", "true false"},
        {"return string.rep('ab', 3, '-')", "ab-ab-ab"},
        {"return string.rep('x', -1) .. string.rep('', 1 << 62) .. 'y'", "y"},
        {"return string.rep('x', 1 << 40)", "error: bytes"},
        {"return string.rep('x', math.maxinteger)", "error: bytes"},
        {"return string.rep('x', 1 << 20, string.rep('y', 1 << 20))", "error: bytes"},
        {"return string.rep()", "error: bad argument"},
        {"return string.len(nil)", "error: bad argument"},
        {"return string.upper('a'), string.sub('abc', 2), string.byte('a'), string.char(98)",
         "A bc 97 b"},
    };

    (void)state;
    ROOM_CHECK("{}", cases);
}

static void nothing_shows_an_address(void **state)
{
    static const struct room_case cases[] = {
        {"return tostring({})", "table"},
        {"return tostring(each)", "function"},
        {"return tostring(function() end)", "function"},
        {"return tostring(string)", "table"},
        {"return string.format('%s %s %s', {}, each, nil)", "table function nothing"},
        {"return string.format('%p', {})", "error: "},
        {"return pcall(error, {})", "false table"},
        {"return tostring(1), tostring(1.5), tostring(true), tostring(nil)", "1 1.5 true nil"},
        {"return tostring(2^53), tostring(1e100), tostring(-0.0)",
         "9.007199254741e+15 1e+100 -0.0"},
    };

    (void)state;
    ROOM_CHECK("{}", cases);
}

static void formats_what_does_not_fit(void **state)
{
    static const struct room_case cases[] = {
        {"return string.format('%d', 3)", "3"},
        {"return string.format('%d', 3.0)", "3"},
        {"return string.format('%d', 3.5)", "3.5"},
        {"return string.format('%d', 'abc')", "abc"},
        {"return string.format('%d|%s|%q', nil, true, 'a')", "nothing|true|\"a\""},
        {"return string.format('%5d|%-5s|%05.1f|%x', 42, 'ab', 3.14159, 255)",
         "   42|ab   |003.1|ff"},
        {"return string.format('100%%')", "100%"},
        {"return string.format('%s')", "error: "},
        {"return string.format('%y', 1)", "error: "},
        {"return string.format('%')", "error: "},
        {"return #string.format('%99s', 'x')", "99"},
        {"return string.format('%999999999s', 'x')", "error: "},
        {"return string.format('%s', string.rep('x', 1000)) == string.rep('x', 1000)", "true"},
    };

    (void)state;
    ROOM_CHECK("{}", cases);
}

static void walks_over_characters(void **state)
{
    static const struct room_case cases[] = {
        {"local s = '' for i, c in utf8.codes('a\\u{e4}\\u{20ac}\\u{10ffff}\\0b') do "
         "s = s .. i .. '=' .. c .. ' ' end return s",
         "1=97 2=228 4=8364 7=1114111 11=0 12=98 "},
        {"for i in utf8.codes('') do return i end return 'none'", "none"},
        {"for i in utf8.codes('\\xed\\xa0\\x80') do return i end", "error: :1: invalid UTF-8 code"},
        {"for i, c in utf8.codes('\\xed\\xa0\\x80', true) do return c end", "55296"},
        {"utf8.codes()", "error: :1: bad argument #1 to 'codes' (string expected, got no value)"},
        {"utf8.codes('a')()", "error: string expected"},
        {"return utf8.codes('a')('\\u{e4}b', 1)", "3 98"},
        {"return utf8.codes('a')('ab', -1)", ""},
        {"return utf8.codes('a')('ab', math.maxinteger)", ""},
        {"return utf8.codes('a')('ab', 'x')", "1 97"},
    };

    (void)state;
    ROOM_CHECK("{}", cases);
}

static void tables_of_a_rule_are_its_own(void **state)
{
    static const struct room_case cases[] = {
        {"local t = {3, 1, 2} table.sort(t) return table.concat(t, ' ')", "1 2 3"},
        {"local t = {3, 1, 2} table.sort(t, function(a, b) return a > b end) return "
         "table.concat(t, ' ')",
         "3 2 1"},
        /* of any length, and what is the same stays as it was */
        {"for n = 0, 130 do local t = {} for i = 1, n do t[i] = {i * 7919 % 13, i} end "
         "table.sort(t, function(a, b) return a[1] < b[1] end) assert(#t == n) "
         "for i = 2, n do local a, b = t[i - 1], t[i] "
         "if a[1] > b[1] or a[1] == b[1] and a[2] > b[2] then return n, i end end end return 'ok'",
         "ok"},
        {"local t = {} for i = 1, 2000 do t[i] = {10 + i % 7, i} end "
         "t[1][1], t[1000][1], t[2000][1] = 1, 2, 3 "
         "table.sort(t, function(a, b) return a[1] < b[1] end) "
         "for i = 5, 2000 do if t[i - 1][1] == t[i][1] and t[i - 1][2] > t[i][2] then return i end "
         "end return 'ok'",
         "ok"},
        {"local t = {'b', 'a', 'B', ''} table.sort(t) return table.concat(t, ' ')", " B a b"},
        {"table.sort({1, 'a'})", "error: attempt to compare"},
        {"table.sort({1, 2}, 1)", "error: function expected"},
        {"local t = {2, 1} local ok = pcall(table.sort, t, function() t[1] = 5 error('x') end) "
         "return ok, t[1], t[2]",
         "false 5 1"},
        {"local t = {3, 2, 1} table.sort(t, function(a, b) t[1], t[4] = nil, 7 return a < b end) "
         "return table.concat(t, ' ')",
         "1 2 3 7"},
        {"local t = {} table.insert(t, 'a') table.insert(t, 1, 'b') return table.concat(t, ' ')",
         "b a"},
        {"local t = {1, 2, 3} local x = table.remove(t, 1) return x, #t, t[1]", "1 2 2"},
        {"local t = {} return table.remove(t)", ""},
        {"table.insert({}, 5, 1)", "error: not a place"},
        {"table.insert({1}, -1, 1)", "error: not a place"},
        {"return table.unpack({1, 2, 3})", "1 2 3"},
        {"return table.unpack({1, 2, 3}, 2)", "2 3"},
        {"return table.unpack({}, 1, 1 << 40)", "error: at most"},
        {"return table.unpack({}, math.mininteger, math.maxinteger)", "error: at most"},
        {"return table.unpack({}, 1, 0)", ""},
        {"return table.concat({1, 'a', 2.5}, '-')", "1-a-2.5"},
        {"return table.concat({1, {}})", "error: "},
        {"return table.concat({1, 2}, ',', 1, 1 << 40)", "error: "},
        {"return '[' .. table.concat({1, 2}, ',', 2, 1) .. ']'", "[]"},
        {"return table.concat({'a', 'b'}, ',', 1, 2, 3)", "a,b"},
        {"return table.concat({'a', 'b'}, ',', math.mininteger, 0)", "error: "},
    };

    (void)state;
    ROOM_CHECK("{}", cases);
}

static void pairs_walks_in_order(void **state)
{
    static const struct room_case cases[] = {
        {"local s = '' for k, v in pairs({b = 1, a = 2, [10] = 3, [2] = 4, [1.5] = 5, [true] = 6}) "
         "do s = s .. "
         "tostring(k) .. '=' .. v .. ' ' end return s",
         "1.5=5 2=4 10=3 a=2 b=1 true=6 "},
        {"local s = '' for k in pairs(5) do s = s .. 'x' end for k in pairs(nil) do s = s .. 'x' "
         "end return '[' .. s .. ']'",
         "[]"},
        {"for k in pairs({[{}] = 1}) do end", "error: no key that can be put in order"},
        /* setting fields while walking does no harm */
        {"local t, n = {a = 1, b = 2, c = 3}, 0 for k in pairs(t) do t[k] = nil t['x' .. k] = 1 n "
         "= n + 1 end return n",
         "3"},
        {"local s = '' for i, v in ipairs({'a', 'b', nil, 'd'}) do s = s .. i .. v end return s",
         "1a2b"},
        {"for i in ipairs(nil) do return 'x' end return 'none'", "none"},
        {"local s = '' for k in pairs({[math.mininteger] = 1, [math.maxinteger] = 2}) do s = s .. "
         "k .. ' ' end return s",
         "-9223372036854775808 9223372036854775807 "},
        {"local s = '' for k in pairs({[1 << 53] = 1, [(1 << 53) + 1] = 2, [(1 << 53) + 2] = 3}) "
         "do s = s .. k .. ' ' end return s",
         "9007199254740992 9007199254740993 9007199254740994 "},
        /* floats that no integer is, between integers that are the same float */
        {"local s = '' for n = 1, 7 do local t = {[2.0 ^ 63] = 'f'} "
         "for i = 1, n do t[math.maxinteger - n + i] = i end "
         "for _, v in pairs(t) do s = s .. v end s = s .. ' ' end return s",
         "1f 12f 123f 1234f 12345f 123456f 1234567f "},
        {"local s = '' for _, v in pairs({[math.mininteger] = 'c', [math.mininteger + 1] = 'd', "
         "[-2.0 ^ 63 - 2048] = 'b', [-math.huge] = 'a', [-1.5] = 'e', [-1] = 'f', [0] = 'g', "
         "[0.5] = 'h', [1] = 'i', [math.maxinteger] = 'j', [math.huge] = 'k'}) do s = s .. v end "
         "return s",
         "abcdefghijk"},
    };

    (void)state;
    ROOM_CHECK("{}", cases);
}

static const char document[] = "name: x\n"
                               "empty: \"\"\n"
                               "five: 5\n"
                               "float: 1.5\n"
                               "bool: false\n"
                               "void:\n"
                               "map: {b: 1, a: 2, z: null}\n"
                               "list: [a, null, {x: 1}, [1, 2], null]\n"
                               "none: []\n"
                               "nothing: {}\n"
                               "base: &base [1, {deep: y}]\n"
                               "again: *base\n"
                               "\"7\": seven\n"
                               "big: 18446744073709551615\n"
                               "nulls: [null, null]\n";

static void looks_at_values(void **state)
{
    static const struct room_case cases[] = {
        {"local d = ... return d.name, d.five, d.float, d.bool, d.void, d.missing",
         "x 5 1.5 false nil nil"},
        {"local d = ... return d.a.b.c, d.name.x, d.five.x, d.void.x, d.list.x, d.list[9].y",
         "nil nil nil nil nil nil"},
        {"local d = ... return math.type(d.five), math.type(d.float), math.type(d.big)",
         "integer float float"},
        {"local d = ... return d['7'], d[7]", "seven nil"},
        /* each */
        {"local s = '' local d = ... for v, i in each(d.list) do s = s .. i .. type(v) .. ' ' end "
         "return s",
         "1string 3table 4table "},
        {"local n = 0 local d = ... for _ in each(d.nulls) do n = n + 1 end return n", "0"},
        {"local n = 0 local d = ... for _, x in pairs({d.name, d.five, d.bool, d.map, d.none, "
         "d.nothing}) do for _ in each(x) do "
         "n = n + 1 end end for _ in each(nil) do n = n + 1 end for _ in each() do n = n + 1 end "
         "return n",
         "0"},
        {"local s = '' for v, i in each({'a', 'b'}) do s = s .. i .. v end return s", "1a2b"},
        {"local s = 0 local d = ... for v in each(d.list) do for w in each(v) do s = s + w end end "
         "return s",
         "3"},
        /* num, str */
        {"local d = ... return num(d.five), num(d.float), num(d.name), num(d.name, 7), num(nil, "
         "8), num(), num('5', 1), num(d.map, 2)",
         "5 1.5 nil 7 8 nil 1 2"},
        {"local d = ... return str(d.name), str(d.empty, 'q') == '', str(d.five), str(d.five, "
         "'y'), str(nil, 'z'), str(true, 'w')",
         "x true nil y z w"},
        /* count: nulls count, too */
        {"local d = ... return count(d.list), count(d.map), count(d.none), count(d.nothing), "
         "count(d.nulls)",
         "5 3 0 0 2"},
        {"local d = ... return count(d.name), count(d.five), count(nil), count(), count(each)",
         "0 0 0 0 0"},
        {"return count({1, 2, 3}), count({a = 1, b = 2}), count({}), count('abc')", "3 2 0 0"},
        /* typeof */
        {"local d = ... return typeof(d, 'name'), typeof(d, 'five'), typeof(d, 'float'), typeof(d, "
         "'bool'), typeof(d, 'void')",
         "string number number boolean null"},
        {"local d = ... return typeof(d, 'map'), typeof(d, 'list'), typeof(d, 'none'), typeof(d, "
         "'nothing'), typeof(d, 'huh')",
         "map list list map missing"},
        {"local d = ... return typeof(d.list, 1), typeof(d.list, 2), typeof(d.list, 5), "
         "typeof(d.list, 6), typeof(d.list, 0)",
         "string null null missing missing"},
        {"local d = ... return typeof(d.list, 'x'), typeof(d.map, 1), typeof(d.name, 'x'), "
         "typeof(nil, 'x'), typeof(5, 1)",
         "missing missing missing missing missing"},
        {"local d = ... return typeof(d), typeof(d.list), typeof(d.none), typeof(d.five), "
         "typeof(d.void), typeof(true), typeof('')",
         "map list list number missing boolean string"},
        {"local d = ... return typeof(d, nil), typeof(d, {}), typeof(d, 1.5), typeof(d.list, 1.0)",
         "missing missing missing string"},
        {"return typeof({1}), typeof({a = 1}), typeof({a = 1}, 'a'), typeof({}, 'a'), "
         "typeof(string), typeof(each)",
         "list map number missing map function"},
        /* null */
        {"local d = ... return null(d, 'void'), null(d, 'name'), null(d, 'huh'), null(d.map, 'z'), "
         "null(d.list, 2), null(d.list, 1)",
         "true false false true true false"},
        {"local d = ... return null(nil, 'x'), null(5, 1), null(d), null(), null(d.void, 'x')",
         "false false false false false"},
        /* the document's own order, nulls left out */
        {"local s = '' local d = ... for k, v in pairs(d.map) do s = s .. k .. v end return s",
         "b1a2"},
        {"local s = '' local d = ... for k, v in pairs(d.list) do s = s .. k .. type(v) .. ' ' end "
         "return s",
         "1string 3table 4table "},
        {"local s = '' local d = ... for i in ipairs(d.list) do s = s .. i end return s", "1"},
        /* an alias is a table of its own with the same content */
        {"local d = ... return d.again == d.base, d.again[1], d.again[2].deep, count(d.again), "
         "typeof(d.again)",
         "false 1 true 2 list"},
        /* changing a document */
        {"local d = ... table.insert(d.list, 1)", "error: part of the document"},
        {"local d = ... table.sort(d.base)", "error: part of the document"},
        {"local d = ... table.remove(d.list)", "error: part of the document"},
        {"local d = ... return table.concat(d.list)", "error: part of the document"},
        {"local d = ... return table.unpack(d.base)", "error: part of the document"},
    };

    (void)state;
    ROOM_CHECK(document, cases);
}

static void looks_at_documents_that_are_no_maps(void **state)
{
    static const struct room_case list[] = {
        {"local d = ... return typeof(d), count(d), d.kind, typeof(d, 1)", "list 3 nil number"},
    };
    static const struct room_case scalar[] = {
        {"local d = ... return typeof(d), d.kind, count(d), typeof(d, 'kind')",
         "string nil 0 missing"},
    };
    static const struct room_case empty[] = {
        {"local d = ... return typeof(d), d.kind, count(d), null(d, 'x')", "missing nil 0 false"},
    };

    (void)state;
    ROOM_CHECK("[1, null, 3]", list);
    ROOM_CHECK("text", scalar);
    ROOM_CHECK("# nothing", empty);
}

static void regular_expressions(void **state)
{
    static const struct room_case cases[] = {
        {"return re.test('abc', '^a'), re.test('abc', '^b'), re.test(nil, 'a'), re.test(5, '5'), "
         "re.test({}, '')",
         "true false false false false"},
        {"return re.match('port-80', '^(\\\\w+)-(\\\\d+)$')", "port 80"},
        {"return re.match('port-80', '\\\\d+')", "80"},
        {"return re.match('a', '(b)?a')", "nil"},
        {"return re.match('x', 'y')", ""},
        {"return re.match(nil, 'y')", ""},
        {"return re.find('banana', 'an', 3)", "4 5"},
        {"return re.find('banana', 'x')", ""},
        {"return re.find('banana', 'a', 99)", ""},
        {"return re.test('a', '(')", "error: missing closing parenthesis"},
        {"return re.test(nil, '(')", "error: missing closing parenthesis"},
        {"return re.test('a', nil)", "error: string expected"},
        {"return re.test(string.rep('a', 60) .. '!', '^(a+)+$')", "error: backtracks without end"},
        {"return re.test('\\xff', 'a')", "error: UTF-8"},
        /* every time, not only the first */
        {"return pcall(re.test, string.rep('a', 60) .. '!', '^(a+)+$') or re.test(string.rep('a', "
         "60) .. '!', '^(a+)+$')",
         "error: backtracks without end"},
    };

    (void)state;
    ROOM_CHECK("{}", cases);
}

static void globs(void **state)
{
    static const struct room_case cases[] = {
        {"return glob('a*', 'abc'), glob('a*', 'a/c'), glob('a', 'b'), glob('*', nil), glob('*', "
         "5)",
         "true true false false false"},
        {"return glob_path('a*', 'a/c'), glob_path('a/**', 'a/b/c')", "false true"},
        {"return glob(nil, 'a')", "error: string expected"},
    };

    (void)state;
    ROOM_CHECK("{}", cases);
}

static void errors_are_words(void **state)
{
    static const struct room_case cases[] = {
        {"error('boom')", "error: t.lua:1: boom"},
        {"error('boom', 0)", "error: boom"},
        {"return pcall(error, 'boom')", "false boom"},
        {"return pcall(function() error({}) end)", "false t.lua:1: table"},
        {"assert(false, 'no')", "error: no"},
        {"assert(nil)", "error: assertion failed"},
        {"return assert(1, 2)", "1 2"},
        {"return pcall(function() return 1, 2 end)", "true 1 2"},
        {"return pcall()", "error: bad argument"},
        {"return select('#', 1, nil, 3), select(2, 'a', 'b')", "3 b"},
        {"return tonumber('0x10'), tonumber('z'), tonumber('10', 2), tonumber('1e1')",
         "16 nil 2 10.0"},
    };

    (void)state;
    ROOM_CHECK("{}", cases);
}

/* Endless recursion ends with an error and the state goes on. */
static void recursion_ends(void **state)
{
    static const struct room_case cases[] = {
        {"local function f() return 1 + f() end return f()", "error: stack overflow"},
        {"local function f(t) return pcall(f, t) end return f()", "false stack overflow"},
        {"local t = {} for i = 1, 300 do t = {t} end return type(t)", "table"},
        {"return 1", "1"},
    };
    struct room room;
    struct buffer answer = {0};

    (void)state;
    room_init(&room, "{}");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        room_run(&room, cases[i].code, &answer);
        if (i == 0)
            assert_true(text_starts(buffer_text(&answer), TEXT("error:")));
        else if (i > 1)
            assert_string_equal(answer.at, cases[i].answer);
    }
    buffer_done(&answer);
    room_done(&room);
}

/* ---- frozen tables ---- */

static int make_frozen(lua_State *L)
{
    static const char *const fields[] = {"may_be_nil", NULL};

    if (luaL_dostring(L, "return {list = {10, 20, {x = 1}}, map = {a = 1, b = {c = 2}}, n = 5}"))
        return lua_error(L);
    sandbox_freeze_fields(L, "the thing", fields);
    lua_setglobal(L, "strict");
    if (luaL_dostring(L, "return {10, 20, {x = 1}, a = {b = {}}}"))
        return lua_error(L);
    sandbox_freeze(L, NULL);
    lua_setglobal(L, "loose");
    lua_pushglobaltable(L);
    lua_getfield(L, -1, "strict");
    lua_getfield(L, -2, "loose");
    return 2;
}

/* What CODE answers when it is called with a strict and a loose frozen table. */
static void frozen_run(lua_State *L, const char *code, struct buffer *answer)
{
    int status;

    lua_settop(L, 2);
    buffer_done(answer);
    sandbox_push_environment(L, no_require, NULL, NULL);
    assert_true(sandbox_load(L, TEXT("t.lua"), text_of(code), TEXT("")));
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    status = lua_pcall(L, 2, LUA_MULTRET, 0);
    buffer_add(answer, status == LUA_OK ? TEXT("") : TEXT("error: "));
    for (int i = 3; i <= lua_gettop(L); i++) {
        buffer_add(answer, i > 3 ? TEXT(" ") : TEXT(""));
        sandbox_push_words(L, i);
        buffer_add(answer, text_of(lua_tostring(L, -1)));
        lua_pop(L, 1);
    }
}

static void frozen_tables_are_read_only(void **state)
{
    static const struct room_case cases[] = {
        {"local s, l = ... return s.n, s.list[1], s.map.b.c, l[2], l.a.b.c", "5 10 2 20 nil"},
        {"local s, l = ... return #s.list, #l, #l.a", "3 3 0"},
        {"local s, l = ... local t = 0 for v in each(s.list) do t = t + num(v, 0) end return t",
         "30"},
        {"local s, l = ... local t = '' for i, v in ipairs(l) do t = t .. i end return t", "123"},
        {"local s, l = ... local t = '' for k in pairs(s) do t = t .. k .. ' ' end return t",
         "list map n "},
        {"local s, l = ... local t = '' for k in pairs(l.a) do t = t .. k end return t", "b"},
        {"local s, l = ... return count(s.list), count(s.map), typeof(s, 'list'), typeof(s.list), "
         "typeof(s.map, 'a')",
         "3 2 list list number"},
        {"local s, l = ... return table.concat({table.unpack(s.list, 1, 2)}, ','), table.concat(l, "
         "',', 1, 2)",
         "10,20 10,20"},
        {"local s, l = ... return s.may_be_nil, l.missing", "nil nil"},
        {"local s, l = ... return s.missing", "error: the thing has no `missing`"},
        {"local s, l = ... return s.map.missing, s.list[9]", "nil nil"},
        {"local s, l = ... s.n = 6", "error: cannot be set"},
        {"local s, l = ... s.new = 6", "error: cannot be set"},
        {"local s, l = ... s.list[1] = 6", "error: cannot be set"},
        {"local s, l = ... s.list[4] = 6", "error: cannot be set"},
        {"local s, l = ... s.list[3].x = 6", "error: cannot be set"},
        {"local s, l = ... s.map.b.c = nil", "error: cannot be set"},
        {"local s, l = ... for v in each(l) do if type(v) == 'table' then v.x = 7 end end",
         "error: cannot be set"},
        {"local s, l = ... for _, v in pairs(l) do if type(v) == 'table' then v.x = 7 end end",
         "error: cannot be set"},
        {"local s, l = ... for _, v in ipairs(l) do if type(v) == 'table' then v.x = 7 end end",
         "error: cannot be set"},
        {"local s, l = ... select(3, table.unpack(l)).x = 7", "error: cannot be set"},
        {"local s, l = ... table.insert(s.list, 1)", "error: shared between rules"},
        {"local s, l = ... table.remove(l)", "error: shared between rules"},
        {"local s, l = ... table.sort(s.list)", "error: shared between rules"},
        {"local s, l = ... return s.list[1], s.list[3].x, #l, l[1]", "10 1 3 10"},
    };
    struct room room;
    struct buffer answer = {0};
    lua_State *L;
    size_t wrong = 0;

    (void)state;
    room_init(&room, "{}");
    L = room.worker->L;
    lua_settop(L, 0);
    lua_pushcfunction(L, make_frozen);
    assert_int_equal(lua_pcall(L, 0, 2, 0), LUA_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text expected = text_of(cases[i].answer);
        bool raises = text_starts(expected, TEXT("error: "));

        frozen_run(L, cases[i].code, &answer);
        if (raises ? !text_starts(buffer_text(&answer), TEXT("error: ")) ||
                         text_find(buffer_text(&answer), text_slice(expected, 7, expected.length),
                                   0) == SIZE_MAX
                   : !text_equal(buffer_text(&answer), expected)) {
            print_message("%s\n  expected: %s\n  got:      %s\n", cases[i].code, cases[i].answer,
                          answer.at);
            wrong++;
        }
    }
    lua_settop(L, 0);
    buffer_done(&answer);
    room_done(&room);
    assert_int_equal(wrong, 0);
}

static int freeze_a_circle(lua_State *L)
{
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_setfield(L, -2, "self");
    sandbox_freeze(L, NULL);
    return 1;
}

static void a_circle_is_an_error(void **state)
{
    struct room room;

    (void)state;
    room_init(&room, "{}");
    lua_pushcfunction(room.worker->L, freeze_a_circle);
    assert_int_not_equal(lua_pcall(room.worker->L, 0, 1, 0), LUA_OK);
    assert_non_null(strstr(lua_tostring(room.worker->L, -1), "holds itself"));
    room_done(&room);
}

/* ---- sources ---- */

static void loads_text_only(void **state)
{
    static const struct {
        struct text text;
        const char *error; /* NULL: loads */
    } cases[] = {
        {{"return 1", 8}, NULL},
        {{"", 0}, NULL},
        {{"# a line for a shell\nreturn 1", 29}, ""},
        {{"return", 6}, NULL},
        {{"return 1 +", 10}, "t.lua:1:"},
        {{"\n\nx x", 5}, "t.lua:3:"},
        {{"\033LuaT\0\x19\x93\r\n\x1a\n", 12}, "compiled Lua"},
        {{"goto nowhere", 12}, "t.lua:1:"},
        {{"return '\0'", 10}, NULL},
    };
    struct room room;
    char *longer = memory_get(SANDBOX_SOURCE_MAX + 1);

    (void)state;
    room_init(&room, "{}");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool loaded;

        lua_settop(room.worker->L, 0);
        sandbox_push_environment(room.worker->L, no_require, NULL, NULL);
        loaded = sandbox_load(room.worker->L, TEXT("t.lua"), cases[i].text, TEXT(""));
        assert_int_equal(lua_gettop(room.worker->L), 1);
        assert_int_equal(loaded, cases[i].error == NULL);
        if (!loaded)
            assert_non_null(strstr(lua_tostring(room.worker->L, -1), cases[i].error));
    }
    memset(longer, ' ', SANDBOX_SOURCE_MAX + 1);
    for (size_t more = 0; more < 2; more++) {
        lua_settop(room.worker->L, 0);
        sandbox_push_environment(room.worker->L, no_require, NULL, NULL);
        assert_int_equal(sandbox_load(room.worker->L, TEXT("t.lua"),
                                      (struct text){longer, SANDBOX_SOURCE_MAX + more}, TEXT("")),
                         !more);
    }
    assert_non_null(strstr(lua_tostring(room.worker->L, -1), "65536"));
    free(longer);
    room_done(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_absent_is_absent),
        cmocka_unit_test(what_is_promised_is_there),
        cmocka_unit_test(globals_are_strict),
        cmocka_unit_test(one_file_leaves_nothing_for_another),
        cmocka_unit_test(scalars_have_no_fields),
        cmocka_unit_test(strings_have_no_patterns),
        cmocka_unit_test(nothing_shows_an_address),
        cmocka_unit_test(formats_what_does_not_fit),
        cmocka_unit_test(walks_over_characters),
        cmocka_unit_test(tables_of_a_rule_are_its_own),
        cmocka_unit_test(pairs_walks_in_order),
        cmocka_unit_test(looks_at_values),
        cmocka_unit_test(looks_at_documents_that_are_no_maps),
        cmocka_unit_test(regular_expressions),
        cmocka_unit_test(globs),
        cmocka_unit_test(errors_are_words),
        cmocka_unit_test(recursion_ends),
        cmocka_unit_test(frozen_tables_are_read_only),
        cmocka_unit_test(a_circle_is_an_error),
        cmocka_unit_test(loads_text_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
