return rule {
  title = "Nothing lowers or hides what a policy has locked",
  level = "error",
  on = "krug",
  why = [[
    The platform team locks rules that protect other teams. A policy nearer to the files that sets a lower
    level for one, or gives it parameters, has no effect, nor has a waiver or an ignore; it says so here, so
    that nobody believes it has.]],
  fix = [[Take it out, or ask the owner of the outer policy to unlock the rule.]],
}
