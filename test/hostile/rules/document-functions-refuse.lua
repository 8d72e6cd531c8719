-- Functions that change tables take none of the document.
-- says: is part of the document
-- attacks: table.insert table.remove table.sort table.concat table.unpack
for _, f in ipairs { table.insert, table.remove, table.sort, table.concat, table.unpack } do assert(not pcall(f, doc.spec.ports)) end
table.insert(doc.spec.ports, {})
