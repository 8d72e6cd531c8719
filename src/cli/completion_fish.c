/*
 * The completions for fish: one call of complete for each option and argument.
 */
#include "cli/completion.h"
#include "cli/template.h"

static void fish_quoted(struct buffer *to, struct text text)
{
    buffer_byte(to, '\'');
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == '\'' || text.at[i] == '\\')
            buffer_byte(to, '\\');
        buffer_byte(to, text.at[i]);
    }
    buffer_byte(to, '\'');
}

/* The options of complete that say what a value or an argument may be. */
static void fish_candidates(struct buffer *to, struct completion completion, struct text names)
{
    if (completion.kind == COMPLETION_COMMANDS)
        completion = (struct completion){COMPLETION_WORDS, names};
    switch (completion.kind) {
    case COMPLETION_FILES:
        buffer_print(to, " -F");
        break;
    case COMPLETION_DIRECTORIES:
        buffer_print(to, " -a '(__fish_complete_directories)'");
        break;
    case COMPLETION_RULES:
        buffer_print(to, " -a '(__krug_rules)'");
        break;
    case COMPLETION_REVISIONS:
        buffer_print(to, " -a '(__krug_revisions)'");
        break;
    case COMPLETION_WORDS:
        buffer_print(to, " -a '%.*s'", TEXT_ARGS(completion.words));
        break;
    case COMPLETION_NOTHING:
    case COMPLETION_COMMANDS:
        break;
    }
}

static void fish_option(struct buffer *to, const struct command *command, enum option_id id,
                        struct arena *arena)
{
    const struct option_entry *entry = &option_table[id];

    buffer_print(to, "complete -c krug -n '__fish_seen_subcommand_from %s' -l %s", command->name,
                 entry->name);
    if (entry->letter)
        buffer_print(to, " -s %c", entry->letter);
    if (entry->argument) {
        struct completion completion = completion_of_option(command, id, arena);

        buffer_print(to, completion.kind == COMPLETION_FILES ? " -r" : " -x");
        fish_candidates(to, completion, (struct text){0});
    }
    buffer_print(to, " -d ");
    fish_quoted(to, option_purpose(command, id, arena));
    buffer_byte(to, '\n');
}

static void fish_command(struct buffer *to, const struct command *command, struct text names,
                         struct arena *arena)
{
    struct completion completion = completion_of_arguments(command);

    buffer_print(to, "complete -c krug -n __fish_use_subcommand -a %s -d ", command->name);
    fish_quoted(to, text_of(command->summary));
    buffer_byte(to, '\n');
    for (int id = 0; id < OPTION_COUNT; id++)
        if (completion_takes(command, id))
            fish_option(to, command, (enum option_id)id, arena);
    buffer_print(to, "complete -c krug -n '__fish_seen_subcommand_from %s", command->name);
    if (completion.kind == COMPLETION_WORDS) /* only the first argument is one of them */
        buffer_print(to, "; and not __fish_seen_subcommand_from %.*s", TEXT_ARGS(completion.words));
    buffer_byte(to, '\'');
    fish_candidates(to, completion, names);
    buffer_byte(to, '\n');
}

void completion_fish(struct buffer *script, struct arena *arena)
{
    struct text names = completion_commands(arena, " ");
    struct buffer completions = {0};
    const struct command *command;

    for (size_t i = 0; (command = completion_next(&i));)
        fish_command(&completions, command, names, arena);
    template_fill(
        script, "templates/completion.fish",
        (struct template_word[]){{"COMPLETIONS", buffer_text(&completions)}, {NULL, {0}}});
    buffer_done(&completions);
}
