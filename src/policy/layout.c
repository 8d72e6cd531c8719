/*
 * What a path stands for. `files`, `exclude` and `layout` are those of the outermost policy, which
 * alone may hold them, or of --policy: the last one that has them counts, but what any of them
 * excludes is excluded. Variables are those of the policy that holds the layout: what a path stands
 * for must not change with a policy further in.
 */
#include "policy/layout.h"
#include "base/file.h"
#include "base/glob.h"
#include "policy/pattern.h"

/* PATH as the globs of POLICY see it; false where it lies elsewhere. */
static bool layout_below(const struct policy *policy, struct text path, struct text *below)
{
    size_t skip = policy->directory.length ? policy->directory.length + 1 : 0;

    *below = text_slice(path, skip, path.length);
    return path_below(path, policy->directory) && path.length > skip;
}

static bool layout_any_glob(const struct text *globs, size_t count, struct text path)
{
    for (size_t i = 0; i < count; i++)
        if (glob_path(globs[i], path))
            return true;
    return false;
}

static bool layout_is_excluded(const struct chain *chain, struct text path)
{
    bool excluded = false;

    for (size_t i = 0; i < chain->count; i++) {
        const struct policy *policy = chain->policies[i];
        struct text below;

        if (!layout_below(policy, path, &below))
            continue;
        if (layout_any_glob(policy->exclude, policy->exclude_count, below))
            return true;
        if (policy->file_count)
            excluded = !layout_any_glob(policy->files, policy->file_count, below);
    }
    return excluded;
}

static const struct text *layout_capture(const struct location *location, struct text name)
{
    for (size_t i = 0; i < location->capture_count; i++)
        if (text_equal(location->captures[i].key, name))
            return &location->captures[i].value;
    return NULL;
}

/* The value of "env" or "env:short_env"; at == NULL with a reason where the variable does not map
 * it. */
static struct text layout_value(const struct policy *policy, struct text part, struct arena *arena,
                                struct location *location)
{
    const struct text *capture;
    struct text name, mapped;

    text_cut(&part, ':', &name);
    capture = layout_capture(location, name);
    if (!capture)
        return (struct text){0};
    if (!part.at)
        return *capture;
    mapped = node_text(node_find(node_find(policy->vars, part), *capture));
    if (!mapped.length && !location->reason.at)
        location->reason =
            arena_print(arena, "vars.%.*s has no '%.*s'", TEXT_ARGS(part), TEXT_ARGS(*capture));
    return mapped.length ? mapped : (struct text){0};
}

/* Fills TEMPLATE from the captures; false where a variable does not map one of them. */
static bool layout_fill(const struct policy *policy, struct text template, struct arena *arena,
                        struct location *location, struct text *filled)
{
    struct buffer buffer = {0};
    struct text part;
    bool braced, whole = true;

    while (whole && template_next(&template, &part, &braced)) {
        if (braced)
            part = layout_value(policy, part, arena, location);
        whole = part.at;
        buffer_add(&buffer, part);
    }
    if (whole)
        *filled = arena_copy(arena, buffer_text(&buffer));
    buffer_done(&buffer);
    return whole;
}

static bool layout_try(const struct policy *policy, const struct layout_entry *entry,
                       struct text path, struct arena *arena, struct location *location)
{
    struct text namespace = {0}, cluster = TEXT("");

    if (!pattern_match(entry->path, path, arena, &location->captures, &location->capture_count))
        return false;
    if ((entry->namespace.at &&
         !layout_fill(policy, entry->namespace, arena, location, &namespace)) ||
        (entry->cluster.at && !layout_fill(policy, entry->cluster, arena, location, &cluster))) {
        location->capture_count = 0;
        return false;
    }
    location->entry = entry;
    location->namespace = namespace;
    location->cluster = cluster;
    location->reason = (struct text){0};
    return true;
}

void layout_locate(const struct chain *chain, struct text path, struct arena *arena,
                   struct location *location)
{
    const struct policy *policy = NULL;
    struct text below;

    *location = (struct location){.chain = chain, .cluster = TEXT("")};
    if (text_is(path, "-"))
        return; /* standard input without a name lies nowhere */
    path = arena_copy(arena, path);
    location->skip = layout_is_excluded(chain, path) ? SKIP_EXCLUDED : SKIP_NONE;
    for (size_t i = chain->count; i-- && !policy;)
        if (chain->policies[i]->layout_count)
            policy = chain->policies[i];
    location->has_layout = policy;
    if (!policy || !layout_below(policy, path, &below))
        return;
    for (size_t i = 0; i < policy->layout_count; i++)
        if (layout_try(policy, &policy->layout[i], below, arena, location))
            return;
}
