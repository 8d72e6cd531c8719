/*
 * The entries under `namespaces:`: which namespaces each is for, and what it says of them.
 */
#include "policy/reader.h"

static void namespaces_read_names(struct reader *reader, const struct node *value, void *to)
{
    struct namespace_match *match = to;

    if (match->name_count)
        reader_problem_key(reader, value, "`name` and `names` are the same: write one of them");
    reader_strings(reader, value, "a glob of namespaces", NULL, &match->names, &match->name_count);
}

static void namespaces_read_except(struct reader *reader, const struct node *value, void *to)
{
    struct namespace_match *match = to;

    reader_strings(reader, value, "`except`", NULL, &match->except, &match->except_count);
}

static void namespaces_read_clusters(struct reader *reader, const struct node *value, void *to)
{
    struct namespace_match *match = to;

    if (match->cluster_count)
        reader_problem_key(reader, value,
                           "`cluster` and `clusters` are the same: write one of them");
    reader_strings(reader, value, "a glob of clusters", NULL, &match->clusters,
                   &match->cluster_count);
}

static void namespaces_read_match_labels(struct reader *reader, const struct node *value, void *to)
{
    struct namespace_match *match = to;

    reader_pairs(reader, value, "`labels`", &match->labels, &match->label_count);
}

/* What is wrong in a match must not make it match more: it then matches nothing. */
static void namespaces_match_nothing(struct reader *reader, struct namespace_match *match)
{
    match->except = arena_get(&reader->policy->arena, sizeof *match->except);
    match->except[0] = TEXT("*");
    match->except_count = 1;
}

static void namespaces_read_match(struct reader *reader, const struct node *value, void *to)
{
    static const struct reader_key keys[] = {
        {"name", namespaces_read_names, true},          {"names", namespaces_read_names, true},
        {"labels", namespaces_read_match_labels, true}, {"cluster", namespaces_read_clusters, true},
        {"clusters", namespaces_read_clusters, true},   {"except", namespaces_read_except, true},
    };
    struct namespace_entry *entry = to;
    struct namespace_match *match = &entry->match;
    size_t before = reader->policies->problems->count;

    if (value->type != NODE_MAP)
        reader_strings(reader, value, "`match`", NULL, &match->names, &match->name_count);
    else if (!value->first)
        reader_problem(reader, value, "`match` is empty: to match every namespace write \"*\"");
    else
        reader_keys(reader, value, "`match`", keys, sizeof keys / sizeof *keys, match);
    if (reader->policies->problems->count != before)
        namespaces_match_nothing(reader, match);
}

static void namespaces_read_owner(struct reader *reader, const struct node *value, void *to)
{
    struct namespace_entry *entry = to;

    reader_string(reader, value, "`owner`", &entry->owner);
}

static void namespaces_read_labels(struct reader *reader, const struct node *value, void *to)
{
    struct namespace_entry *entry = to;
    struct span span = reader_span(reader, value->key_start, value->key_end);

    entry->labels_line = span.line;
    entry->labels_column = span.column;
    entry->labels_end_column = span.end_column;
    reader_pairs(reader, value, "`labels`", &entry->labels, &entry->label_count);
}

static void namespaces_read_paths(struct reader *reader, const struct node *value, void *to)
{
    struct namespace_entry *entry = to;

    reader_strings(reader, value, "`paths`", reader_path_glob, &entry->paths, &entry->path_count);
}

static void namespaces_read_rules(struct reader *reader, const struct node *value, void *to)
{
    struct namespace_entry *entry = to;

    settings_read(reader, value, &entry->settings, &entry->setting_count);
}

static void namespaces_read_entry(struct reader *reader, const struct node *node,
                                  struct namespace_entry *entry)
{
    static const struct reader_key keys[] = {
        {"match", namespaces_read_match, false},   {"owner", namespaces_read_owner, false},
        {"labels", namespaces_read_labels, false}, {"paths", namespaces_read_paths, false},
        {"rules", namespaces_read_rules, false},
    };
    struct span span = reader_span(reader, node->start, node->end);

    entry->line = span.line;
    entry->column = span.column;
    reader_keys(reader, node, "an entry of `namespaces`", keys, sizeof keys / sizeof *keys, entry);
    if (!node_find(node, TEXT("match"))) {
        reader_problem(reader, node, "this entry has no `match`: which namespaces is it for?");
        namespaces_match_nothing(reader, &entry->match);
    }
}

void namespaces_read(struct reader *reader, const struct node *list, void *to)
{
    struct policy *policy = to;

    if (!reader_list(reader, list, "`namespaces`"))
        return;
    policy->namespaces = arena_zero(&policy->arena, list->count * sizeof *policy->namespaces);
    for (const struct node *node = list->first; node; node = node->next)
        if (reader_map(reader, node, "an entry of `namespaces`"))
            namespaces_read_entry(reader, node, &policy->namespaces[policy->namespace_count++]);
}
