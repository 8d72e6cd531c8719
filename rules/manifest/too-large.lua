return rule {
  title = "A file, a document, its nodes are of a size that a cluster would take",
  level = "error",
  on = "krug",
  why = [[
    An API server refuses requests over 3 MiB. krug reads files up to 64 MiB, documents up to 16 MiB and up
    to 1,000,000 nodes with all aliases expanded; what is larger is not judged, and said to be.]],
  fix = [[Split the file, or leave it out with `exclude` in the policy if it is no manifest.]],
}
