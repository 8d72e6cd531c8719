-- A rule that changes a list that it looks at.
-- says: the rule changes the document
doc.spec.ports[1].name, doc.spec.ports[2] = "http-x", {}
