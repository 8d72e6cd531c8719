/*
 * What the pages of a rule for the terminal and for Markdown both say.
 */
#include "base/memory.h"
#include "cli/explain.h"
#include "yaml/load.h"

static size_t explain_add(struct explain_condition *to, size_t count, const char *name,
                          struct text value)
{
    if (value.at)
        to[count++] = (struct explain_condition){name, value};
    return count;
}

size_t explain_conditions(const struct example *example,
                          struct explain_condition to[EXPLAIN_CONDITIONS_MAX])
{
    const struct example_given *given = &example->given;
    size_t count = 0;

    count = explain_add(to, count, "the file is", given->path);
    count = explain_add(to, count, "the path stands for namespace", given->namespace);
    count = explain_add(to, count, "a kustomization sets namespace", given->kustomization);
    if (given->patch)
        to[count++] = (struct explain_condition){"the file is a kustomize patch", {0}};
    count = explain_add(to, count, "the parameters are", given->params);
    if (given->policy.length)
        count = explain_add(to, count, "the policy is", given->policy);
    return count;
}

const char *explain_level(const struct rule_info *rule)
{
    return rule->rule.fixed ? "always" : "where no policy says otherwise";
}

static void explain_list(struct buffer *buffer, struct text item)
{
    if (buffer->length)
        buffer_add(buffer, TEXT(", "));
    buffer_add(buffer, item);
}

static void explain_kinds(struct buffer *buffer, const struct rule_info *rule)
{
    for (size_t i = 0; i < rule->kind_count; i++) {
        struct text kind = rule->kind_texts[i];

        if (text_is(kind, "*"))
            kind = TEXT("every resource");
        else if (text_is(kind, "workload"))
            kind = TEXT("every workload (what has a pod template)");
        explain_list(buffer, kind);
    }
}

static void explain_notes(struct buffer *buffer, const struct rule_info *rule)
{
    for (int kind = NOTE_DUPLICATE_KEY; kind <= NOTE_TAB; kind++)
        if (rule->notes & 1u << kind)
            explain_list(buffer, text_of(note_kind_name((enum note_kind)kind)));
    buffer_add(buffer, TEXT(", as the reader notes it"));
}

struct text explain_subject(const struct rule_info *rule, struct arena *arena)
{
    struct buffer buffer = {0};
    struct text subject;

    if (rule->subject == RULE_FILES)
        buffer_add(&buffer, TEXT("each file"));
    else if (rule->subject == RULE_KRUG)
        buffer_add(&buffer, TEXT("what krug itself reads: it is told by krug, not by a check"));
    else if (rule->subject == RULE_NOTES)
        explain_notes(&buffer, rule);
    else
        explain_kinds(&buffer, rule);
    if (rule->patches)
        buffer_add(&buffer, TEXT("; kustomize patches too"));
    subject = arena_copy(arena, buffer_text(&buffer));
    buffer_done(&buffer);
    return subject;
}
