/*
 * The completions for bash: branches of the cases in templates/completion.bash.
 */
#include "cli/completion.h"
#include "cli/template.h"

/* The call that completes. */
static void bash_call(struct buffer *to, struct completion completion, struct text names)
{
    static const char *const calls[] = {
        [COMPLETION_NOTHING] = ":",
        [COMPLETION_FILES] = "_krug_files",
        [COMPLETION_DIRECTORIES] = "_krug_directories",
        [COMPLETION_RULES] = "_krug_rules",
        [COMPLETION_REVISIONS] = "_krug_revisions",
    };

    if (completion.kind == COMPLETION_COMMANDS)
        completion = (struct completion){COMPLETION_WORDS, names};
    if (completion.kind == COMPLETION_WORDS)
        buffer_print(to, "_krug_words '%.*s'", TEXT_ARGS(completion.words));
    else
        buffer_print(to, "%s", calls[completion.kind]);
}

/* Values differ from command to command only for --format. */
static void bash_formats(struct buffer *to, struct arena *arena)
{
    const struct command *command;

    buffer_print(to, "        case $command in\n");
    for (size_t i = 0; (command = completion_next(&i));)
        if (completion_takes(command, OPTION_FORMAT)) {
            buffer_print(to, "        %s) ", command->name);
            bash_call(to, completion_of_option(command, OPTION_FORMAT, arena), (struct text){0});
            buffer_print(to, " ;;\n");
        }
    buffer_print(to, "        esac\n");
}

static void bash_values(struct buffer *to, struct arena *arena)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const struct option_entry *entry = &option_table[id];

        if (!entry->argument)
            continue;
        buffer_print(to, "    --%s", entry->name);
        if (entry->letter)
            buffer_print(to, " | -%c", entry->letter);
        buffer_print(to, ")\n");
        if (id == OPTION_FORMAT) {
            bash_formats(to, arena);
        } else {
            buffer_print(to, "        ");
            bash_call(to, completion_of_option(NULL, (enum option_id)id, arena), (struct text){0});
            buffer_byte(to, '\n');
        }
        buffer_print(to, "        return\n        ;;\n");
    }
}

static void bash_options(struct buffer *to)
{
    const struct command *command;

    for (size_t i = 0; (command = completion_next(&i));) {
        buffer_print(to, "    %s:-*) _krug_words '", command->name);
        for (int id = 0; id < OPTION_COUNT; id++)
            if (completion_takes(command, id))
                buffer_print(to, "--%s ", option_table[id].name);
        to->length--; /* the last blank */
        buffer_print(to, "' ;;\n");
    }
}

static void bash_arguments(struct buffer *to, struct text names)
{
    const struct command *command;

    for (size_t i = 0; (command = completion_next(&i));) {
        struct completion completion = completion_of_arguments(command);

        buffer_print(to, "    %s:*) ", command->name);
        if (completion.kind == COMPLETION_WORDS) /* only the first argument is one of them */
            buffer_print(to, "[[ $prev != %s ]] || ", command->name);
        bash_call(to, completion, names);
        buffer_print(to, " ;;\n");
    }
}

void completion_bash(struct buffer *script, struct arena *arena)
{
    struct text names = completion_commands(arena, " ");
    struct buffer values = {0}, options = {0}, arguments = {0};

    bash_values(&values, arena);
    bash_options(&options);
    bash_arguments(&arguments, names);
    template_fill(script, "templates/completion.bash",
                  (struct template_word[]){
                      {"COMMAND_PATTERN", completion_commands(arena, " | ")},
                      {"COMMANDS", names},
                      {"VALUES", buffer_text(&values)},
                      {"OPTIONS", buffer_text(&options)},
                      {"ARGUMENTS", buffer_text(&arguments)},
                      {NULL, {0}},
                  });
    buffer_done(&values);
    buffer_done(&options);
    buffer_done(&arguments);
}
