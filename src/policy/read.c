/*
 * Reads one policy.yaml. Each key has its reader in a table; what is not in it is refused by name,
 * so that nobody relies on a setting that does nothing. A file that is no YAML gives a policy
 * without settings and a problem at the place.
 */
#include "policy/layout.h"
#include "policy/reader.h"

static void read_root(struct reader *reader, const struct node *value, void *to)
{
    struct policy *policy = to;

    policy->root = value->type == NODE_BOOL && value->boolean;
    if (value->type != NODE_BOOL)
        reader_problem(reader, value, "`root` must be true or false");
}

static void read_files(struct reader *reader, const struct node *value, void *to)
{
    struct policy *policy = to;

    reader_strings(reader, value, "`files`", reader_path_glob, &policy->files, &policy->file_count);
}

static void read_exclude(struct reader *reader, const struct node *value, void *to)
{
    struct policy *policy = to;

    reader_strings(reader, value, "`exclude`", reader_path_glob, &policy->exclude,
                   &policy->exclude_count);
}

static void read_layout_path(struct reader *reader, const struct node *value, void *to)
{
    struct layout_entry *entry = to;
    const char *wrong;

    if (!reader_string(reader, value, "`path`", &entry->path))
        return;
    wrong = layout_check_path(&reader->policy->arena, entry->path);
    if (wrong) {
        reader_problem(reader, value, "%s", wrong);
        entry->path = (struct text){0};
    }
}

static void read_layout_namespace(struct reader *reader, const struct node *value, void *to)
{
    struct layout_entry *entry = to;

    reader_string(reader, value, "`namespace`", &entry->namespace);
}

static void read_layout_cluster(struct reader *reader, const struct node *value, void *to)
{
    struct layout_entry *entry = to;

    reader_string(reader, value, "`cluster`", &entry->cluster);
}

/* Templates can only be checked when the path and the variables are known. */
static bool read_layout_template(struct reader *reader, const struct node *entry, const char *key,
                                 struct text pattern, struct text template)
{
    const char *wrong = NULL;

    if (template.at)
        wrong =
            layout_check_template(&reader->policy->arena, pattern, template, reader->policy->vars);
    if (wrong)
        reader_problem(reader, node_find(entry, text_of(key)), "%s", wrong);
    return !wrong;
}

static bool read_layout_entry(struct reader *reader, const struct node *node,
                              struct layout_entry *entry)
{
    static const struct reader_key keys[] = {
        {"path", read_layout_path, false},
        {"namespace", read_layout_namespace, false},
        {"cluster", read_layout_cluster, false},
    };
    struct span span = reader_span(reader, node->start, node->end);
    bool good;

    *entry = (struct layout_entry){.line = span.line, .column = span.column};
    reader_keys(reader, node, "an entry of `layout`", keys, sizeof keys / sizeof *keys, entry);
    if (!node_find(node, TEXT("path")))
        reader_problem(reader, node, "this entry has no `path`: which files is it for?");
    if (!entry->path.at)
        return false;
    /* both are looked at, so that both are told */
    good = read_layout_template(reader, node, "namespace", entry->path, entry->namespace);
    return read_layout_template(reader, node, "cluster", entry->path, entry->cluster) && good;
}

static void read_layout(struct reader *reader, const struct node *value, void *to)
{
    struct policy *policy = to;

    if (!reader_list(reader, value, "`layout`"))
        return;
    if (!value->first)
        reader_problem(reader, value, "`layout` is an empty list");
    policy->layout = arena_get(&policy->arena, value->count * sizeof *policy->layout);
    for (const struct node *node = value->first; node; node = node->next)
        if (reader_map(reader, node, "an entry of `layout`") &&
            read_layout_entry(reader, node, &policy->layout[policy->layout_count]))
            policy->layout_count++;
}

/* How deep variables may be nested: rules get them as shared tables, which go twice as deep. */
enum { READ_VARS_DEPTH = 32 };

static bool read_is_deep(const struct node *node, const struct node *root)
{
    size_t depth = 0;

    for (; node != root && depth <= READ_VARS_DEPTH; node = node->parent)
        depth++;
    return depth > READ_VARS_DEPTH;
}

/* Was taken before any other key: the layout's templates name variables. */
static void read_vars(struct reader *reader, const struct node *value, void *to)
{
    (void)to;
    if (!reader_map(reader, value, "`vars`"))
        return;
    for (const struct node *node = value->first; node; node = node->next)
        if (!node->key.length)
            reader_problem_key(reader, node, "a variable needs a name");
    for (struct node_walk walk = node_walk(value); walk.node; node_walk_next(&walk))
        if (read_is_deep(walk.node, value)) {
            reader_problem(reader, walk.node, "`vars` are nested more than %d deep",
                           READ_VARS_DEPTH);
            reader->policy->vars = NULL;
            return;
        }
}

static void read_owner_label(struct reader *reader, const struct node *value, void *to)
{
    struct policy *policy = to;

    reader_string(reader, value, "`owner_label`", &policy->owner_label);
}

static void read_default(struct reader *reader, const struct node *value, void *to)
{
    struct policy *policy = to;
    struct text text = value->type == NODE_STRING ? value->text : reader_source(reader, value);

    policy->default_off = text_is(text, "off");
    if (!policy->default_off && !text_is(text, "own"))
        reader_problem(reader, value, "`default` must be `own` (each rule's own level) or `off`");
}

static void read_rules(struct reader *reader, const struct node *value, void *to)
{
    struct policy *policy = to;

    settings_read(reader, value, &policy->settings, &policy->setting_count);
}

static void read_workload_kind(struct reader *reader, const struct node *value, void *to)
{
    struct workload_kind *workload = to;
    struct text text, rest, group;

    if (!reader_string(reader, value, "`kind`", &text))
        return;
    rest = text;
    text_cut(&rest, '/', &group);
    if (!rest.length || !group.length || text_find(rest, TEXT("/"), 0) != SIZE_MAX) {
        reader_problem(reader, value,
                       "`%.*s`: write the group and the kind, without a version: "
                       "argoproj.io/Rollout",
                       TEXT_ARGS(text));
        return;
    }
    workload->group = text_is(group, "v1") ? TEXT("") : group;
    workload->kind = rest;
}

static void read_workload_template(struct reader *reader, const struct node *value, void *to)
{
    struct workload_kind *workload = to;
    struct text text, rest, part;

    if (!reader_string(reader, value, "`template`", &text))
        return;
    workload->template = text;
    for (rest = text; text_cut(&rest, '.', &part);)
        if (!part.length || text_find(part, TEXT("["), 0) != SIZE_MAX)
            workload->template = (struct text){0};
    if (!workload->template.at)
        reader_problem(reader, value,
                       "`%.*s`: write the way to the pod template as keys with dots between: "
                       "spec.template",
                       TEXT_ARGS(text));
}

static void read_workloads(struct reader *reader, const struct node *value, void *to)
{
    static const struct reader_key keys[] = {
        {"kind", read_workload_kind, false},
        {"template", read_workload_template, false},
    };
    struct policy *policy = to;

    if (!reader_list(reader, value, "`workloads`"))
        return;
    policy->workloads = arena_get(&policy->arena, value->count * sizeof *policy->workloads);
    for (const struct node *node = value->first; node; node = node->next) {
        struct workload_kind workload = {0};

        if (!reader_map(reader, node, "an entry of `workloads`"))
            continue;
        reader_keys(reader, node, "an entry of `workloads`", keys, sizeof keys / sizeof *keys,
                    &workload);
        if (!node_find(node, TEXT("kind")) || !node_find(node, TEXT("template")))
            reader_problem(reader, node, "an entry of `workloads` needs `kind` and `template`");
        if (workload.kind.at && workload.template.at)
            policy->workloads[policy->workload_count++] = workload;
    }
}

static void read_locked(struct reader *reader, const struct node *value, void *to)
{
    struct policy *policy = to;
    const struct node *item = value->type == NODE_LIST ? value->first : value;
    size_t most = value->type == NODE_LIST ? value->count : 1;

    if (!most)
        reader_problem(reader, value, "`locked` is an empty list");
    policy->locked = arena_get(&policy->arena, most * sizeof *policy->locked);
    policy->locked_spans = arena_get(&policy->arena, most * sizeof *policy->locked_spans);
    for (; item; item = value->type == NODE_LIST ? item->next : NULL) {
        size_t count = policy->locked_count;

        if (!reader_string(reader, item, "a glob of rules", &policy->locked[count]))
            continue;
        policy->locked_spans[count] = reader_span(reader, item->start, item->end);
        policy->locked_count++;
    }
}

static void read_max_days(struct reader *reader, const struct node *value, void *to)
{
    struct policy *policy = to;

    reader_days(reader, value, &policy->max_days);
}

static void read_ignores_until(struct reader *reader, const struct node *value, void *to)
{
    struct ignore_limits *limits = to;
    struct text text = node_text(value);

    limits->until = text_is(text, "required");
    if (!limits->until && !text_is(text, "optional"))
        reader_problem(reader, value, "`until` must be `required` or `optional`");
}

static void read_ignores_days(struct reader *reader, const struct node *value, void *to)
{
    struct ignore_limits *limits = to;

    reader_days(reader, value, &limits->days);
}

static void read_ignores(struct reader *reader, const struct node *value, void *to)
{
    static const struct reader_key keys[] = {
        {"until", read_ignores_until, false},
        {"max_days", read_ignores_days, false},
    };
    struct policy *policy = to;

    if (reader_map(reader, value, "`ignores`"))
        reader_keys(reader, value, "`ignores`", keys, sizeof keys / sizeof *keys, &policy->ignores);
}

static const struct reader_key read_key_table[] = {
    {"root", read_root, false},
    {"files", read_files, false},
    {"exclude", read_exclude, false},
    {"layout", read_layout, false},
    {"vars", read_vars, true},
    {"owner_label", read_owner_label, false},
    {"default", read_default, false},
    {"rules", read_rules, true},
    {"namespaces", namespaces_read, false},
    {"waivers", waivers_read, true},
    {"max_days", read_max_days, false},
    {"ignores", read_ignores, false},
    {"elsewhere", elsewhere_read, false},
    {"workloads", read_workloads, false},
    {"locked", read_locked, false},
};
enum { READ_KEYS = sizeof read_key_table / sizeof *read_key_table };

/* For a nested policy what belongs further out is refused, not only unknown. */
static void read_misplaced(struct reader *reader, const struct node *value, void *to)
{
    (void)to;
    reader_problem_key(reader, value,
                       "`%.*s` belongs into the root policy: this one lies below another and may "
                       "only hold rules, vars and waivers",
                       TEXT_ARGS(value->key));
}

static void read_keys(struct reader *reader, const struct node *root)
{
    struct reader_key keys[READ_KEYS];

    for (size_t i = 0; i < READ_KEYS; i++) {
        keys[i] = read_key_table[i];
        if (reader->policy->nested && !keys[i].nested)
            keys[i].read = read_misplaced;
    }
    reader_keys(reader, root, "a policy", keys, READ_KEYS, reader->policy);
}

static void read_notes(struct reader *reader, const struct document *document)
{
    for (const struct note *note = document->notes; note; note = note->next) {
        struct text text = note->text;

        if (note->kind == NOTE_DUPLICATE_KEY)
            reader_problem_at(reader, note->start, "`%.*s` is set twice: first in line %u",
                              TEXT_ARGS(text),
                              reader_span(reader, note->other_start, note->other_end).line);
        else if (note->kind == NOTE_DROPPED_REMAINDER)
            reader_problem_at(reader, note->start, "from here on nothing is read: `%.*s`",
                              TEXT_ARGS(text));
        else if (note->kind == NOTE_AMBIGUOUS_SCALAR && note->is_key &&
                 note->reason == AMBIGUITY_BOOLEAN)
            reader_problem_at(reader, note->start,
                              "the key `%.*s` is a boolean to YAML: write \"%.*s\"",
                              TEXT_ARGS(text), TEXT_ARGS(text));
    }
}

/* Looks at every document, as only one of them can be kept: one that is a policy, none that is
 * more. */
static bool read_documents(struct reader *reader)
{
    struct loader loader;
    struct document document;
    size_t found = 0;
    bool broken = false;

    loader_init(&loader, &reader->policy->source);
    while (loader_next(&loader, &document)) {
        if (!document.root) {
            reader_problem_at(reader, document.error_start, "this is no YAML: %.*s",
                              TEXT_ARGS(document.error));
            broken = true;
        } else if (document.root->type != NODE_NULL && ++found > 1) {
            reader_problem_at(reader, document.root->start,
                              "a policy is one document, and this is another one: put all into "
                              "the first");
        }
        if (document.root && found <= 1)
            read_notes(reader, &document);
    }
    loader_done(&loader);
    return found && !broken;
}

void policy_read_text(struct reader *reader, char *bytes, size_t length)
{
    struct policy *policy = reader->policy;
    const char *error = source_init(&policy->source, policy->path, bytes, length);
    struct document document = {0};

    policy->loaded = true;
    loader_init(&policy->loader, &policy->source);
    if (error) {
        problems_add(reader->policies->problems, policy->path, 0, 0, "this policy is no text: %s",
                     error);
        return;
    }
    if (!read_documents(reader))
        return;
    do
        if (!loader_next(&policy->loader, &document))
            return;
    while (document.root->type == NODE_NULL);
    policy->vars = node_find(document.root, TEXT("vars"));
    if (policy->vars && policy->vars->type != NODE_MAP)
        policy->vars = NULL;
    if (reader_map(reader, document.root, "a policy"))
        read_keys(reader, document.root);
}
