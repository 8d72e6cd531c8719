-- A rule that changes what it looks at, in every depth.
-- says: the rule changes the document
doc.metadata.name, doc.spec, doc.kind, doc.extra = "other", { ports = {} }, nil, doc
