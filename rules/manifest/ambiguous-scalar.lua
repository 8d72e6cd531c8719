local MESSAGES = {
  boolean = "%s is a boolean to kubectl and a string to kustomize, yq and other YAML 1.2 readers",
  octal = "%s is an octal number to kubectl and kustomize and a decimal one to YAML 1.2 readers",
  ["not-octal"] = "%s looks octal and is read as a decimal number",
  underscore = "%s is a number: Kubernetes drops the underscores",
  prefix = "%s is a number in base 2 or 8 here, and a string to other readers",
  ["trailing-zero"] = "%s is a number: its last zero is lost",
  exponent = "%s is a number with an exponent",
  sexagesimal = "%s is a string to Kubernetes and a number in base 60 to YAML 1.1 readers",
  large = "%s is too large for readers that keep numbers as 64-bit floats, and is rounded by them",
  special = "%s is a number that JSON cannot hold: Kubernetes refuses it",
}

-- keys whose values are file modes: octal is what everybody means there
local function is_mode(note, params)
  for mode in each(params.octal_keys) do
    if note.key == mode and not note.is_key then return true end
  end
  return false
end

-- 100.0 is as good as 100 where a number is meant; a version is not, nor is 1.10 anywhere
local function is_lossy(note)
  return re.test(note.text, "^[1-9][0-9]*\\.[1-9]0$") or re.test(note.key, "(?i)version|tag|release|revision")
end

return rule {
  title = "A plain value is read alike by all tools of the pipeline, and as what it looks like",
  level = "warn",
  notes = { "ambiguous-scalar" },
  patches = true,
  params = {
    octal_keys = param("list of string", { "defaultMode", "mode" }, "keys whose values are file modes"),
    allow = param("list of string", {}, "texts that are fine as they are"),
    reasons = param("list of string",
      { "boolean", "octal", "not-octal", "underscore", "prefix", "trailing-zero", "exponent", "special" },
      "which sorts of ambiguity are told; there are also sexagesimal and large"),
  },
  why = [[
    A manifest passes through several readers: kubectl and Helm read YAML 1.1 (`on` is true, `010` is 8),
    kustomize and yq mostly YAML 1.2, so the same line can mean two things on its way into the cluster. And a
    version 1.10 is the number 1.1 to all of them. A last zero is only told where it matters: in 1.10 or 2.30,
    and under a key that speaks of a version, a tag or a release.]],
  fix = [[Quote it if it is text; write true, false or a plain decimal number if it is not.]],
  links = { "https://github.com/helm/helm/issues/13153" },

  check = function(note, ctx)
    local told = false
    for reason in each(ctx.params.reasons) do
      if reason == note.reason then told = true end
    end
    if not told then return end
    for text in each(ctx.params.allow) do
      if text == note.text then return end
    end
    if note.reason == "trailing-zero" and not is_lossy(note) then return end
    if note.reason == "octal" and is_mode(note, ctx.params) then return end
    ctx:fail(note, (note.is_key and "the key " or "") .. MESSAGES[note.reason], "`" .. note.text .. "`")
  end,

  examples = {
    pass { [[
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: flags}
      data: {"on": "on"}
      defaultMode: 0644
      version: "1.10"
    ]] },
    fail { line = 1, column = 10, message = "`yes` is a boolean", [[
      enabled: yes
    ]] },
    fail { line = 1, column = 1, message = "the key `on`", [[
      on: push
    ]] },
    fail { line = 1, message = "octal", [[
      id: 0123
    ]] },
    fail { line = 1, message = "looks octal", [[
      zone: 08
    ]] },
    fail { line = 1, message = "last zero", [[
      version: 1.10
    ]] },
    fail { line = 1, message = "last zero", [[
      appVersion: 1.0
    ]] },
    pass { [[
      percent: 100.0
    ]] },
    fail { line = 1, message = "underscores", [[
      size: 1_000
    ]] },
    fail { line = 1, message = "exponent", [[
      commit: 12e3
    ]] },
    pass { params = { allow = { "yes" } }, [[
      enabled: yes
    ]] },
  },
}
