/*
 * Whose a resource is: what the cluster would do decides. A kustomization overrides what a manifest
 * says, and a manifest what its path stands for. What has no namespace of its own takes its levels
 * from the path.
 */
#include "policy/profile.h"

static const char *const belongs_by_names[] = {
    [BELONGS_UNKNOWN] = NULL,        [BELONGS_KUSTOMIZATION] = "kustomization",
    [BELONGS_METADATA] = "metadata", [BELONGS_PATH] = "path",
    [BELONGS_ITSELF] = "itself",
};

const char *belongs_by_name(enum belongs_by by)
{
    return belongs_by_names[by];
}

static bool belonging_is_namespace(const struct resource *resource)
{
    return !resource->group.length && text_is(resource->kind, "Namespace");
}

static struct text belonging_find(const struct location *location, const struct resource *resource,
                                  enum scope_kind scope, const struct kustomize_use *use,
                                  enum belongs_by *by)
{
    bool own = scope == SCOPE_NAMESPACED || scope == SCOPE_UNKNOWN;
    const struct {
        enum belongs_by by;
        struct text namespace;
    } ways[] = {
        {BELONGS_ITSELF, belonging_is_namespace(resource) ? resource->name : (struct text){0}},
        {BELONGS_KUSTOMIZATION, own && use ? use->namespace : (struct text){0}},
        {BELONGS_METADATA, own ? resource->namespace : (struct text){0}},
        {BELONGS_PATH, location->namespace},
    };

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (!ways[i].namespace.at)
            continue;
        *by = ways[i].by;
        return ways[i].namespace;
    }
    *by = BELONGS_UNKNOWN;
    return (struct text){0};
}

void belonging_of(struct profiles *profiles, const struct location *location,
                  const struct resource *resource, enum scope_kind scope,
                  const struct kustomize_use *use, struct belonging *belonging)
{
    const struct chain *chain = location->chain;
    struct text here = location->namespace;

    *belonging = (struct belonging){0};
    belonging->namespace = belonging_find(location, resource, scope, use, &belonging->by);
    belonging->profile = profiles_get(profiles, chain, location->cluster, belonging->namespace);
    /* The profile's copy outlives the resource. */
    belonging->namespace = belonging->profile->namespace;
    if (here.at && !text_equal(here, belonging->namespace))
        belonging->stricter = profiles_get(profiles, chain, location->cluster, here);
}

const struct ruling *belonging_ruling(const struct belonging *belonging, size_t rule)
{
    const struct ruling *ruling = &belonging->profile->rulings->items[rule];
    const struct ruling *other =
        belonging->stricter ? &belonging->stricter->rulings->items[rule] : ruling;

    return other->level > ruling->level ? other : ruling;
}
