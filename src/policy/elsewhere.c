/*
 * What exists and is not in the repository: what Helm, Terraform or an operator creates. A rule
 * that finds no object asks here before it says that there is none. An entry that was asked for its
 * kind and never was the answer is told at the end of a run: what it speaks of has gone, or came
 * home.
 */
#include "policy/elsewhere.h"
#include "base/glob.h"
#include "policy/reader.h"

static void elsewhere_read_kind(struct reader *reader, const struct node *value, void *to)
{
    struct elsewhere *entry = to;
    struct text text;
    size_t slash;

    if (!reader_string(reader, value, "`kind`", &text))
        return;
    slash = text_find(text, TEXT("/"), 0);
    if (slash != SIZE_MAX)
        entry->group = text_slice(text, 0, slash);
    entry->kind = slash == SIZE_MAX ? text : text_slice(text, slash + 1, text.length);
    if (!entry->kind.length || entry->kind.at[0] < 'A' || entry->kind.at[0] > 'Z') {
        reader_problem(reader, value,
                       "this is no kind: write Service, or networking.istio.io/Gateway");
        entry->kind = (struct text){0};
    }
}

static void elsewhere_read_namespace(struct reader *reader, const struct node *value, void *to)
{
    reader_string(reader, value, "`namespace`", &((struct elsewhere *)to)->namespace);
}

static void elsewhere_read_name(struct reader *reader, const struct node *value, void *to)
{
    reader_string(reader, value, "`name`", &((struct elsewhere *)to)->name);
}

static void elsewhere_read_cluster(struct reader *reader, const struct node *value, void *to)
{
    reader_string(reader, value, "`cluster`", &((struct elsewhere *)to)->cluster);
}

static void elsewhere_read_entry(struct reader *reader, const struct node *node,
                                 struct elsewhere *entry)
{
    static const struct reader_key keys[] = {
        {"kind", elsewhere_read_kind, false},
        {"namespace", elsewhere_read_namespace, false},
        {"name", elsewhere_read_name, false},
        {"cluster", elsewhere_read_cluster, false},
    };
    struct span span = reader_span(reader, node->start, node->end);

    *entry = (struct elsewhere){.line = span.line,
                                .column = span.column,
                                .end_column =
                                    span.end_line == span.line ? span.end_column : span.column + 1};
    entry->use = arena_zero(&reader->policy->arena, sizeof *entry->use);
    reader_keys(reader, node, "an entry of `elsewhere`", keys, sizeof keys / sizeof *keys, entry);
    if (!node_find(node, TEXT("kind")) || !node_find(node, TEXT("name")))
        reader_problem(
            reader, node,
            "an entry of `elsewhere` needs `kind` and `name`, which may be globs: {kind: "
            "Service, namespace: istio-system, name: istio-*}");
}

void elsewhere_read(struct reader *reader, const struct node *value, void *to)
{
    struct policy *policy = to;

    if (!reader_list(reader, value, "`elsewhere`"))
        return;
    policy->elsewhere = arena_get(&policy->arena, value->count * sizeof *policy->elsewhere);
    for (const struct node *node = value->first; node; node = node->next) {
        size_t before = reader->policies->problems->count;
        struct elsewhere entry;

        if (!reader_map(reader, node, "an entry of `elsewhere`"))
            continue;
        elsewhere_read_entry(reader, node, &entry);
        /* one that is wrong would answer for more than it says */
        if (reader->policies->problems->count == before)
            policy->elsewhere[policy->elsewhere_count++] = entry;
    }
}

static bool elsewhere_matches(struct text glob, struct text text, uint64_t *steps)
{
    return !glob.at || glob_name_counted(glob, text, steps);
}

bool elsewhere_answers(const struct elsewhere *entry, const struct elsewhere_question *question,
                       uint64_t *steps)
{
    if (!text_equal(entry->kind, question->kind) ||
        (entry->group.at && !text_equal(entry->group, question->group)))
        return false;
    atomic_store(&entry->use->asked, true);
    if (!elsewhere_matches(entry->namespace, question->namespace, steps) ||
        !elsewhere_matches(entry->name, question->name, steps) ||
        !elsewhere_matches(entry->cluster, question->cluster, steps))
        return false;
    atomic_store(&entry->use->used, true);
    return true;
}
