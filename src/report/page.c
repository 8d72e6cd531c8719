/*
 * The table behind the HTML report: a row for each namespace that was judged, a column for each
 * rule that is on somewhere or found something, and in each cell the level that is enforced there
 * and the worst that was found, and what is hidden there. Where nested policies make a namespace
 * more than one, its cells span them all.
 */
#include "report/page.h"
#include "base/file.h"
#include "base/memory.h"
#include "policy/layout.h"
#include <assert.h>
#include <stdlib.h>

static int page_compare_spaces(const void *left, const void *right)
{
    const struct page_space *a = left, *b = right;
    int order = (!a->name.at) - (!b->name.at);

    if (!order)
        order = text_compare(a->cluster, b->cluster);
    return order ? order : text_compare(a->name, b->name);
}

static void page_add_space(struct page *page, struct text cluster, struct text name)
{
    page->spaces =
        memory_extend(page->spaces, page->space_count, &page->space_capacity, sizeof *page->spaces);
    page->spaces[page->space_count++] = (struct page_space){.cluster = cluster, .name = name};
}

static void page_sort_spaces(struct page *page)
{
    size_t kept = 0;

    if (page->space_count)
        qsort(page->spaces, page->space_count, sizeof *page->spaces, page_compare_spaces);
    for (size_t i = 0; i < page->space_count; i++)
        if (!kept || page_compare_spaces(&page->spaces[kept - 1], &page->spaces[i]))
            page->spaces[kept++] = page->spaces[i];
    page->space_count = kept;
    for (size_t i = 0; i < kept; i++) {
        page->spaces[i].cells =
            arena_zero(&page->arena, (page->column_count + 1) * sizeof(struct page_cell));
        page->clusters |= page->spaces[i].cluster.length > 0;
    }
}

static struct page_space *page_find_space(const struct page *page, struct text cluster,
                                          struct text name)
{
    struct page_space key = {.cluster = cluster, .name = name};

    return bsearch(&key, page->spaces, page->space_count, sizeof key, page_compare_spaces);
}

/* Whether a rule did not do all of its work: then nothing found is not known to be nothing there.
 */
static bool page_is_unsure(const struct problems *problems, struct text rule)
{
    for (size_t i = 0; i < problems->count; i++)
        if (problems->items[i].rule.at && text_equal(problems->items[i].rule, rule))
            return true;
    return false;
}

/* Rules that judged nothing have no column, and what krug itself tells has one where it did. */
static void page_find_columns(struct page *page)
{
    size_t count = page->groups.count;

    page->columns = memory_get((count + 1) * sizeof(const struct group *));
    page->packs = memory_get((count + 1) * sizeof *page->packs);
    page->unsure = memory_get((count + 1) * sizeof *page->unsure);
    for (size_t i = 0; i < count; i++) {
        const struct group *group = &page->groups.items[i];
        struct text pack = path_directory(group->id);

        if (!group->count && !group->hidden_count &&
            (group->not_run || group->rule->subject == RULE_KRUG))
            continue;
        if (!page->pack_count || !text_equal(page->packs[page->pack_count - 1].name, pack))
            page->packs[page->pack_count++] = (struct page_pack){pack, page->column_count, 0};
        page->packs[page->pack_count - 1].count++;
        page->unsure[page->column_count] = page_is_unsure(page->run->problems, group->id);
        page->columns[page->column_count++] = group;
    }
}

/* The namespace of a finding: its resource's, else the one that the path of its file stands for. */
static struct text page_namespace(struct page *page, const struct finding *finding)
{
    const struct tree_file *file;
    struct location location;

    if (finding->resource.namespace.length)
        return finding->resource.namespace;
    file = tree_find(&page->run->repo->tree, finding->file);
    if (!file || !file->manifest || file->hidden)
        return (struct text){0};
    layout_locate(policies_chain(page->run->policies, path_directory(file->path)), file->path,
                  &page->arena, &location);
    return location.namespace;
}

/* Answers the namespaces of FINDINGS, and makes these known. */
static struct text *page_name_spaces(struct page *page, const struct findings *findings)
{
    struct text *names = memory_get((findings->count + 1) * sizeof *names);

    for (size_t i = 0; i < findings->count; i++) {
        names[i] = page_namespace(page, &findings->items[i]);
        page_add_space(page, findings->items[i].cluster, names[i]);
    }
    return names;
}

static void page_add_judged(struct page *page)
{
    const struct map *judged = &page->run->namespaces;

    for (size_t i = 0; i < judged->capacity; i++) {
        struct text name = judged->slots[i].key, cluster;

        if (name.at && text_cut(&name, '\0', &cluster))
            page_add_space(page, cluster, name);
    }
}

static void page_widen(struct page_cell *cell, enum level level)
{
    if (cell->least == LEVEL_UNSET || level < cell->least)
        cell->least = level;
    if (level > cell->most)
        cell->most = level;
}

/* The level of a column's rule: of several with one id the one that this namespace sees. */
static enum level page_level(const struct page *page, const struct profile *profile,
                             const struct group *column)
{
    const struct rules *rules = page->run->rules;
    enum level level = LEVEL_OFF;

    for (size_t i = column->rule->rule.index;
         i < rules->count && text_equal(rules->items[i]->rule.id, column->id); i++)
        if (profile->rulings->items[i].level > level)
            level = profile->rulings->items[i].level;
    return level;
}

static int page_compare_rises(const void *left, const void *right)
{
    const struct page_rise *a = left, *b = right;
    int order = a->from < b->from ? -1 : a->from > b->from;

    if (!order)
        order = text_compare(a->setting->policy->path, b->setting->policy->path);
    if (!order)
        order = a->setting->line < b->setting->line ? -1 : a->setting->line > b->setting->line;
    if (!order)
        order =
            a->setting->column < b->setting->column ? -1 : a->setting->column > b->setting->column;
    if (!order)
        order = a->level < b->level ? -1 : a->level > b->level;
    if (!order)
        order = a->space < b->space ? -1 : a->space > b->space;
    return order ? order : (a->group > b->group) - (a->group < b->group);
}

/* Nested policies make several profiles of one namespace. */
static void page_sort_rises(struct page *page)
{
    size_t kept = 0;

    if (page->rise_count)
        qsort(page->rises, page->rise_count, sizeof *page->rises, page_compare_rises);
    for (size_t i = 0; i < page->rise_count; i++)
        if (!kept || page_compare_rises(&page->rises[kept - 1], &page->rises[i]))
            page->rises[kept++] = page->rises[i];
    page->rise_count = kept;
}

/* Notes what days of the policy bring in a space. */
static void page_add_rises(struct page *page, const struct profile *profile,
                           struct page_space *space)
{
    size_t column = 0;

    for (size_t i = 0; i < page->groups.count; i++) {
        const struct group *group = &page->groups.items[i];
        const struct ruling *ruling = &profile->rulings->items[group->rule->rule.index];
        bool shown = column < page->column_count && page->columns[column] == group;
        struct page_cell *cell = shown ? &space->cells[column++] : NULL;

        if (!ruling->next.from || !group->rule->selected)
            continue;
        if (cell)
            cell->rises = true;
        page->rises =
            memory_extend(page->rises, page->rise_count, &page->rise_capacity, sizeof *page->rises);
        page->rises[page->rise_count++] = (struct page_rise){ruling->next.from,
                                                             ruling->next.level,
                                                             ruling->next.setting,
                                                             (size_t)(space - page->spaces),
                                                             i,
                                                             cell};
    }
}

/* What no policy can make a step of has no level here, nor what is not known; a profile is also
 * there for a namespace that was not judged. */
static void page_fill_levels(struct page *page)
{
    const struct map *profiles = &page->run->profiles->by_key;

    for (size_t i = 0; i < profiles->capacity; i++) {
        const struct profile *profile = profiles->slots[i].value;
        struct page_space *space = NULL;

        if (profiles->slots[i].key.at && page->space_count)
            space = page_find_space(page, profile->cluster, profile->namespace);
        if (!space)
            continue;
        for (size_t j = 0; j < page->column_count; j++)
            if (!page->columns[j]->rule->rule.fixed && !page->unsure[j])
                page_widen(&space->cells[j], page_level(page, profile, page->columns[j]));
        page_add_rises(page, profile, space);
        /* of several owners the first by name, since a map has no order */
        if (profile->owner.at &&
            (!space->owner.at || text_compare(profile->owner, space->owner) < 0))
            space->owner = profile->owner;
    }
    page_sort_rises(page);
}

/* What is in no namespace is not counted as judged, so that only what was found there is known. */
static void page_forget_levels(struct page *page)
{
    for (size_t i = 0; i < page->space_count; i++)
        for (size_t j = 0; !page->spaces[i].name.at && j < page->column_count; j++)
            if (!page->spaces[i].cells[j].count)
                page->spaces[i].cells[j] =
                    (struct page_cell){.hidden = page->spaces[i].cells[j].hidden};
}

static int page_compare_findings(const void *left, const void *right)
{
    const struct page_finding *a = left, *b = right;

    if (a->space != b->space)
        return a->space < b->space ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return (a->finding > b->finding) - (a->finding < b->finding);
}

static size_t page_column(const struct page *page, struct text rule)
{
    size_t low = 0, high = page->column_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (text_compare(page->columns[middle]->id, rule) <= 0)
            low = middle;
        else
            high = middle;
    }
    assert(low < page->column_count && text_equal(page->columns[low]->id, rule));
    return low;
}

static void page_count(struct page_space *space, size_t column, const struct finding *finding)
{
    struct page_cell *cell = &space->cells[column];

    if (finding->hiding) {
        space->hidden_count++;
        cell->hidden++;
        cell->held += finding->hiding->kind == HIDING_BASELINE;
        return;
    }
    space->count++;
    cell->count++;
    if (finding->level > cell->worst)
        cell->worst = finding->level;
}

/* FINDINGS, whose namespaces have these NAMES, by space and rule. */
static struct page_finding *page_place(struct page *page, const struct findings *findings,
                                       const struct text *names)
{
    struct page_finding *placed = memory_get((findings->count + 1) * sizeof *placed);

    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        struct page_space *space = page_find_space(page, finding->cluster, names[i]);
        size_t column = page_column(page, finding->rule);

        page_count(space, column, finding);
        placed[i] = (struct page_finding){finding, (size_t)(space - page->spaces), column};
    }
    qsort(placed, findings->count, sizeof *placed, page_compare_findings);
    return placed;
}

static void page_number_findings(struct page *page)
{
    for (size_t i = 0, first = 0, hidden = 0; i < page->space_count; i++) {
        page->spaces[i].first = first;
        page->spaces[i].hidden_first = hidden;
        first += page->spaces[i].count;
        hidden += page->spaces[i].hidden_count;
    }
}

void page_init(struct page *page, const struct run *run, const struct report_style *style,
               FILE *stream)
{
    struct text *names, *hidden_names;

    *page = (struct page){.run = run, .style = style, .stream = stream};
    groups_init(&page->groups, run);
    page_find_columns(page);
    names = page_name_spaces(page, &run->findings);
    hidden_names = page_name_spaces(page, &run->hidden);
    page_add_judged(page);
    page_sort_spaces(page);
    page_fill_levels(page);
    page->findings = page_place(page, &run->findings, names);
    page->hidden = page_place(page, &run->hidden, hidden_names);
    page_number_findings(page);
    page_forget_levels(page);
    free(names);
    free(hidden_names);
}

void page_done(struct page *page)
{
    groups_done(&page->groups);
    free(page->columns);
    free(page->packs);
    free(page->unsure);
    free(page->spaces);
    free(page->findings);
    free(page->hidden);
    free(page->rises);
    arena_done(&page->arena);
}

struct page_cell page_pack_cell(const struct page_space *space, const struct page_pack *pack)
{
    struct page_cell all = {0};

    for (size_t i = pack->first; i < pack->first + pack->count; i++) {
        const struct page_cell *cell = &space->cells[i];

        if (cell->most != LEVEL_UNSET) {
            page_widen(&all, cell->least);
            page_widen(&all, cell->most);
        }
        if (cell->worst > all.worst)
            all.worst = cell->worst;
        all.count += cell->count;
        all.hidden += cell->hidden;
        all.held += cell->held;
        all.rises |= cell->rises;
    }
    return all;
}

enum page_step page_step(const struct page_cell *cell)
{
    if (cell->count)
        return STEP_FOUND;
    if (cell->held || (cell->hidden && cell->most == LEVEL_UNSET))
        return STEP_HELD;
    if (cell->most == LEVEL_UNSET)
        return STEP_NONE;
    if (cell->most == LEVEL_OFF)
        return STEP_OFF;
    return cell->least == LEVEL_ERROR ? STEP_ENFORCED : STEP_READY;
}
