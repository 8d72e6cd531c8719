/*
 * krug new: the first files of a policy and of a rule, from templates/. They work as they are, so
 * that who changes them always starts from something green. Nothing is ever overwritten.
 */
#include "cli/new.h"
#include "base/file.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct text new_shown(struct new_place *place, struct text path)
{
    return path_relative(&place->arena, path, place->here);
}

static bool new_failed(struct new_place *place, struct text path)
{
    const char *reason = strerror(errno);

    place->failed = true;
    fputs("krug: ", stderr);
    report_print(stderr, new_shown(place, path));
    report_tell(" could not be written: %s\n", reason);
    return false;
}

/* What stands at PATH (see file_mode). */
static mode_t new_look(struct new_place *place, struct text path, bool follow)
{
    mode_t mode;
    const char *error = file_mode(path.at, follow, &mode);

    if (error) {
        place->failed = true;
        fputs("krug: ", stderr);
        report_print(stderr, new_shown(place, path));
        fprintf(stderr, " cannot be read: %s\n", error);
    }
    return mode;
}

/* Makes DIRECTORY and those above it. */
static bool new_make_directory(struct new_place *place, struct text directory)
{
    for (size_t i = 1; i <= directory.length; i++) {
        struct text part;

        if (i < directory.length && directory.at[i] != '/')
            continue;
        part = arena_copy(&place->arena, text_slice(directory, 0, i));
        if (mkdir(part.at, 0777) && errno != EEXIST)
            return new_failed(place, part);
    }
    return true;
}

/* Writes a file that is not there yet and says so. */
static bool new_write(struct new_place *place, struct text path, struct text bytes)
{
    FILE *stream;
    int error = 0;

    if (!new_make_directory(place, path_directory(path)))
        return false;
    stream = fopen(path.at, "wx");
    if (!stream)
        return new_failed(place, path);
    if (fwrite(bytes.at, 1, bytes.length, stream) < bytes.length)
        error = errno;
    if (fclose(stream) && !error)
        error = errno;
    if (error) {
        unlink(path.at); /* half of it would be taken for the whole */
        errno = error;
        return new_failed(place, path);
    }
    fputs("wrote ", stdout);
    report_print(stdout, new_shown(place, path));
    putchar('\n');
    return true;
}

bool new_fill(struct new_place *place, struct text path, const char *template,
              const struct template_word *words)
{
    struct buffer buffer = {0};
    bool written;

    template_fill(&buffer, template, words);
    written = new_write(place, path, buffer_text(&buffer));
    buffer_done(&buffer);
    return written;
}

struct text new_find_policy(struct new_place *place, struct text directory)
{
    while (path_below(directory, place->root)) {
        struct text policy = path_join(&place->arena, directory, TEXT(".policy"));

        if (S_ISDIR(new_look(place, policy, true)))
            return directory;
        if (place->failed || text_equal(directory, place->root) || directory.length <= 1)
            break;
        directory = arena_copy(&place->arena, path_directory(directory));
    }
    return (struct text){0};
}

/* The settings of the policy that holds where there is none, so that nothing changes with a new
 * one. */
static struct text new_starter_rules(void)
{
    struct text starter = template_find("rules/policy.yaml");

    return text_slice(starter, text_find(starter, TEXT("rules:\n"), 0), starter.length);
}

/* What an editor wants to know. A file that is there stays as it is. */
static bool new_write_editor(struct new_place *place, struct text policy)
{
    static const struct {
        const char *name, *template;
    } files[] = {{".luarc.json", "templates/luarc.json"}, {".stylua.toml", "templates/stylua.toml"},
                 {"krug.d.lua", "lua/krug.d.lua"},        {"k8s.d.lua", "lua/k8s.d.lua"},
                 {"istio.d.lua", "lua/istio.d.lua"},      {"apis.d.lua", "lua/apis.d.lua"}};

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct text path = path_join(&place->arena, policy, text_of(files[i].name));
        struct text bytes = template_find(files[i].template);

        if (bytes.at && !new_look(place, path, false) && !place->failed)
            new_write(place, path, bytes);
        if (place->failed)
            return false;
    }
    return true;
}

bool new_policy_at(struct new_place *place, struct text directory)
{
    struct arena *arena = &place->arena;
    struct text policy = path_join(arena, directory, TEXT(".policy"));
    struct text settings = path_join(arena, policy, TEXT("policy.yaml"));
    struct text outer = {0};

    if (new_look(place, settings, false)) {
        fputs("krug: there is a policy already: ", stderr);
        report_print(stderr, new_shown(place, settings));
        fputs("\n`krug new policy DIR` makes one for a directory below.\n", stderr);
        return false;
    }
    if (!text_equal(directory, place->root))
        outer = new_find_policy(place, arena_copy(arena, path_directory(directory)));
    if (place->failed)
        return false;
    if (outer.at)
        return new_write(place, settings, template_find("templates/policy-nested.yaml"));
    return new_fill(place, settings, "templates/policy.yaml",
                    (struct template_word[]){{"RULES", new_starter_rules()}, {NULL, {0}}}) &&
           new_write_editor(place, policy);
}

static bool new_policy(struct new_place *place, const char *named)
{
    struct text directory = place->root, shown = place->root;

    if (named) {
        shown = text_of(*named ? named : "''");
        directory = shown;
        if (!text_starts(directory, TEXT("/")))
            directory = path_join(&place->arena, place->here, directory);
        directory = path_clean(&place->arena, directory);
    }
    if (!S_ISDIR(new_look(place, directory, true))) {
        fputs("krug: there is no directory ", stderr);
        report_print(stderr, shown);
        fputc('\n', stderr);
        return false;
    }
    if (!new_policy_at(place, directory))
        return false;
    fputs("\nnext: `krug lint` shows what is found; say in policy.yaml what holds where\n"
          "      `krug new rule PACK/NAME` writes a rule of your own\n",
          stdout);
    return true;
}

static bool new_find_place(struct new_place *place)
{
    const char *here = ".", *error;
    char *real = realpath(here, NULL);

    error = real ? tree_find_root(&place->arena, &here, 1, &place->root) : strerror(errno);
    place->here = arena_copy(&place->arena, text_of(real));
    if (error)
        report_tell("krug: %s%s\n", real ? "" : "the working directory cannot be read: ", error);
    free(real);
    return !error;
}

int command_new(const struct options *options)
{
    struct new_place place = {0};
    const char *what = options->path_count ? options->paths[0] : "";
    bool good = false;

    if (!strcmp(what, "rule") && options->path_count == 2)
        good = new_find_place(&place) && new_rule(&place, options, text_of(options->paths[1]));
    else if (!strcmp(what, "policy") && options->path_count <= 2 &&
             !options_has(options, OPTION_KIND) && !options_has(options, OPTION_ACROSS))
        good = new_find_place(&place) &&
               new_policy(&place, options->path_count == 2 ? options->paths[1] : NULL);
    else
        fputs("krug: write `krug new rule PACK/NAME` or `krug new policy [DIR]`\n", stderr);
    arena_done(&place.arena);
    return good ? STATUS_OK : STATUS_TROUBLE;
}
