return rule {
  title = "An ignore in a manifest hides something",
  level = "warn",
  on = "krug",
  why = [[
    An ignore that hides nothing, or whose last day is over, waits for the next fault of its rule and hides
    that, for a reason that was given for another one.]],
  fix = [[Take the ignore out, or the one rule of it.]],
}
