/*
 * Where the objects of a kind live, for kinds whose definition need not be in the repository: a
 * table by group (exact, so that a lookalike group is unknown) of the kinds of Kubernetes itself,
 * of custom resources that most clusters have, and of files that look like resources and are read
 * by a tool on the client. "*" stands for every kind of the group that is not named elsewhere in
 * its row. For Kubernetes' own kinds the table is the truth; for others a CustomResourceDefinition
 * of the repository comes first.
 */
#include "repo/repo.h"
#include <stdlib.h>
#include <string.h>

struct scope_group {
    const char *group;
    const char *cluster, *namespaced, *client; /* kinds, a blank between; NULL: none */
    bool builtin;                              /* a group of Kubernetes itself */
};

/* In order of the groups' bytes: it is searched by halves. */
static const struct scope_group scope_groups[] = {
    /* The core group. `v1 Config` is a kubeconfig; what follows it are kustomize's own plug-ins,
     * whose version is "builtin", and documents of Talos' machine configuration. */
    {"", "ComponentStatus Namespace Node PersistentVolume",
     "Binding ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate "
     "ReplicationController ResourceQuota Secret Service ServiceAccount",
     "Config AnnotationsTransformer ConfigMapGenerator HashTransformer HelmChartInflationGenerator "
     "IAMPolicyGenerator ImageTagTransformer LabelTransformer LegacyOrderTransformer "
     "NamespaceTransformer PatchJson6902Transformer PatchStrategicMergeTransformer "
     "PatchTransformer "
     "PrefixSuffixTransformer PrefixTransformer ReplacementTransformer ReplicaCountTransformer "
     "SecretGenerator SortOrderTransformer SuffixTransformer ValueAddTransformer "
     "BondConfig BridgeConfig DHCPv4Config DHCPv6Config DummyLinkConfig EthernetConfig "
     "EventSinkConfig "
     "ExistingVolumeConfig ExtensionServiceConfig HostnameConfig KmsgLogConfig LinkAliasConfig "
     "LinkConfig NetworkDefaultActionConfig NetworkRuleConfig OOMConfig PCIDriverRebindConfig "
     "RawVolumeConfig RegistryAuthConfig RegistryMirrorConfig RegistryTLSConfig ResolverConfig "
     "SideroLinkConfig StaticHostConfig SwapVolumeConfig TimeSyncConfig TrustedRootsConfig "
     "UserVolumeConfig VLANConfig VolumeConfig WatchdogTimerConfig WireguardConfig ZswapConfig",
     true},
    {"acme.cert-manager.io", NULL, "*", NULL, false},
    {"actions.github.com", NULL, "*", NULL, false},
    {"actions.summerwind.dev", NULL, "*", NULL, false},
    {"addons.cluster.x-k8s.io", NULL, "*", NULL, false},
    {"admissionregistration.k8s.io",
     "InitializerConfiguration MutatingAdmissionPolicy MutatingAdmissionPolicyBinding "
     "MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding "
     "ValidatingWebhookConfiguration",
     NULL, NULL, true},
    {"apiextensions.crossplane.io", "*", NULL, NULL, false},
    {"apiextensions.k8s.io", "CustomResourceDefinition", NULL, NULL, true},
    {"apiregistration.k8s.io", "APIService", NULL, NULL, true},
    {"apiserver.config.k8s.io", NULL, NULL, "*", true},
    {"apiserver.k8s.io", NULL, NULL, "*", true},
    {"app.k8s.io", NULL, "Application", NULL, false},
    {"apps", NULL, "ControllerRevision DaemonSet Deployment ReplicaSet Scale StatefulSet", NULL,
     true},
    {"apps.openshift.io", NULL, "DeploymentConfig", NULL, false},
    {"argoproj.io", "ClusterAnalysisTemplate ClusterWorkflowTemplate", "*",
     "ConfigManagementPlugin", false},
    {"audit.k8s.io", NULL, NULL, "*", true},
    {"authentication.k8s.io", "SelfSubjectReview TokenReview", "TokenRequest", NULL, true},
    {"authorization.k8s.io", "SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
     "LocalSubjectAccessReview", NULL, true},
    {"auto.gke.io", "AllowlistSynchronizer WorkloadAllowlist", NULL, NULL, false},
    {"autoscaling", NULL, "HorizontalPodAutoscaler Scale", NULL, true},
    {"autoscaling.k8s.io", NULL, "VerticalPodAutoscaler VerticalPodAutoscalerCheckpoint", NULL,
     false},
    {"batch", NULL, "CronJob Job JobTemplate", NULL, true},
    {"bitnami.com", NULL, "SealedSecret", NULL, false},
    {"build.openshift.io", NULL, "*", NULL, false},
    {"caching.internal.knative.dev", NULL, "Image", NULL, false},
    {"capsule.clastix.io", "CapsuleConfiguration GlobalTenantResource Tenant", "TenantResource",
     NULL, false},
    {"ceph.rook.io", NULL, "*", NULL, false},
    {"cert-manager.io", "ClusterIssuer", "Certificate CertificateRequest Issuer", NULL, false},
    {"certificates.k8s.io", "CertificateSigningRequest ClusterTrustBundle", "PodCertificateRequest",
     NULL, true},
    {"certmanager.k8s.io", "ClusterIssuer", "Certificate Challenge Issuer Order", NULL, false},
    {"cilium.io",
     "CiliumBGPAdvertisement CiliumBGPClusterConfig CiliumBGPNodeConfig "
     "CiliumBGPNodeConfigOverride "
     "CiliumBGPPeerConfig CiliumBGPPeeringPolicy CiliumCIDRGroup CiliumClusterwideEnvoyConfig "
     "CiliumClusterwideNetworkPolicy CiliumEgressGatewayPolicy CiliumEndpointSlice "
     "CiliumExternalWorkload CiliumIdentity CiliumL2AnnouncementPolicy CiliumLoadBalancerIPPool "
     "CiliumNode CiliumPodIPPool",
     "CiliumEndpoint CiliumEnvoyConfig CiliumLocalRedirectPolicy CiliumNetworkPolicy "
     "CiliumNodeConfig",
     NULL, false},
    {"client.authentication.k8s.io", NULL, NULL, "*", true},
    {"cloud.google.com", "ComputeClass", "BackendConfig", NULL, false},
    {"cluster.x-k8s.io", NULL, "*", NULL, false},
    {"config.gatekeeper.sh", NULL, "Config", NULL, false},
    {"config.openshift.io", "*", NULL, NULL, false},
    {"configuration.konghq.com", "KongClusterPlugin KongLicense KongVault", "*", NULL, false},
    {"console.openshift.io", "*", NULL, NULL, false},
    {"constraints.gatekeeper.sh", "*", NULL, NULL, false},
    {"controller-runtime.sigs.k8s.io", NULL, NULL, "*", false},
    {"coordination.k8s.io", NULL, "Lease LeaseCandidate", NULL, true},
    {"crd.projectcalico.org", "*",
     "NetworkPolicy NetworkSet StagedKubernetesNetworkPolicy "
     "StagedNetworkPolicy",
     NULL, false},
    {"credentialprovider.kubelet.k8s.io", NULL, NULL, "*", true},
    {"ctlptl.dev", NULL, NULL, "*", false},
    {"discovery.k8s.io", NULL, "EndpointSlice", NULL, true},
    {"eksctl.io", NULL, NULL, "*", false},
    {"eventing.knative.dev", NULL, "*", NULL, false},
    {"eventratelimit.admission.k8s.io", NULL, NULL, "*", true},
    {"events.k8s.io", NULL, "Event", NULL, true},
    {"extensions", "PodSecurityPolicy",
     "DaemonSet Deployment Ingress NetworkPolicy ReplicaSet Scale", NULL, true},
    {"extensions.istio.io", NULL, "*", NULL, false},
    {"external-secrets.io", "ClusterExternalSecret ClusterPushSecret ClusterSecretStore",
     "ExternalSecret PushSecret SecretStore", NULL, false},
    {"externaldns.k8s.io", NULL, "DNSEndpoint", NULL, false},
    {"flagger.app", NULL, "*", NULL, false},
    {"flowcontrol.apiserver.k8s.io", "FlowSchema PriorityLevelConfiguration", NULL, NULL, true},
    {"flows.knative.dev", NULL, "*", NULL, false},
    {"gateway.envoyproxy.io", NULL, "*", NULL, false},
    {"gateway.networking.k8s.io", "GatewayClass", "*", NULL, false},
    {"generators.external-secrets.io", "ClusterGenerator", "*", NULL, false},
    {"getambassador.io", NULL, "*", NULL, false},
    {"grafana.integreatly.org", NULL, "*", NULL, false},
    {"groupsnapshot.storage.k8s.io", "VolumeGroupSnapshotClass VolumeGroupSnapshotContent",
     "VolumeGroupSnapshot", NULL, false},
    {"helm.cattle.io", NULL, "*", NULL, false},
    {"helm.toolkit.fluxcd.io", NULL, "*", NULL, false},
    {"image.openshift.io", "Image ImageSignature", "*", NULL, false},
    {"image.toolkit.fluxcd.io", NULL, "*", NULL, false},
    {"imagepolicy.k8s.io", "ImageReview", NULL, NULL, true},
    {"install.istio.io", NULL, "IstioOperator", NULL, false},
    {"internal.apiserver.k8s.io", "StorageVersion", NULL, NULL, true},
    {"jobset.x-k8s.io", NULL, "JobSet", NULL, false},
    {"k0sctl.k0sproject.io", NULL, NULL, "*", false},
    {"k3d.io", NULL, NULL, "*", false},
    {"k8s.cni.cncf.io", NULL, "NetworkAttachmentDefinition", NULL, false},
    {"kafka.strimzi.io", NULL, "*", NULL, false},
    {"kapp.k14s.io", NULL, NULL, "Config", false},
    {"karpenter.azure.com", "*", NULL, NULL, false},
    {"karpenter.k8s.aws", "*", NULL, NULL, false},
    {"karpenter.sh", "*", NULL, NULL, false},
    {"keda.sh", "ClusterTriggerAuthentication", "ScaledJob ScaledObject TriggerAuthentication",
     NULL, false},
    {"kind.x-k8s.io", NULL, NULL, "*", false},
    {"kubeadm.k8s.io", NULL, NULL, "*", true},
    {"kubecontrollermanager.config.k8s.io", NULL, NULL, "*", true},
    {"kubectl.config.k8s.io", NULL, NULL, "*", true},
    {"kubeflow.org", "Profile", "*", NULL, false},
    {"kubelet.config.k8s.io", NULL, NULL, "*", true},
    {"kubeproxy.config.k8s.io", NULL, NULL, "*", true},
    {"kubescheduler.config.k8s.io", NULL, NULL, "*", true},
    {"kueue.x-k8s.io",
     "AdmissionCheck ClusterQueue Cohort MultiKueueCluster MultiKueueConfig "
     "ProvisioningRequestConfig ResourceFlavor Topology WorkloadPriorityClass",
     "LocalQueue Workload", NULL, false},
    {"kustomize.config.k8s.io", NULL, NULL, "*", true},
    {"kustomize.toolkit.fluxcd.io", NULL, "*", NULL, false},
    {"kuttl.dev", NULL, NULL, "*", false},
    {"kyverno.io", "ClusterCleanupPolicy ClusterPolicy GlobalContextEntry",
     "CleanupPolicy Policy PolicyException UpdateRequest", NULL, false},
    {"leaderworkerset.x-k8s.io", NULL, "LeaderWorkerSet", NULL, false},
    {"linkerd.io", NULL, "ServiceProfile", NULL, false},
    {"longhorn.io", NULL, "*", NULL, false},
    {"machine.openshift.io", NULL, "*", NULL, false},
    {"machineconfiguration.openshift.io", "*", NULL, NULL, false},
    {"messaging.knative.dev", NULL, "*", NULL, false},
    {"metacontroller.k8s.io", "CompositeController DecoratorController", "ControllerRevision", NULL,
     false},
    {"metallb.io", NULL, "*", NULL, false},
    {"metrics.k8s.io", "NodeMetrics", "PodMetrics", NULL, false},
    {"monitoring.coreos.com", NULL, "*", NULL, false},
    {"monitoring.googleapis.com",
     "ClusterNodeMonitoring ClusterPodMonitoring ClusterRules GlobalRules", "*", NULL, false},
    {"mutations.gatekeeper.sh", "*", NULL, NULL, false},
    {"networking.gke.io", "GKENetworkParamSet Network",
     "FQDNNetworkPolicy FrontendConfig GCPBackendPolicy GCPGatewayPolicy GCPTrafficExtension "
     "HealthCheckPolicy ManagedCertificate MultiClusterIngress MultiClusterService",
     NULL, false},
    {"networking.internal.knative.dev", "ClusterDomainClaim", "*", NULL, false},
    {"networking.istio.io", NULL, "*", NULL, false},
    {"networking.k8s.io", "ClusterCIDR IPAddress IngressClass ServiceCIDR", "Ingress NetworkPolicy",
     NULL, true},
    {"nfd.k8s-sigs.io", "NodeFeatureRule", "NodeFeature NodeFeatureGroup", NULL, false},
    {"node.k8s.io", "RuntimeClass", NULL, NULL, true},
    {"notification.toolkit.fluxcd.io", NULL, "*", NULL, false},
    {"oauth.openshift.io", "*", NULL, NULL, false},
    {"objectbucket.io", "ObjectBucket", "ObjectBucketClaim", NULL, false},
    {"objectstorage.k8s.io", "Bucket BucketAccessClass BucketClass", "BucketAccess BucketClaim",
     NULL, false},
    {"operator.openshift.io", "*", "IngressController", NULL, false},
    {"operator.tigera.io", "*", "EgressGateway TLSPassThroughRoute TLSTerminatedRoute", NULL,
     false},
    {"operator.victoriametrics.com", NULL, "*", NULL, false},
    {"operators.coreos.com", "OLMConfig Operator",
     "CatalogSource ClusterServiceVersion InstallPlan OperatorCondition OperatorGroup Subscription",
     NULL, false},
    {"pkg.crossplane.io", "*", NULL, NULL, false},
    {"pod-security.admission.config.k8s.io", NULL, NULL, "*", true},
    {"policies.kyverno.io",
     "DeletingPolicy GeneratingPolicy ImageValidatingPolicy MutatingPolicy ValidatingPolicy",
     "NamespacedDeletingPolicy NamespacedImageValidatingPolicy NamespacedMutatingPolicy "
     "NamespacedValidatingPolicy PolicyException",
     NULL, false},
    {"policy", "PodSecurityPolicy", "Eviction PodDisruptionBudget", NULL, true},
    {"policy.linkerd.io", NULL, "*", NULL, false},
    {"policy.networking.k8s.io",
     "AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy", NULL, NULL, false},
    {"policy.sigstore.dev", "ClusterImagePolicy TrustRoot", NULL, NULL, false},
    {"postgresql.cnpg.io", "ClusterImageCatalog", "*", NULL, false},
    {"project.openshift.io", "*", NULL, NULL, false},
    {"projectcalico.org", "*",
     "NetworkPolicy NetworkSet StagedKubernetesNetworkPolicy "
     "StagedNetworkPolicy",
     NULL, false},
    {"ray.io", NULL, "*", NULL, false},
    {"rbac.authorization.k8s.io", "ClusterRole ClusterRoleBinding", "Role RoleBinding", NULL, true},
    {"resource.k8s.io", "DeviceClass DeviceTaintRule ResourceClass ResourceSlice",
     "PodSchedulingContext ResourceClaim ResourceClaimParameters ResourceClaimTemplate "
     "ResourceClassParameters",
     NULL, true},
    {"resourcequota.admission.k8s.io", NULL, NULL, "*", true},
    {"route.openshift.io", NULL, "Route", NULL, false},
    {"scheduling.k8s.io", "PriorityClass", "PodGroup Workload", NULL, true},
    {"scheduling.volcano.sh", "HyperNode Queue", "PodGroup", NULL, false},
    {"schema.plugin.fluxcd.io", NULL, NULL, "*", false},
    {"secrets-store.csi.x-k8s.io", NULL, "SecretProviderClass SecretProviderClassPodStatus", NULL,
     false},
    {"security.istio.io", NULL, "*", NULL, false},
    {"security.openshift.io", "RangeAllocation SecurityContextConstraints", NULL, NULL, false},
    {"serving.knative.dev", NULL, "*", NULL, false},
    {"serving.kserve.io", "ClusterServingRuntime ClusterStorageContainer", "*", NULL, false},
    {"skaffold", NULL, NULL, "*", false},
    {"snapshot.storage.k8s.io", "VolumeSnapshotClass VolumeSnapshotContent", "VolumeSnapshot", NULL,
     false},
    {"source.toolkit.fluxcd.io", NULL, "*", NULL, false},
    {"sources.knative.dev", NULL, "*", NULL, false},
    {"spire.spiffe.io", "ClusterFederatedTrustDomain ClusterSPIFFEID ClusterStaticEntry",
     "ControllerManagerConfig", NULL, false},
    {"storage.k8s.io", "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
     "CSIStorageCapacity", NULL, true},
    {"storagemigration.k8s.io", "StorageVersionMigration", NULL, NULL, true},
    {"tekton.dev", "ClusterTask", "*", NULL, false},
    {"telemetry.istio.io", NULL, "*", NULL, false},
    {"templates.gatekeeper.sh", "ConstraintTemplate", NULL, NULL, false},
    {"traefik.containo.us", NULL, "*", NULL, false},
    {"traefik.io", NULL, "*", NULL, false},
    {"trainer.kubeflow.org", "ClusterTrainingRuntime", "TrainJob TrainingRuntime", NULL, false},
    {"triggers.tekton.dev", "ClusterInterceptor ClusterTriggerBinding", "*", NULL, false},
    {"trust.cert-manager.io", "Bundle", NULL, NULL, false},
    {"user.openshift.io", "*", NULL, NULL, false},
    {"velero.io", NULL, "*", NULL, false},
    {"volsync.backube", NULL, "*", NULL, false},
    {"wgpolicyk8s.io", "ClusterPolicyReport", "PolicyReport", NULL, false},
};

static int scope_compare(const void *key, const void *row)
{
    const struct text *group = key;
    const struct scope_group *at = row;

    return text_compare(*group, text_of(at->group));
}

static bool scope_holds(const char *kinds, struct text kind)
{
    struct text rest = text_of(kinds), word;

    while (text_cut(&rest, ' ', &word))
        if (text_equal(word, kind))
            return true;
    return false;
}

static enum scope_kind scope_in_group(const struct scope_group *row, struct text kind)
{
    const struct {
        const char *kinds;
        enum scope_kind scope;
    } columns[] = {
        {row->cluster, SCOPE_CLUSTER},
        {row->namespaced, SCOPE_NAMESPACED},
        {row->client, SCOPE_CLIENT},
    };

    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (scope_holds(columns[i].kinds, kind))
            return columns[i].scope;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (scope_holds(columns[i].kinds, TEXT("*")))
            return columns[i].scope;
    return SCOPE_UNKNOWN;
}

/* What the repository's CustomResourceDefinitions say. */
static enum scope_kind scope_defined(const struct repo *repo, struct text group, struct text kind)
{
    char small[256];
    struct text key = {small, kind.length + 1 + group.length};

    /* A DNS name has at most 253 characters and a kind 63: longer ones are no kind of a cluster. */
    if (!repo->custom_kinds.count || key.length > sizeof small)
        return SCOPE_UNKNOWN;
    memcpy(small, kind.at, kind.length);
    small[kind.length] = '.';
    if (group.length)
        memcpy(small + kind.length + 1, group.at, group.length);
    if (map_find(&repo->cluster_kinds, key))
        return SCOPE_CLUSTER;
    return map_find(&repo->custom_kinds, key) ? SCOPE_NAMESPACED : SCOPE_UNKNOWN;
}

enum scope_kind repo_scope(const struct repo *repo, struct text group, struct text kind)
{
    const struct scope_group *row =
        bsearch(&group, scope_groups, sizeof scope_groups / sizeof *scope_groups,
                sizeof *scope_groups, scope_compare);
    enum scope_kind known = row && kind.length ? scope_in_group(row, kind) : SCOPE_UNKNOWN;
    enum scope_kind defined;

    if (known != SCOPE_UNKNOWN && row->builtin)
        return known;
    defined = kind.length ? scope_defined(repo, group, kind) : SCOPE_UNKNOWN;
    return defined != SCOPE_UNKNOWN ? defined : known;
}
