/*
 * The table of commands, and what all of them need at the end: output that really got out.
 */
#include "cli/command.h"
#include "base/near.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BIT(option) (UINT64_C(1) << (option))

static const char *const test_formats[] = {"console", "tap", "junit", NULL};
static const char *const rules_formats[] = {"console", "json", NULL};
static const char *const explain_formats[] = {"console", "markdown", NULL};

const struct command commands[] = {
    {"lint", "[PATH...]", "lint files and directories (default: the current directory)",
     "Paths choose what is reported; what is known of namespaces and kustomizations comes from the "
     "whole repository. `-` is standard input: helm template . | krug lint -\n\n"
     "Status 0: nothing at or above --fail-on. 1: findings. 2: krug could not do all of its work "
     "(a broken policy or rule, an unreadable file, nothing to lint); what could be linted was.",
     BIT(OPTION_POLICY) | BIT(OPTION_ROOT) | BIT(OPTION_RULE) | BIT(OPTION_NAMESPACE) |
         BIT(OPTION_FORMAT) | BIT(OPTION_FAIL_ON) | BIT(OPTION_JOBS) | BIT(OPTION_SINCE) |
         BIT(OPTION_STAGED) | BIT(OPTION_BASELINE) | BIT(OPTION_ISOLATED) | BIT(OPTION_STDIN_NAME) |
         BIT(OPTION_ALLOW_EMPTY) | BIT(OPTION_TODAY) | BIT(OPTION_COLOR) | BIT(OPTION_PROGRESS) |
         BIT(OPTION_QUIET) | BIT(OPTION_STATS) | BIT(OPTION_TRACE),
     command_lint, NULL},
    {"test", "[PATH...]", "check policies, run every rule's examples and the cases of .policy/test",
     "Each example is run as it stands, and again with each node of its documents left out, null, "
     "and of another type: a rule must not raise on any of them. A case is a manifest, or a "
     "directory of them, at .policy/test/PACK/NAME/, with `# expect: RULE MESSAGE` where a finding "
     "is expected.\n\n"
     "Status 0: all passed. 1: something failed. 2: a broken policy or rule, or nothing to run.",
     BIT(OPTION_POLICY) | BIT(OPTION_ROOT) | BIT(OPTION_RULE) | BIT(OPTION_FORMAT) |
         BIT(OPTION_COVERAGE) | BIT(OPTION_CASES),
     command_test, test_formats},
    {"rules", "[PATTERN]", "list the rules, or those that apply to a file",
     "PATTERN is a glob of rule ids (istio/*), a pack (istio), a name without its pack "
     "(port-name), "
     "or another tool's code (IST0118).\n\n"
     "With --for: each rule that looks at a resource of FILE, its level there, and the line of the "
     "policy that set it.",
     BIT(OPTION_POLICY) | BIT(OPTION_ROOT) | BIT(OPTION_FOR) | BIT(OPTION_FORMAT) |
         BIT(OPTION_TODAY),
     command_rules, rules_formats},
    {"explain", "RULE|FILE:LINE",
     "one rule: why it exists, how to fix what it finds, its examples; or one place",
     "RULE is an id (istio/port-name), a name without its pack where only one rule has it "
     "(port-name), or another tool's code (IST0118).\n\n"
     "With FILE:LINE: what was found there, what hides it, and which rules looked at it, at which "
     "level, set by which line of which policy.",
     BIT(OPTION_POLICY) | BIT(OPTION_ROOT) | BIT(OPTION_FORMAT) | BIT(OPTION_BASELINE) |
         BIT(OPTION_TODAY),
     command_explain, explain_formats},
    {"tree", "FILE", "the documents of a file as they are read, as JSON",
     "Prints an array with one value for each document. Status 1 where Kubernetes refuses the "
     "file.",
     BIT(OPTION_RESOURCES) | BIT(OPTION_POSITIONS), command_tree, NULL},
    {"new", "rule|policy [NAME]", "write a new rule with its examples, or a new policy",
     "`krug new rule PACK/NAME` writes a rule that works, to be changed, into the nearest .policy "
     "directory on the way up from here; where there is none, it makes one first.\n\n"
     "`krug new policy [DIR]` writes DIR/.policy (default: at the repository's root): settings "
     "with comments, and what an editor wants to know of rules. Nothing is ever overwritten.",
     BIT(OPTION_KIND) | BIT(OPTION_ACROSS), command_new, NULL},
    {"baseline", "[PATH...]", "write today's findings to a baseline file",
     "Later runs hide what is in .policy/baseline.json of the root, or in --baseline FILE, at the "
     "level recorded there or lower. A baseline that would hide more than the one before is not "
     "written without --grow. With PATHs the entries of other files stay as they are.",
     BIT(OPTION_POLICY) | BIT(OPTION_ROOT) | BIT(OPTION_BASELINE) | BIT(OPTION_TODAY) |
         BIT(OPTION_PRUNE) | BIT(OPTION_GROW),
     command_baseline, NULL},
    {"completion", "bash|zsh|fish", "the completions of a shell",
     "bash: source <(krug completion bash), in ~/.bashrc\n\n"
     "zsh: source <(krug completion zsh), in ~/.zshrc behind compinit\n\n"
     "fish: krug completion fish >~/.config/fish/completions/krug.fish",
     0, command_completion, NULL},
    {"help", "[COMMAND]", "this help, or a command's", NULL, 0, command_help, NULL},
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

    if (options->path_count > 1) {
        fputs("krug: `krug help` takes one command\n", stderr);
        return STATUS_TROUBLE;
    }
    if (options->path_count) {
        command = command_get(options->paths[0]);
        if (!command)
            return STATUS_TROUBLE;
    }
    help_print(stdout, command);
    return STATUS_OK;
}

bool output_finish(FILE *stream, const char *name)
{
    bool failed = ferror(stream);

    if (fflush(stream) || failed) {
        report_tell("krug: %s could not be written: %s\n", name ? name : "standard output",
                    strerror(errno));
        clearerr(stream); /* told once */
        return false;
    }
    return true;
}

size_t format_read(const struct options *options)
{
    const char *const *formats = options->command->formats;
    const char *value = options_value(options, OPTION_FORMAT);
    struct near near;
    size_t i = 0;

    for (; value && formats[i]; i++)
        if (!strcmp(formats[i], value))
            return i;
    if (!value)
        return 0;
    near_init(&near, text_of(value));
    report_tell("krug: `krug %s` has no format `%s`", options->command->name, value);
    for (i = 0; formats[i]; i++)
        near_offer(&near, text_of(formats[i]));
    if (near.best.at)
        report_tell("; did you mean `%.*s`?", TEXT_ARGS(near.best));
    fputs("\nthere are", stderr);
    for (i = 0; formats[i]; i++)
        report_tell("%s %s", i ? "," : "", formats[i]);
    fputc('\n', stderr);
    return SIZE_MAX;
}

bool today_read(const struct options *options, date_t *today)
{
    const char *value = options_value(options, OPTION_TODAY);

    *today = value ? date_read(text_of(value)) : date_today();
    if (!*today)
        report_tell("krug: --today %s: a day as YYYY-MM-DD\n", value ? value : "");
    return *today;
}

bool choice_read(const char *option, const char *value, bool automatic, bool *result)
{
    *result = automatic;
    if (!value || !strcmp(value, "auto"))
        return true;
    *result = !strcmp(value, "always");
    if (*result || !strcmp(value, "never"))
        return true;
    report_tell("krug: --%s %s: auto, always or never\n", option, value);
    return false;
}
