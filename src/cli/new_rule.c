/*
 * krug new rule: a rule that works, where it belongs and under a name that is free.
 */
#include "base/file.h"
#include "cli/new.h"
#include "engine/describe.h"

/* PACK/NAME of what was given, with what may not be in a name replaced. */
static struct text new_near_name(struct arena *arena, struct text name)
{
    struct buffer buffer = {0};

    for (size_t i = 0; i < name.length; i++) {
        char byte = name.at[i];

        if (byte >= 'A' && byte <= 'Z')
            byte = (char)(byte - 'A' + 'a');
        else if (byte != '/' && !policy_is_name((struct text){&byte, 1}))
            byte = '-';
        buffer_byte(&buffer, byte);
    }
    name = arena_copy(arena, buffer_text(&buffer));
    buffer_done(&buffer);
    return name;
}

static bool new_is_id(struct text id)
{
    size_t slash = text_find(id, TEXT("/"), 0);

    return slash != SIZE_MAX && policy_is_name(text_slice(id, 0, slash)) &&
           policy_is_name(text_slice(id, slash + 1, id.length));
}

static bool new_check_id(struct new_place *place, struct text id)
{
    struct text near = new_near_name(&place->arena, id);

    if (new_is_id(id))
        return true;
    report_tell("krug: %.*s: a rule is called PACK/NAME, each of a-z, 0-9, `-` and `_`",
                TEXT_ARGS(id.length ? id : TEXT("''")));
    if (new_is_id(near))
        report_tell("; did you mean %.*s?", TEXT_ARGS(near));
    else if (policy_is_name(near))
        report_tell(", as in acme/%.*s", TEXT_ARGS(near));
    fputc('\n', stderr);
    return false;
}

/* Whether a rule of DIRECTORY's policy (relative to the root) and RULE would be in each other's
 * way. */
static bool new_clashes(const struct rule_info *rule, struct text directory)
{
    const struct policy *policy = rule->rule.policy;

    return !policy || policy->extra || path_below(directory, policy->directory) ||
           path_below(policy->directory, directory);
}

static bool new_is_free(struct new_place *place, const struct options *options, struct text id,
                        struct text directory)
{
    struct workspace workspace;
    bool is_free = true;

    directory = path_relative(&place->arena, directory, place->root);
    if (text_is(directory, "."))
        directory = TEXT("");
    /* what is wrong elsewhere is for other commands to tell */
    if (workspace_open(&workspace, options, NULL, 0))
        for (size_t i = 0; i < workspace.rules.count && is_free; i++) {
            const struct rule_info *rule = workspace.rules.items[i];

            if (!text_equal(rule->rule.id, id) || !new_clashes(rule, directory))
                continue;
            is_free = false;
            report_tell("krug: there is a rule %.*s already: ", TEXT_ARGS(id));
            report_print(stderr, rule->rule.policy ? workspace_path(&workspace, rule->rule.file)
                                                   : TEXT("krug brings it along"));
            fputs("\n", stderr);
        }
    workspace_done(&workspace);
    return is_free;
}

/* The apiVersion of an example for a rule on KIND. */
static struct text new_api_version(struct arena *arena, const struct rule_kind *kind)
{
    static const struct {
        const char *kind, *api_version;
    } known[] = {
        {"Deployment", "apps/v1"},
        {"StatefulSet", "apps/v1"},
        {"DaemonSet", "apps/v1"},
        {"ReplicaSet", "apps/v1"},
        {"Job", "batch/v1"},
        {"CronJob", "batch/v1"},
        {"Ingress", "networking.k8s.io/v1"},
        {"NetworkPolicy", "networking.k8s.io/v1"},
        {"PodDisruptionBudget", "policy/v1"},
        {"HorizontalPodAutoscaler", "autoscaling/v2"},
    };
    struct text version = kind->version.at ? kind->version : TEXT("v1");

    if (kind->group.length)
        return arena_print(arena, "%.*s/%.*s", TEXT_ARGS(kind->group), TEXT_ARGS(version));
    for (size_t i = 0; i < sizeof known / sizeof *known && !kind->group.at; i++)
        if (text_is(kind->kind, known[i].kind))
            return text_of(known[i].api_version);
    return version;
}

/* TEMPLATE about KIND, which is WRITTEN so. */
static bool new_write_rule(struct new_place *place, struct text path, const char *template,
                           struct text written, const struct rule_kind *kind)
{
    struct arena *arena = &place->arena;
    struct rule_kind shown = *kind;
    struct text subject = kind->kind;

    if (!shown.kind.at) {
        subject = kind->workload ? TEXT("workload") : TEXT("resource");
        shown.kind = kind->workload ? TEXT("Deployment") : TEXT("ConfigMap");
    }
    return new_fill(
        place, path, template,
        (struct template_word[]){
            {"SUBJECT", subject},
            {"KIND", written},
            {"HEAD", arena_print(arena, "      apiVersion: %.*s\n      kind: %.*s",
                                 TEXT_ARGS(new_api_version(arena, &shown)), TEXT_ARGS(shown.kind))},
            {NULL, {0}},
        });
}

bool new_rule(struct new_place *place, const struct options *options, struct text id)
{
    const char *template =
        options_has(options, OPTION_ACROSS) ? "templates/rule-across.lua" : "templates/rule.lua";
    struct text kind_text = TEXT("v1/Service"), directory, path;
    struct rule_kind kind;

    if (options_has(options, OPTION_KIND))
        kind_text = text_of(options_value(options, OPTION_KIND));
    if (!describe_kind(kind_text, &kind)) {
        report_tell("krug: --kind %.*s is no kind: write Service, v1/Service, apps/Deployment, "
                    "apps/v1/Deployment, workload or *\n",
                    TEXT_ARGS(kind_text));
        return false;
    }
    if (!new_check_id(place, id))
        return false;
    directory = new_find_policy(place, place->here);
    if (place->failed)
        return false;
    if (!new_is_free(place, options, id, directory.at ? directory : place->root))
        return false;
    if (!directory.at) {
        directory = place->root;
        if (!new_policy_at(place, directory))
            return false;
    }
    path = arena_print(&place->arena, "%.*s/.policy/rules/%.*s.lua", TEXT_ARGS(directory),
                       TEXT_ARGS(id));
    if (!new_write_rule(place, path, template, kind_text, &kind))
        return false;
    printf("\nnext: change its check and its examples; `krug test -r %.*s` runs them\n"
           "      `krug lint -r %.*s` shows what it finds in the repository\n"
           "      policy.yaml says in which namespaces it holds, and how strictly\n",
           TEXT_ARGS(id), TEXT_ARGS(id));
    return true;
}
