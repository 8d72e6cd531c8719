-- What a value is called is the same in every run, on every thread.
-- says: table function userdata userdata userdata nil
-- status: 1
-- attacks: tostring string.format
local s = ""
for _, value in ipairs { {}, error, ctx, at(doc, "kind"), ctx.scope } do s = s .. tostring(value) .. " " end
ctx:fail(doc, "%s%s", s, tostring(nil))
ctx:fail(doc, "%s", string.format("%s%d%x%q%5s", {}, error, ctx, doc, _ENV))
