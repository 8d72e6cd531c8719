local istio = require "istio"
local mesh = require "mesh"

-- the words that a port's name begins with, and how clients know the protocol
local NAMES = {
  ftp = "FTP", imap = "IMAP", mail = "SMTP", mariadb = "MySQL", nats = "NATS", pop3 = "POP3", rsync = "rsync",
  sftp = "SSH", smtp = "SMTP", smtps = "SMTP", ssh = "SSH", submission = "SMTP", vnc = "VNC",
}

return rule {
  title = "A protocol whose server speaks first is not left to detection",
  level = "warn",
  kinds = { "v1/Service" },
  params = {
    ports = param("list of integer", {
      21, 22, 25, 110, 119, 143, 587, 873, 2222, 2525, 3306, 4222, 5900,
    }, "numbers of ports, of the Service or its pods, whose servers speak first"),
    names = param("list of string", {}, "further words that names of such ports begin with"),
  },
  why = [[
    Where a port declares no protocol, the proxy waits for the client's first bytes to find it out. A client of MySQL,
    SMTP, FTP or SSH waits for the server instead, so the connection hangs: for ever today, for a tenth of a second in
    Istio 1.3 and 1.4. Only the service ports 25, 53, 3306 and 27017 are known to the mesh as TCP.]],
  fix = [[Name the port `tcp-...` (`mysql` for MySQL), or set `appProtocol: tcp`.]],
  links = { "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/" },

  when = function(service, ctx)
    -- before 1.3 nothing was detected
    return not istio.is_exempt(service, ctx.namespace.name) and not mesh.before(ctx, "1.3")
  end,

  check = function(service, ctx)
    local numbers, names = {}, {}
    for number in each(ctx.params.ports) do numbers[number] = true end
    for name in each(ctx.params.names) do names[name] = name end
    for port in each(service.spec.ports) do
      if type(port) == "table" and not istio.protocol(port, mesh.version(ctx)) then
        local name = string.lower(string.split(str(port.name, ""), "-")[1])
        local target = port.targetPort
        if names[name] or NAMES[name] then
          ctx:fail(at(port, "name"), "port %d looks like %s, whose server speaks first, but declares no protocol: "
            .. "connections hang", port.port, names[name] or NAMES[name])
        elseif numbers[num(port.port, 0)] or numbers[num(target, 0)] then
          ctx:fail(at(port, numbers[num(port.port, 0)] and "port" or "targetPort"),
            "on port %d a server speaks first, "
            .. "but the port declares no protocol: connections hang", numbers[num(port.port, 0)] and port.port
              or target)
        end
      end
    end
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: Service
      metadata: {name: db}
      spec:
        ports:
          - {name: db, port: 3306}
          - {name: tcp-db, port: 3307, targetPort: 3306}
          - {name: mysql-replica, port: 3308, targetPort: 3306}
          - {name: mail, appProtocol: tcp, port: 587}
          - {name: web, port: 80}
    ]] },
    -- the mesh knows 3306 only as the Service's own port
    fail { line = 5, column = 47, message = "on port 3306 a server speaks first", [[
      apiVersion: v1
      kind: Service
      metadata: {name: db}
      spec:
        ports: [{name: db, port: 13306, targetPort: 3306}]
    ]] },
    fail { line = 5, column = 18, message = "port 1025 looks like SMTP", [[
      apiVersion: v1
      kind: Service
      metadata: {name: mail}
      spec:
        ports: [{name: smtp, port: 1025}, {name: web, port: 1080}]
    ]] },
    -- headless Services are no exception
    fail { params = { names = { "galera" } }, line = 6, message = "looks like galera", [[
      apiVersion: v1
      kind: Service
      metadata: {name: db}
      spec:
        clusterIP: None
        ports: [{name: galera, port: 4567}]
    ]] },
    pass { policy = [[
      vars: {istio_version: "1.2"}
    ]], [[
      apiVersion: v1
      kind: Service
      metadata: {name: mail}
      spec: {ports: [{name: smtp, port: 587}]}
    ]] },
  },
}
