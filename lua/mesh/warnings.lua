-- What istiod takes and warns of, kind by kind (istio 1.32, pkg/config/validation): each function tells it of one
-- resource.
local istio = require "istio"
local valid = require "mesh/valid"

local warnings = {}

function warnings.Gateway(gateway, ctx)
  for server in each(gateway.spec.servers) do
    local tls, seen = server.tls, {}
    local mode = str(tls.mode, "PASSTHROUGH")
    if tls.httpsRedirect == true and not istio.is_http(istio.port_protocol(server.port)) then
      ctx:fail(at(tls, "httpsRedirect"), "httpsRedirect does nothing on a port that is not HTTP")
    end
    if (tls.minProtocolVersion == "TLSV1_0" or tls.minProtocolVersion == "TLSV1_1")
      and count(tls.cipherSuites) == 0 then
      ctx:fail(at(tls, "minProtocolVersion"), "%s needs cipherSuites: the default ones are for TLS 1.2",
        tls.minProtocolVersion)
    end
    for suite, i in each(tls.cipherSuites) do
      if seen[suite] then ctx:fail(at(tls.cipherSuites, i), "cipher suite %s is there twice", suite) end
      seen[suite] = true
    end
    for _, key in ipairs { "serverCertificate", "privateKey", "caCertificates", "credentialName", "caCrl" } do
      if (mode == "PASSTHROUGH" or mode == "AUTO_PASSTHROUGH") and str(tls[key], "") ~= "" then
        ctx:fail(at(tls, key), "tls mode %s has no use for %s", mode, key)
      end
    end
  end
end

function warnings.VirtualService(service, ctx)
  for gateway, i in each(service.spec.gateways) do
    if string.find(str(gateway, ""), ".") and not string.find(gateway, "/") then
      local parts = string.split(gateway, ".")
      ctx:fail(at(service, "spec", "gateways", i), "gateway %s is in an old form: write %s/%s", gateway, parts[2],
        parts[1])
    end
  end
  for item in each(service.spec.http) do
    if item.mirrorPercent ~= nil then
      ctx:fail(at(item, "mirrorPercent"), "mirrorPercent is deprecated: use mirrorPercentage")
    end
    local abort = item.fault.abort
    if type(abort) == "table" and abort.httpStatus == nil and abort.grpcStatus == nil and abort.http2Error == nil then
      ctx:fail(at(item, "fault", "abort"), "an abort without httpStatus or grpcStatus does nothing")
    end
    if #str(item.directResponse.body.string, "") > 102400 then
      ctx:fail(at(item, "directResponse", "body"),
        "the body of a directResponse is larger than 100 kB, for every proxy")
    end
  end
  for item in each(service.spec.tls) do
    for match in each(item.match) do
      for host, i in each(match.sniHosts) do
        if valid.is_address(host) then
          ctx:fail(at(match.sniHosts, i), "%s is an address, and clients send none as SNI", host)
        end
      end
    end
  end
end

local function check_traffic(policy, ctx)
  local outlier, balancer = policy.outlierDetection, policy.loadBalancer
  if outlier.consecutiveErrors ~= nil then
    ctx:fail(at(outlier, "consecutiveErrors"), "consecutiveErrors is deprecated: use consecutive5xxErrors")
  end
  if balancer.consistentHash.minimumRingSize ~= nil then
    ctx:fail(at(balancer, "consistentHash", "minimumRingSize"), "minimumRingSize is deprecated: use ringHash")
  end
  local locality = balancer.localityLbSetting
  if count(locality.failover) + count(locality.failoverPriority) > 0 and type(outlier) ~= "table" then
    ctx:fail(at(balancer, "localityLbSetting"), "failover needs outlierDetection to know what has failed")
  end
end

function warnings.DestinationRule(doc, ctx)
  check_traffic(doc.spec.trafficPolicy, ctx)
  for setting in each(doc.spec.trafficPolicy.portLevelSettings) do check_traffic(setting, ctx) end
  for subset in each(doc.spec.subsets) do check_traffic(subset.trafficPolicy, ctx) end
end

function warnings.ServiceEntry(entry, ctx)
  local spec, tcp = entry.spec, false
  for host, i in each(spec.hosts) do
    if re.test(str(host, ""), "^\\*[^.]") then
      ctx:fail(at(spec.hosts, i), "%s has a wildcard for a part of a label, which matches nothing of TLS", host)
    end
  end
  local resolution = str(spec.resolution, "NONE")
  if type(spec.workloadSelector) == "table" and resolution ~= "STATIC" then
    ctx:fail(at(spec, "workloadSelector"), "resolution %s has no use for a workloadSelector", resolution)
  end
  for port in each(spec.ports) do
    if istio.port_protocol(port) == "TCP" then tcp = true end
    if resolution == "NONE" and num(port.targetPort, 0) ~= 0 then
      ctx:fail(at(port, "targetPort"), "targetPort does nothing with resolution NONE")
    end
  end
  if tcp and count(spec.addresses) > 0 and count(spec.hosts) > 1 and string.starts_with(resolution, "DNS") then
    ctx:fail(at(spec, "hosts"), "several hosts share an address and a TCP port: only one gets the traffic")
  end
end

function warnings.Sidecar(sidecar, ctx)
  for listener in each(sidecar.spec.egress) do
    local seen, all = {}, nil
    for host, i in each(listener.hosts) do
      local parts = string.split(str(host, ""), "/")
      local namespace = parts[1] == "." and ctx.namespace.name or parts[1]
      local key = namespace .. "/" .. str(parts[2], "")
      if seen[key] or seen[namespace .. "/*"] or parts[2] == "*" and seen[namespace] then
        ctx:fail(at(listener.hosts, i), "egress has %s already", host)
      end
      seen[key], seen[namespace] = true, true
      if key == "*/*" then all = i end
    end
    if all and count(listener.hosts) > 1 then
      ctx:fail(at(listener.hosts, all), "*/* is everything: no other host is needed")
    end
  end
end

function warnings.AuthorizationPolicy(policy, ctx)
  if policy.spec.action ~= "DENY" then return end
  for item in each(policy.spec.rules) do
    local from_tcp, to_tcp = false, false
    for from in each(item.from) do
      for key in pairs(from.source) do
        from_tcp = from_tcp or not string.find(string.lower(tostring(key)), "requestprincipals")
      end
    end
    for to in each(item.to) do
      to_tcp = to_tcp or count(to.operation.ports) + count(to.operation.notPorts) > 0
    end
    local has_to = count(item.to) > 0
    if count(item.from) > 0 and not has_to and not from_tcp or has_to and not to_tcp then
      ctx:fail(item, "this denies all of TCP too: what it asks for is only known of HTTP; name the ports")
    end
  end
end

function warnings.Telemetry(telemetry, ctx)
  local list = telemetry.spec.tracing
  if count(list) > 1 then ctx:fail(at(list, 2), "only the first item of tracing counts") end
  for item in each(list) do
    if count(item.providers) > 1 then ctx:fail(at(item.providers, 2), "only the first provider of tracing counts") end
  end
end

return warnings
