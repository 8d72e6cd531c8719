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

/* Whether objects of this scope take the namespace that a kustomization or they themselves name. */
static bool belonging_is_own(enum scope_kind scope)
{
    return scope == SCOPE_NAMESPACED || scope == SCOPE_UNKNOWN;
}

size_t belonging_count(const struct kustomize_use *use, enum scope_kind scope)
{
    if (!use || !use->place_count || !belonging_is_own(scope))
        return 1;
    /* where a kustomization leaves the namespace alone, what the manifest says counts too */
    return use->place_count + !use->placed;
}

static void belonging_find(const struct location *location, const struct resource *resource,
                           enum scope_kind scope, const struct kustomize_use *use, size_t number,
                           struct belonging *belonging)
{
    bool own = belonging_is_own(scope);

    if (belonging_is_namespace(resource) && resource->name.at) {
        belonging->by = BELONGS_ITSELF;
        belonging->namespace = resource->name;
    } else if (own && use && number < use->place_count) {
        belonging->by = BELONGS_KUSTOMIZATION;
        belonging->namespace = use->places[number].namespace;
        belonging->by_path = use->places[number].by;
    } else if (own && resource->namespace.at) {
        belonging->by = BELONGS_METADATA;
        belonging->namespace = resource->namespace;
    } else if (location->namespace.at) {
        belonging->by = BELONGS_PATH;
        belonging->namespace = location->namespace;
    }
}

void belonging_of(struct profiles *profiles, const struct location *location,
                  const struct resource *resource, enum scope_kind scope,
                  const struct kustomize_use *use, size_t number, struct belonging *belonging)
{
    const struct chain *chain = location->chain;
    struct text here = location->namespace, cluster = location->cluster;

    *belonging = (struct belonging){.by = BELONGS_UNKNOWN};
    belonging_find(location, resource, scope, use, number, belonging);
    if (belonging->by == BELONGS_KUSTOMIZATION && use->places[number].cluster.at)
        cluster = use->places[number].cluster;
    belonging->profile = profiles_get(profiles, chain, cluster, belonging->namespace);
    /* The profile's copy outlives the resource. */
    belonging->namespace = belonging->profile->namespace;
    if (here.at && !text_equal(here, belonging->namespace))
        belonging->stricter = profiles_get(profiles, chain, cluster, here);
}

void belonging_of_path(struct profiles *profiles, const struct location *location,
                       struct belonging *belonging)
{
    *belonging = (struct belonging){
        .by = location->namespace.at ? BELONGS_PATH : BELONGS_UNKNOWN,
        .profile = profiles_get(profiles, location->chain, location->cluster, location->namespace)};
    belonging->namespace = belonging->profile->namespace;
}

const struct ruling *belonging_ruling(const struct belonging *belonging, size_t rule)
{
    const struct ruling *ruling = &belonging->profile->rulings->items[rule];
    const struct ruling *other =
        belonging->stricter ? &belonging->stricter->rulings->items[rule] : ruling;

    return other->level > ruling->level ? other : ruling;
}
