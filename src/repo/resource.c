/*
 * Resources of a document. A List is a way to send several objects at once and is none itself, so
 * its items are walked in its stead, without recursion: the stack holds the next item of each open
 * list. Deeper than the stack a list is taken for an ordinary resource. The number of an item
 * counts everything that is no list, whether it is a resource or not, so that in a flat list it is
 * the item's place.
 */
#include "repo/resource.h"

static const char *const scope_names[] = {
    [SCOPE_NAMESPACED] = "namespaced",
    [SCOPE_CLUSTER] = "cluster",
    [SCOPE_CLIENT] = "client",
    [SCOPE_UNKNOWN] = "unknown",
};

const char *scope_name(enum scope_kind scope)
{
    return scope_names[scope];
}

/* A string that says something; Kubernetes takes an empty one for a missing one. */
static struct text resource_text(const struct node *node, const char *key)
{
    struct text text = node_text(node_find(node, text_of(key)));

    return text.length ? text : (struct text){0};
}

static bool resource_is_list(const struct node *node)
{
    const struct node *items = node_find(node, TEXT("items"));

    return items && items->type == NODE_LIST &&
           text_ends(resource_text(node, "kind"), TEXT("List"));
}

/* An item that says neither kind nor version is of the list's: a Pod in a PodList. */
static void resource_inherit(const struct node *list, struct resource *resource)
{
    struct text kind = resource_text(list, "kind");

    resource->kind = text_slice(kind, 0, kind.length - TEXT("List").length);
    resource->api_version = resource_text(list, "apiVersion");
}

static bool resource_read(const struct resources *walk, const struct node *node,
                          struct resource *resource)
{
    const struct node *metadata = node_find(node, TEXT("metadata"));
    struct text version;

    if (node->type != NODE_MAP)
        return false;
    *resource = (struct resource){.node = node,
                                  .api_version = resource_text(node, "apiVersion"),
                                  .kind = resource_text(node, "kind"),
                                  .name = resource_text(metadata, "name"),
                                  .namespace = resource_text(metadata, "namespace"),
                                  .document = (uint32_t)walk->document->number,
                                  .item = walk->item};
    if (walk->item && !resource->kind.at && !resource->api_version.at)
        resource_inherit(node->parent->parent, resource);
    if (!resource->kind.length || !resource->api_version.length)
        return false;
    version = resource->api_version;
    resource->group = TEXT("");
    if (text_find(version, TEXT("/"), 0) != SIZE_MAX)
        text_cut(&version, '/', &resource->group);
    resource->version = version;
    return true;
}

struct resources resources_of(const struct document *document)
{
    return (struct resources){.document = document};
}

static bool resources_enter(struct resources *walk, const struct node *node)
{
    if (walk->depth == sizeof walk->stack / sizeof *walk->stack || !resource_is_list(node))
        return false;
    walk->stack[walk->depth++] = node_find(node, TEXT("items"))->first;
    return true;
}

bool resources_next(struct resources *walk, struct resource *resource)
{
    const struct node *root = walk->document->root;

    if (!walk->started) {
        walk->started = true;
        if (root && !resources_enter(walk, root))
            return resource_read(walk, root, resource);
    }
    while (walk->depth) {
        const struct node *node = walk->stack[walk->depth - 1];

        if (!node) {
            walk->depth--;
            continue;
        }
        walk->stack[walk->depth - 1] = node->next;
        if (resources_enter(walk, node))
            continue;
        walk->item++;
        if (resource_read(walk, node, resource))
            return true;
    }
    return false;
}

enum document_kind document_kind(const struct document *document)
{
    struct resources walk = resources_of(document);
    struct resource resource;

    if (!document->root)
        return DOCUMENT_OTHER;
    if (document->root->type == NODE_NULL)
        return DOCUMENT_EMPTY;
    if (resource_is_list(document->root))
        return DOCUMENT_LIST;
    return resource_read(&walk, document->root, &resource) ? DOCUMENT_RESOURCE : DOCUMENT_OTHER;
}
