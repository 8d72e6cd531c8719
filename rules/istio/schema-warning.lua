local warnings = require "mesh/warnings"

local WITH_WARNINGS = {
  AuthorizationPolicy = true, DestinationRule = true, Gateway = true, ServiceEntry = true, Sidecar = true,
  Telemetry = true, VirtualService = true,
}

return rule {
  title = "Resources of the mesh hold nothing that istiod warns of",
  level = "warn",
  kinds = {
    "networking.istio.io/DestinationRule", "networking.istio.io/EnvoyFilter", "networking.istio.io/Gateway",
    "networking.istio.io/ServiceEntry", "networking.istio.io/Sidecar", "networking.istio.io/VirtualService",
    "networking.istio.io/ProxyConfig", "extensions.istio.io/WasmPlugin", "security.istio.io/AuthorizationPolicy",
    "security.istio.io/PeerAuthentication", "security.istio.io/RequestAuthentication", "telemetry.istio.io/Telemetry",
  },
  why = [[istiod takes such a resource and warns: a part of it does nothing, or not what it seems to.]],
  fix = [[Do what the message says.]],
  links = { "https://istio.io/latest/docs/reference/config/analysis/ist0133/" },
  aka = { "IST0133" },

  check = function(doc, ctx)
    for _, key in ipairs { "selector", "workloadSelector" } do
      local selector = doc.spec[key]
      if ctx.resource.kind ~= "Gateway" and type(selector) == "table"
        and count(selector.labels) + count(selector.matchLabels) == 0 then
        ctx:fail(at(doc, "spec", key), "a %s without labels is for all of the namespace", key)
      end
    end
    if WITH_WARNINGS[ctx.resource.kind] then warnings[ctx.resource.kind](doc, ctx) end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec: {hosts: [a], gateways: [a/b], http: [{mirrorPercentage: {value: 1}, fault: {abort: {httpStatus: 500}}}]}
    ]] },
    fail { line = 4, count = 3, message = "gateway b.a.svc.cluster.local is in an old form: write a/b", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec: {hosts: [echo], gateways: [b.a.svc.cluster.local], http: [{mirrorPercent: 1, fault: {abort: {}}}]}
    ]] },
    fail { line = 5, count = 3, message = "httpsRedirect does nothing", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public}
      spec:
        servers: [{port: {protocol: HTTPS}, tls: {httpsRedirect: true, credentialName: a, minProtocolVersion: TLSV1_0}}]
    ]] },
    fail { line = 4, count = 2, message = "consecutiveErrors is deprecated", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo}
      spec: {trafficPolicy: {outlierDetection: {consecutiveErrors: 5}}, workloadSelector: {}}
    ]] },
    fail { line = 4, count = 2, message = "has a wildcard for a part of a label", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: echo}
      spec: {hosts: ["*-a.example.com"], ports: [{targetPort: 80}]}
    ]] },
    fail { line = 4, count = 2, message = "*/* is everything", [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default, namespace: a}
      spec: {egress: [{hosts: ["*/*", ./a, a/a]}]}
    ]] },
    fail { line = 4, count = 1, message = "this denies all of TCP too", [[
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: deny}
      spec: {action: DENY, rules: [{to: [{operation: {paths: [/]}}]}, {to: [{operation: {paths: [/], ports: ["80"]}}]}]}
    ]] },
    fail { line = 4, message = "only the first item of tracing counts", [[
      apiVersion: telemetry.istio.io/v1
      kind: Telemetry
      metadata: {name: default}
      spec: {tracing: [{providers: [{name: a}]}, {providers: [{name: a}]}]}
    ]] },
    fail { line = 4, message = "a selector without labels is for all of the namespace", [[
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default}
      spec: {selector: {matchLabels: {}}}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: Sidecar
      metadata: {name: default}
      spec: {workloadSelector: {labels: {app: echo}}}
    ]] },
    fail { line = 6, count = 4, message = "cipher suite A is there twice", [[
      apiVersion: networking.istio.io/v1
      kind: Gateway
      metadata: {name: public}
      spec:
        servers:
          - tls: {mode: PASSTHROUGH, cipherSuites: [A, A], serverCertificate: a, privateKey: b, caCrl: c}
    ]] },
    fail { line = 5, count = 3, message = "minimumRingSize is deprecated", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: echo}
      spec:
        trafficPolicy: {portLevelSettings: [{loadBalancer: {consistentHash: {minimumRingSize: 10}}}]}
        subsets:
          - trafficPolicy: {loadBalancer: {localityLbSetting: {failover: [{from: a, to: b}]}}}
          - trafficPolicy: {loadBalancer: {localityLbSetting: {failoverPriority: [a]}}}
    ]] },
    fail { line = 5, count = 2, message = "several hosts share an address", [[
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: db}
      spec:
        hosts: [a, b]
        addresses: [10.0.0.1]
        ports: [{protocol: TCP}]
        resolution: DNS
        workloadSelector: {labels: {a: b}}
    ]] },
    fail { line = 4, count = 2, message = "is an address, and clients send none as SNI", [[
      apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: {name: echo}
      spec: {tls: [{match: [{sniHosts: [10.0.0.1]}]}], http: [{fault: {abort: {}}}, {fault: {abort: {grpcStatus: a}}}]}
    ]] },
  },
}
