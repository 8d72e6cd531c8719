/*
 * What a kustomization.yaml lists. Only what says which files are resources and which are patches,
 * and the namespace, is read; transformers, generators and replacements change a build's output in
 * ways that a linter of files does not follow. Anything of another type than kustomize would take
 * is passed over: kustomize itself tells that.
 */
#include "repo/kustomize.h"
#include "base/file.h"

bool kustomization_is(struct text path)
{
    struct text name = path_name(path);

    return text_is(name, "kustomization.yaml") || text_is(name, "kustomization.yml") ||
           text_is(name, "Kustomization");
}

/* An entry is a path, or a map with one under "path". Patches may also stand inline, on several
 * lines. */
static struct text kustomization_entry(const struct node *entry)
{
    struct text text = node_text(entry->type == NODE_MAP ? node_find(entry, TEXT("path")) : entry);

    return text.length && text_find(text, TEXT("\n"), 0) == SIZE_MAX ? text : (struct text){0};
}

static void kustomization_list(struct arena *arena, const struct node *root,
                               const char *const *keys, struct text **paths, size_t *count)
{
    size_t room = 0;

    for (size_t i = 0; keys[i]; i++) {
        const struct node *list = node_find(root, text_of(keys[i]));

        room += list && list->type == NODE_LIST ? list->count : 0;
    }
    *paths = arena_get(arena, room * sizeof **paths);
    for (size_t i = 0; keys[i]; i++) {
        const struct node *list = node_find(root, text_of(keys[i]));

        if (!list || list->type != NODE_LIST)
            continue;
        for (const struct node *entry = list->first; entry; entry = entry->next)
            if (kustomization_entry(entry).at)
                (*paths)[(*count)++] = arena_copy(arena, kustomization_entry(entry));
    }
}

bool kustomize_is_patch(const struct kustomize_use *use)
{
    return use && use->patch && !use->resource;
}

static const char *const kustomization_patches[] = {"patches", "patchesStrategicMerge",
                                                    "patchesJson6902", NULL};

size_t kustomization_count_inline(const struct node *root)
{
    size_t count = 0;

    for (size_t i = 0; kustomization_patches[i]; i++) {
        const struct node *list = node_find(root, text_of(kustomization_patches[i]));

        if (!list || list->type != NODE_LIST)
            continue;
        for (const struct node *entry = list->first; entry; entry = entry->next)
            count += entry->type == NODE_MAP
                         ? node_find(entry, TEXT("patch")) != NULL
                         : entry->type == NODE_STRING && !kustomization_entry(entry).at;
    }
    return count;
}

static bool kustomization_is_true(const struct node *node)
{
    return node && node->type == NODE_BOOL && node->boolean;
}

static bool kustomization_says(const struct node *map, const char *key)
{
    const struct node *value = map ? node_find(map, text_of(key)) : NULL;

    return value &&
           (value->type == NODE_MAP || value->type == NODE_LIST ? value->count > 0
                                                                : node_text(value).length > 0);
}

/* Labels that go into pod templates: those of `labels` only where it says so. */
static bool kustomization_labels(const struct node *root)
{
    const struct node *list = node_find(root, TEXT("labels"));

    if (kustomization_says(root, "commonLabels"))
        return true;
    if (!list || list->type != NODE_LIST)
        return false;
    for (const struct node *entry = list->first; entry; entry = entry->next)
        if (entry->type == NODE_MAP && kustomization_says(entry, "pairs") &&
            (kustomization_is_true(node_find(entry, TEXT("includeSelectors"))) ||
             kustomization_is_true(node_find(entry, TEXT("includeTemplates")))))
            return true;
    return false;
}

static unsigned kustomization_alters(const struct node *root)
{
    unsigned alters = 0;

    if (kustomization_says(root, "namePrefix") || kustomization_says(root, "nameSuffix"))
        alters |= KUSTOMIZE_NAMES;
    if (kustomization_labels(root))
        alters |= KUSTOMIZE_LABELS;
    return alters;
}

bool kustomization_read(struct arena *arena, struct source *source,
                        struct kustomization *kustomization)
{
    static const char *const resources[] = {"resources", "bases", NULL};
    static const char *const components[] = {"components", NULL};
    struct loader loader;
    struct document document;
    bool found = false;

    *kustomization = (struct kustomization){.path = source->path};
    loader_init(&loader, source);
    while (!found && loader_next(&loader, &document)) {
        const struct node *root = document.root;
        struct text namespace = node_text(node_find(root, TEXT("namespace")));

        found = root && root->type == NODE_MAP;
        if (!found)
            continue;
        if (namespace.length)
            kustomization->namespace = arena_copy(arena, namespace);
        kustomization->alters = kustomization_alters(root);
        kustomization_list(arena, root, resources, &kustomization->resources,
                           &kustomization->resource_count);
        kustomization_list(arena, root, components, &kustomization->components,
                           &kustomization->component_count);
        kustomization_list(arena, root, kustomization_patches, &kustomization->patches,
                           &kustomization->patch_count);
    }
    loader_done(&loader);
    return found;
}
