/*
 * Waivers: granted exceptions. Each has a reason, an owner and a last day (or says that it has
 * none), so that it can be asked about and ends by itself; one that lacks any of them, or says
 * something that cannot be read, hides nothing. What a waiver covers is decided from a finding
 * alone, so that it holds for whatever made the finding.
 */
#include "policy/waivers.h"
#include "base/file.h"
#include "base/glob.h"
#include "policy/reader.h"

static void waivers_read_rule(struct reader *reader, const struct node *value, void *to)
{
    struct waiver *waiver = to;

    if (waiver->rules.count)
        reader_problem_key(reader, value, "`rule` and `rules` are the same: write one of them");
    waiver->span = reader_span(reader, value->start, value->end);
    reader_globs(reader, value, "a glob of rules", NULL, &waiver->rules);
}

static void waivers_read_namespace(struct reader *reader, const struct node *value, void *to)
{
    struct waiver *waiver = to;

    reader_globs(reader, value, "`namespace`", NULL, &waiver->namespaces);
}

static void waivers_read_cluster(struct reader *reader, const struct node *value, void *to)
{
    struct waiver *waiver = to;

    reader_globs(reader, value, "`cluster`", NULL, &waiver->clusters);
}

static void waivers_read_file(struct reader *reader, const struct node *value, void *to)
{
    struct waiver *waiver = to;

    reader_globs(reader, value, "`file`", reader_path_glob, &waiver->files);
}

static void waivers_read_container(struct reader *reader, const struct node *value, void *to)
{
    struct waiver *waiver = to;

    reader_globs(reader, value, "`container`", NULL, &waiver->containers);
}

/* Kind/name, group/Kind/name, v1/Kind/name. */
static bool waivers_split(struct text text, struct resource_glob *glob)
{
    struct text parts[4], rest = text;
    size_t count = 0;

    while (count < 4 && text_cut(&rest, '/', &parts[count]))
        if (!parts[count++].length)
            return false;
    if (rest.at || count < 2 || count > 3)
        return false;
    *glob = (struct resource_glob){.kind = parts[count - 2], .name = parts[count - 1]};
    if (count == 3)
        glob->group = text_is(parts[0], "v1") ? TEXT("") : parts[0];
    return true;
}

static bool waivers_check_resource(struct reader *reader, const struct node *node, struct text text)
{
    struct resource_glob glob;

    if (waivers_split(text, &glob))
        return true;
    reader_problem(reader, node,
                   "`%.*s`: write the kind and a glob of names: Service/legacy-*, or with the "
                   "group apps/Deployment/web",
                   TEXT_ARGS(text));
    return false;
}

static void waivers_read_resource(struct reader *reader, const struct node *value, void *to)
{
    struct waiver *waiver = to;
    struct globs globs;

    reader_globs(reader, value, "`resource`", waivers_check_resource, &globs);
    waiver->resources = arena_get(&reader->policy->arena, globs.count * sizeof *waiver->resources);
    for (size_t i = 0; i < globs.count; i++)
        waiver->resource_count +=
            waivers_split(globs.items[i], &waiver->resources[waiver->resource_count]);
}

static void waivers_read_reason(struct reader *reader, const struct node *value, void *to)
{
    struct waiver *waiver = to;

    reader_string(reader, value, "`reason`", &waiver->reason);
}

static void waivers_read_owner(struct reader *reader, const struct node *value, void *to)
{
    struct waiver *waiver = to;

    reader_string(reader, value, "`owner`", &waiver->owner);
}

static void waivers_read_until(struct reader *reader, const struct node *value, void *to)
{
    struct waiver *waiver = to;

    reader_date(reader, value, true, &waiver->until);
}

/* What a waiver must say, and what is asked where it does not. */
static void waivers_need(struct reader *reader, const struct node *node)
{
    static const struct {
        const char *key, *question;
    } needs[] = {
        {"reason", "why is it granted?"},
        {"owner", "who answers for it?"},
        {"until", "which is its last day (YYYY-MM-DD, or never)?"},
    };

    if (!node_find(node, TEXT("rule")) && !node_find(node, TEXT("rules")))
        reader_problem(reader, node, "this waiver has no `rule`: what does it waive?");
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (!node_find(node, text_of(needs[i].key)))
            reader_problem(reader, node, "this waiver has no `%s`: %s", needs[i].key,
                           needs[i].question);
}

/* False where anything in it is wrong: then it is as if not written. */
static bool waivers_read_one(struct reader *reader, const struct node *node, struct waiver *waiver)
{
    static const struct reader_key keys[] = {
        {"rule", waivers_read_rule, true},           {"rules", waivers_read_rule, true},
        {"namespace", waivers_read_namespace, true}, {"cluster", waivers_read_cluster, true},
        {"resource", waivers_read_resource, true},   {"file", waivers_read_file, true},
        {"container", waivers_read_container, true}, {"reason", waivers_read_reason, true},
        {"owner", waivers_read_owner, true},         {"until", waivers_read_until, true},
    };
    size_t before = reader->policies->problems->count;

    *waiver = (struct waiver){.policy = reader->policy};
    if (!reader_map(reader, node, "a waiver"))
        return false;
    reader_keys(reader, node, "a waiver", keys, sizeof keys / sizeof *keys, waiver);
    waivers_need(reader, node);
    return reader->policies->problems->count == before;
}

void waivers_read(struct reader *reader, const struct node *list, void *to)
{
    struct policy *policy = to;

    if (!reader_list(reader, list, "`waivers`"))
        return;
    policy->waivers = arena_get(&policy->arena, list->count * sizeof *policy->waivers);
    for (const struct node *node = list->first; node; node = node->next)
        if (waivers_read_one(reader, node, &policy->waivers[policy->waiver_count]))
            policy->waiver_count++;
}

static bool waiver_any(const struct globs *globs, struct text name)
{
    for (size_t i = 0; i < globs->count; i++)
        if (glob_name(globs->items[i], name))
            return true;
    return !globs->count;
}

bool waiver_names(const struct waiver *waiver, struct text rule)
{
    return waiver_any(&waiver->rules, rule);
}

static bool waiver_covers_resource(const struct waiver *waiver, const struct finding *finding)
{
    const struct identity *resource = &finding->resource;
    struct text group = identity_group(resource);

    for (size_t i = 0; i < waiver->resource_count; i++) {
        const struct resource_glob *glob = &waiver->resources[i];

        if (finding->has_resource && glob_name(glob->kind, resource->kind) &&
            glob_name(glob->name, resource->name) &&
            (!glob->group.at || glob_name(glob->group, group)))
            return true;
    }
    return !waiver->resource_count;
}

static bool waiver_covers_file(const struct waiver *waiver, struct text file)
{
    struct text directory = waiver->policy->directory;

    if (directory.length)
        file = text_slice(file, directory.length + 1, file.length);
    for (size_t i = 0; i < waiver->files.count; i++)
        if (glob_path(waiver->files.items[i], file))
            return true;
    return !waiver->files.count;
}

bool waiver_covers(const struct waiver *waiver, const struct finding *finding,
                   struct text namespace)
{
    if (!waiver_names(waiver, finding->rule) || !waiver_covers_resource(waiver, finding) ||
        !waiver_covers_file(waiver, finding->file) ||
        !waiver_any(&waiver->clusters, finding->cluster))
        return false;
    if (waiver->namespaces.count && (!namespace.at || !waiver_any(&waiver->namespaces, namespace)))
        return false;
    return !waiver->containers.count ||
           (finding->container.at && waiver_any(&waiver->containers, finding->container));
}
