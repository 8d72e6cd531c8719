#ifndef KRUG_CLI_OPTIONS_H
#define KRUG_CLI_OPTIONS_H

#include "base/arena.h"
#include <stdio.h>

/* Every option of every command; option_table says the rest. */
enum option_id {
    OPTION_POLICY,
    OPTION_ROOT,
    OPTION_RULE,
    OPTION_NAMESPACE,
    OPTION_FORMAT,
    OPTION_FAIL_ON,
    OPTION_JOBS,
    OPTION_SINCE,
    OPTION_STAGED,
    OPTION_BASELINE,
    OPTION_PRUNE,
    OPTION_GROW,
    OPTION_ISOLATED,
    OPTION_STDIN_NAME,
    OPTION_ALLOW_EMPTY,
    OPTION_TODAY,
    OPTION_COLOR,
    OPTION_PROGRESS,
    OPTION_QUIET,
    OPTION_STATS,
    OPTION_TRACE,
    OPTION_COVERAGE,
    OPTION_CASES,
    OPTION_FOR,
    OPTION_RESOURCES,
    OPTION_POSITIONS,
    OPTION_KIND,
    OPTION_ACROSS,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_COUNT
};

struct option_entry {
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* the word for its value, from which completions know what it is; NULL:
                             takes none */
    const char *purpose;
};

extern const struct option_entry option_table[OPTION_COUNT];

struct options;

/* A command of the program. */
struct command {
    const char *name;
    const char *arguments; /* as help shows them */
    const char *summary;
    const char *details;                       /* more for its own help; may be NULL */
    uint64_t options;                          /* a bit for each option_id it takes */
    int (*run)(const struct options *options); /* the exit status */
    const char *const *formats; /* what its --format takes, the default first, ended by NULL; NULL:
                                   reports, or it has no --format */
};

extern const struct command commands[];
extern const size_t command_count;
const struct command *command_find(const char *name);
/* The same; where there is none, says so on standard error, with the one that was probably meant.
 */
const struct command *command_get(const char *name);

/* What the command line said. */
struct options {
    const struct command *command;
    struct option_values {
        const char **items; /* "" for an option without argument */
        size_t count;
    } values[OPTION_COUNT];
    const char **paths; /* the arguments that are no options */
    size_t path_count;
};

/* Reads a command line; false after a message on standard error (status 2). COMMAND stays NULL
 * where none was named. */
bool options_read(struct options *options, int argc, char **argv);
void options_done(struct options *options);

/* What help and completions say of an option after COMMAND: the word for its value (or NULL), and
 * what it is for (it may live in ARENA). */
const char *option_argument(const struct command *command, enum option_id id);
struct text option_purpose(const struct command *command, enum option_id id, struct arena *arena);

bool options_has(const struct options *options, enum option_id id);
/* The last value, or NULL. */
const char *options_value(const struct options *options, enum option_id id);

/* Help of the program (COMMAND is NULL) or of one command. */
void help_print(FILE *stream, const struct command *command);

#endif
