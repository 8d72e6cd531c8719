#ifndef KRUG_CLI_COMPLETION_H
#define KRUG_CLI_COMPLETION_H

#include "cli/options.h"

/* What a value or an argument is. */
enum completion_kind {
    COMPLETION_NOTHING, /* nobody knows it beforehand: a number, a day */
    COMPLETION_FILES,
    COMPLETION_DIRECTORIES,
    COMPLETION_RULES,     /* what `krug rules` lists */
    COMPLETION_REVISIONS, /* branches and tags of git */
    COMPLETION_COMMANDS,  /* the program's own */
    COMPLETION_WORDS,
};

struct completion {
    enum completion_kind kind;
    struct text words; /* of COMPLETION_WORDS, separated by blanks */
};

/* What the value of option ID is after COMMAND; its words live in ARENA. */
struct completion completion_of_option(const struct command *command, enum option_id id,
                                       struct arena *arena);
/* What the arguments of COMMAND are. */
struct completion completion_of_arguments(const struct command *command);

/* Whether COMMAND takes option ID. */
bool completion_takes(const struct command *command, int id);
/* The commands of this version: the next at or behind *INDEX, or NULL. */
const struct command *completion_next(size_t *index);
/* The names of all commands with SEPARATOR between them. */
struct text completion_commands(struct arena *arena, const char *separator);

/* Each adds the whole script for its shell. */
void completion_bash(struct buffer *script, struct arena *arena);
void completion_zsh(struct buffer *script, struct arena *arena);
void completion_fish(struct buffer *script, struct arena *arena);

#endif
