/*
 * Where kinds live: the table, and what CustomResourceDefinitions of the repository may add to it.
 */
#include "repo/repo.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
    const char *group, *kind, *scope;
} cases[] = {
    {"", "Pod", "namespaced"},
    {"", "Service", "namespaced"},
    {"", "ServiceAccount", "namespaced"},
    {"", "Namespace", "cluster"},
    {"", "Node", "cluster"},
    {"", "PersistentVolume", "cluster"},
    {"", "PersistentVolumeClaim", "namespaced"},
    {"", "Config", "client"},
    {"", "LabelTransformer", "client"},
    {"", "Servic", "unknown"},
    {"", "", "unknown"},
    {"", "*", "unknown"},
    {"apps", "Deployment", "namespaced"},
    {"apps", "Namespace", "unknown"},
    {"batch", "CronJob", "namespaced"},
    {"autoscaling", "HorizontalPodAutoscaler", "namespaced"},
    {"policy", "PodDisruptionBudget", "namespaced"},
    {"policy", "PodSecurityPolicy", "cluster"},
    {"rbac.authorization.k8s.io", "ClusterRoleBinding", "cluster"},
    {"rbac.authorization.k8s.io", "RoleBinding", "namespaced"},
    {"apiextensions.k8s.io", "CustomResourceDefinition", "cluster"},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", "cluster"},
    {"networking.k8s.io", "Ingress", "namespaced"},
    {"networking.k8s.io", "IngressClass", "cluster"},
    {"storage.k8s.io", "StorageClass", "cluster"},
    {"storage.k8s.io", "CSIStorageCapacity", "namespaced"},
    {"resource.k8s.io", "ResourceClaimTemplate", "namespaced"},
    {"resource.k8s.io", "DeviceClass", "cluster"},
    {"certificates.k8s.io", "ClusterTrustBundle", "cluster"},
    {"authorization.k8s.io", "LocalSubjectAccessReview", "namespaced"},
    {"authentication.k8s.io", "TokenReview", "cluster"},
    {"flowcontrol.apiserver.k8s.io", "FlowSchema", "cluster"},
    {"wgpolicyk8s.io", "PolicyReport", "namespaced"},
    /* Well-known custom resources. */
    {"cert-manager.io", "ClusterIssuer", "cluster"},
    {"cert-manager.io", "Issuer", "namespaced"},
    {"gateway.networking.k8s.io", "GatewayClass", "cluster"},
    {"gateway.networking.k8s.io", "HTTPRoute", "namespaced"},
    {"kyverno.io", "ClusterPolicy", "cluster"},
    {"networking.istio.io", "VirtualService", "namespaced"},
    {"argoproj.io", "Rollout", "namespaced"},
    {"argoproj.io", "ClusterWorkflowTemplate", "cluster"},
    /* Files of tools. */
    {"kustomize.config.k8s.io", "Kustomization", "client"},
    {"kustomize.config.k8s.io", "Component", "client"},
    {"kustomize.toolkit.fluxcd.io", "Kustomization", "namespaced"},
    {"skaffold", "Config", "client"},
    {"kind.x-k8s.io", "Cluster", "client"},
    {"audit.k8s.io", "Policy", "client"},
    {"argoproj.io", "ConfigManagementPlugin", "client"},
    /* Exactly this group. */
    {"networking.istio.io.example.com", "VirtualService", "unknown"},
    {"istio.io", "VirtualService", "unknown"},
    {"k8s.io", "Ingress", "unknown"},
    {"example.com", "Widget", "unknown"},
};

static void knows_scopes(void **state)
{
    const struct repo repo = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *scope =
            scope_name(repo_scope(&repo, text_of(cases[i].group), text_of(cases[i].kind)));

        if (!text_is(text_of(scope), cases[i].scope))
            print_message("%s/%s\n", cases[i].group, cases[i].kind);
        assert_string_equal(scope, cases[i].scope);
    }
}

static void asks_the_repository(void **state)
{
    struct repo repo = {0};

    (void)state;
    *map_place(&repo.custom_kinds, TEXT("Widget.example.com")) = &repo;
    *map_place(&repo.custom_kinds, TEXT("Gadget.example.com")) = &repo;
    *map_place(&repo.cluster_kinds, TEXT("Gadget.example.com")) = &repo;
    *map_place(&repo.custom_kinds, TEXT("VirtualService.networking.istio.io")) = &repo;
    *map_place(&repo.cluster_kinds, TEXT("VirtualService.networking.istio.io")) = &repo;
    *map_place(&repo.custom_kinds, TEXT("Deployment.apps")) = &repo;
    *map_place(&repo.cluster_kinds, TEXT("Deployment.apps")) = &repo;
    assert_int_equal(repo_scope(&repo, TEXT("example.com"), TEXT("Widget")), SCOPE_NAMESPACED);
    assert_int_equal(repo_scope(&repo, TEXT("example.com"), TEXT("Gadget")), SCOPE_CLUSTER);
    assert_int_equal(repo_scope(&repo, TEXT("example.org"), TEXT("Gadget")), SCOPE_UNKNOWN);
    /* A definition beats what is only well known, and never what Kubernetes itself brings. */
    assert_int_equal(repo_scope(&repo, TEXT("networking.istio.io"), TEXT("VirtualService")),
                     SCOPE_CLUSTER);
    assert_int_equal(repo_scope(&repo, TEXT("apps"), TEXT("Deployment")), SCOPE_NAMESPACED);
    map_done(&repo.custom_kinds);
    map_done(&repo.cluster_kinds);
}

/* The table is searched by halves: a row out of order would never be found. */
static void finds_every_row(void **state)
{
    static const char *const groups[] = {
        "",
        "acme.cert-manager.io",
        "admissionregistration.k8s.io",
        "apps.openshift.io",
        "capsule.clastix.io",
        "certmanager.k8s.io",
        "credentialprovider.kubelet.k8s.io",
        "eventratelimit.admission.k8s.io",
        "external-secrets.io",
        "kubeadm.k8s.io",
        "policy.linkerd.io",
        "resourcequota.admission.k8s.io",
    };
    const struct repo repo = {0};

    (void)state;
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        static const char *const kinds[] = {
            "Secret", "MutatingAdmissionPolicy", "DeploymentConfig", "Tenant",
            "Issuer", "ExternalSecret",          "Anything"};
        bool found = false;

        for (size_t j = 0; j < sizeof kinds / sizeof *kinds; j++)
            found |= repo_scope(&repo, text_of(groups[i]), text_of(kinds[j])) != SCOPE_UNKNOWN;
        if (!found)
            print_message("%s\n", groups[i]);
        assert_true(found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_scopes),
        cmocka_unit_test(asks_the_repository),
        cmocka_unit_test(finds_every_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
