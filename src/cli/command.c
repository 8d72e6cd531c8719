/*
 * The table of commands, and what all of them need at the end: output that really got out.
 */
#include "cli/command.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BIT(option) (UINT64_C(1) << (option))

const struct command commands[] = {
    {"lint", "[PATH...]", "lint files and directories (default: the current directory)",
     "Paths choose what is reported; what is known of namespaces and kustomizations comes from "
     "the\n"
     "whole repository. `-` is standard input: helm template . | krug lint -\n\n"
     "Status 0: nothing at or above --fail-on. 1: findings. 2: krug could not do all of its work\n"
     "(a broken policy or rule, an unreadable file, nothing to lint); what could be linted was.\n",
     BIT(OPTION_POLICY) | BIT(OPTION_ROOT) | BIT(OPTION_RULE) | BIT(OPTION_NAMESPACE) |
         BIT(OPTION_FORMAT) | BIT(OPTION_FAIL_ON) | BIT(OPTION_JOBS) | BIT(OPTION_SINCE) |
         BIT(OPTION_STAGED) | BIT(OPTION_BASELINE) | BIT(OPTION_ISOLATED) | BIT(OPTION_STDIN_NAME) |
         BIT(OPTION_ALLOW_EMPTY) | BIT(OPTION_TODAY) | BIT(OPTION_COLOR) | BIT(OPTION_PROGRESS) |
         BIT(OPTION_QUIET) | BIT(OPTION_STATS) | BIT(OPTION_TRACE),
     command_lint},
    {"test", "[PATH...]", "check policies, run every rule's examples and the cases of .policy/test",
     "Each example is run as it stands, and again with each node of its documents left out, null, "
     "and\n"
     "of another type: a rule must not raise on any of them. A case is a manifest, or a directory "
     "of\n"
     "them, at .policy/test/PACK/NAME/, with `# expect: RULE MESSAGE` where a finding is "
     "expected.\n\n"
     "Status 0: all passed. 1: something failed. 2: a broken policy or rule, or nothing to run.\n",
     BIT(OPTION_POLICY) | BIT(OPTION_ROOT) | BIT(OPTION_RULE) | BIT(OPTION_FORMAT) |
         BIT(OPTION_COVERAGE) | BIT(OPTION_CASES),
     command_test},
    {"rules", "[PATTERN]", "list the rules, or those that apply to a file",
     "With --for: each rule that looks at a resource of FILE, its level there, and the line of "
     "the\n"
     "policy that set it.\n",
     BIT(OPTION_POLICY) | BIT(OPTION_ROOT) | BIT(OPTION_FOR), command_rules},
    {"explain", "RULE", "one rule: why it exists, how to fix what it finds, its examples", NULL,
     BIT(OPTION_POLICY) | BIT(OPTION_ROOT), command_explain},
    {"tree", "FILE", "the documents of a file as they are read, as JSON",
     "Prints an array with one value for each document. Status 1 where Kubernetes refuses the "
     "file.\n",
     BIT(OPTION_RESOURCES) | BIT(OPTION_POSITIONS), command_tree},
    {"new", "rule NAME | policy", "a rule file with examples, or a .policy directory", NULL, 0,
     NULL},
    {"baseline", "[PATH...]", "write today's findings to a baseline file", NULL, 0, NULL},
    {"completion", "SHELL", "completions for bash, zsh or fish", NULL, 0, NULL},
    {"help", "[COMMAND]", "this help, or a command's", NULL, 0, command_help},
};
const size_t command_count = sizeof commands / sizeof *commands;

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (!strcmp(commands[i].name, name))
            return &commands[i];
    return NULL;
}

int command_help(const struct options *options)
{
    const struct command *command = NULL;

    if (options->path_count) {
        command = command_get(options->paths[0]);
        if (!command)
            return STATUS_TROUBLE;
    }
    if (command && !command->run) {
        fprintf(stderr, "krug: `krug %s` is not in this version\n", command->name);
        return STATUS_TROUBLE;
    }
    help_print(stdout, command);
    return STATUS_OK;
}

bool output_finish(FILE *stream, const char *name)
{
    bool failed = ferror(stream);

    if (fflush(stream) || failed) {
        fprintf(stderr, "krug: %s could not be written: %s\n", name ? name : "standard output",
                strerror(errno));
        clearerr(stream); /* told once */
        return false;
    }
    return true;
}

bool choice_read(const char *option, const char *value, bool automatic, bool *result)
{
    *result = automatic;
    if (!value || !strcmp(value, "auto"))
        return true;
    *result = !strcmp(value, "always");
    if (*result || !strcmp(value, "never"))
        return true;
    fprintf(stderr, "krug: --%s %s: auto, always or never\n", option, value);
    return false;
}
