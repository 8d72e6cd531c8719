/*
 * krug new: the first files of a policy and of a rule, from templates/. They work as they are, so
 * that who changes them always starts from something green. Nothing is ever overwritten.
 */
#include "base/file.h"
#include "cli/command.h"
#include "cli/template.h"
#include "engine/describe.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Where things are: absolute and clean. */
struct new_place {
    struct arena arena;
    struct text here, root;
    struct text wrote; /* the directory of the policy that was made on the way; at == NULL: none */
};

static bool new_is_directory(struct text path)
{
    struct stat status;

    return !stat(path.at, &status) && S_ISDIR(status.st_mode);
}

static bool new_exists(struct text path)
{
    struct stat status;

    return !lstat(path.at, &status);
}

static struct text new_shown(struct new_place *place, struct text path)
{
    return path_relative(&place->arena, path, place->here);
}

static bool new_failed(struct new_place *place, struct text path)
{
    const char *reason = strerror(errno);

    fputs("krug: ", stderr);
    report_print(stderr, new_shown(place, path));
    fprintf(stderr, " could not be written: %s\n", reason);
    return false;
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
    bool failed;

    if (!new_make_directory(place, path_directory(path)))
        return false;
    stream = fopen(path.at, "wx");
    if (!stream)
        return new_failed(place, path);
    fwrite(bytes.at, 1, bytes.length, stream);
    failed = ferror(stream) != 0;
    if (fclose(stream) || failed)
        return new_failed(place, path);
    fputs("wrote ", stdout);
    report_print(stdout, new_shown(place, path));
    putchar('\n');
    return true;
}

static bool new_fill(struct new_place *place, struct text path, const char *template,
                     const struct template_word *words)
{
    struct buffer buffer = {0};
    bool written;

    template_fill(&buffer, template, words);
    written = new_write(place, path, buffer_text(&buffer));
    buffer_done(&buffer);
    return written;
}

/* The nearest directory with a .policy/ from DIRECTORY up to the root; at == NULL: none. */
static struct text new_find_policy(struct new_place *place, struct text directory)
{
    while (path_below(directory, place->root)) {
        if (new_is_directory(path_join(&place->arena, directory, TEXT(".policy"))))
            return directory;
        if (text_equal(directory, place->root) || directory.length <= 1)
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
    } files[] = {{".luarc.json", "templates/luarc.json"},
                 {".stylua.toml", "templates/stylua.toml"},
                 {"krug.d.lua", "lua/krug.d.lua"}};

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct text path = path_join(&place->arena, policy, text_of(files[i].name));
        struct text bytes = template_find(files[i].template);

        if (bytes.at && !new_exists(path) && !new_write(place, path, bytes))
            return false;
    }
    return true;
}

/* Writes DIRECTORY/.policy. */
static bool new_policy_at(struct new_place *place, struct text directory)
{
    struct arena *arena = &place->arena;
    struct text policy = path_join(arena, directory, TEXT(".policy"));
    struct text settings = path_join(arena, policy, TEXT("policy.yaml"));
    struct text outer = {0};

    if (new_exists(settings)) {
        fputs("krug: there is a policy already: ", stderr);
        report_print(stderr, new_shown(place, settings));
        fputs("\n`krug new policy DIR` makes one for a directory below.\n", stderr);
        return false;
    }
    if (!text_equal(directory, place->root))
        outer = new_find_policy(place, arena_copy(arena, path_directory(directory)));
    if (outer.at)
        return new_write(place, settings, template_find("templates/policy-nested.yaml"));
    return new_fill(place, settings, "templates/policy.yaml",
                    (struct template_word[]){{"RULES", new_starter_rules()}, {NULL, {0}}}) &&
           new_write_editor(place, policy);
}

static bool new_policy(struct new_place *place, const char *named)
{
    struct text directory = place->root;

    if (named) {
        directory = text_of(*named ? named : "''");
        if (!text_starts(directory, TEXT("/")))
            directory = path_join(&place->arena, place->here, directory);
        directory = path_clean(&place->arena, directory);
    }
    if (!new_is_directory(directory)) {
        fputs("krug: there is no directory ", stderr);
        report_print(stderr, text_of(*named ? named : "''"));
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

/* PACK/NAME of what was given, with what may not be in a name replaced. */
static struct text new_near_name(struct arena *arena, struct text name)
{
    struct buffer buffer = {0};

    for (size_t i = 0; i < name.length; i++) {
        char byte = name.at[i];

        if (byte >= 'A' && byte <= 'Z')
            byte = (char)(byte - 'A' + 'a');
        else if (byte != '/' && !policy_is_name((struct text){&byte, 1}))
            byte = '-';
        buffer_byte(&buffer, byte);
    }
    name = arena_copy(arena, buffer_text(&buffer));
    buffer_done(&buffer);
    return name;
}

static bool new_is_id(struct text id)
{
    size_t slash = text_find(id, TEXT("/"), 0);

    return slash != SIZE_MAX && policy_is_name(text_slice(id, 0, slash)) &&
           policy_is_name(text_slice(id, slash + 1, id.length));
}

static bool new_check_id(struct new_place *place, struct text id)
{
    struct text near = new_near_name(&place->arena, id);

    if (new_is_id(id))
        return true;
    fprintf(stderr, "krug: %.*s: a rule is called PACK/NAME, each of a-z, 0-9, `-` and `_`",
            TEXT_ARGS(id.length ? id : TEXT("''")));
    if (new_is_id(near))
        fprintf(stderr, "; did you mean %.*s?", TEXT_ARGS(near));
    else if (policy_is_name(near))
        fprintf(stderr, ", as in acme/%.*s", TEXT_ARGS(near));
    fputc('\n', stderr);
    return false;
}

/* Whether a rule of DIRECTORY's policy (relative to the root) and RULE would be in each other's
 * way. */
static bool new_clashes(const struct rule_info *rule, struct text directory)
{
    const struct policy *policy = rule->rule.policy;

    return !policy || policy->extra || path_below(directory, policy->directory) ||
           path_below(policy->directory, directory);
}

static bool new_is_free(struct new_place *place, const struct options *options, struct text id,
                        struct text directory)
{
    struct workspace workspace;
    bool is_free = true;

    directory = path_relative(&place->arena, directory, place->root);
    if (text_is(directory, "."))
        directory = TEXT("");
    /* what is wrong elsewhere is for other commands to tell */
    if (workspace_open(&workspace, options, NULL, 0))
        for (size_t i = 0; i < workspace.rules.count && is_free; i++) {
            const struct rule_info *rule = workspace.rules.items[i];

            if (!text_equal(rule->rule.id, id) || !new_clashes(rule, directory))
                continue;
            is_free = false;
            fprintf(stderr, "krug: there is a rule %.*s already: ", TEXT_ARGS(id));
            report_print(stderr, rule->rule.policy ? workspace_path(&workspace, rule->rule.file)
                                                   : TEXT("krug brings it along"));
            fputs("\n", stderr);
        }
    workspace_done(&workspace);
    return is_free;
}

/* The apiVersion of an example for a rule on KIND. */
static struct text new_api_version(struct arena *arena, const struct rule_kind *kind)
{
    static const struct {
        const char *kind, *api_version;
    } known[] = {
        {"Deployment", "apps/v1"},
        {"StatefulSet", "apps/v1"},
        {"DaemonSet", "apps/v1"},
        {"ReplicaSet", "apps/v1"},
        {"Job", "batch/v1"},
        {"CronJob", "batch/v1"},
        {"Ingress", "networking.k8s.io/v1"},
        {"NetworkPolicy", "networking.k8s.io/v1"},
        {"PodDisruptionBudget", "policy/v1"},
        {"HorizontalPodAutoscaler", "autoscaling/v2"},
    };
    struct text version = kind->version.at ? kind->version : TEXT("v1");

    if (kind->group.length)
        return arena_print(arena, "%.*s/%.*s", TEXT_ARGS(kind->group), TEXT_ARGS(version));
    for (size_t i = 0; i < sizeof known / sizeof *known && !kind->group.at; i++)
        if (text_is(kind->kind, known[i].kind))
            return text_of(known[i].api_version);
    return version;
}

static bool new_write_rule(struct new_place *place, struct text path, struct text written,
                           const struct rule_kind *kind)
{
    struct arena *arena = &place->arena;
    struct rule_kind shown = *kind;
    struct text subject = kind->kind;

    if (!shown.kind.at) {
        subject = kind->workload ? TEXT("workload") : TEXT("resource");
        shown.kind = kind->workload ? TEXT("Deployment") : TEXT("ConfigMap");
    }
    return new_fill(
        place, path, "templates/rule.lua",
        (struct template_word[]){
            {"SUBJECT", arena_print(arena, "Every %.*s", TEXT_ARGS(subject))},
            {"KIND", written},
            {"HEAD", arena_print(arena, "      apiVersion: %.*s\n      kind: %.*s",
                                 TEXT_ARGS(new_api_version(arena, &shown)), TEXT_ARGS(shown.kind))},
            {NULL, {0}},
        });
}

static bool new_rule(struct new_place *place, const struct options *options, struct text id)
{
    struct text kind_text = TEXT("v1/Service"), directory, path;
    struct rule_kind kind;

    if (options_has(options, OPTION_KIND))
        kind_text = text_of(options_value(options, OPTION_KIND));
    if (!describe_kind(kind_text, &kind)) {
        fprintf(stderr,
                "krug: --kind %.*s is no kind: write Service, v1/Service, apps/Deployment, "
                "apps/v1/Deployment, workload or *\n",
                TEXT_ARGS(kind_text));
        return false;
    }
    if (!new_check_id(place, id))
        return false;
    directory = new_find_policy(place, place->here);
    if (!new_is_free(place, options, id, directory.at ? directory : place->root))
        return false;
    if (!directory.at) {
        directory = place->root;
        if (!new_policy_at(place, directory))
            return false;
    }
    path = arena_print(&place->arena, "%.*s/.policy/rules/%.*s.lua", TEXT_ARGS(directory),
                       TEXT_ARGS(id));
    if (!new_write_rule(place, path, kind_text, &kind))
        return false;
    printf("\nnext: change its check and its examples; `krug test -r %.*s` runs them\n"
           "      `krug lint -r %.*s` shows what it finds in the repository\n"
           "      policy.yaml says in which namespaces it holds, and how strictly\n",
           TEXT_ARGS(id), TEXT_ARGS(id));
    return true;
}

static bool new_find_place(struct new_place *place)
{
    const char *here = ".", *error;
    char *real = realpath(here, NULL);

    error = real ? tree_find_root(&place->arena, &here, 1, &place->root) : strerror(errno);
    place->here = arena_copy(&place->arena, text_of(real));
    free(real);
    if (error)
        fprintf(stderr, "krug: %s\n", error);
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
             !options_has(options, OPTION_KIND))
        good = new_find_place(&place) &&
               new_policy(&place, options->path_count == 2 ? options->paths[1] : NULL);
    else
        fputs("krug: write `krug new rule PACK/NAME [--kind KIND]` or `krug new policy [DIR]`\n",
              stderr);
    arena_done(&place.arena);
    return good ? STATUS_OK : STATUS_TROUBLE;
}
