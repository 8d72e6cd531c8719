-- A message and a path of what terminals and reports do not take.
-- status: 1
-- attacks: ctx.fail
local s = ""
for i = 0, 255 do s = s .. string.char(i) end
ctx:fail(at(doc, s), "%s", s .. "</script>]]>\u{202e}::error::")
