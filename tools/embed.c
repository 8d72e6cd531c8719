/*
 * A program of the build: embed OUTPUT ROOT FILE... writes OUTPUT, a C file with the table of
 * base/embedded.h. Files of Lua are there as text, which rules are shown and searched in, and
 * compiled: compiling a hundred rules takes longer than linting a file.
 */
#include <assert.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes that grow. */
struct bytes {
    unsigned char *at;
    size_t length, capacity;
};

_Noreturn static void embed_stop(const char *what, const char *path)
{
    fprintf(stderr, "embed: %s: %s\n", path, what);
    exit(1);
}

static int embed_add(lua_State *L, const void *bytes, size_t length, void *to)
{
    struct bytes *out = to;

    (void)L;
    if (!length)
        return 0;
    if (out->length + length > out->capacity) {
        void *more = realloc(out->at, (out->length + length) * 2);

        if (!more)
            return 1;
        out->at = more;
        out->capacity = (out->length + length) * 2;
    }
    assert(out->at);
    memcpy(out->at + out->length, bytes, length);
    out->length += length;
    return 0;
}

static struct bytes embed_read(const char *path)
{
    struct bytes bytes = {NULL, 0, 0};
    unsigned char room[4096];
    size_t got;
    FILE *file = fopen(path, "rb");

    if (!file)
        embed_stop("cannot be read", path);
    while ((got = fread(room, 1, sizeof room, file)))
        if (embed_add(NULL, room, got, &bytes))
            embed_stop("there is no memory left", path);
    if (ferror(file))
        embed_stop("cannot be read", path);
    fclose(file);
    return bytes;
}

/* With the names and lines that error messages tell. */
static struct bytes embed_compile(const char *path, const struct bytes *text)
{
    struct bytes code = {NULL, 0, 0};
    char name[512];
    lua_State *L = luaL_newstate();

    snprintf(name, sizeof name, "@%s", path);
    if (!L)
        embed_stop("there is no memory left", path);
    if (luaL_loadbufferx(L, (const char *)text->at, text->length, name, "t") != LUA_OK)
        embed_stop(lua_tostring(L, -1), path);
    if (lua_dump(L, embed_add, &code, 0))
        embed_stop("there is no memory left", path);
    lua_close(L);
    return code;
}

static void embed_write(FILE *out, const char *name, int number, const struct bytes *bytes)
{
    fprintf(out, "static const unsigned char %s_%d[] = {", name, number);
    for (size_t i = 0; i < bytes->length; i++)
        fprintf(out, "%u,", bytes->at[i]);
    fputs("0};\n", out); /* a NUL behind the bytes */
}

static int embed_is_code(const char *path)
{
    const char *end = strrchr(path, '.');

    /* annotations for editors are no program */
    return end && !strcmp(end, ".lua") && !strstr(path, ".d.lua") &&
           strncmp(path, "templates/", 10);
}

static int embed_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
    char path[4096];
    FILE *out;

    if (argc < 4)
        embed_stop("usage: embed OUTPUT ROOT FILE...", "embed");
    qsort(argv + 3, (size_t)argc - 3, sizeof *argv, embed_compare);
    out = fopen(argv[1], "w");
    if (!out)
        embed_stop("cannot be written", argv[1]);
    fputs("#include \"base/embedded.h\"\n\n", out);
    for (int i = 3; i < argc; i++) {
        struct bytes text, code = {NULL, 0, 0};

        snprintf(path, sizeof path, "%s/%s", argv[2], argv[i]);
        text = embed_read(path);
        if (embed_is_code(argv[i]))
            code = embed_compile(argv[i], &text);
        embed_write(out, "text", i, &text);
        embed_write(out, "code", i, &code);
        free(text.at);
        free(code.at);
    }
    fputs("\nconst struct embedded embedded_files[] = {\n", out);
    for (int i = 3; i < argc; i++)
        fprintf(out,
                "    {{\"%s\", sizeof \"%s\" - 1}, {(const char *)text_%d, sizeof text_%d - 1},\n"
                "     {(const char *)code_%d, sizeof code_%d - 1}},\n",
                argv[i], argv[i], i, i, i, i);
    fprintf(out, "};\nconst size_t embedded_count = %d;\n", argc - 3);
    if (fflush(out) || ferror(out) || fclose(out))
        embed_stop("cannot be written", argv[1]);
    return 0;
}
