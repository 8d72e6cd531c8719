-- Bytes that are no characters.
-- says: invalid UTF-8 code
-- attacks: utf8.codes utf8.len
for _, s in ipairs { "\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80" } do
  assert(utf8.len(s) == nil and not pcall(function() for _ in utf8.codes(s) do end end))
end
for _ in utf8.codes("a\xff") do end
