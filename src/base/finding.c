/*
 * Findings as data: levels and their names, places, and the one order in which they are reported.
 */
#include "base/finding.h"
#include "base/memory.h"
#include <stdlib.h>

static const char *const level_names[] = {
    [LEVEL_UNSET] = "unset", [LEVEL_OFF] = "off",     [LEVEL_INFO] = "info",
    [LEVEL_WARN] = "warn",   [LEVEL_ERROR] = "error",
};

const char *level_name(enum level level)
{
    return level_names[level];
}

enum level level_read(struct text text)
{
    for (enum level level = LEVEL_OFF; level <= LEVEL_ERROR; level++)
        if (text_is(text, level_names[level]))
            return level;
    return LEVEL_UNSET;
}

struct text identity_group(const struct identity *identity)
{
    size_t slash = text_find(identity->api_version, TEXT("/"), 0);

    return slash == SIZE_MAX ? TEXT("") : text_slice(identity->api_version, 0, slash);
}

static const char *const hiding_names[] = {
    [HIDING_WAIVER] = "waiver",
    [HIDING_IGNORE] = "ignore",
    [HIDING_BASELINE] = "baseline",
};

const char *hiding_name(enum hiding_kind kind)
{
    return hiding_names[kind];
}

void findings_add(struct findings *findings, struct finding finding)
{
    findings->items = memory_extend(findings->items, findings->count, &findings->capacity,
                                    sizeof *findings->items);
    findings->items[findings->count++] = finding;
}

void findings_done(struct findings *findings)
{
    free(findings->items);
    *findings = (struct findings){0};
}

static int finding_order(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

int finding_compare(const void *left, const void *right)
{
    const struct finding *a = left, *b = right;
    int order = text_compare(a->file, b->file);

    if (!order)
        order = finding_order(a->span.line, b->span.line);
    if (!order)
        order = finding_order(a->span.column, b->span.column);
    if (!order)
        order = text_compare(a->rule, b->rule);
    if (!order)
        order = finding_order(a->span.end_line, b->span.end_line);
    if (!order)
        order = finding_order(a->span.end_column, b->span.end_column);
    if (!order)
        order = text_compare(a->message, b->message);
    if (!order)
        order = finding_order(a->document, b->document);
    if (!order)
        order = finding_order(a->item, b->item);
    if (!order)
        order = text_compare(a->path, b->path);
    if (!order)
        order = text_compare(a->resource.namespace, b->resource.namespace);
    return order ? order : text_compare(a->cluster, b->cluster);
}
