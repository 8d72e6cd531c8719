local mesh = require "mesh"

-- Tells a client's TLS settings that name nobody whom they trust.
local function judge(settings, workload, where, ctx)
  if type(settings) ~= "table" or (settings.mode ~= "SIMPLE" and settings.mode ~= "MUTUAL") then return end
  if str(settings.caCertificates, "") ~= "" then return end
  if str(settings.credentialName, "") ~= "" and type(workload) == "table" then return end
  local unchecked = mesh.before(ctx, "1.21") or settings.insecureSkipVerify == true
  ctx:fail(at(settings, "caCertificates"), "tls mode %s of %s names no caCertificates: %s", settings.mode, where,
    unchecked and "any server is believed" or "any public authority may vouch for the server")
end

return rule {
  title = "TLS to a server checks who the server is",
  level = "warn",
  kinds = { "networking.istio.io/DestinationRule" },
  why = [[
    With mode SIMPLE or MUTUAL and without caCertificates a proxy before Istio 1.21 takes any certificate: whoever gets
    between the two reads and changes all of it. Since 1.21 it asks the public authorities of its operating system,
    unless insecureSkipVerify tells it not to: a server with a certificate of the company's own authority is refused.]],
  fix = [[
    Set caCertificates (as `system` or /etc/ssl/certs/ca-certificates.crt for the usual authorities), or credentialName
    together with a workloadSelector.]],
  links = {
    "https://istio.io/latest/docs/reference/config/analysis/ist0128/",
    "https://istio.io/latest/docs/reference/config/analysis/ist0129/",
    "https://istio.io/latest/news/releases/1.21.x/announcing-1.21/upgrade-notes/",
  },
  aka = { "IST0128", "IST0129" },

  check = function(doc, ctx)
    local policy, workload = doc.spec.trafficPolicy, doc.spec.workloadSelector
    judge(policy.tls, workload, str(doc.spec.host, "the host"), ctx)
    for setting in each(policy.portLevelSettings) do
      judge(setting.tls, workload, "port " .. tostring(setting.port.number or "of this host"), ctx)
    end
  end,

  examples = {
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: db}
      spec:
        host: db
        trafficPolicy:
          tls: {mode: SIMPLE, caCertificates: system}
          portLevelSettings:
            - {port: {number: 5432}, tls: {mode: ISTIO_MUTUAL}}
    ]] },
    pass { [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: db}
      spec:
        host: db
        workloadSelector: {matchLabels: {app: echo}}
        trafficPolicy: {tls: {mode: MUTUAL, credentialName: db-client}}
    ]] },
    fail { line = 7, message = "tls mode SIMPLE of db names no caCertificates: any public authority", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: db}
      spec:
        host: db
        trafficPolicy:
          tls: {mode: SIMPLE}
    ]] },
    fail { policy = [[
      vars: {istio_version: "1.20"}
    ]], line = 7, message = "tls mode SIMPLE of db names no caCertificates: any server is believed", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: db}
      spec:
        host: db
        trafficPolicy:
          tls: {mode: SIMPLE}
    ]] },
    fail { line = 7, message = "any server is believed", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: db}
      spec:
        host: db
        trafficPolicy:
          tls: {mode: SIMPLE, insecureSkipVerify: true}
    ]] },
    fail { line = 8, message = "tls mode MUTUAL of port 5432", [[
      apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: {name: db}
      spec:
        host: db
        trafficPolicy:
          portLevelSettings:
            - {port: {number: 5432}, tls: {mode: MUTUAL, credentialName: db-client}}
    ]] },
  },
}
