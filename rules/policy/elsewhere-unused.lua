return rule {
  title = "What the policy says exists elsewhere is needed",
  level = "warn",
  on = "krug",
  why = [[
    An entry of `elsewhere` says that something exists outside of the repository, so that references to it are
    no faults. One that nothing refers to any more would hide the next wrong reference that fits it. It is
    told when everything was reported and rules asked for objects of its kind.]],
  fix = [[Take the entry out, or correct what it names.]],
}
