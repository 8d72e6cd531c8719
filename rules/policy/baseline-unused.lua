return rule {
  title = "The baseline holds only what is still there",
  level = "info",
  on = "krug",
  why = [[
    A fault that is gone and still in the baseline may come back unseen. Taking it out is how a baseline gets
    smaller.]],
  fix = [[Run `krug baseline --prune`.]],
}
