-- A policy's module with a built-in name is not the one of built-in rules.
-- says: mine
-- lib: return { k8s = "mine", is_workload = error }
-- status: 1
-- attacks: require
ctx:fail(doc, "%s", require("m").k8s)
