return rule {
  title = "What looks like an ignore is one",
  level = "error",
  on = "krug",
  why = [[
    An ignore that krug cannot read hides nothing, and whoever wrote it believes that it does: a misspelt rule,
    a missing reason, a day that does not exist or is further ahead than the policy allows.]],
  fix = [[Write `# krug: ignore RULE -- why`, and ` until YYYY-MM-DD` behind it for a last day.]],
}
