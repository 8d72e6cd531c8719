return rule {
  title = "A waiver that has ended is taken out",
  level = "warn",
  on = "krug",
  why = [[
    The last day of the waiver is over: it hides nothing any more, and what it hid counts again. Left in the
    policy it looks like an exception that still holds.]],
  fix = [[Take the waiver out, or grant it anew with another last day.]],
}
