/*
 * Which kinds have a pod template, and where: those of Kubernetes and of common operators as a
 * table, others from policies, which may also say otherwise.
 */
#include "policy/workload.h"

static const struct {
    const char *group, *kind, *template;
} workload_kinds[] = {
    {"apps", "Deployment", "spec.template"},
    {"apps", "StatefulSet", "spec.template"},
    {"apps", "DaemonSet", "spec.template"},
    {"apps", "ReplicaSet", "spec.template"},
    {"extensions", "Deployment", "spec.template"},
    {"extensions", "DaemonSet", "spec.template"},
    {"", "ReplicationController", "spec.template"},
    {"", "PodTemplate", "template"},
    {"", "Pod", ""},
    {"batch", "Job", "spec.template"},
    {"batch", "CronJob", "spec.jobTemplate.spec.template"},
    /* custom kinds that many clusters have */
    {"agones.dev", "Fleet", "spec.template.spec.template"},
    {"agones.dev", "GameServer", "spec.template"},
    {"apps.kruise.io", "AdvancedCronJob", "spec.template.jobTemplate.spec.template"},
    {"apps.kruise.io", "BroadcastJob", "spec.template"},
    {"apps.kruise.io", "CloneSet", "spec.template"},
    {"apps.kruise.io", "DaemonSet", "spec.template"},
    {"apps.kruise.io", "StatefulSet", "spec.template"},
    {"apps.openshift.io", "DeploymentConfig", "spec.template"},
    {"argoproj.io", "Rollout", "spec.template"},
    {"keda.sh", "ScaledJob", "spec.jobTargetRef.template"},
    {"serving.knative.dev", "Configuration", "spec.template"},
    {"serving.knative.dev", "Service", "spec.template"},
};

struct text chain_pod_template(const struct chain *chain, const struct resource *resource)
{
    for (size_t i = 0; i < chain->count; i++)
        for (size_t j = 0; j < chain->policies[i]->workload_count; j++) {
            const struct workload_kind *kind = &chain->policies[i]->workloads[j];

            if (text_equal(kind->group, resource->group) && text_equal(kind->kind, resource->kind))
                return kind->template;
        }
    for (size_t i = 0; i < sizeof workload_kinds / sizeof *workload_kinds; i++)
        if (text_is(resource->group, workload_kinds[i].group) &&
            text_is(resource->kind, workload_kinds[i].kind))
            return text_of(workload_kinds[i].template);
    return (struct text){0};
}

void workload_each_kind(const struct policies *policies,
                        void (*take)(void *context, struct text kind), void *context)
{
    for (size_t i = 0; i < sizeof workload_kinds / sizeof *workload_kinds; i++)
        take(context, text_of(workload_kinds[i].kind));
    for (size_t i = 0; i < policies->count; i++)
        for (size_t j = 0; j < policies->items[i]->workload_count; j++)
            take(context, policies->items[i]->workloads[j].kind);
}
