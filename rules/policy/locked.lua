return rule {
  title = "A policy does not lower what a policy further out has locked",
  level = "error",
  on = "krug",
  why = [[
    The platform team locks rules that protect other teams. A policy nearer to the files that sets a lower
    level for one, or gives it parameters, has no effect; it says so here, so that nobody believes it has.]],
  fix = [[Take the setting out, or ask the owner of the outer policy to unlock the rule.]],
}
