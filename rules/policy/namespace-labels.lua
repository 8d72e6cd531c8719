return rule {
  title = "The policy and the Namespace object agree on the labels",
  level = "warn",
  on = "krug",
  why = [[
    The labels in a policy stand in for a Namespace object that lives elsewhere. Where the object is in the
    repository, it wins; a policy that says otherwise misleads its readers.]],
  fix = [[Take the labels out of the policy, or make them the same.]],
}
