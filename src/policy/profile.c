/*
 * A namespace as a chain of policies sees it, made when the first resource of it is judged and kept
 * for the run. Labels come first, as entries may match by them: those of the entries that do not
 * look at labels, then of those that do, in written order. Where the repository holds the Namespace
 * object its labels are what counts, and an entry that says something else is told. Then the labels
 * decide which entries match. Everything here is reached from all threads and stands behind one
 * mutex; what is handed out does not change any more.
 */
#include "policy/profile.h"
#include "base/file.h"
#include "base/glob.h"
#include "base/memory.h"
#include "policy/rulings.h"
#include <stdlib.h>
#include <string.h>

/* A profile while it is being made. */
struct profile_state {
    struct profiles *profiles;
    struct profile *profile;
    const struct namespace_object *object; /* NULL: not in the repository */
    struct pair *labels;
    size_t label_count, label_capacity;
    bool from_policy;                       /* some of the labels are */
    const struct namespace_entry **entries; /* that match */
    const struct policy **policies;         /* whose they are */
    size_t entry_count;
};

/* A number, the cluster, NUL, the name, and whether there is a name. TO has room for it: see the
 * length. */
static size_t profile_key_length(struct text cluster, struct text name)
{
    return sizeof(size_t) + cluster.length + name.length + 2;
}

static struct text profile_key(char *to, size_t number, struct text cluster, struct text name)
{
    char *at = to + sizeof number;

    memcpy(to, &number, sizeof number);
    if (cluster.length)
        memcpy(at, cluster.at, cluster.length);
    at[cluster.length] = '\0';
    if (name.length)
        memcpy(at + cluster.length + 1, name.at, name.length);
    at[cluster.length + 1 + name.length] = name.at ? '+' : '-';
    return (struct text){to, profile_key_length(cluster, name)};
}

static struct text profile_key_in(struct arena *arena, size_t number, struct text cluster,
                                  struct text name)
{
    return profile_key(arena_get(arena, profile_key_length(cluster, name)), number, cluster, name);
}

/* Objects of repositories within a repository do not meet: each outermost policy has its own. */
static size_t profile_realm(const struct chain *chain)
{
    return chain->path_count ? (size_t)(uintptr_t)chain->policies[0] : 0;
}

static const struct pair *profile_find_label(const struct pair *labels, size_t count,
                                             struct text key)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(labels[i].key, key))
            return &labels[i];
    return NULL;
}

/* Those of A that B has too. */
static struct pair *profile_common(struct arena *arena, const struct pair *a, size_t *count,
                                   const struct pair *b, size_t b_count)
{
    struct pair *common = arena_get(arena, *count * sizeof *common);
    struct map others = {0};
    size_t kept = 0;

    for (size_t i = 0; i < b_count; i++)
        *map_place(&others, b[i].key) = (void *)(uintptr_t)&b[i];
    for (size_t i = 0; i < *count; i++) {
        const struct pair *other = map_find(&others, a[i].key);

        if (other && text_equal(other->value, a[i].value))
            common[kept++] = a[i];
    }
    map_done(&others);
    *count = kept;
    return common;
}

/* Objects of one name in one cluster, such as the variants of a component: which of them is
 * applied, nobody knows here. */
static struct namespace_object *profile_merge(struct arena *arena,
                                              const struct namespace_object *known,
                                              const struct namespace_object *object)
{
    struct namespace_object *merged = arena_get(arena, sizeof *merged);

    *merged = *known;
    merged->labels = profile_common(arena, known->labels, &merged->label_count, object->labels,
                                    object->label_count);
    merged->annotations = profile_common(arena, known->annotations, &merged->annotation_count,
                                         object->annotations, object->annotation_count);
    merged->disputed |=
        merged->label_count != known->label_count || merged->label_count != object->label_count;
    return merged;
}

static void profiles_add_object(struct profiles *profiles, struct policies *policies,
                                struct namespace_object *object)
{
    const struct chain *chain = policies_chain(policies, path_directory(object->file));
    struct location location;
    void **place;

    layout_locate(chain, object->file, &profiles->arena, &location);
    place = map_place(&profiles->namespaces, profile_key_in(&profiles->arena, profile_realm(chain),
                                                            location.cluster, object->name));
    *place = *place ? profile_merge(&profiles->arena, *place, object) : object;
}

/* What a kustomization builds goes where its own path stands for, wherever the base lies. */
static void profiles_place_use(struct profiles *profiles, struct policies *policies,
                               struct kustomize_use *use)
{
    for (size_t i = 0; i < use->place_count; i++) {
        struct kustomize_place *place = &use->places[i];
        struct location location;

        layout_locate(policies_chain(policies, path_directory(place->by)), place->by,
                      &profiles->arena, &location);
        if (location.cluster.length)
            place->cluster = location.cluster;
    }
}

void profiles_init(struct profiles *profiles, struct policies *policies, const struct repo *repo,
                   const struct rule *const *rules, size_t rule_count)
{
    *profiles = (struct profiles){.policies = policies, .rules = rules, .rule_count = rule_count};
    pthread_mutex_init(&profiles->mutex, NULL);
    for (size_t i = 0; i < repo->namespace_count; i++)
        profiles_add_object(profiles, policies, &repo->namespaces[i]);
    for (size_t i = 0; i < repo->uses.capacity; i++)
        if (repo->uses.slots[i].key.at)
            profiles_place_use(profiles, policies, repo->uses.slots[i].value);
}

void profiles_tell(struct profiles *profiles, struct text key, struct finding finding)
{
    void **place = map_place(&profiles->told, key);

    if (!*place) {
        findings_add(&profiles->findings, finding);
        *place = arena_get(&profiles->arena, sizeof(size_t));
        *(size_t *)*place = profiles->findings.count - 1;
    } else {
        struct finding *told = &profiles->findings.items[*(size_t *)*place];

        if (finding_compare(told, &finding) < 0)
            *told = finding;
    }
}

static bool namespace_any(const struct text *globs, size_t count, struct text name)
{
    for (size_t i = 0; i < count; i++)
        if (glob_name(globs[i], name))
            return true;
    return false;
}

bool namespace_matches(const struct namespace_match *match, struct text cluster,
                       struct text namespace, const struct pair *labels, size_t label_count)
{
    if (match->name_count && !namespace_any(match->names, match->name_count, namespace))
        return false;
    if (match->cluster_count && !namespace_any(match->clusters, match->cluster_count, cluster))
        return false;
    if (namespace_any(match->except, match->except_count, namespace))
        return false;
    for (size_t i = 0; i < match->label_count; i++) {
        const struct pair *label = profile_find_label(labels, label_count, match->labels[i].key);

        if (!label || !glob_name(match->labels[i].value, label->value))
            return false;
    }
    return true;
}

static void profile_tell_label(struct profile_state *state, const struct policy *policy,
                               const struct namespace_entry *entry, const struct pair *label,
                               const struct pair *real)
{
    struct arena *arena = &state->profiles->arena;
    const struct namespace_object *object = state->object;
    const struct profile *profile = state->profile;
    struct finding finding = {
        .rule = TEXT("policy/namespace-labels"),
        .level = LEVEL_WARN,
        .file = policy->path,
        .span = {entry->labels_line, entry->labels_column, entry->labels_line,
                 entry->labels_end_column},
        .cluster = profile->cluster,
        .related_count = 1,
    };

    finding.message = arena_print(
        arena, "this says %.*s=%.*s for %.*s, but its Namespace object has %s%.*s, and that counts",
        TEXT_ARGS(label->key), TEXT_ARGS(label->value), TEXT_ARGS(profile->namespace),
        real ? "" : "no such label", TEXT_ARGS(real ? real->value : TEXT("")));
    finding.fix = TEXT("Make the two the same, or take the label out of the policy: it is only "
                       "needed where the Namespace object lives elsewhere.");
    finding.related = arena_zero(arena, sizeof *finding.related);
    *finding.related =
        (struct related){object->file, object->span, TEXT("the Namespace object is here")};
    finding.stable_path =
        arena_print(arena, "%.*s %.*s", TEXT_ARGS(profile->namespace), TEXT_ARGS(label->key));
    profiles_tell(state->profiles,
                  arena_print(arena, "labels %p %.*s %.*s %.*s", (const void *)entry,
                              TEXT_ARGS(label->key), TEXT_ARGS(profile->cluster),
                              TEXT_ARGS(profile->namespace)),
                  finding);
}

static void profile_add_label(struct profile_state *state, const struct pair *label)
{
    state->labels = memory_extend(state->labels, state->label_count, &state->label_capacity,
                                  sizeof *state->labels);
    state->labels[state->label_count++] = *label;
}

/* Adds LABEL, which is a policy's, or replaces that of its key. */
static void profile_set_label(struct profile_state *state, const struct pair *label)
{
    for (size_t i = 0; i < state->label_count; i++)
        if (text_equal(state->labels[i].key, label->key)) {
            state->labels[i] = *label;
            return;
        }
    profile_add_label(state, label);
}

static void profile_take_labels(struct profile_state *state, const struct policy *policy,
                                const struct namespace_entry *entry)
{
    const struct namespace_object *object = state->object;

    for (size_t i = 0; i < entry->label_count; i++) {
        const struct pair *label = &entry->labels[i], *real;

        if (!object || object->disputed) {
            state->from_policy = true;
            profile_set_label(state, label);
            continue;
        }
        real = profile_find_label(object->labels, object->label_count, label->key);
        if (!real || !text_equal(real->value, label->value))
            profile_tell_label(state, policy, entry, label, real);
    }
}

/* Which entries are looked at: those that do not match by labels, those that do, or all. */
enum profile_sort { PROFILE_PLAIN, PROFILE_BY_LABEL, PROFILE_ALL };

/* Calls TAKE for the entries of a sort that match with the labels known by now. */
static void profile_each_entry(struct profile_state *state, enum profile_sort sort,
                               void (*take)(struct profile_state *, const struct policy *,
                                            const struct namespace_entry *))
{
    const struct profile *profile = state->profile;

    for (size_t i = 0; i < profile->chain->count; i++) {
        const struct policy *policy = profile->chain->policies[i];

        for (size_t j = 0; j < policy->namespace_count; j++) {
            const struct namespace_entry *entry = &policy->namespaces[j];

            if (sort != PROFILE_ALL && (sort == PROFILE_BY_LABEL) != (entry->match.label_count > 0))
                continue;
            if (namespace_matches(&entry->match, profile->cluster, profile->namespace,
                                  state->labels, state->label_count))
                take(state, policy, entry);
        }
    }
}

static void profile_take_entry(struct profile_state *state, const struct policy *policy,
                               const struct namespace_entry *entry)
{
    state->entries[state->entry_count] = entry;
    state->policies[state->entry_count++] = policy;
    if (entry->owner.at)
        state->profile->owner = entry->owner;
    state->profile->path_list_count += entry->path_count > 0;
}

static void profile_set_paths(struct profile_state *state)
{
    struct profile *profile = state->profile;
    struct arena *arena = &state->profiles->arena;
    size_t count = profile->path_list_count, next = 0;

    if (!count)
        return;
    profile->paths = arena_get(arena, count * sizeof *profile->paths);
    profile->path_counts = arena_get(arena, count * sizeof *profile->path_counts);
    profile->path_entries = arena_get(arena, count * sizeof *profile->path_entries);
    profile->path_policies = arena_get(arena, count * sizeof *profile->path_policies);
    for (size_t i = 0; i < state->entry_count; i++) {
        const struct namespace_entry *entry = state->entries[i];

        if (!entry->path_count)
            continue;
        profile->paths[next] = entry->paths;
        profile->path_counts[next] = entry->path_count;
        profile->path_entries[next] = entry;
        profile->path_policies[next++] = state->policies[i];
    }
}

static int profile_pair_compare(const void *a, const void *b)
{
    return text_compare(((const struct pair *)a)->key, ((const struct pair *)b)->key);
}

static struct pair *profile_sorted(struct arena *arena, const struct pair *pairs, size_t count)
{
    struct pair *sorted = arena_get(arena, count * sizeof *sorted);

    if (count) {
        memcpy(sorted, pairs, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, profile_pair_compare);
    }
    return sorted;
}

static void profile_find_labels(struct profile_state *state)
{
    struct profile *profile = state->profile;
    struct arena *arena = &state->profiles->arena;
    const struct namespace_object *object = state->object;

    for (size_t i = 0; object && i < object->label_count; i++)
        profile_add_label(state, &object->labels[i]);
    profile_each_entry(state, PROFILE_PLAIN, profile_take_labels);
    profile_each_entry(state, PROFILE_BY_LABEL, profile_take_labels);
    profile->known = object || state->from_policy;
    profile->disputed = object && object->disputed && !state->from_policy;
    profile->labels = profile_sorted(arena, state->labels, state->label_count);
    profile->label_count = state->label_count;
    if (!object)
        return;
    profile->annotations = profile_sorted(arena, object->annotations, object->annotation_count);
    profile->annotation_count = object->annotation_count;
}

/* Who owns the namespace by its label, where a policy says which label that is. */
static void profile_find_owner(struct profile *profile)
{
    for (size_t i = profile->chain->count; i-- && !profile->owner.at;) {
        struct text key = profile->chain->policies[i]->owner_label;
        const struct pair *label = NULL;

        if (key.at)
            label = profile_find_label(profile->labels, profile->label_count, key);
        if (label && label->value.length)
            profile->owner = label->value;
    }
}

static void profile_make(struct profiles *profiles, struct profile *profile)
{
    struct arena scratch = {0};
    struct profile_state state = {.profiles = profiles, .profile = profile};
    size_t most = 0;

    for (size_t i = 0; i < profile->chain->count; i++)
        most += profile->chain->policies[i]->namespace_count;
    state.entries = arena_get(&scratch, most * sizeof *state.entries);
    state.policies = arena_get(&scratch, most * sizeof *state.policies);
    if (profile->namespace.at) {
        state.object =
            map_find(&profiles->namespaces, profile_key_in(&scratch, profile_realm(profile->chain),
                                                           profile->cluster, profile->namespace));
        profile_find_labels(&state);
        profile_each_entry(&state, PROFILE_ALL, profile_take_entry);
        profile_set_paths(&state);
        profile_find_owner(profile);
    }
    profile->rulings =
        rulings_get(profiles, profile->chain, state.entries, state.policies, state.entry_count);
    free(state.labels);
    arena_done(&scratch);
}

static struct profile *profile_new(struct profiles *profiles, const struct chain *chain,
                                   struct text key, struct text cluster, struct text namespace)
{
    struct profile *profile = arena_zero(&profiles->arena, sizeof *profile);

    profile->chain = chain;
    profile->cluster = arena_copy(&profiles->arena, cluster);
    if (namespace.at)
        profile->namespace = arena_copy(&profiles->arena, namespace);
    profile->index = profiles->count++;
    profile_make(profiles, profile);
    *map_place(&profiles->by_key, arena_copy(&profiles->arena, key)) = profile;
    return profile;
}

const struct profile *profiles_get(struct profiles *profiles, const struct chain *chain,
                                   struct text cluster, struct text namespace)
{
    char small[512], *key_at = small; /* two DNS names fit */
    struct profile *profile;
    struct text key;

    if (profile_key_length(cluster, namespace) > sizeof small)
        key_at = memory_get(profile_key_length(cluster, namespace));
    key = profile_key(key_at, chain->index, cluster, namespace);
    pthread_mutex_lock(&profiles->mutex);
    profile = map_find(&profiles->by_key, key);
    if (!profile)
        profile = profile_new(profiles, chain, key, cluster, namespace);
    pthread_mutex_unlock(&profiles->mutex);
    if (key_at != small)
        free(key_at);
    return profile;
}

void profiles_done(struct profiles *profiles)
{
    map_done(&profiles->by_key);
    map_done(&profiles->rulings_by_key);
    map_done(&profiles->namespaces);
    map_done(&profiles->told);
    findings_done(&profiles->findings);
    arena_done(&profiles->arena);
    pthread_mutex_destroy(&profiles->mutex);
    *profiles = (struct profiles){0};
}
