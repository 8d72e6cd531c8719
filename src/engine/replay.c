/*
 * Correct manifests leave things out and wrong ones hold anything, so each example of a rule is
 * tried with every node dropped, set to null, and replaced by a value of every other type. Nodes
 * are changed in place and set back: the document is read once.
 */
#include "engine/replay.h"
#include "base/memory.h"
#include "engine/call.h"
#include "engine/join.h"
#include "engine/watch.h"
#include <stdlib.h>
#include <string.h>

/* What a map or list holds that is put in place of a node. */
static const struct node replay_child = {.type = NODE_STRING,
                                         .text = {"x", 1},
                                         .key = {"x", 1},
                                         .key_start = NODE_NOWHERE,
                                         .alias_start = NODE_NOWHERE};

/* The rule is run some times for each node, on all of them. */
enum { REPLAY_NODES_MAX = 2000 };

/* What looking at a node or a fact again counts as in instructions of the rule, by the time that it
 * takes. */
enum { REPLAY_NODE_WORK = 8, REPLAY_FACT_WORK = 20 };

static const struct {
    const char *words;
    enum node_type type;
} replay_values[] = {
    {"null", NODE_NULL},        {"a string", NODE_STRING}, {"a number", NODE_INTEGER},
    {"a fraction", NODE_FLOAT}, {"true", NODE_BOOL},       {"a map", NODE_MAP},
    {"a list", NODE_LIST},
};
enum { REPLAY_VALUES = sizeof replay_values / sizeof *replay_values };

static void replay_set(struct node *node, enum node_type type, struct node *child)
{
    node->type = (uint8_t)type;
    node->first = NULL;
    node->count = 0;
    switch (type) {
    case NODE_STRING:
        node->text = TEXT("x");
        break;
    case NODE_INTEGER:
        node->integer = -7;
        break;
    case NODE_FLOAT:
        node->number = 0.5;
        break;
    case NODE_BOOL:
        node->boolean = true;
        break;
    case NODE_MAP:
    case NODE_LIST:
        *child = replay_child;
        child->parent = node;
        node->first = child;
        node->count = 1;
        break;
    default:
        break;
    }
}

/* The link of its parent's children that leads to NODE. */
static struct node **replay_link(struct node *node)
{
    struct node **link = &node->parent->first;

    while (*link != node)
        link = &(*link)->next;
    return link;
}

/* Takes NODE, which LINK leads to, out of its parent, or puts it back. */
static void replay_move(struct node *node, struct node **link, bool out)
{
    *link = out ? node->next : node;
    node->parent->count += out ? -1u : 1u;
    for (struct node *later = node->next; later; later = later->next)
        later->index += out ? -1u : 1u;
}

/* The facts of the other documents with those that the changed one gave, joined. */
static void replay_join(struct worker *worker, struct subject *subject, const struct replay *replay,
                        uint32_t document)
{
    struct facts all = {0};
    struct joins joins;

    for (size_t i = 0; i < replay->facts->count; i++) {
        const struct origin *origin = replay->facts->items[i].origin;

        if (origin->document != document || !text_equal(origin->file, subject->path))
            facts_add(&all, replay->facts->items[i]);
    }
    for (size_t i = 0; i < subject->facts.count; i++)
        facts_add(&all, subject->facts.items[i]);
    if (worker->watch)
        worker->watch->spent += (uint64_t)all.count * REPLAY_FACT_WORK;
    joins_init(&joins, all.items, all.count);
    for (size_t i = 0; i < joins.part_count; i++)
        joins_run(&joins, i, worker, subject, NULL);
    joins_done(&joins);
    facts_done(&all);
}

/* The rule is not run: says why, as of an error. */
static void replay_refuse(struct worker *worker, const struct replay *replay,
                          const struct node *node, const char *reason)
{
    struct source *source = &worker->check.subject->source;

    worker->check.rule = replay->rule;
    call_note(worker, source_span(source, node->start, node->start).line, reason);
}

/* One change: runs the rule, and adds to what is raised which change it was. */
static void replay_run(struct worker *worker, const struct replay *replay,
                       const struct document *document, const struct node *node, const char *words,
                       void (*run)(struct worker *worker, const struct document *document))
{
    struct check check = worker->check;
    struct subject *subject = check.subject;
    struct buffer path = {0};

    subject->findings.count = subject->facts.count = 0;
    if (subject->errors.count)
        return;
    if (watch_over(worker->watch)) {
        replay_refuse(worker, replay, node, watch_over(worker->watch));
        return;
    }
    if (worker->watch)
        worker->watch->spent += (uint64_t)document->node_count * REPLAY_NODE_WORK;
    run(worker, document);
    if (replay->rule->subject == RULE_FACTS)
        replay_join(worker, subject, replay, (uint32_t)document->number);
    worker->check = check;
    for (size_t i = 0; i < subject->errors.count; i++) {
        struct rule_error *error = &subject->errors.items[i];

        node_path(&path, node, document->root);
        error->message = arena_print(
            subject->arena, "with %s %s, %s%.*s", path.length ? path.at : "the document", words,
            error->raised ? "the rule raised: " : "", TEXT_ARGS(error->message));
        error->raised = false;
        error->line = source_span(&subject->source, node->start, node->start).line;
        buffer_done(&path);
    }
}

static void replay_node(struct worker *worker, const struct replay *replay,
                        const struct document *document, struct node *node,
                        void (*run)(struct worker *worker, const struct document *document))
{
    struct node saved = *node, child;
    struct node **link;

    for (size_t i = 0; i < REPLAY_VALUES; i++) {
        if (replay_values[i].type == (enum node_type)saved.type)
            continue;
        replay_set(node, replay_values[i].type, &child);
        replay_run(worker, replay, document, node, replay_values[i].words, run);
        *node = saved;
    }
    if (!node->parent)
        return;
    link = replay_link(node);
    replay_move(node, link, true);
    replay_run(worker, replay, document, node, "left out", run);
    replay_move(node, link, false);
}

void replay_document(struct worker *worker, const struct replay *replay,
                     const struct document *document,
                     void (*run)(struct worker *worker, const struct document *document))
{
    struct node **nodes;
    size_t count = 0;

    if (worker->check.subject->errors.count)
        return; /* one is enough to be mended */
    if (document->node_count > REPLAY_NODES_MAX) {
        replay_refuse(worker, replay, document->root,
                      "the example has more than 2,000 nodes, each of which would be left out and "
                      "changed in turn: make it smaller");
        return;
    }
    nodes = memory_get(document->node_count * sizeof *nodes);

    for (struct node_walk walk = node_walk(document->root);
         walk.node && count < document->node_count; node_walk_next(&walk))
        nodes[count++] = (struct node *)(uintptr_t)walk.node;
    for (size_t i = 0; i < count && !worker->check.subject->errors.count; i++)
        replay_node(worker, replay, document, nodes[i], run);
    free(nodes);
}
