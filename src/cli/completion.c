/*
 * krug completion: scripts for shells, made from the tables of commands and options, so that they
 * never lag behind. What a value is, its word in these tables says.
 */
#include "cli/completion.h"
#include "base/near.h"
#include "cli/command.h"
#include <string.h>

static const struct {
    const char *word;
    struct completion completion;
} completion_words[] = {
    /* values of options */
    {"PATH", {COMPLETION_FILES, {0}}},
    {"FILE", {COMPLETION_FILES, {0}}},
    {"DIR", {COMPLETION_DIRECTORIES, {0}}},
    {"GLOB", {COMPLETION_NOTHING, {0}}},
    {"N", {COMPLETION_NOTHING, {0}}},
    {"REV", {COMPLETION_REVISIONS, {0}}},
    {"DATE", {COMPLETION_NOTHING, {0}}},
    {"RULE", {COMPLETION_RULES, {0}}},
    {"LEVEL", {COMPLETION_WORDS, {"error warn info never", 21}}},
    {"WHEN", {COMPLETION_WORDS, {"auto always never", 17}}},
    {"KIND", {COMPLETION_WORDS, {"v1/Service apps/Deployment workload", 35}}},
    /* arguments of commands */
    {"[PATH...]", {COMPLETION_FILES, {0}}},
    {"[PATTERN]", {COMPLETION_RULES, {0}}},
    {"RULE|FILE:LINE", {COMPLETION_RULES, {0}}},
    {"rule|policy [NAME]", {COMPLETION_WORDS, {"rule policy", 11}}},
    {"bash|zsh|fish", {COMPLETION_WORDS, {"bash zsh fish", 13}}},
    {"[COMMAND]", {COMPLETION_COMMANDS, {0}}},
};

static struct completion completion_of_word(const char *word)
{
    for (size_t i = 0; i < sizeof completion_words / sizeof *completion_words; i++)
        if (!strcmp(completion_words[i].word, word))
            return completion_words[i].completion;
    return (struct completion){0};
}

static struct completion completion_of_formats(const struct command *command, struct arena *arena)
{
    struct buffer words = {0};
    struct completion completion = {COMPLETION_WORDS, {0}};

    for (size_t i = 0; command->formats && command->formats[i]; i++)
        buffer_print(&words, "%s%s", i ? " " : "", command->formats[i]);
    for (size_t i = 0; !command->formats && i < reporter_count; i++)
        buffer_print(&words, "%s%s", i ? " " : "", reporters[i].name);
    completion.words = arena_copy(arena, buffer_text(&words));
    buffer_done(&words);
    return completion;
}

struct completion completion_of_option(const struct command *command, enum option_id id,
                                       struct arena *arena)
{
    if (id == OPTION_FORMAT)
        return completion_of_formats(command, arena);
    if (id == OPTION_RULE)
        return (struct completion){COMPLETION_RULES, {0}};
    return completion_of_word(option_table[id].argument);
}

struct completion completion_of_arguments(const struct command *command)
{
    return completion_of_word(command->arguments);
}

bool completion_takes(const struct command *command, int id)
{
    return id == OPTION_HELP || command->options & UINT64_C(1) << id;
}

const struct command *completion_next(size_t *index)
{
    return *index < command_count ? &commands[(*index)++] : NULL;
}

struct text completion_commands(struct arena *arena, const char *separator)
{
    struct buffer names = {0};
    const struct command *command;
    struct text text;

    for (size_t i = 0; (command = completion_next(&i));)
        buffer_print(&names, "%s%s", names.length ? separator : "", command->name);
    text = arena_copy(arena, buffer_text(&names));
    buffer_done(&names);
    return text;
}

static const struct {
    const char *name;
    void (*write)(struct buffer *script, struct arena *arena);
} completion_shells[] = {
    {"bash", completion_bash}, {"zsh", completion_zsh}, {"fish", completion_fish}};
static const size_t completion_shell_count = sizeof completion_shells / sizeof *completion_shells;

static int completion_unknown(const struct options *options)
{
    struct near near;

    near_init(&near, text_of(options->path_count == 1 ? options->paths[0] : NULL));
    for (size_t i = 0; i < completion_shell_count && near.wanted.length; i++)
        near_offer(&near, text_of(completion_shells[i].name));
    fputs("krug: `krug completion` takes a shell: bash, zsh or fish", stderr);
    if (near.best.at)
        report_tell("; did you mean %.*s?", TEXT_ARGS(near.best));
    fputc('\n', stderr);
    return STATUS_TROUBLE;
}

int command_completion(const struct options *options)
{
    struct arena arena = {0};
    struct buffer script = {0};

    for (size_t i = 0; options->path_count == 1 && i < completion_shell_count; i++)
        if (!strcmp(options->paths[0], completion_shells[i].name))
            completion_shells[i].write(&script, &arena);
    if (!script.length)
        return completion_unknown(options);
    fwrite(script.at, 1, script.length, stdout);
    buffer_done(&script);
    arena_done(&arena);
    return STATUS_OK;
}
