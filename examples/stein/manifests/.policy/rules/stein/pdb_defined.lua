local sibling = require "sibling"

return rule {
  title = "A Deployment has a PodDisruptionBudget beside it",
  level = "error",
  kinds = { "apps/Deployment" },
  why = [[Without one, the nodes that its pods run on may be drained all at once.]],
  fix = [[Add a PodDisruptionBudget in the directory PodDisruptionBudget/, next to Deployment/.]],

  check = function(doc, ctx)
    if count(sibling.files(ctx, "PodDisruptionBudget")) == 0 then
      ctx:fail(at(doc, "kind"), "there is no PodDisruptionBudget for this Deployment")
    end
  end,

  examples = {
    -- only Deployments are asked
    pass { path = "m/x-echo-jp/development/Job/echo.yaml", [[
      apiVersion: batch/v1
      kind: Job
      metadata: {name: echo}
    ]] },
    fail { path = "m/x-echo-jp/development/Deployment/echo.yaml", line = 2, [[
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: echo}
    ]] },
  },
}
