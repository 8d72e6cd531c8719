/*
 * The table behind the HTML report: a row for each namespace that was judged, a column for each
 * rule that is on somewhere or found something, and in each cell the level that is enforced there
 * and the worst that was found. Where nested policies make a namespace more than one, its cells
 * span them all.
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

        if (!group->count && !group->hidden &&
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

/* The findings with the namespaces that they are for, which become rows. */
static struct page_finding *page_list(struct page *page, const struct findings *findings)
{
    struct page_finding *list = memory_get((findings->count + 1) * sizeof *list);

    for (size_t i = 0; i < findings->count; i++) {
        list[i].finding = &findings->items[i];
        list[i].name = page_namespace(page, list[i].finding);
        page_add_space(page, list[i].finding->cluster, list[i].name);
    }
    return list;
}

static void page_find_spaces(struct page *page)
{
    const struct map *judged = &page->run->namespaces;

    for (size_t i = 0; i < judged->capacity; i++) {
        struct text name = judged->slots[i].key, cluster;

        if (name.at && text_cut(&name, '\0', &cluster))
            page_add_space(page, cluster, name);
    }
    page->findings = page_list(page, &page->run->findings);
    page->hidden = page_list(page, &page->run->hidden);
    page_sort_spaces(page);
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

/* What no policy can make a step of has no level here, nor what is not known; a profile is also
 * there for a namespace that was not judged. */
static void page_fill_levels(struct page *page)
{
    const struct map *profiles = &page->run->profiles->by_key;

    for (size_t i = 0; i < profiles->capacity; i++) {
        const struct profile *profile = profiles->slots[i].value;
        struct page_space *space = NULL;

        if (profiles->slots[i].key.at)
            space = page_find_space(page, profile->cluster, profile->namespace);
        if (!space)
            continue;
        for (size_t j = 0; j < page->column_count; j++)
            if (!page->columns[j]->rule->rule.fixed && !page->unsure[j])
                page_widen(&space->cells[j], page_level(page, profile, page->columns[j]));
        /* of several owners the first by name, since a map has no order */
        if (profile->owner.at &&
            (!space->owner.at || text_compare(profile->owner, space->owner) < 0))
            space->owner = profile->owner;
    }
}

/* What is in no namespace is not counted as judged, so that only what was found there is known. */
static void page_forget_levels(struct page *page)
{
    for (size_t i = 0; i < page->space_count; i++)
        for (size_t j = 0; !page->spaces[i].name.at && j < page->column_count; j++)
            if (!page->spaces[i].cells[j].count && !page->spaces[i].cells[j].hidden)
                page->spaces[i].cells[j] = (struct page_cell){0};
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

/* Finds the cell of a finding. */
static struct page_cell *page_locate(struct page *page, struct page_finding *one)
{
    const struct page_space *space = page_find_space(page, one->finding->cluster, one->name);

    one->space = (size_t)(space - page->spaces);
    one->column = page_column(page, one->finding->rule);
    return &space->cells[one->column];
}

static void page_fill_findings(struct page *page)
{
    size_t count = page->run->findings.count, first = 0;

    for (size_t i = 0; i < count; i++) {
        struct page_finding *one = &page->findings[i];
        struct page_cell *cell = page_locate(page, one);

        cell->count++;
        if (one->finding->level > cell->worst)
            cell->worst = one->finding->level;
        page->spaces[one->space].count++;
    }
    for (size_t i = 0; i < page->run->hidden.count; i++)
        page_locate(page, &page->hidden[i])->hidden++;
    qsort(page->findings, count, sizeof *page->findings, page_compare_findings);
    for (size_t i = 0; i < page->space_count; i++) {
        page->spaces[i].first = first;
        first += page->spaces[i].count;
    }
}

void page_init(struct page *page, const struct run *run, const struct report_style *style,
               FILE *stream)
{
    *page = (struct page){.run = run, .style = style, .stream = stream};
    groups_init(&page->groups, run);
    page_find_columns(page);
    page_find_spaces(page);
    page_fill_levels(page);
    page_fill_findings(page);
    page_forget_levels(page);
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
    }
    return all;
}

enum page_step page_step(const struct page_cell *cell)
{
    if (cell->count)
        return STEP_FOUND;
    if (cell->hidden)
        return STEP_HIDDEN;
    if (cell->most == LEVEL_UNSET)
        return STEP_NONE;
    if (cell->most == LEVEL_OFF)
        return STEP_OFF;
    return cell->least == LEVEL_ERROR ? STEP_ENFORCED : STEP_READY;
}
