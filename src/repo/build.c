/*
 * Which namespace kustomizations put a file into. A kustomization sets its namespace on all that it
 * builds, what its bases set before included: along a chain the outermost that names one decides. A
 * kustomization may be reached along many chains, so what is kept for each is the set of answers,
 * names and "none". Answers flow from those that nobody
 * lists down to what they list until nothing changes; a set only grows, so that cycles end. What is
 * reached from cycles only falls back on its own namespace. A component works on what its parent
 * has collected, before the parent's own namespace does.
 */
#include "base/file.h"
#include "base/memory.h"
#include "repo/kustomize.h"
#include <stdlib.h>
#include <string.h>

/* A set of answers. */
struct build_answers {
    struct kustomize_place *places; /* sorted by namespace */
    size_t count, capacity;
    bool none; /* a chain leaves the namespace alone */
};

struct build_node {
    const struct kustomization *kustomization;
    struct build_node **children;
    size_t child_count, child_capacity;
    struct text namespace, by; /* that it sets on what it builds: its own, or its components' */
    struct build_answers answers;
    unsigned alters; /* its own, its components', and those of all that build it */
    bool listed;     /* another one lists it */
    bool queued;
};

/* How a file is used, while it is being found out. */
struct build_file {
    struct kustomize_use use; /* first: it is what the map of uses holds */
    struct build_answers as_resource, as_patch;
    struct build_file *next;
};

struct build {
    struct repo *repo;
    struct build_node *nodes;
    size_t count;
    struct map by_directory; /* to struct build_node */
    struct build_node **queue;
    size_t queue_count, queue_capacity;
    struct build_file *files;
};

/* Adds an answer; of several kustomizations with the same namespace the first by path stands for
 * it. */
static bool build_answer(struct build_answers *to, struct text namespace, struct text by)
{
    size_t at = 0;

    if (!namespace.at) {
        bool grew = !to->none;

        to->none = true;
        return grew;
    }
    while (at < to->count && text_compare(to->places[at].namespace, namespace) < 0)
        at++;
    if (at < to->count && text_equal(to->places[at].namespace, namespace)) {
        if (text_compare(to->places[at].by, by) <= 0)
            return false;
        to->places[at].by = by;
        return true;
    }
    to->places = memory_extend(to->places, to->count, &to->capacity, sizeof *to->places);
    memmove(to->places + at + 1, to->places + at, (to->count - at) * sizeof *to->places);
    to->places[at] = (struct kustomize_place){.namespace = namespace, .by = by};
    to->count++;
    return true;
}

/* Adds the answers FROM; where they leave the namespace alone, NAMESPACE (may be none) holds. */
static bool build_merge(struct build_answers *to, const struct build_answers *from,
                        struct text namespace, struct text by)
{
    bool grew = false;

    for (size_t i = 0; i < from->count; i++)
        grew |= build_answer(to, from->places[i].namespace, from->places[i].by);
    if (from->none)
        grew |= build_answer(to, namespace, by);
    return grew;
}

/* What ENTRY names, relative to the root; false for a remote one or one that leads out of the root.
 */
static bool build_path(struct arena *arena, const struct kustomization *from, struct text entry,
                       struct text *path)
{
    if (text_find(entry, TEXT("://"), 0) != SIZE_MAX || entry.at[0] == '/')
        return false;
    *path = path_clean(arena, path_join(arena, path_directory(from->path), entry));
    if (text_is(*path, "."))
        *path = TEXT("");
    return !text_is(*path, "..") && !text_starts(*path, TEXT("../"));
}

static void build_child(struct build_node *parent, struct build_node *child)
{
    parent->children = memory_extend(parent->children, parent->child_count, &parent->child_capacity,
                                     sizeof *parent->children);
    parent->children[parent->child_count++] = child;
    child->listed = true;
}

static void build_link(struct build *build, struct build_node *node)
{
    const struct kustomization *from = node->kustomization;
    struct text path;

    for (size_t i = 0; i < from->resource_count + from->component_count; i++) {
        struct text entry = i < from->resource_count ? from->resources[i]
                                                     : from->components[i - from->resource_count];
        struct build_node *child;

        if (!build_path(&build->repo->arena, from, entry, &path))
            continue;
        child = map_find(&build->by_directory, path);
        if (child && child != node)
            build_child(node, child);
    }
}

/* A component's namespace holds for its parent's resources where the parent sets none; of several
 * the last wins. Components of components are not asked. */
static void build_component_namespace(struct build *build, struct build_node *node)
{
    const struct kustomization *from = node->kustomization;
    struct text path;

    for (size_t i = from->component_count; i-- && !node->namespace.at;) {
        struct build_node *component = NULL;

        if (build_path(&build->repo->arena, from, from->components[i], &path))
            component = map_find(&build->by_directory, path);
        if (component && component->kustomization->namespace.at) {
            node->namespace = component->kustomization->namespace;
            node->by = component->kustomization->path;
        }
    }
}

/* What components change, they change of all that their parent has collected. */
static void build_component_alters(struct build *build, struct build_node *node)
{
    const struct kustomization *from = node->kustomization;
    struct text path;

    for (size_t i = 0; i < from->component_count; i++) {
        const struct build_node *component = NULL;

        if (build_path(&build->repo->arena, from, from->components[i], &path))
            component = map_find(&build->by_directory, path);
        if (component)
            node->alters |= component->kustomization->alters;
    }
}

static void build_queue(struct build *build, struct build_node *node)
{
    if (node->queued)
        return;
    node->queued = true;
    build->queue = memory_extend(build->queue, build->queue_count, &build->queue_capacity,
                                 sizeof *build->queue);
    build->queue[build->queue_count++] = node;
}

static void build_flow(struct build *build)
{
    for (size_t i = 0; i < build->count; i++) {
        struct build_node *node = &build->nodes[i];

        if (node->listed)
            continue;
        build_answer(&node->answers, node->namespace, node->by);
        build_queue(build, node);
    }
    while (build->queue_count) {
        struct build_node *node = build->queue[--build->queue_count];

        node->queued = false;
        for (size_t i = 0; i < node->child_count; i++) {
            struct build_node *child = node->children[i];
            bool grew = (child->alters | node->alters) != child->alters;

            child->alters |= node->alters;
            if (build_merge(&child->answers, &node->answers, child->namespace, child->by) || grew)
                build_queue(build, child);
        }
    }
}

static struct build_file *build_file(struct build *build, struct text path)
{
    void **place = map_place(&build->repo->uses, path);
    struct build_file *file = *place;

    if (!file) {
        *place = file = arena_zero(&build->repo->arena, sizeof *file);
        file->next = build->files;
        build->files = file;
    }
    return file;
}

static void build_use(struct build *build, const struct build_node *node, struct text entry,
                      bool patch)
{
    const struct tree_file *listed = NULL;
    struct build_answers own = {.none = true};
    const struct build_answers *answers = &node->answers;
    struct build_file *file;
    struct text path;

    if (build_path(&build->repo->arena, node->kustomization, entry, &path))
        listed = tree_find(&build->repo->tree, path);
    if (!listed)
        return;
    file = build_file(build, listed->path);
    if (!answers->count && !answers->none)
        answers = &own; /* only cycles lead here */
    *(patch ? &file->use.patch : &file->use.resource) = true;
    file->use.alters |= node->alters;
    build_merge(patch ? &file->as_patch : &file->as_resource, answers, node->namespace, node->by);
}

static void build_set_places(struct repo *repo, struct kustomize_use *use,
                             const struct build_answers *answers)
{
    use->placed = !answers->none && answers->count;
    use->place_count = answers->count;
    use->places = arena_get(&repo->arena, answers->count * sizeof *use->places);
    for (size_t i = 0; i < answers->count; i++)
        use->places[i] = (struct kustomize_place){
            .namespace = arena_copy(&repo->arena, answers->places[i].namespace),
            .by = arena_copy(&repo->arena, answers->places[i].by)};
}

static void build_uses(struct build *build)
{
    for (size_t i = 0; i < build->count; i++) {
        const struct build_node *node = &build->nodes[i];
        const struct kustomization *from = node->kustomization;

        for (size_t j = 0; j < from->resource_count; j++)
            build_use(build, node, from->resources[j], false);
        for (size_t j = 0; j < from->patch_count; j++)
            build_use(build, node, from->patches[j], true);
    }
    for (struct build_file *file = build->files; file; file = file->next) {
        build_set_places(build->repo, &file->use,
                         file->use.resource ? &file->as_resource : &file->as_patch);
        free(file->as_resource.places);
        free(file->as_patch.places);
    }
}

void kustomizations_resolve(struct repo *repo, const struct kustomization *items, size_t count)
{
    struct build build = {.repo = repo};

    build.nodes = memory_get(count * sizeof *build.nodes);
    for (size_t i = 0; i < count; i++) {
        void **place = map_place(&build.by_directory, path_directory(items[i].path));

        /* kustomize refuses a directory with two; the first by name stands for it here. */
        if (*place)
            continue;
        *place = &build.nodes[build.count];
        build.nodes[build.count++] = (struct build_node){.kustomization = &items[i],
                                                         .namespace = items[i].namespace,
                                                         .by = items[i].path,
                                                         .alters = items[i].alters};
    }
    for (size_t i = 0; i < build.count; i++) {
        build_link(&build, &build.nodes[i]);
        build_component_namespace(&build, &build.nodes[i]);
        build_component_alters(&build, &build.nodes[i]);
    }
    build_flow(&build);
    build_uses(&build);
    for (size_t i = 0; i < build.count; i++) {
        free(build.nodes[i].children);
        free(build.nodes[i].answers.places);
    }
    free(build.nodes);
    free(build.queue);
    map_done(&build.by_directory);
}
