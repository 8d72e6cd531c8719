local k8s = require "k8s"
local mesh = require "mesh"
local served = require "mesh/served"

-- the last parts of names of images whose servers speak first, and what they speak
local IMAGES = {
  ["docker-mailserver"] = "SMTP", exim = "SMTP", mariadb = "MySQL", ["mariadb-galera"] = "MySQL", mailhog = "SMTP",
  mailpit = "SMTP", mysql = "MySQL", ["mysql-server"] = "MySQL", nats = "NATS", ["nats-streaming"] = "NATS",
  ["openssh-server"] = "SSH", percona = "MySQL", ["percona-server"] = "MySQL", ["percona-xtradb-cluster"] = "MySQL",
  postfix = "SMTP", ["pure-ftpd"] = "FTP", sftp = "SSH", vsftpd = "FTP",
}
-- numbers of the ports on which they do; on others such images serve HTTP for people and metrics
local PORTS = {
  FTP = { 21 }, MySQL = { 3306 }, NATS = { 4222 }, SMTP = { 25, 465, 587, 1025, 2525 }, SSH = { 22, 2222 },
}

-- What the containers of a pod speak first, by the number of the port: { ["3306"] = "MySQL" }; nil where nothing is
-- known.
local function speakers(pod, ctx)
  local further, found, any = {}, {}, false
  for name, protocol in pairs(ctx.params.images) do further[name] = protocol end
  for container, kind in k8s.containers(pod.spec) do
    local image = (kind == "container" or kind == "sidecar") and k8s.image(container.image)
    local parts = image and string.split(image.repository, "/")
    local name = parts and parts[#parts]
    local protocol = name and (further[name] or IMAGES[name])
    for number in each(PORTS[protocol]) do found[tostring(number)], any = protocol, true end
    -- of what a company adds itself all ports that the container has
    for port in each(further[name or ""] and container.ports) do
      if num(port.containerPort) then found[tostring(port.containerPort)], any = string.sub(protocol, 1, 40), true end
    end
  end
  return any and found or nil
end

return rule {
  title = "A server that speaks first is not left to detection, whatever its port is called",
  level = "warn",
  apart = "scope",
  witness = { "workload" },
  silent = { "v1/Service" },
  -- what name and number of a port tell
  after = { "istio/server-first-port" },
  params = {
    images = param("map of string", {},
      "further images whose servers speak first, by the last part of their name: what they speak"),
  },
  why = [[
    Where a port declares no protocol, the proxy waits for the client's first bytes to find it out. A client of MySQL,
    SMTP, FTP, SSH or NATS waits for the server instead, and the connection hangs. The image of the pods that a Service
    selects says what they are, where neither the port's name nor its number does.]],
  fix = [[Name the port `tcp-...` (`mysql` for MySQL), or set `appProtocol: tcp`.]],
  links = { "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/" },

  collect = {
    ["v1/Service"] = served.service,
    ["workload"] = function(doc, ctx)
      -- before 1.3 nothing was detected
      local pod = not mesh.before(ctx, "1.3") and k8s.pod_template(doc, ctx)
      local found = pod and speakers(pod, ctx)
      if found then served.workload(doc, ctx, pod, { speaks = found, place = at(pod, "spec", "containers") }) end
    end,
  },

  join = function(key, facts, ctx)
    if not served.is_workload(key) then return end
    local workload = facts[1]
    for port in each(served.ports(workload, ctx, key[1])) do
      local value = port.fact.value
      local protocol = port.target and workload.value.speaks[tostring(port.target)]
      if protocol and value.transport == "TCP" and not value.protocol then
        ctx:fail(value.place, { also = { { workload.value.place, "by the image here" } } },
          "port %d leads to port %d of pods that speak %s, whose server speaks first, but declares no protocol: "
            .. "connections hang", value.number, port.target, protocol)
      end
    end
  end,

  examples = {
    fail { line = 4, message = "port 80 leads to port 3306 of pods that speak MySQL, whose server speaks first", [[
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: a}
      spec: {selector: {app: db}, ports: [{name: db, port: 80, targetPort: main}, {name: metrics, port: 81, targetPort: web}]}
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db, namespace: a}
      spec:
        template:
          metadata: {labels: {app: db}}
          spec:
            initContainers: [{name: wait, image: mysql}]
            containers:
              - {name: db, image: "registry.example.com/mirror/mysql:8.4", ports: [{name: main, containerPort: 3306}]}
              - {name: exporter, image: exporter, ports: [{name: web, containerPort: 9104}]}
    ]] },
    -- declared, another port of such an image, other pods, what istio/server-first-port tells
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: mail, namespace: a}
      spec:
        selector: {app: mail}
        ports:
          - {name: tcp-mail, port: 80, targetPort: smtp}
          - {name: mail, port: 81, appProtocol: tcp, targetPort: smtp}
          - {name: ui, port: 83, targetPort: web}
          - {name: none, port: 84, targetPort: none}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: mail, namespace: a, labels: {app: mail}}
      spec:
        containers:
          - {name: mail, image: mailhog/mailhog, ports: [{name: smtp, containerPort: 1025}, {name: web, containerPort: 8025}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: mail, namespace: b}
      spec: {selector: {app: mail}, ports: [{name: mail, port: 80, targetPort: smtp}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: told, namespace: a}
      spec: {selector: {app: mail}, ports: [{name: smtp, port: 80, targetPort: smtp}]}
    ]] },
    fail { params = { images = { ledger = "its own protocol" } }, line = 4, message = "pods that speak its own protocol", [[
      apiVersion: v1
      kind: Service
      metadata: {name: ledger, namespace: a}
      spec: {selector: {app: ledger}, ports: [{name: ledger, port: 80, targetPort: main}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: ledger, namespace: a, labels: {app: ledger}}
      spec: {containers: [{name: a, image: registry.example.com/ledger, ports: [{name: main, containerPort: 7000}]}]}
    ]] },
    pass { policy = [[
      vars: {istio_version: "1.2"}
    ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: a}
      spec: {selector: {app: db}, ports: [{name: db, port: 80, targetPort: main}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: db, namespace: a, labels: {app: db}}
      spec: {containers: [{name: db, image: mysql, ports: [{name: main, containerPort: 3306}]}]}
    ]] },
  },
}
