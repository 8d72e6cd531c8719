return rule {
  title = "A waiver hides something",
  level = "warn",
  on = "krug",
  why = [[
    A waiver that hides nothing is a hole that nobody looks at any more: the next fault that fits it goes in
    unseen. It is told when everything was reported that the waiver could hide.]],
  fix = [[Take the waiver out, or correct what it names.]],
}
