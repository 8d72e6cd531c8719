/*
 * krug explain: one rule, with its examples run, so that what is shown of them is so.
 */
#include "cli/explain.h"
#include "cli/catalog.h"

static void explain_rule(struct workspace *workspace, const struct rule_info *rule, bool markdown)
{
    struct examples examples = {0};

    rules_select_one(&workspace->rules, rule->rule.index);
    if (rule->subject != RULE_KRUG)
        examples_run(&examples, &workspace->rules, &workspace->policies, workspace->scout,
                     &(struct examples_options){0});
    if (markdown)
        explain_markdown(stdout, rule, &examples);
    else
        explain_print(stdout, rule, workspace_path(workspace, rule->rule.file), &examples);
    examples_done(&examples);
}

int command_explain(const struct options *options)
{
    size_t format = format_read(options);
    struct workspace workspace;
    const struct rule_info *rule = NULL;
    int status = STATUS_TROUBLE;

    if (format == SIZE_MAX)
        return STATUS_TROUBLE;
    if (options->path_count != 1) {
        fputs("krug: `krug explain` takes one rule; `krug rules` lists them\n", stderr);
        return STATUS_TROUBLE;
    }
    if (place_explain(options, options->paths[0], &status))
        return status;
    if (workspace_open(&workspace, options, NULL, 0))
        rule = catalog_find(&workspace.rules, text_of(options->paths[0]));
    if (rule && !rule->broken) {
        explain_rule(&workspace, rule, format > 0);
        status = STATUS_OK;
    }
    return workspace_end(&workspace, status);
}
