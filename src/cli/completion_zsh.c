/*
 * The completions for zsh: specifications of _arguments for each command.
 */
#include "cli/completion.h"
#include "cli/template.h"

/* TEXT inside quotes of a specification, where brackets and colons mean something. */
static void zsh_escape(struct buffer *to, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char byte = text.at[i];

        if (byte == '[' || byte == ']' || byte == ':' || byte == '\\')
            buffer_byte(to, '\\');
        if (byte == '\'')
            buffer_print(to, "'\\''");
        else
            buffer_byte(to, byte);
    }
}

static void zsh_action(struct buffer *to, struct completion completion)
{
    static const char *const actions[] = {
        [COMPLETION_NOTHING] = " ",
        [COMPLETION_FILES] = "_files",
        [COMPLETION_DIRECTORIES] = "_files -/",
        [COMPLETION_RULES] = "_krug_rules",
        [COMPLETION_REVISIONS] = "_krug_revisions",
        [COMPLETION_COMMANDS] = "_krug_commands",
    };

    if (completion.kind == COMPLETION_WORDS)
        buffer_print(to, "(%.*s)", TEXT_ARGS(completion.words));
    else
        buffer_print(to, "%s", actions[completion.kind]);
}

static void zsh_option(struct buffer *to, const struct command *command, enum option_id id,
                       struct arena *arena)
{
    const struct option_entry *entry = &option_table[id];
    const char *argument = option_argument(command, id);

    if (entry->letter)
        buffer_print(to, " \\\n        '*'{-%c%s,--%s%s}'[", entry->letter, argument ? "+" : "",
                     entry->name, argument ? "=" : "");
    else
        buffer_print(to, " \\\n        '*--%s%s[", entry->name, argument ? "=" : "");
    zsh_escape(to, option_purpose(command, id, arena));
    buffer_byte(to, ']');
    if (argument) {
        buffer_byte(to, ':');
        zsh_escape(to, text_of(argument));
        buffer_byte(to, ':');
        zsh_action(to, completion_of_option(command, id, arena));
    }
    buffer_byte(to, '\'');
}

static void zsh_command(struct buffer *to, const struct command *command, struct arena *arena)
{
    struct completion completion = completion_of_arguments(command);

    buffer_print(to, "    %s)\n      _arguments -s", command->name);
    for (int id = 0; id < OPTION_COUNT; id++)
        if (completion_takes(command, id))
            zsh_option(to, command, (enum option_id)id, arena);
    /* of words only the first argument is one */
    buffer_print(to, " \\\n        '%s:argument:", completion.kind == COMPLETION_WORDS ? "1" : "*");
    zsh_action(to, completion);
    buffer_print(to, "'\n      ;;\n");
}

void completion_zsh(struct buffer *script, struct arena *arena)
{
    struct buffer names = {0}, arguments = {0};
    const struct command *command;

    for (size_t i = 0; (command = completion_next(&i));) {
        buffer_print(&names, "    '%s:", command->name);
        zsh_escape(&names, text_of(command->summary));
        buffer_print(&names, "'\n");
        zsh_command(&arguments, command, arena);
    }
    template_fill(script, "templates/completion.zsh",
                  (struct template_word[]){
                      {"COMMANDS", buffer_text(&names)},
                      {"ARGUMENTS", buffer_text(&arguments)},
                      {NULL, {0}},
                  });
    buffer_done(&names);
    buffer_done(&arguments);
}
