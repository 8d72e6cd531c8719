/*
 * krug rules: the list of rules (which the catalog prints), and with --for what holds for a file
 * and why.
 */
#include "base/file.h"
#include "cli/catalog.h"
#include "cli/command.h"
#include "policy/workload.h"
#include <stdlib.h>
#include <string.h>

/* LINE 0: the policy as a whole. */
static void rules_print_policy(struct workspace *workspace, const struct policy *policy,
                               uint32_t line)
{
    report_print(stdout, policy->built_in ? policy->path : workspace_path(workspace, policy->path));
    if (line)
        printf(policy->built_in ? ", line %u" : ":%u", line);
}

static void rules_print_day(const char *word, date_t date)
{
    char day[11];

    date_write(date, day);
    printf("%s%s", word, day);
}

/* The line that makes the level what it is today: that of the day, where a day did. */
static uint32_t rules_setting_line(const struct ruling *ruling)
{
    const struct setting *setting = ruling->setting;

    return !ruling->since                ? setting->line
           : ruling->level == LEVEL_WARN ? setting->warn_line
                                         : setting->error_line;
}

/* Who set the level of a ruling: "manifests/.policy/policy.yaml:12". */
static void rules_print_setter(struct workspace *workspace, const struct rule_info *rule,
                               const struct ruling *ruling)
{
    const struct setting *setting = ruling->setting;
    const struct policy *policy = setting ? setting->policy : ruling->default_policy;

    if (!policy) {
        fputs(rule->rule.fixed ? "always" : "the rule's own level", stdout);
        return;
    }
    rules_print_policy(workspace, policy, setting ? rules_setting_line(ruling) : 0);
    if (!setting)
        fputs(" (default: off)", stdout);
    if (ruling->since)
        rules_print_day(" since ", ruling->since);
}

/* "; error from 2027-02-01 (.policy/policy.yaml:14)" */
static void rules_print_next(struct workspace *workspace, const struct ruling *ruling)
{
    const struct ruling_step *next = &ruling->next;

    if (!next->from)
        return;
    printf("; %s", level_name(next->level));
    rules_print_day(" from ", next->from);
    fputs(" (", stdout);
    rules_print_policy(workspace, next->setting->policy,
                       next->level == LEVEL_WARN ? next->setting->warn_line
                                                 : next->setting->error_line);
    putchar(')');
}

/* A resource of the file, or the file itself (RESOURCE NULL). */
struct rules_view {
    struct workspace *workspace;
    const struct location *location;
    struct text path;
    const struct kustomize_use *use; /* or NULL */
    uint32_t line;                   /* only what stands there; 0: all */
};

static bool rules_looks_at(const struct rules_view *view, const struct rule_info *rule,
                           const struct resource *resource)
{
    bool workload;

    if (rule->broken || !chain_holds(view->location->chain, rule->rule.policy) ||
        rule_is_about_policies(&rule->rule)) /* those are about no file */
        return false;
    if (kustomize_is_patch(view->use) && !rule->patches && rule->subject != RULE_FILES &&
        rule->subject != RULE_KRUG)
        return false;
    if (!resource)
        return !rule_is_of_kinds(rule);
    workload = chain_pod_template(view->location->chain, resource).at != NULL;
    return rule_is_of_kinds(rule) && rule_matches_kind(rule, resource, workload);
}

static void rules_print_view(const struct rules_view *view, const struct resource *resource,
                             const struct belonging *belonging)
{
    const struct rules *rules = &view->workspace->rules;
    size_t count = 0;

    for (size_t i = 0; i < rules->count; i++) {
        const struct ruling *ruling = belonging_ruling(belonging, i);

        if (!rules_looks_at(view, rules->items[i], resource))
            continue;
        printf("  %-5s  %-34.*s ", level_name(ruling->level), TEXT_ARGS(rules->items[i]->rule.id));
        rules_print_setter(view->workspace, rules->items[i], ruling);
        rules_print_next(view->workspace, ruling);
        putchar('\n');
        count++;
    }
    if (!count)
        puts(kustomize_is_patch(view->use) ? "  no rule asks for patches"
                                           : "  no rule looks at this kind");
}

static void rules_print_namespace(struct workspace *workspace, const struct belonging *belonging)
{
    static const char *const why[] = {
        [BELONGS_UNKNOWN] = "",
        [BELONGS_KUSTOMIZATION] = "", /* and its path, below */
        [BELONGS_METADATA] = " (metadata.namespace)",
        [BELONGS_PATH] = " (its path)",
        [BELONGS_ITSELF] = " (declares it)",
    };

    if (!belonging->namespace.at) {
        puts("namespace unknown");
        return;
    }
    fputs("namespace ", stdout);
    report_print(stdout, belonging->namespace);
    fputs(why[belonging->by], stdout);
    if (belonging->by == BELONGS_KUSTOMIZATION) {
        fputs(" (", stdout);
        report_print(stdout, workspace_path(workspace, belonging->by_path));
        fputs(" says so)", stdout);
    }
    if (belonging->stricter) {
        fputs("; the path stands for ", stdout);
        report_print(stdout, belonging->stricter->namespace);
        fputs(": the stricter of both levels counts", stdout);
    }
    putchar('\n');
}

static void rules_print_resource(const struct rules_view *view, const struct resource *resource)
{
    struct workspace *workspace = view->workspace;
    enum scope_kind scope = repo_scope(&workspace->repo, resource->group, resource->kind);
    struct belonging belonging;

    for (size_t i = 0; i < belonging_count(view->use, scope); i++) {
        belonging_of(&workspace->profiles, view->location, resource, scope, view->use, i,
                     &belonging);
        printf("document %u", resource->document);
        if (resource->item)
            printf(", item %u", resource->item);
        fputs(": ", stdout);
        report_print(stdout, resource->kind);
        putchar('/');
        report_print(stdout, resource->name.at ? resource->name : TEXT("(no name)"));
        fputs(kustomize_is_patch(view->use) ? ", a patch, " : ", ", stdout);
        rules_print_namespace(workspace, &belonging);
        rules_print_view(view, resource, &belonging);
    }
}

/* What is in a document that no rule on resources sees. */
static void rules_print_other(const struct document *document)
{
    if (!document->root) {
        printf("document %zu: refused: ", document->number);
        report_print(stdout, document->error);
        putchar('\n');
    } else if (document_kind(document) == DOCUMENT_OTHER) {
        printf("document %zu: no resource\n", document->number);
    }
}

/* The rules on the file itself and on what the loader notes. */
static void rules_print_file(const struct rules_view *view)
{
    struct belonging belonging;

    belonging_of_path(&view->workspace->profiles, view->location, &belonging);
    fputs("the file: ", stdout);
    rules_print_namespace(view->workspace, &belonging);
    rules_print_view(view, NULL, &belonging);
}

/* Whether the line that is asked about lies between START and END. */
static bool rules_is_here(const struct rules_view *view, struct source *source, uint32_t start,
                          uint32_t end)
{
    struct span span = source_span(source, start, end);

    return !view->line || (view->line >= span.line && view->line <= span.end_line);
}

static void rules_print_document(const struct rules_view *view, struct source *source,
                                 const struct document *document)
{
    struct resource resource;

    if (rules_is_here(view, source, document->start, document->end))
        rules_print_other(document);
    if (!document->root)
        return;
    for (struct resources walk = resources_of(document); resources_next(&walk, &resource);)
        if (rules_is_here(view, source, resource.node->start, resource.node->end))
            rules_print_resource(view, &resource);
}

static bool rules_print_documents(const struct rules_view *view)
{
    struct source source;
    struct loader loader;
    struct document document;
    char *bytes;
    size_t length;
    const struct tree *tree = &view->workspace->repo.tree;
    const char *error = tree_read(tree, view->path, &bytes, &length);

    if (error) {
        problems_add(&view->workspace->problems, view->path, 0, 0, "cannot be read: %s", error);
        return false;
    }
    if (tree_is_helm_template(tree_find(tree, view->path), (struct text){bytes, length})) {
        puts("a Helm template: not linted (`helm template` its chart into `krug lint -`)");
        free(bytes);
        return true;
    }
    error = source_init(&source, view->path, bytes, length);
    rules_print_file(view);
    loader_init(&loader, &source);
    while (!error && loader_next(&loader, &document))
        rules_print_document(view, &source, &document);
    loader_done(&loader);
    source_done(&source);
    if (error)
        problems_add(&view->workspace->problems, view->path, 0, 0, "%s", error);
    return !error;
}

bool rules_print_place(struct workspace *workspace, struct text path, uint32_t line)
{
    struct arena arena = {0};
    struct location location;
    struct rules_view view = {workspace, &location, path, repo_use(&workspace->repo, path), line};
    bool good = true;

    layout_locate(policies_chain(&workspace->policies, path_directory(path)), path, &arena,
                  &location);
    if (location.skip == SKIP_EXCLUDED)
        puts("left out by the policy (`files` or `exclude`): no rule applies");
    else
        good = rules_print_documents(&view);
    arena_done(&arena);
    return good;
}

/* Prints what holds for each named file of the tree; false where one could not be read. */
static bool rules_print_for(struct workspace *workspace, const char *named)
{
    const struct tree *tree = &workspace->repo.tree;
    bool good = true, any = false;

    for (size_t i = 0; i < tree->count; i++) {
        if (!tree->files[i].named || !tree->files[i].manifest)
            continue;
        any = true;
        report_print(stdout, workspace_path(workspace, tree->files[i].path));
        putchar('\n');
        good &= rules_print_place(workspace, tree->files[i].path, 0);
    }
    if (!any)
        problems_add(&workspace->problems, TEXT(""), 0, 0,
                     "%s: no manifest (.yaml, .yml, .json), nor a directory with one", named);
    return good && any;
}

int command_rules(const struct options *options)
{
    const char *file = options_value(options, OPTION_FOR);
    size_t format = format_read(options);
    struct workspace workspace;
    int status = STATUS_TROUBLE;

    if (format == SIZE_MAX)
        return STATUS_TROUBLE;
    if (file && format) {
        fputs("krug: `krug rules --for FILE` has no other format than console\n", stderr);
        return STATUS_TROUBLE;
    }
    if (options->path_count > 1 || (file && options->path_count)) {
        fputs("krug: `krug rules` takes one pattern, or --for FILE\n", stderr);
        return STATUS_TROUBLE;
    }
    if (workspace_open(&workspace, options, &file, file ? 1 : 0)) {
        if (!file)
            status =
                catalog_list(&workspace, options->path_count ? options->paths[0] : NULL, format > 0)
                    ? STATUS_OK
                    : STATUS_TROUBLE;
        else if (rules_print_for(&workspace, file))
            status = STATUS_OK;
    }
    return workspace_end(&workspace, status);
}
