/*
 * A tree as it was before some changes: the files of today, without what is new, with what is gone,
 * and of what was changed the object that git keeps. What did not change is read from the disk, so
 * that a former tree costs hardly more than the list of its files; what git does not track was
 * always there.
 */
#include "base/file.h"
#include "base/memory.h"
#include "repo/changes.h"
#include "repo/tree.h"
#include <stdlib.h>

struct former {
    struct tree_file *files;
    size_t count, capacity;
    struct map old_paths; /* of changes that began with a file */
};

static void former_add(struct former *former, struct tree_file file)
{
    former->files =
        memory_extend(former->files, former->count, &former->capacity, sizeof *former->files);
    former->files[former->count++] = file;
}

static void former_list(struct former *former, const struct tree *now,
                        const struct changes *changes)
{
    for (size_t i = 0; i < changes->count; i++) {
        const struct change *change = &changes->items[i];

        if (!change->old_path.at)
            continue;
        former_add(former, (struct tree_file){.path = change->old_path, .blob = change->blob});
        *map_place(&former->old_paths, change->old_path) = former;
    }
    for (size_t i = 0; i < now->count; i++)
        if (!map_find(&changes->by_path, now->files[i].path) &&
            !map_find(&former->old_paths, now->files[i].path))
            former_add(former, now->files[i]);
}

static bool former_is_template(struct tree *tree, struct text path)
{
    static const struct text templates = {"templates/", sizeof "templates/" - 1};

    for (size_t at = 0; (at = text_find(path, templates, at)) != SIZE_MAX; at++)
        if ((!at || path.at[at - 1] == '/') &&
            tree_find(tree, path_join(&tree->arena, text_slice(path, 0, at ? at - 1 : 0),
                                      TEXT("Chart.yaml"))))
            return true;
    return false;
}

/* A policy is no manifest: it is here only to be read. */
static void former_mark(struct tree *tree, struct tree_file *file, const struct tree *now)
{
    const struct tree_file *same = tree_find(now, file->path);

    file->manifest = !tree_is_of_policy(file->path) && (file->manifest || (same && same->manifest));
    file->named = file->blob.at || tree_names(now, file->path);
    file->template = file->manifest && former_is_template(tree, file->path);
}

/* Which directories hold a policy is asked of the disk. */
static void former_copy_policies(struct tree *tree, const struct tree *now)
{
    tree->policies = memory_get(now->policy_count * sizeof *tree->policies);
    for (size_t i = 0; i < now->policy_count; i++)
        tree->policies[tree->policy_count++] = now->policies[i];
    tree->policy_capacity = tree->policy_count;
}

bool tree_lacks(const struct tree *tree, struct text path)
{
    return tree->changes && map_find(&tree->changes->by_path, path) && !tree_find(tree, path);
}

bool tree_is_of_policy(struct text path)
{
    struct text part;

    while (text_cut(&path, '/', &part))
        if (text_is(part, ".policy"))
            return true;
    return false;
}

void tree_make_former(struct tree *tree, const struct tree *now, const struct changes *changes,
                      struct git *git)
{
    struct former former = {0};

    former_list(&former, now, changes);
    tree_make(tree, now->root, former.files, former.count);
    tree->git = git;
    tree->changes = changes;
    former_copy_policies(tree, now);
    for (size_t i = 0; i < tree->count; i++)
        former_mark(tree, &tree->files[i], now);
    free(former.files);
    map_done(&former.old_paths);
}
