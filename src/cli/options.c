/*
 * The command line as one table: getopt reads by it, help prints it, errors name what is in it.
 */
#include "cli/options.h"
#include "base/memory.h"
#include "base/near.h"
#include "cli/prose.h"
#include "report/report.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct option_entry option_table[OPTION_COUNT] = {
    [OPTION_POLICY] =
        {"policy", 'p', "PATH",
         "one more policy: a policy.yaml, or a directory like .policy (repeatable; also "
         "KRUG_POLICY, separated by commas)"},
    [OPTION_ROOT] = {"root", 0, "DIR", "the repository's root, instead of looking for it"},
    [OPTION_RULE] = {"rule", 'r', "GLOB", "only rules that match (repeatable)"},
    [OPTION_NAMESPACE] = {"namespace", 'n', "GLOB", "only namespaces that match (repeatable)"},
    [OPTION_FORMAT] = {"format", 'f', "NAME[:FILE]",
                       "a report, to standard output or to FILE (repeatable):"},
    [OPTION_FAIL_ON] =
        {"fail-on", 0, "LEVEL",
         "the least level that makes the status 1: error (default), warn, info, never"},
    [OPTION_JOBS] = {"jobs", 'j', "N", "threads (default: one for each processor)"},
    [OPTION_SINCE] = {"since", 0, "REV",
                      "only what is new since the branch left REV, as in --since origin/main"},
    [OPTION_STAGED] = {"staged", 0, NULL, "only the files staged in git, as they are staged"},
    [OPTION_BASELINE] =
        {"baseline", 0, "FILE",
         "the findings that were there before (default: .policy/baseline.json of the root)"},
    [OPTION_PRUNE] = {"prune", 0, NULL, "only take out what is no longer found"},
    [OPTION_GROW] = {"grow", 0, NULL, "let the baseline hide more than before"},
    [OPTION_ISOLATED] = {"isolated", 0, NULL,
                         "know only the named paths, not the whole repository"},
    [OPTION_STDIN_NAME] = {"stdin-name", 0, "PATH",
                           "where standard input belongs in the repository"},
    [OPTION_ALLOW_EMPTY] = {"allow-empty", 0, NULL, "no manifest to lint is no error"},
    [OPTION_TODAY] = {"today", 0, "DATE",
                      "the day to judge by, YYYY-MM-DD (default: today in UTC)"},
    [OPTION_COLOR] = {"color", 0, "WHEN", "auto (default), always or never"},
    [OPTION_PROGRESS] = {"progress", 0, "WHEN", "auto (default), always or never"},
    [OPTION_QUIET] = {"quiet", 'q', NULL, "only the findings"},
    [OPTION_STATS] = {"stats", 0, NULL,
                      "what each rule took: time, instructions, findings; slowest first"},
    [OPTION_TRACE] = {"trace", 0, "RULE",
                      "where the rule ran and where not and why, and what its ctx:log said"},
    [OPTION_COVERAGE] = {"coverage", 0, NULL,
                         "also name the lines of rules that no example reaches"},
    [OPTION_CASES] = {"cases", 0, "DIR",
                      "more test cases, laid out as in .policy/test (repeatable)"},
    [OPTION_FOR] = {"for", 0, "FILE",
                    "the rules that apply to FILE: at which level, set by which line"},
    [OPTION_RESOURCES] = {"resources", 0, NULL, "the resources, as rules see them"},
    [OPTION_POSITIONS] = {"positions", 0, NULL, "each node with its place"},
    [OPTION_KIND] = {"kind", 0, "KIND",
                     "what the new rule looks at: Service, v1/Service, apps/Deployment, "
                     "apps/v1/Deployment, workload or * (default: v1/Service)"},
    [OPTION_ACROSS] = {"across", 0, NULL, "a new rule that judges many documents together"},
    [OPTION_HELP] = {"help", 'h', NULL, "this help"},
    [OPTION_VERSION] = {"version", 'V', NULL, "the version"},
};

/* What getopt_long answers for option I: above every letter. */
enum { OPTION_BASE = 1000 };

static void options_build(struct option *longs, char *letters)
{
    size_t length = 0;

    letters[length++] = ':'; /* a missing argument is answered as such */
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_entry *entry = &option_table[i];

        longs[i] = (struct option){entry->name, entry->argument ? required_argument : no_argument,
                                   NULL, OPTION_BASE + i};
        if (!entry->letter)
            continue;
        letters[length++] = entry->letter;
        if (entry->argument)
            letters[length++] = ':';
    }
    longs[OPTION_COUNT] = (struct option){0};
    letters[length] = '\0';
}

static int options_by_letter(int letter)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (option_table[i].letter && option_table[i].letter == letter)
            return i;
    return OPTION_COUNT;
}

static bool options_unknown(const char *given)
{
    struct near near;
    struct text name = text_of(given);
    size_t equals = text_find(name, TEXT("="), 0);

    report_tell("krug: unknown option %s", given);
    if (text_starts(name, TEXT("--"))) {
        near_init(&near, text_slice(name, 2, equals));
        for (int i = 0; i < OPTION_COUNT; i++)
            near_offer(&near, text_of(option_table[i].name));
        if (near.best.at)
            report_tell("; did you mean --%s?", near.best.at);
    }
    fputs("\n`krug help` lists commands, `krug help COMMAND` a command's options.\n", stderr);
    return false;
}

static void options_add(struct option_values *values, const char *value)
{
    values->items = memory_resize(values->items, (values->count + 1) * sizeof *values->items);
    values->items[values->count++] = value;
}

const struct command *command_get(const char *name)
{
    const struct command *command = command_find(name);
    struct near near;

    if (command)
        return command;
    near_init(&near, text_of(name));
    for (size_t i = 0; i < command_count; i++)
        near_offer(&near, text_of(commands[i].name));
    report_tell("krug: unknown command %s", name);
    if (near.best.at)
        report_tell("; did you mean `krug %s`?", near.best.at);
    fputs("\n`krug help` lists the commands.\n", stderr);
    return NULL;
}

static bool options_check(const struct options *options)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        if (options->values[i].count && options->command && i != OPTION_HELP &&
            i != OPTION_VERSION && !(options->command->options & UINT64_C(1) << i)) {
            report_tell("krug: `krug %s` has no option --%s\n`krug help %s` lists its options.\n",
                        options->command->name, option_table[i].name, options->command->name);
            return false;
        }
    return true;
}

bool options_read(struct options *options, int argc, char **argv)
{
    struct option longs[OPTION_COUNT + 1];
    char letters[2 * OPTION_COUNT + 2];
    int found;

    *options = (struct options){0};
    options_build(longs, letters);
    opterr = 0;
    optind = 1;
    while ((found = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        if (found == ':') {
            report_tell("krug: %s needs a value\n", argv[optind - 1]);
            return false;
        }
        if (found == '?') {
            char letter[] = {'-', (char)optopt, '\0'};

            if (optopt >= OPTION_BASE) {
                report_tell("krug: --%s takes no value\n", option_table[optopt - OPTION_BASE].name);
                return false;
            }
            return options_unknown(optopt ? letter : argv[optind - 1]);
        }
        options_add(
            &options->values[found >= OPTION_BASE ? found - OPTION_BASE : options_by_letter(found)],
            optarg ? optarg : "");
    }
    if (optind < argc) {
        options->command = command_get(argv[optind++]);
        if (!options->command)
            return false;
    }
    options->path_count = (size_t)(argc - optind);
    options->paths = memory_get((options->path_count + 1) * sizeof *options->paths);
    for (size_t i = 0; i < options->path_count; i++)
        options->paths[i] = argv[optind + (int)i];
    return options_check(options);
}

void options_done(struct options *options)
{
    for (int i = 0; i < OPTION_COUNT; i++)
        free(options->values[i].items);
    free(options->paths);
}

bool options_has(const struct options *options, enum option_id id)
{
    return options->values[id].count > 0;
}

const char *options_value(const struct options *options, enum option_id id)
{
    const struct option_values *values = &options->values[id];

    return values->count ? values->items[values->count - 1] : NULL;
}

const char *option_argument(const struct command *command, enum option_id id)
{
    return id == OPTION_FORMAT && command->formats ? "NAME" : option_table[id].argument;
}

static void options_add_formats(struct buffer *purpose, const char *const *formats)
{
    for (size_t i = 0; formats[i]; i++)
        buffer_print(purpose, "%s%s%s", i ? " or " : "", formats[i], i ? "" : " (default)");
}

/* Of krug lint: the reports, as their table has them. */
static void options_add_reports(struct buffer *purpose)
{
    buffer_add(purpose, text_of(option_table[OPTION_FORMAT].purpose));
    for (size_t i = 0; i < reporter_count; i++)
        buffer_print(purpose, "%s %s", i ? "," : "", reporters[i].name);
}

struct text option_purpose(const struct command *command, enum option_id id, struct arena *arena)
{
    struct buffer buffer = {0};
    struct text purpose;

    if (id != OPTION_FORMAT)
        return text_of(option_table[id].purpose);
    if (command->formats)
        options_add_formats(&buffer, command->formats);
    else
        options_add_reports(&buffer);
    purpose = arena_copy(arena, buffer_text(&buffer));
    buffer_done(&buffer);
    return purpose;
}

static void help_option(FILE *stream, const struct command *command, enum option_id id)
{
    const struct option_entry *entry = &option_table[id];
    const char *argument = option_argument(command, id);
    struct arena arena = {0};
    char left[64];

    snprintf(left, sizeof left, "  %c%c%s --%s%s%s", entry->letter ? '-' : ' ',
             entry->letter ? entry->letter : ' ', entry->letter ? "," : " ", entry->name,
             argument ? " " : "", argument ? argument : "");
    fprintf(stream, "%-30s", left);
    prose_wrap(stream, option_purpose(command, id, &arena), 30);
    arena_done(&arena);
}

static void help_command(FILE *stream, const struct command *command)
{
    fprintf(stream, "usage: krug %s%s %s\n\n", command->name,
            command->options ? " [OPTION...]" : "", command->arguments);
    prose_wrap(stream, text_of(command->summary), 0);
    if (command->details) {
        fputc('\n', stream);
        prose_print(stream, text_of(command->details), 0);
    }
    if (command->options)
        fputs("\noptions:\n", stream);
    for (int i = 0; i < OPTION_COUNT; i++)
        if (command->options & UINT64_C(1) << i)
            help_option(stream, command, (enum option_id)i);
}

void help_print(FILE *stream, const struct command *command)
{
    if (command) {
        help_command(stream, command);
        return;
    }
    fputs("krug lints monorepos of Kubernetes manifests against the rules of each namespace.\n\n"
          "usage: krug COMMAND [OPTION...] [PATH...]\n\ncommands:\n",
          stream);
    for (size_t i = 0; i < command_count; i++)
        if (commands[i].run) {
            char left[64];

            snprintf(left, sizeof left, "  %s %s", commands[i].name, commands[i].arguments);
            fprintf(stream, "%-30s", left);
            prose_wrap(stream, text_of(commands[i].summary), 30);
        }
    fputs("\n`krug help COMMAND` tells more about one. To begin: `krug lint` in a repository.\n"
          "Exit status: 0 nothing found, 1 findings, 2 krug could not do its work.\n",
          stream);
}
