/*
 * The page of a rule in Markdown, for docs/rules/ and for a team's own pages. The texts of rules
 * are Markdown already; what is not (manifests, messages, values) is set as code.
 */
#include "cli/explain.h"
#include "cli/prose.h"
#include "report/report.h"

static void markdown_section(FILE *stream, const char *heading, struct text text)
{
    if (!text.length)
        return;
    fprintf(stream, "\n## %s\n\n", heading);
    prose_markdown(stream, text);
}

/* So many backticks that TEXT has no longer run of them; at least LEAST. */
static size_t markdown_ticks(struct text text, size_t least)
{
    size_t longest = 0, run = 0;

    for (size_t i = 0; i < text.length; i++) {
        run = text.at[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest < least ? least : longest + 1;
}

static void markdown_repeat(FILE *stream, char byte, size_t count)
{
    while (count--)
        fputc(byte, stream);
}

/* TEXT on one line; `|` would end a cell of a table. */
static void markdown_cell(FILE *stream, struct text text)
{
    struct buffer line = {0};

    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] == '|')
            buffer_byte(&line, '\\');
        buffer_byte(&line, text.at[i] == '\n' ? ' ' : text.at[i]);
    }
    report_print(stream, buffer_text(&line));
    buffer_done(&line);
}

/* TEXT as code in a line; a backtick at its ends needs a blank to stand apart. */
static void markdown_code(FILE *stream, struct text text)
{
    bool apart = text_starts(text, TEXT("`")) || text_ends(text, TEXT("`"));
    size_t ticks = markdown_ticks(text, 1);

    markdown_repeat(stream, '`', ticks);
    fputs(apart ? " " : "", stream);
    markdown_cell(stream, text);
    fputs(apart ? " " : "", stream);
    markdown_repeat(stream, '`', ticks);
}

static void markdown_block(FILE *stream, const char *language, struct text text)
{
    size_t ticks = markdown_ticks(text, 3);

    fputc('\n', stream);
    markdown_repeat(stream, '`', ticks);
    fprintf(stream, "%s\n", language);
    report_print(stream, text);
    if (text.length && !text_ends(text, TEXT("\n")))
        fputc('\n', stream);
    markdown_repeat(stream, '`', ticks);
    fputc('\n', stream);
}

static void markdown_row(FILE *stream, const char *name, const struct text *items, size_t count)
{
    if (!count)
        return;
    fprintf(stream, "| %s | ", name);
    for (size_t i = 0; i < count; i++) {
        fputs(i ? ", " : "", stream);
        markdown_code(stream, items[i]);
    }
    fputs(" |\n", stream);
}

static void markdown_head(FILE *stream, const struct rule_info *rule)
{
    struct arena arena = {0};

    fprintf(stream, "# %.*s\n\n", TEXT_ARGS(rule->rule.id));
    report_print(stream, rule->title);
    fprintf(stream, ".\n\n| | |\n| --- | --- |\n| level | %s, %s |\n| looks at | ",
            level_name(rule->rule.level), explain_level(rule));
    markdown_cell(stream, explain_subject(rule, &arena));
    fputs(" |\n", stream);
    markdown_row(stream, "skipped after a finding of", rule->after_ids, rule->after_count);
    markdown_row(stream, "also known as", rule->aka, rule->aka_count);
    arena_done(&arena);
}

static void markdown_params(FILE *stream, const struct rule_info *rule)
{
    if (rule->rule.param_count)
        fputs("\n## Parameters\n\n| name | type | default | purpose |\n| --- | --- | --- | --- |\n",
              stream);
    for (size_t i = 0; i < rule->rule.param_count; i++) {
        const struct rule_param *param = &rule->rule.params[i];

        fprintf(stream, "| `%.*s` | %.*s | ", TEXT_ARGS(param->name), TEXT_ARGS(param->type));
        if (param->preset.at)
            markdown_code(stream, param->preset);
        fputs(" | ", stream);
        markdown_cell(stream, param->purpose);
        fputs(" |\n", stream);
    }
}

/* What the example stands under, in the sentence that introduces it. */
static void markdown_conditions(FILE *stream, const struct example *example)
{
    struct explain_condition conditions[EXPLAIN_CONDITIONS_MAX];
    size_t count = explain_conditions(example, conditions);

    for (size_t i = 0; i < count; i++) {
        fprintf(stream, "%s%s", i ? "; " : ", where ", conditions[i].name);
        if (text_find(conditions[i].value, TEXT("\n"), 0) != SIZE_MAX) {
            fputc('\n', stream);
            markdown_block(stream, "yaml", conditions[i].value);
            fputs("\nand the manifest is", stream);
        } else if (conditions[i].value.at) {
            fputc(' ', stream);
            markdown_code(stream, conditions[i].value);
        }
    }
}

static void markdown_file(FILE *stream, struct text manifest)
{
    fputs(manifest.length ? ":\n" : ": an empty file\n", stream);
    if (manifest.length)
        markdown_block(stream, "yaml", manifest);
}

/* In an example of several files the place names the file. */
static void markdown_finding(FILE *stream, const struct example *example,
                             const struct example_finding *finding)
{
    fputs("- ", stream);
    if (example->file_count) {
        markdown_code(stream, finding->file);
        fputs(", ", stream);
    }
    fprintf(stream, "line %u, column %u: ", finding->line, finding->column);
    markdown_code(stream, finding->message);
    fputc('\n', stream);
}

static void markdown_example(FILE *stream, const struct example *example)
{
    fprintf(stream, "\n%s", example->passing ? "Passes" : "Fails");
    markdown_conditions(stream, example);
    markdown_file(stream, example->manifest);
    for (size_t i = 0; i < example->file_count; i++) {
        fputs("\nand in ", stream);
        markdown_code(stream, example->files[i].path);
        markdown_file(stream, example->files[i].manifest);
    }
    if (example->finding_count)
        fputc('\n', stream);
    for (size_t i = 0; i < example->finding_count; i++)
        markdown_finding(stream, example, &example->findings[i]);
}

static void markdown_links(FILE *stream, const struct rule_info *rule)
{
    if (rule->link_count)
        fputs("\n## Links\n\n", stream);
    for (size_t i = 0; i < rule->link_count; i++) {
        fputs("- <", stream);
        report_print(stream, rule->links[i]);
        fputs(">\n", stream);
    }
}

void explain_markdown(FILE *stream, const struct rule_info *rule, const struct examples *examples)
{
    markdown_head(stream, rule);
    markdown_section(stream, "Why", rule->why);
    markdown_section(stream, "Fix", rule->fix);
    markdown_params(stream, rule);
    if (examples->count)
        fputs("\n## Examples\n", stream);
    for (size_t i = 0; i < examples->count; i++)
        markdown_example(stream, &examples->items[i]);
    markdown_links(stream, rule);
}
