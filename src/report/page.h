#ifndef KRUG_REPORT_PAGE_H
#define KRUG_REPORT_PAGE_H

#include "report/groups.h"
#include "report/report.h"

/* What the HTML report shows, put together before any of it is written. */

/* A rule in a namespace, or a pack there: what is enforced and what was found. */
struct page_cell {
    enum level least,
        most;         /* that its rules are enforced at; LEVEL_UNSET: no rule of it is there */
    enum level worst; /* found; LEVEL_UNSET: nothing */
    size_t count;
    size_t hidden; /* findings that do not count */
    size_t held;   /* of these in the baseline: a stricter level brings them back */
    bool rises;    /* a day will make something of it stricter */
};

/* A namespace of a cluster. */
struct page_space {
    struct text cluster;
    struct text name;        /* at == NULL: what belongs to no namespace */
    struct text owner;       /* at == NULL: nobody said */
    struct page_cell *cells; /* by column */
    size_t first, count;     /* of the page's findings */
    size_t hidden_first, hidden_count;
};

struct page_finding {
    const struct finding *finding;
    size_t space, column;
};

/* A rule that gets stricter in a namespace, and the line that says when. */
struct page_rise {
    date_t from;
    enum level level; /* from then on */
    const struct setting *setting;
    size_t space, group;
    const struct page_cell *cell; /* NULL: the rule judged nothing, so nothing is known */
};

/* Columns whose ids begin alike: "istio" of istio/port-name. */
struct page_pack {
    struct text name;
    size_t first, count;
};

struct page {
    const struct run *run;
    const struct report_style *style;
    FILE *stream;
    struct arena arena;
    struct groups groups;
    const struct group **columns; /* rules that are on somewhere, or found something; by id */
    bool *unsure;                 /* by column: its rule could not do all of its work */
    size_t column_count;
    struct page_pack *packs;
    size_t pack_count;
    struct page_space *spaces; /* by cluster and name; no namespace comes last */
    size_t space_count, space_capacity;
    struct page_finding *findings; /* by space, rule, and order of the report */
    struct page_finding *hidden;   /* the same for those that do not count */
    struct page_rise *rises;       /* by day, line, level, space, rule; each once */
    size_t rise_count, rise_capacity;
    bool clusters; /* there is more than the one without a name */
};

void page_init(struct page *page, const struct run *run, const struct report_style *style,
               FILE *stream);
void page_done(struct page *page);

/* All rules of a pack in a namespace. */
struct page_cell page_pack_cell(const struct page_space *space, const struct page_pack *pack);

/* How far a rollout is in a cell. */
enum page_step {
    STEP_NONE,  /* no rule of it applies here */
    STEP_OFF,   /* nothing is enforced, so nothing is known */
    STEP_FOUND, /* something was found */
    STEP_HELD,  /* nothing that counts, but findings in the baseline, or hidden ones of no level */
    STEP_READY, /* on, below error, nothing found: ready for the next step */
    STEP_ENFORCED, /* error, nothing found */
};
enum page_step page_step(const struct page_cell *cell);

#endif
