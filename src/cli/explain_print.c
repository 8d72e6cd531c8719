/*
 * The page of a rule for a terminal.
 */
#include "cli/explain.h"
#include "cli/prose.h"
#include "report/report.h"

static void explain_heading(FILE *stream, const char *heading)
{
    fprintf(stream, "\n%s\n", heading);
}

static void explain_section(FILE *stream, const char *heading, struct text text)
{
    if (!text.length)
        return;
    explain_heading(stream, heading);
    prose_print(stream, text, 2);
}

/* LABEL and a list on one line, where there is any. */
static void explain_line(FILE *stream, const char *label, const struct text *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fputs(i ? ", " : label, stream);
        report_print(stream, items[i]);
    }
    if (count)
        fputc('\n', stream);
}

static void explain_head(FILE *stream, const struct rule_info *rule, struct text file)
{
    struct arena arena = {0};

    fprintf(stream, "%.*s: ", TEXT_ARGS(rule->rule.id));
    report_print(stream, rule->title);
    fprintf(stream, "\nLevel: %s, %s\nLooks at: ", level_name(rule->rule.level),
            explain_level(rule));
    prose_wrap(stream, explain_subject(rule, &arena), sizeof "Looks at: " - 1);
    explain_line(stream, "Skipped after a finding of: ", rule->after_ids, rule->after_count);
    explain_line(stream, "Also known as: ", rule->aka, rule->aka_count);
    if (rule->rule.policy) {
        fputs("File: ", stream);
        report_print(stream, file);
        fputc('\n', stream);
    }
    arena_done(&arena);
}

static void explain_params(FILE *stream, const struct rule_info *rule)
{
    if (rule->rule.param_count)
        explain_heading(stream, "Parameters");
    for (size_t i = 0; i < rule->rule.param_count; i++) {
        const struct rule_param *param = &rule->rule.params[i];

        fprintf(stream, "  %.*s (%.*s", TEXT_ARGS(param->name), TEXT_ARGS(param->type));
        if (param->preset.at)
            fputs(", by default ", stream);
        report_print(stream, param->preset);
        fputs(")\n      ", stream);
        prose_wrap(stream, param->purpose, 6);
    }
}

static void explain_links(FILE *stream, const struct rule_info *rule)
{
    if (rule->link_count)
        explain_heading(stream, "Links");
    for (size_t i = 0; i < rule->link_count; i++) {
        fputs("  ", stream);
        report_print(stream, rule->links[i]);
        fputc('\n', stream);
    }
}

/* Lines as they are, so that they can be copied. */
static void explain_lines(FILE *stream, struct text rest, const char *margin)
{
    struct text line;

    while (rest.length && text_cut(&rest, '\n', &line)) {
        fputs(line.length ? margin : "", stream);
        report_print(stream, line);
        fputc('\n', stream);
    }
}

static void explain_condition(FILE *stream, const struct explain_condition *condition)
{
    struct text value = text_trim(condition->value);
    bool one_line = text_find(value, TEXT("\n"), 0) == SIZE_MAX;

    fprintf(stream, "  # %s%s", condition->name, value.length && one_line ? " " : "");
    if (one_line)
        report_print(stream, value);
    fputc('\n', stream);
    if (!one_line)
        explain_lines(stream, value, "  #   ");
}

/* In an example of several files the place names the file. */
static void explain_finding(FILE *stream, const struct example *example,
                            const struct example_finding *finding)
{
    fputs("  ", stream);
    if (example->file_count) {
        report_print(stream, finding->file);
        fputs(", ", stream);
    }
    fprintf(stream, "line %u, column %u:\n      ", finding->line, finding->column);
    prose_wrap(stream, finding->message, 6);
}

static void explain_file(FILE *stream, struct text manifest)
{
    if (!manifest.length)
        fputs("  (an empty file)\n", stream);
    explain_lines(stream, manifest, "  ");
}

static void explain_example(FILE *stream, const struct example *example)
{
    struct explain_condition conditions[EXPLAIN_CONDITIONS_MAX];
    size_t count = explain_conditions(example, conditions);

    explain_heading(stream, example->passing ? "Passes" : "Fails");
    for (size_t i = 0; i < count; i++)
        explain_condition(stream, &conditions[i]);
    explain_file(stream, example->manifest);
    for (size_t i = 0; i < example->file_count; i++) {
        fputs("  # and in ", stream);
        report_print(stream, example->files[i].path);
        fputc('\n', stream);
        explain_file(stream, example->files[i].manifest);
    }
    for (size_t i = 0; i < example->finding_count; i++)
        explain_finding(stream, example, &example->findings[i]);
}

void explain_print(FILE *stream, const struct rule_info *rule, struct text file,
                   const struct examples *examples)
{
    explain_head(stream, rule, file);
    explain_section(stream, "Why", rule->why);
    explain_section(stream, "Fix", rule->fix);
    explain_params(stream, rule);
    explain_links(stream, rule);
    for (size_t i = 0; i < examples->count; i++)
        explain_example(stream, &examples->items[i]);
}
