return rule {
  title = "Kubernetes can read the file",
  level = "error",
  on = "krug",
  why = [[
    What kubectl cannot parse is not applied, and everything behind the place in the same file is not
    either. krug reads as Kubernetes does (YAML 1.1 by go-yaml v2, JSON where the file begins with a brace),
    which is not always as other tools read.]],
  fix = [[Correct the text at the place. `krug tree FILE` shows what is read.]],
}
